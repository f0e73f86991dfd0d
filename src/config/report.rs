//! `[report]` and `[mailbox.report]`: who gets the compliance report, and in which form.

use super::reader::Section;
use super::values;
use crate::domain::figures::Elsewhere;
use std::collections::BTreeMap;

/// The form of the file that goes with the mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attach {
    #[default]
    Pdf,
    Html,
}

/// The reports that are sent by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reporting {
    /// Who gets the report of all mailboxes.
    pub to: Vec<String>,
    /// Also every week.
    pub weekly: bool,
    pub attach: Attach,
    /// The municipality's own figures of promises that no mailbox shows.
    pub elsewhere: BTreeMap<Elsewhere, String>,
}

/// `[report]`. The operator has no part in the matter, and is never its only reader.
pub(super) fn read(section: Section, operator: Option<&str>) -> Reporting {
    let to = receivers(&section, operator);
    if to.is_empty() && !section.has("to") {
        section.fault_unseen(
            "to",
            "missing; give the addresses of those who get the report",
        );
    }
    let weekly = section.flag("weekly").unwrap_or(false);
    let attach = section
        .choice("attach", &[("pdf", Attach::Pdf), ("html", Attach::Html)])
        .unwrap_or_default();
    let elsewhere = section.section("elsewhere").map(elsewhere);
    section.finish();
    Reporting {
        to,
        weekly,
        attach,
        elsewhere: elsewhere.unwrap_or_default(),
    }
}

fn elsewhere(section: Section) -> BTreeMap<Elsewhere, String> {
    let told =
        Elsewhere::ALL.map(|what| Some((what, section.parsed(what.as_str(), values::line)?)));
    section.finish();
    told.into_iter().flatten().collect()
}

/// `[mailbox.report]`: who gets the report of one mailbox.
pub(super) fn of_mailbox(section: Section, operator: Option<&str>) -> Vec<String> {
    let to = receivers(&section, operator);
    section.finish();
    to
}

fn receivers(section: &Section, operator: Option<&str>) -> Vec<String> {
    let to = section.list("to", values::address).unwrap_or_default();
    if !to.is_empty() && to.iter().all(|address| Some(address.as_str()) == operator) {
        section.fault(
            "to",
            "must name someone besides the operator, who has no part in the matter",
        );
    }
    to
}
