//! Every check, once.

use redress_casefile::CaseFile;

use crate::{
    Check, Discrepancy, Parameters, World, dp_01_departed_but_case_open::DepartedButCaseOpen,
    dp_02_departure_that_did_not_happen::DepartureThatDidNotHappen,
    dp_03_departure_missing::DepartureMissing, dp_04_leave_with_permission::LeaveWithPermission,
    dp_05_overstay_miscounted::OverstayMiscounted,
    dp_06_two_travelers_on_one_document::TwoTravelersOnOneDocument,
    dp_07_impossible_timeline::ImpossibleTimeline, id_01_two_people_in_one_record::TwoPeopleInOneRecord,
    id_02_one_person_under_two_numbers::OnePersonUnderTwoNumbers,
    id_03_number_one_keystroke_away::NumberOneKeystrokeAway,
    id_04_name_parts_in_another_order::NamePartsInAnotherOrder,
    id_05_placeholder_for_a_name::PlaceholderForAName,
    id_06_default_or_impossible_birth_date::DefaultOrImpossibleBirthDate,
    id_07_day_and_month_exchanged::DayAndMonthExchanged,
    id_08_name_change_read_as_second_identity::NameChangeReadAsSecondIdentity,
    id_09_damaged_letters::DamagedLetters, id_10_country_code_mapped_wrongly::CountryCodeMappedWrongly,
    id_11_test_or_placeholder_record::TestOrPlaceholderRecord,
    id_12_match_on_one_weak_attribute::MatchOnOneWeakAttribute,
    id_13_citizenship_evidence_contradicted::CitizenshipEvidenceContradicted,
    id_14_helper_recorded_as_the_subject::HelperRecordedAsTheSubject,
    id_15_columns_shifted_at_import::ColumnsShiftedAtImport,
    nt_01_notice_to_superseded_address::NoticeToSupersededAddress,
    nt_02_address_changed_at_one_office_only::AddressChangedAtOneOfficeOnly,
    nt_03_address_incomplete_or_misspelled::AddressIncompleteOrMisspelled,
    nt_04_address_of_an_organization::AddressOfAnOrganization, nt_05_mail_came_back::MailCameBack,
    nt_06_counsel_not_served::CounselNotServed,
    nt_07_charging_paper_without_time_or_place::ChargingPaperWithoutTimeOrPlace,
    nt_08_impossible_or_closed_hearing_day::ImpossibleOrClosedHearingDay,
    nt_09_notice_too_close_to_hearing::NoticeTooCloseToHearing,
    nt_10_charging_paper_never_filed::ChargingPaperNeverFiled,
    nt_11_notice_in_another_language::NoticeInAnotherLanguage,
    nt_12_absent_while_in_custody::AbsentWhileInCustody,
    nt_13_child_or_rider_not_served::ChildOrRiderNotServed,
    nt_14_hearing_moved_after_the_notice::HearingMovedAfterTheNotice,
    or_01_undone_order_still_active::UndoneOrderStillActive,
    or_02_vacated_order_still_active::VacatedOrderStillActive, or_03_stay_not_seen::StayNotSeen,
    or_04_order_under_appeal_shown_as_final::OrderUnderAppealShownAsFinal,
    or_05_protection_against_removal::ProtectionAgainstRemoval,
    or_06_status_granted_case_open::StatusGrantedCaseOpen,
    or_07_ended_proceeding_still_active::EndedProceedingStillActive,
    or_08_paused_case_as_no_show::PausedCaseAsNoShow,
    or_09_departure_in_time_as_removal::DepartureInTimeAsRemoval,
    or_10_undecided_or_without_effect::UndecidedOrWithoutEffect,
    or_11_departure_to_another_country::DepartureToAnotherCountry,
    or_12_death_recorded_case_active::DeathRecordedCaseActive,
    pr_01_vanished_between_releases::VanishedBetweenReleases,
    pr_02_correction_not_received::CorrectionNotReceived, pr_03_partial_extract::PartialExtract,
    pr_04_contested_without_mark::ContestedWithoutMark, pr_05_kept_past_its_time::KeptPastItsTime,
    pr_06_protected_class_visible::ProtectedClassVisible,
    pr_07_many_changed_without_review::ManyChangedWithoutReview,
    pr_08_derived_without_derivation::DerivedWithoutDerivation,
};

