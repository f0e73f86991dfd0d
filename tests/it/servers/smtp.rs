//! The SMTP adapter against a server that misbehaves by script, and against Postfix.

use super::pem::{Pair, Pem};
use super::postfix::Postfix;
use super::sink::{Act, Script, Sink, Step, Tls, at};
use servicelofte::config::{Login, Security, Server, Smtp};
use servicelofte::ports::{Delivered, Envelope, Transport};
use servicelofte::smtp::{Doubted, SmtpError, SmtpTransport, Timeouts};
use std::path::Path;
use std::time::Duration;

const MAIL: &[u8] = b"From: kommunen@example.se\r\nSubject: Hej\r\n\r\nText.\r\n";

fn settings(port: u16, security: Security, ca: Option<&Path>, login: Option<(&str, &str)>) -> Smtp {
    let login = login.map(|(user, password)| Login::with_password(user, password));
    let ca_file = ca.map(Path::to_owned);
    Smtp {
        server: Server {
            host: "localhost".to_owned(),
            port,
            security,
            ca_file,
            login,
            address: None,
        },
        save_sent: true,
        connections: 3,
        per_minute: None,
        own_copy: true,
    }
}

fn plain(sink: &Sink) -> SmtpTransport {
    SmtpTransport::new(&settings(sink.port, Security::Plaintext, None, None)).unwrap()
}

fn envelope(from: Option<&str>, to: &[&str], mail: &[u8]) -> Envelope {
    let to = to.iter().map(ToString::to_string).collect();
    Envelope {
        from: from.map(str::to_owned),
        to,
        own_copy: None,
        mail: mail.to_vec(),
    }
}

fn simple() -> Envelope {
    envelope(Some("kommunen@example.se"), &["anna@example.se"], MAIL)
}

async fn send(transport: &mut SmtpTransport, envelope: &Envelope) -> Delivered {
    transport.send(envelope, async { Ok(()) }).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Accepted,
    Partly,
    Deferred,
    PutOff,
    Barred,
    Rejected,
    Unknown,
}

fn kind(outcome: &Delivered) -> (Kind, &str) {
    match outcome {
        Delivered::Accepted(text) => (Kind::Accepted, text),
        Delivered::Partly { text, .. } => (Kind::Partly, text),
        Delivered::Deferred(text) | Delivered::Later(text) => (Kind::Deferred, text),
        Delivered::PutOff(text) => (Kind::PutOff, text),
        Delivered::Barred(text) => (Kind::Barred, text),
        Delivered::Rejected(text) | Delivered::NoReader(text) => (Kind::Rejected, text),
        Delivered::Unknown(text) => (Kind::Unknown, text),
    }
}

