//! A client for the tests, as plain as can be: it puts messages into any server's mailbox, with
//! arrival times in the past, and reads everything back, to prove that nothing changed. It trusts
//! the server; the product's client does not.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Silence after which a test fails.
const SILENCE: Duration = Duration::from_mins(1);

pub struct Client {
    server: BufReader<TcpStream>,
    commands: u32,
}

impl Client {
    /// Without encryption: this is loopback.
    pub fn login(port: u16, user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.set_read_timeout(Some(SILENCE)).expect("a time-out");
        let mut client = Self {
            server: BufReader::new(stream),
            commands: 0,
        };
        client.response();
        client.command(&format!("LOGIN {user} {password}"));
        client
    }

    /// The untagged responses of a command that must succeed, each with its literals.
    pub fn command(&mut self, line: &str) -> Vec<Vec<u8>> {
        self.send(&format!("{line}\r\n"));
        self.end(line)
    }

    /// What the server says it can do, after login.
    pub fn capabilities(&mut self) -> String {
        let answers = self.command("CAPABILITY");
        answers
            .iter()
            .map(|answer| String::from_utf8_lossy(answer).into_owned())
            .collect()
    }

    pub fn append(&mut self, folder: &str, flags: &str, arrival: DateTime<Utc>, mail: &str) {
        let mail = mail.replace('\n', "\r\n");
        let date = arrival.format("%d-%b-%Y %H:%M:%S +0000");
        self.send(&format!(
            "APPEND \"{folder}\" ({flags}) \"{date}\" {{{}}}\r\n",
            mail.len()
        ));
        let go = self.response();
        assert_eq!(go[0], b'+', "{}", String::from_utf8_lossy(&go));
        self.write(mail.as_bytes());
        self.write(b"\r\n");
        self.end("APPEND");
    }

    /// Every message of the folders, in the server's own words: flags, arrival, size, bytes.
    /// `\Recent` says who looked first, and is left out.
    pub fn snapshot(&mut self, folders: &[&str]) -> BTreeMap<String, Vec<String>> {
        let one = |folder: &&str| {
            self.command(&format!("EXAMINE \"{folder}\""));
            let messages =
                self.command("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])");
            let is_message = |answer: &String| answer.contains(" FETCH (");
            let text = |answer: &Vec<u8>| {
                let text = String::from_utf8_lossy(answer).replace("\\Recent", "");
                text.replace("( ", "(").replace(" )", ")")
            };
            (
                (*folder).to_owned(),
                messages.iter().map(text).filter(is_message).collect(),
            )
        };
        folders.iter().map(one).collect()
    }

    fn send(&mut self, text: &str) {
        self.commands += 1;
        let tagged = format!("a{} {text}", self.commands);
        self.write(tagged.as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.server
            .get_mut()
            .write_all(bytes)
            .expect("the server reads");
    }

    fn end(&mut self, what: &str) -> Vec<Vec<u8>> {
        let tag = format!("a{} ", self.commands);
        let mut answers = Vec::new();
        loop {
            let answer = self.response();
            if let Some(status) = answer.strip_prefix(tag.as_bytes()) {
                assert!(
                    status.starts_with(b"OK"),
                    "{what}: {}",
                    String::from_utf8_lossy(status)
                );
                return answers;
            }
            answers.push(answer);
        }
    }

    /// One response: lines, and the literals between them.
    fn response(&mut self) -> Vec<u8> {
        let mut response = Vec::new();
        loop {
            self.server
                .read_until(b'\n', &mut response)
                .expect("the server answers");
            assert_eq!(
                response.last(),
                Some(&b'\n'),
                "the server closed the connection"
            );
            let line = String::from_utf8_lossy(&response);
            let Some(length) = line
                .trim_end()
                .strip_suffix('}')
                .and_then(|text| text.rsplit_once('{'))
            else {
                return response;
            };
            let length: u64 = length.1.parse().expect("a literal's length");
            (&mut self.server)
                .take(length)
                .read_to_end(&mut response)
                .expect("the literal");
        }
    }
}
