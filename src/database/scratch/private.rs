//! A server that is started for scratch databases, reached by a socket, in a directory of its own.
//!
//! `keeper.sh` is the parent of the server and waits for the end of a pipe that only this process holds open: the kernel
//! closes it however the process ends, so that nothing is left behind even where it is killed.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::ScratchDatabase;
use super::given::name;
use super::programs::{self, Programs};
use crate::database::Connection;
use crate::database::error::{DatabaseError, Kind};
use crate::database::url::Url;
use crate::sql::version::PgVersion;

/// How the server is set, each with its reason where it has one.
const SETTINGS: [&str; 17] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    // Nothing here outlives the process.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    // One user, and whole schemas in one transaction.
    "max_connections=20",
    "max_locks_per_transaction=4096",
    "shared_buffers=64MB",
    "max_wal_size=1GB",
    // What happens in the background only takes time.
    "autovacuum=off",
    "jit=off",
    // POSIX shared memory stays behind when a server is killed; files in the data directory do not.
    "dynamic_shared_memory_type=mmap",
    "logging_collector=off",
    "log_min_messages=warning",
];

/// A socket's file name has a port in it, though there is no port.
const PORT: &str = "5432";

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest path of a socket that all systems take.
const MAX_SOCKET: usize = 100;

/// What a file system in memory must have free, in kilobytes. Containers often have far less.
const ENOUGH_KB: u64 = 2 * 1024 * 1024;

/// The servers of this process, for [`abandon`].
static RUNNING: Mutex<Vec<(PathBuf, Child)>> = Mutex::new(Vec::new());

/// A running server, ended with the value.
#[derive(Debug)]
pub(super) struct Private {
    directory: PathBuf,
    version: PgVersion,
}

impl Private {
    /// Starts a server, of the wanted major version where that is installed.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn start(
        places: Option<&[PathBuf]>,
        wanted: Option<u32>,
    ) -> Result<Private, String> {
        let Some(programs) = programs::find(places, wanted) else {
            return Err("on a server of its own: no server programs of PostgreSQL 14 or later are installed; \
                        SCHEMAC_PG_BIN can name their directory"
                .to_owned());
        };
        let directory = match start(&programs) {
            Ok(directory) => directory,
            Err(error) => {
                let shown = programs.path("postgres");
                let (shown, version) = (shown.display(), &programs.version);
                return Err(format!(
                    "on a server of its own: {shown} ({version}) does not start: {error}"
                ));
            }
        };
        // From here on the value ends it.
        let mut private = Private { directory, version: OLDEST };
        let connection =
            private.wait().map_err(|error| format!("on a server of its own: {error}"))?;
        private.version = connection.version();
        Ok(private)
    }

    pub(super) fn version(&self) -> PgVersion {
        self.version
    }

    /// Makes an empty database.
    pub(super) fn create(&self) -> Result<ScratchDatabase, DatabaseError> {
        let name = name();
        // To copy files is faster than to log each page where no file is synced (PostgreSQL 15: CREATE DATABASE).
        let strategy = if self.version.is_at_least(15) { " STRATEGY file_copy" } else { "" };
        Connection::open(&self.url("postgres"))?
            .run(&format!("CREATE DATABASE {name} TEMPLATE template0{strategy}"))?;
        Ok(ScratchDatabase { url: self.url(&name), dropping: None })
    }

    fn url(&self, database: &str) -> Url {
        let host = self.directory.to_string_lossy();
        Url::of([
            ("host", &*host),
            ("port", PORT),
            ("user", "postgres"),
            ("dbname", database),
            // Not those of the environment, which are for other servers.
            ("options", "-c jit=off"),
            ("channel_binding", "prefer"),
            ("gssencmode", "disable"),
            ("sslmode", "disable"),
            ("target_session_attrs", "any"),
            ("connect_timeout", "60"),
        ])
    }

    /// Waits until the server takes connections.
    fn wait(&self) -> Result<Connection, String> {
        let began = Instant::now();
        let socket = self.directory.join(format!(".s.PGSQL.{PORT}"));
        loop {
            let ended = self.directory.join("ended").exists();
            if socket.exists() {
                match Connection::open(&self.url("postgres")) {
                    Ok(connection) => return Ok(connection),
                    Err(error) if !matches!(error.kind(), Kind::NotReady | Kind::Unreachable) => {
                        return Err(error.to_string());
                    }
                    Err(_) => {}
                }
            }
            if ended || PATIENCE < began.elapsed() {
                let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                return Err(format!("the server does not start:\n{}", log.trim_end()));
            }
            sleep(Duration::from_millis(5));
        }
    }
}

