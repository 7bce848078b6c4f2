//! The allow-list: everything that a statement may be about.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How a value of an attribute is read and normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Part of a name: trimmed, inner white space made single. Letters are kept as written.
    Name,
    /// A date of reduced precision, normalized to ISO 8601 (`2001-03-09`, `2001-03`, `2001`).
    Date,
    /// A code of the source: trimmed and in upper case.
    Code,
    /// A number or mark that stands for one person or paper: letters and digits only, in upper case.
    Identifier,
    /// `yes` or `no`, however the source spells it.
    Mark,
    /// Where notices are sent. Never used to find anybody.
    Address,
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $variant:ident, $wire:literal, $kind:ident, $plain:literal;)*) => {
        /// What a statement is about. A closed list: a column that has no attribute here is dropped at
        /// intake and reported by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Attribute {
            $($(#[$doc])* $variant,)*
        }

        impl Attribute {
            /// Every attribute, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in contracts, payloads and files: stable for ever.
            #[must_use]
            pub const fn wire_name(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }

            /// How its values are read.
            #[must_use]
            pub const fn kind(self) -> ValueKind {
                match self { $(Self::$variant => ValueKind::$kind,)* }
            }

            /// Its name in plain words, for a page or a letter.
            #[must_use]
            pub const fn plain_name(self) -> &'static str {
                match self { $(Self::$variant => $plain,)* }
            }
        }

        impl FromStr for Attribute {
            type Err = UnknownAttribute;

            fn from_str(text: &str) -> Result<Self, UnknownAttribute> {
                match text {
                    $($wire => Ok(Self::$variant),)*
                    _ => Err(UnknownAttribute(text.chars().take(60).collect())),
                }
            }
        }
    };
}