/// Short for the step that is going to hang, long for the others: a slow machine must not change
/// the outcome.
fn short(step: Step) -> Timeouts {
    let mut limits = Timeouts::default();
    let limit = match step {
        Step::Greeting => &mut limits.greeting,
        Step::Ehlo | Step::StartTls | Step::Auth => &mut limits.command,
        Step::Mail => &mut limits.mail,
        Step::Rcpt => &mut limits.rcpt,
        Step::Data => &mut limits.data,
        Step::Body | Step::Dot => &mut limits.body,
        Step::Rset => &mut limits.alive,
    };
    *limit = Duration::from_millis(300);
    limits
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn each_behaviour_of_a_server_has_its_outcome() {
    async fn check(step: Step, act: Act, stored: bool, expected: Kind, text: &str) {
        let rule = if stored {
            at(step, act).stored()
        } else {
            at(step, act)
        };
        let sink = Sink::start(Script {
            rules: vec![rule],
            ..Script::default()
        })
        .await;
        let hangs = matches!(act, Act::Hang);
        let mut transport = plain(&sink).with_timeouts(if hangs {
            short(step)
        } else {
            Timeouts::default()
        });
        let outcome = send(&mut transport, &simple()).await;
        let context = format!("{step:?} {act:?} stored={stored}: {outcome:?}");
        let (found, told) = kind(&outcome);
        assert_eq!(found, expected, "{context}");
        assert!(told.contains(text), "{context}");
        assert!(
            !told.contains("anna") && !told.contains("example") && !told.contains('\n'),
            "{context}"
        );
        let count = usize::from(stored || expected == Kind::Accepted);
        assert_eq!(sink.seen().mails.len(), count, "{context}");
    }
    use Kind::{Accepted, Barred, Deferred, PutOff, Rejected, Unknown};

    for step in [
        Step::Greeting,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
    ] {
        check(step, Act::Close, false, Deferred, "").await;
        check(step, Act::Reset, false, Deferred, "").await;
        check(step, Act::Hang, false, Deferred, "no answer within").await;
        check(
            step,
            Act::Say("421 4.3.2 going down"),
            false,
            Deferred,
            "421 4.3.2",
        )
        .await;
        check(step, Act::Raw(b"\0\xff\r\n"), false, Deferred, "").await;
    }
    for step in [Step::Body, Step::Dot] {
        check(step, Act::Close, false, Unknown, "after DATA").await;
        check(step, Act::Reset, false, Unknown, "after DATA").await;
        check(step, Act::Hang, false, Unknown, "no answer within").await;
    }
    for act in [
        Act::Close,
        Act::Reset,
        Act::Hang,
        Act::Raw(b"\0\xff\r\n"),
        Act::Say("354 what more?"),
    ] {
        check(Step::Dot, act, true, Unknown, "after DATA").await;
    }
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Dot] {
        let later = if step == Step::Mail { Deferred } else { PutOff };
        let never = if step == Step::Mail { Barred } else { Rejected };
        check(
            step,
            Act::Say("451 4.7.1 <anna@example.se>: greylisted"),
            false,
            later,
            "451 4.7.1 <…@…>",
        )
        .await;
        check(
            step,
            Act::Say("550 5.1.1 user Anna unknown"),
            false,
            never,
            "550 5.1.1 user … unknown",
        )
        .await;
        check(
            step,
            Act::Say("550-5.7.60 SMTP;\r\n550 5.7.60 SendAsDenied"),
            false,
            Barred,
            "Send As",
        )
        .await;
        check(
            step,
            Act::Say("530 5.7.57 Client not authenticated"),
            false,
            Barred,
            "password",
        )
        .await;
        check(step, Act::Say("535 5.7.8 who?"), false, Barred, "password").await;
    }
    check(
        Step::Dot,
        Act::Say("421 4.3.2 going down"),
        false,
        Deferred,
        "421 4.3.2",
    )
    .await;
    // Answers without end, and codes that are none.
    for step in [
        Step::Greeting,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
    ] {
        for again in [
            &b"250-x\r\n"[..],
            b"2",
            b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
        ] {
            check(step, Act::Flood(b"", again), false, Deferred, "").await;
        }
        for odd in [
            &b"999 odd\r\n"[..],
            b"099 odd\r\n",
            b"25 odd\r\n",
            b"250ok\r\n",
            b"-250 x\r\n",
            b"250-a\r\n550 b\r\n",
        ] {
            check(step, Act::Raw(odd), false, Deferred, "").await;
        }
    }
    check(
        Step::Dot,
        Act::Flood(b"", b"250-x\r\n"),
        true,
        Unknown,
        "after DATA",
    )
    .await;
    check(
        Step::Dot,
        Act::Flood(b"", b"2"),
        true,
        Unknown,
        "after DATA",
    )
    .await;
    check(
        Step::Dot,
        Act::Flood(b"250 2.0.0 queued\r\n", b"421 bye\r\n"),
        true,
        Accepted,
        "queued",
    )
    .await;
    // An answer before its question is none: not a byte of the mail has been read then.
    check(
        Step::Data,
        Act::Raw(b"354 go\r\n354 go on\r\n"),
        false,
        Unknown,
        "after DATA",
    )
    .await;
    check(
        Step::Data,
        Act::Raw(b"354 go\r\n250 2.0.0 queued\r\n"),
        false,
        Unknown,
        "after DATA",
    )
    .await;
    check(
        Step::Mail,
        Act::Raw(b"250 Ok\r\n250 Ok\r\n354 go\r\n250 2.0.0 queued\r\n"),
        false,
        Deferred,
        "RCPT",
    )
    .await;
    // Greeting and EHLO say nothing of the mail.
    check(
        Step::Greeting,
        Act::Say("554 5.7.1 no service for you"),
        false,
        Deferred,
        "554 5.7.1",
    )
    .await;
    check(
        Step::Ehlo,
        Act::Say("550 5.7.1 odd name"),
        false,
        Deferred,
        "550 5.7.1",
    )
    .await;
    // Replies out of step are not taken for a go-ahead.
    check(
        Step::Data,
        Act::Say("250 2.0.0 Ok"),
        false,
        Deferred,
        "DATA",
    )
    .await;
    // Answers that are odd but an answer.
    check(Step::Dot, Act::Say("250"), true, Accepted, "250").await;
    check(
        Step::Dot,
        Act::Raw(b"250 2.0.0 K\xf6ad som 4711\r\n"),
        true,
        Accepted,
        "4711",
    )
    .await;
    check(
        Step::Dot,
        Act::Raw(b"250-2.0.0 Ok\n250 2.0.0 queued\n"),
        true,
        Accepted,
        "queued",
    )
    .await;
    check(
        Step::Ehlo,
        Act::Raw(b"250-mx\r\n250- \r\n250 \t\r\n"),
        false,
        Accepted,
        "250 2.0.0 Ok: queued",
    )
    .await;
}

