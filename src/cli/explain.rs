//! `schemac explain`: the page of a rule, or the list of all.

use serde::Serialize;

use super::failure::Failure;
use super::page;
use super::report::{Report, counted};
use super::screen::Screen;
use super::{ReportArgs, json};
use crate::diagnostic::{Rule, Switch, did_you_mean};
use crate::rules::{self, RULES};

/// Explain a rule: what it finds, why that matters, and what to write instead.
///
/// The name of a rule stands at the top of each report. Checks are errors: PostgreSQL or schemac would refuse the
/// source. Lints can be switched: `#[allow(NAME, reason = "…")]` before an item or member, `#![allow(NAME)]` in a file,
/// `[lint]` in schemac.toml.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "Examples:
  schemac explain unknown-column         one rule
  schemac explain --list                 all rules, a line each
  schemac explain --list | grep index    those about indexes
  schemac explain --list --format json   for a program")]
pub(super) struct Args {
    /// Rules.
    #[arg(value_name = "NAME", required_unless_present = "list", conflicts_with = "list")]
    names: Vec<String>,
    /// List every rule.
    #[arg(long)]
    list: bool,
    /// How pages and lists are printed: for people, or as JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Shown,
}

/// How pages and lists are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shown {
    /// For people.
    Human,
    /// For programs: one object.
    Json,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, screen: &Screen) -> u8 {
    match text(args, screen).and_then(|text| screen.data(&text)) {
        Ok(()) => 0,
        Err(failure) => Report::from(failure).finish(&ReportArgs::PLAIN, screen),
    }
}

/// Returns what is to be printed.
fn text(args: &Args, screen: &Screen) -> Result<String, Failure> {
    let wanted: Vec<&'static Rule> = match args.list {
        true => RULES.clone(),
        false => args.names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    Ok(match (args.format, args.list) {
        (Shown::Json, _) => as_json(&wanted),
        (Shown::Human, true) => list(&wanted),
        (Shown::Human, false) => {
            let pages: Vec<String> = wanted.iter().map(|rule| page::shown(rule, screen)).collect();
            pages.join("\n\n")
        }
    })
}

fn find(name: &str) -> Result<&'static Rule, Failure> {
    let name = name.trim_matches(|c| matches!(c, '[' | ']' | '`'));
    rules::find(name).ok_or_else(|| {
        let help = did_you_mean(name, RULES.iter().map(|rule| rule.name));
        let help = help.unwrap_or_else(|| "`schemac explain --list` lists all".to_owned());
        Failure::usage(format!("there is no rule `{name}`"), help)
    })
}

/// Returns how a rule is reported, in a word.
pub(super) fn sort_of(rule: &Rule) -> &'static str {
    match rule.switch {
        Switch::Fixed => "check",
        Switch::On => "lint",
        Switch::Off => "lint, off",
    }
}

/// Returns a line for each rule, by sort.
fn list(rules: &[&'static Rule]) -> String {
    let sorts = [
        (Switch::Fixed, "Checks: the source is refused"),
        (Switch::On, "Lints: reported unless allowed"),
        (Switch::Off, "Lints that are off: [lint] in schemac.toml switches them on"),
    ];
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut counts = Vec::new();
    for (switch, heading) in sorts {
        let group: Vec<_> = rules.iter().filter(|rule| rule.switch == switch).collect();
        counts.push(group.len());
        out.push_str(&format!("{heading}\n"));
        for rule in group {
            let what = page::summary(rule);
            out.push_str(&format!("  {:width$}  {:7}  {what}\n", rule.name, rule.level.word()));
        }
        out.push('\n');
    }
    let [checks, on, off] = counts[..] else { return out };
    let lints = counted(on + off, "lint");
    out.push_str(&format!("{}, {lints} ({on} on, {off} off)\n", counted(checks, "check")));
    out
}

#[derive(Serialize)]
struct Shape {
    version: u32,
    rules: Vec<RuleShape>,
}

#[derive(Serialize)]
struct RuleShape {
    name: &'static str,
    level: &'static str,
    sort: &'static str,
    on: bool,
    since: &'static str,
    summary: String,
    page: &'static str,
}

fn as_json(rules: &[&'static Rule]) -> String {
    let shape = rules.iter().map(|rule| RuleShape {
        name: rule.name,
        level: rule.level.word(),
        sort: if rule.switch == Switch::Fixed { "check" } else { "lint" },
        on: rule.switch != Switch::Off,
        since: rule.since,
        summary: page::summary(rule),
        page: rule.page,
    });
    json::text(&Shape { version: json::VERSION, rules: shape.collect() })
}
