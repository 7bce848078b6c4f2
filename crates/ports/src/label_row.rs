//! The row of a file of clerical labels: one judgement of one labeller about one pair. Terminal and desk write them, and linkage
//! and evaluation read them.

use std::{
    cmp::{max, min},
    fmt::Write as _,
};

use thiserror::Error;

/// How a linkage run names a record: source (empty in a run without sources) and id.
pub type RecordName = (String, String);

/// One judgement.
///
/// ```
/// use redress_ports::LabelRow;
/// let row = LabelRow {
///     left: ("court".to_owned(), "A1".to_owned()),
///     right: ("border".to_owned(), "B,7".to_owned()),
///     judgement: "same".to_owned(),
///     labeller: "ada".to_owned(),
///     judged_at: "2026-11-25T09:00:00Z".to_owned(),
///     stratum: "4".to_owned(),
///     inclusion_probability: 0.25,
/// };
/// assert_eq!(row.to_line(), "court,A1,border,\"B,7\",same,ada,2026-11-25T09:00:00Z,4,0.25\n");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LabelRow {
    /// One record.
    pub left: RecordName,
    /// The other.
    pub right: RecordName,
    /// One of [`LabelRow::JUDGEMENTS`].
    pub judgement: String,
    /// Who judged.
    pub labeller: String,
    /// When, in RFC 3339; empty where it is not known.
    pub judged_at: String,
    /// Stratum of the plan that drew the pair; empty without a plan.
    pub stratum: String,
    /// Probability with which the plan drew the pair, above 0 and at most 1; 1 without a plan.
    pub inclusion_probability: f64,
}

/// Why a row is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelRowError {
    /// The judgement is another word.
    #[error("column `judgement`: {0:?}; allowed are same, different, unsure")]
    Judgement(String),
    /// Both names are of one record.
    #[error(
        "both records are {0:?}: a judgement is about two records; correct one of the ids, or take the row out"
    )]
    OneRecord(String),
    /// The probability is none.
    #[error("column `inclusion_probability`: {0:?}; a number above 0 and at most 1")]
    InclusionProbability(String),
}

impl LabelRow {
    /// The columns in their order.
    pub const COLUMNS: [&str; 9] = [
        "source_l",
        "unique_id_l",
        "source_r",
        "unique_id_r",
        "judgement",
        "labeller",
        "judged_at",
        "stratum",
        "inclusion_probability",
    ];
    /// Words of a judgement.
    pub const JUDGEMENTS: [&str; 3] = ["same", "different", "unsure"];

    /// Both records, the lower name first: a pair is one pair, whichever record a row names first.
    #[must_use]
    pub fn names(&self) -> (&RecordName, &RecordName) {
        (min(&self.left, &self.right), max(&self.left, &self.right))
    }

    /// The header line of the file.
    #[must_use]
    pub fn header_line() -> String {
        format!("{}\n", Self::COLUMNS.join(","))
    }

    /// The row as a line of the file, quoted after RFC 4180 where a cell needs it.
    #[must_use]
    pub fn to_line(&self) -> String {
        let probability = self.inclusion_probability.to_string();
        let cells = [
            &self.left.0,
            &self.left.1,
            &self.right.0,
            &self.right.1,
            &self.judgement,
            &self.labeller,
            &self.judged_at,
            &self.stratum,
            &probability,
        ];
        let mut line = String::new();
        for (idx, cell) in cells.into_iter().enumerate() {
            let comma = if idx == 0 { "" } else { "," };
            let _ = if cell.contains([',', '"', '\n', '\r']) {
                write!(line, "{comma}\"{}\"", cell.replace('"', "\"\""))
            } else {
                write!(line, "{comma}{cell}")
            };
        }
        line.push('\n');
        line
    }

    /// The row of the cells of a line, in the order of [`LabelRow::COLUMNS`]. An empty probability is 1.
    ///
    /// # Errors
    /// A judgement or a probability that is none; one record named twice.
    pub fn try_from_cells(cells: [String; 9]) -> Result<Self, LabelRowError> {
        let [source_l, id_l, source_r, id_r, judgement, labeller, judged_at, stratum, probability] = cells;
        if !Self::JUDGEMENTS.contains(&judgement.as_str()) {
            return Err(LabelRowError::Judgement(judgement));
        }
        let inclusion_probability = match probability.parse::<f64>() {
            _ if probability.is_empty() => 1.0,
            Ok(p) if p > 0.0 && p <= 1.0 => p,
            _ => return Err(LabelRowError::InclusionProbability(probability)),
        };
        let (left, right) = ((source_l, id_l), (source_r, id_r));
        if left == right {
            return Err(LabelRowError::OneRecord(left.1));
        }
        Ok(Self { left, right, judgement, labeller, judged_at, stratum, inclusion_probability })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(judgement: &str, probability: &str) -> [String; 9] {
        ["", "1", "", "2", judgement, "ada", "", "3", probability].map(str::to_owned)
    }

    #[test]
    fn rows_are_read_as_they_are_written() {
        let row = LabelRow::try_from_cells(cells("unsure", "0.125")).unwrap();
        assert_eq!(row.to_line(), ",1,,2,unsure,ada,,3,0.125\n");
        assert_eq!(LabelRow::try_from_cells(cells("same", "")).unwrap().inclusion_probability, 1.0);
        assert_eq!(LabelRow::header_line().trim_end().split(',').count(), LabelRow::COLUMNS.len());
    }

    #[test]
    fn a_judgement_is_about_two_records() {
        let named = |l: [&str; 2], r: [&str; 2]| {
            let cells = [l[0], l[1], r[0], r[1], "different", "ada", "", "", ""].map(str::to_owned);
            LabelRow::try_from_cells(cells)
        };
        let error = named(["", "7"], ["", "7"]).unwrap_err().to_string();
        assert!(error.starts_with("both records are \"7\": a judgement is about two records"), "{error}");
        assert!(named(["court", "7"], ["border", "7"]).is_ok(), "of two sources");
    }

    #[test]
    fn what_is_no_row_says_why() {
        for (judgement, probability, text) in [
            ("yes", "1", "column `judgement`: \"yes\"; allowed are same, different, unsure"),
            ("same", "0", "column `inclusion_probability`: \"0\"; a number above 0 and at most 1"),
            ("same", "NaN", "column `inclusion_probability`: \"NaN\"; a number above 0 and at most 1"),
        ] {
            assert_eq!(
                LabelRow::try_from_cells(cells(judgement, probability)).unwrap_err().to_string(),
                text
            );
        }
    }
}
