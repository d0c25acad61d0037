//! What a statement locks, writes anew and reads, as `schemac::hazard` says and as every server at hand does.
//!
//! Each statement of `tests/hazard/statements.sql` runs on the database of `tests/hazard/base.sql`, in a transaction that
//! is taken back: its locks are those of `pg_locks`, what it wrote anew has another `relfilenode`, what it read has
//! another count in the statistics of the transaction.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;
use schemac::compile::{Compiled, compile};
use schemac::database::Connection;
use schemac::database::url::Url;
use schemac::hazard::{InTransaction, LockLevel, State, effect};
use schemac::introspect::{Options, introspect};
use schemac::object::address::Kind;
use schemac::plan;
use schemac::source::{Source, Sources};

use crate::support::postgres::database::Session;
use crate::support::{files, postgres as servers};

/// What happened to the relations of `base.sql`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Measured {
    locks: BTreeSet<(String, &'static str)>,
    rewrites: BTreeSet<String>,
    rebuilds: BTreeSet<String>,
    scans: BTreeSet<String>,
    refused: bool,
}

/// What a relation was like.
struct Before {
    name: String,
    kind: char,
    filenode: u32,
}

const RELATIONS: &str = "SELECT oid, relname::text, relkind::text, relfilenode FROM pg_class
     WHERE relnamespace = 'public'::regnamespace";

fn relations(client: &mut impl postgres::GenericClient) -> BTreeMap<u32, Before> {
    let rows = client.query(RELATIONS, &[]).unwrap();
    let before = |row: &postgres::Row| {
        let kind: String = row.get(2);
        let kind = kind.chars().next().unwrap();
        (row.get(0), Before { name: row.get(1), kind, filenode: row.get(3) })
    };
    rows.iter().map(before).collect()
}

