//! One word, one meaning: the words that the glossary rules out do not occur.

use super::{
    breach::Breach,
    lexicon::{self, Allowance, Lexicon, Passage, Term},
    tree::{File, Tree},
};

const fn term(words: &'static [&'static str], ground: &'static str) -> Term {
    Term { words, ground }
}

/// Why a word that is ruled out may stand.
const PUBLISHED: &str = "names of columns in the published layout";
/// The same, of the programming language.
const SPELT: &str = "names that the language spells";

const LEXICON: Lexicon = Lexicon {
    terms: &[
        term(&["score"], "say match weight, match probability, or the name of the measure"),
        term(&["scoring"], "say weighing"),
        term(&["confidence"], "say reliability, probability, or interval"),
        term(&["golden", "record"], "say person"),
        term(&["alien"], "say person, or subject"),
        term(&["offender"], "say person, or subject"),
        term(&["target"], "say what it is: record, folder, recipient"),
        term(&["hit"], "say candidate pair, or finding"),
        term(&["subject", "of", "interest"], "say person"),
        term(&["alert"], "say finding, or notice"),
        term(&["flag"], "say mark"),
        term(&["verdict"], "say judgement, or determination"),
        term(&["anomaly"], "say discrepancy"),
        term(&["fraud"], "say discrepancy"),
        term(&["idf"], "say term-frequency adjustment"),
    ],
    allowances: &[
        Allowance { path: "contracts/court.toml", words: &["alien"], why: PUBLISHED },
        Allowance { path: "contracts/eoir_release.toml", words: &["alien"], why: PUBLISHED },
        Allowance { path: "contracts/niem_message.toml", words: &["alien"], why: PUBLISHED },
        Allowance { path: "crates/cli/src/allocation.rs", words: &["target"], why: SPELT },
        Allowance { path: "crates/linkage/src/pattern_tree.rs", words: &["target"], why: SPELT },
        Allowance { path: "crates/linkage/src/sieve.rs", words: &["target"], why: SPELT },
        Allowance { path: "crates/linkage/src/slab.rs", words: &["target"], why: SPELT },
        Allowance {
            path: "crates/sources/src/connector/sample_workbook.rs",
            words: &["target"],
            why: PUBLISHED,
        },
        Allowance { path: "crates/sources/src/niem.rs", words: &["confidence"], why: PUBLISHED },
        Allowance { path: "crates/sources/src/niem/mapping.rs", words: &["alien"], why: PUBLISHED },
        Allowance {
            path: "crates/sources/src/niem/order.rs",
            words: &["alien", "confidence"],
            why: PUBLISHED,
        },
        Allowance { path: "crates/synth/src/table.rs", words: &["alien", "flag"], why: PUBLISHED },
        Allowance { path: "crates/synth/src/planting/release.rs", words: &["alien"], why: PUBLISHED },
        Allowance { path: "crates/synth/src/records/court_release.rs", words: &["alien"], why: PUBLISHED },
        Allowance { path: "crates/synth/src/eoir_release/case_rows.rs", words: &["alien"], why: PUBLISHED },
    ],
    path: "xtask/src/tidy/glossary_words.rs",
    why: "one word has one meaning in code, tables, pages and letters (GLOSSARY.md)",
    remedy: "use the glossary's word; a name that an outside format spells is an allowance (xtask/src/tidy/glossary_words.rs)",
};

/// Names of modules that say nothing of what is in them.
const EMPTY_NAMES: [&str; 9] =
    ["common", "entity", "helper", "helpers", "manager", "misc", "types", "util", "utils"];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let mut found = LEXICON.breaches(tree, passages);
    found.extend(empty_names(tree));
    found
}

fn passages(file: &File) -> Vec<Passage> {
    let is_product = file.path.starts_with("crates/") && !file.path.contains("/tests/data/");
    let is_contract = file.path.starts_with("contracts/");
    if is_product && file.ends_with(&["rs"]) {
        lexicon::rust_passages(file, true)
    } else if is_contract || is_product && file.ends_with(&["html", "sql", "toml", "txt", "typ"]) {
        lexicon::whole(file)
    } else {
        Vec::new()
    }
}

fn empty_names(tree: &Tree) -> Vec<Breach> {
    let is_empty = |file: &&File| {
        file.ends_with(&["rs"])
            && file.path.split('/').any(|part| EMPTY_NAMES.contains(&part.trim_end_matches(".rs")))
    };
    let breach = |file: &File| Breach {
        path: file.path.clone(),
        line: 1,
        what: "a module without a noun of its own".to_owned(),
        why: "modules are nouns of the glossary, so that the folder tells what is there".to_owned(),
        remedy: "name it after what it holds, or part it".to_owned(),
    };
    tree.under("crates/").filter(is_empty).map(breach).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn ruled_out_words_do_not_occur() {
        let bare = Lexicon { allowances: &[], ..LEXICON };
        check(
            |tree| bare.breaches(tree, passages),
            &[
                (
                    &[("crates/linkage/src/a.rs", "fn weigh(white: u8, hits_not: u8) {} // score\n")],
                    &["crates/linkage/src/a.rs:1"],
                ),
                (&[("crates/linkage/src/a.rs", "fn weigh(white: u8) {} // score\n")], &[]),
                (
                    &[("crates/linkage/src/a.rs", "/// The score\n/// of a pair.\nfn weigh() {}")],
                    &["crates/linkage/src/a.rs:1"],
                ),
                (
                    &[("crates/web/templates/a.html", "<p>a\n<p>a golden record")],
                    &["crates/web/templates/a.html:2"],
                ),
                (&[("README.md", "No score.")], &[]),
            ],
        );
    }

    #[test]
    fn a_module_has_a_noun() {
        check(
            |tree| empty_names(tree).into_iter().collect(),
            &[
                (&[("crates/web/src/page.rs", ""), ("crates/web/src/common_name.rs", "")], &[]),
                (&[("crates/web/src/utils.rs", "")], &["crates/web/src/utils.rs:1"]),
                (&[("crates/web/src/common/a.rs", "")], &["crates/web/src/common/a.rs:1"]),
            ],
        );
    }
}
