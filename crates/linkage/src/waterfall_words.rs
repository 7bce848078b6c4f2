//! The account of a pair in sentences that a person without training can follow.

use crate::mixture::Relation;
use crate::waterfall::{Step, Waterfall, in_words};

/// The words for evidence of so many bits or more, a tenth of a bit being the least that is shown; what has fewer says hardly
/// anything. The one table of every sentence and count.
const STRENGTHS: [(f64, &str); 3] = [(6.0, "strongly"), (3.0, "clearly"), (1.0, "a little")];

/// From so many bits on it is said that a step says less or more than it would by itself.
const TOLD_BEFORE_BITS_MIN: f64 = 3.0;

/// Said where the records' own words are not at hand.
const IN_SIMPLIFIED_WRITING: &str = "The values are shown in the simplified writing in which they are compared, not in the records' own words.";

/// For what a step speaks, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaks {
    ForOnePerson(&'static str),
    AgainstOnePerson(&'static str),
    Hardly,
    Nothing,
}

impl Waterfall {
    /// The account in plain sentences: one for the prior, one for each comparison, one for the sum, one that counts. Where the
    /// records' own words are not at hand, another one says so after the first.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![format!(
            "Before anything is compared: two records taken at random are of one person about once in {} times ({} bits; each bit \
             more doubles the odds of one person, each bit less halves them).",
            rounded(self.prior_bits.exp2().recip() + 1.0),
            signed(self.prior_bits)
        )];
        if self.steps.iter().any(|step| step.words.is_none()) {
            sentences.push(IN_SIMPLIFIED_WRITING.to_owned());
        }
        sentences.extend(self.steps.iter().map(Step::sentence));
        sentences.push(self.sum());
        sentences.push(self.tally());
        sentences
    }

    /// What all of it comes to.
    pub(crate) fn sum(&self) -> String {
        let interval = self.interval().map_or_else(String::new, |interval| format!(" ({interval})"));
        let probability = percent(self.match_probability);
        let weighed = format!("Together {} bits", signed(self.total_bits));
        let proposal = "It is a proposal, not a decision.";
        match self.n_labels {
            0 => format!(
                "{weighed}: the probability that both records are of one person is {probability}{interval}. {proposal}"
            ),
            n => format!(
                "{weighed}. Of pairs that weigh so much, {probability} are of one person{interval}, as {n} pairs that people judged \
                 show; the bits alone would say {}. {proposal}",
                percent(crate::model::probability(self.total_bits))
            ),
        }
    }

    /// How sure the probability is; `None` where nothing is known of it. Its ends are rounded outwards to hundredths.
    pub(crate) fn interval(&self) -> Option<String> {
        Some(match self.reliability? {
            (low, high) if low <= 0.0 && high >= 1.0 => {
                "anything from 0 to 100 %: so few pairs looked like this that nothing is known".to_owned()
            }
            (low, high) => format!("95 % interval {:.0} % to {:.0} %", low * 100.0, high * 100.0),
        })
    }

    /// How many attributes agree (the same, or as alike as those of one person often are), do not, and cannot be compared; and for what those speak that could be.
    fn tally(&self) -> String {
        let (agree, disagree, null) = self.counts();
        let of = |n: u16| if n == 1 { "1 attribute".to_owned() } else { format!("{n} attributes") };
        let ending = |n: u16| if n == 1 { "s" } else { "" };
        let is_or_are = |n: u16| if n == 1 { "is" } else { "are" };
        let count = |wanted: fn(Speaks) -> bool| {
            self.steps.iter().filter(|step| wanted(step.speaks())).count() as u16
        };
        let n_for = count(|speaks| matches!(speaks, Speaks::ForOnePerson(_)));
        let n_against = count(|speaks| matches!(speaks, Speaks::AgainstOnePerson(_)));
        let n_hardly = count(|speaks| speaks == Speaks::Hardly);
        format!(
            "{} {} the same or alike, {disagree} {} not, {null} could not be compared. Of those compared, {n_for} speak{} for one person, \
             {n_against} speak{} against it, and {n_hardly} say{} hardly anything.",
            of(agree),
            is_or_are(agree),
            is_or_are(disagree),
            ending(n_for),
            ending(n_against),
            ending(n_hardly)
        )
    }
}

