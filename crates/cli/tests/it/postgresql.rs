//! Relations of a PostgreSQL database as a source: what comes in, what is never asked for, and every way to be refused.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use std::sync::Arc;

use redress_ports::{Page, Store as _};
use redress_store::SqlStore;
use redress_testkit::{CountingEntropy, contract_text};
use tempfile::TempDir;

use crate::{office::Done, postgresql_server::Server};

/// The tables of the registry: two relations of one database.
const TABLES: &str = r#"
[[table]]
name = "people"
format = "postgresql"
relation = "registry.people"
lead = true
identity = true
key = "id"

[table.columns]
surname = { attribute = "family_name", aliases = ["last_name"] }
born = { attribute = "birth_date" }
until = { attribute = "admitted_until", format = "iso" }
departed = { attribute = "departed" }
street = { attribute = "address_line" }

[[table]]
name = "orders"
format = "postgresql"
relation = "registry.Orders of court"
key = "no"
about = "person"

[table.columns]
entered = { attribute = "order_on" }
code = { attribute = "order_code" }
"#;

/// The relations, and a role that may read what the contract declares and nothing else.
const SCHEMA: &str = r#"
CREATE SCHEMA registry;
CREATE TABLE registry.people (
    id BIGINT, last_name TEXT, born DATE, until TIMESTAMPTZ, departed BOOLEAN, street VARCHAR(200),
    hair_color TEXT, notes TEXT);
CREATE TABLE registry."Orders of court" (no NUMERIC, person BIGINT, entered TIMESTAMP, code CHAR(4));
CREATE ROLE reader LOGIN PASSWORD 'geheim';
GRANT USAGE ON SCHEMA registry TO reader;
GRANT SELECT (id, last_name, born, until, departed, street) ON registry.people TO reader;
GRANT SELECT ON registry."Orders of court" TO reader;
INSERT INTO registry.people VALUES
    (1, E'O\'Brien "Bo" \\ Núñez\t\U0001F9A9', '1980-02-01', '2026-05-06 23:30:00-05', true, E'12 Main St\nFlat 3', 'red', 'x'),
    (2, 'محمد بن عبد الله', NULL, NULL, false, NULL, 'gray', NULL),
    (10, 'Tran', '1990-04-03', NULL, NULL, '', NULL, NULL);
INSERT INTO registry."Orders of court" VALUES (1.50, 1, '2024-03-05 10:11:12.5', 'V'), (20, 2, NULL, 'DISM');
"#;

/// What is stored of it: the original as the database writes it, and its normalized form.
const AS_STORED: &str = r#"1 of None, line 1
  born: "1980-02-01" is Some("1980-02-01")
  departed: "true" is Some("yes")
  street: "12 Main St\nFlat 3" is Some("12 MAIN ST FLAT 3")
  last_name: "O'Brien \"Bo\" \\ Núñez\t🦩" is Some("O'Brien \"Bo\" \\ Núñez 🦩")
  until: "2026-05-07 04:30:00+00" is Some("2026-05-07")
10 of None, line 2
  born: "1990-04-03" is Some("1990-04-03")
  last_name: "Tran" is Some("Tran")
2 of None, line 3
  departed: "false" is Some("no")
  last_name: "محمد بن عبد الله" is Some("محمد بن عبد الله")
orders:1.50 of Some("1"), line 1
  code: "V" is Some("V")
  entered: "2024-03-05 10:11:12.5" is Some("2024-03-05")
orders:20 of Some("2"), line 2
  code: "DISM" is Some("DISM")
2 snapshots"#;

/// The contract of the registry.
fn contract() -> String {
    contract_text("registry", "Registry", TABLES)
}

/// A server with the registry, a contract, and a place for a store.
struct Registry {
    server: Server,
    dir: TempDir,
}

