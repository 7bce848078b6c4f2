//! What is measured: of people, against the truth, or of a run by itself.
//!
//! Each of the two has its own list, and [`Measure::ALL`] is made of both: no measure stands in a list twice, and a measure of
//! people alone can be asked of a person.

use serde::{Deserialize, Serialize};

use super::person::Tally;

/// One stage at which people can be treated unequally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Measure {
    /// Counted person by person, against the truth.
    OfPeople(PeopleMeasure),
    /// Counted over the records, the rules or the judged pairs of a run; of a person there is nothing to count.
    OfRun(RunMeasure),
}

/// What is measured of people against the truth, in the order of the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleMeasure {
    /// People with a missed link, of people with one to find.
    PeopleMissed,
    /// People with a link to somebody else's record, of all.
    PeopleFalselyLinked,
    /// True pairs that are not linked, whatever the stage.
    PairsMissed,
    /// True pairs that blocking did not propose.
    LostInBlocking,
    /// Of these, true pairs in a block that was too large to be compared in full.
    LostInLargeBlocks,
    /// True pairs compared and found too weak to be written.
    LostInWeighing,
    /// True pairs below the threshold.
    LostAtThreshold,
    /// True pairs parted by clustering.
    LostInClustering,
    /// Ends of links that lead to somebody else's record.
    FalseLinks,
    /// Ends of links to somebody else's record, for each person.
    FalseLinksPerPerson,
    /// Written pairs of two people that are linked, of all written pairs of two people: the false positive rate over what the
    /// run had before it, not over all pairs of records, where everything looks equal.
    FalseOfWritten,
    /// People with a pair that waits for clerical review.
    PeopleInReview,
}

/// What is measured of a run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMeasure {
    /// Records that are in no cluster with another.
    RecordsAlone,
    /// Records of which no pair was written.
    RecordsWithoutPair,
    /// Records with a pair that waits for clerical review.
    RecordsWaiting,
    /// Judged pairs of which the judgement is not what the model proposed.
    ReviewOverturned,
    /// Blocking rules that have no key of a record, of all rules: what the run had no way to compare.
    RulesWithoutKey,
    /// Records in a block of which pairs were left out, because it was too large.
    RecordsInCutBlocks,
}

impl From<PeopleMeasure> for Measure {
    fn from(measure: PeopleMeasure) -> Self {
        Self::OfPeople(measure)
    }
}

impl From<RunMeasure> for Measure {
    fn from(measure: RunMeasure) -> Self {
        Self::OfRun(measure)
    }
}

impl PeopleMeasure {
    /// Every measure of people.
    pub const ALL: [Self; 12] = [
        Self::PeopleMissed,
        Self::PeopleFalselyLinked,
        Self::PairsMissed,
        Self::LostInBlocking,
        Self::LostInLargeBlocks,
        Self::LostInWeighing,
        Self::LostAtThreshold,
        Self::LostInClustering,
        Self::FalseLinks,
        Self::FalseLinksPerPerson,
        Self::FalseOfWritten,
        Self::PeopleInReview,
    ];

    /// Cases of a person, and of how many.
    pub(super) fn of(self, tally: &Tally) -> (u32, u32) {
        let has_links = u32::from(tally.n_true > 0);
        match self {
            Self::PeopleMissed => (u32::from(tally.lost() > 0), has_links),
            Self::PeopleFalselyLinked => (u32::from(tally.false_ends > 0), 1),
            Self::PairsMissed => (tally.lost(), tally.n_true),
            Self::LostInBlocking => (tally.lost_in_blocking, tally.n_true),
            Self::LostInLargeBlocks => (tally.lost_in_large_blocks, tally.n_true),
            Self::LostInWeighing => (tally.lost_in_weighing, tally.n_true),
            Self::LostAtThreshold => (tally.lost_at_threshold, tally.n_true),
            Self::LostInClustering => (tally.lost_in_clustering, tally.n_true),
            Self::FalseLinks => (tally.false_ends, tally.false_ends + 2 * (tally.n_true - tally.lost())),
            Self::FalseLinksPerPerson => (tally.false_ends, 1),
            Self::FalseOfWritten => (tally.false_written_linked, tally.false_written),
            Self::PeopleInReview => (u32::from(tally.waits), 1),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::PeopleMissed => "people with a missed link",
            Self::PeopleFalselyLinked => "people with a false link",
            Self::PairsMissed => "true pairs missed at any stage",
            Self::LostInBlocking => "true pairs lost in blocking",
            Self::LostInLargeBlocks => "true pairs lost in blocks too large to be compared",
            Self::LostInWeighing => "true pairs too weak to be written",
            Self::LostAtThreshold => "true pairs lost at the threshold",
            Self::LostInClustering => "true pairs parted by clustering",
            Self::FalseLinks => "links that are false",
            Self::FalseLinksPerPerson => "false links per 1,000 people, each counted at both ends",
            Self::FalseOfWritten => "written pairs of two people that are linked",
            Self::PeopleInReview => "people with a pair that waits for review",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::PeopleMissed => "people_missed",
            Self::PeopleFalselyLinked => "people_falsely_linked",
            Self::PairsMissed => "pairs_missed",
            Self::LostInBlocking => "lost_in_blocking",
            Self::LostInLargeBlocks => "lost_in_large_blocks",
            Self::LostInWeighing => "lost_in_weighing",
            Self::LostAtThreshold => "lost_at_threshold",
            Self::LostInClustering => "lost_in_clustering",
            Self::FalseLinks => "false_links",
            Self::FalseLinksPerPerson => "false_links_per_person",
            Self::FalseOfWritten => "false_of_written",
            Self::PeopleInReview => "people_in_review",
        }
    }
}

