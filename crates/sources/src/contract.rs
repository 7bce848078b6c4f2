//! The contract under which a source is read: who owns it, what for, until when, and which columns.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_ports::{Agreement, ReadError};
use redress_statement::{Attribute, SourceId};
use regex::Regex;

use crate::contract_text;
use crate::encoding::Encoding;
use crate::ftm::Kinds;
use crate::manifest::Manifest;
use crate::niem::NiemForm;
use crate::relation::RelationName;
use crate::workbook::HeadingRow;

/// A source as its contract declares it. Only a valid contract can be built.
#[derive(Clone, Debug)]
pub struct Contract {
    pub(crate) name: String,
    pub(crate) source: SourceId,
    pub(crate) title: String,
    pub(crate) owner: String,
    pub(crate) birth_date_default: Option<(u8, u8)>,
    pub(crate) is_public_release: bool,
    pub(crate) never_joined_with: Vec<SourceId>,
    pub(crate) terms: Option<Terms>,
    pub(crate) tables: Vec<Table>,
}

/// What owner and reader agreed on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    pub(crate) purpose: String,
    pub(crate) authority: String,
    pub(crate) elements: Vec<String>,
    pub(crate) accuracy_assessment: String,
    pub(crate) signed: Date,
    pub(crate) expires: Date,
    /// Days after the extract that first showed a record, for which it may be kept. None where none are agreed.
    pub(crate) keep_days: Option<u32>,
    /// The last day on which any record may be kept. None where none is agreed.
    pub(crate) retain_until: Option<Date>,
}

/// One file of a source.
#[derive(Clone, Debug)]
pub struct Table {
    /// The table's name within its source.
    pub name: String,
    /// The file's name within the folder of an extract.
    pub file: String,
    /// Whether its keys are the source's bare keys.
    pub is_lead: bool,
    /// Whether its rows describe people and take part in linkage.
    pub is_identity: bool,
    /// The sections that its rows belong to, at least one: what a manifest names when an extract has all of them.
    pub sections: Vec<String>,
    pub(crate) format: Format,
    pub(crate) counts: Option<String>,
    pub(crate) key: String,
    pub(crate) about: Option<String>,
    /// In the order of their names: the order in which a file has them is the file's business.
    pub(crate) columns: Vec<Column>,
    pub(crate) refused: Vec<(String, String)>,
    /// Columns with the values by which a row is sealed: read past, and told of nowhere.
    pub(crate) sealed: Vec<(String, Vec<String>)>,
}

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Delimited(Layout),
    Ftm(Kinds),
    JsonLines,
    Niem {
        form: NiemForm,
        /// Name of the element of a record.
        record: String,
    },
    Parquet,
    /// Rows of a relation, as JSON Lines once they are read.
    Postgresql(RelationName),
    TravelHistory,
    Xlsx {
        /// Where the header of each sheet stands.
        heading: HeadingRow,
    },
}

/// How delimited text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    pub(crate) is_quoted: bool,
    pub(crate) encoding: Encoding,
}

/// A column that is read.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    /// None for a column that is read only to tell a shifted row, and never stored.
    pub(crate) attribute: Option<Attribute>,
    /// Always there when the attribute is a date.
    pub(crate) format: Option<String>,
    pub(crate) pattern: Option<Regex>,
    pub(crate) is_required: bool,
    /// Whether a row that a source sends by itself may have no such member.
    pub(crate) may_be_left_out: bool,
    /// What the source writes for "not recorded", beside what every source writes.
    pub(crate) null: Vec<String>,
    pub(crate) only_when: Option<OnlyWhen>,
    /// What a text that has a phrase in it is read as, the first that fits.
    pub(crate) phrases: Vec<Phrase>,
}

/// A phrase of a source, and the code that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrase {
    pub(crate) says: String,
    pub(crate) code: String,
}

/// A column is taken in only from rows where another column has one of some values.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlyWhen {
    pub(crate) column: String,
    #[serde(rename = "in")]
    pub(crate) values: Vec<String>,
}

impl Table {
    /// The same table, whose rows are sealed where they are about one of these keys as well.
    pub(crate) fn sealed_about(mut self, keys: &BTreeSet<String>) -> Self {
        self.sealed.extend(self.about.clone().map(|about| (about, keys.iter().cloned().collect())));
        self
    }

    /// Whether an extract that covers these sections has all rows of the table.
    pub(crate) fn is_covered(&self, sections: &[String]) -> bool {
        self.sections.iter().all(|section| sections.contains(section))
    }
}

