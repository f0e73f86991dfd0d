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
    own_of("Den mån 23 nov. 2026 08:00 Kansliet <\nkf@example.se> skrev:\n\n> Hej!\n\nKLAR TELEFON\n", "KLAR TELEFON");
    own_of(
        "KLAR TELEFON\n\nFrån: Kansliet <kf@example.se>\nSkickat: den 23 november 2026 08:00\nTill: Anna\n\nKLAR BREV",
        "KLAR TELEFON",
    );
    own_of("KLAR TELEFON\n\n*Från:* Kansliet\n*Datum:* måndag\n\nKLAR BREV", "KLAR TELEFON");
    own_of("KLAR TELEFON\n\n-----Ursprungligt meddelande-----\nHej!", "KLAR TELEFON");
    own_of("> Hej!\n> Svara senast i dag.\n\nKLAR TELEFON", "KLAR TELEFON");
    own_of("On Mon, 23 Nov 2026, Kansliet wrote:\n> Hej!\n\nDONE PHONE\n\n-- \nAnna", "DONE PHONE");
    // Nothing marks what is quoted: it is not taken for the writer's.
    own_of("Anna skrev:\nKLAR BREV", "");
}

#[test]
fn signatures_are_not_read() {
    own_of("KLAR TELEFON\n\n-- \nAnna Åberg\nKLAR BREV", "KLAR TELEFON");
    own_of("Skickat från min iPhone\n\nKLAR TELEFON", "KLAR TELEFON");
    own_of("KLAR TELEFON\n\nHämta Outlook för iOS<https://aka.ms/o0ukef>\n", "KLAR TELEFON");
    own_of("-- \nAnna\n\n> Hej!\n\nKLAR TELEFON", "KLAR TELEFON");
    own_of("KLAR TELEFON: från: kansliet\n", "KLAR TELEFON: från: kansliet");
}

#[test]
fn soft_lines_are_joined() {
    let check = |text: &str, delsp, expected: &str| assert_eq!(own::unflowed(text, delsp), expected);
    check("KLAR TELEFON: hon \nvar nöjd\n", false, "KLAR TELEFON: hon var nöjd");
    check("tele \nfon", true, "telefon");
    check("ja\n-- \nAnna", false, "ja\n-- \nAnna");
    check("> a \n> b\nc", false, "> a b\nc");
    check(" >stuffed", false, ">stuffed");
}

#[test]
fn html_becomes_lines() {
    let check = |html: &str, expected: &str| assert_eq!(own::words(&html::to_text(html)), expected, "{html}");
    check("<div>KLAR TELEFON</div><div><br></div><div>Anna</div>", "KLAR TELEFON\n\nAnna");
    check("<p class=MsoNormal>KLAR TELEFON:</p><p class=MsoNormal>nöjd</p><p>Anna</p>", "KLAR TELEFON:\nnöjd\n\nAnna");
    check("<p>KLAR M&Ouml;TE</p><blockquote type=cite><p>KLAR BREV</p></blockquote>", "KLAR MÖTE");
    check("<blockquote><blockquote>a</blockquote>b</blockquote><p>KLAR TELEFON</p>", "KLAR TELEFON");
    check("<div>KLAR&nbsp;TELEFON</div><hr><div id=\"divRplyFwdMsg\">x</div>", "KLAR\u{a0}TELEFON");
    check("<style>p { color: red }</style><p>KLAR <b>TELEFON</b></p>", "KLAR TELEFON");
    check("<p>KLAR BREV<blockquote>never closed", "KLAR BREV");
}
