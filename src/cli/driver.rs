//! Drives the runner of migrations with a connection of ours.

use std::hash::{BuildHasher as _, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use super::failure::Failure;
use super::screen::Screen;
use crate::database::error::{DatabaseError, Kind};
use crate::database::url::Url;
use crate::database::{Connection, Reply as Answer};
use crate::migrate::event::Event;
use crate::migrate::machine::{Machine, Refusal, Reply, Request, Row, Turn};

/// How long a server may take to come back after the connection was lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause before the next attempt to connect.
const PAUSE: Duration = Duration::from_millis(200);

/// A connection that is made anew where it is lost.
pub(super) struct Driver {
    url: Url,
    connection: Connection,
    patience: Duration,
}

impl Driver {
    /// Connects; a server that is still starting is waited for.
    pub(super) fn open(url: Url, wait: Duration, screen: &Screen) -> Result<Driver, Failure> {
        let connection = open(&url, wait, screen)?;
        screen.detail(|| format!("connected to {url}, PostgreSQL {}", connection.version()));
        Ok(Driver { url, connection, patience: wait.max(PATIENCE) })
    }

    /// Runs a machine to its end.
    pub(super) fn drive<T>(&mut self, mut machine: Machine<T>, mut look: impl FnMut(Event)) -> T {
        let began = Instant::now();
        let mut reply = None;
        loop {
            let request = match machine.turn(reply.take(), began.elapsed()) {
                Turn::End(end) => return end,
                Turn::Ask(request) => request,
            };
            reply = Some(match request {
                Request::Run(sql) => ask(&mut self.connection, &sql),
                Request::Aside(sql) => match Connection::open(&self.url) {
                    Ok(mut other) => ask(&mut other, &sql),
                    Err(_) => Reply::Impossible,
                },
                Request::Sleep(time) => {
                    thread::sleep(time);
                    Reply::Done
                }
                Request::Reconnect => self.reconnect(),
                Request::Tell(event) => {
                    look(event);
                    Reply::Done
                }
            });
        }
    }

    fn reconnect(&mut self) -> Reply {
        let began = Instant::now();
        loop {
            match Connection::open(&self.url) {
                Ok(connection) => {
                    self.connection = connection;
                    return Reply::Done;
                }
                Err(error) if !may_come(&error) || self.patience <= began.elapsed() => {
                    return Reply::Lost(error.to_string());
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

/// Returns a number that differs between processes.
pub(super) fn seed() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// Connects, and waits so long for a server that does not take connections yet.
pub(super) fn open(url: &Url, wait: Duration, screen: &Screen) -> Result<Connection, Failure> {
    let began = Instant::now();
    let mut told = false;
    loop {
        let error = match Connection::open(url) {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        if !may_come(&error) || wait <= began.elapsed() {
            return Err(error.into());
        }
        if !told {
            screen.note(&format!("waiting for the server: {error}"));
            told = true;
        }
        thread::sleep(PAUSE);
    }
}

/// Tells whether the server may take connections in a moment.
fn may_come(error: &DatabaseError) -> bool {
    match error.kind() {
        Kind::Unreachable | Kind::NotReady | Kind::TooManyConnections | Kind::Lost => true,
        Kind::Url
        | Kind::Login
        | Kind::NoDatabase
        | Kind::Encryption
        | Kind::TooOld
        | Kind::Canceled
        | Kind::ReadOnly
        | Kind::Privilege
        | Kind::Rejected
        | Kind::Protocol
        | Kind::NoScratch => false,
    }
}

fn ask(connection: &mut Connection, sql: &str) -> Reply {
    let mut rows: Vec<Row> = Vec::new();
    let answer = connection.stream(sql, |answer| {
        if let Answer::Row { row, .. } = answer {
            rows.push((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect());
        }
        Ok::<_, DatabaseError>(())
    });
    let Err(error) = answer else { return Reply::Rows(rows) };
    match error.said() {
        Some(said) => Reply::Refused(Refusal {
            sqlstate: said.sqlstate.clone(),
            message: said.message.clone(),
            detail: said.detail.clone(),
            hint: said.hint.clone(),
            position: said.position.and_then(|it| usize::try_from(it).ok()),
        }),
        None => Reply::Lost(error.to_string()),
    }
}
