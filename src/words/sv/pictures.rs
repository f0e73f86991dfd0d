//! The pictures of the report, and the same in tables, in Swedish.

use crate::domain::calendar::day_off::DayKind;
use crate::words::pictures::Pictures;

pub const PICTURES: Pictures = Pictures {
    arrivals: "Inkomna per dag",
    arrivals_head: ["Dag", "Inkomna", "Anmärkning"],
    hatched: "Streckat: ledig dag",
    letter_of_closed: "S: stängt enligt beslut",
    thick_frame: "Tjock ram: kunde inte läsas",
    few_not_shown: "få: visas inte",
    closed_letter: " S",
    closed: "stängt",
    week: |week| format!("v. {week}"),
    marks_in_text: "(ledig dag), ! kunde inte läsas hela tiden",
    day_off: |kind| match kind {
        DayKind::Closed => "stängt enligt beslut",
        DayKind::Holiday => "helgdag",
        DayKind::Eve => "helgdagsafton",
    },
    weekend: "helg",
    not_always_read: "kunde inte läsas hela tiden",
    answer_times: "Så lång tid tog svaret",
    answer_times_head: ["Tid", "Antal"],
    no_answer: "inget",
    working_days: "arbetsdagar till svaret",
    pledge: |within| format!("Löftet: {within}"),
    pledge_line: |within| format!("löftet: {within}"),
    months: "Tolv månader, procent",
    bars_head: ["Månad", "Avgjorda"],
    number: "antal",
    not_shown: "visas inte",
};
