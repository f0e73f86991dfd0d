//! When it is answered, as a table: the questions, the mail, what it proves.

use super::*;
use crate::domain::calendar::tests::date;
use crate::domain::how::How;
use crate::domain::item::tests::{born, logged, open};
use crate::domain::kept_by::KeptBy;
use chrono::TimeZone;
use std::fmt::Write as _;

const KIM: &str = "kim@example.net";
const OLLE: &str = "olle@example.org";
const BOX: &str = "kf@kommun.se";
const ASA: &str = "asa@kommun.se";
const NILS: &str = "nils@kommun.se";
const EVA: &str = "eva@kommun.se";
const MILJO: &str = "miljo@kommun.se";

fn minute(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).unwrap() + chrono::Duration::minutes(minute)
}

fn whose(address: &str) -> Whose<'static> {
    match address {
        BOX | "bygg@kommun.se" => Whose::Own,
        ASA => Whose::Staff("asa"),
        NILS => Whose::Staff("nils"),
        EVA => Whose::Former("eva"),
        _ if address.ends_with("@kommun.se") => Whose::Colleague,
        _ => Whose::Outside,
    }
}

/// Question `n` of the first conversation, asked at that minute.
fn question(n: i64, asked_at: i64, citizen: &[&str], subject: &str) -> Question {
    let standing = open(date("2026-11-20"), "asa");
    let logged = logged(minute(asked_at), standing);
    let item = born(ItemId::new(2026, n), minute(asked_at), logged);
    let addresses = citizen
        .iter()
        .map(|address| (*address).to_owned())
        .collect();
    Question {
        item,
        citizen: Citizen { addresses },
        cores: vec![core(subject, &[])],
        forwarded_in: false,
    }
}

fn kims(n: i64, asked_at: i64) -> Question {
    question(n, asked_at, &[KIM], "Skolskjuts")
}

fn in_conversation(mut question: Question, n: i64) -> Question {
    question.item.conversation = ItemId::new(2026, n);
    question
}

fn in_state(mut question: Question, state: State) -> Question {
    question.item.state = state;
    question
}

/// Filed as done at that minute.
fn filed(question: Question, at: i64) -> Question {
    let mut filed = in_state(question, State::Closed);
    let evidence = Evidence::without_mail(EvidenceKind::DoneFolder, None);
    filed.item.settled = Some(Settled {
        at: minute(at),
        by: None,
        evidence,
        how: Some(How::DoneFolder),
    });
    filed
}

fn addresses(list: &[&str]) -> Vec<String> {
    list.iter().map(|address| (*address).to_owned()).collect()
}

/// A mail from the mailbox in Sent at minute 60: To, then Cc and Bcc.
fn mail(to: &[&str], more: &[&str], subject: &str) -> SentMail {
    SentMail {
        at: minute(60),
        folder: "Skickat".to_owned(),
        from: Some(BOX.to_owned()),
        to: addresses(to),
        recipients: addresses(&[to, more].concat()),
        subject: subject.to_owned(),
        ..SentMail::default()
    }
}

fn copy(from: &str, mail: SentMail) -> SentMail {
    SentMail {
        copy: true,
        from: Some(from.to_owned()),
        ..mail
    }
}

/// `1 answered`, one line a finding.
fn told(findings: &[Finding]) -> String {
    let mut told = String::new();
    for Finding { item, by, fact } in findings {
        let what = match fact {
            Fact::Flagged { .. } => "asked about".to_owned(),
            Fact::Assigned { to, .. } => {
                format!("to {to} by {}", by.as_deref().unwrap_or("nobody"))
            }
            Fact::ProbablyAnswered { .. } => "probable".to_owned(),
            other => other.name().to_owned(),
        };
        let number = item.0 % crate::domain::item_id::ITEMS_PER_YEAR;
        let _ = write!(
            told,
            "{}{number} {what}",
            if told.is_empty() { "" } else { ", " }
        );
    }
    told
}

/// What a mail proves that names the first of the questions by its id.
#[track_caller]
fn replies(mail: &SentMail, questions: &[Question], expected: &str) {
    let judge = Judge {
        mail,
        whose: &whose,
        diary: &[],
    };
    let pointed = judge.by_message_id(MatchedBy::InReplyTo, questions[..1].to_vec());
    let first = questions[0].item.conversation;
    let joined: Vec<Question> = questions
        .iter()
        .filter(|q| q.item.conversation == first)
        .cloned()
        .collect();
    assert_eq!(
        told(&judge.findings(pointed.as_ref(), &joined, questions)),
        expected
    );
}

/// What a mail proves that points at nothing.
#[track_caller]
fn new(mail: &SentMail, questions: &[Question], expected: &str) {
    assert_eq!(
        told(
            &Judge {
                mail,
                whose: &whose,
                diary: &[]
            }
            .findings(None, &[], questions)
        ),
        expected
    );
}

