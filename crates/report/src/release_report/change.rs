//! What became of the rows of an earlier release, small numbers protected.

use super::Shown;
use super::small_number::{is_small, shown_rows};

/// Two releases beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The earlier release, by its name.
    pub before_file: String,
    /// The day that it describes, in ISO 8601.
    pub before_as_of: String,
    /// Its tables.
    pub tables: Vec<Change>,
}

/// One table of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The check under which an absence is counted: `PR-01`, or `PR-03` when nothing follows from it.
    pub check: &'static str,
    /// Rows of the earlier release that were held against this one: without those that were set aside.
    pub n_before: u64,
    /// All rows of the table in the earlier release. None where that is not known.
    pub n_rows_before: Option<u64>,
    /// Rows of this one that were held.
    pub n_after: u64,
    /// All rows of the table in this one.
    pub n_rows_after: u64,
    /// Rows that are no longer there.
    pub n_vanished: u64,
    /// Rows that were not there before.
    pub n_first_seen: u64,
    /// Rows that say something else.
    pub n_changed: u64,
}

/// A table's changes as they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownChange {
    /// Rows of the earlier release.
    pub before: Shown,
    /// Rows of this one.
    pub after: Shown,
    /// No longer there.
    pub vanished: Shown,
    /// Not there before.
    pub first_seen: Shown,
    /// Saying something else.
    pub changed: Shown,
}

/// What other releases lost, by others' counts.
pub(super) const PUBLISHED: &str = "For comparison: 896,906 applications were missing from the release of September 2019, and 68,282 \
                                    from that of April 2020 (TRAC).";

/// What the two checks say.
pub(super) const MEANING: &str = "PR-01: the release is whole by its own word, and few rows are missing; each is worth a question to the \
                                  publisher. PR-03: the release does not say what it covers, or more than half a percent of the table is \
                                  missing at once; nothing follows from such an absence. A row that is missing is never taken as deleted.";

impl Change {
    /// The counts as they are shown. All rows of both tables are in the releases, and so is how many more one has than the other:
    /// a small number of rows that are gone takes that of the new ones with it, be it nought, and the other way round. Where few
    /// rows were set aside in one of the two, how many were held is rounded or withheld, and so is what it could be had from.
    #[must_use]
    pub fn shown(&self) -> ShownChange {
        let before = shown_rows(self.n_before, self.n_rows_before);
        let after = shown_rows(self.n_after, Some(self.n_rows_after));
        let is_exact = |shown: Shown| matches!(shown, Shown::Exact(_));
        let one = |number: u64| if is_small(number) { Shown::AtMostSmall } else { Shown::Exact(number) };
        let (vanished, first_seen) = (one(self.n_vanished), one(self.n_first_seen));
        let (vanished, first_seen) = match (is_exact(vanished), is_exact(first_seen)) {
            (true, false) => (Shown::Withheld, first_seen),
            (true, true) if is_exact(before) && is_exact(after) => (vanished, first_seen),
            _ => (vanished, Shown::Withheld),
        };
        ShownChange { before, after, vanished, first_seen, changed: one(self.n_changed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the earlier table and how many of them were set aside, the same of the newer one, and what became of them; as shown.
    #[track_caller]
    fn check(before: (Option<u64>, u64), after: (u64, u64), became: (u64, u64, u64), shown: [&str; 5]) {
        let change = Change {
            table: "A_TblCase".to_owned(),
            check: "PR-01",
            n_before: before.0.unwrap_or(20_000) - before.1,
            n_rows_before: before.0,
            n_after: after.0 - after.1,
            n_rows_after: after.0,
            n_vanished: became.0,
            n_first_seen: became.1,
            n_changed: became.2,
        };
        let found = change.shown();
        let found = [found.before, found.after, found.vanished, found.first_seen, found.changed];
        assert_eq!(found.map(|shown| shown.to_string()), shown, "{change:?}");
    }

    #[test]
    fn a_small_number_of_rows_takes_the_one_beside_it_along() {
        let before = (Some(20_000), 0);
        check(before, (20_500, 0), (0, 500, 70), ["20,000", "20,500", "0", "500", "70"]);
        check(before, (20_460, 0), (40, 500, 3), ["20,000", "20,460", "40", "500", "1 to 10"]);
        check(before, (20_496, 0), (4, 500, 70), ["20,000", "20,496", "1 to 10", "withheld", "70"]);
        check(before, (19_961, 0), (40, 1, 0), ["20,000", "19,961", "withheld", "1 to 10", "0"]);
        check((Some(292), 0), (293, 0), (0, 1, 0), ["292", "293", "withheld", "1 to 10", "0"]);
        check((Some(292), 0), (288, 0), (4, 0, 0), ["292", "288", "1 to 10", "withheld", "0"]);
        check((Some(292), 0), (292, 0), (4, 4, 0), ["292", "292", "1 to 10", "withheld", "0"]);
    }

    #[test]
    fn rows_that_were_set_aside_cannot_be_had_by_subtraction() {
        check((Some(20_000), 1), (20_500, 0), (0, 501, 0), ["about 20,000", "20,500", "0", "withheld", "0"]);
        check(
            (Some(20_000), 0),
            (20_500, 1),
            (40, 539, 0),
            ["20,000", "about 20,500", "40", "withheld", "0"],
        );
        check((Some(20_000), 11), (20_500, 0), (0, 511, 0), ["19,989", "20,500", "0", "511", "0"]);
        check((Some(292), 1), (293, 0), (0, 2, 0), ["withheld", "293", "withheld", "1 to 10", "0"]);
        // Rows that an earlier version of the program kept.
        check((None, 0), (20_500, 0), (0, 500, 0), ["about 20,000", "20,500", "0", "withheld", "0"]);
    }
}
