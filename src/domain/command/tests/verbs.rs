//! The words of every verb, in Swedish and English, and how near they may come to ordinary
//! sentences.

use super::super::*;
use super::check;
use chrono::Days;

#[test]
fn what_became_of_it() {
    check(&[
        ("KLAR BESLUT", "decision"),
        ("KLAR BESLUT 20/11", "decision on 2026-11-20"),
        ("DONE DECISION", "decision"),
        ("KLAR UTLÄMNAT", "released"),
        ("klart utlämnat i går", "released on 2026-11-25"),
        ("DONE RELEASED", "released"),
        ("KLAR", "? HowMissing"),
        ("KLAR:", "? HowMissing"),
        ("ÅTERKOMMER", "returns"),
        ("ÅTERKOMMER 4/12", "returns by 2026-12-04"),
        (
            "Återkommer senast fredag SL-2026-00042",
            "returns by 2026-11-27: 42",
        ),
        ("FOLLOW UP 2026-12-04", "returns by 2026-12-04"),
        ("ÅTERKOMMER snart", "? MoreWords"),
        ("ÅTERKOMMER 4/12 eller 5/12", "? TwoDates"),
        ("INGEN FRÅGA", "none (INGEN FRÅGA)"),
        ("Ingen fråga SL-2026-00042", "none (Ingen fråga): 42"),
    ]);
}

#[test]
fn yes_and_no() {
    check(&[
        ("JA", "yes"),
        ("Ja.", "yes"),
        ("ja!", "yes"),
        ("Ja, tack", "yes"),
        ("JA SL-2026-00042", "yes: 42"),
        ("JA ALLA", "yes: all"),
        ("Ja, det stämmer", "yes"),
        ("YES", "yes"),
        ("NEJ", "no"),
        ("Nej.", "no"),
        ("NEJ SL-2026-00042", "no: 42"),
        ("NO", "no"),
        ("Ja, klar telefon", "phone"),
        ("Ja, jag svarar i morgon", ""),
        ("JA men inte i dag", "? MoreWords"),
        ("Nej, det gör jag inte", ""),
        ("NEJ det är inte besvarat", "no"),
        ("NEJ det är någon annans", "? MoreWords"),
        ("Ja?", "? Question"),
        ("No answer needed: spam", "none (spam)"),
    ]);
}

#[test]
fn notices() {
    check(&[
        ("FRÅGA", "question"),
        ("FRÅGA SL-2026-00042", "question: 42"),
        ("QUESTION", "question"),
        ("Fråga om det här", ""),
        ("BESKED SL-2026-00042", "notify: 42"),
        (
            "BESKED SL-2026-00042 kim@medborgare.test",
            "notify (kim@medborgare.test): 42",
        ),
        (
            "BESKED kim@medborgare.test SL-2026-00042",
            "notify (kim@medborgare.test): 42",
        ),
        (
            "BESKED till <kim@medborgare.test>",
            "notify (kim@medborgare.test)",
        ),
        (
            "BESKED kim@medborgare.test<mailto:kim@medborgare.test>",
            "notify (kim@medborgare.test)",
        ),
        ("NOTIFY SL-2026-00042", "notify: 42"),
        ("BESKED om taxan", "? MoreWords"),
        ("INGET BESKED", "no notice"),
        (
            "INGET BESKED: jag ringer i dag",
            "no notice (jag ringer i dag)",
        ),
        (
            "INGET BESKED SL-2026-00042 jag ringer",
            "no notice (jag ringer): 42",
        ),
        ("NO NOTICE", "no notice"),
        ("Inget besked har kommit", "? MoreWords"),
    ]);
}

