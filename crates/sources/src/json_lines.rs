//! JSON Lines as rows: one object a line, its members the columns.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::io::Read;

use redress_ports::{KeyPlace, ReadError};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::delimited::COLUMNS_MAX;
use crate::json_error;
use crate::line::{LINE_BYTES_MAX, Lines};
use crate::row::{Broken, Residue, Row, RowRead, Rows, has_word, shown};
use crate::sealing::Sealing;
use crate::slip::Slips;
use crate::whole_row::WholeRow;

/// How many objects at the head of a file settle its header: a member that is null may be left out of some.
const HEADER_ROWS: usize = 64;
/// Most objects within each other whose members are columns.
const DEPTH_MAX: usize = 8;
/// Most names of columns that turn up after the header which are kept for the report.
const LATE_COLUMNS_MAX: usize = 1_000;

pub(crate) struct JsonLines<R> {
    lines: Lines<R>,
    header: Vec<String>,
    places: HashMap<String, usize>,
    /// Columns whose values are read. Values of others are skipped without being decoded.
    wanted: BTreeSet<String>,
    /// Objects that settled the header, each with its line.
    pending: VecDeque<(u64, Members, Vec<u8>)>,
    /// What seals an object: its members name no column then.
    sealing: Sealing,
    /// What each object must have in it, where a source sends it by itself.
    whole: WholeRow,
    /// What may be a misspelt member, where the objects are those of a file.
    slips: Slips,
    line: Vec<u8>,
    cells: Vec<String>,
    late_columns: BTreeSet<String>,
    n_blank_lines: u64,
}

/// The members of an object, or why its line is none.
type Members = Result<Vec<Member>, Broken>;

/// Name and text of a member; as an error what is written where that is no plain value.
type Member = (String, Result<String, String>);

impl<R: Read + Send> JsonLines<R> {
    /// Reads the objects that settle the header. A file without a line that says something has no header and no rows.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read or has no object with members among its first lines.
    pub(crate) fn try_new(input: R, file: &str, wanted: BTreeSet<String>) -> Result<Self, ReadError> {
        let mut rows = Self {
            lines: Lines::new(input, file),
            header: Vec::new(),
            places: HashMap::new(),
            wanted,
            pending: VecDeque::new(),
            sealing: Sealing::default(),
            whole: WholeRow::default(),
            slips: Slips::default(),
            line: Vec::new(),
            cells: Vec::new(),
            late_columns: BTreeSet::new(),
            n_blank_lines: 0,
        };
        let mut n_bytes = 0;
        while rows.pending.len() < HEADER_ROWS && n_bytes < LINE_BYTES_MAX {
            let Some((number, members)) = rows.next_object()? else { break };
            n_bytes += rows.line.len();
            rows.pending.push_back((number, members, rows.line.clone()));
        }
        rows.settle_header();
        if rows.header.len() > COLUMNS_MAX {
            return Err(ReadError::Input(format!(
                "{file}: its first {HEADER_ROWS} objects have {} members, the limit is {COLUMNS_MAX}",
                rows.header.len()
            )));
        }
        if rows.header.is_empty() && !rows.is_empty() {
            let first = rows.pending.iter().find_map(|(_, members, _)| members.as_ref().err());
            let reason = first.map_or("they are `{}`", |broken| broken.reason.as_str());
            return Err(ReadError::Input(format!(
                "{file}, line 1: no JSON object with members among the first lines: {reason}"
            )));
        }
        Ok(rows)
    }

    /// Whether the file says nothing at all, right after it was opened.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// The same rows, right after they were opened, where these values seal an object: what only it names is no column.
    pub(crate) fn sealed_by(mut self, sealing: &Sealing) -> Self {
        self.sealing = sealing.clone();
        self.settle_header();
        self
    }

    fn is_sealed(&self, members: &[Member]) -> bool {
        members.iter().any(|(name, value)| match value {
            Ok(text) => self.sealing.seals(name, text),
            Err(written) => self.sealing.may_seal(|word| has_word(written, word)),
        })
    }

