//! `schemac generate`: what leads from the lock to the source, as a migration.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::database::{DatabaseArgs, read};
use super::failure::{Failure, Kind};
use super::load::{Loaded, load, of_files};
use super::migrations::{Chain, locked, state_of};
use super::proof::{Claim, prove, report};
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::Sides;
use super::{Global, ReportArgs, json};
use crate::catalog::Catalog;
use crate::chain::lookalike::lookalikes;
use crate::chain::{self, Draft, Heading, draft, script, version_after};
use crate::compile::Compiled;
use crate::hazard::remarks_of_all;
use crate::migrate::directory::{Migration, Script, split_label};
use crate::migrate::lock::Lock;
use crate::object::Object;
use crate::object::address::Address;
use crate::plan::online::online;
use crate::plan::{self, Options, Plan, Rename, State};
use crate::print;
use crate::project::analysis::{Rust, Sql};
use crate::project::migration::{NewMigration, write, write_lock};
use crate::project::shown;

/// Write a migration that leads from the lock to the source.
///
/// Makes a directory with up.sql and down.sql, and the lock of what they lead to. A person may edit the SQL before it is
/// applied anywhere, and runs `schemac rehash` then. Before anything is written it is proven on a scratch database, where
/// one can be had.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac generate                   named after what changes
  schemac generate add_users
  schemac generate --dry-run         show the SQL, write nothing
  schemac generate --check           exit with 1 when a migration is missing
  schemac generate seed --empty      a migration to write by hand")]
pub(super) struct Args {
    /// What the migration is called; else it is named after what changes.
    name: Option<String>,
    /// Make a migration that does nothing yet, for SQL that is written by hand.
    #[arg(long, conflicts_with = "check")]
    empty: bool,
    /// Write nothing; exit with 1 when there is something to generate.
    #[arg(long)]
    check: bool,
    /// Write nothing; show the SQL.
    #[arg(long)]
    dry_run: bool,
    /// Change tables that are there without keeping others from reading and writing them: indexes are built
    /// concurrently, constraints validated later, new columns filled in batches. This is so unless --offline is said.
    #[arg(long, overrides_with = "offline")]
    online: bool,
    /// Change them the short way, in one transaction as far as can be: for when nobody uses the database.
    #[arg(long)]
    offline: bool,
    /// Prove nothing on a scratch database.
    #[arg(long)]
    no_verify: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
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
    /// The name of the migration's directory; null where there is nothing to generate.
    migration: Option<String>,
    /// Whether it was written.
    written: bool,
    /// Whether it was proven on a scratch database.
    verified: bool,
    up: Option<String>,
    down: Option<String>,
    changes: Vec<ChangeShape>,
}

#[derive(Serialize)]
struct ChangeShape {
    change: &'static str,
    kind: &'static str,
    object: String,
    loss: Option<String>,
}

/// Generates, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let done = Generation::begin(args, global, screen).and_then(Generation::finish);
    match done {
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
        Ok(shape) => {
            let is_missing = args.check && shape.migration.is_some();
            let shape = Shape { version: json::VERSION, ..shape };
            if args.format == Shown::Json
                && let Err(failure) = screen.data(&json::text(&shape))
            {
                return Report::from(failure).finish(&ReportArgs::PLAIN, screen);
            }
            u8::from(is_missing)
        }
    }
}

/// A migration in the making.
struct Generation<'g> {
    args: &'g Args,
    global: &'g Global,
    screen: &'g Screen,
    loaded: Loaded,
    chain: Chain,
    lock: Lock,
    /// What the lock says.
    old: Compiled,
    /// The text of the new lock.
    body: String,
    sides: Sides<'g>,
}

