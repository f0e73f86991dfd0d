//! servicelofte keeps a municipality's service pledges on its shared mailbox.

pub mod domain;

pub mod ports;

pub mod config;
pub mod mail;
pub mod store;

pub mod engine;

pub mod imap;
pub mod smtp;
pub mod tls;

pub mod daemon;

pub mod cli;
