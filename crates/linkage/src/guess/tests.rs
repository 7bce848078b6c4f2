use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};

use super::*;

const N_ROWS: i64 = 120;

/// Dates from 1941 on that lie so many days apart, in years of 360 days.
fn dates(apart_days: i64) -> Vec<String> {
    let on = |days: i64| format!("{}-{:02}-{:02}", 1941 + days / 360, 1 + days / 30 % 12, 1 + days % 28);
    (0..N_ROWS).map(|row| on(row * apart_days)).collect()
}

fn words_of(word: &str) -> Vec<String> {
    (0..N_ROWS).map(|row| format!("{word} {}", row % 50)).collect()
}

/// These columns beside an id.
fn batch(columns: &[(&str, Vec<String>)]) -> RecordBatch {
    let id: Vec<String> = (0..N_ROWS).map(|row| format!("r{row}")).collect();
    let all = std::iter::once(("rec_id", id)).chain(columns.iter().cloned());
    RecordBatch::try_from_iter(
        all.map(|(name, values)| (name.to_owned(), Arc::new(StringArray::from(values)) as ArrayRef)),
    )
    .unwrap()
}

/// Guesses the kinds of these columns beside an id.
fn kinds(columns: &[(&str, Vec<String>)]) -> BTreeMap<String, Kind> {
    let guessed = guess_config(&[batch(columns)]).unwrap();
    guessed.columns.into_iter().map(|(name, column)| (name, column.kind)).collect()
}

#[track_caller]
fn check(columns: &[(&str, Vec<String>)], expected: &[(&str, Kind)]) {
    let expected = expected.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    assert_eq!(kinds(columns), expected);
}

#[test]
fn a_name_in_any_of_the_languages_tells_the_kind() {
    for (name, kind) in [
        ("surname", Kind::FamilyName),
        ("freguesia", Kind::City),
        ("birth_name", Kind::FamilyName),
        ("Apellidos", Kind::FamilyName),
        ("Nachname", Kind::FamilyName),
        ("nom", Kind::FamilyName),
        ("nombre", Kind::GivenName),
        ("Prénom", Kind::GivenName),
        ("firstName", Kind::GivenName),
        ("nombre_completo", Kind::FullName),
        ("sexo", Kind::Sex),
        ("Straße", Kind::AddressLine),
        ("house_number", Kind::AddressLine),
        ("passport_number", Kind::Identifier),
        ("city_of_birth", Kind::City),
        ("country_of_birth", Kind::Country),
        ("código postal", Kind::PostalCode),
        ("gn", Kind::GivenName),
        ("SN", Kind::FamilyName),
        ("tel", Kind::Phone),
        ("domicilio", Kind::AddressLine),
        ("patient_last", Kind::FamilyName),
        ("pt_first", Kind::GivenName),
        ("client_name", Kind::FullName),
        ("last_nm", Kind::FamilyName),
        ("apellido1", Kind::FamilyName),
        ("ape", Kind::FamilyName),
    ] {
        check(&[(name, words_of("x"))], &[(name, kind)]);
    }
}

#[test]
fn a_date_is_one_of_birth_by_its_name_or_by_its_years() {
    for (name, apart_days, expected) in [
        ("dateOfBirth", 200, Some(Kind::DateOfBirth)),
        ("fecha_nacimiento", 200, Some(Kind::DateOfBirth)),
        // A class of children: the name says enough.
        ("birth_date", 3, Some(Kind::DateOfBirth)),
        ("v3", 200, Some(Kind::DateOfBirth)),
        ("v3", 3, None),
        ("last_updated", 200, None),
        ("admission_date", 200, None),
        ("fecha_alta", 200, None),
        ("data_emissao", 200, None),
        ("Einreise", 200, None),
    ] {
        let expected: Vec<(&str, Kind)> = expected.map(|kind| (name, kind)).into_iter().collect();
        check(&[(name, dates(apart_days))], &expected);
    }
    let years = (0..N_ROWS).map(|row| (1930 + row % 60).to_string()).collect();
    check(&[("birth", years)], &[("birth", Kind::BirthYear)]);
}

#[test]
fn a_person_is_born_once() {
    let two = [("v1", dates(200)), ("birth_date", dates(190))];
    check(&two, &[("birth_date", Kind::DateOfBirth)]);
    let parts = [("birth_year", words_of("19")), ("v1", dates(200))];
    check(&parts, &[("birth_year", Kind::BirthYear)]);
}

