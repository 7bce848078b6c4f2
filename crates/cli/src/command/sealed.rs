//! `redress sealed`: reads a row of the classes that the law keeps secret, or erases it, for an officer who may, and tells who did.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use redress_casefile::{Reviewer, SealedAccess, SealedErasure, SealedPurpose, person::ErasureBasis};
use redress_ports::SealedRead;
use redress_service::{ServiceError, erase_sealed, read_sealed};
use redress_statement::{Record, SourceId};

use crate::{
    clock::SystemClock,
    command::{block_on, erase::Basis, say},
    failure::{Exit, Failure},
    office::Office,
    progress::counted,
    system,
};

/// Reads that are listed, the newest.
const READS_SHOWN: u32 = 100;

/// Arguments of `redress sealed`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is. It may be served meanwhile.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The office file, which names who is a confidentiality officer.
    #[arg(long)]
    office: PathBuf,
    /// The officer's account in the office file. The read or erasure is accounted for under it.
    #[arg(long, value_name = "USER_CODE")]
    by: String,
    /// For what the row is read.
    #[arg(long, value_enum, required_unless_present = "erase")]
    purpose: Option<Purpose>,
    /// Erases the row and those that belong to it instead of reading it, on this basis.
    #[arg(long, value_enum, value_name = "BASIS", conflicts_with_all = ["purpose", "reads"], requires = "source")]
    erase: Option<Basis>,
    /// Why, in a sentence.
    #[arg(long)]
    reason: String,
    /// The source of the row.
    #[arg(long, requires = "key", required_unless_present = "reads")]
    source: Option<SourceId>,
    /// The row's name at its source; of a table that does not lead, TABLE:NAME.
    #[arg(long, requires = "source")]
    key: Option<String>,
    /// Lists who read and erased what, the newest first, instead of reading.
    #[arg(long, conflicts_with = "source")]
    reads: bool,
}

/// For what a sealed row is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Purpose {
    /// The person whose row it is asks for it, and waives the secrecy: 8 U.S.C. 1367(b)(4).
    PersonAsks,
    /// The application itself is decided: 8 U.S.C. 1367(a)(2).
    Adjudication,
    /// A court reviews the decision on it: 8 U.S.C. 1367(b)(3).
    JudicialReview,
    /// An agency asks whether the person may have a public benefit: 8 U.S.C. 1367(b)(5).
    BenefitEligibility,
}

impl From<Purpose> for SealedPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::PersonAsks => Self::PersonAsks,
            Purpose::Adjudication => Self::Adjudication,
            Purpose::JudicialReview => Self::JudicialReview,
            Purpose::BenefitEligibility => Self::BenefitEligibility,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Who may not read is told so before anything is opened.
    if let Some(basis) = arguments.erase {
        let permission = SealedErasure::try_new(officer(arguments)?, basis.into(), &arguments.reason);
        return erase(arguments, &permission.map_err(ServiceError::from)?);
    }
    let access = access(arguments)?;
    block_on(async {
        let compartment = system::compartment(&arguments.store).await?;
        if let (Some(source), Some(key)) = (&arguments.source, &arguments.key) {
            let record = read_sealed(&*compartment, &SystemClock, &access, source, key).await?;
            return say(in_words(&record));
        }
        compartment.sealed_reads(&access, READS_SHOWN).await?.iter().try_for_each(|read| say(account(read)))
    })
}

fn erase(arguments: &Arguments, permission: &SealedErasure) -> Result<(), Failure> {
    let (Some(source), Some(key)) = (&arguments.source, &arguments.key) else { return Ok(()) };
    block_on(async {
        let compartment = system::compartment(&arguments.store).await?;
        let n_rows = erase_sealed(&*compartment, &SystemClock, permission, source, key).await?;
        say(format!(
            "{} erased under the seal; kept files never had them\n  backups that were made before and files of a drop folder still \
             hold them, and the next extract of the source that has them brings them again",
            counted(n_rows, "row")
        ))
    })
}

fn access(arguments: &Arguments) -> Result<SealedAccess, Failure> {
    let Some(purpose) = arguments.purpose else {
        return Err(Failure::new(Exit::Call, "name for what the row is read with --purpose"));
    };
    let access = SealedAccess::try_new(officer(arguments)?, purpose.into(), &arguments.reason);
    Ok(access.map_err(ServiceError::from)?)
}

/// The member of staff whom the call names.
fn officer(arguments: &Arguments) -> Result<Reviewer, Failure> {
    let office = Office::read(&arguments.office)?;
    let Some(officer) = office.staff.into_iter().find(|member| member.user_code == arguments.by) else {
        let text = format!(
            "{}: no member of staff has the account `{}`: name one with --by",
            arguments.office.display(),
            arguments.by
        );
        return Err(Failure::new(Exit::Call, text));
    };
    Ok(officer)
}

/// The row, a line a value.
fn in_words(record: &Record) -> String {
    let mut text = format!(
        "{} in {}, extract of {}, line {} of {}",
        record.key, record.table, record.last_seen, record.locator.line, record.locator.snapshot
    );
    for statement in &record.statements {
        text.push_str(&format!("\n  {}: {}", statement.column, statement.original));
    }
    text
}

/// One read, on a line.
fn account(read: &SealedRead) -> String {
    let at =
        Timestamp::from_microsecond(read.at_us).map_or_else(|_| read.at_us.to_string(), |at| at.to_string());
    let reason = read.reason.text().unwrap_or_default();
    let found = match (read.was_there, read.erased) {
        (true, None) => "read",
        (true, Some(_)) => "erased",
        (false, _) => "was not there",
    };
    let law = read.purpose.map(SealedPurpose::citation).or(read.erased.map(ErasureBasis::in_words));
    let (officer, law) = (&read.officer, law.unwrap_or("on no ground that is known"));
    format!("{at} {} ({}): {} {found}, {law}: {reason}", officer.name, officer.user_code, read.key)
}