impl<'g> Generation<'g> {
    fn begin(
        args: &'g Args,
        global: &'g Global,
        screen: &'g Screen,
    ) -> Result<Generation<'g>, Report> {
        if let Some(name) = &args.name
            && split_label(&format!("20000101T000000_{name}")).is_none()
        {
            let help = "use letters, digits, `_` and `-`";
            return Err(Failure::usage(format!("`{name}` is no name of a migration"), help).into());
        }
        let loaded = load(&[], global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
        if loaded.analysis.made.is_none() {
            return Err(loaded.into_report());
        }
        let chain = Chain::read(&loaded.project)?;
        let lock = chain.lock()?;
        chain.agrees(&lock)?;
        let body = print::whole(&loaded.analysis.compiled.catalog);
        let is_same = body == lock.body || args.empty;
        let old = if is_same { Compiled::default() } else { chain.state(&lock)? };
        let scratch =
            args.scratch_url.as_deref().map(|it| read(it, "--scratch-url")).transpose()?;
        let target = args.database.url(&loaded.project).ok();
        let sides = Sides::new(global, screen, scratch, target);
        Ok(Generation { args, global, screen, loaded, chain, lock, old, body, sides })
    }

    fn finish(mut self) -> Result<Shape, Report> {
        if self.args.empty {
            return self.by_hand();
        }
        if self.body == self.lock.body {
            self.screen
                .note("the source is what the migrations lead to: there is nothing to generate");
            return Ok(Shape::default());
        }
        let renames = self.renames();
        let said = Options::of_source(&self.loaded.analysis.compiled, &self.old.catalog);
        let mut options = Options { renames, ..said };
        let mut draft = self.draft(&options)?;
        let suspects = suspects(&self.old, &self.loaded.analysis.compiled);
        if !suspects.is_empty() && !self.args.no_verify {
            options.unchanged = self.unchanged(&suspects)?;
            if !options.unchanged.is_empty() {
                draft = self.draft(&options)?;
            }
        }
        for at in &draft.up.reordered {
            self.screen.note(&format!(
                "note: the columns of `{at}` stand in another order in databases that are there: PostgreSQL can't move them"
            ));
        }
        if draft.up.steps.is_empty() {
            return self.only_the_lock();
        }
        self.write(&draft)
    }

    fn draft(&self, options: &Options) -> Result<Draft, Report> {
        draft(&self.old, &self.loaded.analysis.compiled, options)
            .map_err(|diagnostics| Report { diagnostics, ..Report::default() })
    }

    /// Returns what is renamed: what the source says, and what is said on a terminal.
    fn renames(&self) -> Vec<Rename> {
        let new = &self.loaded.analysis.compiled;
        let mut said = plan::renames(new, &self.old.catalog);
        let found = lookalikes(&self.old.catalog, &new.catalog, &said);
        let asks = io::stdin().is_terminal()
            && io::stderr().is_terminal()
            && !(self.args.check || self.args.dry_run);
        for it in found {
            if asks {
                self.screen.say(&format!("is {} what was called `{}`? [y/N]", it.what, it.from));
                let mut answer = String::new();
                let heard = io::stdin().lock().read_line(&mut answer).is_ok();
                if heard && matches!(answer.trim(), "y" | "Y" | "yes") {
                    said.push(it.rename);
                }
            } else {
                let quoted = crate::sql::ident::quote_ident(&it.from).into_owned();
                self.screen.note(&format!(
                    "note: `{}` goes and {} comes: if it is only renamed, write `#[renamed_from({quoted})]` before it",
                    it.from, it.what
                ));
            }
        }
        said
    }

    /// Returns which of some objects a server shows alike, however they are written.
    fn unchanged(&mut self, suspects: &BTreeSet<Address>) -> Result<BTreeSet<Address>, Report> {
        if let Err(failure) = self.sides.scratch() {
            self.unproven(&failure);
            return Ok(BTreeSet::new());
        }
        let old = self.sides.compiled(&self.old)?.catalog;
        let new = self.sides.compiled(&self.loaded.analysis.compiled)?.catalog;
        let (old, new) = (chain::without_order(&old), chain::without_order(&new));
        let is_same = |at: &&Address| old.get(at).is_some() && old.get(at) == new.get(at);
        Ok(suspects.iter().filter(is_same).cloned().collect())
    }