#[test]
fn letters() {
    check(&[
        ("POSTAT", "posted"),
        ("Postat.", "posted"),
        ("POSTAT 20/11", "posted on 2026-11-20"),
        ("POSTAT SL-2026-00042 i går", "posted on 2026-11-25: 42"),
        ("Postade beskedet i går", "posted on 2026-11-25"),
        ("POSTED yesterday", "posted on 2026-11-25"),
        ("POSTAT ALLA", "posted: all"),
        ("POSTAT snart", "? MoreWords"),
        ("POSTAT 31/11", "? DateStrange"),
        (
            "AVSÄNDARE Kim Ås, Storgatan 1",
            "sender (Kim Ås, Storgatan 1)",
        ),
        ("Avsändare: Kim Ås SL-2026-00042", "sender (Kim Ås): 42"),
        ("SENDER Kim", "sender (Kim)"),
        ("AVSÄNDARE", "? TextMissing"),
        ("Avsändaren ringde", ""),
    ]);
}

#[test]
fn people() {
    check(&[
        ("BORTA", "away me"),
        ("BORTA tills vidare", "away me"),
        ("BORTA Åsa Öberg tills vidare", "away Åsa Öberg"),
        ("BORTA från 4/12 tills vidare", "away me from 2026-12-04"),
        ("Away until further notice", "away me"),
        ("BORTA 4/12", "away me until 2026-12-04"),
        ("BORTA till 4/12", "away me until 2026-12-04"),
        ("Borta till och med fredag", "away me until 2026-11-27"),
        (
            "BORTA t.o.m. fredag nästa vecka",
            "away me until 2026-12-04",
        ),
        (
            "BORTA Åsa Öberg till 4/12",
            "away Åsa Öberg until 2026-12-04",
        ),
        ("BORTA asa.oberg@kommun.test", "away asa.oberg@kommun.test"),
        ("AWAY until 4 December", "away me until 2026-12-04"),
        (
            "BORTA 4/12–6/12",
            "away me from 2026-12-04 until 2026-12-06",
        ),
        (
            "BORTA 21/12-6/1",
            "away me from 2026-12-21 until 2027-01-06",
        ),
        (
            "BORTA 21/12 - 6/1",
            "away me from 2026-12-21 until 2027-01-06",
        ),
        (
            "BORTA 21/12- 6/1",
            "away me from 2026-12-21 until 2027-01-06",
        ),
        ("BORTA 4–6/12", "away me from 2026-12-04 until 2026-12-06"),
        (
            "BORTA 4-6 december",
            "away me from 2026-12-04 until 2026-12-06",
        ),
        (
            "BORTA 2026-12-21/2027-01-06",
            "away me from 2026-12-21 until 2027-01-06",
        ),
        (
            "BORTA 2026-12-21–2027-01-06",
            "away me from 2026-12-21 until 2027-01-06",
        ),
        (
            "Borta från 4 december till och med 11 december",
            "away me from 2026-12-04 until 2026-12-11",
        ),
        (
            "Borta fr.o.m. måndag t.o.m. fredag nästa vecka",
            "away me from 2026-11-30 until 2026-12-04",
        ),
        (
            "BORTA måndag – fredag",
            "away me from 2026-11-30 until 2026-12-04",
        ),
        ("BORTA från 4/12", "away me from 2026-12-04"),
        ("BORTA från och med i morgon", "away me from 2026-11-27"),
        (
            "BORTA i morgon till fredag nästa vecka",
            "away me from 2026-11-27 until 2026-12-04",
        ),
        (
            "BORTA Åsa Öberg 4/12–6/12",
            "away Åsa Öberg from 2026-12-04 until 2026-12-06",
        ),
        (
            "Hej! BORTA 4/12-6/12 /Åsa",
            "away me from 2026-12-04 until 2026-12-06",
        ),
        (
            "AWAY from 4 December to 11 December",
            "away me from 2026-12-04 until 2026-12-11",
        ),
        ("BORTA 4/12 – snart", "? DateStrange"),
        ("BORTA 4/12 till", "? DateMissing"),
        ("BORTA 4/12–5/12 eller 6/12", "? TwoDates"),
        ("BORTA 4/12 eller 5/12", "? TwoDates"),
        ("BORTA till jul", "? MoreWords"),
        ("TILLBAKA", "back me"),
        ("Tillbaka!", "back me"),
        ("TILLBAKA Åsa Öberg", "back Åsa Öberg"),
        ("BACK", "back me"),
        ("PÅMINN SL-2026-00042", "remind: 42"),
        ("REMIND", "remind"),
        ("Påminn mig på fredag", ""),
    ]);
}

