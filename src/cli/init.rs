//! `init`: a first configuration. Finds the servers (those that the domain names, else the usual
//! names), logs in, looks at the mailbox, and writes what it has learned; a person at a terminal is
//! asked for the rest, flags answer beforehand.
//!
//! It never overwrites a file. What it writes is in shadow: nothing goes to citizens before
//! `go-live`.

use super::asking::{self, asked};
use super::check::{self, word_of};
use super::discover::{self, Kind, Offer, Offers, Ways};
use super::output::write_text;
use super::proposal::{Proposal, Reach, Secret};
use super::reach::{Protection, ReachArgs, absolute, by_flags, keeps_sent, password};
use super::survey::Survey;
use super::tasks;
use super::trial::hands::Hands;
use super::trial::shelf::Shelf;
use super::trial::source::{Filler, Found};
use crate::config::{self, Config, Login, Security};
use crate::daemon::header_fields;
use crate::domain::folders::watch;
use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::ports::{Mailbox, MailboxError};
use crate::smtp::{SmtpError, SmtpTransport};
use chrono::{DateTime, Utc};
use clap::Args;
use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpStream;

/// How long one try to connect may take.
pub const TRY: Duration = Duration::from_secs(4);

/// Days of the mailbox that are looked at.
pub const LOOKED_AT_DAYS: i64 = 365;

/// Writes a first configuration: finds servers, folders and people, and asks little
///
/// What is not given by a flag is looked for, and else asked for at a terminal. The file must not
/// exist.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte init\n  \
    servicelofte init --address kf@kommun.se --host imap.kommun.se --smtp-host smtp.kommun.se \\\n      \
    --password-file /etc/servicelofte/imap-password --operator drift@kommun.se --organisation \"Kommunen\"")]
pub struct InitArgs {
    #[command(flatten)]
    pub reach: ReachArgs,
    /// The server that mail leaves by; default: looked for
    #[arg(long, value_name = "SERVER")]
    pub smtp_host: Option<String>,
    /// Its port; default: 587, 465 with tls
    #[arg(long, value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// How the connection to it is protected; default: starttls
    #[arg(long, value_name = "SECURITY")]
    pub smtp_security: Option<Protection>,
    /// The municipality's name
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Who runs the server: gets alarms
    #[arg(long, value_name = "ADDRESS")]
    pub operator: Option<String>,
    /// The register's file; default: its usual place
    #[arg(long, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// The file to write; default: the configuration's usual place
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Writes the file, and tries it.
pub fn run(
    arguments: &InitArgs,
    file: &Path,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let file = arguments.out.as_deref().unwrap_or(file);
    refuse_to_overwrite(arguments, file)?;
    let runtime = tasks::runtime()?;
    let told = Told::ask(arguments)?;
    let mut proposal = runtime.block_on(propose(arguments, told, out))?;
    let secret = password(&arguments.reach, &proposal.user)?;
    let survey = runtime.block_on(look(&proposal, &secret, now, out))?;
    proposal.learn(&survey);
    proposal.smtp_login = runtime.block_on(wants_login(&proposal, &secret))?;
    proposal.secret = Secret::File(kept(arguments, file, &secret, out)?);
    write_new(file, &proposal.toml(), OWNER_AND_GROUP)?;
    write_text(out, &format!("written: {}", file.display()))?;
    tried(file, out)
}

/// Neither the configuration nor a password beside it may be there.
fn refuse_to_overwrite(arguments: &InitArgs, file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::Failed(format!(
            "{} is there already: init overwrites nothing; move it away, or name another by --out",
            file.display()
        )));
    }
    let beside = beside(file);
    if arguments.reach.password_file.is_none() && beside.exists() {
        let there = beside.display();
        return Err(Failure::Failed(format!(
            "{there} is there already: use it by --password-file {there}, or move it away"
        )));
    }
    Ok(())
}

/// Answers that no server has.
struct Told {
    address: String,
    domain: String,
    organisation: String,
    operator: String,
}

