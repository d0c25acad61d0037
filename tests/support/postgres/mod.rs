//! A real PostgreSQL for tests, with nothing for the user to start or stop.
//!
//! ```ignore
//! let database = postgres::default().database();
//! database.run_sql("CREATE TABLE t (a integer)").unwrap();
//! let dump = database.dump();
//! ```
//!
//! - [`find`] looks for installed programs; [`default()`] and [`major()`] choose one, [`majors()`] lists them.
//! - [`cluster`] runs one server a (program, version), shared by all test processes at a time, and takes it down
//!   when the last of them is gone, however it ended.
//! - [`database`] gives each test a database of its own, dropped with the value.
//! - [`cache`] keeps what is slow to make (`initdb`) between runs; [`account`] runs servers for root.
//!
//! Roles, tablespaces and settings belong to the whole cluster. A test that changes them, or that kills backends,
//! takes a [`private()`] server, because a crash of one backend ends every session of its cluster.
//!
//! `SCHEMAC_TEST_DATABASE_URL` names a server to use in place of the default one. Where nothing fits, tests fail and
//! name the command that installs it; they are never skipped.

pub(crate) mod account;
pub(crate) mod cache;
pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod find;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use ::postgres::{Client, NoTls};

use cluster::Cluster;
use database::{Database, Session};
use find::Program;

/// Names the server that tests use in place of one of their own.
const EXTERNAL: &str = "SCHEMAC_TEST_DATABASE_URL";

/// Returns the server of `SCHEMAC_TEST_DATABASE_URL`, else of the PostgreSQL installed here, else of the newest in
/// `tests/postgres`.
///
/// # Panics
/// Where there is none, or it does not start.
pub(crate) fn default() -> &'static Server {
    static DEFAULT: LazyLock<&'static Server> = LazyLock::new(|| match external() {
        Some(server) => server,
        None => major(find::default_server().major),
    });
    *DEFAULT
}

/// Returns a server of this major version.
///
/// # Panics
/// Where there is none, or it does not start.
pub(crate) fn major(major: u32) -> &'static Server {
    static SERVERS: Mutex<BTreeMap<u32, &'static Server>> = Mutex::new(BTreeMap::new());
    if let Some(server) = external().filter(|server| server.major == major) {
        return server;
    }
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    // Leaked on purpose: the process keeps its place among the users of the cluster until it ends.
    servers.entry(major).or_insert_with(|| {
        let program = find::server(major);
        Box::leak(Box::new(Server::new(major, Place::Cluster(Cluster::shared(&program)))))
    })
}

/// Returns the major versions of the servers at hand, that of `SCHEMAC_TEST_DATABASE_URL` among them, oldest first.
///
/// # Panics
/// Where there is none.
pub(crate) fn majors() -> Vec<u8> {
    let mut majors: Vec<u32> = find::majors();
    majors.extend(external().map(Server::major));
    majors.sort_unstable();
    majors.dedup();
    assert!(!majors.is_empty(), "no PostgreSQL found: {}", find::INSTALL);
    majors.into_iter().filter_map(|major| u8::try_from(major).ok()).collect()
}

/// Connects to a fresh empty database of a server of this major version; it goes with the session.
///
/// # Panics
/// Where there is none, or it does not start.
pub(crate) fn connect(major: u8) -> Session {
    Session::new(self::major(major.into()).database())
}

/// Starts a server that no other test sees, of the PostgreSQL installed here; it ends with the value.
///
/// # Panics
/// Where there is no PostgreSQL, or it does not start.
pub(crate) fn private() -> Server {
    private_of(&find::default_server())
}

/// Starts a server of this program that no other test sees; it ends with the value.
///
/// # Panics
/// Where it does not start.
pub(crate) fn private_of(program: &Program) -> Server {
    Server::new(program.major, Place::Cluster(Cluster::private(program)))
}

/// Starts a server as [`private`] does that also listens at 127.0.0.1, and returns the port.
///
/// # Panics
/// Where there is no PostgreSQL, or it does not start.
pub(crate) fn listening() -> (Server, u16) {
    let program = find::default_server();
    let cluster = Cluster::listening(&program);
    let port = cluster.port;
    (Server::new(program.major, Place::Cluster(cluster)), port)
}

