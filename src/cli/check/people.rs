//! What `check` says of the staff: who has each mailbox today, which absences are over, and whose
//! folder is whose.

use super::said::Report;
use crate::config::{Config, Mailbox};
use crate::domain::absences::Absences;
use crate::domain::board::Board;
use crate::domain::folders::Watched;
use crate::domain::staff::{Member, Staff};
use crate::engine::absences;
use crate::failure::Failure;
use crate::store::{Access, Store};
use chrono::{DateTime, NaiveDate, Utc};

/// The person who really has each mailbox today, whom a notice would name.
pub(super) fn there_today(
    config: &Config,
    now: DateTime<Utc>,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let today = config.calendar.local_date(now);
    let absences = told(config);
    let staff = absences.of_all(&config.staff);
    for mailbox in &config.mailboxes {
        has_it(mailbox, &staff, today, report)?;
    }
    for (id, absence) in absences.told() {
        let until = absence.until.map_or_else(
            || "someone says that they are back".to_owned(),
            |day| day.to_string(),
        );
        report.ok(&format!(
            "staff {id}: away from {} until {until}, told by {}",
            absence.from, absence.by
        ))?;
    }
    for member in config.staff.members.values() {
        let is_over = |(_, last): &(NaiveDate, NaiveDate)| *last < today;
        if !member.away.is_empty() && member.away.iter().all(is_over) {
            report.ok(&format!(
                "staff {}: every absence listed in `away` is over",
                member.id
            ))?;
        }
    }
    Ok(())
}

/// Who has a mailbox today: its handler, or the first who stands in.
fn has_it(
    mailbox: &Mailbox,
    staff: &Staff,
    today: NaiveDate,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let Some(handler) = &mailbox.handler else {
        return Ok(());
    };
    let name = &mailbox.name;
    let mut can_have_it = mailbox.stand_ins.of(staff, handler);
    match can_have_it.find(|member| member.is_there(today) && mailbox.serves(&member.id)) {
        Some(member) if member.id == *handler => {
            report.ok(&format!("{name}: {handler} is there"))
        }
        Some(Member { id, .. }) => report.ok(&format!("{name}: {id} stands in for {handler} today")),
        None => report.warning(&format!(
            "{name}: no one has what comes in today, the supervisor hears of it at once: {handler} is away and has no deputy who is there; name one"
        )),
    }
}

/// The absences that people have entered; none without a readable register, which another line
/// reports.
fn told(config: &Config) -> Absences {
    let store = Store::open(&config.service.database, Access::Reader);
    store
        .and_then(|store| absences::told(&store.db()))
        .unwrap_or_default()
}

/// Whose folder it is, as a line says it.
pub(super) fn owner(mailbox: &Board, folder: &Watched) -> String {
    let owner = mailbox.owner_of(folder);
    owner.map_or_else(String::new, |owner| {
        format!(", given to {} when moved there", owner.id)
    })
}
