//! Any text as configuration: it is refused with remedies or accepted, and either the same way
//! twice.

use servicelofte::config::{Config, known_keys};
use std::path::Path;

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    assert_eq!(known_keys(text), known_keys(text));
    // What a text names on this machine is not opened here.
    if ["file", "credential", "templates", "certificate", "key"]
        .iter()
        .any(|word| text.contains(word))
    {
        return;
    }
    let read = || Config::parse(text, Path::new("nowhere"));
    match (read(), read()) {
        (Ok(first), Ok(second)) => {
            assert_eq!(format!("{first:?}"), format!("{second:?}"));
            assert!(
                first
                    .pledges
                    .iter()
                    .any(|pledge| pledge.matches.is_everything()),
                "some mail has no pledge"
            );
            assert!(!first.mailboxes.is_empty());
        }
        (Err(first), Err(second)) => {
            assert!(!first.is_empty(), "refused without a fault");
            let told = |faults: &[_]| {
                faults
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<String>>()
            };
            assert_eq!(told(&first), told(&second));
        }
        _ => panic!("accepted once and refused once"),
    }
}
