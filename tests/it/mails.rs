//! Everything that is written to people: expected texts, plain language, the municipality's own
//! templates, `preview`; and, in `bytes`, headers that hold against hostile strings.
//!
//! `UPDATE_EXPECT=1` writes the expected texts again; read the difference before it is committed.

mod bytes;
mod html;
mod languages;
mod size;

use chrono::{NaiveDate, NaiveTime};
use servicelofte::cli::Failure;
use servicelofte::cli::preview::{self, Preview, PreviewArgs, PreviewFormat};
use servicelofte::config::Language;
use servicelofte::domain::board::StaffMail;
use servicelofte::domain::effect::Kind;
use servicelofte::domain::pledge::Span;
use servicelofte::domain::tongue::Tongue;
use servicelofte::mail::compose;
use servicelofte::mail::texts::facts::{HeldWhy, Matter, NoticeFacts, StaffMailFacts, Trouble};
use servicelofte::mail::texts::sample::{self, Facts, Sample};
use servicelofte::mail::texts::{MAX_ITEMS, Template, Texts, in_words, lint, wrap};
use std::path::{Path, PathBuf};

const LANGUAGES: [(Language, &str); 2] = [(Language::Swedish, "sv"), (Language::English, "en")];
const ALL: StaffMail = StaffMail {
    handler: true,
    supervisor: true,
};

fn samples() -> Vec<Sample> {
    sample::samples(&sample::municipality(), StaffMail::default())
}

fn facts_of(name: &str) -> Facts {
    samples()
        .into_iter()
        .find(|s| s.name == name)
        .expect("a sample of that name")
        .facts
}

fn notice_facts() -> NoticeFacts {
    let Facts::Notice(facts) = facts_of("notice") else {
        panic!("the notice is one")
    };
    facts
}

fn staff_facts(name: &str) -> StaffMailFacts {
    let Facts::Staff(facts) = facts_of(name) else {
        panic!("{name} is a mail to staff")
    };
    facts
}

fn texts(language: Language) -> Texts {
    Texts::new(language, None).expect("the built-in templates are right")
}

// --- Expected texts ---------------------------------------------------------------------------------------------------

/// Compares with a file of `tests/data/mails`, or writes it.
fn check_file(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/mails")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, actual).expect("the expected text can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "{name}: UPDATE_EXPECT=1 writes the expected texts anew"
    );
}

#[test]
fn every_mail_reads_as_expected() {
    for (language, code) in LANGUAGES {
        let texts = texts(language);
        for sample in samples() {
            let text = sample
                .text(&texts)
                .expect("a built-in template renders its sample");
            check_file(
                &format!("{code}-{}.txt", sample.name),
                &format!("Subject: {}\n\n{}", text.subject, text.body),
            );
        }
    }
}

#[test]
fn no_expected_text_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mails");
    let mut names: Vec<&str> = samples().iter().map(|s| s.name).collect();
    names.push(languages::ENGLISH_NAMES);
    for entry in std::fs::read_dir(folder).expect("the folder of expected texts") {
        let file = entry.expect("a file").path();
        let stem = file.file_stem().and_then(|s| s.to_str()).expect("a name");
        assert!(
            stem.split_once('-')
                .is_some_and(|(_, name)| names.contains(&name)),
            "{stem} is no sample"
        );
    }
}

#[test]
fn built_in_texts_are_plain_and_complete() {
    for (language, code) in LANGUAGES {
        let texts = texts(language);
        for policy in [StaffMail::NOBODY, ALL] {
            for sample in sample::samples(&sample::municipality(), policy) {
                let text = sample.text(&texts).expect("it renders");
                let mut remarks = lint::lint(language, &text);
                remarks.extend(lint::missing(&text, &sample.required(&texts.wording(None))));
                assert!(
                    remarks.is_empty(),
                    "{code}-{}: {remarks:#?}\n{}",
                    sample.name,
                    text.body
                );
                assert!(
                    text.body.lines().all(|l| l.chars().count() <= wrap::WIDTH),
                    "{code}-{}",
                    sample.name
                );
                assert!(
                    !text.body.contains("\n\n\n") && !text.body.contains("none"),
                    "{code}-{}",
                    sample.name
                );
            }
        }
    }
}

