//! How surely an item is answered, and the facts that may change that: an earlier answer, a surer
//! sign, never a sign that was denied.

use super::event::Fact;
use super::how::How;
use super::item::{Item, State};
use super::proof::{Evidence, EvidenceKind};
use super::record::Settled;
use chrono::{DateTime, Utc};

impl Item {
    /// Whether an answer of that time is earlier than the one that is known, since its copy was
    /// read later; or the same, and surely ours. Of a filed item no answer is known.
    #[must_use]
    pub fn may_have_been_answered_by(&self, at: DateTime<Utc>, evidence: &Evidence) -> bool {
        let is_better = |settled: &Settled| {
            let is_proven = settled.evidence.is_unverified() && evidence.verified == Some(true);
            at < settled.at || at == settled.at && is_proven
        };
        let is_news = match self.state {
            State::Answered => self.settled.as_ref().is_some_and(is_better),
            _ => self.is_filed() && self.is_ended_by_an_answer(),
        };
        is_news && self.erased.is_none()
    }

    /// Whether the sign makes an answer probable that was not, or gives a surer sign of it.
    #[must_use]
    pub fn may_be_probably_answered_by(&self, evidence: &Evidence) -> bool {
        let is_denied = self.denied.iter().any(|denied| denied.is_same(evidence));
        !is_denied && self.can_be_probably_answered_by(evidence)
    }

    /// The same, whatever was denied: of an erased item the log no longer says which mails that
    /// were.
    #[must_use]
    pub fn can_be_probably_answered_by(&self, evidence: &Evidence) -> bool {
        self.state == State::Open || self.is_probably_by_unverified() && !evidence.is_unverified()
    }

    /// What an answer is to it: its end, or contact in a matter that only something else ends.
    /// Known contact is not news, and a probable answer does not prove contact.
    #[must_use]
    pub fn on_answer(&self, fact: Fact) -> Option<Fact> {
        if let Fact::Answered { at, .. } | Fact::ProbablyAnswered { at, .. } = &fact
            && self.state.is_live()
            && self.is_told_to_return(*at)
        {
            return self.notice_by_hand(*at);
        }
        match fact {
            fact if self.is_ended_by_an_answer() || !self.state.is_live() => Some(fact),
            Fact::Answered {
                at,
                answered_by,
                evidence,
            } => {
                let is_news = self.contacted_at.is_none_or(|known| known < at);
                is_news.then_some(Fact::Contacted {
                    at,
                    answered_by,
                    evidence,
                })
            }
            Fact::ProbablyAnswered { .. } => None,
            fact => Some(fact),
        }
    }

    /// Whether an answer ends the matter.
    #[must_use]
    pub fn is_ended_by_an_answer(&self) -> bool {
        self.due
            .as_ref()
            .is_none_or(|due| due.kept_by.is_ended_by(How::Answered))
    }

    /// What its answer is to the same message in another mailbox: a mail to the citizen answers
    /// both; a person's word, and a probable answer, count for one message.
    #[must_use]
    pub fn to_twin(&self) -> Option<Fact> {
        let Settled {
            at, by, evidence, ..
        } = self.settled.as_ref()?;
        let by_mail = matches!(evidence.kind, EvidenceKind::Sent | EvidenceKind::Copy);
        let evidence = Evidence {
            kind: EvidenceKind::Twin,
            ..evidence.clone()
        };
        let fact = Fact::Answered {
            at: *at,
            answered_by: by.clone(),
            evidence,
        };
        (self.state == State::Answered && by_mail).then_some(fact)
    }

    /// When the mail that settles it was sent; of a mark alone it is not known that one was.
    #[must_use]
    pub fn mail_seen_at(&self) -> Option<DateTime<Utc>> {
        let settled = self.settled.as_ref()?;
        (settled.evidence.kind != EvidenceKind::AnsweredFlag).then_some(settled.at)
    }

