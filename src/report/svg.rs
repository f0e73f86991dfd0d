//! A picture as SVG for the page: with title and description for who hears it; its letters are
//! those of the page.

use super::scene::{Anchor, Ink, Lettering, Scene, Shape, WIDTH};
use std::fmt::Write as _;

/// The picture. `id` keeps its title and description apart from those of the others on the page;
/// both are words of ours.
#[must_use]
pub fn svg(scene: &Scene, title: &str, told: &str, id: &str) -> String {
    let (title, told) = (escape(title), escape(told));
    let mut out = format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {WIDTH} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{told}</desc>\n",
        scene.height
    );
    for shape in &scene.shapes {
        self::shape(&mut out, shape);
    }
    out + "</svg>"
}

fn shape(out: &mut String, shape: &Shape) {
    // Writing to a String cannot fail.
    let _ = match shape {
        Shape::Fill([x, y, w, h], ink) => {
            writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"{}\"/>",
                colour(*ink)
            )
        }
        Shape::Frame([x, y, w, h], width) => writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"none\" stroke=\"{}\" \
             stroke-width=\"{width}\"/>",
            colour(Ink::Dark)
        ),
        Shape::Line([x1, y1, x2, y2], width) => writeln!(
            out,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{}\" stroke-width=\"{width}\"/>",
            colour(Ink::Dark)
        ),
        Shape::Text(Lettering {
            at: (x, y),
            size,
            anchor,
            bold,
            ink,
            text,
        }) => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *bold { " font-weight=\"600\"" } else { "" };
            writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\"{weight} fill=\"{}\">{}</text>",
                colour(*ink),
                escape(text)
            )
        }
    };
}

fn colour(ink: Ink) -> String {
    let [r, g, b] = ink.rgb();
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
