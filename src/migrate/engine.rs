//! One migration: its segments in order, each recorded with what it did.

use std::time::Duration;

use super::directory::Script;
use super::error::{Kind, MigrateError};
use super::event::{Decision, Direction, Event, Options};
use super::history::{Known, Progress, Record, Subject};
use super::machine::{Io, Refusal, Trouble};
use super::nature::{Nature, Probe, literal};
use super::probe::{self, Found, Next};
use super::session::Session;
use super::statements::{Parsed, Segment, Statement, line_of};
use super::stop::{self, Stop};

/// The first time that is waited before a transaction is tried again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a migration runs with.
pub(super) struct Engine<'e> {
    pub(super) io: &'e Io,
    pub(super) session: &'e Session,
    pub(super) options: &'e Options,
}

/// Why a segment did not come to its end.
enum Miss {
    Stop(Stop),
    /// PostgreSQL refused a statement; `None` where that was the end of the transaction.
    Refused(Option<usize>, Refusal),
}

impl From<Stop> for Miss {
    fn from(stop: Stop) -> Self {
        Miss::Stop(stop)
    }
}

impl Engine<'_> {
    /// Runs what is left of a migration. The record is what a run left that did not get to its end.
    pub(super) async fn run(
        &self,
        subject: &mut Subject,
        parsed: &Parsed,
        record: Option<&Record>,
    ) -> Result<(), Stop> {
        let done = match subject.known {
            Known::Nothing | Known::Applied => 0,
            Known::Open(done) => done,
        };
        let total = parsed.statements().count();
        self.io.tell(Event::Begins { label: subject.label() }).await;
        // What was set for the statements that are left is gone with the session.
        for statement in parsed.statements().filter(|it| it.number <= done) {
            if statement.nature == Nature::Session {
                self.plain(subject, statement, total).await?;
            }
        }
        if parsed.segments.is_empty() {
            self.together(subject, &[], total).await?;
        }
        for segment in &parsed.segments {
            match segment {
                Segment::Together(all) if all.iter().all(|it| it.number <= done) => {}
                Segment::Together(all) => self.together(subject, all, total).await?,
                Segment::Alone(it) if it.number <= done => {}
                Segment::Alone(it) => {
                    let begun = record.filter(|_| it.number == done + 1);
                    self.alone(subject, it, total, begun).await?;
                }
            }
        }
        self.session.clean(self.io).await
    }

    /// Runs statements in one transaction, with what the history says about them. It is tried again where something stood in the way
    /// that may go.
    async fn together(
        &self,
        subject: &mut Subject,
        all: &[Statement],
        total: usize,
    ) -> Result<(), Stop> {
        let mut n_tries = 0;
        loop {
            let (statement, refusal) = match self.try_together(subject, all, total).await {
                Ok(()) => return Ok(()),
                Err(Miss::Stop(stop)) => return Err(stop),
                Err(Miss::Refused(statement, refusal)) => (statement, refusal),
            };
            match self.io.sql("ROLLBACK").await {
                Ok(_) | Err(Trouble::Refused(_)) => {}
                Err(Trouble::Lost(why)) => return Err(Stop::Lost(why)),
            }
            if self.may_retry(subject, &refusal, &mut n_tries).await {
                continue;
            }
            let at = statement.and_then(|n| all.iter().find(|it| it.number == n));
            return Err(self.failed(subject, at, &refusal, None).await);
        }
    }

    async fn try_together(
        &self,
        subject: &mut Subject,
        all: &[Statement],
        total: usize,
    ) -> Result<(), Miss> {
        self.session.begin(self.io, self.options).await?;
        for statement in all {
            self.tell(subject, statement, total).await;
            match self.io.sql(&statement.sql).await {
                Ok(_) => {}
                Err(Trouble::Refused(refusal)) => {
                    return Err(Miss::Refused(Some(statement.number), refusal));
                }
                Err(Trouble::Lost(why)) => return Err(Stop::Lost(why).into()),
            }
        }
        let done = all.last().map_or(total, |last| last.number);
        let refused = |trouble| match trouble {
            Trouble::Refused(refusal) => Miss::Refused(None, refusal),
            Trouble::Lost(why) => Stop::Lost(why).into(),
        };
        let written = self.io.sql(self.as_ourselves(&self.end_of(subject, done, total))).await;
        check_written(&written.map_err(refused)?, subject)?;
        // Who loses the reply finds out by reading the history.
        self.io.sql("COMMIT").await.map_err(refused)?;
        subject.known = Known::Open(done);
        Ok(())
    }

    /// Returns what the history says when so many statements hold.
    fn end_of(&self, subject: &Subject, done: usize, total: usize) -> String {
        if done == total {
            return subject.finish(total);
        }
        subject.save(&Progress { done, ..Progress::default() })
    }

    /// Runs SQL as the role that the session began with, whatever the migration has set.
    fn as_ourselves(&self, sql: &str) -> String {
        format!(
            "SELECT pg_catalog.set_config('role', {}, true); {sql}",
            literal(&self.session.role)
        )
    }

    /// Writes into the history, in a transaction of its own.
    async fn write(&self, subject: &Subject, sql: &str) -> Result<(), Stop> {
        self.session.begin(self.io, self.options).await?;
        let written = self.io.sql(self.as_ourselves(sql)).await;
        let written = written.map_err(|it| stop::of(it, "the history can't be written"))?;
        check_written(&written, subject)?;
        let done = self.io.sql("COMMIT").await;
        done.map(drop).map_err(|it| stop::of(it, "the history can't be written"))
    }

    /// Runs a statement that is no part of a transaction.
    async fn alone(
        &self,
        subject: &mut Subject,
        statement: &Statement,
        total: usize,
        record: Option<&Record>,
    ) -> Result<(), Stop> {
        let Nature::Outside { probe, .. } = &statement.nature else {
            // It can be taken back: so it holds with its record or not at all.
            return self.together(subject, std::slice::from_ref(statement), total).await;
        };
        let begun = record.and_then(|it| it.begun.as_deref()).filter(|_| {
            // Where PostgreSQL said that it failed, nothing is in doubt.
            record.is_some_and(|it| it.error.is_none())
        });
        let next = match begun {
            Some(begun) => self.resume(subject, statement, probe, begun).await?,
            None => Next::Again,
        };
        match next {
            Next::Skip => {
                let note = format!(
                    "statement {} of `{}` had come to its end",
                    statement.number,
                    subject.label()
                );
                self.io.tell(Event::Note(note)).await;
            }
            Next::Instead(sql) => self.outside(subject, statement, probe, &sql, total).await?,
            Next::Again | Next::Ask => {
                self.outside(subject, statement, probe, &statement.sql, total).await?;
            }
        }
        self.write(subject, &self.end_of(subject, statement.number, total)).await?;
        subject.known = Known::Open(statement.number);
        Ok(())
    }

    /// Finds out what became of a statement that was begun and whose end nobody saw.
    async fn resume(
        &self,
        subject: &Subject,
        statement: &Statement,
        probe: &Probe,
        begun: &str,
    ) -> Result<Next, Stop> {
        let found = self.look(subject, probe).await?;
        match (probe::next(probe, begun, found), self.options.decision) {
            (Next::Ask, Some(Decision::Done)) => Ok(Next::Skip),
            (Next::Ask, Some(Decision::Again)) => Ok(Next::Again),
            (Next::Ask, None) => Err(undecided(subject, statement).into()),
            (next @ (Next::Skip | Next::Again | Next::Instead(_)), _) => Ok(next),
        }
    }

    /// Looks at what a statement is about. Where somebody else is building that index, they are waited for.
    async fn look(&self, subject: &Subject, probe: &Probe) -> Result<Found, Stop> {
        let began = self.io.now();
        loop {
            let found = probe::look(self.io, probe).await?;
            let waited = self.io.now().saturating_sub(began);
            if found != Found::Busy || self.options.patience <= waited {
                return Ok(found);
            }
            let reason = "somebody is building this index".to_owned();
            let wait = Duration::from_secs(1);
            self.io.tell(Event::Retry { label: subject.label(), reason, wait }).await;
            self.io.nap(wait).await;
        }
    }

    /// Runs a statement outside of a transaction, and has it recorded before.
    async fn outside(
        &self,
        subject: &mut Subject,
        statement: &Statement,
        probe: &Probe,
        sql: &str,
        total: usize,
    ) -> Result<(), Stop> {
        let mut n_tries = 0;
        loop {
            let found = self.look(subject, probe).await?;
            let progress = Progress {
                done: statement.number - 1,
                statement: Some(statement.number),
                begun: Some(found.word()),
                error: None,
            };
            self.write(subject, &subject.save(&progress)).await?;
            subject.known = Known::Open(progress.done);
            self.tell(subject, statement, total).await;
            let refusal = match self.try_outside(subject, probe, sql).await? {
                None => return Ok(()),
                Some(refusal) => refusal,
            };
            // A block that has committed half of its work must not run again unasked.
            let may_repeat = *probe != Probe::None;
            if !may_repeat || !self.may_retry(subject, &refusal, &mut n_tries).await {
                return Err(self
                    .failed(subject, Some(statement), &refusal, Some(found.word()))
                    .await);
            }
        }
    }

    /// Runs a statement outside of a transaction once, after what an earlier build left was removed.
    async fn try_outside(
        &self,
        subject: &Subject,
        probe: &Probe,
        sql: &str,
    ) -> Result<Option<Refusal>, Stop> {
        let reset = self.set_limits().await?;
        let mut all = Vec::new();
        for (remove, index) in probe::leftovers(self.io, probe).await? {
            let label = subject.label();
            let note = format!(
                "`{label}`: the index `{index}` was left invalid; it is dropped and built again"
            );
            self.io.tell(Event::Note(note)).await;
            all.push(remove);
        }
        all.push(sql.to_owned());
        let mut refused = None;
        for sql in all {
            match self.io.sql(sql).await {
                Ok(_) => {}
                Err(Trouble::Lost(why)) => return Err(Stop::Lost(why)),
                Err(Trouble::Refused(refusal)) => {
                    refused = Some(refusal);
                    break;
                }
            }
        }
        if !reset.is_empty() {
            let reset = self.io.sql(reset).await;
            reset.map_err(|it| stop::of(it, "the time limits can't be taken back"))?;
        }
        if refused.is_none()
            && matches!(probe, Probe::Build { .. })
            && probe::look(self.io, probe).await? == Found::Invalid
        {
            let message = "the index was built and is not valid".to_owned();
            refused = Some(Refusal { sqlstate: "XX002".to_owned(), message, ..Refusal::default() });
        }
        Ok(refused)
    }

    /// Sets the time limits of a statement outside of a transaction, but for those that the migration has set. Returns what takes
    /// them back.
    async fn set_limits(&self) -> Result<String, Stop> {
        let limits = [
            ("lock_timeout", &self.options.concurrent_lock_timeout),
            ("statement_timeout", &self.options.statement_timeout),
        ];
        let mut reset = Vec::new();
        for (name, limit) in limits {
            let set = format!(
                "SELECT pg_catalog.set_config('{name}', {}, false) WHERE pg_catalog.current_setting('{name}') = '0'",
                literal(limit)
            );
            let rows = self.io.sql(set).await;
            if !rows.map_err(|it| stop::of(it, "the time limits can't be set"))?.is_empty() {
                reset.push(format!("SET {name} = 0"));
            }
        }
        Ok(reset.join("; "))
    }

    /// Runs a statement that sets something for the session.
    async fn plain(
        &self,
        subject: &Subject,
        statement: &Statement,
        total: usize,
    ) -> Result<(), Stop> {
        self.tell(subject, statement, total).await;
        match self.io.sql(&statement.sql).await {
            Ok(_) => Ok(()),
            Err(Trouble::Lost(why)) => Err(Stop::Lost(why)),
            Err(Trouble::Refused(refusal)) => {
                Err(of_statement(&subject.script, Some(statement), &refusal).into())
            }
        }
    }

    async fn tell(&self, subject: &Subject, statement: &Statement, total: usize) {
        let text = statement.sql.lines().next().unwrap_or("").to_owned();
        let (label, number) = (subject.label(), statement.number);
        self.io.tell(Event::Statement { label, number, total, text }).await;
    }

    /// Waits, where the same may go well in a moment.
    async fn may_retry(&self, subject: &Subject, refusal: &Refusal, n_tries: &mut u32) -> bool {
        // Too long for a lock, a deadlock, a serialization failure.
        let may_go = ["55P03", "40P01", "40001"].contains(&refusal.sqlstate.as_str());
        if !may_go || self.options.retries <= *n_tries {
            return false;
        }
        let wait = FIRST_PAUSE.saturating_mul(1 << (*n_tries).min(16)).min(LONGEST_PAUSE);
        *n_tries += 1;
        let reason = stop::said(refusal);
        self.io.tell(Event::Retry { label: subject.label(), reason, wait }).await;
        self.io.nap(wait).await;
        true
    }

    /// Records what PostgreSQL has against a statement, and returns it as an error.
    async fn failed(
        &self,
        subject: &Subject,
        at: Option<&Statement>,
        refusal: &Refusal,
        begun: Option<&'static str>,
    ) -> Stop {
        let error = of_statement(&subject.script, at, refusal);
        let done = match subject.known {
            Known::Nothing | Known::Applied => 0,
            Known::Open(done) => done,
        };
        // A rollback that has changed nothing has not begun.
        if subject.direction == Direction::Down && subject.known == Known::Applied {
            return error.into();
        }
        let statement = at.map_or(done + 1, |it| it.number);
        let progress =
            Progress { done, statement: Some(statement), begun, error: Some(stop::said(refusal)) };
        match self.write(subject, &subject.save(&progress)).await {
            Err(Stop::Lost(why)) => Stop::Lost(why),
            // What went wrong first is what somebody can do something about.
            Ok(()) | Err(Stop::Failed(_)) => error.into(),
        }
    }
}

