//! Texts as programs make them; whole mails of each program are read in `tests/it/replies.rs`.

use super::*;

#[track_caller]
fn own_of(text: &str, expected: &str) {
    assert_eq!(own::words(text), expected, "{text}");
}

#[test]
fn what_is_quoted_is_not_the_writers() {
    own_of(
        "KLAR TELEFON\n\nDen 23 nov. 2026 kl. 08:00 skrev Kansliet <kf@example.se>:\n\n> Hej!\n> KLAR BREV",
        "KLAR TELEFON",
    );
    own_of(
        "Den mån 23 nov. 2026 08:00 Kansliet <\nkf@example.se> skrev:\n\n> Hej!\n\nKLAR TELEFON\n",
        "KLAR TELEFON",
    );
    own_of(
        "KLAR TELEFON\n\nFrån: Kansliet <kf@example.se>\nSkickat: den 23 november 2026 08:00\nTill: Anna\n\nKLAR BREV",
        "KLAR TELEFON",
    );
    own_of(
        "KLAR TELEFON\n\n*Från:* Kansliet\n*Datum:* måndag\n\nKLAR BREV",
        "KLAR TELEFON",
    );
    own_of(
        "KLAR TELEFON\n\n-----Ursprungligt meddelande-----\nHej!",
        "KLAR TELEFON",
    );
    own_of(
        "> Hej!\n> Svara senast i dag.\n\nKLAR TELEFON",
        "KLAR TELEFON",
    );
    own_of(
        "On Mon, 23 Nov 2026, Kansliet wrote:\n> Hej!\n\nDONE PHONE\n\n-- \nAnna",
        "DONE PHONE",
    );
    // Nothing marks the quotation: it is not taken for the writer's words.
    own_of("Anna skrev:\nKLAR BREV", "");
}

#[test]
fn quotations_in_the_languages_around_us() {
    for attribution in [
        "Den 24 nov. 2026 kl. 08:05 skrev Kansliet <kf@example.se>:",
        "Den tis 24 nov. 2026 kl 08:05 skrev Kansliet\n<kf@example.se>:",
        "Den 2026-11-24 kl. 08:05, skrev Kansliet:",
        "24 nov. 2026 kl. 08:05 skrev Kansliet\n<kf@example.se>:",
        "tis 24 nov. 2026 kl. 08:05 skrev Kansliet <kf@example.se>:",
        "Kansliet skrev den 2026-11-24 08:05:",
        "On Tue, Nov 24, 2026 at 8:05 AM Kansliet <kf@example.se>\nwrote:",
        "On 24 Nov 2026, at 08:05, Kansliet <kf@example.se> wrote:",
        "Am 24.11.2026 um 08:05 schrieb Kansliet:",
        "Am Di., 24. Nov. 2026 um 08:05 Uhr schrieb Kansliet\n<kf@example.se>:",
        "Kansliet <kf@example.se> schrieb am 24.11.2026 um 08:05:",
        "Le mar. 24 nov. 2026 à 08:05, Kansliet <kf@example.se> a écrit\u{a0}:",
        "Le 24/11/2026 à 08:05, Kansliet a écrit :",
        "W dniu 24.11.2026 o 08:05, Kansliet pisze:",
        "wt., 24 lis 2026 o 08:05 Kansliet <kf@example.se> napisał(a):",
        "Wiadomość napisana przez Kansliet <kf@example.se> w dniu\n24.11.2026, o godz. 08:05:",
        "ti 24. marrask. 2026 klo 8.05 Kansliet (kf@example.se) kirjoitti:",
        "Kansliet kirjoitti 24.11.2026 klo 8.05:",
        "Den tirs. 24. nov. 2026 kl. 08.05 skrev Kansliet <kf@example.se>:",
        "tir. 24. nov. 2026 kl. 08:05 skrev Kansliet <kf@example.se>:",
        "På ons. 24. nov. 2026 skrev Kansliet <kf@example.se>:",
        "Op 24-11-2026 om 08:05 schreef Kansliet:",
        "24.11.2026 08:05, Kansliet пишет:",
        "Dne 24.11.2026 v 8:05 Kansliet napsal(a):",
    ] {
        own_of(
            &format!("KLAR TELEFON\n\n{attribution}\n\n> Hej!\n> KLAR BREV"),
            "KLAR TELEFON",
        );
        own_of(
            &format!("KLAR TELEFON\n{attribution}\n> Hej!\n> KLAR BREV"),
            "KLAR TELEFON",
        );
        own_of(
            &format!("{attribution}\n> Hej!\n> KLAR BREV\n\nKLAR TELEFON"),
            "KLAR TELEFON",
        );
        // Nothing marks the quotation.
        own_of(
            &format!("KLAR TELEFON\n\n{attribution}\n\nHej!\nKLAR BREV"),
            "KLAR TELEFON",
        );
    }
}

