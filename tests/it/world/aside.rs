//! One damaged row of the register is one item's trouble: the others are watched as ever, the item
//! is reported and tried again.

use super::edges::{play, town};
use super::town::Town;
use super::transcript::mails;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::store::StoreError;

const SCRIPT: &str = "on-disk
start 2026-11-16 08:00
at 2026-11-19 09:12
mail id=a from=anna@example.com
mail id=b from=bo@example.com
mail id=c from=anna@example.com in-reply-to=a
at 2026-11-20 10:00";

const BROKEN_LOG: &str = "UPDATE item SET fold = '' WHERE id = 20260000001;
    INSERT INTO log (at, item, by, event, detail) VALUES (0, 20260000001, 'x', 'x', '{')";

const MENDED_LOG: &str = "DROP TRIGGER log_keeps_all; DELETE FROM log WHERE at = 0";

fn first() -> ItemId {
    ItemId::new(2026, 1)
}

/// Writes into the register's file from outside.
fn damage(town: &Town, sql: &str) {
    let register = rusqlite::Connection::open(town.register().unwrap()).unwrap();
    register.execute_batch(sql).unwrap();
}

async fn aside(town: &Town) -> Vec<ItemId> {
    let aside = town.ask(|engine| engine.db().aside().unwrap()).await;
    aside.into_iter().map(|aside| aside.item).collect()
}

/// `kind to: effects` of every mail.
async fn sent(town: &Town) -> Vec<String> {
    let line = |mail: super::transcript::Mail| {
        format!("{} {}: {}", mail.kind, mail.to, mail.effects.join(" "))
    };
    mails(town).await.into_iter().map(line).collect()
}

#[test]
fn a_damaged_projection_is_made_anew_from_the_log() {
    town(SCRIPT, async |town| {
        damage(town, "UPDATE item SET fold = '{' WHERE id = 20260000001");
        play(town, "at 2026-11-24 09:00").await;
        assert_eq!(aside(town).await, []);
        let sent = sent(town).await;
        assert!(sent.contains(
            &"notice anna@example.com: SL-2026-00001/notice SL-2026-00003/notice".to_owned()
        ));
        assert!(
            sent.iter()
                .any(|mail| mail.contains("SL-2026-00001/escalation:1")),
            "{sent:?}"
        );
    });
}

#[test]
fn an_item_that_cannot_be_read_is_set_aside_and_the_others_go_on() {
    for broken in [
        "UPDATE message SET more = '{' WHERE id = 20260000001",
        BROKEN_LOG,
        "UPDATE item SET fold = '' WHERE id = 20260000001;
         INSERT INTO log (at, item, by, event, detail)
         VALUES (0, 20260000001, 'x', 'reopened', (SELECT detail FROM log WHERE item = 20260000001 LIMIT 1))",
    ] {
        town(SCRIPT, async |town| {
            damage(town, broken);
            // Its answer, its bounce, its flag, its place: nothing of it stops the reading.
            play(town, "at 2026-11-23 07:00\nanswer id=a2 to=anna@example.com in-reply-to=a").await;
            play(town, "flag a answered\nmove a INBOX/Bygglov\nmail id=d from=anna@example.com in-reply-to=a").await;
            play(town, "mail id=e from=eva@example.com subject=[SL-2026-00001]\nrenumber INBOX").await;
            play(town, "at 2026-11-24 09:00").await;
            assert_eq!(aside(town).await, [first()], "{broken}");
            let sent = sent(town).await;
            for expected in [
                "notice bo@example.com: SL-2026-00002/notice",
                "escalation kanslichef@example.se: SL-2026-00002/escalation:1 SL-2026-00003/escalation:1",
            ] {
                assert!(sent.iter().any(|mail| mail == expected), "{broken}: {sent:#?}");
            }
            assert!(!sent.iter().any(|mail| mail.contains("SL-2026-00001")), "{sent:#?}");
            // The one that its notice would cover is on its own.
            let items = town.items().await;
            let third: &Item = items.iter().find(|item| item.id == ItemId::new(2026, 3)).unwrap();
            assert_eq!(third.covered_by, None);
            // Listed all the same, and every message is one item.
            let (rows, messages) = town
                .ask(|engine| {
                    let mut rows = 0;
                    let count = |_: &Item, _: &_| {
                        rows += 1;
                        Ok::<(), StoreError>(())
                    };
                    engine.db().each_item(count).unwrap();
                    (rows, engine.db().aside().unwrap().len())
                })
                .await;
            assert_eq!(rows + messages, 5);
            play(town, "restart\ntick").await;
            assert_eq!(aside(town).await, [first()], "still damaged after a start");
            damage(town, MENDED_LOG);
            damage(town, "UPDATE message SET more = '{}' WHERE id = 20260000001");
            play(town, "restart\nat 2026-11-25 09:00").await;
            assert_eq!(aside(town).await, []);
            assert_eq!(town.items().await.len(), 5);
        });
    }
}

#[test]
fn a_notice_whose_item_is_set_aside_waits_until_it_can_be_read() {
    town(SCRIPT, async |town| {
        play(town, "smtp down\nat 2026-11-23 14:00").await;
        damage(town, BROKEN_LOG);
        play(town, "smtp up\nat 2026-11-23 18:00").await;
        let notices = async |town: &Town| {
            sent(town)
                .await
                .into_iter()
                .filter(|mail| mail.starts_with("notice"))
                .collect()
        };
        let before: Vec<String> = notices(town).await;
        assert_eq!(
            before,
            ["notice bo@example.com: SL-2026-00002/notice"],
            "the answer to the other may have been seen"
        );
        damage(town, MENDED_LOG);
        play(town, "restart\nat 2026-11-23 20:00").await;
        let after: Vec<String> = notices(town).await;
        assert_eq!(
            after[1..],
            ["notice anna@example.com: SL-2026-00001/notice SL-2026-00003/notice"]
        );
    });
}
