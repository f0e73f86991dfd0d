//! A command before it is sent: no string in it can become a command of its own.

/// A command with its strings. Strings go out quoted, or as literals when they are not plain ASCII.
pub(super) struct Command {
    /// What it is called in errors: the command's name, without any argument.
    pub(super) step: &'static str,
    /// Text and literal by turns, text first.
    pub(super) parts: Vec<Vec<u8>>,
    /// A line break or NUL was about to become part of the command.
    pub(super) forged: bool,
}

impl Command {
    pub(super) fn new(step: &'static str, text: &str) -> Self {
        Self {
            step,
            parts: vec![Vec::new()],
            forged: false,
        }
        .text(text)
    }

    /// Adds text as it is.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.forged |= text.contains(['\r', '\n', '\0']);
        self.last().extend_from_slice(text.as_bytes());
        self
    }

    /// Adds a space and a string.
    pub(super) fn string(mut self, value: &str) -> Self {
        self.forged |= value.contains(['\r', '\n', '\0']);
        if value.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return self.quoted(" ", value);
        }
        self.text(" ").literal(value.as_bytes().to_vec())
    }

    /// Adds a separator and a quoted string of printable ASCII.
    pub(super) fn quoted(self, separator: &str, value: &str) -> Self {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        self.text(&format!("{separator}\"{quoted}\""))
    }

    /// Adds bytes as a literal (RFC 3501 §4.3): the server is asked first.
    pub(super) fn literal(mut self, bytes: Vec<u8>) -> Self {
        self.forged |= memchr::memchr(0, &bytes).is_some();
        let announcement = format!("{{{}}}", bytes.len());
        self.last().extend_from_slice(announcement.as_bytes());
        self.parts.push(bytes);
        self.parts.push(Vec::new());
        self
    }

    fn last(&mut self) -> &mut Vec<u8> {
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_cannot_become_commands() {
        let quoted = Command::new("X", "X").string(r#"a "b" \c"#);
        assert_eq!(
            (quoted.parts, quoted.forged),
            (vec![br#"X "a \"b\" \\c""#.to_vec()], false)
        );
        let literal = Command::new("X", "X").string("å").text(" y");
        assert_eq!(
            literal.parts,
            [b"X {2}".to_vec(), "å".as_bytes().to_vec(), b" y".to_vec()]
        );
        for forged in ["a\r\nS9 DELETE INBOX", "a\nb", "a\0b"] {
            assert!(Command::new("X", forged).forged);
            assert!(Command::new("X", "X").string(forged).forged);
        }
        assert!(Command::new("X", "X ").literal(b"a\0".to_vec()).forged);
    }
}
