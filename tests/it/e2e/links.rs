//! Each way to reach the servers, with a login at both.

use super::post::Post;
use super::process::PASSWORD;
use super::site::{Site, mail};
use crate::servers::dovecot::DovecotOptions;
use crate::servers::pem::Pem;
use crate::servers::sink::{Script, Sink, Tls};

#[tokio::test(flavor = "multi_thread")]
async fn tls_starttls_and_plaintext_with_login() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path());
    for (security, tls, encrypted) in [
        ("tls", Tls::AtOnce(pem.good.clone()), true),
        ("starttls", Tls::OnRequest(pem.good.clone()), true),
        ("plaintext", Tls::Off, false),
    ] {
        let sink = Sink::start(Script {
            tls,
            login: Some(("user1", PASSWORD)),
            ..Script::default()
        })
        .await;
        let site = Site::with(DovecotOptions::default(), Post::quick().await);
        if security != "tls" {
            let (tls_port, port) = (
                format!("port = {}", site.dovecot.tls_port),
                format!("port = {}", site.dovecot.port),
            );
            site.change(&[
                (&tls_port, &port),
                ("security = \"tls\"", &format!("security = \"{security}\"")),
            ]);
        }
        site.change(&[
            (
                &format!("port = {}\nsecurity = \"starttls\"", site.post.port),
                &format!("port = {}\nsecurity = \"{security}\"", sink.port),
            ),
            ("login = false\n", ""),
        ]);
        site.deliver(
            "INBOX",
            &mail("olle@example.org", "Bussen", "q1@x", ""),
            "2026-11-17 09:12",
        );
        let checked = site.run(&["check"]);
        assert_eq!(checked.code, Some(0), "{security}: {checked:?}");
        let line = format!(
            "SMTP localhost:{}: logged in, {}",
            sink.port,
            if encrypted {
                "encrypted"
            } else {
                "not encrypted"
            }
        );
        assert!(checked.out.contains(&line), "{security}: {checked:?}");
        site.once().succeeded();
        let mails = sink.seen().mails;
        assert_eq!(mails.len(), 2, "{security}");
        for mail in mails {
            assert_eq!(
                (mail.encrypted, mail.user.as_deref()),
                (encrypted, Some("user1")),
                "{security}"
            );
        }
        assert_eq!(
            site.register().item("Bussen")["state"],
            "open",
            "{security}"
        );
        site.holds_no_secret();
    }
}
