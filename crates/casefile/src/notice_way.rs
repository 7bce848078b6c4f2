//! How somebody was told of something.

use serde::{Deserialize, Serialize};

use crate::Reviewer;

/// How a member of staff told somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeWay {
    /// A letter went out by post.
    Post,
    /// An e-mail went out.
    Email,
    /// It was said or handed over in person.
    InPerson,
    /// It was published or posted, where no address is known.
    Publication,
}

impl NoticeWay {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Post, Self::Email, Self::InPerson, Self::Publication];

    /// The way in one word, as a form and an event spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Email => "email",
            Self::InPerson => "in_person",
            Self::Publication => "publication",
        }
    }

    /// How, behind a verb: `told by post`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Post => "by post",
            Self::Email => "by e-mail",
            Self::InPerson => "in person",
            Self::Publication => "by publication",
        }
    }

    /// Whether something was sent.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        matches!(self, Self::Post | Self::Email)
    }
}

/// That a notice was given: by whom, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// Who gave it.
    pub by: Reviewer,
    /// How.
    pub way: NoticeWay,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_and_an_event_spell_a_way_alike() {
        for way in NoticeWay::ALL {
            assert_eq!(serde_json::to_value(way).unwrap(), way.name());
        }
    }
}
