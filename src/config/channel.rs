//! `[[channel]]`: forms, switchboard, voice mail, whose mails are written on a citizen's behalf.

use super::reader::Section;
use super::values;
use crate::domain::channel::Channel;

/// All channels that have no fault, in order.
pub(super) fn read_all(root: &Section) -> Vec<Channel> {
    root.sections("channel")
        .into_iter()
        .filter_map(read)
        .collect()
}

fn read(section: Section) -> Option<Channel> {
    let from = section.list("from", values::address_or_domain);
    if !section.has("from") {
        section.fault_unseen(
            "from",
            "missing; give the addresses that the channel writes from",
        );
    }
    let names_citizen = section
        .choice("citizen", &[("reply-to", true), ("unknown", false)])
        .unwrap_or(true);
    let notice = section.flag("notice").unwrap_or(false);
    if notice && !names_citizen {
        section.fault(
            "notice",
            "only with citizen = \"reply-to\": a notice needs an address",
        );
    }
    section.finish();
    Some(Channel {
        from: from?,
        names_citizen,
        notice,
    })
}