// --- Words ------------------------------------------------------------------------------------------------------------

#[test]
fn dates_and_counts() {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
    let plain = |text: String| text.replace('\u{a0}', " ");
    let (sv, en) = (Language::Swedish, Language::English);
    for (date, swedish, english) in [
        (
            day(2026, 11, 19),
            "torsdag 19 november 2026",
            "Thursday 19 November 2026",
        ),
        (
            day(2026, 1, 1),
            "torsdag 1 januari 2026",
            "Thursday 1 January 2026",
        ),
        (
            day(2027, 2, 28),
            "söndag 28 februari 2027",
            "Sunday 28 February 2027",
        ),
        (
            day(2024, 2, 29),
            "torsdag 29 februari 2024",
            "Thursday 29 February 2024",
        ),
        (day(2026, 5, 2), "lördag 2 maj 2026", "Saturday 2 May 2026"),
    ] {
        assert_eq!(
            (
                plain(in_words::date(sv, date)).as_str(),
                plain(in_words::date(en, date)).as_str()
            ),
            (swedish, english)
        );
    }
    let time = NaiveTime::from_hms_opt(9, 2, 59).expect("a time");
    assert_eq!(
        (
            plain(in_words::time(sv, time)),
            plain(in_words::time(en, time))
        ),
        ("kl. 09.02".into(), "at 09:02".into())
    );

    let today = day(2026, 11, 23);
    for (date, swedish) in [
        (day(2026, 11, 22), "i går, söndag 22 november 2026"),
        (day(2026, 11, 23), "i dag, måndag 23 november 2026"),
        (day(2026, 11, 24), "i morgon, tisdag 24 november 2026"),
        (day(2026, 11, 25), "onsdag 25 november 2026"),
    ] {
        assert_eq!(plain(in_words::relative(sv, date, today)), swedish);
    }
    for (span, swedish, english) in [
        (Span::WorkingDays(1), "1 arbetsdag", "1 working day"),
        (Span::WorkingDays(2), "2 arbetsdagar", "2 working days"),
        (Span::Days(0), "0 dagar", "0 days"),
        (Span::Weeks(1), "1 vecka", "1 week"),
        (Span::Weeks(4), "4 veckor", "4 weeks"),
        (Span::Months(1), "1 månad", "1 month"),
        (Span::Months(3), "3 månader", "3 months"),
    ] {
        assert_eq!(
            (
                plain(in_words::span(sv, span)).as_str(),
                plain(in_words::span(en, span)).as_str()
            ),
            (swedish, english)
        );
    }
    for (folder, swedish) in [
        ("INBOX", "Inkorgen"),
        ("inbox", "Inkorgen"),
        ("INBOX/Skannat", "Inkorgen/Skannat"),
        ("INBOX.Åäö", "Inkorgen.Åäö"),
        ("INBOXEN", "INBOXEN"),
        ("Skräppost", "Skräppost"),
        ("åäöåä", "åäöåä"),
    ] {
        assert_eq!(in_words::folder(sv, folder), swedish);
    }
}

// --- What staff mail says ----------------------------------------------------------------------------------------------

