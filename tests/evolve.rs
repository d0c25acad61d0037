//! Random catalogs and random edits of them: the plan leads there and back on a real server, and rows survive.
//!
//! Each pair is told by its seed. `SCHEMAC_EVOLVE=FROM..TO` runs others than the fixed ones, as
//! `SCHEMAC_EVOLVE=0..5000 cargo nextest run --release evolve --no-capture`.

mod edit;
mod model;
mod random;
mod rows;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use schemac::catalog::Catalog;
use schemac::compile::{Compiled, compile};
use schemac::database::Connection;
use schemac::database::url::Url;
use schemac::emit::sql::{Transactions, script};
use schemac::introspect::{Options, introspect};
use schemac::object::Object;
use schemac::plan::online::online;
use schemac::plan::{self, Plan, Rename, State, Transaction};
use schemac::source::{Source, Sources};

use crate::support::postgres::database::Database;
use crate::support::postgres::{self, Server};
use edit::edits;
use model::Model;
use random::Random;

/// The seeds that run where nothing else is said.
const SEEDS: std::ops::Range<u64> = 0..120;

/// How many at a time.
const WORKERS: usize = 2;

#[test]
fn random_edits_arrive_and_go_back() {
    let seeds = match std::env::var("SCHEMAC_EVOLVE") {
        Ok(text) if !text.is_empty() => {
            let (from, to) = text.split_once("..").expect("SCHEMAC_EVOLVE is FROM..TO");
            from.parse().unwrap()..to.parse().unwrap()
        }
        _ => SEEDS,
    };
    let next = AtomicU64::new(seeds.start);
    let failures = Mutex::new(BTreeMap::new());
    let majors = postgres::majors();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seeds.end <= seed {
                        break;
                    }
                    let major = majors[seed as usize % majors.len()];
                    let server = postgres::major(major.into());
                    if let Err(text) = evolve(seed, server) {
                        failures.lock().unwrap().insert(seed, format!("on {major}: {text}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    for (seed, text) in &failures {
        println!("FAILED seed {seed} {text}\n");
    }
    let n_seeds = seeds.end - seeds.start;
    assert!(failures.is_empty(), "{} of {n_seeds} random edits fail", failures.len());
}

/// Takes one random catalog to another and back.
fn evolve(seed: u64, server: &Server) -> Result<(), String> {
    let mut random = Random::new(seed);
    let old = Model::random(&mut random);
    let mut new = old.clone();
    let told = edits(&mut new, &mut random);
    let (old_text, new_text) = (old.source(), new.source());
    let story = |what: String| {
        format!("{what}\n== edits\n{}\n== old\n{old_text}\n== new\n{new_text}", told.join("\n"))
    };
    let before = compiled(&old_text).map_err(&story)?;
    let after = compiled(&new_text).map_err(&story)?;
    let database = server.database();
    make(&database, &before).map_err(&story)?;
    let fresh = server.database();
    make(&fresh, &after).map_err(&story)?;
    let (first, last) = (held(&database), held(&fresh));
    rows::fill(&database, &old, &mut random);
    let rows_before = rows::read(&database, &old);

    let version =
        Some(schemac::sql::version::PgVersion::from_num(server.major() * 10_000).unwrap());
    let options = plan::Options { version, ..plan::Options::of_source(&after, &before.catalog) };
    // Every other one keeps nobody waiting.
    let way =
        |plan: Plan, old: &Catalog| if seed.is_multiple_of(2) { plan } else { online(plan, old) };
    let up = way(change(&before, &after, &options).map_err(&story)?, &before.catalog);
    apply(&database, &up)
        .map_err(|it| story(format!("up: {it}\n{}", script(&up, Transactions::One))))?;
    differences(&held(&database), &last)
        .map_err(|it| story(format!("up: {it}\n{}", script(&up, Transactions::One))))?;
    rows::survive(&rows_before, &rows::read(&database, &new), &old, &new)
        .map_err(|it| story(format!("up: {it}\n{}", script(&up, Transactions::One))))?;

    let back = plan::Options {
        renames: turned_round(&options.renames),
        version,
        ..plan::Options::default()
    };
    let down = way(change(&after, &before, &back).map_err(&story)?, &after.catalog);
    apply(&database, &down)
        .map_err(|it| story(format!("down: {it}\n{}", script(&down, Transactions::One))))?;
    differences(&held(&database), &first)
        .map_err(|it| story(format!("down: {it}\n{}", script(&down, Transactions::One))))?;
    rows::survive_both(&rows_before, &rows::read(&database, &old), &old, &new)
        .map_err(|it| story(format!("down: {it}\n{}", script(&down, Transactions::One))))
}

pub(crate) fn compiled(text: &str) -> Result<Compiled, String> {
    let mut sources = Sources::default();
    sources.add(Source::new("random.schema", text));
    let compiled = compile(&sources);
    let errors: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|it| it.level == schemac::diagnostic::Level::Error)
        .map(|it| it.message.clone())
        .collect();
    if errors.is_empty() { Ok(compiled) } else { Err(format!("no source: {}", errors.join("; "))) }
}

pub(crate) fn change(
    old: &Compiled,
    new: &Compiled,
    options: &plan::Options,
) -> Result<Plan, String> {
    let plan = plan::change(State::from(old), State::from(new), options);
    plan.map_err(|found| found.iter().map(|it| it.message.clone()).collect())
}

pub(crate) fn make(database: &Database<'_>, compiled: &Compiled) -> Result<(), String> {
    let plan = plan::create(&compiled.catalog, &compiled.views, &compiled.origins);
    let plan =
        plan.map_err(|found| found.iter().map(|it| it.message.clone()).collect::<String>())?;
    apply(database, &plan).map_err(|it| format!("make: {it}\n{}", script(&plan, Transactions::One)))
}

/// Applies a plan: each transaction by itself, as the runner does it.
pub(crate) fn apply(database: &Database<'_>, plan: &Plan) -> Result<(), String> {
    let mut client = database.connect();
    client.batch_execute("SET check_function_bodies = on").unwrap();
    for part in segments(plan) {
        client.batch_execute(&part).map_err(|error| {
            let message = error
                .as_db_error()
                .map_or_else(|| error.to_string(), |it| format!("{} {it}", it.code().code()));
            format!("{message}\n{part}")
        })?;
    }
    Ok(())
}

/// Returns what goes to the server at a time.
fn segments(plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    let together = plan.steps.chunk_by(|a, b| a.transaction == b.transaction);
    for steps in together {
        if steps.iter().all(|it| it.transaction == Transaction::Inside) {
            let plan = Plan { steps: steps.to_vec(), ..Plan::default() };
            out.push(script(&plan, Transactions::One));
        } else {
            out.extend(steps.iter().map(|it| it.sql.clone()));
        }
    }
    out
}

/// Returns what a database holds, the order of columns aside.
pub(crate) fn held(database: &Database<'_>) -> Catalog {
    let mut connection = Connection::open(&Url::parse(&database.url()).unwrap()).unwrap();
    let options = Options { owners: false, privileges: true };
    introspect(&mut connection, options, &mut |_| {}).unwrap().catalog
}

pub(crate) fn differences(found: &Catalog, wanted: &Catalog) -> Result<(), String> {
    let mut out = String::new();
    let sorted = |object: &Object| {
        let Object::Table(it) = object else { return object.clone() };
        let mut table = it.as_ref().clone();
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        Object::from(table)
    };
    for (at, entry) in wanted.iter() {
        match found.get(at) {
            None => out.push_str(&format!("lacks {at}\n")),
            Some(other) => {
                if sorted(&other.object) != sorted(&entry.object)
                    || (&other.comment, &other.privileges) != (&entry.comment, &entry.privileges)
                {
                    let lines = |it: &Object| format!("{:#?}", sorted(it));
                    let (is, be) = (lines(&other.object), lines(&entry.object));
                    let line = is.lines().zip(be.lines()).find(|(a, b)| a != b);
                    out.push_str(&format!("differs {at}: {line:?}\n"));
                }
            }
        }
    }
    for (at, _) in found.iter().filter(|(at, _)| wanted.get(at).is_none()) {
        out.push_str(&format!("has besides {at}\n"));
    }
    if out.is_empty() { Ok(()) } else { Err(out) }
}

/// Returns the renames of the way back.
fn turned_round(renames: &[Rename]) -> Vec<Rename> {
    let object = |at: &schemac::object::address::Address| {
        let found = renames.iter().find_map(|it| match it {
            Rename::Object { from, to } if from == at => Some(to.clone()),
            Rename::Object { .. } | Rename::Member { .. } => None,
        });
        found.unwrap_or_else(|| at.clone())
    };
    renames
        .iter()
        .map(|it| match it {
            Rename::Object { from, to } => Rename::Object { from: to.clone(), to: from.clone() },
            Rename::Member { of, from, to } => {
                Rename::Member { of: object(of), from: to.clone(), to: from.clone() }
            }
        })
        .collect()
}
