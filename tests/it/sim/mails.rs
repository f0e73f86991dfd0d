//! The mails of the town, as bytes.

use super::days::local;
use chrono::{DateTime, Utc};
use std::fmt::Write as _;

/// A mail that a person or a machine writes.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// `Name <address>`, or an address.
    pub from: String,
    pub to: String,
    pub cc: Option<String>,
    pub subject: String,
    pub id: Option<String>,
    pub in_reply_to: Option<String>,
    /// Defaults to `in_reply_to`.
    pub references: Option<String>,
    pub dated: bool,
    /// Whole lines, each with its end.
    pub more: String,
    pub body: String,
}

impl Draft {
    pub fn new(from: &str, to: &str, subject: &str, id: &str) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            id: Some(id.to_owned()),
            dated: true,
            body: "Hej!".to_owned(),
            ..Self::default()
        }
    }

    pub fn answering(mut self, id: Option<&str>) -> Self {
        self.in_reply_to = id.map(str::to_owned);
        self
    }

    pub fn with(mut self, line: &str) -> Self {
        let _ = write!(self.more, "{line}\r\n");
        self
    }

    pub fn bytes(&self, at: DateTime<Utc>) -> Vec<u8> {
        let mut raw = self.more.clone();
        let mut line = |name: &str, value: &str| {
            let _ = write!(raw, "{name}: {value}\r\n");
        };
        line("From", &self.from);
        if !self.to.is_empty() {
            line("To", &self.to);
        }
        if let Some(cc) = &self.cc {
            line("Cc", cc);
        }
        line("Subject", &self.subject);
        if self.dated {
            line("Date", &at.to_rfc2822());
        }
        let references = self.references.as_ref().or(self.in_reply_to.as_ref());
        for (name, id) in [
            ("Message-ID", self.id.as_ref()),
            ("In-Reply-To", self.in_reply_to.as_ref()),
            ("References", references),
        ] {
            if let Some(id) = id {
                line(name, &format!("<{id}>"));
            }
        }
        if !self.more.contains("Content-Type:") {
            line("Content-Type", "text/plain; charset=utf-8");
        }
        format!("{raw}\r\n{}\r\n", self.body).into_bytes()
    }
}

/// A delivery report about a mail that came back.
pub fn bounce(serial: u32, to: &str, returned: &str, failed: &str) -> Draft {
    let mut report = Draft::new(
        &format!("\"Mail Delivery System m{serial}\" <MAILER-DAEMON@mx.example.org>"),
        to,
        "Kunde inte levereras",
        &format!("b{serial}@mx.example.org"),
    );
    report.more.push_str(
        "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    );
    report.body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nDet gick inte.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; {failed}\r\nAction: failed\r\n\
         Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{returned}>\r\n\
         Subject: x\r\n\r\n--b--"
    );
    report
}

/// Somebody's absence reply to a mail.
pub fn absence(serial: u32, from: &str, to: &str, answered: &str) -> Draft {
    Draft::new(
        &format!("Borta m{serial} <{from}>"),
        to,
        "Autosvar: Jag är ledig",
        &format!("oof{serial}@example.org"),
    )
    .answering(Some(answered))
    .with("Auto-Submitted: auto-replied")
}

/// `2026-11-19 09:12` as people in Sweden read it.
pub fn clock(at: DateTime<Utc>) -> String {
    local(at).format("%a %Y-%m-%d %H:%M:%S").to_string()
}
