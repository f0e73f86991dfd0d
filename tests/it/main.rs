//! The one integration test binary.

mod calendar;
mod config;
mod corpus;
mod mails;
mod servers;
