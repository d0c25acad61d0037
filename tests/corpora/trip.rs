//! One database's way to source and back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use schemac::sql::ident::quote_ident;

use crate::kinds::end_subscriptions;
use crate::support::pg_dump;
use crate::support::postgres::database::Database;
use crate::support::postgres::{Server, account};

use super::case::{Case, Judge, Scope};

/// Lines of a stage's complaint that are told.
const TOLD: usize = 30;

/// Holds for the roles that `initdb` did not make.
const NOT_BUILT_IN: &str = "oid >= 16384";

/// Where something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Load,
    Roles,
    Pull,
    Check,
    Script,
    Apply,
    Differs,
    SecondPull,
    SecondDiffers,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Load => "load",
            Stage::Roles => "roles",
            Stage::Pull => "pull",
            Stage::Check => "check",
            Stage::Script => "script",
            Stage::Apply => "apply",
            Stage::Differs => "differs",
            Stage::SecondPull => "second pull",
            Stage::SecondDiffers => "second pull differs",
        })
    }
}

/// What became of a case.
pub(super) struct Outcome {
    pub(super) name: String,
    /// How long each stage took.
    pub(super) times: Vec<(Stage, Duration)>,
    pub(super) verdict: Verdict,
}

/// How it ended.
pub(super) enum Verdict {
    Identical,
    /// It does not load on this server, which lacks something; what.
    LeftOut(String),
    Failed(Vec<(Stage, String)>),
}

/// Two servers: one for originals, one for what comes of them.
pub(super) struct Pair {
    pub(super) original: Server,
    pub(super) again: Server,
    /// Whether all cases must load: what they need is there.
    pub(super) complete: bool,
    /// A folder for what is written.
    pub(super) folder: PathBuf,
}

impl Pair {
    /// Takes one case to source and back, and leaves both servers as they were.
    pub(super) fn travel(&self, case: &Case) -> Outcome {
        let mut times = Vec::new();
        let verdict = match self.lacks(case) {
            Some(reason) => Verdict::LeftOut(reason),
            None => {
                let original = self.original.database();
                let again = self.again.database();
                let trip = Trip { case, original: &original, again: &again, pair: self };
                let failures = trip.go(&mut times);
                end_subscriptions(&mut original.connect());
                end_subscriptions(&mut again.connect());
                self.verdict(failures)
            }
        };
        drop_roles(&self.original);
        drop_roles(&self.again);
        Outcome { name: case.name.clone(), times, verdict }
    }

    fn verdict(&self, failures: Vec<(Stage, String)>) -> Verdict {
        match failures.first() {
            None => Verdict::Identical,
            Some((Stage::Load, complaint)) if !self.complete => {
                let error = complaint.lines().find_map(|line| Some(line.split_once("ERROR:")?.1));
                Verdict::LeftOut(error.unwrap_or(complaint).trim().to_owned())
            }
            Some(_) => Verdict::Failed(failures),
        }
    }

    /// What the script needs and the server has not; nothing is lacking where `tests/setup` sees to it.
    fn lacks(&self, case: &Case) -> Option<String> {
        if self.complete {
            return None;
        }
        let text = fs::read_to_string(&case.script).unwrap();
        let database = self.original.database();
        let mut client = database.connect();
        let available = "SELECT FROM pg_available_extensions WHERE name = $1";
        let mut extensions = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("CREATE EXTENSION IF NOT EXISTS ")?;
            Some(rest.split([' ', ';']).next()?.trim_matches('"'))
        });
        if let Some(name) =
            extensions.find(|name| client.query_opt(available, &[name]).unwrap().is_none())
        {
            return Some(format!("the server has no extension {name}"));
        }
        let libraries: BTreeSet<&str> =
            text.split("'$libdir/").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        libraries.into_iter().find_map(|name| {
            client.batch_execute(&format!("LOAD '$libdir/{name}'")).err()?;
            Some(format!("the server has no library {name}"))
        })
    }
}

/// Drops all roles but those that every cluster has.
fn drop_roles(server: &Server) {
    let database = server.database();
    let mut client = database.connect();
    let roles = format!("SELECT quote_ident(rolname) FROM pg_roles WHERE {NOT_BUILT_IN}");
    for row in client.query(&roles, &[]).unwrap() {
        let role: String = row.get(0);
        client.batch_execute(&format!("DROP ROLE {role}")).unwrap();
    }
}

/// A case under way.
struct Trip<'t> {
    case: &'t Case,
    original: &'t Database<'t>,
    again: &'t Database<'t>,
    pair: &'t Pair,
}

