//! Answers of the other commands on the server, in English.

use crate::words::commands::{Commands, Erasing};

pub const COMMANDS: Commands = Commands {
    would_be_erased: "Would be erased",
    were_erased: "Erased",
    erasing: |verb, items, erasing| {
        let Erasing {
            sent,
            months,
            decision,
        } = erasing;
        format!(
            "{verb}: {items}, {sent} mails of staff (older than {months} months, decision {decision})"
        )
    },
    arrived: |oldest, newest| format!("Arrived: {oldest} – {newest}"),
    kept: |items| {
        format!(
            "Kept for now: {items} (the conversation goes on, something of it is on hold, or a mail waits)"
        )
    },
    exported: |file, rows| {
        format!(
            "{file}: {rows} rows. The file holds personal data and can be read only by the user who runs this command."
        )
    },
    service_wrote: "The service wrote to the address.",
    staff_wrote: "A member of staff wrote to the address.",
    not_exported: |items| format!("All other rows are written, but these cannot be read: {items}"),
    needed_no_answer: "needed no answer",
    no_letter: |item| format!("{item} is no scanned letter and gets no notice by post"),
    replica_is_register: "The newest replica is the register now.",
    register_stays: "No replica is newer than this host's register, which stays.",
    taken_over: |generation| {
        format!(
            "Generation {generation}. Start the service: sudo systemctl enable --now servicelofte. The other host must not start again. Mail leaves when wait_minutes have passed."
        )
    },
    other_is_off: "The other host does not answer. Is it off, and does it stay off?",
    away: |person, from| format!("{person} is away from {from}"),
    away_until: |away, until| format!("{away} until {until}"),
    away_until_back: |away| format!("{away}, until \"servicelofte back\""),
    back: |person| format!("{person} is back"),
    backed_up: |file, items, lines, [whole, tenth]| {
        format!(
            "{file}: the backup was checked and is whole ({items} items, {lines} lines of the log, {whole}.{tenth} MB)."
        )
    },
    rebuilt: |items, clues| {
        format!("Rebuilt from the log. Rows put right: {items} items, {clues} search keys.")
    },
    restore: |item, why| format!("{item} cannot be read: {why}. Restore a backup."),
    set_aside: |items| format!("{items} items are set aside"),
};
