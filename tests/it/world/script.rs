//! The script language: one line, one thing that happens.
//!
//! ```text
//! staff registrator away = ["2026-11-19/2026-12-01"]     a setting, before `start` or a `restart`
//! kinds                          the example's pledges of other kinds, before `start`
//! start 2026-11-16 08:00         the service's first start
//! at 2026-11-19 09:12            lives until then, then what follows happens
//! jump 2026-11-26 07:00          the service sleeps until then; also backwards
//! clock 2026-11-26 07:00         the wall clock is set, or the machine wakes from a suspension
//! rename FOLDER NEW              a folder gets another name
//! mail id=a from=… subject=…     arrives; to, cc, reply-to, in-reply-to, references, date, header, body, folder,
//!                                arrived, flags
//! answer id=b by=registrator to=… in-reply-to=a          lies in Sent
//! bounce of={SL-2026-00001/notice} failed=…              a delivery report
//! move a FOLDER   copy a FOLDER   delete a [FOLDER]   flag a answered   renumber FOLDER
//! restamp FOLDER                 it is numbered anew, and everything in it came just now
//! smtp down|up|reject|put-off|bar|lose|drop [times|ADDRESS]   imap down|up
//! server saves-sent|lists-backwards|no-condstore|no-search|search|refuses-own-copies|own-copies-into FOLDER|refuses-copies|takes-copies
//! server breaks-off               in the middle of the next messages that it gives
//! says 250 queued as …            what the server answers to a mail that it takes
//! operator                       the transcript tells the alarms too
//! restart   backup   restore
//! takeover                       another host goes on with the register, which may lack what was sent last
//! away STAFF [from=DATE] [until=DATE]   back STAFF   said on the server too, with refused=…
//! pause REASON   resume   go-live       what the registrar says on the server
//! service citizens = "shadow"           a setting too
//! close|exclude|assign|reopen|promise|begin|hold|release|confirm|question|no-notice|posted|returns|notify|sender|records|split|remind|note SL-2026-00001 …
//! ```
//!
//! Ids are written without brackets; `{REF/EFFECT}` means the id of the mail that was last sent for
//! it; a confirmation of the item's is `{REF/confirmation}`.

use super::post::{Fate, State};
use super::town::Town;
use super::transcript::Mail;
use super::trouble::Strike;
use servicelofte::domain::event::How;
use servicelofte::domain::item::ItemId;
use servicelofte::ports::{Flags, MailboxError};
use std::fmt::Write as _;

type Done = Result<(), String>;

pub async fn perform(town: &mut Town, line: &str) -> Done {
    if line.is_empty() || line.starts_with('#') || town.settings.set(line) {
        return Ok(());
    }
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    match verb {
        "kinds" => town.settings.add_kinds(),
        "start" => {
            town.clock.set(town.instant(rest)?);
            town.start();
        }
        "at" => {
            let until = town.instant(rest)?;
            town.live_until(until).await;
        }
        "jump" => town.pass(town.instant(rest)?),
        "clock" => town.clock.set(town.instant(rest)?),
        "says" => town.post.state().says = Some(rest.to_owned()),
        "operator" => town.shows_alarms = true,
        "tick" => town.tick().await,
        "on-disk" => town.folder = Some(tempfile::tempdir().map_err(|error| error.to_string())?),
        "restart" => town.restart(|| {}).await,
        "pause" | "resume" | "go-live" => say(town, verb, rest).await?,
        "away" | "back" => absence(town, verb, rest).await?,
        "backup" | "restore" => copy_register(town, verb == "backup").await?,
        "takeover" => take_over(town).await?,
        "mail" | "answer" | "bounce" => post(town, verb, rest).await?,
        "move" | "copy" | "delete" | "flag" | "renumber" | "restamp" | "rename" | "server"
        | "imap" | "smtp" => {
            let rest = expand(town, rest).await?;
            mailbox(town, verb, &rest)?;
        }
        "close" | "exclude" | "assign" | "reopen" | "promise" | "begin" | "hold" | "release"
        | "confirm" | "question" | "no-notice" | "posted" | "returns" | "notify" | "sender"
        | "records" | "split" | "remind" | "note" => {
            by_hand(town, verb, rest).await?;
        }
        _ => return Err(format!("{verb:?} is no word of the script language")),
    }
    Ok(())
}

/// The fields of a line: `key=value`, `key="with blanks"`, `word`.
struct Fields(Vec<(String, String)>);

