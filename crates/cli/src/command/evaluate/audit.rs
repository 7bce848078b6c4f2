//! The bias audit of `redress evaluate`: put together, written, told.

use std::{collections::HashMap, fs, path::Path};

use redress_linkage::{
    Audit, AuditInput, AuditRules, Dimension, FAMILY_LEVEL, FOREMOST_MAX, Gap, Margins, Measure, Outcome,
    ProbedRun, Proposed, ReviewedPair, RunInput, RunMeasure, Truth, WeighedPair, audit, audit_html,
    audit_of_records, audit_of_run, crossed, drawn_together, households, model_probabilities, person_strata,
    probes, review_overturned, structural_strata,
};
use redress_sources::tabular;

use super::truth::KnownRecords;
use crate::{
    command::say,
    failure::{Exit, Failure},
    linkage_run::LinkageRun,
};

/// Most pairs of group columns that are audited at once.
const INTERSECTIONS_MAX: usize = 10;

/// What is audited.
pub(super) struct Input<'a> {
    pub(super) known: &'a KnownRecords,
    pub(super) truth: &'a Truth,
    pub(super) pairs: &'a [WeighedPair],
    pub(super) run: Option<&'a LinkageRun>,
    pub(super) rules: AuditRules,
}

/// Audits by the groups asked for, and by structure where the run can be read.
pub(super) fn audited(
    input: &Input<'_>,
    cluster_of: Option<&[u32]>,
    mut dimensions: Vec<Dimension>,
) -> Result<Audit, Failure> {
    let n_asked = dimensions.len();
    dimensions.extend(intersections(&dimensions));
    let Some(run) = input.run else {
        let found = audit(&AuditInput {
            truth: input.truth,
            pairs: input.pairs,
            cluster_of,
            proposes: None,
            leaves_out: None,
            unit_of: Some(&drawn_together(input.truth, input.pairs, cluster_of, &[])),
            dimensions: &dimensions,
            rules: input.rules,
        });
        return Ok(Audit { n_asked, ..found });
    };
    let in_run: Vec<Option<u32>> =
        input.known.names.iter().map(|(source, id)| run.table.find(source, id)).collect();
    let person_of = persons_of_run(run, &in_run, &input.truth.entity_of);
    let structural =
        structural_strata(&run.config, &run.inputs, &run.table, Some(&with_strangers(&person_of)));
    dimensions.extend(structural.iter().map(|dimension| of_known(dimension, &in_run)));
    let of_persons = person_strata(&run.config, &run.inputs, &run.table, &person_of);
    dimensions.extend(of_persons.iter().map(|dimension| of_known(dimension, &in_run)));
    let proposed = Proposed::new(&run.config, &run.table).map_err(|error| Failure::of(Exit::Call, &error))?;
    let both = |l: u32, r: u32| in_run[l as usize].zip(in_run[r as usize]);
    let proposes = |l: u32, r: u32| both(l, r).is_some_and(|(l, r)| proposed.holds(l, r));
    let leaves_out = |l: u32, r: u32| both(l, r).is_some_and(|(l, r)| proposed.leaves_out(l, r));
    let known_at: HashMap<u32, u32> =
        (0..).zip(&in_run).filter_map(|(known, record)| Some(((*record)?, known))).collect();
    let known =
        |household: Vec<u32>| household.iter().filter_map(|record| known_at.get(record).copied()).collect();
    let households: Vec<Vec<u32>> = households(&run.table).into_iter().map(known).collect();
    let unit_of = drawn_together(input.truth, input.pairs, cluster_of, &households);
    let mut found = audit(&AuditInput {
        truth: input.truth,
        pairs: input.pairs,
        cluster_of,
        proposes: Some(&proposes),
        leaves_out: Some(&leaves_out),
        unit_of: Some(&unit_of),
        dimensions: &dimensions,
        rules: input.rules,
    });
    found.n_asked = n_asked;
    let accepted: Vec<(u32, u32)> = input
        .pairs
        .iter()
        .filter(|pair| pair.match_probability >= input.rules.threshold)
        .filter_map(|pair| in_run[pair.l as usize].zip(in_run[pair.r as usize]))
        .collect();
    let probed = ProbedRun { model: &run.model, config: &run.config, inputs: &run.inputs, table: &run.table };
    found.probes = probes(&probed, &accepted, &structural, input.rules.threshold, input.rules.seed);
    add_reach(&mut found, &dimensions, &unit_of, &proposed, |known| in_run[known as usize]);
    add_review(
        &mut found,
        &dimensions,
        cluster_of,
        &reviewed(run, input.rules, |record| known_at.get(&record).copied()),
    );
    Ok(found)
}

