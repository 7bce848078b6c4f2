//! Which comparisons follow from others, as the pairs of a run show.
//!
//! What follows from what is mostly said by the kinds ([`crate::condition`]). Other columns hang together in ways that no kind tells: the employer and
//! the occupation of a work permit, the block and the shelter of a camp. Where the table of patterns shows it ([`crate::dependence`]), the later of the two
//! gets its levels once for each state of the earlier, as a postal code has for its town, and the model is learned anew. Only columns that say nothing of who
//! somebody is are bound so: mistakes in names and dates that go together are no reason to weigh names less, and are told instead
//! ([`crate::repeated_mistakes`]).

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::condition::Condition;
use crate::dependence::{Among, Dependence};
use crate::expectation_maximization::Parameters;
use crate::html;
use crate::kind::Kind;
use crate::mixture::{Owner, is_personal};

/// A comparison that follows from earlier ones because pairs showed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Follows {
    /// The name of the comparison.
    pub comparison: String,
    /// The names of the earlier ones, the closest first: the first that is known in a pair counts.
    pub from: Vec<String>,
    /// How it hung together with the closest before it was taken to follow.
    pub shown: Dependence,
}

impl Follows {
    /// That it does, and why, as a sentence without its end.
    #[must_use]
    pub fn in_words(&self) -> String {
        let count = |pairs: f64| html::count(pairs.round() as u64);
        let from: Vec<String> = self.from.iter().map(|name| format!("`{name}`")).collect();
        let Dependence { among, n_pairs, both, correlation, .. } = &self.shown;
        let seen = match among {
            Among::OnePerson => format!("{} pairs of one person differ in", count(*both)),
            Among::DifferentPeople => {
                format!(
                    "{} of {} pairs of different people agree or nearly agree in",
                    count(*both),
                    count(*n_pairs)
                )
            }
        };
        format!(
            "`{}` is compared as following from {}, because it goes together with {}: {seen} it and {}, where {} would if it did not (correlation {correlation:.2})",
            self.comparison,
            from.join(", or where that is not known from "),
            if from.len() > 1 { "them" } else { "that" },
            from[0],
            count(self.shown.both_by_model())
        )
    }
}

/// What follows from what by these dependences, of which the closest come first.
pub(crate) fn follows(comparisons: &[Comparison], dependences: &[Dependence]) -> Vec<Follows> {
    let named = |name: &str| comparisons.iter().find(|comparison| comparison.name == name);
    let mut found: Vec<Follows> = Vec::new();
    for dependence in dependences.iter().filter(|dependence| dependence.is_close()) {
        let (Some(first), Some(second)) = (named(&dependence.first), named(&dependence.second)) else {
            continue;
        };
        if !may_lead(first) || !may_follow(second) {
            continue;
        }
        match found.iter_mut().find(|known| known.comparison == second.name) {
            Some(known) if !known.from.contains(&first.name) => known.from.push(first.name.clone()),
            Some(_) => {}
            None => found.push(Follows {
                comparison: second.name.clone(),
                from: vec![first.name.clone()],
                shown: dependence.clone(),
            }),
        }
    }
    found
}

fn may_lead(comparison: &Comparison) -> bool {
    comparison.is_of_texts() && !comparison.kind.is_name() && comparison.kind != Kind::Sex
}

fn may_follow(comparison: &Comparison) -> bool {
    may_lead(comparison) && comparison.condition == Condition::None && !is_personal(comparison)
}

/// The levels of a pair by comparisons of which some follow from others, from those by the same comparisons before it was known.
pub(crate) fn recoded(plain: &[Comparison], following: &[Comparison], levels: &[u8]) -> Vec<u8> {
    let mut found: Vec<u8> = Vec::with_capacity(levels.len());
    for ((plain, following), level) in plain.iter().zip(following).zip(levels) {
        let is_same = plain.condition.n_contexts() == following.condition.n_contexts();
        let level = match following.condition.context(&found) {
            _ if *level == plain.null() => following.null(),
            Some(context) if !is_same => context * plain.null() + level,
            _ => *level,
        };
        found.push(level);
    }
    found
}

