//! What a run does, from the first look at the history to the last row in it.
//!
//! The history is read without a lock first: where there is nothing to do, that one query is all. Else the lock is taken, the history
//! is read again, and everything that is to run is cut into its statements before the first of them runs. Where the connection is
//! lost, all begins anew with another one: the history says how far it came.

use std::collections::BTreeMap;

use super::directory::Migration;
use super::engine::Engine;
use super::error::{Kind, MigrateError};
use super::event::{Direction, Event, Options, Outcome, Ran};
use super::history::{self, Known, Record};
use super::machine::{Io, Machine, Reply, Request, Trouble};
use super::session::Session;
use super::stop::{self, Stop};
use super::work::{self, Act, Work};

/// How often a connection may be lost in one run.
const MOST_LOSSES: u32 = 20;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// What the files say.
    pub migrations: Vec<Migration>,
    /// Migrations that are not what the lock says ([`Lock::differences`](super::lock::Lock::differences)): they must not be applied.
    pub refused: BTreeMap<String, MigrateError>,
    /// Where to go from what the database has.
    pub goal: Goal,
    /// How.
    pub options: Options,
    /// Whether it is done, or only said.
    pub mode: Mode,
}

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Apply what is pending, up to this version where there is one.
    Up(Option<String>),
    /// Take back so many of the last migrations.
    Back {
        /// How many.
        count: usize,
        /// What is lost for good is accepted.
        lossy: Lossy,
    },
    /// Take back all migrations after this version; after `empty`, all.
    BackTo {
        /// The version that stays.
        version: String,
        /// What is lost for good is accepted.
        lossy: Lossy,
    },
    /// Write down that the database has the migrations up to this version already.
    Mark(String),
}

/// What to do where data would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lossy {
    /// Say so, and do nothing.
    Refused,
    /// Go on.
    Accepted,
}

/// Whether things are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are done.
    Run,
    /// They are said.
    DryRun,
}

/// Makes the machine that does a job. The seed makes waiting times differ between processes.
pub fn run(job: Job, seed: u64) -> Machine<Result<Outcome, MigrateError>> {
    Machine::new(seed, |io| async move {
        Run { io, job, outcome: Outcome::default(), in_doubt: None }.run().await
    })
}

/// Makes the machine that reads the history; `None` where there is none.
pub fn read_history() -> Machine<Result<Option<Vec<Record>>, MigrateError>> {
    Machine::new(
        1,
        |io| async move { history::read(&io).await.map_err(|stop| of_stop(stop, false)) },
    )
}

fn of_stop(stop: Stop, in_work: bool) -> MigrateError {
    match stop {
        Stop::Failed(error) => error,
        Stop::Lost(why) => {
            let message = format!("the connection to the server was lost: {why}");
            let help = if in_work {
                "run it again with another connection: the history tells how far it came, and it goes on there"
            } else {
                "look into the server's log, then try again"
            };
            MigrateError::new(Kind::Environment, "connection-lost", message).help(help)
        }
    }
}

struct Run {
    io: Io,
    job: Job,
    outcome: Outcome,
    /// What ran when the connection was lost.
    in_doubt: Option<(Ran, Direction)>,
}

