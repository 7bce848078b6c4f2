//! The note that lies beside an extract: which day it describes, and what it covers.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use redress_ports::ReadError;
use serde::{Deserialize, Serialize};

use crate::contract_text;

/// Name of the note in the folder of an extract.
pub const MANIFEST_FILE: &str = "manifest.toml";

/// What a missing manifest is asked for.
pub(crate) const WHAT_IT_SAYS: &str = "write one with `as_of`, the day that the extract describes (`as_of = \"2026-10-31\"`), and `sections`, \
     those of which it has every row";

/// The completeness statement of an extract.
///
/// ```
/// use redress_sources::Manifest;
/// let manifest = Manifest::from_toml("as_of = \"2026-10-31\"\nsections = [\"crossings\"]", "manifest.toml")?;
/// assert_eq!(manifest.as_of.to_string(), "2026-10-31");
/// # Ok::<(), redress_ports::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The date that the source says its data describe.
    pub as_of: Date,
    /// What the extract covers. A section that is not named says nothing about who is absent.
    #[serde(default)]
    pub sections: Vec<String>,
    /// Sections of which the source was asked, as many rows are missing, and confirmed that the extract has every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<String>,
    /// Sections in which each person whose record was changed since the extract before had a notice of their own, as the source says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noticed: Vec<String>,
    /// Sections in which somebody looked at each record that was changed since the extract before, as the source says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewed: Vec<String>,
    /// By table, columns that the source has and without which the extract was made. They are reported as not taken in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, Vec<String>>,
    /// Whose travel history the extract holds, where it holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traveler: Option<Traveler>,
}

/// The person whose travel history an extract holds, as the person writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traveler {
    /// Family name or names.
    pub family_name: String,
    /// Given name or names. Empty for a person with one name.
    #[serde(default)]
    pub given_name: String,
    /// Day of birth, such as `1990-03-04`. Empty where it is not told.
    #[serde(default)]
    pub birth_date: String,
    /// Number of the passport or travel document with which the history was asked for.
    pub passport_number: String,
}

impl Manifest {
    /// Reads a manifest; `name` is what errors call it. A key that is not known is refused: a misspelt one would say nothing.
    ///
    /// # Errors
    /// [`ReadError::Call`] with line and key when the text is not a manifest.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| contract_text::toml_error("manifest", name, text, &error))
    }

    /// The manifest as the text of its file.
    ///
    /// # Errors
    /// [`ReadError::System`] when it cannot be put into TOML, which no manifest that was read does.
    ///
    /// ```
    /// use redress_sources::Manifest;
    /// let text = "as_of = \"2026-10-31\"\nsections = [\"crossings\"]\n";
    /// assert_eq!(Manifest::from_toml(text, "manifest.toml")?.to_toml()?, text);
    /// # Ok::<(), redress_ports::ReadError>(())
    /// ```
    pub fn to_toml(&self) -> Result<String, ReadError> {
        toml::to_string(self)
            .map_err(|error| ReadError::System(format!("the manifest cannot be written: {error}")))
    }

    /// Reads [`MANIFEST_FILE`] in the folder of an extract.
    ///
    /// # Errors
    /// [`ReadError::Call`] when it is not there or is no manifest, [`ReadError::Input`] when it cannot be read.
    pub fn of_extract(folder: &Path) -> Result<Self, ReadError> {
        let path = folder.join(MANIFEST_FILE);
        if !path.exists() {
            return Err(ReadError::Call(format!("{}: there is no manifest: {WHAT_IT_SAYS}", path.display())));
        }
        let text = contract_text::read_small(&path)?;
        Self::from_toml(&text, &path.display().to_string())
    }
}
