//! The classes of pairs that the model tells apart, and which of them share probabilities.
//!
//! Plain Fellegi–Sunter has two classes and takes the comparisons as independent within each. Records of relatives,
//! neighbors, twins and namesakes break that: they agree on several attributes at once without being of one person, and
//! a person who moved disagrees on several at once. Each of these is a class of its own here (a latent-class mixture, cf.
//! Winkler 1993; Larsen and Rubin 2001); what a class has no reason to change it shares with strangers or with the same
//! person, so that each class costs few parameters and cannot change its meaning.

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::kind::{Kind, Role};

/// A class of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// One person.
    Same,
    /// One person, whose address, telephone and other attributes of place may all have changed together.
    SameMoved,
    /// Two people who have nothing to do with each other.
    Strangers,
    /// Two people who share family name and place.
    Relatives,
    /// Two people of one place.
    Neighbors,
    /// Two people who share family name, place and birth date.
    Twins,
    /// Two people of one name.
    Namesakes,
}

impl Relation {
    /// Whether both records are of one person.
    #[must_use]
    pub const fn is_same_person(self) -> bool {
        matches!(self, Self::Same | Self::SameMoved)
    }

    /// The class whose probabilities this class uses for an attribute of a kind.
    const fn shares(self, kind: Kind) -> Self {
        use Relation::{Namesakes, Neighbors, Relatives, Same, SameMoved, Strangers, Twins};
        match (self, kind.role()) {
            (Same | Strangers, _) => self,
            (SameMoved, Role::Place) => SameMoved,
            (SameMoved, _) => Same,
            (Relatives | Twins, Role::Family | Role::Place) => Relatives,
            // Families are numbered one after the other, and a father's name may be a middle name.
            (Relatives | Twins, _)
                if matches!(kind, Kind::Identifier | Kind::GivenName | Kind::MiddleName) =>
            {
                Relatives
            }
            (Twins, Role::Birth) => Same,
            (Neighbors, Role::Place) => Neighbors,
            (Namesakes, _) if kind.is_name() => Namesakes,
            (Relatives | Twins | Neighbors | Namesakes, _) => Strangers,
        }
    }
}

/// The classes of a model, and for each class and comparison the number of its table of probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mixture {
    pub(crate) relations: Vec<Relation>,
    /// `tables[class][comparison]`.
    pub(crate) tables: Vec<Vec<usize>>,
    /// The class and comparison that each table was made for.
    pub(crate) owners: Vec<(usize, usize)>,
}

impl Mixture {
    pub(crate) fn new(comparisons: &[Comparison]) -> Self {
        let n = |wanted: fn(&Comparison) -> bool| comparisons.iter().filter(|c| wanted(c)).count();
        let places = n(|c| c.role == Role::Place);
        let families = n(|c| c.kind == Kind::FamilyName);
        let givens = n(|c| c.kind == Kind::GivenName);
        let births = n(|c| c.role == Role::Birth);
        let others = n(|c| !c.kind.is_name() && c.kind != Kind::Sex);
        let mut relations = vec![Relation::Same, Relation::Strangers];
        for (relation, is_needed) in [
            (Relation::SameMoved, places >= 2),
            (Relation::Relatives, families > 0 && places > 0),
            (Relation::Neighbors, places >= 2),
            (Relation::Twins, families > 0 && places > 0 && births > 0 && givens > 0),
            (Relation::Namesakes, families > 0 && givens > 0 && others > 0),
        ] {
            if is_needed {
                relations.push(relation);
            }
        }
        relations.sort_unstable();
        let mut owners: Vec<(usize, usize)> = Vec::new();
        let class_of = |relation: Relation| relations.iter().position(|r| *r == relation);
        let mut tables = Vec::new();
        for (class, relation) in relations.iter().enumerate() {
            let mut row = Vec::new();
            for (idx, comparison) in comparisons.iter().enumerate() {
                let owner = (class_of(relation.shares(comparison.kind)).unwrap_or(class), idx);
                let table = owners.iter().position(|known| *known == owner).unwrap_or_else(|| {
                    owners.push(owner);
                    owners.len() - 1
                });
                row.push(table);
            }
            tables.push(row);
        }
        Self { relations, tables, owners }
    }

    pub(crate) fn class(&self, relation: Relation) -> Option<usize> {
        self.relations.iter().position(|r| *r == relation)
    }
}
