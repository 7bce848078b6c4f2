//! The pure crates read no clock, environment, file or network, and draw no random number.
//!
//! `clippy.toml` in each of them says the same of types and methods. This scan sees what clippy cannot: a
//! module that is only imported, a dependency, a clock of another library.

use super::{
    breach::Breach,
    manifest::{self, Part},
    token::{Kind, Token},
    tree::Tree,
};

/// Crates whose output is a function of their arguments.
pub(crate) const PURE_CRATES: [&str; 6] = ["statement", "tlog", "linkage", "casefile", "checks", "report"];

/// Modules of the standard library that reach the world.
const OUTER_MODULES: [&str; 5] = ["env", "fs", "net", "os", "process"];

/// Types that are clocks.
const CLOCKS: [&str; 2] = ["SystemTime", "Instant"];

/// Packages that give random numbers.
const RANDOM_PACKAGES: [&str; 5] = ["fastrand", "getrandom", "rand", "rand_chacha", "rand_core"];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for noun in PURE_CRATES {
        for file in tree.under(&format!("crates/{noun}/src/")).filter(|file| file.ends_with(&["rs"])) {
            let tokens: Vec<&Token> = file.tokens().iter().filter(|token| !token.is_test).collect();
            let uses = (0..tokens.len()).flat_map(|idx| outer_uses(&tokens, idx));
            found.extend(uses.map(|(line, what)| breach(&file.path, line, what)));
        }
    }
    for manifest in manifest::crates(tree).iter().filter(|it| PURE_CRATES.contains(&it.noun.as_str())) {
        let products = manifest.dependencies.iter().filter(|it| it.part == Part::Product);
        let random = products.filter(|it| RANDOM_PACKAGES.contains(&it.package.as_str()));
        found.extend(random.map(|it| breach(&manifest.path, it.line, format!("the package {}", it.package))));
    }
    found
}

/// What the token at `idx` begins that a pure crate may not have.
fn outer_uses(tokens: &[&Token], idx: usize) -> Vec<(usize, String)> {
    let token = tokens[idx];
    let text = |offset: usize| tokens.get(idx + offset).map(|token| token.text.as_str());
    let follows_path = text(1) == Some(":") && text(2) == Some(":");
    if token.kind != Kind::Name {
        Vec::new()
    } else if CLOCKS.contains(&token.text.as_str())
        || RANDOM_PACKAGES.contains(&token.text.as_str()) && follows_path
    {
        vec![(token.line, token.text.clone())]
    } else if follows_path && text(3) == Some("now") {
        vec![(token.line, format!("{}::now", token.text))]
    } else if token.text == "std" && follows_path {
        heads(tokens, idx + 3)
            .into_iter()
            .filter(|head| OUTER_MODULES.contains(&head.text.as_str()))
            .map(|head| (head.line, format!("std::{}", head.text)))
            .collect()
    } else {
        Vec::new()
    }
}

/// The names that may follow a path at `start`: the name there, or the first of each branch of `{…}`.
fn heads<'file>(tokens: &[&'file Token], start: usize) -> Vec<&'file Token> {
    let Some(first) = tokens.get(start) else { return Vec::new() };
    if first.text != "{" {
        return vec![*first];
    }
    let (mut depth, mut is_head, mut found) = (0_u32, true, Vec::new());
    for token in tokens[start..].iter().copied() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            "," if depth == 1 => is_head = true,
            _ if depth == 1 && is_head => {
                found.push(token);
                is_head = false;
            }
            _ => {}
        }
    }
    found
}

fn breach(path: &str, line: usize, what: String) -> Breach {
    Breach {
        path: path.to_owned(),
        line,
        what: format!("{what} in a pure crate"),
        why: "its output is a function of its arguments, so that it can be replayed and audited".to_owned(),
        remedy: "take the time, the bytes or the seed as an argument".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn a_pure_crate_reaches_for_nothing() {
        let path = "crates/checks/src/lib.rs";
        check(
            breaches,
            &[
                (
                    &[(
                        path,
                        "use std::{collections::BTreeMap, fmt};\nconst A: &str = env!(\"CARGO_PKG_NAME\");",
                    )],
                    &[],
                ),
                (
                    &[(
                        path,
                        "/// Not `std::fs`.\nfn today(now: Date) -> Date { now }\n#[cfg(test)]\nmod tests { use std::fs; }",
                    )],
                    &[],
                ),
                (&[("crates/cli/src/main.rs", "use std::{fs, time::Instant};")], &[]),
                (&[(path, "fn f() {\n  std::fs::read(p);\n}")], &["crates/checks/src/lib.rs:2"]),
                (
                    &[(
                        path,
                        "use std::{\n  fmt,\n  env,\n  collections::{self, BTreeMap},\n  net::IpAddr,\n};",
                    )],
                    &["crates/checks/src/lib.rs:3", "crates/checks/src/lib.rs:5"],
                ),
                (&[(path, "use std::{time::{Duration, Instant}};")], &["crates/checks/src/lib.rs:1"]),
                (&[(path, "let day = jiff::Zoned::now();")], &["crates/checks/src/lib.rs:1"]),
                (&[(path, "let seed = rand::random();")], &["crates/checks/src/lib.rs:1"]),
                (
                    &[("crates/tlog/Cargo.toml", "[dependencies]\ngetrandom = {}")],
                    &["crates/tlog/Cargo.toml:2"],
                ),
                (&[("crates/tlog/Cargo.toml", "[dev-dependencies]\nrand = {}")], &[]),
            ],
        );
    }
}
