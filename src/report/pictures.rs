//! The three pictures, as shapes that SVG and PDF draw alike.
//!
//! They are read in grey, on paper and by who sees no colours: parts differ by lightness (at least
//! 3 to 1 between neighbours, WCAG 2.2, 1.4.11) and by hatching, and the value is written in. The
//! rejected alternative is a crate that draws charts: those that are kept draw neither hatching nor
//! PDF with text alternatives.

use super::document::{Cell, Picture, Table};
use super::figures::{DayFigures, Figures, MonthFigures, PledgeFigures};
use super::scene::{Anchor, Ink, LOOKS, Look, Scene, Shape, WIDTH, letters, real};
use super::words::{self, pick};
use crate::config::Language;
use crate::domain::calendar::DayKind;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::pledge::Span;
use chrono::Datelike;

/// Height of a bar, with the distance to the next.
const ROW: f32 = 20.0;

/// A bar of 100 %.
pub struct Bar {
    pub name: String,
    /// The same in three letters or so.
    pub short: String,
    /// Count and share of each part, or why they are not shown.
    pub parts: Result<[(u32, Option<u32>); 3], &'static str>,
}

/// Bars of 100 % with three parts each; `names` are those of the parts.
#[must_use]
pub fn bars(title: &str, names: [&str; 3], bars: &[Bar], language: Language) -> Picture {
    let (left, wide) = (38.0, 248.0);
    let mut scene = Scene::new(0.0);
    let looks: Vec<(Look, String)> = LOOKS.into_iter().zip(names.map(str::to_owned)).collect();
    let mut y = scene.legend(12.0, &looks) + 12.0;
    scene.put(
        WIDTH,
        y,
        11.0,
        Anchor::End,
        false,
        Ink::Dark,
        pick(language, "antal", "number"),
    );
    y += 6.0;
    let mut rows = Vec::new();
    let mut told = Vec::new();
    for bar in bars {
        scene.text(0.0, y + 14.0, Anchor::Start, bar.short.clone());
        let mut cells = vec![Cell::Text(bar.name.clone())];
        match bar.parts {
            Ok(parts) => {
                let n: u32 = parts.iter().map(|(count, _)| count).sum();
                let mut x = left;
                for ((look, _), (count, share)) in looks.iter().zip(parts) {
                    let part_width = if n == 0 {
                        0.0
                    } else {
                        wide * real(count) / real(n)
                    };
                    if part_width > 0.0 {
                        scene.part([x, y, part_width, ROW - 4.0], *look);
                        let text = share.unwrap_or(count).to_string();
                        scene.number([x, y, part_width, ROW - 4.0], *look, &text);
                    }
                    x += part_width;
                }
                scene.text(WIDTH, y + 14.0, Anchor::End, n.to_string());
                cells.push(Cell::Count(n));
                cells.extend(parts.map(|(count, share)| Cell::Share(count, share)));
                let parts: Vec<String> =
                    cells[2..].iter().map(|cell| cell.show(language)).collect();
                told.push(format!("{}: {}", bar.name, parts.join(", ")));
            }
            Err(why) => {
                scene.text(left, y + 14.0, Anchor::Start, why);
                scene.text(WIDTH, y + 14.0, Anchor::End, "–");
                cells.extend(std::iter::repeat_n(Cell::Few, 4));
            }
        }
        rows.push(cells);
        y += ROW;
    }
    scene.height = y + 2.0;
    let head = [
        pick(language, "Månad", "Month"),
        pick(language, "Avgjorda", "Decided"),
    ]
    .into_iter()
    .chain(names);
    let head = head.map(str::to_owned).collect();
    let told = format!(
        "{title}. {}. {}.",
        names.map(str::to_lowercase).join(", "),
        told.join(". ")
    );
    let table = Table {
        caption: title.to_owned(),
        keys: 1,
        head,
        rows,
        has_total: false,
    };
    Picture {
        title: title.to_owned(),
        told,
        scene,
        table,
        in_text: None,
    }
}

