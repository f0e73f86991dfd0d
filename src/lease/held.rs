//! A lease that this process holds: it is renewed until it is given back or lost, and every mail
//! asks it.

use super::clock::since_start;
use super::etcd::{Etcd, EtcdError, Holder, Taken};
use super::fence::Fence;
use super::said::{May, Ours};
use crate::domain::item_id::ItemId;
use crate::domain::saying::{Saying, highest};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// A renewal that failed is tried again after this.
pub const AGAIN: Duration = Duration::from_millis(500);

/// How long giving back may take: a lease not given back ends by itself.
pub const GIVING_BACK: Duration = Duration::from_secs(3);

/// What a look at the lease came to.
pub enum Look {
    /// It is ours now.
    Won(Held),
    Another(Holder),
}

/// Takes the lease if nobody has it.
pub async fn look(etcd: &Arc<Etcd>, who: &str) -> Result<Look, EtcdError> {
    if let Some(holder) = etcd.holder().await? {
        return Ok(Look::Another(holder));
    }
    let asked = since_start();
    let (lease, ttl) = etcd.grant().await?;
    match etcd.take(lease, who).await {
        Ok(Some(taken)) => {
            let fence = Fence::granted(asked, ttl);
            Ok(Look::Won(Held::of(etcd, lease, taken, fence)))
        }
        other => {
            // Another was quicker, or it is not known. Nothing is bound to it, or it ends by
            // itself.
            let _ = timeout(GIVING_BACK, etcd.revoke(lease)).await;
            other?;
            let holder = etcd.holder().await?;
            Ok(Look::Another(holder.unwrap_or(Holder {
                lease: 0,
                generation: 0,
                who: "another host".to_owned(),
            })))
        }
    }
}

/// The lease, held.
pub struct Held {
    inner: Arc<Inner>,
    /// The generation of the last who held it before; 0: nobody ever did; -1: it is not known.
    pub previous: i64,
    /// The highest number of each year that a mail can have named by then.
    pub numbers: Vec<ItemId>,
    renewing: JoinHandle<()>,
}

/// What this process has written into etcd of what it says.
#[derive(Debug, Default)]
struct Said {
    numbers: Vec<ItemId>,
    /// etcd's own lease that what citizens are told is bound to, and since when it is used.
    keeps: Option<(Duration, i64)>,
}

/// So long one lease is used for what citizens are told.
const KEEPS_FOR: Duration = Duration::from_hours(24);

struct Inner {
    etcd: Arc<Etcd>,
    lease: i64,
    generation: i64,
    fence: Mutex<Fence>,
    said: Mutex<Said>,
    /// Why it is over, once it is.
    over: watch::Sender<Option<String>>,
}

