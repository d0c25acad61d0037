//! `schemac squash`: one migration for many.

use super::database::{DatabaseArgs, read};
use super::failure::Failure;
use super::load::{load, of_files};
use super::migrations::{Chain, locked};
use super::proof::{Claim, prove, report};
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::Sides;
use super::{Global, ReportArgs};
use crate::chain::{Heading, script, version_after};
use crate::compile::Compiled;
use crate::migrate::directory::{Migration, Script};
use crate::migrate::lock::Lock;
use crate::plan::{self, Options, State};
use crate::project::analysis::{Rust, Sql};
use crate::project::migration::{NewMigration, remove, write};
use crate::project::shown;

/// Fold all migrations into one checkpoint.
///
/// The checkpoint makes what they lead to, and says which it stands for: a database that has them all takes it for applied,
/// a new one runs it alone. It is proven on a scratch database before anything is written. What the migrations did to rows
/// is not in it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac squash
  schemac squash --dry-run    show the SQL of the checkpoint, write nothing")]
pub(super) struct Args {
    /// What the checkpoint is called.
    #[arg(default_value = "checkpoint")]
    name: String,
    /// Write nothing; show the SQL.
    #[arg(long)]
    dry_run: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// Folds, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match squash(args, global, screen) {
        Err(report) => report.finish(&args.report, screen),
        Ok(()) => 0,
    }
}

fn squash(args: &Args, global: &Global, screen: &Screen) -> Result<(), Report> {
    let loaded = load(&[], global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
    let chain = Chain::read(&loaded.project)?;
    let lock = chain.lock()?;
    chain.agrees(&lock)?;
    let Some(last) = chain.migrations.last().filter(|_| 1 < chain.migrations.len()) else {
        let help = "there must be two migrations or more";
        return Err(Failure::usage("there is nothing to fold", help).into());
    };
    let state = chain.state(&lock)?;
    let version = version_after(Some(&last.version), 0);
    let label = format!("{version}_{}", args.name);
    let replaces: Vec<String> = chain.migrations.iter().map(|it| it.version.clone()).collect();
    let migration = checkpoint(&state, label, &replaces)?;
    if args.dry_run {
        screen.data(&migration.up)?;
        return Ok(());
    }
    let read_as = Migration {
        version,
        name: args.name.clone(),
        up: Script { path: "up.sql".to_owned(), text: migration.up.clone() },
        down: Some(Script { path: "down.sql".to_owned(), text: migration.down.clone() }),
    };
    let scratch = args.scratch_url.as_deref().map(|it| read(it, "--scratch-url")).transpose()?;
    let target = args.database.url(&loaded.project).ok();
    let mut sides = Sides::new(global, screen, scratch, target);
    let ends = || vec![(&state, "what the lock says")];
    let all = [chain.migrations.as_slice(), std::slice::from_ref(&read_as)];
    for migrations in all {
        let first_down = if migrations.len() == 1 { 0 } else { migrations.len() };
        let claim = Claim { migrations, first_down, ends: ends() };
        if let Err(fault) = prove(&claim, &mut sides, screen, global)? {
            return Err(report(fault, loaded.sources, &loaded.analysis.compiled, migrations));
        }
    }
    let lock = Lock { migrations: vec![locked(&read_as)], body: lock.body };
    let written =
        write(&chain.directory, &migration, &chain.lock_path, &lock.text()).and_then(|()| {
            let old: Vec<_> =
                chain.migrations.iter().map(|it| chain.directory.join(it.label())).collect();
            remove(&old)
        });
    written.map_err(|error| of_files(vec![error]))?;
    let path = shown(&chain.directory.join(&migration.label));
    let n = counted(chain.migrations.len(), "migration");
    screen.note(&format!("wrote {path}, which stands for {n}; what they did to rows is not in it"));
    Ok(())
}

/// Writes what makes a state, and takes it back.
fn checkpoint(
    state: &Compiled,
    label: String,
    replaces: &[String],
) -> Result<NewMigration, Report> {
    let nothing = Compiled::default();
    let (empty, full) = (State::from(&nothing), State::from(state));
    let report = |diagnostics| Report { diagnostics, ..Report::default() };
    let up = plan::create(&state.catalog, &state.views, &state.origins).map_err(report)?;
    let down = plan::change(full, empty, &Options::default()).map_err(report)?;
    let heading = Heading { title: &label, from: Some("empty"), replaces };
    let up = script(&up, &heading, &[]);
    let title = format!("Takes back {label}");
    let down = script(&down, &Heading { title: &title, ..Heading::default() }, &[]);
    Ok(NewMigration { label, up, down })
}
