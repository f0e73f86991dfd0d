//! The engine's owner: one thread that applies one step at a time, and the handle by which tasks
//! ask it to.
//!
//! SQLite waits for the disk; a thread of its own keeps that away from the tasks that talk to
//! servers. The queue is bounded, so a caller that asks too much waits.

use super::Engine;
use crate::store::StoreError;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// Steps that may wait. A watcher has at most two under way.
const QUEUE: usize = 64;

type Step = Box<dyn FnOnce(&mut Engine) + Send>;

/// The engine has ended: the process is stopping, or a step has panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine has stopped")]
pub struct Stopped;

/// Why a step has no result.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Asks the engine to do a step.
#[derive(Clone, Debug)]
pub struct Handle(Way);

#[derive(Clone, Debug)]
enum Way {
    /// To the thread that owns it.
    Thread(mpsc::Sender<Step>),
    /// In its place: the caller does the step.
    Place(Arc<Mutex<Engine>>),
}

/// Gives the engine a thread. It ends when the last handle is dropped; joining it then waits for
/// the last step.
pub fn spawn(mut engine: Engine) -> std::io::Result<(Handle, std::thread::JoinHandle<()>)> {
    let (steps, mut queue) = mpsc::channel::<Step>(QUEUE);
    let thread = std::thread::Builder::new()
        .name("engine".to_owned())
        .spawn(move || {
            while let Some(step) = queue.blocking_recv() {
                step(&mut engine);
            }
        })?;
    Ok((Handle(Way::Thread(steps)), thread))
}

/// Leaves the engine where it is asked: for one task alone that lives through years as fast as it
/// can. A step then costs no change of threads, but the caller waits for the disk.
#[must_use]
pub fn in_place(engine: Engine) -> Handle {
    Handle(Way::Place(Arc::new(Mutex::new(engine))))
}

impl Handle {
    /// Does a step that the register may refuse, and waits for its result.
    pub async fn step<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Engine) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Undone> {
        Ok(self.call(step).await??)
    }

    /// Does something with the engine and waits for its result.
    pub async fn call<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let steps = match &self.0 {
            Way::Thread(steps) => steps,
            Way::Place(engine) => return Ok(step(&mut *engine.lock().map_err(|_| Stopped)?)),
        };
        let (answer, result) = oneshot::channel();
        let step: Step = Box::new(move |engine| {
            // The caller may have gone; the step is done all the same.
            let _ = answer.send(step(engine));
        });
        steps.send(step).await.map_err(|_| Stopped)?;
        result.await.map_err(|_| Stopped)
    }
}
