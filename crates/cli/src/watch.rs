//! A folder in which sources lay files of rows, for those that cannot call.
//!
//! `FOLDER/SOURCE/NAME.jsonl`, or `FOLDER/SOURCE/TABLE/NAME.jsonl`. Write under another name and rename: a file is taken as
//! soon as it bears a name that ends in `.jsonl`. What is stored moves to `FOLDER/done`, what is refused to
//! `FOLDER/refused`, with the reason beside it as `NAME.jsonl.reason.txt`; nothing is ever deleted.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use redress_service::{Intake, IntakeError};
use redress_statement::SourceId;
use redress_web::INTAKE_BYTES_MAX;

use crate::{
    command::tell,
    failure::{Exit, Failure},
};

/// How long the folder is left alone between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Files that one look takes; the others wait for the next.
const FILES_AT_A_LOOK: usize = 1_000;

/// Looks after which a file that lies there and is not taken is told of, once: until then somebody may be writing it.
const LOOKS_UNTIL_TOLD: u32 = 50;

/// Such files that are remembered; more are not told of.
const STRAYS_MAX: usize = 1_000;

/// The folders for what was taken.
const DONE: &str = "done";
const REFUSED: &str = "refused";

/// A file of rows that lies in the folder.
struct Laid {
    source: String,
    table: Option<String>,
    path: PathBuf,
}

/// Starts to watch. Ends with the runtime.
pub(crate) fn start(folder: &Path, intake: Arc<Intake>) -> Result<(), Failure> {
    let folder = folder.to_owned();
    for name in [DONE, REFUSED] {
        fs::create_dir_all(folder.join(name)).map_err(|error| {
            Failure::of(Exit::Call, &error)
                .while_doing(format!("the folder {} cannot be used", folder.display()))
        })?;
    }
    tokio::spawn(async move {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let mut strays = Strays::default();
        loop {
            looks.tick().await;
            for stray in strays.told_now(left_lying(&folder).unwrap_or_default()) {
                tell(format!(
                    "{}: lies there and is not taken: lay rows as {}/SOURCE/NAME.jsonl or {}/SOURCE/TABLE/NAME.jsonl",
                    stray.display(),
                    folder.display(),
                    folder.display()
                ));
            }
            let laid = match laid(&folder) {
                Ok(laid) => laid,
                Err(error) => {
                    tell(format!("{} cannot be read: {error}", folder.display()));
                    continue;
                }
            };
            for file in laid {
                if let Err(error) = take(&folder, &intake, &file).await {
                    tell(format!("{} cannot be moved: {error}", file.path.display()));
                }
            }
        }
    });
    Ok(())
}

/// Files that are not taken, each with the looks that found it.
#[derive(Default)]
struct Strays(BTreeMap<PathBuf, u32>);

impl Strays {
    /// Of the files that lie there now, those to be told of. Those that are gone are forgotten.
    fn told_now(&mut self, lying: Vec<PathBuf>) -> Vec<PathBuf> {
        let mut told = Vec::new();
        let mut seen = BTreeMap::new();
        for path in lying.into_iter().take(STRAYS_MAX) {
            let n_looks = self.0.get(&path).copied().unwrap_or(0).saturating_add(1);
            if n_looks == LOOKS_UNTIL_TOLD {
                told.push(path.clone());
            }
            seen.insert(path, n_looks);
        }
        self.0 = seen;
        told
    }
}

/// Files of another ending or in another place than those that are taken, and folders that are too deep.
fn left_lying(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_stray = |path: &PathBuf| path.is_file() && !is_rows(path);
    let mut lying: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_file()).collect();
    for source in folders(folder)?.into_iter().filter(|source| !is_ours(source)) {
        lying.extend(entries(&source)?.into_iter().filter(is_stray));
        for table in folders(&source)? {
            lying.extend(entries(&table)?.into_iter().filter(|path| path.is_dir() || is_stray(path)));
        }
    }
    Ok(lying)
}

