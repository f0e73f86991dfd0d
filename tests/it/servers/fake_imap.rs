//! A scripted IMAP server: rules for what it shall get wrong, the usual answer to everything else.

use servicelofte::config::{Login, Security, Server};
use servicelofte::imap::ImapMailbox;
use servicelofte::ports::MailboxError;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the client calls silence here: short, but a busy machine must not make it by itself.
pub const SILENCE: Duration = Duration::from_secs(2);
/// Longest wait of a test for an answer that must come at once.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// A rule: to a command that contains the first, answer the second. `TAG` means the command's tag.
/// At the end, `CLOSE` closes the connection, `REPEAT` says it again for ever, now and then;
/// `FLOOD` as quickly as it is read, up to a volume, and then falls silent (the text before
/// `AGAIN: ` only once); `DRIP` says it once, a byte at a time, `TRICKLE` a line at a time. A rule
/// is used once, or always ([`Fake::stubborn`]); what no rule answers gets the usual reply.
pub type Rule = (&'static str, Vec<u8>);

/// Bytes of a flood of long lines or literals.
pub const VOLUME: usize = 8 << 20;
/// Bytes of a flood of short lines, which keep a client busier than long ones.
pub const SHORT_VOLUME: usize = 128 << 10;
/// Bytes from which on a line is long.
const LONG: usize = 1_000;
/// Between two bytes of a drip, two lines of a trickle.
const DROP: Duration = Duration::from_millis(5);

/// Messages 1 to `count`; to ask for the header of a bad one gives the poison instead.
pub struct Folder {
    pub count: u32,
    pub bad: Vec<u32>,
    pub poison: &'static str,
}

/// What the server does, and how often it has done it.
struct Script {
    rules: Mutex<VecDeque<Rule>>,
    /// Rules are used again and again.
    stubborn: bool,
    folder: Option<Folder>,
    seen: Arc<Mutex<Vec<String>>>,
    /// Rules that were carried out to their end.
    done: Arc<AtomicUsize>,
}

impl Folder {
    /// The answer to UID FETCH of one UID or a range.
    fn answer(&self, line: &str) -> Option<Vec<u8>> {
        let (set, items) = line.split_once("UID FETCH ")?.1.split_once(' ')?;
        let (first, last) = set.split_once(':').unwrap_or((set, set));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        let mut text = String::new();
        for uid in first..=last.min(self.count) {
            if !items.contains("BODY") {
                write!(text, "* {uid} FETCH (UID {uid} RFC822.SIZE 9)\r\n").expect("text");
            } else if self.bad.contains(&uid) {
                text += self.poison;
            } else {
                write!(
                    text,
                    "* {uid} FETCH (UID {uid} RFC822.SIZE 9 BODY[HEADER] {{3}}\r\na\r\n)\r\n"
                )
                .expect("text");
            }
        }
        // Bytes after a tagged refusal would answer no command.
        let refused = text
            .find("TAG NO")
            .and_then(|at| Some(at + text[at..].find('\n')? + 1));
        text.truncate(refused.unwrap_or(text.len()));
        if refused.is_none() {
            text += "TAG OK done\r\n";
        }
        Some(replace(text.as_bytes(), b"TAG", tag(line).as_bytes()))
    }
}

/// The running server.
pub struct Fake {
    pub port: u16,
    /// Every command seen, on all connections.
    pub seen: Arc<Mutex<Vec<String>>>,
    done: Arc<AtomicUsize>,
}

impl Fake {
    pub async fn start(rules: Vec<Rule>) -> Self {
        Self::start_with(rules, None).await
    }

    /// The same with a folder of messages.
    pub async fn start_with(rules: Vec<Rule>, folder: Option<Folder>) -> Self {
        Self::run(rules, folder, false).await
    }

    /// One that never learns: its rules are used again and again.
    pub async fn stubborn(rules: Vec<Rule>) -> Self {
        Self::run(rules, None, true).await
    }

    async fn run(rules: Vec<Rule>, folder: Option<Folder>, stubborn: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (seen, done) = (Arc::default(), Arc::default());
        let rules = Mutex::new(VecDeque::from(rules));
        let script = Arc::new(Script {
            rules,
            stubborn,
            folder,
            seen: Arc::clone(&seen),
            done: Arc::clone(&done),
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script)));
            }
        });
        Self { port, seen, done }
    }

    /// How many rules were carried out, to their end or until the client had enough.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    pub fn server(&self, security: Security) -> Server {
        let login = Login::with_password("u", "hemligt");
        let (login, host) = (Some(login), "127.0.0.1".to_owned());
        Server {
            host,
            port: self.port,
            security,
            ca_file: None,
            login,
            address: None,
        }
    }

    pub async fn connect(&self) -> Result<ImapMailbox, MailboxError> {
        let fields = ["Subject".to_owned()];
        let server = self.server(Security::Plaintext);
        let connecting = ImapMailbox::connect_within(&server, &fields, SILENCE);
        tokio::time::timeout(PATIENCE, connecting)
            .await
            .expect("no hang")
    }

    /// How many commands held this word.
    pub fn commands(&self, word: &str) -> usize {
        self.seen
            .lock()
            .expect("no panic")
            .iter()
            .filter(|line| line.contains(word))
            .count()
    }
}

