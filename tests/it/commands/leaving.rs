//! `go-live`, `pause` and `resume`, `away` and `back` on the server: what they say, what the lists
//! say meanwhile, and what the log keeps.

use super::register::Register;
use super::{check, text};
use rusqlite::Connection;
use servicelofte::store::{Access, Store};
use std::fs;

/// What the log keeps of it, oldest first.
fn said(register: &Register) -> Vec<String> {
    let store = Store::open(&register.database(), Access::Reader).unwrap();
    let events = store.db().sayings().unwrap();
    events
        .iter()
        .map(|event| {
            format!(
                "{} {}",
                event.fact.name(),
                serde_json::to_string(&event.fact).unwrap()
            )
        })
        .collect()
}

#[test]
fn a_pause_is_logged_shown_and_ended_once() {
    let register = Register::new();
    check(&register, &["resume"], 0, "var inte pausade");
    assert_eq!(register.run(&["pause", " "]).status.code(), Some(2));
    check(
        &register,
        &["pause", "fel telefonnummer"],
        0,
        "Mejl till medborgare är pausade.",
    );
    check(&register, &["pause", "igen"], 0, "var redan pausade");
    for arguments in [&["list"][..], &["check", "--offline"]] {
        let ended = register.run(arguments);
        let shown = text(&ended.stdout);
        assert!(
            shown.contains("Pausat sedan ") && shown.contains("(fel telefonnummer)"),
            "{arguments:?}: {shown}"
        );
    }
    let json = register.run(&["list", "--json"]);
    assert!(
        serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok_and(|json| json.is_array())
    );
    check(&register, &["rebuild"], 0, "Rättade rader: 0 ärenden");
    let connection = Connection::open(register.database()).unwrap();
    connection
        .execute("DELETE FROM meta WHERE key = 'gate'", [])
        .unwrap();
    assert!(!text(&register.run(&["list"]).stdout).contains("Pausat"));
    check(&register, &["rebuild"], 0, "Rättade rader");
    assert!(
        text(&register.run(&["list"]).stdout).contains("Pausat"),
        "the log is the truth"
    );
    check(&register, &["resume"], 0, "skickas igen");
    assert!(!text(&register.run(&["list"]).stdout).contains("Pausat"));
    let lines = said(&register);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("fel telefonnummer") && lines[1].starts_with("resumed"),
        "{lines:?}"
    );
}

#[test]
fn it_goes_live_when_nothing_is_missing_or_in_spite_of_it() {
    let register = Register::new();
    check(&register, &["go-live"], 0, "skickas redan");
    let path = register.folder.path().join("config.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        config.replace("[service]", "[service]\ncitizens = \"shadow\""),
    )
    .unwrap();
    assert!(text(&register.run(&["list"]).stdout).contains("Skuggläge"));
    let refused = register.run(&["go-live", "--staff-told"]);
    assert_eq!(refused.status.code(), Some(1));
    let shown = text(&refused.stdout);
    for missing in [
        "decision = ",
        "service.retention",
        "check --send",
        "exemplet",
    ] {
        assert!(shown.contains(missing), "{missing}: {shown}");
    }
    assert!(!shown.contains("--staff-told"), "{shown}");
    assert_eq!(said(&register), [""; 0]);
    let live = register.run(&["go-live", "--anyway"]);
    assert!(
        live.status.success() && text(&live.stdout).contains("Mejl skickas från och med nu."),
        "{live:?}"
    );
    assert!(!text(&register.run(&["list"]).stdout).contains("Skuggläge"));
    check(&register, &["go-live"], 0, "i skarp drift sedan");
    let lines = said(&register);
    assert!(
        lines.len() == 1 && lines[0].contains("staff_told") && lines[0].contains("retention"),
        "{lines:?}"
    );
}

/// Before the service is live the end of a pause lets nothing leave, and does not say so.
#[test]
fn a_pause_in_shadow_ends_in_shadow() {
    let register = Register::new();
    let path = register.folder.path().join("config.toml");
    let config = fs::read_to_string(&path).unwrap();
    let shadow = config.replace("[service]", "[service]\ncitizens = \"shadow\"");
    fs::write(&path, shadow).unwrap();
    check(&register, &["pause", "fel nummer"], 0, "är pausade");
    let resumed = register.run(&["resume"]);
    let said = text(&resumed.stdout);
    assert!(said.contains("Pausen är slut. Inget skickas"), "{said}");
    assert!(!said.contains("skickas igen"), "{said}");
    check(&register, &["resume"], 0, "var inte pausade");
}

#[test]
fn who_is_away_is_told_on_the_server_and_checked() {
    let register = Register::new();
    let staff = register.config().staff;
    let who = staff.members.keys().next().expect("somebody").as_str();
    check(&register, &["back", who], 1, "away");
    assert_eq!(register.run(&["away", who, "i dag"]).status.code(), Some(2));
    check(&register, &["away", "nobody"], 1, "no member of staff");
    check(
        &register,
        &["away", who, "2020-01-01"],
        1,
        "cannot be right",
    );
    check(&register, &["away", who], 0, "tills");
    let checked = text(&register.run(&["check", "--offline"]).stdout).to_owned();
    assert!(
        checked.contains(&format!("staff {who}: away from"))
            && checked.contains("told by cli:tove"),
        "{checked}"
    );
    check(&register, &["back", who], 0, "på plats igen");
    assert!(!text(&register.run(&["check", "--offline"]).stdout).contains("told by cli:tove"));
}
