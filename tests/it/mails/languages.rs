//! The language of the citizen: English of our own, Finnish of the municipality's
//! (`tests/data/templates`), and folders of templates that are not right.

use super::{check_file, notice_facts, staff_facts, texts};
use servicelofte::cli::Failure;
use servicelofte::cli::preview::{self, Preview, PreviewArgs, PreviewFormat};
use servicelofte::config::{Config, Language};
use servicelofte::domain::board::StaffMail;
use servicelofte::domain::effect::Kind;
use servicelofte::domain::pledge::NoticeText;
use servicelofte::domain::tongue::Tongue;
use servicelofte::mail::texts::facts::NoticeFacts;
use servicelofte::mail::texts::{Template, Texts, sample};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/templates")
}

fn finnish() -> Tongue {
    "fi".parse().expect("a code")
}

fn with_finnish() -> Texts {
    Texts::new(Language::Swedish, Some(&folder())).expect("the municipality's Finnish is right")
}

fn notice_in(tongue: Tongue) -> NoticeFacts {
    NoticeFacts {
        tongue: Some(tongue),
        ..notice_facts()
    }
}

#[test]
fn a_citizen_is_written_to_in_their_language_and_staff_in_the_services() {
    let texts = with_finnish();
    let english = texts
        .notice(&notice_in(Tongue::ENGLISH))
        .expect("it renders");
    assert_eq!(english.subject, "We need more time [SL-2026-00042]");
    assert!(
        english.body.contains("Monday 7 December 2026")
            && english.html.contains("<html lang=\"en\" dir=\"ltr\">")
    );
    let finnish = texts.notice(&notice_in(finnish())).expect("it renders");
    check_file(
        "fi-notice.txt",
        &format!("Subject: {}\n\n{}", finnish.subject, finnish.body),
    );
    check_file("fi-notice.html", &finnish.html);
    assert!(finnish.html.contains("<html lang=\"fi\" dir=\"ltr\">"));
    assert!(
        texts
            .staff(&staff_facts("reminder"))
            .expect("it renders")
            .body
            .starts_with("Hej ")
    );

    // For a language without words, and for a mail that a language lacks: the service's.
    for tongue in ["de", "fi"] {
        let facts = NoticeFacts {
            kind: Kind::NewDate,
            ..notice_in(tongue.parse().expect("a code"))
        };
        assert!(
            texts
                .notice(&facts)
                .expect("it renders")
                .subject
                .starts_with("Nytt datum"),
            "{tongue}"
        );
    }
    // The usual notice serves every kind of matter.
    let records = NoticeFacts {
        text: NoticeText::Records,
        ..notice_in(self::finnish())
    };
    assert!(
        texts
            .notice(&records)
            .expect("it renders")
            .subject
            .starts_with("Tarvitsemme")
    );
    let german = notice_in("de".parse().expect("a code"));
    assert_eq!(
        texts.notice(&german),
        self::texts(Language::Swedish).notice(&notice_facts())
    );
}

/// The expected text of a mail that is no sample.
pub const ENGLISH_NAMES: &str = "notice-english-names";

/// `preview --kind notice --language en` of a municipality that says its names in English.
#[test]
fn an_english_notice_has_the_english_names() {
    let good = crate::config::data("good.toml");
    let text = fs::read_to_string(&good).expect("a configuration");
    let english = "[organisation.en]\nname = \"Municipality of Exempelköping\"\nunit = \"Municipal Council\"\n\
                   complaints = \"feedback@example.se or +46 123 45 60 00\"\n\
                   privacy_url = \"https://www.example.se/en/privacy\"\n\n[[pledge]]\n";
    let text = text.replacen("[[pledge]]\n", english, 1);
    let config = Config::parse(&text, &crate::config::data("")).expect("it is right");
    let arguments = PreviewArgs {
        mailbox: None,
        kind: Some("notice".to_owned()),
        language: Some(Tongue::ENGLISH),
        format: PreviewFormat::Text,
        out: None,
    };
    let mut shown = Vec::new();
    preview::run(Some(&config), &arguments, &mut shown).expect("it is shown");
    let shown = String::from_utf8(shown).expect("text");
    let first = shown.split("==== ").nth(1).expect("a mail");
    check_file(&format!("en-{ENGLISH_NAMES}.txt"), first);
}

