//! Around a command: what people, telephones and mail systems put there.

use super::super::*;
use super::{check, short};

#[test]
fn references_stand_anywhere() {
    check(&[
        ("INGET SVAR tack SL-2026-00042", "none (tack): 42"),
        ("KLAR TELEFON: ringt SL-2026-00042", "phone (ringt): 42"),
        (
            "KLAR TELEFON: ringt, SL-2026-00042 och SL-2026-00043",
            "phone (ringt): 42,43",
        ),
        ("KLAR TELEFON: SL-2026-00042 ringt", "phone (ringt): 42"),
        ("KLAR TELEFON sl-2026-42", "phone: 42"),
        ("KLAR TELEFON SL-42", "phone: 42"),
        ("klar telefon [sl-00042]", "phone: 42"),
        ("KLAR TELEFON SL–2026–00042", "phone: 42"),
        ("KLAR TELEFON (SL-2026-00042)", "phone: 42"),
        (
            "SVAR SENAST 4/12 SL-42: nämnden",
            "by 2026-12-04 (nämnden): 42",
        ),
        (
            "SVAR SENAST 4/12: nämnden SL-42",
            "by 2026-12-04 (nämnden): 42",
        ),
        (
            "INGET SVAR dubblett av SL-2026-00041 och SL-2026-00042",
            "none (dubblett av SL-2026-00041 och SL-2026-00042)",
        ),
        (
            "INGET SVAR dubblett av SL-41 SL-42",
            "none (dubblett av SL-41): 42",
        ),
        ("REF: SL-2026-00042\nKLAR TELEFON", "phone: 42"),
        ("[SL-2026-00042]\n\nKLAR TELEFON", "phone: 42"),
        ("Ärende SL-2026-00042: KLAR TELEFON", "phone: 42"),
        ("Dnr SL-2026-00042 - klar telefon", "phone: 42"),
        ("KLAR TELEFON för SL-2026-00042", "phone: 42"),
        ("KLAR TELEFON, ref: SL-2026-00042.", "phone: 42"),
        ("KLAR TELEFON ärende – SL-2026-00042", "phone: 42"),
        ("INGET SVAR om SL-2026-00042: reklam", "none (reklam): 42"),
        ("KLAR TELEFON ALLA: ringt runt", "phone (ringt runt): all"),
        ("KLAR TELEFON ALLA ringt runt", "phone (ringt runt): all"),
        ("INGET SVAR ALLA reklam", "none (reklam): all"),
        ("INGET SVAR reklam ALLA", "none (reklam): all"),
        ("INGET SVAR tack till alla", "none (tack till alla)"),
        (
            "INGET BESKED ALLA jag ringer",
            "no notice (jag ringer): all",
        ),
    ]);
}

#[test]
fn small_things_around_it() {
    check(&[
        ("ＫＬＡＲ　ＴＥＬＥＦＯＮ", "phone"),
        ("Godmorgon,\n\nKLAR TELEFON", "phone"),
        ("KLAR TELEFON hälsningar Åsa", "phone"),
        ("KLAR TELEFON 🙂", "phone"),
        ("👍 KLAR TELEFON", "phone"),
        ("KLAR TELEFON :)", "phone"),
        ("KLAR TELEFON ;-)", "phone"),
        ("KLAR TELEFON 👍🏻❤️", "phone"),
        ("1. KLAR TELEFON", "phone"),
        ("  1.  KLAR TELEFON", "phone"),
        ("2) KLAR BREV", "letter"),
        ("a) KLAR BREV", "letter"),
        ("• KLAR TELEFON", "phone"),
        ("KLAR – TELEFON", "phone"),
        ("KLAR - TELEFON", "phone"),
        ("KLAR-TELEFON", "phone"),
        ("KLAR/TELEFON", "phone"),
        ("KLAR, TELEFON", "phone"),
        ("Klar telefon/Åsa", "phone"),
        ("Klar telefon /Åsa", "phone"),
        ("Klar telefon //Åsa Öberg", "phone"),
        ("Klar telefon / Åsa", "phone"),
        ("Klar telefon\nÅSÖ", "phone"),
        ("INGET SVAR reklam\nÅSÖ", "none (reklam)"),
        ("INGET SVAR reklam\nIGEN", "none (reklam IGEN)"),
        ("/Åsa\nKlar telefon", ""),
        ("Klar telefon. Mvh Åsa", "phone"),
        ("Klar telefon mvh Åsa Öberg", "phone"),
        ("Klar telefon Med vänlig hälsning Åsa", "phone"),
        ("SVAR SENAST 4/12 /Åsa", "by 2026-12-04"),
        ("KLAR TELEFON/BREV", "? MoreWords"),
        ("Klar telefon/brev", "? MoreWords"),
        ("KLAR imorgon", "? HowMissing"),
        ("ÖVERTA @Bo Ek", "take Bo Ek"),
        ("ÖVERTA @Bo Ek<mailto:bo.ek@kommun.test>", "take Bo Ek"),
        ("ÖVERTA @Bo Ek <mailto:bo.ek@kommun.test>", "take Bo Ek"),
        ("ÖVERTA @bo.ek", "take bo.ek"),
    ]);
}

