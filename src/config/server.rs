//! `[mailbox.imap]`, `[mailbox.smtp]` and `[service.alarm_smtp]`: servers and how to log in.

use super::access::{Imap, Login, Password, Proof, Security, Server, Smtp};
use super::reader::Section;
use super::secret::{Found, PASSWORD_KEYS, secret};
use super::{certificate, oauth2, values};
use std::time::Duration;

/// Seconds between two looks at a mailbox that cannot push.
const POLL_SECONDS: u32 = 60;
/// More would put a due moment's fresh view in doubt.
const MAX_POLL_SECONDS: u32 = 3600;
/// Connections at a time by one SMTP account when nothing else is said: the number that Exchange
/// Online allows, and enough for every server.
pub const SMTP_CONNECTIONS: u32 = 3;
/// More than any server allows one account.
const MAX_SMTP_CONNECTIONS: u32 = 100;
/// Mails a minute by one account of Exchange Online when nothing else is said.
pub const EXCHANGE_PER_MINUTE: u32 = 30;
/// More than any server takes: a slip of the pen.
const MAX_PER_MINUTE: u32 = 100_000;
/// How the names of its servers end.
const EXCHANGE_ONLINE: [&str; 2] = [".office365.com", ".outlook.com"];
/// The table that gives a token instead.
const OAUTH2: &str = "oauth2";

const SECURITIES: [(&str, Security); 3] = [
    ("tls", Security::Tls),
    ("starttls", Security::StartTls),
    ("plaintext", Security::Plaintext),
];

/// Ports by custom (RFC 8314 §7, RFC 6409), in the order tls, starttls, plaintext.
const IMAP_PORTS: [u16; 3] = [993, 143, 143];
const SMTP_PORTS: [u16; 3] = [465, 587, 25];

/// Where user and password come from when the section itself does not give them.
enum Otherwise<'a> {
    Required,
    /// No login.
    Nothing,
    /// This one; `None` when it is faulty, which has been reported.
    Same(Option<&'a Login>),
}

/// `[mailbox.imap]`.
pub(super) fn imap(section: Section) -> Option<Imap> {
    let server = server(&section, Security::Tls, IMAP_PORTS);
    let login = login(&section, &Otherwise::Required);
    let inbox = section
        .list("inbox", values::line)
        .unwrap_or_else(|| vec!["INBOX".to_owned()]);
    let sent = section.list_or_none("sent", values::line);
    let junk = section.list_or_none("junk", values::line);
    let done = section
        .list_or_none("done", values::line)
        .unwrap_or_default();
    check_folders(
        &section,
        &[
            ("inbox", &inbox),
            ("sent", sent.as_deref().unwrap_or_default()),
            ("junk", junk.as_deref().unwrap_or_default()),
            ("done", &done),
        ],
    );
    let poll = section
        .number("poll_seconds", 1..=MAX_POLL_SECONDS)
        .unwrap_or(POLL_SECONDS);
    section.finish();
    let server = Server {
        login: Some(login?),
        ..server?
    };
    Some(Imap {
        server,
        inbox,
        sent,
        junk,
        done,
        poll: Duration::from_secs(poll.into()),
    })
}

