//! The classes of pairs that the model tells apart, and which of them share probabilities.
//!
//! Plain Fellegi–Sunter has two classes and takes the comparisons as independent within each. Records of relatives, twins
//! and namesakes break that: they agree on several attributes at once without being of one person; and a person whose
//! name changed disagrees on it whatever else agrees. So there are several classes on each side (a latent-class mixture,
//! cf. Winkler 1993; Larsen and Rubin 2001), made by one rule. Two records of one person agree in what tells people apart,
//! but for *one* such attribute or, as rarely as two independent errors meet, two; two people may be strangers, of one culture, or of one family and household, and
//! relatives may agree by birth or by custom on *one* attribute that tells people apart: twins on the birth date, father
//! and son on the name. Who took another name has more often moved as well ([`crate::moved`]), and brothers and sisters are born near each other
//! ([`crate::siblings`]). Whatever a class has no reason to change it shares with the others of its side, and what it stands
//! for bounds its probabilities ([`crate::meaning`]), so that each class costs few parameters and cannot change its
//! meaning. People of one culture are several classes, because names agree otherwise in each culture: what a single class cannot
//! describe, the class of relatives would take on, and relatives would be taken for one person. That places hang together (who shares an address shares its postal code) is said by the levels themselves
//! ([`crate::condition`]).

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::kind::{Kind, Role};

/// What the two records of a pair have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// One person.
    Same,
    /// One person under another family name.
    Renamed,
    /// Two people who have nothing to do with each other.
    Strangers,
    /// Two people of one culture: names and country agree more often.
    Compatriots,
    /// Two people who share family name and household.
    Relatives,
}

impl Relation {
    /// Whether both records are of one person.
    #[must_use]
    pub const fn is_same_person(self) -> bool {
        matches!(self, Self::Same | Self::Renamed)
    }

    /// Whether such pairs have so much in common that blocking is held to propose them: as many as there are records, not as
    /// there are pairs.
    pub(crate) const fn is_proposed(self) -> bool {
        self.is_same_person() || matches!(self, Self::Relatives)
    }
}

/// Classes of people of one culture ...
const N_CULTURES: u8 = 4;
/// ... in so many records or more; fewer do not tell several cultures apart, and have one.
const CULTURES_RECORDS_MIN: f64 = 2_000.0;

/// Which classes share a table of probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Those of one person.
    Same,
    /// Those of one person, for the attribute that may differ.
    Differs,
    /// Those of one person under another family name, for the places.
    Moved,
    Strangers,
    /// Those of people of one culture, by its number.
    Compatriots(u8),
    Relatives,
    /// Those of relatives, for the attribute that agrees.
    Agrees,
}

impl Owner {
    pub(crate) const fn is_same_person(self) -> bool {
        matches!(self, Self::Same | Self::Differs | Self::Moved)
    }
}

/// A class of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PairClass {
    pub(crate) relation: Relation,
    /// The comparison of a personal attribute that is an exception: it may differ where the records are of one person,
    /// and agrees where they are of relatives.
    pub(crate) except: Option<usize>,
    /// A second exception, of records of one person only.
    pub(crate) except_too: Option<usize>,
    /// Whether the exception of relatives is a given name: who is named after a relative is so with all given names.
    pub(crate) is_namesake: bool,
    /// The number of the culture of compatriots; 0 for all others.
    pub(crate) culture: u8,
}

impl PairClass {
    fn owner(self, slot: usize, comparison: &Comparison) -> Owner {
        let is_name = comparison.kind.is_name() && !comparison.condition.is_names();
        let (kind, role) = (comparison.kind, comparison.role);
        match self.relation {
            _ if self.except == Some(slot) || self.except_too == Some(slot) => {
                if self.relation.is_same_person() { Owner::Differs } else { Owner::Agrees }
            }
            Relation::Relatives if self.is_namesake && kind == Kind::MiddleName => Owner::Agrees,
            Relation::Renamed if kind == Kind::FamilyName => Owner::Strangers,
            Relation::Renamed if role == Role::Place => Owner::Moved,
            Relation::Same | Relation::Renamed => Owner::Same,
            Relation::Strangers => Owner::Strangers,
            Relation::Compatriots
                if is_name || matches!(kind, Kind::Country | Kind::Category | Kind::Sex) =>
            {
                Owner::Compatriots(self.culture)
            }
            Relation::Relatives
                if is_name
                    || matches!(role, Role::Place | Role::Family)
                    || (kind == Kind::DateOfBirth && !self.is_namesake)
                    || matches!(kind, Kind::Identifier | Kind::Email | Kind::Sex) =>
            {
                Owner::Relatives
            }
            Relation::Compatriots | Relation::Relatives => Owner::Strangers,
        }
    }
}

/// The classes of a model, and for each class and comparison the number of its table of probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mixture {
    pub(crate) classes: Vec<PairClass>,
    /// `tables[class][comparison]`.
    pub(crate) tables: Vec<Vec<usize>>,
    /// The owner and comparison of each table.
    pub(crate) owners: Vec<(Owner, usize)>,
}

