//! The report's first page, and the words around it, in Swedish.

use crate::words::page::{AfterNotices, Page, Waiting};

pub const PAGE: Page = Page {
    title: |of| format!("Servicelöften {of}"),
    no_questions: "inga frågor",
    few_questions: "få frågor",
    headline_shares: |answered, noticed| format!("{answered} % svar i tid, {noticed} % besked"),
    headline_counts: |answered, n| format!("{answered} av {n} svar i tid"),
    preliminary_headline: |headline| format!("{headline} (preliminär)"),
    in_month: |month| format!("i {month}"),
    lead: |name, time, made| {
        format!("{name}. Rapporten gäller det som kom in {time}. Den gjordes {made}.")
    },
    figures_are_final: "Siffrorna är slutliga.",
    preliminary: |pending, from| match pending {
        0 => format!("Preliminär. Slutlig från {from}."),
        1 => format!("Preliminär: 1 är ännu inte avgjord. Slutlig från {from}."),
        n => format!("Preliminär: {n} är ännu inte avgjorda. Slutlig från {from}."),
    },
    preliminary_from: |from| format!("Preliminär. Slutlig från {from}."),
    nothing_arrived: "Inget mejl eller brev som behövde svar kom in under perioden.",
    the_pledge: "Löftet",
    answer_and_notice: "Ett svar är det första mejlet från en person. Ingen bedömer vad som står i det. Ett besked är inget svar.",
    in_pictures: "I bilder",
    pledge_by_pledge: "Löfte för löfte",
    small_mailboxes: "Brevlådor med färre än fem frågor visas inte och ingår inte i summan.",
    shares: |n, questions, period, [answered, noticed, broken]| {
        format!(
            "Av {n} {questions} i {period} fick {answered} svar i tid, {noticed} besked i tid om vem som \
             handlägger, {broken} varken eller."
        )
    },
    shares_in_short: |n, questions, [answered, noticed, broken]| {
        format!(
            "Av {n} {questions} fick {answered} svar i tid, {noticed} besked, {broken} varken eller."
        )
    },
    counts: |counts, n| format!("{counts} av {n}"),
    in_period: |period, shares| format!("I {period}: {shares}."),
    none_decided: "Ingen fråga från perioden är avgjord ännu.",
    too_few: "Färre än fem frågor är avgjorda. Siffrorna visas inte, eftersom de kunde peka ut en person.",
    after_notices: |notices| {
        let AfterNotices {
            noticed,
            kept,
            late,
            otherwise,
            waits,
        } = notices;
        let otherwise = match otherwise {
            0 => String::new(),
            n => format!("{n} avslutats på annat sätt, "),
        };
        format!(
            "Av de {noticed} som fick besked har {kept} fått svar till utlovad dag, {late} senare, {otherwise}{waits} \
             väntar ännu."
        )
    },
    said_afterwards: |n| format!(", {n} efter uppgift i efterhand"),
    filed: |n| format!(", {n} genom flytt till en mapp för klara"),
    then: |period, counts| format!("; i {period} {counts}"),
    beside: |[closed, reported, excluded], more, then| {
        format!(
            "Utöver detta stängdes {closed} utan svar, {reported} efter uppgift om telefon eller möte{more}, {excluded} \
             undantogs för hand{then}."
        )
    },
    mailbox: "Brevlåda",
    median: "Svarstid, median",
    is_final: "slutlig",
    is_preliminary: "preliminär",
    who_waits: "Vem väntar nu?",
    few_wait: "Färre än fem frågor väntar på svar nu.",
    none_waits: "Ingen väntar på svar nu.",
    by_lateness: "De som väntar, efter hur sena de är",
    waiting: |waiting| {
        let Waiting {
            n,
            in_time,
            late,
            oldest,
            runs,
            over,
        } = waiting;
        format!(
            "{n} väntar på svar när rapporten görs: {in_time} har tid kvar, {late} är försenade. Den äldsta kom \
             {oldest}. {runs} har fått ett nytt datum som inte har passerat, {over} ett som har passerat."
        )
    },
    other_mailboxes: "Övriga brevlådor",
    whole_municipality: "Hela kommunen",
    few: "få",
    hours: |hours, minutes| format!("{hours}\u{a0}tim {minutes}\u{a0}min"),
    decimal_sign: ',',
    columns: ["Från", "Till", "Tabell", "Rad", "Mått", "Värde", "Procent"],
    appendix: "Bilaga",
    figures_of_picture: "Siffrorna i bilden",
    figures_of_pictures: "Bildernas siffror",
    attached: "Hela rapporten är bifogad.",
};
