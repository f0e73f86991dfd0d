//! A few days of a mailbox, and their outcome: the same on every server.

use super::post::Mail;
use super::register::Register;
use super::site::{at, mail};
use chrono::{DateTime, Utc};

/// Where a message lies, under any name of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Inbox,
    Sent,
    Junk,
    Trash,
}

/// One message of the mailbox.
pub struct Placed {
    pub place: Place,
    pub mail: String,
    /// As Maildir has them: `S` seen, `R` answered, `T` deleted.
    pub flags: &'static str,
    pub arrival: DateTime<Utc>,
}

/// The mailbox as of Thursday 19 November 2026, 13:30.
pub fn mailbox() -> Vec<Placed> {
    let put = |place, mail: &str, flags, arrival| Placed {
        place,
        mail: mail.to_owned(),
        flags,
        arrival: at(arrival),
    };
    let inbox = |mail: String, arrival| put(Place::Inbox, &mail, "", arrival);
    let answer = "From: kf@example.se\nTo: eva@example.org\nSubject: SV: Sopor\nMessage-ID: <a3@x>\nIn-Reply-To: <q3@x>\n\
                  Date: Wed, 18 Nov 2026 10:00:00 +0100\n\nHej! Det ordnar sig.\n";
    let absence = mail(
        "eva@example.org",
        "Autosvar: SV: Sopor",
        "r3@x",
        "In-Reply-To: <a3@x>\nAuto-Submitted: auto-replied\n",
    );
    let news = "List-Unsubscribe: <https://news.example.org/u>\nPrecedence: bulk\n";
    vec![
        // Due on Wednesday: overdue.
        inbox(
            mail("Karin <karin@example.org>", "Vagen till skolan", "q1@x", ""),
            "2026-11-16 09:00",
        ),
        // Due today.
        inbox(
            mail("Olle <olle@example.org>", "Bussen", "q2@x", ""),
            "2026-11-17 09:12",
        ),
        // Answered yesterday, by a mail program as handlers use it; then came an absence reply.
        put(
            Place::Inbox,
            &mail("eva@example.org", "Sopor", "q3@x", ""),
            "SR",
            "2026-11-17 10:00",
        ),
        put(Place::Sent, answer, "S", "2026-11-18 10:00"),
        inbox(absence, "2026-11-18 10:01"),
        inbox(
            mail("news@example.org", "Nyheter", "n4@x", news),
            "2026-11-19 07:00",
        ),
        // Stamped last Friday, so due tomorrow, and its notice must be posted today.
        inbox(
            mail("skanner@example.se", "Brev Ink 2026-11-13", "s5@x", ""),
            "2026-11-17 15:00",
        ),
        // Time enough.
        inbox(
            mail("Nina <nina@example.org>", "Simhallen", "q6@x", ""),
            "2026-11-19 12:00",
        ),
        put(
            Place::Junk,
            &mail("x@example.net", "Du har vunnit", "j7@x", ""),
            "",
            "2026-11-19 08:00",
        ),
        put(
            Place::Trash,
            "From: a@b.c\nSubject: old\n\nold\n",
            "ST",
            "2026-10-01 08:00",
        ),
    ]
}

/// Kind and reader of every mail that the mailbox above causes.
pub const MAILS: [(&str, &str, &str); 4] = [
    ("kanslichef@example.se", "escalation", "auto-generated"),
    ("karin@example.org", "notice", "auto-replied"),
    ("olle@example.org", "notice", "auto-replied"),
    ("registrator@example.se", "digest", "auto-generated"),
];

/// Everything there is to check of the mails and the register; `sent` is what the server calls its
/// Sent folder.
pub fn check(mails: &[Mail], register: &Register, sent: &str) {
    let seen: Vec<_> = mails
        .iter()
        .map(|mail| {
            (
                mail.to(),
                mail.kind().0,
                mail.field("Auto-Submitted").unwrap(),
            )
        })
        .collect();
    let seen: Vec<_> = seen
        .iter()
        .map(|(to, kind, auto)| (to.as_str(), kind.as_str(), auto.as_str()))
        .collect();
    assert_eq!(seen, MAILS);
    mails.iter().for_each(check_contract);
    check_readers(mails);
    check_log(register, sent);
}

