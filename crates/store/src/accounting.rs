//! Who looked, what the runs reported, and the settings.

use redress_ports::{Access, RunReport, StoreError};
use redress_statement::PersonId;

use crate::{cell::Cells, counter, database::Database, event::backend, value::values};

/// Accounts for reads.
pub(crate) async fn put_accesses(database: &Database, accesses: &[Access]) -> Result<(), StoreError> {
    let mut write = database.write("accounting for reads").await?;
    let mut session = write.session();
    let first = counter::take_in(&mut session, "access", accesses.len() as i64).await?;
    let mut rows = Vec::with_capacity(accesses.len() * 7);
    for (number, access) in (first..).zip(accesses) {
        let purpose = serde_json::to_value(access.purpose);
        let purpose = purpose.map_err(|error| backend("writing a purpose", error))?;
        let purpose = purpose.as_str().unwrap_or_default();
        let (code, receiver) = (access.user_code.as_str(), access.receiver.as_str());
        rows.extend(values![number, access.person.0, access.at_us, access.day, code, receiver, purpose]);
    }
    let into = "access (access, person, at_us, day, user_code, receiver, purpose)";
    session.insert(into, 7, rows, "").await?;
    write.commit().await
}

/// Who looked at a person's file, newest first.
pub(crate) async fn accesses_of(
    database: &Database,
    person: PersonId,
    (offset, limit): (i64, i64),
) -> Result<Vec<Access>, StoreError> {
    let sql = "SELECT access, at_us, day, user_code, receiver, purpose FROM access WHERE person = $1 \
         ORDER BY at_us DESC, access DESC LIMIT $2 OFFSET $3";
    let mut read = database.read("reading who looked").await?;
    let rows = read.session().rows(sql, values![person.0, limit, offset]).await?;
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
