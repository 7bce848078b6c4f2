//! Rust source as a flat list of words, so that a rule can tell code, text, documentation and tests apart.

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name.
    Name,
    /// A literal, as written: a text with its quotes, or a number.
    Literal,
    /// Documentation (`///` or `//!`).
    Documentation,
    /// A sign, or an opening or closing bracket.
    Sign,
}

/// One token of a Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text.
    pub(crate) text: String,
    /// Line of its first letter, from 1.
    pub(crate) line: usize,
    /// Whether it belongs to an item under `#[cfg(test)]` or `#[test]`, or to a file of tests.
    pub(crate) is_test: bool,
}

/// The tokens of a Rust text, all of them marked as tests if `is_test`; none when it cannot be read as Rust, which the compiler reports.
pub(crate) fn tokens(text: &str, is_test: bool) -> Vec<Token> {
    let mut found = Vec::new();
    if let Ok(stream) = text.parse::<TokenStream>() {
        flatten(stream, is_test, &mut found);
    }
    found
}

fn flatten(stream: TokenStream, is_test: bool, found: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    let mut is_test_item = is_test;
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Ident(name) => {
                found.push(token(Kind::Name, name.to_string(), name.span().start(), is_test_item))
            }
            TokenTree::Literal(literal) => {
                found.push(token(Kind::Literal, literal.to_string(), literal.span().start(), is_test_item));
            }
            TokenTree::Punct(sign) => {
                if let ('#', Some(TokenTree::Group(attribute))) = (sign.as_char(), trees.peek()) {
                    is_test_item |= is_test_attribute(attribute);
                }
                found.push(token(Kind::Sign, sign.to_string(), sign.span().start(), is_test_item));
                if sign.as_char() == ';' {
                    is_test_item = is_test;
                }
            }
            TokenTree::Group(group) => {
                flatten_group(&group, is_test_item, found);
                if group.delimiter() == Delimiter::Brace {
                    is_test_item = is_test;
                }
            }
        }
    }
}

fn flatten_group(group: &Group, is_test: bool, found: &mut Vec<Token>) {
    if let Some((text, start)) = documentation(group) {
        found.push(token(Kind::Documentation, text, start, is_test));
        return;
    }
    let (open, close) = match group.delimiter() {
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::None => ("", ""),
    };
    found.push(token(Kind::Sign, open.to_owned(), group.span_open().start(), is_test));
    flatten(group.stream(), is_test, found);
    found.push(token(Kind::Sign, close.to_owned(), group.span_close().start(), is_test));
}

/// The text of `[doc = "…"]`, the form in which documentation reaches the parser.
fn documentation(group: &Group) -> Option<(String, LineColumn)> {
    let mut inside = group.stream().into_iter();
    match (inside.next()?, inside.next()?, inside.next()?) {
        (TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(text))
            if name == "doc" && group.delimiter() == Delimiter::Bracket =>
        {
            Some((text.to_string(), text.span().start()))
        }
        _ => None,
    }
}

/// `[test]`, or `[cfg(…)]` that names `test` without `not`.
fn is_test_attribute(attribute: &Group) -> bool {
    let text = attribute.stream().to_string();
    let names: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    names.contains(&"test") && !names.contains(&"not") && matches!(names.first(), Some(&("cfg" | "test")))
}

fn token(kind: Kind, text: String, start: LineColumn, is_test: bool) -> Token {
    Token { kind, text, line: start.line, is_test }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_texts_documentation_and_tests_are_told_apart() {
        let text = "//! Top.\n/// One.\npub fn one() -> u8 { 1 }\n// unseen\n#[cfg(test)]\nmod tests {\n    const A: &str = \"é\\n\";\n}\n\
                    #[cfg(not(test))]\nmod other {}\n#[cfg(test)]\nmod more;\nfn two<'a>() {}\n";
        let found: Vec<(Kind, String, usize, bool)> = tokens(text, false)
            .into_iter()
            .filter(|token| token.kind != Kind::Sign)
            .map(|token| (token.kind, token.text, token.line, token.is_test))
            .collect();
        let has = |kind, text: &str, line, is_test| {
            assert!(
                found.contains(&(kind, text.to_owned(), line, is_test)),
                "{kind:?} {text} {line} in {found:#?}"
            );
        };
        has(Kind::Documentation, "\" Top.\"", 1, false);
        has(Kind::Documentation, "\" One.\"", 2, false);
        has(Kind::Name, "one", 3, false);
        has(Kind::Literal, "\"é\\n\"", 7, true);
        has(Kind::Name, "other", 10, false);
        has(Kind::Name, "more", 12, true);
        has(Kind::Name, "two", 13, false);
        assert!(!found.iter().any(|(_, text, _, _)| text.contains("unseen")));
    }
}
