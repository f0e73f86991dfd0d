//! The main job on a server with Exchange's ways, played from a transcript
//! (tests/data/imap/exchange.txt).

use super::site::Site;
use crate::servers::player::Player;

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_exchange() {
    let site = Site::quick().await;
    let player = Player::start("exchange.txt").await;
    site.change(&[
        (
            &format!("port = {}\nsecurity = \"tls\"", site.dovecot.tls_port),
            &format!(
                "port = {}\nsecurity = \"plaintext\"\ndone = [\"Ärenden/Klara\"]",
                player.port
            ),
        ),
        ("login = false", "login = false\nsave_sent = false"),
    ]);
    // Neither is a refused login: that would be the operator's to mend, and wait for hours.
    site.once().says(
        1,
        &[
            "mailbox kf",
            "the server cannot serve now",
            "authenticated but not connected",
        ],
    );
    site.once()
        .says(1, &["mailbox kf", "the server asks to wait 27 s"]);

    site.once().succeeded();
    let register = site.register();
    assert_eq!(register.items(), 3);
    assert_eq!(register.item("Lekplatsen")["state"], "no_question");
    assert_eq!(
        register.outbox(),
        ["notice citizen sent 1", "reminder registrator sent 1"]
    );
    let to: Vec<String> = site
        .post
        .wait_for(2)
        .iter()
        .map(crate::e2e::post::Mail::to)
        .collect();
    assert_eq!(to, ["nina@example.org", "registrator@example.se"]);

    site.once().succeeded();
    let register = site.register();
    assert_eq!(register.items(), 3, "a new UID is no new mail");
    assert_eq!(
        register.item("Busshållplatsen i Örsjö")["state"],
        "answered"
    );
    assert_eq!(register.item("Lekplatsen")["state"], "closed");
    assert_eq!(register.item("Simhallen")["state"], "open");
    assert_eq!(register.mails(), 2, "one notice an item, ever");
    let noted = player.noted();
    assert_eq!(noted.connections, 4);
    // By UID, and quoted or in modified UTF-7.
    assert!(
        noted
            .commands
            .iter()
            .all(|command| !command.starts_with("FETCH") && command.is_ascii()),
        "{noted:?}"
    );
}
