//! The simulated mail server: folders that people and the service see alike, and the way out.

use super::trouble::{Strike, Troubles};
use chrono::{DateTime, Duration, Utc};
use servicelofte::domain::cursor::Selected;
use servicelofte::mail::parse::FIELDS;
use servicelofte::ports::{
    Clock, Delivered, Envelope, Fetched, Flags, Folder, Mailbox, MailboxError, Refused, Space,
    Special, Transport,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;

/// A clock that stops until it is set.
#[derive(Clone, Debug)]
pub struct SetClock(pub Arc<Mutex<DateTime<Utc>>>);

impl SetClock {
    pub fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

#[derive(Clone, Debug)]
pub struct Letter {
    pub uid: u32,
    pub internal_date: DateTime<Utc>,
    pub flags: Flags,
    pub raw: Arc<[u8]>,
    /// What the service is given of its header; read once, as servers keep it.
    header: Arc<[u8]>,
    /// Its Message-ID without brackets; read once, since servers have an index of them too.
    pub id: Option<Arc<str>>,
    /// Which mail of the simulation's it is; 0 for all others.
    pub serial: u32,
}

#[derive(Clone, Debug)]
pub struct Drawer {
    pub special: Option<Special>,
    pub uid_validity: u32,
    pub uid_next: u32,
    /// Grows with every change.
    pub modseq: u64,
    /// Ascending by UID.
    pub letters: Vec<Letter>,
    /// The server shows an old state of the folder: as it was before this UID came.
    pub stale: Option<u32>,
}

impl Drawer {
    fn new(special: Option<Special>) -> Self {
        Self {
            special,
            uid_validity: 1,
            uid_next: 1,
            modseq: 1,
            letters: Vec::new(),
            stale: None,
        }
    }

    /// A server that lost its count: the same UIDVALIDITY, and fewer UIDs than it had. Whether
    /// there was anything to lose.
    pub fn counts_anew(&mut self) -> bool {
        let all = u32::try_from(self.letters.len()).unwrap_or(u32::MAX);
        if self.stale.is_some() || all + 1 >= self.uid_next {
            return false;
        }
        (1..)
            .zip(&mut self.letters)
            .for_each(|(uid, letter)| letter.uid = uid);
        (self.uid_next, self.modseq) = (all + 1, self.modseq + 1);
        true
    }

    /// What the server shows, and the next UID as it says.
    pub fn shown(&self) -> (&[Letter], u32) {
        match self.stale {
            None => (&self.letters, self.uid_next),
            Some(before) => (
                &self.letters[..self.letters.partition_point(|letter| letter.uid < before)],
                before,
            ),
        }
    }

    fn selected(&self, condstore: bool) -> Selected {
        let (letters, uid_next) = self.shown();
        Selected {
            uid_validity: self.uid_validity,
            uid_next,
            exists: u32::try_from(letters.len()).unwrap_or(u32::MAX),
            highest_modseq: condstore.then_some(self.modseq),
        }
    }

    fn by_uid(&self, uid: u32) -> Option<&Letter> {
        let letters = self.shown().0;
        letters
            .binary_search_by_key(&uid, |letter| letter.uid)
            .ok()
            .map(|index| &letters[index])
    }
}

/// What the server does with a mail that is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server cannot be reached.
    Down,
    Reject,
    /// Puts it off for its reader's sake.
    PutOff,
    /// Refuses it for our own sake.
    Bar,
    /// Accepted, but the answer is lost.
    Lose,
    /// The connection ends after the go-ahead; nothing was accepted.
    Drop,
    /// Accepted for this recipient; another one is said to have been refused.
    Partly,
    /// The process ends after the go-ahead, before the mail was accepted or after it.
    DieBefore,
    DieAfter,
}

/// A mail that the server accepted.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub at: DateTime<Utc>,
    pub envelope: Envelope,
    /// What befell it all the same.
    pub fate: Option<Fate>,
}

