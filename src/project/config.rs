//! `schemac.toml`: found by walking up from the current directory, read with the place of every mistake.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::collect;
use super::keys::{self, Keys, Placed, Single, wrong_value};
use super::{FileError, PASSWORD_IN_SETTINGS, TOML_SYNTAX, UNKNOWN_KEY, shown};
use crate::database::url::Url;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, Switch, did_you_mean};
use crate::emit::rust::{Client, Decimal, Options, Serde, Time};
use crate::source::{FileId, Source, Sources, Span};

/// The name of the file.
pub const FILE_NAME: &str = "schemac.toml";

/// Where a project lies and what its `schemac.toml` says.
#[derive(Debug, Default)]
pub struct Project {
    /// The directory of `schemac.toml`, relative to the current one; empty when it is the current one, or where there
    /// is no such file.
    pub root: PathBuf,
    /// What the file says.
    pub config: Config,
    /// The file, and what it says that is likely a mistake.
    pub warnings: (Sources, Diagnostics),
}

/// What `schemac.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Directories, files and patterns of files that are the source, relative to the project.
    pub schemas: Vec<String>,
    /// The directory of the migrations, relative to the project.
    pub migrations: String,
    /// `[database]`.
    pub database: Database,
    /// `[rust]`; `None` where the file has no such table.
    pub rust: Option<Rust>,
    /// `[lint]`: what is made of a rule that can be lowered or raised, by its name.
    pub lint: BTreeMap<String, Lint>,
}

/// `[database]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// A URL, or `env:` and the name of the variable that holds it.
    pub url: String,
    /// The PostgreSQL schemas that schemac manages; `None` for those that the source declares, and `public`.
    pub schemas: Option<Vec<String>>,
    /// How long a statement waits for a lock, as PostgreSQL writes it.
    pub lock_timeout: String,
    /// How long a statement may take, as PostgreSQL writes it.
    pub statement_timeout: String,
}

/// `[rust]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rust {
    /// The directory of the generated Rust, relative to the project; `None` where a build script writes it.
    pub out: Option<String>,
    /// What the Rust is made for.
    pub options: Options,
}

/// What is made of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lint {
    /// Nothing is said.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            schemas: vec!["schemas".into()],
            migrations: "migrations".into(),
            database: Database::default(),
            rust: None,
            lint: BTreeMap::new(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Database {
            url: "env:DATABASE_URL".into(),
            schemas: None,
            lock_timeout: "3s".into(),
            statement_timeout: "0".into(),
        }
    }
}

/// Why a project could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The file can't be read.
    File(FileError),
    /// The file says something wrong.
    Wrong(Box<(Sources, Diagnostics)>),
}

impl Project {
    /// Opens the project that the current directory belongs to, or the one of a `schemac.toml`.
    ///
    /// The rules are those that `[lint]` may name.
    ///
    /// # Errors
    /// When the file can't be read, or says something wrong.
    pub fn open(file: Option<&Path>, rules: &[&Rule]) -> Result<Project, OpenError> {
        let Some(path) = file.map(Path::to_owned).or_else(find) else {
            return Ok(Project::default());
        };
        let source = collect::read(&path, &shown(&path)).map_err(OpenError::File)?;
        let mut sources = Sources::default();
        let id = sources.add(source);
        let (config, diagnostics) = read(id, sources.get(id), rules);
        if diagnostics.has_errors() {
            return Err(OpenError::Wrong(Box::new((sources, diagnostics))));
        }
        let root = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Project { root, config, warnings: (sources, diagnostics) })
    }

    /// Returns the directories and files that are the source: patterns become the files that they match.
    ///
    /// # Errors
    /// When a pattern matches nothing.
    pub fn inputs(&self) -> Result<Vec<PathBuf>, Vec<FileError>> {
        let (mut paths, mut errors) = (Vec::new(), Vec::new());
        for pattern in &self.config.schemas {
            let path = self.root.join(pattern);
            if !is_pattern(pattern) || path.exists() {
                paths.push(path);
                continue;
            }
            match matches(&self.root, pattern) {
                Ok(files) if files.is_empty() => {
                    errors.push(FileError::NoMatch { pattern: pattern.clone() });
                }
                Ok(files) => paths.extend(files),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() { Ok(paths) } else { Err(errors) }
    }
}

/// Returns every place where the `schemac.toml` of the current directory may be, the nearest first.
pub(super) fn places() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let mut up = PathBuf::new();
    let mut places = Vec::new();
    for _ in here.ancestors() {
        places.push(up.join(FILE_NAME));
        up.push("..");
    }
    places
}

