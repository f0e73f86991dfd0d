//! The pages of the report and of a trial in a real browser, Chromium: at the widths of a phone, a
//! tablet and a screen, light, dark and as it is printed, nothing lies outside the page, and
//! axe-core finds no violation of WCAG 2.2 AA.
//!
//! axe-core is a script of others (MPL-2.0) and not part of this repository: `make axe` fetches it.
//! Where it is missing, this test says so and looks at the widths alone.

use crate::recount;
use crate::servers::browser::Browser;
use chrono::NaiveDate;
use serde_json::{Value, json};
use servicelofte::cli::trial::outcome::{Mark, Outcome, Seen};
use servicelofte::cli::trial::told::Told;
use servicelofte::config::Language;
use servicelofte::report::document::Document;
use servicelofte::report::html::html;
use servicelofte::report::worded::document;
use std::collections::BTreeMap;
use std::path::Path;

/// Shows the page in a frame of a width, so that its rules see that width, and lists its faults.
const LOOK: &str = r#"
const [page, width, axe, done] = arguments;
document.body.innerHTML = '<iframe title="page" style="border:0;height:900px"></iframe>';
const frame = document.querySelector('iframe');
frame.style.width = width + 'px';
frame.onload = async () => {
  const inside = frame.contentWindow;
  for (const details of inside.document.querySelectorAll('details')) details.open = true;
  const root = inside.document.documentElement;
  const told = { outside: Math.max(0, root.scrollWidth - width), violations: null };
  if (axe) {
    inside.eval(axe);
    const found = await inside.axe.run(inside.document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    told.violations = found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).slice(0, 3).join(' | '));
  }
  done(told);
};
frame.srcdoc = page;
"#;

/// The page as it is with either colours and on paper, where the browser would need a setting.
fn looks(page: &str) -> [(&'static str, String); 3] {
    let dark = page.replace("@media (prefers-color-scheme: dark)", "@media all");
    let print = page
        .replace("@media print", "@media all")
        .replace("@media screen and", "@media speech and");
    assert!(dark != page && print != page, "the style has both");
    [("light", page.to_owned()), ("dark", dark), ("print", print)]
}

/// A trial of two months, of which one cannot be believed.
fn trial(language: Language) -> Document {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let mut outcome = Outcome::default();
    for (from, marks) in [
        ("2026-09-01", vec![Mark::FewAnswers]),
        ("2026-10-01", Vec::new()),
    ] {
        let month = outcome.months.entry(day(from)).or_default();
        month.questions = BTreeMap::from([
            (Seen::InTime, 30),
            (Seen::Later, 9),
            (Seen::Never, 5),
            (Seen::NotYet, 2),
        ]);
        (month.notices, month.marks) = (8, marks);
    }
    let told = Told {
        language,
        organisation: "Exempelkommunen",
        address: "kommunfullmaktige@example.se",
        from: day("2026-09-01"),
        to: day("2026-11-02"),
        pledges: vec!["email: svar inom två arbetsdagar".to_owned()],
        outcome: &outcome,
        entries: &[],
        zone: chrono_tz::Europe::Stockholm,
        obstacles: vec!["3 mappar läses inte, bland dem: Arkiv.".to_owned()],
        erase_by: day("2026-12-02"),
    };
    told.document()
}

#[test]
fn the_pages_are_accessible_at_every_width() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let axe =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let axe = std::env::var_os("AXE_CORE").map_or(axe, Into::into);
    let axe = std::fs::read_to_string(axe).ok();
    if axe.is_none() {
        println!("skipped: axe-core is not there; `make axe` fetches it");
    }
    runtime.block_on(async {
        let browser = Browser::start().await;
        browser.open("about:blank").await;
        for language in [Language::Swedish, Language::English] {
            for document in [
                document(&recount::figures("2026-10"), language),
                trial(language),
            ] {
                for (look, page) in looks(&html(&document).expect("a page")) {
                    for width in [360, 768, 1_280] {
                        let found = browser
                            .run(LOOK, vec![json!(page), json!(width), json!(axe)])
                            .await;
                        let title = &document.title;
                        assert_eq!(
                            found["outside"], 0,
                            "{title}, {look} at {width}: so many pixels lie outside the page"
                        );
                        let none = if axe.is_some() {
                            json!([])
                        } else {
                            Value::Null
                        };
                        assert_eq!(found["violations"], none, "{title}, {look} at {width}");
                    }
                }
            }
        }
    });
}
