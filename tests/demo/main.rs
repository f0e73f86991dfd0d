//! `make demo`: the tour on a real Dovecot and a real Postfix. A year of a shared mailbox is tried
//! (`trial`), the service starts in shadow and goes live, and a fortnight passes.
//!
//! The servers are those of the tests: loopback, random ports, throw-away folders. The program is
//! the real one, under a clock that Debian's `faketime` sets: mail to staff leaves in office hours
//! of working days only, and the demo shall show the same at any hour of any day. Nothing of it is
//! left, unless `--keep` asks for that.

mod clock;
mod scene;
mod show;
mod stage;
mod year;

#[expect(dead_code, reason = "the demo needs a part of what the tests need")]
mod servers;

use show::{heading, mail, say};
use stage::{ANNA, CECILIA, CITIZENS, Stage};
use std::process::ExitCode;

fn main() -> ExitCode {
    let keep = std::env::args().any(|argument| argument == "--keep");
    match play(keep) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("The demo failed: {why}");
            ExitCode::FAILURE
        }
    }
}

fn play(keep: bool) -> Result<(), String> {
    let days = scene::Days::before(stage::now());
    heading("A shared mailbox and its promises");
    say(
        "A Dovecot (IMAP) and a Postfix (SMTP) start on loopback in throw-away folders. The mailbox is",
    );
    say(
        "kommunfullmaktige@example.se. Anna answers its mail, Cecilia is her manager. The promises: an e-mail",
    );
    say("is answered within two working days, a letter within five.");
    say("");
    say(
        "The program runs under a simulated clock, so that the demo shows the same whenever it is run: it ends",
    );
    say(&format!(
        "on {}, a working day. Postfix and Dovecot keep the real time.",
        days.told(days.end())
    ));
    let stage = Stage::set(&days)?;

    heading("Had we promised this last year, would we have kept it?");
    let year = year::messages(&days);
    say(&format!(
        "{} mails of the last year lie in the mailbox. servicelofte trial reads their headers and cannot send:",
        year.len()
    ));
    say("");
    for message in &year {
        stage.deliver(message);
    }
    say(&stage.trial(days.before_the_play(), year::begins(&days))?);

    heading("The service starts, in shadow");
    say("Nothing goes to citizens before servicelofte go-live, which says what is missing:");
    say("");
    stage.run_once(days.before_the_play())?;
    say(&stage.may_fail(days.before_the_play(), &["go-live", "--staff-told"])?);
    say("The demo's municipality is fiction, so here it is: servicelofte go-live --anyway");
    stage.command(days.before_the_play(), &["go-live", "--anyway"])?;

    heading("What happens");
    let mut told = stage.sent().len();
    for act in scene::acts(&days) {
        for message in &act.mails {
            stage.deliver(message);
            say(&format!(
                "{}  in {:<8} {}",
                days.told(message.arrival),
                message.folder,
                message.what
            ));
        }
        stage.run_once(act.at)?;
        let sent = stage.sent();
        say(&format!(
            "{}  servicelofte run --once: {}",
            days.told(act.at),
            count(sent.len() - told)
        ));
        for mail in &sent[told..] {
            say(&format!(
                "{:22}to {:<9} {}",
                "",
                mail.to,
                show::subject(&mail.bytes)
            ));
        }
        told = sent.len();
    }

    heading("servicelofte list");
    say(&stage.command(days.end(), &["list"])?);
    let reference = stage.reference_of(days.end(), scene::AT_RISK)?;
    heading(&format!("servicelofte show {reference}"));
    say(&stage.command(days.end(), &["show", &reference])?);

    for (who, title) in [
        (CITIZENS, "What the citizens received"),
        (ANNA, "What Anna, who handles the mail, received"),
        (CECILIA, "What Cecilia, her manager, received"),
    ] {
        heading(title);
        let mine: Vec<_> = stage
            .sent()
            .into_iter()
            .filter(|sent| sent.to == who.name)
            .collect();
        if mine.is_empty() {
            return Err(format!("no mail came to {}", who.name));
        }
        for sent in mine {
            mail(&sent.bytes);
        }
    }
    heading("Pictures");
    for picture in stage.pictures(days.end())? {
        say(&format!("  {}", picture.display()));
    }
    say("");
    if keep {
        stage.keep(days.end())
    } else {
        stage.end()
    }
}

fn count(mails: usize) -> String {
    match mails {
        0 => "nothing to send".to_owned(),
        1 => "1 mail".to_owned(),
        more => format!("{more} mails"),
    }
}
