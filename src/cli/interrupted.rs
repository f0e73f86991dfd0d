//! Files that a command has half written go when a signal ends it: Ctrl-C in a backup leaves
//! nothing beside it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use tokio::signal::unix::{SignalKind, signal};

/// What a shell adds to the number of the signal that ended a program.
const BY_SIGNAL: i32 = 128;

/// The files that are being written.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes this file if a signal ends the program before [`release`].
pub(super) fn guard(part: &Path) {
    static LISTENING: Once = Once::new();
    parts().push(part.to_owned());
    // Where no thread can be had, the next run takes away what this one may leave.
    LISTENING.call_once(|| {
        drop(
            std::thread::Builder::new()
                .name("signals".to_owned())
                .spawn(listen),
        );
    });
}

/// It is finished, or gone.
pub(super) fn release(part: &Path) {
    parts().retain(|known| known != part);
}

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a signal, removes half-written files, and ends the program as the signal would have.
fn listen() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let number = runtime.block_on(async {
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        let [mut interrupt, mut terminate, mut hang_up] =
            [signal(kinds[0])?, signal(kinds[1])?, signal(kinds[2])?];
        let heard = tokio::select! {
            _ = interrupt.recv() => kinds[0],
            _ = terminate.recv() => kinds[1],
            _ = hang_up.recv() => kinds[2],
        };
        Ok::<_, io::Error>(heard.as_raw_value())
    })?;
    // Held until the end: no other file gets its name meanwhile.
    let parts = parts();
    for part in parts.iter() {
        // It may be finished by now.
        let _ = std::fs::remove_file(part);
    }
    std::process::exit(BY_SIGNAL + number)
}
