//! Cases that no script can express: many of a kind, steps that broke off, folders that cannot be
//! read, two mailboxes.

use super::boards::{INBOX, SENT, TwoBoards};
use super::script::perform;
use super::town::{MAILBOX, Town};
use super::trouble::Strike;
use servicelofte::config::Language;
use servicelofte::domain::event::{Flag, How};
use servicelofte::domain::folders::Role;
use servicelofte::domain::item::{Item, State};
use servicelofte::engine::Engine;
use servicelofte::mail::texts::Texts;
use servicelofte::ports::MailboxError;
use servicelofte::store::items::Filter;
use servicelofte::store::{Access, Disk, Store};

/// Lives through a script; then `then` happens.
pub fn town(script: &str, then: impl AsyncFnOnce(&mut Town)) {
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

pub async fn play(town: &mut Town, script: &str) {
    for line in script.lines() {
        perform(town, line.trim()).await.unwrap();
    }
}

fn mails(town: &Town) -> usize {
    town.post.state().accepted.len()
}

#[test]
fn hundreds_of_covered_questions_go_on_when_the_first_is_settled() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nat 2026-11-23 14:00",
        async |town| {
            for number in 0..250 {
                play(
                    town,
                    &format!("mail id=b{number} from=anna@example.com in-reply-to=a"),
                )
                .await;
            }
            play(town, "at 2026-11-23 15:00").await;
            let covered = town
                .items()
                .await
                .into_iter()
                .filter(|item| item.covered_by.is_some())
                .count();
            assert_eq!(covered, 250);
            play(town, "close SL-2026-00001 phone").await;
            let items = town.items().await;
            let (live, settled): (Vec<&Item>, Vec<&Item>) =
                items.iter().partition(|item| item.state.is_live());
            assert_eq!((live.len(), settled.len()), (250, 1));
            assert!(live.iter().all(|item| item.covered_by.is_none()));
        },
    );
}

#[test]
fn a_mail_whose_attempt_was_never_written_down_is_sent_all_the_same() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nsmtp down\n\
                  at 2026-11-23 09:00\njump 2026-11-23 09:40\nsmtp up";
    town(script, async |town| {
        let now = town.now();
        let job = town
            .ask(move |engine| engine.next_job(MAILBOX, now).unwrap())
            .await;
        assert!(job.is_some(), "the reminder waits");
        assert_eq!(mails(town), 0);
        // The disk is full: what became of the job cannot be written. Later it can.
        town.tick().await;
        assert_eq!(mails(town), 1);
    });
}

/// What lay there before the go-ahead is not searched; a folder that was renumbered since is
/// searched from its beginning.
#[test]
fn a_doubt_is_searched_from_where_the_folders_ended() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  mail id=b from=bo@example.com\nat 2026-11-23 12:59\nsmtp drop 2\nat 2026-11-23 13:00:30\ntick\n\
                  renumber Skräppost";
    town(script, async |town| {
        town.post.state().searched.clear();
        play(town, "tick").await;
        let searched = town.post.state().searched.clone();
        for (folder, from) in [("INBOX", 3), ("Skräppost", 1)] {
            let found: Vec<u32> = searched
                .iter()
                .filter(|(name, _)| name == folder)
                .map(|(_, from)| *from)
                .collect();
            assert_eq!(found, [from, from], "{folder}: {searched:?}");
        }
    });
}

/// A server that tells of several folders at once told of Sent before the question and its answer
/// came: Sent is asked about again when the reading has brought anything.
#[test]
fn an_answer_that_comes_during_the_reading_is_seen_with_its_question() {
    let script = "kinds\nstart 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  at 2026-11-19 15:20";
    town(script, async |town| {
        let mail = |from: &str, to: &str, more: &str| {
            format!(
                "From: {from}\r\nTo: {to}\r\nDate: Thu, 19 Nov 2026 15:30:00 +0100\r\n\
                 Subject: Begäran om allmän handling\r\n{more}\r\n"
            )
        };
        let (bo, we) = ("bo@example.com", "kf@example.se");
        let question = mail(bo, we, "Message-ID: <q@example.com>\r\n");
        let answer = mail(
            we,
            bo,
            "Message-ID: <s@example.se>\r\nIn-Reply-To: <q@example.com>\r\n",
        );
        town.post.state().foretold = Some(std::collections::BTreeMap::new());
        play(town, "tick").await;
        town.post.state().meanwhile = vec![(INBOX.0, question), (SENT.0, answer)];
        play(town, "at 2026-11-19 15:31").await;
        assert!(town.post.state().meanwhile.is_empty());
        let asked: Vec<Item> = town.items().await;
        let records = asked
            .iter()
            .find(|item| item.pledge.as_deref() == Some("records"));
        assert_eq!(records.expect("a question").state, State::Answered);
        play(town, "at 2026-11-19 16:00").await;
        let state = town.post.state();
        let told = state.accepted.iter();
        let to_bo = told.filter(|mail| mail.envelope.to.iter().any(|to| to == bo));
        assert_eq!(to_bo.count(), 0, "a notice after the answer");
    });
}

