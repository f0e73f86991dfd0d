//! Staff: who is there, who is the deputy, who hears next.
//!
//! Chains of deputies and supervisors come from people's configuration, so they may hold cycles,
//! unknown ids and those who have left; every walk here visits each member at most once, and so
//! ends. Dates are local.

use super::tongue::Tongue;
use super::works::Works;
use chrono::NaiveDate;
use icu_normalizer::DecomposingNormalizerBorrowed;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// One handler, supervisor, deputy or registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    /// Stands in mails to citizens instead of name, title, telephone and address: a function and
    /// its number.
    pub signs_as: Option<SignsAs>,
    /// Lower case.
    pub email: String,
    /// Other addresses that they write from, lower case.
    pub aliases: Vec<String>,
    pub reports_to: Option<String>,
    pub deputy: Option<String>,
    /// First and last day of each absence, both included.
    pub away: Vec<(NaiveDate, NaiveDate)>,
    pub left: bool,
    /// The days of the week on which they work.
    pub works: Works,
    /// Names of the folders that are theirs, instead of those with their own name.
    pub folders: Vec<String>,
    /// For citizens of another language.
    pub tongues: BTreeMap<Tongue, Translated>,
}

/// A member's title and function in another language; one that is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    pub title: Option<String>,
    /// The function of [`SignsAs`].
    pub signs_as: Option<String>,
}

/// A function in whose name a member signs for whom their own name would be a danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignsAs {
    pub title: String,
    pub phone: Option<String>,
}

impl Member {
    /// The name that citizens read.
    #[must_use]
    pub fn signed(&self) -> &str {
        self.signs_as
            .as_ref()
            .map_or(&self.name, |function| &function.title)
    }

    /// Whether the member works here, on that day of the week too, and is not away.
    #[must_use]
    pub fn is_there(&self, on: NaiveDate) -> bool {
        !self.left
            && self.works.on(on)
            && !self
                .away
                .iter()
                .any(|&(first, last)| (first..=last).contains(&on))
    }

    /// Since when they are away that day, if nobody has said until when.
    #[must_use]
    pub fn away_without_end(&self, on: NaiveDate) -> Option<NaiveDate> {
        let open = |(first, last): &&(NaiveDate, NaiveDate)| {
            *last == NaiveDate::MAX && *first <= on && !self.left
        };
        self.away.iter().find(open).map(|(first, _)| *first)
    }

    /// The next day on which they come back or go.
    #[must_use]
    pub fn next_change(&self, after: NaiveDate) -> Option<NaiveDate> {
        let spans = self.away.iter();
        let days = spans.flat_map(|(first, last)| [Some(*first), last.succ_opt()]);
        let days = days.chain([self.works.next_change(after)]).flatten();
        days.filter(|day| *day > after && !self.left).min()
    }

    /// Whether they write from this lower-case address.
    fn writes_from(&self, addr: &str) -> bool {
        self.email == addr || self.aliases.iter().any(|alias| alias == addr)
    }
}

/// All members, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    pub members: BTreeMap<String, Member>,
    /// Ids that members had before, and the one they have now: items of the register have them.
    pub former: BTreeMap<String, String>,
}

impl Staff {
    /// The member of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Member> {
        self.members
            .get(id)
            .or_else(|| self.members.get(self.former.get(id)?))
    }
    /// Whose address this is (`email` or an alias), without case. Also one who has left: their old
    /// mail is still ours.
    #[must_use]
    pub fn by_address(&self, addr: &str) -> Option<&Member> {
        let addr = addr.to_lowercase();
        self.members
            .values()
            .find(|member| member.writes_from(&addr))
    }
    /// Who can have the work of `id`: they themselves, then their deputies in turn (a cycle ends
    /// it).
    pub fn deputies<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Member> + use<'a> {
        self.chain(id, |member| member.deputy.as_deref())
    }
    /// Who is there of those: they themselves when present, else the first deputy who is. `None`:
    /// none is left.
    #[must_use]
    pub fn present(&self, id: &str, on: NaiveDate) -> Option<&Member> {
        self.deputies(id).find(|member| member.is_there(on))
    }
    /// Whom to escalate to, from the first step up. Starts at the one that `handler` reports to; a
    /// supervisor who is away or has left is replaced by a deputy who is there, else skipped; the
    /// handler (and their deputy `acting` that day) never gets an escalation about their own item;
    /// no member is on it twice; a cycle ends it.
    #[must_use]
    pub fn ladder(&self, handler: &str, acting: Option<&str>, on: NaiveDate) -> Vec<&Member> {
        // Who is on the ladder, and who must never be.
        let mut taken: BTreeSet<&str> = acting.into_iter().chain([handler]).collect();
        self.chain(handler, |member| member.reports_to.as_deref())
            .skip(1)
            .filter_map(|boss| self.present(&boss.id, on))
            .filter(|member| taken.insert(&member.id))
            .collect()
    }

    /// Whether `boss` is above `id`, however far; who is away today does not matter.
    #[must_use]
    pub fn is_above(&self, boss: &str, id: &str) -> bool {
        boss != id
            && self
                .chain(id, |member| member.reports_to.as_deref())
                .any(|member| member.id == boss)
    }

    /// Who is meant by an address, an id, a name or a first name, without case, dots and rings. A
    /// name that several have means none of them.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&Member> {
        let text = text.trim().to_lowercase();
        let by_id = self
            .members
            .values()
            .find(|member| member.id.to_lowercase() == text);
        if let Some(member) = by_id.or_else(|| self.by_address(&text)) {
            return Some(member);
        }
        let name = bare(&text);
        // Address books write the family name first.
        let words = in_order(&name);
        let is_named = |member: &&Member| in_order(&bare(&member.name)) == words;
        let is_first =
            |member: &&Member| bare(&member.name).split(' ').next() == Some(name.as_str());
        self.only(is_named).or_else(|| self.only(is_first))
    }

    fn only(&self, fits: impl Fn(&&Member) -> bool) -> Option<&Member> {
        let mut fitting = self.members.values().filter(fits);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    /// The member `id`, then the one that `next` names, and so on until there is none, an unknown
    /// id or one already met.
    fn chain<'a, N: Fn(&'a Member) -> Option<&'a str>>(
        &'a self,
        id: &str,
        next: N,
    ) -> impl Iterator<Item = &'a Member> + use<'a, N> {
        let mut met = BTreeSet::new();
        iter::successors(self.get(id), move |member| self.get(next(member)?))
            .take_while(move |member| met.insert(member.id.as_str()))
    }
}

