//! Clusters that the tests start: socket only, as fast as a throw-away cluster can be, gone when nobody uses them.
//!
//! A cluster lives in a folder of its own, in memory where the system has such a place. All test processes that want
//! the same program share it: each holds a shared lock on the file `users` in the folder for its life. `watchdog.sh`,
//! a process of its own, waits until no such lock is left, then stops the server and removes the folder. The kernel
//! drops a lock however its process ends, so this holds for an exit, a panic, an abort and a kill alike. Only who
//! kills the watchdog too leaves something; the next user of a shared cluster takes that over.
//!
//! The *gate* is a lock file beside the folder. Who holds it may start or remove the cluster.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::{Client, NoTls};

use super::find::Program;
use super::{account, cache};

/// Settings of every cluster, each with its reason where it has one.
const SETTINGS: [&str; 15] = [
    "listen_addresses=",
    "timezone=UTC",
    // Nothing here outlives the machine.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // Tests are many, small and at once.
    "max_connections=200",
    "max_locks_per_transaction=256",
    "shared_buffers=64MB",
    "min_wal_size=32MB",
    "max_wal_size=256MB",
    // What happens in the background makes times and plans differ between runs.
    "autovacuum=off",
    "jit=off",
    // Publications and replication slots can be tested.
    "wal_level=logical",
    // POSIX shared memory stays behind when a server is killed; files in the data folder do not.
    "dynamic_shared_memory_type=mmap",
    "log_min_messages=warning",
];

/// A socket's file name has a port in it, also where there is no port.
const PORT: u16 = 5432;

/// How long a server may take to start or recover on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Memory that a folder must have free to hold clusters, in kilobytes. Containers often have far less.
const ENOUGH_KB: u64 = 1024 * 1024;

/// A running cluster, at least as long as this value lives.
pub(crate) struct Cluster {
    /// The folder of its socket and, in `data`, of its data.
    pub(crate) directory: PathBuf,
    /// The port of its socket, and of 127.0.0.1 where it listens there.
    pub(crate) port: u16,
    /// Whether it listens there.
    listens: bool,
    server: Program,
    /// Locked for as long as the cluster is in use.
    _users: File,
}

impl Cluster {
    /// Returns the cluster that all test processes share, started where it does not run.
    ///
    /// # Panics
    /// Where it does not start.
    pub(crate) fn shared(server: &Program) -> Cluster {
        let key = cache::key((&server.path, &server.version, cache::root()));
        let name = format!("schemac-{}-{key:08x}", server.major);
        let site = Site {
            directory: memory().join(&name),
            gate: cache::root().join(format!("{name}.gate")),
            linger: 6,
            port: PORT,
            listens: false,
        };
        attach(server, &site)
    }

    /// Starts a cluster that is the caller's alone.
    ///
    /// # Panics
    /// Where it does not start.
    pub(crate) fn private(server: &Program) -> Cluster {
        attach(server, &Site::private(server, PORT, false))
    }

    /// Starts a cluster that is the caller's alone and listens at 127.0.0.1, with encryption if it is turned on.
    ///
    /// # Panics
    /// Where it does not start.
    pub(crate) fn listening(server: &Program) -> Cluster {
        // Bound and let go: the system does not give a port again soon.
        let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = socket.local_addr().expect("a bound socket has an address").port();
        drop(socket);
        attach(server, &Site::private(server, port, true))
    }

    /// Ends the server and all of its processes as a power cut would, but for the disk.
    ///
    /// # Panics
    /// Where it does not run.
    pub(crate) fn crash(&self) {
        let file = fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap();
        let parent = file.lines().next().unwrap().to_owned();
        let list = Command::new("ps").args(["-o", "pid=", "--ppid", &parent]).output().unwrap();
        let children = String::from_utf8(list.stdout).unwrap();
        for process in [parent.as_str()].into_iter().chain(children.split_whitespace()) {
            // One of them may have ended by itself.
            Command::new("kill").args(["-9", process]).stderr(Stdio::null()).status().unwrap();
        }
    }

