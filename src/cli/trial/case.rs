//! The case of a trial: one mailbox of a configuration, or an assumed one, with every way out closed.

use super::{A_YEAR, NO_GAP, TrialArgs};
use crate::cli::proposal::{Proposal, Reach};
use crate::cli::reach::ReachArgs;
use crate::config::{Config, Security};
use crate::domain::gate::Shadow;
use crate::failure::Failure;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::sync::Arc;

/// What a trial is of.
pub(super) struct Case {
    pub(super) config: Config,
    /// The configuration that was proposed, where none was given.
    pub(super) proposal: Option<Proposal>,
    pub(super) since: NaiveDate,
}

/// The mailbox and the rules of the trial: the configuration's, or those that are assumed.
pub(super) fn case(
    given: Option<Config>,
    arguments: &TrialArgs,
    now: DateTime<Utc>,
) -> Result<Case, Failure> {
    let (config, proposal) = if let Some(config) = given {
        (config, None)
    } else {
        let proposal = assumed(arguments)?;
        (proposal.parsed()?, Some(proposal))
    };
    let today = config.calendar.local_date(now);
    let since = arguments
        .since
        .unwrap_or_else(|| today.checked_sub_days(Days::new(A_YEAR)).unwrap_or(today));
    if since >= today {
        return Err(Failure::Usage(format!(
            "--since {since} is not in the past"
        )));
    }
    let config = one_mailbox(config, arguments.reach.address.as_deref())?;
    Ok(Case {
        config,
        proposal,
        since,
    })
}

/// The one mailbox that the trial is of.
fn one_mailbox(mut config: Config, address: Option<&str>) -> Result<Config, Failure> {
    let place = match address {
        None if config.mailboxes.len() == 1 => Some(0),
        None => None,
        Some(address) => config
            .mailboxes
            .iter()
            .position(|mailbox| mailbox.is_own(&address.to_lowercase())),
    };
    let Some(place) = place else {
        let known: Vec<&str> = config
            .mailboxes
            .iter()
            .map(|mailbox| mailbox.address.as_str())
            .collect();
        return Err(Failure::Usage(format!(
            "name the mailbox by --address; there are: {}",
            known.join(", ")
        )));
    };
    config.mailboxes = vec![config.mailboxes.swap_remove(place)];
    Ok(config)
}

/// One handler and the usual pledges.
fn assumed(arguments: &TrialArgs) -> Result<Proposal, Failure> {
    let reach = &arguments.reach;
    let address = address(reach)?;
    let from_file = !arguments.mbox.is_empty() || arguments.maildir.is_some();
    let imap = match &reach.host {
        Some(host) => reach.imap(host),
        None if from_file => Reach {
            host: "localhost".to_owned(),
            port: 143,
            security: Security::Plaintext,
        },
        None => {
            return Err(Failure::Usage(
                "say where the mail is: --host SERVER, --mbox FILE, --maildir FOLDER, or --config FILE".to_owned(),
            ));
        }
    };
    let smtp = Reach {
        host: imap.host.clone(),
        port: 587,
        security: Security::StartTls,
    };
    Ok(Proposal {
        user: reach.user.clone().unwrap_or_else(|| address.clone()),
        ca_file: reach.authority()?,
        ..Proposal::of(address, imap, smtp)
    })
}

/// The mailbox's address: as it was given, or the name to log in with.
fn address(reach: &ReachArgs) -> Result<String, Failure> {
    let user = reach.user.as_ref().filter(|user| user.contains('@'));
    let Some(address) = reach.address.as_ref().or(user) else {
        let why = "name the mailbox by --address, such as kf@kommun.se";
        return Err(Failure::Usage(why.to_owned()));
    };
    if address.contains('@') {
        return Ok(address.to_lowercase());
    }
    Err(Failure::Usage(format!(
        "--address {address}: write it like kf@kommun.se"
    )))
}

/// The settings of a life in which nothing leaves, nothing is erased, and a folder where something
/// is filed closes nothing: when it was moved there is not known.
pub fn harmless(config: &mut Config, since: DateTime<Utc>) {
    config.service.retention = None;
    config.service.shadow = Shadow::default();
    for mailbox in &mut config.mailboxes {
        mailbox.imap.done = Vec::new();
        let board = Arc::make_mut(&mut mailbox.board);
        (board.start, board.poll, board.shadow) = (Some(since), NO_GAP, Shadow::default());
        (board.save_sent, board.own_copy) = (false, false);
    }
}
