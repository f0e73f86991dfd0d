//! Every nasty case of the design has its test: a scenario script named after its number, or a test
//! on real servers or against hostile ones, named here.

use std::path::Path;

/// Number (1 to 30 of the list of cases; from 40 on those at its end), and where it is played: the
/// beginning of scenario files, `file.rs:test`.
const CASES: &[(&str, &[&str])] = &[
    ("1 read before the poll", &["01-"]),
    ("2 down for a week", &["02-"]),
    ("3 migrated", &["03-"]),
    (
        "4 the same Message-ID",
        &["04-", "75-one-id-for", "75-one-id-another"],
    ),
    ("5 scans", &["05-"]),
    ("6 directly and through a list", &["06-"]),
    ("7 through a group", &["07-"]),
    ("8 Auto-Submitted: no", &["08-"]),
    ("9 e-service", &["09-"]),
    ("10 absence mail answers the notice", &["10-"]),
    ("11 the handler's automatic reply", &["11-"]),
    ("12 our notice in Sent", &["12-"]),
    ("13 the notice bounces", &["13-"]),
    ("14 the escalation bounces", &["14-", "81-"]),
    (
        "15 another ticket system",
        &[
            "15-",
            "world/loops.rs:a_ticket_system_that_acknowledges_everything_gets_one_notice",
        ],
    ),
    ("16 answered from the own address", &["16-"]),
    ("17 a new mail to the citizen", &["17-"]),
    ("18 forwarded", &["18-"]),
    ("19 any of the citizen's addresses", &["19-"]),
    ("20 drafts", &["20-"]),
    (
        "21 a second question",
        &["21-a-second", "21-answer", "71-", "72-"],
    ),
    ("22 thanks", &["22-"]),
    ("23 clock changes", &["23-"]),
    ("24 holidays", &["24-", "64-"]),
    ("25 stamps", &["25-"]),
    ("26 a closed day", &["26-"]),
    (
        "27 the reply is lost",
        &["27-reply-lost-found", "27-reply-lost-not"],
    ),
    (
        "28 one bad mail",
        &[
            "28-",
            "58-",
            "servers/imap_hostile.rs:one_poisonous_message_does_not_keep_the_others",
        ],
    ),
    (
        "29 login refused, SELECT hangs",
        &[
            "53-",
            "../../src/rounds/pause.rs:every_trouble_is_told_within_the_hour",
        ],
    ),
    ("30 absent in a circle", &["30-deputy", "30-nobody"]),
    ("40 receipts and calendar replies", &["40-"]),
    ("41 forged as the mailbox itself", &["41-", "76-"]),
    ("42 deleted or moved", &["42-deleted", "42-gone"]),
    ("43 a stranger quotes a reference", &["43-"]),
    ("44 the supervisor is the handler", &["44-"]),
    ("45 first start", &["45-"]),
    (
        "46 the clock is wrong",
        &[
            "46-the-clock",
            "46-ntp",
            "46-a-snapshot",
            "46-suspended-with-",
            "46-a-wrong",
        ],
    ),
    ("47 spam from a real citizen", &["47-"]),
    ("48 dates of other centuries", &["48-"]),
    ("50 two targets missed the same day", &["50-", "49-"]),
    (
        "a Sent name in modified UTF-7",
        &[
            "../../src/imap/utf7.rs:names_go_both_ways",
            "e2e/check.rs:Skickat",
        ],
    ),
    (
        "S/MIME",
        &[
            "../../tests/data/eml/smime.eml:application/pkcs7-mime",
            "classify.rs:smime",
        ],
    ),
];

#[test]
fn every_case_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts: Vec<String> = std::fs::read_dir(root.join("tests/data/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let mut missing = Vec::new();
    for (case, places) in CASES {
        for place in *places {
            let is_there = match place.split_once(':') {
                Some((file, word)) => {
                    assert!(!word.is_empty(), "{case}: {place} names no test");
                    std::fs::read_to_string(root.join("tests/it").join(file))
                        .is_ok_and(|text| text.contains(word))
                }
                None => scripts.iter().any(|script| script.starts_with(place)),
            };
            if !is_there {
                missing.push(format!("{case}: {place}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "cases without their test:\n{}",
        missing.join("\n")
    );
    let numbers: Vec<u32> = CASES
        .iter()
        .filter_map(|(case, _)| case.split(' ').next()?.parse().ok())
        .collect();
    assert!(
        (1..=30).all(|number| numbers.contains(&number)),
        "{numbers:?}"
    );
}
