//! The compliance report of a simulated month, in every format; and the changes since a report was
//! sent.
//!
//! `UPDATE_EXPECT=1` writes the expected reports again; read them as a council would before they
//! are committed.

use super::script::perform;
use super::town::Town;
use servicelofte::config::Language;
use servicelofte::domain::figures::Figure;
use servicelofte::domain::folders::{Unwatched, Why};
use servicelofte::domain::period::Period;
use servicelofte::report::figures::Figures;
use servicelofte::report::gather::Counted;
use servicelofte::report::text::{Extent, text};
use servicelofte::report::worded::document;
use servicelofte::report::{csv, gather, html};
use servicelofte::store::reports::{AlarmRow, ReportRow};
use std::path::Path;

/// November 2026. `a` is answered in time. `b` gets a notice in time, and the answer after the
/// promised day. `c` and `d` are due while the mailbox cannot be read: `c` is broken, `d` was
/// answered meanwhile. A person closes `e` after a call and excludes `f`. A newsletter and an
/// absence reply need no answer. Eight more are answered in time. `g` waits. Messages before the
/// start are history.
const MONTH: &str = r#"mail id=old from=olle@example.org arrived="2026-10-30 10:00"
start 2026-11-02 08:00
at 2026-11-03 09:10
mail id=a from=anna@example.com subject="Frågan som ingen får se"
at 2026-11-03 15:40
answer id=a1 to=anna@example.com in-reply-to=a
at 2026-11-05 10:00
mail id=b from=bo@example.com
at 2026-11-10 08:30
mail id=n from=nyheter@example.org header="List-Unsubscribe: <mailto:x@example.org>" header="Precedence: bulk" header="List-Id: <n.example.org>"
mail id=r from=rut@example.org subject="Autosvar: Semester" header="Auto-Submitted: auto-replied" in-reply-to=a1
at 2026-11-11 11:00
mail id=c from=cia@example.com
mail id=d from=doris@example.com
at 2026-11-13 07:45
imap down
at 2026-11-13 14:00
answer id=d1 to=doris@example.com in-reply-to=d
at 2026-11-16 09:00
imap up
at 2026-11-17 10:00
mail id=e from=eva@example.com
mail id=f from=frans@example.com
at 2026-11-18 13:20
close SL-2026-00008 phone
exclude SL-2026-00009
at 2026-11-26 16:00
answer id=b1 to=bo@example.com in-reply-to=b
at 2026-11-24 09:00
mail id=k1 from=k1@example.com
mail id=k2 from=k2@example.com
mail id=k3 from=k3@example.com
mail id=k4 from=k4@example.com
mail id=k5 from=k5@example.com
mail id=k6 from=k6@example.com
mail id=k7 from=k7@example.com
mail id=k8 from=k8@example.com
at 2026-11-24 11:00
answer id=k1a to=k1@example.com in-reply-to=k1
answer id=k2a to=k2@example.com in-reply-to=k2
answer id=k3a to=k3@example.com in-reply-to=k3
answer id=k4a to=k4@example.com in-reply-to=k4
answer id=k5a to=k5@example.com in-reply-to=k5
at 2026-11-25 10:00
answer id=k6a to=k6@example.com in-reply-to=k6
answer id=k7a to=k7@example.com in-reply-to=k7
answer id=k8a to=k8@example.com in-reply-to=k8
at 2026-11-30 10:00
mail id=g from=greta@example.com
at 2026-12-01 08:00"#;

fn month(then: impl AsyncFnOnce(&mut Town)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        for line in MONTH.lines() {
            perform(&mut town, line)
                .await
                .unwrap_or_else(|why| panic!("{line}: {why}"));
        }
        then(&mut town).await;
    });
}

async fn figures(town: &Town, month: &str) -> Figures {
    let (config, now) = (town.config(), town.now());
    let period = Period::month(month).unwrap();
    town.ask(move |engine| gather::gather(&engine.db(), &config, period, now).unwrap())
        .await
}

/// Compares with `tests/data/report/NAME`, or writes it.
fn check_expected(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/report")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        actual == expected,
        "{name} differs: UPDATE_EXPECT=1 writes it anew; got:\n{actual}"
    );
}

#[test]
fn a_month_in_every_format() {
    month(async |town| {
        let at = town.instant("2026-11-13 08:40").unwrap();
        for over in [false, true] {
            let mailbox = Some("kommunfullmaktige@example.se".to_owned());
            let alarm = AlarmRow {
                at,
                kind: "polling".to_owned(),
                mailbox,
                over,
            };
            town.ask(move |engine| engine.alarmed(&alarm).unwrap())
                .await;
        }
        let figures = figures(town, "2026-11").await;
        let json = serde_json::to_string_pretty(&figures).unwrap() + "\n";
        assert_eq!(serde_json::from_str::<Figures>(&json).unwrap(), figures);
        check_expected("2026-11.json", &json);
        for (language, code) in [(Language::Swedish, "sv"), (Language::English, "en")] {
            let document = document(&figures, language);
            let shown = [
                (format!("2026-11.{code}.txt"), text(&document, Extent::Full)),
                (
                    format!("2026-11.{code}.html"),
                    html::html(&document).unwrap(),
                ),
                (
                    format!("2026-11.{code}.csv"),
                    String::from_utf8(csv::csv(&document).unwrap()).unwrap(),
                ),
            ];
            for (name, shown) in shown {
                check_expected(&name, &shown);
                for personal in ["anna@", "example.com", "example.org", "Frågan", "SL-2026"] {
                    assert!(!shown.contains(personal), "{name} tells {personal}");
                }
            }
        }
    });
}

