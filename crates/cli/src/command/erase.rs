//! `redress erase`: erases the records of a person, in the store and in the files that it keeps.

use std::path::PathBuf;

use clap::Args;
use redress_service::{erase_person, erase_report_rows, plan_erasure};
use redress_sources::Cut;
use redress_statement::PersonId;

use crate::{
    command::{block_on, invite::person_number, say},
    failure::Failure,
    progress::counted,
    system,
};

/// Arguments of `redress erase`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The person's number at the desk, P-12 or 12.
    #[arg(long, value_parser = person_number)]
    person: i64,
    /// Who decided it, by name.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, in a sentence, such as the order or the schedule by which it is due.
    #[arg(long)]
    reason: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let person = PersonId(arguments.person);
        let planned = plan_erasure(&app, person, &arguments.by, &arguments.reason).await?;
        let kept = system::kept_files(&arguments.store)?;
        let (mut n_rows, mut n_removed) = (0, 0);
        for file in &planned.files {
            let found = kept.find_records(file.digest, file.place.as_ref(), &file.keys)?;
            erase_report_rows(&app, file.digest, found.lines().as_ref()).await?;
            match kept.cut_records(file.digest, &found)? {
                Cut::NotKept => {}
                Cut::Rows(n) => n_rows += n as u64,
                Cut::Removed => n_removed += 1,
            }
        }
        erase_person(&app, &planned).await?;
        let n_records = planned.records.len() as u64;
        let mut text = format!(
            "{person}: {} erased, {} cut out of kept files",
            counted(n_records, "record"),
            counted(n_rows, "row")
        );
        if n_removed > 0 {
            text.push_str(&format!(
                "\n  {} whose rows could not be cut out removed; the digest stays",
                counted(n_removed, "kept file")
            ));
        }
        text.push_str(
            "\n  backups that were made before still hold them, and the next extract of a source that has the person brings \
             new records",
        );
        say(text)
    })
}
