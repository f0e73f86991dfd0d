//! Realistic Swedish mail, the same for the same seed: headers of some 2.7 kB with trace lines,
//! signatures and filter marks, subjects in Q and B words; of ten mails one has a document, and the
//! mean is some 23 kB, as in a real municipality's mailbox. Body text is cut from a few pools: it
//! is never read.

use chrono::{DateTime, Utc};
use std::fmt::Write as _;

const FIRST: [&str; 12] = [
    "Åsa", "Örjan", "Märta", "Göran", "Björn", "Linnéa", "Håkan", "Eva", "Anders", "Karin", "Per",
    "Ylva",
];
const LAST: [&str; 10] = [
    "Åström",
    "Öberg",
    "Sjögren",
    "Nyström",
    "Hägg",
    "Wållberg",
    "Lund",
    "Ek",
    "Fältskog",
    "Grönvall",
];
const DOMAINS: [&str; 6] = [
    "post.example",
    "foretag.example",
    "skola.example",
    "forening.example",
    "hem.example",
    "byalag.example",
];
const SUBJECTS: [&str; 10] = [
    "Fråga om bygglov för altan, fastigheten Höjden 4:12",
    "Ansökan om plats i förskola från höstterminen",
    "Synpunkter på snöröjningen längs Östra Långgatan",
    "När kommer beslutet om färdtjänst?",
    "Möte på tisdag kl 10",
    "Begäran om utlämnande av allmän handling",
    "Hål i vägen utanför skolan",
    "Överklagande av beslut om försörjningsstöd",
    "Intyg till Försäkringskassan, ärende 2026-",
    "Öppettider på återvinningscentralen under jul och nyår",
];
const WORDS: &str = "och att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när \
                     år säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns ärende beslut \
                     kommun handläggare ansökan besked hälsningar vänligen snarast återkoppling";
const HOSTS: [&str; 4] = [
    "mx1.granssnitt.example",
    "filter.skydd.example",
    "ut.post.example",
    "inre.kommun.example",
];

/// Bytes of a text, in tenths of all texts: log-normal about 5.4 kB.
const TEXT: [usize; 11] = [
    1_900, 2_000, 2_770, 3_570, 4_435, 5_430, 6_650, 8_260, 10_650, 15_140, 34_000,
];
/// Bytes of an attached document, in tenths of all: log-normal about 60 kB.
const DOCUMENT: [usize; 11] = [
    8_000, 24_400, 33_200, 41_500, 50_100, 59_900, 71_500, 86_400, 107_900, 146_800, 200_000,
];
/// Bytes of a pool that bodies are cut from.
const POOL: usize = 512 * 1024;
/// Longest line of a pool, and more: whole lines are cut.
const MAX_LINE: usize = 256;
/// Message ids that later mails can answer.
const REMEMBERED: usize = 2_000;

/// Chance from a seed (`SplitMix64`).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `low..high`.
    fn within(&mut self, low: usize, high: usize) -> usize {
        let span = u64::try_from(high - low).unwrap_or(1).max(1);
        low + usize::try_from(self.next() % span).unwrap_or(0)
    }

    fn percent(&mut self, share: usize) -> bool {
        self.within(0, 100) < share
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.within(0, list.len())]
    }

    /// Characters of the base64 alphabet.
    fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(BASE64[self.within(0, 64)]))
            .collect()
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Makes one mail after the other.
pub struct Corpus {
    chance: Chance,
    prose: String,
    attachment: String,
    ids: Vec<String>,
    made: usize,
}

