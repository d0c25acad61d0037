//! Migrations through a `tokio_postgres::Client`.

use std::time::Instant;

use tokio_postgres::error::ErrorPosition;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::error::MigrateError;
use super::event::Outcome;
use super::machine::{Refusal, Reply, Request, Turn};
use super::migrator::Migrator;

impl Migrator {
    /// Applies the migrations that the database does not have yet.
    ///
    /// It waits with the clock of the tokio runtime, which must be enabled. Where the future is dropped before its end, the connection is
    /// to be closed: it may be in a transaction.
    ///
    /// # Errors
    /// When one of them fails, or files and database do not fit together. Whatever happened, a later run goes on where this one ended.
    pub async fn run_async(&self, client: &Client) -> Result<Outcome, MigrateError> {
        let mut machine = self.machine()?;
        let began = Instant::now();
        let mut reply = None;
        loop {
            let request = match machine.turn(reply.take(), began.elapsed()) {
                Turn::End(end) => return end,
                Turn::Ask(request) => request,
            };
            reply = Some(match request {
                Request::Run(sql) => {
                    client.simple_query(&sql).await.map_or_else(|it| refusal(&it), rows)
                }
                Request::Sleep(time) => {
                    tokio::time::sleep(time).await;
                    Reply::Done
                }
                Request::Tell(event) => {
                    self.tell(&event);
                    Reply::Done
                }
                // There is one connection, and the program has made it.
                Request::Aside(_) | Request::Reconnect => Reply::Impossible,
            });
        }
    }
}

fn rows(messages: Vec<SimpleQueryMessage>) -> Reply {
    let of_row = |message| {
        // All else tells of columns and ends.
        let SimpleQueryMessage::Row(row) = message else { return None };
        Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
    };
    Reply::Rows(messages.into_iter().filter_map(of_row).collect())
}

fn refusal(error: &Error) -> Reply {
    let Some(said) = error.as_db_error() else { return Reply::Lost(error.to_string()) };
    let position = match said.position() {
        Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    Reply::Refused(Refusal {
        sqlstate: said.code().code().to_owned(),
        message: said.message().to_owned(),
        detail: said.detail().map(str::to_owned),
        hint: said.hint().map(str::to_owned),
        position,
    })
}
