//! servicelofte keeps a municipality's service pledges on its shared mailbox: it logs every message
//! with its deadline in working days, sees when a handler has answered from an ordinary mail
//! program, sends the citizen one notice when more time is needed, and escalates overdue questions.
//! This page is the architecture document.
//!
//! # The map
//! A pure machine inside a thin shell. The machine ([`domain`]) takes `now` and facts and returns a
//! complete plan and the time it wants to be woken; the shell has no choices left. One owner
//! ([`engine`], on a thread of its own) applies one step at a time; concurrency lives only at the
//! edges ([`daemon`]).
//!
//! ```text
//! IMAP --header bytes--> mail::parse --Message--> engine: record     [ message + log + item + cursor ]  one transaction
//!                                                      |
//!          domain::board (pledges, staff, ladder) --> engine: decide   domain::decide(item, world, now) -> Plan
//!                                                      |                [ log + item + outbox + effect ]  one transaction
//! SMTP <--bytes-- drivers: deliver <--------------------+
//!                      └── outcome (accepted, deferred, rejected, unknown) --> [ log + item + outbox ]
//! ```
//! Left may use right, never the reverse (`tests/it/tidy.rs` holds the line):
//! `main → cli → daemon → rounds → drivers → engine → {ports, store, mail, words} → domain`;
//! `{cli, daemon} → report`; `{cli, daemon} → failure → store`;
//! `{imap, smtp} → {oauth, tls, ports, config, domain}`; `{daemon, smtp} → lease`;
//! `{oauth, lease} → {http, tls, config}`; `http → tls`; `report → {config, mail, store, words, domain}`;
//! `mail → words → domain`;
//! `config → domain`.
//!
//! What a mailbox sees of the municipality (pledges, staff, ladder, own addresses, calendar) is one
//! value, [`domain::board::Board`], made once by [`config`]; the engine knows nothing else of the
//! configuration, and the report and the command line ask the same value.
//!
//! # Invariants
//! - **The log is the truth.** An item is the fold of its events ([`domain::item::Item::apply`] is
//!   the one table of legal transitions); `rebuild` makes the projections again and must reproduce
//!   them exactly. Triggers keep the log append-only; the one change that they allow empties the
//!   words of an erased item.
//! - **Every message is one item.** Identity is Message-ID, From, Date and subject together, never
//!   the Message-ID alone and never the UID. A message that is read twice is recognised, so a
//!   reading may break off anywhere; the cursor moves only after the server's tagged OK and the
//!   commit.
//! - **Twice is once.** A mail is put into the outbox, with its final Message-ID, in the
//!   transaction of the decision, under its natural key (item, effect); the key refuses a second
//!   one. It is written before that, on a look that holds up no writer; if another process has
//!   written meanwhile, everything is decided again (`engine::drafting`). Whether a mail was
//!   accepted before a lost connection is settled by looking for the mail itself; a notice in doubt
//!   is never sent again.
//! - **One defective row is one item's trouble**: the item is set aside and reported, the others go
//!   on (`engine::aside`).
//! - **A clock that cannot be believed moves nothing** ([`domain::steadiness`]): mail is read and
//!   logged, none leaves.
//! - **Nothing leaves before `go-live`, nor in a pause** ([`domain::gate`]): asked when it is
//!   decided, when a mail is taken from the outbox, and once more at the server's go-ahead. A mail
//!   that fell due in shadow never leaves; one that a pause held does.
//! - **Only on a fresh view.** A moment is acted on when every watched folder, Sent last, has been
//!   read since it came, and a notice leaves only on a view no older than
//!   [`engine::delivery::FRESH`]; whether it is still right is looked at once more when the server
//!   gives its go-ahead.
//! - **Coverage is proven, not believed.** Which UIDs were read is written with the items; every
//!   folder is compared with the server's own list once a day, headers are read again in turns, and
//!   a missed message is logged, alarmed and reported ([`domain::coverage`]). When a mailbox could
//!   not be read is a fact too ([`domain::blind`]), across restarts.
//! - **The mailbox is never changed**, but for copies of our own mails in Sent: [`ports::Mailbox`]
//!   offers nothing else.
//! - **Personal facts are in one place**, the rows of `message`, `sent` and `outbox`; the log, the
//!   log lines and mails to staff carry references. After the retention time they are erased, with
//!   people's words in the log ([`store::retention`]); the item, its figures and the hashes by
//!   which its message is recognised stay.
//! - **What leaves the register is one state of it**: a backup is checked before it has its name,
//!   and a file is there whole or not at all (`cli::whole`); no secret ever comes into the
//!   register, so none is in a copy.
//! - **A command is done once**: what a member of staff answers to one of our mails is read and
//!   carried out in the transaction that logs the reply (`engine::commands`); the mail's Message-ID
//!   is the token of the thread.
//!
//! The simulation (`tests/it/sim`) holds these in towns drawn from seeds, where everything goes
//! wrong, against an oracle that shares no code with [`domain`].
//!
//! Deliberately absent: a user interface, bodies of mails (but for the first bytes of a bounce or a
//! calendar answer, to see what it is about, and the first words of what staff answer to our own
//! mails), a clock in the core.
//!
//! # A crash between any two steps
//! | after | lost | next |
//! |---|---|---|
//! | fetch, before record | nothing | the window is fetched again |
//! | record, before the cursor moved | nothing | fetched again, recognised |
//! | decide (committed) | nothing | the outbox holds the mail |
//! | attempt counted, before 354 | nothing | `resume` puts it back: nothing was handed over |
//! | 354, before the answer is written down | the answer | looked for by its Message-ID (a notice's own copy lies in the inbox, or Sent holds what the server saved); found, or answered by staff: sent; not found until the row's deadline ([`engine::delivery::DOUBT`]): staff mail goes again, each time after a longer wait, a notice is given up and a person hears of it; seen later after all: sent |
//! | accepted, before the copy in Sent | nothing | searched for, then appended |
//!
//! # Limits
//! Nothing waits, grows or repeats without a bound. A bound is a constant beside the code that keeps
//! it, and its doc comment says why it has this value (`tests/it/tidy/limits.rs` asks for it). What
//! another party sends is bounded where it is read: [`imap`], [`smtp`], [`oauth`], [`mail::parse`],
//! [`mail::reply`], [`config`].
//!
//! # The modules, in reading order
//! - [`domain`]: the rules, values in and values out; its head has a short glossary.
//! - [`ports`]: a mailbox, a way out and a clock, as the service needs them.
//! - [`config`]: the configuration, read whole, with all its faults at once.
//! - [`words`]: every sentence and word that is said to people, in each language.
//! - [`mail`]: bytes to messages, replies of staff to commands, facts to mails and letters.
//! - [`store`]: the register, one SQLite file; its triggers keep the log append-only.
//! - [`failure`]: how a command ends when it fails, with its exit code.
//! - [`engine`]: the one owner of the register: looks up, asks the rules, writes.
//! - [`drivers`]: the tasks that wait for a server: reading, handing over, comparing, erasing.
//! - [`rounds`]: one round of one mailbox, and its meaning for alarms and pauses.
//! - [`report`]: figures to one document, and that to text, HTML, PDF, CSV and JSON.
//! - [`imap`], [`smtp`], [`oauth`], [`http`], [`tls`], [`logins`]: the protocols, and the memory of
//!   refused logins.
//! - [`lease`]: which of several hosts works, by etcd.
//! - [`daemon`]: the tasks of the service, their supervision, alarms, figures, the stop.
//! - [`cli`]: one file for each command.

pub mod domain;

pub mod ports;

pub mod config;
pub mod words;
pub mod mail;
pub mod store;

pub mod failure;

pub mod engine;

pub mod drivers;

pub mod rounds;

pub mod report;

pub mod http;
pub mod imap;
pub mod lease;
pub mod logins;
pub mod oauth;
pub mod smtp;
pub mod tls;

pub mod daemon;

pub mod cli;