impl Corpus {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let words: Vec<&str> = WORDS.split_ascii_whitespace().collect();
        let mut prose = String::with_capacity(POOL + 128);
        let mut line = 0;
        while prose.len() < POOL {
            let word = chance.pick(&words);
            line += word.len() + 1;
            prose.push_str(word);
            prose.push_str(if line > 70 { "\r\n" } else { " " });
            line = if line > 70 { 0 } else { line };
        }
        let mut attachment = String::with_capacity(POOL + 128);
        while attachment.len() < POOL {
            attachment.push_str(&chance.letters(76));
            attachment.push_str("\r\n");
        }
        Self {
            chance,
            prose,
            attachment,
            ids: Vec::new(),
            made: 0,
        }
    }

    /// The next mail, which arrived at `at`.
    pub fn mail(&mut self, at: DateTime<Utc>) -> Vec<u8> {
        let mut mail = String::with_capacity(16 * 1024);
        self.made += 1;
        let (name, address) = self.sender();
        let date = at.to_rfc2822();
        self.trace(&mut mail, &address, &date);
        self.marks(&mut mail, &address);
        let id = format!(
            "{}.{}@{}",
            self.chance.letters(20).replace(['+', '/'], "x"),
            self.made,
            domain(&address)
        );
        write!(mail, "From: {} <{address}>\r\nTo: ", self.encoded(&name)).expect("text");
        write!(
            mail,
            "{} <kommun@example.se>\r\n",
            self.encoded("Kommunfullmäktige")
        )
        .expect("text");
        let answer = !self.ids.is_empty() && self.chance.percent(25);
        let mut subject = self.chance.pick(&SUBJECTS).to_owned();
        if self.chance.percent(60) {
            write!(subject, " ({})", self.made).expect("text");
        }
        let subject = self.encoded(&subject);
        let prefix = if answer { "SV: " } else { "" };
        write!(
            mail,
            "Subject: {prefix}{subject}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\n"
        )
        .expect("text");
        if answer {
            let known: Vec<String> = (0..self.chance.within(1, 6))
                .map(|_| self.remembered())
                .collect();
            write!(
                mail,
                "In-Reply-To: {}\r\nReferences: {}\r\n",
                known[known.len() - 1],
                known.join("\r\n\t")
            )
            .expect("text");
        }
        if self.ids.len() < REMEMBERED {
            self.ids.push(format!("<{id}>"));
        } else {
            let at = self.made % REMEMBERED;
            self.ids[at] = format!("<{id}>");
        }
        if self.chance.percent(40) {
            write!(
                mail,
                "Thread-Index: {}==\r\nAccept-Language: sv-SE\r\n",
                self.chance.letters(30)
            )
            .expect("text");
        }
        mail.push_str("X-Mailer: Postprogram 16.0\r\nMIME-Version: 1.0\r\n");
        self.body(&mut mail, &address);
        mail.into_bytes()
    }

    /// Most people write a few times; a form on the web site writes often.
    fn sender(&mut self) -> (String, String) {
        if self.chance.percent(4) {
            return ("E-tjänst".to_owned(), "formular@etjanst.example".to_owned());
        }
        let name = format!("{} {}", self.chance.pick(&FIRST), self.chance.pick(&LAST));
        let number = self.chance.within(0, 40_000);
        (
            name,
            format!("person{number}@{}", DOMAINS[number % DOMAINS.len()]),
        )
    }

    fn trace(&mut self, mail: &mut String, address: &str, date: &str) {
        write!(
            mail,
            "Return-Path: <{address}>\r\nDelivered-To: kommun@example.se\r\n"
        )
        .expect("text");
        for hop in 0..self.chance.within(3, 6) {
            let (from, by) = (HOSTS[hop % 4], HOSTS[(hop + 1) % 4]);
            let number = self.chance.within(1, 255);
            let key = self.chance.letters(11);
            write!(
                mail,
                "Received: from {from} ({from} [198.51.100.{number}])\r\n\tby {by} (Postfix) with ESMTPS id {key}\r\n\t\
                 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384)\r\n\tfor <kommun@example.se>; {date}\r\n"
            )
            .expect("text");
        }
    }

    fn marks(&mut self, mail: &mut String, address: &str) {
        let domain = domain(address);
        write!(
            mail,
            "Authentication-Results: mx1.granssnitt.example; spf=pass smtp.mailfrom={domain};\r\n\tdkim=pass \
             header.d={domain}; dmarc=pass header.from={domain}\r\nDKIM-Signature: v=1; a=rsa-sha256; \
             c=relaxed/relaxed; d={domain}; s=s1;\r\n\th=from:to:subject:date:message-id; bh={}=;\r\n\tb={}\r\n",
            self.chance.letters(43),
            [(); 4].map(|()| self.chance.letters(72)).join("\r\n\t ")
        )
        .expect("text");
        for number in 0..self.chance.within(4, 14) {
            write!(
                mail,
                "X-Filter-Mark-{number}: {}\r\n",
                self.chance.letters(60)
            )
            .expect("text");
        }
    }

    /// Of a hundred: two newsletters, one automatic reply, one bounce, else people.
    fn body(&mut self, mail: &mut String, address: &str) {
        match self.chance.within(0, 100) {
            0 | 1 => {
                mail.push_str(
                    "List-Unsubscribe: <https://brev.example/av>\r\nPrecedence: bulk\r\n",
                );
            }
            2 => mail.push_str("Auto-Submitted: auto-replied\r\n"),
            3 => return bounce(mail, address),
            _ => {}
        }
        match self.chance.within(0, 100) {
            0..55 => {
                mail.push_str("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
                let length = self.size(&TEXT);
                mail.push_str(self.cut(length, false));
            }
            55..90 => {
                mail.push_str("Content-Type: multipart/alternative; boundary=\"grans-a\"\r\n\r\n");
                let length = self.size(&TEXT);
                // The same twice; HTML is longer by its marks and by quoted-printable.
                for (kind, length) in [("plain", length), ("html", length * 3 / 2)] {
                    write!(
                        mail,
                        "--grans-a\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
                    )
                    .expect("text");
                    mail.push_str(self.cut(length, false));
                }
                mail.push_str("--grans-a--\r\n");
            }
            _ => {
                mail.push_str("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\nSe bilagan.\r\n--b\r\n");
                mail.push_str(
                    "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                );
                // Base64 in lines of 76 characters makes 78 bytes of 57.
                let length = self.size(&DOCUMENT) * 78 / 57;
                mail.push_str(self.cut(length, true));
                mail.push_str("--b--\r\n");
            }
        }
    }

    /// A size from a table of tenths.
    fn size(&mut self, tenths: &[usize; 11]) -> usize {
        let tenth = self.chance.within(0, 10);
        self.chance.within(tenths[tenth], tenths[tenth + 1])
    }

    /// Whole lines from a pool, some `length` bytes.
    fn cut(&mut self, length: usize, attachment: bool) -> &str {
        let pool = if attachment {
            &self.attachment
        } else {
            &self.prose
        };
        let from = self.chance.within(0, POOL - length - MAX_LINE);
        let line = |at: usize| {
            pool.as_bytes()[at..]
                .iter()
                .position(|b| *b == b'\n')
                .map_or(0, |end| at + end + 1)
        };
        &pool[line(from)..line(from + length)]
    }

    fn remembered(&mut self) -> String {
        let at = self.chance.within(0, self.ids.len());
        self.ids[at].clone()
    }

    /// RFC 2047: a text with other letters as B or Q words of at most 75 characters.
    fn encoded(&mut self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let quoted = self.chance.percent(60);
        let mut words = vec![String::new()];
        for c in text.chars() {
            let last = words.last_mut().expect("at least one");
            if last.len() + c.len_utf8() > if quoted { 18 } else { 42 } {
                words.push(c.to_string());
            } else {
                last.push(c);
            }
        }
        let words = words
            .iter()
            .map(|word| if quoted { q_word(word) } else { b_word(word) });
        words.collect::<Vec<_>>().join("\r\n ")
    }
}

fn domain(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

fn bounce(mail: &mut String, address: &str) {
    write!(
        mail,
        "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\
         \r\n\r\n--b\r\n\r\nBrevet kom inte fram.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: \
         dns; ut.post.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    .expect("text");
}

fn q_word(text: &str) -> String {
    let mut word = "=?UTF-8?Q?".to_owned();
    for byte in text.bytes() {
        match byte {
            b' ' => word.push('_'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => word.push(char::from(byte)),
            other => write!(word, "={other:02X}").expect("text"),
        }
    }
    word + "?="
}

fn b_word(text: &str) -> String {
    let mut word = "=?utf-8?B?".to_owned();
    for three in text.as_bytes().chunks(3) {
        let bits = three
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        for six in 0..4 {
            let letter = char::from(BASE64[bits >> (18 - 6 * six) & 63]);
            word.push(if six <= three.len() { letter } else { '=' });
        }
    }
    word + "?="
}
