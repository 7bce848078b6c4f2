//! The text of the query. Names of a contract and of a database stand in it quoted, never as they are.

use redress_ports::RelationAsked;

/// Most bytes of one row in the columns that are read. No admitted value is anywhere near.
pub(super) const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Places in an answer: the bytes of the row, then its cells, the key first.
pub(super) const LENGTH_IDX: usize = 0;
/// See [`LENGTH_IDX`].
pub(super) const FIRST_CELL_IDX: usize = 1;

/// The name of the cursor of a number.
pub(super) fn cursor(number: usize) -> String {
    format!("redress_rows_{number}")
}

/// Declares the cursor of a number over the rows of a relation in the byte order of their key. Cells of a row that is too long do not
/// leave the server.
pub(super) fn declare(number: usize, relation: &RelationAsked, columns: &[String]) -> String {
    let cursor = cursor(number);
    let number = |at: usize| format!("c{at}");
    let each = |form: &dyn Fn(usize) -> String, between: &str| {
        (0..columns.len()).map(form).collect::<Vec<_>>().join(between)
    };
    let cells = columns.iter().enumerate();
    let cells: Vec<String> =
        cells.map(|(at, name)| format!("r.{}::text COLLATE \"C\" AS {}", quoted(name), number(at))).collect();
    format!(
        "DECLARE {cursor} NO SCROLL CURSOR FOR SELECT n_bytes::text, {} \
         FROM (SELECT {}, {} AS n_bytes FROM (SELECT {} FROM {}.{} AS r) AS cells) AS measured ORDER BY c0",
        each(&|at| format!("CASE WHEN n_bytes <= {ROW_BYTES_MAX} THEN {} END", number(at)), ", "),
        each(&number, ", "),
        each(&|at| format!("COALESCE(octet_length({})::bigint, 0)", number(at)), " + "),
        cells.join(", "),
        quoted(&relation.schema),
        quoted(&relation.name),
    )
}

/// A name as SQL takes it letter for letter, whatever it holds.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name_whatever_it_holds() {
        let relation = RelationAsked {
            schema: "the \"old\" one".to_owned(),
            name: "people; DROP TABLE people".to_owned(),
            file: "people.jsonl".to_owned(),
            columns: Vec::new(),
            is_covered: true,
            is_counted: true,
        };
        let sql = declare(0, &relation, &["Id\"; --".to_owned(), "né".to_owned()]);
        assert!(
            sql.contains(
                "(SELECT r.\"Id\"\"; --\"::text COLLATE \"C\" AS c0, r.\"né\"::text COLLATE \"C\" AS c1 \
             FROM \"the \"\"old\"\" one\".\"people; DROP TABLE people\" AS r)"
            ),
            "{sql}"
        );
    }
}
