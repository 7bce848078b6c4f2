//! What became of the rows of an earlier release, small numbers protected.

use super::Shown;
use super::small_number::is_small;

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
    /// Rows of the earlier release.
    pub n_before: u64,
    /// Rows of this one.
    pub n_after: u64,
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
    /// The counts as they are shown. Rows before and after give away one of vanished and first seen by the other, so a
    /// small one takes the other with it.
    #[must_use]
    pub fn shown(&self) -> ShownChange {
        let is_exposed = is_small(self.n_vanished) || is_small(self.n_first_seen);
        let one = |number: u64, is_exposed: bool| match number {
            0 => Shown::Exact(0),
            number if is_small(number) => Shown::AtMostSmall,
            _ if is_exposed => Shown::Withheld,
            number => Shown::Exact(number),
        };
        ShownChange {
            vanished: one(self.n_vanished, is_exposed),
            first_seen: one(self.n_first_seen, is_exposed),
            changed: one(self.n_changed, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_number_of_rows_takes_the_one_beside_it_along() {
        let (exact, small, withheld) = (Shown::Exact, Shown::AtMostSmall, Shown::Withheld);
        for ((n_vanished, n_first_seen, n_changed), (vanished, first_seen, changed)) in [
            ((0, 500, 70), (exact(0), exact(500), exact(70))),
            ((40, 500, 3), (exact(40), exact(500), small)),
            ((4, 500, 70), (small, withheld, exact(70))),
            ((40, 1, 0), (withheld, small, exact(0))),
            ((4, 0, 0), (small, exact(0), exact(0))),
        ] {
            let change = Change {
                table: "A_TblCase".to_owned(),
                check: "PR-01",
                n_before: 1_000,
                n_after: 1_000 + n_first_seen - n_vanished,
                n_vanished,
                n_first_seen,
                n_changed,
            };
            assert_eq!(change.shown(), ShownChange { vanished, first_seen, changed }, "{change:?}");
        }
    }
}