/// How the server lists and hands out what a folder holds, when it does not do it right.
#[derive(Debug, Default)]
pub struct Listing {
    /// Counted and listed, but left out of fetches: the message of this id.
    pub omitted: Option<String>,
    /// It vanishes when it has been listed.
    pub vanishes: Option<String>,
    /// How many UIDs are listed at most.
    pub at_most: Option<usize>,
    pub refuses: bool,
    /// Commands that asked about the content of folders.
    pub commands: Vec<&'static str>,
}

#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what the server does, each word of the script language one"
)]
pub struct State {
    pub drawers: BTreeMap<String, Drawer>,
    pub listing: Listing,
    pub condstore: bool,
    pub reachable: bool,
    /// A folder that is listed and may not be opened.
    pub forbidden: Option<String>,
    /// Always, until it is up again.
    pub smtp: Option<Fate>,
    /// For the mails to one address, until it is taken out.
    pub readers: BTreeMap<String, Fate>,
    /// For the next mails only.
    pub fates: VecDeque<Fate>,
    /// When one of them last befell a mail.
    pub fated_at: Option<DateTime<Utc>>,
    pub accepted: Vec<Accepted>,
    /// The mails that were lost after the go-ahead: for all that the program knows, they arrived.
    pub lost: Vec<(DateTime<Utc>, Vec<u8>)>,
    /// The server itself puts a copy of what it accepts into Sent.
    pub saves_sent: bool,
    /// What the server answers to a mail that it takes.
    pub says: Option<String>,
    /// Where a rule of the server puts what the mailbox sends to itself; `None`: the server refuses
    /// that recipient.
    pub own_copies: Option<String>,
    /// APPEND is not refused.
    pub takes_copies: bool,
    /// SEARCH is answered, not refused.
    pub searches: bool,
    /// Folders are listed in the other order.
    pub lists_backwards: bool,
    /// Every folder that was opened or written to.
    pub opened: BTreeSet<String>,
    /// Folders that were searched, and from which UID on.
    pub searched: Vec<(String, u32)>,
    /// Message-IDs of mails that were read beyond their header, and how many bytes at most.
    pub peeked: Vec<(String, u32)>,
    pub troubles: Troubles,
    /// The server tells of several folders at once, before they are opened: what it has told.
    pub foretold: Option<BTreeMap<String, Selected>>,
    /// Mail of five minutes ago that can be seen as soon as it has told.
    pub meanwhile: Vec<(&'static str, String)>,
}

/// The server, as people, the reader and the sender hold it.
#[derive(Clone, Debug)]
pub struct Post {
    state: Arc<Mutex<State>>,
    clock: SetClock,
    open: Option<String>,
}

impl Post {
    pub fn new(clock: SetClock) -> Self {
        let mut drawers = BTreeMap::new();
        for (name, special) in [
            ("INBOX", None),
            ("INBOX/Bygglov", None),
            ("Skickat", Some(Special::Sent)),
            ("Skräppost", Some(Special::Junk)),
            ("Papperskorg", Some(Special::Trash)),
            ("Klart", None),
            ("Arkiv", None),
        ] {
            drawers.insert(name.to_owned(), Drawer::new(special));
        }
        let state = State {
            drawers,
            listing: Listing::default(),
            condstore: true,
            reachable: true,
            forbidden: None,
            smtp: None,
            readers: BTreeMap::new(),
            fates: VecDeque::new(),
            fated_at: None,
            accepted: Vec::new(),
            lost: Vec::new(),
            saves_sent: false,
            says: None,
            own_copies: Some("INBOX".to_owned()),
            takes_copies: true,
            searches: true,
            lists_backwards: false,
            opened: BTreeSet::new(),
            searched: Vec::new(),
            peeked: Vec::new(),
            troubles: Troubles::default(),
            foretold: None,
            meanwhile: Vec::new(),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            clock,
            open: None,
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts a mail into a folder.
    pub fn put(&self, folder: &str, raw: Vec<u8>, internal_date: DateTime<Utc>, flags: Flags) {
        self.state().put(folder, raw, internal_date, flags);
    }
}

impl State {
    pub fn drawer(&mut self, folder: &str) -> &mut Drawer {
        self.drawers
            .get_mut(folder)
            .unwrap_or_else(|| panic!("there is no folder {folder}"))
    }

    /// Folders that only the town of the simulation has.
    pub fn add_folders(&mut self, names: &[&str]) {
        self.drawers.extend(
            names
                .iter()
                .map(|name| ((*name).to_owned(), Drawer::new(None))),
        );
    }

    fn put(&mut self, folder: &str, raw: Vec<u8>, internal_date: DateTime<Utc>, flags: Flags) {
        self.put_letter(folder, Letter::new(raw, internal_date, flags, 0));
    }

    /// Puts a letter into a folder, under the folder's next UID.
    pub fn put_letter(&mut self, folder: &str, letter: Letter) {
        let drawer = self.drawer(folder);
        drawer.letters.push(Letter {
            uid: drawer.uid_next,
            ..letter
        });
        drawer.uid_next += 1;
        drawer.modseq += 1;
    }

    /// Takes the letters of one mail of the simulation's out of a folder.
    pub fn take_serial(&mut self, serial: u32, folder: &str) -> Vec<Letter> {
        let drawer = self.drawer(folder);
        let (out, stays): (Vec<_>, Vec<_>) = std::mem::take(&mut drawer.letters)
            .into_iter()
            .partition(|l| l.serial == serial);
        drawer.letters = stays;
        drawer.modseq += u64::from(!out.is_empty());
        out
    }

    /// Takes every mail out whose Message-ID this is, of one folder or of all.
    pub fn take(&mut self, message_id: &str, folder: Option<&str>) -> Vec<Letter> {
        let mut taken = Vec::new();
        for (_, drawer) in self
            .drawers
            .iter_mut()
            .filter(|(name, _)| folder.is_none_or(|folder| folder == *name))
        {
            let (out, stays) = std::mem::take(&mut drawer.letters)
                .into_iter()
                .partition(|l| l.has_id(message_id));
            drawer.letters = stays;
            drawer.modseq += u64::from(!Vec::is_empty(&out));
            taken.extend(out);
        }
        assert!(!taken.is_empty(), "no mail has the id {message_id}");
        taken
    }

    pub fn relay(&mut self, letters: Vec<Letter>, folder: &str) {
        for letter in letters {
            self.put_letter(folder, letter);
        }
    }

    /// A migrated mailbox whose messages have new times too, some seconds apart.
    pub fn restamp(&mut self, folder: &str, now: DateTime<Utc>) {
        self.renumber(folder);
        for (letter, seconds) in self.drawer(folder).letters.iter_mut().zip(1..) {
            letter.internal_date = now + Duration::seconds(seconds);
        }
    }

    /// A migrated mailbox: every UID is a new one.
    pub fn renumber(&mut self, folder: &str) {
        let drawer = self.drawer(folder);
        drawer.uid_validity += 1;
        drawer.modseq += 1;
        for (uid, letter) in (101..).zip(&mut drawer.letters) {
            letter.uid = uid;
            drawer.uid_next = uid + 1;
        }
    }
}

impl Letter {
    pub fn new(raw: Vec<u8>, internal_date: DateTime<Utc>, flags: Flags, serial: u32) -> Self {
        let id = header_field(&raw, "Message-ID").map(|id| id.trim_matches(['<', '>']).into());
        Self {
            uid: 0,
            internal_date,
            flags,
            header: asked(header(&raw)).into(),
            raw: raw.into(),
            id,
            serial,
        }
    }

    pub fn has_id(&self, message_id: &str) -> bool {
        self.id.as_deref() == Some(message_id)
    }
}

/// The value of a header field, unfolded.
pub fn header_field(raw: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(header(raw)).replace("\r\n ", " ");
    text.split("\r\n").find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn header(raw: &[u8]) -> &[u8] {
    raw.windows(4)
        .position(|end| end == b"\r\n\r\n")
        .map_or(raw, |end| &raw[..end + 4])
}

impl Post {
    fn opened<T>(&self, look: impl FnOnce(&Drawer) -> T) -> Result<T, MailboxError> {
        let state = self.state();
        if !state.reachable {
            return Err(MailboxError::Lost(
                "reading: the connection is gone".to_owned(),
            ));
        }
        let name = self
            .open
            .as_deref()
            .ok_or_else(|| MailboxError::Refused("no folder is open".to_owned()))?;
        let drawer = state.drawers.get(name);
        drawer
            .map(look)
            .ok_or_else(|| MailboxError::Refused("the open folder is gone".to_owned()))
    }

    /// One call to the server, with the trouble that it may meet before it or after it.
    fn call<T>(
        &mut self,
        what: impl FnOnce(&mut Self) -> Result<T, MailboxError>,
    ) -> Result<T, MailboxError> {
        let strike = self.state().troubles.call(false)?;
        let done = what(self)?;
        self.state().troubles.answer(strike)?;
        Ok(done)
    }
}

/// Messages that are handed out in pairs; more in batches as they come from a real server.
const MANY: usize = 16;
const A_BATCH: usize = 50;

fn fetched(letter: &Letter) -> Fetched {
    Fetched {
        uid: letter.uid,
        internal_date: Some(letter.internal_date),
        size: u32::try_from(letter.raw.len()).unwrap_or(u32::MAX),
        flags: letter.flags,
        header: letter.header.to_vec(),
    }
}

/// The fields that the service asks a server for, as they stand: nothing else of a header is ever
/// given.
fn asked(header: &[u8]) -> Vec<u8> {
    let mut keeps = true;
    let lines = header.split_inclusive(|byte| *byte == b'\n');
    let kept = lines.filter(|line| {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            keeps = is_asked(line);
        }
        keeps
    });
    kept.flatten().copied().collect()
}

fn is_asked(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        // The blank line at the end, or no field at all, which some servers give.
        return true;
    };
    let name = line[..colon].trim_ascii_end();
    let is = |field: &&str| name.eq_ignore_ascii_case(field.as_bytes());
    FIELDS.iter().chain(&["Received"]).any(is)
}

impl Mailbox for Post {
    async fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        self.call(|post| {
            let state = post.state();
            if !state.reachable {
                return Err(MailboxError::Lost(
                    "listing: the connection is gone".to_owned(),
                ));
            }
            let folder = |(name, drawer): (&String, &Drawer)| Folder {
                name: name.clone(),
                separator: Some('/'),
                special: drawer.special,
                selectable: true,
                space: Space::Unknown,
            };
            let mut folders: Vec<Folder> = state.drawers.iter().map(folder).collect();
            if state.lists_backwards {
                folders.reverse();
            }
            Ok(folders)
        })
    }

