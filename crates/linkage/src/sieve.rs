//! The levels of the pairs of a row that need no closer look: one record of a block against those that follow it, attribute by
//! attribute.
//!
//! Nearly all pairs that blocking proposes differ in nearly all attributes, and most others have the same value or none, so the
//! question "can this be anything else?" is put to many pairs at once: the loops below have no branch and walk over numbers that
//! lie side by side, which the compiler turns into vector instructions. What they hold back for certain is level 0, equality counts
//! at once, and whatever else may be alike is judged exactly.

use crate::birth::Birth;
use crate::dictionary::NULL;
use crate::letters::{Letters, LettersOf};
use crate::similarity::Weakest;

/// By what share a bound in single precision may fall short of the same bound in double precision.
const ROUNDING_SHARE: f32 = 1e-4;
/// Lengths of shared prefixes.
const PREFIXES: usize = 5;
/// A distance that no two texts are within.
const NO_EDITS: i32 = i32::MIN / 2;

/// So many values are looked at together.
pub(crate) const LANES: usize = 16;

/// Finds the pairs of a row that need a closer look.
#[derive(Debug, Clone)]
pub(crate) struct Sieve {
    question: Question,
    instructions: Instructions,
}

/// What the pairs of a row are asked.
#[derive(Debug, Clone)]
enum Question {
    /// Nothing: no value that is not equal is more than level 0.
    Equal,
    /// Whether the texts have enough letters in common.
    Texts(Bar),
    /// Whether two of year, month and day are equal, or the dates are not complete.
    DatesOneEdit,
    /// Whether year or day is equal, or the dates are not complete.
    Dates,
}

/// One value of an attribute and those that follow it in a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Followed<'a> {
    /// How many follow.
    pub(crate) n: usize,
    /// The codes of the value and of those that follow, and of at least [`LANES`] more values, whatever they are.
    pub(crate) codes: &'a [u32],
    /// Their letters, where they are asked for.
    pub(crate) letters: Letters<'a>,
}

/// What a comparison counts in the pattern of a pair whose values are equal, and of one whose second value is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) equal: u64,
    pub(crate) null: u64,
}

/// How many letters two texts must have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    edits_max: i32,
    /// By the length of the shared prefix: with `c` letters in common, texts of `n` and `m` letters are alike enough when
    /// `c * (n + m)` is at least this times `n * m`.
    share_min: [f32; PREFIXES],
}

impl Bar {
    fn of(weakest: Weakest) -> Self {
        let share_min = std::array::from_fn(|prefix| weakest.common_share_min(prefix as u32) as f32);
        let edits_max =
            weakest.edits_max().map_or(NO_EDITS, |edits| i32::try_from(edits).unwrap_or(i32::MAX / 2));
        Self { edits_max, share_min }
    }
}

impl Sieve {
    /// The sieve of texts that must reach a bar.
    pub(crate) fn of_texts(weakest: Weakest) -> Self {
        Self::new(if weakest.is_unreachable() { Question::Equal } else { Question::Texts(Bar::of(weakest)) })
    }

    /// The sieve of dates, of which levels ask for at most one edit between their texts.
    pub(crate) fn of_dates_one_edit() -> Self {
        Self::new(Question::DatesOneEdit)
    }

    /// The sieve of dates with the levels of their kind.
    pub(crate) fn of_dates() -> Self {
        Self::new(Question::Dates)
    }

    fn new(question: Question) -> Self {
        Self { question, instructions: Instructions::of_machine() }
    }

    /// Whether it reads the letters of the values.
    pub(crate) const fn reads_letters(&self) -> bool {
        matches!(self.question, Question::Texts(_))
    }

    /// Adds to the patterns of the pairs of a value with those that follow what equality and absence count, and gives the places,
    /// ascending from 0, of the values that may be alike without being equal. The one that they follow is there. There are as many
    /// patterns as values follow, made up to a multiple of [`LANES`].
    pub(crate) fn sift(
        &self,
        followed: Followed<'_>,
        known: Known,
        patterns: &mut [u64],
        places: &mut Vec<u32>,
    ) {
        places.clear();
        self.instructions.sift(&self.question, followed, known, patterns, places);
    }
}

impl Question {
    #[inline(always)]
    fn sift(
        &self,
        Followed { n, codes, letters }: Followed<'_>,
        known: Known,
        patterns: &mut [u64],
        places: &mut Vec<u32>,
    ) {
        let Some((first, codes)) = codes.split_first() else { return };
        let mut row = Sifted { n, first: *first, codes, known, patterns, places };
        let date = Birth(*first);
        match self {
            Self::Equal => row.sift(|_, _| Nothing),
            Self::DatesOneEdit => row.sift(|_, codes| Dates { first: date, codes, n_parts: 2 }),
            Self::Dates => row.sift(|_, codes| Dates { first: date, codes, n_parts: 1 }),
            Self::Texts(bar) => {
                if let Some((first, letters)) = letters.split_first() {
                    row.sift(|stretch, _| {
                        let (bits, sizes, prefixes) = letters.stretch(stretch);
                        Texts { bar, first, bits, sizes, prefixes }
                    });
                }
            }
        }
    }
}

