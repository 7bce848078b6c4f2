//! Dates of which some are written day first and some month first: they differ without a person's having done anything.

use std::path::Path;

use redress_statement::partial_date::PartialDate;

use crate::birth;
use crate::birth_level;
use crate::config::Config;
use crate::guess;
use crate::kind::Kind;
use crate::level_pairs::LevelPairs;
use crate::model::Model;
use crate::table::Input;

/// Share of the pairs of one person in which day and month may be exchanged: a slip of the hand makes a hundredth.
const EXCHANGED_SHARE_MAX: f64 = 0.1;
/// Pairs of one person with whole dates from which that is judged.
const PAIRS_MIN: f64 = 30.0;

/// What speaks against a run of which a column of dates has two orders; `None` where none has.
pub(crate) fn doubt(model: &Model) -> Option<String> {
    let compared = model.comparisons.iter().zip(&model.level_pairs);
    let births = compared
        .filter(|(comparison, _)| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels());
    let (name, share) =
        births.filter_map(|(comparison, pairs)| Some((&comparison.name, exchanged_share(pairs)?))).next()?;
    Some(format!(
        "day and month of `{name}` are exchanged in {} of the pairs of one person: some dates seem to be written day first and some month \
         first; write them in one order and link again",
        crate::html::percent(share)
    ))
}

/// The share of the pairs of one person in which day and month are exchanged, where it is too large.
fn exchanged_share(pairs: &[LevelPairs]) -> Option<f64> {
    let same = |of: fn(u8) -> bool| -> f64 {
        pairs
            .iter()
            .enumerate()
            .filter(|(level, _)| of(*level as u8))
            .map(|(_, pairs)| pairs.expected_same)
            .sum()
    };
    let (whole, exchanged) = (same(birth_level::is_of_whole_dates), same(birth_level::is_exchanged));
    (whole >= PAIRS_MIN && exchanged > EXCHANGED_SHARE_MAX * whole).then(|| exchanged / whole)
}

/// What speaks against a run before it began: a column of birth dates without a given format that one file writes day first and
/// another month first. `None` where no two files show that.
#[must_use]
pub fn date_orders_of_files(config: &Config, inputs: &[Input]) -> Option<String> {
    let columns = config
        .columns
        .iter()
        .filter(|(_, column)| column.kind == Kind::DateOfBirth && column.format.is_none());
    columns.into_iter().find_map(|(column, _)| {
        let file = |wanted: Order| {
            let is_wanted = |input: &&Input| {
                let texts: Vec<String> = guess::values(&input.batches, column).into_iter().flatten().collect();
                Order::of(&texts) == Some(wanted)
            };
            let name = &inputs.iter().find(is_wanted)?.name;
            Some(Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned())
        };
        let (day_first, month_first) = (file(Order::DayFirst)?, file(Order::MonthFirst)?);
        Some(format!(
            "`{column}` is written day first in {day_first} and month first in {month_first}, and a column is read in one order: write it \
             in one order and link again"
        ))
    })
}

/// What stands first in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    /// The order of numbers that texts show; `None` where another form, or both orders, read as many.
    fn of(texts: &[String]) -> Option<Self> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let format = birth::detect_format(&texts);
        let order = match () {
            () if format.starts_with("%d") && format.contains("%m") => Self::DayFirst,
            () if format.starts_with("%m") && format.contains("%d") => Self::MonthFirst,
            () => return None,
        };
        let exchanged = format.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m");
        let n_read =
            |format: &str| texts.iter().filter(|text| PartialDate::parse(text, format).is_ok()).count();
        (n_read(format) > n_read(&exchanged)).then_some(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_show_an_order_where_only_one_reads_them_all() {
        for (texts, expected) in [
            (&["25/03/1980", "04/05/1981"][..], Some(Order::DayFirst)),
            (&["03-25-1980", "04-05-1981"], Some(Order::MonthFirst)),
            (&["03/04/1980", "04/05/1981"], None),
            (&["1980-03-25", "1981-04-05"], None),
            (&["25 Mar 1980"], None),
            (&[], None),
        ] {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(Order::of(&texts), expected, "{texts:?}");
        }
    }

    #[test]
    fn a_tenth_of_exchanged_dates_are_two_orders() {
        // Pairs of one person at the levels "another date", "day and month exchanged", "same date" and "same year, no day known".
        for (at, expected) in [
            ([5.0, 10.0, 85.0, 0.0], None),
            ([5.0, 45.0, 50.0, 400.0], Some(0.45)),
            ([0.0, 12.0, 8.0, 0.0], None),
            ([0.0, 0.0, 0.0, 0.0], None),
        ] {
            let mut pairs = vec![LevelPairs::default(); birth_level::levels().len()];
            for (label, expected_same) in
                ["another date", "day and month exchanged", "same date", "same year, no day known"]
                    .into_iter()
                    .zip(at)
            {
                let level = birth_level::levels().iter().position(|level| level.label == label).unwrap();
                pairs[level].expected_same = expected_same;
            }
            assert_eq!(exchanged_share(&pairs), expected, "{at:?}");
        }
    }
}