    async fn foresee(&mut self, folders: &[String]) -> Result<(), MailboxError> {
        let came = self.clock.now() - chrono::Duration::minutes(5);
        let mut state = self.state();
        // The inbox is open between two readings, and STATUS is for the others (RFC 3501 §6.3.10).
        let others = folders.iter().filter(|folder| *folder != "INBOX");
        let told = others.map(|folder| {
            let selected = state.drawers[folder].selected(state.condstore);
            (folder.clone(), selected)
        });
        let told = told.collect();
        if let Some(foretold) = &mut state.foretold {
            *foretold = told;
            for (folder, raw) in std::mem::take(&mut state.meanwhile) {
                state.put(folder, raw.into_bytes(), came, Flags::default());
            }
        }
        Ok(())
    }

    async fn glance(&mut self, folder: &str) -> Result<Option<Selected>, MailboxError> {
        let mut state = self.state();
        let foretold = state.foretold.as_mut();
        Ok(foretold.and_then(|told| told.remove(folder)))
    }

    async fn examine(&mut self, folder: &str) -> Result<Selected, MailboxError> {
        self.call(|post| {
            post.open = Some(folder.to_owned());
            post.state().opened.insert(folder.to_owned());
            post.state().listing.commands.push("examine");
            let condstore = post.state().condstore;
            if post.state().forbidden.as_deref() == Some(folder) {
                return Err(MailboxError::Folder {
                    folder: folder.to_owned(),
                    why: "permission denied".to_owned(),
                });
            }
            post.opened(|drawer| drawer.selected(condstore))
        })
    }