attributes! {
    /// Family name or names.
    FamilyName, "family_name", Name, "family name";
    /// Given name or names.
    GivenName, "given_name", Name, "given name";
    /// Middle name, patronymic, or what the source put there.
    MiddleName, "middle_name", Name, "middle name";
    /// Date of birth.
    BirthDate, "birth_date", Date, "date of birth";
    /// Sex as the source records it, used to tell twins apart.
    Sex, "sex", Code, "sex";
    /// Country of birth, ISO 3166-1 alpha-3 or the source's code.
    BirthCountry, "birth_country", Code, "country of birth";
    /// Country of citizenship, ISO 3166-1 alpha-3 or the source's code.
    CitizenshipCountry, "citizenship_country", Code, "country of citizenship";
    /// The agency's file number of a person (A-number): 8 or 9 digits.
    ANumber, "a_number", Identifier, "A-number";
    /// Number of a passport or travel document.
    PassportNumber, "passport_number", Identifier, "passport number";
    /// Receipt number of an application.
    ReceiptNumber, "receipt_number", Identifier, "receipt number";
    /// A birth document that gives the recorded date is on file.
    BirthDocument, "birth_document", Mark, "birth document on file";
    /// A document of a change of name is on file.
    NameChangeDocument, "name_change_document", Mark, "name change document on file";
    /// Street line of the address for notices.
    AddressLine, "address_line", Address, "address for notices";
    /// City of the address for notices.
    AddressCity, "address_city", Address, "city of the address for notices";
    /// State of the address for notices.
    AddressState, "address_state", Address, "state of the address for notices";
    /// Postal code of the address for notices.
    AddressPostalCode, "address_postal_code", Address, "postal code of the address for notices";
    /// The office that received the address.
    AddressOffice, "address_office", Code, "office that received the address";
    /// The day on which that office received the address.
    AddressReceivedOn, "address_received_on", Date, "day the address was received";
    /// Form of an application.
    ApplicationForm, "application_form", Code, "application form";
    /// Day of filing of an application.
    ApplicationFiledOn, "application_filed_on", Date, "day of filing";
    /// Status of an application.
    ApplicationStatus, "application_status", Code, "status of the application";
    /// Class under which a traveller was admitted.
    ClassOfAdmission, "class_of_admission", Code, "class of admission";
    /// Day of an arrival.
    ArrivedOn, "arrived_on", Date, "day of arrival";
    /// Air, land or sea. Never a place.
    ArrivalMode, "arrival_mode", Code, "way of arrival";
    /// Last day of the admission, or `D/S`.
    AdmittedUntil, "admitted_until", Code, "admitted until";
    /// Day of a departure.
    DepartedOn, "departed_on", Date, "day of departure";
    /// What the departure rests on: a flown manifest, an exit record, a booking, the traveller's word.
    DepartureBasis, "departure_basis", Code, "what the departure rests on";
    /// Air, land or sea. Never a place.
    DepartureMode, "departure_mode", Code, "way of departure";
    /// Day on which the charging paper was filed with the court (`OSC_DATE`).
    NtaFiledOn, "nta_filed_on", Date, "day the charging paper (Notice to Appear) was filed with the court";
    /// Kind of court case.
    CaseType, "case_type", Code, "kind of court case";
    /// The court that holds the proceeding.
    CourtCity, "court_city", Code, "court";
    /// Day of a hearing.
    HearingOn, "hearing_on", Date, "day of the hearing";
    /// Language of the hearing.
    Language, "language", Code, "language of the hearing";
    /// Day of the last change of address that the court noted.
    AddressChangedOn, "address_changed_on", Date, "day the court noted a change of address";
    /// Day on which the judge completed the proceeding.
    OrderOn, "order_on", Date, "day of the order";
    /// Decision of the judge.
    OrderCode, "order_code", Code, "decision of the judge";
    /// Completion other than by a decision.
    OtherCompletion, "other_completion", Code, "other completion";
    /// The order was made in the person's absence.
    InAbsentia, "in_absentia", Mark, "ordered in the person's absence";
    /// Who kept the right to appeal.
    AppealReserved, "appeal_reserved", Code, "appeal reserved by";
    /// Last day for an appeal.
    AppealDueOn, "appeal_due_on", Date, "last day for an appeal";
    /// Day on which an appeal was filed.
    AppealFiledOn, "appeal_filed_on", Date, "day the appeal was filed";
    /// Day on which an appeal was decided.
    AppealDecidedOn, "appeal_decided_on", Date, "day the appeal was decided";
    /// Decision on an appeal.
    AppealDecision, "appeal_decision", Code, "decision on the appeal";
    /// Kind of a motion.
    MotionKind, "motion_kind", Code, "kind of motion";
    /// Day on which a motion was received.
    MotionReceivedOn, "motion_received_on", Date, "day the motion was received";
    /// Day on which a motion was decided.
    MotionDecidedOn, "motion_decided_on", Date, "day the motion was decided";
    /// Decision on a motion.
    MotionDecision, "motion_decision", Code, "decision on the motion";
    /// Kind of a notice.
    NoticeKind, "notice_kind", Code, "kind of notice";
    /// Day on which a notice was mailed or handed over.
    NoticeMailedOn, "notice_mailed_on", Date, "day the notice was sent";
    /// Day of the hearing that a notice names.
    NoticeHearingOn, "notice_hearing_on", Date, "day of the hearing in the notice";
    /// How a notice was served: by mail, in person, on counsel.
    NoticeServed, "notice_served", Code, "how the notice was served";
    /// Identifier that the court gave a case for handling.
    CaseIdentifier, "case_identifier", Code, "case identifier";
    /// Open or closed, as the agency has it.
    CaseStatus, "case_status", Code, "status at the agency";
    /// The agency holds that an order is final.
    FinalOrder, "final_order", Mark, "marked as finally ordered";
    /// The day of the order that the agency holds to be final.
    FinalOrderOn, "final_order_on", Date, "day of the order marked as final";
    /// The agency holds that the person has left.
    Departed, "departed", Mark, "marked as departed";
    /// Day on which a charging paper was handed over.
    NtaIssuedOn, "nta_issued_on", Date, "day the charging paper (Notice to Appear) was issued";
    /// Day of the hearing that the charging paper names.
    NtaHearingOn, "nta_hearing_on", Date, "day of the hearing in the charging paper (Notice to Appear)";
    /// Court that the charging paper names.
    NtaCourt, "nta_court", Code, "court in the charging paper (Notice to Appear)";
    /// Day of the next appointment with the agency.
    NextCheckInOn, "next_check_in_on", Date, "day of the next check-in";
    /// The court case that the agency itself matched to its row.
    AssertedProceeding, "asserted_proceeding", Identifier, "court case that the agency matched";
    /// What the agency's own match rests on.
    AssertedBy, "asserted_by", Code, "what the agency's match rests on";
    /// Category under which the agency keeps the case.
    CaseCategory, "case_category", Code, "category of the case at the agency";
    /// Why the court holds a case.
    HoldReason, "hold_reason", Code, "reason for which the court holds the case";
    /// Kind of an appeal: against an order, about a bond, on a motion.
    AppealKind, "appeal_kind", Code, "kind of appeal";
    /// Decision of a federal court about an order.
    FederalCourtDecision, "federal_court_decision", Code, "decision of a federal court";
    /// Day of that decision.
    FederalCourtDecidedOn, "federal_court_decided_on", Date, "day of the federal court's decision";
    /// Whether a stay of an order was granted.
    StayDecision, "stay_decision", Code, "decision on a stay";
    /// Day from which a stay is in force.
    StayFrom, "stay_from", Date, "day from which the order is stayed";
    /// Day on which a stay ended or was dissolved.
    StayEndedOn, "stay_ended_on", Date, "day on which the stay ended";
    /// What somebody asked the court for.
    ReliefKind, "relief_kind", Code, "relief asked of the court";
    /// Day on which the court received that application.
    ReliefFiledOn, "relief_filed_on", Date, "day the court received the application for relief";
    /// The court's decision on it.
    ReliefDecision, "relief_decision", Code, "decision on the application for relief";
    /// Kind of a protection against removal.
    ProtectionKind, "protection_kind", Code, "kind of protection";
    /// Day from which a protection is in force.
    ProtectionFrom, "protection_from", Date, "day from which the protection is in force";
    /// Day on which a dated decision ended a protection.
    ProtectionEndedOn, "protection_ended_on", Date, "day on which the protection ended";
    /// Country to which the person may not be returned.
    ProtectedFromCountry, "protected_from_country", Code, "country to which no return is allowed";
    /// Country that an order names.
    OrderedCountry, "ordered_country", Code, "country named in the order";
    /// Country to which somebody left. Never a place within one.
    DepartureCountry, "departure_country", Code, "country of departure";
    /// A document by which a third country accepts the person is on file.
    ThirdCountryAccepted, "third_country_accepted", Mark, "acceptance by a third country on file";
    /// Day on which notice of a departure to a third country was served.
    ThirdCountryNoticeOn, "third_country_notice_on", Date, "day notice of a third country was served";
    /// Last day for leaving of one's own accord.
    VoluntaryDepartureUntil, "voluntary_departure_until", Date, "last day for voluntary departure";
    /// The agency holds that the person may not come back for some years.
    EntryBar, "entry_bar", Mark, "marked as barred from coming back";
    /// Day on which an application was decided.
    ApplicationDecidedOn, "application_decided_on", Date, "day the application was decided";
    /// Day of death.
    DiedOn, "died_on", Date, "day of death";
    /// A document of the death is on file.
    DeathDocument, "death_document", Mark, "death document on file";
    /// The owner marks the row as deleted.
    Deleted, "deleted", Mark, "marked as deleted by its owner";
    /// A day on which the person was there: at a hearing, an appointment, a signing. Never where.
    PresentOn, "present_on", Date, "day on which the person was present";
    /// Kind of a permission to travel and return.
    PermitKind, "permit_kind", Code, "kind of travel permit";
    /// First day of that permission.
    PermitFrom, "permit_from", Date, "first day of the travel permit";
    /// Last day of that permission.
    PermitUntil, "permit_until", Date, "last day of the travel permit";
    /// The agency holds that the person stayed longer than admitted.
    Overstay, "overstay", Mark, "marked as having overstayed";
    /// Last day of an admission as extended, revalidated or tolled.
    AdmissionExtendedUntil, "admission_extended_until", Date, "admission extended until";
    /// Day on which custody began, as the source has it. Never where.
    DetainedOn, "detained_on", Date, "day custody began";
    /// Day on which custody ended, as the source has it.
    ReleasedOn, "released_on", Date, "day custody ended";
    /// The person confirms the name in this form.
    NameConfirmed, "name_confirmed", Mark, "the person confirms the name in this form";
    /// Day of a marriage, divorce, adoption, court order or naturalization that changed the name.
    NameChangedOn, "name_changed_on", Date, "day the name changed";
    /// The agency holds that the person uses a second identity.
    SecondIdentity, "second_identity", Mark, "marked as a second identity";
    /// More than one citizenship is recorded on purpose.
    DualNationality, "dual_nationality", Mark, "dual nationality recorded";
    /// Kind of evidence of citizenship of the country that keeps the record.
    CitizenshipEvidence, "citizenship_evidence", Code, "evidence of citizenship";
    /// Day of that evidence.
    CitizenshipEvidenceOn, "citizenship_evidence_on", Date, "day of the evidence of citizenship";
    /// Day on which the named office decided, with its reason, on evidence of citizenship or residence.
    CitizenshipDecidedOn, "citizenship_decided_on", Date, "day citizenship was decided on";
    /// The person is recorded as a lawful permanent resident.
    PermanentResident, "permanent_resident", Mark, "recorded as a permanent resident";
    /// E-mail address for notices.
    NoticeEmail, "notice_email", Address, "e-mail address for notices";
    /// Telephone number for notices.
    NoticePhone, "notice_phone", Identifier, "telephone number for notices";
    /// Whose contact it is: the person's own, a representative's, a sponsor's.
    ContactRole, "contact_role", Code, "whose contact it is";
    /// The name that stands beside a contact.
    ContactName, "contact_name", Name, "name beside the contact";
    /// The person confirms that mail arrives at this address.
    AddressConfirmed, "address_confirmed", Mark, "the person confirms that mail arrives here";
    /// The person asked the office for an address of its own.
    SeparateAddressAsked, "separate_address_asked", Mark, "a separate address was asked for";
    /// Day on which the duty to report a move was explained to the person.
    AddressDutyExplainedOn, "address_duty_explained_on", Date, "day the duty to report a move was explained";
    /// Time of day of the hearing that a notice names.
    NoticeHearingTime, "notice_hearing_time", Code, "time of the hearing in the notice";
    /// Court that a notice names.
    NoticeCourt, "notice_court", Code, "court in the notice";
    /// Day on which a notice came back from the post.
    NoticeReturnedOn, "notice_returned_on", Date, "day the notice came back";
    /// The person signed that the period before the first hearing may be shorter.
    NoticeTimeWaived, "notice_time_waived", Mark, "notice period waived by the person";
    /// The representative to whom a notice was sent, by the court's own number.
    NoticeRepresentative, "notice_representative", Identifier, "representative to whom the notice was sent";
    /// A paper for a child was served on a parent, a guardian or the office in charge of the child.
    ServedOnGuardian, "served_on_guardian", Mark, "served on a parent or guardian";
    /// A representative of the court's list, by the court's own number.
    Representative, "representative", Identifier, "representative";
    /// Day on which the representative entered the appearance.
    RepresentativeSince, "representative_since", Date, "day the representative appeared";
    /// Day from which the representative no longer acts.
    RepresentativeUntil, "representative_until", Date, "day the representative withdrew";
    /// Whom a representative represents.
    RepresentativeSide, "representative_side", Code, "whom the representative represents";
    /// Court or Board.
    RepresentativeLevel, "representative_level", Code, "where the representative acts";
    /// The table to which the appearance belongs.
    RepresentativeParent, "representative_parent", Code, "what the appearance is for";
    /// Notices go to this representative.
    RepresentativeIsPrimary, "representative_is_primary", Mark, "representative of record";
    /// The representative still practices.
    RepresentativeIsActive, "representative_is_active", Mark, "representative still practices";
    /// Docket on which a hearing stands.
    ScheduleType, "schedule_type", Code, "docket of the hearing";
    /// Day on which a hearing was set.
    ScheduledOn, "scheduled_on", Date, "day the hearing was set";
    /// Why a hearing was put off.
    AdjournmentReason, "adjournment_reason", Code, "why the hearing was put off";
    /// The notice that the court printed for a hearing.
    HearingNoticeCode, "hearing_notice_code", Code, "notice printed for the hearing";
    /// Day on which another court received the proceeding.
    TransferredOn, "transferred_on", Date, "day another court received the proceeding";
    /// Language that the person declares.
    PreferredLanguage, "preferred_language", Code, "language that the person declares";
    /// The person confirms the language of the hearing.
    LanguageConfirmed, "language_confirmed", Mark, "the person confirms the language";
    /// Day on which the person could not attend. The reason is not kept.
    CouldNotAttendOn, "could_not_attend_on", Date, "day the person could not attend";
    /// The proceeding of a relative with which this one is heard together.
    LeadProceeding, "lead_proceeding", Identifier, "proceeding heard together with this one";
    /// Day on which the two were parted.
    SeveredOn, "severed_on", Date, "day the proceedings were parted";
    /// The court's own number of the proceeding that a row belongs to.
    CourtProceeding, "court_proceeding", Identifier, "proceeding that the row belongs to";
    /// The order names this person.
    NamedInOrder, "named_in_order", Mark, "named in the order";
}

/// A name that is not on the allow-list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an attribute: the list of what may be stored is closed, and stands in docs/contracts.md"
)]
pub struct UnknownAttribute(String);

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())
    }
}

impl TryFrom<String> for Attribute {
    type Error = UnknownAttribute;

    fn try_from(text: String) -> Result<Self, UnknownAttribute> {
        text.parse()
    }
}

impl From<Attribute> for String {
    fn from(attribute: Attribute) -> Self {
        attribute.wire_name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_reads_its_own_name() {
        for attribute in Attribute::ALL {
            assert_eq!(attribute.wire_name().parse(), Ok(*attribute));
        }
    }

    #[test]
    fn what_the_charter_refuses_is_no_attribute() {
        for refused in [
            "latitude",
            "port_of_entry",
            "vehicle_plate",
            "device_id",
            "photo",
            "fingerprint",
            "tattoos",
            "hair_color",
            "eye_color",
            "threat_level",
            "priority",
            "phone_location",
            "religion",
            "ethnicity",
            "place_of_custody",
            "departure_port",
            "gang",
        ] {
            assert!(refused.parse::<Attribute>().is_err(), "{refused} is on the allow-list");
        }
    }
}
