//! What a person keeps: the proof that an event is in the log, and what opens its commitment.

use redress_casefile::{PublicEntry, commitment};
use redress_ports::{Receipt, StoreError, wire::event_json};
use redress_statement::Digest;
use redress_tlog::{ProofFile, TiledTree, inclusion_proof};

use crate::{
    cell::Cells,
    database::Database,
    event::{self, backend},
    log::Log,
    value::values,
};

/// Version of the form of a receipt.
const RECEIPT_VERSION: u8 = 1;

/// The receipt of an event. None while it is not under a checkpoint, or stays inside, or was erased.
pub(crate) async fn receipt(database: &Database, log: &Log, seq: i64) -> Result<Option<Receipt>, StoreError> {
    let Some((checkpoint, _, note)) = log.published()? else { return Ok(None) };
    let mut read = database.read("making a receipt").await?;
    let mut session = read.session();
    let sql =
        "SELECT l.leaf_index, l.entry, s.salt FROM log_entry l JOIN salt s ON s.seq = l.seq WHERE l.seq = $1";
    let Some(row) = session.row(sql, values![seq]).await? else { return Ok(None) };
    let cells = Cells::new(&row, "log_entry", &seq);
    let (index, entry) = (cells.count("leaf_index")?, cells.get::<String>("entry")?);
    let salt = salt(&Cells::new(&row, "salt", &seq))?;
    let commitment = cells.json::<PublicEntry>("entry")?.commitment;
    if index >= checkpoint.size {
        return Ok(None);
    }
    let mut events = event::page(&mut session, seq - 1, 1).await?;
    let Some(recorded) = events.pop().filter(|recorded| recorded.seq == seq) else { return Ok(None) };
    let event = event_json(&recorded.event).map_err(|error| backend("writing an event", error))?;
    if !opens(&commitment, &salt, &event) {
        return Err(does_not_open(seq));
    }
    let tree = TiledTree { reader: &*log.folder, size: checkpoint.size };
    let hashes = inclusion_proof(&tree, index, checkpoint.size)
        .map_err(|error| backend("reading the log's tiles", error))?;
    let proof = ProofFile { index, hashes, checkpoint: note }.render();
    Ok(Some(Receipt { v: RECEIPT_VERSION, entry, event, salt: Digest(salt).to_string(), proof }))
}

/// Thirty-two bytes of column `salt`.
pub(crate) fn salt(cells: &Cells<'_>) -> Result<[u8; 32], StoreError> {
    let bytes: Vec<u8> = cells.get("salt")?;
    let n_bytes = bytes.len();
    bytes.try_into().map_err(|_| cells.wrong("salt", format_args!("{n_bytes} bytes, 32 are needed")))
}

/// Whether salt and event open a commitment of 64 hexadecimal digits.
pub(crate) fn opens(wanted: &str, salt: &[u8; 32], event: &str) -> bool {
    Digest(commitment(salt, event.as_bytes())).to_string() == wanted
}

fn does_not_open(seq: i64) -> StoreError {
    let what = "the event and its salt do not open the commitment".to_owned();
    StoreError::Inconsistent { table: "log_entry", column: "entry", row: seq.to_string(), what }
}
