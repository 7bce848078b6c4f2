//! Other spellings of the same name in Latin letters.

/// Pairs of spellings of one name, in upper case.
const VARIANTS: &[(&str, &str)] = &[
    ("MOHAMMED", "MUHAMMAD"),
    ("AHMED", "AHMAD"),
    ("HUSSEIN", "HUSAYN"),
    ("OMAR", "UMAR"),
    ("KHALED", "KHALID"),
    ("MAHMOUD", "MAHMUD"),
    ("YOUSSEF", "YUSUF"),
    ("IBRAHIM", "EBRAHIM"),
    ("ABDULLAH", "ABDALLAH"),
    ("MUSTAFA", "MOSTAFA"),
    ("TARIQ", "TAREK"),
    ("FATIMA", "FATEMA"),
    ("MARIAM", "MARYAM"),
    ("LAYLA", "LEILA"),
    ("YASMIN", "YASMEEN"),
    ("SULEIMAN", "SOLIMAN"),
    ("SALEH", "SALIH"),
    ("HASSAN", "HASAN"),
    ("QASIM", "KASSIM"),
    ("SAID", "SAEED"),
    ("SERGEI", "SERGEY"),
    ("ALEKSANDR", "ALEXANDER"),
    ("DMITRI", "DMITRIY"),
    ("ANDREI", "ANDREY"),
    ("ALEKSEI", "ALEXEY"),
    ("NIKOLAI", "NIKOLAY"),
    ("YEVGENY", "EVGENIY"),
    ("YURI", "YURIY"),
    ("ANATOLY", "ANATOLIY"),
    ("VITALY", "VITALIY"),
    ("YELENA", "ELENA"),
    ("NATALIA", "NATALYA"),
    ("TATIANA", "TATYANA"),
    ("YULIA", "IULIIA"),
    ("YEKATERINA", "EKATERINA"),
    ("LYUDMILA", "LIUDMILA"),
    ("SHEVCHENKO", "SCHEVCHENKO"),
    ("SEMYONOV", "SEMENOV"),
    ("SEMYONOVA", "SEMENOVA"),
    ("SOLOVYOV", "SOLOVIEV"),
    ("SOLOVYOVA", "SOLOVIEVA"),
    ("VASILYEV", "VASILIEV"),
    ("VASILYEVA", "VASILIEVA"),
    ("LAKSHMI", "LAXMI"),
    ("CHAUDHARY", "CHOUDHARY"),
    ("CHOWDHURY", "CHAUDHURI"),
    ("GURPREET", "GURPRIT"),
    ("HARPREET", "HARPRIT"),
    ("MANJIT", "MANJEET"),
    ("SUNITA", "SUNEETA"),
    ("HOSSAIN", "HUSSAIN"),
    ("SHRESTHA", "SRESTHA"),
    ("BHATTARAI", "BATTARAI"),
    ("ZHANG", "CHANG"),
    ("ZHAO", "CHAO"),
    ("XU", "HSU"),
    ("ZHOU", "CHOU"),
    ("ZHENG", "CHENG"),
    ("XIAOMING", "HSIAOMING"),
    ("ZHIWEI", "CHIHWEI"),
    ("KYAW", "KYAWE"),
    ("RAHMATULLAH", "RAHMATOLLAH"),
    ("NAJIBULLAH", "NAJEEBULLAH"),
    ("SUHARTO", "SOEHARTO"),
    ("SUTRISNO", "SOETRISNO"),
    ("SUPRIYADI", "SOEPRIJADI"),
    ("SURYANI", "SOERJANI"),
];

/// The other usual spelling of a name in upper case, if it has one.
pub(crate) fn transliterated(word: &str) -> Option<&'static str> {
    VARIANTS.iter().find_map(|(one, other)| {
        if *one == word {
            Some(*other)
        } else if *other == word {
            Some(*one)
        } else {
            None
        }
    })
}

/// Whether two names in upper case are spellings of one.
pub(crate) fn are_variants(left: &str, right: &str) -> bool {
    left == right || transliterated(left) == Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_leads_back() {
        for (one, other) in VARIANTS {
            assert_eq!(transliterated(one), Some(*other));
            assert!(are_variants(other, one));
        }
        assert_eq!(transliterated("WEI"), None);
    }
}
