//! A program at another time: Debian's `faketime`, and what it leaves behind when it is killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Where `faketime` keeps what the processes that it started share.
pub const SHARED: &str = "/dev/shm";

/// How often one is started again; each time it has another number.
const TRIES: usize = 5;

/// Runs a command under `faketime` to its end. One that found the leftovers of a killed run under
/// its own number has done nothing yet, and is started again.
pub fn finished(command: &mut Command, shared: &Path) -> Result<Output, String> {
    let mut tries = 0;
    loop {
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("faketime: {error}"))?;
        let told = String::from_utf8_lossy(&output.stderr);
        let met_leftovers = !output.status.success()
            && ["sem_open", "shm_open"]
                .iter()
                .any(|call| told.contains(call));
        tries += 1;
        if !met_leftovers || tries == TRIES {
            return Ok(output);
        }
        sweep(shared);
    }
}

/// Removes what `faketime` left behind of runs that were killed: it names shared memory by the
/// number of its process, and fails when one of that number has some already.
pub fn sweep(shared: &Path) {
    let Ok(entries) = fs::read_dir(shared) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_faketimes = name.starts_with("faketime_") || name.starts_with("sem.faketime_");
        let process = name
            .rsplit('_')
            .next()
            .and_then(|number| number.parse::<u32>().ok());
        if process
            .is_some_and(|process| is_faketimes && !Path::new(&format!("/proc/{process}")).exists())
        {
            // Another user's stays.
            let _ = fs::remove_file(entry.path());
        }
    }
}
