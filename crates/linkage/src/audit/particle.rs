//! Whether a name has a particle: a small word, such as "de" or "van", that belongs to the family name after it.
//!
//! Some of these words are names elsewhere: Van, Le and Do are, in Vietnam. So where a word stands decides, and what stands beside it.

use redress_statement::fold::fold;

/// Words that belong to the family name that follows them.
const PARTICLES: [&str; 36] = [
    "al", "ap", "ben", "bin", "bint", "d", "da", "dal", "das", "de", "del", "della", "den", "der", "di",
    "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "mac", "mc", "o", "san", "st", "ter",
    "van", "vande", "von", "y", "zu",
];
/// Those of them that are names in Vietnam, ...
const NAMES_TOO: [&str; 3] = ["van", "le", "do"];
/// ... where they stand beside each other, or beside one of its commonest family names.
const BESIDE: [&str; 24] = [
    "nguyen", "tran", "pham", "huynh", "hoang", "phan", "vu", "vo", "dang", "bui", "ngo", "duong", "ly",
    "dinh", "trinh", "truong", "thi", "ho", "lam", "luong", "mai", "dao", "doan", "cao",
];

/// Whether a family name, or a whole name, has a particle. A last word is none, as nothing follows that it could belong to; nor is the first of
/// a whole name, unless another particle follows ("de la Cruz Ana").
pub(super) fn has_particle(name: &str, is_whole: bool) -> bool {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let is_in = |list: &[&str], word: &str| list.contains(&word);
    let is_beside = words.iter().filter(|word| is_in(&NAMES_TOO, word)).count() > 1
        || words.iter().any(|word| is_in(&BESIDE, &fold(word)));
    let is_particle = |word: &String| is_in(&PARTICLES, word) && !(is_beside && is_in(&NAMES_TOO, word));
    let Some((_, before)) = words.split_last() else { return false };
    let own =
        if is_whole && !before.get(1).is_some_and(is_particle) { before.get(1..) } else { Some(before) };
    own.is_some_and(|own| own.iter().any(is_particle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_particle_by_where_it_stands() {
        for (name, is_whole, expected) in [
            ("de la Cruz", false, true),
            ("van der Berg", false, true),
            ("Van Dijk", false, true),
            ("Garcia y Lopez", false, true),
            ("Le", false, false),
            ("Pham Van", false, false),
            ("Nguyễn Văn", false, false),
            ("Do Van", false, false),
            ("Cruz de", false, false),
            ("Ludwig van Beethoven", true, true),
            ("Ana de la Cruz", true, true),
            ("de la Cruz Ana", true, true),
            ("Nguyen Van An", true, false),
            ("Trần Lê Hoa", true, false),
            ("Le Van Do", true, false),
            ("Van Nguyen", true, false),
            ("Do Minh Anh", true, false),
            ("Le Thi Hoa", true, false),
            ("Ana", true, false),
            ("", true, false),
        ] {
            assert_eq!(has_particle(name, is_whole), expected, "{name}");
        }
    }
}
