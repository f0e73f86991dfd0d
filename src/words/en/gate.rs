//! Whether mail leaves at all, in English.

use crate::domain::gate::Missing;
use crate::words::gate::Gate;

pub const GATE: Gate = Gate {
    live_by_configuration: "Mail leaves already: service.citizens is \"live\".",
    live_since: |since| format!("Mail leaves already, live since {since}."),
    missing: "missing",
    remedy: |missing| match missing {
        Missing::PledgeDecision => {
            "the decision that adopted the pledges: write its number into every [[pledge]], decision = \"KF 2026/45\""
        }
        Missing::Retention => {
            "a decision on retention: service.retention = { months = 24, decision = \"…\" }"
        }
        Missing::Complaints => "where a citizen can complain: organisation.complaints",
        Missing::ExampleValues => {
            "values of the example are left: \"servicelofte check\" shows which"
        }
        Missing::CheckSend => {
            "a trial mail that came back to every mailbox: \"servicelofte check --send\""
        }
        Missing::StaffTold => "that staff know of it: tell them, and add --staff-told",
    },
    nothing_changed: "nothing was changed: mend what is missing, or add --anyway",
    went_live: "Mail leaves from now on.",
    still_paused: "Mail to citizens is paused still: type servicelofte resume.",
    paused: "Mail to citizens is paused.",
    paused_before: "Mail to citizens was paused already, nothing was changed.",
    not_paused_before: "Mail to citizens was not paused, nothing was changed.",
    resumed: |held| format!("Mail to citizens leaves again. Notices that wait: {held}."),
    resumed_in_shadow: "The pause is over. Nothing goes to citizens before \"servicelofte go-live\".",
    does_not_lead: "This host does not lead: its register may be old",
    in_shadow: "In shadow: nothing goes to citizens before \"servicelofte go-live\"",
    paused_since: |since, reason, held| {
        format!(
            "Paused since {since}: nothing goes to citizens ({reason}). Notices that wait: {held}"
        )
    },
};
