//! Dates that were promised: what they move, and what the citizen hears of them.

use super::*;

#[test]
fn a_noticed_item_runs_against_its_promise() {
    let noticed = "done=reminder@11-23 08:00, done=notice@11-23 13:00, promise=12-07, done=escalation:1@11-24 08:00";
    check(noticed, "11-26 08:00", "wake 12-07 08:00");
    check(
        noticed,
        "12-07 08:00",
        "promise-reminder:2026-12-07>h wake 12-08 08:00",
    );
    let reminded = format!("{noticed}, done=promise-reminder:2026-12-07@12-07 08:00");
    check(&reminded, "12-08 08:00", "escalation:2>t climbed:2>h");
    check(
        &format!("{reminded}, done=escalation:2@12-08 08:00"),
        "12-08 09:00",
        "climbed:2>h wake 12-15 08:00",
    );
    // A notice that came back has promised nothing to anybody.
    let bounced = noticed.replace("11-23 13:00", "11-23 13:00!bounced");
    check(
        &format!("{bounced}, done=notice-trouble@11-23 13:30"),
        "11-24 09:00",
        "climbed:1>h wake 12-01 08:00",
    );
}

#[test]
fn a_promise_by_hand_buys_time_and_keeps_nothing() {
    // The pledge's own reminder, notice and first escalation come all the same; the notice says the
    // same date.
    let given = "hand=12-04@11-20 10:00";
    check(given, "11-20 10:00", "wake 11-23 08:00");
    check(
        &format!("{given}, done=reminder@11-23 08:00"),
        "11-23 13:00",
        "notice>h/12-04 wake 11-24 08:00",
    );
    let quiet = format!("quiet, {given}, done=reminder@11-23 08:00");
    check(
        &quiet,
        "11-24 08:00",
        "escalation:1>b climbed:1>h wake 12-04 08:00",
    );
    let told = format!("{quiet}, done=escalation:1@11-24 08:00");
    check(&told, "11-26 08:00", "wake 12-04 08:00");
    check(
        &told,
        "12-04 08:00",
        "promise-reminder:2026-12-04>h wake 12-07 08:00",
    );
    check(
        &told,
        "12-07 08:00",
        "promise-reminder:2026-12-04>h escalation:2>t climbed:2>h",
    );
    // A promise that is broken before the pledge is due is told then.
    check(
        "hand=11-20@11-19 10:00",
        "11-20 08:00",
        "promise-reminder:2026-11-20>h wake 11-23 08:00",
    );
    let early = "hand=11-20@11-19 10:00, done=promise-reminder:2026-11-20@11-20 08:00";
    check(
        early,
        "11-23 08:00",
        "reminder>h escalation:1>b climbed:1>h wake 11-23 13:00",
    );
    // On the pledge's own last day, the pledge's reminder speaks; without one, the promise's.
    check(
        "hand=11-23@11-20 10:00",
        "11-23 08:00",
        "reminder>h wake 11-23 13:00",
    );
    check(
        "never=reminder, hand=11-23@11-20 10:00",
        "11-23 08:00",
        "promise-reminder:2026-11-23>h wake 11-23 13:00",
    );
    // A notice tells what was promised for today too, and never a day that has passed.
    check(
        "done=reminder@11-23 08:00, hand=11-23@11-20 10:00",
        "11-23 13:00",
        "notice>h/11-23 wake 11-24 08:00",
    );
}

#[test]
fn a_moved_promise_is_reminded_of_anew() {
    let noticed = "done=reminder@11-23 08:00, done=notice@11-23 13:00, promise=12-07, done=escalation:1@11-24 08:00";
    let moved = format!("{noticed}, hand=12-14@12-02 10:00");
    check(&moved, "12-07 08:00", "wake 12-14 08:00");
    check(
        &moved,
        "12-14 08:00",
        "promise-reminder:2026-12-14>h wake 12-15 08:00",
    );
    // Moved when it was broken already, and told: the next step waits for the new date.
    let late = format!(
        "{noticed}, done=promise-reminder:2026-12-07@12-07 08:00, done=escalation:2@12-08 08:00"
    );
    check(&late, "12-10 07:00", "wake 12-15 08:00");
    check(
        &format!("{late}, hand=12-14@12-08 10:00"),
        "12-10 08:00",
        "wake 12-14 08:00",
    );
    let again = format!("{moved}, hand=12-21@12-11 10:00");
    check(&again, "12-14 08:00", "wake 12-21 08:00");
    // To a Saturday: reminded on the working day before, told on the working day after.
    let saturday = format!("{noticed}, hand=12-12@12-02 10:00");
    check(
        &saturday,
        "12-11 08:00",
        "promise-reminder:2026-12-12>h wake 12-14 08:00",
    );
}

#[test]
fn a_citizen_hears_of_a_new_date_once_where_the_pledge_says_so() {
    let noticed = "done=reminder@11-23 08:00, done=notice@11-23 13:00, promise=12-07, told, done=escalation:1@11-24 08:00";
    let moved = format!("{noticed}, hand=12-14@12-02 10:00");
    check(&moved, "12-02 10:15", "wake 12-14 08:00");
    check(
        &format!("{moved}, tells"),
        "12-02 10:14",
        "wake 12-02 10:15",
    );
    check(
        &format!("{moved}, tells"),
        "12-02 10:15",
        "new-date:1>h/12-14 wake 12-14 08:00",
    );
    // No mail to a citizen who may not be notified or has had no notice, and none about a day that
    // has passed.
    for words in ["quiet", "state=probably_answered, done=confirm@12-01 10:00"] {
        check(
            &format!("{moved}, tells, {words}"),
            "12-02 11:00",
            "wake 12-14 08:00",
        );
    }
    check(
        &format!(
            "{}, tells",
            moved.replace("11-23 13:00", "11-23 13:00!bounced")
        ),
        "11-23 13:30",
        "notice-trouble>h wake 12-14 08:00",
    );
    let reminded = "done=promise-reminder:2026-12-14@12-14 08:00, done=escalation:2@12-15 08:00";
    check(
        &format!("{moved}, tells, {reminded}"),
        "12-14 23:59",
        "new-date:1>h/12-14 wake 12-22 08:00",
    );
    check(
        &format!("{moved}, tells, {reminded}"),
        "12-15 00:00",
        "wake 12-15 08:00",
    );
    check(
        &format!("{moved}, tells, {reminded}"),
        "12-16 10:00",
        "wake 12-22 08:00",
    );
    // Twice is once; a mail that did not arrive is reported to the handler. Of a third date the
    // handler tells the citizen.
    let told = format!("{moved}, tells, done=new-date:1@12-02 10:15");
    check(
        &format!("{told}!bounced"),
        "12-02 11:00",
        "notice-trouble>h wake 12-14 08:00",
    );
    let again =
        "tells, hand=12-15@12-03 10:00, hand=12-16@12-04 10:00, done=new-date:1@12-02 10:15";
    let twice = format!("{moved}, {again}, done=new-date:2@12-03 10:15");
    check(&twice, "12-04 11:00", "wake 12-16 08:00");
    check(
        &twice.replace(", done=new-date:2@12-03 10:15", ""),
        "12-04 11:00",
        "new-date:3>h/12-16 wake 12-16 08:00",
    );
    // Moved back before the citizen had the new date: no mail.
    check(
        &format!("{moved}, tells, hand=12-07@12-02 10:05"),
        "12-02 11:00",
        "wake 12-07 08:00",
    );
}
