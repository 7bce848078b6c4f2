//! The text of a contract.

/// A contract of an invented source under an agreement from 2020 to 2099; `tables` is the text of its tables.
///
/// ```
/// let text = redress_testkit::contract_text("court", "Court", "[[table]]\nname = \"cases\"\n");
/// assert!(text.contains("owner = \"Court Records Office (invented)\"") && text.contains("[[table]]"));
/// ```
#[must_use]
pub fn contract_text(source: &str, title: &str, tables: &str) -> String {
    format!(
        r#"[source]
id = "{source}"
title = "{title}"
owner = "{title} Records Office (invented)"

[agreement]
purpose = "Finding errors"
authority = "Order 7 (invented)"
elements = ["names"]
accuracy_assessment = "sampled yearly"
signed = "2020-01-15"
expires = "2099-12-31"

{tables}"#
    )
}
