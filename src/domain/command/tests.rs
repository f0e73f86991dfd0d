//! What people write, and what it means; the day is Thursday 26 November 2026.

mod dates;
mod forms;
mod verbs;

use super::*;
use std::fmt::Write as _;

/// In short: `phone`, `phone on 2026-11-20 (note)`, `by 2026-12-04 (reason)`, `take bo`,
/// `none (reason)`, `stamp …`, with `: all` or the references behind it; `? HowMissing`; commands
/// joined by ` & `; nothing for ordinary words.
fn short(words: &str) -> String {
    let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let one = |read: &Result<Order, Unclear>| {
        let order = match read {
            Ok(order) => order,
            Err(unclear) => {
                return format!("? {unclear:?}")
                    .split(" {")
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
        };
        let free = |text: &Option<String>| {
            text.as_ref()
                .map(|text| format!(" ({text})"))
                .unwrap_or_default()
        };
        let mut text = match &order.verb {
            Verb::Done { how, on, note } => {
                let on = on.map(|on| format!(" on {on}")).unwrap_or_default();
                format!("{}{on}{}", how.as_str(), free(note))
            }
            Verb::DoneBy { date, reason } => format!("by {date}{}", free(reason)),
            Verb::TakeOver { whom } => format!("take {}", whom.as_deref().unwrap_or("me")),
            Verb::NoAnswer { reason } => format!("none ({reason})"),
            Verb::Stamp { day } => format!("stamp {day}"),
            Verb::Letters { count } => format!("{count} letters"),
            Verb::Returns { date } => format!(
                "returns{}",
                date.map(|date| format!(" by {date}")).unwrap_or_default()
            ),
            Verb::Posted { on } => format!(
                "posted{}",
                on.map(|on| format!(" on {on}")).unwrap_or_default()
            ),
            Verb::Notify { to } => format!("notify{}", free(to)),
            Verb::NoNotice { reason } => format!("no notice{}", free(reason)),
            Verb::Away { whom, from, until } => {
                let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
                let until = until
                    .map(|until| format!(" until {until}"))
                    .unwrap_or_default();
                format!("away {}{from}{until}", whom.as_deref().unwrap_or("me"))
            }
            Verb::Back { whom } => format!("back {}", whom.as_deref().unwrap_or("me")),
            Verb::Note { text } => format!("note ({text})"),
            Verb::Sender { text } => format!("sender ({text})"),
            Verb::Reopen => "open".to_owned(),
            single => format!("{single:?}").to_lowercase(),
        };
        match &order.targets {
            Targets::TheOne => {}
            Targets::All => text.push_str(": all"),
            Targets::These(ids) => {
                let ids: Vec<String> = ids
                    .iter()
                    .map(|id| (id.0 % 10_000_000).to_string())
                    .collect();
                let _ = write!(text, ": {}", ids.join(","));
            }
        }
        text
    };
    read(words, today)
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(" & ")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (words, expected) in cases {
        assert_eq!(short(words), *expected, "{words:?}");
    }
}

#[test]
fn how_it_was_answered() {
    check(&[
        ("KLAR TELEFON", "phone"),
        ("Klar telefon.", "phone"),
        ("klart telefon!", "phone"),
        ("  *KLAR TELEFON*  ", "phone"),
        ("”KLAR TELEFON”", "phone"),
        ("KLAR\u{a0}TELE\u{ad}FON\u{200b}", "phone"),
        ("Klar per telefon", "phone"),
        ("Klar: telefon", "phone"),
        ("- klar tel", "phone"),
        ("KLAR BREV", "letter"),
        ("KLAR MÖTE", "meeting"),
        ("klar mo\u{308}te", "meeting"),
        ("klar mote", "meeting"),
        ("KLAR M?TE", "meeting"),
        ("Klart vid mötet", "meeting"),
        ("KLAR DIGITALT", "digital"),
        ("klar digital", "digital"),
        ("KLAR MEJL", "answered"),
        ("DONE PHONE", "phone"),
        ("Done by phone.", "phone"),
        ("done letter", "letter"),
        ("Done meeting", "meeting"),
        ("DONE ONLINE", "digital"),
        ("DONE EMAIL", "answered"),
    ]);
}

#[test]
fn when_it_was_answered() {
    check(&[
        ("KLAR BREV 2026-11-20", "letter on 2026-11-20"),
        ("KLAR BREV 2026‑11‑20", "letter on 2026-11-20"),
        ("klar telefon 20261120", "phone on 2026-11-20"),
        ("klar telefon 261120", "phone on 2026-11-20"),
        ("klar telefon 20/11", "phone on 2026-11-20"),
        ("klar telefon 20/11 2026.", "phone on 2026-11-20"),
        ("klar telefon 20/11-26", "phone on 2026-11-20"),
        ("klar telefon 20.11.2026", "phone on 2026-11-20"),
        ("klar telefon den 20 november", "phone on 2026-11-20"),
        (
            "klar telefon fredag 20 november 2026",
            "phone on 2026-11-20",
        ),
        ("klar telefon 30 dec", "phone on 2026-12-30"),
        ("klar telefon 30 juni", "phone on 2026-06-30"),
        ("klar telefon i går", "phone on 2026-11-25"),
        ("klar telefon igår.", "phone on 2026-11-25"),
        ("klar telefon i dag", "phone on 2026-11-26"),
        ("klar telefon fredag", "phone on 2026-11-20"),
        ("done phone November 20", "phone on 2026-11-20"),
        ("done phone 20 November 2026", "phone on 2026-11-20"),
        ("done phone yesterday", "phone on 2026-11-25"),
        ("klar telefon 31/11", "? DateStrange"),
        ("klar telefon 2026-13-01", "? DateStrange"),
        ("klar telefon torsdag", "? DateStrange"),
        ("klar telefon torsdag 20 november", "? Weekday"),
    ]);
}

#[test]
fn notes() {
    check(&[
        (
            "KLAR TELEFON: ringde honom, nöjd",
            "phone (ringde honom, nöjd)",
        ),
        ("KLAR TELEFON:ringde honom", "phone (ringde honom)"),
        ("Klar telefon. Hon var nöjd.", "phone (Hon var nöjd.)"),
        ("KLAR TELEFON – hon var nöjd", "phone (hon var nöjd)"),
        (
            "KLAR TELEFON 2026-11-20: hon var nöjd",
            "phone on 2026-11-20 (hon var nöjd)",
        ),
        (
            "KLAR TELEFON:\nHon var nöjd\noch tackade.\n\nMvh\nAnna",
            "phone (Hon var nöjd och tackade.)",
        ),
        (
            "KLAR TELEFON: hon är nöjd och\nåterkommer efter nyår",
            "phone (hon är nöjd och återkommer efter nyår)",
        ),
        (
            "KLAR TELEFON SL-41: hon är nöjd\nKLAR SL-42",
            "phone (hon är nöjd): 41 & ? HowMissing",
        ),
        (
            "KLAR TELEFON: hon var så\nnöjd\nMvh Anna",
            "phone (hon var så nöjd)",
        ),
        ("KLAR TELEFON\nAnna Åberg\nregistrator", "phone"),
        ("KLAR TELEFON\n\nHon var nöjd", "phone"),
        ("Klar telefon /Anna", "phone"),
    ]);
}

#[test]
fn promises() {
    check(&[
        ("KLART SENAST 2026-12-04", "by 2026-12-04"),
        ("klar senast 4 december.", "by 2026-12-04"),
        ("Klart senast den 4/12", "by 2026-12-04"),
        ("KLART SENAST 4/1", "by 2027-01-04"),
        (
            "KLART SENAST 2026-12-04 nämnden sammanträder först då",
            "? MoreWords",
        ),
        (
            "SVAR SENAST 2026-12-04: nämnden sammanträder först då",
            "by 2026-12-04 (nämnden sammanträder först då)",
        ),
        (
            "Svar senast 4 dec, nämnden sammanträder",
            "by 2026-12-04 (nämnden sammanträder)",
        ),
        (
            "Svar senast 4 dec eftersom nämnden är sjuk",
            "by 2026-12-04 (eftersom nämnden är sjuk)",
        ),
        ("Jag svarar senast fredag", "by 2026-11-27"),
        (
            "KLART SENAST 4/12: nämnden\nsammanträder då",
            "by 2026-12-04 (nämnden sammanträder då)",
        ),
        ("klart senast tisdag", "by 2026-12-01"),
        ("klart senast i morgon", "by 2026-11-27"),
        ("DONE BY 2026-12-04", "by 2026-12-04"),
        ("Done by Friday 4 December", "by 2026-12-04"),
        ("KLART SENAST 20/11", "by 2026-11-20"),
        ("KLART SENAST", "? DateMissing"),
        ("Klart senast den", "? DateMissing"),
        ("KLART SENAST nästa vecka", "? DateStrange"),
        ("KLART SENAST fredag", "by 2026-11-27"),
        ("KLART SENAST torsdag", "? DateStrange"),
        ("klart senast torsdag 4 december", "? Weekday"),
    ]);
}

#[test]
fn who_takes_over() {
    check(&[
        ("ÖVERTA", "take me"),
        ("Övertar.", "take me"),
        ("overta", "take me"),
        ("?VERTA", "take me"),
        ("\u{fffd}VERTA", "take me"),
        ("Tar över!", "take me"),
        ("Jag tar över den här", "take me"),
        ("ÖVERTA bo@example.se", "take bo@example.se"),
        (
            "ÖVERTA bo@example.se<mailto:bo@example.se>",
            "take bo@example.se",
        ),
        ("ÖVERTA <bo@example.se>.", "take bo@example.se"),
        ("Överta till kanslist", "take kanslist"),
        ("ÖVERTA: Bo Exempel", "take Bo Exempel"),
        ("Överta Bo Exempel, tack!", "take Bo Exempel"),
        ("Överta, tack", "take me"),
        (
            "ÖVERTA SL-2026-00042 bo@example.se",
            "take bo@example.se: 42",
        ),
        (
            "ÖVERTA bo@example.se SL-2026-00042",
            "take bo@example.se: 42",
        ),
        ("ÖVERTA ALLA", "take me: all"),
        ("TAKE OVER bo", "take bo"),
        ("Take over", "take me"),
        ("Överta det som hon inte hann med i går", "? MoreWords"),
    ]);
}

#[test]
fn no_answer_needed() {
    check(&[
        ("INGET SVAR reklam", "none (reklam)"),
        ("Inget svar: reklam.", "none (reklam.)"),
        ("INGET SVAR behövs, det är reklam", "none (det är reklam)"),
        (
            "INGET SVAR dubblett av SL-2026-00041",
            "none (dubblett av SL-2026-00041)",
        ),
        ("INGET SVAR SL-2026-00042 reklam", "none (reklam): 42"),
        ("INGET SVAR\nreklam", "? ReasonMissing"),
        ("INGET SVAR:\nreklam", "none (reklam)"),
        ("INGET SVAR", "? ReasonMissing"),
        ("Inget svar behövs.", "? ReasonMissing"),
        ("Inget svar har kommit från nämnden", "? MoreWords"),
        ("NO ANSWER advertising", "none (advertising)"),
        ("No reply: advertising", "none (advertising)"),
    ]);
}

#[test]
fn stamps_opening_and_undoing() {
    check(&[
        ("INK 2026-11-19", "stamp 2026-11-19"),
        ("Ink. 19/11", "stamp 2026-11-19"),
        ("Inkom den 19 november", "stamp 2026-11-19"),
        ("STAMP 2026-11-19", "stamp 2026-11-19"),
        ("INK", "? DateMissing"),
        ("INK i förrgår", "stamp 2026-11-24"),
        ("INK 2026-11-19 eller 20", "? MoreWords"),
        ("ÅNGRA", "undo"),
        ("angra.", "undo"),
        ("ÅNGRA SL-2026-00042", "undo: 42"),
        ("UNDO", "undo"),
        ("Undo all", "undo: all"),
        ("ÖPPNA SL-2026-00042", "open: 42"),
        ("Open.", "open"),
        ("Öppna dokumentet så ser du", ""),
    ]);
}

#[test]
fn which_items() {
    check(&[
        ("KLAR TELEFON SL-2026-00042", "phone: 42"),
        (
            "KLAR TELEFON [SL-2026-00042], SL-2026-00043 och sl-2026-44",
            "phone: 42,43,44",
        ),
        ("SL-2026-00042 klar telefon", "phone: 42"),
        ("[SL-2026-00042]: klar telefon", "phone: 42"),
        ("KLAR SL-2026-00042 TELEFON", "phone: 42"),
        (
            "KLAR TELEFON SL-2026-00042 20/11: nöjd",
            "phone on 2026-11-20 (nöjd): 42",
        ),
        (
            "KLAR TELEFON 20/11 SL-2026-00042",
            "phone on 2026-11-20: 42",
        ),
        ("KLAR TELEFON ALLA", "phone: all"),
        ("Alla klara telefon", "phone: all"),
        ("DONE PHONE ALL", "phone: all"),
        (
            "KLART SENAST 2026-12-04 ALLA semester",
            "by 2026-12-04 (semester): all",
        ),
        (
            "KLAR TELEFON SL-2026-00042\n\nINGET SVAR SL-2026-00043 reklam\nKLAR SL-2026-00044\nMvh",
            "phone: 42 & none (reklam): 43 & ? HowMissing",
        ),
    ]);
}

#[test]
fn what_stands_before_it() {
    check(&[
        ("\n\n  \nKLAR TELEFON", "phone"),
        ("Hej!\n\nKLAR TELEFON", "phone"),
        ("Hej Anna,\nklar telefon", "phone"),
        ("Hej, klar telefon", "phone"),
        ("God morgon!\nklar telefon", "phone"),
        ("Tack! Klar telefon.", "phone"),
        ("Jag ringde honom.\nKLAR TELEFON", ""),
        ("Ska jag skriva\nKLAR TELEFON", ""),
    ]);
}

#[test]
fn what_is_no_command() {
    check(&[
        ("", ""),
        ("Jag svarar i morgon", ""),
        ("Inte klar telefon", ""),
        ("Ej klar, telefon upptagen", ""),
        ("Klart att jag svarar", ""),
        ("Klart!", "? HowMissing"),
        ("KLAR", "? HowMissing"),
        ("done", "? HowMissing"),
        ("Klar telefon?", "? Question"),
        ("Klar telefon, eller?", "? Question"),
        ("Ska jag skriva klar telefon?", ""),
        ("KLAR TELEFON saknas", "? MoreWords"),
        ("KLAR TELEFON ringde i går", "? MoreWords"),
        ("Klarna telefon", ""),
        ("Telefon klar", ""),
        ("Open source is fine", ""),
        ("I will take over the world", ""),
    ]);
}

#[test]
fn everything_is_bounded() {
    let many = (1..=100).fold(String::new(), |text, n| {
        text + &format!("KLAR TELEFON SL-2026-{n:05}\n")
    });
    let read = read(&many, NaiveDate::from_ymd_opt(2026, 11, 26).unwrap());
    assert_eq!(read.len(), MAX_ORDERS + 1);
    assert_eq!(read.last(), Some(&Err(Unclear::TooMany)));
    let note = format!("KLAR TELEFON: {}", "å".repeat(5_000));
    let long = super::read(&note, NaiveDate::MAX);
    assert!(
        matches!(&long[..], [Ok(Order { verb: Verb::Done { note: Some(note), .. }, .. })] if note.chars().count() <= MAX_NOTE)
    );
}
