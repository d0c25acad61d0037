//! `schemac push`: makes a database what the source says, with no files.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _};

use serde::Serialize;

use super::database::{DatabaseArgs, of_introspection, open, read};
use super::failure::{Failure, Kind};
use super::load::{Loaded, load};
use super::migrations::Chain;
use super::proof::report;
use super::pushed::{Record, record, recorded};
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::{Sides, schemas};
use super::{Global, ReportArgs, json};
use crate::catalog::Catalog;
use crate::chain::adopt::{Adopted, Ownership, adopt};
use crate::chain::prove::{Roles, apply};
use crate::chain::{Heading, fingerprint, script, without_order};
use crate::compare::compare;
use crate::compile::{Compiled, compile};
use crate::database::Connection;
use crate::introspect::{self, introspect};
use crate::migrate::directory::{Migration, Script};
use crate::object::address::{Kind as ObjectKind, Name};
use crate::plan::{self, Options, Plan, State, Step};
use crate::print;
use crate::project::analysis::{Rust, Sql};
use crate::source::Sources;
use crate::sql::ident::quote_literal;
use crate::syntax::sections;

/// Make a database what the source says, without migrations.
///
/// For a database of one's own, while a schema is in the making; where others depend on it, `generate` and `migrate` are
/// the way. What schemac did not make is left alone and listed. The plan is shown before anything is done, and all is
/// done in one transaction where PostgreSQL lets it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac push                         the database of schemac.toml or DATABASE_URL
  schemac push --dry-run               show the SQL, do nothing
  schemac push --accept-data-loss      drop what holds data, too
  schemac push --prune                 drop what the source never declared, too; asks first")]
pub(super) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Do nothing; show the SQL.
    #[arg(long)]
    dry_run: bool,
    /// Do it though data is lost.
    #[arg(long)]
    accept_data_loss: bool,
    /// Drop what the source never declared in the schemas that it has, too.
    #[arg(long)]
    prune: bool,
    /// Answer yes to what --prune asks.
    #[arg(long, requires = "prune")]
    yes: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    /// How it is said what was done: for people, or as JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Shown,
}

/// How it is said what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shown {
    /// For people.
    Human,
    /// One object.
    Json,
}

/// What came of it.
#[derive(Default, Serialize)]
struct Shape {
    version: u32,
    /// Whether the database was changed.
    applied: bool,
    statements: Vec<Statement>,
    /// What schemac did not make, and left alone.
    left_alone: Vec<String>,
}

#[derive(Serialize)]
struct Statement {
    change: &'static str,
    kind: &'static str,
    object: String,
    loss: Option<String>,
    sql: String,
}

/// Pushes, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let done = push(args, global, screen).and_then(|shape| {
        let shape = Shape { version: json::VERSION, ..shape };
        match args.format {
            Shown::Json => Ok(screen.data(&json::text(&shape))?),
            Shown::Human => Ok(()),
        }
    });
    done.map_or_else(|report| report.finish(&ReportArgs::PLAIN, screen), |()| 0)
}

fn push(args: &Args, global: &Global, screen: &Screen) -> Result<Shape, Report> {
    let loaded = load(&[], global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
    if loaded.analysis.made.is_none() {
        return Err(loaded.into_report());
    }
    let mut connection = open(&args.database, &loaded.project, screen)?;
    let source_hash = fingerprint(&loaded.analysis.compiled.catalog);
    let before = recorded(&mut connection).map_err(Failure::from)?;
    let options = introspect::Options { owners: false, privileges: true };
    let live = introspect(&mut connection, options, &mut |_| {}).map_err(of_introspection)?;
    let database_hash = fingerprint(&live.catalog);
    let is_same =
        |it: &Record| (&it.source_hash, &it.database_hash) == (&source_hash, &database_hash);
    if !args.prune && before.as_ref().is_some_and(is_same) {
        screen.note("the database is what the source says: there is nothing to do");
        return Ok(Shape::default());
    }
    let pushing = Pushing { args, screen, source_hash, before };
    let url = args.database.url(&loaded.project)?;
    let scratch = args.scratch_url.as_deref().map(|it| read(it, "--scratch-url")).transpose()?;
    let mut sides = Sides::new(global, screen, scratch, Some(url));
    let prepared = pushing.prepare(&loaded, &mut connection, &mut sides)?;
    pushing.carry_out(loaded, prepared, &mut connection)
}

struct Pushing<'p> {
    args: &'p Args,
    screen: &'p Screen,
    source_hash: String,
    /// What was pushed before.
    before: Option<Record>,
}

