//! Which mails are read beyond their header: what staff answer to our mails, and no other body.

use super::boards::{INBOX, TwoBoards};
use super::edges::{play, town};
use super::town::Town;
use servicelofte::domain::event::Flag;
use servicelofte::domain::folders::Role;
use servicelofte::domain::item::State;
use servicelofte::drivers::closer::{REPLY_BYTES, SUSPECT_BYTES};
use servicelofte::ports::Flags;

/// A reminder lies with the registrar.
const SCRIPT: &str = "start 2026-11-16 08:00
at 2026-11-19 09:12
mail id=a from=anna@example.com body=\"KLAR TELEFON\"
at 2026-11-23 08:40";

/// Message-IDs, without their domain, in order.
fn read_beyond_the_header(town: &Town) -> Vec<String> {
    let peeked = town.post.state().peeked.clone();
    peeked
        .iter()
        .map(|(id, _)| id.split('@').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn no_other_body_is_read() {
    town(SCRIPT, async |town| {
        let script = "mail id=citizen from=anna@example.com in-reply-to=a body=\"KLAR TELEFON\"
mail id=stranger from=fremling@example.org in-reply-to={SL-2026-00001/reminder} body=\"KLAR TELEFON\"
mail id=junk from=registrator@example.se in-reply-to={SL-2026-00001/reminder} folder=Skräppost
mail id=forged from=registrator@example.se in-reply-to={SL-2026-00001/reminder} header=\"Authentication-Results: x; dmarc=fail\"
mail id=absent from=registrator@example.se in-reply-to={SL-2026-00001/reminder} header=\"Auto-Submitted: auto-replied\"
mail id=own from=registrator@example.se body=\"KLAR TELEFON\"
answer id=sent by=registrator to=bo@example.com in-reply-to={SL-2026-00001/reminder} body=\"KLAR TELEFON\"
mail id=reply from=registrator@example.se in-reply-to={SL-2026-00001/reminder} body=\"Inget kommando\"
copy reply INBOX/Bygglov
at 2026-11-23 10:00
renumber INBOX
at 2026-11-23 12:00";
        play(town, script).await;
        assert_eq!(read_beyond_the_header(town), ["reply"], "once, too");
    });
}

#[test]
fn a_picture_before_the_text_does_not_hide_the_command() {
    town(SCRIPT, async |town| {
        let reminder = super::transcript::mails(town).await.remove(0).message_id;
        let picture =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA\r\n"
                .repeat(3_000);
        let mail = format!(
            "From: registrator@example.se\r\nTo: kommunfullmaktige@example.se\r\nSubject: SV\r\n\
             Date: Mon, 23 Nov 2026 08:40:00 +0100\r\nMessage-ID: <bild@example.se>\r\nIn-Reply-To: <{reminder}>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: image/png; name=logga.png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\
             --b\r\nContent-Type: text/plain\r\n\r\nKLAR TELEFON\r\n--b--\r\n"
        );
        town.post
            .put("INBOX", mail.into_bytes(), town.now(), Flags::default());
        town.tick().await;
        let peeked = town.post.state().peeked.clone();
        let expected =
            [SUSPECT_BYTES, REPLY_BYTES].map(|limit| ("bild@example.se".to_owned(), limit));
        assert_eq!(peeked, expected);
        assert_eq!(town.items().await[0].state, State::Closed);
    });
}

/// The register keeps no word of a reply but what the command says.
#[test]
fn the_words_of_a_reply_are_not_kept() {
    town(SCRIPT, async |town| {
        let script =
            "mail id=reply from=registrator@example.se in-reply-to={SL-2026-00001/reminder} \
                      body=\"KLAR TELEFON: nöjd\\n\\nHemligt om Olle.\"
at 2026-11-23 10:00";
        play(town, script).await;
        let kept = town.ask(|engine| {
            let item = engine
                .db()
                .list(&servicelofte::store::items::Filter::default())
                .unwrap();
            let histories: Vec<_> = item
                .iter()
                .map(|item| engine.db().history(item.id).unwrap())
                .collect();
            format!("{histories:?}")
        });
        let kept = kept.await;
        assert!(kept.contains("nöjd") && !kept.contains("Hemligt"), "{kept}");
        assert!(
            super::transcript::mails(town)
                .await
                .iter()
                .all(|mail| !String::from_utf8_lossy(&mail.raw).contains("Hemligt"))
        );
    });
}

/// Staff of another board write to this mailbox as anyone does, however high they are.
#[test]
fn staff_of_another_mailbox_order_nothing_here() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut town = Town::new();
        town.settings
            .add_second_mailbox("sn", "sn@example.se", false, None);
        let script = "staff kommundirektor mailbox = [\"sn\"]
staff kommundirektor reports_to =
start 2026-11-16 08:00
at 2026-11-19 09:12
mail id=a from=anna@example.com
at 2026-11-23 08:40
mail id=r from=kommundirektor@example.se in-reply-to={SL-2026-00001/reminder} body=\"KLAR TELEFON\"
at 2026-11-23 10:00";
        play(&mut town, script).await;
        let items = town.items().await;
        assert_eq!(
            items.iter().map(|item| item.state).collect::<Vec<_>>(),
            [State::Open, State::Open]
        );
        assert!(
            items[1].flags.contains(&Flag::StrangersReply),
            "{:?}",
            items[1]
        );
        assert!(read_beyond_the_header(&town).is_empty());
    });
}

