//! The account of a pair in sentences that a person without training can follow.

use crate::kind::Kind;
use crate::waterfall::{Step, Waterfall};

/// Fewest bits of weak, clear and strong evidence.
const STRENGTHS: [(f64, &str); 3] = [(6.0, "strongly"), (3.0, "clearly"), (1.0, "a little")];

/// From so many bits on it is said that a step says less or more than it would by itself.
const TOLD_BEFORE_BITS_MIN: f64 = 3.0;

impl Waterfall {
    /// The account in plain sentences, one for the prior, one for each comparison, one for the sum.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![format!(
            "Before anything is compared: two records taken at random are of one person about once in {} times ({:+.1} bits).",
            rounded(self.prior_bits.exp2().recip() + 1.0),
            self.prior_bits
        )];
        sentences.extend(self.steps.iter().map(Step::sentence));
        sentences.push(self.sum());
        sentences.push(self.tally());
        sentences
    }
}

impl Waterfall {
    /// What all of it comes to.
    fn sum(&self) -> String {
        let interval = self.reliability.map_or_else(String::new, |(low, high)| {
            format!(" (95 % interval {} to {})", percent(low), percent(high))
        });
        let probability = percent(self.match_probability);
        let weighed = format!("Together {:+.1} bits", self.total_bits);
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

    /// How many attributes agree, disagree and cannot be compared.
    fn tally(&self) -> String {
        let (agree, disagree, null) = self.counts();
        let of = |n: u16| if n == 1 { "1 attribute".to_owned() } else { format!("{n} attributes") };
        format!(
            "{} agree{}, {} disagree{}, {} could not be compared.",
            of(agree),
            if agree == 1 { "s" } else { "" },
            of(disagree),
            if disagree == 1 { "s" } else { "" },
            of(null)
        )
    }
}

impl Step {
    /// The attribute in words, with the column in brackets where its name says more.
    pub(crate) fn attribute(&self) -> String {
        let kind = self.kind.as_str().replace('_', " ");
        let column = self.comparison.replace(['_', '-'], " ");
        if column.eq_ignore_ascii_case(&kind) { kind } else { format!("{kind} ({})", self.comparison) }
    }

    fn sentence(&self) -> String {
        let value = |value: &Option<String>| {
            value.as_ref().map_or("nothing".to_owned(), |value| format!("“{value}”"))
        };
        let (l, r) = (value(&self.value_l), value(&self.value_r));
        let mut name = self.attribute();
        name[..1].make_ascii_uppercase();
        if self.is_null {
            return match (&self.value_l, &self.value_r) {
                (None, None) => format!("{name}: neither record has it, so it says nothing."),
                (Some(_), Some(_)) => format!("{name}: {l} and {r} cannot be compared; this says nothing."),
                _ => format!(
                    "{name}: only one record has it ({}), so it says nothing.",
                    if self.value_l.is_some() { l } else { r }
                ),
            };
        }
        let what = self.what(&l, &r);
        let weight = self.bits.abs();
        let direction = if self.bits > 0.0 { "for one person" } else { "against one person" };
        let Some((_, strength)) = STRENGTHS.iter().find(|(least, _)| weight >= *least) else {
            return format!(
                "{name}: {what}. That says hardly anything ({:+.1} bits){}.",
                self.bits,
                self.told_before()
            );
        };
        let (often, other) = if self.bits > 0.0 {
            ("one person", "different people")
        } else {
            ("different people", "one person")
        };
        format!(
            "{name}: {what}. That speaks {strength} {direction}: it is seen about {} times as often in records of {often} as in \
             records of {other} ({:+.1} bits){}.",
            rounded(weight.exp2()),
            self.bits,
            self.told_before()
        )
    }

    /// Why the step says much less or more than its level says of itself.
    fn told_before(&self) -> String {
        if (self.bits_alone - self.bits).abs() < TOLD_BEFORE_BITS_MIN {
            return String::new();
        }
        format!(
            "; by itself it would say {:+.1}, but it hangs together with what is named above",
            self.bits_alone
        )
    }

