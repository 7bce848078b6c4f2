//! Every check, once.

use redress_casefile::CaseFile;

use crate::{
    Check, Discrepancy, Parameters, World, dp_01_departed_but_case_open::DepartedButCaseOpen,
    dp_03_departure_missing::DepartureMissing, id_01_two_people_in_one_record::TwoPeopleInOneRecord,
    id_03_number_one_keystroke_away::NumberOneKeystrokeAway,
    id_04_name_parts_in_another_order::NamePartsInAnotherOrder,
    id_06_default_or_impossible_birth_date::DefaultOrImpossibleBirthDate,
    id_07_day_and_month_exchanged::DayAndMonthExchanged,
    id_12_match_on_one_weak_attribute::MatchOnOneWeakAttribute,
    nt_01_notice_to_superseded_address::NoticeToSupersededAddress,
    nt_10_charging_paper_never_filed::ChargingPaperNeverFiled,
    or_01_undone_order_still_active::UndoneOrderStillActive,
    or_04_order_under_appeal_shown_as_final::OrderUnderAppealShownAsFinal,
};

/// Every check, by identifier.
static REGISTRY: [&dyn Check; 12] = [
    &DepartedButCaseOpen,
    &DepartureMissing,
    &TwoPeopleInOneRecord,
    &NumberOneKeystrokeAway,
    &NamePartsInAnotherOrder,
    &DefaultOrImpossibleBirthDate,
    &DayAndMonthExchanged,
    &MatchOnOneWeakAttribute,
    &NoticeToSupersededAddress,
    &ChargingPaperNeverFiled,
    &UndoneOrderStillActive,
    &OrderUnderAppealShownAsFinal,
];

/// Every check, by identifier.
#[must_use]
pub fn registry() -> &'static [&'static dyn Check] {
    &REGISTRY
}

/// Runs every check whose version is in force on the day, and sorts what they report by check, record and
/// inputs, so that the same case file gives the same findings byte for byte.
#[must_use]
pub fn run_all(case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
    let mut found: Vec<_> = registry()
        .iter()
        .filter(|check| check.spec().rule_effective_from <= world.today)
        .flat_map(|check| check.run(case, world, parameters))
        .collect();
    found.sort();
    found.dedup();
    found
}