/// These values over and over.
fn few(values: &[&str]) -> Vec<String> {
    (0..N_ROWS as usize).map(|row| values[row % values.len()].to_owned()).collect()
}

#[test]
fn what_an_office_notes_about_a_record_is_not_compared() {
    for name in [
        "status",
        "case_status",
        "group",
        "remarks",
        "office",
        "sending_agency",
        "ward",
        "situación",
        "oficina",
        "Observações",
        "cartorio",
        "bureau",
        "dossier",
        "Behörde",
        "Bemerkung",
        "expediente",
        "estado_civil",
    ] {
        check(&[(name, words_of("x"))], &[]);
    }
    check(&[("q", few(&["F", "M"]))], &[("q", Kind::Sex)]);
    check(&[("q", few(&["F", "M", "T"]))], &[("q", Kind::Category)]);
    check(&[("q", few(&["F"]))], &[]);
}

#[test]
fn a_column_names_the_source_in_any_of_the_languages_where_its_values_do() {
    let mixed = || few(&["court", "aid"]);
    let in_turn = || {
        let mut values = mixed();
        values.sort();
        values
    };
    let with_gap = || {
        let mut values = mixed();
        values[7].clear();
        values
    };
    for (name, values, is_source) in [
        ("source", mixed(), true),
        ("data_source", words_of("x"), true),
        ("fuente", mixed(), true),
        ("Fonte", mixed(), true),
        ("Quelle", mixed(), true),
        ("fuente_datos", mixed(), true),
        ("bron", mixed(), true),
        ("kaynak", in_turn(), true),
        ("fuente", words_of("x"), false),
        ("fuente", with_gap(), false),
        ("office", mixed(), true),
        ("agency", mixed(), true),
        ("registro", mixed(), true),
        ("register", few(&["court"]), true),
        ("Behörde", mixed(), true),
        ("registro", words_of("x"), false),
        ("fecha_registro", mixed(), false),
        ("origen", in_turn(), true),
        ("Herkunft", in_turn(), true),
        ("origem", mixed(), false),
        ("pais_origen", in_turn(), false),
        ("colour", mixed(), false),
    ] {
        let config = guess_config(&[batch(&[(name, values)])]).unwrap();
        assert_eq!(config.source.as_deref() == Some(name), is_source, "{name}");
    }
    let two = [("office", mixed()), ("fuente", mixed()), ("agency", mixed())];
    assert_eq!(guess_config(&[batch(&two)]).unwrap().source.as_deref(), Some("fuente"));
    let other = batch(&[("colour", mixed())]).project(&[1]).unwrap();
    let files = [batch(&two[..1]), other];
    assert_eq!(guess_config(&files).unwrap().source, None, "the other file has no such column");
}

#[test]
fn what_a_word_leaves_open_the_values_tell() {
    for (name, values, expected) in [
        ("estado", few(&["Activo", "Cerrado", "Baja"]), None),
        ("estado", few(&["Jalisco", "Sonora", "Oaxaca"]), Some(Kind::Category)),
        ("state", few(&["open", "closed", "pending"]), None),
        ("state", few(&["TX", "NM", "OR"]), Some(Kind::Category)),
        ("expediente_estado", few(&["Activo", "Cerrado"]), None),
        (
            "expediente",
            (0..N_ROWS).map(|row| format!("EX-{:06}", row * 811)).collect(),
            Some(Kind::Identifier),
        ),
        (
            "Aktenzeichen",
            (0..N_ROWS).map(|row| format!("7 K {:05}/21", row * 81)).collect(),
            Some(Kind::Identifier),
        ),
        ("country", few(&["Peru", "Chile", "504"]), Some(Kind::Country)),
        (
            "address_in_country",
            (0..N_ROWS).map(|row| format!("{} LOGAN INN", row % 90)).collect(),
            Some(Kind::AddressLine),
        ),
        ("mother_ssn", (0..N_ROWS).map(|row| format!("{:09}", row * 811)).collect(), None),
    ] {
        let expected: Vec<(&str, Kind)> = expected.map(|kind| (name, kind)).into_iter().collect();
        check(&[(name, values)], &expected);
    }
}