/// Returns how often each table was read from end to end by this session, what the server has been told aside.
fn scans(client: &mut impl postgres::GenericClient) -> BTreeMap<u32, i64> {
    let query = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables WHERE 0 < seq_scan";
    client.query(query, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Runs a statement and takes it back; `Err` where the server refuses it for another reason than the transaction.
fn measure(client: &mut Client, statement: &str) -> Result<Measured, String> {
    let mut transaction = client.transaction().unwrap();
    let before = relations(&mut transaction);
    let scanned = scans(&mut transaction);
    if let Err(error) = transaction.batch_execute(statement) {
        let error = error.as_db_error().expect("the server says why").clone();
        // active_sql_transaction
        let refused = error.code().code() == "25001";
        let found = Measured { refused, ..Measured::default() };
        return if refused { Ok(found) } else { Err(error.message().to_owned()) };
    }
    let mut found = Measured::default();
    let locks = "SELECT relation, mode FROM pg_locks
                 WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted";
    let mut strongest: BTreeMap<String, LockLevel> = BTreeMap::new();
    for row in transaction.query(locks, &[]).unwrap() {
        let level = LockLevel::of_pg_locks(row.get(1)).unwrap();
        let Some(relation) = before.get(&row.get(0)) else { continue };
        let held = strongest.entry(relation.name.clone()).or_insert(level);
        *held = level.max(*held);
    }
    strongest.retain(|_, level| LockLevel::AccessShare < *level);
    found.locks = strongest.into_iter().map(|(name, level)| (name, level.sql())).collect();
    let after = relations(&mut transaction);
    for (oid, it) in &before {
        let other = after.get(oid).is_some_and(|now| now.filenode != it.filenode);
        let is_again = |now: &Before| now.name == it.name && now.filenode != it.filenode;
        let again = !after.contains_key(oid) && after.values().any(is_again);
        match it.kind {
            'r' | 'm' if other => _ = found.rewrites.insert(it.name.clone()),
            'i' if other || again => _ = found.rebuilds.insert(it.name.clone()),
            _ => {}
        }
    }
    for (oid, n) in scans(&mut transaction) {
        let is_more = scanned.get(&oid).is_none_or(|before| *before < n);
        let relation = before.get(&oid).filter(|it| !found.rewrites.contains(&it.name));
        found.scans.extend(relation.filter(|_| is_more).map(|it| it.name.clone()));
    }
    if statement.starts_with("TRUNCATE") {
        // The empty files are new, and no row is written.
        found.rewrites.clear();
        found.rebuilds.clear();
    }
    Ok(found)
}

/// What is said of a statement, in the same form.
fn told(statement: &str, state: &State) -> Measured {
    let it = effect(statement, state);
    let names = |list: &[schemac::object::address::Qualified]| {
        list.iter().map(|it| it.name.to_string()).collect()
    };
    Measured {
        locks: it.locks.iter().map(|(name, level)| (name.name.to_string(), level.sql())).collect(),
        rewrites: names(&it.rewrites),
        rebuilds: names(&it.rebuilds),
        scans: names(&it.scans),
        refused: it.transaction == InTransaction::Refused,
    }
}

/// Returns the statements of a file: one a line.
fn statements(path: &str) -> Vec<String> {
    let text = files::read(&files::root().join(path));
    text.lines().filter(|line| !line.starts_with("--")).map(str::to_owned).collect()
}

/// Takes what is measured down to what is said: indexes of locked tables are not listed.
fn compared(mut measured: Measured, told: &Measured, indexes: &BTreeSet<String>) -> Measured {
    let listed: BTreeSet<&String> = told.locks.iter().map(|(name, _)| name).collect();
    measured.locks.retain(|(name, _)| !indexes.contains(name) || listed.contains(name));
    let locked: BTreeSet<String> = measured.locks.iter().map(|(name, _)| name.clone()).collect();
    // What is read under no lock but that of any query is nobody's concern.
    measured.scans.retain(|name| locked.contains(name));
    // The rows that a foreign key refers to are looked up or read, as the planner likes.
    if !told.scans.contains("ref") {
        measured.scans.remove("ref");
    }
    measured
}

/// Returns what is known from the server's catalogs.
fn held(session: &Session) -> State {
    let mut connection = Connection::open(&Url::parse(&session.url()).unwrap()).unwrap();
    let options = Options { owners: false, privileges: false };
    State::from(&introspect(&mut connection, options, &mut |_| {}).unwrap().catalog)
}

fn differences(major: u8) -> Vec<String> {
    let mut client = servers::connect(major);
    let base = statements("tests/hazard/base.sql");
    let mut state = State::default();
    for statement in &base {
        client.batch_execute(statement).unwrap_or_else(|it| panic!("{statement}: {it}"));
        state.pass(statement);
    }
    state.settle();
    let held = held(&client);
    // Nothing is rewritten for a time zone then that is another than UTC.
    client.batch_execute("SET TimeZone TO 'Europe/Paris'; SET enable_seqscan TO on").unwrap();
    let indexes: BTreeSet<String> = relations(&mut *client)
        .into_values()
        .filter(|it| matches!(it.kind, 'i' | 'I'))
        .map(|it| it.name)
        .collect();
    let mut found = Vec::new();
    for statement in statements("tests/hazard/statements.sql") {
        let (setup, last) = statement.rsplit_once("; ").unwrap_or(("", &statement));
        let mut state = state.clone();
        state.pass(setup);
        let told = told(last, &state);
        let mut held = held.clone();
        held.pass(setup);
        let of_catalog = self::told(last, &held);
        if of_catalog != told {
            found.push(format!(
                "{major}: {statement}\n  of statements {told:?}\n  of a catalog  {of_catalog:?}"
            ));
        }
        match measure(&mut client, &statement) {
            Err(error) => found.push(format!("{major}: {statement}\n  fails: {error}")),
            Ok(measured) if measured.refused && told.refused => {}
            Ok(measured) => {
                let measured = compared(measured, &told, &indexes);
                if measured != told {
                    found.push(format!(
                        "{major}: {statement}\n  measured {measured:?}\n  told     {told:?}"
                    ));
                }
            }
        }
    }
    found
}

#[test]
fn effects_are_those_of_real_servers() {
    let found: Vec<String> = servers::majors().into_iter().flat_map(differences).collect();
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

/// The table in `docs/hazards.md` says what is told, which is what is measured. `INSTA_UPDATE=always` writes it.
#[test]
fn the_table_in_the_documentation_is_what_is_told() {
    let mut state = State::default();
    statements("tests/hazard/base.sql").iter().for_each(|it| state.pass(it));
    state.settle();
    let mut table =
        "| statement | locks | rewrites | rebuilds | reads |\n|---|---|---|---|---|\n".to_owned();
    for statement in statements("tests/hazard/statements.sql") {
        let (setup, last) = statement.rsplit_once("; ").unwrap_or(("", &statement));
        let mut state = state.clone();
        state.pass(setup);
        let told = told(last, &state);
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let locks: Vec<String> =
            told.locks.iter().map(|(name, level)| format!("{name}: {level}")).collect();
        let refused = if told.refused { "not in a transaction" } else { "" };
        let locks = if told.refused { refused.to_owned() } else { locks.join("; ") };
        let (rewrites, scans) = (list(&told.rewrites), list(&told.scans));
        // A table that is rewritten has all its indexes rebuilt.
        let rebuilds = if rewrites.is_empty() { list(&told.rebuilds) } else { String::new() };
        let statement = last.trim_end_matches(';').replace('|', "\\|");
        table.push_str(&format!(
            "| `{statement}` | {locks} | {rewrites} | {rebuilds} | {scans} |\n"
        ));
    }
    let path = files::root().join("docs/hazards.md");
    let page = files::read(&path);
    let marker = "<!-- the table: written by tests/hazard.rs -->\n";
    let (before, found) = page.split_once(marker).expect("the page has the mark of its table");
    if std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
        std::fs::write(&path, format!("{before}{marker}\n{table}")).unwrap();
        return;
    }
    assert!(
        found.trim() == table.trim(),
        "docs/hazards.md is stale; INSTA_UPDATE=always writes it"
    );
}

/// Every statement that a plan has is understood, whatever kind of object it is about. What a `raw` item says is its
/// author's.
#[test]
fn every_statement_of_a_plan_is_understood() {
    let mut wrong = BTreeSet::new();
    let mut n_statements = 0;
    let folders = ["tests/kinds", "tests/plans"];
    let compiled: Vec<Compiled> = folders
        .iter()
        .flat_map(|folder| files::below(folder, ".schema"))
        .map(|path| {
            let mut sources = Sources::default();
            sources.add(Source::new("a.schema", files::read(&path)));
            compile(&sources)
        })
        .filter(|it| !it.diagnostics.has_errors())
        .collect();
    // Each leads to the next, so that all there is is made, dropped and altered.
    let empty = compile(&Sources::default());
    let ways = compiled.iter().flat_map(|it| [(&empty, it), (it, &empty)]);
    let ways = ways.chain(compiled.windows(2).map(|pair| (&pair[0], &pair[1])));
    for (old, new) in ways {
        let options = plan::Options::default();
        let Ok(plan) = plan::change(plan::State::from(old), plan::State::from(new), &options)
        else {
            continue;
        };
        let mut state = State::from(&old.catalog);
        for step in plan.steps.iter().filter(|it| it.at.kind != Kind::Raw) {
            n_statements += 1;
            let told = effect(&step.sql, &state);
            if told.hazards.iter().any(|it| it.rule.name == "statement-not-understood") {
                wrong.insert(step.sql.clone());
            }
            state.pass(&step.sql);
        }
    }
    let shown: Vec<&String> = wrong.iter().collect();
    assert!(1000 < n_statements, "only {n_statements} statements are looked at");
    assert!(wrong.is_empty(), "{} are not understood: {shown:#?}", wrong.len());
}