#[test]
fn a_moment_above_a_quotation_introduces_it_in_any_language() {
    for attribution in [
        "2026. 11. 24. 8:05 keltezéssel, Kansliet írta:",
        "Kansliet kirjutas kuupäeval 24.11.2026 kell 08:05:",
        "24.11.2026 08:05 tarihinde Kansliet yazdı:",
        "في 24/11/2026 08:05، كتب Kansliet:",
        "Þann 24.11.2026 08:05 skrifaði Kansliet:",
        "вт, 24 нояб. 2026 г. в 08:05, Kansliet <kf@example.se>:",
        "mar., 24 nov. 2026, 08:05 Kansliet <kf@example.se>:",
        "Op 24 nov. 2026 om 08:05 heeft Kansliet\n<kf@example.se> het volgende geschreven:",
        "24 nov. 2026 08:05 från kf@example.se:",
        "\"Kansliet\" <kf@example.se> – 24 november 2026 08:05",
        "در تاریخ سه‌شنبه ۲۴ نوامبر ۲۰۲۶،‏ ۸:۰۵ Kansliet <kf@example.se> نوشت:",
    ] {
        own_of(
            &format!("{attribution}\n> KLAR BREV\n\nKLAR TELEFON"),
            "KLAR TELEFON",
        );
    }
    own_of("Klart 24/11 kl. 10:30:\n> Hej", "Klart 24/11 kl. 10:30:");
    let own = "SVAR SENAST 2026-12-04: bo@example.se 08:05";
    own_of(&format!("{own}\n> Hej"), own);
}

#[test]
fn header_blocks_in_the_languages_around_us() {
    for block in [
        "Från: Kansliet\nSkickat: den 24 november 2026 08:05\nTill: Anna\nÄmne: Svara",
        "Från: Kansliet\nDatum: tisdag 24 november 2026 kl. 08:05\nTill: Anna",
        "*From:* Kansliet\n*Sent:* 24 November 2026 08:05",
        "Fra: Kansliet\nSendt: 24. november 2026 08:05\nTil: Anna\nEmne: Svara",
        "Lähettäjä: Kansliet\nLähetetty: tiistai 24. marraskuuta 2026 8.05",
        "Von: Kansliet\nGesendet: Dienstag, 24. November 2026 08:05",
        "De : Kansliet\nEnvoyé : mardi 24 novembre 2026 08:05",
        "Od: Kansliet\nWysłano: wtorek, 24 listopada 2026 08:05",
        "-----Ursprüngliche Nachricht-----\nHej!",
        "-----Message d'origine-----\nHej!",
        "-----Alkuperäinen viesti-----\nHej!",
        "-----Oryginalna wiadomość-----\nHej!",
        "-------- Originalmeddelande --------\nHej!",
        ">>> Kansliet <kf@example.se> 2026-11-24 08:05 >>>\nHej!",
    ] {
        own_of(
            &format!("KLAR TELEFON\n\n________________________________\n{block}\n\nKLAR BREV"),
            "KLAR TELEFON",
        );
        own_of(
            &format!("KLAR TELEFON\n{block}\n\nKLAR BREV"),
            "KLAR TELEFON",
        );
    }
    // Not every line with a colon is one.
    own_of("AVSÄNDARE: Kim\nTill: Anna", "AVSÄNDARE: Kim\nTill: Anna");
}

#[test]
fn mobile_signatures() {
    for signature in [
        "Skickat från min iPhone",
        "Skickat från Outlook för iOS<https://aka.ms/o0ukef>",
        "Hämta Outlook för Android<https://aka.ms/AAb9ysg>",
        "Skickat från min Samsung Galaxy-smartphone.",
        "Skickat från E-post för Windows",
        "Sent from my iPhone",
        "Get Outlook for Android",
        "Sendt fra min iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Wysłane z iPhone'a",
        "Lähetetty iPhonesta",
    ] {
        own_of(&format!("{signature}\n\nKLAR TELEFON"), "KLAR TELEFON");
        own_of(&format!("KLAR TELEFON\n\n{signature}"), "KLAR TELEFON");
    }
}

