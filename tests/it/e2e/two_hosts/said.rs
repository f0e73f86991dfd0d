//! What only etcd knows when another host takes over: which citizen was told what, where every copy
//! comes too late; and up to which numbers staff have read, who leave no trace in the mailbox.

use super::{Town, to_citizens};
use crate::e2e::process::wait_until;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;
use std::time::Duration;

/// Keys in etcd for what citizens were told.
async fn told(town: &Town) -> Vec<String> {
    let (from, to) = ("servicelofte/told/", "servicelofte/told0");
    let asked = json!({
        "key": BASE64_STANDARD.encode(from), "range_end": BASE64_STANDARD.encode(to)
    });
    let answer = town.etcd.ask("/v3/kv/range", &asked, None).await;
    let found = answer.expect("an answer")["kvs"].clone();
    let found = found.as_array().cloned().unwrap_or_default();
    found
        .iter()
        .filter_map(|one| one["key"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_comes_after_the_wait_is_no_second_notice() {
    let Some(mut town) = Town::new().await else {
        return;
    };
    // No copy in Sent; the mailbox's own copies lie at the mail server until they are carried.
    for host in [&town.a, &town.b] {
        let alone = "login = false\nsave_sent = false\nown_copy = true\n";
        host.office.change(&[("login = false\n", alone)]);
    }
    let (a, b) = town.both_start();
    town.replicate(&town.a);
    town.asks("olle");
    town.asks("karin");
    wait_until("both have heard", || {
        town.notices_to("olle") + town.notices_to("karin") == 2
    });
    wait_until("it is written down", || {
        let register = town.a.office.register();
        ["olle", "karin"]
            .iter()
            .all(|name| register.history(name).contains(&"sent notice".to_owned()))
    });
    a.signal("KILL");
    drop(a);
    // Of one of them nothing is known any more; only that one hears twice.
    let known = told(&town).await;
    assert_eq!(known.len(), 2, "{known:?}");
    let forgotten = json!({ "key": known[0] });
    let done = town.etcd.ask("/v3/kv/deleterange", &forgotten, None).await;
    assert!(done.is_some());
    town.asks("nils");
    wait_until("the second sends", || town.notices_to("nils") == 1);
    b.wait_logged("another host has told this: not sent again");
    std::thread::sleep(Duration::from_secs(2));
    let mut heard = ["olle", "karin"].map(|name| (town.notices_to(name), name));
    heard.sort_unstable();
    assert_eq!(heard.map(|(count, _)| count), [1, 2], "{heard:?}");
    // The copy comes after all: what was in doubt is known.
    let once = heard[0].1;
    let has_heard = |town: &Town| {
        let history = town.b.office.register().history(once);
        history.contains(&"sent notice".to_owned())
    };
    assert!(!has_heard(&town));
    town.is_quiet(Duration::from_secs(1), to_citizens);
    wait_until("it is known that it left", || {
        town.carry();
        has_heard(&town)
    });
    assert_eq!(town.notices_to(once), 1);
    b.stop(Duration::from_secs(20)).succeeded();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_that_staff_have_read_is_given_twice() {
    let Some(mut town) = Town::new().await else {
        return;
    };
    let (a, b) = town.both_start();
    town.replicate(&town.a);
    // A sender who gets no notice: only staff read its number, and then it is thrown away.
    let text = crate::e2e::site::mail("no-reply@example.org", "Larm", "larm@x", "");
    let arrival = crate::e2e::site::at(&town.time.minute());
    let name = town
        .site
        .dovecot
        .deliver("user1", "INBOX", text.as_bytes(), "", arrival);
    let names_it = |mail: &crate::e2e::post::Mail| {
        mail.to() == "registrator@example.se" && mail.kind().1.contains(&"SL-2026-00001".to_owned())
    };
    wait_until("staff hear of it", || {
        town.site.post.mails().iter().any(names_it)
    });
    a.signal("KILL");
    drop(a);
    town.site.dovecot.remove("user1", "INBOX", &name);
    town.asks("karin");
    town.wait_for_notice("karin");
    let mails = town.site.post.mails();
    let hers = mails.iter().find(|mail| to_citizens(mail));
    let refs = hers.expect("her notice").kind().1;
    assert_eq!(refs, ["SL-2026-00002"], "the first is another's for ever");
    assert_eq!(town.b.office.register().items(), 1);
    b.stop(Duration::from_secs(20)).succeeded();
}
