//! What the run did with records of different structure. Without the truth this shows differences in outcome, not errors.

use std::fmt::Write as _;

use super::Reported;
use crate::audit::{
    Audit, AuditRules, ESTIMABLE_PEOPLE_MIN, RunInput, RunMeasure, Structure, audit_of_records, audit_of_run,
    compact,
};
use crate::evaluation::WeighedPair;
use crate::grade::Grade;
use crate::html;
use crate::link::Linked;
use crate::pair_redraws::mean_probability;

/// Pairs at or above this probability count as links here.
pub(super) const LINKED_FROM: f64 = 0.95;

/// Sums over the records of a stratum.
#[derive(Clone, Copy, Default)]
struct Sums {
    n_records: u64,
    n_joined: u64,
    n_without_pair: u64,
    expected_false: f64,
    expected_left_out: f64,
}

pub(super) fn section(page: &mut String, reported: &Reported<'_>) {
    let Reported { linked, table, structure, estimates, .. } = *reported;
    let is_given = estimates.grade != Grade::Unreliable;
    page.push_str("<h2 id=\"structure\">By structure of the record</h2>");
    if structure.dimensions.is_empty() {
        page.push_str("<p>Nothing parts the records of this run.</p>");
        return;
    }
    introduction(page, structure, table.n_records());
    let pairs: Vec<WeighedPair> = linked.pairs.iter().map(WeighedPair::from).collect();
    let mut audit = audit_of_run(&RunInput {
        cluster_of: &linked.clusters.cluster_of,
        pairs: &pairs,
        records: structure.is_sample.then_some(structure.records.as_slice()),
        dimensions: &structure.dimensions,
        rules: AuditRules { threshold: LINKED_FROM, ..AuditRules::default() },
    });
    add_cut_blocks(page, &mut audit, reported);
    let mut members = vec![0u32; linked.clusters.n_clusters()];
    linked.clusters.cluster_of.iter().for_each(|cluster| members[*cluster as usize] += 1);
    let expected = expected_of_records(linked, table.n_records());
    for (dimension, audited) in structure.dimensions.iter().zip(&audit.dimensions) {
        let mut strata = vec![Sums::default(); dimension.strata.len()];
        for record in structure.records.iter().map(|record| *record as usize) {
            let stratum = dimension.of_record[record];
            let sums = &mut strata[usize::from(stratum)];
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
                "#false links expected per 1,000 records, each counted at both ends",
                "#true pairs left out expected per 1,000 records, each counted at both ends",
            ],
            dimension.strata.iter().zip(&strata).map(|(name, sums)| cells(name, sums, is_given)),
        );
        compact(page, audited);
        page.push_str("</details>");
    }
}

/// For each record whether a pair of it is written, how many of its links are expected to be false, and how many true pairs to be left out:
/// by the same means over the model's own error as the expected errors of the whole run.
fn expected_of_records(linked: &Linked, n_records: usize) -> Vec<(bool, f64, f64)> {
    let means: Vec<f64> = linked.model.patterns.iter().map(mean_probability).collect();
    let mut expected = vec![(false, 0.0, 0.0); n_records];
    for pair in &linked.pairs {
        let mean = means.get(pair.pattern as usize).copied().filter(|_| !linked.judgements.hold(pair));
        let probability = mean.unwrap_or(pair.match_probability);
        for record in [pair.l, pair.r] {
            let sums = &mut expected[record as usize];
            sums.0 = true;
            if pair.match_probability >= LINKED_FROM {
                sums.1 += 1.0 - probability;
            } else {
                sums.2 += probability;
            }
        }
    }
    expected
}

/// Of each stratum the records in blocks that were not compared in full, where there are any.
fn add_cut_blocks(page: &mut String, audit: &mut Audit, reported: &Reported<'_>) {
    let Reported { linked, structure, .. } = *reported;
    if linked.records_in_cut_blocks.is_empty() {
        page.push_str("<p>Every block was compared in full: of no stratum a record was left out of one.</p>");
        return;
    }
    let n = linked.clusters.cluster_of.len();
    let mut is_cut = vec![false; n];
    linked.records_in_cut_blocks.iter().for_each(|record| is_cut[*record as usize] = true);
    let mut is_looked_at = vec![!structure.is_sample; n];
    structure.records.iter().for_each(|record| is_looked_at[*record as usize] = true);
    let of = |record: u32| {
        let is_looked_at = is_looked_at[record as usize];
        (u32::from(is_looked_at && is_cut[record as usize]), u32::from(is_looked_at))
    };
    for (audited, dimension) in audit.dimensions.iter_mut().zip(&structure.dimensions) {
        let cluster_of = &linked.clusters.cluster_of;
        let measure = RunMeasure::RecordsInCutBlocks;
        audited.measures.push(audit_of_records(measure, of, cluster_of, dimension, audit.rules));
    }
}

fn introduction(page: &mut String, structure: &Structure, n_records: usize) {
    if structure.is_sample {
        let _ = write!(
            page,
            "<p class=\"warn\">This part looks at a sample: {} of {} records, drawn by a hash of source and id. Rates are those of the \
             sample, and intervals say what that leaves open.</p>",
            html::count(structure.records.len() as u64),
            html::count(n_records as u64)
        );
    }
    page.push_str(
        "<p>Does the run serve all kinds of records alike? Script, hyphens, single names, common and rare names, gaps: these are facts \
         about the record, and nothing about the person is guessed from them. Without the truth, this can show that \
         outcomes differ, not who is at fault; <code>redress evaluate --truth</code> makes the whole audit. Each stratum is held against all other records. Intervals are of 95 %, from redraws of whole clusters; p is \
         read off the same redraws, and stands beside its value adjusted for the strata of a table (Holm); “would show” says how large a \
         difference would have been seen four times in five. “Inconclusive” means that these data cannot tell. “No difference beyond the margin”: the 90 % interval lies inside five points \
         either way.</p>",
    );
}

/// `is_given`: whether what the model expects is given, or the run is not to be relied on.
fn cells(name: &str, sums: &Sums, is_given: bool) -> Vec<String> {
    let n = sums.n_records as f64;
    let mut cells = vec![name.to_owned(), html::count(sums.n_records)];
    if sums.n_records < ESTIMABLE_PEOPLE_MIN as u64 {
        let none = format!("not estimable (n={})", sums.n_records);
        cells.extend([none.clone(), none.clone(), none.clone(), none]);
        return cells;
    }
    cells.extend([html::percent(sums.n_joined as f64 / n), html::percent(sums.n_without_pair as f64 / n)]);
    cells
        .extend([sums.expected_false, sums.expected_left_out].map(|expected| {
            if is_given { format!("{:.2}", 1_000.0 * expected / n) } else { "–".to_owned() }
        }));
    cells
}
