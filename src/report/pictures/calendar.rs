//! The arrivals of a period as a calendar.

use crate::config::Language;
use crate::domain::calendar::day_off::DayKind;
use crate::report::document::{Cell, Picture, Table, of_table};
use crate::report::figures::{DayFigures, Figures};
use crate::report::scene::{Anchor, Ink, Scene, Shape, WIDTH, letters, real};
use crate::words::of;
use chrono::Datelike;

/// Above the first week.
const TOP: f32 = 18.0;
/// The room of one day.
const WIDE: f32 = WIDTH / 7.0;
const HIGH: f32 = 36.0;

/// The arrivals by day: a calendar with days off, closed days and blind times.
#[must_use]
pub fn arrivals(figures: &Figures, l: Language) -> Option<Picture> {
    let days = &figures.arrivals;
    if days.iter().all(|day| day.arrived == Some(0)) {
        return None;
    }
    let mut scene = Scene::new(0.0);
    let bottom = draw(&mut scene, days, l)?;
    scene.height = legend(&mut scene, bottom + 14.0, days, l) - 8.0;
    let title = of(l).pictures.arrivals;
    Some(Picture {
        in_text: Some(by_weeks(figures, l, title)),
        ..by_days(scene, days, l, title)
    })
}

/// The drawing with its figures, day by day.
fn by_days(scene: Scene, days: &[DayFigures], l: Language, title: &str) -> Picture {
    let row = |day: &DayFigures| {
        vec![
            Cell::Text(day.date.to_string()),
            day.arrived.map_or(Cell::Few, Cell::Count),
            Cell::Text(remark(day, l)),
        ]
    };
    let rows: Vec<Vec<Cell>> = days.iter().map(row).collect();
    let parts: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row[0].show(l), row[1].show(l)))
        .collect();
    let told = format!("{title}. {}.", parts.join(", "));
    of_table(title, told, scene, &of(l).pictures.arrivals_head, rows)
}

/// Draws the days of a period, week by week; returns the height at which they end.
fn draw(scene: &mut Scene, days: &[DayFigures], l: Language) -> Option<f32> {
    let most = days.iter().filter_map(|day| day.arrived).max().unwrap_or(0);
    let offset = days.first()?.date.weekday().num_days_from_monday();
    for (column, name) in (0_u32..).zip(of(l).dates.short_weekdays) {
        let middle = (real(column) + 0.5) * WIDE;
        scene.text(middle, 12.0, Anchor::Middle, name);
    }
    let mut bottom = TOP;
    for (place, day) in (offset..).zip(days) {
        let (x, y) = (real(place % 7) * WIDE, TOP + real(place / 7) * HIGH);
        let room = [x + 1.0, y + 1.0, WIDE - 2.0, HIGH - 2.0];
        day_of_calendar(scene, room, day, real(most.max(1)), l);
        bottom = y + HIGH;
    }
    Some(bottom)
}

/// Explains the marks that the days have, from `y` down; returns where it ends.
fn legend(scene: &mut Scene, mut y: f32, days: &[DayFigures], l: Language) -> f32 {
    let has = |which: fn(&DayFigures) -> bool| days.iter().any(which);
    let mut marks = vec![of(l).pictures.hatched];
    if has(|day| day.kind == Some(DayKind::Closed)) {
        marks.push(of(l).pictures.letter_of_closed);
    }
    if has(|day| day.blind) {
        marks.push(of(l).pictures.thick_frame);
    }
    if has(|day| day.arrived.is_none()) {
        marks.push(of(l).pictures.few_not_shown);
    }
    for pair in marks.chunks(2) {
        scene.text(0.0, y, Anchor::Start, pair.join(". "));
        y += 16.0;
    }
    y
}

