//! NIEM 6.0 messages, as JSON and as XML.
//!
//! A message holds records; each record is a tree of elements. A column is the path of a leaf from its record, such as
//! `nc:Person/nc:PersonName/nc:PersonSurName`; where an element stands several times, the second and later ones carry
//! their number, as in `nc:PersonName[2]`.
//!
//! Source: the NIEM model 6.0 (`niemopen/niem-model`, commit d6e74ac). What NIEM has no element for stands in a small
//! namespace of Redress: the mark of one value, what somebody said to it, and attributes without an element.

mod json;
mod mapping;
mod order;
mod reader;
mod tree;
mod writer;
mod xml;

pub(crate) use json::JsonMessage;
pub(crate) use reader::{Messages, Niem};
pub use writer::{NiemForm, NiemWriter};
pub(crate) use xml::XmlMessage;

/// Element that holds the records of a message.
const EXCHANGE: &str = "redress:RecordExchange";
/// Element of a record, where a contract names no other.
pub(crate) const RECORD: &str = "redress:Record";
/// Whether the record is contested, and why (5 U.S.C. 552a(d)(4)).
const DISPUTED: &str = "nc:DocumentDisputedIndicator";
const DISPUTED_REASON: &str = "nc:DocumentDisputedReasonText";
/// The mark of one value, and what its parts are called in the notes of the value.
const VALUE_NOTE: &str = "redress:ValueNote";
const PATH_TEXT: &str = "redress:PropertyPathText";
const NOTE_PARTS: [(&str, &str); 5] = [
    ("redress:DisputeStateText", "dispute_state"),
    ("redress:StatementOfDisagreementText", "dispute_statement"),
    ("redress:CorrectedText", "corrected_value"),
    ("redress:OriginalText", "original_value"),
    ("redress:ProvenanceText", "provenance"),
];
/// Note under which a leaf that is no value itself stays with a value: `PATH=TEXT`.
const WITH: &str = "with";

/// Leaves that say something of other values, or are no value that a check, link or notice reads and belong to one, as the
/// prefix of a surname does: they are kept with the value beside which they stand, unless a contract names them.
const KEPT_LEAVES: [&str; 41] = [
    DISPUTED,
    DISPUTED_REASON,
    "nc:PersonNamePrefixText",
    "nc:PersonNameSuffixText",
    "nc:PersonMaidenName",
    "nc:PersonFullName",
    "nc:PersonNameCategoryCode",
    "nc:PersonNameCategoryText",
    "nc:PersonNameSalutationText",
    "nc:PersonOfficialGivenName",
    "nc:PersonPreferredName",
    "nc:PersonSurNamePrefixText",
    "nc:AddressRecipientName",
    "nc:AddressSecondaryUnitText",
    "nc:AddressPostalExtensionCode",
    "j:CourtOrderRecallDate",
    "j:CourtOrderRecallReasonText",
    "j:CourtOrderServiceAttemptedDate",
    "j:CourtOrderServiceDate",
    "j:CourtOrderServiceDescriptionText",
    "j:CourtOrderServiceReceivedDate",
    "j:CourtAppearanceDefendantNotPresentIndicator",
    "j:CourtAppearanceReasonText",
    "nc:ConfidencePercent",
    "nc:LastVerifiedDate",
    "nc:ReportedDate",
    "nc:LastUpdatedDate",
    "nc:SourceIDText",
    "nc:SourceText",
    "nc:QualityComment",
    "nc:EmptyReasonDescriptionText",
    "nc:DocumentPrivacyActIndicator",
    "nc:DocumentEUDataPrivacyIndicator",
    "nc:DocumentDispositionAuthorityName",
    "nc:DocumentDispositionInstructionText",
    "im:PersonNameDateRange",
    "im:PartyContactDateRange",
    "nc:EffectiveDate",
    "im:DepartProofText",
    "im:DepartProofDescriptionText",
    "redress:DerivedIndicator",
];

/// Most elements within each other, from the root of the message.
pub(crate) const DEPTH_MAX: usize = 64;
/// Longest text or tag of one element, in bytes.
pub(crate) const TEXT_BYTES_MAX: u64 = 1024 * 1024;
/// Longest message in JSON, in bytes: it is held in memory. XML is read as a stream.
pub(crate) const MESSAGE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Namespaces by the prefix that columns have, whatever prefix a message gives them.
const NAMESPACES: [(&str, &str); 8] = [
    ("nc", "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"),
    ("im", "https://docs.oasis-open.org/niemopen/ns/model/domains/immigration/6.0/"),
    ("j", "https://docs.oasis-open.org/niemopen/ns/model/domains/justice/6.0/"),
    ("scr", "https://docs.oasis-open.org/niemopen/ns/model/domains/screening/6.0/"),
    ("hs", "https://docs.oasis-open.org/niemopen/ns/model/domains/humanServices/6.0/"),
    ("genc", "https://docs.oasis-open.org/niemopen/ns/model/codes/genc/6.0/"),
    ("iso_3166", "https://docs.oasis-open.org/niemopen/ns/model/codes/iso_3166-1/6.0/"),
    ("redress", "https://redress.example/ns/exchange/1/"),
];