/// Finds the nearest `schemac.toml` from the current directory upwards.
fn find() -> Option<PathBuf> {
    // `try_exists` would take a file that must not be looked at for one that is not there.
    places().into_iter().find(|path| fs::metadata(path).is_ok_and(|it| it.is_file()))
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Returns the `.schema` files that a pattern, or a directory that it matches, has. Hidden ones are left out.
///
/// The walk is our own: that of the crate follows links in a circle.
fn matches(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, Vec<FileError>> {
    let Ok(compiled) = glob::Pattern::new(pattern) else {
        return Ok(Vec::new());
    };
    let fixed = Path::new(pattern).iter().take_while(|part| !is_pattern(&part.to_string_lossy()));
    let base = root.join(fixed.collect::<PathBuf>());
    let base = if base.as_os_str().is_empty() { PathBuf::from(".") } else { base };
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let mut files = collect::find(&base)?;
    files.retain(|file| {
        let inside = file.strip_prefix(root).unwrap_or(file);
        let inside = inside.strip_prefix(".").unwrap_or(inside);
        inside.ancestors().any(|it| compiled.matches_path_with(it, options))
    });
    Ok(files)
}

/// Reads what the file says. Mistakes are reported all at once.
///
/// The rules are those that `[lint]` may name.
pub fn read(file: FileId, source: &Source, rules: &[&Rule]) -> (Config, Diagnostics) {
    let mut out = Diagnostics::default();
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let span = keys::place(file, error.span().unwrap_or(0..0));
        out.push(Diagnostic::new(&TOML_SYNTAX, error.message().trim_end()).label(span, "here"));
    }
    if out.has_errors() {
        return (Config::default(), out);
    }
    let mut keys = Keys::new("", file, document.get_ref());
    let (mut config, mut url) = (Config::default(), None);
    if let Some(schemas) = keys.texts("schemas", Single::Allowed, &mut out) {
        config.schemas = read_patterns(schemas, &mut out);
    }
    set(&mut config.migrations, keys.text("migrations", &mut out));
    if let Some(keys) = keys.table("database", "[database]", &mut out) {
        (config.database, url) = read_database(keys, &mut out);
    }
    if let Some(keys) = keys.table("rust", "[rust]", &mut out) {
        config.rust = Some(read_rust(keys, &mut out));
    }
    if let Some(keys) = keys.table("lint", "[lint]", &mut out) {
        config.lint = read_lint(&keys, file, rules, &mut out);
    }
    if let Some((text, span)) = url {
        check_url(&text, span, config.lint.get(PASSWORD_IN_SETTINGS.name), &mut out);
    }
    keys.finish(&mut out);
    out.sort();
    (config, out)
}

fn set(target: &mut String, value: Option<Placed<String>>) {
    if let Some((value, _)) = value {
        *target = value;
    }
}

fn read_patterns(patterns: Vec<Placed<String>>, out: &mut Diagnostics) -> Vec<String> {
    for (pattern, span) in &patterns {
        if let Err(error) = glob::Pattern::new(pattern) {
            let message = format!("`{pattern}` is not a pattern of files");
            out.push(wrong_value(message, *span, error.msg));
        }
    }
    patterns.into_iter().map(|(pattern, _)| pattern).collect()
}

/// Reads `[database]`, and returns the URL with its place too.
fn read_database(mut keys: Keys<'_>, out: &mut Diagnostics) -> (Database, Option<Placed<String>>) {
    let mut database = Database::default();
    let url = keys.text("url", out);
    set(&mut database.url, url.clone());
    let schemas = keys.texts("schemas", Single::Refused, out);
    database.schemas = schemas.map(|it| it.into_iter().map(|(name, _)| name).collect());
    for (key, target) in [
        ("lock_timeout", &mut database.lock_timeout),
        ("statement_timeout", &mut database.statement_timeout),
    ] {
        let value = keys.text(key, out);
        if let Some((text, span)) = &value
            && !is_duration(text)
        {
            let message = format!("`{key}` must be a time, not `{text}`");
            let help =
                "write a number and one of the units ms, s, min, h, d; 0 stands for no limit";
            out.push(wrong_value(message, *span, "not a time").help(help));
        }
        set(target, value);
    }
    keys.finish(out);
    (database, url)
}

/// Reports a URL that can't be read, or that holds a password.
fn check_url(text: &str, at: Span, wanted: Option<&Lint>, out: &mut Diagnostics) {
    if let Some(variable) = text.strip_prefix("env:") {
        if variable.is_empty() || variable.contains(['=', '\0']) {
            let help = "write `env:` and the name of a variable: `env:DATABASE_URL`";
            out.push(wrong_value("`url` names no variable".to_owned(), at, "here").help(help));
        }
        return;
    }
    match Url::parse(text) {
        Err(error) => {
            let help = error.help().unwrap_or("write `env:DATABASE_URL`");
            out.push(wrong_value(error.to_string(), at, "here").help(help));
        }
        Ok(url) if url.has_password() && wanted != Some(&Lint::Allow) => {
            let message = "the database URL holds a password";
            let help = "write `env:DATABASE_URL`, or leave the password to PGPASSWORD or ~/.pgpass";
            let mut found = Diagnostic::new(&PASSWORD_IN_SETTINGS, message)
                .label(at, "everyone who reads this file knows it")
                .help(help);
            if wanted == Some(&Lint::Deny) {
                found.level = Level::Error;
            }
            out.push(found);
        }
        Ok(_) => {}
    }
}

/// Tells whether PostgreSQL reads the text as a time (manual: Setting Parameters, Numeric with Unit).
fn is_duration(text: &str) -> bool {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(number).unwrap_or("");
    number.trim_end().parse::<u32>().is_ok()
        && ["", "us", "ms", "s", "min", "h", "d"].contains(&unit)
}

fn read_rust(mut keys: Keys<'_>, out: &mut Diagnostics) -> Rust {
    let mut options = Options::default();
    let path = keys.text("out", out).map(|(path, _)| path);
    let clients = keys.texts("clients", Single::Refused, out).unwrap_or_default();
    let known = [("tokio-postgres", Client::TokioPostgres), ("postgres", Client::Postgres)];
    let clients = clients.into_iter().filter_map(|client| one_of("clients", client, &known, out));
    // They share their traits: code for the first works with both.
    options.client = clients.collect::<Vec<_>>().first().copied().unwrap_or_default();
    if let Some(time) = keys.text("time", out) {
        let known = [("chrono", Time::Chrono), ("time", Time::Time), ("jiff", Time::Jiff)];
        options.time = one_of("time", time, &known, out).unwrap_or_default();
    }
    if let Some(decimal) = keys.text("decimal", out) {
        let known = [("text", Decimal::Text), ("rust_decimal", Decimal::RustDecimal)];
        options.decimal = one_of("decimal", decimal, &known, out).unwrap_or_default();
    }
    if keys.flag("serde", out) == Some(false) {
        options.serde = Serde::None;
    }
    keys.finish(out);
    Rust { out: path, options }
}

/// Returns what a value stands for, or reports that it is none of those that its key takes.
fn one_of<T: Copy>(
    key: &str,
    (value, span): Placed<String>,
    choices: &[(&str, T)],
    out: &mut Diagnostics,
) -> Option<T> {
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == value) {
        return Some(*choice);
    }
    let all: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
    let help = did_you_mean(&value, choices.iter().map(|(name, _)| *name));
    let help = help.unwrap_or_else(|| format!("write one of {}", all.join(", ")));
    let message = format!("`{value}` is no value of `{key}`");
    out.push(wrong_value(message, span, "unknown").help(help));
    None
}

