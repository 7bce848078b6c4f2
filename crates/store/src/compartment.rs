//! The compartment: sealed rows, and who read them. Nothing else of the store reads or writes these two tables.

use async_trait::async_trait;
use redress_casefile::SealedAccess;
use redress_ports::{Compartment, PAGE_ROWS_MAX, SealedRead, SealedRow, StoreError};
use redress_statement::{RecordKey, SourceId};

use crate::{SqlStore, cell::Cells, counter, event::backend, seal::Seal, session::Session, value::values};

/// Where the accounts of reads are sealed.
const READS: &[u8] = b"sealed_read";

/// Seals rows, within the transaction of their file. Of two extracts, the row of the later day stays.
pub(crate) async fn put(
    session: &mut Session<'_>,
    seal: &Seal,
    rows: &[SealedRow],
) -> Result<(), StoreError> {
    for row in rows {
        let handle = seal.handle(row.key());
        let kept = kept(session, seal, handle).await?;
        if kept.is_some_and(|kept| kept.as_of() > row.as_of()) {
            continue;
        }
        let plain = row.to_plain().map_err(|error| backend("sealing a row", error))?;
        let sealed = seal.close(&handle, plain)?;
        let sql = "INSERT INTO sealed_row (handle, sealed) VALUES ($1, $2) \
             ON CONFLICT (handle) DO UPDATE SET sealed = excluded.sealed";
        session.run(sql, values![handle.to_vec(), sealed]).await?;
    }
    Ok(())
}

async fn kept(
    session: &mut Session<'_>,
    seal: &Seal,
    handle: [u8; 32],
) -> Result<Option<SealedRow>, StoreError> {
    let sql = "SELECT sealed FROM sealed_row WHERE handle = $1";
    let Some(row) = session.row(sql, values![handle.to_vec()]).await? else { return Ok(None) };
    let sealed: Vec<u8> = Cells::new(&row, "sealed_row", &"a sealed row").get("sealed")?;
    let plain = seal.open_at(&handle, &sealed)?;
    SealedRow::of_plain(&plain).map(Some).map_err(|_| backend("opening a seal", "what is in it is no row"))
}

#[async_trait]
impl Compartment for SqlStore {
    async fn sealed_row(
        &self,
        access: &SealedAccess,
        source: &SourceId,
        key: &str,
        at_us: i64,
    ) -> Result<Option<SealedRow>, StoreError> {
        let key = RecordKey { source: source.clone(), key: key.into() };
        // The account is on disk before anybody learns what was found.
        let mut write = self.database.write("reading under a seal").await?;
        let mut session = write.session();
        let found = kept(&mut session, &self.seal, self.seal.handle(&key)).await?;
        let read = SealedRead {
            officer: access.officer().clone(),
            purpose: access.purpose(),
            reason: access.reason().clone(),
            key,
            was_there: found.is_some(),
            at_us,
        };
        let plain = serde_json::to_vec(&read).map_err(|error| backend("accounting for a read", error))?;
        let sealed = self.seal.close(READS, plain)?;
        let number = counter::take_in(&mut session, "sealed_read", 1).await?;
        let sql = "INSERT INTO sealed_read (sealed_read, sealed) VALUES ($1, $2)";
        session.run(sql, values![number, sealed]).await?;
        write.commit().await?;
        Ok(found)
    }

    async fn sealed_reads(&self, _: &SealedAccess, limit: u32) -> Result<Vec<SealedRead>, StoreError> {
        let mut read = self.database.read("reading who looked under a seal").await?;
        let sql = "SELECT sealed FROM sealed_read ORDER BY sealed_read DESC LIMIT $1";
        let rows = read.session().rows(sql, values![i64::from(limit.min(PAGE_ROWS_MAX))]).await?;
        rows.iter()
            .map(|row| {
                let sealed: Vec<u8> = Cells::new(row, "sealed_read", &"a read").get("sealed")?;
                let plain = self.seal.open_at(READS, &sealed)?;
                serde_json::from_slice(&plain)
                    .map_err(|_| backend("opening a seal", "what is in it is no account"))
            })
            .collect()
    }
}
