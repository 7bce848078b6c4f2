//! Who holds a value that was corrected, and has to be told: its owner, and whoever was given it (5 U.S.C. 552a(c)(4)).

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_statement::RequestId;
use serde::{Deserialize, Serialize};

use super::CorrectionEvent;
use crate::{NoticeWay, Refusal, Reviewer};

/// The most holders of one value that are named.
pub const HOLDERS_MAX: usize = 1_000;

/// Somebody who holds a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Holder {
    /// The office, as the source's contract or the accounting of disclosures names it.
    pub name: String,
    /// Whether it owns the record, and alone can change it.
    pub is_owner: bool,
}

/// How far one holder was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderStanding {
    /// Nobody has told it yet.
    ToTell,
    /// It was told.
    Told {
        /// How.
        way: NoticeWay,
        /// The day.
        on: Date,
    },
    /// It was told, and confirmed that it has the correction.
    Confirmed {
        /// The day of the confirmation.
        on: Date,
    },
}

/// The holders of one corrected value, each with how far it was told, the owner first. Empty until they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    known: BTreeMap<String, (bool, HolderStanding)>,
}

impl Holders {
    /// Each holder with how far it was told: the owner first, then by name.
    pub fn each(&self) -> impl Iterator<Item = (Holder, HolderStanding)> {
        let mut holders: Vec<_> = self
            .known
            .iter()
            .map(|(name, (is_owner, standing))| {
                (Holder { name: name.clone(), is_owner: *is_owner }, *standing)
            })
            .collect();
        holders.sort_by_key(|(holder, _)| !holder.is_owner);
        holders.into_iter()
    }

    /// Whether they were named.
    #[must_use]
    pub fn are_named(&self) -> bool {
        !self.known.is_empty()
    }

    /// How many have not confirmed, beside one.
    fn n_left_without(&self, name: &str) -> u32 {
        let open = self.known.iter().filter(|(holder, (_, standing))| {
            *holder != name && !matches!(standing, HolderStanding::Confirmed { .. })
        });
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    pub(super) fn hear(&mut self, event: &CorrectionEvent) -> bool {
        let (name, standing) = match event {
            CorrectionEvent::HoldersNamed { holders, .. } if self.known.is_empty() => {
                let of = |holder: &Holder| (holder.name.clone(), (holder.is_owner, HolderStanding::ToTell));
                self.known = holders.iter().map(of).collect();
                return true;
            }
            CorrectionEvent::HolderTold { holder, way, on, .. } => {
                (holder, HolderStanding::Told { way: *way, on: *on })
            }
            CorrectionEvent::HolderConfirmed { holder, on, .. } => {
                (holder, HolderStanding::Confirmed { on: *on })
            }
            _ => return false,
        };
        self.known.get_mut(name).is_some_and(|(_, known)| {
            *known = standing;
            true
        })
    }
}

/// Who holds the value: named once, when the correction was granted.
pub(super) fn name(
    request: RequestId,
    known: &Holders,
    holders: Vec<Holder>,
    tell_by: Date,
    on: Date,
) -> Result<Vec<CorrectionEvent>, Refusal> {
    let command = "name_holders";
    if known.are_named() {
        return Err(Refusal::Rule { command, rule: "the holders of this value were named already" });
    }
    Refusal::unless_one_to(command, &holders, HOLDERS_MAX, "a holder of the value")?;
    Ok(vec![CorrectionEvent::HoldersNamed { request, holders, tell_by, on }])
}

/// A holder was told.
pub(super) fn tell(
    request: RequestId,
    known: &Holders,
    (holder, way): (String, NoticeWay),
    by: Reviewer,
    on: Date,
) -> Result<Vec<CorrectionEvent>, Refusal> {
    let command = "tell_holder";
    by.must_handle_cases(command)?;
    match standing(command, known, &holder)? {
        HolderStanding::ToTell => {
            let n_left = known.n_left_without(&holder) + 1;
            Ok(vec![CorrectionEvent::HolderTold { request, holder, way, by, on, n_left }])
        }
        HolderStanding::Told { .. } | HolderStanding::Confirmed { .. } => {
            Err(Refusal::Rule { command, rule: "this holder was told already: note its confirmation" })
        }
    }
}

/// A holder confirmed that it has the correction.
pub(super) fn confirm(
    request: RequestId,
    known: &Holders,
    holder: String,
    by: Reviewer,
    on: Date,
) -> Result<Vec<CorrectionEvent>, Refusal> {
    let command = "confirm_holder";
    by.must_handle_cases(command)?;
    match standing(command, known, &holder)? {
        HolderStanding::Told { on: told_on, .. } => {
            Refusal::unless_on_or_after(command, on, told_on)?;
            let n_left = known.n_left_without(&holder);
            Ok(vec![CorrectionEvent::HolderConfirmed { request, holder, by, on, n_left }])
        }
        HolderStanding::ToTell => {
            Err(Refusal::Rule { command, rule: "this holder was not told yet: tell it first" })
        }
        HolderStanding::Confirmed { .. } => {
            Err(Refusal::Rule { command, rule: "this holder has confirmed already" })
        }
    }
}

fn standing(command: &'static str, known: &Holders, holder: &str) -> Result<HolderStanding, Refusal> {
    let found = known.known.get(holder).map(|(_, standing)| *standing);
    found.ok_or(Refusal::Missing { command, missing: "one of the holders that the request names" })
}
