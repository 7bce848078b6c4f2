//! The person's pages can be read with six years of school: the grade of Kincaid (1975) over the words of the
//! templates, without what the records say.

/// The highest grade.
const GRADE_MAX: f64 = 6.0;

const PAGES: &[(&str, &str)] = &[
    ("closing", include_str!("../../templates/closing.html")),
    ("person", include_str!("../../templates/person.html")),
    ("receipt", include_str!("../../templates/receipt.html")),
    ("request", include_str!("../../templates/request.html")),
    ("wrong", include_str!("../../templates/wrong.html")),
];

/// Takes out what stands between two marks.
fn without(text: &str, open: &str, close: &str, instead: &str) -> String {
    let mut parts = text.split(open);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(instead);
        kept.push_str(part.split_once(close).map_or("", |(_, rest)| rest));
    }
    kept
}

/// The sentences of a template: what stands in its paragraphs, items, labels and headings, short calls left out.
fn sentences(template: &str) -> Vec<Vec<String>> {
    let template = without(&without(template, "{%", "%}", ""), "{{", "}}", "X");
    let blocks = template.split('<').flat_map(|tag| {
        let is_inline = ["strong", "/strong", "bdi", "/bdi", "a ", "/a", "code", "/code", "time", "/time"];
        let glue = if is_inline.iter().any(|name| tag.starts_with(name)) { "" } else { "\n" };
        [glue.to_owned(), tag.split_once('>').map_or(String::new(), |(_, text)| text.to_owned())]
    });
    let text: String = blocks.collect();
    let ends = ['.', '!', '?', ':', '\n'];
    let words = |sentence: &str| {
        let letters =
            |word: &str| word.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        sentence.split_whitespace().map(letters).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    text.split(ends).map(words).filter(|words| words.len() > 3).collect()
}

/// Syllables of an English word: groups of vowels, a silent e at the end not counted.
fn syllables(word: &str) -> usize {
    let is_vowel = |letter: char| "aeiouy".contains(letter);
    let groups = word.split(|letter| !is_vowel(letter)).filter(|group| !group.is_empty()).count();
    let is_silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(is_silent && groups > 0)).max(1)
}

fn grade(template: &str) -> f64 {
    let sentences = sentences(template);
    let n_words = sentences.iter().map(Vec::len).sum::<usize>() as f64;
    let n_syllables = sentences.iter().flatten().map(|word| syllables(word)).sum::<usize>() as f64;
    0.39 * n_words / sentences.len() as f64 + 11.8 * n_syllables / n_words - 15.59
}

#[test]
fn the_persons_pages_are_easy_to_read() {
    for (name, template) in PAGES {
        let grade = grade(template);
        assert!(grade <= GRADE_MAX, "the page {name} needs {grade:.1} years of school");
    }
}

#[test]
fn the_measure_tells_easy_from_hard() {
    let easy = "<p>The value is wrong. Tell us what is right.</p>";
    let hard = "<p>Notwithstanding statutory provisions concerning administrative rectification, determinations \
                necessitate comprehensive evidentiary substantiation.</p>";
    assert!(grade(easy) < 3.0, "{}", grade(easy));
    assert!(grade(hard) > 15.0, "{}", grade(hard));
}
