//! The one integration test binary.

mod calendar;
mod cases;
mod checkers;
mod cli;
mod classify;
mod commands;
mod config;
mod corpus;
mod demo;
mod dependencies;
mod discover;
mod e2e;
mod fuzz;
mod kommunen;
mod letters;
mod mails;
mod months;
mod papers;
mod recount;
mod release;
mod replies;
mod sending;
mod servers;
mod sim;
mod world;
mod tidy;
mod torture;
mod year;

/// As in the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
