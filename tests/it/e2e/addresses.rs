//! A name with two addresses, of which the first is useless: the second is used, for mail in and
//! out; and when neither is any good, the error names the address.

use super::process::{self, Ended, NOW};
use super::site::{Site, mail, program};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Resolvers give the one that is nearest to this machine's own address first.
const FIRST: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 77, 0, 1);

/// Twenty seconds of silence are five. Where nothing is waited for, time goes as ever, so that a
/// slow machine is not taken for a silent server.
const HURRIED: &str = "@2026-11-19 12:30:00 x4";

/// The server at the first address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    Nobody,
    HangsUp,
    IsSilent,
    IsAnotherService,
}

/// Ports at both addresses; they close when this is dropped.
struct Pair {
    port: u16,
    tasks: Vec<JoinHandle<()>>,
}

impl Pair {
    /// The second address leads to `to`, if it leads anywhere.
    async fn of(first: First, to: Option<u16>) -> Self {
        let bad = TcpListener::bind((FIRST, 0)).await.expect("a port");
        let port = bad.local_addr().expect("its address").port();
        let mut tasks = Vec::new();
        match first {
            First::Nobody => drop(bad),
            _ => tasks.push(tokio::spawn(be(first, bad))),
        }
        if let Some(to) = to {
            let good = TcpListener::bind((SECOND, port))
                .await
                .expect("the same port there");
            tasks.push(tokio::spawn(lead(good, to)));
        }
        Self { port, tasks }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn be(first: First, listener: TcpListener) {
    let mut held = Vec::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        if first == First::IsAnotherService {
            // Who hangs up meanwhile is part of the test.
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await;
        }
        if first != First::HangsUp {
            held.push(stream);
        }
    }
}

async fn lead(listener: TcpListener, to: u16) {
    while let Ok((mut outside, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut inside = TcpStream::connect((FIRST, to)).await?;
            tokio::io::copy_bidirectional(&mut outside, &mut inside).await
        });
    }
}

/// A file in place of `/etc/hosts`, for one process. `None`, with a printed word, where that is
/// refused.
fn hosts(folder: &Path) -> Option<PathBuf> {
    let file = folder.join("hosts");
    fs::write(&file, format!("{FIRST} localhost\n{SECOND} localhost\n")).expect("written");
    let tried = Command::new("unshare")
        .args(["-m", "mount", "--bind"])
        .arg(&file)
        .arg("/etc/hosts")
        .output();
    if tried.is_ok_and(|tried| tried.status.success()) {
        return Some(file);
    }
    eprintln!("skipped: no process can have a file of its own over /etc/hosts here (unshare)");
    None
}

fn once(site: &Site, hosts: &Path, first: First) -> Ended {
    let clock = if first == First::IsSilent {
        HURRIED
    } else {
        NOW
    };
    let mount = format!("mount --bind {} /etc/hosts && exec \"$@\"", hosts.display());
    let before = ["unshare", "-m", "/bin/sh", "-c", &mount, "sh"];
    let mut command = process::command(
        &before,
        program(),
        &site.config(),
        clock,
        &["run", "--once"],
    );
    command.env_remove("FAKETIME_DONT_FAKE_MONOTONIC");
    process::finish(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_address_of_a_name_is_used_when_the_first_is_no_good() {
    for first in [
        First::Nobody,
        First::HangsUp,
        First::IsSilent,
        First::IsAnotherService,
    ] {
        // A mailbox of its own: a question that lies there when it was read already would be one
        // that was moved in.
        let site = Site::quick().await;
        let Some(file) = hosts(site.folder.path()) else {
            return;
        };
        let [imap, smtp] = [site.dovecot.tls_port, site.post.port];
        let ways = [
            Pair::of(first, Some(imap)).await,
            Pair::of(first, Some(smtp)).await,
        ];
        site.change(&[
            (
                &format!("port = {imap}\n"),
                &format!("port = {}\n", ways[0].port),
            ),
            (
                &format!("port = {smtp}\n"),
                &format!("port = {}\n", ways[1].port),
            ),
        ]);
        site.deliver(
            "INBOX",
            &mail("nina@example.org", "Simhallen", "q1@x", ""),
            "2026-11-17 09:12",
        );
        let ended = once(&site, &file, first);
        ended.succeeded();
        // It has ended: what it sent is there.
        let sent = site
            .post
            .mails()
            .iter()
            .any(|mail| mail.to() == "nina@example.org");
        assert!(
            sent,
            "{first:?}: {:?} {}",
            site.register().outbox(),
            ended.err
        );
        println!("first address {first:?}: read and sent by the second");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_the_address_that_it_is_about() {
    let site = Site::quick().await;
    let Some(file) = hosts(site.folder.path()) else {
        return;
    };
    let way = Pair::of(First::HangsUp, None).await;
    site.change(&[(
        &format!("port = {}\n", site.dovecot.tls_port),
        &format!("port = {}\n", way.port),
    )]);
    let ended = once(&site, &file, First::HangsUp);
    // The one that refuses shows the cure.
    ended.says(
        1,
        &[
            "mailbox kf",
            &format!("localhost:{} ({SECOND})", way.port),
            "the connection was refused",
        ],
    );
}
