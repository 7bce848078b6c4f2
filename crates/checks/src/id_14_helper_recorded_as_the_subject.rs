//! ID-14: helper recorded as the subject.
//!
//! A lawyer, a sponsor or a charity fills in a form and leaves an e-mail address. It is stored as the person's
//! own: the notice that ends a parole goes to the lawyer, or to a citizen, and the person hears nothing (letters of
//! April 2025).
//!
//! The rule reads the contacts of a record: e-mail, telephone, address. It reports a contact beside which another
//! name stands than the subject's, and one that is on a list of helpers and stands in the records of three or more
//! families.
//!
//! It stays silent when the contact is already marked as a helper's, and within a household, whose members share a
//! surname. The finding says that the contact is not the person's own; whose else it is, is neither listed nor
//! joined.

use std::collections::BTreeSet;

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{
    Attribute,
    fold::{fold, tokens},
    name::is_particle,
};

use crate::{
    AddressKey, Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::name_of, reference::contact_role::is_helper, schedule::next_day,
};

/// The contacts of a record.
const CONTACTS: [Attribute; 3] = [Attribute::NoticeEmail, Attribute::NoticePhone, Attribute::AddressLine];

/// The check.
pub(crate) struct HelperRecordedAsTheSubject;

static SPEC: Spec = Spec {
    id: "ID-14",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Helper recorded as the subject",
    family: Family::Identity,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::NoticeEmail,
        Attribute::NoticePhone,
        Attribute::AddressLine,
        Attribute::AddressPostalCode,
        Attribute::ContactRole,
        Attribute::ContactName,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["id_14_families"],
    rule: "The name beside a contact is not the subject's, or the contact is on a list of helpers and stands in the \
           records of {id_14_families} or more families.",
    not_when: &[
        "the contact is marked as a representative's, a sponsor's or an organization's",
        "the two share a surname: a household",
        "the contact is used by many but is on no list of helpers",
    ],
    harm_in_words: "The helper is told of the end of a status, the person is not.",
    evidence_shown: "The contact, and that it is not the person's own. Never who else has it.",
    route: Route {
        actor: "the office that keeps the contact",
        instrument: "a role for the contact (own, representative, sponsor, in care of) and a contact of the person",
        deadline: "before the next notice",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "press reports on the parole letters of April 2025; EOIR appearance forms",
};

impl Check for HelperRecordedAsTheSubject {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_families) = parameters.days("id_14_families", world.today) else { return Vec::new() };
        let is_marked =
            |record: &CaseRecord| record.record.value(Attribute::ContactRole).is_some_and(is_helper);
        // A possible record is read in the file that it is accepted in.
        let records = case.identities().filter(|record| record.is_accepted() && !is_marked(record));
        records
            .filter_map(|record| {
                let (contact, why) = not_own(record, world, u64::from(n_families.unsigned_abs()))?;
                let sentence = format!("The {} is not the person's own: {why}.", contact.plain_name());
                let inputs =
                    [(record, contact), (record, Attribute::ContactName), (record, Attribute::ContactRole)];
                Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
            })
            .collect()
    }
}

fn not_own(record: &CaseRecord, world: &World<'_>, n_families: u64) -> Option<(Attribute, String)> {
    let stated = || CONTACTS.into_iter().filter(|contact| record.record.value(*contact).is_some());
    if let (Some(contact), Some(name)) = (stated().next(), name_of_another(record)) {
        return Some((contact, format!("the name beside it is {name}")));
    }
    let is_of_helper = |contact: &Attribute| {
        let usage =
            contact_text(record, *contact).map(|text| world.holders.contact_usage(&text)).unwrap_or_default();
        usage.is_of_helper && usage.n_family_names >= n_families
    };
    let why = "it is on a list of helpers and stands in the records of several families".to_owned();
    stated().find(is_of_helper).map(|contact| (contact, why))
}

/// A contact in the form in which it is counted.
fn contact_text(record: &CaseRecord, contact: Attribute) -> Option<String> {
    match contact {
        Attribute::AddressLine => AddressKey::of_record(record).map(|key| key.whole),
        _ => record.record.value(contact).map(fold),
    }
}

/// The name beside the contact, when it shares no word with the subject's.
fn name_of_another(record: &CaseRecord) -> Option<&str> {
    let name = record.record.value(Attribute::ContactName)?;
    let words: BTreeSet<String> = tokens(name).into_iter().filter(|word| !is_particle(word)).collect();
    let own = name_of(record).token_set();
    let is_another = !words.is_empty() && !own.is_empty() && words.is_disjoint(&own);
    is_another.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ContactUsage, Holders,
        fixture::{check, check_with},
    };

    struct Usage(u64, bool);

    impl Holders for Usage {
        fn contact_usage(&self, contact: &str) -> ContactUsage {
            let is_known = contact == "office example org";
            ContactUsage {
                n_family_names: if is_known { self.0 } else { 0 },
                is_of_helper: is_known && self.1,
            }
        }
    }

    const FILE: &str = "
        benefits applications IOE1
          family_name Ruiz
          given_name Ana
          notice_email OFFICE@EXAMPLE.ORG\n";

    #[test]
    fn fires() {
        let said = "benefits/IOE1: The e-mail address for notices is not the person's own: it is on a list of helpers \
                    and stands in the records of several families.";
        check_with(&HelperRecordedAsTheSubject, FILE, &Usage(3, true), &[said]);
        let named = format!("{FILE}          contact_name Peter Vogel\n");
        let said = "benefits/IOE1: The e-mail address for notices is not the person's own: the name beside it is Peter \
                    Vogel.";
        check(&HelperRecordedAsTheSubject, &named, &[said]);
        check(&HelperRecordedAsTheSubject, &format!("{named}          contact_role SELF\n"), &[said]);
    }

    #[test]
    fn stays_silent() {
        for usage in [Usage(2, true), Usage(8, false)] {
            check_with(&HelperRecordedAsTheSubject, FILE, &usage, &[]);
        }
        for stated in [
            "contact_name Luis Ruiz",
            "contact_name ANA RUIZ",
            "contact_role ATTORNEY\n          contact_name Peter Vogel",
        ] {
            let text = format!("{FILE}          {stated}\n");
            check_with(&HelperRecordedAsTheSubject, &text, &Usage(2, true), &[]);
        }
        let marked = format!("{FILE}          contact_role SPONSOR\n");
        check_with(&HelperRecordedAsTheSubject, &marked, &Usage(3, true), &[]);
        check(
            &HelperRecordedAsTheSubject,
            "benefits applications IOE1\n  family_name Ruiz\n  contact_name Peter Vogel\n",
            &[],
        );
    }
}