/// Our clock is hours behind the server's. An answer from before a question does not settle it, and
/// one from after it does: the server's times are compared, not when either was first seen.
#[test]
fn by_a_clock_that_is_behind_a_question_is_later_than_the_answer_before_it() {
    let mut boards = TwoBoards::new();
    let began = boards.now;
    let minutes = |minutes| began + chrono::Duration::minutes(minutes);
    let mail = |from: &str, to: &str, subject: &str, id: &str, points: &str| {
        format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}@x>\r\n\
             In-Reply-To: <{points}@x>"
        )
    };
    let (anna, we) = ("anna@example.com", "kommunfullmaktige@example.se");
    for (folder, at, mail) in [
        (INBOX, 300, mail(anna, we, "Fråga", "a", "none")),
        (SENT, 360, mail(we, anna, "SV: Fråga", "s", "a")),
        (INBOX, 365, mail(anna, we, "Bygglov", "b", "s")),
        (INBOX, 366, mail(anna, we, "SV: Fråga", "c", "s")),
    ] {
        boards.read_late("kf", folder, minutes(at), &mail);
    }
    let states: Vec<State> = boards.items().iter().map(|item| item.state).collect();
    assert_eq!(states, [State::Answered, State::Open, State::NoQuestion]);
    let later = mail(we, anna, "SV: Bygglov", "t", "b");
    boards.read_late("kf", SENT, minutes(400), &later);
    assert_eq!(boards.items()[1].state, State::Answered);
}

/// The server was slow to give its go-ahead, and the answer was read meanwhile: the last look is
/// then.
#[test]
fn what_was_answered_before_the_go_ahead_does_not_leave() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nsmtp down\n\
                  at 2026-11-23 14:00\njump 2026-11-23 14:40";
    town(script, async |town| {
        let now = town.now();
        let id = town
            .ask(move |engine| {
                let row = engine
                    .db()
                    .next_queued(MAILBOX, now, Some(now))
                    .unwrap()
                    .expect("the notice waits");
                engine
                    .store()
                    .write(|db| db.count_attempt(row.id, now))
                    .unwrap();
                row.id
            })
            .await;
        play(town, "close SL-2026-00001 phone").await;
        assert!(
            !town
                .ask(move |engine| engine.committing(id, now).unwrap())
                .await
        );
        play(town, "smtp up\nat 2026-11-23 16:00").await;
        assert_eq!(mails(town), 0);
    });
}

/// The answer came, and could not be written down: the process knows it, and writes it as soon as
/// it can.
#[test]
fn an_end_that_could_not_be_written_down_is_not_forgotten() {
    let script = "on-disk\nsmtp own_copy = false\nstart 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\n\
                  smtp down\nat 2026-11-23 14:00\njump 2026-11-23 14:40";
    town(script, async |town| {
        let now = town.now();
        let disk = rusqlite::Connection::open(town.register().unwrap()).unwrap();
        town.ask(move |engine| {
            let waiting = engine.db().next_queued(MAILBOX, now, Some(now)).unwrap().expect("the notice waits").id;
            engine.store().write(|db| db.count_attempt(waiting, now)).unwrap();
            assert!(engine.committing(waiting, now).unwrap());
            let full = "CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN SELECT raise(ABORT, 'full'); END";
            disk.execute_batch(full).unwrap();
            let accepted = servicelofte::ports::Delivered::Accepted("250".to_owned());
            assert!(engine.delivered(waiting, &accepted, now).is_err());
            assert!(engine.doubtful(MAILBOX).is_err(), "nothing is concluded while it cannot be written");
            disk.execute_batch("DROP TRIGGER full").unwrap();
            assert_eq!(engine.doubtful(MAILBOX).unwrap(), []);
        })
        .await;
        play(town, "at 2026-11-23 15:30").await;
        assert_eq!(mails(town), 0);
        let items = town.items().await;
        assert!(items[0].noticed_at().is_some(), "{:?}", items[0].done);
    });
}

