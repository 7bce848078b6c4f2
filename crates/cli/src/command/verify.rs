//! `redress verify`: a receipt or a whole log, offline.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{Span, Timestamp, civil::Date};
use redress_casefile::{Event, PublicEntry};
use redress_ports::Receipt;
use redress_tlog::{
    Bundle, Checkpoint, Cosignature, Note, ProofFile, Tile, TileReader, VerifierKey, bundles_between,
    check_growth, check_log, decode_bundle,
};

use crate::{
    act,
    command::say,
    failure::{Exit, Failure},
};

/// Arguments of `redress verify`.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["receipt", "log"]))]
pub(crate) struct Arguments {
    /// The receipt of an act, as downloaded from one's own page.
    #[arg(long)]
    receipt: Option<PathBuf>,
    /// The folder of a log: checkpoint and tile/.
    #[arg(long)]
    log: Option<PathBuf>,
    /// An older checkpoint of the same log, as it was kept then: proves as well that the log only grew since.
    #[arg(long, requires = "log")]
    since: Option<PathBuf>,
    /// The keys of the log and of the log witnesses that must have cosigned each checkpoint, as the public page prints
    /// them.
    #[arg(long, required = true)]
    key: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let keys: Vec<VerifierKey> = arguments
        .key
        .iter()
        .map(|key| VerifierKey::parse(key).map_err(|error| Failure::of(Exit::Call, &error)))
        .collect::<Result<_, _>>()?;
    let (witnesses, logs): (Vec<_>, Vec<_>) = keys.into_iter().partition(VerifierKey::is_witness);
    let [log_key] = &logs[..] else {
        return Err(Failure::new(
            Exit::Call,
            format!("--key names {} keys of a log, one is needed: the public page prints it", logs.len()),
        ));
    };
    match (&arguments.receipt, &arguments.log) {
        (Some(receipt), _) => check_receipt(receipt, log_key, &witnesses),
        (None, Some(log)) => check_folder(log, arguments.since.as_deref(), log_key, &witnesses),
        (None, None) => Err(Failure::new(Exit::Call, "name a receipt or a log")),
    }
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    Failure::of(Exit::Call, error).while_doing(format!("{} cannot be read", path.display()))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| unread(path, &error))
}

/// What to do about a receipt that cannot be read.
const DOWNLOAD_AGAIN: &str = "the file is cut or was changed: download it again from the page that showed it";

/// A receipt or a part of it that is not of the form.
fn unreadable(what: impl fmt::Display, error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::of(Exit::Input, error).while_doing(format!("{what}; {DOWNLOAD_AGAIN}"))
}

fn check_receipt(path: &Path, log_key: &VerifierKey, witnesses: &[VerifierKey]) -> Result<(), Failure> {
    let bytes = fs::read(path).map_err(|error| unread(path, &error))?;
    let receipt: Receipt = serde_json::from_slice(&bytes)
        .map_err(|error| unreadable(format!("{} is not a whole receipt", path.display()), &error))?;
    let entry: PublicEntry = serde_json::from_str(&receipt.entry)
        .map_err(|error| unreadable("the receipt's entry is not one of this log's form", &error))?;
    let salt = salt(&receipt.salt)?;
    let found: String = redress_casefile::commitment(&salt, receipt.event.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    if found != entry.commitment {
        return Err(Failure::new(
            Exit::Unverified,
            format!(
                "the event and the salt give commitment {found}, the entry says {}: one of them was changed",
                entry.commitment
            ),
        ));
    }
    let failed = |error: &redress_tlog::ProofFileError| Failure::of(Exit::Unverified, error);
    let proof = ProofFile::parse(&receipt.proof).map_err(|error| failed(&error))?;
    let (checkpoint, cosignatures) =
        proof.verify(receipt.entry.as_bytes(), log_key, witnesses).map_err(|error| failed(&error))?;
    say(format!(
        "verified: of {}, entry {} of {} under a checkpoint of {} entries: {}",
        entry.day,
        proof.index,
        checkpoint.origin,
        checkpoint.size,
        what_happened(&receipt, &entry)
    ))?;
    cosignatures.iter().try_for_each(say_cosigned)
}

/// The act of a receipt in plain words. One that a later version of the program wrote is told by its kind.
fn what_happened(receipt: &Receipt, entry: &PublicEntry) -> &'static str {
    let event = serde_json::from_str::<Event>(&receipt.event).ok();
    event.and_then(|event| act::in_words(&event)).unwrap_or_else(|| act::kind_in_words(entry.kind))
}

fn say_cosigned(cosignature: &Cosignature) -> Result<(), Failure> {
    say(format!("cosigned by {} at {}", cosignature.name, time(cosignature.time_seconds)))
}

