//! What a linkage run made of two of its records, and why.

use redress_linkage::{
    Apart, Explainer, NamedPair, PairOutcome, Waterfall, first_kept_apart, kept_apart, strongest_way,
};

use crate::{failure::Failure, linkage_run::LinkageRun};

/// Most records of a cluster that are looked at to say which speak against a pair.
const OTHERS_MAX: usize = 50;

/// What the run made of two records.
pub(crate) fn outcome(
    run: &LinkageRun,
    explainer: &Explainer<'_>,
    (left, right): (u32, u32),
    waterfall: &Waterfall,
) -> Result<PairOutcome, Failure> {
    let (probability, threshold) = (waterfall.match_probability, run.config.output.cluster_probability);
    let clusters = run.clusters_of([left, right])?;
    let is_judged = run.judged(left, right).is_some();
    if clusters[0].binary_search(&right).is_ok() {
        return Ok(if is_judged || probability >= threshold {
            PairOutcome::Together
        } else {
            let through = joined_through(run, &clusters[0], left, right)?;
            PairOutcome::Joined { probability, threshold, through }
        });
    }
    if is_judged {
        return Ok(PairOutcome::Judged);
    }
    if let Some(reason) = kept_apart(&run.model, &run.table, &run.config, left, right) {
        return Ok(PairOutcome::KeptApart { reason, is_same_date: waterfall.is_of_one_birth_date() });
    }
    if probability < threshold {
        return Ok(PairOutcome::Below { probability, threshold });
    }
    let pair = (left.min(right), left.max(right));
    let was_compared = || Ok::<bool, Failure>(run.pairs()?.iter().any(|(l, r, _)| (*l, *r) == pair));
    if probability >= run.config.output.min_probability && !was_compared()? {
        return Ok(PairOutcome::NotCompared);
    }
    Ok(PairOutcome::Others(speaking_against(run, explainer, &clusters)))
}

/// The written pairs of a cluster that lead from one record to another.
fn joined_through(
    run: &LinkageRun,
    cluster: &[u32],
    left: u32,
    right: u32,
) -> Result<Vec<NamedPair>, Failure> {
    let is_within = |record: &u32| cluster.binary_search(record).is_ok();
    let mut pairs: Vec<(u32, u32, f64)> = run
        .pairs()?
        .into_iter()
        .filter(|(l, r, _)| is_within(l) && is_within(r) && (*l, *r) != (left.min(right), left.max(right)))
        .map(|(l, r, [_, probability, ..])| (l, r, probability))
        .collect();
    let judged = run.judgements().into_iter().filter(|((l, r), same)| *same && is_within(l) && is_within(r));
    pairs.extend(judged.map(|((l, r), _)| (l, r, 1.0)));
    let probability = |a: u32, b: u32| {
        let of_pair = pairs.iter().filter(|(l, r, _)| (*l, *r) == (a.min(b), a.max(b)));
        of_pair.map(|(_, _, probability)| *probability).fold(0.0, f64::max)
    };
    let way = strongest_way(&pairs, left, right).unwrap_or_default();
    Ok(way.windows(2).map(|pair| named(run, pair[0], pair[1], probability(pair[0], pair[1]))).collect())
}

/// Of the pairs between two clusters one that is kept apart whatever it weighs, otherwise the one of the least probability.
fn speaking_against(
    run: &LinkageRun,
    explainer: &Explainer<'_>,
    clusters: &[Vec<u32>; 2],
) -> Option<(NamedPair, Option<Apart>)> {
    let [l, r] = clusters.each_ref().map(|cluster| &cluster[..cluster.len().min(OTHERS_MAX)]);
    let between: Vec<(u32, u32)> = l.iter().flat_map(|l| r.iter().map(move |r| (*l, *r))).collect();
    let weighed = |(l, r): (u32, u32)| named(run, l, r, explainer.pair(l, r).match_probability);
    if let Some((pair, reason)) = first_kept_apart(&run.model, &run.table, &run.config, &between) {
        return Some((weighed(pair), Some(reason)));
    }
    let weighed = between.into_iter().map(weighed);
    weighed.min_by(|a, b| a.probability.total_cmp(&b.probability)).map(|pair| (pair, None))
}

fn named(run: &LinkageRun, l: u32, r: u32, probability: f64) -> NamedPair {
    NamedPair { names: [run.name(l), run.name(r)], probability }
}
