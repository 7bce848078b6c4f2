//! The margins of equivalence: how large a difference of each measure is held to be none, declared before the audit, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Measure, PeopleMeasure, RunMeasure};

/// A margin for each measure, in the unit of the measure: a share, or false links per person.
///
/// ```
/// use redress_linkage::{Margins, PeopleMeasure};
/// let margins = Margins::default().with(PeopleMeasure::PeopleMissed.into(), 0.01);
/// assert_eq!(margins.of(PeopleMeasure::PeopleMissed.into()), 0.01);
/// assert_eq!(margins.of(PeopleMeasure::PeopleFalselyLinked.into()), 0.005);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "BTreeMap<Measure, f64>", from = "BTreeMap<Measure, f64>")]
pub struct Margins([f64; Measure::ALL.len()]);

impl Margins {
    /// One margin for every measure.
    #[must_use]
    pub const fn all(margin: f64) -> Self {
        Self([margin; Measure::ALL.len()])
    }

    /// These margins with another one for a measure.
    #[must_use]
    pub const fn with(mut self, measure: Measure, margin: f64) -> Self {
        self.0[measure.place()] = margin;
        self
    }

    /// The margin of a measure.
    #[must_use]
    pub const fn of(&self, measure: Measure) -> f64 {
        self.0[measure.place()]
    }
}

impl Default for Margins {
    fn default() -> Self {
        Self(Measure::ALL.map(|measure| measure.margin().0))
    }
}

impl From<Margins> for BTreeMap<Measure, f64> {
    fn from(margins: Margins) -> Self {
        Measure::ALL.into_iter().map(|measure| (measure, margins.of(measure))).collect()
    }
}

impl From<BTreeMap<Measure, f64>> for Margins {
    fn from(given: BTreeMap<Measure, f64>) -> Self {
        given.into_iter().fold(Self::default(), |margins, (measure, margin)| margins.with(measure, margin))
    }
}

impl Measure {
    /// The margin where none is declared, and its reason.
    #[must_use]
    pub const fn margin(self) -> (f64, &'static str) {
        match self {
            Self::OfPeople(measure) => measure.margin(),
            Self::OfRun(measure) => measure.margin(),
        }
    }
}

/// Of waiting, with the truth and without it.
const WAITS: (f64, &str) =
    (0.05, "a wait costs time and harms less than a wrong record: five people in a hundred");

impl PeopleMeasure {
    const fn margin(self) -> (f64, &'static str) {
        match self {
            Self::PeopleMissed => (
                0.02,
                "two people in a hundred: 5 and 7 % are told apart by some 2,200 true pairs a stratum, which an audit can have",
            ),
            Self::PeopleFalselyLinked => (
                0.005,
                "a false link puts somebody else’s facts into a file and harms more than a missed one: five people in a thousand",
            ),
            Self::PairsMissed => (0.02, "as people with a missed link"),
            Self::LostInBlocking | Self::LostInWeighing | Self::LostAtThreshold | Self::LostInClustering => {
                (0.005, "a quarter of the margin of all four stages: within it at each is within it at all")
            }
            Self::LostInLargeBlocks => (0.005, "a part of what is lost in blocking, with its margin"),
            Self::FalseLinks => (0.005, "as people with a false link"),
            Self::FalseLinksPerPerson => {
                (0.01, "twice that of people with a false link: a false link counts at both its ends")
            }
            Self::FalseOfWritten => (0.02, "as true pairs missed, the other half of equalized odds"),
            Self::PeopleInReview => WAITS,
        }
    }
}

impl RunMeasure {
    const fn margin(self) -> (f64, &'static str) {
        match self {
            Self::RecordsAlone | Self::RecordsWithoutPair => {
                (0.05, "outcomes, not errors: people of one stratum may truly have fewer records")
            }
            Self::RecordsWaiting => WAITS,
            Self::ReviewOverturned => {
                (0.05, "judged pairs are few and were chosen to be judged: five in a hundred")
            }
            Self::RulesWithoutKey => (0.05, "one rule of several is not all of them: one in twenty"),
            Self::RecordsInCutBlocks => {
                (0.05, "a record left out of one block can be compared under other rules: one in twenty")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_written_by_name_and_read_again() {
        let margins = Margins::all(0.03).with(PeopleMeasure::PeopleInReview.into(), 0.1);
        let text = serde_json::to_string(&margins).unwrap();
        assert!(
            text.contains("\"people_in_review\":0.1") && text.contains("\"people_missed\":0.03"),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Margins>(&text).unwrap(), margins);
        let part: Margins = serde_json::from_str("{\"people_missed\":0.5}").unwrap();
        assert_eq!(part, Margins::default().with(PeopleMeasure::PeopleMissed.into(), 0.5));
    }
}
