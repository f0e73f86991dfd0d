//! A configuration that is proposed: minimal, with a sentence where a person has to decide. `init`
//! writes it to a file, `trial` lives by it and shows it.

use super::survey::{Person, Survey};
use crate::config::{Config, Security};
use crate::failure::Failure;
use std::fmt::Write as _;
use std::path::Path;

/// A server and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub host: String,
    pub port: u16,
    pub security: Security,
}

/// How the program shows who it is; a proposal holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A file that holds the password.
    File(String),
    /// A password that is not kept anywhere: for a trial.
    Elsewhere,
}

/// All that is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub address: String,
    pub organisation: String,
    pub operator: String,
    pub imap: Reach,
    pub user: String,
    pub secret: Secret,
    pub smtp: Reach,
    pub ca_file: Option<String>,
    pub people: Vec<Person>,
    pub scanners: Vec<String>,
    pub authserv_id: Option<String>,
    /// Where the register is; `None`: at its usual place.
    pub database: Option<String>,
    /// The server keeps a copy of what it accepts.
    pub server_saves: bool,
    /// The way out wants the same login.
    pub smtp_login: bool,
}

/// The placeholder people of a proposal when no handler was seen: their names say that they are to
/// be replaced.
const HANDLER: &str = "registrator";
const SUPERVISOR: &str = "kanslichef";

impl Proposal {
    /// With nothing known but a mailbox and its servers.
    #[must_use]
    pub fn of(address: String, imap: Reach, smtp: Reach) -> Self {
        let domain = domain_of(&address);
        Self {
            organisation: domain.to_owned(),
            operator: format!("postmaster@{domain}"),
            imap,
            user: address.clone(),
            secret: Secret::Elsewhere,
            smtp,
            ca_file: None,
            people: Vec::new(),
            scanners: Vec::new(),
            authserv_id: None,
            database: None,
            server_saves: false,
            smtp_login: true,
            address,
        }
    }

    /// With what a survey of the mailbox has shown.
    pub fn learn(&mut self, survey: &Survey) {
        self.people = survey.people();
        self.scanners = survey.scanners();
        self.authserv_id = survey.authserv_id().map(str::to_owned);
    }

    /// As it is read when it is a configuration.
    pub fn parsed(&self) -> Result<Config, Failure> {
        Config::parse(&self.toml(), Path::new(".")).map_err(|faults| {
            Failure::Usage(
                faults
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n"),
            )
        })
    }

    /// The short name of the mailbox.
    #[must_use]
    pub fn name(&self) -> String {
        let local = self.address.split('@').next().unwrap_or_default();
        let name: String = local
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let name = name.trim_matches('-').to_lowercase();
        if name.is_empty() {
            "brevladan".to_owned()
        } else {
            name
        }
    }

    /// The file.
    #[must_use]
    pub fn toml(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.pledges(&mut text);
        self.staff(&mut text);
        self.mailbox(&mut text);
        self.imap(&mut text);
        self.smtp(&mut text);
        text
    }

