//! What a mail system puts above a mail that comes from outside: `EXTERN`, `CAUTION`, Microsoft's
//! note on a first contact. Such lines are not their reader's nor their writer's, and may come
//! before a command without being read.

use super::line::Line;
use super::token::fold;

/// Words, folded, of which one makes the paragraph above a command a banner.
const SIGNS: [&str; 40] = [
    "extern avsandare",
    "externt mejl",
    "externt mail",
    "externt meddelande",
    "extern e-post",
    "externt e-postmeddelande",
    "external email",
    "external e-mail",
    "external sender",
    "external message",
    "ekstern e-post",
    "ekstern afsender",
    "ekstern avsender",
    "ulkopuolelta",
    "utanfor kommunen",
    "utanfor organisationen",
    "utanfor var organisation",
    "utifran",
    "outside of the organization",
    "outside the organization",
    "outside of your organization",
    "outside your organization",
    "outside of the organisation",
    "outside your organisation",
    "from outside",
    "far inte ofta e-post fran",
    "far ofta inte e-post fran",
    "don't often get email from",
    "don’t often get email from",
    "learnaboutsenderidentification",
    "forsta gangen du far mejl",
    "forsta gangen du far e-post",
    "first time you received an email",
    "this sender might be impersonating",
    "lankar eller bilagor",
    "lankar och bilagor",
    "links or attachments",
    "links or open attachments",
    "open attachments",
    "klicka inte pa lankar",
];

/// One of these words alone in a line, or in front of it with a mark behind, is a banner too; so is
/// the label that a program gives a mail by its secrecy.
const TITLES: [&str; 17] = [
    "extern",
    "externt",
    "external",
    "ekstern",
    "caution",
    "varning",
    "warning",
    "externa",
    "advarsel",
    "sensitivity",
    "classification",
    "klassificering",
    "klassning",
    "informationsklass",
    "informationsklassning",
    "kanslighet",
    "sekretessklass",
];

/// Words, folded, of which a banner in any other wording has one of each: where the mail is from,
/// and that it is a mail.
const OUTSIDE: [&str; 14] = [
    "extern",
    "ekstern",
    "outside",
    "utanfor",
    "utifran",
    "udefra",
    "utenfra",
    "ulkopuol",
    "untrusted",
    "okand avsandare",
    "unknown sender",
    "inte kunnat verifieras",
    "kunde inte verifieras",
    "could not be verified",
];
const MAIL: [&str; 16] = [
    "mejl",
    "mail",
    "e-post",
    "epost",
    "meddelande",
    "avsandar",
    "kalla",
    "message",
    "sender",
    "source",
    "absender",
    "nachricht",
    "viesti",
    "lahettaj",
    "afsender",
    "avsender",
];

/// Lines that a banner may take.
const MAX_LINES: usize = 8;

/// How many of `lines`, at the top of a reply, are a banner's: up to a blank line, or to the first
/// that `is_command`.
pub(super) fn length(lines: &[Line], is_command: impl Fn(&Line) -> bool) -> usize {
    let paragraph = lines
        .iter()
        .take(MAX_LINES)
        .take_while(|line| !line.tokens.is_empty());
    // «NOTE: external sender» is not a note.
    let notes = |line: &Line| line.tokens[0].key == "note" && is_sign(line);
    let length = paragraph
        .take_while(|line| notes(line) || !is_command(line))
        .count();
    // A sentence may be broken in the middle of a sign.
    let joined = lines[..length]
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let folded = fold(&joined);
    if warns(&folded) || lines[..length].iter().any(is_sign) {
        length
    } else {
        0
    }
}

fn is_sign(line: &Line) -> bool {
    let folded = fold(&line.text);
    let title = line.tokens.first().is_some_and(|first| {
        TITLES.contains(&first.key.as_str())
            && (line.tokens.len() == 1 || first.ends_with_mark() || first.in_brackets())
    });
    title || warns(&folded)
}

fn warns(folded: &str) -> bool {
    let within = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    within(&SIGNS) || within(&OUTSIDE) && within(&MAIL)
}
