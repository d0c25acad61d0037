//! What `schemac pull` costs beside `pg_dump -s`, for databases of 1,000 and 10,000 tables on a server of its own. Run it
//! with `cargo bench --manifest-path benches/Cargo.toml --bench pull`.
//!
//! The two run in turns, so that what else the machine does meets both. Memory is that of the programs; what the server
//! holds for them is not in it. It is looked at in runs that are not timed.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and runs programs")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use servers::database::Database;

#[allow(dead_code, reason = "the tests need more of it")]
#[path = "../tests/support/postgres/mod.rs"]
mod servers;

/// How many pairs are timed.
const PAIRS: usize = 5;

/// Tables of one transaction: each holds a lock on all that it makes.
const BATCH: usize = 500;

fn main() {
    let schemac = schemac();
    let server = servers::private();
    let pg_dump = servers::find::client("pg_dump", server.major()).path;
    println!("PostgreSQL {}; medians of {PAIRS} pairs", server.major());
    println!(
        "{:>7} {:>10} {:>8} {:>6} {:>12} {:>12} {:>15} {:>9}",
        "tables",
        "pg_dump s",
        "pull s",
        "ratio",
        "pg_dump MB",
        "pull MB",
        "pull us/table",
        "all pairs"
    );
    let mut costs = Vec::new();
    for n in [1_000, 10_000] {
        let database = server.database();
        fill(&database, n);
        costs.push(measure(&database, n, &pg_dump, &schemac));
    }
    if let [thousand, ten_thousand] = costs[..] {
        println!("a table among 10,000 costs {:.2} of one among 1,000", ten_thousand / thousand);
    }
}

/// Builds the program, for release, and returns its path.
fn schemac() -> PathBuf {
    // …/target/release/deps/pull-0123456789abcdef
    let own = std::env::current_exe().unwrap();
    let target = own.ancestors().nth(3).unwrap();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--locked", "--bin", "schemac", "--manifest-path"]);
    let built = cargo.arg(manifest).arg("--target-dir").arg(target).status().unwrap();
    assert!(built.success(), "schemac does not build");
    target.join("release/schemac")
}

/// Measures one size, prints its line, and returns what a table costs, in microseconds.
fn measure(database: &Database<'_>, n: usize, pg_dump: &Path, schemac: &Path) -> f64 {
    let scratch = Scratch::new();
    let pg_dump = || {
        let mut command = Command::new(pg_dump);
        servers::account::without_pg_variables(&mut command);
        command.args(["-s", "-d", &database.url(), "-f"]).arg(scratch.fresh());
        command
    };
    let pull = || {
        let mut command = Command::new(schemac);
        servers::account::without_pg_variables(&mut command);
        command.args(["pull", "--database-url", &database.url(), "--out"]).arg(scratch.fresh());
        command.current_dir(&scratch.0);
        command
    };
    // The first runs fill what the server caches, too.
    let (dump_mb, pull_mb) = (peak_mb(pg_dump()), peak_mb(pull()));
    let pairs: Vec<[f64; 2]> = (0..PAIRS).map(|_| [seconds(pg_dump()), seconds(pull())]).collect();
    let dump_s = median(pairs.iter().map(|it| it[0]));
    let pull_s = median(pairs.iter().map(|it| it[1]));
    let ratios: Vec<f64> = pairs.iter().map(|[dump, pull]| pull / dump).collect();
    let ratio = median(ratios.iter().copied());
    let cost = pull_s * 1e6 / n as f64;
    let mut all = ratios.iter().map(|it| format!("{it:.2}")).collect::<Vec<_>>();
    all.sort();
    println!(
        "{n:>7} {dump_s:>10.2} {pull_s:>8.2} {ratio:>6.2} {dump_mb:>12.0} {pull_mb:>12.0} {cost:>15.0}  {}",
        all.join(" ")
    );
    cost
}

/// Returns how long a program takes, to its end.
fn seconds(mut command: Command) -> f64 {
    let start = Instant::now();
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    let time = start.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    time.as_secs_f64()
}

/// Returns the most memory that a program holds, as Linux counts it. What it takes in its last milliseconds is missed.
fn peak_mb(mut command: Command) -> f64 {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut kb = 0_f64;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|it| it.split_ascii_whitespace().next()?.parse().ok());
        kb = kb.max(now.unwrap_or(0.0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{command:?} fails");
            return kb / 1e3;
        }
        sleep(Duration::from_millis(2));
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// A directory for what the programs write, removed with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        let path = std::env::temp_dir().join(format!("schemac-bench-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// Returns a path where nothing is.
    fn fresh(&self) -> PathBuf {
        let n = fs::read_dir(&self.0).unwrap().count();
        self.0.join(format!("out-{n}"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes `n` tables, and lets the planner know of them as autovacuum does on a server that is in use.
fn fill(database: &Database<'_>, n: usize) {
    database.run_sql("CREATE TYPE state AS ENUM ('open', 'closed', 'gone')").unwrap();
    let numbers: Vec<usize> = (0..n).collect();
    for of in [table, foreign_keys] {
        for batch in numbers.chunks(BATCH) {
            let script = batch.iter().map(|i| of(*i, n)).collect::<String>();
            database.run_sql(&script).unwrap();
        }
    }
    let mut client = database.connect();
    let catalogs = "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class \
                    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'";
    let catalogs: String = client.query_one(catalogs, &[]).unwrap().get(0);
    client.batch_execute(&format!("VACUUM (ANALYZE) {catalogs}")).unwrap();
}

/// Returns a table of 10 columns and 3 indexes besides that of its key. Defaults and checks are of a few sorts, as people
/// repeat themselves; every other key counts by a sequence of its own, as `bigserial` makes it.
fn table(i: usize, _: usize) -> String {
    let mut out = String::new();
    let key = if i.is_multiple_of(2) { "bigint GENERATED ALWAYS AS IDENTITY" } else { "bigserial" };
    let (amount, most) = (i % 7, 100 * (i % 5 + 1));
    let _ = write!(
        out,
        "CREATE TABLE table_{i:05} (
  id {key} PRIMARY KEY,
  first_id bigint NOT NULL,
  second_id bigint,
  title character varying(200) NOT NULL,
  kind text NOT NULL DEFAULT 'plain' CHECK (kind IN ('plain', 'fancy')),
  state state NOT NULL DEFAULT 'open',
  amount numeric(12,2) NOT NULL DEFAULT {amount} CHECK (amount >= 0 AND amount < {most}),
  settings jsonb NOT NULL DEFAULT '{{}}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz
);
CREATE INDEX ON table_{i:05} (first_id);
CREATE INDEX ON table_{i:05} (second_id, created_at DESC);
CREATE UNIQUE INDEX ON table_{i:05} (lower(title)) WHERE state <> 'gone';
COMMENT ON TABLE table_{i:05} IS 'Number {i}.';
"
    );
    out
}

/// Returns two foreign keys of a table, to any of the others.
fn foreign_keys(i: usize, n: usize) -> String {
    let (first, second) = (i * 7_919 % n, i * 104_729 % n);
    format!(
        "ALTER TABLE table_{i:05} ADD FOREIGN KEY (first_id) REFERENCES table_{first:05} ON DELETE CASCADE, \
         ADD FOREIGN KEY (second_id) REFERENCES table_{second:05};\n"
    )
}