/// What is to be done.
struct Prepared {
    plan: Plan,
    adopted: Adopted,
}

impl Pushing<'_> {
    fn prepare(
        &self,
        loaded: &Loaded,
        connection: &mut Connection,
        sides: &mut Sides<'_>,
    ) -> Result<Prepared, Report> {
        let source = &loaded.analysis.compiled;
        let (old, live) = sides.pulled(connection)?;
        let wanted = sides.compiled_pulled(source)?.1;
        let made = self.made(loaded)?;
        let made: Vec<&Catalog> = made.iter().map(|it| &it.catalog).collect();
        let schemas = self.schemas(loaded);
        let renames = plan::renames(source, &live);
        let owners =
            Ownership { made: &made, schemas: &schemas, renames: &renames, prune: self.args.prune };
        let adopted = adopt(&live, &wanted, owners);
        let text = print::whole(&adopted.catalog);
        let sources: Sources = sections("the database", &text).into_iter().collect();
        let new = compile(&sources);
        if new.diagnostics.has_errors() {
            let diagnostics = new.diagnostics;
            return Err(Report { sources, diagnostics, ..Report::default() });
        }
        let said = Options::of_source(source, &live);
        let options = Options { renames, version: Some(connection.version()), ..said };
        let planned = plan::change(State::from(&old), State::from(&new), &options);
        let mut plan =
            planned.map_err(|diagnostics| Report { sources, diagnostics, ..Report::default() })?;
        let roles = missing_roles(loaded, connection)?;
        plan.steps.splice(0..0, roles);
        Ok(Prepared { plan, adopted })
    }

    /// Returns what schemac made: what was pushed before, and what the lock holds.
    fn made(&self, loaded: &Loaded) -> Result<Vec<Compiled>, Report> {
        let mut made = Vec::new();
        if let Some(before) = &self.before {
            let sources: Sources = sections("schemac.pushed", &before.source).into_iter().collect();
            made.push(compile(&sources));
        }
        let chain = Chain::read(&loaded.project)?;
        if let Ok(lock) = chain.lock() {
            made.push(chain.state(&lock)?);
        }
        Ok(made)
    }

    /// Returns the schemas that are managed.
    fn schemas(&self, loaded: &Loaded) -> BTreeSet<Name> {
        match &loaded.project.config.database.schemas {
            Some(schemas) => schemas.iter().map(|it| Name::from(it.as_str())).collect(),
            None => schemas(&loaded.analysis.compiled.catalog),
        }
    }

    fn carry_out(
        &self,
        loaded: Loaded,
        prepared: Prepared,
        connection: &mut Connection,
    ) -> Result<Shape, Report> {
        let Prepared { plan, adopted } = prepared;
        let mut shape = Shape {
            statements: plan.steps.iter().map(statement).collect(),
            left_alone: adopted.left.clone(),
            ..Shape::default()
        };
        self.tell(&shape);
        if plan.steps.is_empty() && !self.args.dry_run {
            self.keep(&loaded, connection)?;
        }
        if plan.steps.is_empty() {
            self.screen.note("the database is what the source says: there is nothing to do");
            return Ok(shape);
        }
        let heading = Heading { title: "schemac push", ..Heading::default() };
        let text = script(&plan, &heading, &[]);
        if self.args.dry_run {
            if self.args.format == Shown::Human {
                self.screen.data(&text)?;
            }
            return Ok(shape);
        }
        self.accepts(&shape)?;
        let config = &loaded.project.config.database;
        let timeouts = format!(
            "SELECT pg_catalog.set_config('lock_timeout', {}, false), pg_catalog.set_config('statement_timeout', {}, false)",
            quote_literal(&config.lock_timeout),
            quote_literal(&config.statement_timeout)
        );
        connection.run(&timeouts).map_err(Failure::from)?;
        let up = Script { path: "schemac push".to_owned(), text };
        if let Err(fault) = apply(connection, &up, Roles::Leave) {
            let (version, name) = (String::new(), String::new());
            let migration = Migration { version, name, up, down: None };
            let compiled = &loaded.analysis.compiled;
            return Err(report(fault, loaded.sources, compiled, &[migration]));
        }
        shape.applied = true;
        let now = self.keep(&loaded, connection)?;
        arrived(&adopted.catalog, &now)?;
        self.screen.note(&format!("done: {}", counted(shape.statements.len(), "statement")));
        Ok(shape)
    }

    fn tell(&self, shape: &Shape) {
        for (n, left) in shape.left_alone.iter().enumerate() {
            if n == 0 {
                self.screen.note("left alone, since schemac did not make it:");
            }
            self.screen.note(&format!("  {left}"));
        }
        let mut last = None;
        for it in &shape.statements {
            let line = format!("  {} {}", it.change, it.object);
            let loss = it.loss.as_ref().map(|it| format!(" (data loss: {it})"));
            if last.as_ref() != Some(&line) || loss.is_some() {
                self.screen.note(&format!("{line}{}", loss.unwrap_or_default()));
            }
            last = Some(line);
        }
    }

    /// Makes sure that whoever runs it wants what it costs.
    fn accepts(&self, shape: &Shape) -> Result<(), Failure> {
        let losses: Vec<&str> =
            shape.statements.iter().filter_map(|it| it.loss.as_deref()).collect();
        if !losses.is_empty() && !self.args.accept_data_loss {
            let message = format!("data would be lost: {}", losses.join("; "));
            let help = "give --accept-data-loss, or write `#[renamed_from(old)]` where something only has another name";
            let failure = Failure::input("data-loss", message, help);
            return Err(Failure { kind: Kind::Lossy, ..failure });
        }
        let drops = shape.statements.iter().any(|it| it.change == "drop");
        if !self.args.prune || self.args.yes || !drops {
            return Ok(());
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            let help = "give --yes where nobody can be asked";
            return Err(Failure::usage(
                "--prune asks before it drops what was never declared",
                help,
            ));
        }
        self.screen.say("do all of this? [y/N]");
        let mut answer = String::new();
        let heard = io::stdin().lock().read_line(&mut answer).is_ok();
        match heard && matches!(answer.trim(), "y" | "Y" | "yes") {
            true => Ok(()),
            false => Err(Failure::usage("nothing was done", "run it without --prune")),
        }
    }

    /// Writes down what was pushed, and returns what the database holds.
    fn keep(&self, loaded: &Loaded, connection: &mut Connection) -> Result<Catalog, Report> {
        let options = introspect::Options { owners: false, privileges: true };
        let live = introspect(connection, options, &mut |_| {}).map_err(of_introspection)?;
        let entry = Record {
            source_hash: self.source_hash.clone(),
            database_hash: fingerprint(&live.catalog),
            source: print::whole(&loaded.analysis.compiled.catalog),
        };
        if let Err(error) = record(connection, &entry) {
            self.screen.note(&format!("note: what was pushed can't be written down: {error}"));
        }
        Ok(live.catalog)
    }
}

