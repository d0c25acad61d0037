//! Many cases on a few threads, and what is told of them.

use std::fmt::Write as _;
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::support::postgres::find::Program;
use crate::support::postgres::private_of;

use super::case::{Case, is_filtered, scratch};
use super::trip::{Outcome, Pair, Stage, Verdict};

/// What became of a set of cases on one server.
pub(super) struct Told {
    /// A line a case, then what went wrong.
    text: String,
    failed: usize,
}

/// Fails where anything went wrong in any of these.
pub(super) fn pass<const N: usize>(all: [Told; N]) {
    let failures: Vec<&Told> = all.iter().filter(|it| 0 < it.failed).collect();
    let count: usize = failures.iter().map(|it| it.failed).sum();
    let texts: Vec<&str> = failures.iter().map(|it| it.text.as_str()).collect();
    assert!(count == 0, "{count} databases did not come back\n{}", texts.join("\n"));
}

/// Takes every case to source and back, largest first, on as many threads as there are processors.
///
/// Each thread has servers of its own, because roles belong to the whole server.
pub(super) fn run(set: &str, program: &Program, mut cases: Vec<Case>) -> Told {
    let size = |case: &Case| fs::metadata(&case.script).map_or(0, |it| it.len());
    cases.sort_by_key(size);
    let major = program.major;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(cases.len());
    let (todo, done) = (Mutex::new(cases), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for n in 0..threads {
            let (todo, done) = (&todo, &done);
            scope.spawn(move || {
                let pair = Pair {
                    original: private_of(program),
                    again: private_of(program),
                    complete: set == "own" || program.path.starts_with("/usr/lib/postgresql"),
                    folder: scratch(&format!("{set}-{major}")).join(n.to_string()),
                };
                while let Some(case) = next(todo) {
                    let outcome = pair.travel(&case);
                    println!("PostgreSQL {major}: {}", line(&outcome));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    let mut outcomes = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let left_out = outcomes.iter().filter(|it| matches!(it.verdict, Verdict::LeftOut(_))).count();
    let enough = left_out * 2 <= outcomes.len() || is_filtered();
    assert!(enough, "most {set} databases do not load on PostgreSQL {major}");
    outcomes.sort_by(|left, right| left.name.cmp(&right.name));
    let told = tell(&format!("{set} databases on PostgreSQL {}", program.version), &outcomes);
    fs::write(scratch("reports").join(format!("{set}-{major}.txt")), &told.text).unwrap();
    told
}

fn next(todo: &Mutex<Vec<Case>>) -> Option<Case> {
    todo.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// What is told of a case in one line.
fn line(outcome: &Outcome) -> String {
    let total: Duration = outcome.times.iter().map(|(_, time)| *time).sum();
    let verdict = match &outcome.verdict {
        Verdict::Identical => "identical".to_owned(),
        Verdict::LeftOut(reason) => format!("left out: {reason}"),
        Verdict::Failed(failures) => {
            let stages: Vec<String> = failures.iter().map(|(stage, _)| stage.to_string()).collect();
            format!("FAILED: {}", stages.join(", "))
        }
    };
    format!("{:6.2} s {} {verdict}", total.as_secs_f64(), outcome.name)
}

fn tell(title: &str, outcomes: &[Outcome]) -> Told {
    let failed = outcomes.iter().filter(|it| matches!(it.verdict, Verdict::Failed(_))).count();
    let left_out = outcomes.iter().filter(|it| matches!(it.verdict, Verdict::LeftOut(_))).count();
    let identical = outcomes.len() - failed - left_out;
    let mut text = format!(
        "{title}: {identical} identical, {failed} failed, {left_out} left out\n{}\n",
        stages(outcomes)
    );
    for outcome in outcomes {
        writeln!(text, "{}", line(outcome)).unwrap();
    }
    for outcome in outcomes {
        if let Verdict::Failed(failures) = &outcome.verdict {
            for (stage, detail) in failures {
                writeln!(text, "\n== {}: {stage}\n{detail}", outcome.name).unwrap();
            }
        }
    }
    Told { text, failed }
}

/// How long each stage took over all cases.
fn stages(outcomes: &[Outcome]) -> String {
    let mut sums: Vec<(Stage, Duration)> = Vec::new();
    for (stage, time) in outcomes.iter().flat_map(|it| &it.times) {
        match sums.iter_mut().find(|(it, _)| it == stage) {
            Some((_, sum)) => *sum += *time,
            None => sums.push((*stage, *time)),
        }
    }
    let told = sums.iter().map(|(stage, sum)| format!("{stage} {:.1} s", sum.as_secs_f64()));
    told.collect::<Vec<_>>().join(", ")
}
