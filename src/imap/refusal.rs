//! Whom an IMAP server's NO, BAD or BYE is about: the account and its rights, the server, or the
//! mail that is stored.
//!
//! Response codes (RFC 3501, RFC 5530, RFC 9051) count first, then the words of servers that give
//! none. `refusals.tsv` beside the tests holds what servers say.

use super::conn::Fault;
use crate::domain::refusal::About;
use crate::ports::MailboxError;

/// Whom a refusal of `step` with these words is about.
pub(super) fn about(step: &str, text: &str) -> About {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if step == "APPEND" && says(TOO_BIG) {
        return About::Mail;
    }
    // A wrong password in the same breath counts for more: servers close after too many of them.
    if says(WRONG) {
        return About::Us;
    }
    if says(PASSES) {
        return About::Server;
    }
    match step {
        // These commands are ordinary: a server that will not do it has its own reasons.
        "SEARCH" | "STATUS" | "FETCH" | "LIST" if !says(FORBIDDEN) => About::Server,
        _ => About::Us,
    }
}

/// What a folder's refusal means to the one who must act.
pub(super) fn of_folder(folder: &str, fault: Fault) -> MailboxError {
    match fault {
        Fault::Refused(why) => {
            let remedy = match about("EXAMINE", &why) {
                About::Server => "it is tried again",
                _ => "check the folder's name in the configuration, and that this user may read it",
            };
            let why = format!("{why}: {remedy}");
            MailboxError::Folder {
                folder: folder.to_owned(),
                why,
            }
        }
        other => other.into(),
    }
}

const TOO_BIG: &[&str] = &[
    "[toobig]",
    "too large",
    "too big",
    "message size",
    "maximum size",
];

const WRONG: &[&str] = &[
    "[authenticationfailed]",
    "[authorizationfailed]",
    "[expired]",
    "[privacyrequired]",
    "invalid credentials",
    "bad password",
    "wrong password",
    "incorrect",
];

/// What passes by itself.
const PASSES: &[&str] = &[
    "[unavailable]",
    "[inuse]",
    "[limit]",
    "[serverbug]",
    "[throttled]",
    "too many",
    "maximum number of",
    "maximum connections",
    "connection limit",
    "rate limit",
    "try again",
    "try later",
    "temporar",
    "internal error",
    "server busy",
    "is busy",
    "not available",
    "unavailable",
    "not connected",
    "timed out",
    "timeout",
    "locked",
    "overloaded",
    "maintenance",
    "shutting down",
];

const FORBIDDEN: &[&str] = &[
    "[noperm]",
    "[acl]",
    "[nonexistent]",
    "[trycreate]",
    "permission",
    "access denied",
    "not exist",
    "no such",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::table::Table;
    use std::fmt::Write as _;

    const REFUSALS: &str = include_str!("../../tests/data/imap/refusals.tsv");

    #[test]
    fn what_servers_say_is_about_whom_the_table_says() {
        let steps = [
            "login", "list", "examine", "status", "search", "fetch", "append",
        ];
        let (mut wrong, mut counts) = (String::new(), Table::of(&steps));
        for line in REFUSALS.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [_, step, text, expected] = columns[..] else {
                panic!("four columns: {line}")
            };
            let whose = about(&step.to_uppercase(), text);
            let found = format!("{whose:?}").to_lowercase();
            if found != expected {
                let _ = writeln!(wrong, "{line}: {found}");
            }
            counts.count(step, whose, false);
        }
        println!("{}", counts.shown("IMAP"));
        assert!(wrong.is_empty(), "{wrong}");
        for step in ["login", "examine", "status", "search", "append"] {
            assert!(counts.at(step) >= 5, "{step}");
        }
    }
}
