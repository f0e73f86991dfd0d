//! Twelve months as bars of 100 %.

use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::report::document::{Cell, Picture, of_table};
use crate::report::figures::{MonthFigures, PledgeFigures};
use crate::report::phrases;
use crate::report::scene::{Anchor, Ink, LOOKS, Look, Scene, WIDTH, real};
use crate::words::of;

/// A bar of 100 %.
pub struct Bar {
    pub name: String,
    /// The same in three letters or so.
    pub short: String,
    /// Count and share of each part, or why they are not shown.
    pub parts: Result<[(u32, Option<u32>); 3], &'static str>,
}

/// Height of a bar, with the distance to the next.
const ROW: f32 = 20.0;

/// Where bars begin, and how wide 100 % is.
const LEFT: f32 = 38.0;
const WIDE: f32 = 248.0;

/// Bars of 100 % with three parts each; `names` are those of the parts.
#[must_use]
pub fn bars(title: &str, names: [&str; 3], bars: &[Bar], language: Language) -> Picture {
    let mut scene = Scene::new(0.0);
    let looks: Vec<(Look, String)> = LOOKS.into_iter().zip(names.map(str::to_owned)).collect();
    let mut y = scene.legend(12.0, &looks) + 12.0;
    let number = of(language).pictures.number;
    scene.put(WIDTH, y, 11.0, Anchor::End, false, Ink::Dark, number);
    y += 6.0;
    for bar in bars {
        draw(&mut scene, y, bar);
        y += ROW;
    }
    scene.height = y + 2.0;
    let head = of(language).pictures.bars_head;
    let head: Vec<&str> = head.into_iter().chain(names).collect();
    let rows: Vec<Vec<Cell>> = bars.iter().map(cells).collect();
    let names = names.map(str::to_lowercase).join(", ");
    let told = format!("{title}. {names}. {}.", in_words(bars, language));
    of_table(title, told, scene, &head, rows)
}

/// The shares of the bars that are shown.
fn in_words(bars: &[Bar], language: Language) -> String {
    let shown = bars.iter().filter(|bar| bar.parts.is_ok()).map(|bar| {
        let shares = cells(bar).into_iter().skip(2);
        let shares: Vec<String> = shares.map(|cell| cell.show(language)).collect();
        format!("{}: {}", bar.name, shares.join(", "))
    });
    shown.collect::<Vec<_>>().join(". ")
}

/// One bar with its name and its number, or the reason why it is not shown.
fn draw(scene: &mut Scene, y: f32, bar: &Bar) {
    let base = y + 14.0;
    scene.text(0.0, base, Anchor::Start, bar.short.clone());
    let parts = match bar.parts {
        Ok(parts) => parts,
        Err(why) => {
            scene.text(LEFT, base, Anchor::Start, why);
            scene.text(WIDTH, base, Anchor::End, "–");
            return;
        }
    };
    let n = number_of(parts);
    let mut x = LEFT;
    for (look, (count, share)) in LOOKS.into_iter().zip(parts).filter(|_| n > 0) {
        let wide = WIDE * real(count) / real(n);
        if wide > 0.0 {
            let place = [x, y, wide, ROW - 4.0];
            scene.part(place, look);
            scene.number(place, look, &share.unwrap_or(count).to_string());
        }
        x += wide;
    }
    scene.text(WIDTH, base, Anchor::End, n.to_string());
}

fn number_of(parts: [(u32, Option<u32>); 3]) -> u32 {
    parts.iter().map(|(count, _)| count).sum()
}

fn cells(bar: &Bar) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(bar.name.clone())];
    match bar.parts {
        Ok(parts) => {
            cells.push(Cell::Count(number_of(parts)));
            cells.extend(parts.map(|(count, share)| Cell::Share(count, share)));
        }
        Err(_) => cells.extend(std::iter::repeat_n(Cell::NotShown, 4)),
    }
    cells
}

/// Twelve months as bars of 100 %: answered, notified, neither.
#[must_use]
pub fn year(pledge: &PledgeFigures, l: Language) -> Option<Picture> {
    let is_empty = |month: &&MonthFigures| month.total.as_ref().is_some_and(|row| row.n == 0);
    let months = pledge.months.iter().skip_while(is_empty);
    let months: Vec<Bar> = months.map(|month| bar(month, l)).collect();
    let names = Figure::SHARES.map(of(l).figures.figure);
    let title = of(l).pictures.months;
    (!months.is_empty()).then(|| bars(title, names, &months, l))
}

fn bar(month: &MonthFigures, l: Language) -> Bar {
    let total = month.total.as_ref();
    let row = total.filter(|row| row.n == 0 || row.n >= SHOWN_FROM);
    let parts = row.map(|row| Figure::SHARES.map(|share| (row.of(share), row.share(share))));
    Bar {
        name: phrases::month_and_year(l, month.month),
        short: phrases::month(l, month.month).chars().take(3).collect(),
        parts: parts.ok_or(of(l).pictures.not_shown),
    }
}
