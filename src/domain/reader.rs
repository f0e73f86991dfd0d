//! Who reads a mail of ours. The outbox stores it as one word, which no member of staff can have as
//! an id ([`Reader::WORDS`]).

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Who wrote to the mailbox.
    Citizen,
    /// The id of a member of staff.
    Staff(String),
    /// The ladder has no one left: the operator is better than no reader.
    Operator,
    /// Who gets the report and is not staff: a council, its chair.
    Council,
}

impl Reader {
    /// The stored words for readers other than staff.
    pub const WORDS: [&'static str; 3] = [Self::CITIZEN, Self::OPERATOR, Self::COUNCIL];

    const CITIZEN: &'static str = "citizen";
    const OPERATOR: &'static str = "operator";
    const COUNCIL: &'static str = "council";

    /// Reads what [`Reader::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            Self::CITIZEN => Self::Citizen,
            Self::OPERATOR => Self::Operator,
            Self::COUNCIL => Self::Council,
            id => Self::Staff(id.to_owned()),
        }
    }

    /// As the log and the outbox store it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Citizen => Self::CITIZEN,
            Self::Staff(id) => id,
            Self::Operator => Self::OPERATOR,
            Self::Council => Self::COUNCIL,
        }
    }

    /// The id of a member of staff; `None` for who is none.
    #[must_use]
    pub fn staff(&self) -> Option<&str> {
        if let Self::Staff(id) = self {
            Some(id)
        } else {
            None
        }
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    /// Rows of older programs are read by every later one.
    #[test]
    fn every_reader_survives_the_outbox() {
        for (reader, stored) in [
            (Reader::Citizen, "citizen"),
            (Reader::Operator, "operator"),
            (Reader::Council, "council"),
            (Reader::Staff("kanslist".to_owned()), "kanslist"),
        ] {
            assert_eq!(
                (reader.as_str(), Reader::parse(stored)),
                (stored, reader.clone())
            );
        }
    }
}
