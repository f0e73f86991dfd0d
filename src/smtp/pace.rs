//! Turns at an SMTP account: how many connections it allows, and how many mails a minute.
//!
//! Mailboxes that send by the same account share its turns. The wait comes before a mail is chosen,
//! so that the mail is still right when it goes; nothing is dropped, and no attempt is counted.
//! Exchange Online refuses more than three connections (432 4.3.2) and slows down more than thirty
//! mails a minute.

use super::{SmtpError, SmtpTransport};
use crate::config::{Server, Smtp};
use crate::domain::saying::{Saying, Told};
use crate::lease::{Leave, May};
use crate::logins::Logins;
use crate::ports::{Delivered, Envelope, Transport};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// What `per_minute` counts in. A second more, since the server's clock is not ours.
pub const MINUTE: Duration = Duration::from_secs(61);

/// One account's turns.
#[derive(Debug)]
pub struct Account {
    connections: Arc<Semaphore>,
    /// A mail takes one when it begins and gives it back a minute after its end: so no minute has
    /// more.
    mails: Option<Arc<Semaphore>>,
    minute: Duration,
    /// Several mailboxes send by it.
    shared: bool,
    /// How many wait for a connection.
    waiting: AtomicUsize,
}

impl Account {
    /// At most `connections` at a time, and `mails` in each minute.
    #[must_use]
    pub fn new(connections: u32, mails: Option<u32>, minute: Duration, shared: bool) -> Self {
        let semaphore = |size: u32| {
            Arc::new(Semaphore::new(
                usize::try_from(size).unwrap_or(Semaphore::MAX_PERMITS),
            ))
        };
        Self {
            connections: semaphore(connections),
            mails: mails.map(semaphore),
            minute,
            shared,
            waiting: AtomicUsize::new(0),
        }
    }
}

/// The accounts of a configuration. Mailboxes that say different limits for one account get the
/// lowest.
#[derive(Debug)]
pub struct Accounts(HashMap<(String, u16, String), Arc<Account>>);

impl Accounts {
    pub fn new<'a>(settings: impl Iterator<Item = &'a Smtp>) -> Self {
        let mut limits: HashMap<_, (u32, Option<u32>, usize)> = HashMap::new();
        for smtp in settings {
            let (connections, mails, users) =
                limits
                    .entry(key(&smtp.server))
                    .or_insert((u32::MAX, None, 0));
            *connections = smtp.connections.min(*connections);
            *mails = [*mails, smtp.per_minute].into_iter().flatten().min();
            *users += 1;
        }
        let account = |(connections, mails, users)| {
            Arc::new(Account::new(connections, mails, MINUTE, users > 1))
        };
        Self(
            limits
                .into_iter()
                .map(|(key, limits)| (key, account(limits)))
                .collect(),
        )
    }

    /// The account of these settings; one of its own when they were not among those that were
    /// given.
    #[must_use]
    pub fn of(&self, smtp: &Smtp) -> Arc<Account> {
        let alone = || {
            Arc::new(Account::new(
                smtp.connections,
                smtp.per_minute,
                MINUTE,
                false,
            ))
        };
        self.0
            .get(&key(&smtp.server))
            .map_or_else(alone, Arc::clone)
    }
}

fn key(server: &Server) -> (String, u16, String) {
    let user = server
        .login
        .as_ref()
        .map_or_else(String::new, |login| login.user.clone());
    (server.host.clone(), server.port, user)
}

/// A transport that takes its turns.
pub struct Paced {
    inner: SmtpTransport,
    account: Arc<Account>,
    /// Held as long as a connection may be open.
    connection: Option<OwnedSemaphorePermit>,
    mail: Option<OwnedSemaphorePermit>,
    /// Whether this host may send; `None`: there is no other.
    leave: Option<Leave>,
    /// What the next mail says.
    saying: Saying,
    /// True once waiting makes no sense any more.
    stop: watch::Receiver<bool>,
}

impl Paced {
    pub fn new(
        settings: &Smtp,
        account: Arc<Account>,
        logins: Arc<Logins>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, SmtpError> {
        Ok(Self {
            inner: SmtpTransport::new(settings)?.beside(logins),
            account,
            connection: None,
            mail: None,
            leave: None,
            saying: Saying::default(),
            stop,
        })
    }

    /// The same for a host that must lead to send.
    #[must_use]
    pub fn fenced(self, leave: Option<Leave>) -> Self {
        Self {
            inner: self.inner.fenced(leave.clone()),
            leave,
            ..self
        }
    }

    fn may_leave(&self) -> bool {
        self.leave.as_ref().is_none_or(Leave::holds)
    }

    /// Nothing more is to be sent now: others who use the account get its connection.
    pub async fn rest(&mut self) {
        self.mail = None;
        if self.account.shared {
            self.close().await;
        }
    }

    /// Says goodbye on the open connection.
    pub async fn close(&mut self) {
        self.inner.close().await;
        self.connection = None;
    }
}

/// Waits for a permit, or for the stop.
async fn permit(
    of: &Arc<Semaphore>,
    stop: &mut watch::Receiver<bool>,
) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        permit = Arc::clone(of).acquire_owned() => permit.ok(),
        _ = stop.wait_for(|stop| *stop) => None,
    }
}

/// Why a mail stays.
const TOLD: &str = "another host has told this";

/// Whether a mail that says this may leave.
async fn may_leave(leave: Option<Leave>, saying: &Saying) -> Result<May, String> {
    let may = match leave {
        Some(leave) => leave.say(saying).await?,
        None => May::Leave,
    };
    if let May::WasTold(Told { generation, id }) = &may {
        tracing::warn!(generation, id, "{TOLD}: not sent again");
    }
    Ok(may)
}

impl Transport for Paced {
    async fn turn(&mut self) -> bool {
        if self.connection.is_none() {
            self.account.waiting.fetch_add(1, Ordering::Relaxed);
            self.connection = permit(&self.account.connections, &mut self.stop).await;
            self.account.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some(mails) = self.account.mails.as_ref().filter(|_| self.mail.is_none()) {
            self.mail = permit(mails, &mut self.stop).await;
            return self.connection.is_some() && self.mail.is_some() && self.may_leave();
        }
        // A host that does not lead takes no mail out of the outbox.
        self.connection.is_some() && self.may_leave()
    }

    fn says(&mut self, saying: &Saying) {
        self.saying = saying.clone();
    }

    async fn send(
        &mut self,
        envelope: &Envelope,
        committing: impl Future<Output = Result<(), String>> + Send,
    ) -> Delivered {
        let (leave, saying) = (self.leave.clone(), std::mem::take(&mut self.saying));
        let told = AtomicBool::new(false);
        let committing = async {
            // Asked first: a mail that may not leave is then in no doubt.
            let may = may_leave(leave, &saying).await?;
            committing.await?;
            told.store(may != May::Leave, Ordering::Relaxed);
            match may {
                May::Leave => Ok(()),
                // It is in doubt from now on, though not a byte of it leaves: the copy of the other
                // settles it, or a person does.
                _ => Err(TOLD.to_owned()),
            }
        };
        let mut outcome = self.inner.send(envelope, committing).await;
        if told.into_inner() {
            outcome = Delivered::Unknown(TOLD.to_owned());
        }
        if let Some(permit) = self.mail.take() {
            let minute = self.account.minute;
            tokio::spawn(async move {
                tokio::time::sleep(minute).await;
                drop(permit);
            });
        }
        if self.account.waiting.load(Ordering::Relaxed) > 0 {
            self.close().await;
        }
        outcome
    }
}
