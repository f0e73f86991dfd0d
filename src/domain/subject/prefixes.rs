//! Prefixes by which people's programs say that a mail answers another, or passes it on.

/// Prefixes of an answer, lower case, without the colon: sv, en, de, da/no, fi, fr, es, it, nl, pl,
/// pt, cs, hu, tr.
const ANSWER: &[&str] = &[
    "re", "sv", "svar", "vs", "aw", "antw", "antwort", "ang", "odp", "ref", "rif", "res", "resp",
    "vast", "réf", "ynt", "vá", "rép", "tr re",
];
/// Prefixes of a forwarded mail, the same way.
const FORWARD: &[&str] = &[
    "fw",
    "fwd",
    "vb",
    "vidarebefordrat",
    "vidarebefordran",
    "vidarebef",
    "vl",
    "wg",
    "weitergeleitet",
    "tr",
    "rv",
    "enc",
    "pd",
    "doorst",
    "videresendt",
    "videres",
    "vidaresendt",
    "inoltra",
    "i",
    "továbbítás",
    "fyi",
];

/// Further ones of an answer: it, hr, sl, lt, lv, cy, el, bg, ru, uk, sr, he, ar, fa, zh, ja, ko,
/// vi, ro, is.
const MORE_ANSWER: &[&str] = &[
    "r",
    "odg",
    "odgovor",
    "ats",
    "atb",
    "απ",
    "απάντηση",
    "σχετ",
    "отг",
    "отв",
    "на",
    "відп",
    "одг",
    "רה",
    "השב",
    "תשובה",
    "رد",
    "رد على",
    "پاسخ",
    "ترجیع",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "返信",
    "답장",
    "회신",
    "trả lời",
    "trl",
    "răsp",
    "svarað",
    "svar på",
    "vastaus",
    "válasz",
    "yanıt",
    "bls",
    "ré",
    "besvarat",
];
/// Further ones of a forwarded mail: sv, nb, fi, de, fr, es, cs, hr, et, lt, lv, tr, el, bg, ru,
/// uk, sr, he, ar, fa, zh, ja, ko, vi, is.
const MORE_FORWARD: &[&str] = &[
    "vidarebefordra",
    "videresend",
    "välitys",
    "välitetty",
    "weiterleitung",
    "transféré",
    "reenv",
    "reenviado",
    "přeposláno",
    "prp",
    "proslijeđeno",
    "prosl",
    "edasi",
    "edastatud",
    "persiunčiama",
    "pārsūtīts",
    "ilt",
    "i̇lt",
    "iletildi",
    "πρθ",
    "προωθ",
    "препр",
    "пер",
    "пересл",
    "прослеђено",
    "הועבר",
    "إعادة توجيه",
    "ارسال مجدد",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "chuyển tiếp",
    "fs",
    "trs",
];

/// Characters before the colon of the longest prefix, its counter included.
const LONGEST: usize = 32;

/// What the first prefix of a subject says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    Answer,
    Forward,
}

/// One prefix with its counter (`SV[2]:`, `Re (3):`, `RE^2:`), a blank before the colon as the
/// French write it.
pub(super) fn without_prefix(subject: &str) -> Option<(Prefix, &str)> {
    let (word, rest) = first_word(subject)?;
    let word = word.as_str();
    if ANSWER.contains(&word) || MORE_ANSWER.contains(&word) {
        return Some((Prefix::Answer, rest));
    }
    (FORWARD.contains(&word) || MORE_FORWARD.contains(&word)).then_some((Prefix::Forward, rest))
}

/// The same of the prefixes that registers are hashed without.
pub(super) fn without_first_known(subject: &str) -> Option<&str> {
    let (word, rest) = first_word(subject)?;
    (ANSWER.contains(&word.as_str()) || FORWARD.contains(&word.as_str())).then_some(rest)
}

/// The words before the first colon, without a counter, and the text after the colon.
fn first_word(subject: &str) -> Option<(String, &str)> {
    let (at, colon) = subject
        .char_indices()
        .take(LONGEST)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let head = subject[..at].trim();
    let word = head
        .split(['[', '(', '^'])
        .next()
        .unwrap_or_default()
        .trim();
    let counter = head[word.len()..].trim();
    if counter
        .chars()
        .any(|c| !c.is_ascii_digit() && !"[]()^ ".contains(c))
    {
        return None;
    }
    Some((
        word.to_lowercase(),
        subject[at + colon.len_utf8()..].trim_start(),
    ))
}
