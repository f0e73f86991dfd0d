//! What `init` finds out from the domain itself, with a server of the DNS and a web server on
//! loopback.

use crate::servers::idp::{Act, Idp, answer};
use servicelofte::cli::discover::{Kind, Offer, Offers, Ways, offers};
use servicelofte::cli::proposal::Reach;
use servicelofte::config::Security;
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Priority, weight, port, target.
type Record = (u16, u16, u16, &'static str);

/// What it answers to a name: records, and the code that says how it went.
type Zone = Vec<(&'static str, u8, Vec<Record>)>;

const NO_SUCH_NAME: u8 = 3;

/// A server of the DNS that knows a zone; without one it is silent.
struct Dns {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Dns {
    fn start(zone: Option<Zone>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let (at, asked) = (
            socket.local_addr().expect("its address"),
            Arc::new(Mutex::new(Vec::new())),
        );
        let shared = Arc::clone(&asked);
        // It ends with the test's process.
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                let name = asked_name(&query[..length]);
                shared.lock().expect("no panic").push(name.clone());
                let Some(zone) = &zone else { continue };
                // An attacker who guesses answers first, with another id.
                let mut forged = reply(&query[..length], 0, &[(0, 0, 993, "imap.evil.test")]);
                forged[0] ^= 0xff;
                let _ = socket.send_to(&forged, from);
                let known = zone.iter().find(|(known, ..)| *known == name);
                let (code, records) = known
                    .map_or((NO_SUCH_NAME, &[][..]), |(_, code, records)| {
                        (*code, records)
                    });
                let _ = socket.send_to(&reply(&query[..length], code, records), from);
            }
        });
        Self { at, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn asked_name(query: &[u8]) -> String {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] > 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).into_owned());
        at = end;
    }
    labels.join(".")
}

fn reply(query: &[u8], code: u8, records: &[Record]) -> Vec<u8> {
    let mut bytes = query.to_vec();
    (bytes[2], bytes[3]) = (0x81, 0x80 | code);
    bytes[7] = u8::try_from(records.len()).expect("few");
    for (priority, weight, port, target) in records {
        let mut data = [*priority, *weight, *port].map(u16::to_be_bytes).concat();
        for label in target.split('.').filter(|label| !label.is_empty()) {
            data.push(u8::try_from(label.len()).expect("short"));
            data.extend(label.as_bytes());
        }
        data.push(0);
        // The name of the question, SRV, IN, a minute.
        bytes.extend([
            0xc0,
            12,
            0,
            33,
            0,
            1,
            0,
            0,
            0,
            60,
            0,
            u8::try_from(data.len()).expect("short"),
        ]);
        bytes.extend(data);
    }
    bytes
}

fn zone() -> Zone {
    vec![
        (
            "_imaps._tcp.localhost",
            0,
            vec![
                (20, 0, 993, "reserv.localhost"),
                (10, 0, 1993, "imap.localhost"),
            ],
        ),
        ("_imap._tcp.localhost", 0, vec![(0, 0, 0, ".")]),
        (
            "_submissions._tcp.localhost",
            0,
            vec![(0, 0, 465, "smtp.leverantor.test")],
        ),
        (
            "_submission._tcp.localhost",
            0,
            vec![(0, 0, 587, "localhost")],
        ),
    ]
}

const PAGE: &str = "<?xml version=\"1.0\"?><clientConfig version=\"1.1\"><emailProvider id=\"localhost\">
    <incomingServer type=\"imap\"><hostname>imap.leverantor.test</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILLOCALPART%</username></incomingServer>
    <outgoingServer type=\"smtp\"><hostname>smtp.leverantor.test</hostname><port>587</port>
    <socketType>STARTTLS</socketType></outgoingServer></emailProvider></clientConfig>";

