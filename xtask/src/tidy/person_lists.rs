//! There is no list of persons, and nothing that sorts them.
//!
//! What an outer crate gives back is one person, or findings, requests and closings about records. The only
//! order that persons have anywhere is that of their numbers, in the batch that runs the checks.

use super::{
    breach::Breach,
    token::{Kind, Token},
    tree::{File, Tree},
};

/// Types that stand for a person as a whole.
const PERSON_TYPES: [&str; 5] = ["CaseFile", "Person", "PersonId", "PersonRow", "PersonView"];

/// Types that hold many.
const MANY_TYPES: [&str; 6] = ["BTreeMap", "BTreeSet", "HashMap", "HashSet", "Stream", "Vec"];

/// Crates whose functions a face can call.
const FACES: [&str; 3] = ["crates/ports/src/", "crates/service/src/", "crates/web/src/"];

/// Functions that may give many, with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("case_files", "the batch of the checks, bounded, in the order of the persons' numbers"),
    ("case_files_of", "the batch of rows that arrived: the caller names the persons"),
];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let code = tree.files().iter().filter(|file| file.ends_with(&["rs"]));
    let faces = code.filter(|file| FACES.iter().any(|face| file.path.starts_with(face)));
    let sql = tree.under("crates/").filter(|file| file.ends_with(&["rs", "sql"]));
    faces.flat_map(lists).chain(sql.flat_map(sorted)).collect()
}

/// Functions that a face can call and whose result holds many persons.
fn lists(file: &File) -> Vec<Breach> {
    let tokens = file.tokens();
    let is_reachable = |idx: usize| !file.path.starts_with("crates/service/") || is_public(&tokens[..idx]);
    let is_function = |idx: &usize| tokens[*idx].text == "fn" && !tokens[*idx].is_test && is_reachable(*idx);
    let functions = (0..tokens.len()).filter(is_function).filter_map(|idx| {
        let name = tokens.get(idx + 1)?;
        let is_allowed = ALLOWED.iter().any(|(allowed, _)| *allowed == name.text);
        (!is_allowed && holds_many_persons(&result_of(&tokens[idx..]))).then_some(name)
    });
    functions.map(|name| breach(file, name.line, format!("{} gives many persons", name.text))).collect()
}

/// Whether `pub`, or `pub async`, ends the tokens before `fn`.
fn is_public(before: &[Token]) -> bool {
    before.iter().rev().find(|token| token.text != "async").is_some_and(|token| token.text == "pub")
}

/// The names in the result type of the function that begins with `tokens`.
fn result_of(tokens: &[Token]) -> Vec<&str> {
    let signature: Vec<&Token> = tokens
        .iter()
        .take_while(|token| token.text != ";" && token.text != "{" && token.text != "where")
        .collect();
    let arrow = signature.windows(2).rposition(|pair| pair[0].text == "-" && pair[1].text == ">");
    let result = signature.into_iter().skip(arrow.map_or(usize::MAX, |idx| idx + 2));
    result.filter(|token| token.kind == Kind::Name).map(|token| token.text.as_str()).collect()
}

/// A type of many with a person after it: `Vec<PersonId>`, but not `Option<CaseFile>`.
fn holds_many_persons(names: &[&str]) -> bool {
    let many = names.iter().position(|name| MANY_TYPES.contains(name));
    many.is_some_and(|many| names[many..].iter().any(|name| PERSON_TYPES.contains(name)))
}

/// SQL that reads a table of persons in another order than that of their numbers.
fn sorted(file: &File) -> Vec<Breach> {
    let texts: Vec<(usize, String)> = if file.ends_with(&["sql"]) {
        file.text
            .split_inclusive(';')
            .scan(1, |line, text| {
                let begin = *line;
                *line += text.matches('\n').count();
                Some((begin, text.to_owned()))
            })
            .collect()
    } else {
        let literals = file.tokens().iter().filter(|token| token.kind == Kind::Literal && !token.is_test);
        literals.map(|token| (token.line, token.text.clone())).collect()
    };
    let is_sorted = |text: &str| {
        let words: Vec<String> =
            text.to_lowercase().split_whitespace().map(|word| word.trim_matches(',').to_owned()).collect();
        let reads = words.windows(2).any(|pair| pair[0] == "from" && pair[1].starts_with("person"));
        let orders = words
            .windows(3)
            .any(|three| three[0] == "order" && three[1] == "by" && !is_number_of_person(&three[2]));
        reads && orders
    };
    let found = texts.into_iter().filter(|(_, text)| is_sorted(text));
    found.map(|(line, _)| breach(file, line, "SQL that sorts persons".to_owned())).collect()
}

fn is_number_of_person(column: &str) -> bool {
    let column = column.rsplit('.').next().unwrap_or(column);
    matches!(column.trim_end_matches([')', '"', ';']), "person" | "record")
}

fn breach(file: &File, line: usize, what: String) -> Breach {
    Breach {
        path: file.path.clone(),
        line,
        what,
        why: "charter 3: no list of persons by any attribute, no order of them".to_owned(),
        remedy: "give one person, or list findings; a bounded batch is named in xtask/src/tidy/person_lists.rs with its reason"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn persons_are_neither_listed_nor_sorted() {
        let (ports, store) = ("crates/ports/src/store.rs", "crates/store/src/person.rs");
        check(
            breaches,
            &[
                (
                    &[(
                        ports,
                        "trait Store { async fn case_file(&self, ids: Vec<PersonId>) -> Result<Option<CaseFile>, E>; }",
                    )],
                    &[],
                ),
                (&[(ports, "trait Store { async fn case_files(&self) -> Result<Vec<CaseFile>, E>; }")], &[]),
                (
                    &[(ports, "trait Store {\n async fn persons(&self) -> Result<Vec<PersonId>, E>;\n}")],
                    &["crates/ports/src/store.rs:2"],
                ),
                (
                    &[("crates/web/src/a.rs", "fn all() -> Vec<(Name, PersonView)> { vec![] }")],
                    &["crates/web/src/a.rs:1"],
                ),
                (
                    &[(
                        "crates/web/src/a.rs",
                        "#[cfg(test)]\nmod tests { fn all() -> Vec<PersonId> { vec![] } }",
                    )],
                    &[],
                ),
                (
                    &[(
                        store,
                        "const SQL: &str = \"SELECT person FROM person_record WHERE person > $1 ORDER BY person LIMIT $2\";",
                    )],
                    &[],
                ),
                (
                    &[(
                        store,
                        "const SQL: &str = \"SELECT person FROM person_record ORDER BY n_findings DESC\";",
                    )],
                    &["crates/store/src/person.rs:1"],
                ),
                (&[(store, "const SQL: &str = \"SELECT * FROM finding ORDER BY harm\";")], &[]),
                (
                    &[("crates/store/sql/a.sql", "SELECT 1;\nSELECT * FROM person p\nORDER BY p.name;")],
                    &["crates/store/sql/a.sql:1"],
                ),
            ],
        );
    }
}