#[tokio::test]
async fn a_refused_connection_defers() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut transport =
        SmtpTransport::new(&settings(port, Security::Plaintext, None, None)).unwrap();
    let outcome = send(&mut transport, &simple()).await;
    assert_eq!(kind(&outcome).0, Kind::Deferred, "{outcome:?}");
    assert!(kind(&outcome).1.contains("refused"), "{outcome:?}");
}

#[tokio::test]
async fn the_commit_lies_between_go_ahead_and_mail() {
    let sink = Sink::start(Script::default()).await;
    let mut transport = plain(&sink);
    let mut times = 0;
    let outcome = transport
        .send(&simple(), async {
            times += 1;
            // Had a byte of the mail been sent, it would arrive meanwhile.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let seen = sink.seen();
            assert_eq!(seen.commands.last().map(String::as_str), Some("DATA"));
            assert!(!seen.reached(Step::Body));
            Ok(())
        })
        .await;
    assert_eq!(
        (kind(&outcome).0, times),
        (Kind::Accepted, 1),
        "{outcome:?}"
    );

    let outcome = transport
        .send(&simple(), async { Err("disk full".to_owned()) })
        .await;
    assert_eq!(kind(&outcome).0, Kind::Deferred, "{outcome:?}");
    assert!(kind(&outcome).1.contains("disk full"), "{outcome:?}");
    assert_eq!(
        sink.seen().mails.len(),
        1,
        "the mail whose commit failed was not sent"
    );
    assert_eq!(
        kind(&send(&mut transport, &simple()).await).0,
        Kind::Accepted,
        "the next mail goes"
    );

    let refusing = Script {
        rules: vec![at(Step::Data, Act::Say("451 4.3.0 later"))],
        ..Script::default()
    };
    let sink = Sink::start(refusing).await;
    let outcome = plain(&sink)
        .send(&simple(), async { panic!("there was no go-ahead") })
        .await;
    assert_eq!(kind(&outcome).0, Kind::Deferred, "{outcome:?}");
}

#[tokio::test]
async fn mails_arrive_byte_for_byte() {
    let sink = Sink::start(Script {
        offers: vec!["8BITMIME"],
        ..Script::default()
    })
    .await;
    let mut transport = plain(&sink);
    let long = format!("S: x\r\n\r\n{}\r\n", "åäö.\r\n..\r\n.\r\n".repeat(20_000));
    let exact: &[&[u8]] = &[
        MAIL,
        b".\r\n",
        b"S: x\r\n\r\n.\r\n..\r\n.text\r\n...\r\n",
        b"S: x\r\n\r\nblank lines at the end\r\n\r\n\r\n",
        b"S: x\r\n\r\nQUIT\r\nDATA\r\n",
        "Subject: =?utf-8?Q?=C3=A5=C3=A4=C3=B6?=\r\n\r\nr\u{e5} 8-bit \u{e4}\u{f6}\r\n".as_bytes(),
        b"S: x\r\n\r\nLatin-1 \xe5\xe4\xf6\0\r\n",
        long.as_bytes(),
    ];
    for mail in exact {
        let outcome = send(
            &mut transport,
            &envelope(Some("a@example.se"), &["b@example.se"], mail),
        )
        .await;
        assert_eq!(kind(&outcome).0, Kind::Accepted, "{outcome:?}");
        let stored = sink.seen().mails.pop().unwrap();
        assert_eq!(stored.mail.len(), mail.len());
        assert!(
            stored.mail == *mail,
            "{}",
            String::from_utf8_lossy(&mail[..mail.len().min(80)])
        );
        assert_eq!(
            stored.from.contains("BODY=8BITMIME"),
            !mail.is_ascii(),
            "{}",
            stored.from
        );
    }
    // Irregular line ends are made regular, and end nothing before its end.
    send(
        &mut transport,
        &envelope(
            Some("a@example.se"),
            &["b@example.se"],
            b"S: x\n\na\n.\nb\r.\rc",
        ),
    )
    .await;
    let stored = sink.seen().mails.pop().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&stored.mail),
        "S: x\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n"
    );
    assert_eq!(sink.seen().connections, 1);
}