/// A mailbox that presents itself as another does is not shown twice.
#[test]
fn preview_shows_each_mailbox_that_presents_itself_otherwise() {
    let good = fs::read_to_string(crate::config::data("good.toml")).expect("a configuration");
    let (_, first) = good.split_once("[[mailbox]]").expect("a mailbox");
    let another = |name: &str| {
        let mailbox = first.replace("\"kf\"", &format!("{name:?}"));
        format!(
            "\n[[mailbox]]{}",
            mailbox.replace("kf@", &format!("{name}@"))
        )
    };
    let own = "\n[mailbox.organisation]\nunit = \"Byggnadsnämnden\"\n";
    let text = format!("{good}{}{}{own}", another("ks"), another("bn"));
    let config = Config::parse(&text, &crate::config::data("")).expect("it is right");
    let shown = |mailbox: Option<&str>| {
        let arguments = PreviewArgs {
            mailbox: mailbox.map(str::to_owned),
            kind: Some("notice".to_owned()),
            language: None,
            format: PreviewFormat::Text,
            out: None,
        };
        let mut out = Vec::new();
        let shown = preview::run(Some(&config), &arguments, &mut out);
        shown.map(|()| String::from_utf8(out).expect("text"))
    };
    let all = shown(None).expect("it is shown");
    let heads: Vec<&str> = all
        .lines()
        .filter(|line| line.starts_with("####"))
        .collect();
    assert_eq!(heads, ["######## kf ########", "######## bn ########"]);
    let (kf, bn) = all.split_once(heads[1]).expect("two mailboxes");
    assert!(!kf.contains("Byggnadsnämnden") && bn.contains("Byggnadsnämnden"));
    assert_eq!(shown(Some("bn")).expect("it is shown"), bn.trim_start());
    let Err(Failure::Usage(unknown)) = shown(Some("sn")) else {
        panic!("sn is no mailbox");
    };
    assert!(
        unknown.ends_with("the configuration has: kf, ks, bn"),
        "{unknown}"
    );
}

/// A copy of the Finnish folder with one file changed, or left out.
fn changed(file: &str, content: Option<&str>) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    fs::create_dir(copy.path().join("fi")).expect("a folder");
    for name in ["fi/words.toml", "fi/notice.txt"] {
        fs::copy(folder().join(name), copy.path().join(name)).expect("a copy");
    }
    match content {
        Some(content) => {
            let path = copy.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        None => fs::remove_file(copy.path().join(file)).expect("the file"),
    }
    copy
}

#[track_caller]
fn check_fault(file: &str, content: Option<&str>, part: &str) {
    let folder = changed(file, content);
    let Err(faults) = Texts::new(Language::Swedish, Some(folder.path())) else {
        panic!("{file} passed")
    };
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains(file) && fault.contains(part)),
        "{file}: {faults:#?}"
    );
}

#[test]
fn what_is_not_right_in_a_folder_is_a_fault() {
    let words = fs::read_to_string(folder().join("fi/words.toml")).expect("the words");
    let without = |line: &str| {
        words
            .lines()
            .filter(|l| !l.starts_with(line))
            .collect::<Vec<_>>()
            .join("\n")
    };
    check_fault(
        "notise.txt",
        Some("Subject: x\n\ny"),
        "did you mean notice.txt?",
    );
    check_fault(
        "fi/notise.txt",
        Some("Subject: x\n\ny"),
        "did you mean notice.txt?",
    );
    check_fault(
        "fi/staff.txt",
        Some("Subject: x\n\ny"),
        "known files: notice.txt",
    );
    check_fault("fi/word.toml", Some(""), "did you mean words.toml?");
    check_fault("report.txt", Some("x"), "no mail is written by this file");
    let folder = changed("suomi/notice.txt", Some("x"));
    let faults = Texts::new(Language::Swedish, Some(folder.path())).expect_err("suomi is no code");
    assert!(
        faults[0].contains("suomi: is no language code"),
        "{faults:?}"
    );
    check_fault("fi/words.toml", None, "needs one");
    check_fault("fi/notice.txt", None, "missing");
    check_fault("fi/words.toml", Some(&without("today")), "today");
    check_fault(
        "fi/words.toml",
        Some(&format!("{words}\nnoon = \"x\"")),
        "noon",
    );
    check_fault(
        "fi/words.toml",
        Some(&words.replace("\"lauantaina\", ", "")),
        "7",
    );
    check_fault(
        "fi/words.toml",
        Some(&words.replace("date = \"{weekday}", "date = \"")),
        "date lacks {weekday}",
    );
    check_fault(
        "fi/words.toml",
        Some(&words.replace("{hour}", "{hours}")),
        "time lacks {hour}",
    );
    check_fault(
        "fi/words.toml",
        Some(&words.replace("\"eilen\"", "\"\"")),
        "empty",
    );
    check_fault(
        "fi/notice.txt",
        Some("Subject: x\n\n{{ promise | span }}"),
        "span",
    );
    check_fault(
        "fi/notice.txt",
        Some("Subject: x\n\n{{ hander.name }}"),
        "known names",
    );
    check_fault("sv/notice.txt", Some("Subject: x\n\n{% if %}"), "syntax");
    assert!(
        Texts::new(Language::Swedish, Some(changed(".git", Some("x")).path())).is_ok(),
        "hidden files are nobody's"
    );

    let twice = changed("sv/notice.txt", Some("Subject: x\n\nHej"));
    fs::write(twice.path().join("notice.txt"), "Subject: x\n\nHej").expect("a file");
    assert!(
        Texts::new(Language::Swedish, Some(twice.path()))
            .is_err_and(|faults| faults[0].contains("remove either"))
    );
}