#[test]
fn a_table_without_an_id_or_without_rows_is_refused_for_what_it_lacks() {
    for (ids, says) in
        [(vec!["a", "a"], "no column has a different value in every row"), (vec![], "no row under it")]
    {
        let column = Arc::new(StringArray::from(ids)) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("rec_id", column)]).unwrap();
        let error = guess_config(&[batch]).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("rec_id"), "{error}");
    }
}

/// Names of so many kinds, each of one word of letters.
fn names(n_kinds: usize, ending: &str) -> Vec<String> {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    let name = |row: usize| {
        let kind = row % n_kinds;
        format!("{}{}{ending}", letter(kind).to_uppercase(), letter(kind / 26 + kind))
    };
    (0..N_ROWS as usize).map(name).collect()
}

/// A word of letters for a number, another for each.
fn letters(number: usize) -> String {
    [number / 26 % 26, number % 26].map(|at| char::from(b'a' + at as u8)).iter().collect()
}

fn whole(given: &[String], family: &[String]) -> Vec<String> {
    given.iter().zip(family).map(|(given, family)| format!("{given} {family}")).collect()
}

#[test]
fn names_that_are_not_called_so_are_known_by_their_values() {
    let (given, family) = (names(50, "en"), names(110, "sson"));
    let all = whole(&given, &family);
    let few = names(8, "town");
    for (columns, expected) in [
        (
            vec![("v1", given.clone()), ("v2", family.clone()), ("v3", few.clone())],
            vec![("v1", Kind::GivenName), ("v2", Kind::FamilyName), ("v3", Kind::Category)],
        ),
        (
            vec![("v1", all.clone()), ("v2", names(60, "town"))],
            vec![("v1", Kind::FullName), ("v2", Kind::Text)],
        ),
        (vec![("v1", family.clone())], vec![("v1", Kind::FullName)]),
        // What is called a name is one, and nothing else is.
        (
            vec![("surname", given.clone()), ("v2", family.clone())],
            vec![("surname", Kind::FamilyName), ("v2", Kind::Text)],
        ),
        (vec![("v1", words_of("x"))], vec![("v1", Kind::Text)]),
    ] {
        check(&columns, &expected);
    }
}

#[test]
fn a_name_beside_a_family_name_is_a_given_name_unless_it_holds_both() {
    let (given, family) = (names(50, "en"), names(110, "sson"));
    let all = whole(&given, &family);
    for (columns, expected) in [
        ([("name", given.clone()), ("fathers_name", family.clone())], [Kind::GivenName, Kind::FamilyName]),
        ([("name", all.clone()), ("surname", family.clone())], [Kind::FullName, Kind::FamilyName]),
        ([("name", given.clone()), ("nombre_padre", family.clone())], [Kind::GivenName, Kind::FamilyName]),
        ([("nafn", given.clone()), ("kenninafn", family.clone())], [Kind::GivenName, Kind::FamilyName]),
        ([("name", all.clone()), ("maiden_name", given.clone())], [Kind::FullName, Kind::FamilyName]),
        ([("name", all.clone()), ("mae", all.clone())], [Kind::FullName, Kind::FullName]),
        ([("name", all.clone()), ("nome_pai", all.clone())], [Kind::FullName, Kind::FullName]),
        ([("name", all.clone()), ("apellido_madre", all.clone())], [Kind::FullName, Kind::FamilyName]),
    ] {
        let expected = [(columns[0].0, expected[0]), (columns[1].0, expected[1])];
        check(&columns, &expected);
    }
    check(&[("father_birth_date", dates(200))], &[]);
}

#[test]
fn a_column_of_two_words_is_of_sexes_where_these_are_two() {
    let two = |a: &str, b: &str| [a, b].repeat(N_ROWS as usize / 2).into_iter().map(str::to_owned).collect();
    for (a, b, expected) in [("K", "M", Kind::Sex), ("L", "P", Kind::Sex), ("Y", "N", Kind::Category)] {
        check(&[("v1", two(a, b))], &[("v1", expected)]);
    }
}

