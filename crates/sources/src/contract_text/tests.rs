use super::*;

const WHOLE: &str = r#"[source]
id = "border"
title = "Border"
owner = "Office (invented)"
birth_date_default = "01-01"

[agreement]
purpose = "p"
authority = "a"
elements = ["names"]
accuracy_assessment = "none"
signed = "2026-01-15"
expires = "2027-12-31"

[[table]]
name = "i94"
file = "i94.csv"
format = "delimited"
lead = true
key = "number"

[table.columns]
name = { attribute = "family_name" }
born = { attribute = "birth_date", format = "%Y-%m-%d" }

[table.refused]
carrier_gate = "place (charter 1)"
"#;

/// One change to a whole contract, and what it is answered with.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(WHOLE.contains(from), "{from} is not in the contract");
    let answer = read(&WHOLE.replacen(from, to, 1), "b.toml").map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(answer, Err(expected.to_owned()));
}

#[test]
fn a_whole_contract_is_read() {
    let contract = read(WHOLE, "b.toml").unwrap();
    assert_eq!(contract.birth_date_default, Some((1, 1)));
    let layout = Layout { delimiter: b',', is_quoted: true, encoding: Encoding::Utf8 };
    assert_eq!(contract.tables[0].format, Format::Delimited(layout));
}

#[test]
fn a_rule_of_sealing_that_could_never_hold_is_refused() {
    let declared = "carrier_gate = \"place (charter 1)\"";
    check(
        declared,
        "gate = \"place (charter 1)\"\n[table.sealed]\nform = [\"I-918\"]",
        "contract b.toml: table `i94`: sealed column `form` is not declared: name it under [table.columns], so that a file without it is refused",
    );
    check(
        declared,
        "gate = \"place (charter 1)\"\n[table.sealed]\nname = []",
        "contract b.toml: table `i94`: sealed column `name` has no value or an empty one: name the values by which a row is sealed",
    );
}

#[test]
fn what_is_no_source_or_agreement_is_named_with_its_place() {
    check(
        "id = \"border\"",
        "id = \"Border 1\"",
        "contract b.toml, line 2, `id = \"Border 1\"`: `Border 1` is not the name of a source: 1 to 32 of a-z, 0-9 and _, a letter first",
    );
    check(
        "title",
        "titel",
        "contract b.toml, line 3, `titel = \"Border\"`: unknown field `titel`, expected one of `id`, `title`, `owner`, `birth_date_default`, `public_release`, `never_joined_with`",
    );
    check(
        "\"01-01\"",
        "\"32-01\"",
        "contract b.toml: source.birth_date_default `32-01` is not a month and a day such as `01-01`",
    );
    check(
        "purpose = \"p\"",
        "purpose = \" \"",
        "contract b.toml: agreement.purpose is empty: say it in a sentence",
    );
    check(
        "elements = [\"names\"]",
        "elements = []",
        "contract b.toml: agreement.elements is empty: name the kinds of data that are covered",
    );
}

#[test]
fn a_schedule_that_no_record_could_meet_is_refused() {
    for days in [0, 73_051] {
        check(
            "purpose = \"p\"",
            &format!("keep_days = {days}\npurpose = \"p\""),
            &format!(
                "contract b.toml: agreement.keep_days is {days}: write 1 to 73050 days, or leave it out where the schedule of \
                 the source sets none"
            ),
        );
    }
    check(
        "purpose = \"p\"",
        "retain_until = \"2025-12-31\"\npurpose = \"p\"",
        "contract b.toml: agreement.retain_until is 2025-12-31, before the agreement was signed on 2026-01-15: correct it, or \
         leave it out where the schedule of the source sets no day",
    );
    let kept = read(&WHOLE.replacen("purpose", "keep_days = 73050\npurpose", 1), "b.toml").unwrap();
    assert_eq!(kept.agreement(&[]).unwrap().keep_days, Some(73_050));
}

