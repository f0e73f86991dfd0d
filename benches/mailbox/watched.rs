//! A child process with what it used, read from /proc: processor time at its end, peak memory until
//! shortly before.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Between two looks; a growth of memory in the last moment stays unseen.
const LOOK: Duration = Duration::from_millis(5);
/// Linux tells processor time to programs in hundredths (`USER_HZ`).
const TICKS: u32 = 100;

/// What a process used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    pub wall: Duration,
    /// User and system together.
    pub cpu: Duration,
    pub peak_kib: u32,
    pub succeeded: bool,
}

/// Runs it to its end, and calls `look` again and again meanwhile; `None` when it is not installed.
pub fn watch(command: &mut Command, mut look: impl FnMut()) -> Option<Used> {
    let began = Instant::now();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("cannot start {command:?}: {error}"),
    };
    let proc = format!("/proc/{}", child.id());
    let mut peak_kib = 0;
    // Until it is waited for, an ended process keeps its line of statistics.
    let (wall, cpu) = loop {
        let stat = fs::read_to_string(format!("{proc}/stat")).expect("the child's statistics");
        let fields: Vec<&str> = stat
            .rsplit(") ")
            .next()
            .unwrap_or_default()
            .split(' ')
            .collect();
        if fields[0] == "Z" {
            let ticks: u32 = fields[11..13]
                .iter()
                .map(|ticks| ticks.parse::<u32>().expect("ticks"))
                .sum();
            break (began.elapsed(), Duration::from_secs(1) * ticks / TICKS);
        }
        let status = fs::read_to_string(format!("{proc}/status")).unwrap_or_default();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak_kib = peak.and_then(|peak| peak.parse().ok()).unwrap_or(peak_kib);
        look();
        std::thread::sleep(LOOK);
    };
    let succeeded = child.wait().expect("the child's end").success();
    Some(Used {
        wall,
        cpu,
        peak_kib,
        succeeded,
    })
}