#[test]
fn what_one_wants_to_see_or_write_down() {
    check(&[
        ("LISTA", "list"),
        ("LIST", "list"),
        ("Lista alla ärenden", ""),
        ("VISA SL-2026-00042", "show: 42"),
        ("SHOW SL-42", "show: 42"),
        ("Visa mig ärendet", ""),
        ("ANTECKNING: hon ringer igen", "note (hon ringer igen)"),
        (
            "ANTECKNING SL-2026-00042 hon ringer igen",
            "note (hon ringer igen): 42",
        ),
        (
            "ANTECKNING: hon ringer\nigen i morgon",
            "note (hon ringer igen i morgon)",
        ),
        ("NOTE: she calls again", "note (she calls again)"),
        ("ANTECKNING", "? TextMissing"),
        ("Anteckningen ligger i akten", ""),
        ("BREV 11", "11 letters"),
        ("Brev 11.", "11 letters"),
        ("BREV: 11", "11 letters"),
        ("BREV ELVA", "11 letters"),
        ("11 brev", "11 letters"),
        ("BREV 3 st", "3 letters"),
        ("BREV 11 SL-2026-00042", "11 letters: 42"),
        ("BREV SL-2026-00042 11", "11 letters: 42"),
        ("SL-2026-00042 BREV 2", "2 letters: 42"),
        ("LETTERS 3", "3 letters"),
        ("BREV", "? LetterCount"),
        ("BREV 1", "? LetterCount"),
        ("BREV 51", "? LetterCount"),
        ("BREV 2026-11-20", "? LetterCount"),
        ("BREV 11/12", "? LetterCount"),
        ("Brevet är besvarat", ""),
        ("Brev 3 är besvarat", ""),
        ("3 brev kom i dag", ""),
        ("BREV 3?", "? Question"),
        ("BEGÄRAN SL-2026-00042", "records: 42"),
        ("BEGÄRAN", "records"),
        ("REQUEST SL-2026-00042", "records: 42"),
        ("Begäran har kommit", ""),
    ]);
}

#[test]
fn the_words_of_the_links_as_people_write_them() {
    check(&[
        ("Jag har svarat", "answered"),
        ("Jag har redan svarat SL-42", "answered: 42"),
        ("SL-42 besvarad", "answered: 42"),
        ("Har svarat per telefon i går", "phone on 2026-11-25"),
        ("Besvarat i fredags", "answered on 2026-11-20"),
        ("Har ringt", "phone"),
        ("KLAR RINGT", "phone"),
        ("I have replied", "answered"),
        ("Ja, jag har svarat", "yes"),
        ("Jag har svarat?", "? Question"),
        ("Jag har svarat men hon är inte nöjd", ""),
        ("Jag har inte svarat", ""),
        ("Jag ringde men fick inget svar", ""),
        ("Ringde igår, ingen svarade", ""),
        ("Det är ingen fråga", "none (ingen fråga)"),
        ("Inte en fråga SL-42", "none (Inte en fråga): 42"),
        ("Ingen fråga är för dum", "? MoreWords"),
        ("Behöver inget svar: reklam", "none (reklam)"),
        ("Jag postade brevet i går", "posted on 2026-11-25"),
        ("Ångra det!", "undo"),
        ("Öppna ärendet SL-42", "open: 42"),
        ("Nej, inte svarat", "no"),
        ("Nej, det var något annat", "no"),
        ("Nej, det gällde något annat.", "no"),
        ("Nej, inte än", "no"),
        ("Nej, det var inte svaret", "no"),
        ("Nej det är obesvarat", "no"),
        ("KLAR BESÖK 24/11", "meeting on 2026-11-24"),
    ]);
}

