//! The one integration test binary.

mod calendar;
mod cli;
mod config;
mod corpus;
mod e2e;
mod mails;
mod servers;