/// Twelve months as bars of 100 %: answered, notified, neither.
#[must_use]
pub fn year(pledge: &PledgeFigures, l: Language) -> Option<Picture> {
    let is_empty = |month: &&MonthFigures| month.total.as_ref().is_some_and(|row| row.n == 0);
    let months = pledge.months.iter().skip_while(is_empty).map(|month| {
        let row = month
            .total
            .as_ref()
            .filter(|row| row.n == 0 || row.n >= SHOWN_FROM);
        let parts = row.map(|row| Figure::SHARES.map(|share| (row.of(share), row.share(share))));
        Bar {
            name: words::month_and_year(l, month.month),
            short: words::month(l, month.month).chars().take(3).collect(),
            parts: parts.ok_or(pick(l, "färre än fem", "fewer than five")),
        }
    });
    let months: Vec<Bar> = months.collect();
    let names = Figure::SHARES.map(|share| words::figure(l, share));
    let title = pick(l, "Tolv månader, procent", "Twelve months, percent");
    (!months.is_empty()).then(|| bars(title, names, &months, l))
}

/// How many working days the answers took, with a line at the promise.
pub fn days(pledge: &PledgeFigures, l: Language) -> Option<Picture> {
    let total = pledge
        .total
        .as_ref()
        .filter(|total| total.n >= SHOWN_FROM)?;
    let counts = Figure::DAYS.map(|step| total.of(step));
    let most = real(counts.iter().copied().max().filter(|most| *most > 0)?);
    let (top, base, wide) = (34.0, 170.0, WIDTH / 7.0);
    let mut scene = Scene::new(208.0);
    let promised = match pledge.time {
        Span::WorkingDays(n) => Some(n),
        Span::Days(_) | Span::Weeks(_) | Span::Months(_) => None,
    };
    let step_of = |n: u16| match n {
        0..=2 => f32::from(n) + 1.0,
        3..=5 => 3.0 + f32::from(n - 2) / 3.0,
        6..=10 => 4.0 + f32::from(n - 5) / 5.0,
        _ => 5.5,
    };
    let labels = [
        "0",
        "1",
        "2",
        "3–5",
        "6–10",
        "> 10",
        pick(l, "inget", "none"),
    ];
    for (index, (count, label)) in (0_u32..).zip(counts.iter().zip(labels)) {
        let x = real(index) * wide;
        let in_time = promised.is_none_or(|n| real(index) + 1.0 <= step_of(n));
        let look = match (index, in_time) {
            (6, _) => Look::Mid,
            (_, true) => Look::Dark,
            (_, false) => Look::Hatched,
        };
        let h = (base - top - 16.0) * real(*count) / most;
        if *count > 0 {
            scene.part([x + 5.0, base - h, wide - 10.0, h], look);
        }
        scene.put(
            x + wide / 2.0,
            base - h - 4.0,
            12.0,
            Anchor::Middle,
            true,
            Ink::Dark,
            count.to_string(),
        );
        scene.text(x + wide / 2.0, base + 15.0, Anchor::Middle, label);
    }
    scene
        .shapes
        .push(Shape::Line([0.0, base, WIDTH, base], 1.5));
    scene.text(
        0.0,
        base + 32.0,
        Anchor::Start,
        pick(l, "arbetsdagar till svaret", "working days to the answer"),
    );
    if let Some(n) = promised {
        let x = step_of(n) * wide;
        let mut y = 18.0;
        while y < base {
            scene
                .shapes
                .push(Shape::Line([x, y, x, (y + 5.0).min(base)], 2.0));
            y += 9.0;
        }
        let text = format!(
            "{} {}",
            pick(l, "löftet:", "the pledge:"),
            words::within(l, pledge.time)
        );
        let anchor = if x < WIDTH / 2.0 {
            Anchor::Start
        } else {
            Anchor::End
        };
        scene.put(
            if x < WIDTH / 2.0 { x } else { x.min(WIDTH) },
            12.0,
            12.0,
            anchor,
            true,
            Ink::Dark,
            text,
        );
    }
    let title = pick(l, "Så lång tid tog svaret", "How long the answer took").to_owned();
    let head = [pick(l, "Tid", "Time"), pick(l, "Antal", "Number")]
        .map(str::to_owned)
        .to_vec();
    let row = |(step, count): (Figure, u32)| {
        vec![
            Cell::Text(words::figure(l, step).to_owned()),
            Cell::Count(count),
        ]
    };
    let rows: Vec<Vec<Cell>> = Figure::DAYS.into_iter().zip(counts).map(row).collect();
    let parts: Vec<String> = Figure::DAYS
        .into_iter()
        .zip(counts)
        .map(|(step, n)| format!("{} {n}", words::figure(l, step)))
        .collect();
    let told = format!(
        "{title}. {}. {}: {}.",
        parts.join(", "),
        pick(l, "Löftet", "The pledge"),
        words::within(l, pledge.time)
    );
    let table = Table {
        caption: title.clone(),
        keys: 1,
        head,
        rows,
        has_total: false,
    };
    Some(Picture {
        title,
        told,
        scene,
        table,
        in_text: None,
    })
}