#[tokio::test]
async fn addresses_go_out_as_the_server_knows_them() {
    async fn check(
        offers: &[&'static str],
        from: Option<&str>,
        to: &[&str],
        expected: Result<(&str, &[&str]), &str>,
    ) {
        let sink = Sink::start(Script {
            offers: offers.to_vec(),
            ..Script::default()
        })
        .await;
        let outcome = send(&mut plain(&sink), &envelope(from, to, MAIL)).await;
        let stored = sink.seen().mails.pop();
        match expected {
            Ok((from, to)) => {
                let stored = stored.unwrap_or_else(|| panic!("{outcome:?}"));
                assert_eq!(stored.from, from);
                assert_eq!(stored.to, to);
            }
            Err(text) => {
                assert_eq!(stored, None);
                assert_eq!(kind(&outcome).0, Kind::Rejected, "{outcome:?}");
                assert!(kind(&outcome).1.contains(text), "{outcome:?}");
            }
        }
    }
    let utf8 = &["SMTPUTF8", "8BITMIME"];
    check(
        &[],
        None,
        &["b@example.se"],
        Ok(("FROM:<>", &["b@example.se"])),
    )
    .await;
    check(
        &[],
        Some("a@example.se"),
        &["b@blåbär.se"],
        Ok(("FROM:<a@example.se>", &["b@xn--blbr-noae.se"])),
    )
    .await;
    check(
        utf8,
        Some("a@example.se"),
        &["b@example.se"],
        Ok(("FROM:<a@example.se>", &["b@example.se"])),
    )
    .await;
    check(
        utf8,
        Some("a@x.se"),
        &["åsa@example.se"],
        Ok(("FROM:<a@x.se> SMTPUTF8", &["åsa@example.se"])),
    )
    .await;
    check(
        &[],
        Some("a@example.se"),
        &["åsa@example.se"],
        Err("SMTPUTF8"),
    )
    .await;
    check(
        &[],
        Some("a@example.se"),
        &["a@b.se>\r\nRCPT TO:<c@d.se"],
        Err("recipient"),
    )
    .await;
    check(
        &[],
        Some("a b@example.se"),
        &["b@example.se"],
        Err("sender"),
    )
    .await;
    check(&[], Some("a@example.se"), &[], Err("no recipient")).await;
}

#[tokio::test]
async fn one_bad_recipient_does_not_lose_the_others() {
    let rules = vec![
        at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).about("gone"),
        at(Step::Rcpt, Act::Say("450 4.2.0 come again")).about("later"),
    ];
    let check = async |to: &[&str], expected: Kind, refused: &[&str], reached: &[&str]| {
        let sink = Sink::start(Script {
            rules: rules.clone(),
            ..Script::default()
        })
        .await;
        let mut transport = plain(&sink);
        let outcome = send(&mut transport, &envelope(Some("a@example.se"), to, MAIL)).await;
        assert_eq!(kind(&outcome).0, expected, "{to:?}: {outcome:?}");
        if let Delivered::Partly { refused: found, .. } = &outcome {
            assert_eq!(
                found
                    .iter()
                    .map(|refused| refused.address.as_str())
                    .collect::<Vec<_>>(),
                refused
            );
            assert!(
                found
                    .iter()
                    .all(|refused| refused.why.contains("550 5.1.1")),
                "{outcome:?}"
            );
        }
        let stored = sink
            .seen()
            .mails
            .pop()
            .map(|mail| mail.to)
            .unwrap_or_default();
        assert_eq!(stored, reached, "{to:?}");
        // A half-done mail does not spill into the next one.
        assert_eq!(
            kind(&send(&mut transport, &simple()).await).0,
            Kind::Accepted
        );
        assert_eq!(sink.seen().mails.pop().unwrap().to, ["anna@example.se"]);
        assert_eq!(sink.seen().connections, 1);
    };
    check(
        &["a@x.se", "b@x.se"],
        Kind::Accepted,
        &[],
        &["a@x.se", "b@x.se"],
    )
    .await;
    check(
        &["gone@x.se", "b@x.se"],
        Kind::Partly,
        &["gone@x.se"],
        &["b@x.se"],
    )
    .await;
    check(
        &["b@x.se", "gone@x.se"],
        Kind::Partly,
        &["gone@x.se"],
        &["b@x.se"],
    )
    .await;
    check(&["gone@x.se", "gone2@x.se"], Kind::Rejected, &[], &[]).await;
    check(&["b@x.se", "later@x.se"], Kind::PutOff, &[], &[]).await;
    check(&["gone@x.se", "later@x.se"], Kind::PutOff, &[], &[]).await;
}