impl Contract {
    /// Reads a contract; `name` is what errors call it, such as its path.
    ///
    /// # Errors
    /// [`ReadError::Call`] with key, value and what is allowed when the text is not a contract or contradicts
    /// itself; [`ReadError::Refused`] when it maps a column that the charter refuses to an attribute.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ReadError> {
        contract_text::read(text, name)
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// Sources whose rows must never lie beside the rows of this one.
    #[must_use]
    pub fn never_joined_with(&self) -> &[SourceId] {
        &self.never_joined_with
    }

    /// What the source is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether the source is a release to the public, whose rows nothing joins to anybody.
    #[must_use]
    pub fn is_public_release(&self) -> bool {
        self.is_public_release
    }

    /// Its tables, the lead table first, the others in the order of the contract.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The agreement as it is stored; `sections` is what the newest extract says it covers.
    ///
    /// # Errors
    /// [`ReadError::Refused`] when the contract has no agreement.
    pub fn agreement(&self, sections: &[String]) -> Result<Agreement, ReadError> {
        let terms = self.terms()?;
        Ok(Agreement {
            source: self.source.clone(),
            title: self.title.clone(),
            owner: self.owner.clone(),
            purpose: terms.purpose.clone(),
            authority: terms.authority.clone(),
            accuracy_assessment: terms.accuracy_assessment.clone(),
            elements: terms.elements.clone(),
            signed: terms.signed,
            expires: terms.expires,
            keep_days: terms.keep_days,
            retain_until: terms.retain_until,
            birth_date_default: self.birth_date_default,
            sections: sections.to_vec(),
            is_public_release: self.is_public_release,
        })
    }

    /// Asks whether `named_in`, such as a manifest, names sections of this source only. A word that no table knows would
    /// pass for a statement about rows, and be none.
    ///
    /// # Errors
    /// [`ReadError::Call`] with the first section that no table has, and those that there are.
    pub(crate) fn check_sections(&self, sections: &[String], named_in: &str) -> Result<(), ReadError> {
        let known: BTreeSet<&String> = self.tables.iter().flat_map(|table| &table.sections).collect();
        match sections.iter().find(|section| !known.contains(section)) {
            None => Ok(()),
            Some(section) => Err(ReadError::Call(format!(
                "{named_in}: no table of source `{}` has the section `{section}`: name those of which the extract \
                 has every row, among {}, or correct `sections` of the table in contract {}",
                self.source,
                known.into_iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", "),
                self.name
            ))),
        }
    }

    /// Asks whether a manifest tells of left-out columns of tables of this source only.
    ///
    /// # Errors
    /// [`ReadError::Call`] with the first table that there is not.
    pub(crate) fn check_left_out(&self, manifest: &Manifest, named_in: &str) -> Result<(), ReadError> {
        let is_known = |name: &&String| self.tables.iter().any(|table| table.name == **name);
        match manifest.left_out.keys().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => Err(ReadError::Call(format!(
                "{named_in}: left_out names the table `{name}`, which source `{}` does not have: correct its name",
                self.source
            ))),
        }
    }

    /// Asks whether the source may be read on a day. First and last day of the agreement count.
    ///
    /// # Errors
    /// [`ReadError::Refused`] when there is no agreement, it has expired, or it is not yet in force.
    pub fn check_in_force(&self, on: Date) -> Result<(), ReadError> {
        let terms = self.terms()?;
        let (name, source) = (&self.name, &self.source);
        if on > terms.expires {
            return Err(ReadError::Refused(format!(
                "contract {name}: the agreement on source `{source}` expired on {}, and today is {on}: agree \
                 anew with {} and write the new last day as agreement.expires",
                terms.expires, self.owner
            )));
        }
        if on < terms.signed {
            return Err(ReadError::Refused(format!(
                "contract {name}: the agreement on source `{source}` is in force from {}, and today is {on}: \
                 wait for that day, or correct agreement.signed",
                terms.signed
            )));
        }
        Ok(())
    }

    fn terms(&self) -> Result<&Terms, ReadError> {
        self.terms.as_ref().ok_or_else(|| {
            ReadError::Refused(format!(
                "contract {}: source `{}` has no agreement: agree with {} on purpose, authority, elements, \
                 accuracy and last day, and write them as [agreement]",
                self.name, self.source, self.owner
            ))
        })
    }
}
