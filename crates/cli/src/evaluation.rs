//! What the demo's runs found, held against the generator's truth.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use arrow_array::{Array, cast::AsArray};
use redress_checks::registry;
use redress_ports::StoredRecord;
use redress_report::{Accuracy, LinkageAccuracy, LinkedStructure, Tally};
use redress_service::{App, RunModel};
use redress_sources::tabular;
use redress_statement::{RecordId, SourceId};

use crate::failure::{Exit, Failure};

/// The generator's truth.
pub(crate) struct Truth {
    /// (source, key) → (entity, structure of the name).
    entities: HashMap<(String, String), (String, String)>,
    /// (check, source, key) of every planted error.
    planted: Vec<(String, String, String)>,
}

impl Truth {
    /// Reads truth.parquet and planted.parquet.
    pub(crate) fn read(dir: &Path) -> Result<Self, Failure> {
        let mut entities = HashMap::new();
        let columns = ["source", "unique_id", "entity_id", "name_structure"];
        for [source, key, entity, structure] in text_rows(&dir.join("truth.parquet"), columns)? {
            entities.insert((source, key), (entity, structure));
        }
        let mut planted = Vec::new();
        let columns = ["check_id", "source", "unique_id"];
        for [check, source, key] in text_rows(&dir.join("planted.parquet"), columns)? {
            planted.push((check, source, key));
        }
        Ok(Self { entities, planted })
    }

    fn entity(&self, stored: &StoredRecord) -> Option<&(String, String)> {
        self.entities.get(&(stored.record.key.source.to_string(), stored.record.key.key.to_string()))
    }
}

/// The named text columns of a file, row by row; a null reads as the empty text.
pub(crate) fn text_rows<const N: usize>(path: &Path, names: [&str; N]) -> Result<Vec<[String; N]>, Failure> {
    let (_, batches) = tabular::read(path)?;
    let mut rows = Vec::new();
    for batch in &batches {
        let mut columns = Vec::with_capacity(N);
        for name in names {
            let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            columns.push(column.ok_or_else(|| {
                Failure::new(Exit::Input, format!("{} has no text column `{name}`", path.display()))
            })?);
        }
        rows.extend((0..batch.num_rows()).map(|row| {
            std::array::from_fn(|at| {
                if columns[at].is_valid(row) { columns[at].value(row).to_owned() } else { String::new() }
            })
        }));
    }
    Ok(rows)
}

/// Pairwise precision and recall over the model's clusters, all true pairs counted.
pub(crate) fn linkage(run: &RunModel, truth: &Truth) -> LinkageAccuracy {
    let mut by_entity: HashMap<&str, u64> = HashMap::new();
    let mut by_cluster: HashMap<u64, u64> = HashMap::new();
    let mut by_both: HashMap<(u64, &str), u64> = HashMap::new();
    for (place, stored) in run.input.records.iter().enumerate() {
        let Some((entity, _)) = truth.entity(stored) else { continue };
        let cluster = u64::from(run.cluster(place));
        *by_entity.entry(entity).or_default() += 1;
        *by_cluster.entry(cluster).or_default() += 1;
        *by_both.entry((cluster, entity)).or_default() += 1;
    }
    let pairs = |n: &u64| n * (n - 1) / 2;
    let together: u64 = by_both.values().map(pairs).sum();
    let held: u64 = by_cluster.values().map(pairs).sum();
    let true_pairs: u64 = by_entity.values().map(pairs).sum();
    let share = |part: u64, whole: u64| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    let (precision, recall) = (share(together, held), share(together, true_pairs));
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    LinkageAccuracy { precision, recall, f1 }
}

/// What became of the people of each structure of names: over the model's clusters, and in the files that were formed.
pub(crate) async fn linked(
    app: &App,
    run: &RunModel,
    truth: &Truth,
) -> Result<Vec<LinkedStructure>, Failure> {
    let mut people: BTreeMap<&str, OnePerson<'_>> = BTreeMap::new();
    let (mut in_cluster, mut in_file) = (Together::default(), Together::default());
    for (place, stored) in run.input.records.iter().enumerate() {
        let Some((entity, structure)) = truth.entity(stored) else { continue };
        let person = people.entry(entity).or_insert_with(|| OnePerson { structure, ..OnePerson::default() });
        person.n_records += 1;
        let cluster = i64::from(run.cluster(place));
        person.clusters.insert(cluster);
        in_cluster.entry(cluster).or_default().insert(entity);
        if let Some(file) = app.store.person_of(stored.id).await? {
            person.files.insert(file.0);
            in_file.entry(file.0).or_default().insert(entity);
        }
    }
    let mut counted: BTreeMap<&str, LinkedStructure> = BTreeMap::new();
    for person in people.values() {
        let row = counted.entry(person.structure).or_insert_with(|| LinkedStructure {
            structure: person.structure.replace('_', " "),
            ..LinkedStructure::default()
        });
        let (is_pair, of_one) = (person.n_records > 1, true);
        row.apart.count(is_pair, person.clusters.len() > 1);
        row.in_files.count(is_pair, person.files.len() > 1);
        row.mixed.count(of_one, holds_another(&person.clusters, &in_cluster));
        row.mixed_files.count(of_one, holds_another(&person.files, &in_file));
    }
    Ok(counted.into_values().collect())
}

