//! Rows that a source sends by themselves, as JSON Lines, under the contract of its files.

use std::collections::BTreeMap;
use std::io::Cursor;

use jiff::civil::Date;
use redress_ports::{Agreement, IntakeReader, ReadError, RecordReader};
use redress_statement::{Snapshot, SourceId};

use crate::contract::{Contract, Table};
use crate::header;
use crate::json_lines::JsonLines;
use crate::kept_files::KeptFiles;
use crate::sealing::Sealing;
use crate::snapshot;
use crate::source;
use crate::table_reader::{FileFacts, TableReader};
use crate::whole_row::WholeRow;

/// The contracts under which rows are taken in as they arise.
///
/// Each line is one object whose members are named as the columns of the contract, whatever the format of the source's
/// files. A row is its record whole: each member is there, with a value or with null, unless the contract calls it optional. A
/// row may arrive more than once: its key tells.
#[derive(Debug)]
pub struct IntakeContracts {
    contracts: BTreeMap<SourceId, (Contract, Agreement)>,
    kept: KeptFiles,
}

impl IntakeContracts {
    /// The contracts, and where the bytes of each body are kept.
    ///
    /// # Errors
    /// [`ReadError::Refused`] for a contract without an agreement, or of a release to the public, which is taken in whole;
    /// [`ReadError::Call`] when two are of one source.
    pub fn try_new(contracts: Vec<Contract>, kept: KeptFiles) -> Result<Self, ReadError> {
        let mut by_source = BTreeMap::new();
        for contract in contracts {
            if contract.is_public_release() {
                return Err(ReadError::Refused(format!(
                    "contract {}: a release to the public is taken in whole, with `redress import`, and never row by row",
                    contract.name
                )));
            }
            let agreement = contract.agreement(&[])?;
            let (source, name) = (contract.source().clone(), contract.name.clone());
            if let Some((other, _)) = by_source.insert(source.clone(), (contract, agreement)) {
                return Err(ReadError::Call(format!(
                    "contracts {} and {name} are both of source `{source}`: name one of them",
                    other.name
                )));
            }
        }
        Ok(Self { contracts: by_source, kept })
    }

    fn contract(&self, source: &SourceId) -> Result<&Contract, ReadError> {
        self.contracts.get(source).map(|(contract, _)| contract).ok_or_else(|| {
            ReadError::Refused(format!(
                "no contract of source `{source}` was named when the server was started: start it with --intake CONTRACT"
            ))
        })
    }
}

impl IntakeReader for IntakeContracts {
    fn agreements(&self) -> Vec<Agreement> {
        self.contracts.values().map(|(_, agreement)| agreement.clone()).collect()
    }

    fn open(
        &self,
        source: &SourceId,
        table: Option<&str>,
        bytes: &[u8],
        on: Date,
    ) -> Result<Box<dyn RecordReader>, ReadError> {
        let contract = self.contract(source)?;
        contract.check_in_force(on)?;
        let table = table_of(contract, table)?;
        let (digest, length_bytes) = snapshot::digest(&mut &*bytes)
            .map_err(|error| ReadError::System(format!("what `{source}` sent cannot be read: {error}")))?;
        let shown = format!("what `{source}` sent");
        let rows = rows(bytes, table, &shown)?;
        let taken = Snapshot {
            digest,
            source: source.clone(),
            table: table.name.as_str().into(),
            file: format!("{} sent on {on}", table.name).as_str().into(),
            length_bytes,
            as_of: on,
            states_coverage: false,
            is_confirmed: false,
        };
        let facts = FileFacts {
            snapshot: taken,
            shown_path: shown,
            unchanged: None,
            announced: None,
            is_stored: false,
            is_invented: false,
            is_sent: true,
        };
        Ok(Box::new(TableReader::try_new(facts, table, Box::new(rows))?))
    }

    fn keep(&self, snapshot: &Snapshot, bytes: &[u8]) -> Result<(), ReadError> {
        let shown = format!("what `{}` sent", snapshot.source);
        let contract = self.contract(&snapshot.source)?;
        let table = table_of(contract, Some(&snapshot.table))?;
        if table.sealed.is_empty() {
            return self.kept.keep_whole(snapshot, || Ok(bytes), &shown);
        }
        let mut rows = rows(bytes, table, &shown)?;
        source::keep_unsealed(snapshot, &shown, table, &mut rows, || Ok(bytes), &self.kept).map(drop)
    }
}

/// The rows of a body.
fn rows(bytes: &[u8], table: &Table, shown: &str) -> Result<JsonLines<Cursor<Vec<u8>>>, ReadError> {
    let rows = JsonLines::try_new(Cursor::new(bytes.to_vec()), shown, header::wanted(table))?;
    if rows.is_empty() {
        return Err(ReadError::Input(format!("{shown}: no JSON object is in it: send one a line")));
    }
    let declared: Vec<String> = header::named(table).map(str::to_owned).collect();
    Ok(rows.sealed_by(&Sealing::of(table)).whole(WholeRow::of(table), declared))
}

