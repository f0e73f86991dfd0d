//! A reply that keeps neither a prefix nor the subject that it answers: programs write so, and a
//! person who begins another matter. Words that would say too little elsewhere say enough there to
//! withhold the notice.

/// Stems that begin a word, folded. «Tack!» alone is a person's.
pub(super) const STEMS: &[&str] = &[
    // sv
    "semester",
    "ledig",
    "tjänstledig",
    "föräldraledig",
    "barnledig",
    "frånvar",
    "sjukfrånvar",
    "sjukskriv",
    "bortrest",
    "pensionerad",
    "i pension",
    "slutat",
    "återkommer",
    "anträffbar",
    "oanträffbar",
    "automatisk",
    "autosvar",
    "bekräftelse",
    "ärendebekräftelse",
    "mottagningsb",
    "kvitto",
    "kvittens",
    "autokvittens",
    "mottaget",
    "mottagen",
    "stängt",
    "julstängt",
    "sommarstängt",
    "semesterstängt",
    "e-postadress",
    "mejladress",
    "mailadress",
    // no, da, is
    "ferie",
    "fravær",
    "permisjon",
    "bortreist",
    "bekreftelse",
    "bekræftelse",
    "kvittering",
    "frí",
    // fi
    "poissa",
    "loma",
    "vuosiloma",
    "kuittaus",
    "vastaanot",
    // en
    "vacation",
    "holiday",
    "leave",
    "absence",
    "absent",
    "away",
    "ooo",
    "automatic",
    "automated",
    "autoreply",
    "acknowledg",
    "confirmation",
    "received",
    "unavailable",
    "no-reply",
    // de
    "urlaub",
    "abwesen",
    "abwesend",
    "eingangsbest",
    "empfangsbest",
    "ausser haus",
    // fr, es, pt, it, nl
    "congé",
    "vacances",
    "vacaciones",
    "ausencia",
    "ausente",
    "férias",
    "assenza",
    "assente",
    "ferie",
    "afwezig",
    "vakantie",
    "verlof",
    "ontvangstbe",
    // pl, cs, sk, hr, sr, sl, et, lv, lt, hu
    "urlop",
    "nieobecn",
    "potwierdzen",
    "dovolen",
    "nepřítom",
    "odsut",
    "godišnj",
    "dopust",
    "puhkus",
    "atvaļinājum",
    "prombūtn",
    "atostog",
    "szabads",
    "távol",
    // ru, uk, bg
    "отпуск",
    "відпуст",
    "отсутств",
    "відсутн",
    "автоответ",
    "автовідп",
    "подтвержд",
    // sq, so, tr, vi, id
    "pushim",
    "fasax",
    "maqan",
    "izin",
    "vắng",
    "cuti",
];

/// Words of the longest subject that they decide: a longer one says something else.
const MAX_WORDS: usize = 8;

/// Whether a folded subject has one of them.
pub fn has_stem(lower: &str) -> bool {
    let words = || lower.split([' ', '(', '[', '"', '”', ',', '/', ':', '.', '*', '-']);
    !lower.ends_with('?')
        && lower.split(' ').count() <= MAX_WORDS
        && STEMS
            .iter()
            .any(|stem| words().any(|word| word.starts_with(stem)) || begins(lower, stem))
}

/// A stem of two words, or with a mark of its own.
fn begins(lower: &str, stem: &str) -> bool {
    stem.contains([' ', '-']) && lower.contains(stem)
}
