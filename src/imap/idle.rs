//! IDLE (RFC 2177): the server says at once that the open folder has changed.
//!
//! Driven by hand over `Conn`, since a closed connection, a refusal and «Still here» must each be told from news. One
//! IDLE is never longer than [`RENEWAL`]; whoever waits longer begins another.

use super::conn::{Command, Conn, Event, Fault, is_news};
use async_imap::imap_proto::Response;
use std::pin::pin;
use std::time::Duration;
use tokio::time::timeout;

/// Longest IDLE. RFC 2177 asks for less than 29 minutes, on-premises Exchange cuts at 30, and home-made firewalls forget
/// a silent connection after some minutes; a line every five minutes costs nothing.
pub const RENEWAL: Duration = Duration::from_mins(5);

/// How long the end of an IDLE may take. Shorter than other silences, since a stop waits for it.
pub const ENDING: Duration = Duration::from_secs(15);

/// Waits until the server has news, `time` is over, or `until` comes true. Says whether there was news. `Refused` means
/// that this server will not; the connection still stands.
pub(super) async fn idle(conn: &mut Conn, time: Duration, until: impl Future<Output = ()>) -> Result<bool, Fault> {
    let time = time.min(RENEWAL);
    conn.begin(Command::new("IDLE", "IDLE")).await?;
    conn.extend(time);
    let mut news = false;
    loop {
        match conn.next(|response| (matches!(response, Response::Continue(_)), is_news(response))).await? {
            Event::Untagged((true, _)) => break,
            Event::Untagged((false, told)) => news |= told,
            // Over before it began.
            Event::Done => return Ok(true),
        }
    }
    if !news {
        match listen(conn, time, until).await? {
            Heard::Nothing => {}
            Heard::News => news = true,
            Heard::End => return Ok(true),
        }
    }
    let ending = async {
        conn.say("DONE").await?;
        while let Event::Untagged(told) = conn.next(is_news).await? {
            news |= told;
        }
        Ok(news)
    };
    match timeout(ENDING, ending).await {
        Ok(ended) => ended,
        Err(_) => Err(conn.give_up(&format!("no answer to DONE within {} s", ENDING.as_secs()))),
    }
}

/// What the server let us hear.
enum Heard {
    Nothing,
    News,
    /// It ended the command by itself.
    End,
}

async fn listen(conn: &mut Conn, time: Duration, until: impl Future<Output = ()>) -> Result<Heard, Fault> {
    let heard = pin!(async {
        loop {
            match conn.hear(is_news).await? {
                Event::Untagged(false) => {}
                Event::Untagged(true) => return Ok(Heard::News),
                Event::Done => return Ok(Heard::End),
            }
        }
    });
    let until = pin!(until);
    tokio::select! {
        biased;
        heard = heard => heard,
        () = until => Ok(Heard::Nothing),
        () = tokio::time::sleep(time) => Ok(Heard::Nothing),
    }
}