impl Mixture {
    /// The classes for comparisons of so many records.
    pub(crate) fn new(comparisons: &[Comparison], n_records: f64) -> Self {
        let any = |wanted: fn(&Comparison) -> bool| comparisons.iter().any(wanted);
        let family = any(|c| matches!(c.role, Role::Family | Role::Whole));
        let shared = any(|c| is_of_household(c.kind)) || any(is_parent);
        let personal = || (0..comparisons.len()).filter(|slot| is_personal(&comparisons[*slot]));
        let mut classes = Vec::new();
        let mut add = |relation: Relation, is_needed: bool, with_exceptions: bool| {
            if is_needed {
                let exceptions = personal().map(Some).filter(|_| with_exceptions);
                let all = std::iter::once(None).chain(exceptions);
                classes.extend(all.map(|except| PairClass {
                    relation,
                    except,
                    except_too: None,
                    is_namesake: except.is_some_and(|slot| comparisons[slot].kind == Kind::GivenName),
                    culture: 0,
                }));
            }
        };
        add(Relation::Same, true, true);
        add(Relation::Renamed, any(|c| c.kind == Kind::FamilyName) && comparisons.len() > 2, false);
        add(Relation::Strangers, true, false);
        add(Relation::Compatriots, any(|c| c.kind.is_name()), false);
        add(Relation::Relatives, family && shared, true);
        if n_records >= CULTURES_RECORDS_MIN && any(|c| c.kind.is_name()) {
            let of = |culture| PairClass {
                relation: Relation::Compatriots,
                except: None,
                except_too: None,
                is_namesake: false,
                culture,
            };
            classes.extend((1..N_CULTURES).map(of));
        }
        let pairs = personal().flat_map(|a| personal().filter(move |b| a < *b).map(move |b| (a, b)));
        classes.extend(pairs.map(|(a, b)| PairClass {
            relation: Relation::Same,
            except: Some(a),
            except_too: Some(b),
            is_namesake: false,
            culture: 0,
        }));
        let mut owners: Vec<(Owner, usize)> = Vec::new();
        let mut table = |class: &PairClass, slot: usize| {
            let owner = (class.owner(slot, &comparisons[slot]), slot);
            owners.iter().position(|known| *known == owner).unwrap_or_else(|| {
                owners.push(owner);
                owners.len() - 1
            })
        };
        let tables: Vec<Vec<usize>> = classes
            .iter()
            .map(|class| (0..comparisons.len()).map(|slot| table(class, slot)).collect())
            .collect();
        Self { classes, tables, owners }
    }

    /// The table of an owner for a comparison, if any class has it.
    pub(crate) fn table(&self, owner: Owner, slot: usize) -> Option<usize> {
        self.owners.iter().position(|known| *known == (owner, slot))
    }

    pub(crate) fn class(&self, relation: Relation) -> Option<usize> {
        self.classes.iter().position(|class| class.relation == relation && class.except.is_none())
    }

    /// The share of pairs of one person among all, of the shares of the classes.
    pub(crate) fn share_of_one_person(&self, shares: &[f64]) -> f64 {
        let classes = self.classes.iter().zip(shares);
        classes.filter(|(class, _)| class.relation.is_same_person()).map(|(_, share)| share).sum()
    }

    /// The classes of one person with each of two exceptions alone, for a class with both.
    fn with_one(&self, class: &PairClass) -> Option<(usize, usize)> {
        let of = |except: Option<usize>| {
            let same =
                |c: &PairClass| c.relation == class.relation && c.except == except && c.except_too.is_none();
            self.classes.iter().position(same)
        };
        class.except_too.and_then(|_| Some((of(class.except)?, of(class.except_too)?)))
    }

    /// Gives the classes with two exceptions the shares of errors that are independent of each other.
    pub(crate) fn tie(&self, shares: &mut [f64]) {
        let Some(none) = self.class(Relation::Same) else { return };
        for (class, pairs) in self.classes.iter().enumerate() {
            if let Some((a, b)) = self.with_one(pairs) {
                shares[class] = shares[a] * shares[b] / shares[none].max(f64::MIN_POSITIVE);
            }
        }
    }
}

/// Whether an attribute of a kind is shared by a household and less often beyond it.
pub(crate) const fn is_of_household(kind: Kind) -> bool {
    matches!(kind, Kind::AddressLine | Kind::PostalCode | Kind::Phone | Kind::City)
}

/// Whether a comparison is of a parent's name.
pub(crate) fn is_parent(comparison: &Comparison) -> bool {
    comparison.kind == Kind::FullName && comparison.role == Role::Family
}

/// Whether a comparison tells the members of a family apart.
pub(crate) fn is_personal(comparison: &Comparison) -> bool {
    matches!(comparison.kind, Kind::GivenName | Kind::DateOfBirth | Kind::Identifier | Kind::Email)
        || (comparison.role == Role::Whole && !comparison.condition.is_names())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;

    fn check(kind: Kind, n_records: f64, n_cultures: usize) {
        let mut comparison = text("column");
        comparison.kind = kind;
        let mixture = Mixture::new(&[comparison], n_records);
        let of_culture = mixture.classes.iter().filter(|class| class.relation == Relation::Compatriots);
        assert_eq!(of_culture.count(), n_cultures, "{kind:?} in {n_records} records");
    }

    #[test]
    fn who_is_named_after_a_relative_bears_the_middle_name_too() {
        let of_kind = |kind: Kind| {
            let mut comparison = text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        let kinds =
            [Kind::GivenName, Kind::MiddleName, Kind::FamilyName, Kind::AddressLine, Kind::DateOfBirth];
        let mixture = Mixture::new(&kinds.map(of_kind), 1_000.0);
        for (except, owner) in
            [(None, Owner::Relatives), (Some(0), Owner::Agrees), (Some(4), Owner::Relatives)]
        {
            let is_it = |class: &PairClass| class.relation == Relation::Relatives && class.except == except;
            let class = mixture.classes.iter().position(is_it).unwrap();
            assert_eq!(mixture.owners[mixture.tables[class][1]].0, owner, "{except:?}");
        }
    }

    #[test]
    fn many_records_tell_several_cultures_apart() {
        check(Kind::FamilyName, 1_000.0, 1);
        check(Kind::FamilyName, 100_000.0, usize::from(N_CULTURES));
        check(Kind::Text, 100_000.0, 0);
    }
}
