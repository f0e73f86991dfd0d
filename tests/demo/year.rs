//! A year of the mailbox before the program came: what `trial` is tried on. The same each time, and
//! as uneven as real ones: most questions are answered within two days, some later, some never; in
//! July hardly anybody is there.

use super::scene::{Days, Message};
use chrono::{DateTime, Datelike, TimeDelta, Utc};

/// Questions of the year.
const QUESTIONS: i64 = 240;

const CITIZENS: [&str; 8] = [
    "Eva Lind <eva.lind@example.org>",
    "Olle Berg <olle.berg@example.net>",
    "Nina Ahl <nina.ahl@example.org>",
    "Gunnar Ek <gunnar.ek@example.org>",
    "Fatima Noor <fatima.noor@example.net>",
    "Sven Holm <sven.holm@example.org>",
    "Ida Falk <ida.falk@example.net>",
    "Karin Åsberg <karin.asberg@example.org>",
];

const SUBJECTS: [&str; 6] = [
    "Fråga om simhallen",
    "Trasig bänk i parken",
    "När hämtas soporna?",
    "Ansökan om föreningsbidrag",
    "Protokoll från nämnden",
    "Snöröjning på Backvägen",
];

/// The first day of the year that is tried.
pub fn begins(days: &Days) -> DateTime<Utc> {
    days.at(12, "00:00") - TimeDelta::days(365)
}

/// All that came and was sent in it, until the play begins.
pub fn messages(days: &Days) -> Vec<Message> {
    let (begins, ends) = (begins(days), days.at(10, "12:00"));
    let step = (ends - begins) / i32::try_from(QUESTIONS).unwrap_or(i32::MAX);
    let mut messages = Vec::new();
    for n in 0..QUESTIONS {
        let nth = i32::try_from(n).unwrap_or(0);
        let arrival = begins + step * nth + TimeDelta::minutes((n * 37) % 400);
        let from = CITIZENS[usize::try_from(n * 5 % 8).unwrap_or(0)];
        let subject = format!("{} ({n})", SUBJECTS[usize::try_from(n % 6).unwrap_or(0)]);
        let id = format!("year-{n}@example.org");
        let question = mail(
            from,
            "kommunfullmaktige@example.se",
            &subject,
            &id,
            "",
            arrival,
        );
        messages.push(Message {
            arrival,
            folder: "INBOX",
            what: "a question of the year",
            bytes: question,
        });
        let hours = if arrival.month() == 7 {
            [200, 330, 0, 0, 150, 260, 0, 90]
        } else {
            [2, 5, 20, 26, 44, 3, 130, 0]
        }[usize::try_from(n % 8).unwrap_or(0)];
        let answered = arrival + TimeDelta::hours(hours);
        if hours > 0 && answered < ends {
            let (own, to) = ("Anna Åberg <anna@example.se>", from);
            let more = format!("In-Reply-To: <{id}>\r\n");
            let answer = mail(
                own,
                to,
                &format!("SV: {subject}"),
                &format!("answer-{n}@example.se"),
                &more,
                answered,
            );
            messages.push(Message {
                arrival: answered,
                folder: "Skickat",
                what: "an answer",
                bytes: answer,
            });
        }
    }
    messages
}

fn mail(from: &str, to: &str, subject: &str, id: &str, more: &str, at: DateTime<Utc>) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{id}>\r\n{more}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nHej!\r\n",
        at.to_rfc2822()
    )
    .into_bytes()
}
