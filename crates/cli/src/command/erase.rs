//! `redress erase`: erases the records of a person, in the store and in the files that it keeps.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use redress_casefile::person::ErasureBasis;
use redress_service::{erase_person, erase_report_rows, plan_erasure};
use redress_sources::Cut;
use redress_statement::{LogIndex, PersonId};

use crate::{
    command::{block_on, invite::person_number, say},
    failure::Failure,
    office::Office,
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
    /// The office file that names the staff (see docs/office.toml).
    #[arg(long)]
    office: PathBuf,
    /// The account of the reviewer who decided it. The person concerned reads the name beside the reason.
    #[arg(long, value_name = "USER_CODE")]
    by: String,
    /// On what it rests: the public log keeps that, with the day and the number of records.
    #[arg(long, value_enum)]
    basis: Basis,
    /// Why, in a sentence, such as the order or the schedule by which it is due.
    #[arg(long)]
    reason: String,
}

/// The legal basis of an erasure.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Basis {
    /// The time for which the source keeps its records has ended.
    Schedule,
    /// A court or another authority ordered it.
    Order,
    /// The records may not be kept.
    KeptUnlawfully,
    /// The person asked for it, and it was granted.
    GrantedRequest,
}

impl From<Basis> for ErasureBasis {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Schedule => Self::Schedule,
            Basis::Order => Self::Order,
            Basis::KeptUnlawfully => Self::KeptUnlawfully,
            Basis::GrantedRequest => Self::GrantedRequest,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let by = Office::member(&arguments.office, &arguments.by)?;
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let person = PersonId(arguments.person);
        let basis = arguments.basis.into();
        let planned = plan_erasure(&app, person, &by, basis, &arguments.reason).await?;
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
        let entry = erase_person(&app, &planned).await?;
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
        if let Some(LogIndex(entry)) = entry {
            text.push_str(&format!("\n  the public log has it as entry {entry}"));
        }
        text.push_str(
            "\n  backups that were made before and files of a drop folder still hold them, and the next extract of a source that \
             has the person brings new records",
        );
        say(text)
    })
}
