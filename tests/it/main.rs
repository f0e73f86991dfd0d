//! The one integration test binary.

mod calendar;
mod cli;
mod commands;
mod config;
mod corpus;
mod mails;
mod servers;