/// Every check, by identifier.
static REGISTRY: &[&dyn Check] = &[
    &DepartedButCaseOpen,
    &DepartureThatDidNotHappen,
    &DepartureMissing,
    &LeaveWithPermission,
    &OverstayMiscounted,
    &TwoTravelersOnOneDocument,
    &ImpossibleTimeline,
    &TwoPeopleInOneRecord,
    &OnePersonUnderTwoNumbers,
    &NumberOneKeystrokeAway,
    &NamePartsInAnotherOrder,
    &PlaceholderForAName,
    &DefaultOrImpossibleBirthDate,
    &DayAndMonthExchanged,
    &NameChangeReadAsSecondIdentity,
    &DamagedLetters,
    &CountryCodeMappedWrongly,
    &TestOrPlaceholderRecord,
    &MatchOnOneWeakAttribute,
    &CitizenshipEvidenceContradicted,
    &HelperRecordedAsTheSubject,
    &ColumnsShiftedAtImport,
    &NoticeToSupersededAddress,
    &AddressChangedAtOneOfficeOnly,
    &AddressIncompleteOrMisspelled,
    &AddressOfAnOrganization,
    &MailCameBack,
    &CounselNotServed,
    &ChargingPaperWithoutTimeOrPlace,
    &ImpossibleOrClosedHearingDay,
    &NoticeTooCloseToHearing,
    &ChargingPaperNeverFiled,
    &NoticeInAnotherLanguage,
    &AbsentWhileInCustody,
    &ChildOrRiderNotServed,
    &HearingMovedAfterTheNotice,
    &UndoneOrderStillActive,
    &VacatedOrderStillActive,
    &StayNotSeen,
    &OrderUnderAppealShownAsFinal,
    &ProtectionAgainstRemoval,
    &StatusGrantedCaseOpen,
    &EndedProceedingStillActive,
    &PausedCaseAsNoShow,
    &DepartureInTimeAsRemoval,
    &UndecidedOrWithoutEffect,
    &DepartureToAnotherCountry,
    &DeathRecordedCaseActive,
    &VanishedBetweenReleases,
    &CorrectionNotReceived,
    &PartialExtract,
    &ContestedWithoutMark,
    &KeptPastItsTime,
    &ProtectedClassVisible,
    &ManyChangedWithoutReview,
    &DerivedWithoutDerivation,
];

