//! Machines that answer machines: with any replies, the number of mails stays bounded, every item
//! stays, and a person hears of it.

use super::edges::{play, town};
use super::invariants;
use super::post::{Accepted, header_field};
use super::town::Town;
use super::transcript::mails;
use chrono::Duration;
use servicelofte::domain::item::Item;
use servicelofte::ports::Flags;

const OURS: &str = "kommunfullmaktige@example.se";

/// A working day's mail, then three weeks of echoes.
const SCRIPT: &str = "mailbox notices_per_hour = 5
start 2026-11-16 08:00
at 2026-11-19 09:12
mail id=a from=other@example.org subject=\"Fråga\"";

const END: &str = "2026-12-11 17:00";

/// Lives on, and puts what `echo` makes of each mail that left into the inbox, five minutes later.
async fn live_with_echo(
    town: &mut Town,
    until: &str,
    mut echo: impl FnMut(usize, &Accepted) -> Option<String>,
) {
    let until = town.instant(until).unwrap();
    let mut heard = 0;
    while town.now() < until {
        town.live_until((town.now() + Duration::minutes(5)).min(until))
            .await;
        let left: Vec<Accepted> = town.post.state().accepted[heard..].to_vec();
        for one in &left {
            heard += 1;
            assert!(heard < 500, "no end of mails");
            if let Some(raw) = echo(heard, one) {
                town.post
                    .put("INBOX", raw.into_bytes(), town.now(), Flags::default());
            }
        }
    }
}

/// A mail as a machine without manners writes it.
fn rude(from: &str, number: usize, more: &str) -> String {
    format!(
        "From: {from}\r\nTo: {OURS}\r\nSubject: Mottaget {number}\r\nDate: Thu, 19 Nov 2026 09:00:00 +0100\r\n\
         Message-ID: <rude-{number}@example.org>\r\n{more}\r\nTack, vi har tagit emot ditt mejl.\r\n"
    )
}

fn is_for(accepted: &Accepted, address: &str) -> bool {
    accepted.envelope.to.iter().any(|to| to == address)
}

async fn count(town: &Town, kind: &str) -> usize {
    mails(town)
        .await
        .iter()
        .filter(|mail| mail.kind == kind)
        .count()
}

/// Every live item whose day has come is in some mail to a person.
async fn everybody_is_told_of(town: &Town) {
    let mails = mails(town).await;
    let is_due = |item: &Item| {
        item.due
            .as_ref()
            .is_none_or(|due| due.date <= town.now().date_naive())
    };
    for item in town
        .items()
        .await
        .iter()
        .filter(|item| item.state.is_live() && is_due(item))
    {
        let reference = format!("{}/", item.id);
        let told = mails.iter().any(|mail| {
            mail.kind != "notice"
                && mail
                    .effects
                    .iter()
                    .any(|effect| effect.starts_with(&reference))
        });
        assert!(told, "nobody heard of {}: {item:?}", item.id);
    }
}

#[test]
fn a_ticket_system_that_acknowledges_everything_gets_one_notice() {
    town(SCRIPT, async |town| {
        let echo = |n, one: &Accepted| {
            is_for(one, "other@example.org").then(|| rude("other@example.org", n, ""))
        };
        live_with_echo(town, END, echo).await;
        assert_eq!(count(town, "notice").await, 1);
        assert_eq!(
            town.items().await.len(),
            2,
            "the acknowledgement is an item that a person looks at"
        );
        everybody_is_told_of(town).await;
    });
}

#[test]
fn absence_replies_to_every_mail_of_ours_make_no_loop() {
    town(SCRIPT, async |town| {
        let echo = |n, one: &Accepted| {
            let id = header_field(&one.envelope.mail, "Message-ID").unwrap();
            let more = format!("Auto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\n");
            Some(rude(&one.envelope.to[0], n, &more))
        };
        live_with_echo(town, END, echo).await;
        assert_eq!(count(town, "notice").await, 1);
        let staff = mails(town).await.len();
        assert!(staff < 30, "{staff} mails in three weeks about one item");
        everybody_is_told_of(town).await;
    });
}