impl Told {
    fn ask(arguments: &InitArgs) -> Result<Self, Failure> {
        let given = arguments.reach.address.as_deref();
        let address = asked(given, "The mailbox's address", None, asking::address)?;
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let name = arguments.organisation.as_deref();
        let organisation = asked(name, "The municipality's name", Some(domain), config::line)?;
        let postmaster = format!("postmaster@{domain}");
        let operator = arguments.operator.as_deref();
        let who = "Who gets alarms";
        let operator = asked(operator, who, Some(&postmaster), asking::address)?;
        Ok(Self {
            domain: domain.to_owned(),
            address,
            organisation,
            operator,
        })
    }
}

/// Finds the servers: all that is known of the mailbox before anyone logs in.
async fn propose(
    arguments: &InitArgs,
    told: Told,
    out: &mut dyn Write,
) -> Result<Proposal, Failure> {
    let reach = &arguments.reach;
    let domain = &told.domain;
    let offers = if reach.host.is_none() || arguments.smtp_host.is_none() {
        offered(&told, out).await?
    } else {
        Offers::default()
    };
    let imap = find_imap(arguments, domain, offers.imap, out).await?;
    let smtp = find_smtp(arguments, domain, offers.smtp, &imap.reach, out).await?;
    let user = reach.user.clone().or(imap.user);
    Ok(Proposal {
        ca_file: reach.authority()?,
        database: arguments.database.as_ref().map(|file| absolute(file)),
        user: user.unwrap_or_else(|| told.address.clone()),
        organisation: told.organisation,
        operator: told.operator,
        server_saves: keeps_sent(&imap.reach.host),
        ..Proposal::of(told.address, imap.reach, smtp)
    })
}

/// The servers that the domain names, as far as they are believed.
async fn offered(told: &Told, out: &mut dyn Write) -> Result<Offers, Failure> {
    let domain = &told.domain;
    let ways = Ways::of_this_machine();
    let mut offers = discover::offers(&ways, &told.address, domain, out).await?;
    believe(&mut offers, domain, out)?;
    Ok(offers)
}

/// Tries the new file, as `check` does.
fn tried(file: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let faults = |faults: Vec<config::Fault>| {
        Failure::Config(faults.iter().map(ToString::to_string).collect())
    };
    let config = Config::load(file).map_err(faults)?;
    write_text(out, "")?;
    check::run(&config, check::Reach::Servers, out)?;
    write_text(
        out,
        "\nNext: read the file and put right what it says of people; then start the service, and\n  servicelofte check --send\n  servicelofte go-live",
    )
}

/// What the DNS alone names, and is not of the domain, would get the password: a person says
/// whether it is right.
fn believe(offers: &mut Offers, domain: &str, out: &mut dyn Write) -> Result<(), Failure> {
    for (kind, reach) in std::mem::take(&mut offers.elsewhere) {
        let flag = match kind {
            Kind::Imap => "--host",
            Kind::Smtp => "--smtp-host",
        };
        let named = format!("{}:{}", reach.host, reach.port);
        if !asking::can_answer() {
            let why = format!(
                "the DNS alone names it, and it is not of {domain}; if it is right, name it by {flag}"
            );
            write_text(out, &format!("passed   {named}: {why}"))?;
            continue;
        }
        let question =
            format!("{named} is named by the DNS alone, and is not of {domain}. Is it right");
        if asking::is_right(&question)? {
            offers.list(kind).push(reach.into());
        }
    }
    Ok(())
}

/// The IMAP server that was named, or the first that answers of those that the domain names and of
/// the usual names.
async fn find_imap(
    arguments: &InitArgs,
    domain: &str,
    offers: Vec<Offer>,
    out: &mut dyn Write,
) -> Result<Offer, Failure> {
    if let Some(host) = &arguments.reach.host {
        return Ok(arguments.reach.imap(host).into());
    }
    let hosts = ["imap.", "mail.", "mx.", "post.", ""].map(|before| format!("{before}{domain}"));
    let hosts = hosts
        .into_iter()
        .chain(["outlook.office365.com".to_owned()]);
    let tries = hosts.flat_map(|host| {
        [
            (host.clone(), 993, Security::Tls),
            (host, 143, Security::StartTls),
        ]
    });
    let missing = "no IMAP server was found; name it by --host";
    found_or_named(Kind::Imap, offers, tries, missing, out).await
}

