//! The table of signs, row by row: a mail, its context, and the whole verdict.

use servicelofte::cli;
use servicelofte::domain::classify::{
    Channel, Class, Context, Conversation, House, Mark, Ours, OwnMark, Verdict, classify,
    may_pass_on, may_wrap_receipt, telling_parts, wants_parts,
};
use servicelofte::domain::message::Message;
use servicelofte::domain::trust::Trust;
use servicelofte::mail::parse;
use std::path::{Path, PathBuf};

/// A header's message: line ends are made right, a sender and a subject are there unless given.
fn message(header: &str) -> Message {
    let mut text = header.to_owned();
    for (name, default) in [
        ("From:", "From: Karin Ek <karin@example.org>"),
        ("Subject:", "Subject: Bygglov"),
    ] {
        if !header.lines().any(|line| line.starts_with(name)) {
            text = format!("{default}\n{text}");
        }
    }
    parse::message(
        format!("{}\n\n", text.trim_end())
            .replace('\n', "\r\n")
            .as_bytes(),
    )
}

/// `yes` and `no` are the three answers: needs an answer, notice, counts as our answer.
fn matches(verdict: &Verdict, class: Class, answers: &str, marks: &[Mark], what: &str) {
    let yes = |answer| if answer { 'y' } else { 'n' };
    let found: String = [
        verdict.needs_answer,
        verdict.may_notify,
        verdict.counts_as_answer,
    ]
    .map(yes)
    .iter()
    .collect();
    assert_eq!(
        (verdict.class, found.as_str(), verdict.marks.as_slice()),
        (class, answers, marks),
        "{what}: {:?}",
        verdict.reasons
    );
    assert!(!verdict.reasons.is_empty(), "{what}");
}

fn check(header: &str, class: Class, answers: &str, marks: &[Mark]) {
    matches(
        &classify(&message(header), &Context::default()),
        class,
        answers,
        marks,
        header,
    );
}

fn check_in(context: &Context, header: &str, class: Class, answers: &str, marks: &[Mark]) {
    matches(
        &classify(&message(header), context),
        class,
        answers,
        marks,
        header,
    );
}

fn own() -> Vec<String> {
    vec![
        "kontakt@kommun.example".to_owned(),
        "info@kommun.example".to_owned(),
    ]
}

use Class::{
    AutoReply, Bounce, Bulk, Calendar, Correspondence, Group, Letter, Notification, Own, Receipt,
    Unreadable,
};
use Mark::{
    AbsenceWords, BareAddress, BulkSign, DmarcFailed, ForeignReplyTo, ForgedMark, FromOurselves,
    InJunk, NeverNotify, NullReturnPath, RoleAddress, SpamFlag, SubjectOnly, WithoutConversation,
};