/// The person of each record of the run; `None` where the truth does not name it.
fn persons_of_run(run: &LinkageRun, in_run: &[Option<u32>], entity_of: &[u32]) -> Vec<Option<u32>> {
    let mut person_of = vec![None; run.table.n_records()];
    for (record, entity) in in_run.iter().zip(entity_of) {
        record.iter().for_each(|record| person_of[*record as usize] = Some(*entity));
    }
    person_of
}

/// The same, with each record that the truth does not name as a person of its own.
fn with_strangers(person_of: &[Option<u32>]) -> Vec<u32> {
    let n_known = person_of.iter().flatten().max().map_or(0, |last| last + 1);
    (n_known..).zip(person_of).map(|(stranger, person)| person.unwrap_or(stranger)).collect()
}

/// Audits a run of which the truth is not known: outcomes by the groups asked for and by structure, what review overturned, and
/// probes.
pub(super) fn audited_without_truth(
    run: &LinkageRun,
    cluster_of: &[u32],
    mut dimensions: Vec<Dimension>,
    rules: AuditRules,
) -> Result<Audit, Failure> {
    let n_asked = dimensions.len();
    dimensions.extend(intersections(&dimensions));
    let structural = structural_strata(&run.config, &run.inputs, &run.table, Some(cluster_of));
    dimensions.extend(structural.iter().cloned());
    let weighed = |(l, r, [match_weight_bits, match_probability, ..]): (u32, u32, [f64; 4])| WeighedPair {
        l,
        r,
        match_weight_bits,
        match_probability,
    };
    let pairs: Vec<WeighedPair> = run.pairs()?.into_iter().map(weighed).collect();
    let mut found =
        audit_of_run(&RunInput { cluster_of, pairs: &pairs, records: None, dimensions: &dimensions, rules });
    found.n_asked = n_asked;
    let accepted: Vec<(u32, u32)> = pairs
        .iter()
        .filter(|pair| pair.match_probability >= rules.threshold)
        .map(|pair| (pair.l, pair.r))
        .collect();
    let probed = ProbedRun { model: &run.model, config: &run.config, inputs: &run.inputs, table: &run.table };
    found.probes = probes(&probed, &accepted, &structural, rules.threshold, rules.seed);
    let proposed = Proposed::new(&run.config, &run.table).map_err(|error| Failure::of(Exit::Call, &error))?;
    add_reach(&mut found, &dimensions, cluster_of, &proposed, Some);
    add_review(&mut found, &dimensions, Some(cluster_of), &reviewed(run, rules, Some));
    Ok(found)
}

/// The judged pairs of a run beside what its model proposes; `place` gives for a record of the run its place in the dimensions.
fn reviewed(run: &LinkageRun, rules: AuditRules, place: impl Fn(u32) -> Option<u32>) -> Vec<ReviewedPair> {
    let probed = ProbedRun { model: &run.model, config: &run.config, inputs: &run.inputs, table: &run.table };
    let judged = run.judgements();
    let pairs: Vec<(u32, u32)> = judged.iter().map(|(pair, _)| *pair).collect();
    let proposed = model_probabilities(&probed, &pairs);
    let pair = |(((l, r), is_same), probability): (((u32, u32), bool), f64)| {
        let is_proposed = probability >= rules.threshold;
        Some(ReviewedPair { l: place(l)?, r: place(r)?, is_same, is_proposed })
    };
    judged.into_iter().zip(proposed).filter_map(pair).collect()
}