    async fn fetch(
        &mut self,
        uids: (u32, u32),
        batches: mpsc::Sender<Vec<Fetched>>,
    ) -> Result<(), MailboxError> {
        let strike = self.state().troubles.call(true)?;
        self.state().listing.commands.push("fetch");
        let omitted = self.state().listing.omitted.clone();
        let mut all: Vec<Fetched> = self.opened(|drawer| {
            let letters = drawer.shown().0;
            let first = letters.partition_point(|letter| letter.uid < uids.0);
            letters[first..]
                .iter()
                .take_while(|letter| letter.uid <= uids.1)
                .map(fetched)
                .collect()
        })?;
        if matches!(strike, Some(Strike::Inside(_) | Strike::Partial)) {
            all.truncate(all.len() / 2);
        }
        if let Some(id) = omitted {
            let left_out = self.opened(|drawer| {
                drawer
                    .letters
                    .iter()
                    .find(|letter| letter.has_id(&id))
                    .map(|l| l.uid)
            })?;
            all.retain(|message| Some(message.uid) != left_out);
        }
        let size = if all.len() > MANY { A_BATCH } else { 2 };
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            let sent = batches.send(all.by_ref().take(size).collect()).await;
            sent.map_err(|_| MailboxError::Lost("nobody takes the batches".to_owned()))?;
        }
        self.state().troubles.answer(strike)
    }