/// Day and time of a cosignature in UTC, such as 2026-11-02T09:00:00Z.
fn time(seconds: u64) -> String {
    let stamp = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    stamp.map_or_else(|| format!("{seconds} seconds since 1970"), |stamp| stamp.to_string())
}

fn salt(text: &str) -> Result<[u8; 32], Failure> {
    let digest: redress_statement::Digest =
        text.parse().map_err(|error| unreadable("the receipt's salt cannot be read", &error))?;
    Ok(digest.0)
}

/// A log in a folder.
struct Folder<'a>(&'a Path);

impl TileReader for Folder<'_> {
    type Error = String;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(tile.path())).map_err(|error| error.to_string())
    }
}

impl Folder<'_> {
    fn entries(&self, bundle: Bundle) -> Result<Vec<Vec<u8>>, Failure> {
        let path = bundle.path();
        let failed = |why: &str| Failure::new(Exit::Unverified, format!("{path} is missing or cut: {why}"));
        let bytes = fs::read(self.0.join(&path)).map_err(|error| failed(&error.to_string()))?;
        let entries = decode_bundle(&bytes).ok_or_else(|| failed("it ends within an entry"))?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }
}

/// Days that an entry may lie before one that stands earlier in the log: two acts of one midnight may be stored in the
/// other order.
const DAYS_BACK_MAX: i32 = 1;

/// The entries' days go forward: an act that is dated back stands after a later one.
fn check_days(entries: &[Vec<u8>]) -> Result<(), Failure> {
    let mut latest: Option<(usize, Date)> = None;
    for (index, entry) in entries.iter().enumerate() {
        let entry: redress_casefile::PublicEntry = serde_json::from_slice(entry).map_err(|error| {
            Failure::of(Exit::Unverified, &error)
                .while_doing(format!("leaf {index} is not an entry of this log's form"))
        })?;
        match latest {
            Some((at, day)) if entry.day.saturating_add(Span::new().days(DAYS_BACK_MAX)) < day => {
                return Err(Failure::new(
                    Exit::Unverified,
                    format!(
                        "leaf {index} is dated back: it is of {}, and leaf {at} before it of {day}; at most \
                         {DAYS_BACK_MAX} day is allowed",
                        entry.day
                    ),
                ));
            }
            Some((_, day)) if entry.day <= day => (),
            _ => latest = Some((index, entry.day)),
        }
    }
    Ok(())
}

/// The cosignatures of a checkpoint by each of the log witnesses.
fn cosigned(path: &Path, note: &str, witnesses: &[VerifierKey]) -> Result<Vec<Cosignature>, Failure> {
    let read = Note::parse(note);
    let cosignatures =
        read.and_then(|note| witnesses.iter().map(|key| note.verify_cosignature(key)).collect());
    cosignatures.map_err(|error| {
        Failure::of(Exit::Unverified, &error)
            .while_doing(format!("{} was not cosigned by every log witness that --key names", path.display()))
    })
}

fn check_folder(
    dir: &Path,
    since: Option<&Path>,
    key: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<(), Failure> {
    let path = dir.join("checkpoint");
    let newest = read(&path)?;
    let checkpoint = Checkpoint::open(&newest, key).map_err(|error| Failure::of(Exit::Unverified, &error))?;
    let cosignatures = cosigned(&path, &newest, witnesses)?;
    let folder = Folder(dir);
    let mut entries = Vec::new();
    for bundle in bundles_between(0, checkpoint.size) {
        entries.extend(folder.entries(bundle)?);
    }
    check_log(&folder, &checkpoint, &entries).map_err(|error| Failure::of(Exit::Unverified, &error))?;
    check_days(&entries)?;
    say(format!(
        "verified: {} entries of {} under the checkpoint, root {}",
        checkpoint.size, checkpoint.origin, checkpoint.root
    ))?;
    cosignatures.iter().try_for_each(say_cosigned)?;
    since.map_or(Ok(()), |since| check_growth_since(&folder, since, &newest, key, witnesses))
}

fn check_growth_since(
    folder: &Folder<'_>,
    since: &Path,
    newest: &str,
    key: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<(), Failure> {
    let older = read(since)?;
    let cosignatures = cosigned(since, &older, witnesses)?;
    let (older, newer) =
        check_growth(folder, &older, newest, key).map_err(|error| Failure::of(Exit::Unverified, &error))?;
    say(format!(
        "verified: the log grew from {} to {} entries, and nothing before was changed",
        older.size, newer.size
    ))?;
    cosignatures.iter().try_for_each(say_cosigned)
}
