//! Inputs that go wrong: an error that says what, where and what to do, or a plain result; never a panic.

use arrow_array::{Array as _, StringArray};

use crate::determinism::in_shards;
use crate::set::{batch, input, page_of};
use redress_linkage::{
    Apart, Config, Dimension, Grade, Heading, Input, Judgement, LinkError, Linked, Options, Proposed,
    SourceColumns, Structure, Table, TableError, estimates_of_run, explain, kept_apart, link,
};

const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
                      number = 'identifier'\nsex = 'sex'\ntown = 'city'\nroad = 'address_line'\n";

/// id, given, family, born, number, sex, town, road
type Row<'a> = [&'a str; 8];

fn table(rows: &[Row<'_>]) -> Result<Table, TableError> {
    let names = ["id", "given", "family", "born", "number", "sex", "town", "road"];
    let column =
        |idx: usize| rows.iter().map(|row| Some(row[idx]).filter(|v| !v.is_empty())).collect::<Vec<_>>();
    let columns: Vec<(&str, Vec<Option<&str>>)> =
        names.iter().enumerate().map(|(idx, name)| (*name, column(idx))).collect();
    Table::try_new(&Config::from_toml(CONFIG).unwrap(), input(batch(&columns)))
}

fn linked(rows: &[Row<'_>], judgements: Vec<Judgement>) -> (Table, Linked) {
    let table = table(rows).unwrap();
    let options = Options { judgements, ..Options::default() };
    let linked = link(&table, &Config::from_toml(CONFIG).unwrap(), &options).unwrap();
    (table, linked)
}

#[test]
fn ids_must_be_there_and_differ() {
    let row = |id| [id, "Ana", "Diaz", "1990-02-03", "77001", "f", "Lima", "1 Sol St"];
    let error = table(&[row("a"), row("b"), row("a")]).unwrap_err().to_string();
    assert_eq!(
        error,
        "records.csv: row 3 (line 4 of a CSV file), column \"id\": the id \"a\" occurs twice in one source; first in records.csv, row 1: an id names one record: take one of the two out, or name the column that tells the sources apart as `source`"
    );
    let error = table(&[row("a"), row("")]).unwrap_err().to_string();
    assert_eq!(
        error,
        "records.csv: row 2 (line 3 of a CSV file), column \"id\": the id is missing: every record needs its own: fill it in, or name another column as `unique_id`"
    );
    let config = Config::from_toml("unique_id = 'id'\n[columns]\nother = 'text'").unwrap();
    let error = Table::try_new(&config, input(batch(&[("id", vec![Some("a")])]))).unwrap_err().to_string();
    assert_eq!(
        error,
        "records.csv: no column \"other\"; the file has id: name one of these in the configuration, or correct the header"
    );
}

#[test]
fn columns_of_several_files_have_one_name() {
    let config = Config::from_toml("unique_id = 'id'\n[columns]\nsurname = 'family_name'").unwrap();
    let file = |name: &str, columns: &[&str]| {
        let columns: Vec<_> = columns.iter().map(|column| (*column, vec![Some(name)])).collect();
        Input { name: name.to_owned(), batches: vec![batch(&columns)], n_set_aside: 0 }
    };
    for (other, error) in [
        (
            &["id", "last_name", "town"][..],
            "b.csv has no column \"surname\", which a.csv has; a.csv has no column \"last_name\", \"town\", which b.csv has: values in \
             differently named columns cannot be compared, so give the column one name in all files, or leave it out of the configuration",
        ),
        (
            &["id"],
            "b.csv has no column \"surname\", which a.csv has: values in differently named columns cannot be compared, so give the \
             column one name in all files, or leave it out of the configuration",
        ),
    ] {
        let inputs = vec![file("a.csv", &["id", "surname"]), file("b.csv", other)];
        assert_eq!(Table::try_new(&config, inputs).unwrap_err().to_string(), error);
    }
}

#[track_caller]
fn check_refused(text: &str, reason: &str) {
    let error = Config::from_toml(text).unwrap_err().to_string();
    assert!(error.contains(reason), "{text}\n{error}");
}

#[test]
fn a_column_is_given_as_what_several_people_can_share() {
    let allowed =
        "columns.a.given_as = \"email\" is not allowed: a category may be given as an identifier or email";
    check_refused("unique_id = 'id'\n[columns]\na = {kind = 'text', given_as = 'email'}", allowed);
    check_refused(
        "unique_id = 'id'\n[columns]\na = {kind = 'category', given_as = 'sex'}",
        "given_as = \"sex\"",
    );
    let kept = "unique_id = 'id'\n[columns]\na = {kind = 'category', given_as = 'email'}";
    assert!(Config::from_toml(kept).unwrap().to_toml().contains("given_as = \"email\""));
}

#[test]
fn configurations_are_refused_with_the_reason() {
    for (text, reason) in [
        (
            "unique_id = 'id'\n[columns]\na = 'surname'",
            "line 3 of the configuration: unknown kind \"surname\"; allowed are",
        ),
        ("unique_id = 'id'\ncolumn = 1", "line 2 of the configuration: unknown field `column`"),
        ("[columns]\na = 'text'", "missing field `unique_id`"),
        (
            "unique_id = 'id'\n[columns]\na = { kind = 'date_of_birth', format = 'YYYY-MM-DD' }",
            "columns.a.format = \"YYYY-MM-DD\" is not allowed: the year %Y once",
        ),
        (
            "unique_id = 'id'\n[columns]\na = { kind = 'date_of_birth', format = '%Q' }",
            "unknown directive %Q; known are %Y %m %d %b %B",
        ),
        (
            "unique_id = 'a'\n[columns]\na = 'text'",
            "columns.a = \"text\" is not allowed: the id and the source",
        ),
        (
            "unique_id = 'id'\none_per_source = true",
            "one_per_source = \"true\" is not allowed: it needs `source`",
        ),
        (
            "unique_id = 'id'\n[output]\nmin_probability = 2.0",
            "output.min_probability = \"2\" is not allowed: a number from 0 to 1",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'text'\n[[blocking]]\nkeys = ['b']",
            "\"b\" is not allowed: a column of [columns]: a",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'text'\n[[blocking]]\nkeys = ['a:year']",
            "\"a:year\" is not allowed: year is a part",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'text'\n[[blocking]]\nkeys = ['a:last(2)']",
            "allowed: column, column:year",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'text'\n[[comparison]]\ncolumn = 'a'\nlevels = ['exact']",
            "`else` last",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'text'\n[[comparison]]\ncolumn = 'a'\nlevels = ['soundex', 'else']",
            "\"soundex\" is not",
        ),
        (
            "unique_id = 'id'\n[columns]\na = {kind = 'text', format = '%Y'}",
            "only a date_of_birth has a format",
        ),
        (
            "unique_id = 'id'\n[columns]\na = 'birth_year'\nb = 'birth_year'",
            "at most one column may be birth_year",
        ),
        (
            "unique_id = 'id'\nsource = 'id'\n[columns]\na = 'text'",
            "source = \"id\" is not allowed: unique_id names the same column",
        ),
        (
            "unique_id = 'id'\n[output]\nmin_probability = 0.99",
            "output.min_probability = \"0.99\" is not allowed: at most output.cluster_probability, 0.95",
        ),
    ] {
        check_refused(text, reason);
    }
    let nothing = Config::from_toml("unique_id = 'id'").unwrap();
    let table = Table::try_new(&nothing, input(batch(&[("id", vec![Some("a")])]))).unwrap();
    assert!(matches!(link(&table, &nothing, &Options::default()), Err(LinkError::NothingToCompare)));
}

/// Two comparisons of what is one, and levels that no pair can reach.
#[test]
fn comparisons_that_contradict_themselves_are_refused() {
    let levels = |levels: &[&str]| format!("[[comparison]]\ncolumn = 'a'\nlevels = {levels:?}\n");
    let fine = [
        "exact",
        "jaro >= 0.9",
        "jaro_winkler >= 0.9",
        "damerau_levenshtein <= 1",
        "levenshtein <= 2",
        "else",
    ];
    let twice = [levels(&["exact", "else"]), levels(&["exact", "else"])].concat();
    for (text, reason) in [
        (levels(&fine), None),
        (twice, Some("column = \"a\" is not allowed: it has a [[comparison]] already")),
        (
            levels(&["jaro_winkler >= 0.8", "jaro_winkler >= 0.9", "else"]),
            Some("holds `jaro_winkler >= 0.8` before it"),
        ),
        (
            levels(&["jaro_winkler >= 0.8", "jaro >= 0.8", "else"]),
            Some("holds `jaro_winkler >= 0.8` before it"),
        ),
        (levels(&["damerau_levenshtein <= 2", "levenshtein <= 1", "else"]), Some("can never be reached")),
        (levels(&["levenshtein <= 2", "exact", "else"]), Some("can never be reached")),
        (levels(&["exact", "exact", "else"]), Some("can never be reached")),
        (levels(&["exact", "jaro >= 0", "else"]), Some("so `else` can never be reached")),
    ] {
        let found = Config::from_toml(&format!("unique_id = 'id'\n[columns]\na = 'text'\n{text}"));
        match reason {
            None => assert!(found.is_ok(), "{text}\n{found:?}"),
            Some(reason) => {
                let error = found.unwrap_err().to_string();
                assert!(error.contains(reason), "{text}\n{error}");
            }
        }
    }
    let parts = "unique_id = 'id'\n[columns]\ny = 'birth_year'\nm = 'birth_month'\n[[comparison]]\ncolumn = 'y'\n\
                 levels = ['exact', 'else']\n[[comparison]]\ncolumn = 'm'\nlevels = ['exact', 'else']";
    let error = Config::from_toml(parts).unwrap_err().to_string();
    assert!(error.contains("compared as one birth date with y"), "{error}");
}

#[test]
fn what_cannot_be_read_is_counted_by_column() {
    let rows = [
        ["a", "Ana", "unknown", "1990-02-03", "77001", "f", "", "1 Sol St"],
        ["b", "Ben", "Diaz", "soon", "0000000", "x", "", "2 Sol St"],
        ["c", "", "Diaz", "1990-31-31", "77003", "m", "", "0"],
    ];
    let table = table(&rows).unwrap();
    let found: Vec<(&str, u64, u64)> =
        table.readings().iter().map(|r| (r.column.as_str(), r.n_filled, r.n_unread)).collect();
    let expected = [
        ("born", 3, 1),
        ("family", 3, 1),
        ("given", 2, 0),
        ("number", 3, 1),
        ("road", 3, 1),
        ("sex", 3, 0),
        ("town", 0, 0),
    ];
    assert_eq!(found, expected, "an impossible date keeps its digits");
    let linked = link(&table, &Config::from_toml(CONFIG).unwrap(), &Options::default()).unwrap();
    assert!(page_of(&linked, &table, &Structure::default()).contains("What the columns hold"));
}

#[test]
fn more_patterns_than_can_be_told_apart_are_refused() {
    for (n_columns, is_refused) in [(20, false), (30, true)] {
        let names: Vec<String> = (0..n_columns).map(|at| format!("road{at}")).collect();
        let columns: String = names.iter().map(|name| format!("{name} = 'address_line'\n")).collect();
        let config = Config::from_toml(&format!("unique_id = 'id'\n[columns]\n{columns}")).unwrap();
        let ids = ("id", vec![Some("a"), Some("b")]);
        let cells: Vec<_> =
            names.iter().map(|name| (name.as_str(), vec![Some("1 Sol St"), Some("2 Sol St")])).collect();
        let table = Table::try_new(&config, input(batch(&[vec![ids], cells].concat()))).unwrap();
        let refused = link(&table, &config, &Options::default()).err().map(|error| error.to_string());
        assert_eq!(refused.is_some(), is_refused, "{n_columns}: {refused:?}");
        let says = "multiplied, stay below 2^128: leave some out";
        assert!(
            refused.is_none_or(|error| error.contains(says) && error.contains("road29 (")),
            "{n_columns}"
        );
    }
}

#[test]
fn a_given_date_format_that_most_dates_do_not_fit_is_refused() {
    let read = |format: &str, dates: &[&str]| {
        let text =
            format!("unique_id = 'id'\n[columns]\nborn = {{ kind = 'date_of_birth', format = '{format}' }}");
        let ids: Vec<String> = (0..dates.len()).map(|at| at.to_string()).collect();
        let cells = [
            ("id", ids.iter().map(|id| Some(id.as_str())).collect()),
            ("born", dates.iter().map(|date| Some(*date).filter(|date| !date.is_empty())).collect()),
        ];
        Table::try_new(&Config::from_toml(&text).unwrap(), input(batch(&cells)))
    };
    let iso = ["1990-02-13", "1991-03-14", "1992-04-05", ""];
    for format in ["%d/%m/%Y", "%Y-%d-%m"] {
        let error = read(format, &iso).unwrap_err().to_string();
        let says = format!("do not fit the format \"{format}\", such as \"1990-02-13\": correct the format");
        assert!(error.contains(&says), "{error}");
    }
    let table = read("%Y-%m-%d", &[&iso[..], &["13/02/1990", "1990"]].concat()).unwrap();
    assert_eq!(
        (table.readings()[0].n_filled, table.readings()[0].n_unread),
        (5, 1),
        "1990 is a date of reduced precision"
    );
}

#[test]
fn strange_tables_give_plain_results() {
    let long = "x".repeat(10_000);
    let (many, other) = ("Ana Li ".repeat(2_000), "Li Ona ".repeat(2_000));
    let names: Vec<String> = (0..200).map(|i| format!("n{i:03}")).collect();
    let same: Vec<Row<'_>> =
        names.iter().map(|id| [id, "Ana", "Diaz", "1990-02-03", "77001", "f", "Lima", "1 Sol St"]).collect();
    let different: Vec<Row<'_>> = names.iter().map(|id| [id.as_str(), id, "", "", "", "", "", ""]).collect();
    let null: Vec<Row<'_>> = names.iter().map(|id| [id.as_str(), "", "", "", "", "", "", ""]).collect();
    for (rows, least_clusters) in [
        (&[][..], 0),
        (&[["a", "Ana", "", "", "", "", "", ""]][..], 1),
        (
            &[
                ["a", &long, &long, "no date", "?", "X", &long, &long],
                ["b", &long, "é", "31/09/2019", "-", "", "", "ا"],
            ][..],
            1,
        ),
        (
            &[
                ["a", &many, &many, "", "", "", &many, &many],
                ["b", &other, &other, "", "", "", &other, &other],
                ["c", &many, &other, "", "", "", &many, &other],
            ][..],
            1,
        ),
        (
            &[
                ["a", "😀 👩‍👩‍👧", "محمد علي", "1980-01-02", "ירושלים", "", "😀", "القدس"],
                ["b", "😀 👩‍👩‍👧", "محمد علي", "1980-01-02", "ירושלים", "", "😀", "القدس"],
                ["c", "שלום", "\u{202e}👍", "", "", "", "عمر", ""],
            ][..],
            1,
        ),
        (&same[..], 1),
        (&different[..], 200),
        (&null[..], 200),
    ] {
        let (table, linked) = linked(rows, Vec::new());
        assert!(linked.clusters.n_clusters() >= least_clusters, "{least_clusters}");
        assert!(linked.pairs.iter().all(|pair| (0.0..=1.0).contains(&pair.match_probability)));
        assert_eq!(linked.clusters_batch(&table, SourceColumns::Without).unwrap().num_rows(), rows.len());
        assert!(page_of(&linked, &table, &Structure::default()).ends_with("</html>"));
    }
}

#[test]
fn a_block_of_all_records_is_compared_whole_or_refined_and_written_down() {
    // Some three thousand records have five million pairs, which a run can afford.
    for (n, is_refined) in [(3_000_usize, false), (3_400, true)] {
        let ids: Vec<String> = (0..n).map(|i| format!("{i:05}")).collect();
        let given: Vec<String> = (0..n).map(|i| format!("name{}", i % 50)).collect();
        let columns = [
            ("id", ids.iter().map(|id| Some(id.as_str())).collect::<Vec<_>>()),
            ("given", given.iter().map(|name| Some(name.as_str())).collect()),
            ("sex", vec![Some("f"); n]),
        ];
        let config =
            "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nsex = 'sex'\n[[blocking]]\nkeys = ['sex']";
        let config = Config::from_toml(config).unwrap();
        let table = Table::try_new(&config, input(batch(&columns))).unwrap();
        let linked = link(&table, &config, &Options::default()).unwrap();
        let refined: Vec<(&str, u64)> =
            linked.not_compared.iter().map(|entry| (entry.rule.as_str(), entry.records)).collect();
        assert_eq!(refined, if is_refined { vec![("sex", n as u64)] } else { Vec::new() });
        let skipped = linked.not_compared.iter().map(|entry| entry.pairs_skipped).sum::<u64>();
        assert_eq!(skipped + linked.stats.n_pairs_compared, (n * (n - 1) / 2) as u64);
        assert_eq!(skipped > 0, is_refined);
        assert!(link(&table, &config, &Options { threads: 4, ..Options::default() }).unwrap() == linked);
        assert!(in_shards(&config, &table, 3, 2) == linked, "what is not compared is the same by shards");
        let n_cut = linked.records_in_cut_blocks.len();
        assert_eq!(n_cut, if is_refined { n } else { 0 });
        let proposed = Proposed::new(&config, &table).unwrap();
        let pairs = (0..200).flat_map(|l| (l + 1..200).map(move |r| (l, r)));
        let n_left_out = pairs.clone().filter(|(l, r)| proposed.leaves_out(*l, *r)).count();
        let n_held = pairs.clone().filter(|(l, r)| proposed.holds(*l, *r)).count();
        assert_eq!(n_left_out + n_held, pairs.count(), "every pair is in the block");
        assert_eq!((n_left_out > 0, proposed.is_in_cut_block(7)), (is_refined, is_refined));
        let halves = Dimension {
            name: "half".to_owned(),
            strata: ["even", "odd"].map(str::to_owned).to_vec(),
            of_record: (0..n).map(|record| (record % 2) as u16).collect(),
        };
        let records = (0..n as u32).collect();
        let structure = Structure { dimensions: vec![halves], records, is_sample: false };
        let page = page_of(&linked, &table, &structure);
        assert_eq!(page.contains("records in a block of which pairs were not compared; largest"), is_refined);
        assert_eq!(page.contains("Every block was compared in full"), !is_refined);
        let entry = linked.not_compared.first();
        let is_known = linked.model.rules[0].n_pairs > 0;
        assert!(
            entry.is_none_or(|entry| entry.expected_matches.is_some() == is_known),
            "unknown is not none"
        );
    }
}

#[test]
fn names_that_changed_places_are_known_though_one_was_written_otherwise() {
    let families = families();
    let mut rows = as_rows(&families);
    let person = |id, given, family| [id, given, family, "1990-02-03", "", "f", "Lima", ""];
    let nearly = "changed places with the other name, of which one is written otherwise";
    for (l, r, level) in [
        (("Mohammed", "Haddad"), ("Haddad", "Muhammad"), nearly),
        (("Desta", "Tsegaye"), ("Tsegaye", "Descta"), nearly),
        (("Desta", "Tsegaye"), ("Tsegaye", "Desta"), "stands in the other name's place"),
        (("Desta", "Tsegaye"), ("Tsegaye", "Fikru"), "another name"),
        (("Desta", "Tsegaye"), ("Tsegaye", ""), "another name"),
    ] {
        rows.truncate(families.len());
        rows.extend([person("a", l.0, l.1), person("b", r.0, r.1)]);
        let (table, linked) = linked(&rows, Vec::new());
        let config = Config::from_toml(CONFIG).unwrap();
        let of = |id| table.find("", id).unwrap();
        for (one, other) in [("a", "b"), ("b", "a")] {
            let waterfall = explain(&linked.model, &table, &config, of(one), of(other)).unwrap();
            let given = waterfall.steps.iter().find(|step| step.comparison == "given").unwrap();
            assert_eq!(given.level, level, "{l:?} {r:?}");
        }
    }
}

#[test]
fn records_that_are_all_alike_teach_nothing() {
    let ids: Vec<String> = (0..100).map(|i| format!("{i:03}")).collect();
    let rows: Vec<Row<'_>> =
        ids.iter().map(|id| [id, "Ana", "Diaz", "1990-02-03", "77001", "f", "Lima", "1 Sol St"]).collect();
    let (table, linked) = linked(&rows, Vec::new());
    assert!(linked.model.is_one_pattern && !linked.model.training.converged);
    assert!(linked.pairs.iter().all(|pair| (pair.reliability_low, pair.reliability_high) == (0.0, 1.0)));
    let estimates = estimates_of_run(&linked);
    assert_eq!(estimates.grade, Grade::Unreliable);
    assert!(
        estimates.at.iter().all(|at| at.false_discovery.is_none()),
        "nothing is told that would be believed"
    );
    let reason = "these data cannot tell one person from two";
    assert!(estimates.reasons.iter().any(|known| known.starts_with(reason)), "{:?}", estimates.reasons);
    assert!(page_of(&linked, &table, &Structure::default()).contains(reason));
}

#[test]
fn judgements_hold_in_a_component_too_large_to_be_weighed() {
    let copies: Vec<String> = (0..1_600).map(|i| format!("c{i:04}")).collect();
    let mut rows: Vec<Row<'_>> =
        copies.iter().map(|id| [id, "Ana", "Diaz", "1990-02-03", "77001", "f", "Lima", "1 Sol St"]).collect();
    let families = families();
    rows.extend(as_rows(&families));
    let judge = |l: &str, r: &str, same| Judgement {
        left: (String::new(), l.to_owned()),
        right: (String::new(), r.to_owned()),
        same,
    };
    let judgements = vec![judge("c0000", "c0001", false), judge("c0000", "c1599", true)];
    let (table, linked) = linked(&rows, judgements);
    let cluster = |id: &str| linked.clusters.cluster_of[table.find("", id).unwrap() as usize];
    let largest = linked.clusters.sizes().last().map(|(size, _)| *size);
    assert_eq!(largest, Some(100), "the copies are one component, divided by the cap");
    assert_ne!(cluster("c0000"), cluster("c0001"), "a third record must not bring them together");
    assert_eq!(cluster("c0000"), cluster("c1599"));
    let sure = linked.clusters.membership_probability[table.find("", "c0000").unwrap() as usize];
    assert!(sure > 0.9, "{sure}");
}

/// Families in which nearly everything is shared: twins of different sex, and the same people written twice.
fn families() -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for i in 0..150 {
        let (family, road, town) = (
            format!("family{}", i * 7 % 150),
            format!("{i} road {}", i * 13 % 150),
            format!("town{}", i % 9),
        );
        let born = format!("19{:02}-{:02}-{:02}", 40 + i % 60, 1 + i % 12, 1 + i % 28);
        for (person, given, sex) in
            [("x", format!("boris{i}"), "m"), ("y", format!("yolanda{}", 149 - i), "f")]
        {
            for copy in 0..2 {
                let number = format!("{}{:06}", if person == "x" { 4 } else { 9 }, i * 6661 % 999_983);
                let id = format!("{i:03}{person}{copy}");
                rows.push(
                    [&id, &given, &family, &born, &number, sex, &town, &road].map(str::to_owned).to_vec(),
                );
            }
        }
    }
    rows
}

fn as_rows(rows: &[Vec<String>]) -> Vec<Row<'_>> {
    rows.iter().map(|row| std::array::from_fn(|idx| row[idx].as_str())).collect()
}

