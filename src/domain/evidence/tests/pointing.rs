//! What a mail points at: ids, notices, references, conversations.

use super::*;

fn numbers(pointed: Option<&Pointed>) -> Vec<i64> {
    let questions = pointed.iter().flat_map(|pointed| &pointed.questions);
    questions
        .map(|question| question.item.id.0 % crate::domain::item_id::ITEMS_PER_YEAR)
        .collect()
}

#[test]
fn an_id_means_one_thing() {
    let check = |subject: &str, known: &[Question], expected: &[i64]| {
        let mail = mail(&[KIM], &[], subject);
        let pointed = Judge {
            mail: &mail,
            whose: Box::new(whose),
            diary: &[],
        }
        .by_message_id(MatchedBy::References, known.to_vec());
        assert_eq!(numbers(pointed.as_ref()), expected, "{subject}");
    };
    check("SV: Skolskjuts", &[], &[]);
    check("Annat", &[kims(1, 0)], &[1]);
    check("Annat", &[kims(1, 90)], &[]);
    // A migrated mailbox has new times.
    check("SV: Skolskjuts", &[kims(1, 90)], &[1]);
    // One id for everything.
    check(
        "SV: Skolskjuts",
        &[kims(1, 0), question(2, 5, &[KIM], "Buss"), kims(3, 90)],
        &[1],
    );
    check(
        "SV: Skolskjuts",
        &[kims(1, 0), question(2, 5, &[OLLE], "Skolskjuts")],
        &[1],
    );
    check("Annat", &[kims(1, 0), kims(2, 5)], &[]);
}

#[test]
fn a_notice_for_several_stands_for_the_one_that_is_named() {
    let several = [kims(1, 0), question(2, 5, &[KIM], "Buss")];
    let check = |subject: &str, spoken_for: &[Question], expected: &[i64], doubtful| {
        let mail = mail(&[KIM], &[], subject);
        let pointed = Judge {
            mail: &mail,
            whose: Box::new(whose),
            diary: &[],
        }
        .by_notice(MatchedBy::InReplyTo, spoken_for.to_vec());
        assert_eq!(numbers(pointed.as_ref()), expected, "{subject}");
        assert_eq!(
            pointed.is_some_and(|pointed| pointed.doubtful),
            doubtful,
            "{subject}"
        );
    };
    check("SV: Vi behöver mer tid", &several[..1], &[1], false);
    check("SV: Buss", &several, &[2], false);
    check("SV: sl-2026-00001", &several, &[1], false);
    check("SV: [SL-2026-00002] Skolskjuts", &several, &[2], false);
    check(
        "SV: Vi behöver mer tid [SL-2026-00001] [SL-2026-00002]",
        &several,
        &[1, 2],
        true,
    );
    check("Hej", &several, &[1, 2], true);
    check("Hej", &[], &[], false);
    let mail = mail(&[KIM], &[], "Hej");
    let judge = Judge {
        mail: &mail,
        whose: Box::new(whose),
        diary: &[],
    };
    let pointed = judge.by_notice(MatchedBy::InReplyTo, several.to_vec());
    assert_eq!(
        told(&judge.findings(pointed.as_ref(), &several, &several)),
        "1 probable, 2 probable"
    );
}

#[test]
fn a_reference_or_outlooks_conversation_points_too() {
    let check = |subject: &str, known: &[Question], by_reference: &[i64], by_index: &[i64]| {
        let mail = mail(&[KIM], &[], subject);
        let judge = Judge {
            mail: &mail,
            whose: Box::new(whose),
            diary: &[],
        };
        assert_eq!(
            numbers(judge.by_reference(known.to_vec()).as_ref()),
            by_reference,
            "{subject}"
        );
        assert_eq!(
            numbers(judge.by_thread_index(known.to_vec()).as_ref()),
            by_index,
            "{subject}"
        );
    };
    check(
        "SV: Skolskjuts",
        &[kims(1, 0), kims(2, 10), kims(3, 90)],
        &[1, 2, 3],
        &[2],
    );
    check(
        "SV: Skolskjuts",
        &[question(1, 0, &[OLLE], "Skolskjuts")],
        &[],
        &[1],
    );
    check(
        "SV: Skolskjuts",
        &[kims(1, 0), question(2, 10, &[OLLE], "Skolskjuts")],
        &[1],
        &[1],
    );
    check("Buss", &[kims(1, 0)], &[1], &[]);
}
