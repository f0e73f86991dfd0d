//! Courier IMAP, from Debian's packages: every folder below `INBOX.`, no special-use, no CONDSTORE.

use super::guest::{Guest, Recipe};
use super::pki::{self, Certificate};
use super::ports::free_ports;

/// One user, `user1`, with an inbox and nothing else.
pub struct Courier {
    /// IMAP in the clear.
    pub port: u16,
    /// IMAP in TLS.
    pub tls_port: u16,
    _guest: Guest,
}

impl Courier {
    /// `None`, with a printed word, where it cannot run.
    pub fn start(password: &str) -> Option<Self> {
        let [port, tls_port] = free_ports();
        let guest = Guest::start(|dir| {
            let (certificate, key) = pki::server(Certificate::Good);
            let home = dir.join("home");
            let home = home.display();
            let script = format!(
                "mkdir -p /run/courier/authdaemon home/Maildir/cur home/Maildir/new home/Maildir/tmp\n\
                 chown -R mail:mail home\n\
                 mkdir -m 700 /etc/courier/userdb\n\
                 hash=$(printf %s '{password}' | openssl passwd -1 -stdin)\n\
                 printf 'user1\\tuid=%s|gid=%s|home={home}|shell=/bin/sh|mail={home}/Maildir|imappw=%s\\n' \
                 $(id -u mail) $(id -g mail) \"$hash\" > /etc/courier/userdb/users\n\
                 chmod 600 /etc/courier/userdb/users\n\
                 makeuserdb\n\
                 set +u -a\n. /etc/courier/imapd\n. /etc/courier/imapd-ssl\nMAILDIRPATH=Maildir\n\
                 IMAP_EMPTYTRASH=\nIMAP_ENHANCEDIDLE=0\nTLS_CACHEFILE=\nTLS_CERTFILE=/etc/courier/pair.pem\nset +a\n\
                 /usr/lib/courier/courier-authlib/authdaemond &\n\
                 while [ ! -S /run/courier/authdaemon/socket ]; do sleep 0.05; done\n\
                 couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup {tls_port} \
                 /usr/bin/couriertls -server -tcpd /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir &\n\
                 couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup {port} \
                 /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir\n"
            );
            let daemon = "authmodulelist=\"authuserdb\"\nauthmodulelistorig=\"authuserdb\"\ndaemons=2\n\
                          authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\nDEFAULTOPTIONS=\"\"\nLOGGEROPTS=\"\"\n";
            let etc = vec![
                ("courier/authdaemonrc", daemon.to_owned()),
                ("courier/pair.pem", certificate + &key),
            ];
            Recipe {
                packages: "courier",
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
