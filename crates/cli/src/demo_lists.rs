//! The lists that the demo's invented offices bring: letters about appointments with the agency, and hearings of the court.
//!
//! They are written as those offices would write them, from their own extracts, and lie beside the store. Redress makes no
//! list: `redress strike` marks what somebody brings.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use arrow_array::{Array as _, StringArray};
use redress_sources::{durable_file, tabular};
use redress_synth::AS_OF;

use crate::failure::{Exit, Failure};

/// The folder within the demo's.
const FOLDER: &str = "lists";

/// The office whose staff brings them, for the command.
const OFFICE: &str = include_str!("../../../docs/office.toml");

/// Where they lie.
pub(crate) struct Lists {
    /// Letters about appointments, by `file_number` of the source `status`.
    pub(crate) letters: PathBuf,
    /// Hearings ahead, by `case_number` of the source `court`.
    pub(crate) hearings: PathBuf,
    /// The office file that names who may bring them.
    pub(crate) office: PathBuf,
}

/// Writes the lists of a population that lies in `out`.
pub(crate) fn write(out: &Path) -> Result<Lists, Failure> {
    let folder = out.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| {
        Failure::of(Exit::Unfinished, &error)
            .while_doing(format!("the folder {} cannot be made", folder.display()))
    })?;
    let lists = Lists {
        letters: folder.join("letters.csv"),
        hearings: folder.join("hearings.csv"),
        office: folder.join("office.toml"),
    };
    for (path, text) in [
        (&lists.letters, letters(out)?),
        (&lists.hearings, hearings(out)?),
        (&lists.office, OFFICE.to_owned()),
    ] {
        durable_file::write(path, |file| file.write_all(text.as_bytes()))?;
    }
    Ok(lists)
}

/// A letter for each file of the agency that has an appointment ahead.
fn letters(out: &Path) -> Result<String, Failure> {
    let (_, batches) = tabular::read(&out.join("extracts/status/status_extract.parquet"))?;
    let mut text = "file_number,appointment_on,letter\n".to_owned();
    for batch in &batches {
        let column = |name: &str| batch.column_by_name(name)?.as_any().downcast_ref::<StringArray>();
        let (Some(numbers), Some(days)) = (column("file_number"), column("next_check_in_on")) else {
            return Err(Failure::new(
                Exit::Input,
                "the status extract has no file_number or next_check_in_on",
            ));
        };
        for (number, day) in numbers.iter().zip(days).filter_map(|(number, day)| Some((number?, day?))) {
            text.push_str(&format!("{number},{day},reminder of an appointment\n"));
        }
    }
    Ok(text)
}

/// Each hearing that lies ahead.
fn hearings(out: &Path) -> Result<String, Failure> {
    let path = out.join("extracts/court/tbl_schedule.csv");
    let bytes = fs::read(&path).map_err(|error| {
        Failure::of(Exit::Input, &error).while_doing(format!("{} cannot be read", path.display()))
    })?;
    // The court's file is in Windows-1252; numbers and days are the same in any encoding.
    let table = String::from_utf8_lossy(&bytes);
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let (Some(case), Some(day)) = (place("IDNCASE"), place("ADJ_DATE")) else {
        return Err(Failure::new(Exit::Input, format!("{} has no IDNCASE or ADJ_DATE", path.display())));
    };
    let as_of = AS_OF.to_string();
    let mut text = "case_number,hearing_on\n".to_owned();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let (Some(case), Some(day)) = (cells.get(case), cells.get(day).and_then(|day| day.get(..10))) else {
            continue;
        };
        if day > as_of.as_str() {
            text.push_str(&format!("{case},{day}\n"));
        }
    }
    Ok(text)
}
