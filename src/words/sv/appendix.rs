//! The appendix of the report, in Swedish.

use crate::domain::calendar::Counting;
use crate::domain::figures::Elsewhere;
use crate::words::appendix::Appendix;

pub const APPENDIX: Appendix = Appendix {
    speed_head: [
        "Löfte",
        "Brevlåda",
        "Avgjorda",
        "Inom 1 arbetsdag",
        "Inom 2 arbetsdagar",
        "Medel",
        "Median",
        "Nio av tio inom",
    ],
    outside_head: ["Vad", "Nu", "Perioden före"],
    staff_mails_head: ["Slag", "Antal"],
    not_measured: |promise, told| {
        let promise = match promise {
            Elsewhere::OneContact => "Att en kontakt räcker",
            Elsewhere::Visits => "Besökstider som passar",
            Elsewhere::EServices => "E-tjänster dygnet runt",
            Elsewhere::PlainLanguage => "Klart och tydligt språk",
        };
        match told {
            None => format!("{promise}: mäts inte här."),
            Some(told) => format!("{promise}: mäts inte här. Kommunens egen uppgift: {told}"),
        }
    },
    closed_days_head: ["Dag", "Beslut"],
    pledge: "Löfte",
    speed_caption: "Svar av en person, och svarstid i arbetstid",
    uncertain_answers: "Sena, obesvarade och osäkra svar",
    speed: "Hur snabbt svarade vi?",
    after_notices: "Vad som hände efter beskedet",
    held_notices: "Besked som hölls",
    notices: "Beskeden",
    circumstances: "Omständigheter när löftet bröts",
    not_causes: "Det här är omständigheter, inte orsaker. Samma fråga kan stå i flera kolumner.",
    few_parts: |caption| format!("{caption}: visas inte, eftersom det gäller färre än fem."),
    why_broken: "Varför bröts löften?",
    promised_dates: "Datum som lovades i besked eller av handläggare",
    escalated: "Ärenden som en chef fick veta om",
    notes: "Anteckningar om vad som har gjorts",
    promises: "Lovade datum, chefer och åtgärder",
    outside_caption: "Det som inte räknas i andelarna",
    outside: "Utanför andelarna",
    staff_mails_caption: "Mejl som skickades till medarbetare",
    staff_mails: "Mejl till medarbetare",
    not_measured_title: "Löften som en brevlåda inte kan visa",
    closed_days: "Dagar som är stängda enligt beslut",
    how_we_count: "Så räknar vi",
    folders_head: [
        "Brevlåda",
        "Mapp",
        "Jämförelser",
        "Misslyckade",
        "Senast",
        "Hur",
        "Mejl på servern",
        "Kontrollästa",
        "Hittade i efterhand",
        "Saknas",
    ],
    blind_head: [
        "Brevlåda",
        "Från",
        "Till",
        "Varav arbetstid",
        "Vad som inte syntes",
        "Orsak",
        "Beslut som fick vänta",
    ],
    alarms_head: ["Tid", "Brevlåda", "Larm", "Läge"],
    corrections_head: [
        "Period",
        "Brevlåda",
        "Löfte",
        "Siffra",
        "Rapporterad",
        "Då",
        "Nu",
    ],
    nothing_compared: "Ingen mapp jämfördes med loggen under perioden.",
    nothing_missing: "Ingen jämförelse med e-postservern visade att något mejl saknas i loggen.",
    always_read: "Brevlådorna lästes hela tiden, utan längre avbrott.",
    reliability: "Hur säkra är siffrorna?",
    folders: "Mapparna jämförda med loggen",
    unread_head: ["Brevlåda", "Mapp"],
    unread: "Mappar som inte läses, enligt inställningarna",
    all_read: "Alla mappar läses, utom utkast, borttaget, utkorg och liknande.",
    lasts: "pågår",
    blind: "Tider då en brevlåda inte kunde läsas",
    over: "löst",
    alarm: "larm",
    alarms: "Larm till driften",
    corrections_caption: "Slutliga siffror som har ändrats",
    no_corrections: "Inga slutliga siffror i tidigare rapporter har ändrats.",
    corrections: "Rättelser",
    listed: |shown, rows| format!("Tabellen visar {shown} av {rows} rader. JSON har alla."),
    found_again: |n| {
        format!("Mejl som saknades i loggen en tid, men hittades och lades till: {n}.")
    },
    missing: |n| format!("Mejl som saknas i loggen: {n}. Siffrorna är därför inte fullständiga."),
    blind_time: |time| {
        format!(
            "Under {time} av arbetstiden kunde tjänsten inte läsa alla brevlådor. Då kan löften ha brutits utan \
             att någon varnades."
        )
    },
    decided_since: |n| {
        format!("Av det som i tidigare rapporter inte var avgjort är {n} avgjort nu.")
    },
    counting: |counting| match counting {
        Counting::ArrivalDate => "Dag 1 är den första arbetsdagen efter den dag då mejlet kom in.",
        Counting::NextWorkingDay => {
            "Det som kommer in på en ledig dag räknas som inkommet nästa arbetsdag. Dag 1 är arbetsdagen därefter."
        }
    },
    records_by_subject: "En begäran om allmän handling känns igen på ämnesraden. Står den bara i texten räknas den hit först när \
                         någon har märkt den (BEGÄRAN).",
    definitions: |counting, hours, program| {
        vec![
            "Ett mejl räknas till den dag då det kom in i brevlådan.".to_owned(),
            format!("Ett löfte är hållet om svaret eller beskedet skickades senast på löftets sista dag. {counting}"),
            "Ett besked håller löftet men är aldrig ett svar. Andelarna är av det som är avgjort.".to_owned(),
            "Svar inom en och två arbetsdagar räknas som i Kommunens kvalitet i korthet: arbetsdagar från att frågan kom \
             in till svaret från en person."
                .to_owned(),
            format!(
                "Svarstiden räknas i arbetstid från att mejlet kom in till att svaret skickades. Arbetstid är klockan \
                 {hours} på arbetsdagar. Hälften av svaren kom inom medianen."
            ),
            "Det som någon bara uppger, till exempel ett telefonsamtal, står för sig och räknas inte i andelarna för \
             e-post. Bröts löftet räknas det ändå som brutet. Brev, samtal och beslut räknas efter uppgift, eftersom \
             inget annat kan visa dem."
                .to_owned(),
            "Det som en kollega har skickat vidare till brevlådan står för sig: frågaren har ingen adress som ett besked kan gå \
             till, och dagen då frågan först kom är inte känd."
                .to_owned(),
            "Troligen besvarade är mejl där ett svar syns, men ingen har bekräftat det. De räknas som obesvarade."
                .to_owned(),
            "Ett lovat datum är flyttat om ett nytt lovades medan det gamla ännu gick att hålla, annars brutet. Samma \
             datum en gång till är inte flyttat."
                .to_owned(),
            "Under tio avgjorda frågor visas antal men inga andelar, under fem ingenting. En dag eller \
             månad visas inte heller när summan annars skulle avslöja en mindre. Små brevlådor läggs ihop."
                .to_owned(),
            "Siffrorna är preliminära tills den sista frågan från perioden har nått sin sista dag.".to_owned(),
            "Kontrollästa är mejl som tjänsten har läst en gång till för att se att de finns i loggen.".to_owned(),
            format!("Rapporten är gjord av servicelofte {program}."),
        ]
    },
};
