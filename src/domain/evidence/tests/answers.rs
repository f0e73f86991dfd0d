//! Which questions a mail answers, and how surely.

use super::*;

#[test]
fn an_answer_goes_to_one_of_the_citizens_addresses() {
    let asked = [question(1, 0, &[KIM, "kim@arbete.example"], "Skolskjuts")];
    let bo = "bo@example.net";
    for (to, more, subject, expected) in [
        (&[KIM][..], &[][..], "SV: Skolskjuts", "1 answered"),
        (&["kim@arbete.example"], &[], "SV: Skolskjuts", "1 answered"),
        (
            &["KIM+svar@Example.NET"],
            &[],
            "SV: Skolskjuts",
            "1 answered",
        ),
        (&[bo], &[], "SV: Skolskjuts", ""),
        (&[bo], &[KIM], "SV: Skolskjuts", "1 answered"),
        (&[], &[KIM], "SV: Skolskjuts", "1 answered"),
        (&[KIM], &[], "Något helt annat", "1 answered"),
    ] {
        replies(&mail(to, more, subject), &asked, expected);
    }
    let reply = mail(&[KIM], &[], "SV: Skolskjuts");
    for from in [ASA, BOX] {
        let copied = mail(&[KIM], &[BOX], "SV: Skolskjuts");
        replies(&copy(from, copied), &asked, "1 answered");
    }
    let tagged = [question(1, 0, &["kim+kommun@example.net"], "Skolskjuts")];
    replies(&reply, &tagged, "1 answered");
    let unknown = [question(1, 0, &[], "Skolskjuts")];
    replies(&reply, &unknown, "");
}

#[test]
fn it_settles_its_matter_before_it_and_asks_about_the_rest() {
    let other = |n, at| question(n, at, &[KIM], "Bygglov");
    let mut of_other_pledge = kims(2, 10);
    of_other_pledge.item.pledge = Some("records".to_owned());
    let mut excluded = in_state(kims(1, 20), State::Excluded);
    excluded.item.pledge = None;
    let of_olle = question(2, 10, &[OLLE], "Skolskjuts");
    let known = || in_state(kims(1, 0), State::ProbablyAnswered);
    let mut flagged = other(2, 10);
    flagged.item.flags.insert(Flag::AnsweredBeside);
    let reply = mail(&[KIM], &[], "SV: Skolskjuts");
    for (asked, expected) in [
        ([kims(1, 0), kims(2, 10)], "2 answered, 1 answered"),
        ([kims(2, 10), kims(1, 0)], "2 answered, 1 answered"),
        ([kims(1, 0), kims(2, 90)], "1 answered"),
        ([kims(1, 0), other(2, 10)], "2 asked about, 1 answered"),
        ([kims(1, 0), other(2, 90)], "1 answered"),
        ([kims(1, 0), of_other_pledge], "2 asked about, 1 answered"),
        ([excluded, kims(2, 0)], "2 answered"),
        ([kims(1, 0), of_olle], "1 answered"),
        ([kims(1, 0), in_conversation(kims(2, 10), 2)], "1 answered"),
        // Known already.
        ([in_state(kims(1, 0), State::Answered), flagged], ""),
    ] {
        replies(&reply, &asked, expected);
    }
    replies(&reply, &[known()], "1 answered");
    // Of a probable answer too nothing else of the matter is noticed.
    let to_another = mail(&[NILS], &[KIM], "SV");
    let asked = [kims(1, 0), kims(2, 10)];
    replies(&to_another, &asked, "2 probable, 1 probable");
    replies(&to_another, &[known()], "");
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
    // It was dragged over, and counts from its arrival in the other mailbox.
    let mut dragged = bygglov(1, 20);
    dragged.item.twin_arrival = Some(minute(0));
    new(
        &mail(&[KIM], &[], "Beslut"),
        &[kims(2, 10), dragged],
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
fn a_diary_number_is_no_part_of_the_core() {
    let diary = [Regex::new(r"KS \d{4}/\d+").unwrap()];
    let mail = mail(&[KIM], &[], "Skolskjuts KS 2026/12");
    let asked = [question(1, 0, &[KIM], "Bygglov"), kims(2, 10)];
    let told_with = |diary: &[Regex]| {
        told(
            &Judge {
                mail: &mail,
                whose: Box::new(whose),
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
