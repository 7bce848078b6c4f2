//! Who looked, for the access transparency interface: the reads of one person's file in a period.

use redress_ports::{Access, AccessPurpose};
use redress_statement::PersonId;

use super::{
    Reader, account,
    reads::{each_read, purpose_in_words},
};
use crate::{App, ServiceError};

/// One read of a person's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageLine {
    /// When, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// Why, in words.
    pub purpose: &'static str,
    /// Opaque reference of the reader's account, or the name of the run.
    pub user_code: String,
    /// The reader's office, in words.
    pub receiver: String,
}

/// Reads in a period, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usages {
    /// Reads in the whole period.
    pub n_total: u64,
    /// Those that were asked for.
    pub lines: Vec<UsageLine>,
}

/// Reads of `person`'s own file from `from_us` to before `until_us`, newest first, passing over `offset` and
/// answering at most `limit` of them. The question is itself a read, and accounted for.
///
/// # Errors
/// When the person is not there, or the store fails.
pub async fn find_usage(
    app: &App,
    person: PersonId,
    (from_us, until_us): (i64, i64),
    (offset, limit): (u64, u64),
) -> Result<Usages, ServiceError> {
    if app.store.case_file(person).await?.is_none() {
        return Err(ServiceError::not_found(person));
    }
    account(app, &Reader::Person(person), person, AccessPurpose::OwnAccess).await?;
    let mut usages = Usages { n_total: 0, lines: Vec::new() };
    let count = |read: Access| {
        if (from_us..until_us).contains(&read.at_us) {
            if (offset..offset.saturating_add(limit)).contains(&usages.n_total) {
                usages.lines.push(line(read.clone()));
            }
            usages.n_total += 1;
        }
        read.at_us >= from_us
    };
    each_read(app, person, count).await?;
    Ok(usages)
}

fn line(read: Access) -> UsageLine {
    UsageLine {
        at_us: read.at_us,
        purpose: purpose_in_words(read.purpose),
        user_code: read.user_code,
        receiver: read.receiver,
    }
}

/// The moment from which reads are accounted for, in microseconds since 1970 UTC: the first event of the store,
/// before which there was no file to read. Now, where there is none.
///
/// # Errors
/// When the store fails.
pub async fn usage_period_start_us(app: &App) -> Result<i64, ServiceError> {
    let first = app.store.events(0, 1).await?.into_iter().next();
    Ok(first.map_or_else(|| app.clock.now_us(), |recorded| recorded.at_us))
}
