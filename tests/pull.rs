//! What a live database holds is read, written as source, and comes back identical.
//!
//! The cases are those of `tests/kinds/`: the SQL that a person wrote is loaded, read and printed; what is printed compiles
//! to what was read, makes the same database, and is printed of that one again, byte for byte.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use schemac::catalog::Catalog;
use schemac::compile::{Compiled, compile};
use schemac::database::Connection;
use schemac::database::url::Url;
use schemac::emit::sql::{Transactions, script};
use schemac::introspect::{Options, introspect};
use schemac::print::{File, Split, print};
use schemac::pull::unfold::unfold;
use schemac::source::{Source, Sources};
use similar::TextDiff;

use crate::kinds::{Case, MAJORS, cases, clean, disown, for_each_folder, hold_roles};
use crate::support::pg_dump;
use crate::support::postgres::database::Database;
use crate::support::postgres::{self, Server};

/// Owners and privileges are compared, too.
const ALL: Options = Options { owners: true, privileges: true };

macro_rules! kinds {
    ($($kind:ident),* $(,)?) => {
        $(#[test]
        fn $kind() {
            check_kind(stringify!($kind));
        })*
    };
}

for_each_folder!(kinds);

/// Databases that have no source of a person's beside them: `tests/pull/*.sql`. The first line may be `-- since: 15`.
#[test]
fn databases() {
    let mut failures = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let script = fs::read_to_string(&path).unwrap();
        let since = script.lines().next().and_then(|line| line.strip_prefix("-- since: "));
        let since = since.map_or(0, |major| major.trim().parse().unwrap());
        for major in MAJORS.into_iter().filter(|major| since <= *major) {
            let server = postgres::major(major);
            if let Err(error) = holds(&script, &server.database(), &server.database(), ALL) {
                let name = path.file_name().unwrap().to_string_lossy();
                writeln!(failures, "{name} on PostgreSQL {major}: {error}").unwrap();
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What hangs between a partitioned table and its partitions, and no source can say.
#[test]
fn keys_that_partitions_lack_are_told() {
    let script = "CREATE TABLE p (a integer NOT NULL, b integer NOT NULL) PARTITION BY LIST (a); \
                  CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); \
                  ALTER TABLE ONLY p ADD PRIMARY KEY (a); \
                  CREATE UNIQUE INDEX p_a_b ON ONLY p (a, b); ALTER TABLE p1 ADD CONSTRAINT k UNIQUE (a, b); \
                  ALTER INDEX p_a_b ATTACH PARTITION k";
    for major in MAJORS {
        let database = postgres::major(major).database();
        database.run_sql(script).unwrap();
        let mut connection = Connection::open(&Url::parse(&database.url()).unwrap()).unwrap();
        let found = introspect(&mut connection, ALL, &mut |_| {}).unwrap();
        let told: Vec<&str> = found.problems.iter().map(|it| it.object.as_str()).collect();
        assert_eq!(told, ["constraint p_pkey on public.p", "constraint k on public.p1"]);
    }
}

/// What a role can't look into says nothing against the text of a routine.
#[test]
fn a_role_without_rights_reads_all() {
    for major in MAJORS {
        let database = postgres::major(major).database();
        let script = "SET check_function_bodies = off; CREATE SCHEMA hidden; CREATE TABLE hidden.t (a integer); \
                      CREATE FUNCTION right_one() RETURNS void LANGUAGE plpgsql SET search_path = hidden \
                      AS 'declare r t%rowtype; begin end'; \
                      CREATE FUNCTION wrong() RETURNS void LANGUAGE plpgsql AS 'begin selct; end'";
        database.run_sql(script).unwrap();
        let url = Url::parse(&database.url()).unwrap();
        let mut connection = Connection::open(&url).unwrap();
        let mut read = || {
            let found = introspect(&mut connection, ALL, &mut |_| {}).unwrap();
            assert!(found.problems.is_empty(), "{:#?}", found.problems);
            let printed = print(&found.catalog, Split::Schema);
            let text: String = printed.iter().map(|it| it.text.as_str()).collect();
            connection.run("SET SESSION AUTHORIZATION pg_monitor").unwrap();
            text
        };
        let (all, seen) = (read(), read());
        differ("without rights", &all, &seen).unwrap();
        assert_eq!(all.matches("#[unchecked]").count(), 1, "{all}");
    }
}

/// Where owners are left out, what an owner lost or may pass on is said of the role that makes the object.
#[test]
fn owners_that_are_left_out_leave_no_trace() {
    let script = "CREATE SCHEMA app; CREATE TABLE app.t (a integer GENERATED ALWAYS AS IDENTITY, b text); \
        REVOKE INSERT ON app.t FROM current_user; GRANT UPDATE (b) ON app.t TO current_user WITH GRANT OPTION; \
        REVOKE ALL ON SEQUENCE app.t_a_seq FROM current_user; REVOKE ALL ON SCHEMA app FROM current_user; \
        GRANT USAGE ON SCHEMA app TO pg_monitor WITH GRANT OPTION; \
        CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'select 1'; REVOKE ALL ON FUNCTION f() FROM current_user";
    let without_owners = Options { owners: false, privileges: true };
    for major in MAJORS {
        let server = postgres::major(major);
        let (database, again) = (server.database(), server.database());
        let held = holds(script, &database, &again, without_owners);
        assert_eq!(held, Ok(()), "PostgreSQL {major}");
        let text = pull(&database, without_owners).unwrap().text;
        let row = database.connect().query_one("SELECT current_user::text", &[]).unwrap();
        let owner: String = row.get(0);
        assert!(!text.contains(&owner), "{owner} is named\n{text}");
        assert!(text.contains("revoke all on schema app from current_user"), "{text}");
    }
}

fn check_kind(kind: &str) {
    let mut failures = String::new();
    for case in cases(kind) {
        let name = case.path.file_name().unwrap().to_string_lossy().into_owned();
        for major in MAJORS.into_iter().filter(|major| case.since <= *major) {
            if let Err(error) = check_case(&case, postgres::major(major)) {
                writeln!(failures, "{name} on PostgreSQL {major}: {error}").unwrap();
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Reads a database that a person's SQL made, and makes it again of what was read.
fn check_case(case: &Case, server: &Server) -> Result<(), String> {
    let _roles = hold_roles(case, server);
    let (database, again) = (server.database(), server.database());
    let held = holds(&case.reference, &database, &again, ALL);
    // Roles belong to the whole server: the second database needs those of the first.
    disown(&again, case);
    clean(&database, case);
    held
}

fn holds(
    script: &str,
    database: &Database<'_>,
    again: &Database<'_>,
    options: Options,
) -> Result<(), String> {
    database.run_sql(script).map_err(|error| format!("the reference: {error}"))?;
    let first = pull(database, options)?;
    again
        .run_sql(&first.script)
        .map_err(|error| format!("{error}\n{}\n{}", first.text, first.script))?;
    let differences =
        pg_dump::differences(&pg_dump::parse(&database.dump()), &pg_dump::parse(&again.dump()));
    if !differences.is_empty() {
        return Err(format!(
            "- is the database, + is what came of it\n{}\n{}",
            differences.join("\n"),
            first.text
        ));
    }
    differ("pulled again", &first.text, &pull(again, options)?.text)
}

/// What a database became.
struct Pulled {
    /// All files, each under its path.
    text: String,
    /// The SQL that makes it again.
    script: String,
}

fn pull(database: &Database<'_>, options: Options) -> Result<Pulled, String> {
    let url = Url::parse(&database.url()).map_err(|it| it.to_string())?;
    let mut connection = Connection::open(&url).map_err(|it| it.to_string())?;
    let mut found =
        introspect(&mut connection, options, &mut |_| {}).map_err(|it| it.to_string())?;
    unfold(&mut found.catalog);
    if !found.problems.is_empty() {
        return Err(format!("{:#?}", found.problems));
    }
    let printed = print(&found.catalog, Split::Schema);
    let text: String = printed.iter().map(|it| format!("=== {}\n{}", it.path, it.text)).collect();
    let (compiled, shown) = compile_all(&printed);
    if compiled.diagnostics.has_errors() {
        return Err(format!("{shown}\n{text}"));
    }
    differ("compiled", &entries(&found.catalog), &entries(&compiled.catalog))
        .map_err(|it| format!("{it}\n{text}"))?;
    let (by_table, _) = compile_all(&print(&found.catalog, Split::Table));
    differ("a file for each table", &entries(&found.catalog), &entries(&by_table.catalog))?;
    let Compiled { catalog, views, origins, .. } = &compiled;
    let plan = schemac::plan::create(catalog, views, origins).map_err(|it| format!("{it:?}"))?;
    Ok(Pulled { text, script: script(&plan, Transactions::One) })
}

fn compile_all(printed: &[File]) -> (Compiled, String) {
    let mut sources = Sources::default();
    for file in printed {
        sources.add(Source::new(file.path.as_str(), file.text.as_str()));
    }
    let compiled = compile(&sources);
    let mut shown = String::new();
    for it in compiled.diagnostics.iter() {
        let place = it.span().map_or("", |span| sources.text(span));
        writeln!(shown, "{}: {} at {place}", it.rule.name, it.message).unwrap();
    }
    (compiled, shown)
}

/// Every object of a catalog as text.
fn entries(catalog: &Catalog) -> String {
    catalog.iter().map(|(at, entry)| format!("{at}\n{entry:#?}\n")).collect()
}

fn differ(what: &str, left: &str, right: &str) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    let diff = TextDiff::from_lines(left, right);
    Err(format!("{what} (- was read)\n{}", diff.unified_diff().context_radius(4)))
}

/// A database that grew has a new column behind all others, wherever the source has it.
#[test]
fn the_order_of_columns_is_no_difference() {
    let catalog = |text: &str| {
        let mut sources = Sources::default();
        sources.add(Source::new("t.schema", text));
        compile(&sources).catalog
    };
    let found =
        |old: &str, new: &str| schemac::compare::compare(&catalog(old), &catalog(new), None).len();
    assert_eq!(found("table t { a: integer; b: text; }", "table t { b: text; a: integer; }"), 0);
    assert_eq!(found("table t { a: integer; b: text; }", "table t { b: text; a: bigint; }"), 1);
}
