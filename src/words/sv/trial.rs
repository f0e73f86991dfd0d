//! What a trial shows, in Swedish.

use super::mails;
use crate::words::trial::Trial;

pub const TRIAL: Trial = Trial {
    title: "Om löftena hade gällt",
    pledge: |name, time| format!("{name}: svar inom {time}"),
    of: |part, of| format!("{part} av {of}"),
    inbox_thinned: "inkorgen är gallrad",
    sent_thinned: "Skickat är gallrat",
    moved: "flyttad: tiderna är inte de rätta",
    citizens: "medborgare",
    operator: "driftansvarig",
    decided: |decided| format!("{decided} frågor kom in vars tid har gått ut. Av dem:"),
    answer_in_time: "Svar syns i tid",
    answer_later: "Svar syns senare",
    no_answer: "Inget svar syns",
    not_decided: "Ännu inte avgjorda",
    notices: |notices| {
        format!(
            "Besked i tid om vem som handlägger skulle ha gått till {notices} av dem utan svar i tid."
        )
    },
    left_out: |months| format!("Månader som inte räknas med: {months}"),
    not_seen: "Ett prov ser inte svar per telefon, vid möten eller från egna adresser, och inte det som är raderat.",
    marked: |marked| {
        format!(
            "{marked} frågor utan synligt svar är märkta som besvarade i brevlådan: svaret kan ha gått från en egen adress."
        )
    },
    would_have_been_sent: "Mejl som skulle ha skickats",
    reader: |reader, mails, days| format!("{reader}: {mails}, på {days} dagar"),
    warning: |erase_by| {
        format!(
            "Arbetsmaterial med personuppgifter. Radera mappen senast {erase_by}. Den är inte en redovisning av hur löften hölls."
        )
    },
    shown: "Det syns i brevlådan",
    not_shown: "Det ser ett prov inte",
    obstacles: "Det står i vägen",
    files: "Varje mejl står i mails.csv, frågor utan synligt svar i unanswered.csv, och den inställning som provet använde i config.toml.",
    kind: mails::in_trial,
    mails_head: ["tid", "till", "varför", "ärenden"],
    unanswered_head: ["ärende", "dag", "mapp"],
    subjects_head: ["avsändare", "ämne"],
    months_title: "Månaderna, procent av frågorna",
    months_counted: "Räknade månader",
    month: "Månad",
    notice_in_time: "Besked i tid",
    remark: "Anmärkning",
    by_month: "Frågor efter månad då de kom in",
    readers_head: ["Till", "Mejl", "Dagar med mejl"],
    by_reader: "Mejl efter mottagare",
    by_reason: "Mejl efter skäl",
    reasons_head: ["Varför", "Mejl"],
    nothing_came: "Inget mejl utifrån hittades. Är det rätt brevlåda, och rätt tid?",
    sent_is_empty: "Skickat är tomt: inga svar syns. Se till att svar från funktionsbrevlådan sparas där.",
    none_answers: |sent, address| {
        format!(
            "I Skickat finns {sent} mejl, men inget syns svara på en fråga. Är {address} rätt adress, och är det rätt mapp?"
        )
    },
    folders_left_out: |more, folders| match more {
        1 => format!("En mapp läses inte: {folders}."),
        more => format!("{more} mappar läses inte, bland dem: {folders}."),
    },
    folders_not_opened: |folders| format!("Mappar som inte gick att öppna: {folders}."),
    no_verdicts: "De flesta mejl saknar omdöme om avsändaren (Authentication-Results).",
    timeless: |mails| format!("{mails} mejl utan tid räknas inte."),
    progress: "{bar:30} {pos}/{len} mejl, klart om {eta}",
};
