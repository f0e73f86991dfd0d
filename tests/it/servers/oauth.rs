//! Login by token: against a Dovecot that validates the tokens, an SMTP server that does, and a
//! token endpoint that checks the client and misbehaves. All output is searched for secrets.

use super::dovecot::{Dovecot, DovecotOptions};
use super::fake_imap::Fake;
use super::idp::{self, Act, CLIENT_KEY, CLIENT_SECRET, Idp, Issue, answer, refusal};
use super::pem::Pem;
use super::pki::Certificate;
use super::sink::{Script, Sink, Tls};
use servicelofte::config::{
    Credential, Login, OAuth2, Proof, SecretSource, Security, Server, Smtp,
};
use servicelofte::imap::ImapMailbox;
use servicelofte::oauth::expiry::{self, What};
use servicelofte::oauth::{self, MAX_ANSWER, TokenError};
use servicelofte::ports::{Delivered, Envelope, Mailbox, MailboxError, Transport};
use servicelofte::smtp::{SmtpError, SmtpTransport};
use std::fs;
use std::time::Duration;

fn with_tokens(mechanisms: &'static str) -> Dovecot {
    Dovecot::start(&DovecotOptions {
        tokens: mechanisms,
        ..DovecotOptions::default()
    })
}

fn token_login(user: &str, settings: &OAuth2) -> Login {
    Login {
        user: user.to_owned(),
        proof: Proof::Token(settings.clone()),
    }
}

async fn log_in(
    dovecot: &Dovecot,
    security: Security,
    settings: &OAuth2,
) -> Result<ImapMailbox, MailboxError> {
    log_in_as("user1", dovecot, security, settings).await
}

async fn log_in_as(
    user: &str,
    dovecot: &Dovecot,
    security: Security,
    settings: &OAuth2,
) -> Result<ImapMailbox, MailboxError> {
    let server = Server {
        login: Some(token_login(user, settings)),
        ..dovecot.server(security)
    };
    ImapMailbox::connect(&server, &["Subject".to_owned()]).await
}

