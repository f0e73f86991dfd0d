//! Cyrus IMAP, from Debian's packages: CONDSTORE, QRESYNC, IDLE, special-use in lower case.

use super::guest::{Guest, Recipe};
use super::pki::{self, Certificate};
use super::ports::free_ports;

/// One user, `user1`, with the folders that a login makes.
pub struct Cyrus {
    /// IMAP in the clear.
    pub port: u16,
    /// IMAP in TLS.
    pub tls_port: u16,
    _guest: Guest,
}

impl Cyrus {
    /// `None`, with a printed word, where it cannot run.
    pub fn start(password: &str) -> Option<Self> {
        let [port, tls_port] = free_ports();
        let guest = Guest::start(|dir| {
            let (certificate, key) = pki::server(Certificate::Good);
            let d = dir.display();
            let script = format!(
                "mkdir -p conf/db conf/socket conf/proc conf/log spool sock\n\
                 printf %s '{password}' | saslpasswd2 -p -c -f sasldb2 -u cyrus.test user1\n\
                 cp /etc/cyrus-test/key.pem key.pem\n\
                 chown -R mail:mail conf spool sock sasldb2 key.pem\n\
                 /usr/lib/cyrus/bin/master -C /etc/cyrus-test/imapd.conf -M /etc/cyrus-test/cyrus.conf \
                 -p {d}/master.pid -D\n"
            );
            let services = format!(
                "START {{\n  recover cmd=\"/usr/lib/cyrus/bin/ctl_cyrusdb -C /etc/cyrus-test/imapd.conf -r\"\n}}\n\
                 SERVICES {{\n  imap cmd=\"/usr/lib/cyrus/bin/imapd -C /etc/cyrus-test/imapd.conf\" \
                 listen=\"127.0.0.1:{port}\" prefork=0\n  imaps cmd=\"/usr/lib/cyrus/bin/imapd -s \
                 -C /etc/cyrus-test/imapd.conf\" listen=\"127.0.0.1:{tls_port}\" prefork=0\n}}\nEVENTS {{\n}}\n\
                 DAEMON {{\n  idled cmd=\"/usr/lib/cyrus/bin/idled -C /etc/cyrus-test/imapd.conf\"\n}}\n"
            );
            let settings = format!(
                "servername: cyrus.test\nconfigdirectory: {d}/conf\ndefaultpartition: default\n\
                 partition-default: {d}/spool\nadmins: cyrus\ncyrus_user: mail\ncyrus_group: mail\n\
                 allowplaintext: yes\nsasl_mech_list: PLAIN LOGIN\nsasl_pwcheck_method: auxprop\n\
                 sasl_auxprop_plugin: sasldb\nsasl_sasldb_path: {d}/sasldb2\nunixhierarchysep: yes\n\
                 altnamespace: yes\nautocreate_quota: 0\nautocreate_post: yes\n\
                 autocreate_inbox_folders: Drafts|Skickat|Junk|Trash\n\
                 autocreate_subscribe_folders: Drafts|Skickat|Junk|Trash\nxlist-drafts: Drafts\n\
                 xlist-sent: Skickat\nxlist-junk: Junk\nxlist-trash: Trash\n\
                 tls_server_cert: /etc/cyrus-test/cert.pem\ntls_server_key: {d}/key.pem\n\
                 idlesocket: {d}/sock/idle\nlmtpsocket: {d}/sock/lmtp\nnotifysocket: {d}/sock/notify\n\
                 syslog_prefix: cy\n"
            );
            let etc = vec![
                ("cyrus-test/imapd.conf", settings),
                ("cyrus-test/cyrus.conf", services),
                ("cyrus-test/cert.pem", certificate),
                ("cyrus-test/key.pem", key),
            ];
            Recipe {
                packages: "cyrus",
                etc,
                script,
                ports: vec![port, tls_port],
            }
        })?;
        Some(Self {
            port,
            tls_port,
            _guest: guest,
        })
    }
}