/// A folder has one role.
fn check_folders(section: &Section, roles: &[(&'static str, &[String])]) {
    for (i, (key, folders)) in roles.iter().enumerate() {
        for (earlier, others) in &roles[..i] {
            if let Some(both) = folders.iter().find(|folder| others.contains(folder)) {
                section.fault(
                    key,
                    format!("must not hold {both:?}, which is in {earlier} already"),
                );
            }
        }
    }
}

/// `[mailbox.smtp]`: user and password default to IMAP's.
pub(super) fn smtp(section: Section, imap: Option<&Login>) -> Option<Smtp> {
    let server = server(&section, Security::StartTls, SMTP_PORTS);
    let login = if section.flag("login") == Some(false) {
        for key in ["user", OAUTH2]
            .into_iter()
            .chain(PASSWORD_KEYS)
            .filter(|key| section.has(key))
        {
            section.fault_unseen(key, "must be left out with login = false");
        }
        // Its own faults are reported as well.
        section.section(OAUTH2).and_then(oauth2::read);
        None
    } else {
        login(&section, &Otherwise::Same(imap))
    };
    let save_sent = section.flag("save_sent").unwrap_or(true);
    // A server that saves what it accepts gives that evidence itself.
    let own_copy = section.flag("own_copy").unwrap_or(save_sent);
    let (connections, per_minute) = pace(&section, server.as_ref());
    section.finish();
    Some(Smtp {
        server: Server { login, ..server? },
        save_sent,
        own_copy,
        connections,
        per_minute,
    })
}

/// `[service.alarm_smtp]`: without a user it sends without login. Alarms are not stored in any
/// Sent.
pub(super) fn alarm_smtp(section: Section) -> Option<Smtp> {
    let server = server(&section, Security::StartTls, SMTP_PORTS);
    let login = login(&section, &Otherwise::Nothing);
    let (connections, per_minute) = pace(&section, server.as_ref());
    section.finish();
    Some(Smtp {
        server: Server { login, ..server? },
        save_sent: false,
        own_copy: false,
        connections,
        per_minute,
    })
}

/// How much the account allows. Exchange Online shows its limits only by refusing, so they are
/// written here.
fn pace(section: &Section, server: Option<&Server>) -> (u32, Option<u32>) {
    let connections = section
        .number("connections", 1..=MAX_SMTP_CONNECTIONS)
        .unwrap_or(SMTP_CONNECTIONS);
    let exchange =
        server.is_some_and(|server| EXCHANGE_ONLINE.iter().any(|end| server.host.ends_with(end)));
    let per_minute = section.number("per_minute", 1..=MAX_PER_MINUTE);
    (
        connections,
        per_minute.or(exchange.then_some(EXCHANGE_PER_MINUTE)),
    )
}

/// Host, port, security and CA; the login is filled in by the caller.
fn server(section: &Section, security: Security, ports: [u16; 3]) -> Option<Server> {
    let host = section.required("host", "give the server's name", values::host);
    let security = section.choice("security", &SECURITIES).unwrap_or(security);
    if security == Security::Plaintext
        && host
            .as_deref()
            .is_some_and(|host| !values::is_loopback(host))
    {
        section.fault(
            "security",
            "only for a server on this machine (127.0.0.0/8, ::1, localhost); use \"tls\" or \"starttls\"",
        );
    }
    let custom = match security {
        Security::Tls => ports[0],
        Security::StartTls => ports[1],
        Security::Plaintext => ports[2],
    };
    let port = section
        .number("port", 1..=u32::from(u16::MAX))
        .and_then(|port| u16::try_from(port).ok());
    let ca_file = certificate::file(section, "ca_file");
    Some(Server {
        host: host?,
        port: port.unwrap_or(custom),
        security,
        ca_file,
        login: None,
        address: None,
    })
}

/// `None`: no login, or a fault has been recorded, here or for IMAP.
fn login(section: &Section, otherwise: &Otherwise) -> Option<Login> {
    let user = section.text("user");
    let given = PASSWORD_KEYS
        .into_iter()
        .chain([OAUTH2])
        .filter(|key| section.has(key))
        .collect::<Vec<_>>();
    let proof = proof(section, &given);
    let (has_user, has_proof) = (section.has("user"), !given.is_empty());
    match otherwise {
        Otherwise::Same(imap) if !has_user || !has_proof => {
            let Login {
                user: same,
                proof: its,
            } = (*imap)?.clone();
            return Some(Login {
                user: if has_user { user? } else { same },
                proof: if has_proof { proof? } else { its },
            });
        }
        Otherwise::Same(_) => {}
        Otherwise::Nothing if !has_user && !has_proof => return None,
        Otherwise::Required | Otherwise::Nothing => asks_for_both(section, has_user, has_proof),
    }
    Some(Login {
        user: user?,
        proof: proof?,
    })
}

/// A login has a user and a proof, by whichever key.
fn asks_for_both(section: &Section, has_user: bool, has_proof: bool) {
    if !has_user {
        section.fault_unseen("user", "missing; give the name to log in with");
    }
    if !has_proof {
        section.fault_unseen(
            "password_file",
            "missing; give password_file, credential, password or oauth2",
        );
    }
}
/// The password or the token by whichever key gives it.
fn proof(section: &Section, given: &[&'static str]) -> Option<Proof> {
    let password = match given {
        [] => return None,
        [OAUTH2] => {
            return section
                .section(OAUTH2)
                .and_then(oauth2::read)
                .map(Proof::Token);
        }
        [.., OAUTH2] => {
            section.fault_unseen(OAUTH2, format!("give only one of {}", given.join(", ")));
            // The faults of both are reported as well.
            secret(section, PASSWORD_KEYS);
            section.section(OAUTH2).and_then(oauth2::read);
            return None;
        }
        _ => secret(section, PASSWORD_KEYS)?,
    };
    let Found { secret, file } = password;
    Some(Proof::Password(Password { secret, file }))
}

/// Who watches a folder cannot ignore it.
pub(super) fn refuse_ignored(
    section: &Section,
    watch: Option<&[String]>,
    ignore: &[String],
    imap: &Imap,
) {
    let named = [
        Some(imap.inbox.as_slice()),
        imap.sent.as_deref(),
        imap.junk.as_deref(),
        Some(&imap.done),
        watch,
    ];
    if let Some(both) = named
        .into_iter()
        .flatten()
        .flatten()
        .find(|name| ignore.contains(name))
    {
        section.fault(
            "ignore",
            format!("must not hold {both:?}, which is to be read"),
        );
    }
    if watch.is_some_and(|names| names.iter().any(|name| name == "all")) {
        section.fault("watch", "must be \"all\" alone, or a list of folders");
    }
}
