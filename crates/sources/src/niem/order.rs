//! The order in which the model puts the elements of a message.
//!
//! Source: the sequences of `xsd/niem-core.xsd`, `xsd/domains/immigration.xsd` and `xsd/domains/justice.xsd` of NIEM 6.0. An
//! element that takes the place of an abstract one, such as `nc:PersonSexText`, stands where that one does.

/// By the name of an element, the elements within it. Those of the record come under the empty name.
const SEQUENCES: [(&str, &[&str]); 14] = [
    (
        "",
        &[
            "nc:DocumentDispositionAuthorityName",
            "nc:DocumentDispositionInstructionText",
            "nc:DocumentDisputedIndicator",
            "nc:DocumentDisputedReasonText",
            "nc:DocumentEUDataPrivacyIndicator",
            "nc:DocumentIdentification",
            "nc:DocumentPrivacyActIndicator",
            "nc:DocumentSourceText",
            "nc:Person",
            "im:AlienIDDetails",
            "im:ImmigrationReceiptNumberIdentification",
            "im:ImmigrationDeportation",
            "im:PartyContactInformationAssociation",
            "nc:ContactInformation",
            "j:CourtOrder",
            "j:CourtAppearance",
        ],
    ),
    (
        "nc:Person",
        &[
            "nc:PersonBirthDate",
            "nc:PersonCitizenship",
            "nc:PersonDeathDate",
            "nc:PersonName",
            "nc:PersonPassportIdentification",
            "nc:PersonPrimaryLanguage",
            "nc:PersonSexText",
            "nc:PersonNationality",
        ],
    ),
    (
        "nc:PersonName",
        &[
            "nc:PersonNamePrefixText",
            "nc:PersonGivenName",
            "nc:PersonMiddleName",
            "nc:PersonSurName",
            "nc:PersonNameSuffixText",
            "nc:PersonMaidenName",
            "nc:PersonFullName",
            "nc:PersonNameCategoryCode",
            "nc:PersonNameCategoryText",
            "nc:PersonNameSalutationText",
            "nc:PersonOfficialGivenName",
            "nc:PersonPreferredName",
            "nc:PersonSurNamePrefixText",
            "nc:EffectiveDate",
        ],
    ),
    ("nc:PersonCitizenship", &["nc:PersonCitizenshipCountry"]),
    ("nc:PersonNationality", &["nc:PersonNationalityCountry"]),
    ("nc:Metadata", METADATA),
    ("im:AlienIDDetails", &["im:AlienNumberIdentification"]),
    (
        "im:ImmigrationDeportation",
        &[
            "nc:ActivityDate",
            "im:DeportationCompleteIndicator",
            "im:DepartProofText",
            "im:DepartProofDescriptionText",
        ],
    ),
    ("im:PartyContactInformationAssociation", &["nc:ContactInformation", "im:PartyContactDateRange"]),
    ("im:PersonNameDateRange", DATE_RANGE),
    ("im:PartyContactDateRange", DATE_RANGE),
    (
        "nc:ContactMailingAddress",
        &[
            "nc:AddressSecondaryUnitText",
            "nc:AddressDeliveryPointText",
            "nc:AddressRecipientName",
            "nc:AddressCityName",
            "nc:AddressState",
            "nc:AddressPostalCode",
            "nc:AddressPostalExtensionCode",
        ],
    ),
    (
        "j:CourtOrder",
        &[
            "j:CourtOrderIssuingDate",
            "j:CourtOrderRecallDate",
            "j:CourtOrderRecallReasonText",
            "j:CourtOrderServiceAttemptedDate",
            "j:CourtOrderServiceDate",
            "j:CourtOrderServiceDescriptionText",
            "j:CourtOrderServiceReceivedDate",
        ],
    ),
    (
        "j:CourtAppearance",
        &[
            "j:CourtAppearanceDefendantNotPresentIndicator",
            "j:CourtAppearanceDate",
            "j:CourtAppearanceReasonText",
        ],
    ),
];

const METADATA: &[&str] = &[
    "nc:ConfidencePercent",
    "nc:EffectiveDate",
    "nc:EmptyReasonDescriptionText",
    "nc:LastUpdatedDate",
    "nc:LastVerifiedDate",
    "nc:QualityComment",
    "nc:ReportedDate",
    "nc:SourceIDText",
    "nc:SourceText",
];

const DATE_RANGE: &[&str] = &["nc:StartDate", "nc:EndDate"];

/// The place of an element among those within another, from 0. What the sequence does not name comes after all that it
/// names, as what augments a type does in the model.
pub(super) fn place(within: &str, name: &str) -> usize {
    let sequence =
        SEQUENCES.iter().find(|(element, _)| *element == within).map_or(&[][..], |(_, names)| names);
    sequence.iter().position(|other| *other == name).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_the_place_of_the_model() {
        for (within, first, second) in [
            ("nc:PersonName", "nc:PersonSurName", "nc:PersonMaidenName"),
            ("nc:PersonName", "nc:PersonPreferredName", "nc:PersonSurNamePrefixText"),
            ("nc:PersonName", "nc:EffectiveDate", "im:PersonNameAugmentation"),
            ("nc:Person", "nc:PersonCitizenship", "nc:PersonName"),
            ("", "nc:DocumentIdentification", "nc:Person"),
            ("", "j:CourtOrder", "redress:case_status"),
        ] {
            assert!(place(within, first) < place(within, second), "{within}: {first}, {second}");
        }
        assert_eq!(place("nc:Unheard", "nc:Of"), usize::MAX);
    }
}
