//! What people do on the server: the steps of the scenes, performed.

use super::Play;
use super::script::{Do, Id, Order, Points, Reaches, Scene, Slot, Write};
use crate::sim::days::today;
use crate::sim::dice::Dice;
use crate::sim::faults::Fault;
use crate::sim::hall::Hall;
use crate::sim::oracle::facts::{Command, Key, Lie, Own, Role, Word};
use crate::sim::oracle::mail::Mail;
use crate::world::post::Letter;
use chrono::{Days, Duration};
use servicelofte::ports::Flags;

/// How long somebody waits for a mail of ours to answer.
const PATIENCE: Duration = Duration::hours(124);

/// Minutes after which a mail of ours has been read at the latest, by those who wait for one.
const READ_WITHIN: u64 = 47;

/// The reference stands before the reason, which goes on to the end of the line.
fn named_in(words: &str, name: &str) -> String {
    match words.split_once(':') {
        Some((command, reason)) => format!("{command} {name}:{reason}"),
        None => format!("{words} {name}"),
    }
}

impl Play {
    pub(super) fn perform(&mut self, scene_index: usize, step: usize) {
        let scene = self.scenes[scene_index].clone();
        if step == 0 {
            self.tell(&format!("scene {}: {}", scene.number, scene.name));
        }
        match &scene.steps[step].what {
            Do::Write(write) => {
                if !self.write(&scene, write) && write.order.is_some() {
                    self.waits_for_mail(scene_index, step);
                }
            }
            Do::Move(slot, mailbox, to) => self.moves(scene.serial(*slot), *mailbox, to, true),
            Do::Copy(slot, mailbox, to) => self.moves(scene.serial(*slot), *mailbox, to, false),
            Do::Delete(slot, mailbox) => self.deletes(scene.serial(*slot), *mailbox),
            Do::Edit(slot, mailbox, subject) => self.edits(scene.serial(*slot), *mailbox, subject),
            Do::Flag(slot, mailbox) => self.flags(scene.serial(*slot), *mailbox),
            Do::Say(slot, mailbox, word) => {
                self.words.push((
                    Key {
                        serial: scene.serial(*slot),
                        mailbox: *mailbox,
                    },
                    *word,
                ));
            }
            Do::Bounce { of, slot, forged } => self.bounces(&scene, *of, *slot, *forged),
        }
    }

    /// The ids that a mail points at: In-Reply-To, and the references before it. `None`: it is not
    /// written.
    fn pointed(
        &self,
        scene: &Scene,
        points: Points,
    ) -> Option<(Option<String>, Vec<String>, Option<String>)> {
        let id_of = |slot: Slot| {
            let mail = self.facts.mails.get(&scene.serial(slot))?;
            Some((mail.id.clone(), mail.references.clone()))
        };
        let of_own = |kinds: &dyn Fn(&str) -> bool, to: Option<&str>, slot: Slot| {
            let mut own = self.facts.own.iter().rev();
            let found = own.find(|own| {
                kinds(&own.kind)
                    && to.is_none_or(|to| own.to == to)
                    && own.about.iter().any(|key| key.serial == scene.serial(slot))
            });
            found.map(|own| (own.id.clone(), own.subject.clone()))
        };
        Some(match points {
            Points::Nothing => (None, Vec::new(), None),
            Points::At(slot) => {
                let (id, references) = id_of(slot).unwrap_or_default();
                (id, references, None)
            }
            Points::NoticeOf(slot) => match of_own(&|kind| kind == "notice", None, slot) {
                Some((id, subject)) => (Some(id), Vec::new(), Some(subject)),
                None => return self.pointed(scene, Points::At(slot)),
            },
            Points::MailTo(reader, slot) => {
                let to = format!("{reader}@example.se");
                let (id, subject) = of_own(&|kind| kind != "notice", Some(&to), slot)?;
                (Some(id), Vec::new(), Some(subject))
            }
            Points::Confirmed(slot) => {
                let command = self.facts.commands.get(&scene.serial(slot))?;
                let own = self.facts.confirmation(command)?;
                (Some(own.id.clone()), Vec::new(), Some(own.subject.clone()))
            }
            Points::Leaked(reader, slot) => {
                let (to, secret) = (format!("{reader}@example.se"), ["notice", "confirmation"]);
                let (id, subject) = of_own(&|kind| !secret.contains(&kind), Some(&to), slot)?;
                (Some(id), Vec::new(), Some(subject))
            }
            Points::LetterTo(reader, slot) => {
                let (to, serial) = (format!("{reader}@example.se"), scene.serial(slot));
                let hangs =
                    |own: &&Own| own.to == to && own.letters.iter().any(|key| key.serial == serial);
                let own = self.facts.own.iter().rev().find(hangs)?;
                (Some(own.id.clone()), Vec::new(), Some(own.subject.clone()))
            }
            Points::Rewritten(slot) => {
                let (id, references) = id_of(slot).unwrap_or_default();
                let rewritten = id.map(|id| format!("relay-{id}"));
                (rewritten, references, None)
            }
            Points::Reference(slot) => {
                let serial = scene.serial(slot);
                let mut named = self.named.iter();
                let (name, _) = named.find(|(_, key)| key.serial == serial)?;
                (None, Vec::new(), Some(format!("Angående {name}")))
            }
            Points::Behind(slot) => {
                let (id, references) = id_of(slot).unwrap_or_default();
                (None, references.into_iter().chain(id).collect(), None)
            }
        })
    }

