//! The pure core: values in, values out.
//!
//! Nothing in here reads a clock, a file, a socket or a database, draws a random number, waits or
//! logs. Every function that depends on the time takes `now`. So the core cannot fail, and every
//! decision can be shown before it is done (`dry-run`), repeated (`rebuild`) and simulated.
//!
//! Instants are UTC ([`chrono::DateTime<Utc>`]); due dates are local calendar dates of the
//! configured zone.

pub mod message;
pub mod tongue;
pub mod classify;
pub mod subject;
pub mod citizen;
pub mod providers;
pub mod trust;
pub mod kept_by;
pub mod keyed;
pub mod given;
pub mod kind;
pub mod reader;
pub mod cursor;
pub mod coverage;
pub mod blind;
pub mod whose;
pub mod refusal;
pub mod sent;
pub mod evidence;
pub mod folders;
mod by_person;
pub mod returns;
pub mod calendar;
pub mod pledge;
pub mod promise;
mod answered;
pub mod arrival;
pub mod stamp;
pub mod matching;
pub mod channel;
pub mod organisation;
pub mod spoken;
pub mod works;
pub mod staff;
pub mod absences;
pub mod own_folder;
pub mod command;
pub mod item_id;
pub mod reason;
mod older;
pub mod effect;
pub mod how;
pub mod proof;
pub mod event;
pub mod done;
pub mod item;
pub mod retention;
pub mod hands;
pub mod undo;
pub mod obeying;
pub mod orders;
pub mod gate;
pub mod decide;
pub mod no_question;
pub mod notices;
pub mod outcome;
mod caused;
pub mod board;
pub mod municipality;
pub mod kept;
pub mod identify;
pub mod edited;
pub mod moved_in;
pub mod pointing;
pub mod covered;
pub mod copies;
pub mod admit;
pub mod steadiness;

pub mod figures;
pub mod period;
mod written;
