//! The compartment: sealed rows, and who read them. Nothing else of the store reads or writes these two tables.

use async_trait::async_trait;
use redress_casefile::{SealedAccess, SealedErasure};
use redress_ports::{Compartment, PAGE_ROWS_MAX, SealedRead, SealedRow, StoreError};
use redress_statement::{RecordKey, SourceId};

use crate::{SqlStore, cell::Cells, counter, event::backend, seal::Seal, session::Session, value::values};

/// Where the accounts of reads are sealed.
const READS: &[u8] = b"sealed_read";

/// Sealed rows that are opened at a time.
const ROWS_AT_A_TIME: i64 = 500;

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
    opened(&plain).map(Some)
}

/// The sealed row of a name and those that are about it. Nothing but the rows themselves says whose they are: each is opened.
async fn belonging_to(
    session: &mut Session<'_>,
    seal: &Seal,
    lead: &RecordKey,
) -> Result<Vec<SealedRow>, StoreError> {
    let mut found = Vec::new();
    let mut after: Vec<u8> = Vec::new();
    loop {
        let sql = "SELECT handle, sealed FROM sealed_row WHERE handle > $1 ORDER BY handle LIMIT $2";
        let rows = session.rows(sql, values![after.clone(), ROWS_AT_A_TIME]).await?;
        if rows.is_empty() {
            return Ok(found);
        }
        for row in rows {
            let cells = Cells::new(&row, "sealed_row", &"a sealed row");
            let (handle, sealed): (Vec<u8>, Vec<u8>) = (cells.get("handle")?, cells.get("sealed")?);
            let row = opened(&seal.open_at(&handle, &sealed)?)?;
            if row.key() == lead || row.is_about(lead) {
                found.push(row);
            }
            after = handle;
        }
    }
}

fn opened(plain: &[u8]) -> Result<SealedRow, StoreError> {
    SealedRow::of_plain(plain).map_err(|_| backend("opening a seal", "what is in it is no row"))
}

/// Accounts for a read or an erasure, under the seal, within its transaction.
async fn account(session: &mut Session<'_>, seal: &Seal, read: &SealedRead) -> Result<(), StoreError> {
    let plain = serde_json::to_vec(read).map_err(|error| backend("accounting for a read", error))?;
    let sealed = seal.close(READS, plain)?;
    let number = counter::take_in(session, "sealed_read", 1).await?;
    let sql = "INSERT INTO sealed_read (sealed_read, sealed) VALUES ($1, $2)";
    session.run(sql, values![number, sealed]).await.map(|_| ())
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
            purpose: Some(access.purpose()),
            erased: None,
            reason: access.reason().clone(),
            key,
            was_there: found.is_some(),
            at_us,
        };
        account(&mut session, &self.seal, &read).await?;
        write.commit().await?;
        Ok(found)
    }

    async fn erase_sealed_rows(
        &self,
        permission: &SealedErasure,
        source: &SourceId,
        key: &str,
        at_us: i64,
    ) -> Result<u64, StoreError> {
        let key = RecordKey { source: source.clone(), key: key.into() };
        let mut write = self.database.write("erasing under a seal").await?;
        let mut session = write.session();
        let rows = belonging_to(&mut session, &self.seal, &key).await?;
        let named =
            if rows.is_empty() { vec![key] } else { rows.iter().map(|row| row.key().clone()).collect() };
        for key in named {
            session
                .run("DELETE FROM sealed_row WHERE handle = $1", values![self.seal.handle(&key).to_vec()])
                .await?;
            let erased = SealedRead {
                officer: permission.officer().clone(),
                purpose: None,
                erased: Some(permission.basis()),
                reason: permission.reason().clone(),
                key,
                was_there: !rows.is_empty(),
                at_us,
            };
            account(&mut session, &self.seal, &erased).await?;
        }
        write.commit().await?;
        // Also where nothing was there: an erasure before this one may have been kept from it.
        self.database.settle().await?;
        Ok(rows.len() as u64)
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