    /// Starts the server again after [`Cluster::crash`].
    ///
    /// # Panics
    /// Where it does not start.
    pub(crate) fn start_again(&self) {
        // Nobody has waited for the old one, so that its number is still taken.
        let lock = format!(".s.PGSQL.{}.lock", self.port);
        for file in ["data/postmaster.pid", &lock] {
            fs::remove_file(self.directory.join(file)).unwrap();
        }
        let began = Instant::now();
        loop {
            match launch(&self.server, &self.directory, self.port, self.listens) {
                Ok(()) => return,
                // A process of the old one may be ending still.
                Err(_) if began.elapsed() < PATIENCE => sleep(Duration::from_millis(50)),
                Err(error) => panic!("PostgreSQL does not start again: {error}"),
            }
        }
    }

    /// Returns the URL of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        url(&self.directory, self.port, database)
    }
}

/// Where a cluster goes and when.
struct Site {
    directory: PathBuf,
    gate: PathBuf,
    /// Half seconds that it stays after its last user.
    linger: u32,
    port: u16,
    /// Whether it listens at 127.0.0.1 too.
    listens: bool,
}

impl Site {
    fn private(server: &Program, port: u16, listens: bool) -> Site {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("schemac-{}-{}-{count}", server.major, std::process::id());
        let directory = memory().join(name);
        Site { gate: directory.join("gate"), directory, linger: 0, port, listens }
    }
}

/// Becomes a user of the cluster at a site, and starts it where it does not run.
fn attach(server: &Program, site: &Site) -> Cluster {
    try_attach(server, site).unwrap_or_else(|error| {
        panic!("PostgreSQL {} ({}) does not start: {error}", server.version, server.path.display())
    })
}

fn try_attach(server: &Program, site: &Site) -> io::Result<Cluster> {
    let server = &within_reach(server)?;
    let template = template(server)?;
    let directory = &site.directory;
    if site.gate.starts_with(directory) {
        make_own_directory(directory)?;
    }
    let gate = cache::lock_file(&site.gate)?;
    gate.lock()?;
    make_own_directory(directory)?;
    let users = cache::lock_file(&directory.join("users"))?;
    users.lock_shared()?;
    // The watchdog comes first: from here on nothing can be left behind.
    ensure_watchdog(server, site)?;
    if !runs(directory, site.port)? {
        start(server, site, &template)?;
    }
    let Site { port, listens, .. } = *site;
    Ok(Cluster {
        directory: directory.clone(),
        port,
        listens,
        server: server.clone(),
        _users: users,
    })
}

/// The folder for the folders of clusters: in memory where that is large enough.
fn memory() -> &'static Path {
    static MEMORY: LazyLock<PathBuf> = LazyLock::new(|| {
        let shared = PathBuf::from("/dev/shm");
        if free_kb(&shared).is_some_and(|free| free >= ENOUGH_KB) {
            return shared;
        }
        // The watchdog removes what is in it, so it belongs to the account that the watchdog runs as.
        let temporary = cache::root().join("clusters");
        make_own_directory(&temporary)
            .unwrap_or_else(|error| panic!("{}: {error}", temporary.display()));
        temporary
    });
    &MEMORY
}