    fn head(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "# Skriven av ”servicelofte init”. Alla nycklar: /usr/share/doc/servicelofte/config.example.toml"
        );
        let _ = writeln!(text, "[service]");
        if let Some(database) = &self.database {
            let _ = writeln!(text, "database = {}", quoted(database));
        }
        let _ = writeln!(
            text,
            "operator = {}   # får larm; den som sköter servern",
            quoted(&self.operator)
        );
        let _ = writeln!(
            text,
            "citizens = \"shadow\"   # inget skickas till medborgare före ”servicelofte go-live”"
        );
        let _ = writeln!(
            text,
            "\n[organisation]\nname = {}",
            quoted(&self.organisation)
        );
        let _ = writeln!(
            text,
            "# complaints = \"…\"   # vart en medborgare kan klaga; står i varje besked"
        );
    }

    fn pledges(&self, text: &mut String) {
        if !self.scanners.is_empty() {
            let from: Vec<String> = self
                .scanners
                .iter()
                .map(|scanner| quoted(scanner))
                .collect();
            let _ = writeln!(text, "\n[[pledge]]   # inskannade brev");
            let _ = writeln!(
                text,
                "name = \"letter\"\nmatch = {{ from = [{}] }}\nletter = true",
                from.join(", ")
            );
            let _ = writeln!(text, "time = {{ working_days = 5 }}");
        }
        let _ = writeln!(text, "\n[[pledge]]   # allt annat");
        let _ = writeln!(text, "name = \"email\"\ntime = {{ working_days = 2 }}");
        let _ = writeln!(
            text,
            "# decision = \"…\"   # beslutet om löftet; ”go-live” frågar efter det"
        );
    }

    /// Staff ids with their people, the handler first, and who the supervisor is.
    fn members(&self) -> (Vec<(String, String, String)>, String) {
        let mut members: Vec<(String, String, String)> = Vec::new();
        for person in &self.people {
            let id = id_of(&person.address);
            if id != SUPERVISOR && members.iter().all(|(known, ..)| *known != id) {
                let name = person.name.clone().unwrap_or_else(|| id.clone());
                members.push((id, name, person.address.clone()));
            }
        }
        if members.is_empty() {
            let email = format!("{HANDLER}@{}", domain_of(&self.address));
            members.push((HANDLER.to_owned(), "Registrator".to_owned(), email));
        }
        (members, SUPERVISOR.to_owned())
    }

    fn staff(&self, text: &mut String) {
        let (members, supervisor) = self.members();
        let seen = if self.people.is_empty() {
            "ingen sågs svara: byt namn och adress"
        } else {
            "sågs svara i Skickat: kontrollera namnen, och lägg till title och phone"
        };
        for (place, (id, name, email)) in members.iter().enumerate() {
            let remark = if place == 0 {
                format!("   # {seen}")
            } else {
                String::new()
            };
            let _ = writeln!(text, "\n[[staff]]{remark}\nid = {}", quoted(id));
            let _ = writeln!(text, "name = {}\nemail = {}", quoted(name), quoted(email));
            let _ = writeln!(text, "reports_to = {}", quoted(&supervisor));
        }
        let _ = writeln!(
            text,
            "\n[[staff]]   # får veta vad som är försenat: byt namn och adress"
        );
        let email = format!("{supervisor}@{}", domain_of(&self.address));
        let _ = writeln!(
            text,
            "id = {}\nname = \"Kanslichef\"\nemail = {}",
            quoted(&supervisor),
            quoted(&email)
        );
    }

    fn mailbox(&self, text: &mut String) {
        let (members, _) = self.members();
        let handler = members.first().map_or(HANDLER, |(id, ..)| id);
        let _ = writeln!(text, "\n[[mailbox]]\nname = {}", quoted(&self.name()));
        let _ = writeln!(
            text,
            "address = {}\nhandler = {}",
            quoted(&self.address),
            quoted(handler)
        );
        if let Some(id) = &self.authserv_id {
            let _ = writeln!(
                text,
                "authserv_id = {}   # vems omdömen om avsändare som gäller",
                quoted(id)
            );
        }
    }

    fn imap(&self, text: &mut String) {
        let _ = writeln!(text, "\n[mailbox.imap]");
        self.server(text, &self.imap, (993, 143));
        let _ = writeln!(text, "user = {}", quoted(&self.user));
        match &self.secret {
            Secret::File(file) => {
                let _ = writeln!(text, "password_file = {}", quoted(file));
            }
            Secret::Elsewhere => {
                let _ = writeln!(text, "password = \"-\"");
            }
        }
    }

    fn smtp(&self, text: &mut String) {
        let _ = writeln!(text, "\n[mailbox.smtp]");
        self.server(text, &self.smtp, (465, 587));
        if !self.smtp_login {
            let _ = writeln!(text, "login = false");
        }
        if self.server_saves {
            let _ = writeln!(
                text,
                "save_sent = false   # servern sparar själv det den skickar"
            );
        }
    }

    fn server(&self, text: &mut String, reach: &Reach, usual: (u16, u16)) {
        let (security, port) = match reach.security {
            Security::Tls => ("tls", usual.0),
            Security::StartTls => ("starttls", usual.1),
            Security::Plaintext => ("plaintext", 0),
        };
        let _ = writeln!(
            text,
            "host = {}\nsecurity = \"{security}\"",
            quoted(&reach.host)
        );
        if reach.port != port {
            let _ = writeln!(text, "port = {}", reach.port);
        }
        if let Some(file) = self
            .ca_file
            .as_ref()
            .filter(|_| reach.security != Security::Plaintext)
        {
            let _ = writeln!(text, "ca_file = {}", quoted(file));
        }
    }
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// A short name for a member of staff.
fn id_of(address: &str) -> String {
    let local = address.split('@').next().unwrap_or_default();
    let plain = |c: char| match c {
        'å' | 'ä' | 'æ' => 'a',
        'ö' | 'ø' => 'o',
        'é' => 'e',
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    };
    let id: String = local.to_lowercase().chars().map(plain).collect();
    id.trim_matches('-').to_owned()
}

/// As a basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal() -> Proposal {
        let reach = |host: &str, port, security| Reach {
            host: host.to_owned(),
            port,
            security,
        };
        let imap = reach("imap.kommun.se", 993, Security::Tls);
        let smtp = reach("smtp.kommun.se", 587, Security::StartTls);
        Proposal {
            organisation: "Kommunen".to_owned(),
            operator: "drift@kommun.se".to_owned(),
            user: "kf".to_owned(),
            ..Proposal::of("kommunfullmaktige@kommun.se".to_owned(), imap, smtp)
        }
    }

    #[test]
    fn what_is_proposed_is_a_configuration() {
        let person = |address: &str, name: Option<&str>| Person {
            address: address.to_owned(),
            name: name.map(str::to_owned),
            answers: 1,
        };
        let crowd = vec![
            person("anna.aberg@kommun.se", Some("Anna \"Å\" Åberg")),
            person("kanslichef@kommun.se", None),
            person("bo@kommun.se", Some("Bo\\Ek")),
        ];
        for (people, scanners, authserv_id) in [
            (vec![], vec![], None),
            (
                crowd,
                vec!["skanner@kommun.se".to_owned()],
                Some("mx.kommun.se".to_owned()),
            ),
        ] {
            let proposal = Proposal {
                people,
                scanners,
                authserv_id,
                ..proposal()
            };
            let text = proposal.toml();
            let config = Config::parse(&text, Path::new("/tmp"))
                .unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
            assert!(config.service.shadow.citizens && !config.service.shadow.staff);
            assert_eq!(config.mailboxes[0].imap.server.host, "imap.kommun.se");
            assert!(text.lines().count() <= 60, "{text}");
        }
        assert!(
            proposal()
                .toml()
                .lines()
                .filter(|line| !line.is_empty())
                .count()
                <= 34,
            "{}",
            proposal().toml()
        );
    }
}
