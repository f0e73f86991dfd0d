//! What the onlooker sees.

use mail_parser::{Address, MessageParser};

pub fn heading(text: &str) {
    println!("\n== {text} ==\n");
}

pub fn say(text: &str) {
    println!("{}", text.trim_end());
}

pub fn subject(bytes: &[u8]) -> String {
    let parsed = MessageParser::default().parse(bytes);
    parsed
        .as_ref()
        .and_then(|mail| mail.subject())
        .unwrap_or("(no subject)")
        .to_owned()
}

/// One mail, decoded: who, when, what, and its text.
pub fn mail(bytes: &[u8]) {
    let Some(mail) = MessageParser::default().parse(bytes) else {
        println!("  (cannot be read)");
        return;
    };
    println!("  ┌ From: {}", people(mail.from()));
    println!("  │ To: {}", people(mail.to()));
    println!(
        "  │ Date: {}",
        mail.date().map(ToString::to_string).unwrap_or_default()
    );
    println!("  │ Subject: {}", mail.subject().unwrap_or_default());
    println!("  │");
    for line in mail.body_text(0).unwrap_or_default().trim_end().lines() {
        println!("  │ {line}");
    }
    println!("  └");
    println!();
}

fn people(addresses: Option<&Address<'_>>) -> String {
    let Some(addresses) = addresses else {
        return String::new();
    };
    let told = addresses.iter().map(|one| match (&one.name, &one.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (_, Some(address)) => address.to_string(),
        _ => String::new(),
    });
    told.collect::<Vec<_>>().join(", ")
}