    /// Whether what an object names is a column: not where it is sealed, or not whole and set aside.
    fn names_columns(&mut self, members: &[Member]) -> bool {
        !self.is_sealed(members)
            && self.whole.fault(members.iter().map(|(name, _)| name.as_str())).is_none()
            && (self.sealing.is_empty() || self.slip(members).is_none())
    }

    /// The same rows, right after they were opened, of which those with a misspelt member are set aside.
    pub(crate) fn without_slips(mut self, mut slips: Slips) -> Self {
        let open = self.pending.iter().filter_map(|(_, members, _)| members.as_ref().ok());
        for members in open.filter(|members| !self.is_sealed(members)) {
            slips.learn(&names(members));
        }
        self.slips = slips;
        self.settle_header();
        self
    }

    fn settle_header(&mut self) {
        self.header.clear();
        self.places.clear();
        let pending = std::mem::take(&mut self.pending);
        for members in pending.iter().filter_map(|(_, members, _)| members.as_ref().ok()) {
            if self.names_columns(members) {
                members.iter().for_each(|(name, _)| self.settle(name));
            }
        }
        self.pending = pending;
    }

    /// The same rows, right after they were opened, each of which must be its record whole. A member that goes by another of
    /// its names stands in the column of the first.
    pub(crate) fn whole(mut self, whole: WholeRow, names: impl IntoIterator<Item = String>) -> Self {
        self.whole = whole;
        self.settle_header();
        self.with_columns(names)
    }

    /// The same rows with these columns too, be they empty: a member that turns up late is then none too many.
    pub(crate) fn with_columns(mut self, names: impl IntoIterator<Item = String>) -> Self {
        for name in names {
            self.settle(&name);
        }
        self
    }

    fn settle(&mut self, name: &str) {
        let name = self.whole.declared(name).to_owned();
        let name = name.as_str();
        if !self.places.contains_key(name) {
            self.places.insert(name.to_owned(), self.header.len());
            self.header.push(name.to_owned());
        }
    }

    fn next_object(&mut self) -> Result<Option<(u64, Members)>, ReadError> {
        loop {
            let Some(number) = self.lines.next_line(&mut self.line)? else { return Ok(None) };
            if self.line.trim_ascii().is_empty() {
                self.n_blank_lines += 1;
                continue;
            }
            return Ok(Some((number, members(&self.line, &self.wanted))));
        }
    }

    /// What is wrong with an object that has a misspelt member, at the column that it lacks.
    fn slip(&mut self, members: &[Member]) -> Option<Broken> {
        let (columns, reason) = self.slips.fault(&names(members))?;
        let column_idx = columns.iter().find_map(|name| self.places.get(name)).copied();
        Some(Broken { column_idx, reason })
    }

    fn fill(&mut self, members: Vec<Member>, row: &mut Row) -> RowRead {
        self.cells.clear();
        self.cells.resize(self.header.len(), String::new());
        let is_sealed = self.is_sealed(&members);
        // A sealed row is told of nowhere, whatever it lacks. What seals a row may stand in the member that is misspelt.
        let fault = (!is_sealed).then(|| self.whole.fault(members.iter().map(|(name, _)| name.as_str())));
        let slip = if is_sealed { None } else { self.slip(&members) };
        let hidden = slip.as_ref().filter(|_| !self.sealing.is_empty()).map(|slip| slip.reason.clone());
        if let Some(reason) = fault.flatten().or(hidden) {
            row.hold_broken(std::iter::once(self.line.as_slice()));
            return RowRead::Broken(Broken::row(reason));
        }
        let mut broken = slip;
        for (name, value) in members {
            let Some(idx) = self.places.get(self.whole.declared(&name)) else {
                if !is_sealed && self.late_columns.len() < LATE_COLUMNS_MAX {
                    self.late_columns.insert(name);
                }
                continue;
            };
            if value.is_err() {
                let reason = "the value is a list or an object, text or a number is expected";
                broken.get_or_insert(Broken::column(*idx, reason));
            }
            if let Some(cell) = self.cells.get_mut(*idx) {
                *cell = value.unwrap_or_else(|written| written);
            }
        }
        for cell in &self.cells {
            row.push(cell);
        }
        broken.map_or(RowRead::Row, RowRead::Broken)
    }
}

