//! A table of a contract that lies in a database: which relation it is, and what is read of it.

use redress_ports::{ReadError, RelationAsked};

use crate::contract::{Contract, Format, Table};
use crate::header;

/// Longest name of a schema, table or column, in bytes: PostgreSQL's own limit.
const NAME_BYTES_MAX: usize = 63;

/// Schema and name of a relation, letter for letter as the database keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelationName {
    pub(crate) schema: String,
    pub(crate) name: String,
}

impl std::fmt::Display for RelationName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

impl RelationName {
    /// Reads `schema.name`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_name =
            |part: &str| (1..=NAME_BYTES_MAX).contains(&part.len()) && !part.contains(['\0', '.', '"']);
        match text.split_once('.') {
            Some((schema, name)) if is_name(schema) && is_name(name) => {
                Ok(Self { schema: schema.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!(
                "relation {text:?} is not the schema and the name of a table or view such as `registry.people`, each of 1 to \
                 {NAME_BYTES_MAX} bytes without dot or quote: put a view with such a name before it"
            )),
        }
    }
}

/// Asks whether anything would be read that is refused: of a file such a column can only be dropped, of a database it is
/// not even asked for.
///
/// # Errors
/// [`ReadError::Refused`] with the first such column and the ground.
pub(crate) fn check_columns(table: &Table, contract: &str) -> Result<(), ReadError> {
    for column in columns(table).iter().flatten() {
        if let Some(ground) = header::ground(table, column) {
            return Err(ReadError::Refused(format!(
                "contract {contract}: table `{}`: column `{column}` would be read from the database, but it is refused: \
                 {ground}. Take it out of the table, its key and its rules included",
                table.name
            )));
        }
    }
    Ok(())
}

/// The columns that are read of a table, the key first, each by its name and its aliases.
fn columns(table: &Table) -> Vec<Vec<String>> {
    let key = std::iter::once(table.key.as_str());
    let mut columns: Vec<Vec<String>> = Vec::new();
    for name in key.chain(table.about.as_deref()).chain(header::named(table)) {
        if columns.iter().all(|known| known.first().is_none_or(|first| first != name)) {
            let declared = table.columns.iter().find(|column| column.name == name);
            let aliases = declared.into_iter().flat_map(|column| column.aliases.iter().cloned());
            columns.push(std::iter::once(name.to_owned()).chain(aliases).collect());
        }
    }
    columns
}

impl Contract {
    /// The relations of its tables, the lead table first; `covered` are the sections of which every row is read.
    ///
    /// # Errors
    /// [`ReadError::Call`] for a table that lies in no database, and for a section that no table has.
    pub fn relations(&self, covered: &[String]) -> Result<Vec<RelationAsked>, ReadError> {
        self.check_sections(covered, "the sections that the call names as covered")?;
        self.tables().iter().map(|table| self.relation(table, covered)).collect()
    }

    fn relation(&self, table: &Table, covered: &[String]) -> Result<RelationAsked, ReadError> {
        let Format::Postgresql(relation) = &table.format else {
            return Err(ReadError::Call(format!(
                "contract {}: table `{}` lies in no database: write `format = \"postgresql\"` and its relation, or import the \
                 folder of an extract",
                self.name, table.name
            )));
        };
        Ok(RelationAsked {
            schema: relation.schema.clone(),
            name: relation.name.clone(),
            file: table.file.clone(),
            columns: columns(table),
            is_covered: table.is_covered(covered),
            is_counted: table.sealed.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let read = RelationName::parse(text);
        let parts = read.as_ref().ok().map(|read| (read.schema.as_str(), read.name.as_str()));
        assert_eq!(parts, expected, "{text}: {read:?}");
    }

    #[test]
    fn a_relation_is_named_by_schema_and_name_letter_for_letter() {
        check("registry.people", Some(("registry", "people")));
        check("Registry.Orders of court", Some(("Registry", "Orders of court")));
        check("people", None);
        check("", None);
        check("registry.", None);
        check("a.b.c", None);
        check("registry.\"people\"", None);
        check("registry.peo\0ple", None);
        check(&format!("registry.{}", "é".repeat(32)), None);
    }

    #[test]
    fn each_column_is_asked_for_once_and_the_key_first() {
        let contract = r#"
            [source]
            id = "registry"
            title = "Registry"
            owner = "Office (invented)"

            [[table]]
            name = "people"
            format = "postgresql"
            relation = "registry.people"
            sections = ["people", "parcels"]
            lead = true
            key = "no"
            about = "household"

            [table.columns]
            born = { attribute = "birth_date", only_when = { column = "kind", in = ["P"] } }
            no = { pattern = "^R", aliases = ["number"] }
            surname = { attribute = "family_name", aliases = ["last_name"] }

            [table.sealed]
            surname = ["WITHHELD"]
        "#;
        let contract = Contract::from_toml(contract, "r.toml").unwrap();
        let asked = contract.relations(&["people".to_owned()]).unwrap();
        let columns: Vec<String> = asked[0].columns.iter().map(|names| names.join("|")).collect();
        assert_eq!(columns, ["no|number", "household", "born", "kind", "surname|last_name"]);
        assert_eq!((asked[0].file.as_str(), asked[0].is_covered), ("people.jsonl", false));
        assert!(!asked[0].is_counted, "some of its rows are sealed");
    }

    #[test]
    fn the_contract_that_comes_as_an_example_names_its_relations() {
        let contract = include_str!("../../../contracts/registry.toml");
        let contract = Contract::from_toml(contract, "registry.toml").unwrap();
        let asked = contract.relations(&["people".to_owned()]).unwrap();
        let said: Vec<String> =
            asked.iter().map(|relation| format!("{relation} {}", relation.is_covered)).collect();
        assert_eq!(said, ["registry.people true", "registry.name_changes_in_force false"]);
        assert!(asked.iter().all(|relation| relation.is_counted));
    }
}