#[test]
fn subjects_say_what_to_do_by_when() {
    let texts = texts(Language::Swedish);
    for (name, subject) in [
        ("reminder", "Svara senast i dag: [SL-2026-00042]"),
        (
            "reminder-tomorrow",
            "Svara senast tisdag 24 november 2026: [SL-2026-00042]",
        ),
        ("reminder-late", "Försenat 2 arbetsdagar: [SL-2026-00042]"),
        (
            "reminder-confirm",
            "Är ärendet redan besvarat? [SL-2026-00042]",
        ),
        ("reminder-urged", "Bo Ek ber dig svara på [SL-2026-00042]"),
        (
            "reminder-bounced",
            "Beskedet kom inte fram: [SL-2026-00042]",
        ),
        ("escalation", "Försenat 1 arbetsdag: [SL-2026-00041]"),
        ("escalation-noticed", "Att känna till: [SL-2026-00042]"),
        (
            "escalations",
            "5 väntar hos andra, 1 att känna till – 4 försenade",
        ),
        (
            "reminders",
            "31 att svara på, 1 nytt hos dig, 1 att bekräfta, 1 utan fråga – 2 försenade",
        ),
        ("excluded", "2 utan fråga, 1 från kollegor, 11 bevakas inte"),
    ] {
        assert_eq!(
            texts.staff(&staff_facts(name)).expect("it renders").subject,
            subject,
            "{name}"
        );
    }
}

/// Where each reference first occurs in the body.
fn order(body: &str) -> Vec<String> {
    let items = body
        .lines()
        .filter_map(|l| l.strip_prefix('[').or(l.strip_prefix("- ")));
    items
        .filter_map(|l| {
            Some(l.split(&[']', ' ', ','][..]).next()?.to_owned()).filter(|l| l.starts_with("SL-"))
        })
        .collect()
}

#[test]
fn the_most_urgent_comes_first_whatever_the_order_of_the_facts() {
    let texts = texts(Language::Swedish);
    let mut facts = staff_facts("reminders");
    facts.items.truncate(4);
    let sorted = [
        "SL-2026-00039",
        "SL-2026-00040",
        "SL-2026-00042",
        "SL-2026-00043",
    ];
    assert_eq!(
        order(&texts.staff(&facts).expect("it renders").body),
        sorted
    );
    facts.items.reverse();
    assert_eq!(
        order(&texts.staff(&facts).expect("it renders").body),
        sorted
    );

    // A noticed item runs against its promise: due before the others, it is not the most urgent.
    facts.items[0].due = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
    facts.items[0].promised.promise = NaiveDate::from_ymd_opt(2026, 12, 7);
    assert_eq!(
        order(&texts.staff(&facts).expect("it renders").body)[0],
        "SL-2026-00043",
        "a promise nobody heard of"
    );
    facts.items[0].notice.noticed = Some(facts.items[0].received);
    assert_eq!(
        order(&texts.staff(&facts).expect("it renders").body)[3],
        "SL-2026-00043"
    );

    // Matters of law come before all others, then what no notice leaves for, then broken promises.
    let mut facts = staff_facts("reminders");
    facts.items.truncate(4);
    facts.items[3].pledge.first = true;
    facts.items[2]
        .matters
        .push(Matter::Held { why: HeldWhy::Junk });
    facts.items[0].due = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a date");
    facts.items[1].promised.promise = NaiveDate::from_ymd_opt(2026, 11, 20);
    let expected = [
        "SL-2026-00043",
        "SL-2026-00039",
        "SL-2026-00040",
        "SL-2026-00042",
    ];
    assert_eq!(
        order(&texts.staff(&facts).expect("it renders").body),
        expected
    );
}

#[test]
fn a_supervisor_sees_each_handlers_items_together() {
    let body = texts(Language::Swedish)
        .staff(&staff_facts("escalations"))
        .expect("it renders")
        .body;
    let teams: Vec<&str> = body
        .lines()
        .filter(|l| l.contains(" – ") || l.starts_with("Att känna till"))
        .collect();
    assert_eq!(
        teams,
        [
            "Ingen handläggare – 1 försenat, äldst 2 arbetsdagar",
            "Anna Åberg – 3 försenade, äldst 2 arbetsdagar, 1 med besked",
            "Att känna till, inget att göra nu",
        ]
    );
    assert!(
        !body.contains("ALLA") && !body.contains("KLAR "),
        "no answers for others: {body}"
    );
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut facts = staff_facts("reminders");
    let item = facts.items[0].clone();
    facts.items = (0..MAX_ITEMS + 40).map(|_| item.clone()).collect();
    let text = texts(Language::Swedish).staff(&facts).expect("it renders");
    assert_eq!(order(&text.body).len(), MAX_ITEMS);
    assert!(
        text.body.contains("Dessutom väntar 40 ärenden"),
        "{}",
        text.body
    );
    assert_eq!(facts.refs().len(), MAX_ITEMS + 40);
}

