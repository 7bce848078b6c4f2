//! A file's records, in one transaction: all of them, or nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use redress_ports::{
    ColumnReport, ImportReport, ReadError, RecordBatchEnd, RecordReader, SnapshotRow, StoreError, TakenIn,
};
use redress_statement::{
    Digest, Record, RecordId, RecordKey, Snapshot, SourceId, ValueKind, decode_statements, encode_statements,
};
use sqlx::any::AnyRow;

use crate::{
    cell::Cells,
    change::changes,
    compartment, counter,
    database::Database,
    event::backend,
    seal::Seal,
    session::{LIST_MAX, Session, numbers, places},
    value::{Value, values},
};

/// Records taken from the reader at a time.
const BATCH_RECORDS: usize = 1_024;

/// Reports of a source's snapshots that are looked through at a time for the extract before, and how often: a source has at
/// most a thousand tables.
const REPORTS_AT_A_TIME: i64 = 50;
const REPORT_PAGES_MAX: usize = 21;
/// Snapshots of one source and day that are looked through for one that is stored already: a source has at most a thousand
/// tables.
const OF_ONE_DAY_MAX: i64 = 2_000;

/// The most batches of one file: 100 million records.
const BATCHES_MAX: usize = 100_000;

/// The most different values that are counted of what an import changed.
const CHANGED_VALUES_MAX: usize = 10_000;

/// The columns that an import writes, in the order of [`Import::row`].
const COLUMNS: &str = "record_version (record, version, is_newest, source, source_table, source_key, about, \
     is_identity, snapshot, line, last_snapshot, first_seen, last_seen, payload)";

/// How many columns [`COLUMNS`] names.
const N_COLUMNS: usize = 14;

/// What is stored of a record: what its newest version says.
struct Known {
    record: i64,
    /// The highest version number, which a late extract may have taken.
    version: i64,
    table: String,
    about: Option<String>,
    is_identity: bool,
    last_snapshot: i64,
    last_seen: Date,
    payload: Vec<u8>,
}

/// An import at work.
struct Import<'a> {
    source: &'a str,
    snapshot: i64,
    as_of: Date,
    next_record: i64,
    /// The records that are new or say something else, for rows that are sent by themselves.
    touched: Option<Vec<RecordId>>,
    report: ImportReport,
}

