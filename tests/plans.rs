//! Every kind of object becomes another of its kind, and comes back.
//!
//! A case is a folder `tests/plans/<kind>/<case>/` with `old.schema` and `new.schema`. `plan.snap` beside them shows the
//! statements that lead there and back. Law: what they make of a database is what the other source makes of an empty
//! one, on each major version. A case whose `old.schema` begins with `// since: 15` is for that version and later.
//! A case must not make roles: they belong to the whole server.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use schemac::catalog::Catalog;
use schemac::compare::compare;
use schemac::compile::{Compiled, compile};
use schemac::database::Connection;
use schemac::database::url::Url;
use schemac::emit::sql::{Transactions, script};
use schemac::introspect::Options as Wanted;
use schemac::plan::{self, Options, Plan, State, Transaction};
use schemac::print::Split;
use schemac::pull::filter::Filter;
use schemac::pull::pull;
use schemac::source::{Source, Sources};
use schemac::sql::ident::quote_ident;
use schemac::sql::version::PgVersion;

use crate::kinds::{MAJORS, end_subscriptions};
use crate::support::postgres;
use crate::support::postgres::database::Database;

macro_rules! kinds {
    ($($kind:ident),* $(,)?) => {
        /// The folders of cases.
        const KINDS: &[&str] = &[$(stringify!($kind)),*];

        $(#[test]
        fn $kind() {
            check_kind(stringify!($kind));
        })*
    };
}

kinds! {
    aggregate,
    belongings,
    composite_type,
    default_privileges,
    domain,
    enum_type,
    event_trigger,
    extension,
    foreign,
    language,
    materialized_view,
    operator,
    partition,
    policy,
    publication,
    raw,
    routine,
    rule,
    schema,
    sequence,
    simple,
    statistics,
    subscription,
    text_search,
    trigger,
    type_definition,
    view,
}

#[test]
fn every_folder_of_cases_is_run() {
    let mut folders: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, KINDS);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans")
}

/// Two sources.
struct Case {
    path: PathBuf,
    since: u32,
    old: Compiled,
    new: Compiled,
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let text = |name: &str| fs::read_to_string(path.join(name)).unwrap();
        let (old, new) = (text("old.schema"), text("new.schema"));
        let since = old.lines().next().and_then(|line| line.strip_prefix("// since: "));
        let since = since.map_or(0, |major| major.trim().parse().unwrap());
        let compiled = |text: &str| {
            let sources = Sources::from_iter([Source::new("case.schema", text)]);
            let compiled = compile(&sources);
            let shown = compiled.diagnostics.iter().map(|it| format!("{}\n", it.message));
            let shown: String = shown.collect();
            assert!(!compiled.diagnostics.has_errors(), "{}: {shown}", path.display());
            compiled
        };
        Case { since, old: compiled(&old), new: compiled(&new), path }
    }

    /// Returns the statements that lead there, and back.
    fn plans(&self, version: Option<PgVersion>) -> (Plan, Plan) {
        let there = Options { version, ..Options::of_source(&self.new, &self.old.catalog) };
        let back = Options { version, ..Options::default() };
        (change(&self.old, &self.new, &there), change(&self.new, &self.old, &back))
    }
}

fn change(old: &Compiled, new: &Compiled, options: &Options) -> Plan {
    plan::change(State::from(old), State::from(new), options).unwrap_or_else(|found| {
        panic!("{:?}", found.iter().map(|it| &it.message).collect::<Vec<_>>())
    })
}

fn check_kind(kind: &str) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder().join(kind))
        .unwrap_or_else(|error| panic!("tests/plans/{kind}: {error}"))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "tests/plans/{kind} has no case");
    let mut failures = String::new();
    for case in paths.into_iter().map(Case::read) {
        for major in MAJORS.into_iter().filter(|major| case.since <= *major) {
            if let Err(error) = check_case(&case, major) {
                let name = case.path.file_name().unwrap().to_string_lossy();
                writeln!(failures, "{kind}/{name} on PostgreSQL {major}: {error}").unwrap();
                break;
            }
        }
        snapshot(&case);
    }
    assert!(failures.is_empty(), "{failures}");
}

