//! Answers of the other commands on the server, in Swedish.

use crate::words::commands::{Commands, Erasing};

pub const COMMANDS: Commands = Commands {
    would_be_erased: "Skulle gallras",
    were_erased: "Gallrades",
    erasing: |verb, items, erasing| {
        let Erasing {
            sent,
            months,
            decision,
        } = erasing;
        format!(
            "{verb}: {items}, {sent} mejl från personalen (äldre än {months} månader, beslut {decision})"
        )
    },
    arrived: |oldest, newest| format!("Kom in: {oldest} – {newest}"),
    kept: |items| {
        format!(
            "Behålls tills vidare: {items} (samtalet pågår, något i det ska bevaras, eller ett mejl väntar)"
        )
    },
    exported: |file, rows| {
        format!(
            "{file}: {rows} rader. Filen innehåller personuppgifter och kan bara läsas av användaren som kör kommandot."
        )
    },
    service_wrote: "Tjänsten skrev till adressen.",
    staff_wrote: "En medarbetare skrev till adressen.",
    not_exported: |items| {
        format!("Alla andra rader är skrivna, men det här går inte att läsa: {items}")
    },
    needed_no_answer: "behövde inget svar",
    no_letter: |item| format!("{item} är inget inskannat brev och får inget besked med posten"),
    replica_is_register: "Den senaste kopian är registret nu.",
    register_stays: "Ingen kopia är nyare än registret på den här servern; det gäller.",
    taken_over: |generation| {
        format!(
            "Generation {generation}. Starta tjänsten: sudo systemctl enable --now servicelofte. Den andra servern får inte starta igen. Mejl skickas när wait_minutes har gått."
        )
    },
    other_is_off: "Den andra servern svarar inte. Är den avstängd, och förblir avstängd?",
    away: |person, from| format!("{person} är borta från och med {from}"),
    away_until: |away, until| format!("{away} till och med {until}"),
    away_until_back: |away| format!("{away}, tills ”servicelofte back”"),
    back: |person| format!("{person} är på plats igen"),
    backed_up: |file, items, lines, [whole, tenth]| {
        format!(
            "{file}: säkerhetskopian är kontrollerad och hel ({items} ärenden, {lines} rader i loggen, {whole},{tenth} MB)."
        )
    },
    rebuilt: |items, clues| {
        format!("Återuppbyggt ur loggen. Rättade rader: {items} ärenden, {clues} söknycklar.")
    },
    restore: |item, why| format!("{item} går inte att läsa: {why}. Återställ en säkerhetskopia."),
    set_aside: |items| format!("{items} ärenden är satta åt sidan"),
};