#[test]
fn twins_stay_apart_and_copies_come_together() {
    let rows = families();
    let (table, linked) = linked(&as_rows(&rows), Vec::new());
    let cluster = |id: &str| linked.clusters.cluster_of[table.find("", id).unwrap() as usize];
    for i in 0..150 {
        assert_eq!(cluster(&format!("{i:03}x0")), cluster(&format!("{i:03}x1")));
        assert_ne!(cluster(&format!("{i:03}x0")), cluster(&format!("{i:03}y0")));
    }
}

/// Families without a number of anybody's own: every second with twins of one sex, the others with a parent whose name the
/// child bears. Each person is written twice.
fn namesakes() -> Vec<Vec<String>> {
    let mut rows = families();
    for (nth, row) in rows.iter_mut().enumerate() {
        let is_second = nth % 4 >= 2;
        row[4] = String::new();
        row[5] = "m".to_owned();
        if nth / 4 % 2 == 1 && is_second {
            row[1] = format!("boris{}", nth / 4);
            row[3] = format!("20{:02}-{:02}-{:02}", nth / 4 % 20, 12 - nth / 4 % 5, 27);
        }
    }
    rows
}

#[test]
fn twins_of_one_sex_and_a_child_of_its_parents_name_stay_apart() {
    let rows = namesakes();
    let (table, linked) = linked(&as_rows(&rows), Vec::new());
    let cluster = |id: &str| linked.clusters.cluster_of[table.find("", id).unwrap() as usize];
    for i in 0..150 {
        assert_ne!(cluster(&format!("{i:03}x0")), cluster(&format!("{i:03}y0")), "{i}");
    }
    let n_together =
        (0..150).filter(|i| cluster(&format!("{i:03}x0")) == cluster(&format!("{i:03}x1"))).count();
    assert!(n_together > 140, "copies of one person: {n_together}");
    let config = Config::from_toml(CONFIG).unwrap();
    let find = |id: &str| table.find("", id).unwrap();
    let why = |l, r| kept_apart(&linked.model, &table, &config, find(l), find(r));
    assert_eq!(
        (why("000x0", "000y0"), why("001x0", "001y0")),
        (Some(Apart::Relatives), Some(Apart::Relatives))
    );
    assert_eq!(why("000x0", "000x1"), None);
    let kept = linked.clusters.kept_apart;
    let is_strong = |pair: &&redress_linkage::Pair| pair.match_probability >= 0.95;
    assert_eq!(kept.n_strong, linked.pairs.iter().filter(is_strong).count() as u64);
    let of = |record: u32| linked.clusters.cluster_of[record as usize];
    let n_apart =
        linked.pairs.iter().filter(is_strong).filter(|pair| of(pair.l) != of(pair.r)).count() as u64;
    assert!(kept.n_apart() == n_apart && kept.by_relatives > 0, "{kept:?} {n_apart}");
    let batch = linked.pairs_batch(&table, SourceColumns::Without).unwrap();
    let words = batch.column_by_name("kept_apart").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    let n_relatives = words.iter().filter(|word| *word == Some("relatives")).count() as u64;
    assert_eq!((n_relatives, (words.len() - words.null_count()) as u64), (kept.by_relatives, n_apart));
    let page = page_of(&linked, &table, &Structure::default());
    assert!(page.contains("look like two members of a family"));
}

