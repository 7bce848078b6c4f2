//! The mark by which a release says that `redress synth` made it.
//!
//! It lies in two places, so that it outlives another name of the file and a ZIP that somebody packs anew: a member of its
//! own, and a line of the file that announces the numbers of rows.

use redress_ports::ReadError;

use crate::contract::Contract;
use crate::extract::Extract;

/// The member that says so.
pub const INVENTED_FILE: &str = "INVENTED.txt";

/// How the line of the count file begins.
const INVENTED_WORD: &str = "INVENTED";

/// What is told of a table of such a release.
pub(crate) const REMARK: &str = "made by redress synth: invented people, nobody in it ever lived";

/// Whether an extract bears the mark.
///
/// # Errors
/// [`ReadError::Input`] when the count file is damaged or too long.
pub(crate) fn is_invented(contract: &Contract, extract: &Extract) -> Result<bool, ReadError> {
    if extract.has(INVENTED_FILE) {
        return Ok(true);
    }
    let counts = contract.tables().iter().find_map(|table| table.counts.as_ref());
    let Some(counts) = counts.filter(|counts| extract.has(counts)) else { return Ok(false) };
    Ok(extract.count_text(counts)?.lines().any(is_mark))
}

fn is_mark(line: &str) -> bool {
    line.split_whitespace().next() == Some(INVENTED_WORD)
}