impl Fields {
    async fn read(town: &Town, line: &str) -> Result<Self, String> {
        let mut fields = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let key = rest[..end].to_owned();
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix('=') {
                let quoted = after.strip_prefix('"');
                let text = quoted.unwrap_or(after);
                let end = text.find(if quoted.is_some() { '"' } else { ' ' });
                let end = end
                    .or(quoted.is_none().then_some(text.len()))
                    .ok_or("a quote is left open")?;
                text[..end].clone_into(&mut value);
                rest = text[end..].strip_prefix('"').unwrap_or(&text[end..]);
            }
            rest = rest.trim_start();
            fields.push((key, expand(town, &value).await?));
        }
        Ok(Self(fields))
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    fn need(&self, key: &str) -> Result<&str, String> {
        self.get(key).ok_or(format!("{key}= is missing"))
    }

    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    fn has(&self, word: &str) -> bool {
        self.0
            .iter()
            .any(|(key, value)| key == word && value.is_empty())
    }
}

/// Puts in the Message-ID of a mail of ours for each `{REF/EFFECT}`.
async fn expand(town: &Town, value: &str) -> Result<String, String> {
    let Some((before, rest)) = value.split_once('{') else {
        return Ok(value.to_owned());
    };
    let (name, after) = rest.split_once('}').ok_or("a brace is left open")?;
    let mails = super::transcript::mails(town).await;
    let last = |is_it: &dyn Fn(&Mail) -> bool| mails.iter().rev().find(|mail| is_it(mail));
    let (item, kind) = name.split_once('/').unwrap_or((name, ""));
    let of = |mail: &Mail, effect: &str| mail.effects.iter().any(|one| one == effect);
    // A mail that a restored register lacks has its reference alone, and its kind.
    let mail =
        last(&|mail| of(mail, name)).or_else(|| last(&|mail| mail.kind == kind && of(mail, item)));
    let mail = mail.ok_or_else(|| format!("no mail was sent for {name}"))?;
    Ok(format!("{before}{}{after}", mail.message_id))
}

async fn post(town: &mut Town, verb: &str, rest: &str) -> Done {
    let fields = Fields::read(town, rest).await?;
    let now = town.now();
    let arrived = fields
        .get("arrived")
        .map(|at| town.instant(at))
        .transpose()?
        .unwrap_or(now);
    let sent = verb == "answer";
    let from = match fields.get("by") {
        Some(id) => format!("{id}@example.se"),
        None => fields
            .get("from")
            .unwrap_or(if sent {
                "kommunfullmaktige@example.se"
            } else {
                ""
            })
            .to_owned(),
    };
    let raw = match verb {
        "bounce" => bounce(&fields)?,
        _ => mail(&fields, &from, &arrived.to_rfc2822(), sent)?,
    };
    let folder = fields
        .get("folder")
        .unwrap_or(if sent { "Skickat" } else { "INBOX" });
    let flags = Flags {
        answered: fields.has("answered"),
        draft: fields.has("draft"),
        ..Flags::default()
    };
    town.post.put(folder, raw.into_bytes(), arrived, flags);
    Ok(())
}

fn mail(fields: &Fields, from: &str, now: &str, sent: bool) -> Result<String, String> {
    let mut raw = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = write!(raw, "{name}: {value}\r\n");
    };
    for header in fields.all("header") {
        let (name, value) = header.split_once(": ").ok_or("a header is NAME: VALUE")?;
        line(name, &value.replace("\\n", "\r\n"));
    }
    if !from.is_empty() {
        line("From", from);
    }
    let to = fields.get("to").unwrap_or(if sent {
        ""
    } else {
        "kommunfullmaktige@example.se"
    });
    for (name, value) in [
        ("To", Some(to)),
        ("Cc", fields.get("cc")),
        ("Reply-To", fields.get("reply-to")),
    ] {
        value
            .filter(|value| !value.is_empty())
            .into_iter()
            .for_each(|value| line(name, value));
    }
    line("Subject", fields.get("subject").unwrap_or("Fråga"));
    let date = fields.get("date").unwrap_or(now);
    if date != "none" {
        line("Date", date);
    }
    for (name, key) in [
        ("Message-ID", "id"),
        ("In-Reply-To", "in-reply-to"),
        ("References", "references"),
    ] {
        if let Some(ids) = fields.get(key) {
            let ids: Vec<String> = ids
                .split_whitespace()
                .map(|id| format!("<{}>", full_id(id)))
                .collect();
            line(name, &ids.join(" "));
        }
    }
    let body = fields.get("body").unwrap_or("Hej!").replace("\\n", "\r\n");
    if !raw.contains("Content-Type: ") {
        raw.push_str("Content-Type: text/plain; charset=utf-8\r\n");
    }
    Ok(format!("{raw}\r\n{body}\r\n"))
}

/// A short id of the script as a Message-ID.
fn full_id(id: &str) -> String {
    if id.contains('@') {
        id.to_owned()
    } else {
        format!("{id}@example.com")
    }
}

