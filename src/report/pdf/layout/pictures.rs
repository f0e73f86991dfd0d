//! Pictures on paper, in two columns.

use super::{BLACK, BODY, Drawn, GAP, LEADING, LEFT, Layout, Part, RIGHT, shade};
use crate::report::document::Picture;
use crate::report::scene::{Anchor, Ink, Lettering, Shape, WIDTH};

impl Layout<'_> {
    /// Pictures in two columns: the first in the left one, the others below each other in the right
    /// one.
    pub(super) fn side_by_side(&mut self, pictures: &[&Picture]) {
        if pictures.is_empty() {
            return;
        }
        let wide = (RIGHT - LEFT - GAP) / 2.0;
        let scale = wide / WIDTH * self.scale;
        let high = |picture: &Picture| picture.scene.height * scale + BODY * LEADING * 1.6;
        let right: f32 = pictures.iter().skip(1).map(|picture| high(picture)).sum();
        self.room_for(high(pictures[0]).max(right));
        let (top, mut bottom) = (self.y, self.y);
        for (index, picture) in pictures.iter().enumerate() {
            if index == 1 {
                self.y = top;
            }
            let x = if index == 0 { LEFT } else { LEFT + wide + GAP };
            self.picture(picture, x, scale);
            bottom = bottom.max(self.y);
        }
        self.y = bottom + BODY * 0.4;
    }

    pub(super) fn picture(&mut self, picture: &Picture, x: f32, scale: f32) {
        let leaf = self.leaf();
        self.lines(
            leaf,
            std::slice::from_ref(&picture.title),
            (BODY, true, BLACK),
            x,
        );
        self.parts.push(Part::Paragraph { leaf });
        let (leaf, top) = (self.leaf(), self.y + BODY * 0.3);
        let place = Onto {
            left: x,
            top,
            scale,
        };
        for shape in &picture.scene.shapes {
            let drawn = self.shape(shape, &place);
            self.put(Some(leaf), drawn);
        }
        let place = [x, top, WIDTH * scale, picture.scene.height * scale];
        self.parts.push(Part::Figure {
            told: picture.told.clone(),
            leaf,
            page: self.page,
            place,
        });
        self.y = top + picture.scene.height * scale;
    }

    fn shape(&self, shape: &Shape, onto: &Onto) -> Drawn {
        let Onto { scale, .. } = onto;
        let dark = shade(Ink::Dark);
        match shape {
            Shape::Fill(room, ink) => Drawn::Fill(onto.room(*room), shade(*ink)),
            Shape::Frame(room, width) => Drawn::Frame(onto.room(*room), width * scale, dark),
            Shape::Line([x1, y1, x2, y2], width) => {
                let ends = [onto.x(*x1), onto.y(*y1), onto.x(*x2), onto.y(*y2)];
                Drawn::Line(ends, width * scale, dark)
            }
            Shape::Text(lettering) => self.lettering(lettering, onto),
        }
    }

    fn lettering(&self, lettering: &Lettering, onto: &Onto) -> Drawn {
        let Lettering {
            at, bold, anchor, ..
        } = lettering;
        let (face, size) = (self.face(*bold), lettering.size * onto.scale);
        let text = face.shown(&lettering.text);
        let width = face.width(&text, size);
        // A box that would run out of the picture ends at its edge.
        let x = (onto.x(at.0) - before(*anchor, width)).min(onto.x(WIDTH) - width);
        Drawn::Text {
            at: (x, onto.y(at.1)),
            size,
            bold: *bold,
            shade: shade(lettering.ink),
            text,
        }
    }
}

/// How much of a text's width stands before its anchor.
fn before(anchor: Anchor, width: f32) -> f32 {
    match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    }
}

/// Where a picture is on the page, and how large.
struct Onto {
    left: f32,
    top: f32,
    scale: f32,
}

impl Onto {
    fn x(&self, x: f32) -> f32 {
        self.left + x * self.scale
    }

    fn y(&self, y: f32) -> f32 {
        self.top + y * self.scale
    }

    fn room(&self, [x, y, w, h]: [f32; 4]) -> [f32; 4] {
        [self.x(x), self.y(y), w * self.scale, h * self.scale]
    }
}
