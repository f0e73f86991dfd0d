//! The SMTP side: a real Postfix, or where that cannot run (it needs root) the server in this
//! process, both with STARTTLS and one Maildir for everything. And a door before it that can be
//! shut.

use super::process::wait_until;
use crate::servers::exim::Exim;
use crate::servers::pem::Pem;
use crate::servers::postfix::Postfix;
use crate::servers::sink::{Act, Rule, Script, Sink, Step, Tls, at};
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// The watched mailbox.
const OWN: &str = "kf@example.se";

pub struct Post {
    pub port: u16,
    maildir: PathBuf,
    server: Server,
}

#[expect(dead_code, reason = "held, so that the server lives")]
enum Server {
    Postfix(Postfix),
    Sink(Sink, TempDir),
    Exim(Exim),
}

impl Post {
    /// Postfix, if it can run.
    pub async fn start() -> Self {
        match Postfix::start() {
            Some(postfix) => Self {
                port: postfix.port,
                maildir: postfix.maildir(),
                server: Server::Postfix(postfix),
            },
            None => Self::quick().await,
        }
    }

    /// Postfix, if it can run, on another address than 127.0.0.1.
    pub fn on(address: &'static str) -> Option<Self> {
        let postfix = Postfix::start_on(address)?;
        Some(Self {
            port: postfix.port,
            maildir: postfix.maildir(),
            server: Server::Postfix(postfix),
        })
    }

    /// Exim, if it can run.
    pub fn exim() -> Option<Self> {
        let exim = Exim::start()?;
        Some(Self {
            port: exim.port,
            maildir: exim.maildir(),
            server: Server::Exim(exim),
        })
    }

    /// The server in this process, for tests whose point is elsewhere.
    pub async fn quick() -> Self {
        Self::with(Vec::new(), Vec::new()).await
    }

    /// The same, which takes no mail from anybody.
    pub async fn that_refuses(answer: &'static str) -> Self {
        Self::with(vec![at(Step::Mail, Act::Say(answer))], Vec::new()).await
    }

    /// The same, with rules of its own.
    pub async fn that_obeys(rules: Vec<Rule>) -> Self {
        Self::with(rules, Vec::new()).await
    }

    /// The same, with a greeting of its own.
    pub async fn that_greets(greeting: &'static [u8]) -> Self {
        Self::with(vec![at(Step::Greeting, Act::Raw(greeting))], Vec::new()).await
    }

    /// The same, which says this after EHLO too.
    pub async fn that_offers(offer: &'static str) -> Self {
        Self::with(Vec::new(), vec![offer]).await
    }

    async fn with(rules: Vec<Rule>, offers: Vec<&'static str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let maildir = folder.path().join("Maildir");
        let tls = Tls::OnRequest(Pem::write(folder.path()).good);
        let sink = Sink::start(Script {
            tls,
            rules,
            offers,
            maildir: Some(maildir.clone()),
            ..Script::default()
        })
        .await;
        Self {
            port: sink.port,
            maildir,
            server: Server::Sink(sink, folder),
        }
    }

    /// Where every mail is that has arrived.
    pub fn maildir(&self) -> &std::path::Path {
        &self.maildir
    }

    /// The log of Postfix, where it is one.
    pub fn log_of_postfix(&self) -> Option<PathBuf> {
        match &self.server {
            Server::Postfix(postfix) => Some(postfix.log_file()),
            Server::Sink(..) | Server::Exim(_) => None,
        }
    }

    /// Every mail that has arrived, in the order of recipients; the mailbox's own copies aside.
    pub fn mails(&self) -> Vec<Mail> {
        let Ok(entries) = fs::read_dir(self.maildir.join("new")) else {
            return Vec::new();
        };
        let read = |entry: fs::DirEntry| {
            Mail(fs::read_to_string(entry.path()).expect("a mail in UTF-8 or ASCII"))
        };
        let mut mails: Vec<Mail> = entries
            .flatten()
            .map(read)
            .filter(|mail| mail.to() != OWN)
            .collect();
        mails.sort_by_key(|mail| (mail.to(), mail.field("X-Servicelofte")));
        mails
    }

    /// The mailbox's own copies of what it sent, each with its file's name.
    pub fn own_copies(&self) -> Vec<(String, Mail)> {
        let Ok(entries) = fs::read_dir(self.maildir.join("new")) else {
            return Vec::new();
        };
        let read = |entry: fs::DirEntry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(entry.path()).expect("a mail in UTF-8 or ASCII");
            (name, Mail(text))
        };
        let mut copies: Vec<_> = entries.flatten().map(read).collect();
        copies.retain(|(_, mail)| mail.to() == OWN && mail.field("X-Servicelofte").is_some());
        copies
    }

    /// What others than the service sent to the watched mailbox.
    pub fn to_the_mailbox(&self) -> Vec<Mail> {
        let Ok(entries) = fs::read_dir(self.maildir.join("new")) else {
            return Vec::new();
        };
        let read = |entry: fs::DirEntry| {
            Mail(fs::read_to_string(entry.path()).expect("a mail in UTF-8 or ASCII"))
        };
        entries
            .flatten()
            .map(read)
            .filter(|mail| mail.to() == OWN && mail.field("X-Servicelofte").is_none())
            .collect()
    }

    /// Waits until this many are there.
    pub fn wait_for(&self, count: usize) -> Vec<Mail> {
        wait_until("mails at their recipients", || self.mails().len() >= count);
        self.mails()
    }
}

/// One delivered mail.
#[derive(Clone, Debug)]
pub struct Mail(pub String);

impl Mail {
    pub fn to(&self) -> String {
        self.field("Delivered-To").expect("a recipient")
    }

    /// A header field, unfolded.
    pub fn field(&self, name: &str) -> Option<String> {
        let head = self
            .0
            .split("\n\n")
            .next()?
            .replace("\n ", " ")
            .replace("\n\t", " ");
        let lines: Vec<&str> = head.lines().collect();
        let mut values = lines.iter().filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            field
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        let value = values.next();
        assert!(
            name == "Received" || values.next().is_none(),
            "{name} stands twice in {head}"
        );
        value
    }

    /// `notice` and its references.
    pub fn kind(&self) -> (String, Vec<String>) {
        let field = self.field("X-Servicelofte").expect("our mark");
        let (kind, refs) = field.split_once("; ref=").expect("kind and references");
        let refs = refs.split(';').next().expect("references");
        (
            kind.to_owned(),
            refs.split(',').map(|one| one.trim().to_owned()).collect(),
        )
    }
}

/// A port on which no server answers until the door is opened; behind it is another port.
pub struct Door {
    pub port: u16,
    to: u16,
    open: Option<JoinHandle<()>>,
}

impl Door {
    pub fn shut(to: u16) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|held| held.local_addr())
            .expect("a free port")
            .port();
        Self {
            port,
            to,
            open: None,
        }
    }

    pub async fn open(&mut self) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", self.port))
            .await
            .expect("the port is still free");
        let to = self.to;
        self.open = Some(tokio::spawn(async move {
            while let Ok((mut outside, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut inside = tokio::net::TcpStream::connect(("127.0.0.1", to)).await?;
                    tokio::io::copy_bidirectional(&mut outside, &mut inside).await
                });
            }
        }));
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(task) = &self.open {
            task.abort();
        }
    }
}
