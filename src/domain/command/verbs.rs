//! The command that one line is: its verb and what belongs to the verb.

mod letters;
mod people;

use super::cursor::{ALL, Cursor, Read};
use super::dates::Direction;
use super::line::Line;
use super::token;
use super::{Parsed, Unclear, Verb};
use crate::domain::event::How;
use crate::domain::item::ItemId;
use chrono::NaiveDate;

/// «Inget svar har kommit» is a statement, not a reason.
const TELLS: [&str; 22] = [
    "har", "hade", "kom", "kommer", "kommit", "an", "annu", "fran", "ska", "skall", "finns",
    "fanns", "fick", "far", "pa", "has", "have", "came", "yet", "from", "so", "was",
];

/// With these a reason may begin without a mark before it.
const BECAUSE: [&str; 10] = [
    "eftersom", "darfor", "for", "pga", "p.g.a", "p.g.a.", "da", "because", "since", "due",
];

/// The name of a reason in front of it, and a longer way to say `because`.
const REASON: [&[&str]; 6] = [
    &["pa", "grund", "av"],
    &["orsak"],
    &["skal"],
    &["anledning"],
    &["motivering"],
    &["reason"],
];

/// Once more before the day: «Svar senast till fredag».
const BY: [&str; 6] = ["senast", "till", "tills", "tom", "t.o.m", "by"];

/// The answer comes by a day.
const ANSWER_BY: [&[&str]; 5] = [
    &["svar", "senast"],
    &["svara", "senast"],
    &["svarar", "senast"],
    &["answer", "by"],
    &["reply", "by"],
];

const TAKE_OVER: [&[&str]; 5] = [
    &["overta"],
    &["overtar"],
    &["verta"],
    &["takeover"],
    &["tar", "over"],
];

/// Behind it: «Inget svar behövs: reklam».
const NEEDED: [&str; 7] = [
    "behovs",
    "kravs",
    "nodvandigt",
    "behovdes",
    "needed",
    "required",
    "necessary",
];

const NO_ANSWER: [&[&str]; 4] = [
    &["inget", "svar"],
    &["inga", "svar"],
    &["no", "answer"],
    &["no", "reply"],
];

const NO_QUESTION: [&[&str]; 3] = [
    &["ingen", "fraga"],
    &["inte", "en", "fraga"],
    &["not", "a", "question"],
];

/// Words that are alone, but for the items they are about.
const ALONE: [(&[&[&str]], Verb); 8] = [
    (&[&["angra"], &["ngra"], &["angrar"], &["undo"]], Verb::Undo),
    (
        &[
            &["oppna"],
            &["ppna"],
            &["ateroppna"],
            &["open"],
            &["reopen"],
        ],
        Verb::Reopen,
    ),
    (&[&["fraga"], &["question"]], Verb::Question),
    (&[&["paminn"], &["remind"]], Verb::Remind),
    (&[&["lista"], &["list"]], Verb::List),
    (&[&["visa"], &["show"]], Verb::Show),
    (&[&["begaran"], &["request"]], Verb::Records),
    (&[&["nej"], &["no"]], Verb::No),
];

/// Behind a word that is alone, and no more than that: «Ångra det», «Nej, inte svarat».
const IDLE: [&[&str]; 27] = [
    &["det", "var", "nagot", "annat"],
    &["det", "gallde", "nagot", "annat"],
    &["det", "handlade", "om", "nagot", "annat"],
    &["det", "var", "en", "annan", "fraga"],
    &["det", "var", "ett", "annat", "arende"],
    &["det", "var", "inget", "svar"],
    &["det", "var", "inte", "svaret"],
    &["det", "var", "inte", "ett", "svar"],
    &["det", "ar", "inte", "svaret"],
    &["inte", "an"],
    &["annu", "inte"],
    &["inte", "annu"],
    &["inte", "svarat"],
    &["inte", "besvarat"],
    &["inte", "besvarad"],
    &["det", "ar", "obesvarat"],
    &["det", "ar", "inte", "besvarat"],
    &["det", "ar", "inte", "svarat"],
    &["det", "har", "jag", "inte"],
    &["obesvarat"],
    &["again"],
    &["det"],
    &["den"],
    &["mig"],
    &["igen"],
    &["arendet"],
    &["senaste"],
];

/// Behind `JA`.
const SO_IT_IS: [&[&str]; 10] = [
    &["tack"],
    &["det", "stammer"],
    &["det", "ar", "ok"],
    &["det", "ar", "ratt"],
    &["det", "ar", "besvarat"],
    &["det", "ar", "svarat"],
    &["jag", "har", "svarat"],
    &["det", "har", "jag"],
    &["besvarat"],
    &["svarat"],
];

