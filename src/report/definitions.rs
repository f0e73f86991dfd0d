//! How the report counts, in sentences for its readers.

use crate::config::Language;

/// The sentences; `office_hours` is the report's clock.
#[must_use]
pub fn definitions(language: Language, office_hours: &str) -> Vec<String> {
    let hours = office_hours.replace('-', "–");
    match language {
        Language::Swedish => vec![
            "Ett mejl räknas till den dag då det kom in i brevlådan.".to_owned(),
            "Ett löfte är hållet om svaret eller beskedet skickades senast på löftets sista dag.".to_owned(),
            "Svarstiden räknas i arbetstid från att mejlet kom in till att svaret skickades. Arbetstid är klockan \
             HOURS på arbetsdagar. Hälften av svaren kom inom medianen."
                .replace("HOURS", &hours),
            "Troligen besvarade är mejl där ett svar syns, men ingen har bekräftat det. De räknas som obesvarade."
                .to_owned(),
            "Besvarade på annat sätt är ärenden som en person har avslutat, till exempel efter ett telefonsamtal."
                .to_owned(),
            "Ett lovat datum är flyttat om ett nytt lovades medan det gamla ännu gick att hålla, annars brutet."
                .to_owned(),
            "Kontrollästa är mejl som tjänsten har läst en gång till för att se att de finns i loggen.".to_owned(),
        ],
        Language::English => vec![
            "A message belongs to the day on which it came into the mailbox.".to_owned(),
            "A pledge is kept if the answer or the notice left on the pledge's last day or before.".to_owned(),
            "Times to answer are office hours from arrival to answer: HOURS on working days. Half of the answers \
             took no longer than the median."
                .replace("HOURS", &hours),
            "Probably answered: an answer can be seen, but nobody has confirmed it. It counts as unanswered."
                .to_owned(),
            "Answered otherwise: a person closed the item, for example after a telephone call.".to_owned(),
            "A promised date is moved when a new one was promised while it could still be kept, else it is broken."
                .to_owned(),
            "Read again: messages that were read once more to see that they are in the register.".to_owned(),
        ],
    }
}
