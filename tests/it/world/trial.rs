//! A trial is the daemon's life over again: the same months lived both ways give the same mails, to
//! the minute.

use super::post::Post;
use super::script::perform;
use super::town::Town;
use super::transcript;
use chrono::{DateTime, Utc};
use servicelofte::cli::survey::Survey;
use servicelofte::cli::trial::hands::Hands;
use servicelofte::cli::trial::harmless;
use servicelofte::cli::trial::ledger::Ledger;
use servicelofte::cli::trial::life::Life;
use servicelofte::cli::trial::shelf::Shelf;
use servicelofte::cli::trial::source::{Filler, Found};
use servicelofte::config::Language;
use servicelofte::domain::item::Item;
use servicelofte::engine::{Engine, handle};
use servicelofte::mail::texts::Texts;
use servicelofte::store::Store;
use servicelofte::store::items::Filter;
use servicelofte::store::temporary::Steps;
use std::fmt::Write as _;
use std::sync::Arc;

const END: &str = "2026-12-23 12:00";

/// Seven weeks in a town: questions at every hour, answered at once, late or never, letters,
/// newsletters, absence replies, second questions, thanks, and a handler on leave for a week.
fn months() -> String {
    let mut script = String::from(
        "smtp save_sent = false\nsmtp own_copy = false\n\
         staff registrator away = [\"2026-12-07/2026-12-11\"]\nstart 2026-11-02 00:00\n",
    );
    let first: DateTime<Utc> = "2026-11-02T06:07:00Z".parse().unwrap();
    let mut events: Vec<(DateTime<Utc>, String)> = Vec::new();
    for n in 0..90_i64 {
        let at = first + chrono::Duration::minutes(n * 731);
        let from = format!(
            "m{}@example.{}",
            n % 67,
            ["com", "net", "org"][usize::try_from(n % 3).unwrap()]
        );
        events.push((at, match n % 20 {
            7 => format!("mail id=q{n} from=skanner@example.se subject=\"Inskannat brev Ink {}\"", at.date_naive()),
            11 => format!(
                "mail id=q{n} from=n{n}@example.org subject=Nyhetsbrev header=\"List-Unsubscribe: <mailto:x@example.org>\" \
                 header=\"Precedence: bulk\" header=\"List-Id: <n.example.org>\""
            ),
            13 => format!("mail id=q{n} from={from} subject=\"Autosvar: borta\" header=\"Auto-Submitted: auto-replied\""),
            _ => format!("mail id=q{n} from={from} subject=\"Fråga {n}\""),
        }));
        let answered = |after: i64| {
            let later = at + chrono::Duration::minutes(after);
            (
                later,
                format!(
                    "answer id=s{n} by=registrator to={from} in-reply-to=q{n} subject=\"SV: Fråga {n}\""
                ),
            )
        };
        match n % 5 {
            0 => events.push(answered(95)),
            1 => events.push(answered(4 * 24 * 60 + 17)),
            2 => {
                events.push(answered(30 * 60));
                let later = at + chrono::Duration::minutes(31 * 60);
                events.push((
                    later,
                    format!("mail id=t{n} from={from} in-reply-to=s{n} subject=\"SV: Fråga {n}\""),
                ));
            }
            _ => {}
        }
    }
    events.sort_by_key(|event| event.0);
    for (at, line) in events {
        let local = at
            .with_timezone(&chrono_tz::Europe::Stockholm)
            .format("%Y-%m-%d %H:%M");
        let _ = writeln!(script, "at {local}\n{line}");
    }
    let _ = writeln!(script, "at {END}");
    script
}

/// All that an item is, but for when the program came to know of it: the town reads a mail as it
/// comes, a trial at its next look.
fn facts(items: &[Item]) -> Vec<String> {
    let without = |item: &Item| {
        let mut value = serde_json::to_value(item).unwrap();
        value.as_object_mut().unwrap().remove("since");
        value.to_string()
    };
    items.iter().map(without).collect()
}

#[test]
fn a_trial_gives_every_mail_that_the_daemon_gives() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        for line in months().lines() {
            perform(&mut town, line)
                .await
                .unwrap_or_else(|why| panic!("{line}: {why}"));
        }
        town.tick().await;
        let lived: Vec<String> = transcript::mails(&town)
            .await
            .iter()
            .map(|mail| {
                format!(
                    "{} {} {}",
                    mail.at,
                    mail.kind,
                    mail.effects.join(" ").replace(['/', ':'], " ")
                )
            })
            .collect();
        let (trial, items) = tried(&mut town).await;
        let short = |mails: &[String]| {
            mails
                .iter()
                .map(|mail| mail.split(" SL").next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        for (one, other) in short(&lived).iter().zip(&short(&trial)) {
            assert_eq!(one, other);
        }
        assert_eq!(lived.len(), trial.len());
        assert!(lived.len() > 100, "{}", lived.len());
        assert_eq!(facts(&town.items().await), items);
    });
}

/// The same mailbox tried: every mail, and every item at the end.
async fn tried(town: &mut Town) -> (Vec<String>, Vec<String>) {
    let since = town.instant("2026-11-02 00:00").unwrap();
    let until = town.instant(END).unwrap();
    let mut config = (*town.config()).clone();
    harmless(&mut config, since);
    let settings = config.mailboxes[0].clone();
    let clock = Hands::at(since);
    let mut shelf = Shelf::new(clock.clone(), tempfile::tempfile().unwrap());
    let mut survey = Survey::of(&settings.address);
    let mut filler = Filler {
        shelf: &mut shelf,
        survey: &mut survey,
        since,
        found: Found::default(),
        progress: &|_, _| {},
    };
    let post: &mut Post = &mut town.post;
    filler.read(post, &settings).await.unwrap();
    assert!(filler.found.has_sent && filler.found.unread.is_empty());
    shelf.close();
    assert_eq!(survey.people()[0].address, "registrator@example.se");
    let work = tempfile::tempdir().unwrap();
    let engine = Engine::new(
        Store::temporary(&work.path().join("register.db"), Steps::Lasting).unwrap(),
        config.municipality(),
        Texts::new(Language::Swedish, None).unwrap().unread(),
        since,
    )
    .unwrap();
    let engine = handle::in_place(engine);
    let mut ledger = Ledger::new(Arc::clone(&settings.board), clock.clone());
    let mut life = Life {
        engine: &engine,
        settings: &settings,
        shelf: &mut shelf,
        ledger: &mut ledger,
        clock: &clock,
    };
    life.live(until, &|_| {}).await.unwrap();
    let items = engine
        .call(|engine| engine.db().list(&Filter::default()).unwrap())
        .await
        .unwrap();
    let mails = ledger.entries.iter().map(|entry| {
        let references: Vec<String> = entry.references.iter().map(ToString::to_string).collect();
        format!(
            "{} {} {}",
            entry.at,
            entry.kind.as_str(),
            references.join(" ")
        )
    });
    (mails.collect(), facts(&items))
}
