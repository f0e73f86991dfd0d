//! Notices: who gets one, when, and with which date.

use super::*;
use crate::domain::pledge::NoticeText;

#[test]
fn a_notice_needs_an_open_item_that_may_have_one_and_somebody_to_name() {
    let reminded = "done=reminder@11-23 08:00";
    for word in ["quiet", "never=notice", "letter, never=notice"] {
        check(
            &format!("{reminded}, {word}"),
            "11-23 13:00",
            "wake 11-24 08:00",
        );
    }
    // A letter's writer has no mail address: the handler prints and posts the notice, in office
    // hours.
    check(
        &format!("{reminded}, letter, quiet"),
        "11-23 13:00",
        "letter>h wake 11-24 08:00",
    );
    check(
        &format!("{reminded}, letter"),
        "11-23 18:00",
        "wake 11-24 08:00",
    );
    check(
        &format!("{reminded}, letter, done=letter@11-23 13:00"),
        "11-23 13:00",
        "wake 11-24 08:00",
    );
    // Refused for the handler, who then seems away, it is printed for the deputy; not once more for
    // whom it was refused, and not when it came back.
    let letter = |failure: &str| format!("{reminded}, letter, done=letter@11-23 13:00!{failure}");
    for failure in ["rejected", "put_off"] {
        check(
            &letter(failure),
            "11-23 13:30",
            "hand-over:1>d letter>d wake 11-24 08:00",
        );
        check(
            &format!("{}, gone=d", letter(failure)),
            "11-23 13:30",
            "escalation:1>b",
        );
    }
    check(
        &letter("bounced"),
        "11-23 13:30",
        "hand-over:1>d wake 11-24 08:00",
    );
    check(
        "gone=h",
        "11-23 13:00",
        "reminder>d notice>d/12-07 wake 11-24 08:00",
    );
    check("gone=h, gone=d", "11-23 13:00", "escalation:1>b");
    check(
        "handler=, no-supervisor",
        "11-23 13:00",
        "escalation:1>operator",
    );
    // Once is once, even when it came back; the handler must find another way.
    let bounced = format!("{reminded}, done=notice@11-23 13:00!bounced");
    check(&bounced, "11-23 13:30", "notice-trouble>h wake 11-24 08:00");
    check(
        &format!("{bounced}, done=notice-trouble@11-23 13:30"),
        "11-23 14:00",
        "wake 11-24 08:00",
    );
    // What the handler promised by name is promised, if it still lies ahead.
    check(
        &format!("{reminded}, promise=11-30"),
        "11-23 13:00",
        "notice>h/11-30 wake 11-24 08:00",
    );
    check(
        &format!("{reminded}, promise=11-23"),
        "11-23 13:00",
        "notice>h/12-07 wake 11-24 08:00",
    );
}

#[test]
fn a_decision_takes_longer_only_for_a_reason() {
    for (reason, expected) in [
        (None, false),
        (Some(""), false),
        (Some("vi väntar på yttranden"), true),
    ] {
        let mut case = Case::new();
        case.pledge.text = NoticeText::Decision;
        let promised = Fact::Promised {
            date: date("2026-12-04"),
            old: None,
            reason: reason.map(str::to_owned),
        };
        let event = Event {
            at: at("11-20 10:00"),
            by: "h".to_owned(),
            fact: promised,
        };
        case.item.apply(&event).expect("it can be promised");
        let now = at("11-23 13:00");
        assert_eq!(
            case.plan(now)
                .acts
                .iter()
                .any(|act| act.effect == Effect::Notice),
            expected,
            "{reason:?}"
        );
        assert_eq!(
            case.item
                .wants_reason(&case.pledge, sweden().local_date(now)),
            !expected,
            "{reason:?}"
        );
    }
}

#[test]
fn a_notice_is_late_for_five_working_days_at_most() {
    let told = "done=reminder@11-23 08:00, done=escalation:1@11-30 15:00";
    check(told, "11-30 23:59", "notice>h/12-14 wake 12-01 08:00");
    check(told, "12-01 00:00", "wake 12-07 08:00");
}

#[test]
fn a_notice_was_about_what_had_fallen_due_and_was_of_use() {
    for (words, when, expected) in [
        ("", "11-23 12:59", false),
        ("", "11-23 13:00", true),
        ("", "11-30 23:59", true),
        ("", "12-01 00:00", false),
        ("state=history", "11-23 13:00", false),
    ] {
        let case = Case::with(words);
        let can = case.in_its_world(|world| can_have_left(&case.item, world, at(when)));
        assert_eq!(can, expected, "{words} {when}");
    }
}

#[test]
fn what_nothing_vouches_for_holds_no_notice_where_the_border_is_known() {
    let asked = "state=probably_answered, done=confirm@11-20 10:00, done=reminder@11-23 08:00";
    for (words, expected) in [
        ("border, unverified", "notice>h/12-07 wake 11-24 08:00"),
        ("border, verified", "wake 11-24 08:00"),
        ("border", "wake 11-24 08:00"),
        ("unverified", "wake 11-24 08:00"),
        ("border, unverified, quiet", "wake 11-24 08:00"),
    ] {
        check(&format!("{asked}, {words}"), "11-23 13:00", expected);
    }
}

#[test]
fn a_notice_that_is_let_go_leaves_at_its_moment_or_at_once() {
    let freed = |when: &str| format!("quiet, done=reminder@11-23 08:00, freed={when}");
    check(&freed("11-23 09:00"), "11-23 09:00", "wake 11-23 13:00");
    check(
        &freed("11-23 09:00"),
        "11-23 13:00",
        "notice>h/12-07 wake 11-24 08:00",
    );
    check(
        &freed("11-23 15:00"),
        "11-23 15:00",
        "notice>h/12-07 wake 11-24 08:00",
    );
    // Not at night, and never in the junk folder.
    check(&freed("11-23 21:00"), "11-23 21:00", "wake 11-24 07:00");
    check(
        &format!("{}, flag=in_junk", freed("11-23 15:00")),
        "11-23 15:00",
        "wake 11-24 08:00",
    );
}

#[test]
fn a_held_notice_is_told_while_it_is_held() {
    let held = "flag=notice_held_by_cap, done=reminder@11-23 08:00";
    check(
        held,
        "11-23 13:00",
        "notice-held>h notice>h/12-07 wake 11-24 08:00",
    );
    check(
        &format!("{held}, done=notice@11-23 14:00, promise=12-07"),
        "11-23 14:00",
        "wake 11-24 08:00",
    );
    check(
        &format!("{held}, state=probably_answered, done=confirm@11-23 09:00"),
        "11-23 13:00",
        "wake 11-24 08:00",
    );
}

#[test]
fn a_question_since_the_moment_of_its_notice_gets_it_at_that_moment() {
    // Before the hours of those that come after their moment.
    let early = "never=reminder, notice=due 06:00";
    for (asked, at_six) in [
        ("", "notice>h/12-07 wake 11-24 08:00"),
        (", asked=11-23 06:00", "notice>h/12-07 wake 11-24 08:00"),
        (", asked=11-23 06:01", "wake 11-23 07:00"),
    ] {
        check(&format!("{early}{asked}"), "11-23 06:00", at_six);
    }
}
