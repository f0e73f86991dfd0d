//! What mailbox, register, outbox and delivered mail say after the torture, and whether they agree.

use super::liar::{MEANT, RELAY, TRACE};
use super::town::{CITIZENS, Channel, SUBJECT, Town};
use crate::e2e::process::SECRETS;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The figures of a town.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub notices: u64,
    pub delivered: u64,
    pub duplicates: u64,
    /// In the books as sent, and never delivered; or owed and not in the books.
    pub losses: u64,
    /// Given up, and a person heard of it.
    pub left_to_a_person: u64,
    /// Of these, delivered.
    pub arrived_all_the_same: u64,
    pub staff_mails: u64,
    pub staff_twice: u64,
}

/// Mails delivered to people outside the mailbox, by Message-ID: to whom, how often.
type Delivered = BTreeMap<String, Vec<String>>;

pub struct Judge<'a> {
    town: &'a Town,
    register: Connection,
    delivered: Delivered,
    pub figures: Figures,
    pub wrong: Vec<String>,
}

/// One row of the outbox.
struct Mail {
    id: String,
    to_citizen: bool,
    state: String,
    tried_at: Option<i64>,
    items: Vec<i64>,
    wants_copy: bool,
}

impl<'a> Judge<'a> {
    pub fn of(town: &'a Town) -> Self {
        let register = Connection::open(town.database()).expect("the register");
        let delivered = delivered(town);
        let mut judge = Self {
            town,
            register,
            delivered,
            figures: Figures::default(),
            wrong: Vec::new(),
        };
        judge.books();
        judge.items();
        judge.mailbox();
        judge.log();
        judge
    }

    fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    fn rows<T>(
        &self,
        sql: &str,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.register.prepare(sql).expect("SQL");
        let rows = statement.query_map([], |row| read(row)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    fn mails(&self) -> Vec<Mail> {
        let sql =
            "SELECT message_id, recipient = 'citizen', state, tried_at, id FROM outbox ORDER BY id";
        let rows = self.rows(sql, |row| {
            let id: i64 = row.get(4)?;
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, bool>(1)?,
                row.get::<_, String>(2)?,
                row.get(3)?,
                id,
            ))
        });
        let effects = self.rows("SELECT outbox, item FROM effect", |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?))
        });
        let of = |mail: i64| {
            effects
                .iter()
                .filter(|(outbox, _)| *outbox == mail)
                .map(|(_, item)| *item)
                .collect()
        };
        let wants_copy = self.town.channel != Channel::ServerSavesSent;
        let read = |(id, to_citizen, state, tried_at, row)| Mail {
            id,
            to_citizen,
            state,
            tried_at,
            items: of(row),
            wants_copy,
        };
        rows.into_iter().map(read).collect()
    }

    /// The outbox against the delivered mails.
    #[expect(clippy::too_many_lines, reason = "one case after the other")]
    fn books(&mut self) {
        let sound = self.rows("PRAGMA integrity_check", |row| row.get::<_, String>(0));
        self.must(sound == ["ok"], || format!("integrity_check: {sound:?}"));
        let told = self.rows("SELECT item FROM effect JOIN outbox ON outbox.id = outbox WHERE effect = 'notice-trouble' AND state = 'sent'", |row| {
            row.get::<_, i64>(0)
        });
        let answered: BTreeMap<i64, i64> = self
            .rows(
                "SELECT item, min(at) FROM log WHERE event = 'answered' GROUP BY item",
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .into_iter()
            .collect();
        // A mail that a person has put into Junk since needs no handler.
        let junk = self.rows(
            "SELECT id FROM item WHERE fold ->> 'state' = 'no_question'",
            |row| row.get::<_, i64>(0),
        );
        let sent = sent_copies(self.town);
        let mut known = BTreeSet::new();
        for mail in self.mails() {
            let times = self.delivered.get(&mail.id).map_or(0, Vec::len) as u64;
            known.insert(mail.id.clone());
            if mail.state == "sent" {
                let copies = sent.get(&mail.id).copied().unwrap_or(0);
                // A mail that was given up and seen after all has no bytes left to be saved.
                let enough = copies == 1 || (mail.to_citizen && copies == 0 && mail.wants_copy);
                let twice_to_staff = !mail.to_citizen && !mail.wants_copy;
                self.must(enough || twice_to_staff, || {
                    format!("{} has {copies} copies in Sent", mail.id)
                });
            }
            if !mail.to_citizen {
                self.figures.staff_mails += 1;
                self.figures.staff_twice += times.saturating_sub(1);
                let fits = match mail.state.as_str() {
                    "sent" => times >= 1,
                    "withdrawn" => true,
                    _ => false,
                };
                self.must(fits, || {
                    format!(
                        "to staff: {} is {}, delivered {times} times",
                        mail.id, mail.state
                    )
                });
                continue;
            }
            self.figures.notices += u64::from(mail.state != "withdrawn");
            self.figures.delivered += times;
            self.figures.duplicates += times.saturating_sub(1);
            match mail.state.as_str() {
                "sent" => self.figures.losses += u64::from(times == 0),
                "failed" => {
                    self.figures.left_to_a_person += 1;
                    self.figures.arrived_all_the_same += times;
                    let person = mail.items.iter().all(|item| {
                        told.contains(item) || answered.contains_key(item) || junk.contains(item)
                    });
                    self.must(person, || {
                        format!("{} was given up, and nobody was told", mail.id)
                    });
                }
                "withdrawn" => self.must(times == 0, || {
                    format!("{} was taken back and delivered", mail.id)
                }),
                other => self.wrong.push(format!("{} is still {other}", mail.id)),
            }
            let late = mail.items.iter().any(|item| {
                answered.get(item) < mail.tried_at.as_ref() && answered.contains_key(item)
            });
            self.must(!late || times == 0, || {
                format!("{} left after the answer had been read", mail.id)
            });
        }
        let strange: Vec<String> = self
            .delivered
            .keys()
            .filter(|id| !known.contains(*id) && !id.starts_with("alarm."))
            .cloned()
            .collect();
        self.must(strange.is_empty(), || {
            format!("delivered and in no book: {strange:?}")
        });
        let Figures {
            duplicates,
            losses,
            arrived_all_the_same: arrived,
            ..
        } = self.figures;
        // A relay that changes the id and takes off all else leaves no evidence either.
        let proven = !matches!(self.town.channel, Channel::Nothing | Channel::LyingRelay);
        self.must(!proven || arrived == 0, || {
            format!("{arrived} notices arrived and were given up in spite of the evidence")
        });
        self.must(duplicates == 0, || {
            format!("{duplicates} notices were delivered twice")
        });
        self.must(losses == 0, || {
            format!("{losses} notices are in the books as sent and were never delivered")
        });
        let mut per_citizen: BTreeMap<&str, u32> = BTreeMap::new();
        for to in self
            .delivered
            .values()
            .flatten()
            .filter(|to| to.ends_with(CITIZENS))
        {
            *per_citizen.entry(to).or_default() += 1;
        }
        let twice: Vec<String> = per_citizen
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(to, _)| to.to_owned())
            .collect();
        self.must(twice.is_empty(), || format!("got two notices: {twice:?}"));
    }

    /// Every message is one item, and every item that needed something has got it.
    fn items(&mut self) {
        let items = self.rows(
            "SELECT m.subject, m.message_id, i.fold FROM message m JOIN item i USING (id)",
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, Option<String>>(1)?,
                    row.get::<_, String>(2)?,
                ))
            },
        );
        let mut wrong = Vec::new();
        for asked in &self.town.asked {
            let mine: Vec<_> = items
                .iter()
                .filter(|(subject, _, _)| *subject == asked.subject)
                .collect();
            let [(_, id, fold)] = mine[..] else {
                wrong.push(format!("{} items of {}", mine.len(), asked.subject));
                continue;
            };
            let item: Value = serde_json::from_str(fold).expect("JSON");
            let (state, done) = (item["state"].as_str().unwrap_or_default(), &item["done"]);
            if *id != asked.id {
                wrong.push(format!("{}: another Message-ID", asked.subject));
            }
            // The place decides: a message in Junk is not a question, answered or not.
            let is_presumed = asked.in_junk && state == "no_question";
            if asked.answered != (state == "answered" || is_presumed && !item["settled"].is_null())
            {
                wrong.push(format!(
                    "{}: answered {}, the register says {state}",
                    asked.subject, asked.answered
                ));
            }
            if asked.due && !asked.answered {
                if asked.in_junk && !is_presumed {
                    wrong.push(format!("{}: in Junk, and {state}", asked.subject));
                }
                let noticed =
                    !done["notice"]["sent_at"].is_null() || !done["notice"]["failed"].is_null();
                if !noticed && !is_presumed {
                    wrong.push(format!("{}: no notice: {done}", asked.subject));
                }
                if done["escalation:1"]["sent_at"].is_null() && !is_presumed {
                    wrong.push(format!("{}: no supervisor was told: {done}", asked.subject));
                }
            }
        }
        // An own copy that has lost its id and what else it is known by is logged, and needs no
        // work.
        let (copies, others): (Vec<_>, Vec<_>) = items
            .iter()
            .filter(|(subject, _, _)| {
                self.town
                    .asked
                    .iter()
                    .all(|asked| asked.subject != *subject)
            })
            .partition(|(_, id, _)| id.as_deref().is_some_and(|id| id.ends_with(RELAY)));
        if !others.is_empty() {
            wrong.push(format!(
                "{} messages, and {} more items",
                self.town.asked.len(),
                others.len()
            ));
        }
        for (subject, _, fold) in copies {
            let item: Value = serde_json::from_str(fold).expect("JSON");
            if !["excluded", "no_question"]
                .map(Value::from)
                .contains(&item["state"])
                || !item["done"]["notice"].is_null()
            {
                wrong.push(format!(
                    "an own copy is taken for a question: {subject}: {fold}"
                ));
            }
        }
        self.wrong.extend(wrong);
        let rebuilt = self.town.run(&["rebuild"]);
        self.must(
            rebuilt.code == Some(0) && rebuilt.out.contains("0 ärenden, 0 söknycklar"),
            || format!("rebuild: {rebuilt:?}"),
        );
    }

    /// What people put into the mailbox is there, byte for byte and flag for flag; the rest are
    /// copies of our mails.
    fn mailbox(&mut self) {
        let mut expected: BTreeMap<&str, (&str, &str, &[u8])> = BTreeMap::new();
        for asked in &self.town.asked {
            let folder = if asked.in_junk { "Junk" } else { "INBOX" };
            expected.insert(&asked.name, (folder, asked.flags, &asked.mail));
        }
        for (name, mail) in &self.town.answers {
            expected.insert(name, ("Skickat", "S", mail));
        }
        let mut wrong = Vec::new();
        for (folder, messages) in &self.town.dovecot.snapshot("user1") {
            for (name, flags, mail) in messages {
                match expected.remove(name.as_str()) {
                    Some(known) if known == (folder.as_str(), flags.as_str(), mail) => {}
                    Some(_) => wrong.push(format!(
                        "{name} in {folder} has been changed (flags {flags:?})"
                    )),
                    None if is_ours(mail) && (folder == "INBOX" || folder == "Skickat") => {
                        let own_copy = folder == "INBOX";
                        if own_copy
                            && !matches!(self.town.channel, Channel::OwnCopy | Channel::LyingRelay)
                        {
                            wrong.push(format!("{name}: an own copy that nobody asked for"));
                        }
                    }
                    None => wrong.push(format!("{name} in {folder} is nobody's")),
                }
            }
        }
        wrong.extend(expected.keys().map(|name| format!("{name} is gone")));
        self.wrong.extend(wrong);
    }

    fn log(&mut self) {
        let log = fs::read_to_string(self.town.log()).unwrap_or_default();
        for secret in SECRETS.iter().copied().chain([CITIZENS, SUBJECT]) {
            self.must(!log.contains(secret), || {
                format!("{secret:?} stands in the log")
            });
        }
        let panicked: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("panicked"))
            .take(3)
            .collect();
        self.must(panicked.is_empty(), || format!("{panicked:?}"));
    }
}

