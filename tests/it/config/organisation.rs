//! How the municipality presents itself: in other languages, and as another board.

use super::{check, parsed};
use servicelofte::config::Config;
use servicelofte::domain::organisation::Letterhead;
use servicelofte::domain::tongue::Tongue;

const SERVICE: &str = "[organisation]\n\
                       unit = \"Kommunfullmäktige\"\n\
                       complaints = \"synpunkter@example.se\"\n\
                       phone = \"0123\"\n";
const ENGLISH: &str = "[organisation.en]\n\
                       unit = \"Municipal Council\"\n\
                       web = \"www.example.se/en\"\n\n";

/// The letterhead of the only mailbox in a language, on one line; a missing value is a dash.
fn told(config: &Config, tongue: Tongue) -> String {
    let Letterhead {
        name,
        unit,
        complaints,
        privacy_url,
        postal_address,
        phone,
        web,
    } = config.mailboxes[0].organisation.letterhead_in(tongue);
    let rest = [unit, complaints, privacy_url, postal_address, phone, web];
    let rest = rest.map(|value| value.as_deref().unwrap_or("-"));
    format!("{name}, {}", rest.join(", "))
}

/// A mailbox with these lines of its own, where the service has an English unit: how it presents
/// itself in Swedish and in English.
#[track_caller]
fn presents(mailbox: &str, swedish: &str, english: &str) {
    let config = parsed(&[
        ("[organisation]\n", SERVICE),
        ("[[pledge]]\n", &format!("{ENGLISH}[[pledge]]\n")),
        ("[mailbox.imap]\n", &format!("{mailbox}[mailbox.imap]\n")),
    ]);
    let got = [Tongue::SWEDISH, Tongue::ENGLISH].map(|tongue| told(&config, tongue));
    assert_eq!(got, [swedish, english], "{mailbox}");
    let service = &config.organisation.letterhead;
    assert_eq!(service.unit.as_deref(), Some("Kommunfullmäktige"));
}

#[test]
fn what_a_table_leaves_out_is_as_in_the_next_one() {
    let service = "Exempelköpings kommun, Kommunfullmäktige, synpunkter@example.se, -, -, 0123, -";
    presents(
        "",
        service,
        "Exempelköpings kommun, Municipal Council, synpunkter@example.se, -, -, 0123, www.example.se/en",
    );
    // Another board's mailbox is never called by the English name of the first.
    presents(
        "[mailbox.organisation]\nunit = \"Kommunstyrelsen\"\nphone = \"0456\"\n",
        "Exempelköpings kommun, Kommunstyrelsen, synpunkter@example.se, -, -, 0456, -",
        "Exempelköpings kommun, Kommunstyrelsen, synpunkter@example.se, -, -, 0456, www.example.se/en",
    );
    presents(
        "[mailbox.organisation]\nunit = \"Kommunstyrelsen\"\n[mailbox.organisation.en]\nunit = \"Executive Board\"\n\
         name = \"Municipality of Exempelköping\"\n",
        "Exempelköpings kommun, Kommunstyrelsen, synpunkter@example.se, -, -, 0123, -",
        "Municipality of Exempelköping, Executive Board, synpunkter@example.se, -, -, 0123, www.example.se/en",
    );
    // A language that is said of a mailbox alone.
    presents(
        "[mailbox.organisation.en]\nprivacy_url = \"https://example.se/en\"\n",
        service,
        "Exempelköpings kommun, Municipal Council, synpunkter@example.se, https://example.se/en, -, 0123, www.example.se/en",
    );
}

#[test]
fn a_language_is_one_that_citizens_can_be_written_to_in() {
    let finnish = "[organisation.fi]\nunit = \"Valtuusto\"\n\n[[pledge]]\n";
    let known =
        "complaints, diary, domains, en, name, phone, postal_address, privacy_url, sv, unit, web";
    for code in ["suomi", "fi"] {
        check(
            &[("[[pledge]]\n", &finnish.replace(".fi", &format!(".{code}")))],
            &[&format!("organisation.{code}: unknown key; known: {known}")],
        );
    }
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/templates");
    let config = parsed(&[
        ("[[pledge]]\n", finnish),
        (
            "[service]\n",
            &format!("[service]\ntemplates = {templates:?}\n"),
        ),
    ]);
    let finnish = "fi".parse().expect("a code");
    assert!(told(&config, finnish).contains("Valtuusto"));
}
