//! What has no name in the source gets the name that PostgreSQL gives it: for any table, its columns, keys and indexes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ::postgres::Client;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::compiled::compile;
use crate::support::postgres;

/// A table without a name on any of its constraints and indexes.
#[derive(Clone, Debug)]
struct Table {
    name: String,
    columns: Vec<(String, Vec<Clause>)>,
    members: Vec<Member>,
}

/// A constraint within a column.
#[derive(Clone, Copy, Debug)]
enum Clause {
    Unique,
    Check,
    References,
}

/// A constraint or index over columns, which are counted from the first one and round.
#[derive(Clone, Debug)]
enum Member {
    Unique(Vec<usize>),
    Check(usize, usize),
    ForeignKey(usize),
    Exclude(usize),
    Index(Vec<usize>),
    IndexOfExpression(usize),
    IndexOfCall(usize),
}

/// Names that are short, that nearly or just fill 63 bytes, and that have characters of several bytes.
fn name() -> impl Strategy<Value = String> {
    let filled = |text: &'static str, bytes: std::ops::RangeInclusive<usize>| {
        (bytes, "[a-z]{1,3}").prop_map(move |(bytes, start)| {
            let long = start + &text.repeat(63);
            long[..long.floor_char_boundary(bytes)].to_owned()
        })
    };
    prop_oneof![
        "[a-c]{1,2}",
        "[a-z]{5,20}",
        Just("Has Upper".to_owned()),
        Just("key".to_owned()),
        filled("abcdefghij", 25..=63),
        filled("é", 20..=63),
        filled("日本", 20..=63),
        filled("a😀", 20..=63),
    ]
}

