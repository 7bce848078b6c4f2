//! Which pairs of a row need a closer look: one record of a block against those that follow it, attribute by attribute.
//!
//! Nearly all pairs that blocking proposes differ in nearly all attributes, so the question "can this be anything but level 0?" is
//! put to many pairs at once: the loops below have no branch and walk over numbers that lie side by side, which the compiler
//! turns into vector instructions. What they hold back for certain is level 0; whatever passes is judged exactly.

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

/// So many values are looked at together, at least.
pub(crate) const LANES: usize = 8;

/// Finds the pairs of a row that need a closer look.
#[derive(Debug, Clone)]
pub(crate) struct Sieve {
    question: Question,
    instructions: Instructions,
}

/// What the pairs of a row are asked.
#[derive(Debug, Clone)]
enum Question {
    /// Whether the values are equal: nothing else is more than level 0.
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

    /// Gives the places of the values that need a closer look beside the one that they follow, ascending from 0: those equal to
    /// it, those that are not there, and those that may be alike. The one that they follow is there.
    pub(crate) fn places(&self, followed: Followed<'_>, marks: &mut Vec<u32>, places: &mut Vec<u32>) {
        self.instructions.mark(&self.question, followed, marks);
        take_marked(&marks[..followed.n], places);
    }
}

impl Question {
    /// Marks the values that need a closer look with 1, and all others with 0; some more than those that follow.
    #[inline(always)]
    fn mark(&self, Followed { n, codes, letters }: Followed<'_>, marks: &mut Vec<u32>) {
        marks.clear();
        marks.resize(n.next_multiple_of(LANES), 0);
        let Some((first, codes)) = codes.split_first() else { return };
        match self {
            Self::Equal => mark(codes, marks, |code| (code == *first) | (code == NULL)),
            Self::DatesOneEdit => mark_dates(Birth(*first), codes, 2, marks),
            Self::Dates => mark_dates(Birth(*first), codes, 1, marks),
            Self::Texts(bar) => {
                if let Some((of_first, letters)) = letters.split_first() {
                    mark_texts(*bar, (*first, of_first), codes, letters, marks);
                }
            }
        }
    }
}

#[inline(always)]
fn mark(codes: &[u32], marks: &mut [u32], is_near: impl Fn(u32) -> bool) {
    for (mark, code) in marks.iter_mut().zip(codes) {
        *mark = u32::from(is_near(*code));
    }
}

/// Marks dates that are not complete, or share so many parts with the first; one part alone counts when it is the year or the day.
#[inline(always)]
fn mark_dates(first: Birth, codes: &[u32], n_parts: u32, marks: &mut [u32]) {
    mark(codes, marks, |code| {
        let date = Birth(code);
        let (year, month, day) =
            (first.year() == date.year(), first.month() == date.month(), first.day() == date.day());
        let n_equal = u32::from(year) + u32::from(day) + u32::from(month & (year | day));
        (n_equal >= n_parts) | is_incomplete(first) | is_incomplete(date)
    });
}

#[inline(always)]
fn mark_texts(
    bar: Bar,
    (first, of_first): (u32, LettersOf),
    codes: &[u32],
    letters: Letters<'_>,
    marks: &mut [u32],
) {
    let n = marks.len();
    let (codes, bits, sizes, prefixes) =
        (&codes[..n], &letters.bits[..n], &letters.sizes[..n], &letters.prefixes[..n]);
    let (len, overflow) = (of_first.len(), of_first.overflow());
    let [none, one, two, three, four] = bar.share_min;
    for at in 0..n {
        let common =
            (bits[at] & of_first.bits).count_ones() + LettersOf::overflow_of(sizes[at]).min(overflow);
        let other = LettersOf::len_of(sizes[at]);
        let differing = prefixes[at] ^ of_first.prefix;
        let mut share = none;
        share = if differing & 0xff == 0 { one } else { share };
        share = if differing & 0xffff == 0 { two } else { share };
        share = if differing & 0x00ff_ffff == 0 { three } else { share };
        share = if differing == 0 { four } else { share };
        let (n, m) = (len as i32 as f32, other as i32 as f32);
        let is_alike = common as i32 as f32 * (n + m) * (1.0 + ROUNDING_SHARE) >= share * (n * m);
        let is_few_edits = common as i32 + bar.edits_max >= len.max(other) as i32;
        let is_known = (codes[at] == first) | (codes[at] == NULL);
        marks[at] = u32::from(is_alike) | u32::from(is_few_edits) | u32::from(is_known);
    }
}