/// The version that stands until the server has told its own.
const OLDEST: PgVersion = PgVersion::of_major(PgVersion::OLDEST);

impl Drop for Private {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = running.iter().position(|(directory, _)| *directory == self.directory) {
            let (_, keeper) = running.swap_remove(at);
            drop(running);
            end(keeper);
        }
    }
}

/// Ends all servers of this process.
pub(super) fn abandon() {
    let all = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    all.into_iter().for_each(|(_, keeper)| end(keeper));
}

/// Ends a server: its keeper reads the end of the pipe.
fn end(mut keeper: Child) {
    drop(keeper.stdin.take());
    let _ = keeper.wait();
}

/// Makes a cluster and starts its server; returns its directory.
fn start(programs: &Programs) -> io::Result<PathBuf> {
    let account = Account::find()?;
    let directory = make_directory(&account)?;
    let started =
        init(programs, &directory, &account).and_then(|()| keep(programs, &directory, &account));
    match started {
        Ok(keeper) => {
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            running.push((directory.clone(), keeper));
            Ok(directory)
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&directory);
            Err(error)
        }
    }
}

fn init(programs: &Programs, directory: &Path, account: &Account) -> io::Result<()> {
    let mut initdb = account.command(&programs.path("initdb"));
    initdb.arg("-D").arg(directory.join("data"));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
    initdb.args(["--no-sync", "--no-instructions"]);
    if 18 <= programs.major {
        initdb.arg("--no-data-checksums");
    }
    let output = initdb.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()))
}

/// Starts the keeper, which starts the server.
fn keep(programs: &Programs, directory: &Path, account: &Account) -> io::Result<Child> {
    let mut keeper = account.command(Path::new("/bin/sh"));
    keeper.args(["-c", include_str!("keeper.sh"), "schemac-keeper"]);
    keeper.arg(directory).arg(programs.path("pg_ctl")).arg(programs.path("postgres"));
    keeper.arg("-D").arg(directory.join("data")).arg("-k").arg(directory).args(["-p", PORT]);
    keeper.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    // Out of reach of the terminal's Ctrl-C: this process tells it when to end.
    keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    keeper.spawn()
}

/// Who the server runs as: PostgreSQL refuses to run as root.
struct Account {
    /// User and group, where this process is root's.
    other: Option<(u32, u32)>,
}

impl Account {
    fn find() -> io::Result<Account> {
        let id = |arguments: &[&str]| -> Option<u32> {
            let output = Command::new("id").args(arguments).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        let me = id(&["-u"]).ok_or_else(|| io::Error::other("the program `id` does not work"))?;
        let account = |name: &str| Some((id(&["-u", name])?, id(&["-g", name])?));
        let other = || account("postgres").or_else(|| account("nobody")).unwrap_or((65534, 65534));
        Ok(Account { other: (me == 0).then(other) })
    }

    /// Returns a command of this account, without the variables that steer PostgreSQL.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C").current_dir("/");
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Tells whether the account gets to a directory: every one above it must let others in.
    fn reaches(&self, directory: &Path) -> bool {
        let is_open = |it: &Path| fs::metadata(it).is_ok_and(|it| it.mode() & 0o001 != 0);
        self.other.is_none() || directory.ancestors().all(is_open)
    }
}

/// Makes a directory that only the account can look into: in memory, where the system has room there.
fn make_directory(account: &Account) -> io::Result<PathBuf> {
    let memory = PathBuf::from("/dev/shm");
    let base = if free_kb(&memory).is_some_and(|free| ENOUGH_KB <= free) {
        memory
    } else {
        temporary(account)
    };
    let mut failure = io::Error::other("no name is free");
    for _ in 0..8 {
        let unique = name();
        let short = unique.get(unique.len().saturating_sub(8)..).unwrap_or(&unique);
        let directory = base.join(format!("schemac-{short}"));
        match DirBuilder::new().mode(0o700).create(&directory) {
            Ok(()) => {
                if let Some((user, group)) = account.other {
                    chown(&directory, Some(user), Some(group))?;
                }
                return Ok(directory);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Returns the directory for temporary files; where the account or the name of a socket can't use it, `/tmp`.
fn temporary(account: &Account) -> PathBuf {
    let own = std::env::temp_dir();
    let n_more = "/schemac-12345678/.s.PGSQL.5432".len();
    let fits = account.reaches(&own) && own.as_os_str().len() + n_more < MAX_SOCKET;
    if fits { own } else { PathBuf::from("/tmp") }
}

/// Returns the free space below a directory, in kilobytes.
fn free_kb(directory: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(directory).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}