async fn find_smtp(
    arguments: &InitArgs,
    domain: &str,
    offers: Vec<Offer>,
    imap: &Reach,
    out: &mut dyn Write,
) -> Result<Reach, Failure> {
    if let Some(host) = &arguments.smtp_host {
        return Ok(named_smtp(arguments, host));
    }
    if offers.is_empty() && imap.host.ends_with(".office365.com") {
        return Ok(Reach {
            host: "smtp.office365.com".to_owned(),
            port: 587,
            security: Security::StartTls,
        });
    }
    let hosts = [
        format!("smtp.{domain}"),
        imap.host.clone(),
        format!("mail.{domain}"),
    ];
    let tries = hosts.into_iter().flat_map(|host| {
        [
            (host.clone(), 587, Security::StartTls),
            (host, 465, Security::Tls),
        ]
    });
    let missing = "no SMTP server was found; name it by --smtp-host";
    let found = found_or_named(Kind::Smtp, offers, tries, missing, out).await?;
    Ok(found.reach)
}

/// The way out by its flags: the port follows from the protection, and the other way round.
fn named_smtp(arguments: &InitArgs, host: &str) -> Reach {
    let usual = match arguments.smtp_port {
        Some(465) => Security::Tls,
        _ => Security::StartTls,
    };
    let security = arguments.smtp_security.map_or(usual, Security::from);
    let port = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::Plaintext => 25,
    };
    Reach {
        host: host.to_owned(),
        port: arguments.smtp_port.unwrap_or(port),
        security,
    }
}

/// The first that answers of those that are offered and of the usual ones; where none does, a
/// person at a terminal names one that has no usual name.
async fn found_or_named(
    kind: Kind,
    offers: Vec<Offer>,
    usual: impl Iterator<Item = (String, u16, Security)>,
    missing: &str,
    out: &mut dyn Write,
) -> Result<Offer, Failure> {
    let usual = usual.map(|(host, port, security)| Reach {
        host,
        port,
        security,
    });
    let tries = offers.into_iter().chain(usual.map(Offer::from)).collect();
    let mut found = first_that_answers(tries, out).await?;
    while found.is_none() && asking::can_answer() {
        let tries = asking::server(kind)?.into_iter().map(Offer::from).collect();
        found = first_that_answers(tries, out).await?;
    }
    found.ok_or_else(|| Failure::Failed(missing.to_owned()))
}

/// Says what it tries.
async fn first_that_answers(
    tries: Vec<Offer>,
    out: &mut dyn Write,
) -> Result<Option<Offer>, Failure> {
    for offer in tries {
        let Reach { host, port, .. } = &offer.reach;
        let connected = tokio::time::timeout(TRY, TcpStream::connect((host.as_str(), *port))).await;
        let answers = matches!(connected, Ok(Ok(_)));
        let came = if answers { "answers" } else { "nothing" };
        write_text(out, &format!("tried    {host}:{port}: {came}"))?;
        if answers {
            return Ok(Some(offer));
        }
    }
    Ok(None)
}

/// Whether the way out wants a login: one that takes none, and lets us in without, says so.
async fn wants_login(proposal: &Proposal, secret: &config::Secret) -> Result<bool, Failure> {
    let failed = |error: SmtpError| Failure::Failed(by_flags(&error.to_string()));
    let mut smtp = proposal.parsed()?.mailboxes[0].smtp.clone();
    smtp.server.login = Some(Login::with_password(&proposal.user, secret.reveal()));
    let with = SmtpTransport::new(&smtp).map_err(failed)?;
    if with.check().await.is_ok() {
        return Ok(true);
    }
    smtp.server.login = None;
    let without = SmtpTransport::new(&smtp).map_err(failed)?;
    Ok(without.check().await.is_err())
}

