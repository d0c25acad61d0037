//! What goes wrong once there is a server: it starts, stops, refuses, or is none.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use schemac::database::Connection;
use schemac::database::error::DatabaseError;
use schemac::database::url::Url;

use super::{open, refusal, replies};
use crate::support::postgres::{self, Server, account, find};

/// Returns what is said: name, message, help.
fn said(error: &DatabaseError) -> String {
    format!("{}: {error}\nhelp: {}", error.name(), error.help().unwrap_or("none"))
}

/// Returns what is said where statements fail.
fn said_of(connection: &mut Connection, sql: &str) -> String {
    said(&connection.run(sql).unwrap_err())
}

#[test]
fn statements_that_are_stopped() {
    let database = postgres::default().database();
    let (mut connection, mut other) = (open(&database), open(&database));
    assert_eq!(
        said_of(&mut connection, "SET statement_timeout = '20ms'; SELECT pg_sleep(60)"),
        "statement-canceled: canceling statement due to statement timeout (SQLSTATE 57014)\n\
         help: try again; where it was the time limit, raise `statement_timeout` in schemac.toml"
    );
    other.run("CREATE TABLE t ()").unwrap();
    other.run("BEGIN; LOCK TABLE t").unwrap();
    assert_eq!(
        said_of(&mut connection, "SET statement_timeout = 0; SET lock_timeout = '20ms'; TABLE t"),
        "statement-canceled: canceling statement due to lock timeout (SQLSTATE 55P03), at \
         `SET statement_timeout = 0; SET lock_timeout = '20ms'; TABLE t`\n\
         help: somebody holds a lock: try again when they are done, or raise `lock_timeout` in schemac.toml"
    );
}

#[test]
fn a_privilege_that_is_missing_names_the_object_and_the_role() {
    let database = postgres::default().database();
    let role = format!("r_{}", database.name);
    database.run_sql(&format!("CREATE ROLE {role} LOGIN; CREATE TABLE secret ()")).unwrap();
    let url = database.url().replace("user=postgres", &format!("user={role}"));
    let mut connection = Connection::open(&Url::parse(&url).unwrap()).unwrap();
    let found =
        ["TABLE secret", "DROP TABLE secret", "CREATE DATABASE x", "SELECT pg_read_file('x')"]
            .map(|sql| said_of(&mut connection, sql).replace(&role, "ROLE"));
    drop(connection);
    database.run_sql(&format!("DROP ROLE {role}")).unwrap();
    assert_eq!(
        found,
        [
            "missing-privilege: permission denied for table secret (SQLSTATE 42501)\n\
             help: let the owner of table `secret` grant `ROLE` what is missing, or connect as the owner",
            "missing-privilege: must be owner of table secret (SQLSTATE 42501)\n\
             help: let the owner of table `secret` grant `ROLE` what is missing, or connect as the owner",
            "missing-privilege: permission denied to create database (SQLSTATE 42501)\n\
             help: let an administrator grant `ROLE` what is missing, or connect as another role",
            "missing-privilege: permission denied for function pg_read_file (SQLSTATE 42501)\n\
             help: let the owner of function `pg_read_file` grant `ROLE` what is missing, or connect as the owner",
        ]
    );
}

#[test]
fn what_else_postgresql_refuses_keeps_its_detail_and_hint() {
    let database = postgres::default().database();
    let mut connection = open(&database);
    connection.run("CREATE TABLE a (); CREATE VIEW v AS TABLE a").unwrap();
    assert_eq!(
        said_of(&mut connection, "DROP TABLE a"),
        "database-error: cannot drop table a because other objects depend on it (SQLSTATE 2BP01)\n\
         view v depends on table a\n\
         help: Use DROP ... CASCADE to drop the dependent objects too."
    );
    let long = format!("SELECT {} nothing, {} 3", "1, ".repeat(99), "2, ".repeat(99));
    let error = connection.run(&long).unwrap_err();
    assert!(error.to_string().contains("nothing") && error.to_string().len() < 250, "{error}");
    assert_eq!(
        said_of(&mut connection, "SELECT '\0'"),
        "database-error: a statement has a character that PostgreSQL's texts can't have: NUL\nhelp: none"
    );
    assert_eq!(replies(&mut connection, "SELECT 1").unwrap()[1], "0: done");
}

#[test]
fn a_connection_that_is_lost_says_why() {
    let server = postgres::private();
    let database = server.database();
    let mut admin = open(&database);
    let mut end = |connection: &mut Connection| {
        let pid = replies(connection, "SELECT pg_backend_pid()").unwrap()[0].clone();
        let pid: String = pid.chars().skip(3).filter(char::is_ascii_digit).collect();
        admin.run(&format!("SELECT pg_terminate_backend({pid}, 10000)")).unwrap();
    };
    let expected = "connection-lost: terminating connection due to administrator command (SQLSTATE 57P01)\n\
                    help: try again once the server is up";
    // Between two statements.
    let mut connection = open(&database);
    end(&mut connection);
    assert_eq!(said_of(&mut connection, "SELECT 1"), expected);
    // And from then on.
    assert_eq!(said_of(&mut connection, "SELECT 1").split(':').next(), Some("connection-lost"));
    // Within one.
    let mut connection = open(&database);
    assert_eq!(
        said_of(
            &mut connection,
            "SELECT pg_terminate_backend(pg_backend_pid()) FROM pg_sleep(0.01)"
        ),
        expected
    );
}

