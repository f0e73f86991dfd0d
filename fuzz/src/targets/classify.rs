//! The class of any bytes: total, without contradictions, and never a person lost because a header was read alone.
//!
//! The first byte chooses what is known of the message besides its bytes.

use servicelofte::domain::classify::{Class, Context, Conversation, Mark, Verdict, classify, wants_parts};
use servicelofte::domain::message::Message;
use servicelofte::mail::parse;

pub fn check(bytes: &[u8]) {
    let Some((&known, bytes)) = bytes.split_first() else { return };
    let own = ["kf@example.se".to_owned(), "alias@example.se".to_owned()];
    let notify = ["@forms.example.se".to_owned()];
    let context = Context {
        own: &own,
        is_own_id: known & 1 != 0,
        letter: known & 2 != 0,
        notify_senders: &notify,
        in_junk: known & 4 != 0,
        in_sent: known & 8 != 0,
        conversation: match known >> 4 & 3 {
            0 => Conversation::Unknown,
            1 => Conversation::Known,
            _ => Conversation::NotLookedUp,
        },
    };
    let message = parse::message(bytes);
    let verdict = classify(&message, &context);
    holds(&message, &context, &verdict);
    assert!(classify(&message, &context) == verdict, "two verdicts on one message");

    let head = parse::message(header(bytes));
    let of_head = classify(&head, &context);
    holds(&head, &context, &of_head);
    assert!(
        of_head.needs_answer || wants_parts(&head) || !verdict.needs_answer,
        "the header alone loses what the whole mail shows"
    );
}

fn holds(message: &Message, context: &Context<'_>, verdict: &Verdict) {
    assert!(!verdict.reasons.is_empty(), "a class without a reason");
    assert!(verdict.marks.is_sorted() && !has_twins(&verdict.marks), "{:?}", verdict.marks);
    let has = |mark| verdict.marks.contains(&mark);
    match verdict.class {
        Class::Own | Class::Bounce | Class::Receipt | Class::Bulk => assert!(!verdict.needs_answer),
        Class::Unreadable | Class::Group | Class::Notification | Class::Letter | Class::Correspondence => {
            assert!(verdict.needs_answer, "{:?} is left unanswered", verdict.class);
        }
        Class::AutoReply | Class::Calendar => assert!(!verdict.may_notify),
    }
    if verdict.may_notify {
        assert!(verdict.needs_answer, "a notice about what needs no answer");
        assert!(!message.from.is_empty() || verdict.class == Class::Letter, "a notice to nobody");
        assert!(!has(Mark::InJunk) && !has(Mark::DmarcFailed) && !has(Mark::ForgedMark) && !has(Mark::FromOurselves));
    }
    assert!(!context.in_junk || !verdict.may_notify, "a notice to what lies in the junk folder");
}

fn has_twins(marks: &[Mark]) -> bool {
    marks.windows(2).any(|pair| pair[0] == pair[1])
}

/// The header block, as a server would give it.
fn header(bytes: &[u8]) -> &[u8] {
    let end = (0..bytes.len()).find(|&at| bytes[at..].starts_with(b"\r\n\r\n") || bytes[at..].starts_with(b"\n\n"));
    end.map_or(bytes, |end| &bytes[..end + 2])
}
