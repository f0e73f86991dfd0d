//! `go-live`, `pause` and `resume`: whether mail leaves. Each is one line of the log, and the
//! daemon beside follows it at its next look.

use super::by_hand::{tidy, user};
use super::wording::pick;
use super::{Failure, write_text};
use crate::config::{Config, Language};
use crate::domain::gate::{Gate, Missing};
use crate::engine::Engine;
use crate::engine::gate::held_by_pause;
use crate::mail::texts::Texts;
use crate::store::{Access, Db, Store, StoreError};
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::Write;

/// Lets mail leave for good, after shadow
///
/// Lists what is missing first, and changes nothing as long as something is. What fell due in
/// shadow is not sent.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte go-live --staff-told\n  \
    servicelofte go-live --anyway    whatever is missing; the log keeps what it was")]
pub struct GoLiveArgs {
    /// Staff know from when on mail leaves in their names
    #[arg(long)]
    pub staff_told: bool,
    /// Whatever is missing
    #[arg(long)]
    pub anyway: bool,
}

/// Stops all mail to citizens, within a minute
///
/// Logging, reminding and escalating go on. The operator and the handlers are told. `resume` ends
/// it.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte pause \"fel telefonnummer i beskeden\"")]
pub struct PauseArgs {
    /// Why; kept in the log, and told
    #[arg(value_name = "REASON")]
    pub reason: String,
}

/// Lets mail to citizens leave again, after a pause
///
/// What can still keep its pledge leaves at once; what has become late leaves a few an hour.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte resume")]
pub struct ResumeArgs {}

/// Switches from shadow to mail that leaves, if nothing is missing.
pub fn go_live(
    config: &Config,
    arguments: &GoLiveArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut engine = beside(config)?;
    let language = config.service.language;
    let pick = |sv, en| pick(language, sv, en);
    let said = engine.db().said()?;
    if !config.service.shadow.citizens {
        return write_text(
            out,
            pick(
                "Mejl skickas redan: service.citizens är \"live\".",
                "Mail leaves already: service.citizens is \"live\".",
            ),
        );
    }
    if let Some(at) = said.live_at {
        let since = config.calendar.local(at).format("%Y-%m-%d %H:%M");
        let text = pick(
            "Mejl skickas redan, i skarp drift sedan",
            "Mail leaves already, live since",
        );
        return write_text(out, &format!("{text} {since}."));
    }
    let missing = missing(config, &engine.db(), arguments.staff_told)?;
    for one in &missing {
        write_text(
            out,
            &format!("{}  {}", pick("saknas", "missing"), remedy(language, *one)),
        )?;
    }
    if !missing.is_empty() && !arguments.anyway {
        let swedish = "inget är ändrat: åtgärda det som saknas, eller skriv go-live --anyway";
        return Err(Failure::Failed(
            pick(
                swedish,
                "nothing was changed: mend what is missing, or add --anyway",
            )
            .into(),
        ));
    }
    engine.go_live(missing, &by(), now)?;
    write_text(
        out,
        pick("Mejl skickas från och med nu.", "Mail leaves from now on."),
    )?;
    if said.pause.is_some() {
        let swedish = "Mejl till medborgare är pausade ännu: skriv servicelofte resume.";
        write_text(
            out,
            pick(
                swedish,
                "Mail to citizens is paused still: type servicelofte resume.",
            ),
        )?;
    }
    Ok(())
}

/// Stops mail to citizens.
pub fn pause(
    config: &Config,
    arguments: &PauseArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reason = tidy(&arguments.reason);
    if reason.is_empty() {
        return Err(Failure::Usage(
            "the reason is empty: write why mail to citizens is to stop".to_owned(),
        ));
    }
    let mut engine = beside(config)?;
    let language = config.service.language;
    let text = if engine.pause_mail(&reason, &by(), now)? {
        pick(
            language,
            "Mejl till medborgare är pausade.",
            "Mail to citizens is paused.",
        )
    } else {
        pick(
            language,
            "Mejl till medborgare var redan pausade, inget ändrades.",
            "Mail to citizens was paused already, nothing was changed.",
        )
    };
    write_text(out, text)
}

/// Lets it leave again.
pub fn resume(config: &Config, now: DateTime<Utc>, out: &mut dyn Write) -> Result<(), Failure> {
    let language = config.service.language;
    let text = match (beside(config)?.resume_mail(&by(), now)?, language) {
        (None, Language::Swedish) => {
            "Mejl till medborgare var inte pausade, inget ändrades.".to_owned()
        }
        (None, Language::English) => {
            "Mail to citizens was not paused, nothing was changed.".to_owned()
        }
        (Some(held), Language::Swedish) => {
            format!("Mejl till medborgare skickas igen. Besked som väntar: {held}.")
        }
        (Some(held), Language::English) => {
            format!("Mail to citizens leaves again. Notices that wait: {held}.")
        }
    };
    write_text(out, &text)
}