    /// Staff answer a mail of ours: as soon as there is one, if that is not too late.
    fn waits_for_mail(&mut self, scene: usize, step: usize) {
        let until = self.now() + PATIENCE;
        let until = *self.patience.entry((scene, step)).or_insert(until);
        if self.now() < until {
            self.waiting.insert((scene, step));
        }
    }

    /// A mail to staff has left: those who wait for one look, each in their own time.
    pub(super) fn staff_have_mail(&mut self) {
        for (scene, step) in std::mem::take(&mut self.waiting) {
            let mut own = Dice::new(self.seed ^ 0x3A11 ^ ((scene as u64) << 8) ^ step as u64);
            let read = self.now() + own.minutes(1, READ_WITHIN);
            self.queue.insert((read, scene, step));
        }
    }

    /// The words of an order, as staff write them, and what they mean.
    fn words_of(&self, order: Order, about: Key) -> (String, Word) {
        let day = |ahead: i64| self.hall.days.after(self.day(), ahead);
        match order {
            Order::Close => ("KLAR TELEFON".to_owned(), Word::ClosedByMail),
            Order::Promise(ahead) => (
                format!("SVAR SENAST {}: vi väntar på kartan", day(ahead)),
                Word::Promised(day(ahead)),
            ),
            Order::ComesBack(ahead) => (
                format!("ÅTERKOMMER {}", day(ahead)),
                Word::ComesBack(day(ahead)),
            ),
            Order::NoNotice => ("INGET BESKED".to_owned(), Word::NoNotice),
            Order::Release => ("BESKED".to_owned(), Word::Released),
            Order::ReleaseElsewhere => {
                let to = self.facts.elsewhere(about.serial);
                (format!("BESKED {to}"), Word::ReleasedElsewhere)
            }
            Order::Away(ahead) => (format!("BORTA TILL {}", day(ahead)), Word::Away(day(ahead))),
            Order::Back => ("TILLBAKA".to_owned(), Word::Back),
            Order::TakeBack => ("ÅNGRA".to_owned(), Word::TakenBack),
            Order::TakeBackAbsence => ("ÅNGRA".to_owned(), Word::AbsenceTakenBack(about.serial)),
            Order::Posted(None) => ("POSTAT".to_owned(), Word::Posted(self.day())),
            Order::Posted(Some(ago)) => (format!("POSTAT {}", day(-ago)), Word::Posted(day(-ago))),
            Order::Letters(count) => (format!("BREV {count}"), Word::Letters(count)),
            Order::ByLetter => ("KLAR BREV".to_owned(), Word::ClosedByLetter),
            Order::Stamped(ago) => {
                let stamp = self.day() - Days::new(ago);
                (format!("INK {stamp}"), Word::Stamped(stamp))
            }
        }
    }

    fn says_who_is_there(&mut self, by: &str, word: Word) {
        let today = self.day();
        let mut people = self.hall.people.iter_mut();
        let Some(person) = people.find(|person| person.address() == by) else {
            return;
        };
        match word {
            Word::Away(until) => person.told.push((today, until)),
            Word::Back => person.back.push(today),
            _ => {}
        }
    }