/// Fails where the history was not as it was read: somebody else wrote it.
fn check_written(rows: &[Vec<Option<String>>], subject: &Subject) -> Result<(), Stop> {
    // One row is that of the role.
    if 1 < rows.len() {
        return Ok(());
    }
    let message = format!(
        "somebody else has changed the row of `{}` in schemac.migrations meanwhile",
        subject.label()
    );
    let error = MigrateError::new(Kind::Environment, "history-changed", message);
    Err(error.help("nothing was done; run `schemac status`, then this again").into())
}

/// Returns the error of a statement at its line.
fn of_statement(script: &Script, at: Option<&Statement>, refusal: &Refusal) -> MigrateError {
    let (name, said) = (stop::name(&refusal.sqlstate), stop::said(refusal));
    let error = match at {
        None => MigrateError::new(
            Kind::Environment,
            name,
            format!("PostgreSQL refuses the end of the transaction: {said}"),
        )
        .at(&script.path),
        Some(statement) => {
            let before = refusal.position.and_then(|it| it.checked_sub(1));
            let at =
                before.and_then(|n| statement.sql.char_indices().nth(n)).map_or(0, |(at, _)| at);
            let line = statement.line + line_of(&statement.sql, at) - 1;
            MigrateError::new(Kind::Environment, name, said).at_line(&script.path, line)
        }
    };
    error.sqlstate(&refusal.sqlstate).help(stop::help(refusal))
}

/// Says what a person must decide.
fn undecided(subject: &Subject, statement: &Statement) -> MigrateError {
    let message = format!(
        "statement {} of `{}` was running when the last run ended, and nobody can tell from outside whether it came to its end",
        statement.number,
        subject.label()
    );
    let command = match subject.direction {
        Direction::Up => "migrate",
        Direction::Down => "rollback",
    };
    MigrateError::new(Kind::Environment, "statement-undecided", message)
        .at_line(&subject.script.path, statement.line)
        .help(format!(
            "look at what it should have done: if it is done, run `schemac {command} --decide done`; if it is to run again, \
             `schemac {command} --decide again`. Where running it twice never harms, write `-- schemac: repeatable` before it"
        ))
}
