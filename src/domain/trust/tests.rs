//! The verdicts, kind by kind.

use super::*;
use crate::domain::message::Address;

const OURS: &str = "mx.kommun.test";

fn message(from: &[&str], lines: &[&str]) -> Message {
    let from = from
        .iter()
        .map(|addr| Address {
            name: None,
            addr: (*addr).to_owned(),
        })
        .collect();
    let headers = lines.iter().map(|line| match line.split_once(": ") {
        Some((name, value)) if !name.contains(';') => (name.to_lowercase(), value.to_owned()),
        _ => ("authentication-results".to_owned(), (*line).to_owned()),
    });
    Message {
        from,
        headers: headers.collect(),
        ..Message::default()
    }
}

fn check(authority: Authority<'_>, lines: &[&str], trust: Trust, because: Because) {
    let message = message(&["asa@kommun.test"], lines);
    let judged = judge(&message, authority, |domain| domain == "kommun.test");
    assert_eq!(
        (judged.trust, judged.because),
        (trust, because),
        "{authority:?} {lines:?}"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each line of the border")]
fn the_border_tells_who_is_genuine() {
    let server =
        |lines: &[&str], trust, because| check(Authority::Server(OURS), lines, trust, because);
    let pass = "mx.kommun.test; dmarc=pass header.from=kommun.test";
    server(&[pass], Trust::Verified, Because::DmarcPass);
    server(
        &[
            "MX.Kommun.Test. 1; spf=fail; dkim=pass; DMARC = Pass (p=none; x) Header.From=Kommun.Test",
        ],
        Trust::Verified,
        Because::DmarcPass,
    );
    server(
        &[
            "mx.kommun.test (a (nested; dmarc=fail) comment); dmarc=pass header.from=\"kommun.test\"",
        ],
        Trust::Verified,
        Because::DmarcPass,
    );
    server(
        &["mx.kommun.test; dmarc=pass header.from=asa@kommun.test"],
        Trust::Verified,
        Because::DmarcPass,
    );
    server(
        &["other.test; dmarc=fail header.from=kommun.test", pass],
        Trust::Verified,
        Because::DmarcPass,
    );
    // As real programs write it.
    for line in [
        "mx.kommun.test; dmarc=pass (p=quarantine dis=none) header.from=kommun.test",
        "mx.kommun.test;\tdkim=pass header.d=kommun.test header.s=s1 header.b=AbC+/=;\tdmarc=pass (policy=reject) header.from=kommun.test;\tspf=softfail (mx: 192.0.2.1 is neither) smtp.mailfrom=asa@kommun.test",
        "mx.kommun.test; arc=none (no signatures found); dkim=pass header.i=@kommun.test; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=kommun.test",
        "mx.kommun.test; iprev=pass (mail.kommun.test) smtp.remote-ip=192.0.2.1; spf=pass; dmarc=pass policy.published-domain-policy=none header.from=kommun.test",
        "mx.kommun.test; bimi=skipped (DMARC is not at enforcement); dmarc=pass header.from=\"asa@kommun.test\"",
        "mx.kommun.test; dmarc=pass header.from=<asa@kommun.test>",
        "mx.kommun.test;dmarc=pass(p=none)header.from=kommun.test",
        "mx.kommun.test; auth=pass smtp.auth=asa; dmarc=pass header.from=kommun.test; dkim=pass; dkim=fail reason=\"bad; dmarc=fail\"",
        "mx.kommun.test; x-tls=pass; dkim-adsp=none; dmarc=pass header.from=KOMMUN.TEST.",
        "mx.kommun.test 1; dmarc/1=pass header.from=kommun.test",
    ] {
        server(&[line], Trust::Verified, Because::DmarcPass);
    }
    // Only the topmost of that name.
    server(
        &["mx.kommun.test; dmarc=none", pass],
        Trust::Open,
        Because::NoPass,
    );
    server(
        &["mx.kommun.test; dmarc=fail", pass],
        Trust::Failed,
        Because::DmarcFail,
    );
    for open in [
        "mx.kommun.test; none",
        "mx.kommun.test",
        "mx.kommun.test; dmarc=none header.from=kommun.test",
        "mx.kommun.test; dmarc=temperror header.from=kommun.test",
        "mx.kommun.test; dmarc=bestguesspass header.from=kommun.test",
        "mx.kommun.test; spf=pass smtp.mailfrom=kommun.test; dkim=pass header.d=kommun.test",
        "mx.kommun.test; spf=softfail",
        "mx.kommun.test; spf=fail; dkim=pass header.d=evil.test",
        "mx.kommun.test; x=\"; dmarc=pass header.from=kommun.test\"",
        "mx.kommun.test; dkim=neutral (; dmarc=pass header.from=kommun.test)",
    ] {
        server(&[open], Trust::Open, Because::NoPass);
    }
    for another in [
        "mx.kommun.test; dmarc=pass header.from=evil.test",
        "mx.kommun.test; dmarc=pass header.from=kommun.test.evil.test",
        "mx.kommun.test; dmarc=pass header.from=sub.kommun.test",
        "mx.kommun.test; dmarc=pass",
        "mx.kommun.test; dmarc=pass header.from=kommun.test; dmarc=pass header.from=evil.test",
    ] {
        server(&[another], Trust::Open, Because::PassForAnother);
    }
    for missing in [
        &[][..],
        &["other.test; dmarc=pass header.from=kommun.test"],
        &["mx.kommun.test.evil; dmarc=pass"],
        &[""],
    ] {
        server(missing, Trust::Missing, Because::NoLine);
    }
    server(
        &["spf=pass; dmarc=pass header.from=kommun.test"],
        Trust::Missing,
        Because::NoLine,
    );
    server(
        &["mx.kommun.test; dmarc=permerror"],
        Trust::Failed,
        Because::DmarcFail,
    );
    server(
        &["mx.kommun.test; spf=fail; dkim=fail"],
        Trust::Failed,
        Because::SpfFail,
    );
    server(
        &["mx.kommun.test; spf=permerror; dkim=none"],
        Trust::Failed,
        Because::SpfFail,
    );
    server(
        &["mx.kommun.test; dmarc=pass header.from=kommun.test; compauth=fail reason=001"],
        Trust::Failed,
        Because::CompauthFail,
    );
    server(
        &["mx.kommun.test; dmarc=pass header.from=kommun.test; dmarc=fail"],
        Trust::Failed,
        Because::DmarcFail,
    );
}

#[test]
fn exchange_writes_no_name() {
    let exchange =
        |lines: &[&str], trust, because| check(Authority::Exchange, lines, trust, because);
    let pass = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=kommun.test; dkim=pass (signature was verified) header.d=kommun.test;dmarc=pass action=none header.from=kommun.test;compauth=pass reason=100";
    exchange(&[pass], Trust::Verified, Because::DmarcPass);
    exchange(
        &["dmarc=pass header.from=kommun.test"],
        Trust::Verified,
        Because::DmarcPass,
    );
    exchange(
        &["mx.evil.test; dmarc=fail", pass],
        Trust::Verified,
        Because::DmarcPass,
    );
    exchange(
        &["mx.evil.test; dmarc=pass header.from=kommun.test"],
        Trust::Missing,
        Because::NoLine,
    );
    exchange(
        &[
            "spf=none; dkim=none; dmarc=none action=none header.from=kommun.test",
            pass,
        ],
        Trust::Open,
        Because::NoPass,
    );
    exchange(
        &["spf=fail; dkim=none; dmarc=none; compauth=fail reason=601"],
        Trust::Failed,
        Because::CompauthFail,
    );
    exchange(
        &["X-MS-Exchange-Organization-AuthAs: Internal"],
        Trust::Verified,
        Because::Internal,
    );
    exchange(
        &["X-MS-Exchange-Organization-AuthAs: Anonymous"],
        Trust::Missing,
        Because::NoLine,
    );
    check(
        Authority::Server(OURS),
        &["X-MS-Exchange-Organization-AuthAs: Internal"],
        Trust::Missing,
        Because::NoLine,
    );
    let stranger = message(
        &["kim@medborgare.test"],
        &["X-MS-Exchange-Organization-AuthAs: Internal"],
    );
    assert_eq!(
        judge(&stranger, Authority::Exchange, |domain| domain
            == "kommun.test")
        .trust,
        Trust::Missing
    );
}

#[test]
fn without_an_authority_only_failures_are_told() {
    let unset = |lines: &[&str], trust, because| check(Authority::Unset, lines, trust, because);
    unset(&[], Trust::Missing, Because::NoLine);
    unset(
        &["mx.kommun.test; dmarc=pass header.from=kommun.test"],
        Trust::Missing,
        Because::NoLine,
    );
    unset(
        &["a.test; dmarc=pass", "b.test; dmarc=fail"],
        Trust::Failed,
        Because::DmarcFail,
    );
    unset(
        &["dmarc=none; compauth=fail"],
        Trust::Failed,
        Because::CompauthFail,
    );
}

#[test]
fn a_defective_from_fails_whatever_the_line_says() {
    let pass = "mx.kommun.test; dmarc=pass header.from=kommun.test";
    let judged = |message: &Message| judge(message, Authority::Server(OURS), |_| true);
    let two = message(&["asa@kommun.test", "eva@evil.test"], &[pass]);
    assert_eq!(
        judged(&two),
        Judged::new(Trust::Failed, Because::SeveralFrom)
    );
    assert_eq!(refuted(&two), Some(Because::SeveralFrom));
    for fault in FromFault::ALL {
        let faulty = Message {
            from_faults: vec![fault],
            ..message(&["asa@kommun.test"], &[pass])
        };
        assert_eq!(
            judged(&faulty),
            Judged::new(Trust::Failed, Because::From(fault))
        );
        assert_eq!(refuted(&faulty), Some(Because::From(fault)));
    }
    assert_eq!(refuted(&message(&["asa@kommun.test"], &[pass])), None);
    assert_eq!(
        refuted(&message(
            &["asa@kommun.test"],
            &[pass, "x.test; dmarc=fail"]
        )),
        Some(Because::DmarcFail)
    );
}

#[test]
fn an_authority_is_read_from_the_configuration() {
    assert_eq!(Authority::of(None), Authority::Unset);
    assert_eq!(Authority::of(Some("Exchange")), Authority::Exchange);
    assert_eq!(Authority::of(Some(OURS)), Authority::Server(OURS));
    assert!(!Authority::Unset.is_set() && Authority::Exchange.is_set());
    let seen: Vec<Option<String>> = servers(&message(&[], &["MX.a; none", "spf=pass"])).collect();
    assert_eq!(seen, [Some("mx.a".to_owned()), None]);
}

#[test]
fn a_border_speaks_in_a_line_of_its_own() {
    for (line, server, exchange) in [
        ("mx.kommun.test; none", true, false),
        ("other.test; dmarc=pass", false, false),
        ("spf=pass", false, true),
    ] {
        let message = message(&[], &[line]);
        let speaks = |authority: Authority<'_>| authority.spoke_in(&message);
        let spoken = (speaks(Authority::Server(OURS)), speaks(Authority::Exchange));
        assert_eq!(spoken, (server, exchange), "{line}");
        assert!(!speaks(Authority::Unset), "{line}");
    }
}

#[test]
fn a_mail_that_claims_to_be_ours_is_believed_as_far_as_the_border_goes() {
    let check = |lines: &[&str], unset, set| {
        let message = message(&["asa@kommun.test"], lines);
        let of = |authority| belief(&message, authority, |domain| domain == "kommun.test");
        assert_eq!(
            (of(Authority::Unset), of(Authority::Server(OURS))),
            (unset, set),
            "{lines:?}"
        );
    };
    let (unverified, by_id) = (Some(Belief::Unverified), Some(Belief::OnlyById));
    check(&[], unverified, by_id);
    check(
        &["mx.kommun.test; dmarc=pass header.from=kommun.test"],
        unverified,
        Some(Belief::Verified),
    );
    check(&["mx.kommun.test; dmarc=none"], unverified, by_id);
    check(
        &["mx.kommun.test; dmarc=pass header.from=evil.test"],
        unverified,
        by_id,
    );
    check(
        &["other.test; dmarc=pass header.from=kommun.test"],
        unverified,
        by_id,
    );
    check(
        &["mx.kommun.test; dmarc=fail header.from=kommun.test"],
        None,
        None,
    );
    check(&["other.test; spf=fail"], None, None);
    let both = [
        "mx.kommun.test; dmarc=pass header.from=kommun.test",
        "other.test; dmarc=fail",
    ];
    check(&both, None, None);
    assert!(Belief::Verified.is_verified());
    assert!(!Belief::Unverified.is_verified() && !Belief::OnlyById.is_verified());
    let two = message(&["asa@kommun.test", "bo@kommun.test"], &[]);
    assert_eq!(belief(&two, Authority::Unset, |_| true), None);
}
