//! Parsing: fetched bytes become messages, in order, beside the next fetch.

use crate::engine::Arrived;
use crate::engine::handle::Stopped;
use crate::mail::parse;
use crate::ports::Fetched;
use futures_util::future::{Either, Ready, ready};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

/// Messages that are parsed at once, in less time than a thread of their own would take to be
/// ready: what arrives day by day, and hundreds of mailboxes at a start.
const FEW: usize = 50;

/// Messages that are recorded in one transaction, at most one batch more: waiting batches are
/// written together, since each transaction writes pages of the indexes again.
const RECORDED_AT_ONCE: usize = 1_500;

/// A batch under the parser.
pub(super) type Parsing = Either<Ready<Result<Vec<Arrived>, JoinError>>, JoinHandle<Vec<Arrived>>>;

/// The next parsed batch, with finished ones behind it. One that is not is kept `waiting`.
pub(super) async fn next(
    in_order: &mut mpsc::Receiver<Parsing>,
    waiting: &mut Option<Parsing>,
) -> Result<Option<Vec<Arrived>>, Stopped> {
    let first = match waiting.take() {
        Some(first) => Some(first),
        None => in_order.recv().await,
    };
    let Some(first) = first else { return Ok(None) };
    let mut parsed = first.await.map_err(|_| Stopped)?;
    while parsed.len() < RECORDED_AT_ONCE
        && let Ok(next) = in_order.try_recv()
    {
        if matches!(&next, Either::Right(task) if !task.is_finished()) {
            *waiting = Some(next);
            break;
        }
        parsed.extend(next.await.map_err(|_| Stopped)?);
    }
    Ok(Some(parsed))
}

/// Parses a few messages at once, and many beside the reading of the next ones.
pub(super) fn begin(batch: Vec<Fetched>) -> Parsing {
    if batch.len() <= FEW {
        Either::Left(ready(Ok(parsed(batch))))
    } else {
        Either::Right(spawn_blocking(move || parsed(batch)))
    }
}

fn parsed(batch: Vec<Fetched>) -> Vec<Arrived> {
    let parsed = batch.into_iter().map(|fetched| Arrived {
        uid: fetched.uid,
        internal_date: fetched.internal_date,
        size: fetched.size,
        flags: fetched.flags,
        message: parse::message(&fetched.header),
        words: None,
    });
    parsed.collect()
}
