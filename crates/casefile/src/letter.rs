//! A letter that an office prints and sends: what it tells, before it is put on paper.

use jiff::civil::Date;
use redress_statement::{ClosingId, FindingId, PersonId, RequestId};

use crate::Reviewer;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// To whom, in words: a person, an office.
    pub to: String,
    /// Whose records it is about, by the name that the records give.
    pub name: String,
    /// The file.
    pub person: PersonId,
    /// The day on which it was printed.
    pub made_on: Date,
    /// Whether that day is a simulated one.
    pub is_simulated: bool,
    /// Who signs it, with the office to which an answer goes.
    pub from: Reviewer,
    /// What it tells.
    pub tells: Told,
}

/// What a letter tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A holder of a value, that it was corrected.
    Correction {
        /// The request.
        request: RequestId,
        /// Whether the reader owns the record, and alone can change it.
        to_owner: bool,
        /// The day of the grant.
        granted_on: Date,
        /// Where the record stands, with its key at the source.
        place: String,
        /// Each value that was corrected.
        values: Vec<CorrectedLine>,
        /// Each value of the record that the person contests, or has attached a statement of disagreement to.
        contested: Vec<ContestedLine>,
    },
    /// The person, that an office wants to end what a departure made pointless.
    Closing {
        /// The closing.
        closing: ClosingId,
        /// The last day to object, where notice is given on the day of the letter or was given before.
        object_until: Date,
        /// Each record that says that the person left.
        shows: Vec<String>,
        /// What would end.
        ends: Vec<String>,
        /// What stays open.
        stays: Vec<String>,
    },
    /// The person, that a finding could worsen the person's position.
    Finding {
        /// The finding.
        finding: FindingId,
        /// The last day to answer, where notice is given on the day of the letter or was given before.
        answer_until: Date,
        /// What is wrong, as a heading.
        title: &'static str,
        /// The sentence with the values.
        sentence: String,
        /// The source that bears it out.
        borne_out_by: String,
    },
}

/// A corrected value in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectedLine {
    /// What it is about, in plain words.
    pub name: &'static str,
    /// The column, as the source spells it.
    pub column: String,
    /// What the source wrote.
    pub original: String,
    /// What stands from now on. None for what was done, which stays.
    pub corrected: Option<String>,
    /// For what was done: what was found wrong with it, and what is right.
    pub found_wrong: Option<String>,
}

/// A contested value in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestedLine {
    /// What it is about, in plain words.
    pub name: &'static str,
    /// The column, as the source spells it.
    pub column: String,
    /// What the source wrote.
    pub original: String,
    /// The person's statement of disagreement. None while the value is contested and there is none.
    pub disagreement: Option<String>,
}