#[test]
fn kinds_of_staff_mail() {
    let mut facts = staff_facts("reminders");
    assert_eq!(facts.kind(), Kind::Reminder);
    facts.items[0].matters = staff_facts("escalation").items[0].matters.clone();
    assert_eq!(facts.kind(), Kind::Digest);
    facts.items.truncate(1);
    facts.items[0].matters.push(Matter::Gone);
    assert_eq!(facts.kind(), Kind::Escalation);
    facts.items.clear();
    assert_eq!(
        facts.kind(),
        Kind::Digest,
        "the note of what is not watched"
    );
}

#[test]
fn staff_mail_shows_nothing_of_the_citizen_unless_opted_in() {
    let local_part = sample::CITIZEN.split_once('@').expect("an address").0;
    let mut shown = 0;
    for (language, _) in LANGUAGES {
        let texts = texts(language);
        let count = |policy, needle: &str| {
            let staff = sample::samples(&sample::municipality(), policy)
                .into_iter()
                .filter(|s| matches!(s.facts, Facts::Staff(_)));
            let texts = staff.map(|s| s.text(&texts).expect("it renders"));
            texts
                .filter(|t| format!("{}\n{}", t.subject, t.body).contains(needle))
                .count()
        };
        assert_eq!(count(StaffMail::NOBODY, sample::SUBJECT), 0);
        assert_eq!(count(StaffMail::NOBODY, local_part), 0);
        shown += count(ALL, sample::SUBJECT) + count(ALL, local_part);
    }
    assert!(shown > 0, "the test must be able to find them");
}

#[test]
fn a_value_never_becomes_a_second_line_and_is_bounded() {
    let texts = texts(Language::Swedish);
    let mut facts = staff_facts("reminder");
    facts.items[0].folder = "Å\r\n\n- [SL-2026-99999]\u{2029}\u{85}\0slut".to_owned();
    facts.items[0].holder.absent = Some("Anna\tÅberg\n\nBo".to_owned());
    let body = texts.staff(&facts).expect("it renders").body;
    let unwrapped = body.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped.contains("kl. 09.12, Å - [SL-2026-99999] slut"),
        "{body}"
    );
    assert!(
        unwrapped.contains("I stället för: Anna Åberg Bo "),
        "{body}"
    );

    let Facts::Alarm(mut facts) = facts_of("alarm-polling") else {
        panic!("an alarm")
    };
    facts.trouble = Trouble::Polling {
        mailbox: "kf@example.se".to_owned(),
        error: "å ".repeat(10_000),
    };
    assert!(
        texts
            .alarm(&facts)
            .expect("it renders")
            .body
            .chars()
            .count()
            < 2_000
    );
}

#[test]
fn the_notice_quotes_a_hostile_subject_on_one_line() {
    let texts = texts(Language::Swedish);
    let mut facts = notice_facts();
    facts.subject =
        "{{ reference }}\r\nBcc: x@example.net\n\nLurad\u{2028}\u{202e} {% if %}\0".to_owned();
    let text = texts.notice(&facts).expect("it renders");
    assert_eq!(text.subject, "Vi behöver mer tid [SL-2026-00042]");
    let unwrapped = text.body.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped.contains("”{{ reference }} Bcc: x@example.net Lurad {% if %}”"),
        "{}",
        text.body
    );
    facts.subject = "å".repeat(60);
    let own = Folder::with(
        "notice.txt",
        "Subject: Re: {{ subject }} [{{ reference }}]\n\nHej {{ subject }}",
    );
    let texts = Texts::new(Language::Swedish, Some(&own.path())).expect("it renders");
    let text = texts.notice(&facts).expect("it renders");
    let length = text.subject.chars().count();
    assert!(
        text.subject.ends_with(" [SL-2026-00042]") && length < compose::MAX_SUBJECT,
        "{}",
        text.subject
    );
}