#[test]
fn without_sent_everything_is_logged_and_nothing_decided() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com",
        async |town| {
            let sent = town.post.state().drawers.remove("Skickat").unwrap();
            play(
                town,
                "at 2026-11-24 10:00\nmail id=b from=bo@example.com\nat 2026-11-24 10:30",
            )
            .await;
            assert_eq!((town.items().await.len(), mails(town)), (2, 0));
            town.post.state().drawers.insert("Skickat".to_owned(), sent);
            play(town, "at 2026-11-24 11:00").await;
            assert!(mails(town) > 0, "decided on a whole view");
        },
    );
}

#[test]
fn a_folder_that_may_not_be_opened_keeps_no_other_from_being_read() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com",
        async |town| {
            play(town, "at 2026-11-23 07:40").await;
            town.post.state().forbidden = Some("INBOX/Bygglov".to_owned());
            play(town, "mail id=b from=bo@example.com\nat 2026-11-23 08:20").await;
            assert_eq!(
                (town.items().await.len(), mails(town)),
                (2, 0),
                "logged; no view to decide by"
            );
            play(town, "at 2026-11-23 09:10").await;
            assert!(
                mails(town) > 0,
                "after an hour it goes on without the folder"
            );
        },
    );
    // Where something waits for an answer, its answer may lie: that folder is waited for.
    let waits = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com folder=INBOX/Bygglov";
    town(waits, async |town| {
        play(town, "at 2026-11-23 07:30").await;
        town.post.state().forbidden = Some("INBOX/Bygglov".to_owned());
        play(town, "at 2026-11-23 10:00").await;
        assert_eq!(mails(town), 0);
        town.post.state().forbidden = None;
        play(town, "at 2026-11-23 11:00").await;
        assert!(mails(town) > 0);
    });
    // One that was never open keeps nothing waiting.
    town("operator\nstart 2026-11-16 08:00", async |town| {
        town.post.state().add_folders(&["INBOX/Stängd"]);
        town.post.state().forbidden = Some("INBOX/Stängd".to_owned());
        play(
            town,
            "at 2026-11-19 09:12\nmail id=a from=anna@example.com\nat 2026-11-23 08:40",
        )
        .await;
        assert!(mails(town) > 0);
    });
}

#[test]
fn a_folder_that_is_first_read_later_brings_no_flood_of_late_questions() {
    town(
        "start 2026-10-01 08:00\nat 2026-11-19 09:12",
        async |town| {
            town.post.state().add_folders(&["Bygglov"]);
            let mails = "mail id=old from=anna@example.com folder=Bygglov arrived=\"2026-11-11 16:00\"\n\
                     mail id=new from=bo@example.com folder=Bygglov arrived=\"2026-11-12 09:00\"";
            play(town, mails).await;
            play(
                town,
                "at 2026-11-19 10:00\nmail id=now from=cia@example.com folder=Bygglov",
            )
            .await;
            play(town, "at 2026-11-19 11:00").await;
            let states: Vec<&str> = town
                .items()
                .await
                .iter()
                .map(|item| item.state.as_str())
                .collect();
            assert_eq!(
                states,
                ["history", "open", "open"],
                "five working days back, and all that comes later"
            );
        },
    );
}

#[test]
fn what_vanished_is_known_though_another_folder_failed_meanwhile() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com",
        async |town| {
            play(town, "at 2026-11-19 10:00\ndelete a").await;
            town.post.state().forbidden = Some("Skickat".to_owned());
            play(town, "at 2026-11-19 11:00").await;
            town.post.state().forbidden = None;
            play(town, "at 2026-11-19 12:00").await;
            let items = town.items().await;
            assert!(items[0].flags.contains(&Flag::Gone), "{:?}", items[0].flags);
        },
    );
}

