//! A relay on the way to Postfix that does to mail what relays do: it gives mails another
//! Message-ID, takes off our mark or what ties a mail to its thread, writes a tag into subjects,
//! loses the own copy or delivers it twice, delivers late, puts off whom it does not know, and for
//! a while takes nothing from us at all.
//!
//! The judge's data is in two header fields that the program does not know: [`MEANT`], the id as
//! the program gave it, and [`TRACE`], one number for each mail that was accepted.

use crate::sim::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::net::TcpStream;

pub const MEANT: &str = "X-Meant";
pub const TRACE: &str = "X-Trace";

/// End of the ids that it gives.
pub const RELAY: &str = "@relay.example.net";

/// Wait before the next try at a Postfix that is away.
const AGAIN: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    Barred,
    Greylisted,
    NewId,
    MarkTaken,
    ThreadTaken,
    Tagged,
    OwnCopyLost,
    OwnCopyTwice,
    Late,
}

/// How it is disposed at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mood {
    /// It takes nothing from us.
    pub bars: bool,
    /// It puts off a reader whom it does not know.
    pub greylists: bool,
    /// How many of a hundred mails meet each lie.
    pub lies: u64,
}

#[derive(Debug)]
struct Inside {
    dice: Dice,
    mood: Mood,
    known: BTreeSet<String>,
    told: BTreeMap<Lie, u64>,
    accepted: u64,
    /// Accepted and not yet handed on.
    waiting: u64,
    own: &'static str,
}

/// The relay; it ends with the runtime that it was started on.
pub struct Liar {
    pub port: u16,
    inside: Arc<Mutex<Inside>>,
}

/// A mail on its way through.
struct Taken {
    from: String,
    to: Vec<String>,
    /// As it came after `DATA`, with its doubled dots.
    mail: String,
    wait: Duration,
}

impl Liar {
    /// `own` is the mailbox that gets the copies, `to` Postfix's port.
    pub fn start(runtime: &tokio::runtime::Runtime, to: u16, seed: u64, own: &'static str) -> Self {
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", 0)))
            .expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let (known, told) = (BTreeSet::new(), BTreeMap::new());
        let inside = Inside {
            dice: Dice::new(seed),
            mood: Mood::default(),
            known,
            told,
            accepted: 0,
            waiting: 0,
            own,
        };
        let inside = Arc::new(Mutex::new(inside));
        let shared = Arc::clone(&inside);
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A client that was killed, or whose line is bad.
                    let _ = serve(client, to, &shared).await;
                });
            }
        });
        Self { port, inside }
    }

    pub fn set(&self, mood: Mood) {
        locked(&self.inside).mood = mood;
    }

    pub fn told(&self) -> BTreeMap<Lie, u64> {
        locked(&self.inside).told.clone()
    }

    pub fn is_idle(&self) -> bool {
        locked(&self.inside).waiting == 0
    }
}

fn locked(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().expect("no holder of the relay panics")
}

impl Inside {
    fn lies(&mut self, lie: Lie) -> bool {
        let lies = self.dice.percent(self.mood.lies);
        if lies {
            self.tell(lie);
        }
        lies
    }

    fn tell(&mut self, lie: Lie) {
        *self.told.entry(lie).or_default() += 1;
    }

    /// Why a reader is not taken.
    fn refusal(&mut self, reader: &str) -> Option<String> {
        if self.mood.bars {
            self.tell(Lie::Barred);
            return Some(
                "554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied".to_owned(),
            );
        }
        if self.known.insert(reader.to_owned()) && self.mood.greylists {
            self.tell(Lie::Greylisted);
            return Some(format!(
                "450 4.2.0 <{reader}>: Recipient address rejected: Greylisted, try again later"
            ));
        }
        None
    }

    /// What it makes of a mail, and what it says.
    fn take(&mut self, from: String, mut to: Vec<String>, mail: &str) -> (String, Vec<Taken>) {
        self.accepted += 1;
        let number = self.accepted;
        let (head, body) = mail.split_once("\r\n\r\n").unwrap_or((mail, ""));
        let mut fields = fields(head);
        let meant = fields
            .iter()
            .find_map(|field| value(field, "Message-ID"))
            .unwrap_or_default();
        let new_id = format!("<{number:020x}{RELAY}>");
        let renames = self.lies(Lie::NewId);
        if renames {
            replace(&mut fields, "Message-ID", |_| new_id.clone());
        }
        if self.lies(Lie::MarkTaken) {
            fields.retain(|field| !field.to_ascii_lowercase().starts_with("x-"));
        }
        if self.lies(Lie::ThreadTaken) {
            fields.retain(|field| {
                value(field, "References")
                    .or_else(|| value(field, "In-Reply-To"))
                    .is_none()
            });
        }
        if self.lies(Lie::Tagged) {
            replace(&mut fields, "Subject", |subject| {
                format!("[EXTERN] {subject}")
            });
        }
        fields.push(format!("{MEANT}: {meant}"));
        fields.push(format!("{TRACE}: {number}"));
        let mail = format!("{}\r\n\r\n{body}", fields.join("\r\n"));
        let is_own = |reader: &String| reader == self.own;
        let (copied, others) = (
            to.iter().any(is_own),
            to.iter().any(|reader| !is_own(reader)),
        );
        if copied && others && self.lies(Lie::OwnCopyLost) {
            to.retain(|reader| reader != self.own);
        }
        let longest = if self.lies(Lie::Late) { 4_000 } else { 1 };
        let wait = Duration::from_millis(self.dice.below(longest));
        let mut taken = Vec::new();
        if copied && self.lies(Lie::OwnCopyTwice) {
            taken.push(Taken {
                from: from.clone(),
                to: vec![self.own.to_owned()],
                mail: mail.clone(),
                wait,
            });
        }
        taken.push(Taken {
            from,
            to,
            mail,
            wait,
        });
        self.waiting += taken.len() as u64;
        // As Exchange says it, or as Postfix does.
        let answer = if renames && self.dice.percent(50) {
            format!("250 2.6.0 {new_id} [InternalId={number}] Queued mail for delivery")
        } else {
            format!("250 2.0.0 Ok: queued as {number:012X}")
        };
        (answer, taken)
    }
}

