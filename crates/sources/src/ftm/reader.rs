//! Statements as entities: those of one entity stand together in the file, and become one record.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use redress_ports::ReadError;
use redress_statement::STATEMENTS_MAX;

use super::sealed::Sealed;
use super::{BELONGS_BY, BELONGS_WITH, BLANK, BLANK_IS_NOTED, COLUMNS, KEPT, TRUE, make_key, type_of};
use crate::delimited::COLUMNS_MAX;
use crate::place::Place;
use crate::row::{Broken, PlacedValue, Residue, Row, RowRead, Rows, ValueSet};
use crate::sealing::Sealing;

/// Column of the identifier of an entity, which is the key of its record.
pub(crate) const KEY_COLUMN: &str = "entity_id";
/// Column of the entity to which an attached one belongs.
pub(crate) const ABOUT_COLUMN: &str = "belongs_to";
/// Most broken lines within one entity.
const BROKEN_LINES_MAX: usize = 1_000;

/// Which entities of a file are records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kinds {
    /// The schema of the entities that the table is about, such as `Person`.
    pub(crate) schema: String,
    /// Schemas of entities that belong to those, and the property that names whose they are: `Passport` → `holder`.
    pub(crate) attached: BTreeMap<String, String>,
}

/// A line of the file: what it says, by the place of its column in [`COLUMNS`].
pub(super) struct Line {
    number: u64,
    cells: Vec<String>,
}

impl Line {
    pub(super) fn get(&self, column: &str) -> &str {
        let idx = COLUMNS.iter().position(|name| *name == column);
        idx.and_then(|idx| self.cells.get(idx)).map_or("", String::as_str)
    }

    /// The column of its value, as a contract names it.
    pub(super) fn column(&self) -> String {
        format!("{}:{}", self.get("schema"), self.get("prop"))
    }

    fn is_external(&self) -> bool {
        TRUE.contains(&self.get("external"))
    }
}

/// What reading a line yielded.
pub(super) enum Next {
    Line(Line),
    /// With whether it may be of a sealed entity.
    Broken(u64, Broken, bool),
    End,
}

/// The lines of a file of statements, whatever their form.
pub(super) struct LineReader {
    rows: Box<dyn Rows>,
    sealed: Sealed,
    /// For each of [`COLUMNS`] its place in the file.
    places: Vec<Option<usize>>,
    row: Row,
}

impl LineReader {
    fn try_new(rows: Box<dyn Rows>, file: &str, sealed: Sealed) -> Result<Self, ReadError> {
        let find = |name: &&str| rows.header().iter().position(|column| column == name);
        let places: Vec<Option<usize>> = COLUMNS.iter().map(find).collect();
        for name in ["entity_id", "prop", "schema", "value"] {
            if !rows.header().iter().any(|column| column == name) {
                return Err(ReadError::Input(format!(
                    "{file}, line 1: column {name:?} is not there; the header found is: {}. A file of statements has \
                     at least entity_id, prop, schema and value",
                    rows.header().join(", ").chars().take(600).collect::<String>()
                )));
            }
        }
        Ok(Self { rows, sealed, places, row: Row::default() })
    }

    /// Columns of the file that no statement has, of FollowTheMoney or Redress. With `sealing` only those in which something
    /// stands on the line that was read last: another may be there for a sealed entity alone.
    fn unknown(&self, sealing: &Sealing) -> impl Iterator<Item = &String> {
        let is_said = |idx: usize| sealing.is_empty() || !self.row.cell(idx).trim().is_empty();
        let columns = self.rows.header().iter().enumerate();
        columns
            .filter(move |(idx, name)| !COLUMNS.contains(&name.as_str()) && is_said(*idx))
            .map(|(_, name)| name)
    }

    /// A line that cannot be read.
    fn broken(&self, reason: String) -> Next {
        Next::Broken(self.row.line, Broken::row(reason), self.sealed.may_have(&self.row))
    }

    pub(super) fn next(&mut self) -> Result<Next, ReadError> {
        let read = self.rows.next_row(&mut self.row)?;
        let n_columns = self.rows.header().len();
        Ok(match read {
            RowRead::End => Next::End,
            RowRead::Broken(broken) => {
                let column = broken.column_idx.and_then(|idx| self.rows.header().get(idx));
                let at = column.map_or_else(String::new, |column| format!("column {column}: "));
                self.broken(format!("{at}{}", broken.reason))
            }
            RowRead::Row if self.row.len() != n_columns => {
                self.broken(format!("{} cells, {n_columns} are expected", self.row.len()))
            }
            RowRead::Row => {
                let cell = |place: &Option<usize>| place.map_or("", |idx| self.row.cell(idx)).to_owned();
                let line = Line { number: self.row.line, cells: self.places.iter().map(cell).collect() };
                match ["entity_id", "prop", "schema"].iter().find(|name| line.get(name).trim().is_empty()) {
                    Some(name) => {
                        self.broken(format!("nothing stands in column {name}, and a statement needs it"))
                    }
                    None => Next::Line(line),
                }
            }
        })
    }
}

