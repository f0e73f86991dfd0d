//! `[mailbox.imap]`, `[mailbox.smtp]` and `[service.alarm_smtp]`: servers and how to log in.

use super::reader::{Files, Section};
use super::{Imap, Login, Secret, Security, Server, Smtp, values};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Seconds between two looks at a mailbox that cannot push.
const POLL_SECONDS: u32 = 60;
/// More would put a due moment's fresh view in doubt.
const MAX_POLL_SECONDS: u32 = 3600;
/// Bytes of a password's file.
pub const MAX_SECRET_SIZE: u64 = 4096;
/// Bytes of a file of certificates; a whole system's store is about a quarter of this.
pub const MAX_CA_SIZE: u64 = 1 << 20;
/// The keys that give a password, of which exactly one is used.
const SECRET_KEYS: [&str; 3] = ["password", "password_file", "credential"];

const SECURITIES: [(&str, Security); 3] =
    [("tls", Security::Tls), ("starttls", Security::StartTls), ("plaintext", Security::Plaintext)];

/// Ports by custom (RFC 8314 §7, RFC 6409), in the order tls, starttls, plaintext.
const IMAP_PORTS: [u16; 3] = [993, 143, 143];
const SMTP_PORTS: [u16; 3] = [465, 587, 25];

/// Where user and password come from when the section itself does not give them.
enum Otherwise<'a> {
    Required,
    /// No login.
    Nothing,
    /// This one; `None` when it is faulty, which has been told.
    Same(Option<&'a Login>),
}

/// `[mailbox.imap]`.
pub(super) fn imap(section: Section) -> Option<Imap> {
    let server = server(&section, Security::Tls, IMAP_PORTS);
    let oauth2 = section.has("oauth2");
    if oauth2 {
        section.fault_unseen("oauth2", "is not supported by this version; use password, password_file or credential");
    }
    // A mailbox that was meant to use a token is not asked for a password too.
    let otherwise = if oauth2 { Otherwise::Same(None) } else { Otherwise::Required };
    let login = login(&section, &otherwise);
    let inbox = section.list("inbox", values::line).unwrap_or_else(|| vec!["INBOX".to_owned()]);
    let sent = section.list("sent", values::line);
    let junk = section.list("junk", values::line);
    let done = section.list("done", values::line).unwrap_or_default();
    check_folders(
        &section,
        &[
            ("inbox", &inbox),
            ("sent", sent.as_ref().unwrap_or(&Vec::new())),
            ("junk", junk.as_ref().unwrap_or(&Vec::new())),
            ("done", &done),
        ],
    );
    let poll = section.number("poll_seconds", 1..=MAX_POLL_SECONDS).unwrap_or(POLL_SECONDS);
    section.finish();
    let server = Server { login: Some(login?), ..server? };
    Some(Imap { server, inbox, sent, junk, done, poll: Duration::from_secs(poll.into()) })
}