/// «Jag har svarat», as the link says it.
const ANSWERED: [&[&str]; 6] = [
    &["svarat"],
    &["besvarat"],
    &["besvarad"],
    &["svarade"],
    &["answered"],
    &["replied"],
];

/// Between `KLAR` and the way in which it was answered.
const IN_THE_WAY: [&str; 12] = [
    "per", "via", "med", "pa", "genom", "i", "vid", "by", "in", "on", "over", "at",
];

/// Words before the first day of an absence, and before its last.
const FROM: [&str; 5] = ["fran", "from", "fr.o.m", "starting", "fom"];
const UNTIL: [&str; 9] = [
    "till", "tom", "t.o.m", "t.o.m.", "until", "to", "through", "tills", "fram",
];

/// The command that a line is; `None` when it is none.
pub(super) fn order(line: &Line, today: NaiveDate) -> Option<Result<Parsed, Unclear>> {
    let mut at = Cursor::new(line, today);
    at.greeting();
    at.writer();
    at.targets();
    at.marks();
    let read = at.verb()?;
    // A question is never a command, with any words.
    Some(if line.is_question() {
        Err(Unclear::Question)
    } else {
        read
    })
}

/// The items of a line that names them and says nothing else: «REF: SL-2026-00041».
pub(super) fn references_alone(line: &Line, today: NaiveDate) -> Vec<ItemId> {
    let mut at = Cursor::new(line, today);
    at.targets();
    if at.at_end() { at.named } else { Vec::new() }
}