#[test]
fn a_languages_folder_replaces_ours_too() {
    let folder = changed(
        "en/notice.txt",
        Some("Subject: Wait [{{ reference }}]\n\nHello {{ promise | date }}"),
    );
    fs::write(
        folder.path().join("notice.txt"),
        "Subject: Vänta [{{ reference }}]\n\nHej {{ promise | date }}",
    )
    .expect("a file");
    let texts = Texts::new(Language::Swedish, Some(folder.path())).expect("it is right");
    assert_eq!(
        texts
            .notice(&notice_in(Tongue::ENGLISH))
            .expect("it renders")
            .body,
        "Hello Monday 7 December 2026\n"
    );
    assert_eq!(
        texts.notice(&notice_facts()).expect("it renders").body,
        "Hej måndag 7 december 2026\n"
    );
    assert_eq!(
        texts.own(),
        ["en/notice.txt", "fi/notice.txt", "sv/notice.txt"]
    );
    assert!(texts.is_replaced(Template::Notice) && !texts.is_replaced(Template::Staff));
    // Where the service speaks English, the folder's own files are English.
    let texts = Texts::new(Language::English, Some(folder.path()));
    assert!(texts.is_err_and(|faults| faults[0].contains("remove either")));
    let lacking = preview::lacking(&with_both(folder.path()), &sample::municipality());
    assert!(
        lacking
            .iter()
            .any(|part| part.starts_with("en/notice.txt: the handler is missing")),
        "{lacking:?}"
    );
    assert!(
        !lacking.iter().any(|part| part.starts_with("fi/")),
        "{lacking:?}"
    );
}

fn with_both(folder: &Path) -> Texts {
    Texts::new(Language::Swedish, Some(folder)).expect("it is right")
}

#[test]
fn a_language_may_be_written_from_right_to_left() {
    let words = fs::read_to_string(folder().join("fi/words.toml")).expect("the words");
    let folder = changed(
        "yi/words.toml",
        Some(&words.replace("name =", "direction = \"rtl\"\nname =")),
    );
    fs::copy(
        self::folder().join("fi/notice.txt"),
        folder.path().join("yi/notice.txt"),
    )
    .expect("a copy");
    let texts = Texts::new(Language::Swedish, Some(folder.path())).expect("it is right");
    let text = texts
        .notice(&notice_in("yi".parse().expect("a code")))
        .expect("it renders");
    assert!(
        text.html.contains("<html lang=\"yi\" dir=\"rtl\">")
            && text.html.contains("lang=\"yi\" dir=\"rtl\">\n<h1>")
    );
}

#[test]
fn preview_shows_a_language_and_writes_pages() {
    let texts = with_finnish();
    let pages = tempfile::tempdir().expect("a folder");
    let sender = sample::municipality();
    let show = |tongue: &str, pages| {
        let preview = Preview {
            texts: &texts,
            sender: &sender,
            policy: StaffMail::default(),
            mailbox: "kf@example.se",
            kind: None,
            tongue: tongue.parse().expect("a code"),
            pages,
        };
        let mut out = Vec::new();
        preview::write(&preview, &mut out).map(|()| String::from_utf8(out).expect("UTF-8"))
    };
    let finnish = show("fi", None).expect("it is complete");
    assert_eq!(
        finnish.matches("==== ").count(),
        4,
        "the notices that it has words for: {finnish}"
    );
    assert!(
        finnish.contains("Saat vastauksen viimeistään maanantaina 7. joulukuuta 2026.")
            && !finnish.contains("!! ")
    );
    let english = show("en", None).expect("it is complete");
    assert!(
        english.contains("==== new-date ====") && !english.contains("==== reminder ===="),
        "{english}"
    );
    assert!(matches!(show("de", None), Err(Failure::Usage(text)) if text.contains("en, fi, sv")));
    let listed = show("sv", Some(pages.path())).expect("it is complete");
    let page = fs::read_to_string(pages.path().join("reminders.html")).expect("a page");
    assert!(
        listed.contains("reminders.html")
            && page.starts_with("<!DOCTYPE html>")
            && !listed.contains("====")
    );

    let arguments = |format, out: Option<&str>| PreviewArgs {
        mailbox: None,
        kind: None,
        language: None,
        format,
        out: out.map(Into::into),
    };
    for wrong in [
        arguments(PreviewFormat::Html, None),
        arguments(PreviewFormat::Text, Some("/tmp")),
    ] {
        assert!(matches!(
            preview::run(None, &wrong, &mut Vec::new()),
            Err(Failure::Usage(_))
        ));
    }
}