fn member() -> impl Strategy<Value = Member> {
    let columns = || prop::collection::vec(0_usize..9, 1..4);
    prop_oneof![
        columns().prop_map(Member::Unique),
        (0_usize..9, 0_usize..9).prop_map(|(a, b)| Member::Check(a, b)),
        (0_usize..9).prop_map(Member::ForeignKey),
        (0_usize..9).prop_map(Member::Exclude),
        columns().prop_map(Member::Index),
        (0_usize..9).prop_map(Member::IndexOfExpression),
        (0_usize..9).prop_map(Member::IndexOfCall),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    let clause = prop_oneof![Just(Clause::Unique), Just(Clause::Check), Just(Clause::References)];
    let column = (name(), prop::collection::vec(clause, 0..3));
    let columns = prop::collection::vec(column, 1..5);
    (name(), columns, prop::collection::vec(member(), 0..6)).prop_map(|(name, columns, members)| {
        let mut seen = BTreeSet::new();
        let columns = columns.into_iter().filter(|(name, _)| seen.insert(name.clone())).collect();
        let mut table = Table { name, columns, members: Vec::new() };
        // Of two keys that are alike, PostgreSQL makes one.
        let is_unique = |(_, clauses): &&(String, Vec<Clause>)| {
            clauses.iter().any(|it| matches!(it, Clause::Unique))
        };
        let keys = table.columns.iter().filter(is_unique);
        let mut seen: BTreeSet<String> =
            keys.map(|(name, _)| format!("UNIQUE (\"{name}\")")).collect();
        let is_new = |it: &Member| match it {
            Member::Unique(_) | Member::Exclude(_) => {
                seen.insert(table.constraint(it).unwrap_or_default())
            }
            Member::Check(..)
            | Member::ForeignKey(_)
            | Member::Index(_)
            | Member::IndexOfExpression(_)
            | Member::IndexOfCall(_) => true,
        };
        table.members = members.into_iter().filter(is_new).collect();
        table
    })
}

impl Table {
    fn column(&self, n: usize) -> String {
        format!("\"{}\"", self.columns[n % self.columns.len()].0)
    }

    /// A list of columns, none twice.
    fn list(&self, numbers: &[usize]) -> String {
        let mut seen = BTreeSet::new();
        let names = numbers.iter().map(|n| self.column(*n));
        names.filter(|it| seen.insert(it.clone())).collect::<Vec<_>>().join(", ")
    }

    /// The columns with their clauses, as both languages write them but for the type.
    fn clauses(clauses: &[Clause], name: &str) -> String {
        let write = |clause: &Clause| match clause {
            Clause::Unique => " UNIQUE".to_owned(),
            Clause::Check => format!(" CHECK (\"{name}\" > 0)"),
            Clause::References => " REFERENCES zz_referenced".to_owned(),
        };
        let mut seen = BTreeSet::new();
        clauses.iter().map(write).filter(|it| seen.insert(it.clone())).collect()
    }

    fn constraint(&self, member: &Member) -> Option<String> {
        Some(match member {
            Member::Unique(columns) => format!("UNIQUE ({})", self.list(columns)),
            Member::Check(a, b) => format!("CHECK ({} < {} + 1)", self.column(*a), self.column(*b)),
            Member::ForeignKey(n) => {
                format!("FOREIGN KEY ({}) REFERENCES zz_referenced", self.column(*n))
            }
            Member::Exclude(n) => format!("EXCLUDE ({} WITH =)", self.column(*n)),
            Member::Index(_) | Member::IndexOfExpression(_) | Member::IndexOfCall(_) => {
                return None;
            }
        })
    }

    fn index(&self, member: &Member) -> Option<String> {
        Some(match member {
            Member::Index(columns) => {
                let names: Vec<String> = columns.iter().map(|n| self.column(*n)).collect();
                format!("({})", names.join(", "))
            }
            Member::IndexOfExpression(n) => {
                format!("(({} + 1), {})", self.column(*n), self.column(0))
            }
            Member::IndexOfCall(n) => format!("(lower({}::text))", self.column(*n)),
            Member::Unique(_) | Member::Check(..) | Member::ForeignKey(_) | Member::Exclude(_) => {
                return None;
            }
        })
    }

    fn schema(&self) -> String {
        let mut out = "table zz_referenced { id: integer primary key; }\n".to_owned();
        writeln!(out, "table \"{}\" {{", self.name).unwrap();
        for (name, clauses) in &self.columns {
            writeln!(out, "  \"{name}\": integer?{};", Table::clauses(clauses, name)).unwrap();
        }
        for member in &self.members {
            let index = self.index(member).map(|it| format!("INDEX {it}"));
            writeln!(out, "  {};", self.constraint(member).or(index).unwrap()).unwrap();
        }
        out + "}\n"
    }

    fn sql(&self) -> String {
        let columns = self
            .columns
            .iter()
            .map(|(name, clauses)| format!("\"{name}\" integer{}", Table::clauses(clauses, name)));
        let constraints = self.members.iter().filter_map(|it| self.constraint(it));
        let elements: Vec<String> = columns.chain(constraints).collect();
        let mut out = format!(
            "CREATE TABLE zz_referenced (id integer PRIMARY KEY);\nCREATE TABLE \"{}\" ({});\n",
            self.name,
            elements.join(", ")
        );
        for index in self.members.iter().filter_map(|it| self.index(it)) {
            writeln!(out, "CREATE INDEX ON \"{}\" {index};", self.name).unwrap();
        }
        out
    }
}

/// Runs a script and tells the names of all constraints and indexes with what they are; then undoes it.
fn names(client: &mut Client, script: &str) -> Vec<(String, String)> {
    const QUERY: &str = "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint \
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n' \
         UNION ALL SELECT relname::text, split_part(pg_get_indexdef(oid), ' USING ', 2) FROM pg_class \
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'i' ORDER BY 1, 2";
    let mut transaction = client.transaction().unwrap();
    transaction.batch_execute(script).unwrap_or_else(|error| panic!("{error:?}\n{script}"));
    let rows = transaction.query(QUERY, &[]).unwrap();
    transaction.rollback().unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[test]
fn unnamed_things_are_named_as_postgresql_does() {
    let database = postgres::default().database();
    let client = std::cell::RefCell::new(database.connect());
    let mut runner =
        TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let run = |table: Table| {
        prop_assume!(table.name != "zz_referenced");
        let source = table.schema();
        let outcome = compile([("names.schema", source.clone())]);
        let Some(script) = outcome.sql.clone() else {
            panic!("{}\n{source}", outcome.shown());
        };
        let is_ours = |line: &&str| !matches!(*line, "BEGIN;" | "COMMIT;");
        let script: Vec<&str> = script.lines().filter(is_ours).collect();
        let mut client = client.borrow_mut();
        let ours = names(&mut client, &script.join("\n"));
        let expected = names(&mut client, &table.sql());
        prop_assert_eq!(ours, expected, "{}", source);
        Ok(())
    };
    runner.run(&table(), run).unwrap_or_else(|error| panic!("{error}"));
}
