//! Every kind of object loads on PostgreSQL and reads back as declared.
//!
//! A case is `tests/kinds/<kind>/<case>.schema` and, beside it, `<case>.sql`: the SQL that a person would have written
//! for the same. Both are loaded on each major version, and `pg_dump` must tell the same of both. A case whose first
//! line is `// since: 15` is for that version and later. Roles belong to the whole server, so a role's name begins
//! with its kind's and occurs in one kind only.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ::postgres::Client;
use schemac::compile::{Compiled, compile};
use schemac::emit::sql::{Transactions, script};
use schemac::object::address::Kind;
use schemac::source::{Source, Sources};
use schemac::sql::ident::quote_ident;

use crate::support::pg_dump;
use crate::support::postgres::database::Database;
use crate::support::postgres::{self, Server};

/// The major versions that every case is loaded on.
pub(crate) const MAJORS: [u32; 3] = [14, 15, 18];

/// Hands the folders of cases to a macro.
macro_rules! for_each_folder {
    ($macro:ident) => {
        $macro! {
            access_method,
            aggregate,
            base_type,
            cast,
            circle,
            collation,
            comment,
            composite_type,
            constraint,
            conversion,
            default_privileges,
            domain,
            enum_type,
            event_trigger,
            extension,
            foreign_data_wrapper,
            foreign_key,
            foreign_table,
            index,
            language,
            materialized_view,
            mixin,
            names,
            operator,
            operator_class,
            partition,
            policy,
            privilege,
            publication,
            range_type,
            raw,
            role,
            routine,
            rule,
            schema,
            sequence,
            server,
            statistics,
            subscription,
            table,
            text_search,
            transform,
            trigger,
            user_mapping,
            view,
        }
    };
}
pub(crate) use for_each_folder;

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

for_each_folder!(kinds);

#[test]
fn every_folder_of_cases_is_run() {
    let mut folders: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut kinds = KINDS.to_vec();
    kinds.sort_unstable();
    assert_eq!(folders, kinds);
}

