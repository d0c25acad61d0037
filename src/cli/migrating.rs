//! What the commands share that apply migrations or take them back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::database::DatabaseArgs;
use super::driver::{Driver, seed};
use super::failure::Failure;
use super::load::project;
use super::migrations::Chain;
use super::progress::Bar;
use super::report::{Report, counted};
use super::screen::Screen;
use super::{Global, duration, json};
use crate::migrate::error::MigrateError;
use crate::migrate::event::{Decision, Direction, Event, Options, Outcome, Planned};
use crate::migrate::lock::Lock;
use crate::migrate::runner::{self, Goal, Job, Mode};
use crate::project::config::Project;
use crate::project::shown;

/// Flags of the commands that run migrations.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Wait so long for a server that is still starting.
    #[arg(long, value_name = "TIME", value_parser = duration::read, default_value = "0s")]
    pub(super) wait: Duration,
    /// Wait so long for the lock of another runner.
    #[arg(long, value_name = "TIME", value_parser = duration::read, default_value = "10min")]
    pub(super) lock_wait: Duration,
    /// How long a statement waits for a lock on a table; else `lock_timeout` of schemac.toml says, which is 3s.
    #[arg(long, value_name = "TIME", value_parser = duration::read)]
    pub(super) lock_timeout: Option<Duration>,
    /// How long a statement may take; else `statement_timeout` of schemac.toml says, which is no limit.
    #[arg(long, value_name = "TIME", value_parser = duration::read)]
    pub(super) statement_timeout: Option<Duration>,
    /// Try a transaction again so often that waited too long for a lock, or met a deadlock.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) retries: u32,
    /// What you found out about a statement of which nobody can tell whether it came to its end.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) decide: Option<Decided>,
    /// What is printed: for people on the standard error, or JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Shown,
}

/// What a person found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Decided {
    /// The statement has done what it should.
    Done,
    /// It is to run again.
    Again,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shown {
    /// For people.
    Human,
    /// One object.
    Json,
}

impl RunArgs {
    /// Does a job, shows what happens, and prints what was done.
    pub(super) fn run(
        &self,
        goal: Goal,
        allow_ahead: bool,
        global: &Global,
        screen: &Screen,
    ) -> Result<(), Report> {
        let project = project(global, screen)?;
        let url = self.database.url(&project)?;
        let Applicable { chain, refused, .. } = Applicable::read(&project)?;
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Run };
        let job = Job {
            migrations: chain.migrations,
            refused,
            goal,
            options: self.options(&project, allow_ahead),
            mode,
        };
        let mut driver = Driver::open(url, self.wait, screen)?;
        let mut view = View { screen, bar: Bar::new(screen, global), planned: Vec::new(), mode };
        let done = driver.drive(runner::run(job, seed()), |event| view.show(event));
        let View { planned, bar, .. } = view;
        bar.finish();
        let outcome = done.map_err(Failure::from)?;
        self.print(&planned, &outcome, screen)
    }

    fn options(&self, project: &Project, allow_ahead: bool) -> Options {
        let said = |flag: Option<Duration>, else_: &str| {
            flag.map_or_else(|| else_.to_owned(), duration::written)
        };
        let database = &project.config.database;
        Options {
            lock_timeout: said(self.lock_timeout, &database.lock_timeout),
            statement_timeout: said(self.statement_timeout, &database.statement_timeout),
            retries: self.retries,
            patience: self.lock_wait,
            allow_ahead,
            decision: self.decide.map(|it| match it {
                Decided::Done => Decision::Done,
                Decided::Again => Decision::Again,
            }),
            ..Options::default()
        }
    }

    fn print(&self, planned: &[Planned], outcome: &Outcome, screen: &Screen) -> Result<(), Report> {
        if self.format == Shown::Json {
            return Ok(screen.data(&as_json(planned, outcome, self.dry_run))?);
        }
        if self.dry_run {
            let text: String = planned.iter().map(whole).collect();
            screen.data(&text)?;
            if planned.is_empty() {
                screen.note("nothing to do");
            }
            return Ok(());
        }
        let has = counted(outcome.n_applied, "migration");
        screen.note(&match outcome.ran.len() {
            0 => format!("nothing to do: the database has {has}"),
            n => format!("done: {}; the database has {has}", counted(n, "migration")),
        });
        Ok(())
    }
}

/// The migrations of a project, and which of them are not what the lock says.
pub(super) struct Applicable {
    pub(super) chain: Chain,
    /// `None` where there is none.
    pub(super) lock: Option<Lock>,
    pub(super) refused: BTreeMap<String, MigrateError>,
}

