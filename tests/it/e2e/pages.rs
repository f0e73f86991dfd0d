//! The page of the report in a real browser, Chromium: at the widths of a phone, a tablet and a screen, light, dark and as it
//! is printed, nothing lies outside the page, and axe-core finds no violation of WCAG 2.2 AA.
//!
//! axe-core is a script of others (MPL-2.0) and not part of this repository: `make axe` fetches it. Where it is missing, this
//! test says so and looks at the widths alone.

use crate::recount;
use crate::servers::browser::Browser;
use serde_json::{Value, json};
use servicelofte::config::Language;
use servicelofte::report::document::document;
use servicelofte::report::html::html;
use std::path::Path;

/// Shows the page in a frame of a width, so that its rules see that width, and tells what is wrong with it.
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

/// The page as it is with either colours and on paper, where the browser would have to be told otherwise.
fn looks(page: &str) -> [(&'static str, String); 3] {
    let dark = page.replace("@media (prefers-color-scheme: dark)", "@media all");
    let print = page.replace("@media print", "@media all").replace("@media screen and", "@media speech and");
    assert!(dark != page && print != page, "the style has both");
    [("light", page.to_owned()), ("dark", dark), ("print", print)]
}

#[test]
fn the_report_is_accessible_at_every_width() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let axe = std::env::var_os("AXE_CORE").map_or(axe, Into::into);
    let axe = std::fs::read_to_string(axe).ok();
    if axe.is_none() {
        println!("skipped: axe-core is not there; `make axe` fetches it");
    }
    runtime.block_on(async {
        let browser = Browser::start().await;
        browser.open("about:blank").await;
        for language in [Language::Swedish, Language::English] {
            let page = html(&document(&recount::figures("2026-10"), language)).expect("a page");
            for (look, page) in looks(&page) {
                for width in [360, 768, 1_280] {
                    let found = browser.run(LOOK, vec![json!(page), json!(width), json!(axe)]).await;
                    assert_eq!(found["outside"], 0, "{look} at {width}: so many pixels lie outside the page");
                    let none = if axe.is_some() { json!([]) } else { Value::Null };
                    assert_eq!(found["violations"], none, "{look} at {width}");
                }
            }
        }
    });
}
