//! The town hall as it really is: who works there and who is away, which days are closed, what is
//! promised. The program's settings are written from it; the oracle looks at it, as it was at each
//! moment.

use super::days::Days;
use crate::world::settings::Settings;
use chrono::NaiveDate;
use std::fmt::Write as _;

/// Working days of the pledge for complaints.
const COMPLAINT_DAYS: i64 = 4;

#[derive(Clone, Debug)]
pub struct Person {
    pub id: &'static str,
    pub away: Vec<(NaiveDate, NaiveDate)>,
    pub left: bool,
    /// Absences that they told by mail, which no settings list.
    pub told: Vec<(NaiveDate, NaiveDate)>,
    /// Days on which they told that they are back.
    pub back: Vec<NaiveDate>,
}

impl Person {
    /// Whether they are there, and nobody may think otherwise.
    pub fn is_surely_there(&self, day: NaiveDate) -> bool {
        let is_told = |(first, last): &(NaiveDate, NaiveDate)| *first <= day && day <= *last;
        self.is_there(day) && !self.told.iter().any(is_told)
    }

    /// They have told by mail that they are back from what the settings say.
    pub fn is_back(&self, day: NaiveDate) -> bool {
        let within = |(first, last): &(NaiveDate, NaiveDate)| {
            *first <= day && day <= *last && self.back.iter().any(|back| first <= back)
        };
        self.away.iter().any(within)
    }

    pub fn is_there(&self, day: NaiveDate) -> bool {
        !self.left
            && !self
                .away
                .iter()
                .any(|(first, last)| *first <= day && day <= *last)
    }

    pub fn address(&self) -> String {
        format!("{}@example.se", self.id)
    }
}

/// Everybody; each stands in for the one before, and is told when that one is late.
pub const STAFF: [&str; 4] = ["registrator", "kanslist", "kanslichef", "kommundirektor"];

#[derive(Clone, Debug)]
pub struct Hall {
    pub people: Vec<Person>,
    pub days: Days,
    /// Those that were closed by decision, as the settings list them.
    pub closed: Vec<NaiveDate>,
    pub email_days: i64,
    pub letter_days: i64,
    pub save_sent: bool,
    pub mailboxes: usize,
    /// Whose Authentication-Results are believed.
    pub border: Option<&'static str>,
    /// A pledge of its own for complaints.
    pub complaints: bool,
    /// Months after which what is settled is erased, if at all.
    pub retention: Option<u64>,
}

impl Hall {
    pub fn new(mailboxes: usize, save_sent: bool) -> Self {
        let person = |id| Person {
            id,
            away: Vec::new(),
            left: false,
            told: Vec::new(),
            back: Vec::new(),
        };
        Self {
            people: STAFF.map(person).to_vec(),
            days: Days::new(),
            closed: Vec::new(),
            email_days: 2,
            letter_days: 5,
            save_sent,
            mailboxes,
            border: None,
            complaints: false,
            retention: None,
        }
    }

    pub fn person(&mut self, id: &str) -> &mut Person {
        self.people
            .iter_mut()
            .find(|person| person.id == id)
            .expect("somebody of the staff")
    }

    /// Whether whoever has an item, or who stands in, is there to be named.
    pub fn has_somebody(&self, handler: &str, day: NaiveDate) -> bool {
        let deputy = (handler == "registrator").then_some("kanslist");
        let is_there = |id: &str| {
            self.people
                .iter()
                .any(|person| person.id == id && person.is_surely_there(day))
        };
        is_there(handler) || deputy.is_some_and(is_there)
    }

    pub fn close(&mut self, day: NaiveDate) {
        if !self.closed.contains(&day) {
            self.closed.push(day);
            self.days.close(day);
        }
    }

    /// The due date of what arrived on a day.
    pub fn due(&self, arrived: NaiveDate, letter: bool) -> NaiveDate {
        self.days.after(
            arrived,
            if letter {
                self.letter_days
            } else {
                self.email_days
            },
        )
    }

    /// The due date of what arrived on a day, by the name of its pledge.
    pub fn due_of(&self, pledge: &str, arrived: NaiveDate) -> NaiveDate {
        match pledge {
            "complaint" => self.days.after(arrived, COMPLAINT_DAYS),
            pledge => self.due(arrived, pledge == "letter"),
        }
    }

    pub fn name(mailbox: usize) -> &'static str {
        ["kf", "sn"][mailbox]
    }

    pub fn address(mailbox: usize) -> &'static str {
        ["kommunfullmaktige@example.se", "socialnamnden@example.se"][mailbox]
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new();
        let mut set = |line: &str| assert!(settings.set(line), "{line}");
        set("mailbox notices_per_hour = 1000");
        if let Some(months) = self.retention {
            set(&format!(
                "service retention = {{ months = {months}, decision = \"KS 2026/123\" }}"
            ));
        }
        set(&format!(
            "pledge email time = {{ working_days = {} }}",
            self.email_days
        ));
        set(&format!(
            "pledge letter time = {{ working_days = {} }}",
            self.letter_days
        ));
        set(&format!("smtp save_sent = {}", self.save_sent));
        for person in &self.people {
            let mut away = String::new();
            for (first, last) in &person.away {
                let _ = write!(away, "\"{first}/{last}\", ");
            }
            // A key with an empty value is left out.
            set(&format!("staff {} away = {}", person.id, list(&away)));
            set(&format!("staff {} left = {}", person.id, person.left));
        }
        let mut days = String::new();
        for day in &self.closed {
            let _ = write!(days, "{{ date = \"{day}\", decision = \"KS 1\" }}, ");
        }
        set(&format!("calendar closed_days = {}", list(&days)));
        if self.complaints {
            settings.add_pledge(&[
                r#"name = "complaint""#,
                r#"match = { subject = "(?i)klagomål" }"#,
                &format!("time = {{ working_days = {COMPLAINT_DAYS} }}"),
            ]);
        }
        if let Some(border) = self.border {
            assert!(settings.set(&format!("mailbox authserv_id = \"{border}\"")));
        }
        if self.mailboxes > 1 {
            settings.add_second_mailbox(
                Self::name(1),
                Self::address(1),
                self.save_sent,
                self.border,
            );
        }
        settings
    }
}

fn list(values: &str) -> String {
    if values.is_empty() {
        String::new()
    } else {
        format!("[{values}]")
    }
}
