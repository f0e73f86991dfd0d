//! Who is named, reminded and mailed when people are away, seem to be away, come back or leave.

use super::check;

const REMINDED: &str = "done=reminder@11-23 08:00";

#[test]
fn the_register_of_absences_is_believed_day_by_day() {
    // Away at the reminder: the deputy. Away from the day after: the handler, and the deputy as
    // soon as it begins.
    check(
        "away=h@11-16/11-23",
        "11-23 08:00",
        "reminder>d wake 11-23 13:00",
    );
    check(
        &format!("away=h@11-16/11-23, {}", REMINDED.replace('@', ">d@")),
        "11-23 13:00",
        "notice>d/12-07 wake 11-24 08:00",
    );
    check("away=h@11-24/12-04", "11-20 09:00", "wake 11-23 08:00");
    let noticed = format!(
        "away=h@11-25/12-04, {REMINDED}, done=notice@11-23 13:00, promise=12-07, done=escalation:1@11-24 08:00"
    );
    check(&noticed, "11-24 09:00", "climbed:1>h wake 11-25 08:00");
    check(&noticed, "11-25 08:00", "hand-over:1>d wake 12-07 08:00");
    // Back before the promised day: it is the handler's again, who has heard of it.
    check(
        &format!("{noticed}, done=hand-over:1>d@11-25 08:00"),
        "12-07 08:00",
        "promise-reminder:2026-12-07>h wake 12-08 08:00",
    );
    // Neither the weekend nor the night is a time to hear that a person is away.
    check(
        "away=h@11-21/12-04, done=reminder@11-20 08:00, never=notice",
        "11-21 00:00",
        "wake 11-23 08:00",
    );
}

#[test]
fn an_absence_that_leaves_nobody_is_told_when_it_begins() {
    check(
        "away=h@11-20/11-27, gone=d",
        "11-19 10:00",
        "wake 11-20 08:00",
    );
    check(
        "away=h@11-20/11-27, gone=d",
        "11-20 08:00",
        "escalation:1>b wake 11-23 13:00",
    );
    let told = "away=h@11-20/11-25, gone=d, done=escalation:1>b@11-20 08:00";
    // The supervisor has it meanwhile, and is named; not before they have heard of it.
    check(told, "11-23 13:00", "notice>b/12-07 wake 11-24 08:00");
    // A letter is printed only for a person who may open the mailbox.
    check(
        &format!("{told}, letter"),
        "11-23 13:00",
        "wake 11-24 08:00",
    );
    let lost = told.replace("08:00", "08:00!bounced");
    check(&lost, "11-23 13:00", "escalation:2>t wake 11-26 08:00");
    // A handler who comes back has it, with the reminder and the late notice that are due by then.
    check(
        &format!("{told}, never=notice"),
        "11-24 08:00",
        "escalation:2>t wake 11-26 08:00",
    );
    check(
        &format!("{told}, done=escalation:2@11-24 08:00"),
        "11-26 08:00",
        "reminder>h notice>h/12-10 wake 12-01 08:00",
    );
}

/// A person has moved the promise, and the handler is away by then.
#[test]
fn a_new_date_names_the_supervisor_where_no_other_is_there() {
    let moved = "done=reminder@11-23 08:00, done=notice@11-23 13:00, promise=12-07, told, tells, \
                 gone=d, away=h@12-01/12-10, hand=12-14@12-02 10:00";
    check(
        &format!("{moved}, done=escalation:1>b@11-24 08:00"),
        "12-02 10:15",
        "new-date:1>b/12-14 wake 12-11 08:00",
    );
    check(
        &format!("{moved}, done=escalation:1>b@11-24 08:00!bounced"),
        "12-02 10:15",
        "escalation:2>t wake 12-11 08:00",
    );
}

#[test]
fn chains_of_deputies_go_on_and_circles_end() {
    let chain = "stands-in=t>d, away=h@11-16/11-27, away=d@11-16/11-27";
    check(chain, "11-23 08:00", "reminder>t wake 11-23 13:00");
    check(
        "stands-in=h>d, away=h@11-16/11-27, away=d@11-16/11-24",
        "11-19 09:12",
        "escalation:1>b wake 11-23 13:00",
    );
    // Staff of another mailbox are deputies of no member here.
    check(
        "away=h@11-16/11-27, stranger=d",
        "11-19 09:12",
        "escalation:1>b wake 11-23 13:00",
    );
    check(
        "stands-in=t>d, away=h@11-16/11-27, stranger=d",
        "11-23 08:00",
        "reminder>t wake 11-23 13:00",
    );
}

#[test]
fn nobody_hears_from_below_of_what_they_have_themselves() {
    // The supervisor is the deputy: one further up, and with none there the operator.
    check(
        "stands-in=b>h, away=h@11-16/11-27, quiet, done=reminder>b@11-23 08:00",
        "11-24 08:00",
        "escalation:1>t climbed:1>b wake 11-30 08:00",
    );
    check(
        "stands-in=b>h, away=h@11-16/11-27, quiet, done=reminder>b@11-23 08:00, gone=t",
        "11-24 08:00",
        "escalation:1>operator climbed:1>b wake 11-30 08:00",
    );
    check(
        "handler=b, quiet, gone=t",
        "11-24 08:00",
        "reminder>b escalation:1>operator climbed:1>b",
    );
    // The supervisor is away: their deputy, else the supervisor above them.
    check(
        "away=b@11-16/11-27, quiet",
        "11-24 08:00",
        "reminder>h escalation:1>t climbed:1>h",
    );
    check(
        "away=b@11-16/11-27, stands-in=d>b, quiet",
        "11-24 08:00",
        "reminder>h escalation:1>d climbed:1>h",
    );
}

