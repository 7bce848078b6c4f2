//! Who read a person's file: every read that is accounted for, and those of one kind and day put together.

use jiff::civil::Date;
use redress_ports::{Access, AccessPurpose, PAGE_ROWS_MAX, Page};
use redress_statement::PersonId;

use crate::{App, ServiceError};

/// The most pages of reads that one question goes through: 100,000 reads of one file.
const PAGES_MAX: u32 = 200;

/// Reads of the file by one account, given to one recipient, for one reason, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLine {
    /// The day.
    pub on: Date,
    /// Who, as an office.
    pub receiver: String,
    /// Opaque reference of the account.
    pub user_code: String,
    /// Why.
    pub purpose: &'static str,
    /// Whether it was the person, or a helper with the person's link.
    pub is_own: bool,
    /// How often.
    pub n_reads: u64,
}

/// Goes through the reads of a file, newest first, as long as the visitor answers true.
pub(crate) async fn each_read(
    app: &App,
    person: PersonId,
    mut visit: impl FnMut(Access) -> bool,
) -> Result<(), ServiceError> {
    for page in 0..PAGES_MAX {
        let page = Page { offset: page * PAGE_ROWS_MAX, limit: PAGE_ROWS_MAX };
        let reads = app.store.accesses_of(person, page).await?;
        let is_last = reads.len() < PAGE_ROWS_MAX as usize;
        if !reads.into_iter().all(&mut visit) || is_last {
            break;
        }
    }
    Ok(())
}

/// All reads of a file, newest first: what one line puts together differs in nothing but the time of day.
pub(super) async fn read_lines(app: &App, person: PersonId) -> Result<Vec<AccessLine>, ServiceError> {
    let mut lines = Vec::new();
    let add_to = |read| {
        add(&mut lines, read);
        true
    };
    each_read(app, person, add_to).await?;
    Ok(lines)
}

fn add(lines: &mut Vec<AccessLine>, read: Access) {
    let purpose = purpose_in_words(read.purpose);
    // The newest come first, so that the lines of a day lie together, at the end.
    let mut of_day = lines.iter_mut().rev().take_while(|line| line.on == read.day);
    let same = of_day.find(|line| {
        line.user_code == read.user_code && line.receiver == read.receiver && line.purpose == purpose
    });
    match same {
        Some(line) => line.n_reads += 1,
        None => lines.push(AccessLine {
            on: read.day,
            receiver: read.receiver,
            user_code: read.user_code,
            purpose,
            is_own: read.purpose == AccessPurpose::OwnAccess,
            n_reads: 1,
        }),
    }
}

/// A purpose, for a page.
pub(super) const fn purpose_in_words(purpose: AccessPurpose) -> &'static str {
    match purpose {
        AccessPurpose::FindingReview => "to review a finding",
        AccessPurpose::ClericalReview => "to judge whether two records are of one person",
        AccessPurpose::CorrectionRequest => "to handle a correction request",
        AccessPurpose::OwnAccess => "you, or whoever helps you",
        AccessPurpose::OwnList => {
            "to mark what is closed, held or contested in a list that the office brought"
        }
        AccessPurpose::BulkRun => "read by the linkage and the checks, with all other files",
        AccessPurpose::Oversight => "to audit the system",
        AccessPurpose::Erasure => "erased, by this person and for this reason",
        AccessPurpose::Disclosure => "given to this recipient, with the mark of each value that is contested",
    }
}
