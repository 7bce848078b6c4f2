//! A drawn sample is judged blind: which pairs are left for a labeller, what is shown of one, where a judgement goes.
//! Terminal and desk both stand on this, so that they show the same and write the same rows.
//!
//! Nothing of what the model thinks is read here but the plan's stratum and probability, which go from the sample into the row
//! of a label and are shown to nobody.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use redress_linkage::LabelWord;
use redress_ports::{LabelRow, ReadError, RecordName, SampleFiles};
use redress_statement::{Digest, fold::tokens};

/// A sample that is being judged.
pub struct Sample {
    files: Box<dyn SampleFiles>,
    /// The pairs as they were drawn when the sample was opened.
    drawn: Vec<LabelRow>,
}

/// Why a sample cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// Its files cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Labels of another draw lie beside it. Each draw takes a pair with a probability of its own, and every figure divides by
    /// it: where two draws lie in one file, neither probability is the right one.
    #[error(
        "{labels}: {n_foreign} of its {n} judgements are of another draw, and the probabilities of two draws do not go together: draw \
         with the --n and --seed of that draw to go on with it; or link into another folder with --judgements {labels}, so that they \
         bind, and draw from that run"
    )]
    OtherDraw {
        /// The file of labels.
        labels: String,
        /// Judgements of another draw.
        n_foreign: usize,
        /// All judgements.
        n: usize,
    },
    /// The sample was drawn anew since it was opened.
    #[error("the sample was drawn anew while it was being judged: open it again, and go on from there")]
    DrawnAnew,
    /// The pair is none that the labeller was given.
    #[error("the sample has no such pair for {labeller}: open the sample again, and judge what it shows")]
    NoSuchPair {
        /// Who judges.
        labeller: String,
    },
    /// A judgement cannot be written.
    #[error("the judgement was not stored")]
    NotStored(#[source] ReadError),
}

/// A pair that a labeller has still to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct PairLeft {
    row: LabelRow,
    key: Digest,
}

impl PairLeft {
    fn new(drawn: &LabelRow, labeller: &str) -> Self {
        let row = LabelRow { labeller: labeller.to_owned(), ..drawn.clone() };
        let key = Digest::of(format!("{labeller}\n{:?}\n{:?}", row.left, row.right).as_bytes());
        Self { row, key }
    }

    /// Names the pair for its labeller alone, and orders the pairs: each labeller has an order of their own.
    #[must_use]
    pub fn key(&self) -> Digest {
        self.key
    }
}

/// A pair that a labeller has judged.
#[derive(Clone, Debug, PartialEq)]
pub struct PairJudged {
    /// The pair.
    pub pair: PairLeft,
    /// What the labeller said of it last.
    pub word: LabelWord,
}

/// What both records of a pair say of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoValues {
    /// The column, as the files call it.
    pub attribute: String,
    /// As the one record has it. None where it has no value.
    pub left: Option<String>,
    /// As the other has it.
    pub right: Option<String>,
}

impl TwoValues {
    /// Whether both have a value and it is not the same. A value that is not there contradicts nothing, and neither do capitals,
    /// accents and signs, nor a date that is written from its other end: a mark at these would lead whoever judges.
    #[must_use]
    pub fn differ(&self) -> bool {
        let (Some(left), Some(right)) = (&self.left, &self.right) else { return false };
        let (left, right) = (tokens(left), tokens(right));
        let is_turned = is_date(&left) && left.iter().eq(right.iter().rev());
        left != right && !is_turned
    }
}

/// Whether the words are year, month and day in numbers, from either end.
fn is_date(words: &[String]) -> bool {
    const YEAR_DIGITS: usize = 4;
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    matches!(words, [first, _, last] if (first.len() == YEAR_DIGITS) != (last.len() == YEAR_DIGITS))
        && words.iter().all(is_number)
}

