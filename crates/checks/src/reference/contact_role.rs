//! Whose contact a contact is.

/// What sources write when a contact belongs to somebody who helps. As of 1 January 2026, from the roles of the
/// EOIR appearance forms (E-28) and of the sponsor forms of the benefits office.
const HELPERS: [&str; 8] =
    ["ACCREDITED", "ATTORNEY", "IN CARE OF", "NGO", "PREPARER", "REPRESENTATIVE", "SHELTER", "SPONSOR"];

/// Whether a contact's role is that of somebody who helps, not of the person.
///
/// ```
/// use redress_checks::is_helper;
/// assert!(is_helper("ATTORNEY") && !is_helper("SELF"));
/// ```
#[must_use]
pub fn is_helper(role: &str) -> bool {
    HELPERS.contains(&role)
}
