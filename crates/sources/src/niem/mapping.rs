//! Under which elements values of records that came in otherwise go out.

use redress_statement::Attribute;

/// Longest text of a country that is a code and no name, in characters.
const COUNTRY_CODE_CHARS_MAX: usize = 3;

/// The path of the element for a value of an attribute, without that of its date. Where NIEM has none that fits, an
/// element of Redress under the name of the attribute.
pub(super) fn path(attribute: Attribute, text: &str) -> String {
    let niem = match attribute {
        Attribute::FamilyName => "nc:Person/nc:PersonName/nc:PersonSurName",
        Attribute::GivenName => "nc:Person/nc:PersonName/nc:PersonGivenName",
        Attribute::MiddleName => "nc:Person/nc:PersonName/nc:PersonMiddleName",
        Attribute::BirthDate => "nc:Person/nc:PersonBirthDate",
        Attribute::DiedOn => "nc:Person/nc:PersonDeathDate",
        Attribute::CitizenshipCountry if text.chars().count() <= COUNTRY_CODE_CHARS_MAX => {
            "nc:Person/nc:PersonCitizenship/nc:PersonCitizenshipCountry/nc:CountryCode"
        }
        Attribute::CitizenshipCountry => {
            "nc:Person/nc:PersonCitizenship/nc:PersonCitizenshipCountry/nc:CountryName"
        }
        Attribute::Sex => "nc:Person/nc:PersonSexText",
        Attribute::PassportNumber => "nc:Person/nc:PersonPassportIdentification/nc:IdentificationID",
        Attribute::ANumber => "im:AlienIDDetails/im:AlienNumberIdentification/nc:IdentificationID",
        Attribute::ReceiptNumber => "im:ImmigrationReceiptNumberIdentification/nc:IdentificationID",
        Attribute::AddressLine => {
            "nc:ContactInformation/nc:ContactMailingAddress/nc:AddressDeliveryPointText"
        }
        Attribute::AddressCity => "nc:ContactInformation/nc:ContactMailingAddress/nc:AddressCityName",
        Attribute::AddressState => {
            "nc:ContactInformation/nc:ContactMailingAddress/nc:AddressState/nc:StateName"
        }
        Attribute::AddressPostalCode => "nc:ContactInformation/nc:ContactMailingAddress/nc:AddressPostalCode",
        Attribute::NoticeEmail => "nc:ContactInformation/nc:ContactEmailID",
        Attribute::NoticePhone => {
            "nc:ContactInformation/nc:ContactTelephoneNumber/nc:FullTelephoneNumber/nc:TelephoneNumberFullID"
        }
        Attribute::OrderOn => "j:CourtOrder/j:CourtOrderIssuingDate",
        other => return format!("redress:{}", other.wire_name()),
    };
    niem.to_owned()
}

/// The element within one of NIEM that holds a date of this precision. None where the text is no date.
pub(super) fn date_element(value: &str) -> Option<&'static str> {
    let is_date =
        value.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    match value.len() {
        4 if is_date => Some("nc:YearDate"),
        7 if is_date => Some("nc:YearMonthDate"),
        10 if is_date => Some("nc:Date"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_out_at_their_precision() {
        for (value, expected) in [
            ("1984", Some("nc:YearDate")),
            ("1984-03", Some("nc:YearMonthDate")),
            ("1984-03-09", Some("nc:Date")),
            ("D/S", None),
            ("198", None),
            ("1984-", None),
        ] {
            assert_eq!(date_element(value), expected, "{value}");
        }
    }
}
