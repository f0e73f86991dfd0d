//! The built program as a process, on real servers: what only the whole can show.
//!
//! Every test runs at a simulated time (libfaketime, Debian package `faketime`): a working day of
//! November 2026, so that nothing depends on the day on which the tests run. The servers live in
//! real time. The scenarios of the engine are tested elsewhere, in a simulation.

mod gate;
mod post;
pub mod process;
mod register;
pub mod site;
mod tokens;
mod story;
mod webmail;

mod addresses;
mod asked;
mod backup;
mod check;
mod client;
mod coverage;
mod daemon;
mod erasing;
mod exchange;
mod faults;
mod folders;
mod handler_folders;
mod history;
mod hostile_mail;
mod hostile_servers;
mod leaving;
mod letters;
mod links;
mod main_job;
mod trying;
mod two_hosts;
pub mod machine;
mod many;
mod matrix;
mod mistaken;
mod outages;
mod reconnects;
mod reopened;
mod slow;
mod pages;
mod standing;
mod stopping;
mod years;
