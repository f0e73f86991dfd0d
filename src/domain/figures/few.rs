//! Small numbers: the figures that are not shown, so that no figure points at a person.
//!
//! Under [`SHOWN_FROM`] questions nothing is shown of a row; under [`SHARES_FROM`] counts, and no
//! shares. The rows that are too small are put together as one. Where even that is too small, it is
//! in no total either: what a total lacks, no subtraction reveals. The rejected alternative, to
//! hide another row beside the small one, would take the largest mailbox out of the report of a
//! municipality that has two.

/// Below this nothing is shown.
pub const SHOWN_FROM: u32 = 5;

/// Below this there are counts, but no shares.
pub const SHARES_FROM: u32 = 10;

/// Circumstances that say something of handlers are shown only from this number of them.
pub const HANDLERS_FROM: usize = 5;

/// How rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// By itself.
    Alone,
    /// Put together with the other small ones.
    Together,
    /// Not at all, and in no total.
    Not,
}

/// How each of the rows is shown, by the number that it is about. A row of none is shown: it says
/// nothing of anybody.
#[must_use]
pub fn shown(sizes: &[u32]) -> Vec<Shown> {
    let is_small = |size: u32| size > 0 && size < SHOWN_FROM;
    let together: u32 = sizes.iter().filter(|size| is_small(**size)).sum();
    let small = if together < SHOWN_FROM {
        Shown::Not
    } else {
        Shown::Together
    };
    sizes
        .iter()
        .map(|size| if is_small(*size) { small } else { Shown::Alone })
        .collect()
}

/// Which parts of a total are shown that is given elsewhere: the small ones are not, nor, where
/// those are few together, the smallest of the others, so that no subtraction reveals them.
#[must_use]
pub fn shown_of_total(sizes: &[u32]) -> Vec<bool> {
    let is_small = |size: u32| (1..SHOWN_FROM).contains(&size);
    let parts: Vec<Option<u32>> = sizes
        .iter()
        .map(|size| (!is_small(*size)).then_some(*size))
        .collect();
    guarded_parts(sizes.iter().sum(), &parts)
}

/// Which parts of a total are shown when those that are `None` are not: where the total less those
/// that are shown would be too few, the smallest of these is not shown either.
#[must_use]
pub fn guarded_parts(total: u32, parts: &[Option<u32>]) -> Vec<bool> {
    let mut shown: Vec<bool> = parts.iter().map(Option::is_some).collect();
    let rest = total.saturating_sub(parts.iter().flatten().sum());
    let larger = (0..parts.len()).filter(|at| parts[*at] > Some(0));
    if (1..SHOWN_FROM).contains(&rest)
        && let Some(smallest) = larger.min_by_key(|at| parts[*at])
    {
        shown[smallest] = false;
    }
    shown
}

/// Whether a part of so large a whole may be shown.
#[must_use]
pub fn may_part(whole: u32) -> bool {
    whole == 0 || whole >= SHOWN_FROM
}

/// A share in whole percent, halves up; `None` where the whole is too small for one.
#[must_use]
pub fn percent(part: u32, whole: u32) -> Option<u32> {
    let (part, whole) = (u64::from(part), u64::from(whole));
    let share = (part * 200 + whole).checked_div(whole * 2)?;
    (whole >= u64::from(SHARES_FROM)).then(|| u32::try_from(share).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rows_are_put_together_or_left_out_of_the_total() {
        use Shown::{Alone, Not, Together};
        for (sizes, expected) in [
            (vec![], vec![]),
            (vec![600], vec![Alone]),
            (vec![600, 3], vec![Alone, Not]),
            (vec![600, 3, 1], vec![Alone, Not, Not]),
            (vec![600, 3, 2], vec![Alone, Together, Together]),
            (vec![4, 4, 4], vec![Together, Together, Together]),
            (vec![5, 0, 4], vec![Alone, Alone, Not]),
            (vec![1], vec![Not]),
        ] {
            assert_eq!(shown(&sizes), expected, "{sizes:?}");
        }
    }

    /// A reader who subtracts the shown rows from the total gets nothing, or at least as many as
    /// may be shown.
    #[test]
    fn no_subtraction_reveals_a_small_row() {
        for code in 0..8_u32.pow(4) {
            let sizes: Vec<u32> = (0..4).map(|place| code / 8_u32.pow(place) % 8).collect();
            let shown = shown(&sizes);
            let of = |how: Shown| {
                sizes
                    .iter()
                    .zip(&shown)
                    .filter(|(_, s)| **s == how)
                    .map(|(n, _)| n)
                    .sum::<u32>()
            };
            let total = of(Shown::Alone) + of(Shown::Together);
            let rest = total - of(Shown::Alone);
            assert!(rest == 0 || rest >= SHOWN_FROM, "{sizes:?}");
            assert!(
                sizes
                    .iter()
                    .zip(&shown)
                    .all(|(n, s)| *s != Shown::Alone || *n == 0 || *n >= SHOWN_FROM)
            );
        }
    }

    #[test]
    fn the_total_reveals_no_small_part() {
        for (sizes, expected) in [
            (vec![], vec![]),
            (vec![0, 9, 0], vec![true, true, true]),
            (vec![0, 9, 3, 7], vec![true, true, false, false]),
            (vec![9, 3, 2, 7], vec![true, false, false, true]),
            (vec![9, 1, 1, 7, 7], vec![true, false, false, false, true]),
            (vec![2, 0], vec![false, true]),
        ] {
            assert_eq!(shown_of_total(&sizes), expected, "{sizes:?}");
        }
    }

    /// Small parts may lack in part only: of a month the small mailboxes do, and they are in the
    /// total of the year.
    #[test]
    fn what_a_total_has_beyond_its_parts_is_not_few() {
        for (total, parts, expected) in [
            (0, vec![], vec![]),
            (14, vec![Some(9), Some(5)], vec![true, true]),
            (14, vec![Some(6), None, Some(5)], vec![true, false, false]),
            (19, vec![Some(9), None, Some(5)], vec![true, false, true]),
            (17, vec![Some(9), Some(0), Some(6)], vec![true, true, false]),
            (3, vec![None, Some(0)], vec![false, true]),
        ] {
            assert_eq!(guarded_parts(total, &parts), expected, "{total} {parts:?}");
        }
    }

    #[test]
    fn shares_are_rounded_halves_up_and_not_of_few() {
        for (part, whole, expected) in [
            (545, 664, Some(82)),
            (94, 664, Some(14)),
            (25, 664, Some(4)),
            (1, 8, None),
            (3, 4, None),
            (0, 0, None),
            (1, 200, Some(1)),
            (1, 201, Some(0)),
            (10, 10, Some(100)),
        ] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
        assert!(may_part(0) && !may_part(4) && may_part(5));
    }
}