#[test]
fn persons_are_never_lost() {
    for header in [
        "To: kontakt@kommun.example",
        "Auto-Submitted: no",
        "Auto-Submitted: NO",
        "Auto-Submitted:\n NO (written by a person)",
        "Auto-Submitted: (a comment) no; x=y",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
        "X-MS-Exchange-Inbox-Rules-Loop: karin@example.org\nX-Auto-Response-Suppress: All",
        "Subject: SV: Automatiskt svar: Bygglov",
        "Subject: Re: Out of office: hello",
        "Subject: VB: Undeliverable: hello",
        "Subject: Automatiskt svar?",
        "X-Autoreply: no",
        "Disposition-Notification-To: karin@example.org",
        "Content-Type: multipart/mixed; boundary=x",
        "From: Postmaster Per <postmaster-per@example.org>",
        "Return-Path: <karin@example.org>",
        "Date: Mon, 19 Nov 2036 13:02:11 +0100",
        "X-Loop: karin@example.org",
        "Reply-To: KARIN@example.org",
        "X-Spam-Flag: NO\nX-Spam-Status: No, score=1.2\nX-MS-Exchange-Organization-SCL: 1",
        "From: Aleksandr Petrov <a.petrov@example.org>\nSubject: Leveransen av sopkärl har inte kommit",
        "From: Per Holm, systemadministratör <per.holm@firma.example>\nSubject: Trasig gatlampa",
        "From: service@hissbolaget.example\nSubject: Leveransen av reservdel till hissen",
        "From: order-system@leverantor.example\nSubject: Leveransen av order 4711 är försenad",
        "From: exchange@gymnasium.example\nSubject: Utbytesår",
        "From: mail@firma.example\nSubject: Zustellung der Unterlagen",
        "From: listmaster.johansson@example.org",
        "From: botvid.berg@example.org",
        "X-Failed-Recipients: a@b.se",
    ] {
        check(header, Correspondence, "yyy", &[]);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
fn persons_with_a_doubt_get_no_automatic_mail() {
    check("Precedence: bulk", Correspondence, "yny", &[BulkSign]);
    check(
        "Precedence: junk\nIn-Reply-To: <a@b>",
        Correspondence,
        "yny",
        &[BulkSign],
    );
    check(
        "List-Unsubscribe: <https://crm.example/u/1>\nReturn-Path: <bounces+12@crm.example>",
        Correspondence,
        "yny",
        &[BulkSign],
    );
    check(
        "List-Unsubscribe: <https://crm.example/u/1>\nFeedback-ID: 1:2:3:crm",
        Correspondence,
        "yny",
        &[BulkSign],
    );
    for subject in [
        "Undeliverable: mitt brev",
        "Returned mail",
        "Semester",
        "Frånvaro förskola vecka 28",
        "Frånvaro: Karin Ek",
        "Accepterat: er offert",
        "Automatiskt svar saknas i er e-tjänst",
        "Vi har tagit emot ditt mejl",
        "Läst: SV: Bygglov",
    ] {
        check(
            &format!("Subject: {subject}"),
            Correspondence,
            "yny",
            &[AbsenceWords],
        );
        check(
            &format!("Subject: {subject}\nX-Auto-Response-Suppress: All"),
            Correspondence,
            "yny",
            &[AbsenceWords],
        );
        let bulk = format!("Subject: {subject}\nPrecedence: bulk\nIn-Reply-To: <a@b>");
        check(&bulk, Correspondence, "yny", &[AbsenceWords, BulkSign]);
    }
    check("Return-Path: <>", Correspondence, "yny", &[NullReturnPath]);
    check(
        "Reply-To: karin@mail.example.org",
        Correspondence,
        "yny",
        &[ForeignReplyTo],
    );
    check(
        "Reply-To: annan@example.org",
        Correspondence,
        "yny",
        &[ForeignReplyTo],
    );
    check(
        "Reply-To: alla@kommun.example",
        Correspondence,
        "yny",
        &[ForeignReplyTo],
    );
    for flag in [
        "X-Spam-Flag: YES",
        "X-Spam: Yes",
        "X-Spam-Status: Yes, score=9.1 required=5.0",
        "X-MS-Exchange-Organization-SCL: 5",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:SE;SCL:9;SFV:SPM",
    ] {
        check(flag, Correspondence, "yny", &[SpamFlag]);
    }
    for from in [
        "donotreply-sv@x.example",
        "ejsvar@x.example",
        "inget-svar@x.example",
        "noreplay@x.example",
        "svarainte-fk@x.example",
        "automail@x.example",
        "ei-vastausta@x.example",
        "svara.ej@x.example",
        "ikke-svar@x.example",
        "post-robot@x.example",
        "lista-request@x.example",
        "owner-lista@x.example",
        "lista-bounces@x.example",
        "no.reply.2@x.example",
        "ala-vastaa@x.example",
        "nyhetsbrev@x.example",
        "bounce-123@x.example",
        "webbrobot@x.example",
        "obevakat@x.example",
        "automated@x.example",
        "notiser@x.example",
    ] {
        check(
            &format!("From: {from}"),
            Correspondence,
            "yny",
            &[RoleAddress],
        );
    }
    check(
        "From: karin@[127.0.0.1]",
        Correspondence,
        "yny",
        &[BareAddress],
    );
    check(
        "From: karin@localhost",
        Correspondence,
        "yny",
        &[BareAddress],
    );
    let never = ["@example.org".to_owned()];
    check_in(
        &Context {
            never_notify: &never,
            ..Context::default()
        },
        "",
        Correspondence,
        "yny",
        &[NeverNotify],
    );
    check(
        "Reply-To: karin@annan.example",
        Correspondence,
        "yny",
        &[ForeignReplyTo],
    );
    check(
        "From: no-reply@example.org",
        Correspondence,
        "yny",
        &[RoleAddress],
    );
    check(
        "From: Svara inte <svara-inte@example.org>",
        Correspondence,
        "yny",
        &[RoleAddress],
    );
    check(
        "From: root@example.org",
        Correspondence,
        "yny",
        &[RoleAddress],
    );
    check(
        "Authentication-Results: mx.kommun.example; spf=pass; dmarc=fail (p=none) header.from=x",
        Correspondence,
        "yny",
        &[DmarcFailed],
    );
    check_in(
        &Context {
            trust: Some(Trust::Verified),
            ..Context::default()
        },
        "Authentication-Results: mx.list.example; dmarc=fail header.from=x",
        Correspondence,
        "yyy",
        &[],
    );
    check(
        "Authentication-Results: mx.kommun.example; dmarc=pass\nSubject: dmarc=fail",
        Correspondence,
        "yyy",
        &[],
    );
    check_in(
        &Context {
            in_junk: true,
            ..Context::default()
        },
        "",
        Correspondence,
        "yny",
        &[InJunk],
    );
}

#[test]
fn without_a_sender_a_person_looks() {
    check("From: ", Unreadable, "ynn", &[]);
    check("From: Karin Ek", Unreadable, "ynn", &[]);
    matches(
        &classify(&parse::message(b""), &Context::default()),
        Unreadable,
        "ynn",
        &[],
        "empty",
    );
    matches(
        &classify(&parse::message(b"\x7FELF\x02\x01"), &Context::default()),
        Unreadable,
        "ynn",
        &[],
        "binary",
    );
}

#[test]
fn bounces() {
    check(
        "Content-Type: multipart/report; report-type=\"Delivery-Status\"; boundary=x",
        Bounce,
        "nnn",
        &[],
    );
    check(
        "X-Failed-Recipients: a@b.se\nReturn-Path: <>",
        Bounce,
        "nnn",
        &[NullReturnPath],
    );
    check(
        "X-Failed-Recipients: a@b.se\nFrom: postmaster@x.se",
        Bounce,
        "nnn",
        &[RoleAddress],
    );
    check(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: x\nPrecedence: bulk",
        Bounce,
        "nnn",
        &[RoleAddress],
    );
    check("From: MAILER-DAEMON <>", Bounce, "nnn", &[]);
    check(
        "From: <>\nReturn-Path: <>\nSubject: failure notice",
        Bounce,
        "nnn",
        &[NullReturnPath],
    );
    check(
        "From: postmaster@mx.example\nSubject: Olevererbart: Svar",
        Bounce,
        "nnn",
        &[RoleAddress],
    );
    check(
        "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mx.example>\nSubject: Undeliverable: x",
        Bounce,
        "nnn",
        &[],
    );
    // Reports of other kinds stay what they are, from any sender.
    let report = "From: postmaster@mx.example\nReturn-Path: <>\nContent-Type: multipart/report; boundary=x; report-type=";
    check(
        &format!("{report}disposition-notification"),
        Receipt,
        "nnn",
        &[RoleAddress, NullReturnPath],
    );
    check(
        &format!("{report}feedback-report"),
        Notification,
        "ynn",
        &[RoleAddress, NullReturnPath],
    );
    // The person behind a postmaster's address.
    check(
        "From: postmaster@mx.example\nSubject: Fråga om er e-post",
        Correspondence,
        "yny",
        &[RoleAddress],
    );
    check(
        "From: postmaster@mx.example\nSubject: SV: Undeliverable mail\nIn-Reply-To: <a@b>",
        Correspondence,
        "yny",
        &[RoleAddress],
    );
}

#[test]
fn automatic_replies_by_their_fields() {
    let known = Context {
        conversation: Conversation::Known,
        ..Context::default()
    };
    let bare = Context {
        conversation: Conversation::NotLookedUp,
        ..Context::default()
    };
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: Auto-Replied (vacation); owner-email=\"x\"",
        "auto-submitted: auto-generated\nx-ms-exchange-generated-message-source: Mailbox Rules Agent",
        "Auto-Submitted: auto-generated\nSubject: Karin Ek/Bolag is out of the office.",
        "Auto-Submitted: auto-generated\nSubject: Automatic reply: x",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "Precedence: auto_reply",
        "X-Loop: karin@example.org\nPrecedence: junk\nIn-Reply-To: <a@b>",
        "X-Apple-Action: VACATION",
        "X-FC-MachineGenerated: true",
        "X-Loop: Postfix Admin Virtual Vacation",
        "X-Apple-Action: reply",
    ] {
        check(header, AutoReply, "ynn", &[WithoutConversation]);
        check_in(&known, header, AutoReply, "nnn", &[]);
        check_in(&bare, header, AutoReply, "nnn", &[]);
    }
}

#[test]
fn automatic_replies_by_subject_alone() {
    let known = Context {
        conversation: Conversation::Known,
        ..Context::default()
    };
    let bare = Context {
        conversation: Conversation::NotLookedUp,
        ..Context::default()
    };
    for header in [
        "Subject: Autosvar: x",
        "Subject: AUTO: Kim är frånvarande (återkommer 2026-12-01)",
        "Subject: EXTERNT: Automatische Antwort: x",
        "Subject: [lista] Out of Office: x",
        "Subject: away from my mail",
    ] {
        check(
            header,
            AutoReply,
            "ynn",
            &[WithoutConversation, SubjectOnly],
        );
        check_in(&known, header, AutoReply, "nnn", &[SubjectOnly]);
        // Its conversation was not looked up, so a parent's "Frånvaro: Elsa" is not lost.
        check_in(&bare, header, AutoReply, "ynn", &[SubjectOnly]);
    }
    check_in(
        &bare,
        "Subject: Autosvar: x\nX-Auto-Response-Suppress: OOF, AutoReply",
        AutoReply,
        "nnn",
        &[],
    );
}

#[test]
fn what_looks_automatic_but_is_passed_on() {
    // A rule of Exchange forwards a citizen's mail, with the rule's marks.
    let agent = "Auto-Submitted: auto-generated\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent";
    check(
        &format!("{agent}\nSubject: VB: Bygglov"),
        Notification,
        "ynn",
        &[],
    );
    check(
        &format!("{agent}\nResent-From: b@c.se"),
        Notification,
        "ynn",
        &[],
    );
    check(
        "Auto-Submitted: auto-generated\nSubject: Automatiskt meddelande: ny felanmälan",
        Notification,
        "ynn",
        &[],
    );
    // A form about absence names its person in Reply-To.
    check(
        "Auto-Submitted: auto-generated\nSubject: Frånvaro: Elsa 4A\nReply-To: b@example.org",
        Notification,
        "ynn",
        &[ForeignReplyTo, AbsenceWords],
    );
}

#[test]
fn receipts_and_meetings() {
    check(
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
        Receipt,
        "nnn",
        &[],
    );
    // A server put a footer below it. A person who sends one on writes above it.
    let report =
        "\nContent-Type: multipart/report; report-type=disposition-notification; boundary=y";
    let parts = |first: &str, second: &str| {
        format!("Content-Type: multipart/mixed; boundary=x\n\n--x{first}\n\n--x{second}\n\n--x--")
    };
    check(
        &parts(report, "\nContent-Type: text/plain"),
        Receipt,
        "nnn",
        &[],
    );
    check(
        &parts("\nContent-Type: text/plain", report),
        Correspondence,
        "yyy",
        &[],
    );
    check(
        "Content-Type: text/calendar; method=REPLY",
        Calendar,
        "nnn",
        &[],
    );
    check(
        "Content-Type: text/calendar; method=request",
        Calendar,
        "ynn",
        &[],
    );
    check(
        "Content-Class: urn:content-classes:calendarmessage",
        Calendar,
        "ynn",
        &[],
    );
    check(
        "Content-Class: urn:content-classes:calendarmessage\nSubject: Avböjt: Möte",
        Calendar,
        "nnn",
        &[],
    );
}

#[test]
fn newsletters_need_two_signs() {
    check(
        "Precedence: bulk\nList-Unsubscribe: <mailto:x@y.se>",
        Bulk,
        "nnn",
        &[],
    );
    check(
        "List-Unsubscribe: <https://x.se>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\nFeedback-ID: 1:2:3:x",
        Bulk,
        "nnn",
        &[],
    );
    check("Precedence: bulk\nFeedback-ID: 1:2:3:x", Bulk, "nnn", &[]);
    check("Precedence: bulk\nX-Campaign: 7", Bulk, "nnn", &[]);
    check(
        "Precedence: bulk\nReturn-Path: <bounce-7@x.se>",
        Bulk,
        "nnn",
        &[],
    );
    // It is sent by a service, and a person of another organisation is to be answered.
    check(
        "Precedence: bulk\nList-Unsubscribe: <https://x.se>\nReply-To: anna@annan.example",
        Correspondence,
        "yny",
        &[ForeignReplyTo, BulkSign],
    );
    check(
        "List-Unsubscribe: <https://x.se>\nX-Campaign: 7\nFeedback-ID: 1:2:3:x",
        Bulk,
        "nnn",
        &[],
    );
    check(
        "From: nyhetsbrev@x.se\nList-Unsubscribe: <https://x.se>\nFeedback-ID: 1:2:3:x",
        Bulk,
        "nnn",
        &[RoleAddress],
    );
    check(
        "Precedence: bulk\nReturn-Path: <owner-lista@x.se>\nReply-To: lista@y.se",
        Bulk,
        "nnn",
        &[ForeignReplyTo],
    );
    check(
        "Precedence: bulk\nReturn-Path: <rt-admin@x.se>\nIn-Reply-To: <a@b>",
        Correspondence,
        "yny",
        &[BulkSign],
    );
    check(
        "Precedence: bulk\nList-Unsubscribe: <https://x.se>\nAuto-Submitted: auto-generated\nReply-To: a@annan.example",
        Notification,
        "ynn",
        &[ForeignReplyTo],
    );
    let own = own();
    let context = Context {
        own: &own,
        ..Context::default()
    };
    check_in(
        &context,
        "To: info@kommun.example\nPrecedence: bulk\nList-Id: <x.y>\nList-Unsubscribe: <https://x.se>",
        Bulk,
        "nnn",
        &[],
    );
    // The same services carry forms, whose person is in Reply-To, and people's answers.
    let service =
        "List-Unsubscribe: <https://x.se>\nX-CSA-Complaints: a@b.se\nFeedback-ID: 1:2:3:x";
    check(
        &format!("{service}\nReply-To: karin@annan.example"),
        Correspondence,
        "yny",
        &[ForeignReplyTo, BulkSign],
    );
    check(
        &format!("{service}\nIn-Reply-To: <a@b>"),
        Correspondence,
        "yny",
        &[BulkSign],
    );
    check(
        &format!("{service}\nAuto-Submitted: auto-generated"),
        Notification,
        "ynn",
        &[],
    );
    check(
        "Precedence: bulk\nFrom: noreply@x.se\nReply-To: karin@annan.example\nAuto-Submitted: auto-generated",
        Notification,
        "ynn",
        &[RoleAddress, ForeignReplyTo],
    );
}

/// Case 7 of the list of nasty cases, and its neighbours.
#[test]
fn groups() {
    let google = "Precedence: list\nMailing-list: list x@g.se; contact y\nList-ID: <x.g.se>\nList-Post: <mailto:x@g.se>\nList-Unsubscribe: <mailto:z@g.se>";
    check(google, Group, "yny", &[]);
    check("List-Id: Boende <boende.g.se>", Group, "yny", &[]);
    let mailman = "Precedence: bulk\nList-Id: <x.g.se>\nList-Post: <mailto:x@g.se>";
    check(&format!("{mailman}\nTo: x@g.se"), Bulk, "nnn", &[]);
    check(
        &format!("{mailman}\nTo: kontakt@kommun.example"),
        Group,
        "yny",
        &[],
    );
    let own = own();
    let context = Context {
        own: &own,
        ..Context::default()
    };
    check_in(
        &context,
        &format!("{mailman}\nTo: x@g.se\nCc: info@kommun.example"),
        Group,
        "yny",
        &[],
    );
}

/// Case 9: a form, and the configuration that lets its citizen have a notice.
#[test]
fn notifications() {
    let form =
        "From: noreply@forms.example\nAuto-Submitted: auto-generated\nReply-To: karin@example.org";
    check(form, Notification, "ynn", &[RoleAddress, ForeignReplyTo]);
    check("Auto-Submitted: auto-notified", Notification, "ynn", &[]);
    let senders = ["@forms.example".to_owned()];
    let allowed = Context {
        notify_senders: &senders,
        ..Context::default()
    };
    check_in(
        &allowed,
        form,
        Notification,
        "yyn",
        &[RoleAddress, ForeignReplyTo],
    );
    check_in(
        &allowed,
        "From: noreply@forms.example\nAuto-Submitted: auto-generated",
        Notification,
        "ynn",
        &[RoleAddress],
    );
    check_in(
        &allowed,
        &form.replace("Auto-Submitted", "X-Form"),
        Correspondence,
        "yyy",
        &[RoleAddress, ForeignReplyTo],
    );
    check_in(
        &Context {
            in_junk: true,
            ..allowed
        },
        form,
        Notification,
        "ynn",
        &[InJunk, RoleAddress, ForeignReplyTo],
    );
}

#[test]
fn letters() {
    let scanner = Context {
        letter: true,
        ..Context::default()
    };
    check_in(&scanner, "From: skanner@kommun.example", Letter, "yyn", &[]);
    check_in(
        &scanner,
        "From: skanner@kommun.example\nAuto-Submitted: auto-generated",
        Letter,
        "yyn",
        &[],
    );
    check_in(
        &scanner,
        "From: noreply@kommun.example\nPrecedence: bulk\nList-Id: <x>",
        Letter,
        "yyn",
        &[],
    );
}

/// Our mark is believed from our own address only; a forged one, and a forged sender, stay ordinary
/// mail.
#[test]
fn our_own_mails() {
    let own = own();
    let context = Context {
        own: &own,
        ..Context::default()
    };
    let mark = "X-Servicelofte: notice; ref=SL-2026-00042,SL-2026-00043,nonsense";
    let ours = format!("From: Kontakt <Kontakt@Kommun.example>\n{mark}");
    check_in(&context, &ours, Own, "nnn", &[]);
    check_in(
        &Context {
            ours: Ours::ById,
            ..Context::default()
        },
        "Message-ID: <a@b>",
        Own,
        "nnn",
        &[],
    );
    check_in(&context, mark, Correspondence, "yny", &[ForgedMark]);
    check_in(
        &context,
        &format!("{ours}\nAuthentication-Results: mx; dmarc=fail"),
        Correspondence,
        "ynn",
        &[DmarcFailed, FromOurselves, ForgedMark],
    );
    check_in(
        &context,
        "From: info@kommun.example",
        Correspondence,
        "ynn",
        &[FromOurselves],
    );
    check_in(
        &Context {
            in_sent: true,
            ..context
        },
        "From: info@kommun.example",
        Correspondence,
        "yyy",
        &[],
    );
    let read = OwnMark::of(&message(&ours)).expect("a mark");
    assert_eq!(
        (read.kind.as_str(), read.refs.as_slice()),
        (
            "notice",
            &["SL-2026-00042".to_owned(), "SL-2026-00043".to_owned()][..]
        )
    );
    assert_eq!(
        OwnMark::of(&message("X-Servicelofte: <script>; ref=SL-2026-00042")),
        None
    );
}

/// A form or a switchboard writes for the citizen in Reply-To, where the channel says so.
#[test]
fn channels() {
    let from = "From: formular@kommun.example";
    let of_citizen = format!("{from}\nReply-To: karin@example.org");
    for (notice, header, answers) in [
        (true, of_citizen.as_str(), "yyn"),
        (true, from, "ynn"),
        (false, of_citizen.as_str(), "ynn"),
    ] {
        let context = Context {
            channel: Some(Channel { notice }),
            ..Context::default()
        };
        let verdict = classify(&message(header), &context);
        let marks = verdict.marks.clone();
        matches(&verdict, Correspondence, answers, &marks, header);
    }
}

/// A person behind a mail system's address writes about a report; a report whose subject was
/// answered is one by its envelope.
#[test]
fn a_report_that_is_passed_on() {
    let report = "From: postmaster@mx.example\nSubject: SV: Bygglov\nContent-Type: multipart/mixed; boundary=x";
    let parts = "\n\n--x\nContent-Type: message/delivery-status\n\n\n--x--";
    let header = format!("{report}{parts}");
    check(&header, Correspondence, "yny", &[RoleAddress]);
    let header = format!("Return-Path: <>\n{report}{parts}");
    check(&header, Bounce, "nnn", &[RoleAddress, NullReturnPath]);
}

/// A server writes in the sender's own name that a mail did not arrive: its words count where the
/// envelope is empty, and not those of a receipt.
#[test]
fn a_failure_in_words() {
    let failed = "Return-Path: <>\nSubject: Undelivered mail";
    let words = "The following address was rejected: user unknown";
    let header = format!("{failed}\n\n{words}");
    check(&header, Bounce, "nnn", &[NullReturnPath]);
    let receipt = "\nContent-Type: message/disposition-notification\n\n";
    let header = format!(
        "{failed}\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n{words}\n--x{receipt}\n--x--"
    );
    check(&header, Receipt, "nnn", &[NullReturnPath]);
}

/// The parts that tell of a mail under a server's footer are those of the text that it was added to.
#[test]
fn the_parts_that_tell() {
    for (mime, parts) in [
        ("multipart/mixed", &["1", "2", "3", "1.2", "1.3"][..]),
        ("multipart/alternative", &["2", "3"]),
    ] {
        let header = format!("Content-Type: {mime}; boundary=b");
        assert_eq!(telling_parts(&message(&header)), parts, "{mime}");
    }
}

/// A sentence about post and bills is no delivery report's.
#[test]
fn what_is_said_of_post_holds_no_notice() {
    for subject in [
        "Undeliverable water bills",
        "Mail delivery to our street stopped",
        "E-mail delivery of invoices",
    ] {
        check(&format!("Subject: {subject}"), Correspondence, "yyy", &[]);
    }
    for subject in [
        "Undeliverable",
        "Undeliverable: water bills",
        "Undeliverable mail",
        "Mail delivery failed",
        "Mail Delivery Subsystem",
        "Mail delivery to kim@example.com stopped",
        "E-mail delivery (final notice)",
    ] {
        let header = format!("Subject: {subject}");
        check(&header, Correspondence, "yny", &[AbsenceWords]);
    }
}

#[test]
fn parts_are_wanted_of_suspects_only() {
    let check =
        |header: &str, wanted: bool| assert_eq!(wants_parts(&message(header)), wanted, "{header}");
    check("", false);
    check("Content-Type: multipart/alternative; boundary=x", false);
    check("Subject: Undeliverable: x", false);
    check("Content-Type: multipart/report; boundary=x", true);
    check(
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
        true,
    );
    check("Return-Path: <>", true);
    check("Return-Path: <>\nAuto-Submitted: auto-replied", false);
    check("Return-Path: <>\nSubject: Autosvar: x", false);
    check(
        "Content-Type: multipart/signed; boundary=x\nSubject: Läst: Bygglov",
        true,
    );
    // Never because of a name or a word.
    check("From: mailer-daemon@x.se", false);
    check(
        "From: Oleksandr, System Administrator <postmaster@x.se>\nSubject: Delivery failure",
        false,
    );
    check("X-Failed-Recipients: a@b.se", false);
    check(
        "Subject: Accepterat: Möte\nContent-Type: multipart/alternative; boundary=x",
        false,
    );
    check("Content-Type: multipart/signed; boundary=x", false);
    check(
        "Content-Class: urn:content-classes:calendarmessage\nContent-Type: multipart/mixed; boundary=x",
        true,
    );
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/eml")
        .join(format!("{name}.eml"))
}

/// Whole mails in files.
#[test]
fn whole_mails() {
    let check = |name: &str, class: Class, needs: bool| {
        let parsed = parse::message(&std::fs::read(data(name)).expect(name));
        let verdict = classify(
            &parsed,
            &Context {
                conversation: Conversation::Known,
                ..Context::default()
            },
        );
        assert_eq!(
            (verdict.class, verdict.needs_answer),
            (class, needs),
            "{name}: {:?}",
            verdict.reasons
        );
        parsed
    };
    let bounce = check("bounce-sv-cut", Bounce, false)
        .returned
        .expect("a report");
    assert_eq!(
        bounce.message_id.as_deref(),
        Some("notice.42@kommun.example")
    );
    assert_eq!(
        (bounce.failed, bounce.action.as_deref()),
        (vec!["karin.ek@bolag.example".to_owned()], Some("failed"))
    );
    let bounce = check("bounce-in-words", Bounce, false)
        .returned
        .expect("a system's words");
    assert_eq!(
        bounce.message_id.as_deref(),
        Some("notice.43@kommun.example")
    );
    check("person-sends-bounce", Correspondence, true);
    assert_eq!(
        check("absence-exchange", AutoReply, false).in_reply_to,
        ["notice.42@kommun.example"]
    );
    let receipt = check("receipt", Receipt, false)
        .returned
        .expect("a receipt");
    assert_eq!(
        receipt.message_id.as_deref(),
        Some("notice.42@kommun.example")
    );
    check("meeting-accepted", Calendar, false);
    check("meeting-request", Calendar, true);
    check("smime", Correspondence, true);
    check("retrieval-failed", Unreadable, true);
    check("retrieval-failed-with-address", Unreadable, true);
}

#[test]
fn the_command_writes_a_line_a_file() {
    let mut out = Vec::new();
    let files = [
        data("absence-exchange"),
        data("no such file"),
        data("bounce-sv-cut"),
    ];
    let failure =
        cli::classify::run(&files, None, true, &mut out).expect_err("one file is missing");
    assert!(failure.to_string().contains("no such file"), "{failure}");
    let lines: Vec<serde_json::Value> = String::from_utf8(out)
        .expect("UTF-8")
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    let absence = &lines[0];
    assert_eq!(
        (
            &absence["class"],
            &absence["needs_answer"],
            &absence["message_id"]
        ),
        (
            &"auto_reply".into(),
            &false.into(),
            &"<oof.1@bolag.example>".into()
        )
    );
    assert_eq!(
        (&absence["from"], &absence["reply_to"], &absence["date"]),
        (
            &"anna@bolag.example".into(),
            &serde_json::Value::Null,
            &"2026-11-19T12:02:11+00:00".into()
        )
    );
    assert_eq!(absence["references"][1], "<notice.42@kommun.example>");
    assert_eq!(
        absence["reasons"],
        serde_json::json!([
            "an absence notice's subject",
            "the envelope sender is empty"
        ])
    );
    for key in [
        "file",
        "may_notify",
        "counts_as_answer",
        "reasons",
        "defects",
        "in_reply_to",
        "thread_index",
        "subject",
    ] {
        assert!(absence.get(key).is_some(), "{key}");
    }
    let mut out = Vec::new();
    cli::classify::run(&[data("receipt")], None, false, &mut out).expect("done");
    assert!(
        String::from_utf8(out)
            .expect("UTF-8")
            .contains("receipt; needs an answer: no")
    );
}

#[test]
fn what_may_be_a_receipt_below_a_footer() {
    let mixed = "Content-Type: multipart/mixed; boundary=b";
    let check = |header: &str, expected| {
        assert_eq!(may_wrap_receipt(&message(header)), expected, "{header}");
    };
    check(&format!("Subject: Läst: Bygglov\n{mixed}"), true);
    check(&format!("Return-Path: <>\nSubject: Bygglov\n{mixed}"), true);
    check(&format!("Subject: SV: Bygglov\n{mixed}"), false);
    check("Subject: Läst: Bygglov\nContent-Type: text/plain", false);
}

/// A colleague attaches a citizen's mail, and the subject is the citizen's: only the parts tell.
#[test]
fn what_may_be_a_forward_by_its_parts_alone() {
    let mixed = "Content-Type: multipart/mixed; boundary=b";
    let check = |header: &str, house, expected| {
        assert_eq!(may_pass_on(&message(header), house), expected, "{header}");
    };
    check(mixed, House::Colleague, true);
    check(mixed, House::Staff, true);
    check(mixed, House::Outside, false);
    check(
        &format!("Subject: VB: Bygglov\n{mixed}"),
        House::Colleague,
        false,
    );
    check("Content-Type: text/plain", House::Colleague, false);
    check("", House::Colleague, false);
}
