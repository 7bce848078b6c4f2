//! Opening a file that the operator named.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use redress_ports::ReadError;

/// Opens a file for reading. A file that is not there is an error of the call, one that refuses to open an error
/// of the input.
pub(crate) fn open(path: &Path) -> Result<File, ReadError> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            ReadError::Call(format!("{shown}: there is no such file: check the path and the folder"))
        }
        _ => ReadError::Input(format!("{shown}: cannot be opened: {error}")),
    })?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            Err(ReadError::Call(format!("{shown}: is a folder, a file is expected")))
        }
        Ok(_) => Ok(file),
        Err(error) => Err(ReadError::System(format!("{shown}: cannot be examined: {error}"))),
    }
}

/// An error while the bytes of a file are read: of the input where its bytes are damaged, otherwise of the system.
pub(crate) fn reading_failed(shown: &str, error: &io::Error) -> ReadError {
    if error.kind() == ErrorKind::InvalidData {
        ReadError::Input(format!("{shown}: {error}"))
    } else {
        ReadError::System(format!("{shown}: reading failed: {error}"))
    }
}