impl Inner {
    fn fence(&self) -> MutexGuard<'_, Fence> {
        self.fence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holds(&self) -> bool {
        self.fence().holds(since_start())
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// etcd's lease for what citizens are told.
    async fn keeps(&self) -> Result<i64, EtcdError> {
        let now = since_start();
        let kept = self.said().keeps;
        if let Some((_, lease)) = kept.filter(|(since, _)| now < *since + KEEPS_FOR) {
            return Ok(lease);
        }
        let lease = self.etcd.grant_for_told().await?;
        self.said().keeps = Some((now, lease));
        Ok(lease)
    }

    /// Writes down what a mail says; whether it may leave.
    async fn say(&self, saying: &Saying) -> Result<May, EtcdError> {
        let highest = highest(&self.said().numbers, &saying.numbers);
        let has_grown = highest != self.said().numbers;
        if !has_grown && saying.told.is_empty() {
            let is_ours = self.is_ours().await?;
            return Ok(if is_ours { May::Leave } else { May::NotOurs });
        }
        let keeps = if saying.told.is_empty() {
            0
        } else {
            self.keeps().await?
        };
        let ours = Ours {
            lease: self.lease,
            generation: self.generation,
            keeps,
        };
        let numbers = has_grown.then_some(&highest[..]);
        let said = self.etcd.say(ours, saying, numbers).await;
        match &said {
            Ok(May::Leave) => self.said().numbers = highest,
            Ok(May::WasTold(_)) => {}
            Ok(May::NotOurs) => self.fence().lost(),
            // The lease of the mails told may be no more.
            Err(_) => self.said().keeps = None,
        }
        said
    }

    /// Whether etcd says that it is ours.
    async fn is_ours(&self) -> Result<bool, EtcdError> {
        let holder = self.etcd.holder().await?;
        let is_ours =
            holder.is_some_and(|now| (now.lease, now.generation) == (self.lease, self.generation));
        if !is_ours {
            self.fence().lost();
        }
        Ok(is_ours)
    }

    /// One renewal, and a majority's word that the key is ours still.
    async fn renew(&self) -> Result<(), EtcdError> {
        let asked = since_start();
        match self.etcd.keep(self.lease).await? {
            Some(ttl) if self.is_ours().await? => {
                let ttl = ttl.min(self.etcd.settings().ttl);
                self.fence().renewed(asked, ttl);
            }
            _ => self.fence().lost(),
        }
        Ok(())
    }
}

async fn renew(inner: Arc<Inner>) {
    let rest = inner.etcd.settings().ttl / 5;
    let mut last = String::new();
    loop {
        sleep(if last.is_empty() { rest } else { AGAIN }).await;
        // Before it is asked: after a pause that was too long nothing makes it ours again.
        if inner.holds() {
            last = match inner.renew().await {
                Ok(()) => String::new(),
                Err(error) => {
                    let why = error.to_string();
                    if last.is_empty() {
                        tracing::warn!(%why, "the lease could not be renewed; tried again");
                    }
                    why
                }
            };
        }
        if !inner.holds() {
            inner.fence().lost();
            let why = if last.is_empty() {
                "it was not renewed in time, or was taken away".to_owned()
            } else {
                last
            };
            inner.over.send_replace(Some(why));
            return;
        }
    }
}

impl Held {
    fn of(etcd: &Arc<Etcd>, lease: i64, taken: Taken, fence: Fence) -> Self {
        let inner = Arc::new(Inner {
            etcd: Arc::clone(etcd),
            lease,
            generation: taken.generation,
            fence: Mutex::new(fence),
            said: Mutex::new(Said {
                numbers: taken.numbers.clone(),
                keeps: None,
            }),
            over: watch::channel(None).0,
        });
        Self {
            renewing: tokio::spawn(renew(Arc::clone(&inner))),
            inner,
            previous: taken.previous,
            numbers: taken.numbers,
        }
    }

    #[must_use]
    pub fn generation(&self) -> i64 {
        self.inner.generation
    }

    /// By which mails ask.
    #[must_use]
    pub fn leave(&self) -> Leave {
        Leave(Arc::clone(&self.inner))
    }

    #[must_use]
    pub fn holds(&self) -> bool {
        self.inner.holds()
    }

    /// Gives it back, so that another host need not wait for its end.
    pub async fn give_back(self) {
        self.renewing.abort();
        self.inner.fence().lost();
        let revoked = timeout(GIVING_BACK, self.inner.etcd.revoke(self.inner.lease)).await;
        if !matches!(revoked, Ok(Ok(()))) {
            tracing::warn!("the lease could not be given back: it ends by itself");
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewing.abort();
        self.inner.fence().lost();
    }
}

/// Whether a mail may leave.
#[derive(Clone)]
pub struct Leave(Arc<Inner>);

impl std::fmt::Debug for Leave {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leave({})", self.0.generation)
    }
}

impl Leave {
    #[must_use]
    pub fn generation(&self) -> i64 {
        self.0.generation
    }

    /// Whether the lease is surely held, as far as this machine knows by itself.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.holds()
    }

    /// Asks etcd as well: a virtual machine that was paused does not know of it by itself. Doubtful
    /// is an error.
    pub async fn confirm(&self) -> Result<(), String> {
        match self.0.is_ours().await {
            Ok(true) if self.holds() => Ok(()),
            Ok(_) => Err(NOT_OURS.to_owned()),
            Err(error) => Err(format!("whether this host leads is in doubt: {error}")),
        }
    }

    /// The same, and in the same transaction every other host learns what the mail says.
    pub async fn say(&self, saying: &Saying) -> Result<May, String> {
        match self.0.say(saying).await {
            Ok(May::NotOurs) => Err(NOT_OURS.to_owned()),
            Ok(_) if !self.holds() => Err(NOT_OURS.to_owned()),
            Ok(may) => Ok(may),
            Err(error) => Err(format!("whether this host leads is in doubt: {error}")),
        }
    }

    /// Waits until the lease is lost; why.
    pub async fn over(&self) -> String {
        let mut over = self.0.over.subscribe();
        match over.wait_for(Option::is_some).await {
            Ok(why) => why.clone().unwrap_or_default(),
            // The sender lives as long as this does.
            Err(_) => String::new(),
        }
    }
}

/// Why a mail does not leave.
pub const NOT_OURS: &str = "this host does not lead any more";