/// The arrivals by day: a calendar with days off, closed days and blind times.
pub fn arrivals(figures: &Figures, l: Language) -> Option<Picture> {
    let first = figures.arrivals.first()?;
    if figures.arrivals.iter().all(|day| day.arrived == Some(0)) {
        return None;
    }
    let most = real(
        figures
            .arrivals
            .iter()
            .filter_map(|day| day.arrived)
            .max()
            .unwrap_or(0)
            .max(1),
    );
    let offset = first.date.weekday().num_days_from_monday();
    let (wide, high) = (WIDTH / 7.0, 36.0);
    let mut scene = Scene::new(0.0);
    let names = pick(
        l,
        ["mån", "tis", "ons", "tor", "fre", "lör", "sön"],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    );
    for (column, name) in (0_u32..).zip(names) {
        scene.text((real(column) + 0.5) * wide, 12.0, Anchor::Middle, name);
    }
    let mut bottom = 18.0;
    for (place, day) in (offset..).zip(&figures.arrivals) {
        let (x, y) = (real(place % 7) * wide, 18.0 + real(place / 7) * high);
        day_of_calendar(
            &mut scene,
            [x + 1.0, y + 1.0, wide - 2.0, high - 2.0],
            day,
            most,
            l,
        );
        bottom = y + high;
    }
    let mut y = bottom + 14.0;
    let has = |which: fn(&DayFigures) -> bool| figures.arrivals.iter().any(which);
    let mut marks = vec![pick(l, "Streckat: ledig dag", "Hatched: day off")];
    if has(|day| day.kind == Some(DayKind::Closed)) {
        marks.push(pick(l, "S: stängt enligt beslut", "C: closed by decision"));
    }
    if has(|day| day.blind) {
        marks.push(pick(
            l,
            "Tjock ram: kunde inte läsas",
            "Thick frame: could not be read",
        ));
    }
    if has(|day| day.arrived.is_none()) {
        marks.push(pick(l, "få: visas inte", "few: not shown"));
    }
    for pair in marks.chunks(2) {
        scene.text(0.0, y, Anchor::Start, pair.join(". "));
        y += 16.0;
    }
    scene.height = y - 8.0;
    let title = pick(l, "Inkomna per dag", "Arrived by day").to_owned();
    let head = [
        pick(l, "Dag", "Day"),
        pick(l, "Inkomna", "Arrived"),
        pick(l, "Anmärkning", "Remark"),
    ]
    .map(str::to_owned);
    let rows: Vec<Vec<Cell>> = figures
        .arrivals
        .iter()
        .map(|day| {
            let arrived = day.arrived.map_or(Cell::Few, Cell::Count);
            vec![
                Cell::Text(day.date.to_string()),
                arrived,
                Cell::Text(remark(day, l)),
            ]
        })
        .collect();
    let parts: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row[0].show(l), row[1].show(l)))
        .collect();
    let told = format!("{title}. {}.", parts.join(", "));
    let table = Table {
        caption: title.clone(),
        keys: 1,
        head: head.to_vec(),
        rows,
        has_total: false,
    };
    let in_text = Some(by_weeks(figures, l, &title));
    Some(Picture {
        title,
        told,
        scene,
        table,
        in_text,
    })
}