/// A server that is busy refuses once; what is not seen then is never asked for again.
#[test]
fn one_refusal_hides_neither_the_documents_of_a_scan_nor_the_words_of_staff() {
    let scan = "mail id=s from=skanner@example.se subject=\"Ink 2026-11-23\" date=none \
                header=\"Content-Type: multipart/mixed; boundary=b\" body=\"--b\\nContent-Type: application/pdf\\n\\nx\\n\
                --b\\nContent-Type: application/pdf\\n\\ny\\n--b--\"";
    let word = "mail id=r from=registrator@example.se subject=\"SV: Svara\" in-reply-to={SL-2026-00001/reminder} body=\"KLAR TELEFON\"";
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nat 2026-11-23 09:12";
    let mut refused = 0;
    for calls in 0..12 {
        town(script, async |town| {
            let strike = Strike::Before(MailboxError::Refused("NO busy".to_owned()));
            town.post.state().troubles.planned = Some((calls, strike));
            play(town, &format!("{scan}\n{word}\nat 2026-11-23 11:00")).await;
            refused += town.post.state().troubles.struck;
            let items = town.items().await;
            let is_closed = items[0].state == State::Closed;
            let is_several = items.iter().any(|item| item.flags.contains(&Flag::Several));
            assert_eq!((is_closed, is_several), (true, true), "{calls}: {items:?}");
        });
    }
    assert_eq!(refused, 12);
}

#[test]
fn marks_of_answers_without_any_answer_in_sent_are_suspicious() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12",
        async |town| {
            let suspicion = async |town: &Town| {
                town.ask(|engine| engine.sent_seems_empty(MAILBOX).unwrap())
                    .await
            };
            for number in 0..5 {
                assert_eq!(suspicion(town).await, None);
                play(
                    town,
                    &format!("mail id=m{number} from=anna{number}@example.com answered\ntick"),
                )
                .await;
            }
            assert_eq!(suspicion(town).await, Some(5));
            play(
                town,
                "mail id=b from=bo@example.com\nanswer id=b2 to=bo@example.com in-reply-to=b\ntick",
            )
            .await;
            assert_eq!(suspicion(town).await, None);
        },
    );
}

#[test]
fn items_of_a_mailbox_that_was_renamed_are_told() {
    town(
        "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\ntick",
        async |town| {
            let orphans = |configured: &'static str| {
                town.ask(move |engine| engine.db().orphans(&[configured]).unwrap())
            };
            assert_eq!(orphans(MAILBOX).await, []);
            assert_eq!(
                orphans("kommunfullmaktige").await,
                [(MAILBOX.to_owned(), 1)]
            );
        },
    );
}

#[test]
fn another_boards_mailbox_in_the_same_register_gives_neither_conversation_nor_handler() {
    let mut boards = TwoBoards::new();
    let subject = "Subject: SV: Fråga [SL-2026-00001]";
    let question =
        "From: anna@example.com\r\nTo: kommunfullmaktige@example.se\r\nMessage-ID: <a@x>";
    boards.read("kf", INBOX, &format!("{question}\r\n{subject}"));
    let answer = "From: kommunfullmaktige@example.se\r\nTo: bo@example.com\r\nMessage-ID: <s@x>\r\nIn-Reply-To: <a@x>";
    boards.read("kf", SENT, &format!("{answer}\r\n{subject}"));
    let more =
        "From: anna@example.com\r\nTo: sn@example.se\r\nMessage-ID: <b@x>\r\nIn-Reply-To: <s@x>";
    boards.read("sn", INBOX, &format!("{more}\r\n{subject}"));
    let items = boards.items();
    assert_eq!(
        (items[1].mailbox.as_str(), items[1].handler.as_deref()),
        ("sn", Some("kanslist"))
    );
    assert_eq!(
        (items[1].conversation, items[1].covered_by),
        (items[1].id, None)
    );
    assert!(items[1].flags.is_empty(), "{:?}", items[1].flags);
}