impl Run {
    async fn run(mut self) -> Result<Outcome, MigrateError> {
        let mut n_losses = 0;
        loop {
            let reason = match self.attempt().await {
                Ok(()) => return Ok(self.outcome),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Lost(why)) => why,
            };
            n_losses += 1;
            if MOST_LOSSES < n_losses {
                return Err(of_stop(Stop::Lost(reason), true));
            }
            self.io.tell(Event::Reconnects { reason: reason.clone() }).await;
            match self.io.ask(Request::Reconnect).await {
                Reply::Done | Reply::Rows(_) => {}
                Reply::Lost(why) => return Err(of_stop(Stop::Lost(why), true)),
                Reply::Impossible | Reply::Refused(_) => {
                    return Err(of_stop(Stop::Lost(reason), true));
                }
            }
        }
    }

    /// Does the job with one connection.
    async fn attempt(&mut self) -> Result<(), Stop> {
        let records = history::read(&self.io).await?;
        let has_history = records.is_some();
        let records = records.unwrap_or_default();
        self.settle(&records);
        let works = self.plan(&records).await?;
        self.outcome.n_applied = records.iter().filter(|it| it.is_applied()).count();
        if works.is_empty() && (has_history || self.job.goal.is_backwards()) {
            return Ok(());
        }
        if works.is_empty() && !matches!(self.job.goal, Goal::Mark(_)) {
            return Ok(());
        }
        if self.job.mode == Mode::DryRun {
            self.io.tell(Event::Plan(works.iter().map(Work::planned).collect())).await;
            return Ok(());
        }
        let io = self.io.clone();
        let session = Session::new(&io).await?;
        session.lock(&io, &self.job.options).await?;
        let ended = self.locked(&session).await;
        if !matches!(ended, Err(Stop::Lost(_))) {
            // What went wrong is more important than what goes wrong now.
            let left = async {
                session.give_back(&io).await?;
                session.unlock(&io).await
            };
            let left = left.await;
            return ended.and(left);
        }
        ended
    }

    /// Does what is to be done, with the lock.
    async fn locked(&mut self, session: &Session) -> Result<(), Stop> {
        let records = match history::read(&self.io).await? {
            Some(records) => records,
            None => {
                history::create(&self.io).await?;
                Vec::new()
            }
        };
        self.settle(&records);
        let works = self.plan(&records).await?;
        self.outcome.n_applied = records.iter().filter(|it| it.is_applied()).count();
        if works.is_empty() {
            return Ok(());
        }
        self.io.tell(Event::Plan(works.iter().map(Work::planned).collect())).await;
        for work in works {
            self.work(session, work).await?;
        }
        Ok(())
    }

    async fn work(&mut self, session: &Session, mut work: Work) -> Result<(), Stop> {
        let began = self.io.now();
        let direction = work.subject.direction;
        let was_applied = work.subject.known == Known::Applied;
        let mut ran = Ran {
            version: work.subject.version.clone(),
            name: work.subject.name.clone(),
            took: std::time::Duration::ZERO,
        };
        match work.act {
            Act::Run => {
                self.in_doubt = Some((ran.clone(), direction));
                let io = self.io.clone();
                let engine = Engine { io: &io, session, options: &self.job.options };
                let done = engine.run(&mut work.subject, &work.parsed, work.record.as_ref()).await;
                // A decision is about one statement.
                self.job.options.decision = None;
                if !matches!(done, Err(Stop::Lost(_))) {
                    self.in_doubt = None;
                }
                done?;
            }
            Act::Mark(ref gone) => self.mark(session, &work, gone).await?,
        }
        ran.took = self.io.now().saturating_sub(began);
        self.io.tell(Event::Ended { label: work.subject.label(), took: ran.took }).await;
        self.outcome.ran.push(ran);
        self.outcome.n_applied = match direction {
            Direction::Up if was_applied => self.outcome.n_applied,
            Direction::Up => self.outcome.n_applied + 1,
            Direction::Down if was_applied => self.outcome.n_applied.saturating_sub(1),
            Direction::Down => self.outcome.n_applied,
        };
        Ok(())
    }

    /// Finds out whether what ran when the connection was lost came to its end.
    fn settle(&mut self, records: &[Record]) {
        let Some((ran, direction)) = self.in_doubt.take() else { return };
        let record = records.iter().find(|it| it.version == ran.version);
        let holds = match direction {
            Direction::Up => record.is_some_and(Record::is_applied),
            Direction::Down => record.is_none(),
        };
        if holds {
            self.outcome.ran.push(ran);
        }
    }

    /// Writes down that the database has a migration, in place of others.
    async fn mark(&self, session: &Session, work: &Work, gone: &[String]) -> Result<(), Stop> {
        session.begin(&self.io, &self.job.options).await?;
        let run = async {
            for version in gone {
                let version = super::nature::literal(version);
                self.io
                    .sql(format!("DELETE FROM schemac.migrations WHERE version = {version}"))
                    .await?;
            }
            let n_statements = work.parsed.statements().count();
            self.io.sql(work.subject.mark(n_statements)).await?;
            self.io.sql("COMMIT").await
        };
        match run.await {
            Ok(_) => Ok(()),
            Err(Trouble::Lost(why)) => Err(Stop::Lost(why)),
            Err(refused @ Trouble::Refused(_)) => {
                let stop = stop::of(refused, "the history can't be written");
                match self.io.sql("ROLLBACK").await {
                    Ok(_) | Err(Trouble::Refused(_)) => Err(stop),
                    Err(Trouble::Lost(why)) => Err(Stop::Lost(why)),
                }
            }
        }
    }

    /// Says what is to be done, in order.
    async fn plan(&self, records: &[Record]) -> Result<Vec<Work>, Stop> {
        let job = &self.job;
        match &job.goal {
            Goal::Up(to) => {
                let standings = super::standing::standings(records, &job.migrations)?;
                if let Some(changed) = work::first_problem(&standings, job) {
                    let applied = self.applied_text(&changed.version).await?;
                    let problem =
                        super::standing::problem(changed, &job.migrations, applied.as_deref());
                    if let Some(error) = problem {
                        return Err(error.into());
                    }
                }
                Ok(work::up(&standings, job, to.as_deref())?)
            }
            Goal::Back { count, lossy } => Ok(work::back(records, job, *lossy, |n, _| n < *count)?),
            Goal::BackTo { version, lossy } => {
                work::check_target(records, version)?;
                let stays =
                    |it: &Record| version != "empty" && it.version.as_str() <= version.as_str();
                Ok(work::back(records, job, *lossy, |_, it| !stays(it))?)
            }
            Goal::Mark(version) => Ok(work::mark(records, job, version)?),
        }
    }

    /// Returns the text that was applied.
    async fn applied_text(&self, version: &str) -> Result<Option<String>, Stop> {
        let version = super::nature::literal(version);
        let rows = self
            .io
            .sql(format!("SELECT script FROM schemac.migrations WHERE version = {version}"))
            .await;
        let rows = rows.map_err(|trouble| stop::of(trouble, "the history can't be read"))?;
        Ok(rows.into_iter().flatten().flatten().next())
    }
}

impl Goal {
    fn is_backwards(&self) -> bool {
        match self {
            Goal::Back { .. } | Goal::BackTo { .. } => true,
            Goal::Up(_) | Goal::Mark(_) => false,
        }
    }
}