fn table_of<'a>(contract: &'a Contract, named: Option<&str>) -> Result<&'a Table, ReadError> {
    let tables = contract.tables();
    let found = match named {
        Some(name) => tables.iter().find(|table| table.name == name),
        None => tables.first().filter(|_| tables.len() == 1),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        let asked = named
            .map_or_else(|| "no table is named".to_owned(), |name| format!("there is no table `{name}`"));
        ReadError::Call(format!(
            "source `{}`: {asked}: name one of its tables, {}, as ?table=NAME",
            contract.source(),
            names.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_ports::RecordBatchEnd;
    use redress_testkit::contract_text;

    use super::*;

    const TABLES: &str = r#"
[[table]]
name = "travel"
file = "travel.csv"
format = "delimited"
lead = true
key = "id"
identity = true
[table.columns]
name = { attribute = "family_name", aliases = ["surname"] }
born = { attribute = "birth_date", format = "%d/%m/%Y" }
"#;

    /// Rows stored, rows set aside and columns refused; or what the error says.
    #[track_caller]
    fn check(
        source: &str,
        table: Option<&str>,
        body: &str,
        on: Date,
        expected: Result<(usize, u64, usize), &str>,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let contract = contract_text("border", "Border", TABLES).replace("2099-12-31", "2026-12-31");
        let contract = Contract::from_toml(&contract, "border.toml").unwrap();
        let intake =
            IntakeContracts::try_new(vec![contract], KeptFiles::new(dir.path().to_owned(), [7; 32])).unwrap();
        let opened = intake.open(&source.parse().unwrap(), table, body.as_bytes(), on);
        let read = opened.and_then(|mut reader| {
            let mut records = Vec::new();
            while reader.read(&mut records, 100)? == RecordBatchEnd::More {}
            Ok((records.len(), reader.report().n_quarantined, reader.report().refused.len()))
        });
        match (read.map_err(|error| error.to_string()), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{body}"),
            (Err(error), Err(says)) => assert!(error.contains(says), "{error}"),
            (found, expected) => panic!("{body}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_row_that_is_not_its_record_whole_is_set_aside() {
        let day = date(2026, 11, 2);
        let full = r#"{"id":"1","name":"Okoro","born":"01/02/1980"}"#;
        for (row, says) in [
            (r#"{"id":"2","name":"Okoro"}"#, "line 1: the member \"born\" is not there"),
            (
                r#"{"id":"2","nmae":"Okoro","born":null}"#,
                "\"name\" (here \"nmae\", which the contract does not know)",
            ),
            (r#"{"id":"2"}"#, "line 1: the members \"born\", \"name\" are not there"),
            (r#"{"id":"2","name":null,"born":null}"#, "nothing is recorded in it beside its key"),
        ] {
            check("border", None, row, day, Err(says));
            check("border", None, &format!("{full}\n{row}"), day, Ok((1, 1, 0)));
        }
        check("border", None, r#"{"id":"2","surname":"Okoro","born":null}"#, day, Ok((1, 0, 0)));
    }

    #[test]
    fn rows_are_taken_in_under_the_contract() {
        let day = date(2026, 11, 2);
        let full = r#"{"id":"1","name":"Okoro","born":"01/02/1980"}"#;
        check("border", None, full, day, Ok((1, 0, 0)));
        let null = r#"{"id":"2","name":"Okoro","born":null"#;
        check("border", Some("travel"), &format!("{null}}}\n"), day, Ok((1, 0, 0)));
        check("border", None, &format!("{full}\n{null},\"gait\":\"slow\"}}"), day, Ok((2, 0, 1)));
        let broken = r#"{"id":"2","name":"Okoro","born":"31/02/1980"}"#;
        check("border", None, &format!("{full}\n{broken}"), day, Ok((1, 1, 0)));
        check("border", None, broken, day, Err("1 of 1 rows are broken"));
        check("border", None, &format!("{full}\n{full}"), day, Err("stands on line 1 as well"));
        check("border", None, r#"{"name":"Okoro"}"#, day, Err("it is the key of the row"));
        check("border", None, " \n", day, Err("no JSON object"));
        check("border", None, "[1,2]", day, Err("no JSON object"));
        check(
            "border",
            Some("visa"),
            full,
            day,
            Err("there is no table `visa`: name one of its tables, travel"),
        );
        check("court", None, full, day, Err("no contract of source `court`"));
        check("border", None, full, date(2027, 1, 1), Err("expired on 2026-12-31"));
    }
}
