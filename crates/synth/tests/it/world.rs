//! A generated population read back from its files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::path::Path;
use std::sync::OnceLock;

use arrow_array::{Array, RecordBatch, StringArray};
use jiff::civil::Date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use redress_synth::{Plan, Summary, generate};

/// Cells by column.
pub(crate) type Record = BTreeMap<String, String>;

/// One line of the file of planted errors.
#[derive(Debug, Clone)]
pub(crate) struct Planted {
    pub(crate) check_id: String,
    pub(crate) source: String,
    pub(crate) unique_id: String,
    pub(crate) column: String,
    pub(crate) original: String,
    pub(crate) planted: String,
}

/// Everything that was written.
pub(crate) struct World {
    pub(crate) summary: Summary,
    /// Records by source and key in the truth.
    pub(crate) records: HashMap<(String, String), Record>,
    /// Source and key of those that stand in an earlier extract alone.
    pub(crate) gone: HashSet<(String, String)>,
    /// Person and name structure by source and key.
    pub(crate) truth: HashMap<(String, String), (String, String)>,
    pub(crate) planted: Vec<Planted>,
}

/// File, source, table, key column, whether the keys are bare.
const FILES: &[(&str, &str, &str, &str, bool)] = &[
    ("applications.csv", "benefits", "applications", "receipt_number", true),
    ("i94_records.jsonl", "border", "i94_records", "i94_number", true),
    ("court_names.csv", "court", "court_names", "IDNCASE", true),
    ("court_notices.csv", "court", "court_notices", "NOTICE_ID", false),
    ("court_counsel.csv", "court", "court_counsel", "APPEARANCE_ID", false),
    ("court_departures.csv", "court", "court_departures", "GRANT_ID", false),
    ("A_TblCase.csv", "court", "A_TblCase", "IDNCASE", false),
    ("B_TblProceeding.csv", "court", "B_TblProceeding", "IDNPROCEEDING", false),
    ("tbl_schedule.csv", "court", "tbl_schedule", "IDNSCHEDULE", false),
    ("tbl_Court_Motions.csv", "court", "tbl_Court_Motions", "IDNMOTION", false),
    ("tblAppeal.csv", "court", "tblAppeal", "idnAppeal", false),
    ("status_extract.parquet", "status", "status_extract", "file_number", true),
    ("address_register.csv", "addresses", "address_register", "entry_id", true),
];

/// Five thousand people of seed 1, generated once for all tests.
pub(crate) fn five_thousand() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let out = tempfile::tempdir().unwrap();
        let plan = Plan { people: 5000, seed: 1, out: out.path().into() };
        let summary = generate(&plan, &|_| {}).unwrap();
        World::read(out.path(), summary)
    })
}

impl World {
    /// Reads the tree below a folder.
    pub(crate) fn read(out: &Path, summary: Summary) -> Self {
        let read_below = |folder: &str| {
            let mut records: HashMap<(String, String), Record> = HashMap::new();
            for (file, source, table, key, is_bare) in FILES {
                let path = out.join(folder).join(source).join(file);
                for record in path.exists().then(|| read(&path)).into_iter().flatten() {
                    let key =
                        if *is_bare { record[*key].clone() } else { format!("{table}:{}", record[*key]) };
                    let before = records.insert(((*source).to_owned(), key.clone()), record);
                    assert!(before.is_none(), "{source} {key} stands twice");
                }
            }
            records
        };
        let (mut records, newest) = (read_below("earlier"), read_below("extracts"));
        let gone = records.keys().filter(|key| !newest.contains_key(*key)).cloned().collect();
        records.extend(newest);
        let truth = parquet(&out.join("truth.parquet"))
            .into_iter()
            .map(|mut row| {
                let mut take = |column: &str| row.remove(column).unwrap();
                ((take("source"), take("unique_id")), (take("entity_id"), take("name_structure")))
            })
            .collect();
        let planted = parquet(&out.join("planted.parquet"))
            .into_iter()
            .map(|mut row| {
                let mut take = |column: &str| row.remove(column).unwrap();
                Planted {
                    check_id: take("check_id"),
                    source: take("source"),
                    unique_id: take("unique_id"),
                    column: take("column"),
                    original: take("original"),
                    planted: take("planted"),
                }
            })
            .collect();
        Self { summary, records, gone, truth, planted }
    }

    /// Records by their true person: source, key, record.
    pub(crate) fn people(&self) -> BTreeMap<&str, Vec<Linked<'_>>> {
        let mut people: BTreeMap<&str, Vec<Linked<'_>>> = BTreeMap::new();
        for ((source, key), (entity, _)) in &self.truth {
            let record = &self.records[&(source.clone(), key.clone())];
            people.entry(entity).or_default().push(Linked { source, key, record });
        }
        for records in people.values_mut() {
            records.sort_by_key(|linked| (linked.source, linked.key));
        }
        people
    }

    /// Records of a table of the court, by their case.
    pub(crate) fn by_case(&self, table: &str, case: &str) -> HashMap<&str, Vec<(&str, &Record)>> {
        let mut found: HashMap<&str, Vec<(&str, &Record)>> = HashMap::new();
        for ((source, key), record) in &self.records {
            if source == "court" && key.starts_with(&format!("{table}:")) {
                found.entry(record[case].as_str()).or_default().push((key, record));
            }
        }
        found
    }

    /// Keys on which an error of this kind is planted.
    pub(crate) fn planted(&self, check_id: &str) -> std::collections::BTreeSet<&str> {
        let of_kind = self.planted.iter().filter(|planted| planted.check_id == check_id);
        of_kind.map(|planted| planted.unique_id.as_str()).collect()
    }
}

