//! The obstacles to better figures: where the mailbox does not show what happened.

use super::source::Found;
use crate::cli::survey::Survey;
use crate::domain::language::Language;
use crate::words::of;
use crate::words::trial::Trial;

/// The obstacles to better figures; `answered`: questions whose answers are seen.
pub(super) fn obstacles(
    language: Language,
    found: &Found,
    survey: &Survey,
    answered: u32,
) -> Vec<String> {
    let say = &of(language).trial;
    let mut lines = Vec::new();
    if survey.from_outside == 0 {
        lines.push(say.nothing_came.to_owned());
    }
    lines.extend(no_answers(say, survey, answered));
    let left = left_out(found);
    if !left.is_empty() {
        let first = left[..left.len().min(NAMED)].join(", ");
        lines.push((say.folders_left_out)(left.len(), &first));
    }
    if !found.unread.is_empty() {
        lines.push((say.folders_not_opened)(&found.unread.join(", ")));
    }
    if survey.from_outside > 0 && survey.with_verdict * 2 < survey.from_outside {
        lines.push(say.no_verdicts.to_owned());
    }
    if found.timeless > 0 {
        lines.push((say.timeless)(found.timeless));
    }
    lines
}

/// Why no answers are seen, if none is.
fn no_answers(say: &Trial, survey: &Survey, answered: u32) -> Option<String> {
    if survey.sent == 0 {
        return Some(say.sent_is_empty.to_owned());
    }
    let none = survey.from_outside > 0 && answered == 0;
    none.then(|| (say.none_answers)(survey.sent, survey.address()))
}

/// Folders left out that are named.
const NAMED: usize = 5;

fn left_out(found: &Found) -> Vec<&str> {
    let folders = found.unwatched.iter();
    let left = folders.filter(|folder| folder.why.may_hold_questions());
    left.map(|folder| folder.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::folders::{Unwatched, Why};

    #[test]
    fn only_folders_that_may_hold_questions_stand_in_the_way() {
        let told = |folders: &[(&str, Why)]| {
            let unwatched = folders.iter().map(|(name, why)| Unwatched {
                name: (*name).to_owned(),
                why: *why,
            });
            let found = Found {
                unwatched: unwatched.collect(),
                ..Found::default()
            };
            let mut survey = Survey::of("kf@kommunen.test");
            (survey.sent, survey.from_outside) = (1, 1);
            survey.with_verdict = 1;
            obstacles(Language::Swedish, &found, &survey, 1)
        };
        assert!(told(&[("Drafts", Why::Drafts), ("Trash", Why::Trash)]).is_empty());
        assert_eq!(
            told(&[("Trash", Why::Trash), ("Arkiv", Why::NotListed)]),
            ["En mapp läses inte: Arkiv."]
        );
    }

    #[test]
    fn a_sent_folder_without_an_answer_is_told() {
        let mut survey = Survey::of("kf@kommunen.test");
        (survey.sent, survey.from_outside) = (12, 3);
        survey.with_verdict = 3;
        let told = |answered| obstacles(Language::Swedish, &Found::default(), &survey, answered);
        assert_eq!(told(1), Vec::<String>::new());
        assert_eq!(
            told(0),
            [
                "I Skickat finns 12 mejl, men inget syns svara på en fråga. Är kf@kommunen.test rätt adress, och är det rätt mapp?"
            ]
        );
    }
}