    /// Whether there was anything to answer, for what answers.
    fn write(&mut self, scene: &Scene, write: &Write) -> bool {
        let serial = scene.serial(write.slot);
        let Some((in_reply_to, before, own_subject)) = self.pointed(scene, write.points) else {
            if write.order.is_none() {
                self.tell(&format!(
                    "m{serial} ({}) is not written: there is nothing to answer",
                    write.kind
                ));
            }
            return false;
        };
        let domain = write
            .from
            .rsplit_once('@')
            .map_or("example.com", |(_, domain)| domain);
        let id = match write.id {
            Id::Own => Some(format!("m{serial}@{domain}")),
            Id::None => None,
            Id::Constant => Some(format!("konstant-{}", write.from)),
            Id::LikeOurs(slot) => {
                let key = Key {
                    serial: scene.serial(slot),
                    mailbox: write.places[0].0,
                };
                let named = self
                    .named
                    .iter()
                    .find(|(_, known)| **known == key)
                    .map(|(name, _)| name.clone());
                Some(format!(
                    "{}.notice.m{serial}@{domain}",
                    named.unwrap_or_default().to_lowercase()
                ))
            }
        };
        let now = self.now();
        let subject = match own_subject {
            Some(ours) if write.subject.starts_with("SV:") => format!("SV: {ours}"),
            Some(ours) if write.subject.is_empty() => ours,
            _ => write.subject.clone(),
        };
        let stamp = write.stamp.map(|ago| self.day() - Duration::days(ago));
        let subject = match stamp {
            Some(stamp) => format!("{subject} Ink {stamp}"),
            None => subject,
        };
        let mut mail = Mail {
            serial,
            kind: write.kind,
            from: write.from.clone(),
            sender: write.sender.clone(),
            reply_to: write.reply_to.clone(),
            to: write.to.clone(),
            cc: write.cc.clone(),
            subject,
            id,
            thread_index: write.thread_index.then_some(scene.number + 1),
            date: write.dated.map(|back| now - back),
            marks: write.marks.clone(),
            auth: write.auth,
            defect: write.defect,
            body: write.body.clone(),
            stamp,
            forged: write.forged,
            ..Mail::default()
        };
        if let Points::MailTo(_, slot)
        | Points::Leaked(_, slot)
        | Points::LetterTo(_, slot)
        | Points::Confirmed(slot) = write.points
        {
            let key = Key {
                serial: scene.serial(slot),
                mailbox: write.places[0].0,
            };
            let name = self
                .named
                .iter()
                .find(|(_, known)| **known == key)
                .map(|(name, _)| name.clone());
            let (words, word) = match write.order {
                Some(order) => {
                    let (words, word) = self.words_of(order, key);
                    (words, Some(word))
                }
                None => (write.body.clone(), None),
            };
            let command = word.map(|word| Command {
                about: key,
                word,
                by: write.from.clone(),
                written: now,
                shown: None,
                read_on: None,
            });
            // Who is away is no matter of an item.
            let is_of_people = command.as_ref().is_some_and(Command::is_of_people);
            let about = name.filter(|_| !is_of_people);
            mail.body = named_in(&words, about.as_deref().unwrap_or_default());
            if let Some(command) = command {
                self.says_who_is_there(&write.from, command.word);
                self.facts.commands.insert(serial, command);
            }
            self.tell(&format!("m{serial} says {}", mail.body));
        }
        if let Some(first) = self.facts.mails.get(&serial) {
            mail.date = first.date;
        }
        // A reply goes to the mailbox that wrote, or to the other.
        let answered_in = self
            .facts
            .own
            .iter()
            .find(|own| write.order.is_some() && in_reply_to.as_ref() == Some(&own.id))
            .map(|own| match write.reaches {
                Reaches::Writer => own.mailbox,
                Reaches::Other => 1 - own.mailbox,
            });
        if let Some(answered_in) = answered_in {
            mail.to = vec![Hall::address(answered_in).to_owned()];
        }
        (mail.references, mail.in_reply_to) = (before, in_reply_to);
        mail.references.extend(mail.in_reply_to.clone());
        if let Id::LikeOurs(_) = write.id {
            mail.more = format!(
                "X-Servicelofte: notice; ref={}\r\n",
                mail.id.as_deref().unwrap_or_default()[..13].to_uppercase()
            );
        }
        for (index, (mailbox, folder)) in write.places.iter().enumerate() {
            let behind = if self.facts.mails.contains_key(&serial) {
                "again, "
            } else {
                ""
            };
            self.tell(&format!(
                "m{serial} ({}) {behind}from {} to {} «{}» in {folder} of {}{}",
                write.kind,
                mail.from,
                mail.recipients().cloned().collect::<Vec<_>>().join(" "),
                mail.subject,
                answered_in.unwrap_or(*mailbox),
                mail.points()
                    .next()
                    .map(|id| format!(", points at {id}"))
                    .unwrap_or_default(),
            ));
            self.written += 1;
            if index == 0 {
                self.facts
                    .mails
                    .entry(serial)
                    .or_insert_with(|| mail.clone());
            }
            let border = self
                .facts
                .house
                .border
                .filter(|_| crate::sim::oracle::facts::role(folder) != Role::Sent);
            let written = border
                .or(Some("mx.example.se"))
                .filter(|_| border.is_some() || self.writes_unasked(&mail));
            let raw = mail.bytes(written);
            let mailbox = answered_in.unwrap_or(*mailbox);
            self.lay(mailbox, folder, serial, raw, write.stamped, write.draft);
        }
        true
    }

