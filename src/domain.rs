//! The pure core: values in, values out.
//!
//! Nothing in here reads a clock, a file, a socket or a database, draws a random number, waits or
//! logs. Every function that depends on the time takes `now`. So the core cannot fail, and every
//! decision can be shown before it is done (`dry-run`), repeated (`rebuild`) and simulated.
//!
//! Instants are UTC ([`chrono::DateTime<Utc>`]); due dates are local calendar dates of the
//! configured zone.
//!
//! # Words
//! One word, one meaning; `docs/glossary.md` has them all, with the Swedish ones.
//! - A *message* ([`message`]) is one mail in the mailbox; an *item* ([`item`]) is its record: each
//!   message is exactly one item. A *reference* ([`item_id`]) names an item to people.
//! - A *pledge* ([`pledge`]) says how fast which messages are answered, and what keeps it. Its *due
//!   date* is the last day for an answer or a notice.
//! - An *answer* is the first mail from a person to the citizen; the *evidence* ([`evidence`]) is
//!   the proof of it. A *notice* ([`notices`]) is the one automatic mail to the citizen; it is
//!   never an answer. A *promise* ([`promise`]) is the later date that a notice or a handler gave.
//! - A *citizen* ([`citizen`]) wrote from outside; a *handler* has the item, a *supervisor* is
//!   above ([`staff`]), the *operator* hears of technical trouble.
//! - A *fact* ([`event`]) is an event in the life of an item; an *effect* ([`effect`]) is a mail
//!   about it; a *plan* ([`decide`]) is everything to be done now, and when to look again.
//! - A *conversation* joins items by references between their messages; a *matter* ([`covered`]) is
//!   the part of it with one mailbox, pledge, citizen and *core* ([`subject`]) of the subject.
//! - The *board* ([`board`]) is the municipality as one mailbox sees it.

// What a message is, and who wrote it.
pub mod message;
pub mod tongue;
pub mod language;
pub mod classify;
pub mod subject;
pub mod citizen;
pub mod providers;
pub mod trust;

// Our own mails: their readers and ids.
pub mod kept_by;
pub mod keyed;
pub mod given;
pub mod reader;

// How far the mailbox has been read, and that nothing is missing.
pub mod cursor;
pub mod coverage;
pub mod blind;
pub mod whose;
pub mod refusal;

// Answers.
pub mod sent;
pub mod evidence;
pub mod folders;
pub mod returns;

// Time, and promises.
pub mod calendar;
pub mod counted;
pub mod pledge;
pub mod promise;
mod answered;
pub mod arrival;
pub mod stamp;
pub mod matching;

// People of the municipality, and their commands.
pub mod channel;
pub mod organisation;
pub mod spoken;
pub mod works;
pub mod staff;
pub mod stand_ins;
pub mod absences;
pub mod own_folder;
pub mod command;

// An item: its facts and their fold.
pub mod item_id;
pub mod reason;
mod older;
pub mod effect;
pub mod how;
pub mod proof;
pub mod event;
pub mod record;
pub mod done;
pub mod item;
pub mod steps;
pub mod retention;
pub mod hands;
pub mod undo;
pub mod obeying;
pub mod orders;

// When to write to whom.
pub mod missing;
pub mod gate;
pub mod decide;
pub mod presumed;
pub mod no_question;
pub mod notices;
pub mod outcome;
mod caused;
pub mod board;
pub mod municipality;

// How a message that arrives becomes an item.
pub mod kept;
pub mod identify;
pub mod edited;
pub mod moved_in;
pub mod pointing;
pub mod covered;
pub mod copies;
pub mod admit;
pub mod steadiness;
pub mod taking_over;
pub mod saying;

// The figures of the report.
pub mod figures;
pub mod period;
mod written;
