//! Plays an IMAP server from a transcript in tests/data/imap.
//!
//! A file is a list of connections, each headed `== what it is`. In it `>` is a command of the
//! client (`*` means anything), and the lines below, up to the next `>`, are the answer: `<` a
//! line, `|` a line of the literal that `{LITERAL}` announces, `X` the end of the connection. `TAG`
//! means the command's tag. The first line without a command is the greeting. A command is answered
//! by the first block that fits and was not used; a block headed `>>` may be used again. A question
//! by UID is answered by a block below the EXAMINE of the open folder. The last connection is
//! played to all further ones. What no block fits, and what such a server must never be sent, is
//! noted.

use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Words that Exchange does not know, or must not get.
const NEVER: [&str; 10] = [
    "CHARSET",
    "ENABLE",
    "CONDSTORE",
    "QRESYNC",
    "KEYWORD",
    "STORE",
    "EXPUNGE",
    "RETURN (",
    "APPEND",
    "SELECT",
];

#[derive(Clone, Debug, Default)]
struct Block {
    pattern: String,
    /// The EXAMINE above it, of what asks by UID.
    folder: Option<String>,
    again: bool,
    answer: Vec<u8>,
    ends: bool,
}

pub struct Player {
    pub port: u16,
    noted: Arc<Mutex<Noted>>,
}

#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// Commands without tags, on all connections.
    pub commands: Vec<String>,
    /// Those that nothing in the transcript answers, or that must not be sent.
    pub wrong: Vec<String>,
    pub connections: usize,
}

impl Player {
    pub async fn start(file: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/imap")
            .join(file);
        let connections = read(&std::fs::read_to_string(path).expect("a transcript"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let noted = Arc::new(Mutex::new(Noted::default()));
        let log = Arc::clone(&noted);
        tokio::spawn(async move {
            let mut nth = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let blocks = connections[nth.min(connections.len() - 1)].clone();
                nth += 1;
                log.lock().expect("no panic").connections = nth;
                // A client may hang up.
                tokio::spawn(play(stream, blocks, Arc::clone(&log)));
            }
        });
        Self { port, noted }
    }

    /// The events; the player must have had an answer to everything.
    #[track_caller]
    pub fn noted(&self) -> Noted {
        let noted = self.noted.lock().expect("no panic").clone();
        assert!(
            noted.wrong.is_empty(),
            "no answer to {:#?}\nafter {:#?}",
            noted.wrong,
            noted.commands
        );
        noted
    }
}

fn read(text: &str) -> Vec<Vec<Block>> {
    let mut connections: Vec<Vec<Block>> = Vec::new();
    let mut literal: Option<(usize, Vec<u8>)> = None;
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        if line.starts_with("==") {
            connections.push(vec![Block::default()]);
            continue;
        }
        let blocks = connections.last_mut().expect("a connection first");
        if let (Some((_, bytes)), Some(rest)) = (&mut literal, line.strip_prefix('|')) {
            bytes.extend_from_slice(rest.strip_prefix(' ').unwrap_or(rest).as_bytes());
            bytes.extend_from_slice(b"\r\n");
            continue;
        }
        let block = blocks.last_mut().expect("the greeting");
        if let Some((at, bytes)) = literal.take() {
            let announced = format!("{{{}}}\r\n", bytes.len());
            block
                .answer
                .splice(at.., [announced.into_bytes(), bytes].concat());
        }
        if let Some(pattern) = line.strip_prefix(">> ").or(line.strip_prefix("> ")) {
            let again = line.starts_with(">>");
            let examined = blocks
                .iter()
                .rev()
                .find(|block| block.pattern.starts_with("EXAMINE "));
            let folder = examined
                .filter(|_| pattern.starts_with("UID "))
                .map(|block| block.pattern.clone());
            blocks.push(Block {
                pattern: pattern.to_owned(),
                folder,
                again,
                ..Block::default()
            });
        } else if let Some(said) = line.strip_prefix("< ") {
            if let Some(said) = said.strip_suffix("{LITERAL}") {
                block.answer.extend_from_slice(said.as_bytes());
                literal = Some((block.answer.len(), Vec::new()));
            } else {
                block
                    .answer
                    .extend_from_slice(format!("{said}\r\n").as_bytes());
            }
        } else if line == "X" {
            block.ends = true;
        } else {
            panic!("what is {line:?}?");
        }
    }
    connections
}

async fn play(stream: TcpStream, mut blocks: Vec<Block>, noted: Arc<Mutex<Noted>>) {
    let mut stream = BufReader::new(stream);
    let mut block = blocks.remove(0);
    let (mut tag, mut open) = (String::new(), None);
    loop {
        let answer = String::from_utf8(block.answer)
            .expect("text")
            .replace("TAG", &tag);
        if stream.write_all(answer.as_bytes()).await.is_err() || block.ends {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        let (first, command) = line.split_once(' ').unwrap_or(("", line));
        tag = if command == "DONE" {
            tag
        } else {
            first.to_owned()
        };
        let is_here = |block: &Block| block.folder.is_none() || block.folder == open;
        let found = blocks
            .iter()
            .position(|block| fits(&block.pattern, command) && is_here(block));
        let mut noted = noted.lock().expect("no panic");
        noted.commands.push(command.to_owned());
        if found.is_none()
            || NEVER
                .iter()
                .any(|word| command.split('"').next().unwrap_or_default().contains(word))
        {
            noted.wrong.push(command.to_owned());
        }
        block = match found {
            Some(at) if blocks[at].again => blocks[at].clone(),
            Some(at) => blocks.remove(at),
            None => Block {
                answer: b"TAG BAD Command Argument Error. 12\r\n".to_vec(),
                ..Block::default()
            },
        };
        if block.pattern.starts_with("EXAMINE ") {
            open = Some(block.pattern.clone());
        }
    }
}

/// `*` in a pattern means anything.
fn fits(pattern: &str, command: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == command,
        Some((head, rest)) => command.strip_prefix(head).is_some_and(|tail| {
            rest.is_empty()
                || (0..=tail.len())
                    .filter(|at| tail.is_char_boundary(*at))
                    .any(|at| fits(rest, &tail[at..]))
        }),
    }
}
