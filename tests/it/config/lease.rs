//! `[service.lease]` and `[service.replica]`: what is taken, and what each fault is told as.

use super::{check, parsed};
use servicelofte::config::Security;

/// The smallest configuration with these lines in `[service.lease]`.
fn with(lines: &str) -> String {
    format!("\n[service.lease]\n{lines}\n\n[organisation]\n")
}

fn faults(lines: &str, faults: &[&str]) {
    check(&[("\n[organisation]\n", &with(lines))], faults);
}

#[test]
fn a_lease_needs_little() {
    assert!(parsed(&[]).service.lease.is_none());
    let config = parsed(&[(
        "\n[organisation]\n",
        &with("endpoints = [\"https://Etcd1.example.se\", \"http://127.0.0.1:1/\"]\nname = \"kf\""),
    )]);
    let lease = config.service.lease.expect("a lease");
    let seen: Vec<_> = lease
        .endpoints
        .iter()
        .map(|server| (server.host.as_str(), server.port, server.security))
        .collect();
    assert_eq!(
        seen,
        [
            ("etcd1.example.se", 2379, Security::Tls),
            ("127.0.0.1", 1, Security::Plaintext)
        ]
    );
    assert_eq!((lease.name.as_str(), lease.ttl.as_secs()), ("kf", 15));
    assert!(lease.certificate.is_none());
}

#[test]
fn every_fault_of_a_lease_is_told() {
    let right = "must be an address such as https://etcd1.example.se:2379";
    faults(
        "ttl = 5\nuser = \"u\"\nkey = \"S3kret\"\nsize = 1",
        &[
            "service.lease.endpoints: missing; give the addresses of etcd, such as [\"https://etcd1.example.se:2379\"]",
            "service.lease.name: missing; give the lease a name, the same on every host that shares the promise",
            "service.lease.ttl = 5: must be a whole number from 6 to 300",
            "service.lease.password_file: missing; give password_file, credential or password, or leave user out",
            "service.lease.certificate: missing; give the PEM file of the certificate that belongs to the key",
            "service.lease.key: must name a file that can be read: No such file or directory (os error 2)",
            "service.lease.size: unknown key; known: ca_file, certificate, credential, endpoints, key, key_credential, name, password, password_file, ttl, user",
        ],
    );
    faults(
        "endpoints = [\"etcd1:2379\", \"https://a:0\", \"http://etcd1.example.se\"]\nname = \"k f\"\npassword = \"S3kret\"\ncertificate = \"none.pem\"",
        &[
            &format!("service.lease.endpoints[0] = \"etcd1:2379\": {right}"),
            &format!("service.lease.endpoints[1] = \"https://a:0\": {right}"),
            "service.lease.endpoints[2] = \"http://etcd1.example.se\": must be https: plaintext is for an etcd on this machine only",
            "service.lease.name = \"k f\": must be 1 to 64 letters, digits, - _ or . and start with a letter or a digit",
            "service.lease.user: missing; give the name of etcd's user",
            "service.lease.certificate = \"none.pem\": must be a file that can be read: no such file or directory",
            "service.lease.key: missing; give the PEM file of the certificate's private key",
        ],
    );
}

#[test]
fn a_replica_is_two_commands_and_the_other_host() {
    let lines = "restore = [\"/bin/hook\", \"a b\"]\nother = \"kommun1.example.se:22\"";
    let replica = format!("\n[service.replica]\n{lines}\n\n[organisation]\n");
    let config = parsed(&[("\n[organisation]\n", &replica)]);
    let replica = config.service.replica;
    assert_eq!(
        replica.restore,
        Some(vec!["/bin/hook".to_owned(), "a b".to_owned()])
    );
    assert_eq!(replica.other, Some(("kommun1.example.se".to_owned(), 22)));
    assert_eq!(replica.replicate, None);
    assert_eq!(replica.wait_minutes, 15);
    assert_eq!(parsed(&[]).service.replica.wait_minutes, 15);
    let wrong = "\n[service.replica]\nrestore = [\"hook\"]\nreplicate = []\nother = \"kommun1\"\nwait_minutes = 0\n\n[organisation]\n";
    check(
        &[("\n[organisation]\n", wrong)],
        &[
            "service.replica.replicate = […]: must hold at least one text, or be left out",
            "service.replica.restore = […]: must begin with the whole path of a program",
            "service.replica.other = \"kommun1\": must be a host and a port of the other host, such as \"kommun1.example.se:22\"",
            "service.replica.wait_minutes = 0: must be a whole number from 1 to 240",
        ],
    );
}
