//! Contested values that this program gave out, and whether each bore its mark.
//!
//! An account of a disclosure says up to which event what left bears the marks. Of what left through other programs, and of what
//! was accounted for before this was kept, nothing is known.

use std::collections::{BTreeMap, btree_map::Entry};

use redress_checks::Disclosed;
use redress_ports::{Access, AccessPurpose, PAGE_ROWS_MAX, Page};
use redress_statement::{PersonId, RecordId, SourceId};

use super::told::{Held, Told};
use crate::{
    App, ServiceError,
    disclose_source::{RUN, run_of},
};

/// Values that left while they were contested, by record.
pub(super) async fn given_out(
    app: &App,
    told: &Told,
) -> Result<BTreeMap<RecordId, Vec<Disclosed>>, ServiceError> {
    let mut of_person: BTreeMap<PersonId, Vec<Access>> = BTreeMap::new();
    let mut given: BTreeMap<RecordId, Vec<Disclosed>> = BTreeMap::new();
    for held in told.held.values() {
        for statement in &held.statements {
            let Some(stored) = app.store.record(statement.record).await? else { continue };
            let Some(person) = stored.person else { continue };
            let accesses = match of_person.entry(person) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(disclosures(app, person).await?),
            };
            let source = &stored.record.key.source;
            let left = accesses.iter().filter(|access| gave(access, source)).filter_map(|access| {
                let has_mark = bore_mark(access, held)?;
                let (recipient, on) = (access.receiver.clone(), access.day);
                Some(Disclosed { attribute: statement.attribute, recipient, on, has_mark })
            });
            given.entry(statement.record).or_default().extend(left);
        }
    }
    Ok(given)
}

/// The disclosures of a person's records that say which marks they bore.
async fn disclosures(app: &App, person: PersonId) -> Result<Vec<Access>, ServiceError> {
    let (mut all, mut offset) = (Vec::new(), 0);
    loop {
        let page = app.store.accesses_of(person, Page { offset, limit: PAGE_ROWS_MAX }).await?;
        if page.is_empty() {
            return Ok(all);
        }
        offset += page.len() as u32;
        let tells =
            |access: &Access| access.purpose == AccessPurpose::Disclosure && access.marked_up_to.is_some();
        all.extend(page.into_iter().filter(tells));
    }
}

/// Whether a disclosure handed over what a source says: an export does that of one source, a packet that of all.
fn gave(access: &Access, source: &SourceId) -> bool {
    let is_export = access.user_code.strip_prefix(RUN).is_some_and(|rest| rest.starts_with(' '));
    !is_export || access.user_code == run_of(source)
}

/// Whether what left bore the mark of a hold. None where the hold did not stand at that time, or it is not known.
fn bore_mark(access: &Access, held: &Held) -> Option<bool> {
    let stood =
        held.placed.at_us < access.at_us && held.lifted.is_none_or(|lifted| access.at_us < lifted.at_us);
    access.marked_up_to.filter(|_| stood).map(|up_to| held.placed.seq <= up_to)
}