/// Logs in, says what the mailbox holds, and learns from the last year's headers.
async fn look(
    proposal: &Proposal,
    secret: &config::Secret,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<Survey, Failure> {
    let config = proposal.parsed()?;
    let settings = &config.mailboxes[0];
    let mut server = settings.imap.server.clone();
    server.login = Some(Login::with_password(&proposal.user, secret.reveal()));
    let (host, port) = (&proposal.imap.host, proposal.imap.port);
    let failed = |error: MailboxError| at_fault(host, &error);
    let mut mailbox = ImapMailbox::connect(&server, &header_fields(&config, settings))
        .await
        .map_err(failed)?;
    write_text(out, &format!("ok       IMAP {host}:{port}: logged in"))?;
    let listed = mailbox.folders().await.map_err(failed)?;
    for folder in &watch(&listed, &settings.wanted()).folders {
        let role = word_of(folder.role);
        found(out, &format!("{role} folder {:?}", folder.name))?;
    }
    let survey = year_before(now, proposal, settings, &mut mailbox).await?;
    mailbox.logout().await;
    tell(&survey, out)?;
    Ok(survey)
}

fn at_fault(host: &str, error: &MailboxError) -> Failure {
    Failure::Failed(by_flags(&format!("{host}: {error}")))
}

/// People and machines, by the headers of the last year.
async fn year_before(
    now: DateTime<Utc>,
    proposal: &Proposal,
    settings: &config::Mailbox,
    mailbox: &mut ImapMailbox,
) -> Result<Survey, Failure> {
    let headers = tempfile::tempfile()
        .map_err(|error| Failure::Failed(format!("no temporary file: {error}")))?;
    let mut shelf = Shelf::new(Hands::at(now), headers);
    let mut survey = Survey::of(&proposal.address);
    let mut filler = Filler {
        shelf: &mut shelf,
        survey: &mut survey,
        since: now - chrono::Duration::days(LOOKED_AT_DAYS),
        found: Found::default(),
        progress: &|_, _| {},
    };
    filler.read(mailbox, settings).await?;
    Ok(survey)
}

fn found(out: &mut dyn Write, what: &str) -> Result<(), Failure> {
    write_text(out, &format!("found    {what}"))
}

fn tell(survey: &Survey, out: &mut dyn Write) -> Result<(), Failure> {
    for person in survey.people() {
        let (address, times) = (&person.address, person.answers);
        found(out, &format!("{address} has answered {times} time(s)"))?;
    }
    for scanner in survey.scanners() {
        found(out, &format!("{scanner} seems to be a scanner"))?;
    }
    if let Some(id) = survey.authserv_id() {
        let told = "writes Authentication-Results: it is believed; see that it removes others'";
        found(out, &format!("{id} {told}"))?;
    }
    if survey.newsletters > 0 {
        let newsletters = survey.newsletters;
        found(
            out,
            &format!("{newsletters} newsletters, which need no answer"),
        )?;
    }
    Ok(())
}

/// Where the password is to be kept, if no file with it was named.
fn beside(file: &Path) -> PathBuf {
    file.with_file_name("imap-password")
}

/// The file with the password: the one that was named, or a new one beside the configuration.
fn kept(
    arguments: &InitArgs,
    file: &Path,
    secret: &config::Secret,
    out: &mut dyn Write,
) -> Result<String, Failure> {
    if let Some(named) = &arguments.reach.password_file {
        return Ok(absolute(named));
    }
    let beside = beside(file);
    let shared = write_new(&beside, &format!("{}\n", secret.reveal()), OWNER_ALONE)?;
    let readers = if shared {
        "its owner and the service may"
    } else {
        "only its owner may"
    };
    write_text(
        out,
        &format!("written: {} ({readers} read it)", beside.display()),
    )?;
    Ok(absolute(&beside))
}

/// The mode of a file that only its owner may read.
const OWNER_ALONE: u32 = 0o600;

/// Of a file that its group may read too.
const OWNER_AND_GROUP: u32 = 0o640;

/// A file that was not there. Where its folder belongs to another group, as `/etc/servicelofte`
/// does to the service's, the file is given to that group, which may read it: what root writes is
/// for the service to read. Whether it was.
fn write_new(file: &Path, text: &str, mode: u32) -> Result<bool, Failure> {
    let written = || {
        let mut new = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(OWNER_ALONE)
            .open(file)?;
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let (group, own) = (folder.metadata()?.gid(), new.metadata()?.gid());
        // A user outside that group keeps the file private.
        let shared = group != own && fchown(&new, None, Some(group)).is_ok();
        let mode = if shared { OWNER_AND_GROUP } else { mode };
        new.set_permissions(Permissions::from_mode(mode))?;
        new.write_all(text.as_bytes())?;
        new.sync_all()?;
        Ok(shared)
    };
    written().map_err(|error: std::io::Error| {
        Failure::Failed(format!("{} cannot be written: {error}", file.display()))
    })
}
