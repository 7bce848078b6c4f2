//! The catalogue of checks as a page, made from the checks themselves.

use std::fmt::Write as _;

use redress_casefile::finding::{Direction, Harm};
use redress_statement::Attribute;

use crate::{
    DataClass, Family, KEPT_IN_PART, Parameter, ParameterError, Parameters, Route, Spec, path, registry,
};

/// The catalogue as Markdown: every registered check with its rule, its exceptions, its numbers and its
/// route. The page `docs/checks.md` is this text; a test holds them equal.
///
/// # Errors
/// [`ParameterError`] when the built-in numbers cannot be read.
pub fn catalogue_markdown() -> Result<String, ParameterError> {
    let parameters = Parameters::built_in()?;
    let mut page = String::from(INTRODUCTION);
    for check in registry() {
        let spec = check.spec();
        let row = [spec.id, spec.title, family(spec.family), harm(spec.harm), direction(spec.direction)];
        line(&mut page, &format!("| {} |", row.join(" | ")));
    }
    for check in registry() {
        section(&mut page, check.spec(), &parameters);
    }
    page.push_str(OF_THE_PATH);
    numbers(&mut page, &path::PARAMETERS, &parameters);
    Ok(page)
}

const INTRODUCTION: &str = "# The checks

This page is made from the checks themselves. To change it, change a check, then run
`UPDATE_DOCS=1 cargo test -p redress-checks`.

A check reads the statements of one case file and reports a discrepancy: statements that disagree, or that break a cited
rule. A discrepancy is not yet an error, and a check decides nothing: a named human does. A check that could worsen
somebody's position says so (*could harm*); its findings stay inside until they have been verified independently of the
match, the person has had notice and 30 days, and a second reviewer has signed.

| Check | What is wrong | Family | Harm of leaving it | Direction |
|---|---|---|---|---|
";

const OF_THE_PATH: &str = "
## The periods of a case

No check: the way of a case, on the person's page and in the [record packet](packet.md), says by these numbers until when
something can be done.
";

fn section(page: &mut String, spec: &Spec, parameters: &Parameters) {
    line(page, &format!("\n## {} {}\n", spec.id, spec.title));
    line(page, &format!("{}\n", spec.harm_in_words));
    // The newest numbers: those of a finding's own day stand on its page.
    let say = |text| parameters.fill(text, jiff::civil::Date::MAX);
    let (version, from) = (spec.version, spec.rule_effective_from);
    line(page, &format!("*Rule* (version {version}, from {from}): {}\n", say(spec.rule)));
    line(page, "*Silent when*\n");
    spec.not_when.iter().for_each(|exception| line(page, &format!("- {}", say(exception))));
    line(page, &format!("\n*What the reviewer looks at*: {}\n", spec.evidence_shown));
    let deadline = if spec.route.deadline.is_empty() { "none is set" } else { spec.route.deadline };
    let Route { actor, instrument, .. } = spec.route;
    line(page, &format!("*Route*: {actor}; {instrument}. *Deadline*: {deadline}.\n"));
    let data: Vec<&str> = spec.data.iter().copied().map(data_class).collect();
    line(page, &format!("*Runs on*: {}. *Source*: {}.\n", data.join(", "), spec.citation));
    if let Some((_, what)) = KEPT_IN_PART.iter().find(|(id, _)| *id == spec.id) {
        line(page, &format!("*What a store does not know*: {what}. Of that nothing is concluded.\n"));
    }
    let inputs: Vec<String> = spec.inputs.iter().map(|input| format!("`{input}`")).collect();
    let reads_any = spec.inputs.len() == Attribute::ALL.len();
    let inputs = if reads_any { "any attribute".to_owned() } else { inputs.join(", ") };
    line(page, &format!("*Reads*: {inputs}."));
    numbers(page, spec.parameters, parameters);
}

fn numbers(page: &mut String, names: &[&str], parameters: &Parameters) {
    if names.is_empty() {
        return;
    }
    line(page, "\n*Numbers*\n");
    let read = |parameter: &&Parameter| names.contains(&parameter.name.as_str());
    for parameter in parameters.all().iter().filter(read) {
        let Parameter { name, from, value, unit, citation } = parameter;
        line(page, &format!("- `{name}` = {value} {unit}, from {from}. {citation}"));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}

const fn family(family: Family) -> &'static str {
    match family {
        Family::Identity => "who is this",
        Family::Notice => "was the person told",
        Family::Order => "what do the orders say now",
        Family::Departure => "departure and arrival",
        Family::Process => "what happens to the record itself",
    }
}

const fn harm(harm: Harm) -> &'static str {
    match harm {
        Harm::H1 => "H1: wrong statistics only",
        Harm::H2 => "H2: wasted journeys, repeated checks, worry",
        Harm::H3 => "H3: work, benefit, travel or papers lost",
        Harm::H4 => "H4: case or status lost",
        Harm::H5 => "H5: irreversible",
    }
}

const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::FavoursPerson => "helps",
        Direction::Neutral => "neutral",
        Direction::AdversePossible => "could harm",
    }
}

const fn data_class(class: DataClass) -> &'static str {
    match class {
        DataClass::Public => "a public release",
        DataClass::Agency => "an agency's extract",
        DataClass::OwnPapers => "the person's own papers",
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the test holds a file of the documentation to the checks")]
    #[test]
    fn the_page_in_the_documentation_is_this_catalogue() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md");
        let catalogue = catalogue_markdown().unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all(page.parent().unwrap()).unwrap();
            fs::write(&page, &catalogue).unwrap();
        }
        let written = fs::read_to_string(&page).unwrap_or_default();
        assert!(
            written == catalogue,
            "docs/checks.md is out of date: UPDATE_DOCS=1 cargo test -p redress-checks"
        );
    }

    #[test]
    fn every_check_has_a_section_and_every_number_stands_in_one() {
        let catalogue = catalogue_markdown().unwrap();
        for check in registry() {
            assert!(catalogue.contains(&format!("\n## {} ", check.spec().id)), "{}", check.spec().id);
        }
        for parameter in Parameters::built_in().unwrap().all() {
            assert!(catalogue.contains(&format!("- `{}` = ", parameter.name)), "{}", parameter.name);
        }
    }
}
