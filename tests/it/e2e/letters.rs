//! Letters on real servers: scans as a scanner mails them, a file and a subject and no Message-ID,
//! become items of their own with the stamp's day; and the letter to post comes with the mail, to
//! the handler and the registrar.

use super::post::{Mail, Post};
use super::site::{Site, mail};
use crate::letters;
use crate::servers::dovecot::DovecotOptions;
use mail_parser::{MessageParser, MimeHeaders};

/// A scanner's mail; only the file separates one from another.
fn scan(subject: &str, file: &str) -> String {
    format!(
        "From: Skanner plan 2 <skanner@example.se>\nTo: kf@example.se\nSubject: {subject}\n\
         Date: Tue, 17 Nov 2026 15:00:00 +0100\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"=_scan\"\n\n--=_scan\n\
         Content-Type: application/pdf; name=\"scan.pdf\"\nContent-Transfer-Encoding: base64\n\
         Content-Disposition: attachment; filename=\"scan.pdf\"\n\n{file}\n--=_scan--\n"
    )
}

/// Name, type and bytes of each file of a mail.
fn files(mail: &Mail) -> Vec<(String, String, Vec<u8>)> {
    let message = MessageParser::default()
        .parse(mail.0.as_bytes())
        .expect("a mail");
    let file = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().expect("a type");
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
        (
            part.attachment_name().unwrap_or_default().to_owned(),
            kind,
            part.contents().to_vec(),
        )
    };
    message.attachments().map(file).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn two_scans_of_one_subject_are_two_letters_to_post() {
    let site = Site::new().await;
    site.change(&[(
        "handler = \"registrator\"\nstart",
        "handler = \"registrator\"\nassign = [{ match = { subject = \"^Ink\" }, handler = \"kanslist\" }]\nstart",
    )]);
    site.deliver(
        "INBOX",
        &scan("Ink 2026-11-13", "JVBERi0xLjQKJeLjz9MK"),
        "2026-11-17 15:00",
    );
    site.deliver(
        "INBOX",
        &scan("Ink 2026-11-13", "JVBERi0xLjQKJeLjz9MKMQ=="),
        "2026-11-17 15:00",
    );
    site.once().succeeded();

    let register = site.register();
    let items = register.all_of("Ink 2026-11-13");
    assert_eq!(items.len(), 2, "{items:?}");
    for item in &items {
        assert_eq!(
            (&item["class"], &item["handler"]),
            (&"letter".into(), &"kanslist".into()),
            "{item}"
        );
        assert_eq!(
            item["due"]["arrival_date"], "2026-11-13",
            "the stamp's day: {item}"
        );
        assert_eq!(item["due"]["date"], "2026-11-20", "{item}");
    }
    let letters = site.post.wait_for(2);
    let sent: Vec<_> = letters
        .iter()
        .map(|mail| (mail.to(), mail.kind().0, mail.kind().1.join(",")))
        .collect();
    let both = "SL-2026-00001,SL-2026-00002";
    let expected = [
        ("kanslist@example.se", "letter", both),
        ("registrator@example.se", "letter", both),
    ];
    assert_eq!(
        sent,
        expected.map(|(to, kind, refs)| (to.to_owned(), kind.to_owned(), refs.to_owned())),
        "both in one mail to whoever posts them, and in one to whoever registers them"
    );
    for mail in &letters {
        let files = files(mail);
        let names: Vec<&str> = files.iter().map(|file| file.0.as_str()).collect();
        let expected = [
            "SL-2026-00001.pdf",
            "SL-2026-00001.txt",
            "SL-2026-00002.pdf",
            "SL-2026-00002.txt",
        ];
        assert_eq!(names, expected);
        for pair in files.chunks(2) {
            let [pdf, text] = pair else {
                panic!("{names:?}")
            };
            assert_eq!(
                (pdf.1.as_str(), text.1.as_str()),
                ("application/pdf", "text/plain")
            );
            let reference = pdf.0.trim_end_matches(".pdf");
            let page = letters::look(&pdf.2).flat();
            for words in [
                "Exempelköpings kommun",
                reference,
                "fredag 13 november 2026",
                "Bo Exempel",
            ] {
                assert!(page.contains(words), "{words} is not in {page}");
            }
            let text = String::from_utf8_lossy(&text.2).into_owned();
            assert!(
                text.contains("Exempelköpings kommun") && text.contains(reference),
                "{text}"
            );
        }
    }
    let said = |mail: &Mail| {
        let message = MessageParser::default().parse(mail.0.as_bytes());
        let text = message
            .expect("a mail")
            .body_text(0)
            .expect("text")
            .into_owned();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(
        said(&letters[0]).contains("Svara sedan POSTAT"),
        "{}",
        said(&letters[0])
    );
    let registers = said(&letters[1]);
    assert!(
        registers.contains("Bo Exempel ska posta besked"),
        "{registers}"
    );
    assert_eq!(
        register
            .outbox()
            .iter()
            .filter(|row| row.starts_with("letter kanslist sent"))
            .count(),
        1
    );
    site.once().succeeded();
    assert_eq!(
        site.post
            .mails()
            .iter()
            .filter(|mail| mail.kind().0 == "letter")
            .count(),
        2,
        "never again"
    );
}

/// The limit is known before anything is sent. What the mail server does not take can be had on the
/// server.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_too_large_to_mail_is_made_by_a_command() {
    let site = Site::with(
        DovecotOptions::default(),
        Post::that_offers("SIZE 30000").await,
    );
    site.deliver(
        "INBOX",
        &scan("Ink 2026-11-13", "JVBERi0xLjQKJeLjz9MK"),
        "2026-11-17 15:00",
    );
    site.once().succeeded();
    let history = site.register().history("Ink 2026-11-13");
    assert!(
        history.contains(&"withdrawn letter".to_owned()),
        "{history:?}"
    );
    site.once().succeeded();
    let letters: Vec<Mail> = site
        .post
        .mails()
        .into_iter()
        .filter(|mail| mail.kind().0 == "letter")
        .collect();
    let [told] = &letters[..] else {
        panic!("{letters:?}")
    };
    assert_eq!(told.to(), "registrator@example.se");
    let files = files(told);
    assert!(
        matches!(&files[..], [text] if text.0 == "SL-2026-00001.txt"),
        "its text alone: {files:?}"
    );
    let words = MessageParser::default()
        .parse(told.0.as_bytes())
        .expect("a mail")
        .body_text(0)
        .expect("text")
        .into_owned();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("servicelofte letter SL-2026-00001") && words.contains("för stor"),
        "{words}"
    );

    let file = site.folder.path().join("letter.pdf");
    let made = site.run(&[
        "letter",
        "SL-2026-00001",
        "--out",
        file.to_str().expect("a path"),
    ]);
    made.succeeded();
    let page = letters::look(&std::fs::read(&file).expect("a file")).flat();
    for words in [
        "Exempelköpings kommun",
        "SL-2026-00001",
        "fredag 13 november 2026",
        "Anna Exempel",
    ] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    site.once().succeeded();
    site.run(&["letter", "SL-2026-00002"])
        .says(1, &["är inget inskannat brev"]);
}
