//! Supervisors, step by step, and what a lost step brings.

use super::*;

#[test]
fn without_a_notice_it_climbs_at_the_pledges_moments() {
    let quiet = "quiet, done=reminder@11-23 08:00";
    check(
        &format!("{quiet}, done=escalation:1@11-24 08:00"),
        "11-24 09:00",
        "climbed:1>h wake 12-01 08:00",
    );
    check(
        &format!("{quiet}, done=escalation:1@11-24 08:00"),
        "11-26 08:00",
        "wake 12-01 08:00",
    );
    // At the top it stays with the top.
    let two = format!("{quiet}, done=escalation:1@11-24 08:00, done=escalation:2@11-26 08:00");
    check(&two, "11-30 08:00", "wake 12-03 08:00");
    // Told early with what else was late, it is told again as soon as after any other step; and
    // a step that did not arrive is counted from the one that did (SEED=720).
    let four = format!("{two}, done=escalation:3@11-27 08:00, done=escalation:4@11-30 08:00");
    check(&four, "12-01 08:00", "wake 12-07 08:00");
    let lost = format!("{two}, done=escalation:3@11-27 08:00!rejected");
    check(&lost, "11-30 08:00", "wake 12-03 08:00");
    let lost = format!("{two}, done=escalation:3@12-03 08:00!rejected");
    check(&lost, "12-04 08:00", "wake 12-07 08:00");
    let steps = "steps=due+1 08:00|due+2 10:00|due+9 09:00, done=escalation:2@11-25 10:00";
    check(
        &format!("{quiet}, done=escalation:1@11-24 08:00, {steps}"),
        "11-27 09:00",
        "wake 12-04 09:00",
    );
    check(&format!("{two}, steps="), "11-27 09:00", "wake 12-03 08:00");
}

#[test]
fn after_an_outage_the_steps_lie_as_far_apart_as_ever() {
    check(
        "quiet, done=reminder@11-23 08:00",
        "12-04 10:00",
        "escalation:1>b climbed:1>h",
    );
    check(
        "quiet, done=reminder@11-23 08:00, done=escalation:1@12-04 10:00",
        "12-04 10:00",
        "climbed:1>h wake 12-11 08:00",
    );
}

#[test]
fn a_lost_escalation_is_followed_at_once_unless_the_same_reader_is_next() {
    let noticed = "done=reminder@11-23 08:00, done=notice@11-23 13:00, promise=12-07";
    for failure in ["bounced", "absent", "rejected", "unknown", "put_off"] {
        let lost = format!("{noticed}, done=escalation:1@11-24 08:00!{failure}");
        // The handler heard of the first step, and the citizen waits for a promised day: no second
        // mail about it.
        check(&lost, "11-24 08:05", "escalation:2>t wake 12-07 08:00");
        let heard = format!("{lost}, done=escalation:2@11-24 08:05");
        check(&heard, "11-24 09:00", "wake 12-07 08:00");
        // The promise buys time only of one who heard of the item: until then the top is asked
        // again.
        let unheard = format!("{heard}!{failure}");
        check(&unheard, "11-24 09:00", "wake 11-26 08:00");
        check(&unheard, "11-26 08:00", "escalation:3>t wake 12-07 08:00");
        check(
            &format!("{unheard}, done=escalation:3@11-26 08:00"),
            "11-26 09:00",
            "wake 12-07 08:00",
        );
        // Nor do lost steps count as steps: the pledge's third moment would lie on 12-02
        // (SEED=165).
        let early = ["1@11-19 09:12", "2@11-19 09:12", "3@11-24 08:00"];
        let early = early
            .map(|step| format!("done=escalation:{step}!{failure}"))
            .join(", ");
        check(
            &format!("quiet, done=reminder@11-23 08:00, {early}"),
            "11-24 09:00",
            "wake 11-26 08:00",
        );
    }
}

