//! A plan as a file of a migration: SQL with comments, which `psql` and the runner read alike.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::object::address::Name;
use crate::plan::{Plan, Step, Transaction};
use crate::sql::writer::name_list;

/// What stands above the statements.
#[derive(Clone, Debug, Default)]
pub struct Heading<'h> {
    /// What the file is.
    pub title: &'h str,
    /// The state of the lock that it starts from, as hexadecimal digits, or `empty`; `None` says nothing of it.
    pub from: Option<&'h str>,
    /// The versions of the migrations that it stands for.
    pub replaces: &'h [String],
}

/// How many objects are named above the statements.
const NAMED: usize = 40;

/// Writes a file of a migration. Above each statement stands what is said of it: lines for each, in the order of the plan.
pub fn script(plan: &Plan, heading: &Heading<'_>, remarks: &[Vec<String>]) -> String {
    let mut out = String::with_capacity(plan.steps.len() * 160 + 256);
    head(plan, heading, &mut out);
    let mut writer = Writer { mode: Mode::Fresh, path: Vec::new(), out };
    let mut last = None;
    for (n, step) in plan.steps.iter().enumerate() {
        let alone = step.transaction == Transaction::Alone;
        writer.switch(alone);
        writer.search(step, alone);
        writer.out.push('\n');
        let what = (&step.at, step.action);
        if last != Some(what) {
            let _ = writeln!(writer.out, "-- {}", line(&said(step)));
            last = Some(what);
        }
        for remark in remarks.get(n).into_iter().flatten() {
            let _ = writeln!(writer.out, "--   {}", line(remark));
        }
        if let Some(loss) = &step.loss {
            let _ = writeln!(writer.out, "-- data loss: {}", line(loss));
        }
        let _ = writeln!(writer.out, "{}", ended(&step.sql));
    }
    if writer.mode == Mode::Alone && !writer.path.is_empty() {
        writer.out.push_str("\nRESET search_path;\n");
    }
    writer.out
}

fn head(plan: &Plan, heading: &Heading<'_>, out: &mut String) {
    let _ = writeln!(out, "-- {}", line(heading.title));
    let mut seen = BTreeSet::new();
    let objects: Vec<String> =
        plan.steps.iter().map(said).filter(|it| seen.insert(it.clone())).collect();
    if !objects.is_empty() {
        out.push_str("--\n");
    }
    for object in objects.iter().take(NAMED) {
        let _ = writeln!(out, "-- * {}", line(object));
    }
    if NAMED < objects.len() {
        let _ = writeln!(out, "-- * and {} more", objects.len() - NAMED);
    }
    if heading.from.is_some() || !heading.replaces.is_empty() {
        out.push('\n');
    }
    if let Some(from) = heading.from {
        let _ = writeln!(out, "-- schemac: from {from}");
    }
    if !heading.replaces.is_empty() {
        let _ = writeln!(out, "-- schemac: replaces {}", heading.replaces.join(" "));
    }
}

/// Says what is done to which object. [`crate::chain::prove`] finds the object of a statement by it.
pub(super) fn said(step: &Step) -> String {
    format!("{} {}", step.action.word(), step.at)
}

/// Returns a text on one line: names may hold line ends, and what is behind one is no comment.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Returns a statement with its `;`, which must not stand in a comment.
fn ended(sql: &str) -> String {
    let sql = sql.trim_end();
    let comment = sql.lines().last().is_some_and(|it| it.contains("--"));
    format!("{sql}{};", if comment { "\n" } else { "" })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// In the transaction that a file begins with.
    Fresh,
    Together,
    Alone,
}

struct Writer {
    mode: Mode,
    /// Where bare names are looked up; empty where nothing was said.
    path: Vec<Name>,
    out: String,
}

impl Writer {
    /// Begins another part where the statement needs it.
    fn switch(&mut self, alone: bool) {
        match (self.mode, alone) {
            (Mode::Alone, true) => {}
            (_, true) => {
                self.out.push_str("\n-- schemac: no-transaction\n");
                (self.mode, self.path) = (Mode::Alone, Vec::new());
            }
            (Mode::Alone, false) => {
                if !self.path.is_empty() {
                    self.out.push_str("\nRESET search_path;\n");
                }
                self.out.push_str("\n-- schemac: transaction\n");
                (self.mode, self.path) = (Mode::Together, Vec::new());
            }
            (_, false) => self.mode = Mode::Together,
        }
    }

    /// Says where bare names are looked up: PostgreSQL's own, the file's schema, `public`, as the language has it.
    fn search(&mut self, step: &Step, alone: bool) {
        let default = vec![Name::new_static("public")];
        let wanted = if step.search.is_empty() { &default } else { &step.search };
        if alone && step.search.is_empty() && self.path.is_empty() || self.path == *wanted {
            return;
        }
        let local = if alone { "" } else { "LOCAL " };
        let _ = writeln!(self.out, "\nSET {local}search_path = {};", name_list(wanted));
        self.path.clone_from(wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::address::{Address, Kind};
    use crate::plan::Action;

    fn plan(statements: &[(&str, &[&str])]) -> Plan {
        let step = |(sql, search): &(&str, &[&str])| Step {
            at: Address::new(Kind::Table, "public", "t\nDROP"),
            action: Action::Alter,
            sql: (*sql).to_owned(),
            search: search.iter().map(|it| Name::from(*it)).collect(),
            transaction: match sql.contains("CONCURRENTLY") {
                true => Transaction::Alone,
                false => Transaction::Inside,
            },
            loss: sql.contains("DROP").then(|| "all rows".to_owned()),
            n_locks: 1,
        };
        Plan { steps: statements.iter().map(step).collect(), ..Plan::default() }
    }

    fn written(statements: &[(&str, &[&str])]) -> String {
        let heading = Heading { title: "x", from: Some("empty"), replaces: &[] };
        script(&plan(statements), &heading, &[vec!["locks a lot".to_owned()]])
    }

    #[test]
    fn statements_stand_in_their_transactions() {
        let expected = "-- x\n--\n-- * alter table public.\"t DROP\"\n\n-- schemac: from empty\n\n\
            SET LOCAL search_path = public;\n\n-- alter table public.\"t DROP\"\n--   locks a lot\nSELECT 1;\n\n\
            -- schemac: no-transaction\n\nSET search_path = a, public;\n\n\
            CREATE INDEX CONCURRENTLY i ON t (f(a));\n\nRESET search_path;\n\n\
            -- schemac: transaction\n\nSET LOCAL search_path = public;\n\n-- data loss: all rows\nDROP TABLE t -- x\n;\n";
        let found = written(&[
            ("SELECT 1", &[]),
            ("CREATE INDEX CONCURRENTLY i ON t (f(a))", &["a", "public"]),
            ("DROP TABLE t -- x", &[]),
        ]);
        assert_eq!(found, expected);
    }
}
