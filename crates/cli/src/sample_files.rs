//! The files of a sample in the folder of its linkage run, and the file of labels beside it.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use redress_linkage::Input;
use redress_ports::{LabelRow, ReadError, RecordName, SampleFiles};

use crate::{
    failure::{Exit, Failure},
    labels,
    linkage_run::LinkageRun,
};

/// The file of the drawn pairs in the folder of the run: rows of labels in which nothing is judged yet.
pub(crate) const SAMPLE_FILE: &str = "sample.csv";
/// The file of labels in the folder of the run.
pub(crate) const LABELS_FILE: &str = "labels.csv";
/// Most bytes of the header line of a file of labels.
const HEADER_BYTES_MAX: u64 = 4_096;

/// The sample of a run, with the values of its records: these stay as they are, and the run is closed again.
pub(crate) struct RunSample {
    sample: PathBuf,
    labels: PathBuf,
    attributes: Vec<String>,
    values: HashMap<RecordName, Vec<String>>,
}

impl RunSample {
    /// Opens the sample of the run in a folder, with the file of labels that is named, or else the run's own.
    pub(crate) fn open(folder: &Path, labels: Option<&Path>) -> Result<Self, Failure> {
        let run = LinkageRun::open(folder)?;
        let sample = folder.join(SAMPLE_FILE);
        let drawn = drawn(&sample)?;
        let wanted: HashSet<&RecordName> = drawn.iter().flat_map(|row| [&row.left, &row.right]).collect();
        let attributes: Vec<String> = run.config.columns.keys().cloned().collect();
        let values = values(&run, &attributes, &wanted);
        let labels = labels.map_or_else(|| folder.join(LABELS_FILE), Path::to_owned);
        Ok(Self { sample, labels, attributes, values })
    }
}

impl SampleFiles for RunSample {
    fn labels_file(&self) -> String {
        self.labels.display().to_string()
    }

    fn drawn(&self) -> Result<Vec<LabelRow>, ReadError> {
        Ok(drawn(&self.sample)?)
    }

    fn judged(&self) -> Result<Vec<LabelRow>, ReadError> {
        // One without a byte is what a write leaves that was stopped before its first row.
        if std::fs::metadata(&self.labels).map_or(true, |file| file.len() == 0) {
            return Ok(Vec::new());
        }
        Ok(labels::read_rows(std::slice::from_ref(&self.labels))?)
    }

    fn append(&self, row: &LabelRow) -> Result<(), ReadError> {
        append(&self.labels, row)
    }

    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn values(&self, record: &RecordName) -> Option<&[String]> {
        self.values.get(record).map(Vec::as_slice)
    }
}

/// The drawn pairs of a sample.
fn drawn(sample: &Path) -> Result<Vec<LabelRow>, Failure> {
    let required = ["unique_id_l", "unique_id_r", "stratum", "inclusion_probability"];
    let drawn = labels::rows(sample, LabelRow::COLUMNS, &required).map_err(|failure| {
        failure.while_doing("no sample can be read: draw one with redress review sample")
    })?;
    let open = |mut cells: [String; 9]| {
        LabelRow::JUDGEMENTS[2].clone_into(&mut cells[4]);
        cells[5].clear();
        cells[6].clear();
        LabelRow::try_from_cells(cells)
    };
    drawn.into_iter().map(open).collect::<Result<_, _>>().map_err(|error| {
        Failure::of(Exit::Input, &error).while_doing(format!("{} is no sample", sample.display()))
    })
}

/// The values of the records that are wanted, as the files have them.
fn values(
    run: &LinkageRun,
    attributes: &[String],
    wanted: &HashSet<&RecordName>,
) -> HashMap<RecordName, Vec<String>> {
    let mut found = HashMap::new();
    for batch in run.inputs.iter().flat_map(|Input { batches, .. }| batches) {
        let ids = labels::texts(batch, &run.config.unique_id);
        let sources = match &run.config.source {
            Some(name) => labels::texts(batch, name),
            None => vec![String::new(); batch.num_rows()],
        };
        let texts: Vec<Vec<String>> = attributes.iter().map(|name| labels::texts(batch, name)).collect();
        for (row, name) in sources.into_iter().zip(ids).enumerate() {
            if wanted.contains(&name) {
                found.insert(name, texts.iter().map(|column| column[row].clone()).collect());
            }
        }
    }
    found
}