#[test]
fn greetings() {
    check(&[
        ("Hejhej!\nKLAR TELEFON", "phone"),
        ("Hejhej! KLAR TELEFON", "phone"),
        ("Hej hej!\nKLAR TELEFON", "phone"),
        ("Hej på er alla fina kollegor,\n\nKLAR TELEFON", "phone"),
        (
            "God morgon Kommunfullmäktige, tack för påminnelsen!\n\nKlar telefon",
            "phone",
        ),
        ("Bästa kollegor!\nKLAR TELEFON", "phone"),
        ("Hej, det här tar vi på mötet i morgon.\nKLAR TELEFON", ""),
        ("Hej alla! Klar telefon", "phone"),
        ("Hej alla klar telefon", "phone"),
        ("Goddag.\nKLAR TELEFON", "phone"),
        ("God eftermiddag kära vänner!\nKLAR TELEFON", "phone"),
        ("Tjenare,\nKLAR TELEFON", "phone"),
        ("Hej kära fina kollegor\nKLAR TELEFON", "phone"),
        ("Ok, klar telefon", "phone"),
        ("Hej Bo, ta över den här", ""),
        ("Hej, ta över SL-2026-00042", "take me: 42"),
        ("Okej!\nKLAR TELEFON", "phone"),
        ("Hei!\nKLAR TELEFON", "phone"),
        ("Dear colleagues,\nDONE PHONE", "phone"),
        (
            "Hej, jag undrar över det här ärendet och vem som har det\nKLAR TELEFON",
            "",
        ),
    ]);
}

#[test]
fn banners() {
    let sv = "OBS! Det här mejlet kommer från en avsändare utanför kommunen. Öppna inte länkar eller bilagor om du inte litar på avsändaren.";
    let contact = "Du får inte ofta e-post från asa.oberg@kommun.test. Läs om varför det här är viktigt<https://aka.ms/LearnAboutSenderIdentification>";
    let broken = "OBS! Det här mejlet kommer från en avsändare utanför\nkommunen. Öppna inte länkar\neller bilagor.";
    for banner in [
        "Det här är första gången du får mejl från den här avsändaren.",
        "This sender might be impersonating a domain that's associated with your organization.",
        sv,
        contact,
        broken,
        "EXTERN",
        "[EXTERN]",
        "Externt mejl",
        "EXTERNT MEJL - var försiktig med länkar och bilagor",
        "VARNING: Detta mail kommer utifrån.",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
        "OBS: Denne mail kommer udefra. Vær forsigtig med links.",
        "Säkerhetsinformation: avsändaren har inte kunnat verifieras.",
        "Det här mailet kommer från en extern källa. Var försiktig!",
        "ZjQcmQRYFpfptBannerStart\nThis Message Is From an Untrusted Sender\nZjQcmQRYFpfptBannerEnd",
        "Varning! Externt e-postmeddelande.",
        "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender.",
        "[EXTERNAL]",
        "External email: use caution with links",
        "You don't often get email from asa.oberg@kommun.test. Learn why this is important",
        "Some people who received this message don't often get email from asa@kommun.test.",
        "ADVARSEL: Ekstern e-post",
        "ADVARSEL: Denne e-posten er sendt fra en ekstern avsender.",
        "Sensitivity: Internal",
        "Klassificering: Intern",
        "CAUTION\nThis message is from an external sender.",
        "*** EXTERN AVSÄNDARE ***",
    ] {
        for words in [
            format!("{banner}\n\nKLAR TELEFON"),
            format!("{banner}\nKLAR TELEFON"),
            format!("{banner}\n\nHej!\nKLAR TELEFON"),
        ] {
            assert_eq!(short(&words), "phone", "{words}");
        }
    }
    check(&[
        (
            "KLAR TELEFON: en extern avsändare",
            "phone (en extern avsändare)",
        ),
        ("INGET SVAR externt mejl", "none (externt mejl)"),
        ("Externt stöd behövs\n\nKLAR TELEFON", ""),
        (sv, ""),
    ]);
}