/// A given name of which letters are wrong is no twin's, unless a number or the sex says so, or several records bear it.
#[test]
fn a_given_name_with_wrong_letters_makes_no_twin() {
    const GIVEN: usize = 1;
    const NUMBER: usize = 4;
    const SEX: usize = 5;
    let mut rows = namesakes();
    for row in rows.iter_mut().filter(|row| row[0].ends_with("x1")) {
        row[1] = row[1].replace("boris", "vprws");
    }
    // Each family's rows are x0, x1, y0, y1.
    let set = |rows: &mut Vec<Vec<String>>, family: usize, column: usize, values: [&str; 2]| {
        values.iter().enumerate().for_each(|(x, value)| rows[4 * family + x][column] = (*value).to_owned());
    };
    set(&mut rows, 2, NUMBER, ["40000013", "95555555"]);
    set(&mut rows, 4, SEX, ["m", "f"]);
    let names = [rows[24][1].clone(), rows[25][1].clone()];
    set(&mut rows, 7, GIVEN, [&names[0], &names[1]]);
    let (table, linked) = linked(&as_rows(&rows), Vec::new());
    let config = Config::from_toml(CONFIG).unwrap();
    let find = |id: &str| table.find("", id).unwrap();
    for (l, r, expected) in [
        ("000x0", "000x1", None),
        ("000x1", "000y0", Some(Apart::Relatives)),
        ("002x0", "002x1", Some(Apart::Relatives)),
        ("004x0", "004x1", Some(Apart::Relatives)),
        ("006x0", "006x1", Some(Apart::Relatives)),
    ] {
        assert_eq!(kept_apart(&linked.model, &table, &config, find(l), find(r)), expected, "{l} {r}");
    }
}