#[test]
fn staff_whose_mailboxes_answer_without_any_mark_get_no_more_mail_for_it() {
    town(SCRIPT, async |town| {
        let echo = |n, one: &Accepted| {
            let id = header_field(&one.envelope.mail, "Message-ID").unwrap();
            (!is_for(one, "other@example.org"))
                .then(|| rude(&one.envelope.to[0], n, &format!("In-Reply-To: {id}\r\n")))
        };
        live_with_echo(town, END, echo).await;
        assert_eq!(count(town, "notice").await, 1);
        assert_eq!(
            town.items()
                .await
                .iter()
                .filter(|item| item.state.is_live())
                .count(),
            1
        );
        let all = mails(town).await.len();
        assert!(all < 30, "{all} mails in three weeks");
    });
}

#[test]
fn a_list_that_reflects_our_notice_makes_no_case() {
    for rewritten in [false, true] {
        town(SCRIPT, async |town| {
            let echo = |n, one: &Accepted| {
                is_for(one, "other@example.org").then(|| {
                    let mail = String::from_utf8_lossy(&one.envelope.mail).into_owned();
                    let list = "List-Id: <lista.example.org>\r\nPrecedence: list\r\nReturn-Path: <l@example.org>\r\n";
                    if rewritten {
                        let id = header_field(&one.envelope.mail, "Message-ID").unwrap();
                        let from = header_field(&one.envelope.mail, "From").unwrap();
                        let mail = mail.replace(&id, &format!("<list-{n}@example.org>"));
                        format!("{list}{}", mail.replace(&from, "other@example.org"))
                    } else {
                        format!("{list}{mail}")
                    }
                })
            };
            live_with_echo(town, END, echo).await;
            assert_eq!(count(town, "notice").await, 1, "rewritten: {rewritten}");
            let live = town
                .items()
                .await
                .iter()
                .filter(|item| item.state.is_live())
                .count();
            assert!(live <= 2, "{live}");
            everybody_is_told_of(town).await;
        });
    }
}

#[test]
fn bounces_of_all_we_send_and_bounces_of_bounces_stay_bounces() {
    town(SCRIPT, async |town| {
        let echo = |n, one: &Accepted| {
            let id = header_field(&one.envelope.mail, "Message-ID").unwrap();
            let to = &one.envelope.to[0];
            let inner = if n % 2 == 0 {
                id
            } else {
                format!("<bounce-of-{n}@mx.example.org>\r\nReferences: {id}")
            };
            Some(format!(
                "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: {OURS}\r\nSubject: Undelivered\r\n\
                 Date: Thu, 19 Nov 2026 09:00:00 +0100\r\nMessage-ID: <b{n}@mx.example.org>\r\nMIME-Version: 1.0\r\n\
                 Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
                 --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
                 Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
                 --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {inner}\r\n\r\n--b--\r\n"
            ))
        };
        live_with_echo(town, END, echo).await;
        assert_eq!(count(town, "notice").await, 1);
        let all = mails(town).await;
        assert!(all.len() < 40, "{} mails in three weeks", all.len());
        assert!(
            all.iter().all(|mail| !mail.to.contains("mx.example.org")),
            "nobody writes to a mail system"
        );
        assert_eq!(
            town.items()
                .await
                .iter()
                .filter(|item| item.state.is_live())
                .count(),
            1
        );
    });
}