#[test]
fn a_link_writes_the_command_into_subject_and_body() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let verbs = |subject: &str, words: &str| {
        format!(
            "{:?}",
            read_mail(subject, words, today)
                .iter()
                .flatten()
                .map(|order| order.verb.clone())
                .collect::<Vec<_>>()
        )
    };
    let phone = "[Done { how: Phone, on: None, note: None }]";
    for (subject, words, expected) in [
        (
            "KLAR TELEFON SL-2026-00042",
            "KLAR TELEFON SL-2026-00042",
            phone,
        ),
        ("KLAR TELEFON SL-2026-00042", "", phone),
        ("KLAR TELEFON SL-2026-00042", "Mvh Åsa", phone),
        (
            "SVAR SENAST 2026-12-04 SL-2026-00042",
            "",
            "[DoneBy { date: 2026-12-04, reason: None }]",
        ),
        // The body is the last text.
        (
            "KLAR TELEFON SL-2026-00042",
            "INGET SVAR reklam SL-2026-00042",
            "[NoAnswer { reason: \"reklam\" }]",
        ),
        ("KLAR TELEFON", "", "[]"),
        ("SV: KLAR TELEFON SL-2026-00042", "", "[]"),
        ("Svara senast i dag: [SL-2026-00042]", "", "[]"),
        ("Answer by today: [SL-2026-00042]", "", "[]"),
        ("Fråga om skolskjuts SL-2026-00042", "", "[]"),
    ] {
        assert_eq!(verbs(subject, words), expected, "{subject} / {words}");
    }
}

#[test]
fn references_that_are_parted_or_stick_together() {
    check(&[
        ("KLAR TELEFON SL 2026-00042", "phone: 42"),
        ("KLAR TELEFON SL2026-00042", "phone: 42"),
        ("KLAR TELEFON SL-2026 00042", "phone: 42"),
        ("Ärende SL 42: klar telefon", "phone: 42"),
        ("KLAR TELEFON SL-41/SL-42", "phone: 41,42"),
        ("KLAR TELEFON SL-41+SL-42", "phone: 41,42"),
        ("KLAR TELEFON SL-41 samt SL-42", "phone: 41,42"),
        ("KLAR TELEFON SL-41, 42", "? MoreWords"),
        ("KLAR TELEFON SL-41 och 42", "? MoreWords"),
        ("KLAR TELEFON alla tre", "? MoreWords"),
        (
            "KLAR TELEFON: SL 08-123 hade fel",
            "phone (SL 08-123 hade fel)",
        ),
    ]);
}

/// The second is no word of the first, which would be done to the items of both.
#[test]
fn several_commands_in_a_line() {
    check(&[
        (
            "KLAR TELEFON SL-41, INGET SVAR reklam SL-42",
            "phone: 41 & none (reklam): 42",
        ),
        (
            "SL-41 KLAR TELEFON, SL-42 KLAR BREV",
            "phone: 41 & letter: 42",
        ),
        (
            "sl-41 klar telefon sl-42 inget svar reklam",
            "phone: 41 & none (reklam): 42",
        ),
        (
            "KLAR TELEFON SL-41 INGET SVAR SL-42 reklam",
            "phone: 41 & none (reklam): 42",
        ),
        (
            "SL-41: klar telefon. SL-42: svar senast 4/12, väntar på rektor. SL-43: inget svar reklam.",
            "phone: 41 & by 2026-12-04 (väntar på rektor.): 42 & none (reklam.): 43",
        ),
        ("JA SL-41, NEJ SL-42", "yes: 41 & no: 42"),
        ("ÖVERTA, SVAR SENAST 4/12", "take me & by 2026-12-04"),
        (
            "KLAR TELEFON SL-41: ringde om SL-42",
            "phone (ringde om SL-42): 41",
        ),
        (
            "KLAR TELEFON SL-41, ringde om SL-42",
            "phone (ringde om SL-42): 41",
        ),
        (
            "INGET SVAR SL-41: KLAR TELEFON redan",
            "none (KLAR TELEFON redan): 41",
        ),
        (
            "ANTECKNING SL-41: KLAR TELEFON enligt Bo",
            "note (KLAR TELEFON enligt Bo): 41",
        ),
    ]);
}

#[test]
fn what_else_stands_in_front() {
    check(&[
        ("[Åsa Öberg] Klar telefon", "phone"),
        ("[EXTERN] KLAR TELEFON", "phone"),
        ("Trevlig helg!\n\nKLAR TELEFON", "phone"),
        ("Ursäkta dröjsmålet!\nKlar telefon", "phone"),
        ("Sorry, klar telefon", "phone"),
    ]);
}

#[test]
fn references_below_a_command_are_its_own() {
    check(&[
        ("KLAR TELEFON\nSL-2026-00042", "phone: 42"),
        ("KLAR TELEFON\n\nSL-41\nSL-42\nMvh Åsa", "phone: 41,42"),
        ("KLAR TELEFON SL-41\nSL-42", "phone: 41,42"),
        ("KLAR TELEFON\nSL-41\nKLAR BREV", "phone & letter: 41"),
        (
            "SVAR SENAST 4/12: nämnden\nSL-42",
            "by 2026-12-04 (nämnden): 42",
        ),
        (
            "SL-41\nKLAR TELEFON\nSL-42\nKLAR BREV",
            "phone: 41 & letter: 42",
        ),
    ]);
}