#[test]
fn two_columns_are_names_by_the_words_in_which_they_differ() {
    let (given, family) = (names(50, "en"), names(110, "sson"));
    let few = names(8, "town");
    for (columns, expected) in [
        ([("x_first", &given), ("x_last", &family)], [Kind::GivenName, Kind::FamilyName]),
        ([("fn_x", &given), ("ln_x", &family)], [Kind::GivenName, Kind::FamilyName]),
        ([("nom", &given), ("ape", &family)], [Kind::GivenName, Kind::FamilyName]),
        ([("nom", &family), ("prenom", &given)], [Kind::FamilyName, Kind::GivenName]),
        // Wards are few, a language is no name, and no column says `last`.
        ([("x_first", &few), ("x_last", &few)], [Kind::Category, Kind::Category]),
        ([("first_city", &given), ("last_city", &family)], [Kind::City, Kind::City]),
        ([("x_first", &given), ("surname", &family)], [Kind::Text, Kind::FamilyName]),
    ] {
        let expected = [(columns[0].0, expected[0]), (columns[1].0, expected[1])];
        check(&columns.map(|(name, values)| (name, values.clone())), &expected);
    }
}

#[test]
fn few_given_names_beside_many_family_names_are_still_names() {
    let many: Vec<String> = (0..N_ROWS as usize).map(|row| format!("Er{}sson", letters(row))).collect();
    let short: Vec<String> = (0..N_ROWS as usize)
        .map(|row| if row % 3 == 0 { "Bill".to_owned() } else { format!("Tor{}", letters(row % 50)) })
        .collect();
    for (given, family) in [(names(50, "en"), many.clone()), (short.clone(), many.clone())] {
        check(&[("v1", given), ("v2", family)], &[("v1", Kind::GivenName), ("v2", Kind::FamilyName)]);
    }
    // The more different values are not the family names where they have known short forms.
    let first_of_many: Vec<String> = many
        .iter()
        .enumerate()
        .map(|(row, name)| if row % 3 == 0 { "Bill".to_owned() } else { name.clone() })
        .collect();
    check(
        &[("v1", first_of_many), ("v2", names(50, "berg"))],
        &[("v1", Kind::GivenName), ("v2", Kind::FamilyName)],
    );
}

#[test]
fn a_contact_is_a_telephone_where_the_values_are() {
    let each = |of: fn(i64) -> String| (0..N_ROWS).map(of).collect::<Vec<String>>();
    let phones = each(|row| format!("+51 (1) {}-{:04}", 400 + row, row * 37 % 9999));
    let digits = each(|row| format!("57519{:05}", row * 811));
    let codes = each(|row| format!("AB{:07}", row * 811));
    for (name, values, expected) in [
        ("contact", &phones, Kind::Phone),
        ("contact_no", &digits, Kind::Phone),
        ("fono", &digits, Kind::Phone),
        ("mother_phone", &phones, Kind::Phone),
        ("contact", &codes, Kind::Identifier),
        ("contact_id", &digits, Kind::Identifier),
        ("v1", &digits, Kind::Identifier),
    ] {
        check(&[(name, values.clone())], &[(name, expected)]);
    }
}

#[test]
fn a_guess_without_names_says_so() {
    for (columns, is_said) in [("dob = \"date_of_birth\"", true), ("nr2 = \"full_name\"", false)] {
        let config = Config::from_toml(&format!("unique_id = \"nr\"\n[columns]\n{columns}\n")).unwrap();
        assert_eq!(guess_remark(&config).is_some(), is_said, "{columns}");
    }
}

#[test]
fn names_that_no_header_tells_are_a_doubt() {
    let (given, family, towns) = (names(50, "en"), names(110, "sson"), names(60, "town"));
    for (columns, expected) in [
        (
            vec![("v1", &given), ("v2", &family)],
            vec!["`v1` and `v2` are taken for names by the values alone"],
        ),
        (vec![("v1", &family), ("patient_last", &given)], vec!["`v1` is compared as text and may be a name"]),
        (vec![("surname", &family), ("first_name", &given), ("v3", &towns)], vec![]),
        (vec![("x_first", &given), ("x_last", &family), ("v3", &towns)], vec![]),
        (vec![("patient_name", &family), ("v3", &towns)], vec![]),
    ] {
        let columns: Vec<_> = columns.into_iter().map(|(name, values)| (name, values.clone())).collect();
        let batches = [batch(&columns)];
        assert_eq!(guess_doubts(&guess_config(&batches).unwrap(), &batches), expected);
    }
}
