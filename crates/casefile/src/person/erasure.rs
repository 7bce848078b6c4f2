//! On what the erasure of a person's records rests.

use serde::{Deserialize, Serialize};

/// The legal basis of an erasure: the public log keeps it with the day and the number of records, and nothing of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureBasis {
    /// The time for which the source keeps its records has ended (44 U.S.C. 3303a).
    Schedule,
    /// A court or another authority ordered it.
    Order,
    /// The records may not be kept: they are not relevant and necessary, or not accurate (5 U.S.C. 552a(e)(1), (5)).
    KeptUnlawfully,
    /// The person asked for it, and it was granted (5 U.S.C. 552a(d)(2)).
    GrantedRequest,
}

impl ErasureBasis {
    /// The basis in plain words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Schedule => "the time for which the source keeps its records has ended",
            Self::Order => "a court or another authority ordered it",
            Self::KeptUnlawfully => "the records may not be kept",
            Self::GrantedRequest => "the person asked for it, and it was granted",
        }
    }
}