#[test]
fn an_answer_goes_to_one_of_the_citizens_addresses() {
    let asked = [question(1, 0, &[KIM, "kim@arbete.example"], "Skolskjuts")];
    replies(&mail(&[KIM], &[], "SV: Skolskjuts"), &asked, "1 answered");
    replies(
        &mail(&["kim@arbete.example"], &[], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &mail(&["KIM+svar@Example.NET"], &[], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &mail(&["bo@example.net"], &[], "SV: Skolskjuts"),
        &asked,
        "",
    );
    replies(
        &mail(&["bo@example.net"], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(&mail(&[], &[KIM], "SV: Skolskjuts"), &asked, "1 answered");
    replies(&mail(&[KIM], &[], "Något helt annat"), &asked, "1 answered");
    replies(
        &copy(ASA, mail(&[KIM], &[BOX], "SV: Skolskjuts")),
        &asked,
        "1 answered",
    );
    replies(
        &copy(BOX, mail(&[KIM], &[BOX], "SV: Skolskjuts")),
        &asked,
        "1 answered",
    );
    let tagged = [question(1, 0, &["kim+kommun@example.net"], "Skolskjuts")];
    replies(&mail(&[KIM], &[], "SV: Skolskjuts"), &tagged, "1 answered");
    let unknown = [question(1, 0, &[], "Skolskjuts")];
    replies(&mail(&[KIM], &[], "SV: Skolskjuts"), &unknown, "");
}

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
        whose: &whose,
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
fn it_settles_its_matter_before_it_and_asks_about_the_rest() {
    let reply = mail(&[KIM], &[], "SV: Skolskjuts");
    let other = |n, at| question(n, at, &[KIM], "Bygglov");
    replies(&reply, &[kims(1, 0), kims(2, 10)], "2 answered, 1 answered");
    replies(&reply, &[kims(2, 10), kims(1, 0)], "2 answered, 1 answered");
    replies(&reply, &[kims(1, 0), kims(2, 90)], "1 answered");
    replies(
        &reply,
        &[kims(1, 0), other(2, 10)],
        "2 asked about, 1 answered",
    );
    replies(&reply, &[kims(1, 0), other(2, 90)], "1 answered");
    let mut of_other_pledge = kims(2, 10);
    of_other_pledge.item.pledge = Some("records".to_owned());
    replies(
        &reply,
        &[kims(1, 0), of_other_pledge],
        "2 asked about, 1 answered",
    );
    let mut excluded = in_state(kims(1, 20), State::Excluded);
    excluded.item.pledge = None;
    replies(&reply, &[excluded, kims(2, 0)], "2 answered");
    replies(
        &reply,
        &[kims(1, 0), question(2, 10, &[OLLE], "Skolskjuts")],
        "1 answered",
    );
    replies(
        &reply,
        &[kims(1, 0), in_conversation(kims(2, 10), 2)],
        "1 answered",
    );
    // Of a probable answer too nothing else of the matter is noticed.
    replies(
        &mail(&[NILS], &[KIM], "SV"),
        &[kims(1, 0), kims(2, 10)],
        "2 probable, 1 probable",
    );
    // Known already.
    let mut flagged = other(2, 10);
    flagged.item.flags.insert(Flag::AnsweredBeside);
    replies(
        &reply,
        &[in_state(kims(1, 0), State::Answered), flagged],
        "",
    );
    replies(
        &reply,
        &[in_state(kims(1, 0), State::ProbablyAnswered)],
        "1 answered",
    );
    replies(
        &mail(&[NILS], &[KIM], "SV"),
        &[in_state(kims(1, 0), State::ProbablyAnswered)],
        "",
    );
}

#[test]
fn one_answer_to_many_may_answer_the_others() {
    let olles = |n, at| in_conversation(question(n, at, &[OLLE], "Buss"), n);
    let reply = mail(&[KIM], &[OLLE], "SV: Skolskjuts");
    replies(
        &reply,
        &[kims(1, 0), olles(2, 10), olles(3, 20)],
        "1 answered, 2 probable",
    );
    replies(&reply, &[kims(1, 0), olles(2, 90)], "1 answered");
    replies(
        &reply,
        &[
            kims(1, 0),
            in_state(olles(2, 10), State::ProbablyAnswered),
            olles(3, 20),
        ],
        "1 answered",
    );
    // Kim's other questions stay Kim's.
    replies(
        &reply,
        &[kims(1, 0), in_conversation(kims(2, 10), 2)],
        "1 answered",
    );
    // It replies to none of them.
    replies(
        &mail(&[NILS], &[OLLE], "VB: Skolskjuts"),
        &[kims(1, 0), olles(2, 10)],
        "1 to nils by kf@kommun.se",
    );
}

#[test]
fn a_mail_that_points_at_nothing_may_answer_the_question_of_its_subject_or_the_oldest() {
    let bygglov = |n, at| question(n, at, &[KIM], "Bygglov");
    new(
        &mail(&[KIM], &[], "Skolskjuts"),
        &[bygglov(1, 0), kims(2, 10)],
        "2 probable",
    );
    new(
        &mail(&[KIM], &[], "Beslut"),
        &[kims(2, 10), bygglov(1, 0)],
        "1 probable",
    );
    new(
        &mail(&[KIM], &[], ""),
        &[question(1, 0, &[KIM], "")],
        "1 probable",
    );
    new(&mail(&[KIM], &[], "Beslut"), &[kims(1, 90)], "");
    new(&mail(&[OLLE], &[], "Skolskjuts"), &[kims(1, 0)], "");
    let four = ["a@x.example", "b@x.example", "c@x.example", KIM];
    new(&mail(&four, &[], "Beslut"), &[kims(1, 0)], "");
    new(&mail(&four, &[], "Skolskjuts"), &[kims(1, 0)], "1 probable");
    new(
        &mail(&four[1..], &[BOX], "Beslut"),
        &[kims(1, 0)],
        "1 probable",
    );
    new(
        &copy(ASA, mail(&[KIM], &[BOX], "Skolskjuts")),
        &[kims(1, 0)],
        "",
    );
    new(
        &mail(&[KIM], &[], "Beslut"),
        &[in_state(kims(1, 0), State::ProbablyAnswered), kims(2, 10)],
        "",
    );
}

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
        whose: &whose,
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
fn the_answer_to_a_forward_leaves_the_house() {
    let forward = Question {
        forwarded_in: true,
        ..question(1, 0, &[NILS], "Skolskjuts")
    };
    let asked = [forward];
    replies(&mail(&[KIM], &[], "SV: Skolskjuts"), &asked, "1 answered");
    replies(
        &mail(&[KIM], &[OLLE, NILS], "SV: Skolskjuts"),
        &asked,
        "1 answered",
    );
    replies(
        &mail(&[KIM, OLLE], &[], "SV: Skolskjuts"),
        &asked,
        "1 probable",
    );
    replies(
        &mail(&[NILS], &[KIM], "SV: Skolskjuts"),
        &asked,
        "1 probable",
    );
    replies(&mail(&[MILJO], &[], "SV: VB: Skolskjuts"), &asked, "");
    replies(
        &mail(&[NILS], &[], "SV: VB: Skolskjuts"),
        &asked,
        "1 to nils by kf@kommun.se",
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

#[test]
fn an_id_means_one_thing() {
    let check = |subject: &str, known: &[Question], expected: &[i64]| {
        let mail = mail(&[KIM], &[], subject);
        let pointed = Judge {
            mail: &mail,
            whose: &whose,
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

fn numbers(pointed: Option<&Pointed>) -> Vec<i64> {
    let questions = pointed.iter().flat_map(|pointed| &pointed.questions);
    questions
        .map(|question| question.item.id.0 % crate::domain::item_id::ITEMS_PER_YEAR)
        .collect()
}

#[test]
fn a_notice_for_several_stands_for_the_one_that_is_named() {
    let several = [kims(1, 0), question(2, 5, &[KIM], "Buss")];
    let check = |subject: &str, spoken_for: &[Question], expected: &[i64], doubtful| {
        let mail = mail(&[KIM], &[], subject);
        let pointed = Judge {
            mail: &mail,
            whose: &whose,
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
        whose: &whose,
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
            whose: &whose,
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
                whose: &whose,
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
            whose: &whose,
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

#[test]
fn a_diary_number_is_no_part_of_the_core() {
    let diary = [Regex::new(r"KS \d{4}/\d+").unwrap()];
    let mail = mail(&[KIM], &[], "Skolskjuts KS 2026/12");
    let asked = [question(1, 0, &[KIM], "Bygglov"), kims(2, 10)];
    let told_with = |diary: &[Regex]| {
        told(
            &Judge {
                mail: &mail,
                whose: &whose,
                diary,
            }
            .findings(None, &[], &asked),
        )
    };
    assert_eq!(
        (told_with(&diary), told_with(&[])),
        ("2 probable".to_owned(), "1 probable".to_owned())
    );
}

/// A reply before the decision is in the history, once; a probable answer does not prove contact.
#[test]
fn a_reply_before_a_decision_is_contact() {
    let mut asked = kims(1, 0);
    asked.item.due.as_mut().expect("a due date").kept_by = KeptBy::Decision;
    let answer = mail(&[KIM], &[], "SV: Skolskjuts");
    replies(&answer, &[asked.clone()], "1 contacted");
    new(&answer, &[asked.clone()], "");
    asked.item.contacted_at = Some(answer.at);
    replies(&answer, &[asked], "");
}
