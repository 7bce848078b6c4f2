//! Secret seeds of signing keys, each in a file that only its owner can read.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use redress_ports::{Entropy, StoreError};
use redress_statement::Digest;

use crate::event::backend;

/// Reads the seed in `path`; a file that is not there is made, once, from `entropy`.
///
/// # Errors
/// When the file cannot be read or made, or does not hold 64 hexadecimal digits.
pub(crate) fn seed(path: &Path, entropy: &dyn Entropy) -> Result<[u8; 32], StoreError> {
    if !path.exists() {
        let made = make(path, entropy);
        made.map_err(|error| backend(format!("making the key file {}", path.display()), error))?;
    }
    read(path)
}

/// Reads the seed in `path`.
///
/// # Errors
/// When the file is not there or does not hold 64 hexadecimal digits.
pub(crate) fn read(path: &Path) -> Result<[u8; 32], StoreError> {
    let doing = || format!("reading the key file {}", path.display());
    let text = fs::read_to_string(path).map_err(|error| backend(doing(), error))?;
    // The digits are a digest's in form alone. The error must not repeat them.
    let digits: Digest =
        text.trim_end().parse().map_err(|_| backend(doing(), "64 hexadecimal digits are expected"))?;
    Ok(digits.0)
}

fn make(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{}", Digest(entropy.bytes32()?))?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use redress_testkit::CountingEntropy;

    use super::*;

    #[test]
    fn a_seed_is_made_once_and_read_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (path, entropy) = (dir.path().join("keys").join("log.key"), CountingEntropy::default());
        let made = seed(&path, &entropy).unwrap();
        assert_eq!(seed(&path, &entropy).unwrap(), made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "cut").unwrap();
        assert!(seed(&path, &entropy).is_err(), "a damaged key is never replaced by a new one");
    }
}