// --- The municipality's own templates -----------------------------------------------------------------------------------

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(file: &str, template: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(file), template).expect("a file");
        Self(folder)
    }
    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

#[test]
fn an_own_template_replaces_one_text() {
    let folder = Folder::with(
        "notice.txt",
        "Subject: Om {{ subject }} [{{ reference }}]\r\n\r\nHej! {{ handler.name }} svarar senast {{ promise | date }}.\r\n",
    );
    let texts = Texts::new(Language::Swedish, Some(&folder.path())).expect("it is right");
    let text = texts.notice(&notice_facts()).expect("it renders");
    assert_eq!(
        text.subject,
        "Om Trasig gatlampa på Storgatan 3 [SL-2026-00042]"
    );
    assert_eq!(
        text.body,
        "Hej! Anna Åberg svarar senast måndag 7 december 2026.\n"
    );
    assert!(
        texts
            .staff(&staff_facts("reminder"))
            .expect("built in")
            .body
            .contains("Så gör du")
    );
}

/// A municipality starts from a copy of ours.
#[test]
fn copies_of_the_built_in_templates_are_accepted() {
    for (language, code) in LANGUAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/mail/templates")
            .join(code);
        let copies =
            Texts::new(language, Some(&folder)).expect("our own templates pass as somebody's own");
        assert!(
            Template::ALL
                .iter()
                .all(|template| copies.is_replaced(*template))
        );
        for sample in samples() {
            assert_eq!(
                sample.text(&copies),
                sample.text(&texts(language)),
                "{code}-{}",
                sample.name
            );
        }
    }
}

#[test]
fn faults_in_own_templates_name_file_line_and_known_names() {
    for (file, template, line, part) in [
        (
            "notice.txt",
            "Subject: x\n\nHej {{ handlr.name }}",
            3,
            "handler.phone",
        ),
        (
            "notice.txt",
            "Subject: x\n\nHej {{ handler.namn }}",
            3,
            "handler.namn",
        ),
        (
            "notice.txt",
            "Subject: x\n\n{% if late and false %}{{ nothing }}{% endif %}Hej",
            3,
            "known names",
        ),
        ("notice.txt", "Subject: x\n\nHej {% if %}", 3, "syntax"),
        (
            "notice.txt",
            "Subject: x\n\nHej {{ promise | datum }}",
            3,
            "datum",
        ),
        (
            "notice.txt",
            "Subject: x\n\nHej {{ handler.name | date }}",
            3,
            "a date or a time",
        ),
        ("notice.txt", "Hej\n\nHej", 1, "Subject"),
        ("notice.txt", "Subject: x\nHej", 1, "blank line"),
        ("notice.txt", "Subject:\n\nHej", 1, "empty"),
        (
            "staff.txt",
            "Subject: x\n\nHej {% for t in teams %}{% for i in t.items %}\n{{ i.ref }}{% endfor %}{% endfor %}",
            4,
            "i",
        ),
        (
            "alarm.txt",
            "Subject: x\n\n{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}a",
            3,
            "fuel",
        ),
        (
            "alarm.txt",
            "Subject: x\n\n{% include '/etc/hostname' %}",
            3,
            "template",
        ),
    ] {
        let folder = Folder::with(file, template);
        let Err(faults) = Texts::new(Language::Swedish, Some(&folder.path())) else {
            panic!("{template} passed")
        };
        let expected = format!("{}, line {line}: ", folder.path().join(file).display());
        assert!(
            faults[0].starts_with(&expected) && faults[0].contains(part),
            "{template}\n{}",
            faults[0]
        );
    }
    assert!(Texts::new(Language::Swedish, Some(Path::new("/nonexistent/templates"))).is_err());
    let latin1 = tempfile::tempdir().expect("a folder");
    std::fs::write(latin1.path().join("notice.txt"), b"Subject: x\n\nH\xe4r").expect("a file");
    assert!(
        Texts::new(Language::Swedish, Some(latin1.path())).is_err_and(|f| f[0].contains("UTF-8"))
    );
}

