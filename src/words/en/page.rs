//! The report's first page, and the words around it, in English.

use crate::words::page::{AfterNotices, Page, Waiting};

pub const PAGE: Page = Page {
    title: |of| format!("Service pledges {of}"),
    no_questions: "no questions",
    few_questions: "few questions",
    headline_shares: |answered, noticed| {
        format!("{answered} % answered in time, {noticed} % told who handles it")
    },
    headline_counts: |answered, n| format!("{answered} of {n} answered in time"),
    preliminary_headline: |headline| format!("{headline} (preliminary)"),
    in_month: |month| format!("in {month}"),
    lead: |name, time, made| {
        format!("{name}. The report covers what arrived {time}. It was made on {made}.")
    },
    figures_are_final: "The figures are final.",
    preliminary: |pending, from| match pending {
        0 => format!("Preliminary. Final from {from}."),
        n => format!("Preliminary: {n} not yet decided. Final from {from}."),
    },
    preliminary_from: |from| format!("Preliminary. Final from {from}."),
    nothing_arrived: "No mail that needed an answer arrived in this period.",
    the_pledge: "The pledge",
    answer_and_notice: "An answer is the first mail from a person. No one judges what it says. A notice is no answer.",
    in_pictures: "In pictures",
    pledge_by_pledge: "Pledge by pledge",
    small_mailboxes: "Mailboxes with fewer than five questions are not shown, and stand in no total.",
    shares: |n, questions, period, [answered, noticed, broken]| {
        format!(
            "Of {n} {questions} in {period}, {answered} got an answer in time, {noticed} a notice in time of who \
             handles the matter, {broken} neither."
        )
    },
    shares_in_short: |n, questions, [answered, noticed, broken]| {
        format!(
            "Of {n} {questions}, {answered} were answered in time, {noticed} got a notice, {broken} neither."
        )
    },
    counts: |counts, n| format!("{counts} of {n}"),
    in_period: |period, shares| format!("In {period}: {shares}."),
    none_decided: "No question of this period is decided yet.",
    too_few: "Fewer than five questions are decided. The figures are not shown, since they could point at a person.",
    after_notices: |notices| {
        let AfterNotices {
            noticed,
            kept,
            late,
            otherwise,
            waits,
        } = notices;
        let otherwise = match otherwise {
            0 => String::new(),
            n => format!("{n} been closed otherwise, "),
        };
        format!(
            "Of the {noticed} who got a notice, {kept} have been answered by the promised day, {late} later, \
             {otherwise}{waits} still wait."
        )
    },
    said_afterwards: |n| format!(", {n} on what was told afterwards"),
    filed: |n| format!(", {n} by a move to a folder of what is done"),
    then: |period, counts| format!("; in {period} {counts}"),
    beside: |[closed, reported, excluded], more, then| {
        format!(
            "Beside these, {closed} were closed without an answer, {reported} on what was told of a call or a \
             meeting{more}, {excluded} were excluded by hand{then}."
        )
    },
    mailbox: "Mailbox",
    median: "Time to answer, median",
    is_final: "final",
    is_preliminary: "preliminary",
    who_waits: "Who waits now?",
    few_wait: "Fewer than five questions wait for an answer now.",
    none_waits: "No one waits for an answer now.",
    by_lateness: "Those who wait, by how late they are",
    waiting: |waiting| {
        let Waiting {
            n,
            in_time,
            late,
            oldest,
            runs,
            over,
        } = waiting;
        format!(
            "{n} wait for an answer when the report is made: {in_time} in time, {late} late. The oldest came on \
             {oldest}. {runs} have a promised date still to come, {over} one that has passed."
        )
    },
    other_mailboxes: "Other mailboxes",
    whole_municipality: "The whole municipality",
    few: "few",
    hours: |hours, minutes| format!("{hours}\u{a0}h {minutes}\u{a0}min"),
    decimal_sign: '.',
    columns: ["From", "To", "Table", "Row", "Figure", "Value", "Percent"],
    appendix: "Appendix",
    figures_of_picture: "The figures of the picture",
    figures_of_pictures: "The figures of the pictures",
    attached: "The whole report is attached.",
};
