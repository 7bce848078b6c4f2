//! Whether an extract was cut off: what it lacks of the rows that the last whole extract of its table had.
//!
//! A file that broke off on its way says that it has every row, as it always did. Read as it stands, everything behind the
//! break has ended. So an extract that lacks an implausible share is held to be cut off until the source confirms that it is
//! whole, and so is every later one that lacks those rows as well.

use jiff::civil::Date;

use crate::{Extract, Loss, ParameterError, Parameters};

/// The numbers from which on an extract is held to be cut off.
pub(crate) const PARAMETERS: [&str; 2] = ["pr_03_loss_share", "pr_03_loss_rows"];

/// One extract of a table, as it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The day that it describes.
    pub as_of: Date,
    /// Its rows.
    pub n_rows: u64,
    /// Those of its rows that an earlier extract had.
    pub n_known: u64,
    /// Rows of the extract before that it does not have.
    pub n_vanished: u64,
    /// Whether it says that it has every row.
    pub states_coverage: bool,
    /// Whether the source was asked, and confirmed that it is whole.
    pub is_confirmed: bool,
}

/// The newest of a table's extracts, held against those before it; they come in the order of their days. None without one.
///
/// ```
/// use redress_checks::{Delivery, Parameters, newest_extract};
/// let on = jiff::civil::date(2026, 9, 30);
/// let whole = Delivery {
///     as_of: on, n_rows: 1000, n_known: 0, n_vanished: 0, states_coverage: true, is_confirmed: false,
/// };
/// let cut = Delivery { as_of: on.tomorrow()?, n_rows: 50, n_known: 50, n_vanished: 950, ..whole };
/// let newest = newest_extract(&[whole, cut], &Parameters::built_in()?, on)?;
/// assert_eq!(newest.and_then(|extract| extract.loss).map(|loss| loss.since), Some(on));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ParameterError::NotInForce`] when no share or number of rows is in force `on` the day.
pub fn newest_extract(
    deliveries: &[Delivery],
    parameters: &Parameters,
    on: Date,
) -> Result<Option<Extract>, ParameterError> {
    let limits = Limits {
        share: parameters.number(PARAMETERS[0], on)?,
        n_rows: parameters.number(PARAMETERS[1], on)?,
    };
    let mut last_whole: Option<Delivery> = None;
    let mut newest = None;
    for delivery in deliveries {
        let extract = limits.held_against(last_whole, *delivery, newest.as_ref());
        if extract.loss.is_none() {
            last_whole = Some(*delivery);
        }
        newest = Some(extract);
    }
    Ok(newest)
}

struct Limits {
    share: f64,
    n_rows: f64,
}

impl Limits {
    fn held_against(&self, whole: Option<Delivery>, delivery: Delivery, before: Option<&Extract>) -> Extract {
        let n_rows_before = whole.map_or(0, |whole| whole.n_rows);
        let follows_a_loss = before.is_some_and(|before| before.loss.is_some());
        // An extract counts what is missing since the one before it, which lacked most of the rows already.
        let n_lost = if follows_a_loss { n_rows_before.saturating_sub(delivery.n_known) } else { 0 };
        let n_vanished = delivery.n_vanished.max(n_lost);
        let is_cut_off = !delivery.is_confirmed
            && n_vanished as f64 >= self.n_rows
            && n_vanished as f64 > self.share * n_rows_before as f64;
        Extract {
            as_of: delivery.as_of,
            states_coverage: delivery.states_coverage,
            is_confirmed: delivery.is_confirmed,
            n_vanished,
            n_rows_before,
            loss: whole.filter(|_| is_cut_off).map(|whole| Loss {
                since: whole.as_of,
                states_coverage: whole.states_coverage,
                told_at: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};

    use super::*;

    const FIRST: Date = date(2026, 5, 31);

    /// Extracts as `ROWS KNOWN VANISHED`, a `!` for one that the source confirmed, each of the day after the one before;
    /// expected are the missing rows of the newest one, and the extract since which they are, where it is held to be cut off.
    #[track_caller]
    fn check(extracts: &[&str], n_vanished: u64, cut_off_since: Option<i64>) {
        let deliveries: Vec<Delivery> = extracts
            .iter()
            .zip(0..)
            .map(|(text, at)| {
                let numbers = text.trim_end_matches(" !").split(' ').map(|number| number.parse().unwrap());
                let [n_rows, n_known, n_vanished] = numbers.collect::<Vec<u64>>()[..] else {
                    panic!("{text}")
                };
                let as_of = FIRST.saturating_add(i64::from(at).days());
                let is_confirmed = text.ends_with('!');
                Delivery { as_of, n_rows, n_known, n_vanished, states_coverage: true, is_confirmed }
            })
            .collect();
        let newest = newest_extract(&deliveries, &Parameters::built_in().unwrap(), FIRST).unwrap().unwrap();
        let since = newest.loss.map(|loss| i64::from((loss.since - FIRST).get_days()));
        assert_eq!((newest.n_vanished, since), (n_vanished, cut_off_since), "{extracts:?}");
        let days = cut_off_since.unwrap_or(extracts.len() as i64 - 1);
        assert_eq!(newest.known_on(), Some(FIRST.saturating_add(days.days())), "{extracts:?}");
    }

    #[test]
    fn more_than_one_row_in_ten_and_twenty_rows_are_a_loss() {
        check(&["1000 0 0"], 0, None);
        check(&["1000 0 0", "900 900 100"], 100, None);
        check(&["1000 0 0", "899 899 101"], 101, Some(0));
        check(&["100 0 0", "81 81 19"], 19, None);
        check(&["100 0 0", "80 80 20"], 20, Some(0));
        check(&["1000 0 0", "950 50 950"], 950, Some(0));
        check(&["1000 0 0", "0 0 1000"], 1000, Some(0));
    }

    #[test]
    fn a_loss_lasts_until_the_rows_are_back_or_the_source_confirms_it() {
        check(&["1000 0 0", "50 50 950", "52 50 0"], 950, Some(0));
        check(&["1000 0 0", "50 50 950", "1004 1000 0"], 0, None);
        check(&["1000 0 0", "50 50 950", "990 940 0"], 60, None);
        check(&["1000 0 0", "50 50 950", "50 50 0 !"], 950, None);
        check(&["1000 0 0", "50 50 950 !", "50 50 0"], 0, None);
        check(&["1000 0 0", "1000 1000 0", "50 50 950"], 950, Some(1));
    }
}
