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
    /// Its end says why no more bytes come; gone once that is known.
    task: Option<JoinHandle<Result<(), Error>>>,
    /// Why the session is over.
    end: Option<Error>,
    user: Option<String>,
}

impl Session {
    pub(super) fn open(settings: Settings) -> Result<Session, DatabaseError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            DatabaseError::new(Kind::Unreachable, format!("no connection can be made: {error}"))
        })?;
        let (client, task) = connect::connect(&runtime, &settings)?;
        Ok(Session {
            runtime,
            client: Some(client),
            task: Some(task),
            end: None,
            user: settings.user,
        })
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
        self.listen();
        let Some(client) = self.client.as_ref().filter(|_| self.task.is_some()) else {
            return Err(self.say(None, sql, statement).into());
        };
        let answer = match self.runtime.block_on(client.simple_query_raw(sql)) {
            Ok(answer) => answer,
            Err(error) => return Err(self.say(Some(error), sql, statement).into()),
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
                    Err(error) => return Err(self.say(Some(error), sql, statement).into()),
                }
            }
        }
        Ok(())
    }

    /// Takes in what the server said since the last statement: a goodbye would be lost if statements were sent first.
    fn listen(&mut self) {
        self.runtime.block_on(async {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        if self.task.as_ref().is_some_and(JoinHandle::is_finished) {
            self.wait_for_end();
        }
    }

    /// Waits a moment for the reason why the session is over.
    fn wait_for_end(&mut self) {
        let Some(task) = &mut self.task else { return };
        let ended = self.runtime.block_on(async { tokio::time::timeout(GOODBYE, task).await });
        if let Ok(ended) = ended {
            self.task = None;
            self.end = ended.ok().and_then(Result::err);
        }
    }

    /// Says what went wrong; of a session that is over, why.
    fn say(&mut self, error: Option<Error>, sql: &str, statement: usize) -> DatabaseError {
        if error.as_ref().is_some_and(Error::is_closed) {
            self.wait_for_end();
        }
        match error.filter(|error| !error.is_closed()).as_ref().or(self.end.as_ref()) {
            Some(error) => fault::of_statement(error, sql, statement, self.user.as_deref()),
            None => fault::lost(""),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Tells the server, which else would write a complaint into its log.
        self.client = None;
        // Inside of asynchronous code nothing can be waited for.
        if Handle::try_current().is_err() {
            self.wait_for_end();
        }
    }
}
