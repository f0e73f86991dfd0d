//! The language of the citizen: what the header asks for is what the notice is written in; staff
//! mail stays as it is.

use super::edges::town;
use mail_parser::MessageParser;
use servicelofte::domain::tongue::Tongue;

/// Subject and text of the mails of a kind, in the order in which they left.
fn mails(town: &super::town::Town, kind: &str) -> Vec<(String, String)> {
    let accepted = town.post.state().accepted.clone();
    let parsed = accepted.iter().map(|one| {
        MessageParser::default()
            .parse(&one.envelope.mail)
            .expect("a mail")
            .into_owned()
    });
    let of_kind = parsed.filter(|mail| {
        mail.header_raw("X-Servicelofte")
            .is_some_and(|mark| mark.trim().starts_with(kind))
    });
    of_kind
        .map(|mail| {
            let text = mail.body_text(0).expect("a text").into_owned();
            assert!(
                mail.html_body_count() == 1 && mail.text_body_count() == 1,
                "both forms"
            );
            (mail.subject().unwrap_or_default().to_owned(), text)
        })
        .collect()
}

#[test]
fn an_english_mail_gets_an_english_notice() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\n\
                  mail id=a from=anna@example.com subject=\"Question about my building permit\"\n\
                  mail id=b from=bo@example.com subject=\"Trasig lampa\" header=\"Content-Language: en-US\"\n\
                  mail id=c from=cilla@example.com subject=Storgatan header=\"Content-Language: fi-FI\"\n\
                  at 2026-11-24 09:00";
    town(script, async |town| {
        let asked: Vec<Option<Tongue>> = town
            .items()
            .await
            .iter()
            .map(|item| item.language)
            .collect();
        assert_eq!(asked, [Some(Tongue::ENGLISH), None, "fi".parse().ok()]);
        let mut notices = mails(town, "notice");
        notices.sort();
        let subjects: Vec<&str> = notices
            .iter()
            .map(|(subject, _)| subject.as_str())
            .collect();
        assert_eq!(
            subjects,
            [
                "Vi behöver mer tid [SL-2026-00002]",
                "Vi behöver mer tid [SL-2026-00003]",
                "We need more time [SL-2026-00001]",
            ]
        );
        assert!(
            notices[2]
                .1
                .contains("You will have an answer or further news"),
            "{}",
            notices[2].1
        );
        let reminders = mails(town, "reminder");
        assert!(
            !reminders.is_empty() && reminders.iter().all(|(_, text)| text.starts_with("Hej ")),
            "{reminders:?}"
        );
    });
}

/// Who sends a mail, as its reader sees it, and its text.
fn sent_by(town: &super::town::Town, kind: &str) -> Vec<(String, String)> {
    let accepted = town.post.state().accepted.clone();
    let read = accepted.iter().filter_map(|one| {
        let mail = MessageParser::default().parse(&one.envelope.mail)?;
        let mark = mail.header_raw("X-Servicelofte")?.trim();
        let from = mail.from()?.first()?.name()?.to_owned();
        let text = mail.body_text(0)?.replace("\r\n", " ").replace('\n', " ");
        mark.split(';')
            .next()
            .is_some_and(|of| of == kind)
            .then_some((from, text))
    });
    read.collect()
}

#[test]
fn a_mail_to_a_citizen_speaks_one_language_and_of_one_board() {
    let script = "organisation unit = \"Kommunfullmäktige\"\n\
                  organisation en = { name = \"Municipality of Exempelköping\", unit = \"Municipal Council\", complaints = \"feedback@example.se\", privacy_url = \"https://www.example.se/en/privacy\" }\n\
                  mailbox organisation = { unit = \"Kommunstyrelsen\", en = { unit = \"Executive Board\" } }\n\
                  pledge email tell_new_date = true\n\
                  start 2026-11-16 08:00\nat 2026-11-19 09:12\n\
                  mail id=a from=anna@example.com subject=\"Question about my building permit\"\n\
                  mail id=b from=bo@example.com subject=\"Trasig lampa\"\n\
                  at 2026-12-03 10:00\npromise SL-2026-00001 by=2026-12-10\nat 2026-12-03 11:00";
    town(script, async |town| {
        let mut notices = sent_by(town, "notice");
        notices.sort();
        let [(english, text), (swedish, svensk)] = &notices[..] else {
            panic!("{notices:?}")
        };
        assert_eq!(
            (english.as_str(), swedish.as_str()),
            ("Executive Board", "Kommunstyrelsen")
        );
        let moved = sent_by(town, "new_date");
        let [(author, new_date)] = &moved[..] else {
            panic!("{moved:?}")
        };
        assert_eq!(author, "Executive Board");
        for text in [text, new_date] {
            let is_theirs = text.contains("Executive Board, Municipality of Exempelköping");
            assert!(is_theirs && text.contains("feedback@example.se"), "{text}");
            for strange in ["Kommun", "kommun", "Council", "synpunkter"] {
                assert!(!text.contains(strange), "{strange}: {text}");
            }
        }
        assert!(text.contains("https://www.example.se/en/privacy"), "{text}");
        assert!(
            svensk.contains("Kommunstyrelsen, Exempelköpings kommun"),
            "{svensk}"
        );
        let reminders = sent_by(town, "reminder");
        let are_staffs = reminders
            .iter()
            .all(|(author, _)| author == "Kommunstyrelsen");
        assert!(!reminders.is_empty() && are_staffs, "{reminders:?}");
    });
}
