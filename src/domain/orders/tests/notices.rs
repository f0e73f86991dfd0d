//! Orders about the notice of an item, printed or not, and about whom it goes to.

use super::*;

#[test]
fn a_notice_is_held_while_it_has_not_left() {
    let mut live = item(State::Open);
    check(&no_notice(&live, None), "notice_barred");
    check(
        &no_notice(&item(State::ProbablyAnswered), None),
        "notice_barred",
    );
    check(
        &no_notice(&item(State::Closed), None),
        "no notice goes out for it",
    );
    live.no_notice = true;
    check(&no_notice(&live, None), "no automatic notice as it is");
    let mut told = item(State::Open);
    told.done
        .insert(Effect::Notice, done(Some(at("11-20 13:00"))));
    check(&no_notice(&told, None), "left at");
    told.done.insert(Effect::Notice, done(None));
    check(&no_notice(&told, None), "notice_barred");
}

fn row(sender: &str, reply_to: &[&str]) -> MessageRow {
    let reply_to = reply_to.iter().map(|to| (*to).to_owned()).collect();
    MessageRow {
        received_at: at("11-19 09:12"),
        size: 1_000,
        message_id: None,
        sender: Some(sender.to_owned()),
        name: None,
        subject: "Buss".to_owned(),
        more: crate::domain::kept::More {
            reply_to,
            ..crate::domain::kept::More::default()
        },
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
fn a_held_notice_is_let_go_once_and_never_out_of_junk() {
    let now = at("11-20 10:00");
    let kim = row("kim@example.net", &[]);
    let free =
        |item: &Item, row: &MessageRow, to: Option<&str>| notify(&board(), item, row, to, now);
    let mut held = item(State::Open);
    held.may_notify = false;
    check(&free(&held, &kim, None), "notice_freed");
    assert_eq!(
        free(&held, &kim, Some("a@example.org")),
        Ok(vec![Fact::NoticeFreed { elsewhere: true }])
    );
    // Nothing holds it, unless a person did; elsewhere it may go all the same.
    check(&free(&item(State::Open), &kim, None), "nothing holds it");
    check(
        &free(&item(State::Open), &kim, Some("a@example.org")),
        "notice_freed",
    );
    check(
        &free(
            &Item {
                no_notice: true,
                ..item(State::Open)
            },
            &kim,
            None,
        ),
        "notice_freed",
    );
    // Who passes on, and the municipality itself, is not a sender.
    for inside in ["d@example.se", "kf@example.se"] {
        check(&free(&held, &row(inside, &[]), None), "give an address");
        check(
            &free(&held, &row(inside, &["kim@example.net"]), None),
            "notice_freed",
        );
    }
    for wrong in [
        "kf@example.se",
        "kim",
        "kim@",
        "a b@example.net",
        "Kim <kim@example.net>",
        "kim@localhost",
    ] {
        check(&free(&held, &kim, Some(wrong)), "is no address of a sender");
    }
    for flag in [Flag::InJunk, Flag::Trashed] {
        let mut aside = held.clone();
        aside.flags.insert(flag);
        check(&free(&aside, &kim, Some("a@example.org")), "lies in junk");
    }
    check(
        &free(
            &Item {
                covered_by: Some(ItemId::new(2026, 7)),
                ..held.clone()
            },
            &kim,
            None,
        ),
        "spoken for by",
    );
    for state in [
        State::Answered,
        State::Closed,
        State::Excluded,
        State::NoQuestion,
        State::History,
    ] {
        check(&free(&item(state), &kim, None), "no notice goes out for it");
    }
    // It is asked about first; the supervisor is named where no member has it; it is too late.
    check(
        &free(
            &Item {
                state: State::ProbablyAnswered,
                ..held.clone()
            },
            &kim,
            None,
        ),
        "no notice any more",
    );
    check(
        &free(
            &Item {
                handler: None,
                ..held.clone()
            },
            &kim,
            None,
        ),
        "notice_freed",
    );
    check(
        &notify(&board(), &held, &kim, None, at("12-01 10:00")),
        "no notice any more",
    );
    let letters = board_with(Pledge {
        letter: true,
        ..pledge("email")
    });
    check(
        &notify(&letters, &held, &kim, None, now),
        "printed and posted",
    );
    held.done
        .insert(Effect::Notice, done(Some(at("11-20 09:00"))));
    check(&free(&held, &kim, Some("a@example.org")), "left at");
}

#[test]
fn a_notice_that_did_not_arrive_may_leave_to_another_address() {
    let now = at("11-20 10:00");
    let kim = row("kim@example.net", &[]);
    let mut lost = item(State::Open);
    for (failure, to, says) in [
        (Failure::Bounced, Some("a@example.org"), "notice_freed"),
        (Failure::Rejected, Some("a@example.org"), "notice_freed"),
        (Failure::PutOff, Some("a@example.org"), "notice_freed"),
        (Failure::Bounced, None, "give an address"),
        // It may have arrived.
        (Failure::Unknown, Some("a@example.org"), "left at"),
    ] {
        let notice = Done {
            failed: Some((now, failure)),
            ..done(Some(at("11-20 09:00")))
        };
        lost.done.insert(Effect::Notice, notice);
        check(&notify(&board(), &lost, &kim, to, now), says);
    }
}

#[test]
fn a_letter_and_what_was_passed_on_has_a_sender_to_be_told() {
    let letters = board_with(Pledge {
        letter: true,
        ..pledge("email")
    });
    check(&sender(&letters, &item(State::Open)), "sender_told");
    check(&sender(&letters, &item(State::Closed)), "sender_told");
    check(
        &sender(&board(), &item(State::Open)),
        "whose address is known",
    );
    let mut passed_on = item(State::Open);
    passed_on.flags.insert(Flag::ForwardedIn);
    check(&sender(&board(), &passed_on), "sender_told");
}

#[test]
fn a_letter_is_posted_between_its_making_and_today() {
    let now = at("11-20 10:00");
    let letters = board_with(Pledge {
        letter: true,
        ..pledge("email")
    });
    let mut letter = item(State::Open);
    check(
        &posted(&letters, &letter, None, now),
        "no notice of SL-2026-00001 was printed yet",
    );
    letter.done.insert(Effect::Letter, done(None));
    let post = |letter: &Item, day: Option<&str>| posted(&letters, letter, day.map(date), now);
    assert_eq!(
        post(&letter, None),
        Ok(vec![Fact::Posted {
            on: date("2026-11-20")
        }])
    );
    check(&post(&letter, Some("2026-11-19")), "posted");
    check(
        &post(&letter, Some("2026-11-18")),
        "cannot be the day of posting",
    );
    check(
        &post(&letter, Some("2026-11-21")),
        "cannot be the day of posting",
    );
    check(&posted(&board(), &letter, None, now), "is no letter");
    letter.state = State::Closed;
    check(&post(&letter, None), "reopen it first");
}

#[test]
fn the_letter_that_was_posted_may_have_been_the_notice() {
    let letters = board_with(Pledge {
        letter: true,
        ..pledge("email")
    });
    let mut closed = item(State::Closed);
    closed
        .done
        .insert(Effect::Letter, done(Some(at("11-20 08:00"))));
    closed.settled = Some(Settled {
        at: at("11-20 10:00"),
        by: None,
        evidence: Evidence::without_mail(EvidenceKind::Cli, None),
        how: Some(How::Letter),
    });
    let facts = posted(&letters, &closed, None, at("11-23 09:00")).expect("it counts");
    assert_eq!(
        facts.last(),
        Some(&Fact::Posted {
            on: date("2026-11-20")
        })
    );
    check(&Ok(facts), "reopened posted");
    // Answered in another way, it was not the notice.
    let settled = closed.settled.as_mut().expect("it is closed");
    settled.how = Some(How::Phone);
    check(
        &posted(&letters, &closed, None, at("11-23 09:00")),
        "reopen it first",
    );
}

/// The word that a mail of the last day is the notice: read before it and after it, beside a notice
/// of ours that waits, is in doubt, or has left.
#[test]
fn a_mail_by_hand_is_the_notice_where_none_of_ours_was_handed_over() {
    let (now, sent) = (at("11-23 15:00"), at("11-23 14:00"));
    let by_mail = |state| {
        let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
        let settled = Settled {
            at: sent,
            by: None,
            evidence,
            how: None,
        };
        Item {
            settled: Some(settled),
            ..item(state)
        }
    };
    let (open, answered, probably) = (
        item(State::Open),
        by_mail(State::Answered),
        by_mail(State::ProbablyAnswered),
    );
    let queued = Some(done(None));
    let left = Some(done(Some(at("11-23 13:00"))));
    let came_back = left.clone().map(|done| Done {
        failed: Some((now, Failure::Bounced)),
        ..done
    });
    let none = None;
    for (name, item, notice, waits, expected) in [
        ("unread", &open, &none, false, "returns"),
        (
            "unread, ours waits",
            &open,
            &queued,
            true,
            "returns promised",
        ),
        (
            "unread, after ours",
            &open,
            &left,
            false,
            "returns promised",
        ),
        ("read", &answered, &none, false, "returns noticed_by_hand"),
        (
            "read, ours waits",
            &answered,
            &queued,
            true,
            "returns noticed_by_hand",
        ),
        (
            "read, ours in doubt",
            &answered,
            &queued,
            false,
            "returns reopened promised",
        ),
        (
            "read, after ours",
            &answered,
            &left,
            false,
            "returns reopened promised",
        ),
        (
            "perhaps",
            &probably,
            &none,
            false,
            "returns noticed_by_hand",
        ),
        (
            "perhaps, ours waits",
            &probably,
            &queued,
            true,
            "returns noticed_by_hand",
        ),
        (
            "perhaps, ours in doubt",
            &probably,
            &queued,
            false,
            "returns not_answered promised",
        ),
        (
            "perhaps, ours came back",
            &probably,
            &came_back,
            false,
            "returns noticed_by_hand",
        ),
        (
            "perhaps, after ours",
            &probably,
            &left,
            false,
            "returns not_answered promised",
        ),
    ] {
        let mut item = item.clone();
        item.done
            .extend(notice.clone().map(|done| (Effect::Notice, done)));
        let facts = returns(&board(), &item, Some(date("2026-12-04")), waits, now);
        let names: Vec<&str> = facts.iter().flatten().map(Fact::name).collect();
        assert_eq!(names.join(" "), expected, "{name}");
    }
}
