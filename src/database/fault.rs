//! What the driver reports, in our words.

use tokio_postgres::error::{DbError, ErrorPosition};

use super::error::{DatabaseError, Kind, ServerError};

/// Says what went wrong with statements that were sent.
///
/// The statement is counted from 0.
pub(super) fn of_statement(
    error: &tokio_postgres::Error,
    sql: &str,
    statement: usize,
) -> DatabaseError {
    match error.as_db_error() {
        Some(said) => of_server(said, Some(sql), Some(statement)),
        None if error.is_closed() => lost(),
        None => DatabaseError::new(Kind::Lost, with_source(error)),
    }
}

/// The connection went away without a word.
fn lost() -> DatabaseError {
    DatabaseError::new(Kind::Lost, "the server closed the connection half way")
        .with_help("look into the server's log, then try again")
}

/// Says what PostgreSQL reported.
pub(super) fn of_server(
    said: &DbError,
    sql: Option<&str>,
    statement: Option<usize>,
) -> DatabaseError {
    let position = match said.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    let server = ServerError {
        sqlstate: said.code().code().to_owned(),
        message: said.message().to_owned(),
        detail: said.detail().map(str::to_owned),
        hint: said.hint().map(str::to_owned),
        context: said.where_().map(str::to_owned),
        position,
        line: position.zip(sql).and_then(|(position, sql)| line_at(sql, position)),
        statement,
    };
    let message = format!("{} (SQLSTATE {})", server.message, server.sqlstate);
    DatabaseError::new(Kind::Rejected, message).with_server(server)
}

/// Returns the line at a position in characters from 1.
fn line_at(sql: &str, position: u32) -> Option<String> {
    let before = usize::try_from(position).ok()?.checked_sub(1)?;
    let at = sql.char_indices().nth(before).map_or(sql.len(), |(at, _)| at);
    let start = sql.get(..at)?.rfind('\n').map_or(0, |it| it + 1);
    let line = sql.get(start..)?.lines().next()?;
    Some(line.to_owned())
}

/// Returns an error's message and those of what caused it.
pub(super) fn with_source(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
