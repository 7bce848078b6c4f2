//! Sources with their agreements.

use redress_ports::{Agreement, SourceRow, StoreError};
use redress_statement::SourceId;

use crate::{cell::Cells, database::Database, event::backend, value::values};

/// Registers or renews an agreement.
pub(crate) async fn put(database: &Database, agreement: &Agreement) -> Result<(), StoreError> {
    let json = serde_json::to_string(agreement).map_err(|error| backend("writing an agreement", error))?;
    let mut write = database.write("storing an agreement").await?;
    let sql = "INSERT INTO source (source, agreement) VALUES ($1, $2) \
         ON CONFLICT (source) DO UPDATE SET agreement = excluded.agreement";
    write.session().run(sql, values![agreement.source.as_str(), json]).await?;
    write.commit().await
}

/// Every source, by name.
pub(crate) async fn all(database: &Database) -> Result<Vec<SourceRow>, StoreError> {
    let sql = "SELECT o.source, o.agreement, \
             (SELECT MAX(s.as_of) FROM snapshot s WHERE s.source = o.source) AS as_of \
         FROM source o ORDER BY o.source";
    let mut read = database.read("reading the sources").await?;
    let rows = read.session().rows(sql, Vec::new()).await?;
    rows.iter()
        .map(|row| {
            let name: &str = Cells::new(row, "source", &"a source").get("source")?;
            let cells = Cells::new(row, "source", &name);
            Ok(SourceRow { agreement: cells.json("agreement")?, as_of: cells.parse_option("as_of")? })
        })
        .collect()
}

/// How many records a source has.
pub(crate) async fn n_records(database: &Database, source: &SourceId) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(*) FROM record_version v WHERE v.source = $1 AND v.is_newest = 1";
    let mut read = database.read("counting the records of a source").await?;
    let n = read.session().number(sql, values![source.as_str()]).await?;
    Ok(u64::try_from(n).unwrap_or(0))
}
