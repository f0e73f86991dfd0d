//! How a due date was reached, and which days are off, in Swedish.

use crate::words::days::Days;

pub const DAYS: Days = Days {
    arrival: "ankomstdag",
    arrival_after_hours: "ankomstdag, efter kontorstid",
    counts_as_arrival: "räknas som ankomstdag",
    // Swedish law has the Swedish names.
    holiday: |_| None,
    closed_by: |decision| format!("stängt enligt {decision}"),
    not_moved: |span, off| format!("{span} ({off}, flyttas inte)"),

    pledge: |name, span| format!("Löftet {name}: {span}"),
    came_in: "Kom in",
    counting: "Räknesätt",
    from_the_day_after: "dag 1 är första arbetsdagen efter ankomstdagen",
    from_the_next_working_day: "en ledig ankomstdag flyttas först till nästa arbetsdag",
    last_day: "Sista dag",
    too_late: "För sent",
    from: |time| format!("från {time}"),
    reminder: "Påminnelse",
    notice: "Besked",
    escalation: "Till chef",
    and_then: "därefter varannan arbetsdag, tills ärendet är klart",
    never: "aldrig",

    year: |year| format!("Kalender {year}"),
    working_days: "Arbetsdagar",
    whole_year: "hela året",
};