impl Trip<'_> {
    fn go(&self, times: &mut Vec<(Stage, Duration)>) -> Vec<(Stage, String)> {
        let mut failures = Vec::new();
        let mut attempt = |stage: Stage, run: &dyn Fn() -> Result<(), String>| {
            let began = Instant::now();
            let result = run();
            times.push((stage, began.elapsed()));
            let failed = result.is_err();
            failures.extend(result.err().map(|it| (stage, shortened(&it))));
            !failed
        };
        let (first, second) = (self.folder("first"), self.folder("second"));
        let script = first.with_file_name("script.sql");
        let made = attempt(Stage::Load, &|| self.load())
            && attempt(Stage::Roles, &|| self.copy_roles())
            && attempt(Stage::Pull, &|| self.pull(self.original, &first))
            && attempt(Stage::Check, &|| {
                schemac(&["check", "--max", "0", &text(&first)]).map(drop)
            })
            && attempt(Stage::Script, &|| {
                let sql = schemac(&["diff", "empty", &text(&first)])?;
                fs::write(&script, sql).map_err(|error| error.to_string())
            })
            && attempt(Stage::Apply, &|| self.again.psql(&script));
        if made {
            attempt(Stage::Differs, &|| self.compare());
            let pulled = attempt(Stage::SecondPull, &|| self.pull(self.again, &second));
            if pulled {
                attempt(Stage::SecondDiffers, &|| same_files(&first, &second));
            }
        }
        failures
    }

    /// An empty folder of this name.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.pair.folder.join(self.case.name.replace('/', "-")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn load(&self) -> Result<(), String> {
        self.original.run_sql(&self.case.roles).map_err(|error| error.to_string())?;
        loop {
            let Err(complaint) = self.original.psql(&self.case.script) else { return Ok(()) };
            // A dump names roles and does not make them.
            let role = complaint
                .split_once("role \"")
                .and_then(|(_, it)| it.split_once("\" does not exist"));
            let (role, _) = role.ok_or(complaint.as_str())?;
            let statement = format!("CREATE ROLE {}", quote_ident(role));
            self.original.run_sql(&statement).map_err(|error| format!("{complaint}{error}"))?;
        }
    }

    /// Roles belong to the whole server, and no source makes them.
    fn copy_roles(&self) -> Result<(), String> {
        let query = format!(
            "SELECT 'CREATE ROLE ' || quote_ident(rolname) || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END \
             FROM pg_roles WHERE {NOT_BUILT_IN}"
        );
        let roles = self.original.connect().query(&query, &[]).map_err(|it| it.to_string())?;
        let statements: Vec<String> = roles.iter().map(|row| row.get(0)).collect();
        self.again.run_sql(&statements.join(";\n")).map_err(|error| error.to_string())
    }

    fn pull(&self, database: &Database<'_>, folder: &Path) -> Result<(), String> {
        let (url, folder) = (database.url(), text(folder));
        let arguments = ["pull", "--no-progress", "--database-url", &url, "--out", &folder];
        let scope = match self.case.scope {
            Scope::Plain => "--no-privileges",
            Scope::All => "--owners",
        };
        schemac(&[&arguments[..], &[scope]].concat()).map(drop)
    }

    /// Whether `pg_dump` tells the same of both.
    fn compare(&self) -> Result<(), String> {
        let program = match &self.case.judge {
            Judge::Program(program) => program,
            Judge::Own => {
                let dumps = [self.original.dump(), self.again.dump()].map(|it| pg_dump::parse(&it));
                let found = pg_dump::differences(&dumps[0], &dumps[1]);
                return if found.is_empty() { Ok(()) } else { Err(found.join("\n")) };
            }
        };
        let mut judge = Command::new("python3");
        account::without_pg_variables(&mut judge).arg(program).arg("--strict-columns");
        if self.case.scope == Scope::Plain {
            judge.args(["--no-owner", "--no-acl"]);
        }
        judge.env("PG_DUMP", &self.pair.original.pg_dump().path);
        output(judge.args([self.original.url(), self.again.url()])).map(drop)
    }
}

/// Runs schemac, and returns what it printed.
fn schemac(arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schemac"));
    account::without_pg_variables(&mut command).env_remove("DATABASE_URL").args(arguments);
    // Nothing above it says how sources are read.
    output(command.current_dir("/"))
}

/// Runs a command and returns what it printed, else all that it said.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(told);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}\n{complaint}{told}", output.status))
}

/// Whether two folders have the same files, byte for byte.
fn same_files(left: &Path, right: &Path) -> Result<(), String> {
    let (left, right) = (contents(left), contents(right));
    for (path, text) in &left {
        let other = right.get(path).ok_or(format!("{path} is of the first only"))?;
        if text != other {
            let diff = similar::TextDiff::from_lines(text, other);
            return Err(format!("{path}\n{}", diff.unified_diff().context_radius(1)));
        }
    }
    let more = right.keys().find(|path| !left.contains_key(*path));
    more.map_or(Ok(()), |path| Err(format!("{path} is of the second only")))
}

/// The texts of a folder's files, by path.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(directory) = todo.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = text(path.strip_prefix(folder).unwrap());
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The first lines of a text.
fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut told = lines.iter().take(TOLD).copied().collect::<Vec<_>>().join("\n");
    if TOLD < lines.len() {
        told += &format!("\n… and {} more lines", lines.len() - TOLD);
    }
    told
}
