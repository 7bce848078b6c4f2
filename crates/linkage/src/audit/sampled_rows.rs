//! Rows drawn from the inputs of a large run, so that its structure can be looked at without keeping all that was read.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};

use crate::column::TextColumn;
use crate::config::Config;
use crate::hashing::{hash_bytes, mix_two};
use crate::table::Input;

/// The rows as read where they are at most `rows_max`; otherwise about as many of them as that, drawn by a hash of source and id,
/// with the columns of the configuration as texts. The second value is whether rows were left out. The same seed draws the same
/// rows, in whatever order and files they come.
#[must_use]
pub fn sampled_rows(config: &Config, inputs: &[Input], rows_max: usize, seed: u64) -> (Vec<Input>, bool) {
    let n_rows: usize = inputs.iter().flat_map(|input| &input.batches).map(RecordBatch::num_rows).sum();
    if n_rows <= rows_max {
        return (inputs.to_vec(), false);
    }
    // A row is drawn when its hash lies in this first part of all hashes.
    let drawn_below = (u64::MAX as f64 * (rows_max as f64 / n_rows as f64)) as u64;
    let sampled = |input: &Input| Input {
        name: input.name.clone(),
        batches: input.batches.iter().filter_map(|batch| drawn(config, batch, seed, drawn_below)).collect(),
        n_set_aside: input.n_set_aside,
    };
    (inputs.iter().map(sampled).collect(), true)
}

/// The drawn rows of a batch; `None` where its ids cannot be read or none is drawn.
fn drawn(config: &Config, batch: &RecordBatch, seed: u64, drawn_below: u64) -> Option<RecordBatch> {
    let read = |name: &str| batch.column_by_name(name).and_then(|array| TextColumn::try_new(array).ok());
    let ids = read(&config.unique_id)?;
    let sources = config.source.as_deref().and_then(read);
    let hash = |row: usize| {
        let source = sources.as_ref().and_then(|column| column.get(row)).unwrap_or_default();
        let id = ids.get(row).unwrap_or_default();
        mix_two(seed ^ hash_bytes(source.as_bytes()), hash_bytes(id.as_bytes()))
    };
    let rows: Vec<usize> = (0..batch.num_rows()).filter(|row| hash(*row) < drawn_below).collect();
    if rows.is_empty() {
        return None;
    }
    let of_run = [Some(&config.unique_id), config.source.as_ref()].into_iter().flatten();
    let mut names: Vec<&str> = of_run.chain(config.columns.keys()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let columns = names.into_iter().filter_map(|name| {
        let column = read(name)?;
        let texts: ArrayRef = Arc::new(rows.iter().map(|row| column.get(*row)).collect::<StringArray>());
        Some((name, texts, true))
    });
    RecordBatch::try_from_iter_with_nullable(columns).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_rows_are_drawn_as_are_asked_for() {
        let config = Config::from_toml("unique_id = \"id\"\n[columns]\nname = \"full_name\"\n").unwrap();
        let text = |of: fn(u32) -> String, from: u32| -> ArrayRef {
            Arc::new((from..from + 5_000).map(of).map(Some).collect::<StringArray>())
        };
        let batch = |from: u32| {
            let columns = [("name", text(|k| format!("n{k}"), from)), ("id", text(|k| k.to_string(), from))];
            RecordBatch::try_from_iter(columns).unwrap()
        };
        let input = |from: u32| Input { name: from.to_string(), batches: vec![batch(from)], n_set_aside: 0 };
        let ids = |inputs: &[Input], rows_max: usize, seed: u64| {
            let (sample, is_sample) = sampled_rows(&config, inputs, rows_max, seed);
            let mut ids = Vec::new();
            for batch in sample.iter().flat_map(|input| &input.batches) {
                let column = TextColumn::try_new(batch.column_by_name("id").unwrap()).unwrap();
                ids.extend((0..column.n_rows()).filter_map(|row| column.get(row).map(String::from)));
            }
            ids.sort_unstable();
            (ids, is_sample)
        };
        let (all, is_sample) = ids(&[input(0), input(5_000)], 10_000, 1);
        assert_eq!((all.len(), is_sample), (10_000, false));
        let (few, is_sample) = ids(&[input(0), input(5_000)], 2_000, 1);
        assert!(is_sample && (1_850..2_150).contains(&few.len()), "{} rows", few.len());
        assert_eq!(ids(&[input(5_000), input(0)], 2_000, 1).0, few, "in whatever order they come");
        assert_ne!(ids(&[input(0), input(5_000)], 2_000, 2).0, few);
    }
}
