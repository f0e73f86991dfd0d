//! The built-in texts of mails and letters in Swedish.

use crate::words::templates::{Template, Templates, built_in, every_text, text};

pub const TEMPLATES: Templates = every_text!(built_in!("sv"));