/// An identity-bearing record of a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Linked<'a> {
    pub(crate) source: &'a str,
    pub(crate) key: &'a str,
    pub(crate) record: &'a Record,
}

impl<'a> Linked<'a> {
    fn any(&self, columns: &[&str]) -> &'a str {
        columns.iter().find_map(|column| self.record.get(*column)).map_or("", String::as_str)
    }

    pub(crate) fn number(&self) -> &'a str {
        self.any(&["a_number", "A_NUMBER"])
    }

    /// Words of the family name and of the whole name, in plain capitals.
    pub(crate) fn names(&self) -> (Vec<String>, Vec<String>) {
        let words = |columns: &[&str]| -> Vec<String> {
            let folded: String = self.any(columns).chars().map(folded).collect();
            folded.split_whitespace().map(str::to_owned).collect()
        };
        let family = words(&["family_name", "LAST_NAME"]);
        let mut all = family.clone();
        all.extend(words(&["given_name", "FIRST_NAME"]));
        all.extend(words(&["middle_name", "MIDDLE_NAME"]));
        all.sort();
        (family, all)
    }

    /// Year, month and day of birth as text of eight digits; empty if blank.
    pub(crate) fn birth(&self) -> String {
        let text = self.any(&["birth_date", "BIRTH_DATE"]);
        match self.source {
            "benefits" if !text.is_empty() => format!("{}{}{}", &text[6..], &text[..2], &text[3..5]),
            "addresses" if !text.is_empty() => format!("{}{}{}", &text[6..], &text[3..5], &text[..2]),
            _ => text.replace('-', ""),
        }
    }
}

fn folded(letter: char) -> char {
    match letter {
        'á' | 'Á' | 'à' | 'â' => 'A',
        'é' | 'É' | 'è' | 'ê' | 'ë' => 'E',
        'í' | 'Í' | 'î' | 'ï' => 'I',
        'ó' | 'Ó' | 'ô' => 'O',
        'ú' | 'Ú' | 'ü' | 'û' => 'U',
        'ñ' | 'Ñ' => 'N',
        'ç' => 'C',
        '-' => ' ',
        other => other.to_ascii_uppercase(),
    }
}

/// A day in any of the forms of the court and the Parquet and JSON files.
pub(crate) fn day(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    if digits.len() < 8 {
        return None;
    }
    Date::new(digits[..4].parse().unwrap(), digits[4..6].parse().unwrap(), digits[6..].parse().unwrap()).ok()
}

/// A day written as DD/MM/YYYY.
pub(crate) fn day_first(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    Date::new(parts[2].parse().unwrap(), parts[1].parse().unwrap(), parts[0].parse().unwrap()).ok()
}

fn read(path: &Path) -> Vec<Record> {
    let name = path.file_name().unwrap().to_str().unwrap();
    if name.ends_with(".parquet") {
        return parquet(path);
    }
    if name.ends_with(".jsonl") {
        let text = fs::read_to_string(path).unwrap();
        return text.lines().map(json_record).collect();
    }
    if name.starts_with("court_") || path.parent().unwrap().file_name().unwrap() != "court" {
        let mut reader = csv::Reader::from_path(path).unwrap();
        return reader.deserialize().map(|record| record.unwrap()).collect();
    }
    let text: String = fs::read(path).unwrap().into_iter().map(char::from).collect();
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty()).map(|line| line.split('\t'));
    let header: Vec<String> = lines.next().unwrap().map(str::to_owned).collect();
    lines
        .map(|cells| {
            let cells = cells.chain(std::iter::repeat(""));
            header.iter().cloned().zip(cells.map(str::to_owned)).collect()
        })
        .collect()
}

fn json_record(line: &str) -> Record {
    let object: BTreeMap<String, Option<String>> = serde_json::from_str(line).unwrap();
    object.into_iter().map(|(column, cell)| (column, cell.unwrap_or_default())).collect()
}

fn parquet(path: &Path) -> Vec<Record> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    builder.build().unwrap().flat_map(|batch| batch_records(&batch.unwrap())).collect()
}

fn batch_records(batch: &RecordBatch) -> Vec<Record> {
    let schema = batch.schema();
    let cell = |column: usize, row: usize| {
        let column = batch.column(column).as_any().downcast_ref::<StringArray>().unwrap();
        if column.is_null(row) { String::new() } else { column.value(row).to_owned() }
    };
    (0..batch.num_rows())
        .map(|row| {
            let fields = schema.fields().iter().enumerate();
            fields.map(|(at, field)| (field.name().clone(), cell(at, row))).collect()
        })
        .collect()
}
