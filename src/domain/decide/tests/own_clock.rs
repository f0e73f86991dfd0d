//! Every question has its own clock: covered ones, messages that are presumed no question, and
//! those that become one late.

use super::*;

#[test]
fn of_a_covered_question_its_handler_hears_the_next_morning_and_nobody_else_ever() {
    check("covered", "11-19 09:12", "wake 11-20 08:00");
    check("covered", "11-20 08:00", "reminder>h");
    check("covered, done=reminder@11-20 08:00", "11-23 14:00", "");
    check("covered, done=reminder@11-20 08:00", "11-27 09:00", "");
    check(
        "covered, state=probably_answered",
        "11-19 10:12",
        "confirm>h",
    );
    check("covered, handler=", "11-27 09:00", "");
}

#[test]
fn a_date_that_moves_brings_no_step_of_its_own() {
    // The first step was taken on the 24th; the day before it was closed by decision afterwards.
    let mut case = Case::with("quiet, done=reminder@11-23 08:00, done=escalation:1@11-24 08:00");
    case.item.due = Some(Due::reckon(
        date("2026-11-20"),
        Span::WorkingDays(2),
        &sweden(),
    ));
    assert_eq!(
        short(&case.plan(at("11-24 10:00"))),
        "climbed:1>h wake 12-01 08:00"
    );
    // Mailed before it was due, it is mailed once more when it is overdue.
    check(
        "quiet, done=reminder@11-23 08:00, done=escalation:1@11-20 08:00",
        "11-24 08:00",
        "escalation:2>t climbed:2>h",
    );
}

#[test]
fn what_is_presumed_no_question_is_shown_twice_and_closes_by_itself() {
    let thanks = "presumed=thanks@11-19 09:12";
    check(thanks, "11-19 09:12", "wake 11-20 08:00");
    check(thanks, "11-20 08:00", "no-question:1>h");
    check(
        "presumed=junk@11-20 19:00",
        "11-20 20:00",
        "wake 11-23 08:00",
    );
    // Ten working days after the mail that showed it was taken.
    let shown = format!("{thanks}, done=no-question:1@11-20 08:00");
    check(&shown, "11-24 09:00", "wake 12-04 08:00");
    check(&shown, "12-04 08:00", "no-question:2>h wake 12-05 00:00");
    let twice = format!("{shown}, done=no-question:2@12-04 08:00");
    for at in ["08:00", "08:30"] {
        let twice = format!("{shown}, done=no-question:2@12-04 {at}");
        check(&twice, "12-04 09:00", "wake 12-05 00:00");
    }
    assert!(!Case::with(&twice).plan(at("12-04 23:59")).lapses);
    for words in [&shown, &twice] {
        for now in ["12-05 00:00", "12-07 09:00"] {
            assert!(Case::with(words).plan(at(now)).lapses, "{words} {now}");
        }
    }
    // A mail that shadow withheld has shown it to no person; one on its way will.
    let after = |done: Done| {
        let mut case = Case::with(thanks);
        case.item.done.insert(Effect::NoQuestion(1), done);
        short(&case.plan(at("11-20 09:00")))
    };
    let (morning, to) = (at("11-20 08:00"), vec!["h".to_owned()]);
    assert_eq!(
        after(Done::withheld(morning, to.clone())),
        "wake 11-23 08:00"
    );
    assert_eq!(after(Done::queued(morning, to)), "");
    // No mail that did not reach a person counts.
    let lost = format!("{thanks}, done=no-question:1@11-20 08:00!bounced, assigned=11-20 09:00");
    check(&lost, "11-20 09:00", "wake 11-23 08:00");
    check(&lost, "11-23 08:00", "no-question:2>h");
    check(&format!("{thanks}, gone=h, gone=d"), "11-20 08:00", "");
    check(
        &format!("{thanks}, gone=h"),
        "11-20 08:00",
        "no-question:1>d",
    );
    check(&format!("{thanks}, handler="), "12-20 08:00", "");
    // Answered, it is done.
    let answered = Case::with(&format!("{thanks}, verified"));
    assert_eq!(answered.plan(at("11-20 08:00")), Plan::default());
}

#[test]
fn what_becomes_a_question_late_is_noticed_by_day_and_climbs_from_the_next_working_day() {
    for (asked, now, expected) in [
        ("11-23 12:00", "11-23 12:00", "wake 11-23 13:00"),
        (
            "11-24 10:00",
            "11-24 10:00",
            "notice>h/12-08 wake 11-25 08:00",
        ),
        ("11-24 06:30", "11-24 06:30", "wake 11-24 07:00"),
        (
            "11-24 19:59",
            "11-24 19:59",
            "notice>h/12-08 wake 11-25 08:00",
        ),
        ("11-24 20:00", "11-24 20:00", "wake 11-25 07:00"),
        (
            "11-24 20:00",
            "11-25 07:00",
            "notice>h/12-09 wake 11-25 08:00",
        ),
        // A weekend: staff get no mail, and a citizen does.
        (
            "11-28 12:00",
            "11-28 12:00",
            "notice>h/12-11 wake 11-30 08:00",
        ),
        // More than five working days late it is the handler's.
        ("12-02 10:00", "12-02 10:00", "wake 12-03 08:00"),
    ] {
        check(&format!("asked={asked}"), now, expected);
    }
    // The reminder is in the next morning mail; one whose moment is to come is in its own.
    check(
        "asked=11-24 10:00, quiet",
        "11-25 08:00",
        "reminder>h escalation:1>b climbed:1>h",
    );
    check(
        "asked=11-20 10:00, quiet",
        "11-20 10:00",
        "wake 11-23 08:00",
    );
}
