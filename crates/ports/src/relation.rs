//! What is read of a database's relations, and what was found there.

/// A relation of a database, with the columns that its contract declares. Nothing else of it is read.
///
/// ```
/// use redress_ports::RelationAsked;
/// let asked = RelationAsked {
///     schema: "registry".to_owned(),
///     name: "people".to_owned(),
///     file: "people.jsonl".to_owned(),
///     columns: vec![vec!["id".to_owned()], vec!["surname".to_owned(), "last_name".to_owned()]],
///     is_covered: true,
///     is_counted: true,
/// };
/// assert_eq!(asked.to_string(), "registry.people");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationAsked {
    /// The schema, letter for letter as the database keeps its name.
    pub schema: String,
    /// The table or view within the schema, letter for letter.
    pub name: String,
    /// The file that its rows become.
    pub file: String,
    /// The columns that are read, each by its name and then its aliases, of which the first that is there counts. The first
    /// column is the key of the row.
    pub columns: Vec<Vec<String>>,
    /// Whether the extract is said to have every row of it.
    pub is_covered: bool,
    /// Whether it may be told how many rows it has: not where some of them are sealed, and so are as if they were not there.
    pub is_counted: bool,
}

impl std::fmt::Display for RelationAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// What was read of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationRead {
    /// Rows that were written.
    pub n_rows: u64,
    /// Columns that the relation has and of which nothing was read, in its own order.
    pub left_out: Vec<String>,
}
