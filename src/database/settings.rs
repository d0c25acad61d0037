//! What a URL leaves open, taken from the environment and from libpq's defaults (manual: Environment Variables).

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, SslNegotiation, TargetSessionAttrs};

use super::error::{DatabaseError, Kind};
use super::password_file;
use super::tls::{Encryption, Roots, SslMode};
use super::url::Url;

/// How long connecting to one address may take. libpq waits for ever, which is of no use in a build.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a silent connection is trusted; then it is asked for a sign of life at this interval, and given up after
/// so many. The systems' own two hours are too long for somebody who waits at a terminal.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(60), Duration::from_secs(10), 3);

/// The parameters that the environment can give.
const VARIABLES: [(&str, &str); 18] = [
    ("application_name", "PGAPPNAME"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("gssencmode", "PGGSSENCMODE"),
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

/// Where servers that come with a system put their socket.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Everything that connecting needs to know.
pub(super) struct Settings {
    /// In the order in which they are tried.
    pub(super) endpoints: Vec<Endpoint>,
    /// How long connecting to one address may take; `None` for ever.
    pub(super) patience: Option<Duration>,
    pub(super) encryption: Encryption,
    /// What the session must allow, in the order in which it is tried.
    pub(super) sessions: Vec<TargetSessionAttrs>,
    /// The role, where it is known.
    pub(super) user: Option<String>,
    /// The database, where it is named.
    pub(super) database: Option<String>,
    /// All that does not depend on the endpoint.
    pub(super) config: Config,
}

/// A server's place, and what opens it.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) place: Place,
    pub(super) port: u16,
    pub(super) password: Option<String>,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A socket in this directory.
    Socket(PathBuf),
    /// A host, and its address where that is given.
    Network(String, Option<IpAddr>),
}

/// A URL and what stands behind it.
struct Given<'g> {
    url: &'g Url,
    variable: &'g dyn Fn(&str) -> Option<String>,
}

impl Given<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.url.get(name).map(str::to_owned).or_else(|| {
            let (_, variable) = VARIABLES.iter().find(|(it, _)| *it == name)?;
            (self.variable)(variable).filter(|value| !value.is_empty())
        })
    }

    /// Returns what a parameter stands for, of those that it can be.
    fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, DatabaseError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        if let Some((_, choice)) = choices.iter().find(|(it, _)| *it == text) {
            return Ok(Some(*choice));
        }
        let all: Vec<String> = choices.iter().map(|(it, _)| format!("`{it}`")).collect();
        Err(wrong_value(name, &text).with_help(format!("write one of {}", all.join(", "))))
    }

    fn number(&self, name: &str) -> Result<Option<u32>, DatabaseError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        // A negative number is none, as in libpq.
        let number = text.trim().parse::<i32>().map(|number| u32::try_from(number).unwrap_or(0));
        let help = "write a whole number";
        number.map(Some).map_err(|_| wrong_value(name, &text).with_help(help))
    }

    /// Returns a file of the user's directory for PostgreSQL, where it is there.
    fn own_file(&self, name: &str) -> Option<PathBuf> {
        let home = (self.variable)("HOME").filter(|home| !home.is_empty())?;
        Some(Path::new(&home).join(".postgresql").join(name)).filter(|path| path.exists())
    }
}

fn wrong_value(name: &str, value: &str) -> DatabaseError {
    DatabaseError::new(Kind::Url, format!("`{value}` is no value of `{name}`"))
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
        let given = Given { url, variable };
        if given.text("gssencmode").as_deref() == Some("require") {
            let error = DatabaseError::new(Kind::Url, "encryption by GSSAPI is not supported");
            return Err(
                error.with_help("leave out `gssencmode=require`, and use `sslmode=require`")
            );
        }
        let user = given.text("user").or_else(|| whoami::username().ok());
        let database = given.text("dbname").or_else(|| user.clone());
        let patience = match given.number("connect_timeout")? {
            None => Some(PATIENCE),
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds.into())),
        };
        Ok(Settings {
            endpoints: endpoints(&given, user.as_deref(), database.as_deref())?,
            patience,
            encryption: encryption(&given)?,
            sessions: sessions(&given)?,
            config: config(&given, user.as_deref(), patience)?,
            user,
            database,
        })
    }
}