/// A question in the first of two mailboxes, and the id of the mail that reminds its handler.
fn reminded(boards: &mut TwoBoards) -> String {
    let question = "From: anna@example.com\r\nTo: kommunfullmaktige@example.se\r\nSubject: Bron\r\nMessage-ID: <a@x>";
    boards.read("kf", INBOX, question);
    boards.viewed("2026-11-23T07:00:00Z", &["kf", "sn"]);
    boards.letters("sn");
    let (line, reminder) = boards.letters("kf").remove(0);
    assert!(line.contains("SL-2026-00001/reminder"), "{line}");
    id_of(&reminder)
}

fn id_of(mail: &str) -> String {
    let (_, id) = mail.split_once("Message-ID: <").expect("an id");
    id.split('>').next().unwrap_or_default().to_owned()
}

/// Our mail left one mailbox, and its reader answers to the other, or to both.
#[test]
fn a_reply_to_a_mail_of_another_mailbox_acts_once() {
    const JUNK: (&str, Role) = ("Skräppost", Role::Junk);
    for (seen_in, told) in [
        (vec![("sn", INBOX)], 1),
        (vec![("sn", INBOX), ("kf", INBOX)], 1),
        (vec![("kf", INBOX), ("sn", INBOX)], 1),
        // One that lies in Junk is asked about, and keeps no other from acting.
        (vec![("sn", JUNK), ("kf", INBOX)], 2),
    ] {
        let mut boards = TwoBoards::new();
        let reminder = reminded(&mut boards);
        let reply = format!(
            "From: registrator@example.se\r\nTo: sn@example.se\r\nSubject: SV: Svara\r\nMessage-ID: <r@example.se>\r\nIn-Reply-To: <{reminder}>"
        );
        for (mailbox, folder) in &seen_in {
            boards.says(mailbox, *folder, &reply, "KLAR TELEFON");
        }
        boards.viewed("2026-11-23T07:30:00Z", &["kf", "sn"]);
        let left: Vec<String> = ["kf", "sn"]
            .iter()
            .flat_map(|mailbox| boards.decide(mailbox))
            .filter(|line| line.starts_with("Confirmation"))
            .collect();
        assert_eq!(left.len(), told, "{seen_in:?}: {left:?}");
        let items = boards.items();
        assert_eq!(items[0].state, State::Closed, "{seen_in:?}");
        let replies = items[1..].iter().map(|item| item.state);
        assert!(
            replies.clone().all(|state| state == State::Excluded),
            "{seen_in:?}"
        );
    }
}

/// The mailbox whose question it is believes only its border; the other one has none.
#[test]
fn a_reply_is_believed_no_sooner_in_another_mailbox() {
    let mut boards = TwoBoards::with(|board| board.authserv_id = Some("mx".to_owned()));
    let reminder = reminded(&mut boards);
    let reply = format!(
        "From: registrator@example.se\r\nTo: sn@example.se\r\nSubject: SV: Svara\r\nMessage-ID: <r@example.se>\r\nIn-Reply-To: <{reminder}>"
    );
    boards.says("sn", INBOX, &reply, "KLAR TELEFON");
    assert_eq!(boards.items()[0].state, State::Open);
    boards.viewed("2026-11-23T07:30:00Z", &["kf", "sn"]);
    let mut left = boards.letters("sn").into_iter();
    let question = left.find(|(line, _)| line.starts_with("Confirmation"));
    let (_, question) = question.expect("a mail that asks");
    let answer = format!(
        "From: registrator@example.se\r\nTo: sn@example.se\r\nSubject: SV: Fråga\r\nMessage-ID: <s@example.se>\r\nIn-Reply-To: <{}>",
        id_of(&question)
    );
    boards.says("sn", INBOX, &answer, "KLAR TELEFON");
    assert_eq!(boards.items()[0].state, State::Closed);
}
