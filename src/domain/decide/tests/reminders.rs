//! Mails to a handler: arrivals, reminders, questions; in office hours and once.

use super::*;

#[test]
fn staff_hear_nothing_outside_office_hours() {
    check("", "11-23 17:00", "notice>h/12-07 wake 11-24 08:00");
    check(
        "never=notice, steps=due 18:00",
        "11-23 18:00",
        "wake 11-24 08:00",
    );
    check("handler=", "11-21 10:00", "wake 11-23 08:00");
    check("state=probably_answered", "11-21 10:00", "wake 11-23 08:00");
}

#[test]
fn a_probable_answer_is_asked_about_and_the_deadline_stands() {
    check(
        "state=probably_answered",
        "11-20 10:00",
        "confirm>h wake 11-24 08:00",
    );
    check(
        "state=probably_answered, done=confirm@11-20 10:00",
        "11-20 13:00",
        "wake 11-23 08:00",
    );
}

#[test]
fn a_probable_answer_is_asked_about_again_on_the_last_day_and_when_it_climbs() {
    check(
        "state=probably_answered, done=confirm@11-20 10:00",
        "11-23 08:00",
        "reminder>h wake 11-24 08:00",
    );
    check(
        "state=probably_answered, done=confirm@11-23 08:00",
        "11-23 09:00",
        "wake 11-24 08:00",
    );
    check(
        "state=probably_answered, done=confirm@11-20 10:00, done=reminder@11-23 08:00",
        "11-24 08:00",
        "escalation:1>b climbed:1>h",
    );
    check(
        "state=probably_answered, done=confirm@11-23 08:00",
        "11-24 08:00",
        "escalation:1>b climbed:1>h",
    );
}

#[test]
fn what_is_told_at_once_is_told_in_office_hours_and_once() {
    check("at-once", "11-19 09:12", "arrival>h wake 11-23 08:00");
    check("at-once", "11-19 18:00", "wake 11-20 08:00");
    check(
        "at-once, done=arrival@11-19 09:12",
        "11-19 09:13",
        "wake 11-23 08:00",
    );
    check("at-once, state=answered", "11-19 09:12", "");
    // Switched on for an old item: the other mails have shown it.
    check(
        "at-once, done=reminder@11-23 08:00",
        "11-23 08:30",
        "wake 11-23 13:00",
    );
    check(
        "at-once, quiet, done=escalation:1@11-24 08:00",
        "11-25 08:30",
        "reminder>h wake 12-01 08:00",
    );
}

#[test]
fn a_reminder_that_is_wanted_leaves_in_office_hours_and_once() {
    check(
        "urged=11-19 09:30",
        "11-19 09:30",
        "urge:1>h wake 11-23 08:00",
    );
    check("urged=11-19 18:00", "11-19 18:00", "wake 11-20 08:00");
    check(
        "urged=11-19 09:30, done=urge:1@11-19 09:30",
        "11-19 09:31",
        "wake 11-23 08:00",
    );
    check(
        "urged=11-19 09:30, done=urge:1@11-19 09:30, urged=11-20 09:00",
        "11-20 09:00",
        "urge:2>h wake 11-23 08:00",
    );
    // The person who has it today, also of an item that another notice speaks for; no other person,
    // and no settled item.
    check(
        "urged=11-19 09:30, gone=h",
        "11-19 09:30",
        "urge:1>d wake 11-23 08:00",
    );
    check(
        "urged=11-20 09:30, covered, done=reminder@11-20 08:00",
        "11-20 09:30",
        "urge:1>h",
    );
    check("urged=11-19 09:30, state=answered", "11-19 09:30", "");
}

#[test]
fn what_was_filed_without_an_answer_is_asked_about_the_next_morning() {
    let filed = "state=closed, flag=filed_unanswered";
    check(filed, "11-19 10:11", "wake 11-20 08:00");
    check(filed, "11-20 08:00", "filed>h");
    check(
        &format!("{filed}, done=filed@11-20 08:00"),
        "11-23 08:00",
        "",
    );
    check(
        &format!("{filed}, away=h@11-20/11-25"),
        "11-20 08:00",
        "filed>d",
    );
    check("state=closed", "11-20 08:00", "");
}

#[test]
fn a_missing_note_is_asked_for_once_an_hour_later() {
    for state in ["answered", "closed"] {
        let settled = format!("state={state}, flag=note_missing");
        check(&settled, "11-19 10:11", "wake 11-19 10:12");
        check(&settled, "11-19 10:12", "note>h");
        check(
            &format!("{settled}, done=note@11-19 10:12"),
            "11-20 09:00",
            "",
        );
    }
}

#[test]
fn what_became_a_question_at_the_moment_of_its_reminder_is_reminded_of_at_once() {
    let reminded = "reminder>h wake 11-23 13:00";
    check("asked=11-23 08:00", "11-23 08:00", reminded);
    check("asked=11-23 08:01", "11-23 08:01", "wake 11-23 13:00");
}