    async fn flags(&mut self, uids: &[u32]) -> Result<Vec<(u32, Flags)>, MailboxError> {
        self.call(|post| {
            post.opened(|drawer| {
                uids.iter()
                    .filter_map(|uid| Some((*uid, drawer.by_uid(*uid)?.flags)))
                    .collect()
            })
        })
    }

    async fn uids(&mut self, uids: (u32, u32)) -> Result<Vec<u32>, MailboxError> {
        self.call(|post| {
            post.state().listing.commands.push("uids");
            if post.state().listing.refuses {
                return Err(MailboxError::Refused("SEARCH is not allowed".to_owned()));
            }
            let mut listed: Vec<u32> = post.opened(|drawer| {
                let within = drawer
                    .shown()
                    .0
                    .iter()
                    .filter(|letter| (uids.0..=uids.1).contains(&letter.uid));
                within.map(|letter| letter.uid).collect()
            })?;
            let mut state = post.state();
            listed.truncate(state.listing.at_most.unwrap_or(usize::MAX));
            if let Some(id) = state.listing.vanishes.take() {
                state.take(&id, None);
            }
            Ok(listed)
        })
    }

    async fn peek(&mut self, uid: u32, limit: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        let id = self.opened(|drawer| drawer.by_uid(uid).and_then(|letter| letter.id.clone()))?;
        self.state()
            .peeked
            .push((id.as_deref().unwrap_or_default().to_owned(), limit));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.call(|post| {
            post.opened(|drawer| {
                drawer
                    .by_uid(uid)
                    .map(|letter| letter.raw[..letter.raw.len().min(limit)].to_vec())
            })
        })
    }

    async fn part_headers(
        &mut self,
        uid: u32,
        parts: &[&str],
    ) -> Result<Vec<Vec<u8>>, MailboxError> {
        self.call(|post| {
            post.opened(|drawer| {
                let raw = drawer
                    .by_uid(uid)
                    .map(|letter| String::from_utf8_lossy(&letter.raw).into_owned());
                raw.iter()
                    .flat_map(|raw| parts.iter().filter_map(|part| part_header(raw, part)))
                    .collect()
            })
        })
    }

    async fn find(&mut self, message_id: &str, from_uid: u32) -> Result<Vec<u32>, MailboxError> {
        if !self.state().searches {
            return Err(MailboxError::Refused("SEARCH: NO".to_owned()));
        }
        let open = self.open.clone().unwrap_or_default();
        self.state().searched.push((open, from_uid));
        self.call(|post| {
            post.opened(|drawer| {
                let found = drawer
                    .shown()
                    .0
                    .iter()
                    .filter(|l| l.uid >= from_uid && l.has_id(message_id));
                found.map(|letter| letter.uid).collect()
            })
        })
    }