/// A file of statements as entities.
pub(crate) struct Ftm {
    lines: LineReader,
    kinds: Kinds,
    /// What the source is called here; a value notes its data set only where that is another.
    source: String,
    file: String,
    header: Vec<String>,
    places: HashMap<String, usize>,
    pending: Option<Line>,
    broken: VecDeque<(u64, Broken, bool)>,
    n_passed_over: u64,
    newest_seen: String,
}

impl Ftm {
    /// Reads the file twice, as `open` gives it from its first byte: for the properties that occur and the newest
    /// `last_seen`, then for its entities. `wanted` are the columns that the contract declares; one that no entity has is
    /// none that is missing. Where `sealing` names a value, entities that have it, and those that belong to one, are looked for
    /// before: what only they say is no column.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read, lacks a column, or has too many properties.
    pub(crate) fn try_new(
        open: impl Fn() -> Result<Box<dyn Rows>, ReadError>,
        file: &str,
        kinds: Kinds,
        source: &str,
        wanted: BTreeSet<String>,
        sealing: &Sealing,
    ) -> Result<Self, ReadError> {
        let sealed =
            Sealed::find(|| LineReader::try_new(open()?, file, Sealed::default()), &kinds, sealing, file)?;
        let mut lines = LineReader::try_new(open()?, file, sealed.clone())?;
        let (mut columns, mut newest_seen) = (wanted, String::new());
        columns.retain(|column| column != KEY_COLUMN && column != ABOUT_COLUMN);
        if sealing.is_empty() {
            columns.extend(lines.unknown(sealing).cloned());
        }
        loop {
            match lines.next()? {
                Next::End => break,
                Next::Broken(..) => {}
                Next::Line(line) if sealed.has(&line) => {}
                Next::Line(line) => {
                    if line.get("last_seen") > newest_seen.as_str() {
                        newest_seen = line.get("last_seen").to_owned();
                    }
                    // Whose an attached entity is, is kept as what its record belongs to.
                    if kinds.attached.get(line.get("schema")).is_none_or(|owner| owner != line.get("prop")) {
                        columns.insert(line.column());
                    }
                    if !sealing.is_empty() {
                        columns.extend(lines.unknown(sealing).cloned());
                    }
                }
            }
            if columns.len() > COLUMNS_MAX {
                return Err(ReadError::Input(format!(
                    "{file}: over {COLUMNS_MAX} properties, the limit for a file of statements"
                )));
            }
        }
        let header: Vec<String> =
            [KEY_COLUMN, ABOUT_COLUMN].map(str::to_owned).into_iter().chain(columns).collect();
        let places = header.iter().enumerate().map(|(idx, name)| (name.clone(), idx)).collect();
        Ok(Self {
            lines: LineReader::try_new(open()?, file, sealed)?,
            kinds,
            source: source.to_owned(),
            file: file.to_owned(),
            header,
            places,
            pending: None,
            broken: VecDeque::new(),
            n_passed_over: 0,
            newest_seen,
        })
    }

    /// The lines of the next entity. Empty at the end of the file.
    fn next_lines(&mut self) -> Result<Vec<Line>, ReadError> {
        let mut lines: Vec<Line> = self.pending.take().into_iter().collect();
        loop {
            match self.lines.next()? {
                Next::End => return Ok(lines),
                Next::Broken(line, broken, is_sealed) => {
                    if self.broken.len() >= BROKEN_LINES_MAX {
                        return Err(ReadError::Input(format!(
                            "{}, line {line}: over {BROKEN_LINES_MAX} broken lines in a row: {}",
                            self.file, broken.reason
                        )));
                    }
                    self.broken.push_back((line, broken, is_sealed));
                    if lines.is_empty() {
                        return Ok(lines);
                    }
                }
                Next::Line(line) => {
                    let is_next =
                        lines.first().is_some_and(|first| first.get(KEY_COLUMN) != line.get(KEY_COLUMN));
                    if is_next {
                        self.pending = Some(line);
                        return Ok(lines);
                    }
                    if lines.len() > STATEMENTS_MAX {
                        return Err(ReadError::Input(format!(
                            "{}, line {}: entity {} has over {STATEMENTS_MAX} statements, the limit: check that \
                             entity_id tells entities apart",
                            self.file,
                            line.number,
                            line.get(KEY_COLUMN)
                        )));
                    }
                    lines.push(line);
                }
            }
        }
    }

    /// An entity belongs to one other. Lines that name a further one are set aside, and counted.
    fn note_further_owners(&mut self, lines: &[Line]) -> u64 {
        let owners = lines.iter().filter(|line| {
            self.kinds.attached.get(line.get("schema")).is_some_and(|owner| owner == line.get("prop"))
        });
        let mut n_further = 0;
        for line in owners.skip(1) {
            let reason =
                format!("the entity belongs to a further one by `{}`: one is read", line.get("prop"));
            self.broken.push_back((line.number, Broken::row(reason), self.lines.sealed.has(line)));
            n_further += 1;
        }
        n_further
    }

