//! Which fact may follow in which state, as a table of all facts: O open, P probably answered, A
//! answered, N presumed no question, C closed, X excluded, H history.

use super::*;

const SAMPLES: &str = include_str!("../../../../tests/data/log/fact.jsonl");

/// Each fact; the states that it may follow; those whose personal data was erased; and those whose
/// notice and printed letter were queued.
const TABLE: &str = "
    answered           OPN      OP       OPN
    assigned           OPN      OP       OPN
    closed             OPANXH   -        OPANXH
    contacted          OP       OP       OP
    due_changed        OPN      OP       OPN
    erased             ANCXH    -        ANCXH
    excluded           OPN      OP       OPN
    failed             -        -        OPANCXH
    flagged            OPANCXH  OPANCXH  OPANCXH
    follows            OP       OP       OP
    gone               OPANCXH  OPANCXH  OPANCXH
    handed_back        OPN      OP       OPN
    held               OPANCXH  -        OPANCXH
    judged             OPNX     -        OPNX
    lapsed             N        -        N
    letters            OP       OP       OP
    logged             -        -        -
    moved              OPANCXH  OPANCXH  OPANCXH
    not_answered       P        P        P
    noted              OPANCXH  OPANCXH  OPANCXH
    notice_barred      OP       OP       OP
    notice_freed       OP       OP       -
    notice_reset       OP       OP       OP
    noticed_by_hand    OPA      -        -
    paused             -        -        -
    posted             -        -        OP
    presumed           OPAN     -        OPAN
    probably_answered  O        O        O
    promised           OP       OP       OP
    purged             -        -        -
    queued             OP       -        -
    queued             OP       -        OP
    released           -        -        -
    remarked           OPANCXH  -        OPANCXH
    reopened           ANCXH    -        ANCXH
    repledged          OP       OP       OP
    resumed            -        -        -
    returns            OPA      -        OPA
    sender_told        OPANCXH  -        OPANCXH
    sent               OPANCXH  OPANCXH  OPANCXH
    tied               OPANCXH  OPANCXH  OPANCXH
    twinned            OPANCXH  OPANCXH  OPANCXH
    uncovered          -        -        -
    unflagged          OPANCXH  OPANCXH  OPANCXH
    unpromised         OP       OP       OP
    urged              OP       OP       OP
    went_live          -        -        -
    withdrawn          -        -        OPANCXH
    withheld           OP       -        -
";

fn in_state(state: State) -> Item {
    let mut item = question();
    item.state = state;
    if matches!(
        state,
        State::ProbablyAnswered | State::Answered | State::Closed
    ) {
        item.settled = Some(Settled {
            at: item.received_at,
            by: None,
            evidence: Evidence::without_mail(EvidenceKind::Sent, None),
            how: None,
        });
    }
    item
}

fn erased(mut item: Item) -> Item {
    item.erased = Some(Erased {
        at: item.since,
        decision: "KS 2026/1".to_owned(),
    });
    item
}

fn mailed(mut item: Item) -> Item {
    for effect in [Effect::Notice, Effect::Letter] {
        let done = Done::queued(item.since, vec!["citizen".to_owned()]);
        item.done.insert(effect, done);
    }
    item
}

/// The letters of the states that a fact may follow.
fn legal(fact: &Fact, change: impl Fn(Item) -> Item) -> String {
    let may_follow = |state: &State| {
        let mut item = change(in_state(*state));
        let event = Event {
            at: item.since + chrono::Duration::days(1_000),
            by: SYSTEM.to_owned(),
            fact: fact.clone(),
        };
        item.apply(&event).is_ok()
    };
    let letters = State::ALL.iter().zip("OPANCXH".chars());
    let legal: String = letters
        .filter(|(state, _)| may_follow(state))
        .map(|(_, letter)| letter)
        .collect();
    if legal.is_empty() {
        "-".to_owned()
    } else {
        legal
    }
}

#[test]
fn a_fact_follows_where_the_table_says_so() {
    let facts = SAMPLES
        .lines()
        .map(|line| serde_json::from_str::<Fact>(line).expect("a fact"));
    let mut table: Vec<String> = facts
        .map(|fact| {
            let (plain, gone, after_mail) = (
                legal(&fact, |item| item),
                legal(&fact, erased),
                legal(&fact, mailed),
            );
            format!("{} {plain} {gone} {after_mail}", fact.name())
        })
        .collect();
    table.sort();
    table.dedup();
    let told: Vec<&str> = TABLE.split_whitespace().collect();
    let told: Vec<String> = told.chunks(4).map(|row| row.join(" ")).collect();
    assert_eq!(table.join("\n"), told.join("\n"));
}

#[test]
fn a_flag_a_note_or_a_notice_decides_the_rest() {
    let follows = |item: &Item, fact: Fact| {
        let event = Event {
            at: item.since,
            by: SYSTEM.to_owned(),
            fact,
        };
        item.clone().apply(&event).is_ok()
    };
    let with = |flag| {
        let mut item = in_state(State::Closed);
        item.flags.insert(flag);
        item
    };
    let held = |note: Option<&str>| Fact::Held {
        note: note.map(str::to_owned),
    };
    let on_hold = with(Flag::OnHold);
    assert!(!follows(&on_hold, held(None)) && follows(&on_hold, held(Some("överklagat"))));
    assert!(follows(&on_hold, Fact::Released));
    assert!(!follows(&in_state(State::Closed), Fact::Released));

    let closed = |note: Option<&str>| Fact::Closed {
        at: question().received_at,
        how: crate::domain::how::How::Phone,
        note: note.map(str::to_owned),
        evidence: Evidence::without_mail(EvidenceKind::Cli, None),
        self_reported: false,
    };
    let lacks_note = with(Flag::NoteMissing);
    assert!(follows(&lacks_note, closed(Some("ringde"))) && !follows(&lacks_note, closed(None)));
    assert!(!follows(&in_state(State::Closed), closed(Some("ringde"))));

    let mut barred = in_state(State::Open);
    barred.no_notice = true;
    assert!(!follows(&barred, Fact::NoticeBarred { note: None }));
    let mut covered = in_state(State::Open);
    assert!(!follows(&covered, Fact::Uncovered));
    covered.covered_by = Some(covered.id);
    assert!(follows(&covered, Fact::Uncovered));
}

#[test]
fn only_what_was_moved_in_came_long_after_it_was_asked() {
    let minutes = chrono::Duration::minutes;
    for (asked, moved_in) in [
        (None, false),
        (Some(-minutes(60)), true),
        (Some(CLOCK_SLACK), true),
        (Some(CLOCK_SLACK + minutes(1)), false),
    ] {
        let mut item = question();
        item.asked_at = asked.map(|later| item.received_at + later);
        assert_eq!(item.was_moved_in(), moved_in, "{asked:?}");
    }
}
