//! Words of column names, and what they tell.
//!
//! English first, then the languages in which registers near the documents of this project are kept: Spanish, Portuguese,
//! French, Italian, German, Dutch, the Nordic languages, Polish, Turkish, Indonesian. Accents are folded away before.

use crate::kind::Kind;

/// Sets of words; the first of which every word stands in a column's name decides. So the longer stands before the shorter.
const NAMES: &[(&[&str], Kind)] = &[
    (&["full", "name"], Kind::FullName),
    (&["nombre", "completo"], Kind::FullName),
    (&["nome", "completo"], Kind::FullName),
    (&["nom", "complet"], Kind::FullName),
    (&["fullname"], Kind::FullName),
    (&["nama", "lengkap"], Kind::FullName),
    (&["fullt", "nafn"], Kind::FullName),
    (&["birth", "name"], Kind::FamilyName),
    (&["maiden"], Kind::FamilyName),
    (&["geburtsname"], Kind::FamilyName),
    (&["given"], Kind::GivenName),
    (&["forename"], Kind::GivenName),
    (&["forenames"], Kind::GivenName),
    (&["first", "name"], Kind::GivenName),
    (&["first", "nm"], Kind::GivenName),
    (&["firstname"], Kind::GivenName),
    (&["firstnm"], Kind::GivenName),
    (&["fname"], Kind::GivenName),
    (&["prenom"], Kind::GivenName),
    (&["prenoms"], Kind::GivenName),
    (&["vorname"], Kind::GivenName),
    (&["vornamen"], Kind::GivenName),
    (&["voornaam"], Kind::GivenName),
    (&["voornamen"], Kind::GivenName),
    (&["fornavn"], Kind::GivenName),
    (&["fornamn"], Kind::GivenName),
    (&["tilltalsnamn"], Kind::GivenName),
    (&["etunimi"], Kind::GivenName),
    (&["etunimet"], Kind::GivenName),
    (&["eiginnafn"], Kind::GivenName),
    (&["skirnarnafn"], Kind::GivenName),
    (&["imie"], Kind::GivenName),
    (&["imiona"], Kind::GivenName),
    (&["nama", "depan"], Kind::GivenName),
    (&["middle"], Kind::MiddleName),
    (&["mellomnavn"], Kind::MiddleName),
    (&["mellannamn"], Kind::MiddleName),
    (&["millinafn"], Kind::MiddleName),
    (&["patronymic"], Kind::MiddleName),
    (&["surname"], Kind::FamilyName),
    (&["family"], Kind::FamilyName),
    (&["last", "name"], Kind::FamilyName),
    (&["last", "nm"], Kind::FamilyName),
    (&["lastname"], Kind::FamilyName),
    (&["lastnm"], Kind::FamilyName),
    (&["lname"], Kind::FamilyName),
    (&["apellido"], Kind::FamilyName),
    (&["apellidos"], Kind::FamilyName),
    (&["apell"], Kind::FamilyName),
    (&["ape"], Kind::FamilyName),
    (&["cognom"], Kind::FamilyName),
    (&["cognoms"], Kind::FamilyName),
    (&["sobrenome"], Kind::FamilyName),
    (&["apelido"], Kind::FamilyName),
    (&["cognome"], Kind::FamilyName),
    (&["nachname"], Kind::FamilyName),
    (&["familienname"], Kind::FamilyName),
    (&["achternaam"], Kind::FamilyName),
    (&["etternavn"], Kind::FamilyName),
    (&["efternavn"], Kind::FamilyName),
    (&["efternamn"], Kind::FamilyName),
    (&["slektsnavn"], Kind::FamilyName),
    (&["sukunimi"], Kind::FamilyName),
    (&["kenninafn"], Kind::FamilyName),
    (&["fodurnafn"], Kind::FamilyName),
    (&["nazwisko"], Kind::FamilyName),
    (&["soyadi"], Kind::FamilyName),
    (&["soyad"], Kind::FamilyName),
    (&["nama", "belakang"], Kind::FamilyName),
    (&["ho", "ten"], Kind::FullName),
    (&["nombre"], Kind::GivenName),
    (&["nombres"], Kind::GivenName),
    (&["nome"], Kind::GivenName),
    (&["birth", "year"], Kind::BirthYear),
    (&["birthyear"], Kind::BirthYear),
    (&["geburtsjahr"], Kind::BirthYear),
    (&["by"], Kind::BirthYear),
    (&["yob"], Kind::BirthYear),
    (&["birth", "month"], Kind::BirthMonth),
    (&["bm"], Kind::BirthMonth),
    (&["birth", "day"], Kind::BirthDay),
    (&["bd"], Kind::BirthDay),
    (&["birth", "place"], Kind::City),
    (&["birthplace"], Kind::City),
    (&["geburtsort"], Kind::City),
    (&["fodested"], Kind::City),
    (&["fodelseort"], Kind::City),
    (&["faedingarstadur"], Kind::City),
    (&["tempat", "lahir"], Kind::City),
    (&["birth", "city"], Kind::City),
    (&["birth", "town"], Kind::City),
    (&["birth", "country"], Kind::Country),
    (&["birth", "state"], Kind::Category),
    (&["dob"], Kind::DateOfBirth),
    (&["birth"], Kind::DateOfBirth),
    (&["birthdate"], Kind::DateOfBirth),
    (&["birthday"], Kind::DateOfBirth),
    (&["born"], Kind::DateOfBirth),
    (&["nacimiento"], Kind::DateOfBirth),
    (&["nascimento"], Kind::DateOfBirth),
    (&["nascita"], Kind::DateOfBirth),
    (&["naissance"], Kind::DateOfBirth),
    (&["geburtsdatum"], Kind::DateOfBirth),
    (&["geburtstag"], Kind::DateOfBirth),
    (&["geboortedatum"], Kind::DateOfBirth),
    (&["fodselsdato"], Kind::DateOfBirth),
    (&["fodelsedatum"], Kind::DateOfBirth),
    (&["foedselsdato"], Kind::DateOfBirth),
    (&["faedingardagur"], Kind::DateOfBirth),
    (&["syntymaaika"], Kind::DateOfBirth),
    (&["urodzenia"], Kind::DateOfBirth),
    (&["dogum"], Kind::DateOfBirth),
    (&["lahir"], Kind::DateOfBirth),
    (&["sex"], Kind::Sex),
    (&["kjonn"], Kind::Sex),
    (&["kon"], Kind::Sex),
    (&["kyn"], Kind::Sex),
    (&["sukupuoli"], Kind::Sex),
    (&["plec"], Kind::Sex),
    (&["cinsiyet"], Kind::Sex),
    (&["kelamin"], Kind::Sex),
    (&["gender"], Kind::Sex),
    (&["sexo"], Kind::Sex),
    (&["genero"], Kind::Sex),
    (&["sexe"], Kind::Sex),
    (&["sesso"], Kind::Sex),
    (&["geschlecht"], Kind::Sex),
    (&["geslacht"], Kind::Sex),
    (&["country"], Kind::Country),
    (&["nationality"], Kind::Country),
    (&["citizenship"], Kind::Country),
    (&["pais"], Kind::Country),
    (&["nacionalidad"], Kind::Country),
    (&["nacionalidade"], Kind::Country),
    (&["nationalite"], Kind::Country),
    (&["staatsangehorigkeit"], Kind::Country),
    (&["postcode"], Kind::PostalCode),
    (&["postal"], Kind::PostalCode),
    (&["zip"], Kind::PostalCode),
    (&["zipcode"], Kind::PostalCode),
    (&["plz"], Kind::PostalCode),
    (&["cep"], Kind::PostalCode),
    (&["email"], Kind::Email),
    (&["mail"], Kind::Email),
    (&["correo"], Kind::Email),
    (&["phone"], Kind::Phone),
    (&["telephone"], Kind::Phone),
    (&["mobile"], Kind::Phone),
    (&["telefono"], Kind::Phone),
    (&["telefone"], Kind::Phone),
    (&["telefon"], Kind::Phone),
    (&["tel"], Kind::Phone),
    (&["cell"], Kind::Phone),
    (&["cellphone"], Kind::Phone),
    (&["mob"], Kind::Phone),
    (&["celular"], Kind::Phone),
    (&["movil"], Kind::Phone),
    (&["handy"], Kind::Phone),
    (&["house", "number"], Kind::AddressLine),
    (&["street", "number"], Kind::AddressLine),
    (&["building", "number"], Kind::AddressLine),
    (&["apartment", "number"], Kind::AddressLine),
    (&["flat", "number"], Kind::AddressLine),
    (&["unit", "number"], Kind::AddressLine),
    (&["city"], Kind::City),
    (&["town"], Kind::City),
    (&["suburb"], Kind::City),
    (&["parish"], Kind::City),
    (&["freguesia"], Kind::City),
    (&["paroquia"], Kind::City),
    (&["parroquia"], Kind::City),
    (&["paroisse"], Kind::City),
    (&["municipality"], Kind::City),
    (&["municipio"], Kind::City),
    (&["gemeinde"], Kind::City),
    (&["kommune"], Kind::City),
    (&["ciudad"], Kind::City),
    (&["cidade"], Kind::City),
    (&["ville"], Kind::City),
    (&["wohnort"], Kind::City),
    (&["woonplaats"], Kind::City),
    (&["poststed"], Kind::City),
    (&["postort"], Kind::City),
    (&["miasto"], Kind::City),
    (&["sehir"], Kind::City),
    (&["kota"], Kind::City),
    (&["address"], Kind::AddressLine),
    (&["street"], Kind::AddressLine),
    (&["direccion"], Kind::AddressLine),
    (&["endereco"], Kind::AddressLine),
    (&["indirizzo"], Kind::AddressLine),
    (&["adresse"], Kind::AddressLine),
    (&["calle"], Kind::AddressLine),
    (&["domicilio"], Kind::AddressLine),
    (&["morada"], Kind::AddressLine),
    (&["anschrift"], Kind::AddressLine),
    (&["strasse"], Kind::AddressLine),
    (&["adres"], Kind::AddressLine),
    (&["gateadresse"], Kind::AddressLine),
    (&["heimilisfang"], Kind::AddressLine),
    (&["alamat"], Kind::AddressLine),
];