/// Whether mail to citizens leaves, from this host, in a line for lists; `None`: it does.
pub fn line(config: &Config, db: &Db<'_>) -> Result<Option<String>, StoreError> {
    let language = config.service.language;
    if !super::leads::is_here(config)? {
        let swedish = "Den här servern leder inte: registret här kan vara gammalt";
        let english = "This host does not lead: its register may be old";
        return Ok(Some(pick(language, swedish, english).to_owned()));
    }
    Ok(match db.said()?.gates(config.service.shadow).citizens {
        Gate::Open => None,
        Gate::Shadow => Some(
            pick(
                language,
                "Skuggläge: inget skickas till medborgare före ”servicelofte go-live”",
                "In shadow: nothing goes to citizens before \"servicelofte go-live\"",
            )
            .to_owned(),
        ),
        Gate::Paused(pause) => {
            let since = config.calendar.local(pause.since).format("%Y-%m-%d %H:%M");
            let (reason, held) = (&pause.reason, held_by_pause(db)?.len());
            Some(match language {
                Language::Swedish => {
                    format!(
                        "Pausat sedan {since}: inget skickas till medborgare ({reason}). Besked som väntar: {held}"
                    )
                }
                Language::English => {
                    format!(
                        "Paused since {since}: nothing goes to citizens ({reason}). Notices that wait: {held}"
                    )
                }
            })
        }
    })
}

fn missing(config: &Config, db: &Db<'_>, staff_told: bool) -> Result<Vec<Missing>, StoreError> {
    let adopted = config
        .pledges
        .iter()
        .all(|pledge| pledge.decision.is_some());
    let complaints = config.organisation.complaints.is_some();
    let mut sent = true;
    for mailbox in &config.mailboxes {
        sent &= db.meta(&check_sent_key(&mailbox.name))?.is_some();
    }
    let checks = [
        (Missing::PledgeDecision, adopted),
        (Missing::Retention, config.service.retention.is_some()),
        (Missing::Complaints, complaints),
        (Missing::ExampleValues, config.examples().is_empty()),
        (Missing::CheckSend, sent),
        (Missing::StaffTold, staff_told),
    ];
    Ok(checks
        .into_iter()
        .filter(|(_, is_there)| !is_there)
        .map(|(missing, _)| missing)
        .collect())
}

/// The key under which the register keeps when the last mail of `check --send` came back to a
/// mailbox.
#[must_use]
pub fn check_sent_key(mailbox: &str) -> String {
    format!("check-sent.{mailbox}")
}

fn remedy(language: Language, missing: Missing) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match missing {
        Missing::PledgeDecision => pick(
            "beslut om löftena: skriv beslutets nummer i varje [[pledge]], decision = \"KF 2026/45\"",
            "the decision that adopted the pledges: write its number into every [[pledge]], decision = \"KF 2026/45\"",
        ),
        Missing::Retention => pick(
            "beslut om gallring: service.retention = { months = 24, decision = \"…\" }",
            "a decision on retention: service.retention = { months = 24, decision = \"…\" }",
        ),
        Missing::Complaints => pick(
            "vart en medborgare kan klaga: organisation.complaints",
            "where a citizen can complain: organisation.complaints",
        ),
        Missing::ExampleValues => pick(
            "värden ur exemplet står kvar: ”servicelofte check” visar vilka",
            "values of the example are left: \"servicelofte check\" shows which",
        ),
        Missing::CheckSend => pick(
            "ett provmejl som kom fram till varje brevlåda: ”servicelofte check --send”",
            "a trial mail that came back to every mailbox: \"servicelofte check --send\"",
        ),
        Missing::StaffTold => pick(
            "att personalen vet om det: berätta för dem, och lägg till --staff-told",
            "that staff know of it: tell them, and add --staff-told",
        ),
    }
}

fn beside(config: &Config) -> Result<Engine, Failure> {
    super::leads::here(config)?;
    let store = Store::open(&config.service.database, Access::Command)?;
    let texts = Texts::new(config.service.language, None).map_err(Failure::Config)?;
    Ok(Engine::beside(store, config.municipality(), texts))
}

fn by() -> String {
    format!("cli:{}", user())
}