    /// Nothing vouches for the mail that is probably its answer.
    #[must_use]
    pub fn is_probably_by_unverified(&self) -> bool {
        self.state == State::ProbablyAnswered
            && self
                .settled
                .as_ref()
                .is_some_and(|settled| settled.evidence.is_unverified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kept_by::KeptBy;
    use crate::domain::orders::tests::item;

    fn evidence() -> Evidence {
        Evidence::without_mail(EvidenceKind::Twin, None)
    }

    #[test]
    fn an_answer_is_contact_where_something_else_ends_the_matter() {
        let check = |state, kept_by, fact: fn(DateTime<Utc>) -> Fact, expected| {
            let mut item = item(state);
            item.due.as_mut().expect("a due date").kept_by = kept_by;
            let at = item.received_at;
            let told = |item: &Item| item.on_answer(fact(at)).map(|fact| fact.name());
            assert_eq!(told(&item), expected, "{state:?} {kept_by:?}");
            item.contacted_at = Some(at);
            assert_eq!(
                told(&item),
                expected.filter(|name| *name != "contacted"),
                "known: {state:?} {kept_by:?}"
            );
        };
        let answered = |at| Fact::Answered {
            at,
            answered_by: None,
            evidence: evidence(),
        };
        let probably = |at| Fact::ProbablyAnswered {
            at,
            answered_by: None,
            evidence: evidence(),
        };
        check(State::Open, KeptBy::Answer, answered, Some("answered"));
        check(State::Open, KeptBy::Contact, answered, Some("answered"));
        check(
            State::Open,
            KeptBy::Answer,
            probably,
            Some("probably_answered"),
        );
        check(State::Open, KeptBy::Decision, answered, Some("contacted"));
        check(State::Open, KeptBy::Decision, probably, None);
        check(
            State::Answered,
            KeptBy::Decision,
            answered,
            Some("answered"),
        );
    }

    /// The ids of the two mails are gone from it.
    #[test]
    fn the_log_of_an_erased_item_is_read_as_it_was_written() {
        use crate::domain::event::Event;
        let mut item = item(State::Open);
        let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
        let at = item.received_at;
        let probably = Fact::ProbablyAnswered {
            at,
            answered_by: None,
            evidence: evidence.clone(),
        };
        let denied = Fact::NotAnswered { evidence: None };
        assert!(item.may_be_probably_answered_by(&evidence));
        for fact in [probably.clone(), denied, probably] {
            let by = "asa".to_owned();
            item.apply(&Event { at, by, fact }).expect("it was so");
        }
        assert!(!item.may_be_probably_answered_by(&evidence));
    }

    #[test]
    fn only_a_mail_answers_a_twin() {
        let check = |state, kind, expected| {
            let mut item = item(state);
            let (at, evidence) = (item.received_at, Evidence::without_mail(kind, None));
            item.settled = Some(Settled {
                at,
                by: None,
                evidence,
                how: None,
            });
            let kind = item.to_twin().map(|fact| match fact {
                Fact::Answered { evidence, .. } => evidence.kind,
                other => panic!("{other:?}"),
            });
            assert_eq!(kind, expected, "{state:?}");
        };
        check(
            State::Answered,
            EvidenceKind::Sent,
            Some(EvidenceKind::Twin),
        );
        check(
            State::Answered,
            EvidenceKind::Copy,
            Some(EvidenceKind::Twin),
        );
        check(State::Answered, EvidenceKind::Twin, None);
        check(State::ProbablyAnswered, EvidenceKind::Sent, None);
        check(State::Closed, EvidenceKind::Command, None);
        assert_eq!(item(State::Open).to_twin(), None);
    }

    /// In that state, settled at its arrival by a mail.
    fn settled(state: State, verified: bool) -> Item {
        let mut item = item(state);
        let mail = Evidence {
            message_id: Some("a@example.net".to_owned()),
            verified: Some(verified),
            ..Evidence::without_mail(EvidenceKind::Sent, None)
        };
        item.settled = Some(Settled {
            at: item.received_at,
            by: None,
            evidence: mail,
            how: None,
        });
        item
    }

    fn believed(verified: Option<bool>) -> Evidence {
        Evidence {
            verified,
            ..evidence()
        }
    }

    #[test]
    fn an_earlier_or_a_surer_answer_takes_the_place_of_the_known_one() {
        let mut erased = settled(State::Answered, true);
        erased.erased = Some(crate::domain::item::Erased {
            at: erased.received_at,
            decision: "KS 2026/1".to_owned(),
        });
        let mut filed = settled(State::Closed, true);
        filed.settled.as_mut().expect("settled").how = Some(How::DoneFolder);
        let mut decision = filed.clone();
        decision.due.as_mut().expect("a due date").kept_by = KeptBy::Decision;
        // In the minute before, at the same instant by a mail that is proven, likewise by one that
        // is not, and in the minute after.
        for (name, item, expected) in [
            (
                "proven",
                settled(State::Answered, true),
                [true, false, false, false],
            ),
            (
                "not proven",
                settled(State::Answered, false),
                [true, true, false, false],
            ),
            ("erased", erased, [false; 4]),
            ("open", settled(State::Open, true), [false; 4]),
            ("closed", settled(State::Closed, false), [false; 4]),
            ("filed", filed, [true; 4]),
            ("filed, of a decision", decision, [false; 4]),
        ] {
            let minute = chrono::Duration::minutes(1);
            let at = item.received_at;
            let may = |at, verified| item.may_have_been_answered_by(at, &believed(verified));
            let found = [
                may(at - minute, Some(true)),
                may(at, Some(true)),
                may(at, None),
                may(at + minute, Some(true)),
            ];
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_sign_makes_an_answer_probable_once_and_surer_once() {
        let mut denied = item(State::Open);
        denied.denied = vec![evidence()];
        for (name, item, by_unproven, by_proven) in [
            ("open", item(State::Open), true, true),
            ("denied", denied, false, false),
            (
                "probable",
                settled(State::ProbablyAnswered, true),
                false,
                false,
            ),
            (
                "by an unproven mail",
                settled(State::ProbablyAnswered, false),
                false,
                true,
            ),
            ("answered", settled(State::Answered, false), false, false),
        ] {
            let may = |verified| item.may_be_probably_answered_by(&believed(Some(verified)));
            assert_eq!((may(false), may(true)), (by_unproven, by_proven), "{name}");
        }
    }

    #[test]
    fn contact_is_news_once_it_is_later() {
        let minute = chrono::Duration::minutes(1);
        let mut item = item(State::Open);
        item.due.as_mut().expect("a due date").kept_by = KeptBy::Decision;
        let at = item.received_at;
        for (known, is_news) in [(at - minute, true), (at, false), (at + minute, false)] {
            item.contacted_at = Some(known);
            let fact = Fact::Answered {
                at,
                answered_by: None,
                evidence: evidence(),
            };
            assert_eq!(item.on_answer(fact).is_some(), is_news, "{known}");
        }
    }

    #[test]
    fn a_mark_alone_shows_no_mail() {
        let mut marked = settled(State::ProbablyAnswered, false);
        assert_eq!(marked.mail_seen_at(), Some(marked.received_at));
        assert!(marked.is_probably_by_unverified());
        assert!(!settled(State::ProbablyAnswered, true).is_probably_by_unverified());
        assert!(!settled(State::Answered, false).is_probably_by_unverified());
        let sign = &mut marked.settled.as_mut().expect("settled").evidence;
        sign.kind = EvidenceKind::AnsweredFlag;
        assert_eq!(marked.mail_seen_at(), None);
        assert_eq!(item(State::Open).mail_seen_at(), None);
    }
}
