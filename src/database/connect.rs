//! The way to a server: addresses, encryption and login, tried in libpq's order.

use std::net::{IpAddr, ToSocketAddrs as _};

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::config::{SslMode as Driver, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::{DatabaseError, Kind};
use super::fault;
use super::settings::{Endpoint, Place, Settings};
use super::tls::SslMode;

/// A connection, and the task that moves its bytes.
pub(super) type Link = (Client, JoinHandle<Result<(), Error>>);

/// Why one attempt failed.
struct Refusal {
    error: DatabaseError,
    /// Whether another address, or another host, may do better.
    elsewhere: bool,
    /// Whether the same address may do better with the other choice about encryption.
    otherwise: bool,
}

/// Connects to the first endpoint that takes us.
///
/// # Errors
/// What the first endpoint that got furthest said; of several that do not answer, all.
pub(super) fn connect(runtime: &Runtime, settings: &Settings) -> Result<Link, DatabaseError> {
    let encryption = &settings.encryption;
    let wants = encryption.mode != SslMode::Disable;
    let encrypted = wants.then(|| encryption.connector()).transpose()?;
    let mut errors = Vec::new();
    for session in &settings.sessions {
        for endpoint in &settings.endpoints {
            match reach(runtime, settings, endpoint, *session, encrypted.as_ref()) {
                Ok(link) => return Ok(link),
                Err(refusal) if !refusal.elsewhere => return Err(refusal.error),
                Err(refusal) => errors.push(refusal.error),
            }
        }
    }
    Err(fault::all(errors))
}

/// Connects to one endpoint, by the first of its addresses that answers.
fn reach(
    runtime: &Runtime,
    settings: &Settings,
    endpoint: &Endpoint,
    session: TargetSessionAttrs,
    encrypted: Option<&MakeRustlsConnect>,
) -> Result<Link, Refusal> {
    let unknown = |error| Refusal { error, elsewhere: true, otherwise: false };
    let addresses = addresses(endpoint).map_err(unknown)?;
    let mut last = None;
    for address in addresses {
        let mut config = settings.config.clone();
        config.target_session_attrs(session);
        match (&endpoint.place, address) {
            (Place::Network(host, _), Some(address)) => config.host(host).hostaddr(address),
            (Place::Network(host, _), None) => config.host(host),
            (Place::Socket(directory), _) => config.host_path(directory),
        };
        config.port(endpoint.port);
        if let Some(password) = &endpoint.password {
            config.password(password);
        }
        match attempts(runtime, settings, endpoint, &config, encrypted) {
            Ok(link) => return Ok(link),
            Err(refusal) if !refusal.elsewhere => return Err(refusal),
            Err(refusal) => last = Some(refusal),
        }
    }
    Err(last.unwrap_or_else(|| unknown(fault::no_host(endpoint, "it has no address"))))
}

/// Returns the addresses of an endpoint; that of a socket is no number.
fn addresses(endpoint: &Endpoint) -> Result<Vec<Option<IpAddr>>, DatabaseError> {
    match &endpoint.place {
        Place::Socket(_) => Ok(vec![None]),
        Place::Network(_, Some(address)) => Ok(vec![Some(*address)]),
        Place::Network(host, None) => {
            let found = (host.as_str(), endpoint.port).to_socket_addrs();
            let found = found.map_err(|error| fault::no_host(endpoint, &error.to_string()))?;
            Ok(found.map(|address| Some(address.ip())).collect())
        }
    }
}

/// Tries one address, with and without encryption as `sslmode` says.
fn attempts(
    runtime: &Runtime,
    settings: &Settings,
    endpoint: &Endpoint,
    config: &Config,
    encrypted: Option<&MakeRustlsConnect>,
) -> Result<Link, Refusal> {
    // A socket does not leave the machine: libpq never encrypts there.
    let encrypted = encrypted.filter(|_| matches!(endpoint.place, Place::Network(..)));
    let Some(encrypted) = encrypted else {
        return attempt(runtime, settings, endpoint, config, None);
    };
    let by_mode = match settings.encryption.mode {
        SslMode::Disable => [Some(None), None],
        SslMode::Allow => [Some(None), Some(Some(encrypted))],
        SslMode::Prefer => [Some(Some(encrypted)), Some(None)],
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => [Some(Some(encrypted)), None],
    };
    let mut first: Option<Refusal> = None;
    for choice in by_mode.into_iter().flatten() {
        match attempt(runtime, settings, endpoint, config, choice) {
            Ok(link) => return Ok(link),
            Err(refusal) if refusal.otherwise && first.is_none() => first = Some(refusal),
            // What the first attempt ran into is what the author can do something about.
            Err(refusal) => return Err(first.filter(|_| refusal.otherwise).unwrap_or(refusal)),
        }
    }
    Err(first.unwrap_or_else(|| Refusal {
        error: DatabaseError::new(Kind::Url, "the URL leaves no way to connect"),
        elsewhere: false,
        otherwise: false,
    }))
}

fn attempt(
    runtime: &Runtime,
    settings: &Settings,
    endpoint: &Endpoint,
    config: &Config,
    encrypted: Option<&MakeRustlsConnect>,
) -> Result<Link, Refusal> {
    let mut config = config.clone();
    config.ssl_mode(match (encrypted, settings.encryption.mode) {
        (None, _) => Driver::Disable,
        (Some(_), SslMode::Prefer) => Driver::Prefer,
        (Some(_), _) => Driver::Require,
    });
    let dial = async {
        match encrypted {
            Some(encrypted) => {
                let (client, connection) = config.connect(encrypted.clone()).await?;
                Ok((client, tokio::spawn(connection)))
            }
            None => {
                let (client, connection) = config.connect(NoTls).await?;
                Ok((client, tokio::spawn(connection)))
            }
        }
    };
    // The driver's own limit ends with the connection; a server that then says nothing must not hold us.
    let answer: Option<Result<Link, Error>> = runtime.block_on(async {
        match settings.patience {
            Some(patience) => tokio::time::timeout(patience, dial).await.ok(),
            None => Some(dial.await),
        }
    });
    let error = match answer {
        Some(Ok(link)) => return Ok(link),
        Some(Err(error)) => fault::of_connecting(&error, endpoint, settings, encrypted.is_some()),
        None => fault::no_answer(endpoint, settings.patience),
    };
    let elsewhere = match error.kind() {
        Kind::Unreachable | Kind::NotReady | Kind::TooManyConnections | Kind::ReadOnly => true,
        Kind::Url
        | Kind::Login
        | Kind::NoDatabase
        | Kind::Encryption
        | Kind::TooOld
        | Kind::Lost
        | Kind::Canceled
        | Kind::Privilege
        | Kind::Rejected
        | Kind::Protocol
        | Kind::NoScratch => false,
    };
    // No line of pg_hba.conf fits, or the handshake failed: not where a password is wrong, which would be sent twice.
    let otherwise = error.kind() == Kind::Encryption || error.sqlstate() == Some("28000");
    Err(Refusal { error, elsewhere, otherwise })
}
