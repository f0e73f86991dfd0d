//! The register of a trial, in the folder that it works in.

use crate::config::Config;
use crate::engine::Engine;
use crate::engine::handle::{self, Handle};
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::store::Store;
use crate::store::temporary::Steps;
use chrono::{DateTime, Utc};
use std::fs;
use std::path::Path;

/// On an empty register of its own.
pub(super) fn engine(
    config: &Config,
    work: &Path,
    since: DateTime<Utc>,
    steps: Steps,
) -> Result<Handle, Failure> {
    let service = &config.service;
    let texts = Texts::new(service.language, service.templates.as_deref());
    remove_register(work);
    let store = Store::temporary(&work.join(REGISTER), steps)?;
    let texts = texts.map_err(Failure::Config)?.unread();
    let engine = Engine::new(store, config.municipality(), texts, since)?;
    Ok(handle::in_place(engine))
}

/// The file of the trial's register.
const REGISTER: &str = "register.db";

pub(super) fn remove_register(work: &Path) {
    for end in ["", "-wal", "-shm", "-journal", ".lock"] {
        // A missing file need not be removed.
        let _ = fs::remove_file(work.join(format!("{REGISTER}{end}")));
    }
}

/// Lives on a register that takes no step back, and where one failed, once more on one that does.
pub(super) async fn on_a_register<T>(
    open: impl Fn(Steps) -> Result<Handle, Failure>,
    mut life: impl AsyncFnMut(&Handle) -> Result<T, Failure>,
) -> Result<(Handle, T), Failure> {
    let engine = open(Steps::Lasting)?;
    let lived = life(&engine).await;
    if lived.is_err() && is_spoiled(&engine).await? {
        drop(engine);
        let engine = open(Steps::Undone)?;
        let lived = life(&engine).await?;
        return Ok((engine, lived));
    }
    Ok((engine, lived?))
}

async fn is_spoiled(engine: &Handle) -> Result<bool, Failure> {
    let spoiled = engine.step(|engine| Ok(engine.store().is_spoiled()));
    spoiled
        .await
        .map_err(|error| Failure::Failed(error.to_string()))
}

/// The register may be kept.
pub(super) async fn settled(engine: &Handle) -> Result<(), Failure> {
    let step = engine.step(|engine| engine.store().settle());
    step.await
        .map_err(|error| Failure::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::TrialArgs;
    use super::super::case::case;
    use super::*;
    use crate::store::StoreError;
    use clap::Parser;

    /// The arguments of a trial alone.
    #[derive(Parser)]
    struct TrialCommand {
        #[command(flatten)]
        args: TrialArgs,
    }

    /// A defect of the program ends no trial: it lives once more, on a register that takes back what
    /// failed, and goes on as the daemon would.
    #[tokio::test]
    async fn a_life_in_which_a_step_failed_is_lived_once_more() {
        let work = tempfile::tempdir().unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let args =
            TrialCommand::parse_from(["", "--mbox", "-", "--address", "kf@kommunen.test"]).args;
        let case = case(None, &args, now).unwrap();
        let open = |steps| engine(&case.config, work.path(), now, steps);
        let mut tries = 0;
        let (engine, lived) = on_a_register(open, async |engine: &Handle| {
            tries += 1;
            let step = engine.step(|engine| {
                engine.store().write(|db| {
                    db.set_meta("half", "done")?;
                    Err::<(), _>(StoreError::Defect("planted".to_owned()))
                })
            });
            match step.await {
                Err(_) if tries > 1 => Ok(tries),
                other => Err(Failure::Failed(format!("{other:?}"))),
            }
        })
        .await
        .unwrap();
        assert_eq!(lived, 2);
        let half = engine.step(|engine| engine.db().meta("half"));
        assert_eq!(half.await.unwrap(), None);
    }
}