/// The calendar with a line for each week; a day off is in brackets, a blind one has a mark.
fn by_weeks(figures: &Figures, l: Language, title: &str) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for day in &figures.arrivals {
        let (week, column) = (
            day.date.iso_week().week(),
            day.date.weekday().num_days_from_monday() as usize,
        );
        if column == 0 || rows.is_empty() {
            let mut row = vec![Cell::Text(String::new()); 8];
            row[0] = Cell::Text(format!("{}{week}", pick(l, "v. ", "week ")));
            rows.push(row);
        }
        let arrived = day.arrived.map_or(Cell::Few, Cell::Count).show(l);
        let blind = if day.blind { "!" } else { "" };
        let shown = match (day.working_day, day.kind) {
            (true, _) => format!("{arrived}{blind}"),
            (false, Some(DayKind::Closed)) => {
                format!("({arrived}){blind} {}", pick(l, "stängt", "closed"))
            }
            (false, _) => format!("({arrived}){blind}"),
        };
        if let Some(cell) = rows.last_mut().and_then(|row| row.get_mut(column + 1)) {
            *cell = Cell::Text(shown);
        }
    }
    let names = pick(
        l,
        ["mån", "tis", "ons", "tor", "fre", "lör", "sön"],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    );
    let head = std::iter::once(String::new())
        .chain(names.map(str::to_owned))
        .collect();
    let marks = pick(
        l,
        "(ledig dag), ! kunde inte läsas hela tiden",
        "(day off), ! could not be read all the time",
    );
    Table {
        caption: format!("{title}: {marks}"),
        keys: 1,
        head,
        rows,
        has_total: false,
    }
}

fn remark(day: &DayFigures, l: Language) -> String {
    let off = match day.kind {
        Some(DayKind::Closed) => Some(pick(l, "stängt enligt beslut", "closed by decision")),
        Some(DayKind::Helgdag) => Some(pick(l, "helgdag", "public holiday")),
        Some(DayKind::Afton) => Some(pick(l, "helgdagsafton", "eve of a holiday")),
        None if !day.working_day => Some(pick(l, "helg", "weekend")),
        None => None,
    };
    let blind = day.blind.then_some(pick(
        l,
        "kunde inte läsas hela tiden",
        "could not be read all the time",
    ));
    off.into_iter().chain(blind).collect::<Vec<_>>().join(", ")
}

/// One day: its number, a bar for its arrivals, and its mark.
fn day_of_calendar(
    scene: &mut Scene,
    [x, y, w, h]: [f32; 4],
    day: &DayFigures,
    most: f32,
    language: Language,
) {
    if !day.working_day {
        scene.hatch([x, y, w, h], 9.0, 0.5);
    }
    let bar = day
        .arrived
        .map_or(0.0, |arrived| 14.0 * real(arrived) / most);
    if bar > 0.0 {
        scene.shapes.push(Shape::Fill(
            [x + 2.0, y + h - 2.0 - bar, w - 4.0, bar],
            Ink::Dark,
        ));
    }
    scene.shapes.push(Shape::Frame(
        [x, y, w, h],
        if day.blind { 3.0 } else { 0.7 },
    ));
    let number = day.date.day().to_string();
    let closed = if day.kind == Some(DayKind::Closed) {
        pick(language, " S", " C")
    } else {
        ""
    };
    let arrived = match day.arrived {
        Some(0) => String::new(),
        Some(arrived) => arrived.to_string(),
        None => pick(language, "få", "few").to_owned(),
    };
    for (at, anchor, bold, size, text) in [
        (x + 4.0, Anchor::Start, false, 10.0, number + closed),
        (x + w - 4.0, Anchor::End, true, 12.0, arrived),
    ] {
        let room = letters(&text) * size * 0.62;
        let left = if anchor == Anchor::Start {
            at
        } else {
            at - room
        };
        if !day.working_day && !text.is_empty() {
            scene.shapes.push(Shape::Fill(
                [left - 1.0, y + 3.0, room + 2.0, 13.0],
                Ink::Light,
            ));
        }
        scene.put(at, y + 14.0, size, anchor, bold, Ink::Dark, text);
    }
}
