//! Things that a command has half made go when a signal ends it: Ctrl-C in a backup leaves nothing
//! beside it, and in a trial no folder. The terminal shows again the keys that are typed, if a
//! password was asked for.

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, mpsc};
use tokio::signal::unix::{SignalKind, signal};

/// What a shell adds to the number of the signal that ended a program.
const BY_SIGNAL: i32 = 128;

/// How often a folder is removed to which the program adds files meanwhile; once it is gone, none
/// can be added.
const TRIES: usize = 100;

/// The things that a signal undoes.
#[derive(Default)]
struct Undone {
    /// The files and folders that are being made.
    parts: Vec<PathBuf>,
    /// How the terminal was before a password was asked for.
    terminal: Option<Termios>,
}

static UNDONE: Mutex<Undone> = Mutex::new(Undone {
    parts: Vec::new(),
    terminal: None,
});

/// Removes this file if a signal ends the program before [`release`].
pub(super) fn guard(part: &Path) {
    undone().parts.push(part.to_owned());
    hear();
}

/// It is finished, or gone.
pub(super) fn release(part: &Path) {
    undone().parts.retain(|known| known != part);
}

/// Makes something that is removed if a signal ends the program before [`named`]: no signal comes
/// between its making and the knowledge of it.
pub(super) fn made<T: AsRef<Path>>(make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    hear();
    let mut undone = undone();
    let part = make()?;
    undone.parts.push(part.as_ref().to_owned());
    Ok(part)
}

/// Gives it its name: from then on it stays.
pub(super) fn named(part: &Path, name: &Path) -> io::Result<()> {
    let mut undone = undone();
    fs::rename(part, name)?;
    undone.parts.retain(|known| known != part);
    Ok(())
}

/// Does something for which the terminal is set otherwise, such as to hide what is typed.
pub(super) fn at_terminal<T>(ask: impl FnOnce() -> T) -> T {
    hear();
    undone().terminal = tcgetattr(io::stdin()).ok();
    let answer = ask();
    undone().terminal = None;
    answer
}

fn undone() -> MutexGuard<'static, Undone> {
    UNDONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on signals are heard. Where no thread can be had, the next run takes away the files
/// that this one may leave.
fn hear() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let (ready, waits) = mpsc::sync_channel(1);
        let listening = std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || listen(&ready));
        if listening.is_ok() {
            // An error is that of a thread that has ended, since it cannot listen.
            let _ = waits.recv();
        }
    });
}

/// Waits for a signal, undoes what is half made, and ends the program as the signal would have.
fn listen(ready: &mpsc::SyncSender<()>) -> io::Result<()> {
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
        let _ = ready.send(());
        let heard = tokio::select! {
            _ = interrupt.recv() => kinds[0],
            _ = terminate.recv() => kinds[1],
            _ = hang_up.recv() => kinds[2],
        };
        Ok::<_, io::Error>(heard.as_raw_value())
    })?;
    // Held until the end: nothing gets its name meanwhile, and nothing new is begun.
    let undone = undone();
    undo(&undone);
    std::process::exit(BY_SIGNAL + number)
}

fn undo(undone: &Undone) {
    if let Some(before) = &undone.terminal {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
    }
    undone.parts.iter().for_each(|part| remove(part));
    let mut err = io::stderr();
    // A bar stands in the line. No reader may be left.
    let begin = if err.is_terminal() { "\r\x1b[K" } else { "" };
    let _ = match undone.parts[..] {
        [] => write!(err, "{begin}"),
        _ => writeln!(err, "{begin}stopped: nothing was left behind"),
    };
}

/// It may be finished by now, and another file may come into a folder while it is emptied.
fn remove(part: &Path) {
    for _ in 0..TRIES {
        let removed = if part.is_dir() {
            fs::remove_dir_all(part)
        } else {
            fs::remove_file(part)
        };
        if removed.is_ok() || !part.exists() {
            return;
        }
    }
}