impl Sample {
    /// Opens the sample that lies in its files.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(files: Box<dyn SampleFiles>) -> Result<Self, SampleError> {
        let drawn = files.drawn()?;
        Ok(Self { files, drawn })
    }

    /// How many pairs were drawn.
    #[must_use]
    pub const fn n_drawn(&self) -> usize {
        self.drawn.len()
    }

    /// The drawn pairs that this labeller has not judged, in the labeller's own order.
    ///
    /// # Errors
    /// When the sample was drawn anew, when labels of another draw lie beside it, or when a file cannot be read.
    pub fn left_for(&self, labeller: &str) -> Result<Vec<PairLeft>, SampleError> {
        let judged = self.judged()?;
        let by_labeller = judged.iter().filter(|row| row.labeller == labeller);
        let done: HashSet<(&RecordName, &RecordName)> = by_labeller.map(LabelRow::names).collect();
        let open = self.drawn.iter().filter(|row| !done.contains(&row.names()));
        let mut left: Vec<PairLeft> = open.map(|row| PairLeft::new(row, labeller)).collect();
        left.sort_by_key(PairLeft::key);
        Ok(left)
    }

    /// The drawn pairs that this labeller has judged, the one that was judged last at the end. [`Sample::judge`] takes another answer
    /// to any of them.
    ///
    /// # Errors
    /// As [`Sample::left_for`].
    pub fn judged_by(&self, labeller: &str) -> Result<Vec<PairJudged>, SampleError> {
        let drawn: HashMap<_, &LabelRow> = self.drawn.iter().map(|row| (row.names(), row)).collect();
        let mut judged = self.judged()?;
        judged.retain(|row| row.labeller == labeller);
        judged.sort_by(|a, b| a.judged_at.cmp(&b.judged_at));
        let of_row = |row: &LabelRow| {
            let (drawn, word) = (drawn.get(&row.names())?, LabelWord::from_word(&row.judgement)?);
            Some(PairJudged { pair: PairLeft::new(drawn, labeller), word })
        };
        Ok(judged.iter().filter_map(of_row).collect())
    }

    /// Both records of a pair side by side, attribute by attribute: all that a labeller is shown.
    #[must_use]
    pub fn side_by_side(&self, pair: &PairLeft) -> Vec<TwoValues> {
        let (left, right) = (self.files.values(&pair.row.left), self.files.values(&pair.row.right));
        let value = |record: Option<&[String]>, at: usize| {
            record.and_then(|values| values.get(at)).filter(|value| !value.is_empty()).cloned()
        };
        let attributes = self.files.attributes().iter().enumerate();
        attributes
            .map(|(at, attribute)| TwoValues {
                attribute: attribute.clone(),
                left: value(left, at),
                right: value(right, at),
            })
            .collect()
    }

    /// Stores what a labeller says of a pair, named by its key. It is on disk once this returns. Said once more it is stored
    /// once; said otherwise, the last counts.
    ///
    /// # Errors
    /// As [`Sample::left_for`]; when the labeller was given no such pair; when the judgement cannot be written. Nothing is
    /// stored then.
    pub fn judge(&self, labeller: &str, key: Digest, word: LabelWord, at_us: i64) -> Result<(), SampleError> {
        let judged = self.judged()?;
        let mut pairs = self.drawn.iter().map(|row| PairLeft::new(row, labeller));
        let no_such = || SampleError::NoSuchPair { labeller: labeller.to_owned() };
        let mut row = pairs.find(|pair| pair.key == key).ok_or_else(no_such)?.row;
        let earlier = judged.iter().find(|said| said.labeller == labeller && said.names() == row.names());
        if earlier.is_some_and(|said| said.judgement == word.as_str()) {
            return Ok(());
        }
        word.as_str().clone_into(&mut row.judgement);
        // Readers take the last by its time: one by a clock that was set back must not lose to the one that it corrects.
        row.judged_at = match earlier {
            Some(said) => said.judged_at.clone().max(time_of(at_us)),
            None => time_of(at_us),
        };
        self.files.append(&row).map_err(SampleError::NotStored)
    }

    /// What was judged, where it goes together with what is drawn.
    fn judged(&self) -> Result<Vec<LabelRow>, SampleError> {
        if self.files.drawn()? != self.drawn {
            return Err(SampleError::DrawnAnew);
        }
        let judged = self.files.judged()?;
        if self.drawn.iter().any(|row| !row.stratum.is_empty()) {
            check_one_draw(&self.files.labels_file(), &judged, &self.drawn)?;
        }
        Ok(judged)
    }
}

/// Refuses judgements of another draw beside drawn pairs. Judgements without a stratum follow no plan, and may lie beside any.
///
/// # Errors
/// [`SampleError::OtherDraw`].
pub fn check_one_draw(labels: &str, judged: &[LabelRow], drawn: &[LabelRow]) -> Result<(), SampleError> {
    let plan = |row: &LabelRow| (row.stratum.clone(), row.inclusion_probability);
    let plans: HashMap<_, _> = drawn.iter().map(|row| (row.names(), plan(row))).collect();
    let is_foreign = |row: &&LabelRow| !row.stratum.is_empty() && plans.get(&row.names()) != Some(&plan(row));
    match judged.iter().filter(is_foreign).count() {
        0 => Ok(()),
        n_foreign => Err(SampleError::OtherDraw { labels: labels.to_owned(), n_foreign, n: judged.len() }),
    }
}