/// Adds to every dimension what blocking could not reach, and the records of blocks that were not compared in full; `place` gives for
/// a record of the dimensions its place in the run.
fn add_reach(
    audit: &mut Audit,
    dimensions: &[Dimension],
    unit_of: &[u32],
    proposed: &Proposed<'_>,
    place: impl Fn(u32) -> Option<u32>,
) {
    let rules = audit.rules;
    let without_key = |known| place(known).map_or((0, 0), |record| proposed.rules_without_key(record));
    let in_cut_block =
        |known| place(known).map_or((0, 0), |record| (u32::from(proposed.is_in_cut_block(record)), 1));
    for (audited, dimension) in audit.dimensions.iter_mut().zip(dimensions) {
        audited.measures.extend([
            audit_of_records(RunMeasure::RulesWithoutKey, without_key, unit_of, dimension, rules),
            audit_of_records(RunMeasure::RecordsInCutBlocks, in_cut_block, unit_of, dimension, rules),
        ]);
    }
}

/// Adds the stage of review to every dimension, where anybody judged.
fn add_review(
    audit: &mut Audit,
    dimensions: &[Dimension],
    cluster_of: Option<&[u32]>,
    reviewed: &[ReviewedPair],
) {
    if reviewed.is_empty() {
        return;
    }
    let rules = audit.rules;
    for (audited, dimension) in audit.dimensions.iter_mut().zip(dimensions) {
        audited.measures.push(review_overturned(reviewed, cluster_of, dimension, rules));
    }
}

/// Every two groups at once: a bias can lie where two of them meet, and show in neither.
fn intersections(groups: &[Dimension]) -> Vec<Dimension> {
    let pairs = groups.iter().enumerate().flat_map(|(at, a)| groups[at + 1..].iter().map(move |b| (a, b)));
    pairs.take(INTERSECTIONS_MAX).map(|(a, b)| crossed(a, b)).collect()
}

/// A dimension of the run's records, for the known records; those that the run does not have are a stratum of their own.
fn of_known(dimension: &Dimension, in_run: &[Option<u32>]) -> Dimension {
    let mut strata = dimension.strata.clone();
    if in_run.iter().any(Option::is_none) {
        strata.push("not in the run".to_owned());
    }
    let last = strata.len() as u16 - 1;
    let stratum = |record: &Option<u32>| record.map_or(last, |record| dimension.of_record[record as usize]);
    Dimension { name: dimension.name.clone(), strata, of_record: in_run.iter().map(stratum).collect() }
}

/// The margins asked for: numbers for every measure first, then those of one measure.
pub(super) fn margins(asked: &[String]) -> Result<Margins, Failure> {
    let wrong = |text: &str, why: &str| Failure::new(Exit::Call, format!("--margin {text}: {why}"));
    let number = |text: &str, value: &str| match value.parse::<f64>() {
        Ok(margin) if (0.0..=1.0).contains(&margin) => Ok(margin),
        _ => Err(wrong(text, "a number from 0 to 1, or MEASURE=NUMBER")),
    };
    let mut margins = Margins::default();
    for text in asked.iter().filter(|text| !text.contains('=')) {
        margins = Margins::all(number(text, text)?);
    }
    for (text, (name, value)) in asked.iter().filter_map(|text| Some((text, text.split_once('=')?))) {
        let measure = Measure::ALL.into_iter().find(|measure| measure.key() == name).ok_or_else(|| {
            let known = Measure::ALL.map(Measure::key).join(", ");
            wrong(text, &format!("there is no measure `{name}`; there are {known}"))
        })?;
        margins = margins.with(measure, number(text, value)?);
    }
    Ok(margins)
}

