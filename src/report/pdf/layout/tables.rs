//! Tables on paper: the widths of columns, rows, and heads again on a new page.

use super::{BLACK, BOTTOM, Drawn, LEADING, Layout, PADDING, Part, RULE, SMALL};
use crate::report::document::{Cell, Table};

impl Layout<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let size = if table.head.len() > 7 { 7.5 } else { SMALL } * self.scale;
        let caption = self.leaf();
        self.y += size * 0.3;
        self.room_for(size * LEADING * 5.0);
        let lines = self
            .face(true)
            .lines(&table.caption, size + 0.5, self.right - self.left);
        self.lines(caption, &lines, (size + 0.5, true, BLACK), self.left);
        let widths = self.widths(table, size);
        let heads: Vec<String> = table.head.clone();
        let head: Vec<usize> = heads.iter().map(|_| self.leaf()).collect();
        self.row(table, &heads, &widths, size, true, Some(&head));
        let mut rows = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| cell.show(self.language)).collect();
            let leaves: Vec<usize> = cells.iter().map(|_| self.leaf()).collect();
            if self.y + self.height(&cells, &widths, size, false) > BOTTOM {
                self.next_page();
                // For the eye alone: who hears the table has heard its head.
                self.row(table, &heads, &widths, size, true, None);
            }
            let is_total = table.has_total && index + 1 == table.rows.len();
            self.row(table, &cells, &widths, size, is_total, Some(&leaves));
            rows.push(leaves);
        }
        self.y += size * 0.6;
        self.parts.push(Part::Table {
            caption,
            head,
            rows,
            keys: table.keys,
        });
    }

    pub(super) fn height(&self, cells: &[String], widths: &[f32], size: f32, bold: bool) -> f32 {
        let lines = |(cell, width): (&String, &f32)| {
            self.face(bold)
                .lines(cell, size, width - 2.0 * PADDING)
                .len()
                .max(1)
        };
        let most = u16::try_from(cells.iter().zip(widths).map(lines).max().unwrap_or(1))
            .unwrap_or(u16::MAX);
        f32::from(most) * size * LEADING + PADDING
    }

    /// One row; without leaves it is decoration.
    pub(super) fn row(
        &mut self,
        table: &Table,
        cells: &[String],
        widths: &[f32],
        size: f32,
        bold: bool,
        leaves: Option<&[usize]>,
    ) {
        let height = self.height(cells, widths, size, bold);
        let (top, mut x) = (self.y, self.left);
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let leaf = leaves.and_then(|leaves| leaves.get(column).copied());
            let lines = self.face(bold).lines(cell, size, width - 2.0 * PADDING);
            let mut y = top;
            for (index, line) in lines.iter().enumerate() {
                y += size * LEADING;
                let wide = self.face(bold).width(line, size);
                let at = if table.is_number(column) {
                    x + width - PADDING - wide
                } else {
                    x + PADDING
                };
                let text = if index + 1 < lines.len() {
                    format!("{line} ")
                } else {
                    line.clone()
                };
                self.put(
                    leaf,
                    Drawn::Text {
                        at: (at, y - size * 0.3),
                        size,
                        bold,
                        shade: BLACK,
                        text,
                    },
                );
            }
            if lines.is_empty() && leaf.is_some() {
                // An empty cell is one all the same.
                self.put(
                    leaf,
                    Drawn::Text {
                        at: (x + PADDING, top + size),
                        size,
                        bold,
                        shade: BLACK,
                        text: " ".to_owned(),
                    },
                );
            }
            x += width;
        }
        self.y = top + height;
        let weight = if bold { 1.0 } else { 0.4 };
        self.put(
            None,
            Drawn::Line([self.left, self.y, x, self.y], weight, RULE),
        );
    }

    /// Columns as wide as their contents; where that is too wide, the widest give way.
    fn widths(&self, table: &Table, size: f32) -> Vec<f32> {
        let (regular, bold) = (self.face(false), self.face(true));
        let all = self.right - self.left;
        let natural = |column: usize| {
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
        };
        let mut widths: Vec<f32> = (0..table.head.len()).map(natural).collect();
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
}
