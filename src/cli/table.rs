//! Tables without lines, fitted to the screen; and the screen's size.

use comfy_table::{ContentArrangement, Table, presets};
use std::io::{self, IsTerminal};

/// Columns of a page when standard output is not a terminal.
pub const PAGE: u16 = 80;

/// Fewer columns than this are taken for a terminal that does not know its width.
const NARROWEST: u16 = 40;

/// Where people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// In columns.
    pub width: u16,
    pub colour: bool,
}

impl Screen {
    /// Standard output: its width and, unless `NO_COLOR` is set, colour when it is a terminal.
    #[must_use]
    pub fn of_stdout() -> Self {
        if !io::stdout().is_terminal() {
            return Self {
                width: PAGE,
                colour: false,
            };
        }
        let width = Table::new()
            .width()
            .filter(|width| *width >= NARROWEST)
            .unwrap_or(PAGE);
        Self {
            width,
            colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// An empty table that fits.
    #[must_use]
    pub fn table(self) -> Table {
        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .force_no_tty()
            .set_width(self.width)
            .set_truncation_indicator("…");
        if self.colour {
            table.enforce_styling();
        }
        table
    }
}

/// The table's lines with `left` blanks before the first column, two between columns, and none at a
/// line's end.
#[must_use]
pub fn lines(mut table: Table, left: u16) -> String {
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { left } else { 2 }, 0));
    }
    table.trim_fmt()
}