/// Words of whoever a record is about: they tell nothing of what a column of theirs holds.
const PERSONS: [&str; 18] = [
    "patient",
    "pt",
    "client",
    "person",
    "student",
    "applicant",
    "member",
    "employee",
    "emp",
    "customer",
    "cust",
    "inmate",
    "beneficiary",
    "paciente",
    "cliente",
    "persona",
    "pessoa",
    "solicitante",
];

/// Words that tell a given name where the other stands in the header too, and is a family name then.
const PAIRS: [(&str, &str); 5] =
    [("first", "last"), ("fst", "lst"), ("fn", "ln"), ("gn", "sn"), ("vn", "nn")];

/// Words of a telephone that are words of other things as well: the values decide.
const MAYBE_PHONES: [&str; 16] = [
    "contact",
    "contacto",
    "contato",
    "kontakt",
    "fono",
    "fon",
    "ph",
    "cel",
    "gsm",
    "whatsapp",
    "mobil",
    "tlf",
    "telf",
    "telefoon",
    "portable",
    "rufnummer",
];

/// Words of numbers that an office gives a person or a case.
const IDENTIFIERS: [&str; 10] =
    ["ssn", "soc", "passport", "number", "anumber", "nino", "nhs", "license", "licence", "id"];

/// Words that say whose name a column holds: not the person's own, but one that brothers and sisters share.
const RELATIVES: [&str; 21] = [
    "padre",
    "madre",
    "pai",
    "mae",
    "pere",
    "mere",
    "vater",
    "mutter",
    "parent",
    "parents",
    "guardian",
    "father",
    "fathers",
    "fathername",
    "fathersname",
    "mother",
    "mothers",
    "mothername",
    "mothersname",
    "grandfather",
    "grandfathers",
];