/// The scripts need no help from the harness: `psql` loads each in one transaction.
#[test]
fn psql_loads_every_script() {
    let server = postgres::private();
    let mut failures = String::new();
    for case in KINDS.iter().flat_map(|kind| cases(kind)) {
        if server.major() < case.since {
            continue;
        }
        let database = server.database();
        let file = std::env::temp_dir().join(format!("{}.sql", database.name));
        fs::write(&file, case.script()).unwrap();
        let loaded = database.psql(&file);
        fs::remove_file(&file).unwrap();
        if let Err(error) = loaded {
            writeln!(failures, "{}: {error}", case.path.display()).unwrap();
        }
        clean(&database, &case);
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The order of files and of declarations means nothing: the same bytes come of every order.
#[test]
fn every_order_gives_the_same_script() {
    let mut failures = String::new();
    for case in KINDS.iter().flat_map(|kind| cases(kind)) {
        let script = case.script();
        for seed in 1..4 {
            let shuffled = compile_files(&shuffled(&case.text, seed));
            let other = shuffled.script();
            if other != script {
                let diff = similar::TextDiff::from_lines(&script, &other);
                let lines = diff.unified_diff().context_radius(1).to_string();
                writeln!(failures, "{} with seed {seed}\n{lines}", case.path.display()).unwrap();
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Puts each declaration into a file of its own, with the schema of the whole, in an order that follows from the seed.
fn shuffled(text: &str, seed: u64) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add(Source::new("case.schema", text));
    let (asts, _) = schemac::syntax::parse(&sources);
    let spans = asts[0].items.iter().map(|item| {
        let mut nodes = item.nodes().map(|node| node.span());
        let first = nodes.next().unwrap();
        first.start as usize..nodes.last().unwrap_or(first).end as usize
    });
    let (home, mut files): (Vec<String>, Vec<String>) =
        spans.map(|range| text[range].to_owned()).partition(|it| it.starts_with("in schema "));
    files.iter_mut().for_each(|it| it.insert_str(0, &home.concat()));
    let mut state = seed;
    for n in (1..files.len()).rev() {
        // Knuth's multiplier: any generator will do.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        files.swap(n, (state >> 33) as usize % (n + 1));
    }
    files
}

/// A circle that nothing breaks is told with all who are in it.
#[test]
fn a_circle_that_nothing_breaks_is_reported() {
    let text = "table a { n: integer generated always as (f(null::a)) stored; }\n\
                function f(r: a) returns integer language sql immutable as 'select 1';";
    let compiled = compile_files(&[text.to_owned()]);
    assert!(!compiled.meaning.diagnostics.has_errors(), "{}", compiled.shown);
    let plan = schemac::plan::create(
        &compiled.meaning.catalog,
        &compiled.meaning.views,
        &compiled.meaning.origins,
    );
    let circles = plan.unwrap_err();
    let told: Vec<&str> = circles.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "objects need each other in a circle: `function public.f(public.a)` needs `table public.a` needs \
          `function public.f(public.a)`"
        ]
    );
    assert_eq!(circles.iter().next().unwrap().labels.len(), 2);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kinds")
}

/// A source and the SQL that it must equal.
pub(crate) struct Case {
    pub(crate) path: PathBuf,
    pub(crate) since: u32,
    text: String,
    compiled: Attempt,
    pub(crate) reference: String,
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let text = fs::read_to_string(&path).unwrap();
        let since = text.lines().next().and_then(|line| line.strip_prefix("// since: "));
        let since = since.map_or(0, |major| major.trim().parse().unwrap());
        let reference = fs::read_to_string(path.with_extension("sql")).unwrap();
        let compiled = compile_files(std::slice::from_ref(&text));
        Case { path, since, text, compiled, reference }
    }

    /// The roles that the case makes.
    fn roles(&self) -> Vec<String> {
        self.compiled.meaning.catalog.of(Kind::Role).map(|(at, _)| at.name.to_string()).collect()
    }

    fn script(&self) -> String {
        assert!(!self.has_errors(), "{}: {}", self.path.display(), self.compiled.shown);
        self.compiled.script()
    }

    fn has_errors(&self) -> bool {
        self.compiled.meaning.diagnostics.has_errors()
    }
}

/// What became of a source.
struct Attempt {
    meaning: Compiled,
    /// Its diagnostics, one a line.
    shown: String,
}

impl Attempt {
    fn script(&self) -> String {
        let Compiled { catalog, views, origins, .. } = &self.meaning;
        script(&schemac::plan::create(catalog, views, origins).unwrap(), Transactions::One)
    }
}

fn compile_files(texts: &[String]) -> Attempt {
    let mut sources = Sources::default();
    for (n, text) in texts.iter().enumerate() {
        sources.add(Source::new(format!("case{n}.schema"), text));
    }
    let meaning = compile(&sources);
    let mut shown = String::new();
    for it in meaning.diagnostics.iter() {
        let place = it.span().map_or("", |span| sources.text(span));
        writeln!(shown, "{}: {} at {place}", it.rule.name, it.message).unwrap();
    }
    Attempt { meaning, shown }
}

pub(crate) fn cases(kind: &str) -> Vec<Case> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder().join(kind))
        .unwrap_or_else(|error| panic!("tests/kinds/{kind}: {error}"))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "schema"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "tests/kinds/{kind} has no case");
    paths.into_iter().map(Case::read).collect()
}

