//! A plan that keeps nobody waiting leads to the same catalog as one that does, and has no hazard that blocks.

use std::collections::BTreeMap;

use schemac::chain::{Heading, script};
use schemac::diagnostic::Levels;
use schemac::hazard::{self, Migration, Subject};
use schemac::plan::online::online;
use schemac::plan::{self, Plan, Transaction};
use schemac::rules::RULES;
use schemac::source::{Source, Sources};

use crate::evolve::{apply, change, compiled, differences, held, make};
use crate::support::postgres;

/// What is there before, with rows.
const OLD: &str = "
table accounts {
  id: bigint primary key;
  name: text?;
  email: text;
  code: text;
  index accounts_name_idx (name);
  index accounts_email_idx (email);
}
table orders {
  id: bigint primary key;
  account_id: bigint;
  number: text;
  total: numeric;
}
table plain {
  id: bigint;
  note: text?;
}
table events {
  partition by range (id);
  id: bigint;
  kind: text;
  partition events_1 from (0) to (1000);
  partition events_2 default;
}
";

const ROWS: &str = "
INSERT INTO accounts SELECT n, 'n' || n, 'e' || n, 'c' || n FROM generate_series(1, 5000) n;
INSERT INTO orders SELECT n, n, 'o' || n, n FROM generate_series(1, 5000) n;
INSERT INTO plain SELECT n, 'x' FROM generate_series(1, 5000) n;
INSERT INTO events SELECT n, 'k' FROM generate_series(1, 5000) n;
";

/// Rules that a plan that keeps nobody waiting never raises.
const BLOCKING: [&str; 8] = [
    "rewrites-table",
    "check-without-not-valid",
    "foreign-key-without-not-valid",
    "not-null-without-check",
    "key-without-index",
    "index-not-concurrent",
    "drop-index-not-concurrent",
    "long-work-under-lock",
];

/// An edit of [`OLD`]: its name, what is replaced by what, and how many statements of the plan stand alone then.
type Edit = (&'static str, &'static [(&'static str, &'static str)], usize);

const EDITS: &[Edit] = &[
    ("an index more", &[("  total: numeric;", "  total: numeric;\n  index (account_id);")], 1),
    ("an index less", &[("  index accounts_name_idx (name);\n", "")], 1),
    (
        "an index otherwise",
        &[("accounts_name_idx (name)", "accounts_name_idx (name desc) where id > 5")],
        2,
    ),
    (
        "a unique index more",
        &[("  total: numeric;", "  total: numeric;\n  unique index (number);")],
        1,
    ),
    ("a unique constraint", &[("  code: text;", "  code: text unique;")], 1),
    (
        "a unique constraint that waits",
        &[("  code: text;", "  code: text;\n  unique (code, name) deferrable;")],
        1,
    ),
    ("a primary key", &[("  id: bigint;\n  note", "  id: bigint primary key;\n  note")], 1),
    ("a check", &[("  total: numeric;", "  total: numeric check (total > 0);")], 1),
    (
        "a foreign key",
        &[("  account_id: bigint;", "  account_id: bigint references accounts on delete cascade;")],
        1,
    ),
    ("not null", &[("  name: text?;", "  name: text;")], 1),
    ("not null in a key", &[("  note: text?;", "  note: text;\n  primary key (id, note);")], 2),
    (
        "a volatile default",
        &[("  number: text;", "  number: text;\n  token: uuid default gen_random_uuid();")],
        2,
    ),
    (
        "a volatile default that may be null",
        &[("  number: text;", "  number: text;\n  seen: timestamptz? default clock_timestamp();")],
        1,
    ),
    ("an index of a partitioned table", &[("  kind: text;", "  kind: text;\n  index (kind);")], 2),
    (
        "many at once",
        &[
            ("  total: numeric;", "  total: numeric check (total > 0);\n  index (account_id);"),
            ("  account_id: bigint;", "  account_id: bigint references accounts;"),
            ("  name: text?;", "  name: text;"),
            ("  index accounts_email_idx (email);\n", "  unique (email);\n"),
            (
                "table plain {",
                "table more {\n  id: bigint primary key;\n  index (id);\n}\ntable plain {",
            ),
        ],
        0,
    ),
];

