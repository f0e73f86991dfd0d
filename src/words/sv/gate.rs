//! Whether mail leaves at all, in Swedish.

use crate::domain::gate::Missing;
use crate::words::gate::Gate;

pub const GATE: Gate = Gate {
    live_by_configuration: "Mejl skickas redan: service.citizens är \"live\".",
    live_since: |since| format!("Mejl skickas redan, i skarp drift sedan {since}."),
    missing: "saknas",
    remedy: |missing| match missing {
        Missing::PledgeDecision => {
            "beslut om löftena: skriv beslutets nummer i varje [[pledge]], decision = \"KF 2026/45\""
        }
        Missing::Retention => {
            "beslut om gallring: service.retention = { months = 24, decision = \"…\" }"
        }
        Missing::Complaints => "vart en medborgare kan klaga: organisation.complaints",
        Missing::ExampleValues => "värden ur exemplet står kvar: ”servicelofte check” visar vilka",
        Missing::CheckSend => {
            "ett provmejl som kom fram till varje brevlåda: ”servicelofte check --send”"
        }
        Missing::StaffTold => {
            "att personalen vet om det: berätta för dem, och lägg till --staff-told"
        }
    },
    nothing_changed: "inget är ändrat: åtgärda det som saknas, eller skriv go-live --anyway",
    went_live: "Mejl skickas från och med nu.",
    still_paused: "Mejl till medborgare är pausade ännu: skriv servicelofte resume.",
    paused: "Mejl till medborgare är pausade.",
    paused_before: "Mejl till medborgare var redan pausade, inget ändrades.",
    not_paused_before: "Mejl till medborgare var inte pausade, inget ändrades.",
    resumed: |held| format!("Mejl till medborgare skickas igen. Besked som väntar: {held}."),
    resumed_in_shadow: "Pausen är slut. Inget skickas till medborgare före ”servicelofte go-live”.",
    does_not_lead: "Den här servern leder inte: registret här kan vara gammalt",
    in_shadow: "Skuggläge: inget skickas till medborgare före ”servicelofte go-live”",
    paused_since: |since, reason, held| {
        format!(
            "Pausat sedan {since}: inget skickas till medborgare ({reason}). Besked som väntar: {held}"
        )
    },
};