#[tokio::test]
async fn a_burst_uses_one_connection_and_a_stale_one_is_replaced() {
    let check = async |rules: Vec<super::sink::Rule>, connections: usize| {
        let context = format!("{rules:?}");
        let sink = Sink::start(Script {
            rules,
            ..Script::default()
        })
        .await;
        let limits = Timeouts {
            alive: Duration::from_secs(2),
            ..Timeouts::default()
        };
        let mut transport = plain(&sink).with_timeouts(limits);
        for _ in 0..5 {
            let outcome = send(&mut transport, &simple()).await;
            assert_eq!(kind(&outcome).0, Kind::Accepted, "{context}: {outcome:?}");
        }
        let seen = sink.seen();
        assert_eq!(
            (seen.connections, seen.mails.len()),
            (connections, 5),
            "{context}"
        );
        transport.close().await;
        assert_eq!(
            sink.seen().commands.last().map(String::as_str),
            Some("QUIT"),
            "{context}"
        );
    };
    check(vec![], 1).await;
    check(vec![at(Step::Rset, Act::Close).nth(1)], 2).await;
    check(vec![at(Step::Rset, Act::Hang).nth(1)], 2).await;
    check(
        vec![at(Step::Rset, Act::Say("421 4.4.2 idle too long")).nth(0)],
        2,
    )
    .await;
    check(
        vec![at(Step::Mail, Act::Say("421 4.7.0 enough mails")).nth(2)],
        2,
    )
    .await;
    check(vec![at(Step::Mail, Act::Close).nth(3)], 2).await;
    check(vec![at(Step::Rset, Act::Close)], 5).await;
}