#[test]
fn a_date_that_only_fills_the_field_makes_nobody_a_child() {
    let mut rows = families();
    // The second record of every other man has the filler of the register.
    rows.iter_mut()
        .filter(|row| row[0].ends_with("x1"))
        .step_by(2)
        .for_each(|row| row[3] = "1900-01-01".to_owned());
    rows.iter_mut().for_each(|row| row[4] = String::new());
    let (table, linked) = linked(&as_rows(&rows), Vec::new());
    let reading = table.readings().iter().find(|reading| reading.column == "born").unwrap();
    assert_eq!(reading.n_unread, 75, "counted as not readable");
    let cluster = |id: &str| linked.clusters.cluster_of[table.find("", id).unwrap() as usize];
    let n_together =
        (0..150).filter(|i| cluster(&format!("{i:03}x0")) == cluster(&format!("{i:03}x1"))).count();
    assert!(n_together > 140, "{n_together}");
}

#[test]
fn judgements_outlast_the_model() {
    let rows = families();
    let judge = |l: &str, r: &str, same| Judgement {
        left: (String::new(), l.to_owned()),
        right: (String::new(), r.to_owned()),
        same,
    };
    let judgements = vec![judge("000x0", "000x1", false), judge("001x0", "002y1", true)];
    let (table, linked) = linked(&as_rows(&rows), judgements);
    let cluster = |id: &str| linked.clusters.cluster_of[table.find("", id).unwrap() as usize];
    assert_ne!(cluster("000x0"), cluster("000x1"));
    assert_eq!(cluster("001x0"), cluster("002y1"));
    let unknown = Options { judgements: vec![judge("nobody", "000x1", true)], ..Options::default() };
    let held = link(&table, &Config::from_toml(CONFIG).unwrap(), &unknown).unwrap().judgements;
    assert_eq!((held.pairs.len(), held.n_absent), (0, 1), "a judgement about nobody waits");
}

