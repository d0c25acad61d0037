//! What the driver and PostgreSQL report, in our words and with the way out.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::error::{DatabaseError, Kind, ServerError};
use super::settings::{Endpoint, Place, Settings};

/// The longest piece of a statement that is shown.
const MAX_SHOWN: usize = 120;

/// Says what went wrong with statements that were sent. The statement is counted from 0.
pub(super) fn of_statement(
    error: &tokio_postgres::Error,
    sql: &str,
    statement: usize,
    user: Option<&str>,
) -> DatabaseError {
    let Some(said) = error.as_db_error() else {
        return if error.is_closed() { lost("") } else { lost(&format!(": {}", causes(error))) };
    };
    let server = server_error(said, Some(sql), Some(statement));
    let mut message = format!("{} (SQLSTATE {})", server.message, server.sqlstate);
    if let Some(line) = &server.line {
        message.push_str(&format!(", at `{line}`"));
    }
    if let Some(detail) = &server.detail {
        message.push_str(&format!("\n{detail}"));
    }
    let kind = kind_of(&server.sqlstate);
    let help = help_of_statement(kind, &server, user);
    DatabaseError::new(kind, message).with_help_if(help).with_server(server)
}

/// The connection went away.
pub(super) fn lost(why: &str) -> DatabaseError {
    DatabaseError::new(Kind::Lost, format!("the connection to the server was lost half way{why}"))
        .with_help("look into the server's log, then try again")
}

/// Says what went wrong on the way to a server.
pub(super) fn of_connecting(
    error: &tokio_postgres::Error,
    at: &Endpoint,
    settings: &Settings,
    encrypted: bool,
) -> DatabaseError {
    if let Some(said) = error.as_db_error() {
        return of_login(said, at, settings, encrypted);
    }
    let cause = error.source();
    let system = cause.and_then(|it| it.downcast_ref::<io::Error>());
    if let Some(broken) = system.and_then(io::Error::get_ref).and_then(|it| it.downcast_ref()) {
        return of_encryption(broken, at);
    }
    if let Some(system) = system {
        return of_system(system, at);
    }
    // The rest has no type of its own.
    let reason = cause.map(ToString::to_string).unwrap_or_default();
    let user = settings.user.as_deref().unwrap_or("");
    match reason.as_str() {
        "password missing" => DatabaseError::new(
            Kind::Login,
            format!("`{at}` asks for the password of role `{user}`, and there is none"),
        )
        .with_help("set PGPASSWORD, or write it into ~/.pgpass or the URL"),
        "server does not support TLS" => {
            let message = format!("`{at}` offers no encryption, and `sslmode` asks for it");
            DatabaseError::new(Kind::Encryption, message).with_help(
                "turn `ssl` on at the server; on a network that you trust, write `sslmode=disable`",
            )
        }
        "server did not use channel binding" => {
            let message = format!(
                "`{at}` does not bind passwords to the channel, and `channel_binding` asks for it"
            );
            DatabaseError::new(Kind::Login, message).with_help(
                "leave out `channel_binding=require`, or let the server use scram-sha-256",
            )
        }
        "unsupported authentication method" | "unsupported SASL mechanism" => {
            let message =
                format!("`{at}` asks role `{user}` to log in in a way that schemac does not know");
            DatabaseError::new(Kind::Login, message).with_help(
                "let pg_hba.conf have a line for it with scram-sha-256, md5, cert or peer",
            )
        }
        _ if error.is_closed() => closed(at),
        _ => foreign(at, &causes(error)),
    }
}

fn foreign(at: &Endpoint, why: &str) -> DatabaseError {
    let message = format!("what answers at `{at}` is not PostgreSQL: {why}");
    DatabaseError::new(Kind::Protocol, message).with_help("check host and port in the URL")
}

fn closed(at: &Endpoint) -> DatabaseError {
    DatabaseError::new(Kind::Unreachable, format!("`{at}` closed the connection before the login"))
        .with_help("check that a PostgreSQL listens there, and look into its log")
}

/// Nobody has an address for the host.
pub(super) fn no_host(at: &Endpoint, why: &str) -> DatabaseError {
    DatabaseError::new(Kind::Unreachable, format!("the host of `{at}` is not known: {why}"))
        .with_help("check the host in the URL")
}