impl Step {
    /// The attribute in words, with the column in brackets where its name says more.
    pub(crate) fn attribute(&self) -> String {
        let kind = in_words(self.kind);
        let column = self.comparison.replace(['_', '-'], " ");
        if column.eq_ignore_ascii_case(&kind) { kind } else { format!("{kind} ({})", self.comparison) }
    }

    fn speaks(&self) -> Speaks {
        let tenths = (self.bits.abs() * 10.0).round() / 10.0;
        match STRENGTHS.iter().find(|(least, _)| tenths >= *least) {
            _ if self.is_null => Speaks::Nothing,
            None => Speaks::Hardly,
            Some((_, strength)) if self.bits > 0.0 => Speaks::ForOnePerson(strength),
            Some((_, strength)) => Speaks::AgainstOnePerson(strength),
        }
    }

    fn sentence(&self) -> String {
        let mut name = self.attribute();
        name[..1].make_ascii_uppercase();
        let (strength, direction, often, other) = match self.speaks() {
            Speaks::Nothing => return format!("{name}: {}.", self.nothing()),
            Speaks::Hardly => {
                return format!(
                    "{name}: {}. That says hardly anything ({} bits){}.",
                    self.what(),
                    signed(self.bits),
                    self.told_before()
                );
            }
            Speaks::ForOnePerson(strength) => (strength, "for", "one person", "different people"),
            Speaks::AgainstOnePerson(strength) => (strength, "against", "different people", "one person"),
        };
        format!(
            "{name}: {}. That speaks {strength} {direction} one person: it is seen about {} times as often in records of {often} as \
             in records of {other} ({} bits){}.",
            self.what(),
            rounded(self.bits.abs().exp2()),
            signed(self.bits),
            self.told_before()
        )
    }

    /// Why the step says much less or more than its level says of itself.
    fn told_before(&self) -> String {
        if (self.bits_alone - self.bits).abs() < TOLD_BEFORE_BITS_MIN {
            return String::new();
        }
        let alone = format!("; by itself it would be worth {} bits", signed(self.bits_alone));
        let is_otherwise = self.bits * self.bits_alone < 0.0 && self.speaks() != Speaks::Hardly;
        let why = match (is_otherwise, self.rival) {
            (true, Relation::Relatives) if self.bits > 0.0 => {
                "two people with what is named above would mostly be relatives, in whose records this is seen less often than in one person's"
            }
            (true, Relation::Relatives) => {
                "two people with what is named above would mostly be relatives, in whose records this is seen more often than in one person's"
            }
            (true, _) => "beside what is named above it counts otherwise",
            _ if self.bits.abs() < self.bits_alone.abs() => {
                "it usually goes with what is named above, which is counted already"
            }
            _ => "beside what is named above it says more",
        };
        format!("{alone}, but {why}")
    }
}

/// Bits with their sign, to a tenth; nothing is `0.0`, never `-0.0`.
#[must_use]
pub fn signed(bits: f64) -> String {
    let text = format!("{bits:+.1}");
    if text == "-0.0" || text == "+0.0" { "0.0".to_owned() } else { text }
}

/// A number as people say it: two digits, the rest zeros, thousands apart.
pub(crate) fn rounded(number: f64) -> String {
    if number < 100.0 {
        let text = if number < 9.5 { format!("{number:.1}") } else { format!("{number:.0}") };
        return text.trim_end_matches(".0").to_owned();
    }
    if number >= 1e15 {
        return "a thousand million million".to_owned();
    }
    let unit = 10f64.powf(number.log10().floor() - 1.0);
    crate::html::count(((number / unit).round() * unit) as u64)
}