/// Stores a file's records.
pub(crate) async fn import(
    database: &Database,
    seal: &Seal,
    reader: &mut dyn RecordReader,
    at_us: i64,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<ImportReport, StoreError> {
    let mut write = database.write("importing a file").await?;
    let taken = take(&mut write.session(), seal, reader, at_us, false, progress).await?;
    write.commit().await?;
    Ok(taken.report)
}

/// Stores rows that sources sent by themselves, in one transaction for all of them.
pub(crate) async fn take_in(
    database: &Database,
    seal: &Seal,
    readers: &mut [Box<dyn RecordReader>],
    at_us: i64,
) -> Result<Vec<TakenIn>, StoreError> {
    let mut write = database.write("taking rows in").await?;
    let mut all = Vec::with_capacity(readers.len());
    for reader in readers {
        all.push(take(&mut write.session(), seal, reader.as_mut(), at_us, true, &|_| {}).await?);
    }
    write.commit().await?;
    Ok(all)
}

/// Records of snapshots that sources sent by themselves after `after`, oldest snapshot first, with the snapshot's number.
pub(crate) async fn taken_in_after(
    database: &Database,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, RecordId)>, StoreError> {
    let mut read = database.read("reading what was taken in").await?;
    let mut session = read.session();
    let sql =
        "SELECT snapshot FROM snapshot WHERE snapshot > $1 AND is_increment = 1 ORDER BY snapshot LIMIT $2";
    let rows = session.rows(sql, values![after, i64::from(limit)]).await?;
    let number = |row: &AnyRow, column| Cells::new(row, "snapshot", &"what was taken in").get::<i64>(column);
    let snapshots = rows.iter().map(|row| number(row, "snapshot")).collect::<Result<Vec<i64>, _>>()?;
    let mut taken = Vec::new();
    // Asked for by name, so that no statement looks through the records of the extracts.
    for chunk in snapshots.chunks(LIST_MAX) {
        let sql = format!(
            "SELECT snapshot, record FROM record_version WHERE snapshot IN ({}) AND is_newest = 1 \
             ORDER BY snapshot, record LIMIT $1",
            places(2, chunk.len())
        );
        let rest = i64::from(limit) - taken.len() as i64;
        for row in session.rows(sql, values![rest].into_iter().chain(numbers(chunk)).collect()).await? {
            taken.push((number(&row, "snapshot")?, RecordId(number(&row, "record")?)));
        }
        if taken.len() >= limit as usize {
            break;
        }
    }
    Ok(taken)
}

/// Stores the records of one reader, within a transaction.
async fn take(
    session: &mut Session<'_>,
    seal: &Seal,
    reader: &mut dyn RecordReader,
    at_us: i64,
    is_increment: bool,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<TakenIn, StoreError> {
    let mut taken = reader.snapshot().clone();
    let was_known = if is_increment {
        is_known_body(session, &taken).await?
    } else if let Some(report) = known_file(session, &taken, reader.report()).await? {
        let report = ImportReport { was_known: true, ..report };
        return Ok(TakenIn { report, snapshot: 0, touched: Vec::new() });
    } else {
        false
    };
    let columns = reader.report().clone();
    let snapshot = session.number("SELECT MAX(snapshot) FROM snapshot", Vec::new()).await? + 1;
    if is_increment {
        // A source sends many bodies a day, and each has a line 1.
        taken.file = format!("{}, number {snapshot}", taken.file).into();
    }
    let mut import = Import {
        source: taken.source.as_str(),
        snapshot,
        as_of: taken.as_of,
        next_record: counter::peek(session, "record").await?,
        touched: is_increment.then(Vec::new),
        report: ImportReport {
            snapshot: taken.clone(),
            was_known,
            is_increment,
            n_new: 0,
            n_changed: 0,
            n_same: 0,
            changed: BTreeMap::new(),
            n_vanished: 0,
            columns,
        },
    };
    import.records(session, seal, reader, progress).await?;
    if !is_increment {
        import.report.n_vanished = import.vanished(session).await?;
    }
    import.report.columns = reader.report().clone();
    counter::put(session, "record", import.next_record).await?;
    import.remember(session, at_us).await?;
    let touched = import.touched.unwrap_or_default();
    Ok(TakenIn { report: import.report, snapshot: import.snapshot, touched })
}

/// Whether a source sent these very bytes before. Its rows are held against what their records say now all the same: in between
/// they may have been sent otherwise, and then the body that comes again says how they are to be.
async fn is_known_body(session: &mut Session<'_>, taken: &Snapshot) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM snapshot WHERE digest = $1 AND source = $2 AND is_increment = 1";
    let n = session.number(sql, values![taken.digest.to_string(), taken.source.as_str()]).await?;
    Ok(n > 0)
}

/// What the store did with this very file: known by its bytes and the day that it describes, as long as no other file of that day
/// came after it: one that comes again under a later day shows that its records are still there, and one that comes after a broken
/// one puts it right. The same file is news once its source confirmed that it is whole, or says more of what it changed.
async fn known_file(
    session: &mut Session<'_>,
    taken: &Snapshot,
    columns: &ColumnReport,
) -> Result<Option<ImportReport>, StoreError> {
    let (source, digest) = (taken.source.as_str(), taken.digest.to_string());
    let report = |row: &AnyRow| Cells::new(row, "snapshot", &digest).json::<ImportReport>("report");
    let sql = "SELECT report FROM snapshot WHERE source = $1 AND as_of = $2 AND is_increment = 0 \
         ORDER BY snapshot DESC LIMIT $3";
    for row in session.rows(sql, values![source, taken.as_of, OF_ONE_DAY_MAX]).await? {
        let report = report(&row)?;
        if report.snapshot.table == taken.table {
            let is_news = (taken.is_confirmed && !report.snapshot.is_confirmed)
                || (columns.is_noticed && !report.columns.is_noticed)
                || (columns.is_reviewed && !report.columns.is_reviewed);
            return Ok((report.snapshot.digest == taken.digest && !is_news).then_some(report));
        }
    }
    Ok(None)
}

impl Import<'_> {
    async fn records(
        &mut self,
        session: &mut Session<'_>,
        seal: &Seal,
        reader: &mut dyn RecordReader,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), StoreError> {
        let mut batch = Vec::with_capacity(BATCH_RECORDS);
        let mut n_taken = 0;
        for _ in 0..BATCHES_MAX {
            let end = reader.read(&mut batch, BATCH_RECORDS)?;
            n_taken += batch.len() as u64;
            self.batch(session, &batch).await?;
            compartment::put(session, seal, &reader.take_sealed()).await?;
            self.see_unread(session, &reader.take_set_aside()).await?;
            batch.clear();
            progress(n_taken);
            if end == RecordBatchEnd::Done {
                return Ok(());
            }
        }
        let limit = BATCHES_MAX * BATCH_RECORDS;
        let file = &self.report.snapshot.file;
        Err(input(format!("{file}: the file has more than {limit} records: split it")))
    }

    async fn batch(&mut self, session: &mut Session<'_>, batch: &[Record]) -> Result<(), StoreError> {
        let stored = self.stored(session, batch).await?;
        let (mut fresh, mut same, mut superseded) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys = HashSet::with_capacity(batch.len());
        for record in batch {
            let key = &*record.key.key;
            let known = stored.get(key);
            if !keys.insert(key) || known.is_some_and(|known| known.last_snapshot == self.snapshot) {
                return Err(self.repeated(record));
            }
            let payload =
                encode_statements(&record.statements).map_err(|error| self.wrong(record, &error))?;
            let Some(known) = known else {
                self.report.n_new += 1;
                let number = self.next_record;
                self.next_record += 1;
                self.touch(number);
                fresh.extend(self.row(record, number, 1, true, payload));
                continue;
            };
            if known.says(record, &payload) {
                self.report.n_same += 1;
                same.push(known.record);
                continue;
            }
            self.report.n_changed += 1;
            // An older extract that arrives late tells what was, not what is.
            let is_newest = self.as_of >= known.last_seen;
            if is_newest {
                self.count_changes(known, record)?;
                superseded.push(known.record);
                self.touch(known.record);
            }
            fresh.extend(self.row(record, known.record, known.version + 1, is_newest, payload));
        }
        self.supersede(session, &superseded).await?;
        self.see_again(session, &same).await?;
        session.insert(COLUMNS, N_COLUMNS, fresh, "").await
    }

    /// Counts of what a record says something else now.
    fn count_changes(&mut self, known: &Known, record: &Record) -> Result<(), StoreError> {
        let before = decode_statements(&known.payload).map_err(|error| self.wrong(record, &error))?;
        for (attribute, says) in changes(&before, &record.statements) {
            let says = says.unwrap_or_default();
            let is_counted = matches!(attribute.kind(), ValueKind::Code | ValueKind::Mark);
            let is_known =
                self.report.changed.get(&attribute).is_some_and(|counts| counts.contains_key(&says));
            let n_values: usize = self.report.changed.values().map(BTreeMap::len).sum();
            if is_counted && (is_known || n_values < CHANGED_VALUES_MAX) {
                *self.report.changed.entry(attribute).or_default().entry(says).or_default() += 1;
            }
        }
        Ok(())
    }

    fn touch(&mut self, record: i64) {
        if let Some(touched) = &mut self.touched {
            touched.push(RecordId(record));
        }
    }

    /// The newest stored versions of a batch's records, by key.
    async fn stored(
        &self,
        session: &mut Session<'_>,
        batch: &[Record],
    ) -> Result<HashMap<String, Known>, StoreError> {
        let mut stored = HashMap::with_capacity(batch.len());
        for chunk in batch.chunks(LIST_MAX) {
            let sql = format!(
                "SELECT record, (SELECT MAX(w.version) FROM record_version w WHERE w.record = v.record) AS version, \
                 source_key, source_table, about, is_identity, last_snapshot, last_seen, payload \
                 FROM record_version v WHERE is_newest = 1 AND source = $1 AND source_key IN ({})",
                places(2, chunk.len())
            );
            let keys = chunk.iter().map(|record| Value::from(&*record.key.key));
            let values = std::iter::once(Value::from(self.source)).chain(keys).collect();
            for row in session.rows(sql, values).await? {
                let number: i64 = Cells::new(&row, "record_version", &"a record").get("record")?;
                let cells = Cells::new(&row, "record_version", &number);
                let known = Known {
                    record: number,
                    version: cells.get("version")?,
                    table: cells.get("source_table")?,
                    about: cells.get("about")?,
                    is_identity: cells.mark("is_identity")?,
                    last_snapshot: cells.get("last_snapshot")?,
                    last_seen: cells.parse("last_seen")?,
                    payload: cells.get("payload")?,
                };
                stored.insert(cells.get("source_key")?, known);
            }
        }
        Ok(stored)
    }

    fn row(
        &self,
        record: &Record,
        number: i64,
        version: i64,
        is_newest: bool,
        payload: Vec<u8>,
    ) -> Vec<Value> {
        let line = i64::try_from(record.locator.line).unwrap_or(i64::MAX);
        values![
            number,
            version,
            is_newest,
            self.source,
            &*record.table,
            &*record.key.key,
            record.about.as_deref().map(str::to_owned),
            record.is_identity,
            self.snapshot,
            line,
            self.snapshot,
            self.as_of,
            self.as_of,
            payload,
        ]
    }

    async fn supersede(&self, session: &mut Session<'_>, records: &[i64]) -> Result<(), StoreError> {
        for records in records.chunks(LIST_MAX) {
            let list = places(1, records.len());
            let sql =
                format!("UPDATE record_version SET is_newest = 0 WHERE is_newest = 1 AND record IN ({list})");
            session.run(sql, records.iter().map(|record| Value::from(*record)).collect()).await?;
        }
        Ok(())
    }

    async fn see_again(&self, session: &mut Session<'_>, records: &[i64]) -> Result<(), StoreError> {
        for records in records.chunks(LIST_MAX) {
            let sql = format!(
                "UPDATE record_version SET last_snapshot = $1, \
                 first_seen = CASE WHEN first_seen > $2 THEN $2 ELSE first_seen END, \
                 last_seen = CASE WHEN last_seen < $2 THEN $2 ELSE last_seen END \
                 WHERE is_newest = 1 AND record IN ({})",
                places(3, records.len())
            );
            let mut values = values![self.snapshot, self.as_of];
            values.extend(records.iter().map(|record| Value::from(*record)));
            session.run(sql, values).await?;
        }
        Ok(())
    }

    /// Notes of stored records that the file has their rows and could not read them: they are not gone, and say what they said.
    async fn see_unread(&self, session: &mut Session<'_>, keys: &[RecordKey]) -> Result<(), StoreError> {
        for keys in keys.chunks(LIST_MAX) {
            let sql = format!(
                "UPDATE record_version SET last_snapshot = $1, \
                 present_on = CASE WHEN present_on > $2 THEN present_on ELSE $2 END \
                 WHERE is_newest = 1 AND source = $3 AND source_table = $4 AND source_key IN ({})",
                places(5, keys.len())
            );
            let table = &*self.report.snapshot.table;
            let mut values = values![self.snapshot, self.as_of, self.source, table];
            values.extend(keys.iter().map(|key| Value::from(&*key.key)));
            session.run(sql, values).await?;
        }
        Ok(())
    }

    /// Records of the table that the extract before showed, or that the source sent since, and this one does not show.
    /// Those that were gone before it are not counted again.
    async fn vanished(&self, session: &mut Session<'_>) -> Result<u64, StoreError> {
        let Some(before) = self.extract_before(session).await? else { return Ok(0) };
        let sql = "SELECT COUNT(*) FROM record_version WHERE is_newest = 1 AND source = $1 AND source_table = $2 \
             AND last_seen < $3 AND last_snapshot >= $4 AND last_snapshot <> $5";
        let table = &*self.report.snapshot.table;
        let n = session.number(sql, values![self.source, table, self.as_of, before, self.snapshot]).await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// The number of the snapshot that held the table before this one. None for the first of its table.
    async fn extract_before(&self, session: &mut Session<'_>) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT snapshot, report FROM snapshot WHERE source = $1 AND is_increment = 0 AND snapshot < $2 \
             ORDER BY snapshot DESC LIMIT $3";
        let mut from = self.snapshot;
        for _ in 0..REPORT_PAGES_MAX {
            let rows = session.rows(sql, values![self.source, from, REPORTS_AT_A_TIME]).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            let number = |row| Cells::new(row, "snapshot", &"a snapshot").get::<i64>("snapshot");
            from = number(last)?;
            for row in &rows {
                let snapshot = number(row)?;
                let report: ImportReport = Cells::new(row, "snapshot", &snapshot).json("report")?;
                if report.snapshot.table == self.report.snapshot.table {
                    return Ok(Some(snapshot));
                }
            }
        }
        Ok(None)
    }

    async fn remember(&self, session: &mut Session<'_>, at_us: i64) -> Result<(), StoreError> {
        let report = serde_json::to_string(&self.report);
        let report = report.map_err(|error| backend("writing an import's report", error))?;
        let digest = self.report.snapshot.digest.to_string();
        let sql = "INSERT INTO snapshot (snapshot, digest, source, as_of, imported_at_us, report, is_increment) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let is_increment = self.report.is_increment;
        let values = values![self.snapshot, digest, self.source, self.as_of, at_us, report, is_increment];
        session.run(sql, values).await.map(|_| ())
    }

    fn repeated(&self, record: &Record) -> StoreError {
        input(format!(
            "{}, line {}: the key `{}` stands in the file a second time: a key names one row; nothing of the file was stored",
            self.report.snapshot.file,
            record.locator.line,
            record.key.key.chars().take(80).collect::<String>()
        ))
    }

    fn wrong(&self, record: &Record, error: &dyn std::fmt::Display) -> StoreError {
        input(format!("{}, line {}: {error}", self.report.snapshot.file, record.locator.line))
    }
}

fn input(what: String) -> StoreError {
    StoreError::Read(ReadError::Input(what))
}

impl Known {
    fn says(&self, record: &Record, payload: &[u8]) -> bool {
        self.payload == payload
            && self.table == *record.table
            && self.about.as_deref() == record.about.as_deref()
            && self.is_identity == record.is_identity
    }
}

/// The sources of which a file with these bytes is stored.
pub(crate) async fn sources_of_file(
    database: &Database,
    digest: Digest,
) -> Result<Vec<SourceId>, StoreError> {
    let sql = "SELECT DISTINCT source FROM snapshot WHERE digest = $1 AND is_increment = 0 ORDER BY source LIMIT $2";
    let mut read = database.read("looking for a file").await?;
    let rows = read.session().rows(sql, values![digest.to_string(), FILE_SOURCES_MAX]).await?;
    rows.iter().map(|row| Cells::new(row, "snapshot", &digest).parse("source")).collect()
}

/// Most sources that are named of one file.
const FILE_SOURCES_MAX: i64 = 100;

/// Snapshots, newest first.
pub(crate) async fn snapshots(
    database: &Database,
    (offset, limit): (i64, i64),
) -> Result<Vec<SnapshotRow>, StoreError> {
    let sql =
        "SELECT snapshot, report, imported_at_us FROM snapshot ORDER BY snapshot DESC LIMIT $1 OFFSET $2";
    let mut read = database.read("reading the snapshots").await?;
    let rows = read.session().rows(sql, values![limit, offset]).await?;
    rows.iter()
        .map(|row| {
            let number: i64 = Cells::new(row, "snapshot", &"a snapshot").get("snapshot")?;
            let cells = Cells::new(row, "snapshot", &number);
            Ok(SnapshotRow { report: cells.json("report")?, imported_at_us: cells.get("imported_at_us")? })
        })
        .collect()
}