/// The people whose records lie together, by the number of the cluster or the file.
type Together<'a> = HashMap<i64, BTreeSet<&'a str>>;

fn holds_another(places: &BTreeSet<i64>, together: &Together<'_>) -> bool {
    places.iter().any(|place| together.get(place).is_some_and(|people| people.len() > 1))
}

/// A person as the linkage left the records.
#[derive(Default)]
struct OnePerson<'a> {
    structure: &'a str,
    n_records: u64,
    clusters: BTreeSet<i64>,
    files: BTreeSet<i64>,
}

/// Findings asked of the store at a time.
const FINDINGS_AT_A_TIME: u32 = 500;

/// The checks against the planted errors.
///
/// An error is found when a finding of its check is at its record; a finding at a record without a planted error of
/// that check is a false alarm, even where the error lies on a record beside it. A check without a planted error and
/// without a finding has nothing to show and no row.
pub(crate) async fn checks(
    app: &App,
    truth: &Truth,
    linkage: LinkageAccuracy,
    linked: Vec<LinkedStructure>,
) -> Result<Accuracy, Failure> {
    let titles: Vec<(&str, &str)> =
        registry().iter().map(|check| (check.spec().id, check.spec().title)).collect();
    let mut planted: BTreeMap<(String, RecordId), String> = BTreeMap::new();
    for (check, source, key) in &truth.planted {
        if !titles.iter().any(|(id, _)| id == check) {
            continue;
        }
        let source: SourceId = source.parse().map_err(|error| Failure::of(Exit::Input, &error))?;
        let stored = app.store.record_by_key(&source, key).await?.ok_or_else(|| {
            Failure::new(Exit::Input, format!("planted.parquet names {source}/{key}, which was not imported"))
        })?;
        let structure = structure_of(app, truth, &stored).await?;
        planted.insert((check.clone(), stored.id), structure);
    }
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    for ((check, _), structure) in &planted {
        tallies.entry((check.clone(), structure.clone())).or_default().planted += 1;
    }
    let mut found: BTreeSet<(String, RecordId)> = BTreeSet::new();
    let mut after = None;
    loop {
        let rows = app.store.findings(after, FINDINGS_AT_A_TIME).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.finding);
        for row in rows.iter().filter(|row| row.state != "no_longer_seen") {
            let key = (row.check.clone(), row.at);
            if planted.contains_key(&key) {
                found.insert(key);
                continue;
            }
            let structure = match &app.store.record(row.at).await? {
                Some(stored) => structure_of(app, truth, stored).await?,
                None => "unknown".to_owned(),
            };
            tallies.entry((row.check.clone(), structure)).or_default().false_alarms += 1;
        }
    }
    for key in &found {
        if let Some(structure) = planted.get(key) {
            tallies.entry((key.0.clone(), structure.clone())).or_default().found += 1;
        }
    }
    let has_row = |id: &str| tallies.keys().any(|(check, _)| check == id);
    let rows: Vec<_> = titles.into_iter().filter(|(id, _)| has_row(id)).collect();
    Ok(Accuracy::of(linkage, linked, &rows, &tallies))
}

/// The structure of the name of the person whom a record is truly of; of an attached row, by its lead.
async fn structure_of(app: &App, truth: &Truth, stored: &StoredRecord) -> Result<String, Failure> {
    if let Some((_, structure)) = truth.entity(stored) {
        return Ok(structure.clone());
    }
    let lead = match &stored.record.about {
        Some(key) => app.store.record_by_key(&stored.record.key.source, key).await?,
        None => None,
    };
    Ok(lead
        .and_then(|lead| truth.entity(&lead).map(|(_, s)| s.clone()))
        .unwrap_or_else(|| "unknown".to_owned()))
}
