//! What compiling costs at 100, 1,000 and 10,000 tables: time and peak memory of each stage, and whether cost grows
//! linearly. Run it with `cargo bench --manifest-path benches/Cargo.toml`; each size runs in a process of its own, so that
//! peaks do not mix.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and starts itself again"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use schemac::emit::{rust, sql};
use schemac::diagnostic::Levels;
use schemac::rules::RULES;
use schemac::source::{Source, Sources};
use schemac::{compile, format, lint, plan, syntax};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|it| it == "--tables").and_then(|at| arguments.get(at + 1)) {
        Some(n) => measure(n.parse().unwrap()),
        None => {
            println!(
                "{:>7} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}  parsing",
                "tables", "parse", "compile", "order", "SQL", "Rust", "check", "lint", "peak"
            );
            let mut checks = Vec::new();
            for n in [100, 1_000, 10_000] {
                let child = std::process::Command::new(std::env::current_exe().unwrap())
                    .args(["--tables", &n.to_string()])
                    .output()
                    .unwrap();
                let line = String::from_utf8_lossy(&child.stdout).into_owned();
                print!("{line}{}", String::from_utf8_lossy(&child.stderr));
                let check: Option<f64> =
                    line.split_ascii_whitespace().nth(6).and_then(|it| it.parse().ok());
                checks.extend(check);
            }
            if let [_, thousand, ten_thousand] = checks[..] {
                println!("check of 10,000 tables is {:.1} of 1,000", ten_thousand / thousand);
            }
            println!(
                "times in ms, the median of {RUNS} runs; check = parse and compile; lint = every lint, besides; peak in MB"
            );
        }
    }
}

/// Measures one size and prints its line.
fn measure(n: usize) {
    let text = schema(n);
    let sources: Sources = [Source::new("bench.schema", text.clone())].into_iter().collect();
    let parse = median(|| black_box(syntax::parse(&sources).0.len()));
    let check = median(|| black_box(compile::compile(&sources).catalog.len()));
    let compiled = compile::compile(&sources);
    assert!(compiled.sound().is_some(), "the generated schema has no error");
    let order = median(|| {
        plan::create(&compiled.catalog, &compiled.views, &compiled.origins).unwrap().steps.len()
    });
    let steps = plan::create(&compiled.catalog, &compiled.views, &compiled.origins).unwrap();
    let script = median(|| sql::script(&steps, sql::Transactions::One).len());
    let same = median(|| change(&compiled, &compiled));
    let more = text.replacen("{\n", "{\n  one_more: integer?;\n", 1);
    let more = compile::compile(&[Source::new("bench.schema", more)].into_iter().collect());
    let one_more = median(|| change(&compiled, &more));
    assert_eq!((change(&compiled, &compiled), change(&compiled, &more)), (0, 1));
    let options = rust::Options::default();
    let types = median(|| rust::files(compiled.sound().unwrap(), &options).unwrap().len());
    let mut levels = Levels::new(&RULES);
    RULES.iter().for_each(|rule| levels.set(rule, Some(rule.level)));
    let lint = median(|| lint::lint(&sources, &compiled, &levels).len());
    let peak = peak_mb();
    let (file, _) = sources.iter().next().unwrap();
    let layout = median(|| format::format(&sources, file).text.len());
    let scan = median(|| memchr::memchr_iter(b';', text.as_bytes()).count());
    let ddl = equivalent_sql(n);
    let other = median(|| Parser::parse_sql(&PostgreSqlDialect {}, &ddl).unwrap().len());
    let mb = text.len() as f64 / 1e6;
    let rate = |time: Duration, mb: f64| mb / time.as_secs_f64();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{n:>7} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {peak:>9.0}  plan of no change {:.1} ms, of one column more {:.1} ms; lints {:.2} of check; fmt {:.1} ms, {:.0} MB/s; parsing {:.0} MB/s; {:.3} of a memchr scan; {:.2} of sqlparser's {:.0} MB/s on the equivalent SQL",
        ms(parse),
        ms(check.saturating_sub(parse)),
        ms(order),
        ms(script),
        ms(types),
        ms(check),
        ms(lint),
        ms(same),
        ms(one_more),
        (check + lint).as_secs_f64() / check.as_secs_f64(),
        ms(layout),
        rate(layout, mb),
        rate(parse, mb),
        scan.as_secs_f64() / parse.as_secs_f64(),
        rate(parse, mb) / rate(other, ddl.len() as f64 / 1e6),
        rate(other, ddl.len() as f64 / 1e6),
    );
}

/// Plans a change, and returns how many statements it has.
fn change(old: &compile::Compiled, new: &compile::Compiled) -> usize {
    let options = plan::Options::default();
    plan::change(plan::State::from(old), plan::State::from(new), &options).unwrap().steps.len()
}

/// Returns the median time of a few runs.
fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// Returns the most memory that the process has held, as Linux counts it.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kb: f64 = line
        .and_then(|line| line.split_ascii_whitespace().nth(1))
        .and_then(|kb| kb.parse().ok())
        .unwrap_or(0.0);
    kb / 1e3
}

/// Returns `n` tables of 10 columns, 2 foreign keys and 3 indexes as `.schema` text.
fn schema(n: usize) -> String {
    let mut out = String::new();
    for i in 0..n {
        let (first, second) = (i * 7_919 % n, i * 104_729 % n);
        let _ = write!(
            out,
            "/// Number {i}.
table table_{i:05} as Table{i:05} {{
  id: bigint primary key generated always as identity;
  first_id: bigint? references table_{first:05} on delete cascade;
  second_id: bigint? references table_{second:05};
  title: text;
  state: text default 'open' check (state in ('open', 'closed'));
  amount: numeric(12,2) default 0;
  settings: jsonb default '{{}}';
  active: boolean default true;
  created_at: timestamptz default now();
  updated_at: timestamptz?;
  index (first_id);
  index (second_id, created_at desc);
  unique index (lower(title)) where active;
}}

"
        );
    }
    out
}

/// Returns the same as [`schema`] in SQL.
fn equivalent_sql(n: usize) -> String {
    let mut out = String::new();
    for i in 0..n {
        let (first, second) = (i * 7_919 % n, i * 104_729 % n);
        let _ = write!(
            out,
            "CREATE TABLE table_{i:05} (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  first_id bigint REFERENCES table_{first:05} ON DELETE CASCADE,
  second_id bigint REFERENCES table_{second:05},
  title text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  amount numeric(12,2) NOT NULL DEFAULT 0,
  settings jsonb NOT NULL DEFAULT '{{}}',
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz
);
CREATE INDEX ON table_{i:05} (first_id);
CREATE INDEX ON table_{i:05} (second_id, created_at DESC);
CREATE UNIQUE INDEX ON table_{i:05} (lower(title)) WHERE active;
COMMENT ON TABLE table_{i:05} IS 'Number {i}.';
"
        );
    }
    out
}