/// Words beside these that leave it a name.
const OF_NAMES: [&str; 25] = [
    "name",
    "names",
    "nm",
    "full",
    "first",
    "last",
    "given",
    "family",
    "surname",
    "maiden",
    "s",
    "nombre",
    "nombres",
    "apellido",
    "apellidos",
    "completo",
    "nome",
    "nom",
    "prenom",
    "vorname",
    "nachname",
    "de",
    "del",
    "do",
    "da",
];

/// What a column's name says of the source of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceWord {
    /// A word for the source itself.
    Source,
    /// Only a word for an office or a register, which may be one: the values decide.
    Office,
    /// Only a word for an origin, which may be a person's: the values and their order decide.
    Origin,
}

/// Words for a source, in other languages than English.
const SOURCES: [&str; 9] =
    ["fuente", "fonte", "quelle", "datenquelle", "bron", "kaynak", "kilde", "kalla", "sumber"];

/// Words for an office or a register that keeps records of its own.
const OFFICES: [&str; 23] = [
    "office",
    "agency",
    "bureau",
    "register",
    "registry",
    "registro",
    "registre",
    "oficina",
    "agencia",
    "agence",
    "amt",
    "behorde",
    "dienststelle",
    "organismo",
    "instituicao",
    "institucion",
    "orgao",
    "reparticao",
    "cartorio",
    "kurum",
    "instantie",
    "myndighet",
    "ente",
];

/// Words for an origin.
const ORIGINS: [&str; 6] = ["origin", "origen", "origem", "origine", "herkunft", "herkomst"];

/// What the words of a column's name say of the source; `None` where they say nothing.
pub(crate) fn source_word(words: &[String]) -> Option<SourceWord> {
    let is_any = |list: &[&str], word: &String| list.contains(&word.as_str());
    match words {
        _ if words.iter().any(|word| is_any(&SOURCES, word)) => Some(SourceWord::Source),
        [word] if is_any(&OFFICES, word) => Some(SourceWord::Office),
        [word] if is_any(&ORIGINS, word) => Some(SourceWord::Origin),
        _ => None,
    }
}

