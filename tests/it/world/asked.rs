//! What staff ask to see by mail, as they get it: who is shown what.

use super::edges::town;
use super::town::Town;
use mail_parser::MessageParser;
use std::fmt::Write as _;

/// Reader and text of the mails of a kind, in the order in which they left.
fn mails(town: &Town, kind: &str) -> Vec<(String, String)> {
    let accepted = town.post.state().accepted.clone();
    let parsed = accepted.iter().map(|one| {
        let mail = MessageParser::default()
            .parse(&one.envelope.mail)
            .expect("a mail")
            .into_owned();
        (one.envelope.to.join(","), mail)
    });
    parsed
        .filter(|(_, mail)| {
            mail.header_raw("X-Servicelofte")
                .is_some_and(|mark| mark.trim().starts_with(kind))
        })
        .map(|(to, mail)| {
            let text = mail.body_text(0).expect("a text").into_owned();
            (to, text.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

#[test]
fn a_list_and_a_history_show_what_their_reader_may_see() {
    let script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\n\
                  mail id=a from=anna@example.com subject=Buss\nmail id=b from=bo@example.com subject=Skola\n\
                  at 2026-11-19 10:00\nassign SL-2026-00001 to=kanslist\nat 2026-11-23 09:00\n\
                  mail id=l from=registrator@example.se in-reply-to={SL-2026-00002/reminder} body=LISTA\n\
                  at 2026-11-23 09:10\nat 2026-11-23 09:30\n\
                  mail id=v from=registrator@example.se in-reply-to={SL-2026-00002/confirmation} \
                  body=\"ANTECKNING: ringde, inget svar\\nVISA SL-2026-00002\"\nat 2026-11-24 09:00\n\
                  mail id=s from=kanslichef@example.se in-reply-to={SL-2026-00001/escalation:1} body=LISTA\n\
                  at 2026-11-24 09:06\nat 2026-11-24 09:10\n\
                  mail id=t from=kanslichef@example.se in-reply-to={SL-2026-00001/escalation:1} body=\"VISA SL-2026-00001\"\n\
                  at 2026-11-24 10:00";
    town(script, async |town| {
        let told = mails(town, "confirmation");
        let [(_, list), (_, history), (chief, theirs), (_, refused)] = &told[..] else {
            panic!("{told:#?}")
        };
        assert!(
            list.contains("Dina ärenden (1)") && list.contains("Skola"),
            "{list}"
        );
        assert!(
            !list.contains("SL-2026-00001"),
            "what others have is no matter of theirs: {list}"
        );
        assert!(
            history.contains("Anteckning: ringde, inget svar (av: Namn registrator (registrator))"),
            "{history}"
        );
        assert!(
            history.contains("Kom in torsdag 19 november 2026") && history.contains("Skola"),
            "{history}"
        );
        assert_eq!(chief, "kanslichef@example.se");
        assert!(
            theirs.contains("Du har inga öppna ärenden själv."),
            "{theirs}"
        );
        for line in [
            "SL-2026-00001: Namn kanslist, senast 7 december",
            "SL-2026-00002: Namn registrator, senast 7 december",
        ] {
            assert!(theirs.contains(line), "{line}: {theirs}");
        }
        assert!(
            !theirs.contains("Buss") && !theirs.contains("Skola"),
            "no subject for who stands above: {theirs}"
        );
        assert!(
            refused.contains("Historiken visas bara för den som har ärendet eller brevlådan."),
            "{refused}"
        );
    });
}

/// The note on unwatched messages goes to a supervisor when no person of the mailbox is there:
/// without a subject.
#[test]
fn a_subject_is_for_those_who_may_see_the_item() {
    for (absent, reader, shown) in [
        ("", "registrator@example.se", true),
        (
            "staff registrator away = [\"2026-11-19/2026-12-01\"]\nstaff kanslist away = [\"2026-11-19/2026-12-01\"]\n",
            "kanslichef@example.se",
            false,
        ),
    ] {
        let script = format!(
            "{absent}start 2026-11-16 08:00\nat 2026-11-19 09:12\n\
             mail id=a from=news@example.com subject=Vårnytt header=\"List-Unsubscribe: <mailto:u@example.com>\" \
             header=\"Precedence: bulk\"\nat 2026-11-20 17:00"
        );
        town(&script, async |town| {
            let told = mails(town, "digest");
            let of_reader: Vec<&String> = told
                .iter()
                .filter(|(to, _)| to == reader)
                .map(|(_, text)| text)
                .collect();
            assert!(
                of_reader.iter().any(|text| text.contains("SL-2026-00001")),
                "{reader}: {told:?}"
            );
            assert_eq!(
                of_reader.iter().any(|text| text.contains("Vårnytt")),
                shown,
                "{reader}: {told:?}"
            );
        });
    }
}

/// Whoever promises a day reads whether its citizen hears of it, and when.
#[test]
fn a_promise_is_confirmed_with_the_citizens_way_to_hear_of_it() {
    for (commands, expected) in [
        (
            &[("2026-11-23 09:00", "SVAR SENAST 10/12")][..],
            "Avsändaren får veta det i beskedet i dag kl. 13.00, om ingen har svarat.",
        ),
        (
            &[("2026-11-23 14:00", "SVAR SENAST 7/12")],
            "Avsändaren har redan fått veta den dagen, och får inget nytt mejl från oss.",
        ),
        (
            &[("2026-11-23 14:00", "SVAR SENAST 10/12")],
            "Avsändaren får veta det med ett mejl i dag kl. 14.15, i ditt namn.",
        ),
        (
            &[
                ("2026-11-23 09:00", "INGET BESKED ringer själv"),
                ("2026-11-23 09:30", "SVAR SENAST 10/12"),
            ],
            "Avsändaren får inget mejl från oss om det. Säg det själv.",
        ),
    ] {
        let mut script = "start 2026-11-16 08:00\nat 2026-11-19 09:12\n\
                          mail id=a from=anna@example.com subject=Buss\n"
            .to_owned();
        for (number, (at, command)) in commands.iter().enumerate() {
            let _ = writeln!(
                script,
                "at {at}\nmail id=c{number} from=registrator@example.se \
                 in-reply-to={{SL-2026-00001/reminder}} body=\"{command}\""
            );
        }
        town(&format!("{script}at 2026-11-23 16:00"), async |town| {
            let told = mails(town, "confirmation");
            assert!(
                told.iter().any(|(_, text)| text.contains(expected)),
                "{expected}: {told:#?}"
            );
        });
    }
}