    /// Where no border is named, servers write what they know all the same.
    fn writes_unasked(&self, mail: &Mail) -> bool {
        self.facts.house.border.is_none() && mail.forged
    }

    /// Puts bytes into a folder and notes that they lie there.
    pub(super) fn lay(
        &mut self,
        mailbox: usize,
        folder: &str,
        serial: u32,
        raw: Vec<u8>,
        stamped: Duration,
        draft: bool,
    ) {
        let (now, put) = (self.now(), self.facts.tick());
        let at = now - stamped;
        let flags = Flags {
            draft,
            ..Flags::default()
        };
        self.office.posts[mailbox]
            .state()
            .put_letter(folder, Letter::new(raw, at, flags, serial));
        self.note_lie(Lie {
            serial,
            mailbox,
            folder: folder.to_owned(),
            at,
            since: now,
            put,
            gone: None,
            shown: None,
            denied: false,
            draft,
        });
    }

    pub(super) fn note_lie(&mut self, lie: Lie) {
        self.unshown[lie.mailbox].push(self.facts.lies.len());
        self.facts.lies.push(lie);
    }

    /// Where a mail lies now, the inbox before all others.
    fn place(&self, serial: u32, mailbox: usize) -> Option<usize> {
        let lies = self.facts.lies.of(serial);
        let here = lies.filter(|(_, lie)| lie.mailbox == mailbox && lie.gone.is_none());
        here.filter(|(_, lie)| lie.role() != Role::Sent)
            .map(|(index, _)| index)
            .next()
    }

    fn moves(&mut self, serial: u32, mailbox: usize, to: &str, takes: bool) {
        // A copy may come from the other mailbox.
        let from = self
            .place(serial, mailbox)
            .or_else(|| (0..self.hall.mailboxes).find_map(|m| self.place(serial, m)));
        let Some(from) = from else { return };
        let lie = self.facts.lies[from].clone();
        if lie.folder == to && lie.mailbox == mailbox {
            return;
        }
        self.tell(&format!(
            "m{serial} goes from {} of {} to {to} of {mailbox}",
            lie.folder, lie.mailbox
        ));
        if takes && lie.shown.is_none() {
            self.met(Fault::MovedUnseen);
        } else if !takes && lie.mailbox == mailbox {
            self.met(Fault::InTwoFolders);
        }
        let letters: Vec<Letter> = {
            let mut state = self.office.posts[lie.mailbox].state();
            if takes {
                state.take_serial(serial, &lie.folder)
            } else {
                let drawer = state.drawer(&lie.folder);
                drawer
                    .letters
                    .iter()
                    .filter(|letter| letter.serial == serial)
                    .take(1)
                    .cloned()
                    .collect()
            }
        };
        let order = self.facts.tick();
        if takes {
            self.gone(serial, lie.mailbox, &lie.folder, order);
        }
        let now = self.now();
        for letter in letters {
            let at = letter.internal_date;
            self.office.posts[mailbox].state().put_letter(to, letter);
            self.note_lie(Lie {
                mailbox,
                folder: to.to_owned(),
                at,
                since: now,
                put: order,
                gone: None,
                shown: None,
                denied: false,
                ..lie.clone()
            });
        }
    }

    fn gone(&mut self, serial: u32, mailbox: usize, folder: &str, order: u64) {
        let mut lies = self.facts.lies.iter_mut();
        let here =
            |lie: &&mut Lie| lie.serial == serial && lie.mailbox == mailbox && lie.folder == folder;
        lies.by_ref()
            .filter(here)
            .filter(|lie| lie.gone.is_none())
            .for_each(|lie| lie.gone = Some(order));
    }