/// A row at work.
struct Sifted<'a> {
    n: usize,
    first: u32,
    /// The codes of those that follow, and of more.
    codes: &'a [u32],
    known: Known,
    patterns: &'a mut [u64],
    places: &'a mut Vec<u32>,
}

/// For each lane its bit: they are gathered by loading, not by shifting, which the compiler does lane by lane.
static BITS: [u32; LANES] = {
    let mut bits = [0; LANES];
    let mut lane = 0;
    while lane < LANES {
        bits[lane] = 1 << lane;
        lane += 1;
    }
    bits
};

impl<'a> Sifted<'a> {
    /// `near` says which values of a stretch may be alike without being equal.
    #[inline(always)]
    fn sift<N: Near>(&mut self, near: impl Fn(usize, &'a [u32; LANES]) -> N) {
        let (codes, patterns) = (self.codes.as_chunks::<LANES>().0, self.patterns.as_chunks_mut::<LANES>().0);
        for (stretch, (codes, patterns)) in codes.iter().zip(patterns).enumerate() {
            let from = stretch * LANES;
            let mut bits = near_bits((self.first, codes), self.known, patterns, &near(stretch, codes));
            let n_left = self.n - from;
            if n_left < LANES {
                bits &= (1 << n_left) - 1;
            }
            while bits != 0 {
                self.places.push((from as u32) + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}

/// Adds to the patterns of a stretch what equality and absence count, and gives a bit for each of the other values that is near.
#[inline(always)]
fn near_bits(
    (first, codes): (u32, &[u32; LANES]),
    known: Known,
    patterns: &mut [u64; LANES],
    near: &impl Near,
) -> u32 {
    let mut bits = [0; LANES];
    for lane in 0..LANES {
        let (is_equal, is_null) = (codes[lane] == first, codes[lane] == NULL);
        let of_others = if is_null { known.null } else { 0 };
        patterns[lane] += if is_equal { known.equal } else { of_others };
        bits[lane] = if near.is_near(lane) & !is_equal & !is_null { BITS[lane] } else { 0 };
    }
    let mut all = 0;
    for bit in bits {
        all |= bit;
    }
    all
}

/// Says of the values of a stretch whether they may be alike without being equal.
trait Near {
    fn is_near(&self, lane: usize) -> bool;
}

/// No value is near.
struct Nothing;

impl Near for Nothing {
    #[inline(always)]
    fn is_near(&self, _lane: usize) -> bool {
        false
    }
}

/// Dates that are not complete, or share so many parts with the first; one part alone counts when it is the year or the day.
struct Dates<'a> {
    first: Birth,
    codes: &'a [u32; LANES],
    n_parts: u32,
}

impl Near for Dates<'_> {
    #[inline(always)]
    fn is_near(&self, lane: usize) -> bool {
        let (first, date) = (self.first, Birth(self.codes[lane]));
        let (year, month, day) =
            (first.year() == date.year(), first.month() == date.month(), first.day() == date.day());
        let n_equal = u32::from(year) + u32::from(day) + u32::from(month & (year | day));
        (n_equal >= self.n_parts) | is_incomplete(first) | is_incomplete(date)
    }
}

/// Texts with letters enough in common.
struct Texts<'a> {
    bar: &'a Bar,
    first: LettersOf,
    bits: &'a [u64; LANES],
    sizes: &'a [u32; LANES],
    prefixes: &'a [u32; LANES],
}

impl Near for Texts<'_> {
    #[inline(always)]
    fn is_near(&self, lane: usize) -> bool {
        let Texts { bar, first, bits, sizes, prefixes } = *self;
        let [none, one, two, three, four] = bar.share_min;
        let (len, overflow) = (first.len(), first.overflow());
        let common =
            (bits[lane] & first.bits).count_ones() + LettersOf::overflow_of(sizes[lane]).min(overflow);
        let other = LettersOf::len_of(sizes[lane]);
        let differing = prefixes[lane] ^ first.prefix;
        let mut share = none;
        share = if differing & 0xff == 0 { one } else { share };
        share = if differing & 0xffff == 0 { two } else { share };
        share = if differing & 0x00ff_ffff == 0 { three } else { share };
        share = if differing == 0 { four } else { share };
        let (n, m) = (len as i32 as f32, other as i32 as f32);
        let is_alike = common as i32 as f32 * (n + m) * (1.0 + ROUNDING_SHARE) >= share * (n * m);
        let is_few_edits = common as i32 + bar.edits_max >= len.max(other) as i32;
        is_alike | is_few_edits
    }
}

#[inline(always)]
const fn is_incomplete(birth: Birth) -> bool {
    (birth.year() == 0) | (birth.month() == 0) | (birth.day() == 0)
}

/// The instructions in which the question is put: the plain ones count the bits of a number in a dozen steps, and take one or two
/// values at a time.
#[derive(Debug, Clone, Copy)]
enum Instructions {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// The widest that the machine has.
    fn of_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512vpopcntdq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
            {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                return Self::Avx2;
            }
        }
        Self::Plain
    }

    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "instructions that the machine was asked for; what they run is safe code"
        )
    )]
    fn sift(
        self,
        question: &Question,
        followed: Followed<'_>,
        known: Known,
        patterns: &mut [u64],
        places: &mut Vec<u32>,
    ) {
        match self {
            Self::Plain => question.sift(followed, known, patterns, places),
            // SAFETY: `of_machine` found these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { sift_avx2(question, followed, known, patterns, places) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { sift_avx512(question, followed, known, patterns, places) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn sift_avx2(
    question: &Question,
    followed: Followed<'_>,
    known: Known,
    patterns: &mut [u64],
    places: &mut Vec<u32>,
) {
    question.sift(followed, known, patterns, places);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512vpopcntdq,avx512vl,avx512bw,avx512dq")]
fn sift_avx512(
    question: &Question,
    followed: Followed<'_>,
    known: Known,
    patterns: &mut [u64],
    places: &mut Vec<u32>,
) {
    question.sift(followed, known, patterns, places);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::letters::LettersTable;
    use crate::level_rule::LevelRule;
    use crate::similarity::{Signature, of_bytes};

    /// What equality and absence count.
    const KNOWN: Known = Known { equal: 1 << 40, null: 7 };

    /// The places that a sieve of texts passes and the patterns that it writes, with the instructions of the machine and with
    /// plain ones.
    fn passed(rules: &[LevelRule], texts: &[&str]) -> [(Vec<u32>, Vec<u64>); 2] {
        let code = |text: &&str| match texts.iter().position(|other| other == text) {
            Some(place) if !text.is_empty() => place as u32 + 1,
            _ => NULL,
        };
        let codes: Vec<u32> = texts.iter().map(code).chain([NULL; LANES]).collect();
        let mut letters = LettersTable::default();
        letters.extend(texts.iter().map(|text| Signature::of(text)));
        letters.pad(LANES);
        let letters = letters.range(0, texts.len() + LANES);
        let followed = Followed { n: texts.len() - 1, codes: &codes, letters };
        let sieve = Sieve::of_texts(Weakest::of(rules));
        [sieve.instructions, Instructions::Plain].map(|instructions| {
            let (mut places, mut patterns) = (Vec::new(), vec![1; followed.n.next_multiple_of(LANES)]);
            Sieve { instructions, ..sieve.clone() }.sift(followed, KNOWN, &mut patterns, &mut places);
            patterns.truncate(followed.n);
            (places, patterns)
        })
    }

    fn check(rules: &[LevelRule], texts: &[&str], expected: &[u32]) {
        let passed = passed(rules, texts);
        assert_eq!(passed[0], passed[1], "{texts:?}");
        assert_eq!(passed[0].0, expected, "{texts:?}");
    }

    #[test]
    fn what_cannot_reach_the_bar_is_held_back() {
        let names = ["maria", "maria", "", "mario", "marx", "miriam", "george", "bo"];
        check(&[LevelRule::Exact], &names, &[]);
        check(&[LevelRule::Exact, LevelRule::JaroWinkler(0.9)], &names, &[2]);
        check(&[LevelRule::Exact, LevelRule::Levenshtein(1)], &names, &[2]);
        check(&[LevelRule::Jaro(0.8), LevelRule::DamerauLevenshtein(2)], &names, &[2, 3, 4]);
    }

    #[test]
    fn equality_and_absence_count_at_once() {
        let names = ["ana", "ana", "", "george"].repeat(9);
        let counted = |name: &&str| match *name {
            "ana" => 1 + KNOWN.equal,
            "" => 1 + KNOWN.null,
            _ => 1,
        };
        let expected: Vec<u64> = names[1..].iter().map(counted).collect();
        for rule in [LevelRule::Exact, LevelRule::Levenshtein(1)] {
            assert_eq!(passed(&[rule], &names)[0], (Vec::new(), expected.clone()));
        }
    }

    proptest! {
        #[test]
        fn what_is_held_back_reaches_no_level(
            texts in proptest::collection::vec("[a-d0-2 ]{1,12}", 2..40), t in 0.3f64..1.0, n in 0u32..4,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            for rule in [LevelRule::JaroWinkler(t), LevelRule::Jaro(t), LevelRule::Levenshtein(n), LevelRule::DamerauLevenshtein(n)] {
                let [widest, plain] = passed(&[rule], &texts);
                prop_assert_eq!(&widest, &plain);
                let (widest, _) = widest;
                for (place, text) in texts[1..].iter().enumerate().filter(|(place, _)| !widest.contains(&(*place as u32))) {
                    let (a, b) = (texts[0].as_bytes(), text.as_bytes());
                    let holds = match rule {
                        LevelRule::JaroWinkler(t) => of_bytes::jaro_winkler_similarity(a, b) >= t,
                        LevelRule::Jaro(t) => of_bytes::jaro_similarity(a, b) >= t,
                        LevelRule::Levenshtein(n) => of_bytes::levenshtein_distance(a, b) <= n,
                        _ => of_bytes::edit_distance(a, b) <= n,
                    };
                    prop_assert!(a == b || !holds, "{} {} at {}", texts[0], text, place);
                }
            }
        }
    }
}