/// The calendar with a line for each week; a day off is in brackets, a blind one has a mark.
fn by_weeks(figures: &Figures, l: Language, title: &str) -> Table {
    let say = &of(l).pictures;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for day in &figures.arrivals {
        let column = day.date.weekday().num_days_from_monday() as usize;
        if column == 0 || rows.is_empty() {
            let mut row = vec![Cell::Text(String::new()); 8];
            row[0] = Cell::Text((say.week)(day.date.iso_week().week()));
            rows.push(row);
        }
        if let Some(cell) = rows.last_mut().and_then(|row| row.get_mut(column + 1)) {
            *cell = Cell::Text(in_week(day, l));
        }
    }
    let head = std::iter::once(String::new())
        .chain(of(l).dates.short_weekdays.map(str::to_owned))
        .collect();
    Table {
        caption: format!("{title}: {}", say.marks_in_text),
        keys: 1,
        head,
        rows,
        has_total: false,
    }
}

/// A day's arrivals in the line of its week.
fn in_week(day: &DayFigures, l: Language) -> String {
    let arrived = day.arrived.map_or(Cell::Few, Cell::Count).show(l);
    let blind = if day.blind { "!" } else { "" };
    match (day.working_day, day.kind) {
        (true, _) => format!("{arrived}{blind}"),
        (false, Some(DayKind::Closed)) => {
            format!("({arrived}){blind} {}", of(l).pictures.closed)
        }
        (false, _) => format!("({arrived}){blind}"),
    }
}

fn remark(day: &DayFigures, l: Language) -> String {
    let off = match day.kind {
        Some(kind) => Some((of(l).pictures.day_off)(kind)),
        None if !day.working_day => Some(of(l).pictures.weekend),
        None => None,
    };
    let blind = day.blind.then_some(of(l).pictures.not_always_read);
    off.into_iter().chain(blind).collect::<Vec<_>>().join(", ")
}

/// One day: its number, a bar for its arrivals, and its mark.
fn day_of_calendar(
    scene: &mut Scene,
    room: [f32; 4],
    day: &DayFigures,
    most: f32,
    language: Language,
) {
    ground_of(scene, room, day, most);
    let [x, y, w, _] = room;
    let (number, arrived) = figures_of(day, language);
    let top = y + 14.0;
    for (x, anchor, size, text) in [
        (x + 4.0, Anchor::Start, 10.0, number),
        (x + w - 4.0, Anchor::End, 12.0, arrived),
    ] {
        if !day.working_day && !text.is_empty() {
            light_ground(scene, (x, top), anchor, letters(&text) * size * 0.62);
        }
        let bold = anchor == Anchor::End;
        scene.put(x, top, size, anchor, bold, Ink::Dark, text);
    }
}

/// The ground of a day's figures: hatching, its bar, its frame.
fn ground_of(scene: &mut Scene, [x, y, w, h]: [f32; 4], day: &DayFigures, most: f32) {
    if !day.working_day {
        scene.hatch([x, y, w, h], 9.0, 0.5);
    }
    let bar = 14.0 * real(day.arrived.unwrap_or(0)) / most;
    if bar > 0.0 {
        let place = [x + 2.0, y + h - 2.0 - bar, w - 4.0, bar];
        scene.shapes.push(Shape::Fill(place, Ink::Dark));
    }
    let frame = if day.blind { 3.0 } else { 0.7 };
    scene.shapes.push(Shape::Frame([x, y, w, h], frame));
}

/// A day's number with its mark, and its arrivals.
fn figures_of(day: &DayFigures, language: Language) -> (String, String) {
    let closed = match day.kind {
        Some(DayKind::Closed) => of(language).pictures.closed_letter,
        _ => "",
    };
    let arrived = match day.arrived {
        Some(0) => String::new(),
        Some(arrived) => arrived.to_string(),
        None => of(language).page.few.to_owned(),
    };
    (day.date.day().to_string() + closed, arrived)
}

/// Clears the hatching behind a text.
fn light_ground(scene: &mut Scene, (x, y): (f32, f32), anchor: Anchor, room: f32) {
    let is_left = anchor == Anchor::Start;
    let left = if is_left { x } else { x - room };
    let ground = [left - 1.0, y - 11.0, room + 2.0, 13.0];
    scene.shapes.push(Shape::Fill(ground, Ink::Light));
}
