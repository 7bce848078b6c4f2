//! Statements and a dated rule in, discrepancies out; one check, one file.
//!
//! A [`Check`] reads a [`CaseFile`] and the [`World`] around it and reports. [`registry()`] lists every check
//! once; a check without a direction, a harm or an exception does not compile. [`path()`](path::path) reads the same statements
//! and the same dated numbers as the way of a case.
//!
//! Never: moves a case, decides anything, sums or sorts persons, or reads a clock: the day is an argument.

mod address;
mod agency;
mod agreement;
mod before_hearing;
mod catalogue;
mod court_rows;
mod delivery;
mod departure;
mod discrepancy;
mod docket;
mod dp_01_departed_but_case_open;
mod dp_02_departure_that_did_not_happen;
mod dp_03_departure_missing;
mod dp_04_leave_with_permission;
mod dp_05_overstay_miscounted;
mod dp_06_two_travelers_on_one_document;
mod dp_07_impossible_timeline;
#[cfg(test)]
mod fixture;
mod id_01_two_people_in_one_record;
mod id_02_one_person_under_two_numbers;
mod id_03_number_one_keystroke_away;
mod id_04_name_parts_in_another_order;
mod id_05_placeholder_for_a_name;
mod id_06_default_or_impossible_birth_date;
mod id_07_day_and_month_exchanged;
mod id_08_name_change_read_as_second_identity;
mod id_09_damaged_letters;
mod id_10_country_code_mapped_wrongly;
mod id_11_test_or_placeholder_record;
mod id_12_match_on_one_weak_attribute;
mod id_13_citizenship_evidence_contradicted;
mod id_14_helper_recorded_as_the_subject;
mod id_15_columns_shifted_at_import;
mod keeping;
#[cfg(test)]
mod laws;
mod majority;
mod nt_01_notice_to_superseded_address;
mod nt_02_address_changed_at_one_office_only;
mod nt_03_address_incomplete_or_misspelled;
mod nt_04_address_of_an_organization;
mod nt_05_mail_came_back;
mod nt_06_counsel_not_served;
mod nt_07_charging_paper_without_time_or_place;
mod nt_08_impossible_or_closed_hearing_day;
mod nt_09_notice_too_close_to_hearing;
mod nt_10_charging_paper_never_filed;
mod nt_11_notice_in_another_language;
mod nt_12_absent_while_in_custody;
mod nt_13_child_or_rider_not_served;
mod nt_14_hearing_moved_after_the_notice;
mod or_01_undone_order_still_active;
mod or_02_vacated_order_still_active;
mod or_03_stay_not_seen;
mod or_04_order_under_appeal_shown_as_final;
mod or_05_protection_against_removal;
mod or_06_status_granted_case_open;
mod or_07_ended_proceeding_still_active;
mod or_08_paused_case_as_no_show;
mod or_09_departure_in_time_as_removal;
mod or_10_undecided_or_without_effect;
mod or_11_departure_to_another_country;
mod or_12_death_recorded_case_active;
mod parameter;
pub mod path;
mod permit;
mod pr_01_vanished_between_releases;
mod pr_02_correction_not_received;
mod pr_03_partial_extract;
mod pr_04_contested_without_mark;
mod pr_05_kept_past_its_time;
mod pr_06_protected_class_visible;
mod pr_07_many_changed_without_review;
mod pr_08_derived_without_derivation;
mod reference;
mod registry;
pub mod release;
mod schedule;
mod sequence;
mod spec;
mod wording;
mod world;

pub use address::{AddressKey, five_digits};
pub use before_hearing::BeforeHearing;
pub use catalogue::catalogue_markdown;
pub use delivery::{Delivery, newest_extract};
pub use departure::{Evidence, departure_days_apart, departure_ladder, departures_of};
pub use discrepancy::{Discrepancy, INPUTS_MAX};
pub use keeping::{
    BulkChange, Contest, Correction, Disclosed, Extract, KEPT_IN_PART, Keeping, Loss, NothingKept, Schedule,
    SeenIn, ToldRecipient,
};
pub use parameter::{Parameter, ParameterError, Parameters};
pub use pr_06_protected_class_visible::is_of_secret_class;
pub use pr_07_many_changed_without_review::is_status;
pub use reference::contact_role::is_helper;
pub use registry::{registry, run_all};
pub use spec::{Check, DataClass, Family, Route, Spec};
pub use world::{
    AddressUsage, CityUsage, ContactUsage, Holder, Holders, NameUsage, NoHolders, SourceFacts, World,
};

pub use redress_casefile::{
    CaseFile,
    finding::{Direction, Harm},
};