impl Registry {
    fn new() -> Self {
        let registry = Self { server: Server::start(), dir: tempfile::tempdir().unwrap() };
        registry.server.sql(SCHEMA);
        registry.contract(&contract());
        registry
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn contract(&self, text: &str) {
        fs::write(self.path("registry.toml"), text).unwrap();
    }

    fn command(&self, address: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
        command.arg("import").arg("--contract").arg(self.path("registry.toml"));
        command.arg("--store").arg(self.path("store")).args(["--database", address]).args(more);
        command
    }

    fn import(&self, more: &[&str]) -> Done {
        let address = self.server.address("registry", "reader");
        Done::of(&self.command(&address, more).output().unwrap())
    }

    /// Names in the folder of the store, its own aside: rows that are read lie there and do not stay.
    fn beside_the_store(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.starts_with("store")).collect();
        names.sort();
        names
    }
}

/// A view over the people that cannot be read while somebody holds the gate.
const GATE: &str = r#"
CREATE VIEW registry.gate AS SELECT id, last_name, born, until, departed, street FROM registry.people
    WHERE pg_advisory_xact_lock_shared(7)::text IS NOT NULL;
GRANT SELECT ON registry.gate TO reader"#;

/// Waits until the reader waits for the gate, and then does something about it.
fn when_reader_waits(then: &str) -> String {
    when_reader_waits_for("advisory", then)
}

/// The same for a lock of another kind.
fn when_reader_waits_for(lock: &str, then: &str) -> String {
    format!(
        "DO $$ DECLARE n INT; BEGIN FOR n IN 1..2000 LOOP \
         EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'reader' AND wait_event = '{lock}'); \
         PERFORM pg_sleep(0.01), pg_stat_clear_snapshot(); END LOOP; END $$; {then}"
    )
}

impl Registry {
    /// A registry whose people are read through the gate; they were once imported without it.
    fn gated() -> Self {
        let registry = Self::new();
        registry.server.sql(GATE);
        registry.import(&["--as-of", "2026-11-01"]).ended(0, &[]);
        registry.contract(&contract().replace("registry.people", "registry.gate"));
        registry
    }

    fn begin_import(&self) -> Child {
        let address = self.server.address("registry", "reader");
        let mut import = self.command(&address, &["--as-of", "2026-11-02"]);
        import.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// What a store holds: a line for each record, a line for each of its statements, and how many snapshots.
fn contents(store: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened =
            SqlStore::open(store, Arc::new(CountingEntropy::default()), "redress.example/log").await.unwrap();
        let mut text = String::new();
        for stored in opened.records_of(&"registry".parse().unwrap(), None, 1_000).await.unwrap() {
            let record = &stored.record;
            text.push_str(&format!(
                "{} of {:?}, line {}\n",
                record.key.key, record.about, record.locator.line
            ));
            for said in &record.statements {
                text.push_str(&format!("  {}: {:?} is {:?}\n", said.column, said.original, said.normalized));
            }
        }
        text.push_str(&format!(
            "{} snapshots",
            opened.snapshots(Page { offset: 0, limit: 500 }).await.unwrap().len()
        ));
        opened.close().await;
        text
    })
}

#[test]
fn values_come_in_as_the_database_writes_them_and_refused_columns_are_never_asked_for() {
    let registry = Registry::new();
    let said = [
        "people.jsonl: 3 rows; 3 new",
        "orders.jsonl: 2 rows",
        "refused by the charter: hair_color",
        "nothing reads them: notes",
    ];
    registry.import(&["--covers", "people", "orders", "--as-of", "2026-11-01"]).ended(0, &said);
    assert_eq!(contents(&registry.path("store")), AS_STORED);
    let asked = registry.server.log();
    assert!(asked.contains("\"last_name\""), "the log has the query");
    for column in ["hair_color", "notes"] {
        let queries = asked.split_once("DECLARE").unwrap().1;
        assert!(!queries.contains(column), "{column} stands in a query");
    }
    assert_eq!(registry.beside_the_store(), ["store"]);
}