#[test]
fn the_waterfall_adds_up_to_the_weight() {
    let rows = families();
    let (table, linked) = linked(&as_rows(&rows), Vec::new());
    let config = Config::from_toml(CONFIG).unwrap();
    for pair in linked.pairs.iter().take(200) {
        let waterfall = explain(&linked.model, &table, &config, pair.l, pair.r).unwrap();
        let sum = waterfall.prior_bits + waterfall.steps.iter().map(|step| step.bits).sum::<f64>();
        assert!((sum - pair.match_weight_bits).abs() < 1e-6, "{sum} {}", pair.match_weight_bits);
        let sentences = waterfall.sentences();
        assert_eq!(
            sentences.len(),
            waterfall.steps.len() + 4,
            "the prior, whose words are quoted, each step, the sum, and how many agree"
        );
        let interval = waterfall.reliability.map(|(low, high)| (low.to_bits(), high.to_bits()));
        assert_eq!(interval, Some((pair.reliability_low.to_bits(), pair.reliability_high.to_bits())));
        let svg = waterfall.to_svg(&Heading { records: ["l", "r"], outcome: "" });
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    }
    let other = Config::from_toml("unique_id = 'id'\n[columns]\ngiven = 'given_name'").unwrap();
    let names = batch(&[("id", vec![Some("a"), Some("b")]), ("given", vec![Some("Ana"), Some("Eva")])]);
    let other_table = Table::try_new(&other, input(names)).unwrap();
    assert!(explain(&linked.model, &other_table, &other, 0, 1).is_err());
}