/// The server that `SCHEMAC_TEST_DATABASE_URL` names.
fn external() -> Option<&'static Server> {
    static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
        let url = std::env::var(EXTERNAL).ok().filter(|url| !url.is_empty())?;
        let mut client = Client::connect(&url, NoTls)
            .unwrap_or_else(|error| panic!("no connection to {EXTERNAL}: {error}"));
        let number: i32 = client
            .query_one("SELECT current_setting('server_version_num')::integer", &[])
            .expect("every server tells its version")
            .get(0);
        Some(Server::new(number.unsigned_abs() / 10_000, Place::External(url)))
    });
    SERVER.as_ref()
}

/// A running PostgreSQL.
pub(crate) struct Server {
    major: u32,
    place: Place,
    pg_dump: OnceLock<Program>,
    psql: OnceLock<Program>,
}

/// Where a server runs.
enum Place {
    /// Started for the tests.
    Cluster(Cluster),
    /// Given by its URL or connection string.
    External(String),
}

impl Server {
    fn new(major: u32, place: Place) -> Self {
        Server { major, place, pg_dump: OnceLock::new(), psql: OnceLock::new() }
    }

    /// Returns a fresh empty database, dropped with the value.
    pub(crate) fn database(&self) -> Database<'_> {
        Database::create(self)
    }

    /// Waits until no other test, of whatever process, holds a name on this server; it is held as long as the value lives.
    ///
    /// # Panics
    /// Where the server refuses.
    pub(crate) fn hold(&self, name: &str) -> Client {
        let mut client = database::connect(&self.url("postgres"));
        client.execute("SELECT pg_advisory_lock(hashtext($1))", &[&name]).unwrap();
        client
    }

    /// Changes a setting of a server that is the caller's alone, and waits until it holds.
    ///
    /// # Panics
    /// Where the server refuses.
    pub(crate) fn alter_system(&self, set: &str) {
        let database = self.database();
        let mut client = database.connect();
        client.batch_execute(&format!("ALTER SYSTEM SET {set}")).unwrap();
        let loaded = "SELECT pg_conf_load_time()::text";
        let before: String = client.query_one(loaded, &[]).unwrap().get(0);
        client.batch_execute("SELECT pg_reload_conf()").unwrap();
        while client.query_one(loaded, &[]).unwrap().get::<_, String>(0) == before {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Ends a server that the tests started as a power cut would.
    pub(crate) fn crash(&self) {
        if let Place::Cluster(cluster) = &self.place {
            cluster.crash();
        }
    }

    /// Starts the server again after [`Server::crash`].
    pub(crate) fn start_again(&self) {
        if let Place::Cluster(cluster) = &self.place {
            cluster.start_again();
        }
    }

    /// Returns the major version, such as 18.
    pub(crate) fn major(&self) -> u32 {
        self.major
    }

    /// Returns the folder of the server's socket and data, for a server that the tests started.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match &self.place {
            Place::Cluster(cluster) => Some(&cluster.directory),
            Place::External(_) => None,
        }
    }

    /// Returns the URL of a database, as `libpq` and the `postgres` crate read it.
    fn url(&self, database: &str) -> String {
        match &self.place {
            Place::Cluster(cluster) => cluster.url(database),
            Place::External(url) => with_database(url, database),
        }
    }

    /// Returns the `pg_dump` for this server.
    pub(crate) fn pg_dump(&self) -> &Program {
        self.pg_dump.get_or_init(|| find::client("pg_dump", self.major))
    }

    /// Returns the `psql` for this server.
    fn psql(&self) -> &Program {
        self.psql.get_or_init(|| find::client("psql", self.major))
    }
}

/// Puts another database's name into a URL or a `key=value` connection string.
fn with_database(url: &str, database: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Of a key that is given twice, the last holds.
        return format!("{url} dbname={database}");
    };
    let (rest, parameters) = match rest.split_once('?') {
        Some((rest, parameters)) => (rest, format!("?{parameters}")),
        None => (rest, String::new()),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{database}{parameters}")
}

#[test]
fn a_database_goes_into_urls_and_connection_strings() {
    assert_eq!(with_database("postgresql://u:p@h:1/a?x=y", "b"), "postgresql://u:p@h:1/b?x=y");
    assert_eq!(with_database("postgres://h", "b"), "postgres://h/b");
    assert_eq!(with_database("postgresql:///a?host=/run/x", "b"), "postgresql:///b?host=/run/x");
    assert_eq!(with_database("host=h dbname=a", "b"), "host=h dbname=a dbname=b");
}
