//! ID-12: a match that rests on one weak attribute.
//!
//! An agency's system has matched a row to a court case because the names are the same, with no date of birth
//! and no number beside it. Of the pairs that one public matcher called certain, 6,220 had been judged
//! different by analysts; in
//! 97.9 % of these a birth date was missing on one side: same name, nothing to disagree (nomenklatura #334). Some 4,700
//! student records were ended on name matches and restored later.
//!
//! The rule reads the agency's own match: a record that asserts a court case, says that the match was made by
//! name, and states neither date of birth nor A-number nor passport number that could support it.
//!
//! It stays silent as soon as the record states anything of that kind, or says that the match was made by
//! number. The match may well be right; the finding only takes away what it cannot carry, so it favors the
//! person. Its sentence says how many records use the family name, where that is known: a name that many bear carries
//! less.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::tokens};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::BY_NAME, schedule::next_day,
};

/// What would support a match beyond the name.
const SUPPORT: [Attribute; 3] = [Attribute::BirthDate, Attribute::ANumber, Attribute::PassportNumber];

/// The check.
pub(crate) struct MatchOnOneWeakAttribute;

static SPEC: Spec = Spec {
    id: "ID-12",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Match that rests on the name alone",
    family: Family::Identity,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::AssertedProceeding,
        Attribute::AssertedBy,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::PassportNumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A record asserts a match to a court case that was made by name, and states no date of birth, \
           A-number or passport number that could support it.",
    not_when: &[
        "the match was made by number",
        "the record states a date of birth, an A-number or a passport number",
    ],
    harm_in_words: "The order or the absence of a namesake is read as this person's.",
    evidence_shown: "What agreed, what disagreed and what could not be compared, as three counts; how many \
                     others share the name.",
    route: Route {
        actor: "the agency that made the match",
        instrument: "hold the match to be possible only, suspend every mark derived from it",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "opensanctions/nomenklatura issue 334: same name, nothing to disagree",
};

impl Check for MatchOnOneWeakAttribute {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        // A possible record is read in the file that it is accepted in.
        let weak = case.identities().filter(|record| record.is_accepted() && rests_on_the_name(record));
        weak.map(|record| report(record, case, world)).collect()
    }
}

fn rests_on_the_name(record: &CaseRecord) -> bool {
    record.record.value(Attribute::AssertedProceeding).is_some()
        && record.record.value(Attribute::AssertedBy) == Some(BY_NAME)
        && SUPPORT.iter().all(|attribute| record.record.value(*attribute).is_none())
}

fn report(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let inputs =
        [Attribute::AssertedProceeding, Attribute::AssertedBy, Attribute::FamilyName, Attribute::GivenName]
            .map(|attribute| (record, attribute));
    let proceeding = record.record.value(Attribute::AssertedProceeding).unwrap_or_default();
    let mut sentence = format!(
        "The agency matched this row to court case {proceeding} by name alone; no date of birth and no \
         number stands beside the name."
    );
    if let Some(n_records) = records_with_the_family_name(record, world) {
        sentence.push_str(&format!(" In the records at hand, {n_records} have this family name."));
    }
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

/// Records that use the family name, of several words the one that fewest use. None where usage is not known.
fn records_with_the_family_name(record: &CaseRecord, world: &World<'_>) -> Option<u64> {
    let name = record.record.value(Attribute::FamilyName)?;
    let usage = tokens(name).into_iter().map(|word| world.holders.name_usage(&word).n_family);
    usage.min().filter(|n_records| *n_records > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Holders, NameUsage,
        fixture::{check, check_with},
    };

    const ROW: &str = "
        status extract S1
          family_name Ruiz
          given_name Ana
          asserted_proceeding 4711
          asserted_by NAME\n";

    #[test]
    fn fires_on_a_match_by_name_alone() {
        let expected = "status/S1: The agency matched this row to court case 4711 by name alone; no date of \
                        birth and no number stands beside the name.";
        check(&MatchOnOneWeakAttribute, ROW, &[expected]);
        let unreadable = format!("{ROW}          birth_date 31/31/1990 =>");
        check(&MatchOnOneWeakAttribute, &unreadable, &[expected]);
    }

    #[test]
    fn says_how_many_records_have_the_rarest_word_of_the_family_name() {
        struct Usage;
        impl Holders for Usage {
            fn name_usage(&self, word: &str) -> NameUsage {
                let n_family = if word == "ruiz" { 310 } else { 14 };
                NameUsage { n_given: 1, n_family }
            }
        }
        let expected = |n: u64| {
            format!(
                "status/S1: The agency matched this row to court case 4711 by name alone; no date of birth and no \
                 number stands beside the name. In the records at hand, {n} have this family name."
            )
        };
        check_with(&MatchOnOneWeakAttribute, ROW, &Usage, &[&expected(310)]);
        let two = ROW.replace("family_name Ruiz", "family_name Ruiz Orduña");
        check_with(&MatchOnOneWeakAttribute, &two, &Usage, &[&expected(14)]);
    }

    #[test]
    fn stays_silent() {
        for support in ["birth_date 1990-03-04", "a_number 200000017", "passport_number X1234567"] {
            check(&MatchOnOneWeakAttribute, &format!("{ROW}          {support}"), &[]);
        }
        check(&MatchOnOneWeakAttribute, &ROW.replace("asserted_by NAME", "asserted_by NUMBER"), &[]);
        check(&MatchOnOneWeakAttribute, &ROW.replace("asserted_proceeding 4711", ""), &[]);
        let possible = format!("benefits applications IOE1\n{}", ROW.trim().replace("S1", "S1 possible"));
        let possible = possible.replace("          ", "  ");
        check(&MatchOnOneWeakAttribute, &possible, &[]);
    }
}