#[test]
fn a_second_import_is_held_against_the_first() {
    let registry = Registry::new();
    let on = |day: &'static str, says: &[&str]| {
        registry.import(&["--covers", "people", "orders", "--as-of", day]).ended(0, says);
    };
    on("2026-11-01", &["people.jsonl: 3 rows; 3 new"]);
    on("2026-11-01", &["people.jsonl: stored before; nothing new", "orders.jsonl: stored before"]);
    on("2026-11-02", &["people.jsonl: 3 rows; 0 new, 0 changed, 3 as before, 0 no longer there"]);
    registry.server.sql(
        "UPDATE registry.people SET born = '1990-03-04' WHERE id = 10; DELETE FROM registry.people WHERE id = 2; \
         INSERT INTO registry.people (id, last_name) VALUES (11, 'Diaz')",
    );
    on(
        "2026-11-03",
        &[
            "people.jsonl: 3 rows; 1 new, 1 changed, 1 as before, 1 no longer there",
            "orders.jsonl: 2 rows; 0 new, 0 changed",
        ],
    );
    registry.server.sql("DELETE FROM registry.people");
    let silent = "the manifest does not say that all of it is there: what it lacks says nothing";
    registry.import(&["--as-of", "2026-11-04"]).ended(0, &["people.jsonl: 0 rows; 0 new", silent]);
}

#[test]
fn rows_come_page_by_page_and_a_disk_that_takes_no_more_is_told() {
    let registry = Registry::new();
    registry.server.sql(
        "INSERT INTO registry.people (id, last_name, street) \
         SELECT 1000 + n, 'Okoro', repeat('Long Street ', 15) FROM generate_series(1, 3000) AS n",
    );
    let address = registry.server.address("registry", "reader");
    let import = registry.command(&address, &[]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -f 400; exec \"$@\"", "sh"])
        .arg(import.get_program())
        .args(import.get_args());
    let says =
        ["no space is left for the rows of `registry.people`", "nothing was stored", "free space and run"];
    Done::of(&limited.output().unwrap()).ended(4, &says);
    assert!(registry.beside_the_store().is_empty(), "{:?}", registry.beside_the_store());
    registry.import(&[]).ended(0, &["people.jsonl: 3,003 rows; 3003 new"]);
}

#[test]
fn all_relations_are_read_as_they_were_at_one_moment() {
    let registry = Registry::gated();
    let mut holder = registry.server.session("SELECT pg_advisory_lock(7)");
    let import = registry.begin_import();
    // A person and the person's order are written between the two relations.
    registry.server.sql(&when_reader_waits(
        "BEGIN; INSERT INTO registry.people (id, last_name) VALUES (11, 'Diaz'); \
         INSERT INTO registry.\"Orders of court\" VALUES (30, 11, NULL, 'V'); COMMIT",
    ));
    holder.sql("SELECT pg_advisory_unlock(7)");
    Done::of(&import.wait_with_output().unwrap())
        .ended(0, &["people.jsonl: 3 rows; 0 new", "orders.jsonl: 2 rows; 0 new"]);
    registry
        .import(&["--as-of", "2026-11-02"])
        .ended(0, &["people.jsonl: 4 rows; 1 new", "orders.jsonl: 3 rows; 1 new"]);
}

/// To whoever looks at an earlier moment, such a table has no rows: those that it had would pass for gone.
#[test]
fn a_table_that_is_emptied_and_filled_again_meanwhile_is_never_read_as_empty() {
    let registry = Registry::gated();
    let mut holder = registry.server.session("SELECT pg_advisory_lock(7)");
    let import = registry.begin_import();
    registry.server.refuses(
        &when_reader_waits("SET lock_timeout = 50; TRUNCATE registry.\"Orders of court\""),
        "canceling statement due to lock timeout",
    );
    holder.sql("SELECT pg_advisory_unlock(7)");
    Done::of(&import.wait_with_output().unwrap()).ended(0, &["orders.jsonl: 2 rows; 0 new"]);
    // After the moment that is read, and before the table is opened.
    let before = contents(&registry.path("store"));
    let mut holder = registry.server.session("BEGIN; LOCK TABLE registry.\"Orders of court\"");
    let import = registry.begin_import();
    holder.sql(&when_reader_waits_for("relation", ""));
    holder.sql(
        "CREATE TEMP TABLE o AS TABLE registry.\"Orders of court\"; TRUNCATE registry.\"Orders of court\"; \
         INSERT INTO registry.\"Orders of court\" TABLE o; COMMIT",
    );
    let says = ["`registry.\"Orders of court\"` was emptied or written anew", "Run the same command again"];
    Done::of(&import.wait_with_output().unwrap()).ended(4, &says);
    assert_eq!(contents(&registry.path("store")), before);
    registry.import(&["--as-of", "2026-11-02"]).ended(0, &["orders.jsonl: stored before; nothing new"]);
}

