//! Small reference tables that rules read, each with its day and its source.
//!
//! They are part of the rule: a change of a table that changes an outcome is a new version of the check.

pub(crate) mod contact_role;
pub(crate) mod country;
pub(crate) mod language;
pub(crate) mod place_of_business;
pub(crate) mod placeholder_number;
pub(crate) mod postal_code;
