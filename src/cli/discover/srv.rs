//! SRV records (RFC 2782) of the DNS, asked for by one datagram a server.

use super::host;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, Question, RCODE, TYPE};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// Longest wait for one server of the DNS.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// Servers of the DNS that are asked, as the resolver of the C library does.
pub const MOST_ASKED: usize = 3;
/// Largest answer, in bytes; a larger one was not asked for.
const MOST_BYTES: usize = 4096;
/// Answers to other questions that are passed over while one waits.
const STRANGERS: usize = 16;

/// The servers that `/etc/resolv.conf` names; this machine when it names none.
#[must_use]
pub fn servers(resolv_conf: &str) -> Vec<SocketAddr> {
    let mut servers: Vec<SocketAddr> = resolv_conf
        .lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        // A zone (`%eth0`) makes an address that cannot be read here.
        .filter_map(|rest| rest.trim().parse::<IpAddr>().ok())
        .map(|ip| SocketAddr::new(ip, 53))
        .take(MOST_ASKED)
        .collect();
    if servers.is_empty() {
        servers.push(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 53));
    }
    servers
}

/// Hosts and ports of a service in the order in which they are to be tried; none when it is not
/// offered. In a few words why nothing is known.
pub async fn ask(servers: &[SocketAddr], name: &str) -> Result<Vec<(String, u16)>, String> {
    let mut why = "no server of the DNS is known".to_owned();
    for server in servers {
        match timeout(PATIENCE, ask_one(*server, name)).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => why = format!("{server}: {error}"),
            Err(_) => why = format!("{server}: no answer within {} s", PATIENCE.as_secs()),
        }
    }
    Err(why)
}

async fn ask_one(server: SocketAddr, name: &str) -> Result<Vec<(String, u16)>, String> {
    // An attacker who answers in the server's place must guess it, and the port.
    let id = u16::try_from(RandomState::new().hash_one(name) & 0xffff).unwrap_or_default();
    let question = question(id, name)?;
    let any: IpAddr = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let failed = |error: std::io::Error| error.to_string();
    let socket = UdpSocket::bind((any, 0)).await.map_err(failed)?;
    socket.connect(server).await.map_err(failed)?;
    socket.send(&question).await.map_err(failed)?;
    let mut answer = vec![0; MOST_BYTES];
    for _ in 0..STRANGERS {
        let length = socket.recv(&mut answer).await.map_err(failed)?;
        if let Some(found) = read(&answer[..length], id, name) {
            return found;
        }
    }
    Err("only answers to other questions".to_owned())
}

fn question(id: u16, name: &str) -> Result<Vec<u8>, String> {
    let no_name = |_| format!("{name:?} is no name");
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).map_err(no_name)?;
    packet.questions.push(Question::new(
        name,
        QTYPE::TYPE(TYPE::SRV),
        CLASS::IN.into(),
        false,
    ));
    packet.build_bytes_vec().map_err(no_name)
}

/// What an answer says; `None` for one to another question.
fn read(bytes: &[u8], id: u16, name: &str) -> Option<Result<Vec<(String, u16)>, String>> {
    let packet = Packet::parse(bytes).ok()?;
    if !is_answer(&packet, id, name) {
        return None;
    }
    Some(match packet.rcode() {
        RCODE::NoError if packet.has_flags(PacketFlag::TRUNCATION) => {
            Err("the answer is too long for a datagram".to_owned())
        }
        RCODE::NoError => Ok(places(&packet)),
        RCODE::NameError => Ok(Vec::new()),
        code => Err(format!("it answers {code:?}")),
    })
}

/// Whether it answers our question.
fn is_answer(packet: &Packet<'_>, id: u16, name: &str) -> bool {
    let is_ours = |asked: &Question<'_>| {
        asked.qtype == QTYPE::TYPE(TYPE::SRV) && asked.qname.to_string().eq_ignore_ascii_case(name)
    };
    packet.id() == id
        && packet.has_flags(PacketFlag::RESPONSE)
        && packet.questions.iter().any(is_ours)
}