#[test]
fn an_import_that_is_killed_leaves_the_store_as_it_was() {
    let registry = Registry::gated();
    let before = contents(&registry.path("store"));
    let mut holder = registry.server.session("SELECT pg_advisory_lock(7)");
    registry.server.sql("DELETE FROM registry.people WHERE id = 2");
    let mut import = registry.begin_import();
    registry.server.sql(&when_reader_waits(""));
    import.kill().unwrap();
    import.wait().unwrap();
    let left = format!("store.reading-{}", import.id());
    assert_eq!(registry.beside_the_store(), ["store", &left]);
    assert_eq!(contents(&registry.path("store")), before);
    holder.sql("SELECT pg_advisory_unlock(7)");
    registry.import(&[]).ended(0, &["left by an import that was cut off; removed", "people.jsonl: 2 rows"]);
    assert_eq!(registry.beside_the_store(), ["store"]);
}

#[test]
fn a_server_that_breaks_off_leaves_the_store_as_it_was() {
    let registry = Registry::gated();
    let before = contents(&registry.path("store"));
    let _holder = registry.server.session("SELECT pg_advisory_lock(7)");
    registry.server.sql("DELETE FROM registry.people WHERE id = 2");
    for (by, says) in [
        ("pg_cancel_backend", "was stopped by the server"),
        ("pg_terminate_backend", "reading registry.gate failed"),
    ] {
        let import = registry.begin_import();
        registry.server.sql(&when_reader_waits(&format!(
            "SELECT {by}(pid) FROM pg_stat_activity WHERE usename = 'reader'"
        )));
        Done::of(&import.wait_with_output().unwrap()).ended(4, &["reading registry.gate", says]);
        assert_eq!(contents(&registry.path("store")), before, "{by}");
        assert_eq!(registry.beside_the_store(), ["store"], "{by}");
    }
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let registry = Registry::new();
    registry.server.ask_for_passwords();
    let address = registry.server.address("registry", "reader");
    let refused = Done::of(&registry.command(&format!("{address}&password=falsch"), &[]).output().unwrap());
    refused.ended(2, &["the server does not let `reader` in", "PGPASSWORD, ~/.pgpass"]);
    assert!(!refused.error.contains("falsch"), "{}", refused.error);
    let done = Done::of(&registry.command(&address, &[]).env("PGPASSWORD", "geheim").output().unwrap());
    done.ended(0, &["people.jsonl: 3 rows"]);
    assert!(!format!("{}{}", done.out, done.error).contains("geheim"));
}

/// One way to be refused: what is done to the database and undone afterwards, what is changed in the contract, what the call
/// adds, the exit code and the words.
struct Refusal {
    done: &'static str,
    undone: &'static str,
    contract: (&'static str, &'static str),
    more: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
}

/// Nothing is changed.
const PLAIN: Refusal = Refusal { done: "", undone: "", contract: ("", ""), more: &[], code: 2, says: &[] };

