//! A block as it will be written: bytes of lines and rows of Parquet files.

use std::collections::BTreeMap;

use crate::key;
use crate::planting::Block;
use crate::table::Table;
use crate::writing::append;

/// A block ready to be written.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) n_people: u64,
    pub(crate) n_households: u64,
    /// Bytes of the files of lines.
    pub(crate) lines: BTreeMap<Table, Vec<u8>>,
    /// Bytes of the files of the extracts before.
    pub(crate) before: BTreeMap<Table, Vec<u8>>,
    /// Bytes of the file of the much older extract.
    pub(crate) older: BTreeMap<Table, Vec<u8>>,
    /// Rows of the status extract.
    pub(crate) status: Vec<Vec<String>>,
    /// Rows of the status extract of the day before, as far as they are written.
    pub(crate) status_before: Vec<Vec<String>>,
    /// Source, key, person and name structure of each identity-bearing record.
    pub(crate) truth: Vec<Vec<String>>,
    /// The planted errors.
    pub(crate) planted: Vec<Vec<String>>,
    /// Records by table.
    pub(crate) n_rows: BTreeMap<Table, u64>,
    /// Planted errors by check.
    pub(crate) n_planted: BTreeMap<&'static str, u64>,
    /// People by name structure.
    pub(crate) n_structures: BTreeMap<&'static str, u64>,
}

impl Made {
    /// Turns the records of a block into what is written.
    pub(crate) fn from_block(block: &Block) -> Self {
        let mut made = Self {
            n_people: block.dossiers.len() as u64,
            n_households: block.homes.len() as u64,
            ..Self::default()
        };
        for dossier in &block.dossiers {
            let structure = dossier.person.structure.wire_name();
            *made.n_structures.entry(structure).or_default() += 1;
            let entity = key::entity(dossier.person.index);
            for row in &dossier.rows {
                if row.identity().is_some() {
                    let source = row.layout().source.to_owned();
                    made.truth.push(vec![source, row.unique_id(), entity.clone(), structure.to_owned()]);
                }
                if row.stood_before {
                    append(made.before.entry(row.table).or_default(), row);
                }
                if let Some(status) = row.status_before {
                    let mut before = row.clone();
                    before.set("case_status", status);
                    made.status_before.push(before.cells().to_vec());
                }
                if row.stood_long_before {
                    append(made.older.entry(row.table).or_default(), row);
                }
                if row.is_gone {
                    continue;
                }
                *made.n_rows.entry(row.table).or_default() += 1;
                if row.table == Table::StatusExtract {
                    made.status.push(row.cells().to_vec());
                } else {
                    append(made.lines.entry(row.table).or_default(), row);
                }
            }
            for error in &dossier.planted {
                *made.n_planted.entry(error.check_id).or_default() += 1;
                made.planted.push(vec![
                    error.check_id.to_owned(),
                    error.source.to_owned(),
                    error.unique_id.clone(),
                    error.column.to_owned(),
                    error.original.clone(),
                    error.planted.clone(),
                ]);
            }
        }
        made
    }
}
