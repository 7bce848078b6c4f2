//! NT-04: the address of an organization. ID-14: the contact of a helper recorded as the person's own.

use super::Block;
use crate::chance::Chance;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Helpers of a block: each stands in the records of several families.
const HELPERS: u32 = 6;

/// Applications that go through a helper, with the helper's contact and address as what they are, per thousand.
const MARKED_AS_HELPER: u32 = 120;

/// A block with fewer people gets no contact of a helper as one's own: the helper would not be known as one.
const PEOPLE_MIN: usize = 500;

pub(super) fn plant(block: &mut Block, chance: &mut Chance) {
    let has_helpers = block.dossiers.len() >= PEOPLE_MIN;
    let number = block.number;
    for dossier in &mut block.dossiers {
        let at = dossier.free_row(Table::Applications).filter(|_| dossier.n_checked == 0);
        let nth = chance.below(HELPERS);
        let helper = format!("office{number}x{nth}@counsel.example");
        if let Some(at) = at.filter(|_| has_helpers && chance.permille(rate("ID-14"))) {
            dossier.plant(at, "ID-14", "notice_email", helper);
            dossier.n_checked += 1;
        } else if let Some(at) = at.filter(|_| chance.permille(rate("NT-04"))) {
            let line = format!("{} Harbor Shelter Road, Family Shelter", 100 + chance.below(9_000));
            dossier.plant(at, "NT-04", "address_line", line);
            dossier.n_checked += 1;
        } else if chance.permille(MARKED_AS_HELPER) {
            for at in dossier.rows_of(Table::Applications) {
                if dossier.rows[at].used != Use::Planted {
                    dossier.rows[at].set("notice_email", helper.clone());
                    dossier.rows[at].set("contact_role", "ATTORNEY");
                    dossier.rows[at]
                        .set("address_line", format!("{} Counsel Plaza, Suite {}", 10 + number, nth + 1));
                }
            }
        }
    }
}
