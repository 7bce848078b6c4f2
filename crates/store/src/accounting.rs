//! Who looked, what the runs reported, and the settings.

use redress_ports::{Access, AccessPurpose, BulkAccess, RunReport, StoreError};
use redress_statement::{PersonId, RecordId};

use crate::{
    cell::Cells,
    counter,
    database::Database,
    event::backend,
    value::{Value, values},
};

/// How many columns an account has.
const N_COLUMNS: usize = 8;

/// Accounts for reads.
pub(crate) async fn put_accesses(database: &Database, accesses: &[Access]) -> Result<(), StoreError> {
    let mut write = database.write("accounting for reads").await?;
    let mut session = write.session();
    let first = counter::take_in(&mut session, "access", accesses.len() as i64).await?;
    let mut rows = Vec::with_capacity(accesses.len() * N_COLUMNS);
    for (number, access) in (first..).zip(accesses) {
        let purpose = word(access.purpose)?;
        let (code, receiver) = (access.user_code.as_str(), access.receiver.as_str());
        rows.extend(values![number, access.person.0, access.at_us, access.day, code, receiver, purpose]);
        rows.push(Value::from(access.marked_up_to));
    }
    let into = "access (access, person, at_us, day, user_code, receiver, purpose, marked_up_to)";
    session.insert(into, N_COLUMNS, rows, "").await?;
    write.commit().await
}

/// Accounts for a run that reads every file, and answers the last record that is stored.
pub(crate) async fn put_bulk_access(
    database: &Database,
    access: &BulkAccess,
) -> Result<RecordId, StoreError> {
    let mut write = database.write("accounting for a run").await?;
    let mut session = write.session();
    let number = counter::take_in(&mut session, "bulk_access", 1).await?;
    let last_record = counter::peek(&mut session, "record").await? - 1;
    let sql = "INSERT INTO bulk_access (bulk_access, at_us, day, user_code, receiver, purpose, last_record) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (code, receiver) = (access.user_code.as_str(), access.receiver.as_str());
    let purpose = word(access.purpose)?;
    let values = values![number, access.at_us, access.day, code, receiver, purpose, last_record];
    session.run(sql, values).await?;
    write.commit().await?;
    Ok(RecordId(last_record))
}

fn word(purpose: AccessPurpose) -> Result<String, StoreError> {
    let purpose = serde_json::to_value(purpose).map_err(|error| backend("writing a purpose", error))?;
    Ok(purpose.as_str().unwrap_or_default().to_owned())
}

/// Who looked at a person's file, newest first: single reads, and the runs that a record of the person was in.
pub(crate) async fn accesses_of(
    database: &Database,
    person: PersonId,
    (offset, limit): (i64, i64),
) -> Result<Vec<Access>, StoreError> {
    let mut read = database.read("reading who looked").await?;
    let mut session = read.session();
    // Who has no record was in no run.
    let first_record = "SELECT COALESCE(MIN(record), $1) FROM person_record WHERE person = $2";
    let first_record = session.number(first_record, values![i64::MAX, person.0]).await?;
    let sql = "SELECT access, at_us, day, user_code, receiver, purpose, marked_up_to FROM access WHERE person = $1 \
         UNION ALL \
         SELECT bulk_access AS access, at_us, day, user_code, receiver, purpose, NULL AS marked_up_to FROM bulk_access \
         WHERE last_record >= $2 \
         ORDER BY at_us DESC, access DESC, purpose LIMIT $3 OFFSET $4";
    let rows = session.rows(sql, values![person.0, first_record, limit, offset]).await?;
    rows.iter()
        .map(|row| {
            let number: i64 = Cells::new(row, "access", &"an access").get("access")?;
            let cells = Cells::new(row, "access", &number);
            Ok(Access {
                person,
                at_us: cells.get("at_us")?,
                day: cells.parse("day")?,
                user_code: cells.get("user_code")?,
                receiver: cells.get("receiver")?,
                purpose: cells.word("purpose")?,
                marked_up_to: cells.get("marked_up_to")?,
            })
        })
        .collect()
}

/// Keeps a run's report under its name.
pub(crate) async fn put_report(database: &Database, report: &RunReport) -> Result<(), StoreError> {
    let sql = "INSERT INTO run_report (name, at_us, report) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET at_us = excluded.at_us, report = excluded.report";
    let mut write = database.write("storing a report").await?;
    write.session().run(sql, values![report.name.as_str(), report.at_us, report.json.as_str()]).await?;
    write.commit().await
}

/// The newest report of a name.
pub(crate) async fn report(database: &Database, name: &str) -> Result<Option<RunReport>, StoreError> {
    let sql = "SELECT at_us, report FROM run_report WHERE name = $1";
    let mut read = database.read("reading a report").await?;
    let row = read.session().row(sql, values![name]).await?;
    row.map(|row| {
        let cells = Cells::new(&row, "run_report", &name);
        Ok(RunReport { name: name.to_owned(), at_us: cells.get("at_us")?, json: cells.get("report")? })
    })
    .transpose()
}

/// Sets a setting.
pub(crate) async fn put_setting(database: &Database, name: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO setting (name, setting_value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET setting_value = excluded.setting_value";
    let mut write = database.write("storing a setting").await?;
    write.session().run(sql, values![name, value]).await?;
    write.commit().await
}

/// Reads a setting.
pub(crate) async fn setting(database: &Database, name: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT setting_value FROM setting WHERE name = $1";
    let mut read = database.read("reading a setting").await?;
    let row = read.session().row(sql, values![name]).await?;
    row.map(|row| Cells::new(&row, "setting", &name).get("setting_value")).transpose()
}
