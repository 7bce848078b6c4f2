//! Clerical labels: what people judged about pairs drawn by a known plan.

/// What one labeller said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelWord {
    /// The records are of one person.
    Same,
    /// They are of different people.
    Different,
    /// The records do not tell.
    Unsure,
}

impl LabelWord {
    /// Every word, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    /// The word as written in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The word of a text; `None` when it is none.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// One judgement of one labeller.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// One record: source (empty without sources) and id.
    pub left: (String, String),
    /// The other.
    pub right: (String, String),
    /// What was said.
    pub word: LabelWord,
    /// Who said it.
    pub labeller: String,
    /// The stratum of the plan from which the pair was drawn; empty without a plan.
    pub stratum: String,
    /// Probability with which the plan drew the pair, above 0 and at most 1.
    pub inclusion_probability: f64,
}

/// All that was said of one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledPair {
    /// One record, the lower.
    pub l: u32,
    /// The other.
    pub r: u32,
    /// How many labellers said same, different, unsure.
    pub n: [u32; 3],
    /// The stratum.
    pub stratum: String,
    /// 1 / probability with which the pair was drawn.
    pub weight: f64,
}

impl LabelledPair {
    /// Share of the labellers who decided that said "same"; `None` when nobody decided. Two who disagree make one half,
    /// so that their disagreement stays in every figure.
    #[must_use]
    pub fn share_same(&self) -> Option<f64> {
        let decided = self.n[0] + self.n[1];
        (decided > 0).then(|| f64::from(self.n[0]) / f64::from(decided))
    }

    /// Probability that the pair is of one person, given what was said, how often a labeller errs, and what was known before
    /// (Bayes); `None` when nobody decided. As many who say "same" as who say "different" leave what was known before.
    #[must_use]
    pub fn share_same_given(&self, error_rate: f64, before: f64) -> Option<f64> {
        let votes = self.n[0] as i32 - self.n[1] as i32;
        let odds = |rate: f64| (rate / (1.0 - rate)).ln();
        let log_odds = odds(before) - f64::from(votes) * odds(error_rate);
        (self.n[0] + self.n[1] > 0).then(|| 1.0 / (1.0 + (-log_odds).exp()))
    }
}

/// Labellers err no more often than this, or their labels are not used as such.
const ERROR_RATE_MAX: f64 = 0.3;

/// How often a labeller who decides errs, from pairs on which several decided: where each errs alone with rate `e`, two of them
/// differ with rate `2 e (1 - e)` (the model of Dawid and Skene 1979 with one rate). 0 where nobody differs, or nobody judged a
/// pair twice; at most 0.3.
#[must_use]
pub(crate) fn error_rate(labels: &[LabelledPair]) -> f64 {
    let n = |label: &LabelledPair| (f64::from(label.n[0]), f64::from(label.n[1]));
    let differ: f64 = labels.iter().map(n).map(|(same, different)| same * different).sum();
    let all: f64 = labels.iter().map(n).map(|(a, b)| (a + b) * (a + b - 1.0).max(0.0) / 2.0).sum();
    let rate = (differ / all.max(1.0)).min(0.5);
    ((1.0 - (1.0 - 2.0 * rate).sqrt()) / 2.0).min(ERROR_RATE_MAX)
}

/// Labels gathered by pair, ordered by records; `place` gives the number of a record.
///
/// # Errors
/// The name of a record that has no number.
pub fn gathered(
    labels: &[Label],
    place: impl Fn(&(String, String)) -> Option<u32>,
) -> Result<Vec<LabelledPair>, (String, String)> {
    let mut found = Vec::new();
    for label in labels {
        let a = place(&label.left).ok_or_else(|| label.left.clone())?;
        let b = place(&label.right).ok_or_else(|| label.right.clone())?;
        found.push((a.min(b), a.max(b), label));
    }
    found.sort_by_key(|(l, r, _)| (*l, *r));
    let pair = |same: &[(u32, u32, &Label)]| {
        let count = |word: LabelWord| same.iter().filter(|(_, _, label)| label.word == word).count() as u32;
        let (l, r, first) = same[0];
        LabelledPair {
            l,
            r,
            n: LabelWord::ALL.map(count),
            stratum: first.stratum.clone(),
            weight: first.inclusion_probability.recip(),
        }
    };
    Ok(found
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|same| same[0].0 != same[0].1)
        .map(pair)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(l: &str, r: &str, word: LabelWord) -> Label {
        Label {
            left: (String::new(), l.to_owned()),
            right: (String::new(), r.to_owned()),
            word,
            labeller: "a".to_owned(),
            stratum: "s".to_owned(),
            inclusion_probability: 0.25,
        }
    }

    #[test]
    fn labellers_err_as_often_as_they_differ() {
        let pair = |n: [u32; 3]| LabelledPair { l: 0, r: 1, n, stratum: String::new(), weight: 1.0 };
        let of = |pairs: &[(usize, [u32; 3])]| {
            let all = pairs.iter().flat_map(|(n, words)| vec![pair(*words); *n]);
            error_rate(&all.collect::<Vec<_>>())
        };
        assert_eq!(of(&[(5, [2, 0, 0]), (5, [0, 1, 1])]), 0.0);
        assert_eq!(of(&[]), 0.0);
        // 2 · 0.04 · 0.96 = 0.0768.
        assert!((of(&[(9_232, [2, 0, 0]), (768, [1, 1, 0])]) - 0.04).abs() < 1e-9);
        assert_eq!(of(&[(1, [1, 1, 0])]), ERROR_RATE_MAX);
        for (n, before, expected) in [
            ([1, 1, 0], 0.7, 0.7),
            ([1, 0, 0], 0.5, 0.9),
            ([2, 0, 0], 0.5, 81.0 / 82.0),
            ([0, 2, 1], 0.5, 1.0 / 82.0),
            ([2, 1, 0], 0.5, 0.9),
        ] {
            let found = pair(n).share_same_given(0.1, before).unwrap();
            assert!((found - expected).abs() < 1e-12, "{n:?} {found}");
        }
        assert_eq!(pair([0, 0, 2]).share_same_given(0.1, 0.5), None);
    }

    #[test]
    fn labels_of_a_pair_meet_whatever_their_order() {
        let place = |name: &(String, String)| name.1.parse().ok();
        let labels = [
            label("1", "2", LabelWord::Same),
            label("2", "1", LabelWord::Different),
            label("3", "1", LabelWord::Unsure),
        ];
        let pairs = gathered(&labels, place).unwrap();
        assert_eq!(
            pairs.iter().map(|pair| (pair.l, pair.r, pair.n)).collect::<Vec<_>>(),
            [(1, 2, [1, 1, 0]), (1, 3, [0, 0, 1])]
        );
        assert_eq!(pairs.iter().map(LabelledPair::share_same).collect::<Vec<_>>(), [Some(0.5), None]);
        assert_eq!(pairs[0].weight, 4.0);
        assert_eq!(gathered(&[label("x", "1", LabelWord::Same)], place).unwrap_err().1, "x");
    }
}