#[tokio::test]
async fn an_idle_connection_says_goodbye_by_itself() {
    for drop_it in [false, true] {
        let sink = Sink::start(Script::default()).await;
        let idle = Duration::from_millis(if drop_it { 600_000 } else { 50 });
        let mut transport = plain(&sink).with_timeouts(Timeouts {
            idle,
            ..Timeouts::default()
        });
        assert_eq!(
            kind(&send(&mut transport, &simple()).await).0,
            Kind::Accepted
        );
        let transport = (!drop_it).then_some(transport);
        for _ in 0..200 {
            if sink
                .seen()
                .commands
                .last()
                .is_some_and(|last| last == "QUIT")
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(
            sink.seen().commands.last().map(String::as_str),
            Some("QUIT"),
            "dropped: {drop_it}"
        );
        if let Some(mut transport) = transport {
            assert_eq!(
                kind(&send(&mut transport, &simple()).await).0,
                Kind::Accepted
            );
            assert_eq!(sink.seen().connections, 2);
        }
    }
}

#[tokio::test]
async fn login_and_encryption_come_before_the_mail() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path());
    let good = ("kommunen", "hemligt å");
    let check = async |tls: Tls,
                       mechanisms: &'static str,
                       login: (&str, &str),
                       expected: Result<(), &str>| {
        let security = match tls {
            Tls::Off => Security::Plaintext,
            Tls::AtOnce(_) => Security::Tls,
            Tls::OnRequest(_) => Security::StartTls,
        };
        let offers = vec!["SIZE 1000000", "8BITMIME"];
        let script = Script {
            tls,
            mechanisms,
            login: Some(good),
            offers,
            ..Script::default()
        };
        let sink = Sink::start(script).await;
        let mut transport =
            SmtpTransport::new(&settings(sink.port, security, Some(&pem.ca), Some(login))).unwrap();
        let outcome = send(&mut transport, &simple()).await;
        let seen = transport.check().await;
        let Err(text) = expected else {
            assert_eq!(kind(&outcome).0, Kind::Accepted, "{outcome:?}");
            let encrypted = security != Security::Plaintext;
            let stored = sink.seen().mails.pop().unwrap();
            assert_eq!(
                (stored.encrypted, stored.user.as_deref()),
                (encrypted, Some(good.0))
            );
            let seen = seen.unwrap();
            assert_eq!(
                (seen.encrypted, seen.logged_in, seen.max_size),
                (encrypted, true, Some(1_000_000))
            );
            assert_eq!(seen.greeting, "sink.test.invalid ESMTP ready");
            return;
        };
        let (found, told) = kind(&outcome);
        assert_eq!(found, Kind::Deferred, "{outcome:?}");
        assert!(told.contains(text), "{outcome:?}");
        assert!(
            !told.contains(login.0) && !told.contains(login.1),
            "{outcome:?}"
        );
        assert!(matches!(seen, Err(SmtpError::Login(_))), "{seen:?}");
        assert_eq!(sink.seen().mails, []);
    };
    for mechanisms in ["", "PLAIN", "LOGIN", "CRAM-MD5 LOGIN"] {
        check(Tls::OnRequest(pem.good.clone()), mechanisms, good, Ok(())).await;
        check(Tls::AtOnce(pem.good.clone()), mechanisms, good, Ok(())).await;
    }
    check(Tls::Off, "", good, Ok(())).await;
    check(
        Tls::OnRequest(pem.good.clone()),
        "PLAIN",
        ("kommunen", "fel"),
        Err("check user and password"),
    )
    .await;
    check(
        Tls::OnRequest(pem.good.clone()),
        "LOGIN",
        ("kommunen", "fel"),
        Err("check user and password"),
    )
    .await;
    check(
        Tls::OnRequest(pem.good.clone()),
        "GSSAPI",
        good,
        Err("or set `login = false` in the smtp section"),
    )
    .await;
}

#[tokio::test]
async fn trouble_with_the_login_itself_passes() {
    let check = async |act, text: &str| {
        let script = Script {
            rules: vec![at(Step::Auth, act)],
            login: Some(("u", "p")),
            ..Script::default()
        };
        let sink = Sink::start(script).await;
        let transport = SmtpTransport::new(&settings(
            sink.port,
            Security::Plaintext,
            None,
            Some(("u", "p")),
        ))
        .unwrap();
        let seen = transport.check().await;
        assert!(
            matches!(&seen, Err(SmtpError::Unreachable(told) | SmtpError::Busy(told)) if told.contains(text)),
            "{seen:?}"
        );
    };
    check(Act::Say("454 4.7.0 directory is down"), "454 4.7.0").await;
    check(Act::Say("421 4.3.2 going down"), "421 4.3.2").await;
    check(Act::Say("334 cGFzc3dvcmQ6"), "does not fit").await;
    check(Act::Say("354 go ahead"), "does not fit").await;
    check(Act::Close, "AUTH").await;
}

