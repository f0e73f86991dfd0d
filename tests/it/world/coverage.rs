//! The proof of coverage: a message that the register has not read is found, logged and reported; a
//! change meanwhile is not a loss; odd servers are compared as far as they let themselves be. And
//! blind periods, across restarts.

use super::script::perform;
use super::town::{MAILBOX, Town};
use chrono::{DateTime, Utc};
use servicelofte::domain::blind::{Blind, Cause, Sight};
use servicelofte::domain::coverage::{Comparison, Method};
use servicelofte::store::folders::Cursor;

const MORNING: &str = "on-disk\nstart 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                       mail id=b from=bo@example.com\nmail id=c from=cia@example.com";

/// Lives through a script; then `then` happens.
fn town(script: &str, then: impl AsyncFnOnce(&mut Town)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        play(&mut town, script).await;
        then(&mut town).await;
        super::invariants::check(&mut town).await.unwrap();
    });
}

async fn play(town: &mut Town, script: &str) {
    for line in script.lines() {
        perform(town, line.trim()).await.unwrap();
    }
}

/// The last comparison of the inbox: how, on the server, unread, found, missing.
async fn last(town: &Town) -> (Method, u32, u32, u32, u32) {
    let last = town
        .ask(|engine| {
            engine
                .db()
                .last_comparison(MAILBOX, "INBOX")
                .unwrap()
                .unwrap()
        })
        .await;
    (
        last.method,
        last.on_server,
        last.unread,
        last.found,
        last.missing,
    )
}

/// The register's file, as only its owner opens it.
fn file(town: &Town) -> rusqlite::Connection {
    rusqlite::Connection::open(town.register().unwrap()).unwrap()
}

/// What the log says of the service itself.
fn notes(town: &Town) -> String {
    let file = file(town);
    let mut statement = file
        .prepare("SELECT detail FROM log WHERE item IS NULL")
        .unwrap();
    statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn a_message_that_a_cursor_jumped_over_is_found_the_next_night_with_its_true_arrival() {
    town(MORNING, async |town| {
        let cursor = Cursor {
            uid_validity: 1,
            uid_next: 4,
            present: 3,
            modseq: Some(4),
        };
        town.ask(move |engine| engine.advance(MAILBOX, "INBOX", &cursor).unwrap())
            .await;
        play(town, "at 2026-11-19 12:00").await;
        assert_eq!(
            town.items().await.len(),
            0,
            "nothing is new, as far as the cursor can tell"
        );
        // The folder had been compared while it was empty; now it is night.
        play(town, "at 2026-11-20 04:00").await;
        assert_eq!(town.items().await.len(), 3);
        let arrival = town.instant("2026-11-19 09:12").unwrap();
        assert!(
            town.items()
                .await
                .iter()
                .all(|item| item.received_at == arrival)
        );
        assert_eq!(last(town).await, (Method::Uids, 3, 3, 3, 0));
        let told = notes(town);
        assert!(
            told.contains("3 were in no item and are logged now"),
            "{told}"
        );
        // And the next night there is nothing left to find.
        play(town, "at 2026-11-21 04:00").await;
        assert_eq!(last(town).await, (Method::Unchanged, 3, 0, 0, 0));
    });
}

/// The server was restored with the same UIDVALIDITY, and has given as many UIDs since as before.
#[test]
fn uids_that_went_back_and_came_as_far_as_before_hide_no_message_until_the_night() {
    let script = format!("{MORNING}\nat 2026-11-19 11:00\ndelete a\nat 2026-11-19 14:00");
    town(&script, async |town| {
        play(town, "mail id=d from=dan@example.com").await;
        assert!(town.post.state().drawer("INBOX").counts_anew());
        play(town, "at 2026-11-19 16:00").await;
        assert_eq!(town.items().await.len(), 4);
        // One that counts as it pleases is not read time and again.
        let often = town.ask(|engine| {
            let day = "2026-11-21T10:20:00Z".parse().unwrap();
            let hour = day + chrono::Duration::hours(1);
            [day, hour].map(|at| engine.is_read_for_its_count(MAILBOX, "INBOX", at))
        });
        assert_eq!(often.await, [true, false]);
    });
}

#[test]
fn a_message_that_the_server_leaves_out_is_missing_until_it_hands_it_out() {
    town("start 2026-11-16 08:00", async |town| {
        town.post.state().listing.omitted = Some("b@example.com".to_owned());
        play(
            town,
            &MORNING.replace("on-disk\nstart 2026-11-16 08:00\n", ""),
        )
        .await;
        play(town, "at 2026-11-20 03:30").await;
        assert_eq!(town.items().await.len(), 2);
        assert_eq!(last(town).await, (Method::Uids, 3, 1, 0, 1));
        town.post.state().listing.omitted = None;
        // Not a day later: what differs is looked at again soon.
        play(town, "at 2026-11-20 05:30").await;
        assert_eq!(town.items().await.len(), 3);
        let row = town.ask(|engine| {
            engine
                .db()
                .comparisons(DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC)
                .unwrap()
        });
        let found: Vec<Comparison> = row.await.into_iter().filter(|row| row.found > 0).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].unread, found[0].found, found[0].missing),
            (1, 1, 0)
        );
    });
}