#[test]
fn a_stub_is_no_text() {
    assert!(own::is_stub("Din e-postklient kan inte visa HTML."));
    assert!(own::is_stub("Your mail program does not support HTML."));
    assert!(own::is_stub("[This message is HTML only]"));
    assert!(own::is_stub("Detta meddelande visas bäst i HTML."));
    assert!(own::is_stub(
        "This is a multi-part message in MIME format. Your mail reader does not understand it."
    ));
    assert!(!own::is_stub("KLAR TELEFON"));
}

#[test]
fn signatures_are_not_read() {
    own_of("KLAR TELEFON\n\n-- \nAnna Åberg\nKLAR BREV", "KLAR TELEFON");
    own_of("Skickat från min iPhone\n\nKLAR TELEFON", "KLAR TELEFON");
    own_of(
        "KLAR TELEFON\n\nHämta Outlook för iOS<https://aka.ms/o0ukef>\n",
        "KLAR TELEFON",
    );
    own_of("-- \nAnna\n\n> Hej!\n\nKLAR TELEFON", "KLAR TELEFON");
    own_of(
        "KLAR TELEFON: från: kansliet\n",
        "KLAR TELEFON: från: kansliet",
    );
}

#[test]
fn soft_lines_are_joined() {
    let check =
        |text: &str, delsp, expected: &str| assert_eq!(own::unflowed(text, delsp), expected);
    check(
        "KLAR TELEFON: hon \nvar nöjd\n",
        false,
        "KLAR TELEFON: hon var nöjd",
    );
    check("tele \nfon", true, "telefon");
    check("ja\n-- \nAnna", false, "ja\n-- \nAnna");
    check("> a \n> b\nc", false, "> a b\nc");
    check(" >stuffed", false, ">stuffed");
}

#[test]
fn html_becomes_lines() {
    let check = |html: &str, expected: &str| {
        assert_eq!(own::words(&html::to_text(html)), expected, "{html}");
    };
    check(
        "<div>KLAR TELEFON</div><div><br></div><div>Anna</div>",
        "KLAR TELEFON\n\nAnna",
    );
    check(
        "<p class=MsoNormal>KLAR TELEFON:</p><p class=MsoNormal>nöjd</p><p>Anna</p>",
        "KLAR TELEFON:\nnöjd\n\nAnna",
    );
    check(
        "<p>KLAR M&Ouml;TE</p><blockquote type=cite><p>KLAR BREV</p></blockquote>",
        "KLAR MÖTE",
    );
    check(
        "<blockquote><blockquote>a</blockquote>b</blockquote><p>KLAR TELEFON</p>",
        "KLAR TELEFON",
    );
    check(
        "<div>KLAR&nbsp;TELEFON</div><hr><div id=\"divRplyFwdMsg\">x</div>",
        "KLAR\u{a0}TELEFON",
    );
    check(
        "<style>p { color: red }</style><p>KLAR <b>TELEFON</b></p>",
        "KLAR TELEFON",
    );
    check("<p>KLAR BREV<blockquote>never closed", "KLAR BREV");
    check(
        "<div style=\"display: none; font-size:1px\">KLAR BREV<div>x</div></div><p>KLAR TELEFON</p>",
        "KLAR TELEFON",
    );
    check("<span style='mso-hide:all'>KLAR BREV", "");
}

#[test]
fn words_of_html_keep_the_blanks_between_them() {
    for (html, words) in [
        (
            "<div><b>SL-2026-00042</b> klar telefon</div>",
            "SL-2026-00042 klar telefon",
        ),
        (
            "<p><b>EXTERN:</b> utifrån</p><p>KLAR <i>TELEFON</i></p>",
            "EXTERN: utifrån\n\nKLAR TELEFON",
        ),
        (
            "<table><tr><td>SL-2026-00042</td><td>KLAR TELEFON</td></tr></table>",
            "SL-2026-00042\u{a0}\u{a0}KLAR TELEFON",
        ),
    ] {
        let mail = format!("Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n");
        assert_eq!(own_words(mail.as_bytes()).as_deref(), Some(words), "{html}");
    }
}