/// Runs `pg_ctl` on a private server.
fn pg_ctl(server: &Server, arguments: &[&str]) {
    let data = server.directory().unwrap().join("data");
    let mut command: Command = account::command(find::default_server().sibling("pg_ctl"));
    let output = command.args(arguments).arg("-D").arg(data).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_server_that_is_stopping_is_not_ready() {
    let server = postgres::private();
    let database = server.database();
    let _open = open(&database);
    pg_ctl(&server, &["stop", "-m", "smart", "--no-wait"]);
    // The server needs a moment to read the signal.
    let text = loop {
        match Connection::open(&Url::parse(&database.url()).unwrap()) {
            Ok(connection) => drop(connection),
            Err(error) => break said(&error),
        }
    };
    let place = format!("{}/.s.PGSQL.5432", server.directory().unwrap().display());
    assert_eq!(
        text.replace(&place, "SOCKET"),
        "server-not-ready: `SOCKET` refuses the connection: the database system is shutting down (SQLSTATE 57P03)\n\
         help: try again in a moment"
    );
}

#[test]
fn a_standby_takes_no_changes_and_is_passed_over_where_changes_are_asked_for() {
    let server = postgres::private();
    let url = server.database().url();
    let (_, parameters) = url.split_once('?').unwrap();
    let url = format!("postgres:///postgres?{parameters}");
    let signal = server.directory().unwrap().join("data/standby.signal");
    fs::write(&signal, "").unwrap();
    account::give(&signal).unwrap();
    pg_ctl(&server, &["restart", "-s", "-w", "-m", "fast", "-l", "/dev/null"]);
    let mut connection = Connection::open(&Url::parse(&url).unwrap()).unwrap();
    assert_eq!(
        said_of(&mut connection, "CREATE TABLE t ()"),
        "server-read-only: cannot execute CREATE TABLE in a read-only transaction (SQLSTATE 25006)\n\
         help: connect to the primary server: a standby, and a role with `default_transaction_read_only`, take no changes"
    );
    let place = format!("{}/.s.PGSQL.5432", server.directory().unwrap().display());
    assert_eq!(
        refusal(&format!("{url}&target_session_attrs=read-write")).replace(&place, "SOCKET"),
        "server-read-only: `SOCKET` is not what `target_session_attrs` asks for: database does not allow writes\n\
         help: name a server that is, or leave out `target_session_attrs`"
    );
    for wanted in ["standby", "prefer-standby", "any"] {
        Connection::open(&Url::parse(&format!("{url}&target_session_attrs={wanted}")).unwrap())
            .unwrap();
    }
    // The first of several hosts that will do.
    let primary = postgres::default();
    let Some(directory) = primary.directory() else { return };
    let both = format!(
        "postgres:///postgres?user=postgres&host={},{}&target_session_attrs=read-write",
        server.directory().unwrap().display(),
        directory.display()
    );
    Connection::open(&Url::parse(&both).unwrap())
        .unwrap()
        .run("CREATE TEMPORARY TABLE t ()")
        .unwrap();
}

/// Starts what answers a connection at 127.0.0.1; returns its port.
fn answer(with: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            with(&mut stream.unwrap());
        }
    });
    port
}

/// Reads what has arrived.
fn read(stream: &mut std::net::TcpStream) -> Vec<u8> {
    let mut buffer = vec![0; 4096];
    let n = stream.read(&mut buffer).unwrap_or(0);
    buffer.truncate(n);
    buffer
}

/// A message of the protocol: its kind and its body.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], &length[..], body].concat()
}

#[test]
fn an_old_server_is_refused() {
    let port = answer(|stream| {
        let parts = [&b"\0\x01"[..], b"v\0", &[0; 6], &25_u32.to_be_bytes(), &[255; 6], &[0; 2]];
        read(stream);
        let hello = [message(b'R', &[0; 4]), message(b'Z', b"I")].concat();
        stream.write_all(&hello).unwrap();
        read(stream);
        let row = [&b"\0\x01"[..], &6_u32.to_be_bytes(), b"130014"].concat();
        let rows = [
            message(b'T', &parts.concat()),
            message(b'D', &row),
            message(b'C', b"SHOW\0"),
            message(b'Z', b"I"),
        ];
        stream.write_all(&rows.concat()).unwrap();
    });
    assert_eq!(
        refusal(&format!("postgres://me@127.0.0.1:{port}/x?sslmode=disable")),
        "server-too-old: the server is PostgreSQL 13.14; schemac works with 14 and later\n\
         help: upgrade the server, or name another one in the URL"
    );
}

#[test]
fn what_is_no_postgresql_is_said_to_be_none() {
    let port = answer(|stream| {
        read(stream);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    let text = refusal(&format!("postgres://me:right@127.0.0.1:{port}/x?sslmode=disable"));
    assert!(
        text.starts_with(&format!(
            "protocol: what answers at `127.0.0.1:{port}` is not PostgreSQL: "
        )),
        "{text}"
    );
    assert!(text.ends_with("help: check host and port in the URL"), "{text}");

    let port = answer(|stream| drop(read(stream)));
    assert_eq!(
        refusal(&format!("postgres://me:right@127.0.0.1:{port}/x?sslmode=disable")),
        format!(
            "server-unreachable: `127.0.0.1:{port}` closed the connection before the login\n\
             help: check that a PostgreSQL listens there, and look into its log"
        )
    );
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let port = answer(|stream| while !read(stream).is_empty() {});
    assert_eq!(
        refusal(&format!("postgres://me:right@127.0.0.1:{port}/x?connect_timeout=1")),
        format!(
            "server-unreachable: no answer from `127.0.0.1:{port}` within 1 s\n\
             help: check host and port in the URL, and what lies between: a firewall, a VPN; `connect_timeout=60` waits \
             longer"
        )
    );
}