/// Writes audit.json, audit.parquet, audit_strata.parquet and audit.html.
pub(super) fn write(out: &Path, audit: &Audit) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", out.display()))
    };
    fs::create_dir_all(out).map_err(failed)?;
    fs::write(out.join("audit.json"), serde_json::to_string_pretty(audit)?).map_err(failed)?;
    fs::write(out.join("audit.html"), audit_html(audit)).map_err(failed)?;
    tabular::write_parquet(&out.join("audit.parquet"), &audit.batch()?)?;
    tabular::write_parquet(&out.join("audit_strata.parquet"), &audit.strata_batch()?)?;
    Ok(())
}

/// Tells the differences that matter most, how many there are of each outcome, and where all of them stand.
pub(super) fn shown(audit: &Audit, out: Option<&Path>) -> Result<(), Failure> {
    say(format!(
        "audit of {} {} by {} ways to part them: threshold {}, {} redraws",
        audit.n_people,
        if audit.is_without_truth { "clusters, without the truth," } else { "people" },
        audit.dimensions.len(),
        audit.rules.threshold,
        audit.rules.replicates
    ))?;
    let mut n = [0usize; 6];
    let measures = audit.dimensions.iter().flat_map(|dimension| &dimension.measures);
    let gaps = measures.flat_map(|measure| measure.gaps.iter().chain(&measure.pairwise));
    gaps.for_each(|gap| n[gap.outcome as usize] += 1);
    let headings = [
        "the differences that matter most, of the groups asked for:",
        "where two groups meet, and by structure:",
    ];
    for (found, heading) in audit.foremost_asked().iter().zip(headings) {
        match (found.is_empty(), audit.n_asked, heading == headings[0]) {
            (true, 0, true) => continue,
            (true, ..) => say(format!("{heading} none is shown"))?,
            _ => say(heading)?,
        }
        for found in found {
            let said = in_words(found.measure, found.gap);
            say(format!("  {}: {}: {said}", found.dimension, found.measure.as_str()))?;
        }
    }
    audit.by_chance().map_or(Ok(()), say)?;
    let n_shown = n[Outcome::Differs as usize] + n[Outcome::DiffersWithinMargin as usize];
    say(match out {
        _ if n_shown <= FOREMOST_MAX => {
            "these are all differences shown, but for those between two strata".to_owned()
        }
        Some(out) => format!("all {n_shown} differences shown are in {}", out.join("audit.html").display()),
        None => format!("{n_shown} differences are shown in all: --out writes them"),
    })?;
    let (n_families, n_tests) = audit.families();
    say(format!(
        "{n_tests} tests in {n_families} families; Holm holds each family at {FAMILY_LEVEL}, and nothing across them"
    ))?;
    say(format!(
        "{n_shown} differences shown, {} of them within the margin; {} without a difference beyond the margin; {} inconclusive; {} not estimable",
        n[Outcome::DiffersWithinMargin as usize],
        n[Outcome::Equivalent as usize],
        n[Outcome::Inconclusive as usize],
        n[Outcome::NotEstimable as usize]
    ))
}

fn in_words(measure: Measure, gap: &Gap) -> String {
    let (low, high) = gap.difference_interval.unwrap_or_default();
    let (unit, times) = measure.unit();
    let sign = if unit == "points" { " %" } else { "" };
    format!(
        "{} (n={}) {:.2}{sign}, {} {:.2}{sign}: {:+.2} {unit} ({:+.2} to {:+.2}), {}",
        gap.stratum,
        gap.n_people,
        gap.rate.unwrap_or_default() * times,
        gap.against.as_deref().unwrap_or("everybody else"),
        gap.rate_of_others.unwrap_or_default() * times,
        gap.difference.unwrap_or_default() * times,
        low * times,
        high * times,
        gap.outcome.as_str()
    )
}