fn names(members: &[Member]) -> Vec<&str> {
    members.iter().map(|(name, _)| name.as_str()).collect()
}

impl<R: Read + Send> Rows for JsonLines<R> {
    fn key_place(&self, key_idx: usize) -> Option<KeyPlace> {
        let column = self.header.get(key_idx)?.clone();
        Some(KeyPlace::JsonLines { column })
    }

    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        let next = match self.pending.pop_front() {
            Some((number, members, line)) => {
                self.line = line;
                Some((number, members))
            }
            None => self.next_object()?,
        };
        let Some((number, members)) = next else { return Ok(RowRead::End) };
        row.start(number);
        Ok(match members {
            Ok(members) => self.fill(members, row),
            Err(broken) => {
                row.hold_broken(std::iter::once(self.line.as_slice()));
                RowRead::Broken(broken)
            }
        })
    }

    fn residue(&self) -> Residue {
        Residue {
            n_nul_bytes: self.lines.n_nul_bytes(),
            n_blank_lines: self.n_blank_lines,
            late_columns: self.late_columns.iter().cloned().collect(),
            ..Residue::default()
        }
    }
}

fn members(line: &[u8], wanted: &BTreeSet<String>) -> Result<Vec<Member>, Broken> {
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Broken::row(format!("byte {at} of the line is not utf-8: store the file as UTF-8"))
    })?;
    // What stands on the line is not repeated: it may be of a column that the charter refuses.
    if !text.trim_start().starts_with('{') {
        return Err(Broken::row(
            "not a JSON object: the line does not begin with `{`: write one object a line".to_owned(),
        ));
    }
    let object: Object<'_> = serde_json::from_str(text)
        .map_err(|error| json_error::on_its_line(&error))
        .map_err(|said| Broken::row(format!("not a JSON object: {said}: write one object a line")))?;
    let mut members = Vec::with_capacity(object.0.len());
    for (name, value) in object.0 {
        push(name, value, wanted, 1, &mut members)?;
    }
    Ok(members)
}

/// A member; of an object within which the contract names a member, such as `case.number`, each of its own.
fn push(
    name: String,
    value: &RawValue,
    wanted: &BTreeSet<String>,
    depth: usize,
    into: &mut Vec<Member>,
) -> Result<(), Broken> {
    let is_within = |column: &String| column.strip_prefix(&name).is_some_and(|rest| rest.starts_with('.'));
    if depth < DEPTH_MAX && value.get().starts_with('{') && wanted.iter().any(is_within) {
        let object: Object<'_> = serde_json::from_str(value.get())
            .map_err(|error| json_error::without_place(&error))
            .map_err(|said| Broken::row(format!("the object {} cannot be read: {said}", shown(&name))))?;
        return object
            .0
            .into_iter()
            .try_for_each(|(inner, value)| push(format!("{name}.{inner}"), value, wanted, depth + 1, into));
    }
    let text = if wanted.contains(&name) { plain_text(value) } else { Ok(String::new()) };
    into.push((name, text));
    Ok(())
}

/// The text of a value: a number as it is written, nothing for null. As an error what is written for a list or an object.
fn plain_text(value: &RawValue) -> Result<String, String> {
    let written = value.get();
    match written.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(written)
            .map(|text| text.replace('\0', ""))
            .map_err(|_| written.to_owned()),
        Some(b'{' | b'[') => Err(written.to_owned()),
        Some(b'n') => Ok(String::new()),
        _ => Ok(written.to_owned()),
    }
}