/// Takes one file, and moves it. One that was told to wait stays for the next look.
async fn take(folder: &Path, intake: &Intake, file: &Laid) -> io::Result<()> {
    let n_bytes = fs::metadata(&file.path)?.len();
    if n_bytes > INTAKE_BYTES_MAX as u64 {
        let reason = format!(
            "the file has {n_bytes} bytes, and {INTAKE_BYTES_MAX} are the most here: take a whole extract in with `redress import`"
        );
        return refuse(folder, file, &reason);
    }
    let Ok(source) = file.source.parse::<SourceId>() else {
        return refuse(folder, file, &format!("`{}` cannot be the name of a source", file.source));
    };
    match intake.submit(&source, file.table.as_deref(), fs::read(&file.path)?).await {
        Ok(report) => {
            let columns = &report.columns;
            tell(format!(
                "{}: {} new, {} changed, {} as before, {} quarantined",
                file.path.display(),
                report.n_new,
                report.n_changed,
                report.n_same,
                columns.n_quarantined
            ));
            move_to(&folder.join(DONE), file).map(drop)
        }
        Err(IntakeError::Read(error)) => refuse(folder, file, &error.to_string()),
        // It stays where it is, and is tried again.
        Err(IntakeError::Busy { .. } | IntakeError::Service(_)) => Ok(()),
    }
}

fn refuse(folder: &Path, file: &Laid, reason: &str) -> io::Result<()> {
    tell(format!("{}: refused: {reason}", file.path.display()));
    let moved = move_to(&folder.join(REFUSED), file)?;
    let mut name = moved.into_os_string();
    name.push(".reason.txt");
    fs::write(name, format!("{reason}\n"))
}

/// Moves a file under a name of its own: `SOURCE-NAME.jsonl`, with a number where that is taken.
fn move_to(folder: &Path, file: &Laid) -> io::Result<PathBuf> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let mut to = folder.join(format!("{}-{name}", file.source));
    for number in 2.. {
        if !to.exists() {
            break;
        }
        to = folder.join(format!("{}-{number}-{name}", file.source));
    }
    fs::rename(&file.path, &to)?;
    Ok(to)
}

/// The files that lie there, in the order of their names.
fn laid(folder: &Path) -> io::Result<Vec<Laid>> {
    let mut found = Vec::new();
    for source in folders(folder)? {
        if is_ours(&source) {
            continue;
        }
        let name = name_of(&source);
        found.extend(rows_in(&source)?.into_iter().map(|path| Laid {
            source: name.clone(),
            table: None,
            path,
        }));
        for table in folders(&source)? {
            let of_table = Some(name_of(&table));
            found.extend(rows_in(&table)?.into_iter().map(|path| Laid {
                source: name.clone(),
                table: of_table.clone(),
                path,
            }));
        }
    }
    found.truncate(FILES_AT_A_LOOK);
    Ok(found)
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    entries(folder).map(|entries| entries.into_iter().filter(|path| path.is_dir()).collect())
}

/// Whether a folder is one of those for what was taken.
fn is_ours(folder: &Path) -> bool {
    [DONE, REFUSED].contains(&name_of(folder).as_str())
}

fn is_rows(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl") && path.is_file()
}

fn rows_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    entries(folder).map(|entries| entries.into_iter().filter(|path| is_rows(path)).collect())
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let strays = ["rows.jsonl", "border/a.csv", "border/i94/b.txt", "border/i94/deep"];
        fs::create_dir_all(folder.path().join("border/i94/deep")).unwrap();
        for own in [DONE, REFUSED] {
            fs::create_dir(folder.path().join(own)).unwrap();
            fs::write(folder.path().join(own).join("a.txt"), "").unwrap();
        }
        for file in ["rows.jsonl", "border/a.csv", "border/a.jsonl", "border/i94/b.txt", "border/i94/b.jsonl"]
        {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let (mut known, mut told) = (Strays::default(), Vec::new());
        for look in 1..=2 * LOOKS_UNTIL_TOLD {
            let now = known.told_now(left_lying(folder.path()).unwrap());
            assert!(now.is_empty() || look == LOOKS_UNTIL_TOLD, "look {look}: {now:?}");
            told.extend(now);
        }
        let mut expected = strays.map(|name| folder.path().join(name));
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
        // One that went and came back is told of again.
        assert_eq!(known.told_now(Vec::new()), Vec::<PathBuf>::new());
        let again = (0..LOOKS_UNTIL_TOLD).flat_map(|_| known.told_now(left_lying(folder.path()).unwrap()));
        assert_eq!(again.count(), strays.len());
    }
}
