//! How schemac talks to PostgreSQL: what comes back from real servers, and what is said where something goes wrong.

mod network;
pub(crate) mod pooler;
mod scratch;
mod troubles;

use schemac::database::error::{DatabaseError, Kind};
use schemac::database::url::Url;
use schemac::database::{Connection, Reply};

use crate::support::postgres;
use crate::support::postgres::database::Database;

/// Connects as schemac does.
fn open(database: &Database<'_>) -> Connection {
    let url = Url::parse(&database.url()).unwrap();
    Connection::open(&url).unwrap_or_else(|error| panic!("no connection: {error}"))
}

/// Returns what is said where no connection comes about: name, message, help.
fn refusal(url: &str) -> String {
    let error = Url::parse(url).and_then(|url| Connection::open(&url)).map(drop).unwrap_err();
    let text = format!("{}: {error}\nhelp: {}", error.name(), error.help().unwrap_or("none"));
    assert!(!text.contains("right") && !text.contains("wrong"), "the password is shown: {text}");
    text
}

/// Runs statements and writes down each reply.
fn replies(connection: &mut Connection, sql: &str) -> Result<Vec<String>, DatabaseError> {
    let mut replies = Vec::new();
    connection.stream(sql, |reply| {
        replies.push(match reply {
            Reply::Row { statement, row } => format!("{statement}: {row:?}"),
            Reply::Done { statement } => format!("{statement}: done"),
        });
        Ok::<_, DatabaseError>(())
    })?;
    Ok(replies)
}

#[test]
fn rows_come_with_the_number_of_their_statement() {
    for major in postgres::majors() {
        let database = postgres::major(major.into()).database();
        let mut connection = open(&database);
        assert_eq!(connection.version().major(), u32::from(major));
        let sql = "SELECT 1, NULL, 'ä'; CREATE TABLE t (); INSERT INTO t DEFAULT VALUES; TABLE t; SELECT WHERE false";
        let found = replies(&mut connection, sql).unwrap();
        assert_eq!(
            found,
            [
                "0: [Some(\"1\"), None, Some(\"ä\")]",
                "0: done",
                "1: done",
                "2: done",
                "3: []",
                "3: done",
                "4: done"
            ]
        );
    }
}

#[test]
fn many_rows_arrive_in_order_and_another_connection_can_be_used_meanwhile() {
    let database = postgres::default().database();
    let (mut connection, mut other) = (open(&database), open(&database));
    other.run("CREATE TABLE seen (n integer)").unwrap();
    let mut expected = 0;
    let done = connection.stream("SELECT n FROM generate_series(1, 100000) n", |reply| {
        if let Reply::Row { row, .. } = reply {
            expected += 1;
            assert_eq!(row.get(0), Some(expected.to_string().as_str()));
            assert_eq!(row.get(1), None);
            if expected % 50_000 == 0 {
                other.run(&format!("INSERT INTO seen VALUES ({expected})"))?;
            }
        }
        Ok::<_, DatabaseError>(())
    });
    done.unwrap();
    assert_eq!(expected, 100_000);
    assert_eq!(replies(&mut other, "SELECT count(*) FROM seen").unwrap()[0], "0: [Some(\"2\")]");
}

#[test]
fn who_breaks_off_can_go_on_with_the_connection() {
    let database = postgres::default().database();
    let mut connection = open(&database);
    let mut n = 0;
    let broken = connection.stream("SELECT n FROM generate_series(1, 100000) n", |_| {
        n += 1;
        if n == 1_000 { Err(Stop::Here) } else { Ok(()) }
    });
    assert!(matches!(broken, Err(Stop::Here)));
    assert_eq!(replies(&mut connection, "SELECT 2").unwrap(), ["0: [Some(\"2\")]", "0: done"]);
}

/// What a caller's own error looks like.
enum Stop {
    Here,
    Database,
}

impl From<DatabaseError> for Stop {
    fn from(_: DatabaseError) -> Self {
        Stop::Database
    }
}

#[test]
fn an_error_names_its_statement_and_its_place() {
    let database = postgres::default().database();
    let mut connection = open(&database);
    let error =
        connection.run("SELECT 1;\nSELECT 'ä',\n  nothing FROM pg_class; SELECT 3").unwrap_err();
    assert_eq!(error.kind(), Kind::Rejected);
    let message =
        "column \"nothing\" does not exist (SQLSTATE 42703), at `nothing FROM pg_class; SELECT 3`";
    assert_eq!(error.to_string(), message);
    let said = error.said().unwrap();
    assert_eq!((said.statement, said.position), (Some(1), Some(25)));
    assert_eq!(said.line.as_deref(), Some("nothing FROM pg_class; SELECT 3"));
    // The connection is as good as before.
    assert_eq!(replies(&mut connection, "").unwrap(), ["0: done"]);
}