impl Applicable {
    pub(super) fn read(project: &Project) -> Result<Applicable, Report> {
        let chain = Chain::read(project)?;
        if !chain.directory.is_dir() {
            let at = shown(&chain.directory);
            let message = format!("there is no directory of migrations at `{at}`");
            let help = "run `schemac generate`, or run schemac where schemac.toml is; `migrations` in schemac.toml names another \
                        directory";
            return Err(Failure::input("no-migrations", message, help).into());
        }
        let lock = chain.lock_text.is_some().then(|| chain.lock()).transpose()?;
        let path = shown(&chain.lock_path);
        let refused = lock.as_ref().map(|it| it.differences(&chain.migrations, &path));
        Ok(Applicable { chain, lock, refused: refused.unwrap_or_default() })
    }
}

/// Shows what happens.
struct View<'s> {
    screen: &'s Screen,
    bar: Bar,
    planned: Vec<Planned>,
    mode: Mode,
}

impl View<'_> {
    fn show(&mut self, event: Event) {
        match event {
            Event::Plan(planned) => {
                if self.mode == Mode::Run {
                    planned.iter().for_each(|it| self.screen.note(&line(it)));
                }
                self.planned = planned;
            }
            Event::Waiting { holder } => {
                self.screen.note(&format!("waiting for another runner: {holder}"));
            }
            Event::Begins { label } => self.screen.detail(|| label),
            Event::Statement { label, number, total, text } => {
                self.bar.step(number - 1, total, &label);
                self.screen.detail(|| format!("  {number}/{total} {text}"));
            }
            Event::Retry { label, reason, wait } => {
                let wait = duration::shown(wait);
                self.screen.note(&format!("{label}: {reason}; trying again in about {wait}"));
            }
            Event::Ended { label, took } => {
                self.screen.note(&format!("{label}: done in {}", duration::shown(took)));
            }
            Event::Reconnects { reason } => {
                self.screen.note(&format!("the connection was lost, connecting again: {reason}"));
            }
            Event::Note(note) => self.screen.note(&note),
        }
    }
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "apply",
        Direction::Down => "take back",
    }
}

/// Returns what will be done with a migration, in a line, and what is lost by it.
fn line(planned: &Planned) -> String {
    let Planned { label, direction, statements, n_done, losses, replaces } = planned;
    let mut text = match replaces.len() {
        0 => format!("{} {label}: {}", word(*direction), counted(statements.len(), "statement")),
        n => format!("write down {label}, which stands for {}", counted(n, "migration")),
    };
    if 0 < *n_done {
        text.push_str(&format!(" ({n_done} more hold already)"));
    }
    losses.iter().for_each(|it| text.push_str(&format!("\n  data loss: {it}")));
    text
}

/// Returns what will be done with a migration, with all of its statements.
fn whole(planned: &Planned) -> String {
    let mut text = format!("-- {}\n", line(planned).replace('\n', "\n-- "));
    planned.statements.iter().for_each(|(_, sql)| text.push_str(&format!("{sql};\n")));
    text + "\n"
}

#[derive(Serialize)]
struct Shape<'r> {
    version: u32,
    dry_run: bool,
    planned: Vec<PlannedShape<'r>>,
    done: Vec<DoneShape<'r>>,
    n_applied: usize,
}

#[derive(Serialize)]
struct PlannedShape<'r> {
    migration: &'r str,
    direction: &'static str,
    n_done: usize,
    data_loss: &'r [String],
    replaces: &'r [String],
    statements: Vec<StatementShape<'r>>,
}

#[derive(Serialize)]
struct StatementShape<'r> {
    line: usize,
    sql: &'r str,
}

#[derive(Serialize)]
struct DoneShape<'r> {
    version: &'r str,
    name: &'r str,
    milliseconds: u64,
}

fn as_json(planned: &[Planned], outcome: &Outcome, dry_run: bool) -> String {
    let statement = |(line, sql): &(usize, String)| (*line, sql.clone());
    let texts: Vec<Vec<(usize, String)>> =
        planned.iter().map(|it| it.statements.iter().map(statement).collect()).collect();
    let planned = planned.iter().zip(&texts).map(|(it, statements)| PlannedShape {
        migration: &it.label,
        direction: match it.direction {
            Direction::Up => "up",
            Direction::Down => "down",
        },
        n_done: it.n_done,
        data_loss: &it.losses,
        replaces: &it.replaces,
        statements: statements
            .iter()
            .map(|(line, sql)| StatementShape { line: *line, sql })
            .collect(),
    });
    let done = outcome.ran.iter().map(|it| DoneShape {
        version: &it.version,
        name: &it.name,
        milliseconds: u64::try_from(it.took.as_millis()).unwrap_or(u64::MAX),
    });
    json::text(&Shape {
        version: json::VERSION,
        dry_run,
        planned: planned.collect(),
        done: done.collect(),
        n_applied: outcome.n_applied,
    })
}