impl Cursor<'_> {
    fn verb(&mut self) -> Option<Read> {
        if let Some(read) = self.settling() {
            return Some(read);
        }
        if self.take_any(&[&["inget", "besked"], &["inga", "besked"], &["no", "notice"]]) {
            return Some(self.no_notice());
        }
        if self.take_one_of(&["ink", "inkom", "inkommet", "inkommen", "stampel", "stamp"]) {
            return Some(self.stamp());
        }
        if self.take_posted() {
            return Some(self.posted());
        }
        if self.take_one_of(&["besked", "notify"]) {
            return Some(self.notify());
        }
        if self.take_one_of(&["anteckning", "note"]) {
            return self.with_text(|text| Verb::Note { text });
        }
        if self.take_one_of(&["avsandare", "avsandaren", "sender"]) {
            return self.with_text(|text| Verb::Sender { text });
        }
        if let Some(read) = self.letters() {
            return Some(read);
        }
        self.about_people().or_else(|| self.single())
    }

    /// The verbs that say what became of the item, or will.
    fn settling(&mut self) -> Option<Read> {
        let start = self.at;
        self.take_one_of(&["jag", "i", "vi", "we"]);
        if self.take_any(&ANSWER_BY) {
            return Some(self.done_by());
        }
        // «Hej Bo, ta över den här» asks another person.
        if self.take_any(&TAKE_OVER)
            || start < 2 && self.take_any(&[&["ta", "over"], &["take", "over"]])
        {
            return Some(self.take_over());
        }
        self.at = start;
        if self.take_one_of(&["klar", "klart", "klara", "done", "fardig", "fardigt"]) {
            let read = self.done();
            if read.is_none() {
                // A line that begins so is not another command.
                self.at = self.line.tokens.len();
            }
            return read;
        }
        if let Some(read) = self.answered().or_else(|| self.unanswered()) {
            return Some(read);
        }
        self.take_any(&[&["aterkommer"], &["follow", "up"]])
            .then(|| self.returns())
    }

    /// «Inget svar», «behöver inget svar», «det är ingen fråga».
    fn unanswered(&mut self) -> Option<Read> {
        let start = self.at;
        self.take_one_of(&["behover", "kraver"]);
        if self.take_any(&NO_ANSWER) {
            return Some(self.no_answer());
        }
        self.at = start;
        self.take_any(&[&["det", "ar"], &["detta", "ar"], &["this", "is"]]);
        let words = self.at;
        if self.take_any(&NO_QUESTION) {
            return Some(self.no_question(words));
        }
        self.at = start;
        None
    }

    /// «Jag har», «har», «vi».
    fn writes(&mut self) {
        self.take_one_of(&["jag", "vi", "i", "we"]);
        self.take_one_of(&["har", "have"]);
        self.take_one_of(&["redan", "nu", "already", "now"]);
    }

    /// «Jag har svarat», with the way and the day, and nothing else; also «Jag har ringt».
    fn answered(&mut self) -> Option<Read> {
        let start = self.at;
        self.writes();
        let how = if self.take_any(&ANSWERED) {
            self.targets();
            let way = usize::from(IN_THE_WAY.contains(&self.key(0)));
            let how = how_of(self.key(way));
            self.at += how.map_or(0, |_| way + 1);
            Some(how.unwrap_or(How::Answered))
        } else if self.take_one_of(&["ringt", "ringde", "called"]) {
            Some(How::Phone)
        } else {
            None
        };
        let read = how.and_then(|how| self.answered_so(how));
        if read.is_none() {
            self.at = start;
        }
        read
    }

    fn answered_so(&mut self, how: How) -> Option<Read> {
        // «Ringde om SL-42» does not say that it is answered.
        if ["om", "angaende", "about"].contains(&self.key(0)) {
            return None;
        }
        self.targets();
        let on = self.date(Direction::Past).ok()?;
        self.targets();
        self.thanks();
        let note = None;
        self.at_end()
            .then(|| Ok(self.end(Verb::Done { how, on, note }, false)))
    }

    /// «Öppna dokumentet» is not a command.
    fn single(&mut self) -> Option<Read> {
        let start = self.at;
        let Some((_, verb)) = ALONE
            .into_iter()
            .find(|(phrases, _)| self.take_any(phrases))
        else {
            return self.yes();
        };
        let open = self.ends_here();
        if matches!(verb, Verb::Undo | Verb::Reopen | Verb::No) {
            self.marks();
            self.take_any(&IDLE);
        }
        self.targets();
        if self.at_end() || open && matches!(verb, Verb::Undo | Verb::Reopen) {
            return Some(Ok(self.end(verb, false)));
        }
        // «NEJ det är inte besvarat»: in capitals it is meant as a command, and must get an answer.
        let loud = self.line.tokens[start].is_loud();
        loud.then_some(Err(Unclear::MoreWords))
    }

    /// `JA`; «Ja, klar telefon» is the other command.
    fn yes(&mut self) -> Option<Read> {
        let loud = self.line.tokens.get(self.at)?.is_loud();
        if !self.take_one_of(&["ja", "japp", "yes"]) {
            return None;
        }
        self.marks();
        let start = self.at;
        self.take_any(&SO_IT_IS);
        self.targets();
        if self.at_end() {
            return Some(Ok(self.end(Verb::Yes, false)));
        }
        self.at = start;
        if let Some(read) = self.settling() {
            return Some(read);
        }
        loud.then_some(Err(Unclear::MoreWords))
    }

    /// After `KLAR`: how, or by when.
    fn done(&mut self) -> Option<Read> {
        let loud = self.line.tokens[self.at - 1].is_loud();
        self.marks();
        self.targets();
        let by_phone = self.key(0) == "by" && how_of(self.key(1)).is_some();
        if !by_phone && self.take_one_of(&["senast", "by"]) {
            return Some(self.done_by());
        }
        self.take_one_of(&IN_THE_WAY);
        match how_of(self.key(0)) {
            Some(how) => Some(self.done_so(how)),
            None => self.done_somehow(loud).map(Err),
        }
    }

    /// The way is missing, or cannot be understood; `None`: the line is no command.
    fn done_somehow(&self, loud: bool) -> Option<Unclear> {
        // Two ways, joined by a mark.
        let first = self.key(0).split(['/', '-', '+']).next();
        if first.and_then(how_of).is_some() {
            return Some(Unclear::MoreWords);
        }
        // «Klart att jag svarar» says something else; in capitals it is meant.
        let meant = self.at_end() || loud || self.line.tokens[self.at - 1].ends_with_colon();
        meant.then_some(Unclear::HowMissing)
    }

    fn done_so(&mut self, how: How) -> Read {
        self.at += 1;
        self.targets();
        let on = self.date(Direction::Past)?;
        let named = self.at;
        self.targets();
        self.thanks();
        self.signature();
        if !self.at_end() && !self.ends_here() && named == self.at && !self.is_behind_target() {
            return Err(Unclear::MoreWords);
        }
        let open = self.line.ends_open();
        let note = self.text()?;
        let open = open || note.is_some();
        Ok(self.end(Verb::Done { how, on, note }, open))
    }

    fn done_by(&mut self) -> Read {
        self.marks();
        self.targets();
        self.take_one_of(&BY);
        let date = self.needed_date(Direction::Future)?;
        self.no_other_day(date)?;
        self.targets();
        self.thanks();
        self.signature();
        let reason = BECAUSE.contains(&self.key(0)) || self.take_any(&REASON);
        if !self.at_end() && !self.ends_here() && !self.is_behind_target() && !reason {
            return Err(Unclear::MoreWords);
        }
        let open = self.line.ends_open();
        let reason = self.text()?;
        let open = open || reason.is_some();
        Ok(self.end(Verb::DoneBy { date, reason }, open))
    }

    fn returns(&mut self) -> Read {
        self.targets();
        self.take_one_of(&BY);
        let date = self.date(Direction::Future)?;
        if let Some(date) = date {
            self.no_other_day(date)?;
        }
        self.finish(Verb::Returns { date })
    }

    fn stamp(&mut self) -> Read {
        self.marks();
        self.targets();
        let day = self.needed_date(Direction::Past)?;
        self.targets();
        if !self.at_end() && !self.ends_here() {
            return Err(Unclear::MoreWords);
        }
        Ok(self.end(Verb::Stamp { day }, false))
    }

    /// «Postat», «Jag har postat».
    fn take_posted(&mut self) -> bool {
        let start = self.at;
        self.writes();
        let takes = self.take_one_of(&["postat", "postad", "postade", "posted"]);
        if !takes {
            self.at = start;
        }
        takes
    }

    fn posted(&mut self) -> Read {
        self.take_one_of(&["brevet", "beskedet", "det", "den", "letter", "it"]);
        self.targets();
        let on = self.date(Direction::Past)?;
        self.finish(Verb::Posted { on })
    }

    fn notify(&mut self) -> Read {
        self.targets();
        self.take_one_of(&["till", "to"]);
        let to = self
            .line
            .tokens
            .get(self.at)
            .filter(|token| token.is_address());
        let to = to.map(|token| token::person(std::slice::from_ref(token)));
        self.at += usize::from(to.is_some());
        self.finish(Verb::Notify { to })
    }

    fn no_answer(&mut self) -> Read {
        self.take_one_of(&NEEDED);
        let reason = self.reason()?;
        let open = !reason.is_empty() || self.line.ends_open();
        Ok(self.end(Verb::NoAnswer { reason }, open))
    }

    /// The words of the link, which begin at a word: they are the reason.
    fn no_question(&mut self, from: usize) -> Read {
        let words = self.line.between(from, self.at);
        // «Ingen fråga är för dum».
        if ["ar", "om", "is", "about"].contains(&self.key(0)) {
            return Err(Unclear::MoreWords);
        }
        let reason = self.reason()?;
        let reason = if reason.is_empty() { words } else { reason };
        Ok(self.end(Verb::NoAnswer { reason }, true))
    }

    fn no_notice(&mut self) -> Read {
        let reason = Some(self.reason()?).filter(|reason| !reason.is_empty());
        let open = reason.is_some() || self.line.ends_open();
        Ok(self.end(Verb::NoNotice { reason }, open))
    }

    fn reason(&mut self) -> Result<String, Unclear> {
        self.targets();
        // With a colon before it, it would be a reason.
        if !self.ends_here() && TELLS.contains(&self.key(0)) {
            return Err(Unclear::MoreWords);
        }
        Ok(self.text()?.unwrap_or_default())
    }

    /// «Anteckning: …»; without a mark only in capitals, since many a sentence begins so.
    fn with_text(&mut self, verb: impl FnOnce(String) -> Verb) -> Option<Read> {
        let loud = self.line.tokens[self.at - 1].is_loud();
        self.targets();
        if !loud && !self.ends_here() && !self.at_end() && self.named.is_empty() {
            return None;
        }
        let text = self.rest().unwrap_or_default();
        Some(Ok(self.end(verb(text), true)))
    }

    fn take_over(&mut self) -> Read {
        self.targets();
        self.take_one_of(&["till", "to", "av", "by"]);
        let whom = self.whom(|token| ALL.contains(&token.key.as_str()))?;
        self.finish(Verb::TakeOver { whom })
    }

    /// `till och med`, `from och med`.
    fn words_of(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        while self.take_one_of(words) || self.at > start && self.take(&["och", "med"]) {}
        self.at > start
    }
}

fn how_of(key: &str) -> Option<How> {
    Some(match key {
        "telefon" | "telefonen" | "tel" | "tfn" | "tlf" | "telefonsamtal" | "telefonledes"
        | "ringt" | "ringde" | "phone" | "telephone" => How::Phone,
        "brev" | "brevet" | "letter" => How::Letter,
        "mote" | "motet" | "m?te" | "m\u{fffd}te" | "besok" | "besoket" | "personligen"
        | "meeting" => How::Meeting,
        "digitalt" | "digital" | "online" | "digitally" | "e-tjanst" | "e-tjansten" => How::Digital,
        "mejl" | "mejlet" | "mail" | "e-post" | "epost" | "email" | "e-mail" => How::Answered,
        "beslut" | "beslutet" | "beslutat" | "decision" => How::Decision,
        "utlamnat" | "utlamnad" | "utlamnade" | "released" => How::Released,
        _ => return None,
    })
}