/// The words of a name, whichever comes first.
fn in_order(name: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    words.sort_unstable();
    words
}

/// A name in small letters without dots, rings and accents, as a foreign keyboard writes it.
fn bare(name: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfd()
        .normalize(&name.to_lowercase())
        .into_owned();
    apart
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-11-19";

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// `id>supervisor/deputy`, with `-` behind the id for away today and `!` for left:
    /// `anna->berit/cilla`.
    fn staff(lines: &[&str]) -> Staff {
        let member = |line: &&str| {
            let (line, deputy) = line
                .split_once('/')
                .map_or((*line, None), |(a, b)| (a, Some(b.to_owned())));
            let (line, boss) = line
                .split_once('>')
                .map_or((line, None), |(a, b)| (a, Some(b.to_owned())));
            let id = line.trim_end_matches(['-', '!']).to_owned();
            let member = Member {
                name: id.to_uppercase(),
                title: None,
                phone: None,
                signs_as: None,
                tongues: BTreeMap::new(),
                email: format!("{id}@example.se"),
                aliases: vec![format!("{id}@kommun.example.se")],
                reports_to: boss,
                deputy,
                away: if line.ends_with('-') {
                    vec![(date(TODAY), date(TODAY))]
                } else {
                    Vec::new()
                },
                left: line.ends_with('!'),
                works: Works::default(),
                folders: Vec::new(),
                id: id.clone(),
            };
            (id, member)
        };
        Staff {
            members: lines.iter().map(member).collect(),
            ..Staff::default()
        }
    }

    fn check(lines: &[&str], handler: &str, present: Option<&str>, ladder: &[&str]) {
        let staff = staff(lines);
        let is = staff.present(handler, date(TODAY)).map(|m| m.id.as_str());
        assert_eq!(is, present, "present: {handler} of {lines:?}");
        let up: Vec<&str> = staff
            .ladder(handler, present, date(TODAY))
            .iter()
            .map(|m| m.id.as_str())
            .collect();
        assert_eq!(up, ladder, "ladder: {handler} of {lines:?}");
    }

    #[test]
    fn who_acts_and_who_is_told() {
        // All are there: the ladder leads upwards.
        check(&["a>b", "b>c", "c"], "a", Some("a"), &["b", "c"]);
        // The handler is away or has left: the first deputy who is there, and never up the ladder
        // twice.
        check(&["a->b/d", "b", "d"], "a", Some("d"), &["b"]);
        check(&["a!>b/d", "b", "d-/e", "e"], "a", Some("e"), &["b"]);
        check(&["a->b/b", "b>c", "c"], "a", Some("b"), &["c"]);
        // Case 30: deputies in a circle, all away or gone; the supervisor hears of it.
        check(&["a->c/b", "b-/a", "c"], "a", None, &["c"]);
        check(&["a!>c/b", "b-/a", "c"], "a", None, &["c"]);
        check(&["a->c/a", "c"], "a", None, &["c"]);
        check(&["a->b", "b-/c", "c-/d", "d-/b"], "a", None, &[]);
        // A supervisor who is away is replaced by their deputy, one without deputy skipped.
        check(&["a>b", "b->c/d", "c", "d"], "a", Some("a"), &["d", "c"]);
        check(&["a>b", "b->c", "c"], "a", Some("a"), &["c"]);
        check(&["a>b", "b!>c/c", "c>d", "d"], "a", Some("a"), &["c", "d"]);
        // A supervisor who is also the handler, or the deputy of one: no member hears of their own
        // item.
        check(&["b>b", "c"], "b", Some("b"), &[]);
        check(&["a>b", "b->c/a", "c"], "a", Some("a"), &["c"]);
        check(&["b>c", "c"], "b", Some("b"), &["c"]);
        // Circles upwards end, unknown ids are skipped.
        check(&["a>b", "b>c", "c>a"], "a", Some("a"), &["b", "c"]);
        check(&["a>b", "b>c", "c>b"], "a", Some("a"), &["b", "c"]);
        check(&["a>x/y"], "a", Some("a"), &[]);
        check(&["a->x/y"], "a", None, &[]);
        check(&["a"], "nobody", None, &[]);
    }

    #[test]
    fn who_stands_above_and_who_is_named() {
        let above = |lines: &[&str], boss, id| staff(lines).is_above(boss, id);
        let chain = ["a>b", "b->c", "c", "d"];
        assert!(above(&chain, "b", "a") && above(&chain, "c", "a") && above(&chain, "c", "b"));
        assert!(!above(&chain, "a", "b") && !above(&chain, "a", "a") && !above(&chain, "d", "a"));
        assert!(!above(&chain, "b", "operator") && !above(&["a>b", "b>a"], "a", "a"));
        let mut staff = staff(&["a", "b"]);
        let named = |staff: &Staff, text: &str| staff.named(text).map(|member| member.id.clone());
        for text in ["A", " a ", "a@example.se", "A@Kommun.Example.SE"] {
            assert_eq!(named(&staff, text).as_deref(), Some("a"), "{text}");
        }
        assert_eq!(named(&staff, "nobody"), None);
        for member in staff.members.values_mut() {
            member.name = "Kim Berg".to_owned();
        }
        assert_eq!(named(&staff, "Kim Berg"), None, "two have that name");
        assert_eq!(named(&staff, "Kim"), None, "two have that first name");
        staff.members.get_mut("a").expect("a").name = "Åsa Järv".to_owned();
        for text in [
            "Åsa Järv",
            "ASA JARV",
            "A\u{30a}sa Ja\u{308}rv",
            "Järv Åsa",
            "jarv  asa",
            "åsa",
            "Asa",
        ] {
            assert_eq!(named(&staff, text).as_deref(), Some("a"), "{text}");
        }
        for text in ["Järv", "Åsa Berg", "Ås"] {
            assert_eq!(named(&staff, text), None, "{text}");
        }
    }

    #[test]
    fn absences_include_both_days() {
        let mut member = staff(&["a"]).members.remove("a").unwrap();
        member.away = vec![
            (date("2026-12-21"), date("2027-01-06")),
            (date("2026-11-19"), date("2026-11-19")),
        ];
        for (day, there) in [
            ("2026-11-18", true),
            ("2026-11-19", false),
            ("2026-11-20", true),
            ("2026-12-20", true),
            ("2026-12-21", false),
            ("2027-01-06", false),
            ("2027-01-07", true),
        ] {
            assert_eq!(member.is_there(date(day)), there, "{day}");
        }
        member.left = true;
        assert!(!member.is_there(date("2027-01-07")));
    }

    #[test]
    fn an_absence_without_an_end_lasts_from_its_first_day() {
        let mut member = staff(&["a"]).members.remove("a").unwrap();
        let since = date("2026-11-23");
        member.away = vec![
            (date("2026-11-09"), date("2026-11-20")),
            (since, NaiveDate::MAX),
        ];
        for (day, away) in [
            ("2026-11-12", None),
            ("2026-11-22", None),
            ("2026-11-23", Some(since)),
            ("2027-11-23", Some(since)),
        ] {
            assert_eq!(member.away_without_end(date(day)), away, "{day}");
        }
        member.left = true;
        assert_eq!(member.away_without_end(since), None);
    }

    #[test]
    fn the_next_change_is_the_first_coming_or_going_of_the_chain() {
        let mut staff = staff(&["a/b", "b/a", "c"]);
        for (id, first, last) in [
            ("a", "2026-11-16", "2026-11-27"),
            ("b", "2026-11-23", "2026-11-24"),
        ] {
            staff.members.get_mut(id).unwrap().away = vec![(date(first), date(last))];
        }
        let check = |id: &str, after: &str, next: Option<&str>| {
            assert_eq!(
                staff
                    .deputies(id)
                    .filter_map(|member| member.next_change(date(after)))
                    .min(),
                next.map(date),
                "{id} after {after}"
            );
        };
        check("a", "2026-11-15", Some("2026-11-16"));
        check("a", "2026-11-16", Some("2026-11-23"));
        check("b", "2026-11-23", Some("2026-11-25"));
        check("a", "2026-11-25", Some("2026-11-28"));
        check("a", "2026-11-28", None);
        check("c", "2026-11-15", None);
    }

    #[test]
    fn addresses_are_found_without_case() {
        let staff = staff(&["a", "åsa!"]);
        for (addr, id) in [
            ("a@example.se", Some("a")),
            ("A@Example.SE", Some("a")),
            ("a@kommun.example.se", Some("a")),
            ("ÅSA@example.se", Some("åsa")),
            ("b@example.se", None),
            ("a@example.se.example.com", None),
            ("", None),
        ] {
            assert_eq!(staff.by_address(addr).map(|m| m.id.as_str()), id, "{addr}");
        }
    }
}
