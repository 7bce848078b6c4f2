//! Words by which an address line names an organization and no home.
//!
//! As of 1 January 2026. Source: DHS OIG-23-47, which found shelters, charities, bus stations and offices of the
//! department among the addresses that people were entered with. Only whole words count.

/// Words of an address line, folded, and what they name.
const WORDS: [(&[&str], &str); 11] = [
    (&["shelter"], "a shelter"),
    (&["bus", "station"], "a bus station"),
    (&["bus", "terminal"], "a bus station"),
    (&["catholic", "charities"], "an organization"),
    (&["rescue", "mission"], "a shelter"),
    (&["refugee", "center"], "an organization"),
    (&["field", "office"], "an office of the government"),
    (&["c", "o", "ice"], "an office of the government"),
    (&["c", "o", "dhs"], "an office of the government"),
    (&["c", "o", "uscis"], "an office of the government"),
    (&["general", "delivery"], "a post office"),
];

/// What kind of organization an address line names. None when it names none.
pub(crate) fn named_in(words: &[String]) -> Option<&'static str> {
    let is_named = |named: &[&str]| words.windows(named.len()).any(|some| some == named);
    WORDS.iter().find(|(named, _)| is_named(named)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use redress_statement::fold::tokens;

    use super::*;

    #[test]
    fn whole_words_name_an_organization() {
        assert_eq!(named_in(&tokens("Hope Shelter, 12 Oak Street")), Some("a shelter"));
        assert_eq!(named_in(&tokens("C/O DHS, 1 Main St")), Some("an office of the government"));
        assert_eq!(named_in(&tokens("12 Shelterwood Lane")), None);
        assert_eq!(named_in(&[]), None);
    }
}