/// Free space below a path, in kilobytes.
fn free_kb(path: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(path).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// The server, or a copy of its installation where the servers' account cannot get to it, as in root's home.
fn within_reach(server: &Program) -> io::Result<Program> {
    if account::reaches(&server.path) {
        return Ok(server.clone());
    }
    let misplaced = || io::Error::other("the program is not in `bin` of its installation");
    let bin = server.path.parent().ok_or_else(misplaced)?;
    let installation = bin.parent().ok_or_else(misplaced)?;
    let copy = cache::entry("installation", installation, &server.version, |entry| {
        let target = entry.join("copy");
        check(Command::new("cp").arg("-RP").arg(installation).arg(&target))?;
        account::give_all(&target)
    })?;
    let program = copy.join("copy/bin").join(server.path.file_name().ok_or_else(misplaced)?);
    Ok(Program { path: program, ..server.clone() })
}

/// A data folder fresh from `initdb`, made once for each program.
fn template(server: &Program) -> io::Result<PathBuf> {
    let entry = cache::entry("template", &server.path, &server.version, |entry| {
        let mut initdb = account::command(server.sibling("initdb"));
        initdb.arg("-D").arg(entry.join("data"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        initdb.args(["--no-sync", "--no-instructions"]);
        if server.major >= 18 {
            initdb.arg("--no-data-checksums");
        }
        check(&mut initdb)
    })?;
    Ok(entry.join("data"))
}

/// Makes a folder of the servers' account, or takes one that is there already.
fn make_own_directory(directory: &Path) -> io::Result<()> {
    cache::make_directory(directory, 0o700)?;
    account::give(directory)
}

/// Starts the watchdog of a cluster that has none.
fn ensure_watchdog(server: &Program, site: &Site) -> io::Result<()> {
    let watched = cache::lock_file(&site.directory.join("watchdog"))?.try_lock().is_err();
    if watched {
        return Ok(());
    }
    check(Command::new("flock").arg(&site.directory).arg("true"))
        .map_err(|error| io::Error::other(format!("`flock` of util-linux is needed: {error}")))?;
    let mut watchdog = account::command("sh");
    watchdog.args(["-c", include_str!("watchdog.sh"), "watchdog"]);
    watchdog.args([&site.directory, &site.gate, &server.sibling("pg_ctl")]);
    watchdog.arg(site.linger.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    detach(&mut watchdog)?;
    Ok(())
}

/// Starts a server on a copy of the template and waits until it accepts connections.
fn start(server: &Program, site: &Site, template: &Path) -> io::Result<()> {
    let Site { directory, port, .. } = site;
    let data = directory.join("data");
    let socket = format!(".s.PGSQL.{port}");
    // What a server that was killed left behind.
    let _ = fs::remove_dir_all(&data);
    let _ = fs::remove_file(directory.join(&socket));
    let _ = fs::remove_file(directory.join(format!("{socket}.lock")));
    check(account::command("cp").arg("-R").arg(template).arg(&data))?;

    launch(server, directory, *port, site.listens)
}

/// Starts a server on its data and waits until it accepts connections.
fn launch(server: &Program, directory: &Path, port: u16, listens: bool) -> io::Result<()> {
    let log = directory.join("log");
    let mut command = account::command(&server.path);
    command.arg("-D").arg(directory.join("data")).arg("-k").arg(directory);
    command.args(["-p", &port.to_string()]);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    if listens {
        command.args(["-c", "listen_addresses=127.0.0.1"]);
    }
    let output = File::create(&log)?;
    command.stdout(output.try_clone()?).stderr(output);
    let mut child = detach(&mut command)?;

    let began = Instant::now();
    while !runs(directory, port)? {
        if child.try_wait()?.is_some() || began.elapsed() > PATIENCE {
            return Err(io::Error::other(fs::read_to_string(&log)?));
        }
        sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Whether a server accepts connections; one that is starting or recovering is waited for.
fn runs(directory: &Path, port: u16) -> io::Result<bool> {
    let began = Instant::now();
    loop {
        let Err(error) = Client::connect(&url(directory, port, "postgres"), NoTls) else {
            return Ok(true);
        };
        match error.code() {
            // No answer: there is no server.
            None => return Ok(false),
            Some(&SqlState::CANNOT_CONNECT_NOW) if began.elapsed() < PATIENCE => {}
            // As when all connections are taken.
            Some(_) => return Ok(true),
        }
        sleep(Duration::from_millis(5));
    }
}

fn url(directory: &Path, port: u16, database: &str) -> String {
    format!("postgresql:///{database}?host={}&port={port}&user=postgres", directory.display())
}

/// Starts a process that outlives this one, out of reach of the terminal's signals.
fn detach(command: &mut Command) -> io::Result<Child> {
    command.stdin(Stdio::null()).process_group(0).spawn()
}

/// Runs a command to its end.
fn check(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let program = command.get_program().display();
    Err(io::Error::other(format!("{program}: {}", String::from_utf8_lossy(&output.stderr))))
}