/// Asks, and returns the report too.
async fn ask(dns: &[&Dns], web: &Idp, ca_file: Option<PathBuf>) -> (Offers, Vec<String>) {
    let ways = Ways {
        dns: dns.iter().map(|dns| dns.at).collect(),
        web: Some(SocketAddr::from(([127, 0, 0, 1], web.port))),
        web_port: web.port,
        ca_file,
    };
    let mut told = Vec::new();
    let offers = offers(&ways, "kf@localhost", "localhost", &mut told)
        .await
        .expect("it is said");
    (
        offers,
        String::from_utf8(told)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

fn offer(host: &str, port: u16, security: Security, user: Option<&str>) -> Offer {
    Offer {
        reach: Reach {
            host: host.to_owned(),
            port,
            security,
        },
        user: user.map(str::to_owned),
    }
}

#[tokio::test]
async fn the_page_of_the_domain_is_believed_wherever_it_points() {
    let (dns, web) = (Dns::start(Some(zone())), Idp::start().await);
    web.does(answer("200 OK", "text/xml", PAGE));
    let (offers, told) = ask(&[&dns], &web, Some(web.ca())).await;
    assert_eq!(
        offers.imap,
        [offer(
            "imap.leverantor.test",
            993,
            Security::Tls,
            Some("kf")
        )]
    );
    assert_eq!(
        offers.smtp,
        [offer("smtp.leverantor.test", 587, Security::StartTls, None)]
    );
    assert!(
        offers.elsewhere.is_empty() && dns.asked().is_empty(),
        "the domain has spoken: {:?}",
        dns.asked()
    );
    // A certificate that is not for the name of the page proves nothing.
    assert!(
        told[0].starts_with("tried    https://autoconfig.localhost/mail/")
            && told[0].contains("certificate")
    );
    assert_eq!(
        told[1..],
        [
            "tried    https://localhost/.well-known/autoconfig/mail/config-v1.1.xml: imap.leverantor.test:993, smtp.leverantor.test:587"
        ]
    );
    // An authority that is not trusted proves nothing either.
    let (offers, told) = ask(&[&dns], &web, None).await;
    assert_ne!(
        offers.imap[0].reach.host, "imap.leverantor.test",
        "{told:?}"
    );
}

#[tokio::test]
async fn records_are_tried_in_their_order_and_none_that_leads_away() {
    let (dns, web) = (Dns::start(Some(zone())), Idp::start().await);
    web.does(answer("404 Not Found", "text/html", "<html>"));
    let (offers, told) = ask(&[&dns], &web, Some(web.ca())).await;
    let imap = [
        offer("imap.localhost", 1993, Security::Tls, None),
        offer("reserv.localhost", 993, Security::Tls, None),
    ];
    assert_eq!(offers.imap, imap, "{told:?}");
    assert_eq!(
        offers.smtp,
        [offer("localhost", 587, Security::StartTls, None)]
    );
    let away = Reach {
        host: "smtp.leverantor.test".to_owned(),
        port: 465,
        security: Security::Tls,
    };
    assert_eq!(offers.elsewhere, [(Kind::Smtp, away)]);
    assert!(told[1].ends_with(": nothing (HTTP 404)"), "{told:?}");
    assert_eq!(
        told[2..],
        [
            "tried    _imaps._tcp.localhost: imap.localhost:1993, reserv.localhost:993",
            "tried    _imap._tcp.localhost: nothing",
            "tried    _submissions._tcp.localhost: smtp.leverantor.test:465",
            "tried    _submission._tcp.localhost: localhost:587",
        ]
    );
}

#[tokio::test]
async fn pages_that_are_none_are_passed_over() {
    let (dns, web) = (Dns::start(Some(Vec::new())), Idp::start().await);
    let moved = "HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n"
        .to_owned();
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000));
    for (act, says) in [
        (Act::Say(moved), "it points elsewhere (HTTP 302)"),
        (Act::Say(endless), "larger than 65536 bytes"),
        (
            Act::Say("220 mail ESMTP\r\n\r\n".to_owned()),
            "the answer is not HTTP",
        ),
        (Act::Close, "the connection was lost"),
        (
            answer("200 OK", "text/html", "<html>inte här</html>"),
            "no page that names a protected mail server",
        ),
    ] {
        web.does(act);
        let (offers, told) = ask(&[&dns], &web, Some(web.ca())).await;
        assert_eq!(offers, Offers::default(), "{told:?}");
        assert!(told[1].ends_with(says), "{says}: {told:?}");
    }
    web.does(Act::Hang);
    let begun = Instant::now();
    let (_, told) = ask(&[&dns], &web, Some(web.ca())).await;
    assert!(
        told[1].ends_with("no answer within 8 s") && begun.elapsed() < Duration::from_secs(30),
        "{told:?}"
    );
}

/// One server of the DNS that is silent costs a moment, and the next one is asked; where none
/// answers that is said.
#[tokio::test]
async fn a_silent_server_of_the_dns_is_no_end() {
    let web = Idp::start().await;
    web.does(Act::Close);
    let (silent, good) = (Dns::start(None), Dns::start(Some(zone())));
    let (offers, told) = ask(&[&silent, &good], &web, Some(web.ca())).await;
    assert_eq!(offers.imap.len(), 2, "{told:?}");
    assert_eq!(silent.asked().len(), 4);
    let (offers, told) = ask(&[&silent], &web, Some(web.ca())).await;
    assert_eq!(offers, Offers::default());
    assert!(
        told[2..]
            .iter()
            .all(|line| line.ends_with("no answer within 3 s")),
        "{told:?}"
    );
}