/// Header fields with their folded lines.
fn fields(head: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match fields.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(field) => {
                field.push_str("\r\n");
                field.push_str(line);
            }
            None => fields.push(line.to_owned()),
        }
    }
    fields
}

/// The value of a field of that name, unfolded.
fn value(field: &str, name: &str) -> Option<String> {
    let (found, value) = field.split_once(':')?;
    found
        .eq_ignore_ascii_case(name)
        .then(|| value.replace("\r\n", "").trim().to_owned())
}

fn replace(fields: &mut [String], name: &str, by: impl Fn(&str) -> String) {
    for field in fields {
        if let Some(before) = value(field, name) {
            *field = format!("{name}: {}", by(&before));
        }
    }
}

/// The address between the brackets of `MAIL FROM:<…>`.
fn path(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or("", |(address, _)| address).to_owned()
}

async fn serve(client: TcpStream, to: u16, inside: &Arc<Mutex<Inside>>) -> io::Result<()> {
    let (read, mut write) = client.into_split();
    let mut lines = BufReader::new(read);
    let (mut from, mut readers) = (String::new(), Vec::new());
    let mut answer = "220 relay.example.net ESMTP".to_owned();
    loop {
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        answer = match &*line.get(..4).unwrap_or_default().to_ascii_uppercase() {
            "EHLO" => "250-relay.example.net\r\n250-SIZE 52428800\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                (from, readers) = (path(&line), Vec::new());
                "250 2.1.0 Ok".to_owned()
            }
            "RCPT" => {
                let refused = locked(inside).refusal(&path(&line));
                refused.unwrap_or_else(|| {
                    readers.push(path(&line));
                    "250 2.1.5 Ok".to_owned()
                })
            }
            "DATA" if readers.is_empty() => "503 5.5.1 Error: need RCPT command".to_owned(),
            "DATA" => {
                write
                    .write_all(b"354 End data with <CR><LF>.<CR><LF>\r\n")
                    .await?;
                let Some(mail) = until_dot(&mut lines).await? else {
                    return Ok(());
                };
                let (said, taken) =
                    locked(inside).take(from.clone(), std::mem::take(&mut readers), &mail);
                for mail in taken {
                    tokio::spawn(hand_on(mail, to, Arc::clone(inside)));
                }
                said
            }
            "RSET" => {
                readers.clear();
                "250 2.0.0 Ok".to_owned()
            }
            "NOOP" => "250 2.0.0 Ok".to_owned(),
            "QUIT" => {
                return write.write_all(b"221 2.0.0 Bye\r\n").await;
            }
            _ => "502 5.5.2 Error: command not recognized".to_owned(),
        };
    }
}

/// The mail that follows `DATA`; `None` when the line ends before it does.
async fn until_dot(lines: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<String>> {
    let mut mail = String::new();
    loop {
        let begins = mail.len();
        if lines.read_line(&mut mail).await? == 0 || !mail.ends_with("\r\n") {
            return Ok(None);
        }
        if &mail[begins..] == ".\r\n" {
            mail.truncate(begins);
            return Ok(Some(mail));
        }
    }
}

/// Hands it to Postfix, as often as it takes. Where the answer is lost the mail may go twice: with
/// one [`TRACE`].
async fn hand_on(mail: Taken, to: u16, inside: Arc<Mutex<Inside>>) {
    tokio::time::sleep(mail.wait).await;
    while hand_over(&mail, to).await.is_err() {
        tokio::time::sleep(AGAIN).await;
    }
    locked(&inside).waiting -= 1;
}

async fn hand_over(mail: &Taken, to: u16) -> io::Result<()> {
    let (read, mut write) = TcpStream::connect(("127.0.0.1", to)).await?.into_split();
    let mut lines = BufReader::new(read);
    answered(&mut lines, '2').await?;
    let mut steps = vec![
        ("EHLO relay.example.net".to_owned(), '2'),
        (format!("MAIL FROM:<{}>", mail.from), '2'),
    ];
    steps.extend(
        mail.to
            .iter()
            .map(|reader| (format!("RCPT TO:<{reader}>"), '2')),
    );
    steps.push(("DATA".to_owned(), '3'));
    steps.push((format!("{}.", mail.mail), '2'));
    for (command, wanted) in steps {
        write.write_all(format!("{command}\r\n").as_bytes()).await?;
        answered(&mut lines, wanted).await?;
    }
    write.write_all(b"QUIT\r\n").await
}

/// Reads an answer, which must begin with this digit.
async fn answered(lines: &mut (impl AsyncBufReadExt + Unpin), wanted: char) -> io::Result<()> {
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return if line.starts_with(wanted) {
                Ok(())
            } else {
                Err(io::Error::other(line))
            };
        }
    }
}
