//! What many mailboxes have in common: servers declared once, pledges and staff for some of them.

use super::lines;
use servicelofte::config::{Config, Fault};
use std::path::Path;

/// A configuration of two mailboxes with `[imap]` and `[smtp]` before them; `first` and `second`
/// are lines of theirs.
fn common(tables: &str, first: &str, second: &str) -> Result<Config, Vec<Fault>> {
    let mailbox = |name: &str, imap: &str| {
        format!(
            "[[mailbox]]\nname = \"{name}\"\naddress = \"{name}@example.se\"\nhandler = \"r\"\n[mailbox.imap]\n{imap}\n"
        )
    };
    let text = format!(
        "[service]\noperator = \"drift@example.se\"\n[organisation]\nname = \"K\"\n[[pledge]]\nname = \"email\"\n\
         time = {{ working_days = 2 }}\n[[staff]]\nid = \"r\"\nname = \"R\"\nemail = \"r@example.se\"\n\
         reports_to = \"k\"\n[[staff]]\nid = \"k\"\nname = \"K\"\nemail = \"k@example.se\"\n{tables}\n{}{}",
        mailbox("a", first),
        mailbox("b", second)
    );
    Config::parse(&text, Path::new(""))
}

#[test]
fn servers_are_declared_once_and_each_mailbox_may_say_otherwise() {
    let tables = "[imap]\nhost = \"imap.example.se\"\npassword = \"alla\"\nsent = [\"Skickat\"]\nport = 1993\n\
                  [smtp]\nhost = \"smtp.example.se\"\nlogin = false";
    let config = common(
        tables,
        "user = \"a\"\nport = 2993",
        "user = \"b\"\npassword = \"egen\"\ninbox = [\"In\"]",
    )
    .unwrap();
    let told: Vec<_> = config
        .mailboxes
        .iter()
        .map(|mailbox| {
            let (imap, smtp) = (&mailbox.imap, &mailbox.smtp);
            let login = imap.server.login.as_ref().unwrap();
            assert_eq!(
                (smtp.server.host.as_str(), smtp.server.login.is_none()),
                ("smtp.example.se", true)
            );
            assert_eq!(imap.sent, Some(vec!["Skickat".to_owned()]));
            let password = login.password().expect("a password").reveal();
            format!(
                "{}:{} {} {password} {:?}",
                imap.server.host, imap.server.port, login.user, imap.inbox
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"imap.example.se:2993 a alla ["INBOX"]"#,
            r#"imap.example.se:1993 b egen ["In"]"#
        ]
    );
}

#[test]
fn a_mailbox_on_another_server_never_sends_it_the_common_password() {
    let tables = "[imap]\nhost = \"imap.example.se\"\npassword = \"alla\"\nport = 1993\n[smtp]\nhost = \"s.example.se\"";
    let other = "host = \"imap.example.net\"\nuser = \"b\"";
    let faults = lines(common(tables, "user = \"a\"", other));
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].starts_with("mailbox[1].imap.password_file: missing"),
        "{faults:?}"
    );
    let config = common(
        tables,
        "user = \"a\"",
        &format!("{other}\npassword = \"egen\""),
    )
    .unwrap();
    assert_eq!(
        config.mailboxes[1].imap.server.port, 993,
        "the common port is the common server's"
    );
}

#[test]
fn faults_in_common_servers_are_told_once_where_they_are() {
    let tables = "[imap]\nhost = \"imap.example.se\"\nsecurity = \"none\"\npoll_secods = 3\n[smtp]\nhost = \"å å\"";
    let faults = lines(common(
        tables,
        "user = \"a\"\npassword = \"x\"",
        "user = \"b\"\npassword = \"x\"",
    ));
    let starts = [
        "imap.security = \"none\"",
        "imap.poll_secods: unknown key; did you mean",
        "smtp.host = ",
    ];
    assert_eq!(faults.len(), starts.len(), "{faults:#?}");
    for start in starts {
        assert!(
            faults.iter().any(|fault| fault.starts_with(start)),
            "{start} is not in {faults:#?}"
        );
    }
}

/// Two mailboxes `a` and `b` with these tables before them.
fn scoped(tables: &str) -> Result<Config, Vec<Fault>> {
    let servers = "[imap]\nhost = \"i.example.se\"\nuser = \"u\"\npassword = \"x\"\n[smtp]\nhost = \"s.example.se\"\n";
    common(&format!("{tables}\n{servers}"), "", "")
}

#[test]
fn pledges_and_staff_may_be_for_some_mailboxes_only() {
    let staff =
        "[[staff]]\nid = \"s\"\nname = \"S\"\nemail = \"s@example.se\"\nmailbox = [\"b\"]\n";
    let pledge = "[[pledge]]\nname = \"snabb\"\nmailbox = \"b\"\ntime = { working_days = 1 }\n";
    // The pledge for everything comes before it, and would be the last one for `a`, but not for
    // `b`.
    let faults = lines(scoped(&format!("{staff}{pledge}")));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(
        faults[0].starts_with("pledge[0].match: missing; only the last pledge"),
        "{faults:#?}"
    );

    let config = scoped(&staff.replace("[\"b\"]", "\"b\"")).unwrap();
    let not_here: Vec<Vec<&str>> = config
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.not_here.iter().map(String::as_str).collect())
        .collect();
    assert_eq!(not_here, [vec!["s"], vec![]]);
    let unknown = lines(scoped(&staff.replace("[\"b\"]", "\"bb\"")));
    assert_eq!(unknown.len(), 1, "{unknown:#?}");
    assert!(
        unknown[0].starts_with("staff[2].mailbox = \"bb\": must be the name of a [[mailbox]]"),
        "{unknown:#?}"
    );
}

#[test]
fn a_deputy_who_is_for_other_mailboxes_stands_in_for_nobody_and_that_is_said() {
    let tables = "[imap]\nhost = \"imap.example.se\"\nuser = \"x\"\npassword = \"x\"\n[smtp]\nhost = \"smtp.example.se\"\n\
                  [[staff]]\nid = \"d\"\nname = \"D\"\nemail = \"d@example.se\"\nmailbox = [\"b\"]";
    let config = common(tables, "", "").unwrap();
    assert_eq!(config.warnings, [""; 0]);
    let text = format!(
        "{tables}\n[[staff]]\nid = \"e\"\nname = \"E\"\nemail = \"e@example.se\"\ndeputy = \"d\""
    );
    assert_eq!(
        common(&text, "", "").unwrap().warnings,
        [""; 0],
        "nothing is given to that one"
    );
    let given = "\n[[mailbox]]\nname = \"c\"\naddress = \"c@example.se\"\nhandler = \"e\"\nsupervisor = \"k\"";
    let warnings = common(&(text + given), "", "").unwrap().warnings;
    let line = "mailbox[0]: \"d\" stands in for \"e\", but is for other mailboxes and gets nothing of this one; add \"c\" to \
                their mailbox list";
    assert_eq!(warnings, [line]);
}