fn is_ours(mail: &[u8]) -> bool {
    [MEANT, "X-Servicelofte"]
        .iter()
        .any(|name| field(mail, name).is_some())
}

fn delivered(town: &Town) -> Delivered {
    let (mut found, mut traces) = (Delivered::new(), BTreeSet::new());
    for entry in fs::read_dir(town.delivered())
        .into_iter()
        .flatten()
        .flatten()
    {
        let mail = fs::read(entry.path()).expect("a mail");
        let id = field(&mail, MEANT)
            .or_else(|| field(&mail, "Message-ID"))
            .expect("an id");
        let reader = field(&mail, "Delivered-To").expect("a recipient");
        // What the relay hands on twice is not the program's doing.
        if field(&mail, TRACE).is_none_or(|trace| traces.insert((trace, reader.clone()))) {
            found
                .entry(id.trim_matches(['<', '>']).to_owned())
                .or_default()
                .push(reader);
        }
    }
    found
}

/// How often each of our mails lies in Sent.
fn sent_copies(town: &Town) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for (_, _, mail) in &town.dovecot.snapshot("user1")["Skickat"] {
        if let Some(id) = field(mail, "Message-ID") {
            *copies
                .entry(id.trim_matches(['<', '>']).to_owned())
                .or_default() += 1;
        }
    }
    copies
}

/// A header field of a mail with either kind of line ends, unfolded.
fn field(mail: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let head = text
        .split("\n\n")
        .next()?
        .replace("\n ", " ")
        .replace("\n\t", " ");
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}