/// P22: a mail to the citizen settles the same message in both mailboxes, in either order of
/// reading.
#[test]
fn one_answer_settles_both_twins() {
    let question = "From: anna@example.com\r\nTo: kommunfullmaktige@example.se, sn@example.se\r\nSubject: Fråga\r\nMessage-ID: <a@x>";
    let another = question.replace("Subject: Fråga", "Subject: Annat");
    let answer = |to: &str| {
        format!(
            "From: sn@example.se\r\nTo: {to}\r\nSubject: SV: Fråga\r\nMessage-ID: <s@x>\r\nIn-Reply-To: <a@x>"
        )
    };
    let check = |steps: &[(&str, (&str, Role), &str)], expected: &[State]| {
        let mut boards = TwoBoards::new();
        for (mailbox, folder, header) in steps {
            boards.read(mailbox, *folder, header);
        }
        let states: Vec<State> = boards.items().iter().map(|item| item.state).collect();
        assert_eq!(states, expected, "{steps:?}");
    };
    let (to_citizen, to_another) = (answer("anna@example.com"), answer("bo@example.org"));
    let asked = [("kf", INBOX, question), ("sn", INBOX, question)];
    let both = [State::Answered, State::Answered];
    check(&[asked[0], asked[1], ("sn", SENT, &to_citizen)], &both);
    check(&[asked[1], ("sn", SENT, &to_citizen), asked[0]], &both);
    check(&[asked[0], ("sn", SENT, &to_citizen), asked[1]], &both);
    check(
        &[asked[0], asked[1], ("sn", SENT, &to_another)],
        &[State::Open, State::Open],
    );
    check(
        &[("kf", INBOX, &another), asked[1], ("sn", SENT, &to_citizen)],
        &[State::Open, State::Answered],
    );
    check(
        &[
            asked[0],
            ("kf", INBOX, &another),
            asked[1],
            ("sn", SENT, &to_citizen),
        ],
        &[State::Answered, State::Open, State::Answered],
    );
}

/// SEED=682: staff go on leave while a notice waits for the server.
#[test]
fn a_notice_never_leaves_with_the_name_of_somebody_who_has_gone() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nat 2026-11-23 12:00\n\
                  smtp down\nat 2026-11-23 14:00\nstaff registrator away = [\"2026-11-23/2026-11-27\"]\nrestart\n\
                  smtp up\nat 2026-11-23 16:00";
    town(script, async |town| {
        let state = town.post.state();
        let texts = state
            .accepted
            .iter()
            .map(|mail| String::from_utf8_lossy(&mail.envelope.mail).replace("=\r\n", ""));
        let notices: Vec<String> = texts
            .filter(|text| text.contains("X-Servicelofte: notice"))
            .collect();
        assert_eq!(notices.len(), 1);
        assert!(
            notices[0].contains("Namn kanslist") && !notices[0].contains("Namn registrator"),
            "{}",
            notices[0]
        );
    });
}

/// A person closes the item on the command line while the daemon writes its notice: nothing of the
/// notice is kept.
#[test]
fn what_changes_while_its_mail_is_written_is_decided_anew() {
    let script = "on-disk\nstart 2026-11-16 08:00\nat 2026-11-19 09:12\nmail id=a from=anna@example.com\nmail id=b from=bo@example.com\n\
                  at 2026-11-23 12:50";
    town(script, async |town| {
        let (register, municipality) = (town.register().unwrap(), town.config().municipality());
        let now = town.instant("2026-11-23 13:01").unwrap();
        let queued = town
            .ask(move |engine| {
                engine.viewed(MAILBOX, now).unwrap();
                let item = engine.db().list(&Filter::default()).unwrap()[0].id;
                let mut person = Some(move || {
                    let texts = Texts::new(Language::Swedish, None).unwrap();
                    let store = Store::open(&register, Access::Command).unwrap();
                    let mut beside = Engine::beside(store, municipality, texts);
                    beside
                        .close(item, How::Phone, None, None, "cli:anna", now)
                        .unwrap();
                });
                // Asked first when the mails are written and the transaction has not begun.
                engine.store().write_to(Disk(Box::new(move || {
                    person.take().map_or(Ok(()), |close| {
                        close();
                        Ok(())
                    })
                })));
                let decided = engine.decide(MAILBOX, now).unwrap();
                assert_eq!(decided.mails, 1, "the other one's, decided anew");
                let (next, of) = (
                    engine
                        .db()
                        .next_queued(MAILBOX, now, Some(now))
                        .unwrap()
                        .unwrap(),
                    item,
                );
                engine.store().write_to(Disk(Box::new(|| Ok(()))));
                !engine
                    .db()
                    .effects_of(next.id)
                    .unwrap()
                    .iter()
                    .any(|(item, _)| *item == of)
            })
            .await;
        assert!(queued);
        play(town, "at 2026-11-23 14:00").await;
        assert!(town.items().await[0].noticed_at().is_none());
    });
}