    /// What is alike or not, and how common that is.
    fn what(&self, l: &str, r: &str) -> String {
        if let Some((bearers, all)) = self.bearers {
            let common = match (bearers, self.kind) {
                (0..=2, Kind::Identifier) => "no other record bears it".to_owned(),
                (0..=2, _) => format!("hardly any other of {} records bears it", rounded(all as f64)),
                _ => format!("about 1 in {} records bears it", rounded(all as f64 / bearers as f64)),
            };
            return format!("both say {l}; {common}");
        }
        if self.value_l == self.value_r {
            return format!("both say {l}");
        }
        format!("{l} and {r}, {}", self.difference())
    }

    /// The difference in words: what can be seen in the values, else the level.
    fn difference(&self) -> String {
        let (Some(l), Some(r)) = (&self.value_l, &self.value_r) else { return self.level.clone() };
        let joined = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let sorted = |text: &str| {
            let mut words: Vec<&str> =
                text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
            words.sort_unstable();
            words.join(" ")
        };
        if self.kind.is_name() && joined(l) == joined(r) {
            return "which differ by a hyphen or a space".to_owned();
        }
        if self.kind.is_name() && sorted(l) == sorted(r) {
            return "the same words in another order".to_owned();
        }
        self.level.clone()
    }
}

/// A number as people say it: two digits, the rest zeros, thousands apart.
fn rounded(number: f64) -> String {
    if number < 100.0 {
        return if number < 9.5 { format!("{number:.1}") } else { format!("{number:.0}") };
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

    fn step(kind: Kind, l: Option<&str>, r: Option<&str>, bits: f64) -> Step {
        Step {
            comparison: kind.as_str().to_owned(),
            kind,
            bearers: (l.is_some() && l == r).then_some((11, 99_000)),
            value_l: l.map(str::to_owned),
            value_r: r.map(str::to_owned),
            level: "another name".to_owned(),
            is_null: l.is_none() || r.is_none(),
            is_agreed: l.is_some() && r.is_some() && bits > 0.0,
            m: 0.1,
            u: 0.1,
            bits,
            bits_alone: bits,
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
                "Given name: “ana” and “ben”, another name. That speaks clearly against one person: it is seen about 16 times as \
                 often in records of different people as in records of one person (-4.0 bits).",
            ),
            (
                step(Kind::City, Some("york"), None, 0.0),
                "City: only one record has it (“york”), so it says nothing.",
            ),
            (
                step(Kind::GivenName, Some("li wei"), Some("wei li"), 0.4),
                "Given name: “li wei” and “wei li”, the same words in another order. That says hardly anything (+0.4 bits).",
            ),
        ] {
            assert_eq!(step.sentence(), expected);
        }
    }

    #[test]
    fn the_sum_says_where_its_probability_comes_from() {
        let told = Step { bits_alone: 16.0, ..step(Kind::Phone, Some("1"), Some("1"), 0.2) };
        assert!(told.sentence().ends_with(
            "That says hardly anything (+0.2 bits); by itself it would say +16.0, but it hangs together with what is named above."
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
                "Together +1.0 bits: the probability that both records are of one person is 90.0 % (95 % interval 85.0 % to \
                 95.0 %). It is a proposal, not a decision.",
                "1 attribute agrees, 0 attributes disagree, 1 attribute could not be compared.",
            ),
            (
                of(200, None),
                "Together +1.0 bits. Of pairs that weigh so much, 90.0 % are of one person, as 200 pairs that people judged show; the bits \
                 alone would say 66.7 %. It is a proposal, not a decision.",
                "1 attribute agrees, 0 attributes disagree, 1 attribute could not be compared.",
            ),
        ] {
            let sentences = waterfall.sentences();
            assert_eq!(sentences[sentences.len() - 2..], [sum, tally]);
        }
    }

    #[test]
    fn numbers_are_as_people_say_them() {
        for (number, text) in
            [(2.0, "2.0"), (9.8, "10"), (149.9, "150"), (4_096.0, "4,100"), (1_234_567.0, "1,200,000")]
        {
            assert_eq!(rounded(number), text);
        }
        for (p, text) in
            [(1.0, "over 99.999 %"), (0.9999, "99.990 %"), (0.5, "50.0 %"), (0.0, "under 0.001 %")]
        {
            assert_eq!(percent(p), text);
        }
    }
}