    fn unproven(&self, failure: &Failure) {
        let help = failure.help.as_deref().unwrap_or("give --scratch-url");
        self.screen.note(&format!("note: nothing is proven: {}\nhelp: {help}", failure.message));
    }

    /// Writes the lock alone: no statement leads from the old one to it.
    fn only_the_lock(self) -> Result<Shape, Report> {
        if self.args.check {
            return Ok(Shape::default());
        }
        self.screen
            .note("only the spelling differs: no database changes, and the lock is written anew");
        if !self.args.dry_run {
            let lock = Lock { migrations: self.lock.migrations, body: self.body };
            write_lock(&self.chain.lock_path, &lock.text())
                .map_err(|error| of_files(vec![error]))?;
        }
        Ok(Shape::default())
    }

    /// Writes a migration that a person fills in.
    fn by_hand(mut self) -> Result<Shape, Report> {
        let label = self.label(self.args.name.clone().unwrap_or_else(|| "by_hand".to_owned()));
        let from = state_of(&self.lock);
        let heading = Heading { title: &label, from: Some(&from), replaces: &[] };
        let mut up = script(&Plan::default(), &heading, &[]);
        up.push_str("\n-- Write SQL here, then run `schemac rehash`.\n");
        let title = format!("Takes back {label}");
        let heading = Heading { title: &title, ..Heading::default() };
        let mut down = script(&Plan::default(), &heading, &[]);
        down.push_str("\n-- Write here what takes it back.\n");
        self.body = self.lock.body.clone();
        let migration = NewMigration { label, up, down };
        let shape = Shape { migration: Some(migration.label.clone()), ..Shape::default() };
        self.place(&migration, shape)
    }

    fn label(&self, name: String) -> String {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let last = self.chain.migrations.last().map(|it| it.version.as_str());
        format!("{}_{name}", version_after(last, seconds))
    }

    fn write(mut self, draft: &Draft) -> Result<Shape, Report> {
        let new = &self.loaded.analysis.compiled;
        let (before, after) = (State::from(&self.old), State::from(new));
        let name = self.args.name.clone();
        let name = name.unwrap_or_else(|| chain::name(before, after, &draft.up));
        let label = self.label(name);
        let from = state_of(&self.lock);
        let heading = Heading { title: &label, from: Some(&from), replaces: &[] };
        let up = self.file(&draft.up, &self.old.catalog, &heading);
        let title = format!("Takes back {label}");
        let heading = Heading { title: &title, ..Heading::default() };
        let down = self.file(&draft.down, &new.catalog, &heading);
        let migration = NewMigration { label, up, down };
        let mut shape = Shape {
            migration: Some(migration.label.clone()),
            changes: changes(draft),
            ..Shape::default()
        };
        if self.args.check {
            self.screen.note(&format!("a migration is missing, such as `{}`:", migration.label));
            self.list(&shape);
            return Ok(shape);
        }
        if self.args.dry_run {
            (shape.up, shape.down) = (Some(migration.up.clone()), Some(migration.down.clone()));
            if self.args.format == Shown::Human {
                self.screen.data(&migration.up)?;
            }
            return Ok(shape);
        }
        if self.args.no_verify {
            self.screen.note("note: nothing is proven: --no-verify");
        } else {
            shape.verified = self.proves(&migration)?;
        }
        self.list(&shape);
        self.place(&migration, shape)
    }

    /// Writes a file of the migration: its plan, with what each statement costs and endangers above it.
    fn file(&self, plan: &Plan, before: &Catalog, heading: &Heading<'_>) -> String {
        let plan = if self.args.offline { plan.clone() } else { online(plan.clone(), before) };
        script(&plan, heading, &remarks(&plan, before))
    }

    fn list(&self, shape: &Shape) {
        for change in &shape.changes {
            let loss =
                change.loss.as_ref().map(|it| format!(" (data loss: {it})")).unwrap_or_default();
            self.screen.note(&format!("  {} {}{loss}", change.change, change.object));
        }
    }

