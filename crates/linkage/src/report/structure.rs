//! What the run did with records of different structure. Without the truth this shows differences in outcome, not errors.

use std::fmt::Write as _;

use crate::audit::{Dimension, ESTIMABLE_PEOPLE_MIN};
use crate::html;
use crate::link::Linked;
use crate::table::Table;

/// Pairs at or above this probability count as links here.
const LINKED_FROM: f64 = 0.95;

/// Sums over the records of a stratum.
#[derive(Clone, Copy, Default)]
struct Sums {
    n_records: u64,
    n_joined: u64,
    n_without_pair: u64,
    expected_false: f64,
    expected_left_out: f64,
}

pub(super) fn section(page: &mut String, linked: &Linked, table: &Table, dimensions: &[Dimension]) {
    page.push_str("<h2 id=\"structure\">By structure of the record</h2>");
    if dimensions.is_empty() {
        page.push_str("<p>Not looked at in this run.</p>");
        return;
    }
    page.push_str(
        "<p>Does the run serve all kinds of records alike? Script, hyphens, single names, common and rare names, gaps: these are facts \
         about the record, and nothing about the person is guessed from them. Without the truth, the table can show that \
         outcomes differ, not who is at fault; <code>redress evaluate --truth</code> makes the whole audit, with intervals and what \
         could not have been seen.</p>",
    );
    let mut members = vec![0u32; linked.clusters.n_clusters()];
    linked.clusters.cluster_of.iter().for_each(|cluster| members[*cluster as usize] += 1);
    let mut expected = vec![(false, 0.0, 0.0); table.n_records()];
    for pair in &linked.pairs {
        for record in [pair.l, pair.r] {
            let sums = &mut expected[record as usize];
            sums.0 = true;
            if pair.match_probability >= LINKED_FROM {
                sums.1 += 1.0 - pair.match_probability;
            } else {
                sums.2 += pair.match_probability;
            }
        }
    }
    for dimension in dimensions {
        let mut strata = vec![Sums::default(); dimension.strata.len()];
        for (record, stratum) in dimension.of_record.iter().enumerate() {
            let sums = &mut strata[usize::from(*stratum)];
            let (has_pair, expected_false, expected_left_out) = expected[record];
            sums.n_records += 1;
            sums.n_joined += u64::from(members[linked.clusters.cluster_of[record] as usize] > 1);
            sums.n_without_pair += u64::from(!has_pair);
            sums.expected_false += expected_false;
            sums.expected_left_out += expected_left_out;
        }
        let _ = write!(page, "<details><summary>By {}</summary>", crate::waterfall::escaped(&dimension.name));
        html::table(
            page,
            &format!("By {}: outcomes, and what the model expects", dimension.name),
            &[
                "stratum",
                "#records",
                "#in a cluster with others",
                "#without any written pair",
                "#false links expected, of 1,000 records",
                "#true pairs left out expected, of 1,000 records",
            ],
            dimension.strata.iter().zip(&strata).map(|(name, sums)| cells(name, sums)),
        );
        page.push_str("</details>");
    }
}

fn cells(name: &str, sums: &Sums) -> Vec<String> {
    let n = sums.n_records as f64;
    let mut cells = vec![name.to_owned(), html::count(sums.n_records)];
    if sums.n_records < ESTIMABLE_PEOPLE_MIN as u64 {
        let none = format!("not estimable (n={})", sums.n_records);
        cells.extend([none.clone(), none.clone(), none.clone(), none]);
        return cells;
    }
    cells.extend([
        html::percent(sums.n_joined as f64 / n),
        html::percent(sums.n_without_pair as f64 / n),
        format!("{:.2}", 1_000.0 * sums.expected_false / n),
        format!("{:.2}", 1_000.0 * sums.expected_left_out / n),
    ]);
    cells
}