/// An object whose members keep their order and may not repeat.
pub(crate) struct Object<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if !seen.insert(name.clone()) {
                return Err(serde::de::Error::custom(format!("the member {} stands twice", shown(&name))));
            }
            members.push((name, value));
        }
        Ok(Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `line: cell|cell`, broken ones as `line! column: reason`.
    fn check(bytes: &[u8], header: &str, expected: &[&str]) {
        let wanted = ["a", "b"].map(str::to_owned).into();
        let mut rows = JsonLines::try_new(bytes, "f.jsonl", wanted).unwrap();
        assert_eq!(rows.header().join(","), header);
        let (mut row, mut found) = (Row::default(), Vec::new());
        loop {
            match rows.next_row(&mut row).unwrap() {
                RowRead::Row => {
                    found.push(format!("{}: {}", row.line, row.cells().collect::<Vec<_>>().join("|")))
                }
                RowRead::Broken(broken) => {
                    let reason = broken.reason;
                    found.push(format!("{}! {:?}: {reason}", row.line, broken.column_idx));
                }
                RowRead::End => break,
            }
        }
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn objects_become_rows() {
        check(b"{\"a\":\"x\",\"b\":null}\n\n{\"b\":2}\r\n", "a,b", &["1: x|", "3: |2"]);
        check(br#"{"a":12345678901234567890.50,"b":true}"#, "a,b", &["1: 12345678901234567890.50|true"]);
        check(b"{\"a\":\"\\u00d1\\u0000\",\"c\":\"dropped\"}", "a,c", &["1: \u{d1}|"]);
        check(
            b"{\"a\":\"x\"}\n{\"a\":[1]}\n",
            "a",
            &["1: x", "2! Some(0): the value is a list or an object, text or a number is expected"],
        );
        check(
            b"{\"a\":\"x\"}\n{\"a\":1,\"a\":2}\n",
            "a",
            &[
                "1: x",
                "2! None: not a JSON object: the member \"a\" stands twice at column 13: write one object a line",
            ],
        );
        check(
            b"{\"a\":\"x\"}\n[1]\n{\"a\":\"\xff\"}\n",
            "a",
            &[
                "1: x",
                "2! None: not a JSON object: the line does not begin with `{`: write one object a line",
                "3! None: byte 7 of the line is not utf-8: store the file as UTF-8",
            ],
        );
    }

    #[test]
    fn members_of_an_object_are_columns_where_one_is_asked_for() {
        let wanted = ["a.b.c", "a.d"].map(str::to_owned).into();
        let bytes = br#"{"m":"x","a":{"b":{"c":"1","e":[]},"d":"2","f":{"g":3}}}"#;
        let mut rows = JsonLines::try_new(&bytes[..], "f.jsonl", wanted).unwrap();
        assert_eq!(rows.header().join(","), "m,a.b.c,a.b.e,a.d,a.f");
        let mut row = Row::default();
        assert_eq!(rows.next_row(&mut row), Ok(RowRead::Row));
        assert_eq!(row.cells().collect::<Vec<_>>(), ["", "1", "", "2", ""]);
    }

    #[test]
    fn a_column_that_turns_up_late_is_reported() {
        let bytes = [b"{\"a\":1}\n".repeat(HEADER_ROWS), b"{\"a\":1,\"gps\":\"2\"}\n".to_vec()].concat();
        let mut rows = JsonLines::try_new(&bytes[..], "f.jsonl", ["a".to_owned()].into()).unwrap();
        while rows.next_row(&mut Row::default()).unwrap() != RowRead::End {}
        assert_eq!(rows.residue().late_columns, ["gps"]);
    }

    #[test]
    fn a_file_without_an_object_is_refused() {
        for bytes in [&b"id,name\n1,x\n"[..], b"{}\n", b"[]\n"] {
            assert!(JsonLines::try_new(bytes, "f.jsonl", BTreeSet::new()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_that_says_nothing_has_no_rows() {
        check(b"", "", &[]);
        check(b"\n \n", "", &[]);
    }
}
