//! The own copy of a notice: one more recipient, whose fate never decides about the citizen's mail.

use super::sink::{Act, Rule, Script, Seen, Sink, Step, at};
use servicelofte::config::{Security, Server, Smtp};
use servicelofte::ports::{Delivered, Envelope, Transport};
use servicelofte::smtp::{SmtpTransport, Timeouts};
use std::time::Duration;

const CITIZEN: &str = "anna@example.se";
const OWN: &str = "kf@example.se";

/// Sends one notice with its copy; how it ended, and what the server saw.
async fn sent(rules: Vec<Rule>) -> (Delivered, Seen, u32) {
    let sink = Sink::start(Script {
        rules,
        ..Script::default()
    })
    .await;
    let server = Server {
        host: "localhost".to_owned(),
        port: sink.port,
        security: Security::Plaintext,
        ca_file: None,
        address: None,
        login: None,
    };
    let settings = Smtp {
        server,
        save_sent: true,
        own_copy: true,
        connections: 3,
        per_minute: None,
    };
    let limits = Timeouts {
        rcpt: Duration::from_secs(1),
        ..Timeouts::default()
    };
    let mut transport = SmtpTransport::new(&settings).unwrap().with_timeouts(limits);
    let envelope = Envelope {
        from: Some(OWN.to_owned()),
        to: vec![CITIZEN.to_owned()],
        own_copy: Some(OWN.to_owned()),
        mail: b"Subject: Besked\r\n\r\nHej\r\n".to_vec(),
    };
    let noted = std::sync::atomic::AtomicU32::new(0);
    let noting = async {
        noted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    };
    let outcome = transport.send(&envelope, noting).await;
    transport.close().await;
    (outcome, sink.seen(), noted.into_inner())
}

/// The recipients of each mail that was taken, and the one whose refusal is reported.
async fn check(rules: Vec<Rule>, taken: &[&[&str]], refused: Option<&str>) {
    let context = format!("{rules:?}");
    let (outcome, seen, noted) = sent(rules).await;
    let to: Vec<Vec<&str>> = seen
        .mails
        .iter()
        .map(|mail| mail.to.iter().map(String::as_str).collect())
        .collect();
    assert_eq!(to, taken, "{context}: {outcome:?}");
    match (&outcome, refused) {
        (Delivered::Accepted(_), None) => {}
        (Delivered::Partly { refused: found, .. }, Some(refused)) => {
            assert_eq!(
                found
                    .iter()
                    .map(|one| one.address.as_str())
                    .collect::<Vec<_>>(),
                [refused],
                "{context}"
            );
            assert!(
                !found[0].why.contains('@') || found[0].why.contains("…@…"),
                "{context}: {}",
                found[0].why
            );
        }
        other => panic!("{context}: {other:?}"),
    }
    assert_eq!(noted, 1, "{context}: noted once, before the first byte");
}

#[tokio::test]
async fn it_is_one_more_recipient_of_the_same_transaction() {
    check(vec![], &[&[CITIZEN, OWN]], None).await;
}

#[tokio::test]
async fn however_the_copy_is_refused_the_citizen_has_the_mail_at_once() {
    let copy = |act| vec![at(Step::Rcpt, act).about(OWN)];
    for act in [
        Act::Say("550 5.1.1 <kf@example.se>: no such user"),
        Act::Say("450 4.2.0 come again"),
        Act::Say("421 4.7.0 enough"),
        Act::Raw(b"what?\r\n"),
        Act::Close,
        Act::Reset,
        Act::Hang,
    ] {
        check(copy(act), &[&[CITIZEN]], Some(OWN)).await;
    }
    // What the server says of both may be said because of the copy.
    for act in [
        Act::Say("554 5.7.1 not to yourself"),
        Act::Say("451 4.3.0 later"),
    ] {
        check(vec![at(Step::Data, act).nth(0)], &[&[CITIZEN]], Some(OWN)).await;
        check(vec![at(Step::Dot, act).nth(0)], &[&[CITIZEN]], Some(OWN)).await;
    }
}

#[tokio::test]
async fn only_the_citizens_address_decides() {
    let rules = |say| vec![at(Step::Rcpt, Act::Say(say)).about(CITIZEN)];
    for (say, rejected) in [
        ("550 5.1.1 no such user", true),
        ("450 4.2.0 come again", false),
    ] {
        let (outcome, seen, noted) = sent(rules(say)).await;
        assert_eq!(
            matches!(outcome, Delivered::NoReader(_)),
            rejected,
            "{outcome:?}"
        );
        assert_eq!(
            matches!(outcome, Delivered::PutOff(_)),
            !rejected,
            "{outcome:?}"
        );
        assert_eq!(
            (seen.mails.len(), noted),
            (0, 0),
            "nobody gets it, the mailbox neither"
        );
        assert!(
            !seen
                .commands
                .iter()
                .any(|command| command.contains(OWN) && command.starts_with("RCPT"))
        );
    }
    // A mail that may have been accepted is never sent again.
    for act in [Act::Close, Act::Reset] {
        let (outcome, seen, _) = sent(vec![at(Step::Dot, act).stored()]).await;
        assert!(matches!(outcome, Delivered::Unknown(_)), "{outcome:?}");
        assert_eq!(seen.mails.len(), 1);
    }
}