const REFUSALS: &[Refusal] = &[
    Refusal {
        contract: ("registry.people", "registry.persons"),
        says: &["there is no relation `registry.persons`", "correct `relation`"],
        ..PLAIN
    },
    Refusal {
        contract: ("registry.people", "registry.People"),
        says: &["there is `registry.people`, and a name is written as the database keeps it"],
        ..PLAIN
    },
    Refusal {
        contract: (", aliases = [\"last_name\"]", ""),
        code: 3,
        says: &["has no column `surname`", "it has `id`, `last_name`", "as an alias"],
        ..PLAIN
    },
    Refusal {
        contract: (
            "[table.columns]\nsurname",
            "[table.columns]\nnotes = { attribute = \"given_name\" }\nsurname",
        ),
        says: &["`reader` may not read `notes` of `registry.people`", "GRANT SELECT"],
        ..PLAIN
    },
    Refusal {
        contract: ("[table.columns]\nsurname", "[table.columns]\nhair_color = { required = true }\nsurname"),
        code: 6,
        says: &["column `hair_color` would be read from the database", "physical descriptor"],
        ..PLAIN
    },
    Refusal {
        done: "REVOKE USAGE ON SCHEMA registry FROM reader",
        undone: "GRANT USAGE ON SCHEMA registry TO reader",
        says: &["nothing of the schema `registry` may be used by `reader`", "GRANT USAGE"],
        ..PLAIN
    },
    Refusal {
        done: "INSERT INTO registry.people (last_name) VALUES ('Diaz')",
        undone: "DELETE FROM registry.people WHERE id IS NULL",
        code: 3,
        says: &["relation registry.people, line 4: column \"id\" is empty", "each row needs its key"],
        ..PLAIN
    },
    Refusal {
        done: "INSERT INTO registry.people (id, hair_color) VALUES (10, 'twice')",
        undone: "DELETE FROM registry.people WHERE hair_color = 'twice'",
        code: 3,
        says: &["relation registry.people, line 3", "the key \"10\" stands on line 2 as well"],
        ..PLAIN
    },
    Refusal {
        done: "INSERT INTO registry.people (id, last_name) VALUES (12, repeat('x', 2000000))",
        undone: "DELETE FROM registry.people WHERE id = 12",
        code: 3,
        says: &[
            "`registry.people` has 2000002 bytes",
            "in row 3 of the order of its key",
            "the limit is 1048576",
        ],
        ..PLAIN
    },
    Refusal {
        done: "UPDATE registry.people SET last_name = repeat('x', 2001) WHERE id > 1",
        undone: "UPDATE registry.people SET last_name = 'Tran' WHERE id > 1",
        code: 3,
        says: &["relation registry.people", "line 2", "2000 characters"],
        ..PLAIN
    },
    Refusal {
        done: "CREATE VIEW registry.broken AS SELECT id / (id - id) AS id, last_name, born, until, departed, street \
               FROM registry.people; GRANT SELECT ON registry.broken TO reader",
        contract: ("registry.people", "registry.broken"),
        code: 3,
        says: &["reading registry.broken failed: division by zero"],
        ..PLAIN
    },
    Refusal {
        done: "CREATE SEQUENCE registry.numbers",
        contract: ("registry.people", "registry.numbers"),
        says: &["`registry.numbers` is neither a table nor a view"],
        ..PLAIN
    },
    Refusal {
        done: "ALTER TABLE registry.people ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON registry.people USING (id > 1)",
        undone: "ALTER TABLE registry.people DISABLE ROW LEVEL SECURITY",
        more: &["--covers", "people"],
        says: &["row-level security may hide rows of `registry.people`", "leave its section out of --covers"],
        ..PLAIN
    },
    Refusal {
        more: &["--covers", "parcels"],
        says: &["has the section `parcels`", "`orders`, `people`"],
        ..PLAIN
    },
    Refusal {
        more: &["--covers", "people", "--confirmed", "orders"],
        says: &["--confirmed names the section `orders`, and --covers does not"],
        ..PLAIN
    },
    Refusal { more: &["--as-of", "2199-01-01"], says: &["--as-of 2199-01-01", "has not come"], ..PLAIN },
    Refusal {
        contract: ("relation = \"registry.people\"", "relation = \"people\""),
        says: &["relation \"people\" is not the schema and the name"],
        ..PLAIN
    },
    Refusal {
        contract: (
            "format = \"postgresql\"\nrelation = \"registry.people\"",
            "format = \"delimited\"\nfile = \"a.csv\"",
        ),
        says: &["table `people` lies in no database"],
        ..PLAIN
    },
];

#[test]
fn what_cannot_be_read_is_one_clear_error_and_the_store_as_it_was() {
    let registry = Registry::new();
    registry.import(&["--as-of", "2026-11-01"]).ended(0, &[]);
    let before = contents(&registry.path("store"));
    for refusal in REFUSALS {
        registry.server.sql(refusal.done);
        let (from, to) = refusal.contract;
        assert!(contract().contains(from), "{from} is not in the contract");
        registry.contract(&contract().replacen(from, to, 1));
        registry.import(refusal.more).ended(refusal.code, refusal.says);
        assert_eq!(contents(&registry.path("store")), before, "{:?}", refusal.says);
        assert_eq!(registry.beside_the_store(), ["store"], "{:?}", refusal.says);
        registry.server.sql(refusal.undone);
    }
}