fn snapshot(case: &Case) {
    let (there, back) = case.plans(None);
    let text = |plan: &Plan| script(plan, Transactions::One);
    let shown = format!("── there ──\n{}\n── back ──\n{}", text(&there), text(&back));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(&case.path);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("plan", shown));
}

/// Takes a database there and back.
fn check_case(case: &Case, major: u32) -> Result<(), String> {
    let server = postgres::major(major);
    let (database, other) = (server.database(), server.database());
    let result = travel(case, major, &database, &other);
    end_subscriptions(&mut database.connect());
    end_subscriptions(&mut other.connect());
    result
}

fn travel(
    case: &Case,
    major: u32,
    database: &Database<'_>,
    other: &Database<'_>,
) -> Result<(), String> {
    for (place, it) in [(database, &case.old), (other, &case.new)] {
        let plan = plan::create(&it.catalog, &it.views, &it.origins).unwrap();
        let script = script(&plan, Transactions::One);
        place.run_sql(&script).map_err(|error| format!("{error}\n{script}"))?;
    }
    let (was, shall) = (read(database)?, read(other)?);
    let version = PgVersion::from_num(major * 10_000).unwrap();
    let (there, back) = case.plans(Some(version));
    apply(database, &there)?;
    same(&read(database)?, &shall).map_err(|it| format!("there: {it}\n{}", shown(&there)))?;
    apply(database, &back).map_err(|it| format!("back: {it}"))?;
    same(&read(database)?, &was).map_err(|it| format!("back: {it}\n{}", shown(&back)))
}

fn shown(plan: &Plan) -> String {
    script(plan, Transactions::One)
}

fn read(database: &Database<'_>) -> Result<Compiled, String> {
    let mut connection = Connection::open(&Url::parse(&database.url()).unwrap()).unwrap();
    let all = Wanted { owners: true, privileges: true };
    let pulled = pull(&mut connection, all, &Filter::default(), Split::Schema, &mut |_| {})
        .map_err(|it| it.to_string())?;
    let problems = pulled.problems.iter().map(|it| format!("{}: {}\n", it.object, it.what));
    let problems: String = problems.collect();
    if problems.is_empty() { Ok(pulled.compiled) } else { Err(problems) }
}

/// Runs the statements of a plan.
fn apply(database: &Database<'_>, plan: &Plan) -> Result<(), String> {
    let mut client = database.connect();
    let mut run = |sql: &str| {
        let told = |error: &::postgres::Error| {
            error.as_db_error().map_or(error.to_string(), |it| it.message().to_owned())
        };
        client.batch_execute(sql).map_err(|error| format!("{}\n{sql};", told(&error)))
    };
    run("BEGIN")?;
    for step in &plan.steps {
        let names: Vec<_> = step.search.iter().map(|it| quote_ident(it)).collect();
        let names = if names.is_empty() { "public".to_owned() } else { names.join(", ") };
        if step.transaction == Transaction::Alone {
            run("COMMIT")?;
            run(&step.sql)?;
            run("BEGIN")?;
        } else {
            run(&format!("SET LOCAL search_path = {names}"))?;
            run(&step.sql)?;
        }
    }
    run("COMMIT")
}

/// Fails where two databases hold something else, the order of columns aside.
fn same(found: &Compiled, wanted: &Compiled) -> Result<(), String> {
    let left = change(found, wanted, &Options::default());
    if !left.steps.is_empty() {
        return Err(format!("a second plan is not empty\n{}", shown(&left)));
    }
    let owners = |catalog: &Catalog| -> Vec<String> {
        let owner = |it: &schemac::catalog::Entry| format!("{:?} {:?}", it.owner, it.extensions);
        catalog.iter().map(|(at, entry)| format!("{at} {}", owner(entry))).collect()
    };
    if owners(&found.catalog) != owners(&wanted.catalog) {
        return Err("owners differ".to_owned());
    }
    let lines = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        let mut lines: Vec<&str> = text.lines().map(|it| it.trim_end_matches(',')).collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let differs = compare(&found.catalog, &wanted.catalog, None).into_iter();
    let differs: String = differs
        .filter(|it| lines(&it.old) != lines(&it.new))
        .map(|it| format!("- {:?}\n+ {:?}\n", it.old, it.new))
        .collect();
    if differs.is_empty() { Ok(()) } else { Err(differs) }
}
