//! The folder of a linkage run, read again.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use redress_linkage::{Config, ErrorEstimates, Input, Model, Table, with_parts_of_names};
use redress_sources::tabular;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    command::link,
    failure::{Exit, Failure},
    kept_judgements, labels,
    previous_run::CLUSTERS_FILE,
    run_folder,
};

/// What is read of run.json.
#[derive(Deserialize)]
struct Run {
    inputs: Vec<RunInput>,
    /// What the run expected of itself; a folder of a query has none.
    #[serde(default)]
    estimates: Option<ErrorEstimates>,
}

#[derive(Deserialize)]
struct RunInput {
    file: PathBuf,
    sha256: String,
}

/// A run with its records.
pub(crate) struct LinkageRun {
    pub(crate) folder: PathBuf,
    pub(crate) config: Config,
    pub(crate) model: Model,
    /// What the run expects of itself.
    pub(crate) estimates: Option<ErrorEstimates>,
    pub(crate) table: Table,
    /// The rows as the files have them.
    pub(crate) inputs: Vec<Input>,
    /// The pairs of records that were judged, the lower number first, and whether they are of one person.
    judged: HashMap<(u32, u32), bool>,
}

impl LinkageRun {
    /// Reads configuration, model and records. The files must be those that were linked.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        run_folder::check_is_run(folder)?;
        let run: Run = read_json(folder, "run.json")?;
        for input in &run.inputs {
            if link::digest(&input.file)?.to_string() != input.sha256 {
                return Err(Failure::new(
                    Exit::Input,
                    format!("{} has changed since the run: link it again", input.file.display()),
                ));
            }
        }
        let model: Model = read_json(folder, "model.json")?;
        let config = Config::from_toml(&read(folder, "link.toml")?)
            .map_err(|error| Failure::of(Exit::Call, &error))?;
        let estimates = run.estimates;
        let files: Vec<PathBuf> = run.inputs.into_iter().map(|input| input.file).collect();
        let inputs = with_parts_of_names(&config, link::read(&files)?);
        let table =
            Table::try_new(&config, inputs.clone()).map_err(|error| Failure::of(Exit::Input, &error))?;
        let judged = judged(&table, folder)?;
        Ok(Self { folder: folder.to_owned(), config, model, estimates, table, inputs, judged })
    }

    /// Whether two records were judged to be of one person; `None` where no judgement bound them.
    pub(crate) fn judged(&self, l: u32, r: u32) -> Option<bool> {
        self.judged.get(&(l.min(r), l.max(r))).copied()
    }

    /// The judged pairs, ordered, and whether they are of one person.
    pub(crate) fn judgements(&self) -> Vec<((u32, u32), bool)> {
        let mut judged: Vec<((u32, u32), bool)> =
            self.judged.iter().map(|(pair, same)| (*pair, *same)).collect();
        judged.sort_unstable();
        judged
    }

    /// Source and id of every record, in the order of the table.
    pub(crate) fn names(&self) -> Vec<labels::Name> {
        let name = |record| (self.table.source(record).to_owned(), self.table.unique_id(record).to_owned());
        (0..self.table.n_records() as u32).map(name).collect()
    }

    /// The records of the cluster of each of two records, themselves among them, ascending: the same list twice where they are in
    /// one.
    pub(crate) fn clusters_of(&self, records: [u32; 2]) -> Result<[Vec<u32>; 2], Failure> {
        let (_, batches) = tabular::read(&self.folder.join(CLUSTERS_FILE))?;
        let mut found = [None, None];
        let mut rows: Vec<(String, u32)> = Vec::with_capacity(self.table.n_records());
        for batch in &batches {
            let text = |name: &str| labels::texts(batch, name);
            let (clusters, ids, sources) = (text("cluster_id"), text("unique_id"), text("source"));
            for (cluster, (source, id)) in clusters.into_iter().zip(sources.iter().zip(&ids)) {
                let Some(record) = self.table.find(source, id) else { continue };
                for (wanted, found) in records.iter().zip(&mut found) {
                    if record == *wanted {
                        *found = Some(cluster.clone());
                    }
                }
                rows.push((cluster, record));
            }
        }
        let members = |of: &Option<String>| {
            let mut members: Vec<u32> = rows
                .iter()
                .filter(|(cluster, _)| Some(cluster) == of.as_ref())
                .map(|(_, record)| *record)
                .collect();
            members.sort_unstable();
            members
        };
        Ok([members(&found[0]), members(&found[1])])
    }

    /// How a record is named: by id, or by SOURCE/ID where the run has sources.
    pub(crate) fn name(&self, record: u32) -> String {
        let id = self.table.unique_id(record);
        if self.config.source.is_some() {
            format!("{}/{id}", self.table.source(record))
        } else {
            id.to_owned()
        }
    }

    /// The number of a record named by id, or by SOURCE/ID where several sources have the id.
    pub(crate) fn find(&self, name: &str) -> Result<u32, Failure> {
        let of_source = name.split_once('/').filter(|_| self.config.source.is_some());
        if let Some(record) = of_source.and_then(|(source, id)| self.table.find(source, id)) {
            return Ok(record);
        }
        let mut sources: Vec<&str> =
            (0..self.table.n_records() as u32).map(|record| self.table.source(record)).collect();
        sources.dedup();
        let found: Vec<u32> = sources.iter().filter_map(|source| self.table.find(source, name)).collect();
        match found[..] {
            [record] => Ok(record),
            [] => {
                let also = if self.config.source.is_some() { ", nor as SOURCE/ID" } else { "" };
                Err(Failure::new(Exit::Call, format!("no record has the id `{name}`{also}")))
            }
            _ => {
                let names: Vec<String> =
                    found.iter().map(|record| format!("`{}`", self.name(*record))).collect();
                let text = format!(
                    "{} sources have the id `{name}`: say which record is meant, {}",
                    found.len(),
                    names.join(" or ")
                );
                Err(Failure::new(Exit::Call, text))
            }
        }
    }

    /// The pairs of the run: records, match weight, probability, both ends of the interval.
    pub(crate) fn pairs(&self) -> Result<Vec<(u32, u32, [f64; 4])>, Failure> {
        let path = self.folder.join("pairs.parquet");
        let (_, batches) = tabular::read(&path)?;
        let mut pairs = Vec::new();
        for batch in &batches {
            let text = |name: &str| labels::texts(batch, name);
            let (sources_l, ids_l, sources_r, ids_r) =
                (text("source_l"), text("unique_id_l"), text("source_r"), text("unique_id_r"));
            let numbers = ["match_weight_bits", "match_probability", "reliability_low", "reliability_high"];
            let mut columns = Vec::new();
            for name in numbers {
                columns.push(crate::command::evaluate::numbers_in(batch, name, &path)?);
            }
            for row in 0..batch.num_rows() {
                let place = |source: &str, id: &str| {
                    self.table.find(source, id).ok_or_else(|| {
                        Failure::new(
                            Exit::Input,
                            format!("pairs.parquet names `{id}`, which the records do not"),
                        )
                    })
                };
                let (l, r) = (place(&sources_l[row], &ids_l[row])?, place(&sources_r[row], &ids_r[row])?);
                pairs.push((l, r, std::array::from_fn(|column| columns[column][row])));
            }
        }
        Ok(pairs)
    }
}

/// The judgements that bound the run in a folder, by the numbers of the records.
fn judged(table: &Table, folder: &Path) -> Result<HashMap<(u32, u32), bool>, Failure> {
    let all = labels::of_rows(&kept_judgements::read(folder)?);
    let find = |(source, id): &labels::Name| table.find(source, id);
    let places = labels::judgements(&all).into_iter().filter_map(|judgement| {
        let (l, r) = (find(&judgement.left)?, find(&judgement.right)?);
        Some(((l.min(r), l.max(r)), judgement.same))
    });
    Ok(places.collect())
}

/// The configuration of the run in a folder, where it can be read.
pub(crate) fn configuration(folder: &Path) -> Option<Config> {
    Config::from_toml(&read(folder, "link.toml").ok()?).ok()
}

fn read(folder: &Path, name: &str) -> Result<String, Failure> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!(
            "{} cannot be read: --out names the folder of a linkage run",
            path.display()
        ))
    })
}

fn read_json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, Failure> {
    serde_json::from_str(&read(folder, name)?).map_err(|error| {
        Failure::of(Exit::Input, &error).while_doing(format!("{name} is not of a linkage run"))
    })
}
