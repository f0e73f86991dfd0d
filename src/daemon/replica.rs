//! How the register comes from one host to the other: the operator's two commands, one that fetches
//! the newest replica when this host begins to lead, one that replicates for as long as it does.
//!
//! The commands know the engine of replication; here it is only judged what they brought.

use crate::config::Config;
use crate::domain::taking_over::{Begins, Found, begins};
use crate::failure::Failure;
use crate::lease::Held;
use crate::store::{backup, generation};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The longest that fetching a replica may take.
pub const RESTORE_LIMIT: Duration = Duration::from_mins(10);
/// Replication that ended by itself is begun again after this.
pub const AGAIN: Duration = Duration::from_secs(10);
/// How long replication may take to bring the last lines over, when it is told to end.
pub const LAST_LINES: Duration = Duration::from_secs(15);

/// What the commands are told.
const DATABASE: &str = "SERVICELOFTE_DATABASE";
const RESTORE_TO: &str = "SERVICELOFTE_RESTORE_TO";
const GENERATION: &str = "SERVICELOFTE_GENERATION";

/// Before the register is opened by a host that has won the lease: the newest replica takes its
/// place, unless nobody has led since it was written. Whether mails may have left that it does not
/// know.
pub(super) async fn prepare(config: &Config, held: &Held) -> Result<bool, Failure> {
    let database = &config.service.database;
    let known = generation::of_file(database)?;
    if !takes_over(database, false, held)? {
        return Ok(false);
    }
    match restore(config, known).await? {
        Some(found) => {
            tracing::warn!(known, found, "the newest replica is the register now");
            takes_over(database, true, held)
        }
        // It would have another key, and know none of the notices that others have sent.
        None if !database.exists() => Err(failed(
            "there is none, and this host has no register: let the host that led last replicate it first",
        )),
        None => {
            tracing::warn!(
                known,
                "no replica is newer than this host's register: it is the register"
            );
            Ok(true)
        }
    }
}

/// Whether mails may have left that the register does not know.
fn takes_over(database: &Path, is_replica: bool, held: &Held) -> Result<bool, Failure> {
    let found = Found {
        generation: generation::of_file(database)?,
        is_replica,
        is_whole: generation::has_ended(database)?,
    };
    match begins(found, held.previous, held.generation()) {
        Begins::GoesOn => Ok(false),
        Begins::TakesOver => Ok(true),
        Begins::Never => Err(too_old(found.generation, held.generation())),
    }
}

/// A register from after this lease: whoever goes on would undo it.
pub(super) fn too_old(found: i64, ours: i64) -> Failure {
    Failure::Config(vec![format!(
        "service.lease: the register is of generation {found}, and this host leads in generation {ours} only: another host has led since, or etcd was set up anew; see docs/two-hosts.md"
    )])
}

/// Has the newest replica fetched, and puts it in the register's place if it is of a later
/// generation than `known`. Its generation; `None`: the register stays.
pub async fn restore(config: &Config, known: i64) -> Result<Option<i64>, Failure> {
    let (database, Some(words)) = (&config.service.database, &config.service.replica.restore)
    else {
        return Ok(None);
    };
    let to = restored(database);
    make_room(&to)?;
    // A host that has no register takes that of any, one which never knew of leading too.
    let known = if database.exists() { known } else { -1 };
    let mut command = command(words);
    command
        .env(DATABASE, database)
        .env(RESTORE_TO, &to)
        .env(GENERATION, known.to_string());
    fetch(command).await?;
    if !to.exists() {
        return Ok(None);
    }
    backup::verify(&to)?;
    let found = generation::of_file(&to)?;
    if found <= known {
        std::fs::remove_file(&to)?;
        return Ok(None);
    }
    generation::replace(database, &to)?;
    Ok(Some(found))
}

/// What an earlier try has left goes.
fn make_room(to: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed(&format!("{}: {error}", to.display())))
        }
        _ => Ok(()),
    }
}

/// Runs the command that fetches a replica, to its end in order.
async fn fetch(mut command: Command) -> Result<(), Failure> {
    let why = match timeout(RESTORE_LIMIT, command.status()).await {
        Ok(Ok(status)) if status.success() => return Ok(()),
        Ok(Ok(status)) => format!("service.replica.restore ended with {status}"),
        Ok(Err(error)) => format!("service.replica.restore: {error}"),
        Err(_) => {
            let minutes = RESTORE_LIMIT.as_secs() / 60;
            format!("service.replica.restore did not end within {minutes} minutes")
        }
    };
    Err(failed(&why))
}

fn restored(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".restored");
    PathBuf::from(name)
}

fn failed(why: &str) -> Failure {
    Failure::Later(
        vec![format!("the newest replica could not be fetched: {why}")],
        1,
    )
}

/// A command of the operator's; it ends when nobody waits for it any more.
fn command(words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    // What it says stands in the journal, and is no output of ours.
    command
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Replication, under way.
pub(super) struct Replicating {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Replicating {
    /// Begins it, if there is a command for it.
    pub fn begin(config: &Config, generation: i64) -> Option<Self> {
        let words = config.service.replica.replicate.clone()?;
        let database = config.service.database.clone();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(replicate(words, database, generation, stopped));
        Some(Self { stop, task })
    }

    /// The register is closed: what it holds is brought over, and then it ends.
    pub async fn end(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

async fn replicate(
    words: Vec<String>,
    database: PathBuf,
    generation: i64,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let mut command = command(&words);
        command
            .env(DATABASE, &database)
            .env(GENERATION, generation.to_string());
        let why = match command.spawn() {
            Ok(mut child) => {
                let ended = tokio::select! {
                    ended = child.wait() => Some(ended),
                    () = stopped(&mut stop) => None,
                };
                match ended {
                    Some(ended) => ended.map_or_else(|e| e.to_string(), |s| s.to_string()),
                    None => return last_lines(child).await,
                }
            }
            Err(error) => error.to_string(),
        };
        tracing::error!(%why, "the register is not replicated: service.replica.replicate has ended; it is begun again");
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = stopped(&mut stop) => {}
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Tells replication to end, and waits until it has brought the last lines over.
async fn last_lines(mut child: tokio::process::Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
        // It may have ended by itself just now.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    if timeout(LAST_LINES, child.wait()).await.is_err() {
        tracing::warn!("the last lines of the register may not be in its replica");
    }
}
