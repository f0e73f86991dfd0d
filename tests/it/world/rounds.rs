//! A round job by job: what one failure keeps from going on, what it means for the operator, and
//! when the next follows.

use super::edges::{play, town};
use super::operator::Operator;
use super::post::Post;
use super::script::perform;
use super::town::{MAILBOX, Town};
use servicelofte::domain::event::{Event, Fact};
use servicelofte::drivers::Interrupted;
use servicelofte::ports::MailboxError;
use servicelofte::rounds::health::{Note, Subject};
use servicelofte::rounds::judge::{Pause, faults, judge};
use servicelofte::rounds::{Round, Rounds};

const MORNING: &str =
    "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com";

/// Lives through the morning; then one round with `mailbox`, without a transport.
fn round(then: impl FnOnce(&mut Post), mailbox: Option<MailboxError>) -> (Town, Round) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        for line in MORNING.lines() {
            perform(&mut town, line).await.unwrap();
        }
        then(&mut town.post);
        let (engine, config) = (town.engine.clone().unwrap(), town.config());
        let clocks = town.clocks();
        let rounds = Rounds {
            engine: &engine,
            settings: &config.mailboxes[0],
            clock: &clocks,
            at_any_time: false,
            progress: &|_| {},
            decided: &|| {},
        };
        let open = mailbox.map_or(Ok(&mut town.post), Err);
        let round = rounds.round(open, None::<&mut Post>).await;
        (town, round)
    })
}

fn subjects(notes: &[Note]) -> Vec<Subject> {
    let failing = notes.iter().filter_map(|note| match note {
        Note::Fails(subject, _) | Note::Happened(subject, _) => Some(subject.clone()),
        Note::Works(_) => None,
    });
    failing.collect()
}

#[test]
fn without_a_transport_all_but_the_sending_is_done() {
    let (town, round) = round(|_| {}, None);
    assert_eq!(round.errors().count(), 0);
    assert!(
        round.read.is_ok()
            && round.sent.is_none()
            && round.copies.is_some()
            && round.compared.is_some()
    );
    assert!(round.decided.as_ref().unwrap().settled);
    let judgement = judge(&round, &town.config().mailboxes[0], 3);
    assert_eq!(
        (judgement.pause, subjects(&judgement.notes)),
        (Pause::News, vec![])
    );
}

/// No connection: the mailbox's jobs wait, known items are decided.
#[test]
fn each_way_to_have_no_connection_has_its_pause() {
    let name = || Subject::Polling(MAILBOX.to_owned());
    for (error, failures, silent, least) in [
        (MailboxError::Lost("gone".to_owned()), 0, false, Some(5)),
        (MailboxError::Login("no".to_owned()), 0, false, Some(300)),
        (MailboxError::Expired("token".to_owned()), 0, true, None),
        (MailboxError::Expired("token".to_owned()), 1, false, Some(5)),
    ] {
        let (town, round) = round(|_| {}, Some(error.clone()));
        assert!(
            round.doubts.is_none()
                && round.copies.is_none()
                && round.compared.is_none()
                && round.erased.is_none()
        );
        assert!(round.decided.is_ok());
        assert_eq!(faults(&round), [error.to_string()]);
        let judgement = judge(&round, &town.config().mailboxes[0], failures);
        assert_eq!(
            subjects(&judgement.notes),
            if silent { vec![] } else { vec![name()] },
            "{error}"
        );
        match (judgement.pause, least) {
            (Pause::AtOnce, None) => {}
            (Pause::For(rest), Some(least)) => {
                assert!(rest.as_secs() >= least, "{error}: {rest:?}");
            }
            other => panic!("{error}: {other:?}"),
        }
    }
}

/// A failure in a round that was read, and the operator's alarm.
#[test]
fn a_mailbox_that_was_read_is_not_called_unreadable() {
    let (town, mut round) = round(|_| {}, None);
    let settings = &town.config().mailboxes[0];
    let lost = || {
        Interrupted::Mailbox(MailboxError::Lost(
            "searching: the connection is gone".to_owned(),
        ))
    };
    round.doubts = Some(Err(lost()));
    (round.copies, round.compared) = (None, None);
    let judgement = judge(&round, settings, 0);
    assert_eq!(
        subjects(&judgement.notes),
        [Subject::Unfinished(MAILBOX.to_owned())]
    );
    assert!(
        judgement
            .notes
            .contains(&Note::Works(Subject::Polling(MAILBOX.to_owned())))
    );
    assert!(
        !judgement
            .notes
            .contains(&Note::Works(Subject::Unfinished(MAILBOX.to_owned())))
    );
    assert!(
        matches!(judgement.pause, Pause::For(_)),
        "the connection is gone"
    );
    round.doubts = Some(Err(Interrupted::Stopped(
        servicelofte::engine::handle::Stopped,
    )));
    assert_eq!(judge(&round, settings, 0).pause, Pause::End);
}

#[test]
fn the_operator_hears_of_an_outage_once_and_of_its_end() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        for line in
            format!("{MORNING}\nimap down\nat 2026-11-19 13:00\nimap up\nat 2026-11-19 14:00")
                .lines()
        {
            perform(&mut town, line).await.unwrap();
        }
        let Operator { told, .. } = &town.operator;
        let told: Vec<(String, bool)> = told
            .iter()
            .map(|(_, telling)| (telling.trouble.matter().0, telling.recovered.is_some()))
            .collect();
        assert_eq!(
            told,
            [("polling".to_owned(), false), ("polling".to_owned(), true)]
        );
    });
}

/// It grew stale while no server took it, and the mailbox could not be read either: it is taken back
/// once, and written again as soon as there is a view to write it on.
#[test]
fn on_an_old_view_no_mail_is_written_to_be_taken_back() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  at 2026-11-23 07:30\nsmtp down\nat 2026-11-23 08:30\nimap down\nat 2026-11-24 11:00";
    town(script, async |town| {
        let id = town.items().await[0].id;
        let history = town.ask(move |engine| engine.db().history(id).unwrap());
        let is_taken_back = |event: &&Event| matches!(event.fact, Fact::Withdrawn { .. });
        let taken_back = history.await.iter().filter(is_taken_back).count();
        assert_eq!(taken_back, 1);
        assert!(town.post.state().accepted.is_empty());
        play(town, "smtp up\nimap up\nat 2026-11-24 13:00").await;
        assert!(!town.post.state().accepted.is_empty());
    });
}