#[tokio::test]
async fn without_a_login_the_server_says_what_is_missing() {
    let sink = Sink::start(Script {
        login: Some(("u", "p")),
        ..Script::default()
    })
    .await;
    let outcome = send(&mut plain(&sink), &simple()).await;
    assert_eq!(kind(&outcome).0, Kind::Barred, "{outcome:?}");
    assert!(
        kind(&outcome).1.contains("user and password"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_bad_certificate_sends_nothing_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path());
    let check = async |pair: &Pair, text: &str| {
        for tls in [Tls::AtOnce(pair.clone()), Tls::OnRequest(pair.clone())] {
            let security = if matches!(tls, Tls::AtOnce(_)) {
                Security::Tls
            } else {
                Security::StartTls
            };
            let sink = Sink::start(Script {
                tls,
                login: Some(("u", "hemligt")),
                ..Script::default()
            })
            .await;
            let settings = settings(sink.port, security, Some(&pem.ca), Some(("u", "hemligt")));
            let mut transport = SmtpTransport::new(&settings).unwrap();
            let outcome = send(&mut transport, &simple()).await;
            let (found, told) = kind(&outcome);
            assert_eq!(found, Kind::Deferred, "{outcome:?}");
            assert!(
                told.contains(text) && told.contains("localhost") && !told.contains('\n'),
                "{outcome:?}"
            );
            assert!(matches!(transport.check().await, Err(SmtpError::Tls(_))));
            let seen = sink.seen();
            assert!(
                seen.mails.is_empty() && !seen.reached(Step::Auth),
                "{seen:?}"
            );
        }
    };
    check(&pem.expired, "expired").await;
    check(&pem.wrong_name, "other.example").await;
    check(&pem.foreign, "authority").await;
}

#[tokio::test]
async fn starttls_is_neither_skipped_nor_injected_into() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path());
    let check = async |script: Script, text: &str| {
        let sink = Sink::start(script).await;
        let settings = settings(sink.port, Security::StartTls, Some(&pem.ca), None);
        let outcome = send(&mut SmtpTransport::new(&settings).unwrap(), &simple()).await;
        assert_eq!(kind(&outcome).0, Kind::Deferred, "{outcome:?}");
        assert!(kind(&outcome).1.contains(text), "{outcome:?}");
        assert!(!sink.seen().reached(Step::Mail));
    };
    let with = |step, act| Script {
        tls: Tls::OnRequest(pem.good.clone()),
        rules: vec![at(step, act)],
        ..Script::default()
    };
    check(Script::default(), "STARTTLS").await;
    check(
        with(Step::StartTls, Act::Raw(b"220 go\r\n250 injected\r\n")),
        "before TLS",
    )
    .await;
    check(
        with(Step::StartTls, Act::Say("454 4.7.0 no TLS now")),
        "454 4.7.0",
    )
    .await;
    check(with(Step::StartTls, Act::Close), "").await;
    check(
        with(Step::Greeting, Act::Raw(b"* OK IMAP4rev1 ready\r\n")),
        "not an SMTP server",
    )
    .await;
}

#[test]
fn a_bad_ca_file_shows_at_the_start() {
    let made = SmtpTransport::new(&settings(
        1,
        Security::Tls,
        Some(Path::new("/does/not/exist.pem")),
        None,
    ));
    assert!(matches!(made.map(drop), Err(SmtpError::Tls(_))));
}

