//! Free texts are taken out of an event before it is stored, and put back when it is read.
//!
//! `{"words": "…"}` becomes `{"words_at": 0}` with the text in table `payload`; an erased text comes back as
//! `{"words_erased": true}`, which is [`redress_casefile::Words::Erased`].

use serde_json::{Map, Value, json};

/// Takes the texts out of `value`, in the order in which they stand, and leaves their ordinals.
pub(crate) fn take_out(value: &mut Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(object) => match only_member(object, "words").and_then(Value::as_str) {
            Some(text) => {
                let ordinal = texts.len();
                texts.push(text.to_owned());
                *value = json!({ "words_at": ordinal });
            }
            None => object.values_mut().for_each(|member| take_out(member, texts)),
        },
        Value::Array(items) => items.iter_mut().for_each(|item| take_out(item, texts)),
        _ => (),
    }
}

/// Puts the texts back. `texts` holds None for one that was erased.
///
/// # Errors
/// The ordinal that has no text.
pub(crate) fn put_back(value: &mut Value, texts: &[Option<String>]) -> Result<(), u64> {
    match value {
        Value::Object(object) => match only_member(object, "words_at").and_then(Value::as_u64) {
            Some(ordinal) => {
                let index = usize::try_from(ordinal).map_err(|_| ordinal)?;
                *value = match texts.get(index).ok_or(ordinal)? {
                    Some(text) => json!({ "words": text }),
                    None => json!({ "words_erased": true }),
                };
                Ok(())
            }
            None => object.values_mut().try_for_each(|member| put_back(member, texts)),
        },
        Value::Array(items) => items.iter_mut().try_for_each(|item| put_back(item, texts)),
        _ => Ok(()),
    }
}

fn only_member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|_| object.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_and_go_back() {
        let event =
            json!({ "a": { "words": "one" }, "b": [{ "c": { "words": "two" } }], "words": "a member" });
        let (mut value, mut texts) = (event.clone(), Vec::new());
        take_out(&mut value, &mut texts);
        assert_eq!(texts, ["one", "two"]);
        assert!(!value.to_string().contains("two"));
        let mut whole = value.clone();
        let kept: Vec<_> = texts.into_iter().map(Some).collect();
        put_back(&mut whole, &kept).unwrap();
        assert_eq!(whole, event);
        put_back(&mut value, &[None, kept[1].clone()]).unwrap();
        assert_eq!(value["a"], json!({ "words_erased": true }));
        assert_eq!(put_back(&mut json!({ "words_at": 2 }), &kept), Err(2));
    }
}
