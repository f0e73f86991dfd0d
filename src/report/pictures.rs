//! The three pictures, as shapes that SVG and PDF draw alike.
//!
//! They are read in grey, on paper and by who sees no colours: parts differ by lightness (at least
//! 3 to 1 between neighbours, WCAG 2.2, 1.4.11) and by hatching, and the value is written in. The
//! rejected alternative is a crate that draws charts: those that are kept draw neither hatching nor
//! PDF with text alternatives.

mod answer_times;
mod calendar;
mod months;

pub use answer_times::days;
pub use calendar::arrivals;
pub use months::{Bar, bars, year};
