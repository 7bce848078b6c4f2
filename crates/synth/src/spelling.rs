//! How a source spells a name: with accents or without, in capitals or not.

use crate::table::Spelling;

/// The text as a source with this spelling writes it. Only the letters of Latin-1 occur.
pub(crate) fn spelled(text: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::Accented => text.to_owned(),
        Spelling::Plain => text.chars().map(without_accent).collect(),
        Spelling::Upper => text.chars().map(|c| without_accent(c).to_ascii_uppercase()).collect(),
        Spelling::UpperAccented => text.to_uppercase(),
    }
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ó' | 'ô' | 'ö' => 'o',
        'ú' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        'Á' | 'À' | 'Â' => 'A',
        'É' | 'È' | 'Ê' => 'E',
        'Í' | 'Î' => 'I',
        'Ó' | 'Ô' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ñ' => 'N',
        'Ç' => 'C',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling() {
        for (spelling, expected) in [
            (Spelling::Accented, "Muñoz Ávila"),
            (Spelling::Plain, "Munoz Avila"),
            (Spelling::Upper, "MUNOZ AVILA"),
            (Spelling::UpperAccented, "MUÑOZ ÁVILA"),
        ] {
            assert_eq!(spelled("Muñoz Ávila", spelling), expected);
        }
    }
}