    /// Proves the chain with the new migration; tells whether there was a server to do it on.
    fn proves(&mut self, migration: &NewMigration) -> Result<bool, Report> {
        if let Err(failure) = self.sides.scratch() {
            if self.args.scratch_url.is_some() || failure.kind != Kind::Environment {
                return Err(failure.into());
            }
            self.unproven(&failure);
            return Ok(false);
        }
        let mut all = self.chain.migrations.clone();
        all.extend(self.read_as(migration));
        let claim = Claim {
            migrations: &all,
            first_down: self.chain.migrations.len(),
            ends: vec![(&self.loaded.analysis.compiled, "what the source says")],
        };
        match prove(&claim, &mut self.sides, self.screen, self.global)? {
            Ok(()) => Ok(true),
            Err(fault) => {
                let sources = std::mem::take(&mut self.loaded.sources);
                Err(report(fault, sources, &self.loaded.analysis.compiled, &all))
            }
        }
    }

    /// Returns a new migration as it will be read.
    fn read_as(&self, migration: &NewMigration) -> Option<Migration> {
        let (version, name) = split_label(&migration.label)?;
        let directory = self.chain.directory.join(&migration.label);
        let file = |name: &str, text: &String| Script {
            path: shown(&directory.join(name)),
            text: text.clone(),
        };
        Some(Migration {
            version: version.to_owned(),
            name: name.to_owned(),
            up: file("up.sql", &migration.up),
            down: Some(file("down.sql", &migration.down)),
        })
    }

    /// Writes a migration and the lock with it.
    fn place(self, migration: &NewMigration, shape: Shape) -> Result<Shape, Report> {
        let mut lock = Lock { migrations: self.lock.migrations.clone(), body: self.body.clone() };
        lock.migrations.extend(self.read_as(migration).as_ref().map(locked));
        if self.args.dry_run {
            return Ok(shape);
        }
        write(&self.chain.directory, migration, &self.chain.lock_path, &lock.text())
            .map_err(|error| of_files(vec![error]))?;
        let path = shown(&self.chain.directory.join(&migration.label));
        self.screen.note(&format!("wrote {path}: {}", counted(shape.changes.len(), "change")));
        Ok(Shape { written: true, ..shape })
    }
}

/// Returns what each statement locks, does and endangers.
fn remarks(plan: &Plan, before: &Catalog) -> Vec<Vec<String>> {
    remarks_of_all(plan.steps.iter().map(|it| it.sql.as_str()), before)
}

/// Returns each object that changes, in the order of the statements.
fn changes(draft: &Draft) -> Vec<ChangeShape> {
    let mut out: Vec<ChangeShape> = Vec::new();
    for step in &draft.up.steps {
        let (object, change) = (step.at.to_string(), step.action.word());
        match out.iter_mut().find(|it| it.object == object && it.change == change) {
            Some(it) => it.loss = it.loss.take().or(step.loss.clone()),
            None => {
                out.push(ChangeShape {
                    change,
                    kind: step.at.kind.word(),
                    object,
                    loss: step.loss.clone(),
                });
            }
        }
    }
    out
}

/// Returns the objects that differ in nothing but SQL text.
fn suspects(old: &Compiled, new: &Compiled) -> BTreeSet<Address> {
    let is_suspect = |at: &&Address| match (old.catalog.get(at), new.catalog.get(at)) {
        (Some(old), Some(new)) => {
            old.object != new.object && differs_in_text(&old.object, &new.object)
        }
        _ => false,
    };
    old.catalog.iter().map(|(at, _)| at).filter(is_suspect).cloned().collect()
}

fn differs_in_text(old: &Object, new: &Object) -> bool {
    let (mut old, mut other) = (old.clone(), new.clone());
    let (mine, theirs) = (old.texts_mut(), other.texts_mut());
    if mine.len() != theirs.len() {
        return false;
    }
    for (mine, theirs) in mine.into_iter().zip(theirs) {
        mine.clone_from(theirs);
    }
    old == *new
}