#[test]
fn a_handler_who_seems_away_has_the_deputy_warned_and_named() {
    check(
        "flag=handler_away",
        "11-20 09:00",
        "stand-in>d wake 11-23 08:00",
    );
    check(
        "flag=handler_away, done=stand-in@11-20 09:00",
        "11-20 10:00",
        "wake 11-23 08:00",
    );
    check(
        "flag=handler_away, done=stand-in@11-20 09:00",
        "11-23 08:00",
        "reminder>d wake 11-23 13:00",
    );
    let warned = format!("flag=handler_away, {REMINDED}, done=stand-in@11-23 08:05");
    check(&warned, "11-23 13:00", "notice>d/12-07 wake 11-24 08:00");
    // A sign is believed for two weeks of working days; then the register alone.
    let old = "flag=handler_away, done=stand-in@11-06 09:00, done=reminder@11-05 08:00";
    check(old, "11-20 09:00", "wake 11-23 13:00");
    check(old, "11-23 13:00", "notice>h/12-07 wake 11-24 08:00");
    // Not a sign at all once the register knows the absence.
    check(
        "flag=handler_away, gone=h",
        "11-20 09:00",
        "wake 11-23 08:00",
    );
}

#[test]
fn where_everybody_seems_away_the_supervisor_knows_and_the_register_is_believed() {
    for words in [
        "flag=handler_away, no-deputy=h",
        "flag=handler_away, gone=d",
    ] {
        check(words, "11-20 09:00", "escalation:1>b wake 11-23 08:00");
        let told = format!("{words}, {REMINDED}, done=escalation:1@11-20 09:00");
        check(&told, "11-23 13:00", "notice>h/12-07 wake 11-24 08:00");
    }
    for failure in ["absent", "bounced", "rejected", "put_off"] {
        let lost = format!("flag=handler_away, done=stand-in@11-20 09:00!{failure}");
        check(&lost, "11-20 09:05", "escalation:1>b wake 11-23 08:00");
        check(
            &format!("stands-in=t>d, {lost}"),
            "11-23 08:00",
            "reminder>t wake 11-23 13:00",
        );
    }
    let unknown = "flag=handler_away, done=stand-in@11-20 09:00!unknown";
    check(unknown, "11-20 09:05", "wake 11-23 08:00");
}

#[test]
fn whose_reminder_came_back_does_not_have_it() {
    let lost = format!("{REMINDED}!bounced");
    check(&lost, "11-23 08:05", "hand-over:1>d wake 11-23 13:00");
    check(
        &format!("{lost}, done=hand-over:1>d@11-23 08:05"),
        "11-23 13:00",
        "notice>d/12-07 wake 11-24 08:00",
    );
    // Given to them by a person since, they have it after all.
    check(
        &format!("{lost}, assigned=11-23 09:00"),
        "11-23 09:05",
        "wake 11-23 13:00",
    );
    check(
        &format!("{lost}, assigned=11-22 09:00, gone=d"),
        "11-23 09:05",
        "escalation:1>b wake 11-23 13:00",
    );
}

#[test]
fn whoever_gets_it_after_the_reminder_is_told_once() {
    check(
        &format!("handler=d, {REMINDED}"),
        "11-23 09:00",
        "hand-over:1>d wake 11-23 13:00",
    );
    check(
        &format!("handler=d, {REMINDED}"),
        "11-23 18:00",
        "notice>d/12-07 wake 11-24 08:00",
    );
    check(
        &format!("handler=d, {REMINDED}, done=hand-over:1>d@11-23 09:00"),
        "11-23 13:00",
        "notice>d/12-07 wake 11-24 08:00",
    );
    check(
        &format!("handler=b, {REMINDED}, done=hand-over:1>d@11-23 09:00"),
        "11-23 10:00",
        "hand-over:2>b wake 11-23 13:00",
    );
    check(
        &format!("{REMINDED}, done=hand-over:1>d@11-23 09:00"),
        "11-23 10:00",
        "wake 11-23 13:00",
    );
    // Before the reminder its time comes anyway, and without reminders no mail goes.
    check("handler=d", "11-20 09:00", "wake 11-23 08:00");
    check(
        "handler=d, never=reminder",
        "11-23 10:00",
        "wake 11-23 13:00",
    );
    check(
        &format!("handler=d, {REMINDED}, state=probably_answered, done=confirm@11-23 09:00"),
        "11-23 10:00",
        "wake 11-24 08:00",
    );
}

#[test]
fn an_answer_that_came_back_is_told_to_somebody_who_is_there() {
    check(
        "state=answered, flag=answer_bounced, gone=h",
        "11-24 09:00",
        "answer-bounced>d",
    );
    check(
        "state=answered, flag=answer_bounced, gone=h, gone=d",
        "11-24 09:00",
        "answer-bounced>b",
    );
    check(
        "state=answered, flag=answer_bounced, handler=, no-supervisor",
        "11-24 09:00",
        "answer-bounced>operator",
    );
}
