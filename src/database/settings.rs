//! What a URL leaves open, taken from the environment and from libpq's defaults (manual: Environment Variables).

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::error::{DatabaseError, Kind};
use super::url::Url;

/// How long connecting to one address may take. libpq waits for ever, which is of no use in a build.
const PATIENCE: Duration = Duration::from_secs(10);

/// The parameters that the environment can give.
const VARIABLES: [(&str, &str); 14] = [
    ("application_name", "PGAPPNAME"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

/// Where servers that come with a system put their socket.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Everything that connecting needs to know.
pub(super) struct Settings {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) patience: Option<Duration>,
    /// All but the place.
    pub(super) config: Config,
}

/// A server's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Socket { directory: PathBuf, port: u16 },
    Network { host: String, port: u16 },
}

impl Settings {
    /// Completes a URL.
    ///
    /// # Errors
    /// When a parameter has a value that it can't have.
    pub(super) fn new(
        url: &Url,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Settings, DatabaseError> {
        let get = |name: &str| {
            let given = url.get(name).map(str::to_owned);
            given.or_else(|| {
                let (_, variable_name) = VARIABLES.iter().find(|(it, _)| *it == name)?;
                variable(variable_name).filter(|value| !value.is_empty())
            })
        };
        let endpoints = endpoints(get("host"), get("port"))?;
        let mut config = Config::new();
        config.ssl_mode(SslMode::Disable);
        let name = get("application_name").or_else(|| get("fallback_application_name"));
        config.application_name(name.as_deref().unwrap_or("schemac"));
        for (name, set) in [
            ("user", Config::user as fn(&mut Config, String) -> &mut Config),
            ("dbname", Config::dbname),
            ("options", Config::options),
        ] {
            if let Some(value) = get(name) {
                set(&mut config, value);
            }
        }
        if let Some(password) = get("password") {
            config.password(password);
        }
        Ok(Settings { endpoints, patience: Some(PATIENCE), config })
    }
}

fn endpoints(host: Option<String>, port: Option<String>) -> Result<Vec<Endpoint>, DatabaseError> {
    let ports: Vec<u16> = match &port {
        None => vec![5432],
        Some(list) => list.split(',').map(port_of).collect::<Result<_, _>>()?,
    };
    let first = ports.first().copied().unwrap_or(5432);
    let hosts = host.unwrap_or_else(|| default_host(first));
    let hosts = hosts.split(',').enumerate();
    Ok(hosts
        .map(|(n, host)| {
            let port = ports.get(n).copied().unwrap_or(first);
            if host.starts_with('/') {
                Endpoint::Socket { directory: host.into(), port }
            } else {
                let host = if host.is_empty() { "localhost" } else { host };
                Endpoint::Network { host: host.to_owned(), port }
            }
        })
        .collect())
}

fn port_of(text: &str) -> Result<u16, DatabaseError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(5432);
    }
    text.parse().map_err(|_| {
        let message = format!("`{text}` is no port");
        DatabaseError::new(Kind::Url, message).with_help("write a number from 1 to 65535")
    })
}

/// Returns the folder of the socket that is there, or the machine's own name.
fn default_host(port: u16) -> String {
    let has_socket =
        |directory: &&str| Path::new(directory).join(format!(".s.PGSQL.{port}")).exists();
    SOCKETS.into_iter().find(has_socket).unwrap_or("localhost").to_owned()
}