/// The hosts and ports that it names, in the order in which they are to be tried.
fn places(packet: &Packet<'_>) -> Vec<(String, u16)> {
    let mut places: Vec<(u16, u16, String, u16)> = Vec::new();
    for record in &packet.answers {
        // A name may be an alias of another: its records come under that one, in the same answer.
        let RData::SRV(srv) = &record.rdata else {
            continue;
        };
        // `.` says that the service is not offered.
        let Some(host) = host(&srv.target.to_string()).filter(|_| srv.port > 0) else {
            continue;
        };
        places.push((srv.priority, u16::MAX - srv.weight, host, srv.port));
    }
    places.sort();
    places
        .into_iter()
        .map(|(.., host, port)| (host, port))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "_imaps._tcp.kommun.se";

    /// As RFC 1035 writes a name.
    fn name(text: &str) -> Vec<u8> {
        let labels = text.split('.').filter(|label| !label.is_empty());
        let mut bytes: Vec<u8> = labels
            .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
            .collect();
        bytes.push(0);
        bytes
    }

    /// An answer to [`NAME`], written by hand: flags, and records of priority, weight, port and
    /// target.
    fn answer(id: u16, flags: u16, records: &[(u16, u16, u16, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [id, flags, 1, u16::try_from(records.len()).unwrap(), 0, 0] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(
            [
                name(NAME),
                [33_u16.to_be_bytes(), 1_u16.to_be_bytes()].concat(),
            ]
            .concat(),
        );
        for (priority, weight, port, target) in records {
            // The name is that of the question.
            bytes.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60]);
            let data = [
                [*priority, *weight, *port].map(u16::to_be_bytes).concat(),
                name(target),
            ]
            .concat();
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend(data);
        }
        bytes
    }

    const GOOD: u16 = 0x8180;

    #[test]
    fn the_first_priority_comes_first_and_in_it_the_greatest_weight() {
        let records = [
            (20, 0, 993, "reserv.kommun.se"),
            (10, 5, 993, "imap2.kommun.se"),
            (10, 60, 1993, "IMAP1.kommun.se"),
            (5, 0, 993, "."),
            (5, 0, 0, "noll.kommun.se"),
        ];
        let found = read(&answer(7, GOOD, &records), 7, NAME).unwrap().unwrap();
        let expected = [
            ("imap1.kommun.se", 1993),
            ("imap2.kommun.se", 993),
            ("reserv.kommun.se", 993),
        ];
        assert_eq!(found, expected.map(|(host, port)| (host.to_owned(), port)));
    }

    #[test]
    fn an_answer_is_to_our_question() {
        let records = [(10, 5, 993, "imap.kommun.se")];
        let good = answer(7, GOOD, &records);
        assert!(
            read(&good, 7, NAME).is_some() && read(&good, 7, "_IMAPS._tcp.Kommun.se").is_some()
        );
        assert!(read(&good, 8, NAME).is_none(), "another id");
        assert!(
            read(&good, 7, "_imap._tcp.kommun.se").is_none(),
            "another name"
        );
        assert!(
            read(&answer(7, 0x0100, &records), 7, NAME).is_none(),
            "a question"
        );
        assert_eq!(
            read(&answer(7, 0x8183, &[]), 7, NAME),
            Some(Ok(Vec::new())),
            "no such name"
        );
        for (flags, why) in [
            (0x8182, "ServerFailure"),
            (0x8185, "Refused"),
            (0x8380, "too long"),
        ] {
            let told = read(&answer(7, flags, &records), 7, NAME)
                .unwrap()
                .unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        for end in 0..good.len() {
            // Cut anywhere, it ends somehow.
            let _ = read(&good[..end], 7, NAME);
        }
    }

    #[test]
    fn what_is_asked_is_as_the_standard_has_it() {
        let mut expected = Vec::new();
        for number in [7_u16, 0x0100, 1, 0, 0, 0] {
            expected.extend(number.to_be_bytes());
        }
        expected.extend([name(NAME), vec![0, 33, 0, 1]].concat());
        assert_eq!(question(7, NAME).unwrap(), expected);
        assert!(question(7, &"a".repeat(64)).is_err());
    }

    #[test]
    fn the_machines_servers_are_read() {
        let text = "# by hand\nsearch kommun.se\nnameserver 192.0.2.1\n nameserver 2001:db8::1 \nnameserver fe80::1%eth0\n\
                    nameserver\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n";
        let expected = ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.2:53"];
        assert_eq!(
            servers(text),
            expected.map(|server| server.parse().unwrap())
        );
        assert_eq!(servers(""), ["127.0.0.1:53".parse().unwrap()]);
    }
}
