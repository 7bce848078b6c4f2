//! A file whose bytes lie where the system maps them: opening costs no reading, and what is not asked for is never read.

use std::{fs::File, io, path::Path, sync::Arc};

use memmap2::Mmap;
use redress_linkage::HeldBytes;

/// The bytes of a file. The file must be one that is only ever replaced as a whole by another of its name, as every file is that
/// [`outputs`](crate::outputs) writes: then what is mapped stays what it was, even after its name went to another.
#[expect(
    unsafe_code,
    reason = "mapping a file is outside of what the compiler can check; nothing else here is"
)]
pub(crate) fn mapped(path: &Path) -> io::Result<HeldBytes> {
    let file = File::open(path)?;
    // SAFETY: the bytes are only read, and the file is never written in place nor cut off: it is written under another name
    // and renamed, so that the mapping keeps the old file. Whoever may write into the folder of a run could break that; the
    // same person can replace the program.
    let bytes = unsafe { Mmap::map(&file)? };
    Ok(Arc::new(bytes))
}