/// A folder has one role.
fn check_folders(section: &Section, roles: &[(&'static str, &Vec<String>)]) {
    for (i, (key, folders)) in roles.iter().enumerate() {
        for (earlier, others) in &roles[..i] {
            if let Some(both) = folders.iter().find(|folder| others.contains(folder)) {
                section.fault(key, format!("must not hold {both:?}, which is in {earlier} already"));
            }
        }
    }
}

/// `[mailbox.smtp]`: user and password default to IMAP's.
pub(super) fn smtp(section: Section, imap: Option<&Login>) -> Option<Smtp> {
    let server = server(&section, Security::StartTls, SMTP_PORTS);
    let login = if section.flag("login") == Some(false) {
        for key in ["user"].into_iter().chain(SECRET_KEYS).filter(|key| section.has(key)) {
            section.fault_unseen(key, "must be left out with login = false");
        }
        None
    } else {
        login(&section, &Otherwise::Same(imap))
    };
    let save_sent = section.flag("save_sent").unwrap_or(true);
    // A server that saves what it accepts gives that evidence itself.
    let own_copy = section.flag("own_copy").unwrap_or(save_sent);
    section.finish();
    Some(Smtp { server: Server { login, ..server? }, save_sent, own_copy })
}

/// `[service.alarm_smtp]`: without a user it sends without login. Alarms are not stored in any Sent.
pub(super) fn alarm_smtp(section: Section) -> Option<Smtp> {
    let server = server(&section, Security::StartTls, SMTP_PORTS);
    let login = login(&section, &Otherwise::Nothing);
    section.finish();
    Some(Smtp { server: Server { login, ..server? }, save_sent: false, own_copy: false })
}

/// Host, port, security and CA; the login is filled in by the caller.
fn server(section: &Section, security: Security, ports: [u16; 3]) -> Option<Server> {
    let host = section.required("host", "give the server's name", values::host);
    let security = section.choice("security", &SECURITIES).unwrap_or(security);
    if security == Security::Plaintext && host.as_deref().is_some_and(|host| !values::is_loopback(host)) {
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
    let port = section.number("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let ca_file = section.path("ca_file");
    if let Some(path) = ca_file.as_deref().filter(|_| section.reader.files == Files::Open) {
        match read_small(path, MAX_CA_SIZE) {
            Ok(bytes) if bytes.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE) => {}
            Ok(_) => section.fault("ca_file", "must hold a certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
            Err(why) => section.fault("ca_file", format!("must be a file that can be read: {why}")),
        }
    }
    Some(Server { host: host?, port: port.unwrap_or(custom), security, ca_file, login: None })
}

/// RFC 7468 §5.1.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// `None`: there is no login, or a fault has been recorded, here or for IMAP.
fn login(section: &Section, otherwise: &Otherwise) -> Option<Login> {
    let user = section.text("user");
    let given = SECRET_KEYS.into_iter().filter(|key| section.has(key)).collect::<Vec<_>>();
    let password = secret(section, &given);
    let (has_user, has_secret) = (section.has("user"), !given.is_empty());
    let inherited = match otherwise {
        Otherwise::Nothing if !has_user && !has_secret => return None,
        Otherwise::Same(imap) => {
            if has_user && has_secret {
                None
            } else {
                Some((*imap)?)
            }
        }
        Otherwise::Required | Otherwise::Nothing => {
            if !has_user {
                section.fault_unseen("user", "missing; give the name to log in with");
            }
            if !has_secret {
                section.fault_unseen("password_file", "missing; give password_file, credential or password");
            }
            None
        }
    };
    let user = if has_user { user } else { inherited.map(|login| login.user.clone()) };
    let password = if has_secret { password } else { inherited.map(|login| login.password.clone()) };
    Some(Login { user: user?, password: password? })
}

/// The password by whichever key gives it. No fault of these keys shows a value.
fn secret(section: &Section, given: &[&'static str]) -> Option<Secret> {
    let key = *given.first()?;
    let text = |key| {
        let text = section.get(key).and_then(toml::Value::as_str);
        if text.is_none() {
            section.fault_unseen(key, "must be a text in quotes");
        }
        text
    };
    let texts: Vec<Option<&str>> = given.iter().map(|key| text(key)).collect();
    let &[only] = texts.as_slice() else {
        section.fault_unseen(given[1], format!("give only one of {}", given.join(", ")));
        return None;
    };
    let text = only?;
    let read = match key {
        "password" => {
            if let Some(warning) = section.reader.exposed.take() {
                section.reader.warn(warning);
            }
            checked(text.to_owned())
        }
        "password_file" => from_file(section, &section.reader.base.join(text), true),
        _ => from_credential(section, text),
    };
    // Not even the path of a file is shown: whoever takes password_file for password has written the password there.
    read.map_err(|remedy| section.fault_unseen(key, remedy)).ok()
}

fn from_credential(section: &Section, name: &str) -> Result<Secret, String> {
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err("must be the name of a systemd credential, such as \"imap\"".to_owned());
    }
    match &section.reader.credentials {
        _ if section.reader.files == Files::Leave => Ok(Secret::new(String::new())),
        // systemd's own folder: its permissions are systemd's business.
        Some(folder) => from_file(section, &folder.join(name), false),
        None => {
            Err("needs systemd with LoadCredential= or SetCredential=: $CREDENTIALS_DIRECTORY is not set".to_owned())
        }
    }
}

fn from_file(section: &Section, path: &Path, warn: bool) -> Result<Secret, String> {
    if section.reader.files == Files::Leave {
        return Ok(Secret::new(String::new()));
    }
    let unreadable = |why| format!("must name a file that can be read: {why}");
    let bytes = read_small(path, MAX_SECRET_SIZE).map_err(unreadable)?;
    if warn && is_open_to_all(path) {
        let key = section.key("password_file");
        section.reader.warn(format!("{key}: {} can be read by everybody; chmod o-r it", path.display()));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    // Editors and `echo` end a file with one line end; more than that is part of the secret, and refused.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    checked(text).map_err(|why| format!("the file {why}"))
}

/// A password that IMAP and SMTP can carry.
fn checked(text: String) -> Result<Secret, String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line, without control characters".to_owned());
    }
    Ok(Secret::new(text))
}

/// A whole file of at most `limit` bytes.
pub(super) fn read_small(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| reason(&error))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size > limit) {
        return Err(format!("it is larger than {limit} bytes"));
    }
    Ok(bytes)
}

/// What the system said, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// Whether anybody on this machine may read a file.
pub(super) fn is_open_to_all(path: &Path) -> bool {
    let others_read = 0o004;
    PathBuf::from(path).metadata().is_ok_and(|meta| meta.permissions().mode() & others_read != 0)
}