/// A text for people holds no secret and no token, and is one line.
#[track_caller]
fn is_clean(text: &str, idp: &Idp) {
    assert!(!text.contains('\n'), "{text}");
    assert!(!text.contains(CLIENT_SECRET), "the secret is told: {text}");
    for token in idp.tokens() {
        assert!(
            token.split('.').all(|part| !text.contains(part)),
            "a token is told: {text}"
        );
    }
    // A signed assertion begins like this.
    assert!(!text.contains("eyJ"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dovecot_lets_us_in_with_either_mechanism_and_either_credential() {
    let idp = Idp::start().await;
    let key = &*CLIENT_KEY;
    let by_key = |path: &std::path::Path| OAuth2 {
        credential: Credential::Certificate {
            certificate: key.certificate.clone(),
            key: path.to_owned(),
        },
        ..idp.settings()
    };
    let ways = [idp.settings(), by_key(&key.key), by_key(&key.old_key)];
    for (number, mechanisms) in ["xoauth2", "oauthbearer", "xoauth2 oauthbearer"]
        .into_iter()
        .enumerate()
    {
        let dovecot = with_tokens(mechanisms);
        for way in &ways {
            for security in [Security::Tls, Security::StartTls] {
                let mut mailbox = log_in(&dovecot, security, way)
                    .await
                    .unwrap_or_else(|e| panic!("{mechanisms}: {e}"));
                assert!(
                    mailbox
                        .folders()
                        .await
                        .expect("folders")
                        .iter()
                        .any(|folder| folder.name == "INBOX")
                );
                mailbox.logout().await;
            }
            is_clean(&format!("{way:?}"), &idp);
        }
        // A token is kept for the next login.
        assert_eq!(idp.requests(), ways.len(), "round {number}");
    }
    let wrong = by_key(&key.other_key);
    let told = oauth::token(&wrong).await.expect_err("another key");
    assert!(
        matches!(&told, TokenError::Refused(text) if text.contains("AADSTS700027") && text.contains("belong together")),
        "{told}"
    );
    is_clean(&told.to_string(), &idp);
}

/// However many ask at once, from anywhere: the endpoint is asked once.
#[tokio::test(flavor = "multi_thread")]
async fn one_token_serves_all() {
    let (idp, dovecot) = (Idp::start().await, with_tokens("xoauth2 oauthbearer"));
    let settings = idp.settings();
    let logins = (0..8).map(|_| log_in(&dovecot, Security::Tls, &settings));
    for login in futures_util::future::join_all(logins).await {
        login.expect("logged in").logout().await;
    }
    let (sink, pem) = smtp_server("XOAUTH2").await;
    SmtpTransport::new(&smtp(&sink, &pem, &settings))
        .expect("a transport")
        .check()
        .await
        .expect("logged in");
    assert_eq!(idp.requests(), 1);
    // Another scope is another token.
    let other = OAuth2 {
        scope: None,
        ..settings
    };
    assert!(
        matches!(oauth::token(&other).await, Err(TokenError::Refused(text)) if text.contains("check `scope`") || text.contains("scope is wrong"))
    );
    assert_eq!(idp.requests(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_ends_and_at_once_when_it_is_refused() {
    let (idp, dovecot) = (Idp::start().await, with_tokens("xoauth2"));
    let settings = idp.settings();
    // It says that it lasts two seconds: after one it is renewed.
    idp.issues(Issue {
        told: Some(2),
        ..Issue::default()
    });
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("logged in");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("logged in");
    assert_eq!(idp.requests(), 2);
    // It says that it lasts an hour, but ends soon, as if it had been withdrawn or our clock were
    // wrong.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    idp.issues(Issue {
        ends: 8,
        ..Issue::default()
    });
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("logged in");
    tokio::time::sleep(Duration::from_secs(9)).await;
    idp.issues(Issue::default());
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("a new token at once");
    assert_eq!(idp.requests(), 4);
    // Its life is not given: it is kept for a while.
    idp.issues(Issue {
        told: None,
        ..Issue::default()
    });
    let silent = OAuth2 {
        secret_expires: chrono::NaiveDate::from_ymd_opt(2030, 1, 1),
        ..idp.settings()
    };
    for _ in 0..2 {
        log_in(&dovecot, Security::Tls, &silent)
            .await
            .expect("logged in");
    }
    assert_eq!(idp.requests(), 5);
}

/// Another user's token: one renewal, then an error that makes the watcher wait, and no flood.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_refuses_is_an_error_of_login() {
    let (idp, dovecot) = (Idp::start().await, with_tokens("xoauth2 oauthbearer"));
    let settings = idp.settings();
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("logged in");
    for round in 1..=3 {
        let refused = log_in_as("user2", &dovecot, Security::Tls, &settings)
            .await
            .err()
            .expect("must fail");
        assert!(
            matches!(&refused, MailboxError::Login(text) if text.contains("check `user`")),
            "{refused:?}"
        );
        is_clean(&refused.to_string(), &idp);
        assert_eq!(
            idp.requests(),
            1 + round,
            "one renewal for each refusal of a token that was there"
        );
    }
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("the other mailbox is not touched");
    let plain = Dovecot::start(&DovecotOptions::default());
    let none = log_in(&plain, Security::Tls, &settings)
        .await
        .err()
        .expect("must fail");
    assert!(none.to_string().contains("takes no tokens"), "{none}");
    assert_eq!(
        idp.requests(),
        4,
        "a server that takes no tokens does not cost one"
    );
}

/// Each trouble of the endpoint has its kind and its words, and costs one request, however many
/// ask.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn trouble_with_the_endpoint_is_told() {
    let json = "application/json";
    let huge = format!("{{\"access_token\":\"{}\"}}", "a".repeat(MAX_ANSWER));
    let redirect =
        "HTTP/1.1 302 Found\r\nLocation: https://localhost:1/token\r\nContent-Length: 0\r\n\r\n"
            .to_owned();
    let throttled =
        "HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n".to_owned();
    let echo = format!("The secret {CLIENT_SECRET} is wrong");
    let cases: Vec<(Act, &str, &str)> = vec![
        (Act::Close, "unreachable", "connection"),
        (
            answer("500 Oops", "text/html", "<html>"),
            "unreachable",
            "HTTP 500",
        ),
        (Act::Say(throttled), "unreachable", "asks to wait 17 s"),
        (
            Act::Say("nonsense\r\n\r\n".to_owned()),
            "unreachable",
            "is not HTTP",
        ),
        (
            answer("200 OK", "text/html", "<html>sign in</html>"),
            "unreachable",
            "no token",
        ),
        (
            answer("200 OK", json, "{\"access_token\":7}"),
            "unreachable",
            "no token",
        ),
        (answer("200 OK", json, ""), "unreachable", "no token"),
        (answer("200 OK", json, &huge), "unreachable", "larger than"),
        (
            answer(
                "200 OK",
                json,
                r#"{"token_type":"Bearer","access_token":"a\u0001b","expires_in":9}"#,
            ),
            "unreachable",
            "no usable token",
        ),
        (
            answer(
                "200 OK",
                json,
                r#"{"token_type":"mac","access_token":"abc","expires_in":9}"#,
            ),
            "refused",
            "no bearer",
        ),
        (Act::Say(redirect), "refused", "points elsewhere"),
        (
            answer("404 Not Found", "text/plain", "no"),
            "refused",
            "HTTP 404: check `token_url`",
        ),
        (
            refusal(
                "invalid_client",
                "AADSTS7000222: The keys for app 'x' are expired.",
            ),
            "refused",
            "make a new one",
        ),
        (
            refusal("invalid_client", "AADSTS7000215: Invalid client secret."),
            "refused",
            "not its id",
        ),
        (
            refusal("unauthorized_client", "AADSTS700016: Application"),
            "refused",
            "check `client_id`",
        ),
        (
            refusal("invalid_request", "AADSTS90002: Tenant 'x' not found."),
            "refused",
            "check the tenant",
        ),
        (
            refusal("invalid_grant", "AADSTS50034: The user account"),
            "refused",
            "does not exist in this tenant",
        ),
        (
            refusal("temporarily_unavailable", "AADSTS90033: A transient error"),
            "unreachable",
            "AADSTS90033",
        ),
        (
            refusal("invalid_client", &echo),
            "refused",
            "The secret … is wrong",
        ),
        (refusal("invalid_scope", ""), "refused", "check `scope`"),
    ];
    for (act, kind, words) in cases {
        let idp = Idp::start().await;
        idp.does(act.clone());
        let settings = idp.settings();
        let asked = futures_util::future::join_all((0..5).map(|_| oauth::token(&settings))).await;
        for failed in asked {
            let error = failed.expect_err("must fail");
            let found = match &error {
                TokenError::Unreachable(_) => "unreachable",
                TokenError::Tls(_) => "tls",
                TokenError::Refused(_) => "refused",
            };
            let text = error.to_string();
            assert!(
                found == kind && text.contains(words),
                "{kind}, {words}: {found}, {text}"
            );
            is_clean(&text, &idp);
        }
        assert_eq!(idp.requests(), 1, "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_not_the_right_one_gets_no_secret() {
    let foreign = Idp::with(Certificate::ForeignAuthority).await;
    let error = oauth::token(&foreign.settings())
        .await
        .expect_err("must fail");
    assert!(
        matches!(&error, TokenError::Tls(text) if text.contains("authority is not trusted: set `ca_file`")),
        "{error}"
    );
    assert_eq!(foreign.requests(), 0);
    let dovecot = with_tokens("xoauth2");
    let error = log_in(&dovecot, Security::Tls, &foreign.settings())
        .await
        .err()
        .expect("must fail");
    assert!(matches!(error, MailboxError::Tls(_)), "{error:?}");
    let mut nobody = foreign.settings();
    nobody.token_url.port = 1;
    let error = oauth::token(&nobody).await.expect_err("must fail");
    assert!(
        matches!(&error, TokenError::Unreachable(text) if text.contains("refused")),
        "{error}"
    );
}

/// The longest wait, in full: an endpoint that says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_endpoint_is_given_up() {
    let idp = Idp::start().await;
    idp.does(Act::Hang);
    let error = oauth::token(&idp.settings()).await.expect_err("must fail");
    assert!(
        matches!(&error, TokenError::Unreachable(text) if text.contains("no answer within 30 s")),
        "{error}"
    );
}

/// A new secret in the same file needs no restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_is_read_again() {
    let (idp, dovecot) = (Idp::start().await, with_tokens("xoauth2"));
    let file = idp.folder.path().join("secret");
    fs::write(&file, "Gammal-hemlighet\n").unwrap();
    let settings = OAuth2 {
        credential: Credential::Secret(SecretSource::File(file.clone())),
        ..idp.settings()
    };
    idp.takes("Gammal-hemlighet");
    idp.issues(Issue {
        told: Some(0),
        ..Issue::default()
    });
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("logged in");
    fs::write(&file, "Ny-hemlighet\n").unwrap();
    idp.takes("Ny-hemlighet");
    log_in(&dovecot, Security::Tls, &settings)
        .await
        .expect("the new secret was read");
    fs::remove_file(&file).unwrap();
    let gone = log_in(&dovecot, Security::Tls, &settings)
        .await
        .err()
        .expect("must fail");
    assert!(
        matches!(&gone, MailboxError::Login(text) if text.contains("client secret") && text.contains("no such file")),
        "{gone:?}"
    );
    assert_eq!(idp.requests(), 2);
}

async fn smtp_server(mechanisms: &'static str) -> (Sink, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tls = Tls::OnRequest(Pem::write(folder.path()).good);
    (
        Sink::start(Script {
            tls,
            mechanisms,
            token: Some(idp::is_good),
            ..Script::default()
        })
        .await,
        folder,
    )
}

fn smtp(sink: &Sink, folder: &tempfile::TempDir, settings: &OAuth2) -> Smtp {
    let server = Server {
        host: "localhost".to_owned(),
        port: sink.port,
        security: Security::StartTls,
        ca_file: Some(folder.path().join("ca.pem")),
        address: None,
        login: Some(token_login("user1", settings)),
    };
    Smtp {
        server,
        save_sent: true,
        own_copy: false,
        connections: 3,
        per_minute: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_sent_with_a_token() {
    let envelope = Envelope {
        from: Some("kf@example.se".to_owned()),
        to: vec!["anna@example.org".to_owned()],
        own_copy: None,
        mail: b"Subject: Hej\r\n\r\nHej\r\n".to_vec(),
    };
    for mechanisms in ["XOAUTH2", "PLAIN OAUTHBEARER", "LOGIN XOAUTH2 OAUTHBEARER"] {
        let idp = Idp::start().await;
        let (sink, folder) = smtp_server(mechanisms).await;
        let mut transport =
            SmtpTransport::new(&smtp(&sink, &folder, &idp.settings())).expect("a transport");
        let sent = transport.send(&envelope, async { Ok(()) }).await;
        assert!(
            matches!(sent, Delivered::Accepted(_)),
            "{mechanisms}: {sent:?}"
        );
        transport.close().await;
        // The token is withdrawn: the next connection's login is refused, and it is renewed.
        sink.withdraw(idp.tokens());
        let sent = transport.send(&envelope, async { Ok(()) }).await;
        assert!(
            matches!(sent, Delivered::Accepted(_)),
            "{mechanisms}: {sent:?}"
        );
        assert_eq!((idp.requests(), sink.seen().mails.len()), (2, 2));
        assert_eq!(sink.seen().mails[1].user.as_deref(), Some("user1"));
        transport.close().await;
        // A token for another user: refused, and the mail waits; the login rests, and no other
        // token is asked for.
        idp.issues(Issue {
            user: "user2".to_owned(),
            ..Issue::default()
        });
        let other = OAuth2 {
            secret_expires: chrono::NaiveDate::from_ymd_opt(2030, 1, 1),
            ..idp.settings()
        };
        let mut transport = SmtpTransport::new(&smtp(&sink, &folder, &other)).expect("a transport");
        for _ in 0..2 {
            let refused = transport.send(&envelope, async { Ok(()) }).await;
            let Delivered::Deferred(text) = &refused else {
                panic!("{refused:?}")
            };
            assert!(
                text.contains("535 5.7.3 Authentication unsuccessful")
                    && text.contains("status 401"),
                "{text}"
            );
            is_clean(text, &idp);
        }
        assert_eq!((idp.requests(), sink.seen().mails.len()), (3, 2));
    }
    let idp = Idp::start().await;
    let (sink, folder) = smtp_server("PLAIN").await;
    let told = SmtpTransport::new(&smtp(&sink, &folder, &idp.settings()))
        .expect("a transport")
        .check()
        .await;
    assert!(
        matches!(&told, Err(SmtpError::Login(text)) if text.contains("takes no tokens")),
        "{told:?}"
    );
}

/// Exchange Online ends a session when its token ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_with_its_token_is_no_lost_connection() {
    let bye = b"* BYE Session invalidated - AccessTokenExpired\r\nCLOSE".to_vec();
    let fake = Fake::start(vec![("NOOP", bye)]).await;
    let mut mailbox = fake.connect().await.expect("logged in");
    let ended = mailbox.noop().await.expect_err("must fail");
    assert!(
        matches!(&ended, MailboxError::Expired(text) if text.contains("NOOP")),
        "{ended:?}"
    );
}

/// Without SASL-IR the token waits for the server's word, and a refusal is explained before it
/// comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_the_token_gets_it_then() {
    let idp = Idp::start().await;
    let offers = || b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\nTAG OK done\r\n".to_vec();
    let reason = || b"+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n".to_vec();
    // The token's line begins with `user=` in base64; after the reason an empty line comes.
    let rules = vec![
        ("CAPABILITY", offers()),
        ("AUTHENTICATE XOAUTH2", b"+ \r\n".to_vec()),
        ("dXNlcj11c2VyMQ", reason()),
        ("\r\n", b"S2 NO AUTHENTICATE failed.\r\n".to_vec()),
    ];
    let fake = Fake::start(rules).await;
    let server = Server {
        login: Some(token_login("user1", &idp.settings())),
        ..fake.server(Security::Plaintext)
    };
    let refused = ImapMailbox::connect(&server, &["Subject".to_owned()])
        .await
        .err()
        .expect("must fail");
    let text = refused.to_string();
    assert!(
        matches!(refused, MailboxError::Login(_))
            && text.contains("AUTHENTICATE failed. (status 400)"),
        "{text}"
    );
    is_clean(&text, &idp);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_day_of_a_credential_is_known() {
    let settings = Idp::start().await.settings();
    let key = &*CLIENT_KEY;
    let now = chrono::DateTime::<chrono::Utc>::from(
        std::time::UNIX_EPOCH + Duration::from_secs(1_790_000_000),
    );
    assert_eq!(
        expiry::ending(&settings, now),
        Ok(None),
        "no server tells when a secret ends"
    );
    let day = now.date_naive() + chrono::Days::new(30);
    let dated = OAuth2 {
        secret_expires: Some(day),
        ..settings.clone()
    };
    let ending = expiry::ending(&dated, now).unwrap().expect("a day");
    assert_eq!(
        (
            ending.what,
            ending.last_day,
            ending.days_left,
            ending.is_near()
        ),
        (What::Secret, day, 30, true)
    );
    let credential = Credential::Certificate {
        certificate: key.certificate.clone(),
        key: key.key.clone(),
    };
    let signed = OAuth2 {
        credential,
        ..settings.clone()
    };
    let made = fs::metadata(&key.certificate)
        .unwrap()
        .modified()
        .unwrap()
        .into();
    let ending = expiry::ending(&signed, made).unwrap().expect("a day");
    assert_eq!(
        (ending.what, ending.days_left, ending.is_near()),
        (What::Certificate, 19, true)
    );
    let gone = Credential::Certificate {
        certificate: "nowhere.pem".into(),
        key: key.key.clone(),
    };
    assert!(
        expiry::ending(
            &OAuth2 {
                credential: gone,
                ..settings
            },
            now
        )
        .unwrap_err()
        .contains("nowhere.pem")
    );
}

#[test]
fn tokens_and_secrets_show_themselves_to_nobody() {
    let login = Login::with_password("u", "S3kret");
    assert!(!format!("{login:?}").contains("S3kret"));
}
