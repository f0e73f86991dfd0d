//! The two hosts, Dovecot, Postfix and three members of etcd, each in a network namespace of its
//! own.

use super::{Host, Time, Town};
use crate::e2e::gate::Gate;
use crate::e2e::post::Post;
use crate::e2e::process::Daemon;
use crate::e2e::site::Site;
use crate::servers::dovecot::DovecotOptions;
use crate::servers::etcd::Etcd;
use crate::servers::net::Net;
use std::collections::BTreeSet;
use std::path::Path;

/// Where each is: the hosts, the mailbox, the mail server, etcd. The mailbox's server is
/// `localhost` for both hosts.
pub const SEATS: [(&str, &str); 7] = [
    ("a", "127.0.0.11"),
    ("b", "127.0.0.12"),
    ("m", "127.0.0.1"),
    ("p", "127.0.0.2"),
    ("e0", "127.0.0.21"),
    ("e1", "127.0.0.22"),
    ("e2", "127.0.0.23"),
];

/// The seats of etcd.
pub const ETCD: [&str; 3] = ["e0", "e1", "e2"];

impl Town {
    /// `None`, with a printed word, where network namespaces are refused.
    pub async fn in_a_network(
        seed: u64,
        replicas: impl Fn(&Site, &Path) -> Option<String>,
    ) -> Option<Self> {
        let net = Net::lay(seed, &SEATS)?;
        let members = [SEATS[4], SEATS[5], SEATS[6]];
        let etcd = Etcd::on(&net, members)?;
        let post = net.within("p", || Post::on("127.0.0.2"))?;
        let site = net.within("m", || Site::with(DovecotOptions::default(), post));
        let replica = site.folder.path().join("replica");
        let (table, time) = (replicas(&site, &replica)?, Time::begin());
        let places = etcd.places.iter();
        let endpoints: Vec<String> = places
            .map(|(host, port)| format!("http://{host}:{port}"))
            .collect();
        let gate = Gate::before(0);
        let smtp = ("127.0.0.2", site.post.port);
        let a = Host::at(&site, &endpoints, smtp, &table, time, gate.await);
        let b = Host::at(&site, &endpoints, smtp, &table, time, Gate::before(0).await);
        Some(Self {
            site,
            etcd,
            a,
            b,
            time,
            smtp: Gate::before(0).await,
            replica,
            carried: BTreeSet::new(),
            net: Some(net),
        })
    }

    /// Starts a host where it belongs.
    pub fn start(&self, host: usize) -> Daemon {
        let (seat, host) = [("a", &self.a), ("b", &self.b)][host];
        match &self.net {
            Some(net) => {
                let (config, clock) = (host.office.config(), host.time.now());
                net.within(seat, || {
                    Daemon::start(crate::e2e::site::program(), &config, &clock)
                })
            }
            None => host.start(),
        }
    }
}