/// `b`'s notice promised the 23rd; its handler moves that in time, and again when the new date is
/// broken. `g` is promised by hand alone.
#[test]
fn every_promise_is_kept_moved_broken_or_pending() {
    month(async |town| {
        let promises = async |town: &Town| {
            let row = figures(town, "2026-11")
                .await
                .pledges
                .into_iter()
                .find(|row| row.pledge == "email")
                .unwrap();
            let total = row.total.unwrap();
            [
                Figure::PromisesKept,
                Figure::PromisesMoved,
                Figure::PromisesBroken,
                Figure::PromisesPending,
            ]
            .map(|figure| total.of(figure))
        };
        let before = promises(town).await;
        for line in ["promise SL-2026-00018 by=2026-12-04", "at 2026-12-02 10:00"] {
            perform(town, line).await.unwrap();
        }
        let given = [before[0], before[1], before[2], before[3] + 1];
        assert_eq!(
            promises(town).await,
            given,
            "by hand, and in the notice of the day after: one promise"
        );
        for line in [
            "promise SL-2026-00018 by=2026-12-08 reason=x",
            "at 2026-12-09 10:00",
        ] {
            perform(town, line).await.unwrap();
        }
        assert_eq!(
            promises(town).await,
            [before[0], before[1] + 1, before[2] + 1, before[3]]
        );
        for line in [
            "promise SL-2026-00018 by=2026-12-11 reason=x",
            "at 2026-12-10 09:00",
            "close SL-2026-00018 phone",
        ] {
            perform(town, line).await.unwrap();
        }
        assert_eq!(
            promises(town).await,
            [before[0] + 1, before[1] + 1, before[2] + 1, before[3]]
        );
    });
}

/// The month is not over for `g`, so nothing of November is a correction, only decided; once it is
/// final, what changes is.
#[test]
fn what_changed_since_a_final_report_is_a_correction() {
    month(async |town| {
        let send = async |town: &Town| {
            let (config, at) = (town.config(), town.now());
            town.ask(move |engine| {
                let period = Period::month("2026-11").unwrap();
                let counted = Counted::new(&engine.db(), &config, period, at).unwrap();
                let kept = serde_json::to_string(&counted.reported()).unwrap();
                let report = ReportRow {
                    at,
                    from: period.from,
                    to: period.to,
                    figures: kept,
                };
                engine.store().write(|db| db.add_report(&report)).unwrap();
            })
            .await;
        };
        let told = async |town: &Town, month: &str| {
            let figures = figures(town, month).await;
            let corrections: Vec<_> = figures
                .corrections
                .iter()
                .map(|c| (c.figure.code(), c.then, c.now))
                .collect();
            (corrections, figures.decided_since)
        };
        send(town).await;
        assert_eq!(
            told(town, "2026-11").await,
            (vec![], 0),
            "nothing has changed"
        );
        for line in [
            "at 2026-12-02 09:00",
            "answer id=g1 to=greta@example.com in-reply-to=g",
            "tick",
        ] {
            perform(town, line).await.unwrap();
        }
        assert_eq!(
            told(town, "2026-11").await,
            (vec![], 1),
            "what was pending is decided, which is no correction"
        );
        perform(town, "at 2026-12-04 09:00").await.unwrap();
        send(town).await;
        assert_eq!(told(town, "2026-12").await, (vec![], 0));
        for line in [
            "at 2026-12-07 09:00",
            "exclude SL-2026-00006 reason=x",
            "tick",
        ] {
            perform(town, line).await.unwrap();
        }
        for month in ["2026-11", "2026-12"] {
            let (corrections, _) = told(town, month).await;
            assert_eq!(corrections, [("broken", 1, 0)], "in the report of {month}");
        }
        assert_eq!(
            told(town, "2026-10").await,
            (vec![], 0),
            "an earlier month knows nothing of it"
        );
    });
}

/// Those that a person left out, and not the drafts.
#[test]
fn folders_that_are_not_read_are_named() {
    month(async |town| {
        let shown = async |town: &Town| {
            let figures = figures(town, "2026-11").await;
            text(&document(&figures, Language::Swedish), Extent::Full)
        };
        assert!(shown(town).await.contains("Alla mappar läses"));
        let unwatched = [("Äldre/2019", Why::Ignored), ("Utkast", Why::Drafts)];
        let unwatched = unwatched.map(|(name, why)| Unwatched {
            name: name.to_owned(),
            why,
        });
        town.ask(move |engine| engine.leaves_unread("kf", &unwatched).unwrap())
            .await;
        let shown = shown(town).await;
        assert!(shown.contains("Mappar som inte läses, enligt inställningarna"));
        assert!(shown.contains("Äldre/2019") && !shown.contains("Utkast"));
    });
}

/// The page asks for nothing outside itself, and every table can be read by ear.
#[test]
fn the_page_is_accessible_and_alone() {
    month(async |town| {
        let page = html::html(&document(
            &figures(town, "2026-11").await,
            Language::Swedish,
        ))
        .unwrap();
        for needed in [
            "<html lang=\"sv\">",
            "name=\"viewport\"",
            "<title>Servicelöften november 2026</title>",
            "role=\"img\" aria-labelledby=\"picture-1-title picture-1-desc\"",
            "<desc id=\"picture-1-desc\">",
        ] {
            assert!(page.contains(needed), "{needed}");
        }
        for foreign in [
            "<script", "src=", "href=", "url(", "@import", "http:", "https:",
        ] {
            let named = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            assert!(!named.contains(foreign), "{foreign}");
        }
        let count = |what: &str| page.matches(what).count();
        assert_eq!(count("<table"), count("<caption>"));
        assert_eq!(
            count("<th"),
            count("scope=\"col\"") + count("scope=\"row\"") + count("<thead")
        );
        assert_eq!(count("<h1>"), 1);
    });
}
