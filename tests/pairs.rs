//! One database becomes another: the change cases of other tools, all the way there and back.
//!
//! A pair is two scripts, `from.sql` and `to.sql`. Each is loaded into a database of its own and pulled. The plan that
//! leads from one to the other is applied on the first database: what `pg_dump` then tells of both is the same but for
//! the order of columns, and a second plan, of what is read then, is empty. The plan that leads back is applied after it:
//! `pg_dump` tells what it told at first.
//!
//! The pairs are beside the project, in `../shared/corpora/pairs/PEER/CASE/`, or in the folder that
//! `SCHEMAC_PAIRS_FOLDER` names, as `CASE/` or `PEER/CASE/`. Where there is neither, the test says so. All of them:
//!
//! ```sh
//! SCHEMAC_PAIRS=all cargo test --release --locked --test main -- pairs:: --nocapture
//! ```
//!
//! `SCHEMAC_PAIRS=pgdelta,sqldef/ChangeEnum` runs only these; without it a fixed third runs. What failed is a line
//! of the output each, the score comes last. The whole story of each failure, with the plans, is in the target
//! directory's `tmp/pairs/`. Two databases are made, read four times and dumped four times for a pair, which takes about
//! a third of a second of a processor.

mod case;
mod judge;
mod stage;
mod trip;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::support::postgres::find;
use crate::support::postgres::private_of;

use case::{Pair, pairs, scratch};
use judge::Judge;
use trip::{Failure, Trip};

/// Pairs that no plan can lead through, and why.
const UNREACHABLE: &[(&str, &str)] = &[(
    "drizzle/entity-filter-test-ts-push-huge-schema-1-776",
    "its to.sql is no state of a database: a foreign key refers to a table that nobody makes",
)];

#[test]
fn every_pair_arrives_and_returns() {
    let pairs = pairs();
    if pairs.is_empty() {
        println!(
            "no pairs: there is no ../shared/corpora/pairs, and SCHEMAC_PAIRS_FOLDER names no folder"
        );
        return;
    }
    let began = Instant::now();
    let outcomes = run(pairs);
    let told = tell(&outcomes, began.elapsed().as_secs_f64());
    fs::write(scratch("").join("report.txt"), &told).unwrap();
    println!("{told}");
    let unexpected: Vec<&str> = outcomes
        .iter()
        .filter(|it| it.failure.is_some() && reason(&it.name).is_none())
        .map(|it| it.name.as_str())
        .collect();
    assert!(unexpected.is_empty(), "{} pairs failed\n{told}", unexpected.len());
    let reached: Vec<&str> = outcomes
        .iter()
        .filter(|it| it.failure.is_none() && reason(&it.name).is_some())
        .map(|it| it.name.as_str())
        .collect();
    assert!(reached.is_empty(), "these are held to be out of reach and are not: {reached:?}");
}

/// Why a pair can't be reached.
fn reason(name: &str) -> Option<&'static str> {
    UNREACHABLE.iter().find(|(it, _)| *it == name).map(|(_, reason)| *reason)
}

/// What became of a pair.
struct Outcome {
    peer: String,
    name: String,
    failure: Option<Failure>,
}

/// Takes all pairs there and back, on as many threads as there are processors.
///
/// Each thread has a server of its own, because roles belong to the whole server.
fn run(mut pairs: Vec<Pair>) -> Vec<Outcome> {
    pairs.reverse();
    let program = find::default_server();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(pairs.len());
    let (todo, done) = (Mutex::new(pairs), Mutex::new(Vec::new()));
    let next = || todo.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        for n in 0..threads {
            let (next, done, program) = (&next, &done, &program);
            scope.spawn(move || {
                let server = private_of(program);
                let mut admin = server.hold("pairs");
                let mut judge =
                    Judge::start(&scratch(&format!("judge-{}-{n}", std::process::id())));
                while let Some(pair) = next() {
                    let mut trip = Trip::new(&server, &mut admin, &mut judge);
                    let failure = trip.go(&pair).err();
                    let story = scratch("failures").join(pair.name.replace('/', "-") + ".txt");
                    let _ = fs::remove_file(&story);
                    if let Some(failure) = &failure {
                        println!("{}", line(&pair.name, failure));
                        fs::write(story, trip.story(&pair, failure)).unwrap();
                    }
                    let outcome = Outcome { peer: pair.peer, name: pair.name, failure };
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    let mut outcomes = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by(|left, right| left.name.cmp(&right.name));
    outcomes
}

/// A failure in one line.
fn line(name: &str, failure: &Failure) -> String {
    let text = failure.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = text.chars().take(220).collect();
    let known = reason(name).map(|reason| format!(" (out of reach: {reason})")).unwrap_or_default();
    format!("FAILED {name}: {}: {shown}{known}", failure.stage)
}

/// A line for each failure, then the score.
fn tell(outcomes: &[Outcome], seconds: f64) -> String {
    let mut out = String::new();
    let mut scores: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes {
        let (passed, all) = scores.entry(&outcome.peer).or_default();
        *all += 1;
        match &outcome.failure {
            Some(failure) => writeln!(out, "{}", line(&outcome.name, failure)).unwrap(),
            None => *passed += 1,
        }
    }
    let score = |passed: usize, all: usize| {
        format!("{passed} of {all} pairs, {:.1} %", 100.0 * passed as f64 / all as f64)
    };
    for (peer, (passed, all)) in &scores {
        writeln!(out, "{peer:10} {}", score(*passed, *all)).unwrap();
    }
    let passed = outcomes.iter().filter(|it| it.failure.is_none()).count();
    writeln!(out, "{:10} {} in {seconds:.0} s", "all", score(passed, outcomes.len())).unwrap();
    out
}
