//! The play: which mail comes when, and when the program looks. Everything is counted in working
//! days back from the last one, by the calendar that the program itself counts with.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use servicelofte::domain::calendar::Calendar;

/// Subject of the message whose notice is sent before our eyes.
pub const AT_RISK: &str = "Trasig gatlampa på Storgatan 3";

/// One mail that comes.
pub struct Message {
    pub arrival: DateTime<Utc>,
    pub folder: &'static str,
    /// What it is, for the onlooker.
    pub what: &'static str,
    pub bytes: Vec<u8>,
}

/// The mail that comes before the program looks, and when it looks.
pub struct Act {
    pub mails: Vec<Message>,
    pub at: DateTime<Utc>,
}

/// The last working day whose afternoon has begun, and those before it.
pub struct Days {
    calendar: Calendar,
    last: NaiveDate,
}

impl Days {
    pub fn before(now: DateTime<Utc>) -> Self {
        let calendar = super::stage::calendar();
        let mut last = calendar.working_day_until(calendar.local_date(now));
        if calendar.instant(last, time("13:30")) > now {
            last = calendar.add_working_days(last, -1);
        }
        Self { calendar, last }
    }

    /// When the play is over.
    pub fn end(&self) -> DateTime<Utc> {
        self.at(0, "13:05")
    }

    /// The last working day before the play, in the morning.
    pub fn before_the_play(&self) -> DateTime<Utc> {
        self.at(7, "08:10")
    }

    /// The day that lies so many working days before the last one.
    pub fn day(&self, back: i32) -> NaiveDate {
        self.calendar.add_working_days(self.last, -back)
    }

    pub fn at(&self, back: i32, clock: &str) -> DateTime<Utc> {
        self.calendar.instant(self.day(back), time(clock))
    }

    /// Weekday, date and local time.
    pub fn told(&self, at: DateTime<Utc>) -> String {
        self.calendar
            .local(at)
            .format("%a %Y-%m-%d %H:%M")
            .to_string()
    }
}

fn time(clock: &str) -> NaiveTime {
    NaiveTime::parse_from_str(clock, "%H:%M").expect("a time of the play")
}

/// The acts, in order.
pub fn acts(days: &Days) -> Vec<Act> {
    let mut acts = vec![
        Act {
            at: days.at(6, "08:05"),
            mails: history(days),
        },
        Act {
            at: days.at(4, "16:30"),
            mails: first_day(days),
        },
        Act {
            at: days.at(2, "08:05"),
            mails: second_day(days),
        },
        Act {
            at: days.at(2, "13:05"),
            mails: morning_of_the_lamp(days),
        },
        Act {
            at: days.at(1, "08:05"),
            mails: Vec::new(),
        },
        Act {
            at: days.at(0, "08:05"),
            mails: Vec::new(),
        },
        Act {
            at: days.end(),
            mails: today(days),
        },
    ];
    for act in &mut acts {
        act.mails.sort_by_key(|message| message.arrival);
    }
    acts
}

fn history(days: &Days) -> Vec<Message> {
    vec![letter_by_mail(
        days.at(9, "10:20"),
        "INBOX",
        "an old e-mail, from before the program was installed: history",
        "Gunnar Ek <gunnar.ek@example.org>",
        "Gamla protokoll",
        "Var hittar jag protokollen från i våras?",
        "gamla-protokoll",
        "",
    )]
}

