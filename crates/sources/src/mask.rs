//! Takes out of free text what the charter refuses: coordinates, plates, vehicle numbers and device numbers.

use std::borrow::Cow;
use std::sync::LazyLock;

use redress_ports::ReadError;
use regex::{Captures, Regex};

/// What stands where something was taken out.
pub(crate) const MASKED: &str = "[masked]";

/// Two decimal degrees of three or more places side by side, or degrees and minutes.
const COORDINATES: &str = r"[-+]?\d{1,3}\.\d{3,}\s*°?\s*[NSns]?\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{3,}\s*°?\s*(?:[EWew]\b)?|\d{1,3}\s*°\s*\d{1,2}(?:\.\d+)?\s*['′’]\s*(?:\d{1,2}(?:\.\d+)?\s*[\x22″”]\s*)?[NSEWnsew]?";
/// A vehicle's plate or number after a word that announces it. Only a value with a digit is masked.
const PLATE: &str = r"(?i)\b((?:licen[cs]e\s+)?plates?|vehicle\s+tag|vin)\b((?:\s*(?:no\.?|number|is|[#:]))*\s*)([A-Z0-9]+(?:[ -][A-Z0-9]*\d[A-Z0-9]*)*)";
/// A device number: fifteen digits, as one or in the groups 2-6-6-1 (3GPP TS 23.003, section 6.2.1).
const DEVICE: &str = r"\b\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d\b";

/// The shortest texts that are masked: `vin 7` and degrees with minutes, whose two signs take three bytes.
const MASKED_BYTES_MIN: usize = 5;

/// Compiling takes longer than reading a short file, so it is done once.
static MASK: LazyLock<Result<Mask, regex::Error>> = LazyLock::new(Mask::try_new);

/// The patterns, compiled.
pub(crate) struct Mask {
    whole: [Regex; 2],
    plate: Regex,
}

impl Mask {
    pub(crate) fn get() -> Result<&'static Self, ReadError> {
        let failed =
            |error| ReadError::System(format!("a pattern of what is masked does not compile: {error}"));
        MASK.as_ref().map_err(failed)
    }

    fn try_new() -> Result<Self, regex::Error> {
        let whole = [Regex::new(COORDINATES)?, Regex::new(DEVICE)?];
        Ok(Self { whole, plate: Regex::new(PLATE)? })
    }

    /// The text without what is refused; borrowed when there was nothing to take out.
    pub(crate) fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // Everything that is masked has a digit, and most values have none or are shorter than the least that is masked.
        if text.len() < MASKED_BYTES_MIN || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return Cow::Borrowed(text);
        }
        let mut masked = Cow::Borrowed(text);
        for pattern in &self.whole {
            if let Cow::Owned(changed) = pattern.replace_all(&masked, MASKED) {
                masked = Cow::Owned(changed);
            }
        }
        let plates = self.plate.replace_all(&masked, |found: &Captures<'_>| {
            let part = |idx: usize| found.get(idx).map_or("", |part| part.as_str());
            let value = if part(3).bytes().any(|byte| byte.is_ascii_digit()) { MASKED } else { part(3) };
            [part(1), part(2), value].concat()
        });
        match plates {
            Cow::Owned(changed) if changed != *masked => Cow::Owned(changed),
            _ => masked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_goes_and_the_address_stays() {
        let mask = Mask::get().unwrap();
        for (text, expected) in [
            ("12 Main St Apt 3", "12 Main St Apt 3"),
            ("12 Main St (40.7128, -74.0060)", "12 Main St ([masked])"),
            ("40.7128 N, 74.0060 W", "[masked]"),
            ("40°42'46\"N 74°0'22\"W", "[masked] [masked]"),
            ("near 5th Ave, plate ABC-1234", "near 5th Ave, plate [masked]"),
            ("License plate no. 7 XYZ 123", "License plate no. [masked] XYZ 123"),
            ("VIN: 1HGCM82633A004352", "VIN: [masked]"),
            ("phone 490154203237518", "phone [masked]"),
            ("49-015420-323751-8", "[masked]"),
            ("Plate Johnson", "Plate Johnson"),
            ("12 Plate Road", "12 Plate Road"),
            ("1.5 miles, 2.5 km", "1.5 miles, 2.5 km"),
            ("Route 40.712", "Route 40.712"),
            ("vin 7", "vin [masked]"),
            ("9°9'", "[masked]"),
            ("", ""),
        ] {
            assert_eq!(mask.apply(text), expected, "{text:?}");
        }
    }
}
