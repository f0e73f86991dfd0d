//! Reasons of the log in words. Each is a clause after a colon or in brackets.

use crate::domain::language::Language;
use crate::domain::reason::{Reason, Sign, Undelivered};
use crate::words::of;
use crate::words::reasons::joined;

/// Several signs, in their order.
#[must_use]
pub fn signs(language: Language, signs: &[Sign]) -> String {
    joined(signs, of(language).reasons.sign)
}

/// Why a message needs no answer.
#[must_use]
pub fn reason(language: Language, reason: &Reason) -> String {
    (of(language).reasons.reason)(reason)
}

/// The server's answer is given unchanged.
#[must_use]
pub fn undelivered(language: Language, why: &Undelivered) -> String {
    let words = &of(language).reasons;
    match why {
        Undelivered::Server(answer) => (words.server_said)(answer),
        Undelivered::NoCopy => words.no_copy.to_owned(),
        Undelivered::NoAddress => words.no_address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::effect::Kind;
    use crate::domain::item::ItemId;
    use crate::domain::reason::Withdrawal;

    #[test]
    fn each_language_has_its_own_words() {
        let conversation = ItemId(20_260_000_042);
        for reason_of in [
            Reason::Signs(vec![Sign::BulkAndList, Sign::RoleAddress]),
            Reason::OwnMail,
            Reason::OwnMailBounced { kind: Kind::Notice },
            Reason::OwnCopyBounced,
            Reason::AutoReplyIn { conversation },
        ] {
            let languages = [Language::Swedish, Language::English];
            let [swedish, english] = languages.map(|l| reason(l, &reason_of));
            assert_ne!(swedish, english);
        }
        let reply = reason(Language::Swedish, &Reason::AutoReplyIn { conversation });
        assert_eq!(reply, "automatiskt svar i samtalet SL-2026-00042");
        let bounce = Reason::OwnMailBounced {
            kind: Kind::Escalation,
        };
        assert_eq!(
            reason(Language::Swedish, &bounce),
            "vårt eget mejl kom tillbaka (mejl till chef)"
        );
        let said = Undelivered::Server("RCPT: 550 5.1.1 User unknown".to_owned());
        assert_eq!(
            undelivered(Language::Swedish, &said),
            "servern svarade ”RCPT: 550 5.1.1 User unknown”"
        );
    }

    /// The log of a released version is read by every later one.
    #[test]
    fn codes_survive_the_log() {
        let check = |reason: Reason, stored: &str| {
            assert_eq!(serde_json::to_string(&reason).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Reason>(stored).unwrap(), reason);
        };
        check(
            Reason::Signs(vec![Sign::BulkAndList, Sign::InJunk]),
            r#"{"signs":["bulk_and_list","in_junk"]}"#,
        );
        check(
            Reason::Person("reklam".to_owned()),
            r#"{"person":"reklam"}"#,
        );
        check(Reason::OwnMail, r#""own_mail""#);
        check(
            Reason::OwnMailBounced { kind: Kind::Notice },
            r#"{"own_mail_bounced":{"kind":"notice"}}"#,
        );
        let item = ItemId(20_260_000_042);
        check(
            Reason::NoticeBounced { item },
            r#"{"notice_bounced":{"item":20260000042}}"#,
        );
        for why in [
            Withdrawal::Settled,
            Withdrawal::TooEarly,
            Withdrawal::TooLate,
            Withdrawal::Stale,
            Withdrawal::OtherHandler,
            Withdrawal::Promised,
            Withdrawal::Shadow,
            Withdrawal::Paused,
        ] {
            assert_eq!(serde_json::to_value(why).unwrap(), why.as_str());
        }
        for why in [Undelivered::NoCopy, Undelivered::NoAddress] {
            assert_eq!(serde_json::to_value(&why).unwrap(), why.as_str());
        }
    }
}
