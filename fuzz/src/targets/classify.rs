//! The class of any bytes: total, without contradictions, and never a person lost because a header
//! was read alone.
//!
//! The first byte chooses the context of the message.

use servicelofte::domain::classify::{
    Class, Context, Conversation, Mark, Ours, Verdict, classify, wants_parts,
};
use servicelofte::domain::message::Message;
use servicelofte::mail::parse;

pub fn check(bytes: &[u8]) {
    let Some((&known, bytes)) = bytes.split_first() else {
        return;
    };
    let own = ["kf@example.se".to_owned(), "alias@example.se".to_owned()];
    let notify = ["@forms.example.se".to_owned()];
    let context = Context {
        own: &own,
        ours: if known & 1 != 0 {
            Ours::ById
        } else {
            Ours::NotLookedUp
        },
        letter: known & 2 != 0,
        notify_senders: &notify,
        in_junk: known & 4 != 0,
        in_sent: known & 8 != 0,
        conversation: match known >> 4 & 3 {
            0 => Conversation::Unknown,
            1 => Conversation::Known,
            _ => Conversation::NotLookedUp,
        },
        ..Context::default()
    };
    let message = parse::message(bytes);
    let verdict = classify(&message, &context);
    holds(&message, &context, &verdict);
    assert!(
        classify(&message, &context) == verdict,
        "two verdicts on one message"
    );

    let head = parse::message(&fields(header(bytes)));
    let of_head = classify(&head, &context);
    holds(&head, &context, &of_head);
    // Where a header with lines that are not fields ends, a server may see otherwise than we do.
    let is_regular = message
        .defects
        .iter()
        .all(|defect| !defect.starts_with("a line in the header"));
    // A file in UTF-16 is decoded as a whole; a server takes its lines as they are.
    let is_wide =
        bytes.contains(&0) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let is_regular = is_regular && !is_wide;
    assert!(
        !is_regular || of_head.needs_answer || wants_parts(&head) || !verdict.needs_answer,
        "the header alone loses what the whole mail shows"
    );
}

fn holds(message: &Message, context: &Context<'_>, verdict: &Verdict) {
    assert!(!verdict.reasons.is_empty(), "a class without a reason");
    assert!(
        verdict.marks.is_sorted() && !has_twins(&verdict.marks),
        "{:?}",
        verdict.marks
    );
    let has = |mark| verdict.marks.contains(&mark);
    match verdict.class {
        Class::Own | Class::Bounce | Class::Receipt | Class::Bulk => assert!(!verdict.needs_answer),
        Class::Unreadable
        | Class::Group
        | Class::Notification
        | Class::Letter
        | Class::Correspondence => {
            assert!(
                verdict.needs_answer,
                "{:?} is left unanswered",
                verdict.class
            );
        }
        Class::AutoReply | Class::Calendar => assert!(!verdict.may_notify),
    }
    if verdict.may_notify {
        assert!(verdict.needs_answer, "a notice about what needs no answer");
        assert!(
            !message.from.is_empty() || verdict.class == Class::Letter,
            "a notice to nobody"
        );
        assert!(
            !has(Mark::InJunk)
                && !has(Mark::DmarcFailed)
                && !has(Mark::ForgedMark)
                && !has(Mark::FromOurselves)
        );
    }
    assert!(
        !context.in_junk || !verdict.may_notify,
        "a notice to what lies in the junk folder"
    );
}

fn has_twins(marks: &[Mark]) -> bool {
    marks.windows(2).any(|pair| pair[0] == pair[1])
}

/// The header block of a mail, as IMAP would give it.
#[must_use]
pub fn header(bytes: &[u8]) -> &[u8] {
    let end = (0..bytes.len()).find(|&i| {
        bytes[i..].starts_with(b"\n\n")
            || bytes[i..].starts_with(b"\n\r\n")
            || bytes[i..].starts_with(b"\r\r")
    });
    end.map_or(bytes, |end| &bytes[..end + 2])
}

/// The fields that are asked for, as a server returns them.
#[must_use]
pub fn fields(header: &[u8]) -> Vec<u8> {
    let (mut out, mut wanted) = (Vec::new(), false);
    for line in header.split_inclusive(|&b| b == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line
                .split(|&b| b == b':')
                .next()
                .unwrap_or_default()
                .trim_ascii();
            wanted = parse::FIELDS
                .iter()
                .any(|field| field.as_bytes().eq_ignore_ascii_case(name));
        }
        if wanted {
            out.extend_from_slice(line);
        }
    }
    if header.contains(&b'\n') {
        out
    } else {
        header.to_vec()
    }
}