#[test]
fn both_ways_lead_to_the_same_catalog() {
    let mut wrong = Vec::new();
    let majors = postgres::majors();
    for (n, (name, edits, n_alone)) in EDITS.iter().enumerate() {
        // All versions take turns, and all take the longest.
        let last = n + 1 == EDITS.len();
        for (_, major) in majors.iter().enumerate().filter(|(m, _)| last || *m == n % majors.len())
        {
            if let Err(text) = both(*major, edits, *n_alone) {
                wrong.push(format!("{major}: {name}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} go wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

fn both(major: u8, edits: &[(&str, &str)], n_alone: usize) -> Result<(), String> {
    let mut new = OLD.to_owned();
    for (from, to) in edits {
        assert!(new.contains(from), "`{from}` is in the source");
        new = new.replace(from, to);
    }
    let (before, after) = (compiled(OLD)?, compiled(&new)?);
    let version = schemac::sql::version::PgVersion::from_num(u32::from(major) * 10_000).ok();
    let options = plan::Options { version, ..plan::Options::of_source(&after, &before.catalog) };
    let offline = change(&before, &after, &options)?;
    let plan = online(offline.clone(), &before.catalog);
    let server = postgres::major(major.into());
    let (first, second) = (server.database(), server.database());
    for database in [&first, &second] {
        make(database, &before)?;
        database.run_sql(ROWS).map_err(|it| it.to_string())?;
    }
    let shown = text(&plan);
    apply(&first, &offline)?;
    apply(&second, &plan).map_err(|it| format!("{it}\n{shown}"))?;
    differences(&held(&second), &held(&first)).map_err(|it| format!("{it}\n{shown}"))?;
    let alone = plan.steps.iter().filter(|it| it.transaction == Transaction::Alone).count();
    if n_alone != 0 && alone != n_alone {
        return Err(format!("{alone} statements stand alone, not {n_alone}\n{shown}"));
    }
    let raised = hazards(&before, &shown);
    match raised.iter().any(|it| BLOCKING.contains(it)) {
        true => Err(format!("raises {raised:?}\n{shown}")),
        false => Ok(()),
    }
}

fn text(plan: &Plan) -> String {
    script(plan, &Heading::default(), &[])
}

/// Returns the hazards of a migration of a database that was made before.
fn hazards(before: &schemac::compile::Compiled, migration: &str) -> Vec<&'static str> {
    let made = plan::create(&before.catalog, &before.views, &before.origins).unwrap();
    let mut sources = Sources::default();
    let mut migrations = Vec::new();
    for (pending, text) in [(false, text(&made)), (true, migration.to_owned())] {
        let file = sources.add(Source::new("up.sql", text));
        migrations.push(Migration::read(file, sources.get(file), pending));
    }
    let levels = Levels::new(&RULES);
    let subject = Subject { sources: &sources, levels: &levels, sizes: &BTreeMap::new() };
    hazard::check(&migrations, &subject).iter().map(|it| it.rule.name).collect()
}

/// What fills a new column is run again where it was ended, and every row has a value then.
#[test]
fn a_backfill_that_is_ended_goes_on() {
    let (before, new) = (
        compiled(OLD).unwrap(),
        OLD.replace("  number: text;", "  number: text;\n  token: uuid default gen_random_uuid();"),
    );
    let after = compiled(&new).unwrap();
    let plan = online(change(&before, &after, &plan::Options::default()).unwrap(), &before.catalog);
    let database = postgres::default().database();
    make(&database, &before).unwrap();
    database.run_sql(ROWS).unwrap();
    let n = plan.steps.iter().position(|it| it.sql.contains("DO ")).unwrap();
    let part = |steps: &[plan::Step]| Plan { steps: steps.to_vec(), ..Plan::default() };
    apply(&database, &part(&plan.steps[..n])).unwrap();
    // As after a crash: some rows have a value, and one that has it keeps it.
    let mut client = database.connect();
    let half = "UPDATE orders SET token = '00000000-0000-0000-0000-000000000001' WHERE id <= 2000";
    client.batch_execute(half).unwrap();
    apply(&database, &part(&plan.steps[n..])).unwrap();
    let count = "SELECT count(*) FILTER (WHERE token = '00000000-0000-0000-0000-000000000001'),
        count(DISTINCT token), count(*) FROM orders";
    let row = client.query_one(count, &[]).unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (2000_i64, 3001_i64, 5000_i64));
}