impl RunMeasure {
    /// What becomes of each record of a run.
    pub const OF_RECORDS: [Self; 3] = [Self::RecordsAlone, Self::RecordsWithoutPair, Self::RecordsWaiting];
    /// Every measure of a run.
    pub const ALL: [Self; 6] = {
        let [alone, without_pair, waiting] = Self::OF_RECORDS;
        [
            alone,
            without_pair,
            waiting,
            Self::ReviewOverturned,
            Self::RulesWithoutKey,
            Self::RecordsInCutBlocks,
        ]
    };

    const fn as_str(self) -> &'static str {
        match self {
            Self::RecordsAlone => "records in no cluster with another",
            Self::RecordsWithoutPair => "records without any written pair",
            Self::RecordsWaiting => "records with a pair that waits for review",
            Self::ReviewOverturned => "judged pairs that review overturned",
            Self::RulesWithoutKey => "blocking rules that cannot reach a record",
            Self::RecordsInCutBlocks => "records in a block of which pairs were not compared",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::RecordsAlone => "records_alone",
            Self::RecordsWithoutPair => "records_without_pair",
            Self::RecordsWaiting => "records_waiting",
            Self::ReviewOverturned => "review_overturned",
            Self::RulesWithoutKey => "rules_without_key",
            Self::RecordsInCutBlocks => "records_in_cut_blocks",
        }
    }
}

/// How many measures there are.
const N_MEASURES: usize = PeopleMeasure::ALL.len() + RunMeasure::ALL.len();

impl Measure {
    /// Every measure: those of people, then those of a run.
    pub const ALL: [Self; N_MEASURES] = {
        let mut all = [Self::OfPeople(PeopleMeasure::PeopleMissed); N_MEASURES];
        let mut place = 0;
        while place < N_MEASURES {
            all[place] = match place.checked_sub(PeopleMeasure::ALL.len()) {
                None => Self::OfPeople(PeopleMeasure::ALL[place]),
                Some(of_run) => Self::OfRun(RunMeasure::ALL[of_run]),
            };
            place += 1;
        }
        all
    };

    /// Its place in [`Measure::ALL`].
    pub(super) const fn place(self) -> usize {
        match self {
            Self::OfPeople(measure) => measure as usize,
            Self::OfRun(measure) => PeopleMeasure::ALL.len() + measure as usize,
        }
    }

    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OfPeople(measure) => measure.as_str(),
            Self::OfRun(measure) => measure.as_str(),
        }
    }

    /// The name that JSON and the command line use.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::OfPeople(measure) => measure.key(),
            Self::OfRun(measure) => measure.key(),
        }
    }

    /// Whether it asks for how many people something went wrong: these are compared stratum with stratum too.
    #[must_use]
    pub const fn is_headline(self) -> bool {
        matches!(self, Self::OfPeople(PeopleMeasure::PeopleMissed | PeopleMeasure::PeopleFalselyLinked))
    }

    /// What a rate of this measure is counted in, and how many of it a rate of 1 is: points of per cent for shares, false links
    /// per 1,000 people for those. [`Gap::rate`](super::Gap::rate) itself is per one.
    #[must_use]
    pub const fn unit(self) -> (&'static str, f64) {
        match self {
            Self::OfPeople(PeopleMeasure::FalseLinksPerPerson) => ("per 1,000 people", 1_000.0),
            _ => ("points", 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each measure lies at its place, and is written by its name and read again, as a value and as a key.
    #[test]
    fn a_measure_has_one_place_and_one_name() {
        for (place, measure) in Measure::ALL.into_iter().enumerate() {
            let text = serde_json::to_string(&measure).unwrap();
            assert_eq!(measure.place(), place);
            assert_eq!(text, format!("\"{}\"", measure.key()));
            assert_eq!(serde_json::from_str::<Measure>(&text).unwrap(), measure);
        }
    }
}
