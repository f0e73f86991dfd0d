//! Roundcube, the webmail, from Debian's packages, on PHP's own web server: one user writes as the
//! watched mailbox, the other as a member of staff. Nothing of it is installed (see `guest`).

use super::guest::{Guest, Recipe};
use super::pki;
use super::ports::free_ports;
use std::fmt::Write as _;

/// PHP's extensions that it uses, each after those that it builds on.
const EXTENSIONS: [&str; 15] = [
    "pdo",
    "pdo_sqlite",
    "mbstring",
    "intl",
    "ctype",
    "iconv",
    "fileinfo",
    "tokenizer",
    "dom",
    "simplexml",
    "xml",
    "xmlreader",
    "xmlwriter",
    "exif",
    "sockets",
];

/// Its tables, and the people who would else come to be at their first login, with the server's
/// idea of an address.
const SETUP: &str = r#"
$db = new PDO('sqlite:roundcube.db');
$db->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));
$db->exec("INSERT INTO users (user_id, username, mail_host, created, language)
           VALUES (1, 'user1', 'localhost', '2026-11-01 00:00:00', 'sv_SE'),
                  (2, 'user2', 'localhost', '2026-11-01 00:00:00', 'sv_SE')");
$db->exec("INSERT INTO identities (user_id, standard, name, email)
           VALUES (1, 1, 'Kommunfullmäktige', 'kf@example.se'),
                  (2, 1, 'Anna Exempel', 'registrator@example.se')");
"#;

pub struct Roundcube {
    /// HTTP in the clear.
    pub port: u16,
    guest: Guest,
}

impl Roundcube {
    /// Before an IMAP server in TLS and an SMTP server with STARTTLS. `None`, with a printed word,
    /// where it cannot run.
    pub fn start(imap: u16, smtp: u16) -> Option<Self> {
        let [port] = free_ports();
        let guest = Guest::start(|dir| {
            let dir = dir.display();
            let mut php =
                format!("date.timezone = Europe/Stockholm\nsession.save_path = {dir}/temp\n");
            for extension in EXTENSIONS {
                let _ = writeln!(php, "extension = {extension}");
            }
            let config = format!(
                "<?php\n\
                 $config['db_dsnw'] = 'sqlite:///{dir}/roundcube.db?mode=0640';\n\
                 $config['imap_host'] = 'ssl://localhost:{imap}';\n\
                 $config['imap_conn_options'] = ['ssl' => ['cafile' => '/etc/roundcube/ca.pem']];\n\
                 $config['smtp_host'] = 'tls://localhost:{smtp}';\n\
                 $config['smtp_conn_options'] = ['ssl' => ['cafile' => '/etc/roundcube/ca.pem']];\n\
                 $config['smtp_user'] = '';\n$config['smtp_pass'] = '';\n\
                 $config['sent_mbox'] = 'Skickat';\n$config['language'] = 'sv_SE';\n\
                 $config['des_key'] = 'only-for-the-tests-24-ch';\n$config['plugins'] = [];\n\
                 $config['temp_dir'] = '{dir}/temp';\n$config['log_dir'] = '{dir}/logs';\n\
                 $config['enable_spellcheck'] = false;\n$config['draft_autosave'] = 0;\n"
            );
            // Its folder below /var/lib has but links into /usr; the machine's own is left alone.
            let script = format!(
                "mkdir -p var varwork temp logs\n\
                 mount -t overlay overlay -o lowerdir=$1/var/lib:/var/lib,upperdir=$2/var,workdir=$2/varwork /var/lib\n\
                 export PHP_INI_SCAN_DIR=/etc/php/ours PHP_CLI_SERVER_WORKERS=4\n\
                 php8.2 /etc/php/ours/setup.php\n\
                 php8.2 -S 127.0.0.1:{port} -t /var/lib/roundcube/public_html\n"
            );
            let etc = vec![
                ("roundcube/config.inc.php", config),
                ("roundcube/ca.pem", pki::ca_pem().to_owned()),
                ("php/ours/ours.ini", php),
                ("php/ours/setup.php", format!("<?php{SETUP}")),
            ];
            Recipe {
                packages: "roundcube",
                etc,
                script,
                ports: vec![port],
            }
        })?;
        Some(Self { port, guest })
    }

    /// What it said, for a test that failed.
    pub fn log(&self) -> String {
        let errors =
            std::fs::read_to_string(self.guest.dir().join("logs/errors.log")).unwrap_or_default();
        self.guest.log() + &errors
    }
}
