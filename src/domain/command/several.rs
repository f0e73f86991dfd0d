//! Several commands in one line: `KLAR TELEFON SL-41, INGET SVAR reklam SL-42`. Read as one, the
//! second would be a word of the first, which would then be done to the items of both.

use super::line::Line;
use super::token::Token;
use super::{Order, Parsed, Targets, Verb, complete, verbs};
use chrono::{Datelike, NaiveDate};

/// Places of a line at which a second command is looked for.
const MAX_PLACES: usize = 40;

/// Between two commands, beside a mark.
const AND: [&str; 3] = ["och", "and", "samt"];

/// A line, parted before each further command.
pub(super) fn parted(line: &str, today: NaiveDate) -> Vec<Line> {
    let mut parts = Vec::new();
    let mut rest = Line::new(line);
    let mut places = MAX_PLACES;
    while let Some((first, second)) = first_of_two(&rest, &mut places, today) {
        parts.push(first);
        rest = second;
    }
    parts.push(rest);
    parts
}

/// The first command of a line, and the rest of it that begins with another.
fn first_of_two(line: &Line, places: &mut usize, today: NaiveDate) -> Option<(Line, Line)> {
    for at in 1..line.tokens.len() {
        let (before, next) = (&line.tokens[at - 1], &line.tokens[at]);
        // What follows a colon is a text.
        let is_joint = before.ends_with_mark() && !before.ends_with_colon()
            || AND.contains(&before.key.as_str());
        if !is_joint && !next.is_loud() && next.reference(today.year()).is_none() {
            continue;
        }
        *places = places.checked_sub(1)?;
        let joins = AND.contains(&before.key.as_str());
        let ends = at - usize::from(joins);
        if let Some(two) = parted_at(line, (ends, at), is_joint, today) {
            return Some(two);
        }
    }
    None
}

/// The commands that end and begin there, where two do.
fn parted_at(
    line: &Line,
    (ends, begins): (usize, usize),
    is_joint: bool,
    today: NaiveDate,
) -> Option<(Line, Line)> {
    // Mostly no command follows, and the words before the place need not be read.
    let second = Line::new(&line.raw_between(begins, line.tokens.len()));
    let two = whole(&second, today)?;
    let first = Line::new(&line.raw_between(0, ends));
    let one = whole(&first, today)?;
    are_two((&first, &one), (&second, &two), is_joint, today).then_some((first, second))
}

/// Whether each of two whole commands has items of its own, or is in capitals.
fn are_two(
    (first, one): (&Line, &Order),
    (second, two): (&Line, &Order),
    is_joint: bool,
    today: NaiveDate,
) -> bool {
    let has_own = |order: &Order| matches!(order.targets, Targets::These(_));
    let is_word = |token: &&Token| token.reference(today.year()).is_none();
    let loud = |line: &Line| line.tokens.iter().find(is_word).is_some_and(Token::is_loud);
    !matches!(one.verb, Verb::Note { .. } | Verb::Sender { .. })
        && (has_own(one) && has_own(two)
            || is_joint && settles(&two.verb) && loud(first) && loud(second))
}

fn whole(line: &Line, today: NaiveDate) -> Option<Order> {
    let Parsed { order, .. } = verbs::order(line, today)?.ok()?;
    complete(order, "").ok()
}

/// What may follow another command without naming its items.
fn settles(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Done { .. } | Verb::DoneBy { .. } | Verb::NoAnswer { .. } | Verb::TakeOver { .. }
    )
}
