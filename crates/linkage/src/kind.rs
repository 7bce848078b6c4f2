//! What a column is about. The kind carries default comparisons, blocking and the treatment of rarity.

use serde::{Deserialize, Serialize};

/// The kind of a column, as `link.toml` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Given names.
    GivenName,
    /// Middle names; a father's name that brothers and sisters share is a family name.
    MiddleName,
    /// Family names.
    FamilyName,
    /// All names of a person in one column.
    FullName,
    /// A birth date in one column.
    DateOfBirth,
    /// The year of birth; joined with month and day into one date.
    BirthYear,
    /// The month of birth, 1 to 12.
    BirthMonth,
    /// The day of birth, 1 to 31.
    BirthDay,
    /// Sex or gender as recorded.
    Sex,
    /// A country name or code.
    Country,
    /// A town, suburb or parish.
    City,
    /// A postal code.
    PostalCode,
    /// A line of a postal address.
    AddressLine,
    /// A number or code that should belong to one person.
    Identifier,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// One of a few values.
    Category,
    /// Anything else that may be compared as text.
    Text,
}

/// Part that an attribute plays when records of different people agree by more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Differs between the members of a household: given name, sex, identifier.
    Personal,
    /// The birth date: personal, but shared by twins.
    Birth,
    /// The family name, or a parent's name: shared by relatives.
    Family,
    /// All names of the person in one value.
    Whole,
    /// Shared by whoever lives together or nearby, and changed by moving.
    Place,
}

impl Kind {
    /// Every kind, in the order in which errors list them.
    pub const ALL: [Self; 18] = [
        Self::GivenName,
        Self::MiddleName,
        Self::FamilyName,
        Self::FullName,
        Self::DateOfBirth,
        Self::BirthYear,
        Self::BirthMonth,
        Self::BirthDay,
        Self::Sex,
        Self::Country,
        Self::City,
        Self::PostalCode,
        Self::AddressLine,
        Self::Identifier,
        Self::Phone,
        Self::Email,
        Self::Category,
        Self::Text,
    ];

    /// The word of `link.toml`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::MiddleName => "middle_name",
            Self::FamilyName => "family_name",
            Self::FullName => "full_name",
            Self::DateOfBirth => "date_of_birth",
            Self::BirthYear => "birth_year",
            Self::BirthMonth => "birth_month",
            Self::BirthDay => "birth_day",
            Self::Sex => "sex",
            Self::Country => "country",
            Self::City => "city",
            Self::PostalCode => "postal_code",
            Self::AddressLine => "address_line",
            Self::Identifier => "identifier",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Category => "category",
            Self::Text => "text",
        }
    }

    /// The word of `link.toml` with its article: `an identifier`.
    #[must_use]
    pub fn with_article(self) -> String {
        let word = self.as_str();
        format!("{} {word}", if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
    }

    /// The kind of a word of `link.toml`; `None` when there is no such kind.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the column holds a date or a part of one.
    #[must_use]
    pub const fn is_birth(self) -> bool {
        matches!(self, Self::DateOfBirth | Self::BirthYear | Self::BirthMonth | Self::BirthDay)
    }

    /// Whether the column holds names.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(self, Self::GivenName | Self::MiddleName | Self::FamilyName | Self::FullName)
    }

    /// The part that the attribute plays in the model.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::GivenName | Self::MiddleName | Self::Sex | Self::Identifier | Self::Email => Role::Personal,
            Self::DateOfBirth | Self::BirthYear | Self::BirthMonth | Self::BirthDay => Role::Birth,
            Self::FamilyName => Role::Family,
            Self::FullName => Role::Whole,
            _ => Role::Place,
        }
    }
}
