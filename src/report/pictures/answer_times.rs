//! How long the answers took, with a line at the pledge.

use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::pledge::Span;
use crate::report::document::{Cell, Picture, of_table};
use crate::report::figures::PledgeFigures;
use crate::report::phrases;
use crate::report::scene::{Anchor, Ink, Look, Scene, Shape, WIDTH, real};
use crate::words::of;

/// Above the columns, and the line on which they are.
const TOP: f32 = 34.0;
const BASE: f32 = 170.0;
const COLUMN: f32 = WIDTH / 7.0;

/// How many working days the answers took, with a line at the promise.
#[must_use]
pub fn days(pledge: &PledgeFigures, l: Language) -> Option<Picture> {
    let total = pledge
        .total
        .as_ref()
        .filter(|total| total.n >= SHOWN_FROM)?;
    let counts = Figure::DAYS.map(|step| total.of(step));
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let promised = match pledge.time {
        Some(Span::WorkingDays(n)) => Some(n),
        Some(Span::Days(_) | Span::Weeks(_) | Span::Months(_)) | None => None,
    };
    let mut scene = Scene::new(208.0);
    columns(&mut scene, counts, real(most), promised, l);
    if let Some(n) = promised {
        pledge_line(&mut scene, n, l);
    }
    Some(with_table(scene, counts, pledge.time, l))
}

/// Where a number of working days is among the columns.
fn step_of(n: u16) -> f32 {
    match n {
        0..=2 => f32::from(n) + 1.0,
        3..=5 => 3.0 + f32::from(n - 2) / 3.0,
        6..=10 => 4.0 + f32::from(n - 5) / 5.0,
        _ => 5.5,
    }
}

fn columns(scene: &mut Scene, counts: [u32; 7], most: f32, promised: Option<u16>, l: Language) {
    let none = of(l).pictures.no_answer;
    let labels = ["0", "1", "2", "3–5", "6–10", "> 10", none];
    for (index, (count, label)) in (0_u32..).zip(counts.into_iter().zip(labels)) {
        let look = look(index, promised);
        let h = (BASE - TOP - 16.0) * real(count) / most;
        column(scene, real(index) * COLUMN, h, look, count);
        let middle = (real(index) + 0.5) * COLUMN;
        scene.text(middle, BASE + 15.0, Anchor::Middle, label);
    }
    let line = Shape::Line([0.0, BASE, WIDTH, BASE], 1.5);
    scene.shapes.push(line);
    let below = of(l).pictures.working_days;
    scene.text(0.0, BASE + 32.0, Anchor::Start, below);
}

/// Of the columns in time, of those after it, and of the last, which has no answer.
fn look(index: u32, promised: Option<u16>) -> Look {
    let in_time = promised.is_none_or(|n| real(index) + 1.0 <= step_of(n));
    match (index, in_time) {
        (6, _) => Look::Mid,
        (_, true) => Look::Dark,
        (_, false) => Look::Hatched,
    }
}

/// One column with its number above it.
fn column(scene: &mut Scene, x: f32, h: f32, look: Look, count: u32) {
    if count > 0 {
        scene.part([x + 5.0, BASE - h, COLUMN - 10.0, h], look);
    }
    let (middle, above) = (x + COLUMN / 2.0, BASE - h - 4.0);
    let number = count.to_string();
    scene.put(middle, above, 12.0, Anchor::Middle, true, Ink::Dark, number);
}

/// A dashed line at the last day of the pledge, with its words above.
fn pledge_line(scene: &mut Scene, n: u16, l: Language) {
    let x = step_of(n) * COLUMN;
    let mut y = 18.0;
    while y < BASE {
        let dash = Shape::Line([x, y, x, (y + 5.0).min(BASE)], 2.0);
        scene.shapes.push(dash);
        y += 9.0;
    }
    let within = phrases::within(l, Span::WorkingDays(n));
    let text = (of(l).pictures.pledge_line)(&within);
    let anchor = if x < WIDTH / 2.0 {
        Anchor::Start
    } else {
        Anchor::End
    };
    scene.put(x.min(WIDTH), 12.0, 12.0, anchor, true, Ink::Dark, text);
}

fn with_table(scene: Scene, counts: [u32; 7], time: Option<Span>, l: Language) -> Picture {
    let title = of(l).pictures.answer_times;
    let head = of(l).pictures.answer_times_head;
    let figures = Figure::DAYS.into_iter().zip(counts);
    let name = |step| (of(l).figures.figure)(step).to_owned();
    let rows = figures
        .clone()
        .map(|(step, count)| vec![Cell::Text(name(step)), Cell::Count(count)]);
    let parts: Vec<String> = figures
        .map(|(step, count)| format!("{} {count}", name(step)))
        .collect();
    let within = time.map(|time| phrases::within(l, time));
    let pledge = within.map(|within| format!(" {}.", (of(l).pictures.pledge)(&within)));
    let told = format!(
        "{title}. {}.{}",
        parts.join(", "),
        pledge.unwrap_or_default()
    );
    of_table(title, told, scene, &head, rows.collect())
}