fn check_kind(kind: &str) {
    let mut failures = String::new();
    for case in cases(kind) {
        let name = case.path.file_name().unwrap().to_string_lossy().into_owned();
        if case.has_errors() {
            writeln!(failures, "{name} has errors\n{}", case.compiled.shown).unwrap();
            continue;
        }
        let script = case.script();
        let mut failed = false;
        for major in MAJORS.into_iter().filter(|major| case.since <= *major) {
            if let Err(error) = check_case(&case, &script, postgres::major(major)) {
                writeln!(failures, "{name} on PostgreSQL {major}: {error}").unwrap();
                failed = true;
            }
        }
        if failed {
            writeln!(failures, "the script of {name}:\n{script}").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Loads both scripts, and compares what PostgreSQL then holds.
fn check_case(case: &Case, script: &str, server: &Server) -> Result<(), String> {
    let ours = load(case, server, script)?;
    let reference =
        load(case, server, &case.reference).map_err(|error| format!("the reference: {error}"))?;
    let differences =
        pg_dump::differences(&pg_dump::parse(&ours.dump), &pg_dump::parse(&reference.dump));
    if !differences.is_empty() {
        return Err(format!("- is ours, + is the reference\n{}", differences.join("\n")));
    }
    if ours.roles != reference.roles {
        return Err(format!("roles: {}\nreference: {}", ours.roles, reference.roles));
    }
    Ok(())
}

/// What PostgreSQL tells of a loaded script.
struct Loaded {
    dump: String,
    roles: String,
}

fn load(case: &Case, server: &Server, script: &str) -> Result<Loaded, String> {
    let _roles = hold_roles(case, server);
    let database = server.database();
    let loaded = database.run_sql(script).map_err(|error| error.to_string());
    let told = loaded.map(|()| Loaded {
        dump: database.dump(),
        roles: case.roles().iter().map(|role| tell_role(&database, role)).collect(),
    });
    clean(&database, case);
    told
}

/// Keeps the case's roles, which belong to the whole server, from other tests with the same ones.
pub(crate) fn hold_roles(case: &Case, server: &Server) -> Option<Client> {
    let roles = case.roles();
    (!roles.is_empty()).then(|| server.hold(case.path.parent().unwrap().to_str().unwrap()))
}

/// What `pg_dump` leaves to `pg_dumpall`: a role's flags, memberships and settings.
fn tell_role(database: &Database<'_>, role: &str) -> String {
    let query = "SELECT row(rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, \
                 rolconnlimit, rolvaliduntil, rolbypassrls, \
                 (SELECT array_agg(s.setconfig || d.datname::text) FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase \
                  WHERE s.setrole = r.oid), \
                 (SELECT array_agg(row(g.rolname, m.admin_option)::text ORDER BY g.rolname) FROM pg_auth_members m \
                  JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), \
                 shobj_description(r.oid, 'pg_authid'))::text \
                 FROM pg_roles r WHERE rolname = $1";
    database.connect().query_one(query, &[&role]).unwrap().get::<_, String>(0) + "\n"
}

/// Removes what outlives a database or keeps it alive.
pub(crate) fn clean(database: &Database<'_>, case: &Case) {
    disown(database, case);
    drop_roles(database, case);
}

/// Takes from the case's roles what they have in a database, and ends its subscriptions.
pub(crate) fn disown(database: &Database<'_>, case: &Case) {
    let mut client = database.connect();
    end_subscriptions(&mut client);
    for role in case.roles() {
        let exists = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)";
        if client.query_one(exists, &[&role]).unwrap().get(0) {
            client.batch_execute(&format!("DROP OWNED BY {} CASCADE", quote_ident(&role))).unwrap();
        }
    }
}

/// Drops the subscriptions of a database, which could not be dropped with them.
pub(crate) fn end_subscriptions(client: &mut ::postgres::Client) {
    let subscriptions = "SELECT quote_ident(subname) FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid \
                         AND datname = current_database()";
    for row in client.query(subscriptions, &[]).unwrap() {
        let name: String = row.get(0);
        for statement in [
            format!("ALTER SUBSCRIPTION {name} DISABLE"),
            format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"),
            format!("DROP SUBSCRIPTION {name}"),
        ] {
            client.batch_execute(&statement).unwrap();
        }
    }
}

/// Drops the case's roles, which must have nothing left.
fn drop_roles(database: &Database<'_>, case: &Case) {
    let mut client = database.connect();
    for role in case.roles() {
        client.batch_execute(&format!("DROP ROLE IF EXISTS {}", quote_ident(&role))).unwrap();
    }
}
