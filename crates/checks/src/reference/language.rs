//! Languages of hearings: which codes stand for one language, and which languages a court is known to take for
//! the national one.
//!
//! As of 1 January 2026. Sources: `tblLanguage` of the EOIR release (two to three letters), ISO 639-1 and
//! 639-3. A code that is not here is not compared.

/// A language with the codes that offices write for it.
struct Language {
    name: &'static str,
    codes: &'static [&'static str],
    /// The national language that stands for it by mistake. Empty when none is known.
    taken_for: &'static str,
}

const fn language(name: &'static str, codes: &'static [&'static str]) -> Language {
    Language { name, codes, taken_for: "" }
}

const fn mayan(name: &'static str, codes: &'static [&'static str]) -> Language {
    Language { name, codes, taken_for: "Spanish" }
}

/// Languages, by name.
const LANGUAGES: [Language; 20] = [
    language("Arabic", &["ARA", "ARB", "AR", "ARABIC"]),
    language("Burmese", &["BUR", "MYA", "MY", "BURMESE"]),
    language("Chinese (Mandarin)", &["CHI", "MAN", "CMN", "ZH", "MANDARIN"]),
    language("Dari", &["DAR", "PRS", "DARI"]),
    language("English", &["ENG", "EN", "ENGLISH"]),
    language("French", &["FR", "FRE", "FRA", "FRENCH"]),
    language("Gujarati", &["GUJ", "GU", "GUJARATI"]),
    language("Haitian Creole", &["CRE", "HAT", "HT", "CREOLE"]),
    language("Hindi", &["HIN", "HI", "HINDI"]),
    language("Indonesian", &["IND", "ID", "INDONESIAN"]),
    mayan("K'iche'", &["QUC", "QUI", "KICHE"]),
    mayan("Mam", &["MAM"]),
    language("Pashto", &["PUS", "PSH", "PS", "PASHTO"]),
    language("Portuguese", &["POR", "PT", "PORTUGUESE"]),
    language("Punjabi", &["PUN", "PAN", "PA", "PUNJABI"]),
    mayan("Q'anjob'al", &["KJB", "QAN", "QANJOBAL"]),
    language("Russian", &["RUS", "RU", "RUSSIAN"]),
    language("Spanish", &["SP", "SPA", "ES", "SPANISH"]),
    language("Ukrainian", &["UKR", "UK", "UKRAINIAN"]),
    language("Vietnamese", &["VIE", "VI", "VIETNAMESE"]),
];

/// The name of the language that a code stands for. None where the code is not in the table.
pub(crate) fn name(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|language| language.codes.contains(&code)).map(|language| language.name)
}

/// Whether a national language is known to stand for this one by mistake.
pub(crate) fn is_taken_for(language: &str, national: &str) -> bool {
    LANGUAGES.iter().any(|other| other.name == language && other.taken_for == national)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_for_one_language() {
        let mut codes: Vec<&str> = LANGUAGES.iter().flat_map(|language| language.codes).copied().collect();
        let n_codes = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), n_codes);
        assert!(LANGUAGES.iter().map(|language| language.name).is_sorted());
        assert_eq!((name("SP"), name("ES"), name("XX")), (Some("Spanish"), Some("Spanish"), None));
        assert!(is_taken_for("Mam", "Spanish") && !is_taken_for("Spanish", "Spanish"));
    }
}
