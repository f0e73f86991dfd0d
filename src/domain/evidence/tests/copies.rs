//! Who wrote a mail, and whether that is believed: colleagues, forgers, copies.

use super::*;

#[test]
fn a_colleague_who_is_asked_and_a_colleague_who_answers_are_probable() {
    let asked = [kims(1, 0)];
    replies(
        &mail(&[NILS], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 probable",
    );
    replies(
        &mail(&[MILJO], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 probable",
    );
    replies(
        &mail(&[MILJO, KIM], &[], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &mail(&[BOX], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &mail(&["x@foretag.example"], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &copy(MILJO, mail(&[KIM], &[BOX], "SV: Skolskjuts")),
        &asked,
        "1 probable",
    );
    replies(
        &copy(EVA, mail(&[KIM], &[BOX], "SV: Skolskjuts")),
        &asked,
        "1 probable",
    );
    replies(
        &mail(&[EVA], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 probable",
    );
    // In our Sent it is ours by place.
    replies(
        &SentMail {
            from: Some(MILJO.to_owned()),
            ..mail(&[KIM], &[], "SV")
        },
        &asked,
        "1 answered",
    );
    // Mails that were read before To was kept.
    replies(
        &SentMail {
            to: Vec::new(),
            ..mail(&[NILS], &[KIM], "SV: Skolskjuts")
        },
        &asked,
        "1 answered",
    );
}

#[test]
fn a_mail_that_nothing_vouches_for_is_followed_by_id_alone() {
    let believed = |belief, mail: SentMail| SentMail {
        belief,
        ..copy(BOX, mail)
    };
    let of = |belief| believed(belief, mail(&[KIM], &[BOX], "SV: Skolskjuts"));
    let asked = [kims(1, 0), kims(2, 10)];
    replies(&of(Belief::Verified), &asked, "2 answered, 1 answered");
    replies(&of(Belief::Unverified), &asked, "2 answered, 1 answered");
    replies(&of(Belief::OnlyById), &asked, "1 probable");
    replies(
        &of(Belief::OnlyById),
        &[question(1, 0, &[OLLE], "Buss")],
        "",
    );
    // It assigns nothing, and speaks for its writer alone.
    replies(
        &believed(Belief::OnlyById, mail(&[NILS], &[], "VB")),
        &asked,
        "",
    );
    let olles = in_conversation(question(2, 10, &[OLLE], "Buss"), 2);
    replies(
        &believed(Belief::OnlyById, mail(&[KIM, OLLE], &[], "SV")),
        &[kims(1, 0), olles],
        "1 probable",
    );
    new(
        &believed(Belief::OnlyById, mail(&[KIM], &[], "Skolskjuts")),
        &asked,
        "",
    );
    let unsure = of(Belief::OnlyById);
    let judge = Judge {
        mail: &unsure,
        whose: Box::new(whose),
        diary: &[],
    };
    for by in [MatchedBy::Reference, MatchedBy::ThreadIndex] {
        let pointed = Pointed {
            by,
            questions: asked.to_vec(),
            doubtful: false,
        };
        assert_eq!(told(&judge.findings(Some(&pointed), &asked, &asked)), "");
        assert!(!judge.is_about_another(Some(&pointed)));
    }
    let pointed = judge.by_message_id(MatchedBy::References, asked[..1].to_vec());
    assert!(judge.is_about_another(pointed.as_ref()));
}

#[test]
fn a_copy_that_lay_in_sent_too_is_proven() {
    let answered = |state, verified: Option<bool>, id: &str, at| {
        let mut question = in_state(kims(1, 0), state);
        let evidence = Evidence {
            message_id: Some(id.to_owned()),
            verified,
            ..Evidence::without_mail(EvidenceKind::Copy, None)
        };
        question.item.settled = Some(Settled {
            at: minute(at),
            by: None,
            evidence,
            how: None,
        });
        [question]
    };
    let mail = SentMail {
        message_id: Some("svar".to_owned()),
        ..mail(&[KIM], &[], "SV: Skolskjuts")
    };
    replies(
        &mail,
        &answered(State::Answered, Some(false), "svar", 60),
        "1 answered",
    );
    replies(
        &mail,
        &answered(State::Answered, Some(false), "svar", 58),
        "1 answered",
    );
    replies(
        &mail,
        &answered(State::Answered, Some(true), "svar", 60),
        "",
    );
    replies(&mail, &answered(State::Answered, None, "svar", 60), "");
    replies(
        &mail,
        &answered(State::Answered, Some(false), "annat", 58),
        "",
    );
    let asks = SentMail {
        to: addresses(&[NILS]),
        recipients: addresses(&[NILS, KIM]),
        ..mail
    };
    replies(
        &asks,
        &answered(State::ProbablyAnswered, Some(false), "annat", 58),
        "1 probable",
    );
    replies(
        &asks,
        &answered(State::ProbablyAnswered, Some(true), "annat", 58),
        "",
    );
    replies(
        &asks,
        &answered(State::ProbablyAnswered, None, "annat", 58),
        "",
    );
}

#[test]
fn what_goes_to_one_member_of_staff_alone_gives_it_to_them() {
    let asked = [kims(1, 0)];
    replies(
        &mail(&[NILS], &[], "VB: Skolskjuts"),
        &asked,
        "1 to nils by kf@kommun.se",
    );
    replies(
        &SentMail {
            sender: Some(ASA.to_owned()),
            ..mail(&[NILS], &[], "VB")
        },
        &asked,
        "1 to nils by asa",
    );
    replies(&mail(&[ASA], &[], "VB: Skolskjuts"), &asked, "");
    replies(&mail(&[ASA, NILS], &[], "VB: Skolskjuts"), &asked, "");
    replies(&mail(&[MILJO], &[], "VB: Skolskjuts"), &asked, "");
    let mut given = kims(1, 0);
    (given.item.assigned_by, given.item.assigned_at) =
        (Some(AssignedBy::Command), Some(minute(61)));
    replies(&mail(&[NILS], &[], "VB: Skolskjuts"), &[given.clone()], "");
    given.item.assigned_at = Some(minute(59));
    replies(
        &mail(&[NILS], &[], "VB: Skolskjuts"),
        &[given],
        "1 to nils by kf@kommun.se",
    );
}

#[test]
fn the_sender_answers_before_the_name_in_from() {
    let check = |sender: Option<&str>, from: &str, expected: Option<&str>| {
        let mail = SentMail {
            sender: sender.map(str::to_owned),
            ..copy(from, mail(&[KIM], &[], ""))
        };
        assert_eq!(
            Judge {
                mail: &mail,
                whose: Box::new(whose),
                diary: &[]
            }
            .who()
            .as_deref(),
            expected,
            "{sender:?} {from}"
        );
    };
    check(None, BOX, Some(BOX));
    check(None, ASA, Some("asa"));
    check(Some(ASA), BOX, Some("asa"));
    check(Some("x@relay.example"), BOX, Some(BOX));
    check(None, MILJO, Some(MILJO));
    check(None, EVA, Some("eva"));
    check(Some(EVA), BOX, Some("eva"));
    check(None, KIM, None);
}

#[test]
fn staff_may_write_to_the_mailbox_too() {
    let check = |mail: &SentMail, asked: Option<Question>, expected| {
        let judge = Judge {
            mail,
            whose: Box::new(whose),
            diary: &[],
        };
        let pointed =
            asked.and_then(|asked| judge.by_message_id(MatchedBy::InReplyTo, vec![asked]));
        assert_eq!(
            judge.is_about_another(pointed.as_ref()),
            expected,
            "{mail:?}"
        );
    };
    check(
        &copy(ASA, mail(&[KIM], &[BOX], "SV")),
        Some(kims(1, 0)),
        true,
    );
    check(
        &copy(ASA, mail(&[NILS], &[BOX], "VB")),
        Some(kims(1, 0)),
        true,
    );
    check(&copy(ASA, mail(&[BOX], &[], "SV")), Some(kims(1, 0)), false);
    check(
        &copy(ASA, mail(&[OLLE], &[BOX], "SV")),
        Some(kims(1, 0)),
        false,
    );
    // Åsa asked as a citizen.
    check(
        &copy(ASA, mail(&[ASA], &[BOX], "SV")),
        Some(question(1, 0, &[ASA], "Buss")),
        false,
    );
    check(&copy(ASA, mail(&[KIM], &[BOX], "Nytt")), None, false);
}
