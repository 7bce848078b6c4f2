//! The name structures of the population, their shares and the countries they come from.

/// How a name is built. The wire form is written to the truth file; accuracy is reported by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Structure {
    /// Two surnames, father's and mother's; compound given names.
    SpanishDoubleSurname,
    /// Given name, father's given name, family name, often with an article.
    ArabicNasab,
    /// Family name of one syllable, given name of one or two.
    ChineseOrder,
    /// Family name, middle name, given name; few family names.
    VietnameseOrder,
    /// One name only.
    SingleName,
    /// Given name, patronymic, family name with the ending of the sex.
    Slavic,
    /// Given name, often Singh or Kaur, family name or caste name.
    SouthAsian,
    /// French and Creole names, many given names hyphenated.
    Haitian,
    /// Given, middle and family name, some surnames hyphenated.
    English,
}

impl Structure {
    /// Every structure with its share of households, per thousand.
    pub const SHARES: &'static [(Self, u32)] = &[
        (Self::SpanishDoubleSurname, 400),
        (Self::SouthAsian, 90),
        (Self::ArabicNasab, 80),
        (Self::ChineseOrder, 80),
        (Self::Haitian, 80),
        (Self::Slavic, 80),
        (Self::English, 80),
        (Self::VietnameseOrder, 60),
        (Self::SingleName, 50),
    ];

    /// The word in the column `name_structure` of the truth file.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::SpanishDoubleSurname => "spanish_double_surname",
            Self::ArabicNasab => "arabic_nasab",
            Self::ChineseOrder => "chinese_order",
            Self::VietnameseOrder => "vietnamese_order",
            Self::SingleName => "single_name",
            Self::Slavic => "slavic",
            Self::SouthAsian => "hindi",
            Self::Haitian => "haitian",
            Self::English => "english",
        }
    }

    /// The countries of citizenship of people with such names, the largest first.
    pub(crate) fn countries(self) -> &'static [Country] {
        match self {
            Self::SpanishDoubleSurname => SPANISH,
            Self::ArabicNasab => ARABIC,
            Self::ChineseOrder => CHINESE,
            Self::VietnameseOrder => VIETNAMESE,
            Self::SingleName => SINGLE,
            Self::Slavic => SLAVIC,
            Self::SouthAsian => SOUTH_ASIAN,
            Self::Haitian => HAITIAN,
            Self::English => ENGLISH,
        }
    }
}

/// A country in the codes of the sources.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Country {
    /// ISO 3166 alpha-3.
    pub(crate) iso: &'static str,
    /// The court's two-letter code of nationality.
    pub(crate) court: &'static str,
    /// The court's code of the language of the hearing.
    pub(crate) language: &'static str,
}

const fn country(iso: &'static str, court: &'static str, language: &'static str) -> Country {
    Country { iso, court, language }
}

const SPANISH: &[Country] = &[
    country("GTM", "GT", "SP"),
    country("HND", "HO", "SP"),
    country("MEX", "MX", "SP"),
    country("SLV", "ES", "SP"),
    country("VEN", "VE", "SP"),
    country("COL", "CO", "SP"),
    country("ECU", "EC", "SP"),
    country("NIC", "NU", "SP"),
    country("PER", "PE", "SP"),
    country("CUB", "CU", "SP"),
];
const ARABIC: &[Country] = &[
    country("SYR", "SY", "ARA"),
    country("EGY", "EG", "ARA"),
    country("IRQ", "IZ", "ARA"),
    country("YEM", "YM", "ARA"),
    country("SDN", "SU", "ARA"),
];
const CHINESE: &[Country] = &[country("CHN", "CH", "MAN")];
const VIETNAMESE: &[Country] = &[country("VNM", "VM", "VIE")];
const SINGLE: &[Country] =
    &[country("IDN", "ID", "IND"), country("AFG", "AF", "DAR"), country("MMR", "BM", "BUR")];
const SLAVIC: &[Country] =
    &[country("RUS", "RU", "RUS"), country("UKR", "UR", "UKR"), country("BLR", "BO", "RUS")];
const SOUTH_ASIAN: &[Country] =
    &[country("IND", "IN", "PUN"), country("NPL", "NP", "NEP"), country("BGD", "BG", "BEN")];
const HAITIAN: &[Country] = &[country("HTI", "HA", "CRE")];
const ENGLISH: &[Country] = &[
    country("JAM", "JM", "ENG"),
    country("NGA", "NI", "ENG"),
    country("GHA", "GH", "ENG"),
    country("TTO", "TD", "ENG"),
];
