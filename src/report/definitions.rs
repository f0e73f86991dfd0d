//! How the report counts, in sentences for its readers.

use super::figures::Figures;
use crate::config::Language;
use crate::domain::calendar::Counting;

/// The sentences.
#[must_use]
pub fn definitions(language: Language, figures: &Figures) -> Vec<String> {
    let hours = figures.office_hours.replace('-', "–");
    let (counting, program) = (counting(language, figures.counting), &figures.program);
    match language {
        Language::Swedish => vec![
            "Ett mejl räknas till den dag då det kom in i brevlådan.".to_owned(),
            format!("Ett löfte är hållet om svaret eller beskedet skickades senast på löftets sista dag. {counting}"),
            "Ett besked håller löftet men är aldrig ett svar. Andelarna är av det som är avgjort.".to_owned(),
            "Svar inom en och två arbetsdagar räknas som i Kommunens kvalitet i korthet: arbetsdagar från att frågan kom \
             in till svaret från en person."
                .to_owned(),
            format!(
                "Svarstiden räknas i arbetstid från att mejlet kom in till att svaret skickades. Arbetstid är klockan \
                 {hours} på arbetsdagar. Hälften av svaren kom inom medianen."
            ),
            "Det som någon bara uppger, till exempel ett telefonsamtal, står för sig och räknas inte i andelarna för \
             e-post. Bröts löftet räknas det ändå som brutet. Brev, samtal och beslut räknas efter uppgift, eftersom \
             inget annat kan visa dem."
                .to_owned(),
            "Troligen besvarade är mejl där ett svar syns, men ingen har bekräftat det. De räknas som obesvarade."
                .to_owned(),
            "Ett lovat datum är flyttat om ett nytt lovades medan det gamla ännu gick att hålla, annars brutet. Samma \
             datum en gång till är inte flyttat."
                .to_owned(),
            "Under tio avgjorda frågor visas antal men inga andelar, under fem ingenting. Små brevlådor läggs ihop."
                .to_owned(),
            "Siffrorna är preliminära tills den sista frågan från perioden har nått sin sista dag.".to_owned(),
            "Kontrollästa är mejl som tjänsten har läst en gång till för att se att de finns i loggen.".to_owned(),
            format!("Rapporten är gjord av servicelofte {program}."),
        ],
        Language::English => vec![
            "A message belongs to the day on which it came into the mailbox.".to_owned(),
            format!("A pledge is kept if the answer or the notice left on the pledge's last day or before. {counting}"),
            "A notice keeps the pledge, but is never an answer. The shares are of what is decided.".to_owned(),
            "Answers within one and two working days are counted as in the Swedish municipalities' KKiK: working days \
             from the arrival to the answer of a person."
                .to_owned(),
            format!(
                "Times to answer are office hours from arrival to answer: {hours} on working days. Half of the answers \
                 took no longer than the median."
            ),
            "What a person only tells, such as a telephone call, stands by itself and does not count in the shares of \
             e-mail. If the pledge was broken it counts as broken all the same. Letters, calls and decisions count as \
             told, since nothing else can show them."
                .to_owned(),
            "Probably answered: an answer can be seen, but no one has confirmed it. It counts as unanswered.".to_owned(),
            "A promised date is moved when a new one was promised while it could still be kept, else it is broken. The \
             same date once more is not moved."
                .to_owned(),
            "Under ten decided questions there are counts and no shares, under five nothing. Small mailboxes are put \
             together."
                .to_owned(),
            "The figures are preliminary until the last question of the period has reached its last day.".to_owned(),
            "Read again: messages that were read once more to see that they are in the register.".to_owned(),
            format!("The report was made by servicelofte {program}."),
        ],
    }
}

fn counting(language: Language, counting: Counting) -> &'static str {
    match (language, counting) {
        (Language::Swedish, Counting::ArrivalDate) => {
            "Dag 1 är den första arbetsdagen efter den dag då mejlet kom in."
        }
        (Language::Swedish, Counting::NextWorkingDay) => {
            "Det som kommer in på en ledig dag räknas som inkommet nästa arbetsdag. Dag 1 är arbetsdagen därefter."
        }
        (Language::English, Counting::ArrivalDate) => {
            "Day 1 is the first working day after the day of arrival."
        }
        (Language::English, Counting::NextWorkingDay) => {
            "What arrives on a day off counts as arrived on the next working day. Day 1 is the working day after."
        }
    }
}