    /// The entity of these lines. None when the contract does not name its schema.
    fn entity(&self, lines: &[Line]) -> Option<ValueSet> {
        let owner = |line: &Line| self.kinds.attached.get(line.get("schema"));
        let is_lead = lines.iter().any(|line| line.get("schema") == self.kinds.schema);
        let owner_prop = (!is_lead).then(|| lines.iter().find_map(owner)).flatten();
        if !is_lead && owner_prop.is_none() {
            return None;
        }
        let first = lines.first()?;
        let value = |column_idx: usize, text: &str| PlacedValue {
            column_idx,
            line: first.number,
            place: String::new(),
            text: text.to_owned(),
        };
        let mut values = vec![value(0, first.get(KEY_COLUMN))];
        let belongs = owner_prop.and_then(|prop| lines.iter().find(|line| line.get("prop") == *prop));
        values.extend(belongs.map(|line| value(1, line.get("value"))));
        for line in lines.iter().filter(|line| belongs.is_none_or(|owner| !std::ptr::eq(owner, *line))) {
            let column = line.column();
            let column_idx = self.places.get(&column).copied().unwrap_or(usize::MAX);
            let place = self.place(column, line, belongs).to_string();
            let (line, text) = (line.number, line.get("value").to_owned());
            values.push(PlacedValue { column_idx, line, place, text });
        }
        Some(ValueSet { values, n_rows: lines.len() as u64, is_attached: !is_lead })
    }

    /// What the line says of its value, as far as that does not follow from the source, the release and the value.
    fn place(&self, column: String, line: &Line, belongs: Option<&Line>) -> Place {
        let mut place = self.noted(column, line);
        if let Some(owner) = belongs {
            let with = self.noted(owner.get("prop").to_owned(), owner);
            let is_other = with.notes != place.notes;
            place.note(BELONGS_BY, owner.get("prop"));
            if is_other {
                place.note(BELONGS_WITH, &with.to_string());
            }
        }
        place
    }

    fn noted(&self, column: String, line: &Line) -> Place {
        let mut place = Place::new(column);
        let entity_id = line.get(KEY_COLUMN);
        let unless = |text: &str, usual: &str| if text == usual { String::new() } else { text.to_owned() };
        place.note("canonical_id", &unless(line.get("canonical_id"), entity_id));
        place.note("dataset", &unless(line.get("dataset"), &self.source));
        place.note("prop_type", &unless(line.get("prop_type"), type_of(line.get("prop"))));
        place.note("external", if line.is_external() { "t" } else { "" });
        for name in KEPT {
            place.note(name, line.get(name));
        }
        place.note("last_seen", &unless(line.get("last_seen"), &self.newest_seen));
        let blank = BLANK_IS_NOTED.into_iter().filter(|name| line.get(name).is_empty());
        place.note(BLANK, &blank.collect::<Vec<_>>().join(" "));
        let dataset = Some(line.get("dataset")).filter(|dataset| !dataset.is_empty()).unwrap_or(&self.source);
        let (prop, value, lang) = (line.get("prop"), line.get("value"), line.get("lang"));
        let key = make_key(dataset, entity_id, prop, value, lang, line.is_external());
        place.note("id", &unless(line.get("id"), &key));
        place
    }
}

impl Rows for Ftm {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        loop {
            if let Some((line, broken, is_sealed)) = self.broken.pop_front() {
                row.start(line);
                row.is_sealed = is_sealed;
                return Ok(RowRead::Broken(broken));
            }
            let lines = self.next_lines()?;
            let n_further = self.note_further_owners(&lines);
            let Some(first) = lines.first() else {
                if self.broken.is_empty() {
                    return Ok(RowRead::End);
                }
                continue;
            };
            match self.entity(&lines) {
                None => self.n_passed_over += lines.len() as u64,
                Some(mut entity) => {
                    entity.n_rows = entity.n_rows.saturating_sub(n_further);
                    row.start(first.number);
                    row.is_sealed = self.lines.sealed.has(first);
                    row.hold(entity, self.header.len());
                    return Ok(RowRead::Row);
                }
            }
        }
    }

    fn residue(&self) -> Residue {
        let observed_at = Some(self.newest_seen.clone()).filter(|seen| !seen.is_empty());
        let mut residue = self.lines.rows.residue();
        if self.lines.sealed.has_rule() {
            // Nothing tells here whether only a sealed entity has them.
            residue.late_columns.clear();
        }
        Residue { n_passed_over: self.n_passed_over, observed_at, ..residue }
    }

    fn repeated_key(&self) -> &'static str {
        "the statements of one entity stand together: sort the file by entity_id"
    }
}
