//! How many of so many families of tests show a difference by chance alone: what stands beside every list of the greatest.

use super::{Audit, FAMILY_LEVEL, Gap, Outcome};

impl Audit {
    /// In how many families of tests the data show a difference, and in how many they may where nothing differs, as a sentence without its
    /// stop; `None` where nothing was tested.
    #[must_use]
    pub fn by_chance(&self) -> Option<String> {
        let measures = self.dimensions.iter().flat_map(|dimension| &dimension.measures);
        let families = measures.flat_map(|measure| [&measure.gaps, &measure.pairwise]);
        let tested: Vec<bool> = families
            .filter(|gaps| gaps.iter().any(|gap| gap.n_tests.is_some()))
            .map(|gaps| gaps.iter().any(is_shown))
            .collect();
        let n_shown = tested.iter().filter(|is_shown| **is_shown).count();
        (!tested.is_empty()).then(|| in_words(n_shown, tested.len()))
    }
}

fn is_shown(gap: &Gap) -> bool {
    matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin)
}

fn in_words(n_shown: usize, n_families: usize) -> String {
    let by_chance = (FAMILY_LEVEL * n_families as f64).ceil();
    let (families, percent) = (if n_families == 1 { "family" } else { "families" }, FAMILY_LEVEL * 100.0);
    format!(
        "{n_shown} of {n_families} {families} of tests show a difference, and up to {by_chance} of so many may by chance alone ({percent} %), as \
         with groups drawn at random"
    )
}

#[cfg(test)]
mod tests {
    use crate::audit::tests::population;

    #[test]
    fn says_how_many_families_show_a_difference_by_chance() {
        for (rates, shows) in [([0.05, 0.10], true), ([0.05, 0.05], false)] {
            let audit = population(3_000, rates);
            let (n_families, _) = audit.families();
            let said = audit.by_chance().unwrap();
            let end = " of tests show a difference, and up to 1 of so many may by chance alone (5 %), as with groups drawn at random";
            assert!(said.contains(&format!(" of {n_families} families")) && said.ends_with(end), "{said}");
            assert_eq!(!said.starts_with("0 of"), shows, "{said}");
        }
        assert_eq!(population(20, [0.0, 0.0]).by_chance(), None, "nothing is tested of so few");
        assert!(super::in_words(4, 21).contains("up to 2 of so many"));
        assert!(super::in_words(1, 1).starts_with("1 of 1 family of tests"));
    }
}
