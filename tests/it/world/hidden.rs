//! What mails do not show: sender and subject of a sensitive mailbox's mail, the name of one who
//! signs as a function. And what they ask of whoever stands in.

use super::briefing::{Hall, at};
use super::settings::Settings;
use servicelofte::mail::parse;

fn hall(lines: &[&str]) -> Hall {
    let mut settings = Settings::new();
    for line in lines {
        assert!(settings.set(line), "{line}");
    }
    Hall::of(&settings, "")
}

/// The text of the mail that leaves for the citizen of the first mailbox.
fn notice(hall: &Hall, now: &str) -> (String, String) {
    let mail = hall.engine.db().next_queued("kf", at(now), Some(at(now)));
    let mail = mail.expect("the outbox").expect("a notice").mail;
    let text = mail_parser::MessageParser::default().parse(&mail);
    let text = text
        .expect("a mail")
        .body_text(0)
        .expect("a text")
        .into_owned();
    let subject = parse::message(&mail).subject;
    (subject, text)
}

#[test]
fn of_a_sensitive_mailbox_nothing_is_shown_to_anybody() {
    let everybody = "mailbox staff_mail = { handler = true, supervisor = true }";
    for (sensitive, is_shown) in [(false, true), (true, false)] {
        let mut hall = hall(&[everybody, &format!("mailbox sensitive = {sensitive}")]);
        hall.arrives("kf", "anna@example.com", "Subject: Min son Kim");
        for (mailbox, now) in [("kf", "23 07:00"), ("sn", "23 07:00"), ("kf", "23 07:01")] {
            hall.round(mailbox, now);
        }
        let mails = hall.waiting();
        assert_eq!(mails.len(), 1, "{mails:?}");
        let words = &mails[0].words;
        assert!(words.contains("SL-2026-00001"), "{words}");
        assert_eq!(words.contains("Min son"), is_shown, "{words}");
        assert_eq!(words.contains("anna@example.com"), is_shown, "{words}");

        hall.round("kf", "23 12:00");
        let (subject, text) = notice(&hall, "23 12:00");
        assert_eq!(subject, "Vi behöver mer tid [SL-2026-00001]");
        assert_eq!(text.contains("Min son"), is_shown, "{text}");

        hall.round("kf", "24 07:00");
        hall.round("sn", "24 07:00");
        hall.round("kf", "24 07:01");
        let mails = hall.waiting();
        let to_chief = mails.iter().find(|mail| mail.to == "kanslichef@example.se");
        let words = &to_chief.expect("an escalation").words;
        assert!(words.contains("SL-2026-00001"), "{words}");
        assert!(!words.contains("Min son") || is_shown, "{words}");
    }
}

#[test]
fn a_citizen_reads_a_function_of_who_signs_as_one() {
    let mut hall = hall(&[
        "staff registrator signs_as = { title = \"Registraturen\", phone = \"0123-45 60 00\" }",
        "staff registrator phone = \"0123-45 60 99\"",
        "staff registrator title = \"utredare\"",
    ]);
    hall.arrives("kf", "anna@example.com", "Subject: Bussen");
    hall.round("kf", "23 12:00");
    let (_, text) = notice(&hall, "23 12:00");
    let told = "Här handläggs ditt ärende:\n\n  Registraturen\n  Telefon: 0123-45 60 00\n\n";
    assert!(text.replace("\r\n", "\n").contains(told), "{text}");
    for hidden in ["Namn registrator", "registrator@", "60 99", "utredare"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

/// An English notice has no Swedish title in it, nor a Swedish function.
#[test]
fn a_citizen_reads_a_title_in_the_language_of_the_notice() {
    for (settings, told) in [
        (
            vec![
                "staff registrator title = \"nämndsekreterare\"",
                "staff registrator en = { title = \"committee secretary\" }",
            ],
            ["Namn registrator, committee secretary", "nämndsekreterare"],
        ),
        (
            vec![
                "staff registrator signs_as = { title = \"Registraturen\" }",
                "staff registrator en = { signs_as = \"The registry\" }",
            ],
            ["The registry", "Registraturen"],
        ),
    ] {
        let mut hall = hall(&settings);
        let english = "Subject: Question about the bus stop\r\nContent-Language: en";
        hall.arrives("kf", "anna@example.com", english);
        hall.round("kf", "23 12:00");
        let (_, text) = notice(&hall, "23 12:00");
        let [says, hides] = told;
        assert!(text.contains(says) && !text.contains(hides), "{text}");
    }
}

/// `BORTA` without a last day holds until a person writes `TILLBAKA`: whoever stands in is asked.
#[test]
fn whoever_stands_in_is_asked_how_long() {
    for (until, days, asks) in [
        (None, "16", true),
        (None, "20", false),
        (Some("30"), "16", false),
    ] {
        let mut hall = hall(&[]);
        let day = |day: &str| format!("2026-11-{day}").parse().expect("a date");
        let since = at(&format!("{days} 08:00"));
        let span = (Some(day(days)), until.map(day));
        hall.engine
            .away("registrator", span, "kanslist", since)
            .expect("away");
        hall.arrives("kf", "anna@example.com", "Subject: Bussen");
        for (mailbox, now) in [("kf", "23 07:00"), ("sn", "23 07:00"), ("kf", "23 07:01")] {
            hall.round(mailbox, now);
        }
        let mails = hall.waiting();
        let mail = mails.iter().find(|mail| mail.to == "kanslist@example.se");
        let words = &mail.expect("a mail to whoever stands in").words;
        assert_eq!(
            words.contains("Skriv TILLBAKA Namn"),
            asks,
            "{until:?} {days} {words}"
        );
    }
}