#[test]
fn nobody_there_is_told_at_once_and_again_when_it_is_overdue() {
    let first = "escalation:1>b wake 11-23 13:00";
    check("handler=", "11-19 09:12", first);
    check("gone=h, gone=d", "11-19 09:12", first);
    let told = "gone=h, gone=d, done=escalation:1@11-19 09:12";
    check(told, "11-20 09:00", "wake 11-23 13:00");
    let quiet = format!("{told}, quiet");
    check(&quiet, "11-24 08:00", "escalation:2>t");
    check(
        "handler=, quiet, done=escalation:1@11-23 09:12",
        "11-23 10:00",
        "wake 11-24 08:00",
    );
    // The handler is the supervisor: one further up; with no supervisor above, the operator.
    check(
        "handler=b, quiet",
        "11-24 08:00",
        "reminder>b escalation:1>t climbed:1>b",
    );
    check(
        "quiet, no-supervisor",
        "11-24 08:00",
        "reminder>h escalation:1>b climbed:1>h",
    );
    check(
        "handler=t, quiet, no-supervisor",
        "11-24 08:00",
        "reminder>t escalation:1>operator climbed:1>t",
    );
    check(
        "handler=unknown, gone=b",
        "11-19 09:12",
        "escalation:1>t wake 11-23 13:00",
    );
}

#[test]
fn the_last_step_is_in_the_next_mail_of_its_kind() {
    let check = |words: &str, now: &str, expected: &str| {
        let case = Case::with(words);
        let told = case.in_its_world(|world| repeat(&case.item, world, at(now)));
        let told = told.map(|(effect, reader)| format!("{effect}>{reader}"));
        assert_eq!(told.unwrap_or_default(), expected, "{words} at {now}");
    };
    let one = "done=escalation:1>b@11-24 08:00";
    check("", "11-25 09:00", "");
    check(one, "11-24 09:00", "");
    check(one, "11-25 09:00", "escalation:2>t");
    check(&format!("state=answered, {one}"), "11-25 09:00", "");
    check(&format!("{one}!bounced"), "11-25 09:00", "");
    let two = format!("{one}, done=escalation:2>t@11-26 08:00");
    check(&two, "11-27 09:00", "escalation:3>t");
    let steps = "steps=due+1 08:00|due+3 08:00";
    check(&format!("{steps}, {one}"), "11-25 09:00", "");
    check(&format!("{steps}, {two}"), "11-26 09:00", "");
    check(&format!("{steps}, {two}"), "11-27 09:00", "escalation:3>t");
}

#[test]
fn a_repeated_step_is_not_told_below_while_the_citizen_waits_for_a_promised_day() {
    let noticed = "done=notice@11-23 13:00, promise=11-30";
    for (step, day, told) in [
        (1, "11-30", true),
        (2, "11-27", false),
        (2, "11-30", false),
        (2, "12-01", true),
    ] {
        let (case, now) = (Case::with(noticed), at(&format!("{day} 09:00")));
        let reader = case.in_its_world(|world| told_below(&case.item, world, now, step));
        assert_eq!(reader.is_some(), told, "step {step} on {day}");
    }
}

#[test]
fn steps_keep_their_distance_and_follow_the_date() {
    let quiet = "quiet, done=reminder@11-23 08:00";
    // A question since the very moment of the first step climbs the next day.
    check(
        &format!("{quiet}, asked=11-24 08:00"),
        "11-24 08:00",
        "wake 11-25 08:00",
    );
    // The first step on the due date itself was not early.
    check(
        &format!("{quiet}, steps=due 12:00, done=escalation:1@11-23 12:00"),
        "11-23 13:00",
        "climbed:1>h wake 11-30 12:00",
    );
    let first = "done=escalation:1@11-24 08:00, done=climbed:1@11-24 08:00";
    check(
        &format!("{quiet}, steps=due+1 08:00|due+2 08:00, {first}"),
        "11-24 09:00",
        "wake 11-25 08:00",
    );
    let moved = format!("{quiet}, steps=due+1 08:00|due+3 08:00, {first}, due=11-30");
    check(&moved, "11-24 09:00", "wake 12-03 08:00");
}
