//! The port [`Mailbox`], as an IMAP server fulfils it.

use super::command::Command;
use super::conn::Fault;
use super::fetch::Sink;
use super::{
    ImapMailbox, LIST_AGE, MAX_HITS, MAX_MESSAGE_ID, conn, delta, fetch, guard, is_possible,
    refusal,
};
use crate::ports::{Changes, Fetched, Flags, Folder, Mailbox, MailboxError, Selected};
use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode};
use std::collections::BTreeMap;
use tokio::sync::mpsc;
use tokio::time::Instant;

impl Mailbox for ImapMailbox {
    async fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        match &self.listed {
            Some((at, folders)) if at.elapsed() < LIST_AGE => Ok(folders.clone()),
            _ => self.folders_anew().await,
        }
    }

    async fn folders_anew(&mut self) -> Result<Vec<Folder>, MailboxError> {
        self.listed = None;
        let mut folders = self.list().await?;
        let namespaces = self.namespaces().await?;
        for folder in &mut folders {
            folder.space = namespaces.space(folder);
        }
        self.listed = Some((Instant::now(), folders.clone()));
        Ok(folders)
    }

    async fn foresee(&mut self, folders: &[String]) -> Result<(), MailboxError> {
        self.foreseen.clear();
        let asked = self.closed(folders);
        if !self.tells_of_several() || asked.len() < 2 {
            return Ok(());
        }
        let wires: Vec<String> = asked.keys().cloned().collect();
        let condstore = self.has_condstore();
        match delta::statuses(&mut self.conn, &wires, condstore).await {
            Ok(told) => {
                let named = told
                    .into_iter()
                    .filter_map(|(wire, selected)| Some(((*asked.get(&wire)?).clone(), selected)));
                self.foreseen = named.collect();
            }
            // STATUS for each of them does as well.
            Err(Fault::Refused(_)) => self.refuses.statuses = true,
            Err(Fault::Garbled(_)) => {
                self.refuses.statuses = true;
                self.reopen().await?;
            }
            Err(fault) => return Err(fault.into()),
        }
        Ok(())
    }

    async fn glance(&mut self, folder: &str) -> Result<Option<Selected>, MailboxError> {
        if let Some((open, selected)) = &self.open
            && open == folder
        {
            // STATUS is not for the open folder (RFC 3501 §6.3.10); there the server announces news
            // by itself.
            let selected = *selected;
            if self.is_stirred(folder) {
                return Ok(None);
            }
            self.noop().await?;
            return Ok((!self.is_stirred(folder)).then_some(selected));
        }
        if let Some(foreseen) = self.foreseen.remove(folder) {
            return Ok(Some(foreseen));
        }
        if self.refuses.status {
            return Ok(None);
        }
        let wire = self.spellings.wire(folder);
        let condstore = self.has_condstore();
        match delta::status(&mut self.conn, &wire, condstore).await {
            Ok(told) => Ok(told),
            // Whether it is this folder or the command, EXAMINE will show.
            Err(Fault::Refused(_)) => Ok(None),
            Err(Fault::Garbled(_)) => {
                self.refuses.status = true;
                self.reopen().await?;
                Ok(None)
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// A folder whose name on the wire is not proper modified UTF-7 opens only after
    /// [`Mailbox::folders`].
    async fn examine(&mut self, folder: &str) -> Result<Selected, MailboxError> {
        self.open = None;
        self.foreseen.remove(folder);
        let wire = self.spellings.wire(folder);
        let mut command = Command::new("EXAMINE", "EXAMINE").string(&wire);
        if self.has_condstore() {
            command = command.text(" (CONDSTORE)");
        }
        let mut told = Told::default();
        let examined = self.conn.exec(command, |response| told.hear(response));
        examined
            .await
            .map_err(|fault| refusal::of_folder(folder, fault))?;
        let exists = told.exists;
        let uid_validity = told.validity.ok_or_else(|| no_validity(folder))?;
        let uid_next = match told.next.filter(|&next| is_possible(next, exists)) {
            Some(next) => next,
            None => self.uid_next(&wire, exists).await?,
        };
        let selected = Selected {
            uid_validity,
            uid_next,
            exists,
            highest_modseq: told.modseq,
        };
        self.has_opened(folder, selected);
        Ok(selected)
    }

    async fn fetch(
        &mut self,
        uids: (u32, u32),
        batches: mpsc::Sender<Vec<Fetched>>,
    ) -> Result<(), MailboxError> {
        self.must_be_open()?;
        // IMAP turns a range round when its first number is the larger one.
        let range = (uids.0.max(1), uids.1);
        if range.0 > range.1 {
            return Ok(());
        }
        let mut sink = Sink::new(batches);
        match fetch::stream(&mut self.conn, range, &self.items.all(), &mut sink).await {
            Err(fault) if fault.is_of_this_answer() => {
                self.isolate(range, &mut sink, &fault).await?;
            }
            other => other?,
        }
        self.ask_again(&mut sink).await
    }

    async fn flags(&mut self, uids: &[u32]) -> Result<Vec<(u32, Flags)>, MailboxError> {
        self.must_be_open()?;
        Ok(fetch::flags(&mut self.conn, uids).await?)
    }

    /// By SEARCH, which costs a few bytes a message and looks another way than the fetch that it is
    /// to check; where that is refused, or an answer is too long, by FETCH.
    async fn uids(&mut self, uids: (u32, u32)) -> Result<Vec<u32>, MailboxError> {
        self.must_be_open()?;
        match fetch::listed(&mut self.conn, uids).await {
            Err(fault) if fault.is_of_this_answer() => self.reopen().await?,
            other => return Ok(other?),
        }
        Ok(fetch::existing(&mut self.conn, uids).await?)
    }

    async fn changes(&mut self, uids: &[u32], since: u64) -> Result<Option<Changes>, MailboxError> {
        self.must_be_open()?;
        if !self.has_condstore() || since == 0 {
            return Ok(None);
        }
        match delta::changes(&mut self.conn, uids, since, self.qresync).await {
            Ok(changes) => Ok(Some(changes)),
            Err(Fault::Refused(_)) => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    async fn peek(&mut self, uid: u32, limit: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        self.must_be_open()?;
        Ok(fetch::peek(
            &mut self.conn,
            uid,
            limit.min(u32::try_from(guard::MAX_LITERAL).unwrap_or(u32::MAX)),
        )
        .await?)
    }

    async fn part_headers(
        &mut self,
        uid: u32,
        parts: &[&str],
    ) -> Result<Vec<Vec<u8>>, MailboxError> {
        self.must_be_open()?;
        Ok(fetch::part_headers(&mut self.conn, uid, parts).await?)
    }

    async fn find(&mut self, message_id: &str, from_uid: u32) -> Result<Vec<u32>, MailboxError> {
        self.must_be_open()?;
        if message_id.len() > MAX_MESSAGE_ID || !message_id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(MailboxError::Refused(
                "a Message-ID with such characters cannot be searched for".to_owned(),
            ));
        }
        let from = from_uid.max(1);
        let text = format!("UID SEARCH UID {from}:* HEADER Message-ID");
        let mut found: Vec<u32> = Vec::new();
        let command = Command::new("SEARCH", &text).string(&format!("<{message_id}>"));
        self.conn
            .exec(command, |response| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response
                    && found.len() < MAX_HITS
                {
                    // `n:*` holds the last message even when its UID is below n (RFC 3501 §6.4.8).
                    found.extend(uids.iter().filter(|&&uid| uid >= from));
                }
            })
            .await?;
        found.truncate(MAX_HITS);
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn append(&mut self, folder: &str, mail: &[u8]) -> Result<(), MailboxError> {
        // Courier refuses APPEND, to any folder, while one is open read-only. Of a folder opened by
        // EXAMINE, CLOSE removes nothing (RFC 3501 §6.4.2).
        if self.open.take().is_some() {
            self.conn
                .exec(Command::new("CLOSE", "CLOSE"), |_| {})
                .await?;
        }
        let wire = self.spellings.wire(folder);
        let command = Command::new("APPEND", "APPEND")
            .string(&wire)
            .text(" (\\Seen) ")
            .literal(mail.to_vec());
        match self.conn.exec(command, |_| {}).await {
            Err(Fault::Refused(why)) if why.contains(conn::TRY_CREATE.trim_end()) => {
                Err(refusal::of_folder(folder, Fault::Refused(why)))
            }
            other => Ok(other?),
        }
    }
}

impl ImapMailbox {
    fn has_opened(&mut self, folder: &str, selected: Selected) {
        self.open = Some((folder.to_owned(), selected));
        self.opened_at = Instant::now();
        self.conn.settle();
    }

    /// Those of the folders that are not open, by their names on the wire.
    fn closed<'a>(&self, folders: &'a [String]) -> BTreeMap<String, &'a String> {
        let open = self.open.as_ref().map(|(folder, _)| folder);
        let closed = folders.iter().filter(|folder| Some(*folder) != open);
        closed
            .map(|folder| (self.spellings.wire(folder), folder))
            .collect()
    }
}

fn no_validity(folder: &str) -> MailboxError {
    let why =
        "the server gives no UIDVALIDITY, so its messages cannot be told apart: ask its owner"
            .to_owned();
    MailboxError::Folder {
        folder: folder.to_owned(),
        why,
    }
}

/// What a server says of a folder that it opens.
#[derive(Default)]
struct Told {
    validity: Option<u32>,
    next: Option<u32>,
    exists: u32,
    modseq: Option<u64>,
}

impl Told {
    fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = *count,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(value)) => self.validity = Some(value),
                Some(ResponseCode::UidNext(value)) => self.next = Some(value),
                Some(ResponseCode::HighestModSeq(value)) => {
                    self.modseq = Some(value).filter(|value| *value > 0);
                }
                _ => {}
            },
            _ => {}
        }
    }
}
