//! What staff answer to our mails: any bytes are a reply, any words a text in front of the parser.
//! It never panics, takes time in proportion, keeps its bounds, and quoting a mail of ours orders
//! nothing.

use chrono::NaiveDate;
use servicelofte::domain::command::{MAX_NAMED, MAX_NOTE, MAX_ORDERS, Targets, Verb, read};
use servicelofte::mail::reply::{MAX_WORDS, own_words};

pub fn check(bytes: &[u8]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
    let text = String::from_utf8_lossy(bytes);
    orders(&text, today);
    orders(&text, NaiveDate::MAX);
    orders(&text, NaiveDate::MIN);
    for kind in [
        "text/plain",
        "text/plain; format=flowed; delsp=yes",
        "text/html",
    ] {
        let mail = [format!("Content-Type: {kind}\r\n\r\n").as_bytes(), bytes].concat();
        let words = own_words(&mail).expect("a text");
        assert!(words.chars().count() <= MAX_WORDS);
        orders(&words, today);
    }
    if let Some(words) = own_words(bytes) {
        orders(&words, today);
    }
    // A program's quotation is not an order.
    let quoted: Vec<String> = text
        .replace('\r', " ")
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    let mail = format!(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
        quoted.join("\n")
    );
    let words = own_words(mail.as_bytes()).expect("a text");
    assert!(read(&words, today).is_empty(), "{words:?}");
}

fn orders(words: &str, today: NaiveDate) {
    let read = read(words, today);
    assert!(read.len() <= MAX_ORDERS + 1);
    for order in read.into_iter().flatten() {
        if let Targets::These(named) = &order.targets {
            assert!(!named.is_empty() && named.len() <= MAX_NAMED);
        }
        match order.verb {
            Verb::Done { note: text, .. }
            | Verb::DoneBy { reason: text, .. }
            | Verb::NoNotice { reason: text }
            | Verb::Notify { to: text }
            | Verb::Away { whom: text, .. }
            | Verb::Back { whom: text }
            | Verb::TakeOver { whom: text } => {
                assert!(text.is_none_or(|text| text.chars().count() <= MAX_NOTE * 2));
            }
            Verb::NoAnswer { reason: text } | Verb::Note { text } | Verb::Sender { text } => {
                assert!(!text.is_empty() && text.chars().count() <= MAX_NOTE);
            }
            _ => {}
        }
    }
}