/// Appends a row to a file of labels and brings it to disk; a new file gets its header first. One writes at a time, also where
/// several programs have the file.
fn append(path: &Path, row: &LabelRow) -> Result<(), ReadError> {
    let failed = |error: io::Error| {
        let text =
            format!("{} cannot be written: {error}; nothing of it was left half-written", path.display());
        ReadError::System(text)
    };
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path).map_err(failed)?;
    match file.lock() {
        // A file system without locks: a row is written by one call all the same.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        locked => locked.map_err(failed)?,
    }
    let n_bytes = file.metadata().map_err(failed)?.len();
    let mut text = String::new();
    if n_bytes == 0 {
        text.push_str(&LabelRow::header_line());
    } else {
        check_header(path, &mut file).map_err(failed)??;
        if !ends_a_line(&mut file).map_err(failed)? {
            text.push('\n');
        }
    }
    text.push_str(&row.to_line());
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
    // The name of a new file is durable only once its folder is.
    let named = written.and_then(|()| if n_bytes == 0 { sync_folder_of(path) } else { Ok(()) });
    named.map_err(|error| {
        // A row of which a part alone is on disk would be a row of its own. What cannot be cut off is found by the next reader.
        let _ = file.set_len(n_bytes);
        failed(error)
    })
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Refuses a file whose columns are others: the cells of a row would stand under names that are not theirs.
fn check_header(path: &Path, file: &mut File) -> io::Result<Result<(), ReadError>> {
    file.rewind()?;
    let mut line = Vec::new();
    BufReader::new(&*file).take(HEADER_BYTES_MAX).read_until(b'\n', &mut line)?;
    let line = String::from_utf8_lossy(&line);
    let found = line.trim_start_matches('\u{feff}').trim_end();
    let expected = LabelRow::header_line();
    if found == expected.trim_end() {
        return Ok(Ok(()));
    }
    Ok(Err(ReadError::Input(format!(
        "{}: its first line is `{}`, and a judgement is written under `{}`: rename the file, or give it these columns",
        path.display(),
        found.chars().take(200).collect::<String>(),
        expected.trim_end()
    ))))
}

/// Whether the last byte of a file that is not empty ends a line.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const HEADER: &str = "source_l,unique_id_l,source_r,unique_id_r,judgement,labeller,judged_at,stratum,inclusion_probability";

    fn row() -> LabelRow {
        LabelRow::try_from_cells(["", "1", "", "2", "same", "ada", "", "3", "0.5"].map(str::to_owned))
            .unwrap()
    }

    /// Appends a row to a file that says this, or is not there.
    #[track_caller]
    fn check(before: Option<&str>, after: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LABELS_FILE);
        if let Some(text) = before {
            fs::write(&path, text).unwrap();
        }
        let appended = append(&path, &row());
        let found = fs::read_to_string(&path).unwrap();
        match (appended, after) {
            (Ok(()), Ok(after)) => assert_eq!(found, after),
            (Err(error), Err(says)) => {
                assert!(error.to_string().contains(says), "{error}");
                assert_eq!(Some(found.as_str()), before, "the file is as it was");
            }
            (appended, _) => panic!("{appended:?}, not {after:?}"),
        }
    }

    #[test]
    fn a_judgement_goes_under_the_header_in_a_line_of_its_own() {
        let (first, second) = (format!("{HEADER}\n,1,,2,same,ada,,3,0.5\n"), ",5,,6,same,ben,,3,0.5");
        check(None, Ok(&first));
        check(Some(""), Ok(&first));
        check(Some(&format!("{HEADER}\n")), Ok(&first));
        let both = format!("{HEADER}\n{second}\n,1,,2,same,ada,,3,0.5\n");
        check(Some(&format!("{HEADER}\n{second}\n")), Ok(&both));
        check(Some(&format!("{HEADER}\n{second}")), Ok(&both));
        check(
            Some("unique_id_l,unique_id_r,judgement\n5,6,same\n"),
            Err("`unique_id_l,unique_id_r,judgement`"),
        );
        check(Some("{\"unique_id_l\":\"5\"}\n"), Err("give it these columns"));
    }
}