/// A time in RFC 3339, in whole seconds of UTC; empty where it is out of all range.
fn time_of(at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us);
    at.map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use redress_testkit::HeldSample;

    use super::*;

    const DAY_US: i64 = 86_400_000_000;

    fn held() -> HeldSample {
        HeldSample::of(&[[["Ana", "1990", "Lima"], ["Ana", "1990", "Leeds"]]])
    }

    /// Judges the one pair as these labellers, who say these words on these days, and holds words and days of the labels
    /// against what is expected.
    #[track_caller]
    fn check(said: &[(&str, LabelWord, i64)], expected: &[(&str, &str)]) {
        let files = held();
        let sample = Sample::open(Box::new(files.clone())).unwrap();
        for (labeller, word, day) in said {
            let key = PairLeft::new(&sample.drawn[0], labeller).key();
            sample.judge(labeller, key, *word, day * DAY_US).unwrap();
        }
        let cells: Vec<Vec<String>> =
            files.labels().iter().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        let found: Vec<(&str, &str)> =
            cells.iter().map(|cells| (cells[4].as_str(), &cells[6][..10])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_difference_is_one_of_what_is_said_and_not_of_how() {
        for (left, right, differ) in [
            ("Lima", "Leeds", true),
            ("Lima", "", false),
            ("ROSA", "Rosa", false),
            ("Mejía", "Mejia", false),
            ("Garcia-Lopez", "Garcia Lopez", false),
            ("1970-03-04", "04/03/1970", false),
            ("1970-03-04", "03/04/1970", true),
            ("04/03/1970", "1970/03/04", false),
            ("12 34 56", "56 34 12", true),
            ("Ana Maria", "Maria Ana", true),
        ] {
            let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let both = TwoValues { attribute: "a".to_owned(), left: value(left), right: value(right) };
            assert_eq!(both.differ(), differ, "{left} {right}");
        }
    }

    #[test]
    fn what_a_labeller_says_last_counts_and_the_same_is_stored_once() {
        use LabelWord::{Different, Same, Unsure};
        check(&[("ada", Same, 0), ("ada", Same, 1)], &[("same", "1970-01-01")]);
        check(&[("ada", Same, 0), ("ben", Same, 1)], &[("same", "1970-01-01"), ("same", "1970-01-02")]);
        check(
            &[("ada", Same, 0), ("ada", Unsure, 1), ("ada", Same, 2)],
            &[("same", "1970-01-01"), ("unsure", "1970-01-02"), ("same", "1970-01-03")],
        );
        // A clock that was set back.
        check(
            &[("ada", Same, 9), ("ada", Different, 0)],
            &[("same", "1970-01-10"), ("different", "1970-01-10")],
        );
    }

    #[test]
    fn what_was_judged_can_be_gone_back_to() {
        use LabelWord::{Different, Same, Unsure};
        let pair = |town| [["Ana", "1990", "Lima"], ["Ana", "1990", town]];
        let sample = Sample::open(Box::new(HeldSample::of(&[pair("Leeds"), pair("Cali")]))).unwrap();
        let said = |labeller| -> Vec<(Digest, LabelWord)> {
            sample.judged_by(labeller).unwrap().iter().map(|one| (one.pair.key(), one.word)).collect()
        };
        assert_eq!(said("ada"), []);
        let [a, b] = [0, 1].map(|at| PairLeft::new(&sample.drawn[at], "ada").key());
        for (day, (key, word)) in [(b, Same), (a, Unsure)].into_iter().enumerate() {
            sample.judge("ada", key, word, day as i64 * DAY_US).unwrap();
        }
        assert_eq!((said("ada"), said("ben")), (vec![(b, Same), (a, Unsure)], Vec::new()));
        sample.judge("ada", b, Different, 2 * DAY_US).unwrap();
        assert_eq!(said("ada"), [(a, Unsure), (b, Different)], "the last answer counts");
        assert!(sample.left_for("ada").unwrap().is_empty());
    }

    #[test]
    fn labels_of_another_draw_stop_a_drawn_sample_and_no_bridges() {
        for (drawn_by, label_of, is_stopped) in
            [("17", "17", false), ("17", "", false), ("17", "3", true), ("", "3", false), ("", "", false)]
        {
            let files = held();
            files.draw(drawn_by, 0.5);
            let label = LabelRow {
                labeller: "carla".to_owned(),
                stratum: label_of.to_owned(),
                ..files.drawn().unwrap().remove(0)
            };
            files.append(&label).unwrap();
            let sample = Sample::open(Box::new(files)).unwrap();
            let stopped = SampleError::OtherDraw { labels: "labels.csv".to_owned(), n_foreign: 1, n: 1 };
            let found = sample.left_for("ada").map(|left| left.len());
            assert_eq!(found, if is_stopped { Err(stopped) } else { Ok(1) }, "{drawn_by:?} {label_of:?}");
        }
    }
}