#[test]
fn what_leaves_while_it_is_looked_for_is_no_loss() {
    let script = format!("{MORNING}\nat 2026-11-19 12:00");
    town(&script, async |town| {
        file(town).execute_batch("DELETE FROM span").unwrap();
        town.post.state().listing.vanishes = Some("b@example.com".to_owned());
        play(town, "at 2026-11-20 03:30").await;
        assert_eq!(last(town).await, (Method::Uids, 3, 3, 0, 0));
        assert_eq!(town.items().await.len(), 3);
        assert!(!notes(town).contains("in no item"));
    });
}

/// In the first night, or when the headers of the items that wait are known from the night before.
#[test]
fn a_register_that_lost_items_is_found_out_by_their_headers() {
    for (lost, night) in [
        ("2026-11-19 12:00", "2026-11-20 03:30"),
        ("2026-11-20 12:00", "2026-11-21 03:30"),
    ] {
        town(&format!("{MORNING}\nat {lost}"), async |town| {
            let before = received(town).await;
            let all = "PRAGMA foreign_keys = 0; DROP TRIGGER log_keeps_all; DELETE FROM clue; DELETE FROM copy;
                       DELETE FROM item; DELETE FROM log; DELETE FROM message;";
            file(town).execute_batch(all).unwrap();
            play(town, &format!("at {night}")).await;
            assert_eq!(received(town).await, before);
            let (_, _, unread, found, missing) = last(town).await;
            assert_eq!(
                (unread, found, missing),
                (0, 3, 0),
                "the UIDs had been read, the headers are in no item"
            );
        });
    }
}

/// When each item arrived.
async fn received(town: &Town) -> Vec<DateTime<Utc>> {
    let items = town.items().await;
    items.iter().map(|item| item.received_at).collect()
}

/// A delivery report is looked into when it comes; night after night it is only recognised.
#[test]
fn of_what_is_settled_no_part_is_asked_for_again() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  at 2026-11-23 14:00\nbounce of={SL-2026-00001/notice} failed=anna@example.com\n\
                  at 2026-11-23 15:00";
    town(script, async |town| {
        let peeked = town.post.state().peeked.clone();
        assert_eq!(peeked.len(), 1);
        play(town, "at 2026-11-26 04:00").await;
        assert_eq!(town.post.state().peeked, peeked);
        assert_eq!(last(town).await.0, Method::Unchanged);
    });
}

#[test]
fn a_server_that_lists_less_than_it_counts_is_compared_by_counts_and_that_is_said() {
    for refuses in [false, true] {
        town("start 2026-11-16 08:00", async |town| {
            town.post.state().listing.at_most = Some(1);
            town.post.state().listing.refuses = refuses;
            play(
                town,
                &MORNING.replace("on-disk\nstart 2026-11-16 08:00\n", ""),
            )
            .await;
            play(town, "at 2026-11-20 03:30").await;
            assert_eq!(last(town).await, (Method::Counts, 3, 0, 0, 0));
            // One more than was read: even so it is found.
            let arrived = Cursor {
                uid_validity: 1,
                uid_next: 5,
                present: 4,
                modseq: Some(5),
            };
            play(town, "mail id=d from=doris@example.com").await;
            town.ask(move |engine| engine.advance(MAILBOX, "INBOX", &arrived).unwrap())
                .await;
            play(town, "at 2026-11-21 03:30").await;
            assert_eq!(last(town).await, (Method::Counts, 4, 1, 1, 0));
        });
    }
}