#[test]
fn why_an_answer_comes_later() {
    check(&[
        (
            "SVAR SENAST 4/12 på grund av semester",
            "by 2026-12-04 (semester)",
        ),
        ("SVAR SENAST 4/12 skäl: nämnden", "by 2026-12-04 (nämnden)"),
        // Thanks and names are nothing to tell a citizen.
        ("SVAR SENAST 4/12 tack", "by 2026-12-04"),
        ("SVAR SENAST 4/12, Åsa", "by 2026-12-04"),
        ("SVAR SENAST 4/12 – Åsa Öberg", "by 2026-12-04"),
        (
            "SVAR SENAST 4/12: nämnden\nÅsa Öberg\nRegistrator",
            "by 2026-12-04 (nämnden)",
        ),
        (
            "SVAR SENAST 4/12: nämnden\nTack!",
            "by 2026-12-04 (nämnden)",
        ),
        ("SVAR SENAST 4/12. Semester", "by 2026-12-04 (Semester)"),
        ("KLAR TELEFON tack så mycket", "phone"),
        ("KLAR TELEFON: 070-123 45 67", "phone (070-123 45 67)"),
        ("INGET SVAR tack", "none (tack)"),
        ("INGET SVAR, Reklam", "none (Reklam)"),
    ]);
}

#[test]
fn absences_as_people_write_them() {
    check(&[
        ("BORTA v 50", "away me from 2026-12-07 until 2026-12-11"),
        (
            "Borta vecka 50–51",
            "away me from 2026-12-07 until 2026-12-18",
        ),
        ("Borta v50-v51", "away me from 2026-12-07 until 2026-12-18"),
        (
            "Borta vecka 50 och 51",
            "away me from 2026-12-07 until 2026-12-18",
        ),
        (
            "Borta Bo Ek hela nästa vecka",
            "away Bo Ek from 2026-11-30 until 2026-12-04",
        ),
        ("Borta resten av veckan", "away me until 2026-11-27"),
        ("Borta vecka 47", "? DateStrange"),
        (
            "Borta på fredag",
            "away me from 2026-11-27 until 2026-11-27",
        ),
        (
            "Jag är borta i morgon",
            "away me from 2026-11-27 until 2026-11-27",
        ),
        ("Borta fredag", "away me until 2026-11-27"),
        ("Borta t o m 4/12", "away me until 2026-12-04"),
        (
            "Borta fr o m 30/11 t o m 4/12",
            "away me from 2026-11-30 until 2026-12-04",
        ),
        (
            "Borta 30 nov–4 dec",
            "away me from 2026-11-30 until 2026-12-04",
        ),
        ("Borta (sjuk)", "away me"),
        (
            "Jag är borta vecka 50–51 (semester).",
            "away me from 2026-12-07 until 2026-12-18",
        ),
        ("Borta till 4/12, kurs i Malmö", "? MoreWords"),
        (
            "BORTA: semester 7/12–11/12",
            "away me from 2026-12-07 until 2026-12-11",
        ),
        ("Jag är tillbaka", "back me"),
        ("Tillbaka på måndag", "? MoreWords"),
        ("Jag är borta när mötet är", ""),
        (
            "I'm away next week",
            "away me from 2026-11-30 until 2026-12-04",
        ),
    ]);
}

#[test]
fn a_week_that_has_begun_is_from_now_on() {
    let monday = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let absence = |from| {
        Ok(Order {
            verb: Verb::Away {
                whom: None,
                from,
                until: monday.checked_add_days(Days::new(4)),
            },
            targets: Targets::TheOne,
        })
    };
    let sunday = monday.pred_opt().unwrap();
    assert_eq!(read("Borta vecka 49", monday), [absence(None)]);
    assert_eq!(read("Borta vecka 49", sunday), [absence(Some(monday))]);
}
