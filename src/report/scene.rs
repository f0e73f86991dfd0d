//! A drawing, for any form of the report: boxes, lines and letters, with three steps of lightness
//! and a hatching.

/// Width of a picture in its own units: that of a phone, so that its letters are readable there.
pub const WIDTH: f32 = 340.0;

/// Distance of the lines of a hatching.
const HATCH: f32 = 6.0;

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub height: f32,
    pub shapes: Vec<Shape>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Left, top, width, height.
    Fill([f32; 4], Ink),
    Frame([f32; 4], f32),
    /// From, to, and how wide.
    Line([f32; 4], f32),
    Text(Lettering),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Lettering {
    pub at: (f32, f32),
    pub size: f32,
    pub anchor: Anchor,
    pub bold: bool,
    pub ink: Ink,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Three steps of lightness. Relative luminance 0.02, 0.22 and 1: neighbours have a contrast of at
/// least 3.7 to 1. Black is for letters on the middle one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Black,
    Dark,
    Mid,
    Light,
}

impl Ink {
    #[must_use]
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [0, 0, 0],
            Self::Dark => [0x0b, 0x2a, 0x45],
            Self::Mid => [0xc4, 0x6a, 0x1c],
            Self::Light => [0xff, 0xff, 0xff],
        }
    }
}

/// How the three shares look: filled dark, hatched, filled in between.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Dark,
    Hatched,
    Mid,
}

pub(super) const LOOKS: [Look; 3] = [Look::Dark, Look::Hatched, Look::Mid];

impl Scene {
    pub(super) fn new(height: f32) -> Self {
        Self {
            height,
            shapes: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, x: f32, y: f32, anchor: Anchor, text: impl Into<String>) {
        self.put(x, y, 12.0, anchor, false, Ink::Dark, text);
    }

    #[expect(clippy::too_many_arguments, reason = "each is one property of a text")]
    pub(super) fn put(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        anchor: Anchor,
        bold: bool,
        ink: Ink,
        text: impl Into<String>,
    ) {
        self.shapes.push(Shape::Text(Lettering {
            at: (x, y),
            size,
            anchor,
            bold,
            ink,
            text: text.into(),
        }));
    }

    pub(super) fn part(&mut self, [x, y, w, h]: [f32; 4], look: Look) {
        match look {
            Look::Dark => self.shapes.push(Shape::Fill([x, y, w, h], Ink::Dark)),
            Look::Mid => self.shapes.push(Shape::Fill([x, y, w, h], Ink::Mid)),
            Look::Hatched => self.hatch([x, y, w, h], HATCH, 1.0),
        }
        self.shapes.push(Shape::Frame([x, y, w, h], 1.0));
    }

    /// Lines from bottom left to top right, cut to the box.
    pub(super) fn hatch(&mut self, [x, y, w, h]: [f32; 4], step: f32, width: f32) {
        self.shapes.push(Shape::Fill([x, y, w, h], Ink::Light));
        let mut at = step;
        while at < w + h {
            let from = (x + (at - h).max(0.0), y + at.min(h));
            let to = (x + at.min(w), y + (at - w).max(0.0));
            self.shapes
                .push(Shape::Line([from.0, from.1, to.0, to.1], width));
            at += step;
        }
    }

    /// A number in a part; on hatching it gets a light ground. Nothing where it has no room.
    pub(super) fn number(&mut self, [x, y, w, h]: [f32; 4], look: Look, text: &str) {
        let room = letters(text) * 7.5 + 2.0;
        if room > w {
            return;
        }
        let (middle, base) = (x + w / 2.0, y + h / 2.0 + 4.0);
        let ink = match look {
            Look::Dark => Ink::Light,
            Look::Mid => Ink::Black,
            Look::Hatched => Ink::Dark,
        };
        if matches!(look, Look::Hatched) {
            self.shapes.push(Shape::Fill(
                [middle - room / 2.0, y + 2.0, room, h - 4.0],
                Ink::Light,
            ));
        }
        self.put(middle, base, 12.0, Anchor::Middle, true, ink, text);
    }

    /// Boxes with their names, as many in a line as fit.
    pub(super) fn legend(&mut self, mut y: f32, names: &[(Look, String)]) -> f32 {
        let mut x = 0.0;
        for (look, name) in names {
            let room = 22.0 + letters(name) * 6.8;
            if x > 0.0 && x + room > WIDTH {
                (x, y) = (0.0, y + 18.0);
            }
            self.part([x + 1.0, y - 11.0, 14.0, 12.0], *look);
            self.text(x + 20.0, y, Anchor::Start, name.clone());
            x += room + 12.0;
        }
        y
    }
}

/// A count as a length.
#[expect(
    clippy::cast_precision_loss,
    reason = "far more than a picture can show"
)]
pub(super) fn real(count: u32) -> f32 {
    count as f32
}

/// How many letters a text has, to guess its width by.
pub(super) fn letters(text: &str) -> f32 {
    real(u32::try_from(text.chars().count()).unwrap_or(u32::MAX))
}
