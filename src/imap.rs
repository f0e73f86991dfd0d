//! The adapter for `ports::Mailbox`: IMAP4rev1 (RFC 3501) over async-imap.
