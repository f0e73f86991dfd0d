//! Tables on paper: the widths of columns, rows, and heads again on a new page.

use super::{BLACK, BOTTOM, Drawn, LEADING, Layout, PADDING, Part, RULE, SMALL};
use crate::report::document::{Cell, Table};

/// How a table is set.
struct Setting<'a> {
    table: &'a Table,
    widths: Vec<f32>,
    size: f32,
}

impl Setting<'_> {
    fn text(&self, at: (f32, f32), bold: bool, text: String) -> Drawn {
        Drawn::Text {
            at,
            size: self.size,
            bold,
            shade: BLACK,
            text,
        }
    }

    /// Where a text of this width begins in a column that begins at `x`: numbers stand at its
    /// right.
    fn start(&self, column: usize, x: f32, wide: f32) -> f32 {
        if self.table.is_number(column) {
            x + self.widths[column] - PADDING - wide
        } else {
            x + PADDING
        }
    }
}

/// One line of a table; without leaves it is decoration.
struct Row<'a> {
    cells: &'a [String],
    bold: bool,
    leaves: Option<&'a [usize]>,
}

impl Row<'_> {
    fn leaf(&self, column: usize) -> Option<usize> {
        self.leaves?.get(column).copied()
    }
}

impl Layout<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let size = if table.head.len() > 7 { 7.5 } else { SMALL } * self.scale;
        let caption = self.caption(&table.caption, size);
        let setting = Setting {
            table,
            widths: self.widths(table, size),
            size,
        };
        let head: Vec<usize> = table.head.iter().map(|_| self.leaf()).collect();
        self.head(&setting, Some(&head));
        let mut rows = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let is_total = table.has_total && index + 1 == table.rows.len();
            rows.push(self.line(&setting, row, is_total));
        }
        self.y += size * 0.6;
        self.parts.push(Part::Table {
            caption,
            head,
            rows,
            keys: table.keys,
        });
    }

    /// A row of the table, on a new page where it has no room; returns its leaves.
    fn line(&mut self, setting: &Setting<'_>, row: &[Cell], is_total: bool) -> Vec<usize> {
        let cells: Vec<String> = row.iter().map(|cell| cell.show(self.language)).collect();
        let leaves: Vec<usize> = cells.iter().map(|_| self.leaf()).collect();
        if self.y + self.height(setting, &cells, false) > BOTTOM {
            self.next_page();
            // For the eye alone: who hears the table has heard its head.
            self.head(setting, None);
        }
        let row = Row {
            cells: &cells,
            bold: is_total,
            leaves: Some(&leaves),
        };
        self.row(setting, &row);
        leaves
    }

    fn caption(&mut self, caption: &str, size: f32) -> usize {
        let leaf = self.leaf();
        self.y += size * 0.3;
        self.room_for(size * LEADING * 5.0);
        let wide = self.right - self.left;
        let lines = self.face(true).lines(caption, size + 0.5, wide);
        self.lines(leaf, &lines, (size + 0.5, true, BLACK), self.left);
        leaf
    }

    fn head(&mut self, setting: &Setting<'_>, leaves: Option<&[usize]>) {
        let row = Row {
            cells: &setting.table.head,
            bold: true,
            leaves,
        };
        self.row(setting, &row);
    }

    fn height(&self, setting: &Setting<'_>, cells: &[String], bold: bool) -> f32 {
        let Setting { widths, size, .. } = setting;
        let lines = |(cell, width): (&String, &f32)| {
            self.face(bold)
                .lines(cell, *size, width - 2.0 * PADDING)
                .len()
                .max(1)
        };
        let most = u16::try_from(cells.iter().zip(widths).map(lines).max().unwrap_or(1))
            .unwrap_or(u16::MAX);
        f32::from(most) * size * LEADING + PADDING
    }

    fn row(&mut self, setting: &Setting<'_>, row: &Row<'_>) {
        let height = self.height(setting, row.cells, row.bold);
        let (top, mut x) = (self.y, self.left);
        for (column, width) in setting.widths.iter().enumerate().take(row.cells.len()) {
            self.cell(setting, row, column, (x, top));
            x += width;
        }
        self.y = top + height;
        let weight = if row.bold { 1.0 } else { 0.4 };
        self.put(
            None,
            Drawn::Line([self.left, self.y, x, self.y], weight, RULE),
        );
    }

    /// One cell, from its upper left corner.
    fn cell(&mut self, setting: &Setting<'_>, row: &Row<'_>, column: usize, (x, top): (f32, f32)) {
        let (size, bold, width) = (setting.size, row.bold, setting.widths[column]);
        let leaf = row.leaf(column);
        let face = self.face(bold);
        let lines = face.lines(&row.cells[column], size, width - 2.0 * PADDING);
        if lines.is_empty() && leaf.is_some() {
            // An empty cell is one all the same.
            let at = (x + PADDING, top + size);
            self.put(leaf, setting.text(at, bold, " ".to_owned()));
        }
        let mut y = top;
        for (index, line) in lines.iter().enumerate() {
            y += size * LEADING;
            let wide = self.face(bold).width(line, size);
            let at = setting.start(column, x, wide);
            let goes_on = index + 1 < lines.len();
            let line = format!("{line}{}", if goes_on { " " } else { "" });
            self.put(leaf, setting.text((at, y - size * 0.3), bold, line));
        }
    }

    /// Columns as wide as their contents; where that is too wide, the widest give way.
    fn widths(&self, table: &Table, size: f32) -> Vec<f32> {
        let all = self.right - self.left;
        let columns = 0..table.head.len();
        let mut widths: Vec<f32> = columns
            .map(|column| self.natural(table, column, size))
            .collect();
        let mut cap = all;
        while widths.iter().map(|width| width.min(cap)).sum::<f32>() > all && cap > 20.0 {
            cap -= 4.0;
        }
        for width in &mut widths {
            *width = width.min(cap);
        }
        let rest = all - widths.iter().sum::<f32>();
        if let Some(first) = widths.first_mut().filter(|_| rest > 0.0) {
            *first += rest;
        }
        widths
    }

    /// The width at which no cell of a column breaks, and no long word of its head.
    fn natural(&self, table: &Table, column: usize, size: f32) -> f32 {
        let (regular, bold) = (self.face(false), self.face(true));
        let face = if table.has_total { bold } else { regular };
        let cells = table
            .rows
            .iter()
            .map(|row: &Vec<Cell>| face.width(&row[column].show(self.language), size));
        let longest = table.head[column]
            .split(' ')
            .map(|word| bold.width(word, size))
            .fold(0.0, f32::max);
        let longest = longest.max(bold.width(&table.head[column], size) * 0.55);
        cells.fold(longest, f32::max) + 2.0 * PADDING + 1.0
    }
}
