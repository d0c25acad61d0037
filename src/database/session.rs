//! A session with a server: statements out, replies in.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::connect;
use super::error::{DatabaseError, Kind};
use super::fault;
use super::settings::Settings;
use super::{Reply, TextRow};

/// Rows that are taken from the stream before they are given on.
const CHUNK: usize = 256;

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_millis(500);

/// A client, and what moves its bytes.
pub(super) struct Session {
    runtime: Runtime,
    /// Gone when the session is over.
    client: Option<Client>,
    /// Its end says why no more bytes come.
    task: JoinHandle<Result<(), Error>>,
    user: Option<String>,
}

impl Session {
    pub(super) fn open(settings: Settings) -> Result<Session, DatabaseError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            DatabaseError::new(Kind::Unreachable, format!("no connection can be made: {error}"))
        })?;
        let (client, task) = connect::connect(&runtime, &settings)?;
        Ok(Session { runtime, client: Some(client), task, user: settings.user })
    }

    pub(super) fn stream<E: From<DatabaseError>>(
        &mut self,
        sql: &str,
        mut each: impl FnMut(Reply<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = 0;
        if sql.contains('\0') {
            let message = "a statement has a character that PostgreSQL's texts can't have: NUL";
            return Err(DatabaseError::new(Kind::Rejected, message).into());
        }
        let Some(client) = &self.client else { return Ok(()) };
        let answer = match self.runtime.block_on(client.simple_query_raw(sql)) {
            Ok(answer) => answer,
            Err(error) => return Err(self.say(error, sql, statement).into()),
        };
        let mut chunks = pin!(answer.ready_chunks(CHUNK));
        // Between the chunks nothing runs here, so that `each` may use another connection.
        while let Some(chunk) = self.runtime.block_on(chunks.next()) {
            for message in chunk {
                match message {
                    Ok(SimpleQueryMessage::Row(row)) => {
                        each(Reply::Row { statement, row: TextRow(&row) })?;
                    }
                    Ok(SimpleQueryMessage::CommandComplete(_)) => {
                        each(Reply::Done { statement })?;
                        statement += 1;
                    }
                    // The names of the columns; the enum may grow.
                    Ok(_) => {}
                    Err(error) => return Err(self.say(error, sql, statement).into()),
                }
            }
        }
        Ok(())
    }

    /// Says what went wrong; of a connection that is gone, why.
    fn say(&mut self, error: Error, sql: &str, statement: usize) -> DatabaseError {
        let user = self.user.as_deref();
        if error.is_closed()
            && let Ok(Ok(Err(reason))) = self.runtime.block_on(async {
                let task = &mut self.task;
                if task.is_finished() {
                    Ok(task.await)
                } else {
                    tokio::time::timeout(GOODBYE, task).await
                }
            })
        {
            return fault::of_statement(&reason, sql, statement, user);
        }
        fault::of_statement(&error, sql, statement, user)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Tells the server, which else would write a complaint into its log.
        self.client = None;
        if !self.task.is_finished() && Handle::try_current().is_err() {
            let task = &mut self.task;
            let _ = self.runtime.block_on(async { tokio::time::timeout(GOODBYE, task).await });
        }
    }
}
