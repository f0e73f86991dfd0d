//! The whole with a token instead of a password: case 29, and what `check` says.

use super::post::Post;
use super::process::{NOW, TEN_TIMES, wait_until};
use super::site::{Site, mail};
use crate::servers::dovecot::DovecotOptions;
use crate::servers::idp::{CLIENT, CLIENT_SECRET, Idp, Issue, SCOPE, refusal};
use crate::servers::pki::Certificate;
use std::fs;
use std::time::Duration;

/// A site that logs in with a token; `more` is further lines of its oauth2 table.
async fn site(idp: &Idp, options: DovecotOptions, more: &str) -> Site {
    let site = Site::with(
        DovecotOptions {
            tokens: "xoauth2",
            ..options
        },
        Post::quick().await,
    );
    fs::write(site.folder.path().join("secret"), CLIENT_SECRET).unwrap();
    let table = format!(
        "poll_seconds = 1\n[mailbox.imap.oauth2]\ntoken_url = \"https://localhost:{}/t/token\"\nca_file = \"{}\"\n\
         client_id = \"{CLIENT}\"\nscope = \"{SCOPE}\"\nclient_secret_file = \"secret\"\n{more}",
        idp.port,
        idp.ca().display()
    );
    let password = format!("password = \"{}\"\n", super::process::PASSWORD);
    site.change(&[(&password, ""), ("poll_seconds = 1\n", &table)]);
    site
}

/// Neither the secret nor a token is in what the program said, nor in its files.
fn is_clean(texts: &[&str], site: &Site, idp: &Idp) {
    let mut files = Vec::new();
    for entry in fs::read_dir(site.folder.path().join("db"))
        .unwrap()
        .flatten()
    {
        files.push(String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned());
    }
    for text in texts
        .iter()
        .copied()
        .chain(files.iter().map(String::as_str))
    {
        assert!(!text.contains(CLIENT_SECRET), "the secret is told");
        assert!(
            idp.tokens()
                .iter()
                .all(|token| !text.contains(token.as_str())),
            "a token is told"
        );
    }
}

/// Case 29: the secret expires while the daemon runs. The operator hears of it by a way of its own
/// within the hour, systemd hears that it failed, and the endpoint is not flooded.
#[tokio::test(flavor = "multi_thread")]
async fn case_29_the_secret_expires() {
    let idp = Idp::start().await;
    let mut site = site(
        &idp,
        DovecotOptions::default(),
        "secret_expires = \"2026-12-10\"\n",
    )
    .await;
    let alarms = Post::quick().await;
    site.change(&[(
        "operator = \"drift@example.se\"\n",
        &format!(
            "operator = \"drift@example.se\"\nalarm_after_minutes = 1\n[service.alarm_smtp]\nhost = \"localhost\"\n\
             port = {}\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\n",
            alarms.port
        ),
    )]);
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    // The first token lasts two seconds, and a second one is never issued.
    idp.issues(Issue {
        told: Some(2),
        ends: 2,
        ..Issue::default()
    });
    let daemon = site.daemon(TEN_TIMES);
    daemon.wait_told("STATUS=kf read at");
    let warned = alarms.wait_for(1);
    assert!(
        warned[0].0.contains("klienthemlighet"),
        "warned weeks ahead: {}",
        warned[0].0
    );
    let requests = idp.requests();
    idp.does(refusal(
        "invalid_client",
        "AADSTS7000222: The provided client secret keys for app 'x' are expired.",
    ));
    site.dovecot.kill();
    site.dovecot.start_again();
    daemon.wait_told("STATUS=failed: kf: login refused: token endpoint");
    wait_until("the alarm", || alarms.mails().len() >= 2);
    let alarm = alarms
        .mails()
        .into_iter()
        .find(|mail| mail.0.contains("AADSTS7000222"))
        .expect("the reason is told");
    assert_eq!(alarm.to(), "drift@example.se");
    assert!(
        idp.requests() - requests <= 3,
        "the endpoint is left in peace: {}",
        idp.requests() - requests
    );
    let ended = daemon.stop(Duration::from_secs(30));
    ended.succeeded();
    is_clean(&[&ended.out, &ended.err], &site, &idp);
    assert!(
        site.post.mails().is_empty(),
        "nothing is sent on an old view"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_what_a_token_lacks() {
    let idp = Idp::start().await;
    let site = site(
        &idp,
        DovecotOptions {
            certificate: Certificate::EndsSoon,
            ..DovecotOptions::default()
        },
        "",
    )
    .await;
    site.deliver(
        "Skickat",
        &mail("kf@example.se", "SV: Bussen", "a1@x", ""),
        "2026-11-17 09:12",
    );
    let good = site.run(&["check"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    for line in [
        "ok       kf: token for localhost: granted",
        "warning  kf: token: no one knows when the client secret ends; write its last day into `secret_expires`",
        "warning  kf: IMAP: the server's certificate ends in 11 day(s), on 2026-12-01; its owner must renew it",
        ": logged in",
        // The program's clock is a simulated one here.
        "warning  clock: this machine is",
    ] {
        assert!(good.out.contains(line), "{line:?} is not in {good:?}");
    }
    site.once().succeeded();
    let scope = "client_secret_file = \"secret\"\n";
    for (line, told) in [
        (
            "secret_expires = \"2026-12-10\"",
            "warning  kf: token: the last day of the client secret is 2026-12-10, in 21 day(s)",
        ),
        (
            "secret_expires = \"2026-11-18\"",
            "fault    kf: token: the last day of the client secret is 2026-11-18, which has passed",
        ),
        (
            "secret_expires = \"2027-12-10\"",
            "ok       kf: token: the last day of the client secret is 2027-12-10",
        ),
    ] {
        let with = format!("{scope}{line}\n");
        site.change(&[(scope, &with)]);
        let checked = site.run_at(NOW, &["check"]);
        assert!(checked.out.contains(told), "{told:?} is not in {checked:?}");
        is_clean(&[&checked.out, &checked.err], &site, &idp);
        site.change(&[(&with, scope)]);
    }
    // A token for Exchange Online that opens nothing there.
    idp.issues(Issue {
        audience: "https://outlook.office365.com",
        roles: vec!["SMTP.SendAsApp"],
        ..Issue::default()
    });
    let lacks = site.run(&["check"]);
    assert_eq!(lacks.code, Some(1), "{lacks:?}");
    assert!(
        lacks.out.contains(
            "fault    kf: token for localhost: the token lacks the role IMAP.AccessAsApp (it has: SMTP.SendAsApp)"
        ),
        "{lacks:?}"
    );
    assert!(
        lacks.out.contains("fault    kf: IMAP: login refused"),
        "{lacks:?}"
    );
    is_clean(&[&good.out, &lacks.out, &lacks.err], &site, &idp);
}
