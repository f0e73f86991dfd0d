//! `classify FILE… [--json]`: what the rules say of raw mails, a line each. It reads files and
//! writes lines, nothing else; it runs with or without a configuration. A conversation is not
//! looked up.

use crate::config::{Config, Language};
use crate::domain::board::Board;
use crate::domain::classify::{Channel, Context, Conversation, Verdict, classify};
use crate::domain::message::{Address, Message};
use crate::failure::Failure;
use crate::mail::parse;
use crate::mail::texts::reasons;
use crate::words::of;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes read of one mail: more than any provider lets through.
pub const MAX_MAIL: u64 = 128 << 20;

/// Classifies every file (`-` is standard input) and writes a line for each. Files that cannot be
/// read are listed at the end, after the others are done.
pub fn run(
    files: &[PathBuf],
    config: Option<&Config>,
    json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let known = Known::of(config);
    let mut unread = Vec::new();
    for file in files {
        match read(file) {
            Ok(bytes) => {
                let message = parse::message(&bytes);
                let verdict = classify(&message, &known.context(&message, config));
                let line = if json {
                    record(file, &message, &verdict).to_string()
                } else {
                    summary(file, &verdict)
                };
                writeln!(out, "{line}")
                    .map_err(|e| Failure::Failed(format!("cannot write: {e}")))?;
            }
            Err(e) => unread.push(format!("{}: {e}", file.display())),
        }
    }
    if unread.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(unread.join("\n")))
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(MAX_MAIL).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(MAX_MAIL).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// What the configuration says of all mailboxes together: the mail at hand names none.
struct Known {
    own: Vec<String>,
    notify_senders: Vec<String>,
    never_notify: Vec<String>,
}

impl Known {
    fn of(config: Option<&Config>) -> Self {
        let mailboxes = config.map_or(&[][..], |config| &config.mailboxes);
        let own = mailboxes
            .iter()
            .flat_map(|m| std::iter::once(&m.address).chain(&m.aliases))
            .cloned()
            .collect();
        let all = |of: fn(&Board) -> &Vec<String>| {
            mailboxes
                .iter()
                .flat_map(|m| of(&m.board).clone())
                .collect()
        };
        Self {
            own,
            notify_senders: all(|board| &board.notify_senders),
            never_notify: all(|board| &board.never_notify),
        }
    }

    fn context(&self, message: &Message, config: Option<&Config>) -> Context<'_> {
        let pledge = config.and_then(|c| {
            c.pledges
                .iter()
                .find(|pledge| pledge.matches.fits(message, "INBOX"))
        });
        // The mail names no mailbox; where mailboxes differ, the first one's border and colleagues
        // count.
        let boards = || {
            config
                .into_iter()
                .flat_map(|config| &config.mailboxes)
                .map(|mailbox| &mailbox.board)
        };
        Context {
            own: &self.own,
            notify_senders: &self.notify_senders,
            never_notify: &self.never_notify,
            letter: pledge.is_some_and(|pledge| pledge.letter),
            conversation: Conversation::NotLookedUp,
            channel: boards()
                .find_map(|board| board.channel_of(message))
                .map(|of| Channel { notice: of.notice }),
            house: boards()
                .map(|board| board.house_of(message))
                .next()
                .unwrap_or_default(),
            trust: boards().next().and_then(|board| board.trust_in(message)),
            ..Context::default()
        }
    }
}

/// The JSON object of the contract, and the marks.
fn record(file: &Path, message: &Message, verdict: &Verdict) -> Value {
    let id = |id: &String| format!("<{id}>");
    json!({
        "file": file.display().to_string(),
        "message_id": message.message_id.as_ref().map(id),
        "class": verdict.class,
        "needs_answer": verdict.needs_answer,
        "may_notify": verdict.may_notify,
        "counts_as_answer": verdict.counts_as_answer,
        "reasons": verdict.reasons.iter().map(|sign| (of(Language::English).reasons.sign)(*sign)).collect::<Vec<_>>(),
        "marks": verdict.marks,
        "defects": message.defects,
        "in_reply_to": message.in_reply_to.iter().map(id).collect::<Vec<_>>(),
        "references": message.references.iter().map(id).collect::<Vec<_>>(),
        "thread_index": message.thread_index,
        "from": addresses(&message.from),
        "reply_to": addresses(&message.reply_to),
        "date": message.date.map(|date| date.to_rfc3339()),
        "subject": message.subject,
    })
}

fn addresses(list: &[Address]) -> Option<String> {
    let list: Vec<&str> = list.iter().map(|a| a.addr.as_str()).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

/// For people: class, the three answers, the reasons.
fn summary(file: &Path, verdict: &Verdict) -> String {
    let yes = |answer: bool| if answer { "yes" } else { "no" };
    let class = json!(verdict.class);
    format!(
        "{}: {}; needs an answer: {}; notice: {}; counts as our answer: {} ({})",
        file.display(),
        class.as_str().unwrap_or_default(),
        yes(verdict.needs_answer),
        yes(verdict.may_notify),
        yes(verdict.counts_as_answer),
        reasons::signs(Language::English, &verdict.reasons)
    )
}