// --- preview ------------------------------------------------------------------------------------------------------------

#[test]
fn preview_shows_every_mail_and_refuses_unknown_kinds() {
    let show = |kind: Option<&str>, language: Option<&str>| {
        let arguments = PreviewArgs {
            mailbox: None,
            kind: kind.map(str::to_owned),
            language: language.map(|code| code.parse().expect("a code")),
            format: PreviewFormat::Text,
            out: None,
        };
        let mut out = Vec::new();
        preview::run(None, &arguments, &mut out).map(|()| String::from_utf8(out).expect("UTF-8"))
    };
    let all = show(None, None).expect("it shows all");
    for sample in samples() {
        assert!(
            all.contains(&format!("==== {} ====", sample.name)),
            "{}",
            sample.name
        );
    }
    assert!(
        !all.contains("!! ") && !all.contains("?? "),
        "no remarks on our own texts"
    );
    let notices = show(Some("notice"), Some("en")).expect("it shows the notices");
    assert_eq!(
        notices.matches("====\n").count(),
        12,
        "two of each wording, and those for several"
    );
    assert!(notices.contains("Subject: We need more time [SL-2026-00042]"));
    let own = Folder::with(
        "notice.txt",
        "Subject: Härmed [{{ reference }}]\n\nHej {{ handler.name }} {{ promise | date }}",
    );
    let texts = Texts::new(Language::Swedish, Some(&own.path())).expect("it renders");
    let mut out = Vec::new();
    let sender = sample::municipality();
    let preview = Preview {
        texts: &texts,
        sender: &sender,
        policy: ALL,
        mailbox: "kf@example.se",
        kind: Some("notice"),
        tongue: Tongue::SWEDISH,
        pages: None,
    };
    let ended = preview::write(&preview, &mut out);
    assert!(
        matches!(ended, Err(Failure::Failed(text)) if text.contains("how to complain") && !text.contains("the handler is"))
    );
    assert!(
        String::from_utf8(out)
            .expect("UTF-8")
            .contains("?? there is a plainer word than “härmed”")
    );
    assert!(
        matches!(show(Some("novel"), None), Err(Failure::Usage(text)) if text.contains("escalation"))
    );
}

// --- What citizens are told --------------------------------------------------------------------------------------------

/// A mail to a citizen is short, its subject line is ours alone, and it says the same in English
/// where it is in Swedish.
#[test]
fn mails_to_citizens_are_short_and_their_subject_is_ours() {
    let mut seen = 0;
    for (language, _) in LANGUAGES {
        let texts = texts(language);
        for sample in sample::samples(&sample::municipality(), ALL) {
            let Facts::Notice(facts) = &sample.facts else {
                continue;
            };
            let text = sample.text(&texts).expect("it renders");
            let lines = text
                .body
                .lines()
                .filter(|line| !line.trim_start().starts_with("- ") && !line.starts_with("  "));
            let words = lines.flat_map(str::split_whitespace).count();
            assert!(
                words <= 150,
                "{}: {words} words\n{}",
                sample.name,
                text.body
            );
            assert!(
                facts.subject.is_empty() || !text.subject.contains(&facts.subject),
                "{}",
                text.subject
            );
            assert!(
                text.subject.ends_with(&format!("[{}]", facts.reference)),
                "{}",
                text.subject
            );
            assert_eq!(
                text.body.contains("In English:"),
                language == Language::Swedish,
                "{}",
                sample.name
            );
            for other in &facts.others {
                assert!(
                    text.body.contains(&other.reference),
                    "{}: {}",
                    sample.name,
                    other.reference
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
