//! The lease against a real etcd, and against a gateway that answers as it should not.

use super::etcd::{Etcd, USER};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;
use servicelofte::config::{Lease, Login, Security, Server};
use servicelofte::domain::item_id::ItemId;
use servicelofte::domain::saying::{MOST_TOLD, Saying, Told};
use servicelofte::lease::etcd::MAX_ANSWER;
use servicelofte::lease::{self, EtcdError, Held, Look, May, look};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn way(settings: Lease) -> Arc<lease::Etcd> {
    Arc::new(lease::Etcd::new(settings))
}

async fn won(etcd: &Arc<lease::Etcd>, who: &str) -> Held {
    match look(etcd, who).await {
        Ok(Look::Won(held)) => held,
        Ok(Look::Another(holder)) => panic!("{holder:?} has it"),
        Err(error) => panic!("{error}"),
    }
}

async fn is_anothers(etcd: &Arc<lease::Etcd>, who: &str) -> bool {
    match look(etcd, "c").await {
        Ok(Look::Another(holder)) => holder.who == who,
        Ok(Look::Won(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_holds_it_until_it_gives_it_back() {
    let Some(etcd) = Etcd::start().await else {
        return;
    };
    let (a, b) = (way(etcd.settings("kf", 6)), way(etcd.settings("kf", 6)));
    let elsewhere = way(etcd.settings("bun", 6));
    let first = won(&a, "a").await;
    assert_eq!(first.previous, 0, "nobody held it before");
    assert!(is_anothers(&b, "a").await);
    assert!(first.holds());
    assert_eq!(first.leave().confirm().await, Ok(()));
    // Another promise has another lease.
    let other = won(&elsewhere, "b").await;
    // It is renewed: it outlives its time.
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert!(first.holds() && other.holds());
    assert!(is_anothers(&b, "a").await);
    let (leave, generation) = (first.leave(), first.generation());
    first.give_back().await;
    assert!(!leave.holds());
    assert!(leave.confirm().await.is_err());
    let second = won(&b, "b").await;
    assert!(second.generation() > generation);
    assert_eq!(second.previous, generation);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_or_not_renewed_is_lost() {
    let Some(etcd) = Etcd::three().await else {
        return;
    };
    let a = way(etcd.settings("kf", 6));
    let held = won(&a, "a").await;
    let leave = held.leave();
    // An operator takes it away.
    let key = BASE64_STANDARD.encode("servicelofte/lease/kf");
    etcd.ask("/v3/kv/deleterange", &json!({ "key": key }), None)
        .await
        .expect("deleted");
    assert!(
        leave.confirm().await.is_err(),
        "nothing leaves from the next look on"
    );
    assert!(!leave.holds());
    tokio::time::timeout(Duration::from_secs(5), leave.over())
        .await
        .expect("it is told");
    drop(held);

    // One member of three is away: nothing happens. Two: it cannot be renewed.
    let held = won(&a, "a").await;
    let leave = held.leave();
    etcd.signal(0..1, "STOP");
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(leave.holds(), "another member is asked");
    etcd.signal(1..2, "STOP");
    let asked = Instant::now();
    let doubt = leave.confirm().await.expect_err("no majority");
    assert!(doubt.contains("in doubt"), "{doubt}");
    let over = tokio::time::timeout(Duration::from_secs(10), leave.over()).await;
    let why = over.expect("it ends by itself");
    assert!(why.contains("etcd"), "{why}");
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert!(!leave.holds());
    // The majority is back; what is over stays over, and can be had anew.
    etcd.signal_all("CONT");
    drop(held);
    let begun = Instant::now();
    loop {
        match look(&a, "b").await {
            Ok(Look::Won(_)) => break,
            _ => assert!(begun.elapsed() < Duration::from_secs(30), "nobody can lead"),
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(!leave.holds());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leads_next_knows_what_was_said() {
    let Some(etcd) = Etcd::start().await else {
        return;
    };
    let (a, b) = (way(etcd.settings("kf", 6)), way(etcd.settings("kf", 6)));
    let held = won(&a, "a").await;
    assert_eq!(held.numbers, []);
    let saying = |id: &str, told: usize, since: i64| Saying {
        id: id.to_owned(),
        numbers: vec![ItemId::new(2026, 41), ItemId::new(2027, 2)],
        told: (0..told).map(|number| format!("{number:032x}")).collect(),
        since,
        ended: Vec::new(),
    };
    let first = held.generation();
    // As many as one mail may tell; a second try, and another mail by who knows the first.
    let most = saying("a@x", MOST_TOLD, 0);
    assert_eq!(held.leave().say(&most).await, Ok(May::Leave));
    assert_eq!(held.leave().say(&most).await, Ok(May::Leave));
    let again = held.leave().say(&saying("b@x", 1, first)).await;
    assert_eq!(again, Ok(May::Leave));
    // Lower numbers change nothing, and no number is no question less.
    let lower = Saying {
        numbers: vec![ItemId::new(2026, 7)],
        ..saying("c@x", 0, 0)
    };
    assert_eq!(held.leave().say(&lower).await, Ok(May::Leave));
    let leave = held.leave();
    held.give_back().await;
    assert!(leave.say(&lower).await.is_err());
    assert!(leave.say(&most).await.is_err());

    let held = won(&b, "b").await;
    assert_eq!(held.numbers, [ItemId::new(2026, 41), ItemId::new(2027, 2)]);
    let since = held.generation();
    for (told, by) in [(1, "b@x"), (2, "b@x")] {
        let may = held.leave().say(&saying("d@x", told, since)).await;
        let by = Told {
            generation: first,
            id: by.to_owned(),
        };
        assert_eq!(may, Ok(May::WasTold(by)));
    }
    assert!(held.holds(), "it leads on");
    let knows_one = Saying {
        ended: vec!["b@x".to_owned()],
        ..saying("d@x", 2, since)
    };
    let may = held.leave().say(&knows_one).await;
    assert!(
        matches!(may, Ok(May::WasTold(Told { id, .. })) if id == "a@x"),
        "of the other it knows nothing"
    );
    let knows_both = Saying {
        ended: vec!["a@x".to_owned(), "b@x".to_owned()],
        ..knows_one
    };
    assert_eq!(held.leave().say(&knows_both).await, Ok(May::Leave));
    // It says the same once more, and knows it.
    let may = held.leave().say(&saying("e@x", 2, since)).await;
    assert_eq!(may, Ok(May::Leave));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_certificates_are_shown() {
    let Some(etcd) = Etcd::start().await else {
        return;
    };
    etcd.ask_for_users().await;
    let ours = way(etcd.settings_of(USER, "kf"));
    let held = won(&ours, "a").await;
    assert_eq!(held.leave().confirm().await, Ok(()));
    assert!(is_anothers(&ours, "a").await, "the token serves again");
    held.give_back().await;
    for (user, words) in [
        ((USER.0, "fel"), "authentication failed"),
        (("nobody", "x"), "authentication failed"),
    ] {
        let error = way(etcd.settings_of(user, "kf"))
            .holder()
            .await
            .expect_err("refused");
        let text = error.to_string();
        assert!(
            matches!(error, EtcdError::Refused(_)) && text.contains(words),
            "{text}"
        );
        assert!(!text.contains(user.1) || user.1 == "x", "{text}");
    }
    let error = way(etcd.settings("kf", 6))
        .holder()
        .await
        .expect_err("no user");
    assert!(
        error.to_string().contains("set user and password_file"),
        "{error}"
    );
    let Some(etcd) = Etcd::with_certificates().await else {
        return;
    };
    let good = etcd.settings("kf", 6);
    won(&way(good.clone()), "a").await.give_back().await;
    let mut none = good.clone();
    none.certificate = None;
    assert!(way(none).holder().await.is_err(), "it wants a certificate");
    let mut foreign = good;
    for server in &mut foreign.endpoints {
        server.ca_file = None;
    }
    let error = way(foreign).holder().await.expect_err("not trusted");
    assert!(matches!(error, EtcdError::Refused(_)), "{error}");
}

/// What a gateway answers.
#[derive(Clone, Copy, Debug)]
enum Act {
    Say(u16, &'static str),
    /// Nothing, for ever.
    Silence,
    Close,
    Garbage,
    /// More than anybody wants.
    Flood,
    /// A byte now and then.
    Drip,
}

/// A gateway that answers everything alike.
async fn gateway(act: Act) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let head = |status: u16, length: usize| {
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n\r\n")
                };
                let text = match act {
                    Act::Say(status, body) => head(status, body.len()) + body,
                    Act::Garbage => "220 mail.example.se ESMTP\r\n".to_owned(),
                    Act::Flood => head(200, 64 << 20) + &"{ ".repeat(MAX_ANSWER),
                    Act::Close => return,
                    Act::Silence => {
                        tokio::time::sleep(Duration::from_mins(1)).await;
                        return;
                    }
                    Act::Drip => {
                        let _ = stream.write_all(head(200, 1000).as_bytes()).await;
                        while stream.write_all(b" ").await.is_ok() {
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                        return;
                    }
                };
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

fn of(ports: &[u16], login: Option<&Login>) -> Lease {
    let endpoints = ports.iter().map(|port| Server {
        host: "127.0.0.1".to_owned(),
        port: *port,
        security: Security::Plaintext,
        ca_file: None,
        login: login.cloned(),
        address: None,
    });
    Lease {
        endpoints: endpoints.collect(),
        name: "kf".to_owned(),
        ttl: Duration::from_secs(6),
        certificate: None,
    }
}

const NOBODY: Act = Act::Say(200, r#"{"header":{"revision":"7"}}"#);

/// Whether the next member is asked instead, and what is told of the first one alone.
async fn check(act: Act, next_is_asked: bool, words: &str) {
    let (bad, good) = (gateway(act).await, gateway(NOBODY).await);
    let begun = Instant::now();
    let two = way(of(&[bad, good], None)).holder().await;
    let one = way(of(&[bad], None)).holder().await;
    let error = one.expect_err("no answer").to_string();
    assert_eq!(two.is_ok(), next_is_asked, "{act:?}: {two:?}");
    assert!(
        error.contains(words) && !error.contains('\n'),
        "{act:?}: {error}"
    );
    assert!(error.len() < 400, "{act:?}: {error}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{act:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_gateway_has_its_end_and_its_words() {
    let unavailable =
        r#"{"error":"etcdserver: no leader","message":"etcdserver: no leader","code":14}"#;
    let denied = r#"{"error":"etcdserver: permission denied","message":"etcdserver: permission denied","code":7}"#;
    tokio::join!(
        check(Act::Silence, true, "no answer within 1 s"),
        check(Act::Drip, true, "no answer within 1 s"),
        check(Act::Close, true, "closed the connection"),
        check(Act::Garbage, true, "not HTTP"),
        check(Act::Flood, true, "larger than 65536 bytes"),
        check(Act::Say(200, "<html>hej"), true, "not JSON"),
        check(Act::Say(503, unavailable), true, "no leader"),
        check(Act::Say(502, "{}"), true, "HTTP 502"),
        check(Act::Say(403, denied), false, "permission denied"),
        check(Act::Say(401, r#"{"code":16}"#), false, "asks for a user"),
    );
    // No server listens.
    let error = way(of(&[1], None)).holder().await.expect_err("nobody");
    assert!(error.to_string().contains("refused"), "{error}");
    // A token that is never taken: asked for anew once, not for ever.
    let port = gateway(Act::Say(200, r#"{"token":"t.1","error":{"code":16}}"#)).await;
    let login = Login::with_password("servicelofte", "x");
    let error = way(of(&[port], Some(&login)))
        .holder()
        .await
        .expect_err("no");
    assert!(matches!(error, EtcdError::Refused(_)), "{error}");
    // Numbers that are none.
    let port = gateway(Act::Say(200, r#"{"ID":"x","TTL":[]}"#)).await;
    let error = way(of(&[port], None)).grant().await.expect_err("no lease");
    assert!(error.to_string().contains("without a lease"), "{error}");
    // A renewal that is told inside a stream to be of nothing.
    let port = gateway(Act::Say(200, "{\"result\":{\"ID\":\"1\"}}\n")).await;
    assert_eq!(way(of(&[port], None)).keep(1).await, Ok(None));
}