/// Every check, by identifier.
#[must_use]
pub fn registry() -> &'static [&'static dyn Check] {
    REGISTRY
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use proptest::prelude::*;
    use redress_statement::Attribute;
    use redress_testkit::parse_case_file;

    use super::*;
    use crate::{
        Direction, Family, Harm, NoHolders, NothingKept, Spec,
        fixture::{READ_COUNTRIES, TODAY, sources},
    };

    /// The catalogue's own table: harm of leaving the error, and whether its finding could worsen somebody's
    /// position.
    const EXPECTED: &[(&str, Harm, bool)] = &[
        ("DP-01", Harm::H2, false),
        ("DP-02", Harm::H4, true),
        ("DP-03", Harm::H4, false),
        ("DP-04", Harm::H4, false),
        ("DP-05", Harm::H4, true),
        ("DP-06", Harm::H4, true),
        ("DP-07", Harm::H3, true),
        ("ID-01", Harm::H5, true),
        ("ID-02", Harm::H3, true),
        ("ID-03", Harm::H5, true),
        ("ID-04", Harm::H3, false),
        ("ID-05", Harm::H3, false),
        ("ID-06", Harm::H3, true),
        ("ID-07", Harm::H3, true),
        ("ID-08", Harm::H3, true),
        ("ID-09", Harm::H2, false),
        ("ID-10", Harm::H4, true),
        ("ID-11", Harm::H1, false),
        ("ID-12", Harm::H5, false),
        ("ID-13", Harm::H5, false),
        ("ID-14", Harm::H4, false),
        ("ID-15", Harm::H4, false),
        ("NT-01", Harm::H4, false),
        ("NT-02", Harm::H4, false),
        ("NT-03", Harm::H4, false),
        ("NT-04", Harm::H4, false),
        ("NT-05", Harm::H4, false),
        ("NT-06", Harm::H4, false),
        ("NT-07", Harm::H3, false),
        ("NT-08", Harm::H4, false),
        ("NT-09", Harm::H4, false),
        ("NT-10", Harm::H3, false),
        ("NT-11", Harm::H4, false),
        ("NT-12", Harm::H5, false),
        ("NT-13", Harm::H4, false),
        ("NT-14", Harm::H4, false),
        ("OR-01", Harm::H5, false),
        ("OR-02", Harm::H5, false),
        ("OR-03", Harm::H5, false),
        ("OR-04", Harm::H5, false),
        ("OR-05", Harm::H5, false),
        ("OR-06", Harm::H3, false),
        ("OR-07", Harm::H4, false),
        ("OR-08", Harm::H4, false),
        ("OR-09", Harm::H4, false),
        ("OR-10", Harm::H4, false),
        ("OR-11", Harm::H5, false),
        ("OR-12", Harm::H2, false),
        ("PR-01", Harm::H3, false),
        ("PR-02", Harm::H5, false),
        ("PR-03", Harm::H4, false),
        ("PR-04", Harm::H5, false),
        ("PR-05", Harm::H3, false),
        ("PR-06", Harm::H5, false),
        ("PR-07", Harm::H4, false),
        ("PR-08", Harm::H3, false),
    ];

    #[test]
    fn every_check_stands_once_in_order_with_its_harm_and_direction() {
        let found: Vec<_> = registry()
            .iter()
            .map(|check| check.spec())
            .map(|spec| (spec.id, spec.harm, spec.direction == Direction::AdversePossible))
            .collect();
        assert_eq!(found, EXPECTED);
    }

    #[test]
    fn every_description_is_whole_and_plain() {
        const FORBIDDEN: [&str; 7] =
            ["score", "confidence", "golden record", "alien", "target", "alert", "subject of interest"];
        for spec in registry().iter().map(|check| check.spec()) {
            let texts = [spec.title, spec.rule, spec.harm_in_words, spec.evidence_shown, spec.citation];
            let route = [spec.route.actor, spec.route.instrument];
            for text in texts.iter().chain(spec.not_when).chain(&route) {
                assert!(!text.is_empty(), "{} leaves something unsaid", spec.id);
                let lower = text.to_lowercase();
                assert!(!FORBIDDEN.iter().any(|word| lower.contains(word)), "{}: {text}", spec.id);
            }
            assert!(spec.version >= 1 && spec.rule_effective_from <= TODAY, "{}", spec.id);
            assert!(spec.not_when.len() >= 2 && !spec.data.is_empty(), "{}", spec.id);
            let unique: std::collections::BTreeSet<_> = spec.inputs.iter().collect();
            assert_eq!(unique.len(), spec.inputs.len(), "{} names an input twice", spec.id);
        }
    }

    /// A number that has a date stands in no text: it would be wrong on the day on which it changes.
    #[test]
    fn a_text_names_its_numbers_and_says_none_of_them() {
        let parameters = Parameters::built_in().unwrap();
        for spec in registry().iter().map(|check| check.spec()) {
            for text in std::iter::once(&spec.rule).chain(spec.not_when) {
                for name in
                    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
                {
                    assert!(spec.parameters.contains(&name), "{} does not read `{name}`", spec.id);
                }
                assert!(!parameters.fill(text, TODAY).contains('{'), "{}: {text}", spec.id);
                let words = || text.split(|c: char| !c.is_ascii_digit());
                for name in spec.parameters {
                    let value = parameters.number(name, TODAY).unwrap().to_string();
                    assert!(words().all(|word| word != value), "{} says {value}, which is `{name}`", spec.id);
                }
            }
        }
    }

    /// No check reads what would let it treat people differently for who they are. Those whose subject is a
    /// country compare one person's countries with each other.
    #[test]
    fn no_check_reads_sex_or_country() {
        // A check of the record itself compares a value with what was kept of that value, whatever it says.
        // So does the check of displaced rows, which asks only whether a value can be read.
        let of_values = |spec: &&Spec| spec.family != Family::Process && spec.id != "ID-15";
        for spec in registry().iter().map(|check| check.spec()).filter(of_values) {
            let may_read_country = READ_COUNTRIES.contains(&spec.id);
            assert!(!spec.inputs.contains(&Attribute::Sex), "{} reads the sex", spec.id);
            for attribute in [Attribute::BirthCountry, Attribute::CitizenshipCountry] {
                assert!(
                    may_read_country || !spec.inputs.contains(&attribute),
                    "{} reads {attribute}",
                    spec.id
                );
            }
        }
    }

    #[test]
    fn a_rule_that_is_not_yet_in_force_reports_nothing() {
        let case = parse_case_file("border i94_records I1\n  birth_date 2049-01-01");
        let (sources, parameters) = (BTreeMap::new(), Parameters::built_in().unwrap());
        for (today, n_found) in [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1)] {
            let world = World { today, sources: &sources, holders: &NoHolders, keeping: &NothingKept };
            assert_eq!(run_all(&case, &world, &parameters).len(), n_found, "{today}");
        }
    }

    const VALUES: [(&str, &[&str]); 24] = [
        ("family_name", &["García López", "García", "López", "de la Cruz", "Cruz", "FNU"]),
        ("given_name", &["Ana", "Ana María", "Luis", "García", "FNU"]),
        ("middle_name", &["García", "M", "de la"]),
        ("birth_date", &["1990-03-04", "1990-04-03", "1990-01-01", "1962-11-23", "2049-03-04", "1990"]),
        ("a_number", &["200000017", "200000071", "20000017", "200009999", "X"]),
        ("passport_number", &["X1234567"]),
        ("birth_document", &["yes"]),
        ("application_form", &["I-765"]),
        ("arrived_on", &["2019-05-06", "2022-08-01", "1980-01-01"]),
        ("departed_on", &["2021-01-01", "2026-06-09", "x =>"]),
        ("departure_basis", &["FLOWN_MANIFEST", "BOOKED", "SELF_REPORTED"]),
        ("case_status", &["ACTIVE", "CLOSED"]),
        ("final_order", &["yes", "no"]),
        ("final_order_on", &["2025-02-03"]),
        ("next_check_in_on", &["2026-12-01"]),
        ("nta_issued_on", &["2026-02-03"]),
        ("nta_hearing_on", &["2026-06-09"]),
        ("asserted_proceeding", &["K0"]),
        ("asserted_by", &["NAME", "NUMBER"]),
        ("address_line", &["12 Oak Street", "9 Elm Avenue"]),
        ("address_office", &["COURT", "BENEFITS"]),
        ("address_received_on", &["2026-03-01", "2026-05-01"]),
        ("order_on", &["2025-02-03", "2026-10-22", "9999-12-31"]),
        ("appeal_filed_on", &["2026-06-01"]),
    ];

    const ROW_VALUES: [&str; 5] = [
        "order_on 2025-02-03\n  in_absentia yes\n  order_code X\n  appeal_reserved A",
        "motion_kind MA\n  motion_decision G\n  motion_decided_on 2025-06-10",
        "notice_mailed_on 2026-05-03\n  notice_served M\n  address_line 1 Ash Road\n  notice_hearing_on 2027-01-01",
        "appeal_filed_on 2026-06-01",
        "hearing_on 2027-02-03",
    ];

    /// A case file of up to five records, each with some of the values, and rows attached to the first.
    fn any_case_file() -> impl Strategy<Value = String> {
        let statement = prop::sample::select(&VALUES[..]).prop_flat_map(|(attribute, values)| {
            prop::sample::select(values).prop_map(move |value| format!("  {attribute} {value}\n"))
        });
        let source = prop::sample::select(&["benefits", "border", "court", "status"][..]);
        let standing = prop::sample::select(&["", " possible"][..]);
        let record = (source, standing, prop::collection::vec(statement, 0..12));
        let rows = prop::collection::vec(prop::sample::select(&ROW_VALUES[..]), 0..4);
        (prop::collection::vec(record, 1..6), rows).prop_map(|(records, rows)| {
            let mut text = String::new();
            for (place, (source, standing, statements)) in records.iter().enumerate() {
                let (source, standing) = if place == 0 { ("court", "") } else { (*source, *standing) };
                text += &format!("{source} table K{place}{standing}\n{}", statements.concat());
            }
            for (place, row) in rows.iter().enumerate() {
                text += &format!("court rows R{place} about K0\n  {row}\n");
            }
            text
        })
    }

    proptest! {
        #[test]
        fn any_case_file_gives_the_same_findings_in_any_order(text in any_case_file()) {
            let (case, sources) = (parse_case_file(&text), sources());
            let world = World { today: TODAY, sources: &sources, holders: &NoHolders, keeping: &NothingKept };
            let parameters = Parameters::built_in().unwrap();
            let found = run_all(&case, &world, &parameters);
            let mut reversed = case.clone();
            reversed.records.reverse();
            prop_assert_eq!(format!("{found:?}"), format!("{:?}", run_all(&reversed, &world, &parameters)));
            prop_assert!(found.is_sorted());
            for discrepancy in &found {
                let first = discrepancy.inputs.first().map(|input| input.record);
                prop_assert_eq!(first, Some(discrepancy.at));
                let rests = discrepancy.inputs.iter().any(|i| !case.record(i.record).unwrap().is_accepted());
                prop_assert_eq!(discrepancy.rests_on_possible_link, rests);
                let same = |other: &&Discrepancy| (other.check, other.at) == (discrepancy.check, discrepancy.at);
                prop_assert_eq!(found.iter().filter(same).count(), 1, "one finding for one record and check");
                prop_assert!(discrepancy.sentence.ends_with('.'));
            }
        }
    }
}
