//! What the charter refuses has no name in code, tables, contracts or pages, but where it is refused.

use super::{
    breach::Breach,
    lexicon::{self, Allowance, Lexicon, Passage, Term},
    tree::{File, Tree},
};

const fn term(words: &'static [&'static str], ground: &'static str) -> Term {
    Term { words, ground }
}

const PLACE: &str = "charter 1: no location, vehicle or device";
const BODY: &str = "charter 2: no biometrics, no physical descriptors";
const THREAT: &str = "charter 3: no threat, priority, or ranking of persons";
const GUESS: &str = "charter 5: no inferred ethnicity, religion or nationality";

const LEXICON: Lexicon = Lexicon {
    terms: &[
        term(&["latitude"], PLACE),
        term(&["longitude"], PLACE),
        term(&["geolocation"], PLACE),
        term(&["geofence"], PLACE),
        term(&["geohash"], PLACE),
        term(&["gps"], PLACE),
        term(&["whereabout"], PLACE),
        term(&["vehicle"], PLACE),
        term(&["license", "plate"], PLACE),
        term(&["licence", "plate"], PLACE),
        term(&["imei"], PLACE),
        term(&["imsi"], PLACE),
        term(&["device", "id"], PLACE),
        term(&["port", "of", "entry"], PLACE),
        term(&["fingerprint"], BODY),
        term(&["biometric"], BODY),
        term(&["photograph"], BODY),
        term(&["photo"], BODY),
        term(&["facial"], BODY),
        term(&["tattoo"], BODY),
        term(&["hair"], BODY),
        term(&["eye", "color"], BODY),
        term(&["eye", "colour"], BODY),
        term(&["scar"], BODY),
        term(&["threat"], THREAT),
        term(&["gang"], THREAT),
        term(&["criminal"], THREAT),
        term(&["dangerous"], THREAT),
        term(&["watchlist"], THREAT),
        term(&["risk"], THREAT),
        term(&["priority"], THREAT),
        term(&["casepriority"], THREAT),
        term(&["score"], THREAT),
        term(&["ranking"], THREAT),
        term(&["ethnicity"], GUESS),
        term(&["ethnic"], GUESS),
        term(&["religion"], GUESS),
    ],
    allowances: &[
        Allowance {
            path: "crates/sources/src/charter.rs",
            words: &[
                "gps",
                "latitude",
                "longitude",
                "geohash",
                "vehicle",
                "imsi",
                "imei",
                "biometric",
                "photo",
                "facial",
                "fingerprint",
                "photograph",
                "hair",
                "scar",
                "tattoo",
                "threat",
                "gang",
                "criminal",
                "priority",
                "risk",
                "watchlist",
                "ethnicity",
                "ethnic",
                "religion",
            ],
            why: "the lexicon by which intake refuses columns",
        },
        Allowance {
            path: "crates/sources/src/mask.rs",
            words: &["vehicle"],
            why: "masks plates in free text",
        },
        Allowance {
            path: "crates/synth/src/table.rs",
            words: &[
                "hair",
                "eye",
                "priority",
                "casepriority",
                "vehicle",
                "port",
                "threat",
                "photo",
                "tattoo",
            ],
            why: "layouts of files whose columns intake must refuse",
        },
        Allowance {
            path: "crates/synth/src/records.rs",
            words: &["hair", "eye", "priority", "vehicle", "port", "threat", "photo", "tattoo"],
            why: "cells of columns that intake must refuse",
        },
        Allowance {
            path: "crates/synth/src/records/court_release.rs",
            words: &["casepriority"],
            why: "a column of the published layout that intake must refuse",
        },
        Allowance {
            path: "crates/web/templates/public.html",
            words: &[
                "vehicle",
                "photograph",
                "threat",
                "gang",
                "criminal",
                "priority",
                "ranking",
                "ethnicity",
                "religion",
            ],
            why: "tells the public what is refused",
        },
        Allowance {
            path: "crates/web/templates/base.html",
            words: &["photograph", "ranking"],
            why: "the footer tells what is refused",
        },
    ],
    path: "xtask/src/tidy/charter_words.rs",
    why: "the charter's refusals are absences",
    remedy: "take it out; where a text names what is refused, add an allowance with its reason (xtask/src/tidy/charter_words.rs)",
};

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    LEXICON.breaches(tree, passages)
}

/// Code and texts of `crates/`, SQL, templates, and what contracts admit. Documentation and comments may say
/// what is refused.
fn passages(file: &File) -> Vec<Passage> {
    let is_product = file.path.starts_with("crates/") && !file.path.contains("/tests/data/");
    if is_product && file.ends_with(&["rs"]) {
        lexicon::rust_passages(file, false)
    } else if is_product && file.ends_with(&["html", "js", "sql", "txt"]) {
        lexicon::whole(file)
    } else if file.ends_with(&["toml"]) && (is_product || file.path.starts_with("contracts/")) {
        admitted(file)
    } else {
        Vec::new()
    }
}

/// The lines of a TOML file without comments and without the sections that refuse.
fn admitted(file: &File) -> Vec<Passage> {
    let mut is_refusal = false;
    let mut found = Vec::new();
    for (line, text) in file.lines() {
        if text.starts_with('[') {
            is_refusal = text.trim_end().ends_with(".refused]");
        }
        if !is_refusal {
            found.push(Passage { line, text: text.split('#').next().unwrap_or_default().to_owned() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn what_is_refused_has_no_name() {
        let bare = Lexicon { allowances: &[], ..LEXICON };
        let (code, sql) = ("crates/store/src/lib.rs", "crates/store/sql/0001_first.sql");
        check(
            |tree| bare.breaches(tree, passages),
            &[
                (&[(code, "/// Keeps no photograph and no threat level.\nfn keep() {} // hair\n")], &[]),
                (&[(code, "struct Row {\n    threat_level: u8,\n}")], &["crates/store/src/lib.rs:2"]),
                (
                    &[(code, "const SQL: &str = \"SELECT record,\n  vehiclePlate FROM x\";")],
                    &["crates/store/src/lib.rs:2"],
                ),
                (
                    &[(sql, "CREATE TABLE x (\n  risk_score BIGINT\n);")],
                    &["crates/store/sql/0001_first.sql:2", "crates/store/sql/0001_first.sql:2"],
                ),
                (
                    &[("crates/web/templates/desk.html", "<th>Priority</th>")],
                    &["crates/web/templates/desk.html:1"],
                ),
                (
                    &[(
                        "contracts/a.toml",
                        "[table.columns]\nHAIR = { attribute = \"x\" }\n[table.refused]\nphoto = \"photograph\"\n[[table]]\nname = \"gang\"\n",
                    )],
                    &["contracts/a.toml:2", "contracts/a.toml:6"],
                ),
                (&[("docs/checks.md", "No ranking, no threat.")], &[]),
            ],
        );
    }

    #[test]
    fn an_allowance_covers_its_place_and_must_be_needed() {
        const PLACE: &[Allowance] =
            &[Allowance { path: "crates/web/", words: &["priority"], why: "says no" }];
        let one = Lexicon { allowances: PLACE, ..LEXICON };
        check(
            |tree| one.breaches(tree, passages),
            &[
                (&[("crates/web/a.html", "priority")], &[]),
                (&[("crates/web/a.html", "priority threat")], &["crates/web/a.html:1"]),
                (&[("crates/web/a.html", "quiet")], &["xtask/src/tidy/charter_words.rs:1"]),
            ],
        );
    }
}
