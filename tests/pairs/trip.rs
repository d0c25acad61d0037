//! One pair's way there and back.

use std::fmt;

use schemac::compile::Compiled;
use schemac::database::Connection;
use schemac::database::url::Url;
use schemac::emit::sql::{Transactions, script};
use schemac::introspect::Options;
use schemac::plan::{self, Plan, State, Transaction};
use schemac::print::Split;
use schemac::pull::filter::Filter;
use schemac::pull::pull;
use schemac::sql::ident::quote_ident;

use ::postgres::Client;

use crate::kinds::end_subscriptions;
use crate::support::postgres::Server;
use crate::support::postgres::database::Database;

use super::case::Pair;
use super::judge::Judge;
use super::stage;

/// Where something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Load,
    Pull,
    Plan,
    Apply,
    Differs,
    SecondPlan,
    DownPlan,
    DownApply,
    DownDiffers,
    DownSecondPlan,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Load => "load",
            Stage::Pull => "pull",
            Stage::Plan => "plan",
            Stage::Apply => "apply",
            Stage::Differs => "differs",
            Stage::SecondPlan => "second plan",
            Stage::DownPlan => "down: plan",
            Stage::DownApply => "down: apply",
            Stage::DownDiffers => "down: differs",
            Stage::DownSecondPlan => "down: second plan",
        })
    }
}

/// What went wrong with a pair.
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) text: String,
}

impl Stage {
    fn failed(self, text: impl fmt::Display) -> Failure {
        Failure { stage: self, text: text.to_string() }
    }
}

/// A pair under way.
pub(super) struct Trip<'t> {
    server: &'t Server,
    /// Connected to a database that is no pair's.
    admin: &'t mut Client,
    judge: &'t mut Judge,
    /// The script of each plan.
    scripts: Vec<String>,
}

impl<'t> Trip<'t> {
    pub(super) fn new(server: &'t Server, admin: &'t mut Client, judge: &'t mut Judge) -> Trip<'t> {
        Trip { server, admin, judge, scripts: Vec::new() }
    }

    /// Takes a pair there and back, and leaves the server as it was.
    pub(super) fn go(&mut self, pair: &Pair) -> Result<(), Failure> {
        let (from, to) = (self.server.database(), self.server.database());
        let result = self.travel(pair, &from, &to);
        end_subscriptions(&mut from.connect());
        end_subscriptions(&mut to.connect());
        drop((from, to));
        drop_roles(self.admin);
        result
    }

    /// Tells all of a failure: both scripts, the plans, what went wrong.
    pub(super) fn story(&self, pair: &Pair, failure: &Failure) -> String {
        let mut out = format!("{}: {}\n{}\n", pair.name, failure.stage, failure.text);
        out += &format!("\n== from\n{}\n== to\n{}\n", pair.from, pair.to);
        for script in &self.scripts {
            out += &format!("\n== plan\n{script}");
        }
        out
    }

    fn travel(
        &mut self,
        pair: &Pair,
        from: &Database<'_>,
        to: &Database<'_>,
    ) -> Result<(), Failure> {
        stage::set(pair, self.admin, &mut from.connect(), &mut to.connect())
            .map_err(|it| Stage::Load.failed(it))?;
        let dumps = [from.dump(), to.dump()];
        let (mut there, mut here) = (open(to), open(from));
        let old = read(&mut here)?;
        let new = read(&mut there)?;

        let up = self.plan(&old, &new).map_err(|it| Stage::Plan.failed(it))?;
        apply(&mut here, &up).map_err(|it| Stage::Apply.failed(it))?;
        self.same(&from.dump(), &dumps[1]).map_err(|it| Stage::Differs.failed(it))?;
        let now = read(&mut here)?;
        self.nothing(&now, &new).map_err(|it| Stage::SecondPlan.failed(it))?;

        let down = self.plan(&new, &old).map_err(|it| Stage::DownPlan.failed(it))?;
        apply(&mut here, &down).map_err(|it| Stage::DownApply.failed(it))?;
        self.same(&from.dump(), &dumps[0]).map_err(|it| Stage::DownDiffers.failed(it))?;
        let now = read(&mut here)?;
        self.nothing(&now, &old).map_err(|it| Stage::DownSecondPlan.failed(it))
    }

    fn plan(&mut self, old: &Compiled, new: &Compiled) -> Result<Plan, String> {
        let plan = change(old, new)?;
        self.scripts.push(script(&plan, Transactions::One));
        Ok(plan)
    }

    /// Whether a plan has nothing to do.
    fn nothing(&mut self, old: &Compiled, new: &Compiled) -> Result<(), String> {
        let plan = self.plan(old, new)?;
        match plan.steps.is_empty() {
            true => Ok(()),
            false => Err(plan.steps.iter().map(|it| format!("{};\n", it.sql)).collect()),
        }
    }

    fn same(&mut self, left: &str, right: &str) -> Result<(), String> {
        let found = self.judge.differences(left, right);
        if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
    }
}

/// Drops all roles but those that every cluster has.
fn drop_roles(admin: &mut Client) {
    let roles = "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384";
    for row in admin.query(roles, &[]).unwrap() {
        let role: String = row.get(0);
        admin.batch_execute(&format!("DROP ROLE {role}")).unwrap();
    }
}

fn open(database: &Database<'_>) -> Connection {
    Connection::open(&Url::parse(&database.url()).unwrap()).unwrap()
}

/// Reads a database as source, and what the source means.
fn read(connection: &mut Connection) -> Result<Compiled, Failure> {
    let all = Options { owners: true, privileges: true };
    let pulled = pull(connection, all, &Filter::default(), Split::Schema, &mut |_| {})
        .map_err(|it| Stage::Pull.failed(it))?;
    let problems = pulled.problems.iter().map(|it| format!("{}: {}\n", it.object, it.what));
    let problems: String = problems.collect();
    if problems.is_empty() { Ok(pulled.compiled) } else { Err(Stage::Pull.failed(problems)) }
}

fn change(old: &Compiled, new: &Compiled) -> Result<Plan, String> {
    let planned = plan::change(State::from(old), State::from(new), &plan::Options::default());
    planned.map_err(|found| found.iter().map(|it| format!("{}\n", it.message)).collect())
}

/// Runs the statements of a plan.
fn apply(connection: &mut Connection, plan: &Plan) -> Result<(), String> {
    let mut run = |sql: &str| {
        connection.run(sql).map_err(|error| {
            let code = error.sqlstate().unwrap_or_default().to_owned();
            format!("{code} {error}\n{sql};")
        })
    };
    run("BEGIN")?;
    for step in &plan.steps {
        if step.transaction == Transaction::Alone {
            run("COMMIT")?;
            run(&step.sql)?;
            run("BEGIN")?;
            continue;
        }
        let names = step.search.iter().map(|it| quote_ident(it)).collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { "public".to_owned() } else { names };
        run(&format!("SET LOCAL search_path = {names}"))?;
        run(&step.sql)?;
    }
    run("COMMIT")
}