#[test]
fn a_folder_that_was_not_touched_costs_two_commands_and_one_that_was_three() {
    let script = format!("{MORNING}\nat 2026-11-20 02:59");
    town(&script, async |town| {
        town.clock.set(town.instant("2026-11-20 03:01").unwrap());
        let seen = reconcile(town, "INBOX").await;
        assert_eq!(
            seen,
            ["examine", "uids", "fetch"],
            "three messages came since"
        );
        town.clock.set(town.instant("2026-11-21 03:01").unwrap());
        assert_eq!(
            reconcile(town, "INBOX").await,
            ["examine", "fetch"],
            "nothing has changed since"
        );
        town.clock.set(town.instant("2026-11-21 04:01").unwrap());
        assert!(reconcile(town, "INBOX").await.is_empty(), "once a day");
    });
}

/// The commands that comparing one folder costs now.
async fn reconcile(town: &mut Town, folder: &str) -> Vec<&'static str> {
    town.post.state().listing.commands.clear();
    town.reconcile(&[folder]).await;
    town.post.state().listing.commands.clone()
}

#[test]
fn a_scanner_that_is_configured_later_makes_no_second_item_of_what_was_read() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=ny-skanner@example.se subject=Skannat\n\
                  at 2026-11-19 12:00";
    town(script, async |town| {
        play(
            town,
            "pledge letter match = { from = [\"ny-skanner@example.se\"] }\nrestart\nat 2026-11-20 03:30\n\
             at 2026-11-21 03:30",
        )
        .await;
        assert_eq!(town.items().await.len(), 1);
        super::invariants::nothing_was_missed(town).await.unwrap();
    });
}

/// Every blind period: from, until (both `dd HH:MM`), sight, cause, and how many decisions waited.
async fn blind(town: &Town) -> Vec<(String, String, Sight, Cause, u32)> {
    let rows: Vec<Blind> = town
        .ask(|engine| {
            engine
                .db()
                .blind_periods(DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC)
                .unwrap()
        })
        .await;
    let config = town.config();
    let local = |at| config.calendar.local(at).format("%d %H:%M").to_string();
    rows.into_iter()
        .map(|row| {
            (
                local(row.from),
                local(row.until),
                row.sight,
                row.cause,
                row.late,
            )
        })
        .collect()
}

fn period(
    from: &str,
    until: &str,
    sight: Sight,
    cause: Cause,
    late: u32,
) -> (String, String, Sight, Cause, u32) {
    (from.to_owned(), until.to_owned(), sight, cause, late)
}

#[test]
fn blind_periods_are_facts_with_their_causes_and_the_decisions_that_waited() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  at 2026-11-23 07:30\nimap down\nat 2026-11-23 10:00\nimap up\nat 2026-11-23 11:00";
    town(script, async |town| {
        // The reminder was due at eight.
        let first = period(
            "23 07:00",
            "23 10:00",
            Sight::Arrivals,
            Cause::Unreachable,
            1,
        );
        assert_eq!(blind(town).await, std::slice::from_ref(&first));
        // A process that was down: its last good reading was written down.
        play(town, "jump 2026-11-24 06:00\nrestart\nat 2026-11-24 06:30").await;
        let second = period(
            "23 10:30",
            "24 06:00",
            Sight::Arrivals,
            Cause::NotRunning,
            1,
        );
        assert_eq!(blind(town).await, [first.clone(), second.clone()]);
        // A machine that slept.
        play(
            town,
            "at 2026-11-24 06:30\njump 2026-11-24 12:00\nat 2026-11-24 12:30",
        )
        .await;
        let third = period("24 06:00", "24 12:00", Sight::Arrivals, Cause::Asleep, 1);
        assert_eq!(blind(town).await, [first, second, third]);
    });
}

#[test]
fn sent_alone_that_cannot_be_read_is_a_period_of_its_own() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:00",
        async |town| {
            town.post.state().forbidden = Some("Skickat".to_owned());
            play(town, "at 2026-11-19 12:00").await;
            town.post.state().forbidden = None;
            play(town, "at 2026-11-19 13:00").await;
            let found = blind(town).await;
            assert_eq!(
                found,
                [period(
                    "19 08:30",
                    "19 12:00",
                    Sight::Answers,
                    Cause::Folder,
                    0
                )]
            );
        },
    );
}
