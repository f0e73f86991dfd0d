//! Pictures on paper, in two columns.

use super::{BLACK, BODY, Drawn, GAP, LEADING, LEFT, Layout, Part, RIGHT, shade};
use crate::report::document::Picture;
use crate::report::scene::{Anchor, Ink, Shape, WIDTH};

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
        for shape in &picture.scene.shapes {
            let drawn = self.shape(shape, (x, top), scale);
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

    fn shape(&self, shape: &Shape, (left, top): (f32, f32), scale: f32) -> Drawn {
        let (x_of, y_of) = (|x: f32| left + x * scale, |y: f32| top + y * scale);
        match shape {
            Shape::Fill([x, y, w, h], ink) => {
                Drawn::Fill([x_of(*x), y_of(*y), w * scale, h * scale], shade(*ink))
            }
            Shape::Frame([x, y, w, h], width) => Drawn::Frame(
                [x_of(*x), y_of(*y), w * scale, h * scale],
                width * scale,
                shade(Ink::Dark),
            ),
            Shape::Line([x1, y1, x2, y2], width) => Drawn::Line(
                [x_of(*x1), y_of(*y1), x_of(*x2), y_of(*y2)],
                width * scale,
                shade(Ink::Dark),
            ),
            Shape::Text {
                at,
                size,
                anchor,
                bold,
                ink,
                text,
            } => {
                let (face, size) = (self.face(*bold), size * scale);
                let text = face.shown(text);
                let width = face.width(&text, size);
                let back = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => width / 2.0,
                    Anchor::End => width,
                };
                // A box that would run out of the picture ends at its edge.
                let x = (x_of(at.0) - back).min(left + WIDTH * scale - width);
                let at = (x, y_of(at.1));
                Drawn::Text {
                    at,
                    size,
                    bold: *bold,
                    shade: shade(*ink),
                    text,
                }
            }
        }
    }
}