/// A probability as a percentage that is never rounded up to certainty, nor down to impossibility.
pub(crate) fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    match percent {
        p if p >= 99.999 => "over 99.999 %".to_owned(),
        p if p > 99.9 => format!("{:.3} %", (p * 1000.0).floor() / 1000.0),
        p if p < 0.001 => "under 0.001 %".to_owned(),
        p if p < 0.1 => format!("{p:.3} %"),
        p => format!("{p:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::waterfall::Bearers;

    fn step(kind: Kind, l: Option<&str>, r: Option<&str>, bits: f64) -> Step {
        Step {
            comparison: kind.as_str().to_owned(),
            kind,
            bearers: (l.is_some() && l == r).then_some(Bearers {
                n: 11,
                n_with_any: 99_000,
                n_records: 99_000,
                of_initial: false,
            }),
            value_l: l.map(str::to_owned),
            value_r: r.map(str::to_owned),
            words: None,
            level: "another name".to_owned(),
            is_null: l.is_none() || r.is_none(),
            is_agreed: l.is_some() && r.is_some() && bits > 0.0,
            m: 0.1,
            u: 0.1,
            bits,
            bits_alone: bits,
            rival: Relation::Strangers,
        }
    }

    #[test]
    fn sentences_say_what_differs_and_how_common_it_is() {
        for (step, expected) in [
            (
                step(Kind::FamilyName, Some("garcia lopez"), Some("garcialopez"), 7.2),
                "Family name: “garcia lopez” and “garcialopez”, which differ by a hyphen or a space. That speaks strongly for one \
                 person: it is seen about 150 times as often in records of one person as in records of different people (+7.2 bits).",
            ),
            (
                step(Kind::FamilyName, Some("okafor"), Some("okafor"), 12.0),
                "Family name: both say “okafor”; about 1 in 9,000 records bears it. That speaks strongly for one person: it is seen \
                 about 4,100 times as often in records of one person as in records of different people (+12.0 bits).",
            ),
            (
                step(Kind::GivenName, Some("ana"), Some("ben"), -4.0),
                "Given name: “ana” and “ben”, two different names. That speaks clearly against one person: it is seen about 16 times as \
                 often in records of different people as in records of one person (-4.0 bits).",
            ),
            (
                step(Kind::City, Some("york"), None, 0.0),
                "City: only one record has it: “york”. So it says nothing.",
            ),
            (
                step(Kind::GivenName, Some("li wei"), Some("wei li"), 0.4),
                "Given name: “li wei” and “wei li”, which differ by the order of the words. That says hardly anything (+0.4 bits).",
            ),
        ] {
            assert_eq!(step.sentence(), expected);
        }
    }

    #[test]
    fn one_table_gives_the_words_for_all_strengths() {
        for (bits, expected) in [
            (6.0, Speaks::ForOnePerson("strongly")),
            (5.94, Speaks::ForOnePerson("clearly")),
            (0.96, Speaks::ForOnePerson("a little")),
            (-0.96, Speaks::AgainstOnePerson("a little")),
            (0.94, Speaks::Hardly),
            (-0.04, Speaks::Hardly),
        ] {
            let step = step(Kind::City, Some("york"), Some("york"), bits);
            assert_eq!(step.speaks(), expected, "{bits}");
            let sentence = step.sentence();
            assert_eq!(sentence.contains("hardly anything"), expected == Speaks::Hardly, "{sentence}");
        }
        assert_eq!(step(Kind::City, Some("york"), None, 0.0).speaks(), Speaks::Nothing);
    }

    #[test]
    fn says_what_a_bit_is_and_whose_words_are_quoted() {
        let words = Some([None, None]);
        for (words, n_sentences) in [(words, 4), (None, 5)] {
            let steps = vec![Step { words, ..step(Kind::City, None, None, 0.0) }];
            let (prior_bits, total_bits, match_probability) = (-10.0, -10.0, 0.001);
            let waterfall = Waterfall {
                prior_bits,
                steps,
                total_bits,
                match_probability,
                reliability: None,
                n_labels: 0,
            };
            let sentences = waterfall.sentences();
            assert_eq!(sentences.len(), n_sentences);
            assert!(sentences[0].contains("(-10.0 bits; each bit more doubles the odds"), "{}", sentences[0]);
            assert_eq!(sentences[1] == IN_SIMPLIFIED_WRITING, n_sentences == 5, "{}", sentences[1]);
        }
    }

    #[test]
    fn a_step_that_counts_otherwise_says_beside_whom() {
        for (rival, bits, says) in [
            (Relation::Strangers, 2.0, "but beside what is named above it counts otherwise."),
            (
                Relation::Relatives,
                2.0,
                "but two people with what is named above would mostly be relatives, in whose records this is seen less often than in one \
                 person's.",
            ),
            (
                Relation::Relatives,
                -2.0,
                "but two people with what is named above would mostly be relatives, in whose records this is seen more often than in one \
                 person's.",
            ),
        ] {
            let step =
                Step { bits_alone: -2.0 * bits, rival, ..step(Kind::Phone, Some("1"), Some("2"), bits) };
            assert!(step.sentence().ends_with(says), "{}", step.sentence());
        }
    }

    #[test]
    fn the_sum_says_where_its_probability_comes_from() {
        let told = Step { bits_alone: 16.0, ..step(Kind::Phone, Some("1"), Some("1"), 0.2) };
        assert!(told.sentence().ends_with(
            "That says hardly anything (+0.2 bits); by itself it would be worth +16.0 bits, but it usually goes with what is named above, \
             which is counted already."
        ));
        let of = |n_labels, reliability| Waterfall {
            prior_bits: -10.0,
            steps: vec![told.clone(), step(Kind::City, Some("york"), None, 0.0)],
            total_bits: 1.0,
            match_probability: 0.9,
            reliability,
            n_labels,
        };
        for (waterfall, sum, tally) in [
            (
                of(0, Some((0.85, 0.95))),
                "Together +1.0 bits: the probability that both records are of one person is 90.0 % (95 % interval 85 % to \
                 95 %). It is a proposal, not a decision.",
                "1 attribute is the same or alike, 0 are not, 1 could not be compared. Of those compared, 0 speak for one person, 0 speak against it, \
                 and 1 says hardly anything.",
            ),
            (
                of(0, Some((0.0, 1.0))),
                "Together +1.0 bits: the probability that both records are of one person is 90.0 % (anything from 0 to 100 %: so few \
                 pairs looked like this that nothing is known). It is a proposal, not a decision.",
                "1 attribute is the same or alike, 0 are not, 1 could not be compared. Of those compared, 0 speak for one person, 0 speak against it, \
                 and 1 says hardly anything.",
            ),
            (
                of(200, None),
                "Together +1.0 bits. Of pairs that weigh so much, 90.0 % are of one person, as 200 pairs that people judged show; the bits \
                 alone would say 66.7 %. It is a proposal, not a decision.",
                "1 attribute is the same or alike, 0 are not, 1 could not be compared. Of those compared, 0 speak for one person, 0 speak against it, \
                 and 1 says hardly anything.",
            ),
        ] {
            let sentences = waterfall.sentences();
            assert_eq!(sentences[sentences.len() - 2..], [sum, tally]);
        }
    }

    #[test]
    fn numbers_are_as_people_say_them() {
        for (number, text) in [
            (2.0, "2"),
            (2.04, "2"),
            (2.3, "2.3"),
            (10.0, "10"),
            (9.8, "10"),
            (149.9, "150"),
            (4_096.0, "4,100"),
            (1_234_567.0, "1,200,000"),
        ] {
            assert_eq!(rounded(number), text);
        }
        for (bits, text) in [(-0.04, "0.0"), (0.04, "0.0"), (-0.06, "-0.1"), (3.25, "+3.2")] {
            assert_eq!(signed(bits), text);
        }
        for (p, text) in
            [(1.0, "over 99.999 %"), (0.9999, "99.990 %"), (0.5, "50.0 %"), (0.0, "under 0.001 %")]
        {
            assert_eq!(percent(p), text);
        }
    }
}