/// Sets what does not depend on the endpoint.
fn config(
    given: &Given<'_>,
    user: Option<&str>,
    patience: Option<Duration>,
) -> Result<Config, DatabaseError> {
    let mut config = Config::new();
    let name = given.text("application_name").or_else(|| given.text("fallback_application_name"));
    config.application_name(name.as_deref().unwrap_or("schemac"));
    if let Some(user) = user {
        config.user(user);
    }
    if let Some(database) = given.text("dbname") {
        config.dbname(database);
    }
    if let Some(options) = given.text("options") {
        config.options(options);
    }
    if let Some(patience) = patience {
        config.connect_timeout(patience);
    }
    let binding = [
        ("disable", ChannelBinding::Disable),
        ("prefer", ChannelBinding::Prefer),
        ("require", ChannelBinding::Require),
    ];
    if let Some(binding) = given.choice("channel_binding", &binding)? {
        config.channel_binding(binding);
    }
    let negotiation = [("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)];
    if let Some(negotiation) = given.choice("sslnegotiation", &negotiation)? {
        config.ssl_negotiation(negotiation);
    }
    let seconds = |name, usual| -> Result<Duration, DatabaseError> {
        let given = given.number(name)?.filter(|seconds| *seconds != 0);
        Ok(given.map_or(usual, |seconds| Duration::from_secs(seconds.into())))
    };
    let (idle, interval, retries) = KEEPALIVE;
    config.keepalives(given.number("keepalives")? != Some(0));
    config.keepalives_idle(seconds("keepalives_idle", idle)?);
    config.keepalives_interval(seconds("keepalives_interval", interval)?);
    let count = given.number("keepalives_count")?.filter(|count| *count != 0);
    config.keepalives_retries(count.unwrap_or(retries));
    if let Some(milliseconds) = given.number("tcp_user_timeout")?.filter(|it| *it != 0) {
        config.tcp_user_timeout(Duration::from_millis(milliseconds.into()));
    }
    Ok(config)
}

/// Reads what is asked of the session (manual: Parameter Key Words, `target_session_attrs`).
fn sessions(given: &Given<'_>) -> Result<Vec<TargetSessionAttrs>, DatabaseError> {
    use TargetSessionAttrs::{Any, ReadOnly, ReadWrite};
    let choices: [(&str, &[TargetSessionAttrs]); 6] = [
        ("any", &[Any]),
        ("read-write", &[ReadWrite]),
        ("read-only", &[ReadOnly]),
        ("primary", &[ReadWrite]),
        ("standby", &[ReadOnly]),
        ("prefer-standby", &[ReadOnly, Any]),
    ];
    Ok(given.choice("target_session_attrs", &choices)?.unwrap_or(&[Any]).to_vec())
}

/// Reads how a connection is encrypted (manual: SSL Support).
fn encryption(given: &Given<'_>) -> Result<Encryption, DatabaseError> {
    let modes = [
        ("disable", SslMode::Disable),
        ("allow", SslMode::Allow),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ];
    let mode = given.choice("sslmode", &modes)?;
    let named = given.text("sslrootcert");
    let wants_system = named.as_deref() == Some("system");
    if wants_system && mode.is_some_and(|mode| mode != SslMode::VerifyFull) {
        let message =
            "a weaker `sslmode` than `verify-full` can't be used with `sslrootcert=system`";
        let help = "write `sslmode=verify-full`, or leave it out";
        return Err(DatabaseError::new(Kind::Url, message).with_help(help));
    }
    let file = named.filter(|_| !wants_system).map(PathBuf::from);
    let roots = match file.or_else(|| given.own_file("root.crt").filter(|_| !wants_system)) {
        Some(file) => Roots::File(file),
        None => Roots::System,
    };
    let usual = if wants_system { SslMode::VerifyFull } else { SslMode::Prefer };
    let mut mode = mode.unwrap_or(usual);
    if mode == SslMode::Require && roots != Roots::System {
        // A file with roots is there to be used (manual: SSL Support, Protection Provided in Different Modes).
        mode = SslMode::VerifyCa;
    }
    if mode == SslMode::VerifyCa && roots == Roots::System {
        let message = "`sslmode=verify-ca` needs the certificate of the authority to trust";
        let help = "name its file with `sslrootcert=FILE`, or write `sslmode=verify-full` to trust \
                    those that the system trusts";
        return Err(DatabaseError::new(Kind::Url, message).with_help(help));
    }
    let certificate = given.text("sslcert").map(PathBuf::from);
    let certificate = certificate.or_else(|| given.own_file("postgresql.crt"));
    let key = given.text("sslkey").map(PathBuf::from).or_else(|| given.own_file("postgresql.key"));
    Ok(Encryption { mode, roots, client: certificate.zip(key) })
}

fn endpoints(
    given: &Given<'_>,
    user: Option<&str>,
    database: Option<&str>,
) -> Result<Vec<Endpoint>, DatabaseError> {
    let ports: Vec<u16> = match given.text("port") {
        None => vec![5432],
        Some(list) => list.split(',').map(port_of).collect::<Result<_, _>>()?,
    };
    let first = ports.first().copied().unwrap_or(5432);
    let addresses = match given.text("hostaddr") {
        None => Vec::new(),
        Some(list) => list.split(',').map(address_of).collect::<Result<_, _>>()?,
    };
    let hosts = given.text("host").unwrap_or_else(|| match &addresses[..] {
        [] => default_host(first),
        all => all
            .iter()
            .map(|it| it.map_or(String::new(), |it| it.to_string()))
            .collect::<Vec<_>>()
            .join(","),
    });
    let secrets = password_file::Secrets::new(given.text("passfile"), given.variable);
    let given_password = given.text("password");
    let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
    for (what, n) in [("port", ports.len()), ("hostaddr", addresses.len())] {
        if 1 < n && n != hosts.len() || what == "hostaddr" && n == 1 && hosts.len() != 1 {
            let message = format!("the URL has {} hosts and {n} values of `{what}`", hosts.len());
            return Err(DatabaseError::new(Kind::Url, message).with_help("give each host its own"));
        }
    }
    let endpoint = |(n, host): (usize, &&str)| {
        let port = ports.get(n).copied().unwrap_or(first);
        let place = if host.starts_with('/') {
            Place::Socket(host.into())
        } else {
            let name = if host.is_empty() { "localhost" } else { host };
            Place::Network(name.to_owned(), addresses.get(n).copied().flatten())
        };
        let password =
            given_password.clone().or_else(|| secrets.find(&place, port, database, user));
        Endpoint { place, port, password }
    };
    Ok(hosts.iter().enumerate().map(endpoint).collect())
}

fn address_of(text: &str) -> Result<Option<IpAddr>, DatabaseError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let help = "write an IP address, such as 192.0.2.1";
    text.parse().map(Some).map_err(|_| wrong_value("hostaddr", text).with_help(help))
}

fn port_of(text: &str) -> Result<u16, DatabaseError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(5432);
    }
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| wrong_value("port", text).with_help("write a number from 1 to 65535"))
}

/// Returns the directory of the socket that is there, else this machine.
fn default_host(port: u16) -> String {
    let has_socket = |directory: &&str| Path::new(directory).join(socket_name(port)).exists();
    SOCKETS.into_iter().find(has_socket).unwrap_or("localhost").to_owned()
}

/// Returns the name of the socket for a port.
fn socket_name(port: u16) -> String {
    format!(".s.PGSQL.{port}")
}

/// As it stands in messages.
impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Socket(directory) => {
                write!(f, "{}", directory.join(socket_name(self.port)).display())
            }
            Place::Network(host, _) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Place::Network(host, _) => write!(f, "{host}:{}", self.port),
        }
    }
}