#[test]
fn a_mailbox_that_is_forwarded_and_forwarded_back_has_each_mail_once() {
    town(SCRIPT, async |town| {
        for day in ["2026-11-19 10:00", "2026-11-19 11:00", "2026-11-19 12:00"] {
            play(town, &format!("at {day}\ncopy a INBOX")).await;
            let from = "From: registrator@example.se\r\nTo: kommunfullmaktige@example.se\r\nSubject: VB: Fråga\r\n";
            let raw = format!(
                "{from}Date: Thu, 19 Nov 2026 10:00:00 +0100\r\nMessage-ID: <vb-{}@example.se>\r\n\
                 References: <a@example.com>\r\n\r\nVidarebefordrat.\r\n",
                &day[11..13]
            );
            town.post
                .put("INBOX", raw.into_bytes(), town.now(), Flags::default());
        }
        play(town, &format!("at {END}")).await;
        let items = town.items().await;
        assert!(
            items.iter().all(|item| item.conversation == items[0].id),
            "{items:?}"
        );
        assert_eq!(count(town, "notice").await, 1);
        everybody_is_told_of_the_first(town).await;
    });
}

async fn everybody_is_told_of_the_first(town: &Town) {
    let escalated = mails(town).await.iter().any(|mail| {
        mail.effects
            .contains(&"SL-2026-00001/escalation:1".to_owned())
    });
    assert!(escalated, "the question reaches a supervisor");
}

/// Two municipalities, each with a daemon. `strips`: a gateway between them takes every mark of
/// automatic mail away.
async fn two_towns(strips: bool) -> (Town, Town) {
    const THEIRS: &str = "other@example.org";
    let (mut here, mut there) = (Town::new(), Town::new());
    play(
        &mut there,
        "mailbox address = \"other@example.org\"\nmailbox aliases = ",
    )
    .await;
    play(&mut here, SCRIPT).await;
    play(&mut there, "start 2026-11-16 08:00\nat 2026-11-19 09:12").await;
    let until = here.instant(END).unwrap();
    let mut heard = [0, 0];
    while here.now() < until {
        let next = (here.now() + Duration::minutes(30)).min(until);
        here.live_until(next).await;
        there.live_until(next).await;
        for (which, from, to, address) in [(0, &here, &there, THEIRS), (1, &there, &here, OURS)] {
            let left: Vec<Accepted> = from.post.state().accepted[heard[which]..].to_vec();
            heard[which] += left.len();
            assert!(heard[which] < 500, "no end of mails");
            for one in left.iter().filter(|one| is_for(one, address)) {
                let mut raw = String::from_utf8_lossy(&one.envelope.mail).into_owned();
                if strips {
                    let marks = [
                        "Auto-Submitted:",
                        "X-",
                        "In-Reply-To:",
                        "References:",
                        "Message-ID:",
                    ];
                    let kept = raw
                        .split_inclusive("\r\n")
                        .filter(|line| !marks.iter().any(|mark| line.starts_with(mark)));
                    raw = format!(
                        "Message-ID: <gate-{which}-{}@gate.example>\r\n{}",
                        heard[which],
                        kept.collect::<String>()
                    );
                }
                to.post
                    .put("INBOX", raw.into_bytes(), next, Flags::default());
            }
        }
    }
    invariants::check(&mut here).await.unwrap();
    invariants::check(&mut there).await.unwrap();
    (here, there)
}

fn block<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

#[test]
fn two_daemons_exchange_one_notice_and_fall_silent() {
    block(async {
        let (here, there) = two_towns(false).await;
        assert_eq!(
            (count(&here, "notice").await, count(&there, "notice").await),
            (1, 0)
        );
        everybody_is_told_of(&here).await;
        everybody_is_told_of(&there).await;
    });
}

/// Nothing shows that a machine wrote: only the limits are left, and people who hear of every item.
#[test]
fn two_daemons_behind_a_gateway_that_takes_the_marks_away_stay_within_their_limits() {
    block(async {
        let (here, there) = two_towns(true).await;
        for town in [&here, &there] {
            let notices = count(town, "notice").await;
            assert!(
                notices <= 9,
                "{notices} notices in 17 working days: each question takes two"
            );
            everybody_is_told_of(town).await;
        }
    });
}
