//! Proposes which records may be one person.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use redress_linkage::{Config, Input, Judgement, Linked, Options, Progress as Stage, Table, link};
use redress_ports::StoredRecord;
use redress_statement::{Attribute, RecordId};

use crate::{App, Progress, ServiceError, account_run::AccountedRun, import_source::check_agreements};

/// The configuration under which stored records are linked: the kinds' defaults.
pub const LINK_CONFIG: &str = include_str!("link.toml");

/// Records asked of the store at a time.
const RECORDS_AT_A_TIME: u32 = 10_000;

/// Seed of the linkage's samples: fixed, so that the same records give the same links.
const SEED: u64 = 1;

/// The columns that linkage reads, by their names in [`LINK_CONFIG`].
pub(crate) const COLUMNS: &[(&str, Attribute)] = &[
    ("given_name", Attribute::GivenName),
    ("middle_name", Attribute::MiddleName),
    ("family_name", Attribute::FamilyName),
    ("birth_date", Attribute::BirthDate),
    ("sex", Attribute::Sex),
    ("country", Attribute::CitizenshipCountry),
    ("a_number", Attribute::ANumber),
    ("passport_number", Attribute::PassportNumber),
    ("address_line", Attribute::AddressLine),
    ("address_city", Attribute::AddressCity),
    ("postal_code", Attribute::AddressPostalCode),
];

/// The identity records of the store, in the order of their identifiers, as linkage reads them.
pub struct LinkInput {
    /// The records.
    pub records: Vec<StoredRecord>,
    /// The configuration.
    pub config: Config,
    /// The same records as the engine's table, in an order of its own.
    pub table: Table,
    /// For each row of the table, the place in `records`.
    place_of_row: Vec<usize>,
    /// For each place in `records`, the row of the table.
    row_of_place: Vec<u32>,
}

impl RunModel {
    /// The model's cluster of the record at a place.
    #[must_use]
    pub fn cluster(&self, place: usize) -> u32 {
        self.linked.clusters.cluster_of[self.input.row(place) as usize]
    }
}

/// A linkage run over stored records.
pub struct RunModel {
    /// What was linked.
    pub input: LinkInput,
    /// What the engine proposes.
    pub linked: Linked,
}

/// Reads every identity record into the engine's table; each page of them is then handed to `keep`.
pub(crate) async fn load_table(
    app: &App,
    mut keep: impl FnMut(Vec<StoredRecord>) + Send,
) -> Result<(Config, Table), ServiceError> {
    // Of no record at all, its columns are there.
    let mut batches = vec![batch(&[]).map_err(linkage_error)?];
    let mut after = None;
    loop {
        let page = app.store.identity_records(after, RECORDS_AT_A_TIME).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        batches.push(batch(&page).map_err(linkage_error)?);
        keep(page);
    }
    let config = Config::from_toml(LINK_CONFIG).map_err(linkage_error)?;
    let input = Input { name: "store".to_owned(), batches, n_set_aside: 0 };
    let table = Table::try_new(&config, vec![input]).map_err(linkage_error)?;
    Ok((config, table))
}

impl LinkInput {
    /// Reads every identity record.
    ///
    /// # Errors
    /// When the store or the engine fails.
    pub async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut records: Vec<StoredRecord> = Vec::new();
        let (config, table) = load_table(app, |page| records.extend(page)).await?;
        let (place_of_row, row_of_place) = places(&records, &table)?;
        Ok(Self { records, config, table, place_of_row, row_of_place })
    }

    /// The place in `records` of a row of the table.
    #[must_use]
    pub fn place(&self, row: u32) -> usize {
        self.place_of_row[row as usize]
    }

    /// The row of the table at a place in `records`.
    #[must_use]
    pub fn row(&self, place: usize) -> u32 {
        self.row_of_place[place]
    }
}

/// Links every stored identity record, under the judgements of the reviewers. The run is accounted for once, and
/// shown to each person who was in it.
///
/// # Errors
/// When the agreement of a source is not in force; when the store or the engine fails.
pub async fn link_records(app: &App, progress: &dyn Progress) -> Result<RunModel, ServiceError> {
    check_agreements(app).await?;
    let mut accounted = AccountedRun::begin(app, "linkage").await?;
    let input = LinkInput::load(app).await?;
    accounted.cover(app, input.records.iter().map(|stored| stored.id)).await?;
    let same = app.store.judged_same().await?;
    let different = app.store.judged_different().await?;
    let name = |id: RecordId| key(&input.records, id);
    let judgement = |same: bool| {
        move |(left, right): (RecordId, RecordId)| {
            Some(Judgement { left: name(left)?, right: name(right)?, same })
        }
    };
    let judgements = same
        .into_iter()
        .filter_map(judgement(true))
        .chain(different.into_iter().filter_map(judgement(false)));
    let total = input.records.len() as u64;
    let told = |stage| progress.at("link", (share_done(stage) * total as f64) as u64, Some(total));
    let options =
        Options { seed: SEED, judgements: judgements.collect(), progress: &told, ..Options::default() };
    progress.at("link", 0, Some(total));
    let linked = link(&input.table, &input.config, &options).map_err(linkage_error)?;
    progress.at("link", total, Some(total));
    Ok(RunModel { input, linked })
}

/// The share of a linkage that is done, from 0 to 1: counting the pairs is one half, weighing them the other, and every
/// blocking rule is held to be as long as the next.
#[must_use]
pub fn share_done(stage: Stage) -> f64 {
    let half = |rule: usize, n_rules: usize| 0.5 * rule as f64 / n_rules.max(1) as f64;
    match stage {
        Stage::Blocking => 0.0,
        Stage::Counting(rule, n_rules) => half(rule, n_rules),
        Stage::Estimating => 0.5,
        Stage::Weighing(rule, n_rules) => 0.5 + half(rule, n_rules),
        Stage::Clustering => 1.0,
    }
}

/// Which record is which row: both ways.
fn places(records: &[StoredRecord], table: &Table) -> Result<(Vec<usize>, Vec<u32>), ServiceError> {
    let mut place_of_row = vec![0; records.len()];
    let mut row_of_place = Vec::with_capacity(records.len());
    for (place, stored) in records.iter().enumerate() {
        let row = table
            .find(stored.record.key.source.as_str(), &stored.id.0.to_string())
            .ok_or_else(|| linkage_error(format!("{} is not in the engine's table", stored.id)))?;
        place_of_row[row as usize] = place;
        row_of_place.push(row);
    }
    Ok((place_of_row, row_of_place))
}

/// How the engine names a record: source and identifier.
fn key(records: &[StoredRecord], id: RecordId) -> Option<(String, String)> {
    let at = records.binary_search_by_key(&id, |record| record.id).ok()?;
    Some((records[at].record.key.source.to_string(), id.0.to_string()))
}

fn batch(records: &[StoredRecord]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut fields =
        vec![Field::new("record", DataType::Utf8, false), Field::new("source", DataType::Utf8, false)];
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(records.iter().map(|record| record.id.0.to_string()))),
        Arc::new(StringArray::from_iter_values(records.iter().map(|r| r.record.key.source.as_str()))),
    ];
    for (name, attribute) in COLUMNS {
        fields.push(Field::new(*name, DataType::Utf8, true));
        let values = records.iter().map(|record| record.record.value(*attribute));
        columns.push(Arc::new(StringArray::from_iter(values)));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

pub(crate) fn linkage_error(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Linkage(error.to_string())
}