/// Makes sure that the database holds what it should.
fn arrived(wanted: &Catalog, found: &Catalog) -> Result<(), Failure> {
    let mut found = found.clone();
    crate::pull::unfold::unfold(&mut found);
    let changes = compare(&without_order(wanted), &without_order(&found), None);
    let own = |it: &&crate::compare::Change| {
        it.at.schema != crate::chain::adopt::OWN_SCHEMA
            && it.at.name != crate::chain::adopt::OWN_SCHEMA
    };
    let changes: Vec<_> = changes.iter().filter(own).cloned().collect();
    if changes.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the statements ran, and the database is not what the source says:\n{}",
        super::difference::summary(&changes).trim_end()
    );
    Err(Failure::input("push-differs", message, "run `schemac push` again, and report it"))
}

fn statement(step: &Step) -> Statement {
    Statement {
        change: step.action.word(),
        kind: step.at.kind.word(),
        object: step.at.to_string(),
        loss: step.loss.clone(),
        sql: step.sql.clone(),
    }
}

/// Returns what makes the roles of a source that the server lacks.
fn missing_roles(loaded: &Loaded, connection: &mut Connection) -> Result<Vec<Step>, Report> {
    let source = &loaded.analysis.compiled;
    if source.catalog.of(ObjectKind::Role).next().is_none() {
        return Ok(Vec::new());
    }
    let mut there = BTreeSet::new();
    let each = |reply: crate::database::Reply<'_>| {
        if let crate::database::Reply::Row { row, .. } = reply {
            there.extend(row.get(0).map(Name::from));
        }
        Ok::<_, crate::database::error::DatabaseError>(())
    };
    connection.stream("SELECT rolname FROM pg_catalog.pg_roles", each).map_err(Failure::from)?;
    let made = plan::create(&source.catalog, &source.views, &source.origins);
    let made = made.map_err(|diagnostics| Report { diagnostics, ..Report::default() })?;
    let is_missing = |it: &Step| it.at.kind == ObjectKind::Role && !there.contains(&it.at.name);
    Ok(made.steps.into_iter().filter(is_missing).collect())
}