/// Shortest word of which a number at the end is no part: `v1` is another word than `v`.
const STEM_CHARS_MIN: usize = 3;

/// Words of a column's name that stand for "name" and tell not which.
const BARE_NAMES: [&str; 6] = ["name", "nama", "navn", "namn", "nafn", "nimi"];

/// Whether a column's name says that it is about a relative of the person.
pub(crate) fn is_of_a_relative(words: &[String]) -> bool {
    words.iter().any(|word| RELATIVES.contains(&word.as_str()))
}

/// Words of a column's name that say which part of a name it holds.
const PARTS: [&str; 9] =
    ["first", "last", "given", "family", "surname", "maiden", "apellido", "apellidos", "nachname"];

/// Whether a column's name says which part of a name it holds.
pub(crate) fn is_of_a_part(words: &[String]) -> bool {
    words.iter().any(|word| PARTS.contains(&word.as_str()))
}

/// Whether a column is called `name`, or somebody's `name`, and nothing else.
pub(crate) fn is_bare_name(words: &[String]) -> bool {
    let own = without_person(words);
    let is_one = |word: &str| BARE_NAMES.contains(&word) || word == "nm" && own.len() < words.len();
    matches!(own[..], [word] if is_one(word))
}

/// The words of a column's name but those of whoever it is about.
fn without_person(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).filter(|word| !PERSONS.contains(word)).collect()
}

/// What a column's name tells where another column has the same name with the other word of a pair: `pt_first` beside `pt_last`.
pub(crate) fn kind_of_pair(words: &[String]) -> Option<Kind> {
    PAIRS.iter().find_map(|(given, family)| match words {
        words if words.iter().any(|word| word == given) => Some(Kind::GivenName),
        words if words.iter().any(|word| word == family) => Some(Kind::FamilyName),
        _ => None,
    })
}

/// Whether two names are one but for the words of a pair.
pub(crate) fn are_a_pair(given: &[String], family: &[String]) -> bool {
    let of_pair = |(first, last): &(&str, &str)| {
        let exchanged = given.iter().map(|word| if word == first { last } else { word.as_str() });
        given.iter().any(|word| word == first) && exchanged.eq(family.iter().map(String::as_str))
    };
    PAIRS.iter().any(of_pair)
}

/// Whether a column's name may be that of telephone numbers, anybody's.
pub(crate) fn may_be_phone(words: &[String]) -> bool {
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let is_called =
        || NAMES.iter().any(|(wanted, kind)| *kind == Kind::Phone && wanted.iter().all(|word| has(word)));
    !has("id") && (MAYBE_PHONES.iter().any(|word| has(word)) || is_called())
}

/// Whether a column's name is that of a family name in Spanish or Catalan: `nom` beside it is short for a given name.
pub(crate) fn is_apellido(words: &[String]) -> bool {
    let apellidos = ["ape", "apell", "apellido", "apellidos", "cognom", "cognoms"];
    words.iter().any(|word| apellidos.contains(&stem(word)))
}

/// A word without a number at its end: `apellido1` is one of two.
fn stem(word: &str) -> &str {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() < STEM_CHARS_MIN { word } else { stem }
}

/// Whether a column of family names holds those that were borne before, or a relative's.
pub(crate) fn is_earlier_name(words: &[String]) -> bool {
    let earlier = [
        "maiden",
        "birth",
        "geburtsname",
        "mother",
        "mothers",
        "mothername",
        "mothersname",
        "madre",
        "mae",
        "mere",
        "mutter",
    ];
    words.iter().any(|word| earlier.contains(&word.as_str()))
}

/// The kind that the words of a column's name tell. None where they tell none.
pub(crate) fn kind(words: &[String]) -> Option<Kind> {
    let has = |wanted: &str| words.iter().any(|word| stem(word) == wanted);
    if is_of_a_relative(words) {
        let known = |word: &String| RELATIVES.contains(&word.as_str()) || OF_NAMES.contains(&word.as_str());
        return words.iter().all(known).then_some(Kind::FamilyName);
    }
    if let Some((_, kind)) = NAMES.iter().find(|(wanted, _)| wanted.iter().all(|word| has(word))) {
        return Some(*kind);
    }
    if IDENTIFIERS.iter().any(|word| has(word)) {
        return Some(Kind::Identifier);
    }
    match without_person(words)[..] {
        _ if is_bare_name(words) => Some(Kind::FullName),
        [word] if ["first", "gn", "fn", "adi", "ad"].contains(&word) => Some(Kind::GivenName),
        [word] if ["last", "sn", "ln", "nom", "naam"].contains(&word) => Some(Kind::FamilyName),
        ["sx"] => Some(Kind::Sex),
        _ => None,
    }
}