/// What contract.md promises of every mail, as it arrived.
fn check_contract(mail: &Mail) {
    for name in [
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "MIME-Version",
    ] {
        assert!(
            mail.field(name).is_some_and(|value| !value.is_empty()),
            "no {name}: {mail:?}"
        );
    }
    assert!(
        mail.field("From").unwrap().contains("kf@example.se"),
        "{mail:?}"
    );
    assert_eq!(
        mail.field("Return-Path").as_deref(),
        Some("<kf@example.se>"),
        "a bounce must come back: {mail:?}"
    );
    assert_eq!(
        mail.field("X-Auto-Response-Suppress").as_deref(),
        Some("OOF, AutoReply"),
        "{mail:?}"
    );
    assert!(
        mail.field("Date")
            .unwrap()
            .starts_with("Thu, 19 Nov 2026 13:3"),
        "{mail:?}"
    );
    assert!(
        mail.kind().1.iter().all(|one| one.starts_with("SL-2026-")),
        "{mail:?}"
    );
    // The letter to post hangs on the mail of the morning.
    let form = if mail.kind().0 == "digest" {
        "multipart/mixed;"
    } else {
        "multipart/alternative;"
    };
    assert!(
        mail.field("Content-Type").unwrap().starts_with(form),
        "{mail:?}"
    );
    let parts = [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ];
    let [text, html] = parts.map(|part| mail.0.find(part).expect("both parts"));
    assert!(text < html, "the text comes first: {mail:?}");
}

fn check_readers(mails: &[Mail]) {
    let [escalation, notice, other, morning] = mails else {
        panic!("{mails:?}")
    };
    assert_eq!(notice.field("In-Reply-To").as_deref(), Some("<q1@x>"));
    // Our own id comes first: a relay that rewrites the Message-ID leaves it there.
    let references = other.field("References").unwrap_or_default();
    assert!(
        references.starts_with("<servicelofte-") && references.ends_with(" <q2@x>"),
        "{references}"
    );
    assert!(
        notice.0.contains("Anna Exempel") && notice.0.contains("0123-45 60 01"),
        "{notice:?}"
    );
    assert_eq!(
        escalation.kind().1,
        notice.kind().1,
        "the supervisor hears of what is overdue, and of nothing else"
    );
    // The people of the mailbox see senders and subjects, and no one else: not those above them.
    for word in [
        "karin@",
        "Karin",
        "olle@",
        "Olle",
        "Bussen",
        "Vagen",
        "Nyheter",
        "Simhallen",
    ] {
        assert!(!escalation.0.contains(word), "{word} in {escalation:?}");
    }
    assert!(
        ["karin@example.org", "olle@example.org"]
            .iter()
            .all(|sender| morning.0.contains(sender)),
        "{morning:?}"
    );
    assert_eq!(
        morning.kind().1.len(),
        5,
        "all that is due, the letter to post, the newsletter and the absence reply, in one mail"
    );
    assert!(
        morning.0.contains("Content-Type: application/pdf"),
        "{morning:?}"
    );
}

fn check_log(register: &Register, sent: &str) {
    assert_eq!(register.items(), 8);
    let overdue = [
        "logged",
        "queued notice",
        "queued reminder",
        "queued escalation:1",
        "queued climbed:1",
        "sent notice",
        "sent reminder",
        "sent escalation:1",
        "sent climbed:1",
    ];
    let letter = [
        "logged",
        "queued letter",
        "queued reminder",
        "sent letter",
        "sent reminder",
    ];
    let due = [
        "logged",
        "queued notice",
        "queued reminder",
        "sent notice",
        "sent reminder",
    ];
    for (subject, state, day, facts) in [
        (
            "Vagen till skolan",
            "open",
            Some("2026-11-18"),
            &overdue[..],
        ),
        ("Bussen", "open", Some("2026-11-19"), &due),
        (
            "Sopor",
            "answered",
            Some("2026-11-19"),
            &["logged", "probably_answered", "answered"],
        ),
        (
            "Autosvar: SV: Sopor",
            "excluded",
            Some("2026-11-20"),
            &["logged", "tied", "excluded"],
        ),
        ("Nyheter", "excluded", None, &["logged"]),
        ("Brev Ink 2026-11-13", "open", Some("2026-11-20"), &letter),
        ("Simhallen", "open", Some("2026-11-23"), &["logged"]),
        (
            "Du har vunnit",
            "no_question",
            Some("2026-11-23"),
            &["logged"],
        ),
    ] {
        let item = register.item(subject);
        assert_eq!(
            (item["state"].as_str(), item["due"]["date"].as_str()),
            (Some(state), day),
            "{subject}: {item}"
        );
        let (mut seen, mut expected) = (register.history(subject), facts.to_vec());
        seen.sort();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{subject}");
    }
    let evidence = &register.item("Sopor")["settled"]["evidence"];
    assert_eq!(
        (
            &evidence["kind"],
            &evidence["folder"],
            &evidence["matched_by"]
        ),
        (&"sent".into(), &sent.into(), &"in_reply_to".into())
    );
}