async fn serve(stream: TcpStream, script: Arc<Script>) {
    let mut stream = BufReader::new(stream);
    let mut line = "* GREETING".to_owned();
    let mut idling = String::new();
    loop {
        let ruled = by_rule(&line, &script);
        let is_ruled = ruled.is_some();
        let special = ruled.or_else(|| script.folder.as_ref()?.answer(&line));
        // Nothing against it: the literal may come.
        if special.is_none()
            && let Some(size) = line
                .trim_end()
                .strip_suffix('}')
                .and_then(|l| l.rsplit('{').next())
        {
            let mut literal = vec![0; size.parse::<usize>().expect("a size") + 2];
            if stream.write_all(b"+ go\r\n").await.is_err()
                || stream.read_exact(&mut literal).await.is_err()
            {
                return;
            }
        }
        let answer = special.unwrap_or_else(|| usual(&line));
        let goes_on = say(&mut stream, &answer).await.is_ok();
        if is_ruled {
            script.done.fetch_add(1, Ordering::Relaxed);
        }
        if !goes_on {
            return;
        }
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        script
            .seen
            .lock()
            .expect("no panic")
            .push(line.trim_end().to_owned());
        match line.trim_end() {
            // It ends the command before it, and is answered by that one's tag.
            "DONE" => line = format!("{idling} DONE\r\n"),
            _ => tag(&line).clone_into(&mut idling),
        }
    }
}

/// Says an answer as its last word demands; an error ends the connection.
async fn say(stream: &mut BufReader<TcpStream>, answer: &[u8]) -> io::Result<()> {
    if let Some(last) = answer.strip_suffix(b"CLOSE") {
        stream.write_all(last).await?;
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    if let Some(again) = answer.strip_suffix(b"REPEAT") {
        loop {
            stream.write_all(again).await?;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    if let Some(flood) = answer.strip_suffix(b"FLOOD") {
        // The text before `AGAIN: ` is said once.
        let at = flood.windows(7).position(|word| word == b"AGAIN: ");
        let (once, again) = at.map_or((&b""[..], flood), |at| (&flood[..at], &flood[at + 7..]));
        stream.write_all(once).await?;
        let wave = again.repeat((64 << 10) / again.len() + 1);
        let volume = if again.len() < LONG {
            SHORT_VOLUME
        } else {
            VOLUME
        };
        for _ in 0..=volume / wave.len() {
            stream.write_all(&wave).await?;
        }
        return Ok(());
    }
    let lines = answer.strip_suffix(b"TRICKLE");
    if let Some(slow) = lines.or(answer.strip_suffix(b"DRIP")) {
        for piece in slow.split_inclusive(|byte| lines.is_none() || *byte == b'\n') {
            stream.write_all(piece).await?;
            tokio::time::sleep(DROP).await;
        }
        return Ok(());
    }
    stream.write_all(answer).await
}

fn by_rule(line: &str, script: &Script) -> Option<Vec<u8>> {
    let mut rules = script.rules.lock().expect("no panic");
    let at = rules.iter().position(|(word, _)| line.contains(word))?;
    let (_, answer) = if script.stubborn {
        rules.get(at).cloned()
    } else {
        rules.remove(at)
    }?;
    Some(replace(&answer, b"TAG", tag(line).as_bytes()))
}

fn usual(line: &str) -> Vec<u8> {
    let untagged = match line {
        l if l.contains("GREETING") => return b"* OK ready\r\n".to_vec(),
        l if l.contains("CAPABILITY") => "* CAPABILITY IMAP4rev1\r\n",
        l if l.contains("EXAMINE") => {
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
        }
        _ => "",
    };
    format!("{untagged}{} OK done\r\n", tag(line)).into_bytes()
}

fn tag(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(from) {
            replaced.extend_from_slice(to);
            rest = behind;
        } else {
            replaced.push(first);
            rest = tail;
        }
    }
    replaced
}
