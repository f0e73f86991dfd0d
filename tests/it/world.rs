//! The simulation: the real engine and its drivers in a small town with a mailbox, a way out and a
//! clock that jumps.
//!
//! A scenario is a text file: a script, then `---`, then the transcript that it must give: every
//! mail that the server accepted, and the state of each item at the end. The invariants are checked
//! after every scenario. `UPDATE_EXPECT=1` rewrites the transcripts; read them against the rules
//! before they are committed.

mod aside;
mod asked;
mod boards;
mod briefing;
mod coverage;
mod covered;
mod edges;
mod hidden;
mod invariants;
mod languages;
mod loops;
pub mod operator;
pub mod post;
mod replies;
mod report;
mod rounds;
mod script;
pub mod settings;
mod table;
pub mod town;
mod twins;
mod transcript;
mod trial;
pub mod trouble;

use std::path::{Path, PathBuf};
use town::Town;

/// Scenarios that run at the same time.
const WORKERS: usize = 4;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios")
}

/// Runs a scenario. Returns its faults.
fn check(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let (script, expected) = text.split_once("---\n").unwrap_or((&text, ""));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| error.to_string())?;
    let got = runtime.block_on(async {
        let mut town = Town::new();
        for (number, line) in script.lines().enumerate() {
            let done = script::perform(&mut town, line.trim()).await;
            done.map_err(|why| format!("line {}: {line}\n  {why}", number + 1))?;
        }
        town.tick().await;
        invariants::check(&mut town).await?;
        invariants::nothing_was_missed(&town).await?;
        Ok::<_, String>(transcript::of(&mut town).await)
    })?;
    if got == expected {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return std::fs::write(path, format!("{script}---\n{got}"))
            .map_err(|error| error.to_string());
    }
    Err(format!("expected:\n{expected}got:\n{got}"))
}

#[test]
fn every_scenario_goes_as_its_transcript_says() {
    let only = std::env::var("SCENARIO").unwrap_or_default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the scenarios are there")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| {
            path.extension().is_some_and(|end| end == "txt")
                && path.to_string_lossy().contains(&only)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no scenario is named like {only:?}");
    let wrong = std::thread::scope(|scope| {
        let part = |worker: usize| {
            let mine = files.iter().skip(worker).step_by(WORKERS);
            mine.fold(String::new(), |wrong, file| match check(file) {
                Ok(()) => wrong,
                Err(why) => format!(
                    "{wrong}== {}\n{why}\n",
                    file.file_name().unwrap_or_default().to_string_lossy()
                ),
            })
        };
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| scope.spawn(move || part(worker)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker ends"))
            .collect::<String>()
    });
    assert!(wrong.is_empty(), "{wrong}");
}
