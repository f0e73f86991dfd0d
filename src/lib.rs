//! servicelofte keeps a municipality's service pledges on its shared mailbox.

pub mod domain;

pub mod ports;

pub mod cli;
pub mod config;
pub mod imap;
pub mod mail;
pub mod smtp;
pub mod tls;
