//! What the charter refuses, told from the name of a column.
//!
//! A contract cannot switch this off: a column that is refused here is dropped whatever the contract says,
//! and a contract that maps it to an attribute is refused as a whole.

/// One ground of refusal with the names that it catches.
struct Ground {
    /// The ground, as it is reported.
    text: &'static str,
    /// Words that are refused when they stand alone in a column's name.
    words: &'static [&'static str],
    /// Letters that are refused anywhere in a column's name, written without separators.
    stems: &'static [&'static str],
}

const GROUNDS: &[Ground] = &[
    Ground {
        text: "place or movement inside a country (charter 1)",
        words: &["lat", "lon", "lng", "gps", "geo", "location"],
        stems: &["latitude", "longitude", "coordinate", "geoloc", "geohash"],
    },
    Ground {
        text: "place of a border event (charter 1)",
        words: &["port", "poe"],
        stems: &["portofentry", "entryport", "crossingpoint"],
    },
    Ground {
        text: "vehicle or plate (charter 1)",
        words: &["plate", "plates", "vin", "car"],
        stems: &["vehicle", "licenseplate", "licenceplate", "platenumber"],
    },
    Ground {
        text: "device or telephone record (charter 1)",
        words: &["device", "devices", "imsi", "mac", "ip"],
        stems: &["imei", "ipaddress", "macaddress", "deviceid", "phonerecord", "callrecord"],
    },
    Ground {
        text: "biometrics (charter 2)",
        words: &["photo", "photos", "face", "facial", "iris", "retina", "dna", "prints"],
        stems: &["biometric", "fingerprint", "photoid", "photograph"],
    },
    Ground {
        text: "physical descriptor (charter 2)",
        words: &["hair", "eye", "eyes", "scar", "scars", "height", "weight", "complexion"],
        stems: &["tattoo"],
    },
    Ground {
        text: "place of detention (charter 1)",
        words: &[],
        stems: &["detention", "inmate", "correctional"],
    },
    Ground {
        text: "threat, gang, criminal or priority field (charter 3)",
        words: &["threat", "risk", "gang", "gangs", "crim", "crime", "danger"],
        stems: &["priority", "criminal", "felon", "watchlist", "threatlevel"],
    },
    Ground {
        text: "ethnicity or religion (charter 5)",
        words: &["race", "tribe", "faith"],
        stems: &["ethnic", "religio"],
    },
];

/// Published columns in whose names `lng` marks a long number and no longitude, letter for letter.
const LONG_NUMBERS: [&str; 1] = ["lngAppealID"];

/// The ground on which the charter refuses a column of this name. None when it does not.
///
/// Separators and case do not matter: `PortOfEntry`, `port_of_entry` and `PORT OF ENTRY` are one name.
///
/// ```
/// use redress_sources::charter;
/// assert_eq!(charter::refusal_ground("hair_color"), Some("physical descriptor (charter 2)"));
/// assert_eq!(charter::refusal_ground("passport_number"), None);
/// ```
#[must_use]
pub fn refusal_ground(column: &str) -> Option<&'static str> {
    if LONG_NUMBERS.contains(&column) {
        return None;
    }
    let words = words(column);
    let joined = words.concat();
    GROUNDS
        .iter()
        .find(|ground| {
            ground.words.iter().any(|refused| words.iter().any(|word| word == refused))
                || ground.stems.iter().any(|stem| joined.contains(stem))
        })
        .map(|ground| ground.text)
}

/// The words of a column's name in lower case: split at signs, at digits and where a capital follows a small letter.
fn words(column: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in column.chars() {
        let is_start = c.is_uppercase() && after_small;
        if is_start || !c.is_alphabetic() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphabetic(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_charter_names_is_refused_however_it_is_spelled() {
        for column in [
            "latitude",
            "lng",
            "lngDegrees",
            "lngappealid_lng",
            "GPS",
            "lat_1",
            "geoLocation",
            "port_of_entry",
            "PortOfEntry",
            "ARR_PORT",
            "vehicle_plate",
            "VEHICLE VIN",
            "plate",
            "device_id",
            "IMEI",
            "photo_id",
            "fingerprints",
            "hair_color",
            "eyeColor",
            "tattoos",
            "SCARS",
            "height",
            "weight_kg",
            "threat_level",
            "risk",
            "gang_member",
            "criminal_history",
            "priority",
            "CASEPRIORITY_CODE",
            "CRIM_IND",
            "AGGRAVATE_FELON",
            "DETENTION_DATE",
            "DETENTION_LOCATION",
            "DETENTION_FACILITY_TYPE",
            "INMATE_HOUSING",
            "CORRECTIONAL_FAC",
            "DCO_LOCATION",
            "religion",
            "Ethnicity",
        ] {
            assert!(refusal_ground(column).is_some(), "{column} was let in");
        }
    }

    #[test]
    fn what_checks_and_notices_read_is_let_in() {
        for column in [
            "passport_number",
            "birth_country",
            "template_no",
            "trace_id",
            "LATEST_HEARING",
            "class_of_admission",
            "arrival_mode",
            "HEARING_LOC_CODE",
            "CUSTODY",
            "ADDRESS_LINE",
            "datAppealFiled",
            "LANG",
            "sex",
            "case_status",
            "departure_basis",
            "ABSENTIA",
            "weighted",
            "lngAppealID",
            "DEPORTED_1",
        ] {
            assert_eq!(refusal_ground(column), None, "{column} was refused");
        }
    }
}