/// Nobody answered in time.
pub(super) fn no_answer(at: &Endpoint, patience: Option<Duration>) -> DatabaseError {
    let within = patience.map(|it| format!(" within {} s", it.as_secs())).unwrap_or_default();
    DatabaseError::new(Kind::Unreachable, format!("no answer from `{at}`{within}")).with_help(
        "check host and port in the URL, and what lies between: a firewall, a VPN; `connect_timeout=60` waits longer",
    )
}

/// Says of several servers that none of them would do.
pub(super) fn all(mut errors: Vec<DatabaseError>) -> DatabaseError {
    match (errors.pop(), errors.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            let mut lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.push(last.to_string());
            lines.dedup();
            let error = DatabaseError::new(last.kind(), lines.join("\n"));
            error.with_help_if(last.help().map(str::to_owned))
        }
        (None, _) => DatabaseError::new(Kind::Url, "the URL names no server"),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum is a library's and grows")]
fn of_system(error: &io::Error, at: &Endpoint) -> DatabaseError {
    let is_socket = matches!(at.place, Place::Socket(_));
    match error.kind() {
        io::ErrorKind::TimedOut => no_answer(at, None),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => closed(at),
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            // Not the system, but what was asked of the session.
            DatabaseError::new(
                Kind::ReadOnly,
                format!("`{at}` is not what `target_session_attrs` asks for: {error}"),
            )
            .with_help("name a server that is, or leave out `target_session_attrs`")
        }
        io::ErrorKind::PermissionDenied if is_socket => DatabaseError::new(
            Kind::Unreachable,
            format!("the socket `{at}` can't be opened: {error}"),
        )
        .with_help("run schemac as a user that may, or connect by `host=localhost`"),
        io::ErrorKind::NotFound if is_socket => {
            DatabaseError::new(Kind::Unreachable, format!("no server listens at the socket `{at}`"))
                .with_help(
                    "start PostgreSQL, or name the directory of its socket as host in the URL",
                )
        }
        // What came makes no sense.
        _ if error.raw_os_error().is_none() => foreign(at, &error.to_string()),
        _ => DatabaseError::new(Kind::Unreachable, format!("no server answers at `{at}`: {error}"))
            .with_help("start PostgreSQL, or check host and port in the URL"),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum is a library's and grows")]
fn of_encryption(error: &rustls::Error, at: &Endpoint) -> DatabaseError {
    let rustls::Error::InvalidCertificate(wrong) = error else {
        let message = format!("the encryption with `{at}` can't be agreed on: {error}");
        return DatabaseError::new(Kind::Encryption, message)
            .with_help("look into the server's log; it must offer TLS 1.2 or 1.3");
    };
    let (why, help) = match wrong {
        CertificateError::UnknownIssuer => (
            "it is of an authority that is not trusted".to_owned(),
            "name the file of the authority's certificate with `sslrootcert=FILE`",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "it is made out to another name".to_owned(),
            "connect by a name that is in the certificate, or write `sslmode=verify-ca`",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("it has expired".to_owned(), "renew the certificate on the server")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("it is not valid yet".to_owned(), "check the clocks of both machines")
        }
        other => (other.to_string(), "look at the certificate on the server"),
    };
    DatabaseError::new(Kind::Encryption, format!("the certificate of `{at}` does not hold: {why}"))
        .with_help(help)
}

/// Says what PostgreSQL has against a login.
fn of_login(said: &DbError, at: &Endpoint, settings: &Settings, encrypted: bool) -> DatabaseError {
    let server = server_error(said, None, None);
    let kind = kind_of(&server.sqlstate);
    let user = settings.user.as_deref().unwrap_or("");
    let database = settings.database.as_deref().unwrap_or("");
    let help = match (kind, said.routine()) {
        (Kind::Login, Some("InitializeSessionUserId")) => {
            format!("let an administrator create the role `{user}`, or give it LOGIN; or name another one in the URL")
        }
        (Kind::Login, Some("ClientAuthentication")) if !encrypted && matches!(at.place, Place::Network(..)) => {
            "write `sslmode=require` where the server wants encryption; else its pg_hba.conf needs a line for this role, \
             database and address"
                .to_owned()
        }
        (Kind::Login, Some("ClientAuthentication")) => {
            "let pg_hba.conf on the server have a line for this role, database and address".to_owned()
        }
        (Kind::Login, _) if server.sqlstate == "28P01" => {
            "check the password: in the URL, in PGPASSWORD, in ~/.pgpass".to_owned()
        }
        (Kind::Login, _) => format!("let pg_hba.conf on the server let `{user}` in, or name another role in the URL"),
        (Kind::NoDatabase, _) => format!("create it with `createdb {database}`, or name another one in the URL"),
        (Kind::NotReady, _) => "try again in a moment".to_owned(),
        (Kind::TooManyConnections, _) => {
            "close connections that nobody uses, or raise the limit of the server or the role".to_owned()
        }
        // What PgBouncer says for all that is wrong.
        _ if server.sqlstate == "08P01" => format!(
            "if it is a pooler, let it have the database `{database}` and the role `{user}`; look into its log"
        ),
        _ => server.hint.clone().unwrap_or_else(|| "look into the server's log".to_owned()),
    };
    let mut message =
        format!("`{at}` refuses the connection: {} (SQLSTATE {})", server.message, server.sqlstate);
    if let Some(detail) = &server.detail {
        message.push_str(&format!("\n{detail}"));
    }
    DatabaseError::new(kind, message).with_help(help).with_server(server)
}

/// Returns the sort of an error (manual: PostgreSQL Error Codes).
fn kind_of(sqlstate: &str) -> Kind {
    match sqlstate {
        "28000" | "28P01" => Kind::Login,
        "3D000" => Kind::NoDatabase,
        "53300" => Kind::TooManyConnections,
        "57P03" => Kind::NotReady,
        "57P01" | "57P02" | "57P05" | "25P03" => Kind::Lost,
        "57014" | "55P03" => Kind::Canceled,
        "25006" => Kind::ReadOnly,
        "42501" => Kind::Privilege,
        _ => Kind::Rejected,
    }
}

/// Says what to do about an error of a statement.
fn help_of_statement(kind: Kind, server: &ServerError, user: Option<&str>) -> Option<String> {
    let help = match kind {
        Kind::Lost => "try again once the server is up".to_owned(),
        Kind::Canceled if server.sqlstate == "55P03" => {
            "somebody holds a lock: try again when they are done, or raise `lock_timeout` in schemac.toml".to_owned()
        }
        Kind::Canceled => "try again; where it was the time limit, raise `statement_timeout` in schemac.toml".to_owned(),
        Kind::ReadOnly => "connect to the primary server: a standby, and a role with \
                           `default_transaction_read_only`, take no changes"
            .to_owned(),
        Kind::Privilege => {
            let role = user.map_or("the role".to_owned(), |user| format!("`{user}`"));
            match object_of(&server.message) {
                Some(object) => format!("let the owner of {object} grant {role} what is missing, or connect as the owner"),
                None => format!("let an administrator grant {role} what is missing, or connect as another role"),
            }
        }
        Kind::Url
        | Kind::Unreachable
        | Kind::NotReady
        | Kind::TooManyConnections
        | Kind::Login
        | Kind::NoDatabase
        | Kind::Encryption
        | Kind::TooOld
        | Kind::Rejected
        | Kind::Protocol
        | Kind::NoScratch => return server.hint.clone(),
    };
    Some(help)
}

/// Returns the object of a message about privileges, such as ``table `t` ``, where the server speaks English.
fn object_of(message: &str) -> Option<String> {
    let rest = message
        .strip_prefix("permission denied for ")
        .or_else(|| message.strip_prefix("must be owner of "))?;
    let (kind, name) = rest.rsplit_once(' ')?;
    Some(format!("{kind} `{name}`"))
}

fn server_error(said: &DbError, sql: Option<&str>, statement: Option<usize>) -> ServerError {
    let position = match said.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    ServerError {
        sqlstate: said.code().code().to_owned(),
        message: said.message().to_owned(),
        detail: said.detail().map(str::to_owned),
        hint: said.hint().map(str::to_owned),
        context: said.where_().map(str::to_owned),
        position,
        line: position.zip(sql).and_then(|(position, sql)| line_at(sql, position)),
        statement,
    }
}

/// Returns the line at a position in characters from 1, and of a long one what stands around it.
fn line_at(sql: &str, position: u32) -> Option<String> {
    let before = usize::try_from(position).ok()?.checked_sub(1)?;
    let at = sql.char_indices().nth(before).map_or(sql.len(), |(at, _)| at);
    let start = sql.get(..at)?.rfind('\n').map_or(0, |it| it + 1);
    let line = sql.get(start..)?.lines().next()?.trim();
    if line.chars().count() <= MAX_SHOWN {
        return Some(line.to_owned());
    }
    let column = sql.get(start..at)?.trim_start().chars().count().saturating_sub(MAX_SHOWN / 2);
    Some(line.chars().skip(column).take(MAX_SHOWN).collect())
}

/// Returns an error's message and those of what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