/// What was learned of comparisons before it was known which follow from others, as a place to go on from: whatever a comparison follows from does not matter yet.
pub(crate) fn carried(
    plain: &[Comparison],
    following: &[Comparison],
    owners: &[(Owner, usize)],
    parameters: &Parameters,
) -> Parameters {
    let table = |((_, slot), table): (&(Owner, usize), &Vec<f64>)| -> Vec<f64> {
        let (plain, following) = (&plain[*slot], &following[*slot]);
        let n_times = following.condition.n_contexts() / plain.condition.n_contexts();
        let (known, null) = table.split_at(usize::from(plain.null()));
        known.repeat(n_times).into_iter().chain(null.iter().copied()).collect()
    };
    let tables = owners.iter().zip(&parameters.tables).map(table).collect();
    Parameters { shares: parameters.shares.clone(), tables }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::comparison::{comparisons, comparisons_following, tests::text};
    use crate::condition::Condition;
    use crate::kind::Kind;
    use crate::pattern::Comparer;
    use crate::pattern::tests::{RULES, row, table};

    fn of(first: &str, second: &str, (both, by_model, correlation): (f64, f64, f64)) -> Dependence {
        let (first, second, among) = (first.to_owned(), second.to_owned(), Among::OnePerson);
        Dependence { among, first, second, n_pairs: 1_000.0, both, beyond: both - by_model, correlation }
    }

    fn check(kinds: [Kind; 2], shown: (f64, f64, f64), is_found: bool) {
        let named = |name: &str, kind: Kind| {
            let mut comparison = text(name);
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        let comparisons = [named("first", kinds[0]), named("second", kinds[1])];
        let found = follows(&comparisons, &[of("first", "second", shown)]);
        let found: Vec<(&str, &str)> =
            found.iter().map(|follows| (&*follows.comparison, &*follows.from[0])).collect();
        let expected: &[(&str, &str)] = if is_found { &[("second", "first")] } else { &[] };
        assert_eq!(found, expected, "{kinds:?} {shown:?}");
    }

    #[test]
    fn close_columns_that_say_nothing_of_who_somebody_is_follow() {
        let job = [Kind::Category, Kind::Text];
        check(job, (60.0, 30.0, 0.3), true);
        check(job, (60.0, 41.0, 0.3), false);
        check(job, (60.0, 30.0, 0.19), false);
        check([Kind::Identifier, Kind::Category], (60.0, 30.0, 0.3), true);
        check([Kind::Category, Kind::Identifier], (60.0, 30.0, 0.3), false);
        check([Kind::FamilyName, Kind::Category], (60.0, 30.0, 0.3), false);
        check([Kind::Category, Kind::GivenName], (60.0, 30.0, 0.3), false);
    }

    #[test]
    fn what_goes_with_several_follows_from_the_closest_that_is_known() {
        let mut comparisons = ["city", "zip", "road"].map(text);
        comparisons.iter_mut().for_each(|comparison| comparison.kind = Kind::Text);
        let close = (60.0, 30.0, 0.9);
        let shown =
            [of("zip", "road", close), of("city", "road", (50.0, 20.0, 0.5)), of("zip", "road", close)];
        let found = follows(&comparisons, &shown);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].from, ["zip", "city"]);
        assert_eq!(found[0].shown, shown[0]);
        let said = "`road` is compared as following from `zip`, or where that is not known from `city`, because it goes together with them: \
                    60 pairs of one person differ in it and `zip`, where 30 would if it did not (correlation 0.90)";
        assert_eq!(found[0].in_words(), said);
    }

    #[test]
    fn what_follows_by_its_kind_keeps_to_it() {
        let (mut city, mut zip) = (text("city"), text("zip"));
        city.kind = Kind::City;
        zip.kind = Kind::PostalCode;
        zip.condition = Condition::of(Kind::PostalCode, Kind::PostalCode.role(), &[city.clone()]);
        assert!(may_follow(&city) && !may_follow(&zip));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Levels that are recoded are those of who compares so from the start.
        #[test]
        fn recoded_levels_are_those_of_comparing_so(rows in proptest::collection::vec(row(), 2..12)) {
            for rules in ["", RULES] {
            let (config, table) = table(&rows, rules);
            let follows = |comparison: &str, from: &[&str]| Follows {
                comparison: comparison.to_owned(),
                from: from.iter().map(|name| (*name).to_owned()).collect(),
                shown: of(from[0], comparison, (0.0, 0.0, 1.0)),
            };
            let shown = [follows("city", &["family"]), follows("mail", &["city", "family"])];
            let plain = comparisons(&config, &table).unwrap();
            let following = comparisons_following(&config, &table, &shown).unwrap();
            prop_assert_eq!(following[4].levels.len(), 3 * (plain[4].levels.len() - 1) + 1);
            let [before, after] = [&plain, &following].map(|all| Comparer::new(all, &table));
            for l in 0..rows.len() as u32 {
                for r in l + 1..rows.len() as u32 {
                    let levels = |comparer: &Comparer<'_>| {
                        comparer.levels_of(comparer.pattern(&mut comparer.bench(), l, r))
                    };
                    prop_assert_eq!(recoded(&plain, &following, &levels(&before)), levels(&after));
                }
            }
            }
        }
    }
}
