//! `takeover`: the warm spare takes the place of a host that has ended, by hand. Where hosts share
//! a lease they do it by themselves.

use super::beside;
use super::output::write_text;
use super::tasks::runtime;
use crate::config::Config;
use crate::daemon::replica;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::store::{Access, Store, generation};
use crate::words::of;
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::{IsTerminal as _, Write};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Makes this spare host the one that works, after the other has ended
///
/// Refuses while the other host still answers. Fetches the newest replica, asks once, and puts it in
/// the register's place. No mail leaves for the next quarter of an hour (`wait_minutes`), and not
/// before the mailbox has been read once more: what the other host sent last has been seen by then,
/// so that no one is told twice.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  \
    sudo -u servicelofte servicelofte takeover\n  \
    sudo -u servicelofte servicelofte takeover --yes && sudo systemctl enable --now servicelofte")]
pub struct TakeoverArgs {
    /// Do not ask: the other host is off, and stays off
    #[arg(long)]
    pub yes: bool,
}

/// How long the other host has for an answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Takes over.
pub fn run(
    config: &Config,
    arguments: &TakeoverArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (language, database) = (config.service.language, &config.service.database);
    let words = &of(language).commands;
    let (host, port) = other_host(config)?;
    if generation::is_open(database)? {
        return failed("the service runs on this host already: there is nothing to take over");
    }
    let runtime = runtime()?;
    runtime.block_on(must_be_silent(&host, port))?;
    if !arguments.yes {
        agreed(language)?;
    }
    let known = generation::of_file(database)?;
    let found = runtime.block_on(replica::restore(config, known))?;
    if found.is_none() && !database.exists() {
        return failed("service.replica.restore brought no replica, and this host has no register");
    }
    let text = match found {
        Some(_) => words.replica_is_register,
        None => words.register_stays,
    };
    write_text(out, text)?;
    let generation = found.unwrap_or(known) + 1;
    lead(config, generation, now)?;
    write_text(out, &(words.taken_over)(generation))
}

/// No take-over while the other host can be reached.
async fn must_be_silent(host: &str, port: u16) -> Result<(), Failure> {
    match timeout(ANSWERS_WITHIN, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => failed(&format!(
            "the other host still answers ({host}:{port}): stop it and see that it stays off, or two hosts write to the same citizens"
        )),
        _ => Ok(()),
    }
}

fn failed<T>(text: &str) -> Result<T, Failure> {
    Err(Failure::Failed(text.to_owned()))
}

/// Where the host answers whose work is taken over, if the configuration provides for it.
fn other_host(config: &Config) -> Result<(String, u16), Failure> {
    let replica = &config.service.replica;
    let other = replica.other.clone();
    let Some(other) = other.filter(|_| replica.restore.is_some()) else {
        return failed(
            "takeover needs service.replica: restore, which fetches the replica, and other, where the other host answers as long as it lives; see docs/two-hosts.md",
        );
    };
    if config.service.lease.is_some() {
        return failed(
            "hosts that share a lease take over by themselves: start the service here, and it leads when no other does",
        );
    }
    Ok(other)
}

/// Writes into the register that this host leads from now on.
fn lead(config: &Config, generation: i64, now: DateTime<Utc>) -> Result<(), Failure> {
    let texts = Texts::new(config.service.language, None).map_err(Failure::Config)?;
    let store = Store::open(&config.service.database, Access::Daemon)?;
    let mut engine = Engine::beside(store, config.municipality(), texts);
    let waits = Some(config.service.replica.wait_minutes);
    Ok(engine.lead(generation, &beside::by(), waits, now)?)
}

/// Asks once.
fn agreed(language: crate::config::Language) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "no one is there to be asked: add --yes if the other host is off and stays off"
                .to_owned(),
        ));
    }
    let asked = dialoguer::Confirm::new()
        .with_prompt(of(language).commands.other_is_off)
        .default(false)
        .interact();
    match asked {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::Failed("nothing was changed".to_owned())),
        Err(error) => Err(Failure::Failed(format!("no answer: {error}"))),
    }
}