/// A delivery report as Postfix writes it, in Swedish; `cut`: without the mail that came back.
fn bounce(fields: &Fields) -> Result<String, String> {
    let failed = fields.need("failed")?;
    let returned = match fields.get("of") {
        Some(id) if !fields.has("cut") => {
            format!(
                "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\nSubject: x\r\n\r\n",
                full_id(id)
            )
        }
        _ => String::new(),
    };
    Ok(format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\n\
         To: kommunfullmaktige@example.se\r\nSubject: Kunde inte levereras\r\nDate: Mon, 23 Nov 2026 13:05:00 +0100\r\n\
         Message-ID: <{}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nMeddelandet kunde inte levereras.\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
         Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n{returned}--b--\r\n",
        full_id(fields.get("id").unwrap_or("bounce")),
    ))
}

fn mailbox(town: &mut Town, verb: &str, rest: &str) -> Done {
    let mut words = rest.split_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next();
    let now = town.now();
    let mut state = town.post.state();
    let id = full_id(first);
    match (verb, second) {
        ("move", Some(folder)) => {
            let letters = state.take(&id, None);
            state.relay(letters, folder);
        }
        ("copy", Some(folder)) => {
            let letters: Vec<_> = state
                .drawers
                .values()
                .flat_map(|d| &d.letters)
                .filter(|l| l.has_id(&id))
                .cloned()
                .collect();
            state.relay(letters, folder);
        }
        ("delete", folder) => drop(state.take(&id, folder)),
        ("flag", Some("answered")) => {
            for drawer in state.drawers.values_mut() {
                for letter in drawer
                    .letters
                    .iter_mut()
                    .filter(|letter| letter.has_id(&id))
                {
                    letter.flags.answered = true;
                    drawer.modseq += 1;
                }
            }
        }
        ("rename", Some(new)) => {
            let drawer = state
                .drawers
                .remove(first)
                .ok_or(format!("there is no folder {first}"))?;
            state.drawers.insert(new.to_owned(), drawer);
        }
        ("renumber", None) => state.renumber(first),
        ("restamp", None) => state.restamp(first, now),
        ("server", None) => match first {
            "saves-sent" => state.saves_sent = true,
            "lists-backwards" => state.lists_backwards = true,
            "no-condstore" => state.condstore = false,
            "refuses-own-copies" => state.own_copies = None,
            "refuses-copies" => state.takes_copies = false,
            "takes-copies" => state.takes_copies = true,
            "no-search" => state.searches = false,
            "search" => state.searches = true,
            "breaks-off" => {
                let lost = MailboxError::Lost("reading: the connection is gone".to_owned());
                state.troubles.planned = Some((0, Strike::Inside(lost)));
            }
            _ => return Err(format!("the server knows no {first}")),
        },
        ("server", Some(folder)) if first == "own-copies-into" => {
            state.own_copies = Some(folder.to_owned());
        }
        ("imap", None) => state.reachable = first == "up",
        ("smtp", times) => smtp(&mut state, first, times)?,
        _ => return Err("too many or too few words".to_owned()),
    }
    Ok(())
}

/// `smtp down` until `smtp up`; `smtp reject 2` for the next two mails; `smtp put-off ADDRESS` for
/// those to one reader, until `smtp up ADDRESS`.
fn smtp(state: &mut State, fate: &str, times: Option<&str>) -> Done {
    let fate = match fate {
        "up" => None,
        "down" => Some(Fate::Down),
        "reject" => Some(Fate::Reject),
        "put-off" => Some(Fate::PutOff),
        "bar" => Some(Fate::Bar),
        "lose" => Some(Fate::Lose),
        "drop" => Some(Fate::Drop),
        _ => return Err(format!("{fate:?} cannot happen to a mail")),
    };
    if let Some(reader) = times.filter(|times| times.contains('@')) {
        match fate {
            Some(fate) => drop(state.readers.insert(reader.to_owned(), fate)),
            None => drop(state.readers.remove(reader)),
        }
        return Ok(());
    }
    match times.map(str::parse::<usize>) {
        None => state.smtp = fate,
        Some(Ok(times)) => state.fates.extend(fate.into_iter().cycle().take(times)),
        Some(Err(error)) => return Err(error.to_string()),
    }
    Ok(())
}

