//! Exim, from Debian's packages: STARTTLS, and every mail ends in one Maildir.

use super::guest::{Guest, Recipe, with_line};
use super::pki::{self, Certificate};
use super::ports::free_ports;
use std::path::PathBuf;

pub struct Exim {
    pub port: u16,
    guest: Guest,
}

impl Exim {
    /// `None`, with a printed word, where it cannot run.
    pub fn start() -> Option<Self> {
        let [port] = free_ports();
        let guest = Guest::start(|dir| {
            let (certificate, key) = pki::server(Certificate::Good);
            let d = dir.display();
            let settings = format!(
                "exim_user = mail\nexim_group = mail\nspool_directory = {d}/spool\nlog_file_path = {d}/%slog\n\
                 pid_file_path = {d}/pid\nprimary_hostname = exim.test\nlocal_interfaces = 127.0.0.1\n\
                 daemon_smtp_ports = {port}\nacl_smtp_rcpt = accept\nacl_smtp_data = accept\nnever_users =\n\
                 keep_environment =\ntls_advertise_hosts = *\ntls_certificate = {d}/cert.pem\n\
                 tls_privatekey = {d}/key.pem\nsmtp_accept_max = 100\nsmtp_accept_max_per_host = 100\n\
                 begin acl\naccept:\n  accept\nbegin routers\nall:\n  driver = accept\n  transport = maildir\n\
                 begin transports\nmaildir:\n  driver = appendfile\n  maildir_format\n  create_directory\n\
                 directory = {d}/Maildir\n  user = mail\n  group = mail\n  return_path_add\n  \
                 headers_add = Delivered-To: $local_part@$domain\n"
            );
            let script = "mkdir spool Maildir\ncp /etc/exim-test/*.pem .\nchown mail:mail . spool Maildir *.pem\n\
                          exim4 -C /etc/exim-test/exim.conf -bdf -q10s\n"
                .to_owned();
            let etc = vec![
                ("exim-test/exim.conf", settings),
                ("exim-test/cert.pem", certificate),
                ("exim-test/key.pem", key),
                // The user whose name Debian has built into Exim.
                (
                    "passwd",
                    with_line(
                        "passwd",
                        "Debian-exim:x:8:8::/var/spool/exim4:/usr/sbin/nologin",
                    ),
                ),
                ("group", with_line("group", "Debian-exim:x:8:")),
            ];
            Recipe {
                packages: "exim",
                etc,
                script,
                ports: vec![port],
            }
        })?;
        Some(Self { port, guest })
    }

    /// The Maildir that everything ends in.
    pub fn maildir(&self) -> PathBuf {
        self.guest.dir().join("Maildir")
    }
}