#[test]
fn what_cannot_be_reached_is_told_and_an_ended_agreement_asks_no_server() {
    let registry = Registry::new();
    let elsewhere = "postgresql:///registry?host=/nowhere&user=reader".to_owned();
    for (address, expires, code, says) in [
        (&elsewhere, "2099-12-31", 4, "the server cannot be reached"),
        (
            &registry.server.address("nothing", "reader"),
            "2099-12-31",
            2,
            "the server has no database `nothing`",
        ),
        (
            &registry.server.address("registry", "nobody"),
            "2099-12-31",
            2,
            "the server does not let `nobody` in",
        ),
        (
            &"postgresql://reader@db.example/registry".to_owned(),
            "2099-12-31",
            6,
            "another computer, `db.example`",
        ),
        (&elsewhere, "2020-12-31", 6, "expired on 2020-12-31"),
    ] {
        registry.contract(&contract().replace("2099-12-31", expires));
        Done::of(&registry.command(address, &[]).output().unwrap()).ended(code, &[says]);
        assert!(registry.beside_the_store().is_empty(), "{says}: a store was made");
    }
}

#[test]
fn rows_that_a_policy_hides_are_left_out_where_nobody_says_that_all_are_there() {
    let registry = Registry::new();
    registry.server.sql(
        "ALTER TABLE registry.people ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON registry.people USING (id > 1)",
    );
    registry
        .import(&["--covers", "orders"])
        .ended(0, &["people.jsonl: 2 rows", "what it lacks says nothing"]);
}

#[test]
fn bytes_of_no_encoding_are_refused() {
    let registry = Registry::new();
    registry
        .server
        .run("postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
    registry.server.run("ascii", SCHEMA.split_once("CREATE ROLE").unwrap().0);
    registry.server.run(
        "ascii",
        "GRANT USAGE ON SCHEMA registry TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA registry TO reader; \
         INSERT INTO registry.people (id, last_name) VALUES (7, E'Mu\\xf1oz')",
    );
    let address = registry.server.address("ascii", "reader");
    Done::of(&registry.command(&address, &[]).output().unwrap())
        .ended(3, &["reading registry.people failed: a value is not UTF-8", "0xf1", "convert it in a view"]);
    assert!(registry.beside_the_store().is_empty());
}

/// The count of a relation would tell of sealed rows: it is as if they were not there.
#[test]
fn sealed_rows_are_read_and_nothing_is_told_of_them() {
    let registry = Registry::new();
    let sealed = "[table.sealed]\ndeparted = [\"false\"]\n\n[[table]]\nname = \"orders\"";
    registry.contract(&contract().replace("[[table]]\nname = \"orders\"", sealed));
    registry.server.sql("INSERT INTO registry.people (id, last_name, departed) VALUES (2, 'Again', false)");
    let done = registry.import(&[]);
    done.ended(
        0,
        &[
            "people.jsonl: 2 rows; 2 new",
            "orders.jsonl: 1 row;",
            "the rows of the database `registry`",
            "Registry: 3 rows",
        ],
    );
    let said = format!("{}{}", done.out, done.error);
    assert!(!said.contains(" 5 rows") && !said.contains(" 6 rows"), "{said}");
    // A value with which the server cannot do what a view asks for.
    registry.server.sql(
        "CREATE VIEW registry.numbers AS SELECT id, last_name::bigint AS last_name, born, until, departed, street \
         FROM registry.people; GRANT SELECT ON registry.numbers TO reader",
    );
    let contract = contract().replace("registry.people", "registry.numbers");
    for (contract, says, is_repeated) in [
        (
            contract.replace("[[table]]\nname = \"orders\"", sealed),
            "not repeated here, as some rows are sealed",
            false,
        ),
        (contract, "invalid input syntax for type bigint", true),
    ] {
        registry.contract(&contract);
        let done = registry.import(&[]);
        done.ended(3, &[says]);
        assert_eq!(done.error.contains("Brien"), is_repeated, "{}", done.error);
    }
}
