//! Invented addresses: real-looking cities with their ZIP ranges and courts, invented streets.

use crate::chance::Chance;

/// A city that mail can be sent to, and the immigration court that would hold a case of someone living there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct City {
    /// Name as the post writes it, with its accents.
    pub(crate) name: &'static str,
    /// State, two letters.
    pub(crate) state: &'static str,
    /// First ZIP of the range used here; the range has [`ZIPS_PER_CITY`] codes.
    pub(crate) zip: u32,
    /// Base city code of the court, three letters.
    pub(crate) court: &'static str,
}

/// ZIP codes used per city, from its first.
const ZIPS_PER_CITY: u32 = 8;

const fn city(name: &'static str, state: &'static str, zip: u32, court: &'static str) -> City {
    City { name, state, zip, court }
}

/// The cities, the largest first.
const CITIES: &[City] = &[
    city("Houston", "TX", 77001, "HOU"),
    city("Miami", "FL", 33125, "MIA"),
    city("Los Angeles", "CA", 90001, "LOS"),
    city("New York", "NY", 10025, "NYC"),
    city("Chicago", "IL", 60608, "CHI"),
    city("San Antonio", "TX", 78201, "SNA"),
    city("Dallas", "TX", 75201, "DAL"),
    city("Atlanta", "GA", 30303, "ATL"),
    city("Boston", "MA", 2118, "BOS"),
    city("Baltimore", "MD", 21205, "BAL"),
    city("Newark", "NJ", 7102, "NEW"),
    city("Orlando", "FL", 32801, "ORL"),
    city("Denver", "CO", 80202, "DEN"),
    city("Seattle", "WA", 98101, "SEA"),
    city("San Francisco", "CA", 94110, "SFR"),
    city("Phoenix", "AZ", 85003, "PHO"),
    city("Las Vegas", "NV", 89101, "LVG"),
    city("Charlotte", "NC", 28202, "CHL"),
    city("Memphis", "TN", 38103, "MEM"),
    city("New Orleans", "LA", 70112, "NOL"),
    city("El Paso", "TX", 79901, "ELP"),
    city("Omaha", "NE", 68102, "OMA"),
    city("Philadelphia", "PA", 19121, "PHI"),
    city("Detroit", "MI", 48201, "DET"),
    city("Cleveland", "OH", 44102, "CLE"),
    city("Salt Lake City", "UT", 84101, "SLC"),
    city("San Diego", "CA", 92101, "SND"),
    city("Española", "NM", 87532, "ELP"),
    city("Cañon City", "CO", 81212, "DEN"),
    city("Mayagüez", "PR", 680, "MIA"),
    city("San Germán", "PR", 667, "MIA"),
    city("La Cañada", "CA", 91011, "LOS"),
];

/// Invented street names.
const STREETS: &[&str] = &[
    "Alder Creek",
    "Amberfield",
    "Birchmont",
    "Blue Heron",
    "Bramblewood",
    "Calloway",
    "Cedar Hollow",
    "Chestnut Bend",
    "Clearbrook",
    "Copper Kettle",
    "Crestline",
    "Dove Hollow",
    "Eastmoor",
    "Elderberry",
    "Fallow Field",
    "Fernleaf",
    "Foxglove",
    "Glenharrow",
    "Granite Pass",
    "Hartwell",
    "Hazelnut",
    "Hollybrook",
    "Ironbridge",
    "Juniper Flat",
    "Kestrel",
    "Lantern Hill",
    "Larkmeadow",
    "Linden Grove",
    "Maplehurst",
    "Millrace",
    "Mossy Oak",
    "Northgate",
    "Old Orchard",
    "Otter Point",
    "Palisade View",
    "Pepperwood",
    "Quarry Ridge",
    "Quillstone",
    "Red Barn",
    "Rosewater",
    "Rushford",
    "Sagebrush",
    "Shady Ford",
    "Silverleaf",
    "Sparrow Point",
    "Stonecutter",
    "Summerfield",
    "Tanglewood",
    "Thistledown",
    "Three Pines",
    "Turnstone",
    "Umberland",
    "Valley Forge Mill",
    "Violet Ridge",
    "Walnut Bottom",
    "Westerly",
    "Whitepost",
    "Willow Run",
    "Windmere",
    "Yarrow",
];

/// Kinds of street.
const STREET_KINDS: &[&str] = &["St", "Ave", "Rd", "Dr", "Ln", "Blvd", "Ct", "Pl"];

/// Where mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// House number, street and unit.
    pub(crate) line: String,
    /// City with state and court.
    pub(crate) city: &'static City,
    /// ZIP code, five digits.
    pub(crate) zip: String,
}

impl Address {
    /// An invented address in any city.
    pub(crate) fn any(chance: &mut Chance) -> Self {
        let city = chance.skewed(CITIES);
        Self::within(city, chance)
    }

    /// Another invented address, most often in the same city.
    pub(crate) fn next_after(&self, chance: &mut Chance) -> Self {
        let mut next = if chance.permille(650) { Self::within(self.city, chance) } else { Self::any(chance) };
        if next.line == self.line {
            next.line.insert(0, '1');
        }
        next
    }

    fn within(city: &'static City, chance: &mut Chance) -> Self {
        let number = chance.between(101, 9899);
        let mut line = format!("{number} {} {}", chance.pick(STREETS), chance.pick(STREET_KINDS));
        if chance.permille(450) {
            line.push_str(&format!(", Apt {}", chance.between(1, 48)));
        }
        let zip = city.zip + chance.below(ZIPS_PER_CITY);
        Self { line, city, zip: format!("{zip:05}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    #[test]
    fn a_move_changes_the_address_line() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..1000 {
            let address = Address::any(&mut chance);
            assert_ne!(address.line, address.next_after(&mut chance).line);
            assert_eq!(address.zip.len(), 5);
        }
    }

    #[test]
    fn city_names_fit_the_courts_single_byte_encoding_and_field() {
        for city in CITIES {
            assert!(city.name.chars().all(|c| u32::from(c) < 256), "{}", city.name);
            assert!(city.name.chars().count() <= 15, "{}", city.name);
        }
    }
}