fn first_day(days: &Days) -> Vec<Message> {
    let stamp = days.day(4).format("%Y-%m-%d");
    vec![
        letter_by_mail(
            days.at(4, "08:41"),
            "INBOX",
            "an e-mail that nobody will answer",
            "Eva Lind <eva.lind@example.org>",
            "Fråga om bidrag till föreningen",
            "Hur söker vi bidrag för nästa år?",
            "bidrag",
            "",
        ),
        letter_by_mail(
            days.at(4, "09:15"),
            "INBOX",
            "a scanned letter, from the scanner",
            "Skanner <skanner@example.se>",
            &format!("Inskannat brev Ink {stamp}"),
            "Brevet ligger i bilagan.",
            "skanning-1",
            "",
        ),
        letter_by_mail(
            days.at(4, "11:02"),
            "Junk",
            "a real question in the junk folder: it counts, but gets no automatic mail",
            "Nils Ask <nils.ask@example.org>",
            "Överklaga beslut",
            "Hur överklagar jag ett beslut?",
            "overklaga",
            "",
        ),
        letter_by_mail(
            days.at(4, "14:30"),
            "INBOX",
            "a newsletter",
            "Nyhetsbrevet <nyheter@example.net>",
            "Veckans erbjudanden",
            "Läs mer på webben.",
            "nyhetsbrev",
            "List-Unsubscribe: <https://example.net/av?id=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
             Precedence: bulk\r\n",
        ),
        letter_by_mail(
            days.at(4, "15:10"),
            "INBOX",
            "an e-mail that Anna will answer",
            "Karin Holm <karin.holm@example.org>",
            "Öppettider i stadshuset",
            "Vilka tider har ni öppet i jul?",
            "oppettider",
            "",
        ),
    ]
}

fn second_day(days: &Days) -> Vec<Message> {
    vec![
        Message {
            arrival: days.at(3, "10:12"),
            folder: "Skickat",
            what: "Anna's answer, from her ordinary mail program",
            bytes: raw(
                days.at(3, "10:12"),
                "Kommunfullmäktige <kommunfullmaktige@example.se>",
                "Karin Holm <karin.holm@example.org>",
                "SV: Öppettider i stadshuset",
                "Hej! Vi har öppet 8-16 alla vardagar utom julafton.",
                "svar-oppettider",
                "In-Reply-To: <oppettider@example.org>\r\nReferences: <oppettider@example.org>\r\n",
            ),
        },
        letter_by_mail(
            days.at(3, "10:13"),
            "INBOX",
            "Karin's absence reply to the answer",
            "Karin Holm <karin.holm@example.org>",
            "Autosvar: SV: Öppettider i stadshuset",
            "Jag är ledig till måndag.",
            "franvaro",
            "In-Reply-To: <svar-oppettider@example.org>\r\n\
             References: <oppettider@example.org> <svar-oppettider@example.org>\r\nAuto-Submitted: auto-replied\r\n",
        ),
    ]
}

fn morning_of_the_lamp(days: &Days) -> Vec<Message> {
    vec![letter_by_mail(
        days.at(2, "09:12"),
        "INBOX",
        "an e-mail that will be at risk",
        "Olle Berg <olle.berg@example.org>",
        AT_RISK,
        "Gatlampan utanför oss har varit trasig i två veckor.",
        "gatlampa",
        "",
    )]
}

fn today(days: &Days) -> Vec<Message> {
    vec![letter_by_mail(
        days.at(0, "09:40"),
        "INBOX",
        "an e-mail with time left",
        "Siv Dahl <siv.dahl@example.org>",
        "Hyra lokal till fest",
        "Kan man hyra biblioteket en lördag?",
        "lokal",
        "",
    )]
}

#[expect(clippy::too_many_arguments, reason = "a table of mails, a field each")]
fn letter_by_mail(
    arrival: DateTime<Utc>,
    folder: &'static str,
    what: &'static str,
    from: &str,
    subject: &str,
    text: &str,
    id: &str,
    further: &str,
) -> Message {
    let bytes = raw(
        arrival,
        from,
        "kommunfullmaktige@example.se",
        subject,
        text,
        id,
        further,
    );
    Message {
        arrival,
        folder,
        what,
        bytes,
    }
}

/// A mail as mail programs write it, with its header in UTF-8 (RFC 6532), which every server here
/// takes.
fn raw(
    arrival: DateTime<Utc>,
    from: &str,
    to: &str,
    subject: &str,
    text: &str,
    id: &str,
    further: &str,
) -> Vec<u8> {
    let date = (arrival - TimeDelta::seconds(20)).to_rfc2822();
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}@example.org>\r\n{further}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}