/// The places that are marked, ascending.
fn take_marked(marks: &[u32], places: &mut Vec<u32>) {
    places.clear();
    places.resize(marks.len(), 0);
    let mut n = 0;
    for (place, mark) in marks.iter().enumerate() {
        places[n] = place as u32;
        n += *mark as usize;
    }
    places.truncate(n);
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
    fn mark(self, question: &Question, followed: Followed<'_>, marks: &mut Vec<u32>) {
        match self {
            Self::Plain => question.mark(followed, marks),
            // SAFETY: `of_machine` found these instructions.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { mark_avx2(question, followed, marks) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { mark_avx512(question, followed, marks) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn mark_avx2(question: &Question, followed: Followed<'_>, marks: &mut Vec<u32>) {
    question.mark(followed, marks);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512vpopcntdq,avx512vl,avx512bw,avx512dq")]
fn mark_avx512(question: &Question, followed: Followed<'_>, marks: &mut Vec<u32>) {
    question.mark(followed, marks);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::letters::LettersTable;
    use crate::level_rule::LevelRule;
    use crate::similarity::{Signature, of_bytes};

    /// The places that a sieve of texts passes, with the instructions of the machine and with plain ones.
    fn passed(rules: &[LevelRule], texts: &[&str]) -> [Vec<u32>; 2] {
        let code = |text: &&str| match texts.iter().position(|other| other == text) {
            Some(place) if !text.is_empty() => place as u32 + 1,
            _ => NULL,
        };
        let codes: Vec<u32> = texts.iter().map(code).chain([NULL; LANES]).collect();
        let mut letters = LettersTable::default();
        letters.extend(&texts.iter().map(|text| Signature::of(text)).collect::<Vec<_>>());
        letters.pad(LANES);
        let letters = letters.range(0, texts.len() + LANES);
        let followed = Followed { n: texts.len() - 1, codes: &codes, letters };
        let sieve = Sieve::of_texts(Weakest::of(rules));
        [sieve.instructions, Instructions::Plain].map(|instructions| {
            let mut places = Vec::new();
            Sieve { instructions, ..sieve.clone() }.places(followed, &mut Vec::new(), &mut places);
            places
        })
    }

    fn check(rules: &[LevelRule], texts: &[&str], expected: &[u32]) {
        assert_eq!(passed(rules, texts), [expected, expected], "{texts:?}");
    }

    #[test]
    fn what_cannot_reach_the_bar_is_held_back() {
        let names = ["maria", "maria", "", "mario", "marx", "miriam", "george", "bo"];
        check(&[LevelRule::Exact], &names, &[0, 1]);
        check(&[LevelRule::Exact, LevelRule::JaroWinkler(0.9)], &names, &[0, 1, 2]);
        check(&[LevelRule::Exact, LevelRule::Levenshtein(1)], &names, &[0, 1, 2]);
        check(&[LevelRule::Jaro(0.8), LevelRule::DamerauLevenshtein(2)], &names, &[0, 1, 2, 3, 4]);
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
                for (place, text) in texts[1..].iter().enumerate().filter(|(place, _)| !widest.contains(&(*place as u32))) {
                    let (a, b) = (texts[0].as_bytes(), text.as_bytes());
                    let holds = match rule {
                        LevelRule::JaroWinkler(t) => of_bytes::jaro_winkler_similarity(a, b) >= t,
                        LevelRule::Jaro(t) => of_bytes::jaro_similarity(a, b) >= t,
                        LevelRule::Levenshtein(n) => of_bytes::levenshtein_distance(a, b) <= n,
                        _ => of_bytes::edit_distance(a, b) <= n,
                    };
                    prop_assert!(a != b && !holds, "{} {} at {}", texts[0], text, place);
                }
            }
        }
    }
}