#[test]
fn what_is_no_table_is_named_with_its_place() {
    check(
        "lead = true",
        "lead = false",
        "contract b.toml: 0 tables have `lead = true`: exactly one table of a source leads",
    );
    check(
        "name = \"i94\"",
        "name = \"i 94\"",
        "contract b.toml: table `i 94`: a table's name is 1 to 64 of A-Z, a-z, 0-9 and _",
    );
    check(
        "i94.csv",
        "../i94.csv",
        "contract b.toml: table `i94`: file `../i94.csv` is not the name of a file in the extract's folder",
    );
    check(
        "\"delimited\"",
        "\"json_lines\"\nquoting = true",
        "contract b.toml: table `i94`: delimiter, quoting, encoding and counts belong to `format = \"delimited\"`: leave them out",
    );
    check(
        "file = \"i94.csv\"\n",
        "",
        "contract b.toml: table `i94`: `file` is missing: name its file within the folder of an extract",
    );
    check(
        "\"delimited\"",
        "\"delimited\"\nrelation = \"a.b\"",
        "contract b.toml: table `i94`: relation belongs to `format = \"postgresql\"`: leave it out",
    );
    check(
        "\"delimited\"",
        "\"postgresql\"\nencoding = \"utf-8\"",
        "contract b.toml: table `i94`: delimiter, quoting, encoding and counts belong to `format = \"delimited\"`: leave them out",
    );
    check(
        "\"delimited\"",
        "\"xml\"",
        "contract b.toml, line 18, `format = \"xml\"`: unknown variant `xml`, expected one of `delimited`, `ftm`, `json_lines`, `niem-json`, `niem-xml`, `parquet`, `postgresql`, `travel_history`, `xlsx`",
    );
}

#[test]
fn what_is_no_column_is_named_with_its_place() {
    check(
        "\"family_name\"",
        "\"nickname\"",
        "contract b.toml, line 23, `name = { attribute = \"nickname\" }`: `nickname` is not an attribute: the list of what may be stored is closed, and stands in docs/contracts.md",
    );
    check(
        "%Y-%m-%d",
        "%y-%m",
        "contract b.toml: table `i94`: column `born`: format `%y-%m` has the unknown directive %y; known are %Y %m %d %b %B %H %M %S %f %%",
    );
    check(
        "%Y-%m-%d",
        "%H",
        "contract b.toml: table `i94`: column `born`: format `%H` has no year, month or day",
    );
    check(
        "{ attribute = \"family_name\" }",
        "{ pattern = '^[A' }",
        "contract b.toml: table `i94`: column `name`: pattern `^[A` is not a regular expression: error: unclosed character class",
    );
    check(
        "{ attribute = \"family_name\" }",
        "{ null = [\"x\"] }",
        "contract b.toml: table `i94`: column `name`: neither an attribute nor a format, a pattern or `required`: columns that nothing reads are left out",
    );
    check(
        "{ attribute = \"family_name\" }",
        "{ attribute = \"family_name\", aliases = [\"born\"] }",
        "contract b.toml: table `i94`: the name or alias `born` stands twice in [table.columns]",
    );
    check(
        "{ attribute = \"family_name\" }",
        "{ attribute = \"family_name\", only_when = { column = \"born\", in = [] } }",
        "contract b.toml: table `i94`: column `name`: only_when.in is empty: the column would never be read",
    );
    check(
        "carrier_gate =",
        "name =",
        "contract b.toml: table `i94`: column `name` is both read and refused: choose one",
    );
}

#[test]
fn two_lead_tables_or_one_file_twice() {
    let (_, table) = WHOLE.split_once("[[table]]").unwrap();
    let twice = format!("{WHOLE}[[table]]{table}");
    let answer = |text: &str| read(text, "b.toml").unwrap_err().to_string();
    assert_eq!(
        answer(&twice),
        "contract b.toml: 2 tables have `lead = true`: exactly one table of a source leads"
    );
    let (head, tail) = twice.rsplit_once("lead = true\n").unwrap();
    let same = format!("{head}{tail}");
    assert_eq!(answer(&same), "contract b.toml: two tables have the name or file `i94`: each needs its own");
}

#[test]
fn a_contract_that_lets_in_what_the_charter_refuses_is_refused() {
    for column in ["hair_color", "GPS", "IMEI", "threat_level", "CRIM_IND", "religion"] {
        for spelling in [
            format!("{column} = {{ attribute = \"family_name\" }}"),
            format!("name = {{ attribute = \"family_name\", aliases = [\"{column}\"] }}"),
        ] {
            let answer = read(&WHOLE.replace("name = { attribute = \"family_name\" }", &spelling), "b.toml");
            assert!(matches!(answer, Err(ReadError::Refused(_))), "{spelling}");
        }
    }
    let answer =
        read(&WHOLE.replace("name = { attribute", "hair_color = { attribute"), "b.toml").unwrap_err();
    assert_eq!(
        answer.to_string(),
        "contract b.toml: table `i94`: column `hair_color` is mapped to an attribute, but the charter refuses it: \
         physical descriptor (charter 2). Take it out of [table.columns]"
    );
}
