//! An item that a notice speaks for too is under its question in every mail to staff, and is gone
//! from there when it ends.

use super::boards::{INBOX, TwoBoards};
use servicelofte::domain::event::How;

fn reminder_of_the_promise(answered: bool) -> String {
    let mut boards = TwoBoards::new();
    boards.read(
        "kf",
        INBOX,
        "From: anna@example.com\r\nSubject: Bron\r\nMessage-ID: <a@x>",
    );
    boards.viewed("2026-11-23T12:00:00Z", &["kf", "sn"]);
    assert_eq!(boards.decide("kf").len(), 2, "a reminder and a notice");
    boards.viewed("2026-11-23T13:00:00Z", &["kf", "sn"]);
    boards.read(
        "kf",
        INBOX,
        "From: anna@example.com\r\nSubject: SV: Bron\r\nMessage-ID: <b@x>\r\nIn-Reply-To: <a@x>",
    );
    boards.viewed("2026-11-24T07:00:00Z", &["kf", "sn"]);
    boards.decide("kf");
    if answered {
        boards.viewed("2026-11-24T08:00:00Z", &["kf", "sn"]);
        boards
            .engine
            .close(
                boards.items()[1].id,
                How::Phone,
                None,
                None,
                "cli:anna",
                boards.now,
            )
            .unwrap();
    }
    boards.viewed("2026-12-07T07:00:00Z", &["kf", "sn"]);
    let letters = boards.letters("kf");
    let promised = letters
        .iter()
        .find(|(line, _)| line.contains("SL-2026-00001/promise-reminder"));
    promised.map_or_else(|| panic!("{letters:?}"), |(_, text)| text.clone())
}

#[test]
fn it_stands_under_its_question_until_it_ends() {
    assert!(reminder_of_the_promise(false).contains("SL-2026-00002"));
    assert!(!reminder_of_the_promise(true).contains("SL-2026-00002"));
}