/// Reads `[lint]`.
fn read_lint(
    keys: &Keys<'_>,
    file: FileId,
    rules: &[&Rule],
    out: &mut Diagnostics,
) -> BTreeMap<String, Lint> {
    let mut lint = BTreeMap::new();
    for ((name, span), value) in keys.all() {
        let Some(level) = keys::text_of(value, file) else {
            let place = keys::place(file, value.span());
            out.push(wrong_value(format!("`{name}` must be a string"), place, "is none"));
            continue;
        };
        let known = [("allow", Lint::Allow), ("warn", Lint::Warn), ("deny", Lint::Deny)];
        let Some(level) = one_of(name, level, &known, out) else { continue };
        check_name(name, level, span, rules, out);
        lint.insert(name.to_owned(), level);
    }
    lint
}

/// Reports a name that no rule has, or whose rule can't be lowered.
fn check_name(name: &str, level: Lint, at: Span, rules: &[&Rule], out: &mut Diagnostics) {
    match rules.iter().find(|rule| rule.name == name) {
        Some(rule) if rule.switch == Switch::Fixed && level != Lint::Deny => {
            let message = format!("`{name}` is an error and can't be lowered");
            out.push(wrong_value(message, at, "here").help("remove the line"));
        }
        Some(_) => {}
        None => {
            let help = did_you_mean(name, rules.iter().map(|rule| rule.name))
                .unwrap_or_else(|| "`schemac explain --list` lists all".to_owned());
            let diagnostic = Diagnostic::new(&UNKNOWN_KEY, format!("there is no rule `{name}`"));
            out.push(diagnostic.label(at, "unknown").help(help));
        }
    }
}