    async fn append(&mut self, folder: &str, mail: &[u8]) -> Result<(), MailboxError> {
        self.call(|post| {
            let now = post.clock.now();
            post.opened(|_| ())?;
            post.state().opened.insert(folder.to_owned());
            if !post.state().takes_copies {
                return Err(MailboxError::Refused(
                    "APPEND: NO [OVERQUOTA] quota exceeded".to_owned(),
                ));
            }
            post.put(folder, mail.to_vec(), now, Flags::default());
            Ok(())
        })
    }
}

/// The header fields of a part ("1.2"), as a server separates parts by the boundary around them.
fn part_header(raw: &str, part: &str) -> Option<Vec<u8>> {
    let mut here = raw;
    let mut line;
    for number in part.split('.') {
        let (header, body) = here.split_once("\r\n\r\n")?;
        let boundary = header
            .split_once("boundary=")?
            .1
            .split(['\r', ';'])
            .next()?;
        line = format!("--{}\r\n", boundary.trim_matches('"'));
        here = body.split(line.as_str()).nth(number.parse().ok()?)?;
    }
    Some(here.split("\r\n\r\n").next()?.as_bytes().to_vec())
}

impl Transport for Post {
    async fn send(
        &mut self,
        envelope: &Envelope,
        committing: impl Future<Output = Result<(), String>> + Send,
    ) -> Delivered {
        let fate = {
            let mut state = self.state();
            if let Err(dead) = state.troubles.call_for_sending() {
                return Delivered::Deferred(dead);
            }
            let next = state.fates.pop_front();
            if next.is_some() {
                state.fated_at = Some(self.clock.now());
            }
            let reader = envelope
                .to
                .iter()
                .find_map(|to| state.readers.get(to).copied());
            state.smtp.or(reader).or(next)
        };
        match fate {
            Some(Fate::Down) => return Delivered::Deferred("no connection".to_owned()),
            Some(Fate::Reject) => return Delivered::NoReader("550 5.1.1 no such user".to_owned()),
            Some(Fate::PutOff) => return Delivered::PutOff("452 4.2.2 mailbox full".to_owned()),
            Some(Fate::Bar) => {
                return Delivered::Barred("550 5.7.60 no right to send as the mailbox".to_owned());
            }
            _ => {}
        }
        if let Err(why) = committing.await {
            return Delivered::Deferred(why);
        }
        let at = self.clock.now();
        if let Some(Fate::Drop | Fate::DieBefore) = fate {
            self.state().lost.push((at, envelope.mail.clone()));
            if fate == Some(Fate::DieBefore) {
                self.state().troubles.die();
            }
            return Delivered::Unknown("the connection ended".to_owned());
        }
        let mut state = self.state();
        state.accepted.push(Accepted {
            at,
            envelope: envelope.clone(),
            fate,
        });
        if state.saves_sent {
            state.put("Skickat", envelope.mail.clone(), at, Flags::default());
        }
        let folder = state.own_copies.clone();
        // A letter's copy goes to the registrar, who takes it.
        let own_copy = envelope
            .own_copy
            .as_ref()
            .filter(|copy| envelope.from.as_ref() == Some(copy));
        if let (Some(_), Some(folder)) = (own_copy, &folder) {
            state.put(folder, envelope.mail.clone(), at, Flags::default());
        }
        if fate == Some(Fate::DieAfter) {
            state.troubles.die();
        }
        let text = state
            .says
            .clone()
            .unwrap_or_else(|| "250 queued".to_owned());
        match (fate, own_copy, folder) {
            (Some(Fate::Lose | Fate::DieAfter), ..) => {
                Delivered::Unknown("the connection ended".to_owned())
            }
            (Some(Fate::Partly), ..) => {
                let other = Refused {
                    address: "annan@example.org".to_owned(),
                    why: "550 5.1.1".to_owned(),
                };
                Delivered::Partly {
                    text,
                    refused: vec![other],
                }
            }
            (_, Some(own), None) => {
                let refused = Refused {
                    address: own.clone(),
                    why: "550 5.1.1 no such user".to_owned(),
                };
                Delivered::Partly {
                    text,
                    refused: vec![refused],
                }
            }
            _ => Delivered::Accepted(text),
        }
    }
}
