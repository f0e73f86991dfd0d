//! Who has items where `handler` is a list: the first who is there. The others of the list come
//! before anybody's deputies.

use super::staff::{Member, Staff};
use std::collections::{BTreeMap, BTreeSet};

/// The lists of a mailbox, by their first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandIns(BTreeMap<String, Vec<String>>);

impl StandIns {
    /// Takes in one list. What several lists with the same first name is joined.
    pub fn add(&mut self, first: &str, others: &[String]) {
        if others.is_empty() {
            return;
        }
        let known = self.0.entry(first.to_owned()).or_default();
        for other in others {
            if other != first && !known.contains(other) {
                known.push(other.clone());
            }
        }
    }

    /// Who can have the work of `id`, each once: they themselves, the others of the list, and then
    /// the deputies of each.
    pub fn of<'a>(&'a self, staff: &'a Staff, id: &str) -> impl Iterator<Item = &'a Member> {
        let others = staff
            .get(id)
            .and_then(|member| self.0.get(&member.id))
            .into_iter()
            .flatten();
        let listed: Vec<&Member> = staff
            .get(id)
            .into_iter()
            .chain(others.filter_map(|other| staff.get(other)))
            .collect();
        let deputies: Vec<&Member> = listed
            .iter()
            .flat_map(|member| staff.deputies(&member.id))
            .collect();
        let mut met = BTreeSet::new();
        listed
            .into_iter()
            .chain(deputies)
            .filter(move |member| met.insert(member.id.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Staff {
        let member = |id: &str, deputy: Option<&str>| Member {
            deputy: deputy.map(str::to_owned),
            ..crate::domain::board::tests::member(id, None, None)
        };
        let members = [
            member("anna", Some("cecilia")),
            member("bo", Some("dan")),
            member("cecilia", Some("anna")),
            member("dan", None),
        ];
        Staff {
            members: members
                .into_iter()
                .map(|member| (member.id.clone(), member))
                .collect(),
            former: [("ann".to_owned(), "anna".to_owned())].into(),
        }
    }

    #[test]
    fn the_list_comes_before_the_deputies() {
        let staff = staff();
        let mut lists = StandIns::default();
        let of = |lists: &StandIns, id: &str| -> Vec<String> {
            lists
                .of(&staff, id)
                .map(|member| member.id.clone())
                .collect()
        };
        assert_eq!(of(&lists, "anna"), ["anna", "cecilia"]);
        lists.add("anna", &["bo".to_owned()]);
        assert_eq!(of(&lists, "anna"), ["anna", "bo", "cecilia", "dan"]);
        // By a former id too; another's items are as they were.
        assert_eq!(of(&lists, "ann"), ["anna", "bo", "cecilia", "dan"]);
        assert_eq!(of(&lists, "bo"), ["bo", "dan"]);
        // Two lists of one first are one; a name twice is there once.
        lists.add(
            "anna",
            &["dan".to_owned(), "bo".to_owned(), "anna".to_owned()],
        );
        assert_eq!(of(&lists, "anna"), ["anna", "bo", "dan", "cecilia"]);
        assert!(of(&lists, "nobody").is_empty());
    }
}