async fn by_hand(town: &mut Town, verb: &str, rest: &str) -> Done {
    let (reference, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let id = ItemId::parse(reference).ok_or(format!("{reference:?} is no reference"))?;
    let fields = Fields::read(town, rest).await?;
    let now = town.now();
    let at = fields.get("at").map(|at| town.instant(at)).transpose()?;
    let by = "cli:registrator";
    let to = fields.get("to").unwrap_or_default().to_owned();
    let note = fields.get("note").map(str::to_owned);
    let refused = fields.get("refused").map(str::to_owned);
    let reason = fields.get("reason").map(str::to_owned);
    let by_date = fields
        .get("by")
        .map(|day| day.parse().map_err(|_| format!("{day:?} is no date")))
        .transpose()?;
    let letters = fields.get("letters").and_then(|count| count.parse().ok());
    let how = How::ALL
        .into_iter()
        .find(|how| fields.has(how.as_str()))
        .unwrap_or(How::Phone);
    let verb = verb.to_owned();
    let done = town.ask(move |engine| match verb.as_str() {
        "close" => engine.close(id, how, at, note, by, now),
        "begin" => engine.start(id, by_date.expect("by=DATE"), by, now),
        "exclude" => engine.exclude(id, "behöver inget svar", by, now),
        "assign" => engine.assign(id, &to, by, now),
        "promise" => engine.promise(id, by_date.expect("by=DATE"), reason, by, now),
        "confirm" => engine.confirm(id, by, now),
        "question" => engine.question(id, by, now),
        "no-notice" => engine.no_notice(id, reason, by, now),
        "posted" => engine.posted(id, by_date, by, now),
        "returns" => engine.returns(id, by_date, by, now),
        "notify" => engine.notify(id, Some(to.as_str()).filter(|to| !to.is_empty()), by, now),
        "sender" => engine.sender(id, note.expect("note=NAME"), by, now),
        "records" => engine.records(id, by, now),
        "split" => engine
            .split(id, letters.expect("letters=NUMBER"), by, now)
            .map(|(item, _)| item),
        "remind" => engine.urge(id, by, now),
        "note" => engine.remark(id, note.expect("note=TEXT"), by, now),
        "hold" | "release" => engine
            .hold(id, verb == "hold", note, by, now)
            .map(|(item, _)| item),
        _ => engine.reopen(id, by, now),
    });
    match (done.await, refused) {
        (Ok(_), None) => Ok(()),
        (Err(refusal), Some(why)) if refusal.to_string().contains(&why) => Ok(()),
        (Err(refusal), _) => Err(refusal.to_string()),
        (Ok(_), Some(why)) => Err(format!("it was not refused: {why}")),
    }
}

/// Who is away, or back.
async fn absence(town: &mut Town, verb: &str, rest: &str) -> Done {
    let (who, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let fields = Fields::read(town, rest).await?;
    let day = |key| {
        fields
            .get(key)
            .map(|day| day.parse().map_err(|_| format!("{day:?} is no date")))
            .transpose()
    };
    let days = (day("from")?, day("until")?);
    let (now, is_away, who) = (town.now(), verb == "away", who.to_owned());
    let done = town.ask(move |engine| {
        if is_away {
            engine.away(&who, days, "cli:registrator", now).map(drop)
        } else {
            engine.back(&who, now)
        }
    });
    match (done.await, fields.get("refused")) {
        (Ok(()), None) => Ok(()),
        (Err(refusal), Some(why)) if refusal.to_string().contains(why) => Ok(()),
        (Err(refusal), _) => Err(refusal.to_string()),
        (Ok(()), Some(why)) => Err(format!("it was not refused: {why}")),
    }
}

/// Whether mail leaves.
async fn say(town: &mut Town, verb: &str, reason: &str) -> Done {
    let (now, verb, reason, by) = (
        town.now(),
        verb.to_owned(),
        reason.to_owned(),
        "cli:registrator",
    );
    let done = town.ask(move |engine| match verb.as_str() {
        "pause" => engine
            .pause_mail(&reason, by, now)
            .map(|begins| begins.then_some(())),
        "resume" => engine.resume_mail(by, now).map(|held| held.map(drop)),
        _ => engine.go_live(Vec::new(), by, now).map(Some),
    });
    done.await
        .map_err(|error| error.to_string())?
        .ok_or_else(|| "it changed nothing".to_owned())
}

/// Another host begins to lead.
async fn take_over(town: &mut Town) -> Done {
    let (now, minutes) = (town.now(), town.config().service.replica.wait_minutes);
    let begun = town.ask(move |engine| {
        let generation = engine.db().generation()? + 1;
        engine.lead(generation, "spare", Some(minutes), now)
    });
    begun.await.map_err(|error| error.to_string())
}

/// Copies the register's file away, or back.
async fn copy_register(town: &mut Town, away: bool) -> Done {
    let register = town
        .register()
        .ok_or("`on-disk` is missing before `start`")?;
    let backup = register.with_extension("backup");
    town.restart(move || {
        let (from, to) = if away {
            (&register, &backup)
        } else {
            (&backup, &register)
        };
        std::fs::copy(from, to).unwrap();
    })
    .await;
    Ok(())
}