#[tokio::test]
async fn the_sink_can_fill_a_maildir() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    let sink = Sink::start(Script {
        maildir: Some(maildir.clone()),
        ..Script::default()
    })
    .await;
    let to = ["b@example.se", "c@example.se"];
    send(
        &mut plain(&sink),
        &envelope(Some("a@example.se"), &to, MAIL),
    )
    .await;
    let mut mails: Vec<_> = std::fs::read_dir(maildir.join("new"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    mails.sort();
    let expected = |to: &str| {
        let text = String::from_utf8_lossy(MAIL).replace('\r', "");
        format!("Return-Path: <a@example.se>\nDelivered-To: {to}\n{text}")
    };
    assert_eq!(mails, to.map(expected));
}

#[tokio::test]
async fn postfix_takes_a_burst_and_each_mail_arrives_once() {
    const BURST: usize = 200;
    // Whole, so that Postfix has nothing to add below.
    const HEADER: &str = "From: a@example.se\r\nDate: Thu, 19 Nov 2026 09:12:00 +0100\r\nSubject: =?utf-8?Q?=C3=A5?=";
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let ca = &postfix.pem.ca;
    let mut transport =
        SmtpTransport::new(&settings(postfix.port, Security::StartTls, Some(ca), None)).unwrap();

    let seen = transport.check().await.unwrap();
    assert!(
        seen.encrypted && !seen.logged_in && seen.greeting.starts_with("mx.test.invalid"),
        "{seen:?}"
    );
    assert_eq!(seen.max_size, Some(10_240_000), "Postfix's default");

    for number in 0..BURST {
        let mail =
            format!("Message-ID: <{number}@burst.test>\r\n{HEADER}\r\n\r\n.\r\n..\r\nslut\r\n");
        let to = format!("to{number}@example.se");
        let outcome = send(&mut transport, &envelope(None, &[&to], mail.as_bytes())).await;
        assert_eq!(kind(&outcome).0, Kind::Accepted, "{outcome:?}");
        assert!(kind(&outcome).1.contains("queued as"), "{outcome:?}");
    }
    let refused = send(
        &mut transport,
        &envelope(None, &["refused@example.se"], MAIL),
    )
    .await;
    assert_eq!(kind(&refused).0, Kind::Rejected, "{refused:?}");
    let later = send(&mut transport, &envelope(None, &["later@example.se"], MAIL)).await;
    assert_eq!(kind(&later).0, Kind::PutOff, "{later:?}");
    let both = send(
        &mut transport,
        &envelope(None, &["refused@example.se", "kept@example.se"], MAIL),
    )
    .await;
    assert_eq!(kind(&both).0, Kind::Partly, "{both:?}");
    let sender = Some("kommunen@example.se");
    let bounced = send(
        &mut transport,
        &envelope(sender, &["bounced@example.se"], MAIL),
    )
    .await;
    assert_eq!(kind(&bounced).0, Kind::Accepted, "{bounced:?}");
    transport.close().await;

    let mails = postfix.wait_for(BURST + 2).await;
    assert_eq!(
        mails.len(),
        BURST + 2,
        "the burst, the kept one, the returned one"
    );
    for number in 0..BURST {
        let id = format!("Message-ID: <{number}@burst.test>\n");
        let found: Vec<_> = mails.iter().filter(|mail| mail.contains(&id)).collect();
        assert_eq!(found.len(), 1, "{id}");
        assert!(
            found[0].contains(&format!("Delivered-To: to{number}@example.se\n")),
            "{}",
            found[0]
        );
        assert!(
            found[0].ends_with("\nSubject: =?utf-8?Q?=C3=A5?=\n\n.\n..\nslut\n"),
            "{}",
            found[0]
        );
    }
    let returned = mails
        .iter()
        .find(|mail| mail.contains("multipart/report"))
        .expect("a bounce");
    assert!(
        returned.contains("Delivered-To: kommunen@example.se\n"),
        "{returned}"
    );
}

/// Whether the server takes a sender is found out without sending anything.
#[tokio::test]
async fn a_path_is_tried_without_a_mail() {
    for (rules, words) in [
        (vec![], None),
        (
            vec![at(
                Step::Mail,
                Act::Say(
                    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
                ),
            )],
            Some("Send As"),
        ),
        (
            vec![at(
                Step::Mail,
                Act::Say("553 5.7.1 <kommunen@example.se>: Sender address rejected"),
            )],
            Some("MAIL: 553 5.7.1 <…@…>"),
        ),
        (
            vec![at(
                Step::Rcpt,
                Act::Say("550 5.1.1 <anna@example.se>: unknown"),
            )],
            Some("RCPT: 550 5.1.1 <…@…>: unknown"),
        ),
    ] {
        let sink = Sink::start(Script {
            rules,
            ..Script::default()
        })
        .await;
        let seen = plain(&sink)
            .check_path(Some(("kommunen@example.se", &["anna@example.se"])))
            .await
            .unwrap();
        assert_eq!(seen.refused.len(), usize::from(words.is_some()), "{seen:?}");
        let why = seen
            .refused
            .first()
            .map(|refused| refused.why.clone())
            .unwrap_or_default();
        assert!(why.contains(words.unwrap_or_default()), "{words:?}");
        assert!(!sink.seen().reached(Step::Data) && sink.seen().mails.is_empty());
        assert!(sink.seen().commands.iter().any(|line| line == "RSET"));
    }
}

/// Whom a word is about decides who else is asked about: a server that puts off a stranger is asked
/// about the others, one that is silent or refuses the sender is not.
#[tokio::test]
async fn a_check_knows_whom_a_word_is_about() {
    let readers = ["nina@example.org", "anna@example.se"];
    for (step, act, about, asked) in [
        (Step::Rcpt, "550 5.1.1 unknown", Doubted::Reader, 2),
        (Step::Rcpt, "450 4.7.1 greylisted", Doubted::Later, 2),
        (Step::Mail, "553 5.7.1 rejected", Doubted::Sender, 1),
        (Step::Mail, "451 4.3.0 try again", Doubted::Nobody, 1),
    ] {
        let rule = at(step, Act::Say(act));
        let rule = if step == Step::Rcpt {
            rule.about("nina@")
        } else {
            rule
        };
        let sink = Sink::start(Script {
            rules: vec![rule],
            ..Script::default()
        })
        .await;
        let path = Some(("kommunen@example.se", &readers[..]));
        let seen = plain(&sink).check_path(path).await.unwrap();
        assert_eq!(
            (seen.asked, seen.refused.len()),
            (asked, 1),
            "{act}: {seen:?}"
        );
        assert_eq!(seen.refused[0].about, about, "{act}");
        assert_eq!(seen.refused[0].reader, readers[0], "{act}");
    }
}
