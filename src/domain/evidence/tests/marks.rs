//! Mails that seemed to be answers, explained by mail that is read later.

use super::*;

/// What it points at was read after it.
#[test]
fn a_mail_that_points_at_something_after_all_answers_nothing_else() {
    let taken = |mail: &SentMail, by, question: Question| {
        let mut taken = in_state(question, State::ProbablyAnswered);
        let evidence = Evidence {
            matched_by: Some(by),
            ..Evidence::without_mail(EvidenceKind::Sent, None)
        };
        let evidence = Evidence {
            message_id: mail.message_id.clone(),
            ..evidence
        };
        taken.item.settled = Some(Settled {
            at: mail.at,
            by: None,
            evidence,
            how: None,
        });
        taken
    };
    let mail = SentMail {
        message_id: Some("svar@x".to_owned()),
        ..mail(&[KIM, OLLE], &[], "SV: Bygglov")
    };
    let other = SentMail {
        message_id: Some("annat@x".to_owned()),
        ..mail.clone()
    };
    let pointed = Pointed {
        by: MatchedBy::InReplyTo,
        questions: vec![question(9, 5, &[KIM], "Bygglov")],
        doubtful: false,
    };
    let judge = Judge {
        mail: &mail,
        whose: Box::new(whose),
        diary: &[],
    };
    for (what, question, expected) in [
        (
            "the same citizen's",
            taken(&mail, MatchedBy::Address, kims(1, 0)),
            "1 not_answered",
        ),
        (
            "another's, to whom it went too",
            taken(&mail, MatchedBy::Address, question(1, 0, &[OLLE], "Buss")),
            "",
        ),
        (
            "by another mail",
            taken(&other, MatchedBy::Address, kims(1, 0)),
            "",
        ),
        (
            "by its id",
            taken(&mail, MatchedBy::InReplyTo, kims(1, 0)),
            "",
        ),
        (
            "what it points at",
            taken(&mail, MatchedBy::Address, question(9, 5, &[KIM], "Bygglov")),
            "",
        ),
        ("open", kims(1, 0), ""),
    ] {
        assert_eq!(
            told(&judge.explained_away(&pointed, &[question])),
            expected,
            "{what}"
        );
    }
}

/// Folders are read in any order: a question that was filed since is the one that the mail answers,
/// whichever of them is read first.
#[test]
fn a_question_that_was_open_when_a_mail_left_may_be_what_it_was_for() {
    let bygglov = |n, at| question(n, at, &[KIM], "Bygglov");
    new(
        &mail(&[KIM], &[], "Beslut"),
        &[filed(kims(1, 0), 61), bygglov(2, 10)],
        "",
    );
    new(
        &mail(&[KIM], &[], "Beslut"),
        &[filed(kims(1, 0), 60), bygglov(2, 10)],
        "2 probable",
    );
    new(
        &mail(&[KIM], &[], "Skolskjuts"),
        &[bygglov(1, 0), filed(kims(2, 10), 61)],
        "",
    );
    new(
        &mail(&[KIM], &[], "Skolskjuts"),
        &[bygglov(1, 0), filed(kims(2, 10), 59)],
        "1 probable",
    );
}

#[test]
fn a_mail_past_the_citizen_explains_the_mark_of_an_answer() {
    let marked = |kind, at| {
        let mut question = in_state(kims(1, at), State::ProbablyAnswered);
        let evidence = Evidence::without_mail(kind, None);
        question.item.settled = Some(Settled {
            at: minute(at),
            by: None,
            evidence,
            how: None,
        });
        [question]
    };
    let asks = mail(&[MILJO], &[], "VB: Skolskjuts");
    replies(
        &asks,
        &marked(EvidenceKind::AnsweredFlag, 0),
        "1 not_answered",
    );
    replies(
        &mail(&[NILS], &[], "VB"),
        &marked(EvidenceKind::AnsweredFlag, 0),
        "1 not_answered, 1 to nils by kf@kommun.se",
    );
    replies(&asks, &marked(EvidenceKind::Sent, 0), "");
    replies(
        &copy(ASA, asks.clone()),
        &marked(EvidenceKind::AnsweredFlag, 0),
        "",
    );
    replies(
        &mail(&[KIM], &[], "SV"),
        &marked(EvidenceKind::AnsweredFlag, 0),
        "1 answered",
    );
    let mut denied = kims(1, 0);
    denied.item.denied = vec![Evidence {
        message_id: Some("a".to_owned()),
        ..Evidence::without_mail(EvidenceKind::Sent, None)
    }];
    let asks = |id: &str| SentMail {
        message_id: Some(id.to_owned()),
        ..mail(&[NILS], &[KIM], "SV")
    };
    replies(&asks("a"), &[denied.clone()], "");
    replies(&asks("b"), &[denied], "1 probable");
}