    fn deletes(&mut self, serial: u32, mailbox: usize) {
        let Some(lie) = self
            .place(serial, mailbox)
            .map(|index| self.facts.lies[index].clone())
        else {
            return;
        };
        self.tell(&format!(
            "m{serial} is deleted from {} of {mailbox}",
            lie.folder
        ));
        self.met(Fault::Deleted);
        self.office.posts[mailbox]
            .state()
            .take_serial(serial, &lie.folder);
        let order = self.facts.tick();
        self.gone(serial, mailbox, &lie.folder, order);
    }

    fn edits(&mut self, serial: u32, mailbox: usize, subject: &str) {
        let Some(lie) = self
            .place(serial, mailbox)
            .map(|index| self.facts.lies[index].clone())
        else {
            return;
        };
        let Some(mail) = self.facts.mails.get_mut(&serial) else {
            return;
        };
        let mut edited = mail.clone();
        mail.edited.push(subject.to_owned());
        subject.clone_into(&mut edited.subject);
        self.tell(&format!("m{serial} is now called «{subject}»"));
        let raw = edited.bytes(self.facts.house.border);
        let letters = self.office.posts[mailbox]
            .state()
            .take_serial(serial, &lie.folder);
        let order = self.facts.tick();
        self.gone(serial, mailbox, &lie.folder, order);
        for letter in letters.into_iter().take(1) {
            let at = letter.internal_date;
            let new = Letter::new(raw.clone(), at, letter.flags, serial);
            self.office.posts[mailbox]
                .state()
                .put_letter(&lie.folder, new);
            let since = self.now();
            self.note_lie(Lie {
                since,
                put: order,
                gone: None,
                shown: None,
                denied: false,
                ..lie.clone()
            });
        }
    }

    fn flags(&mut self, serial: u32, mailbox: usize) {
        for drawer in self.office.posts[mailbox].state().drawers.values_mut() {
            for letter in drawer
                .letters
                .iter_mut()
                .filter(|letter| letter.serial == serial)
            {
                letter.flags.answered = true;
                drawer.modseq += 1;
            }
        }
        self.flagged.insert(serial);
        self.tell(&format!("m{serial} bears a mark"));
    }

    /// Words of the registrar, when everything has just been read.
    pub(super) async fn say_words(&mut self) -> super::promise::Verdict {
        use servicelofte::domain::event::How;
        use servicelofte::domain::item::ItemId;
        for (about, word) in std::mem::take(&mut self.words) {
            let name = self
                .named
                .iter()
                .find(|(_, key)| **key == about)
                .map(|(name, _)| name.clone());
            let Some(id) = name.as_deref().and_then(ItemId::parse) else {
                continue;
            };
            let at = self.clock();
            let done = self.office.ask(move |engine| match word {
                Word::Closed(_) => engine
                    .close(id, How::Phone, None, None, "cli:registrator", at)
                    .map(|_| ()),
                Word::NoAnswer => engine
                    .exclude(id, "behöver inget svar", "cli:registrator", at)
                    .map(|_| ()),
                Word::Reopened => engine.reopen(id, "cli:registrator", at).map(|_| ()),
                Word::Handed => engine
                    .assign(id, "kanslist", "cli:registrator", at)
                    .map(|_| ()),
                Word::Posted(_) => engine.posted(id, None, "cli:registrator", at).map(|_| ()),
                Word::NoNotice => engine
                    .no_notice(id, None, "cli:registrator", at)
                    .map(|_| ()),
                Word::Letters(count) => engine.split(id, count, "cli:registrator", at).map(|_| ()),
                Word::Kept => engine
                    .hold(id, true, None, "cli:registrator", at)
                    .map(|_| ()),
                _ => Ok(()),
            });
            let done = done.await;
            self.tell(&format!(
                "{word:?} {id} ({about}): {}",
                if done.is_ok() { "done" } else { "refused" }
            ));
            if done.is_ok() {
                let word = match word {
                    Word::Closed(_) => Word::Closed(at),
                    Word::Posted(_) => Word::Posted(today(at)),
                    word => word,
                };
                let order = self.facts.tick();
                self.facts.said.push(crate::sim::oracle::facts::Said {
                    about,
                    word,
                    at,
                    order,
                    sure: true,
                });
            }
        }
        Ok(())
    }
}
