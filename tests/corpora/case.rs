//! What is to go to source and back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schemac::sql::ident::quote_ident;

use crate::support::{compiled, files};

/// A script that makes a database.
pub(super) struct Case {
    /// Where it comes from, without the ending.
    pub(super) name: String,
    pub(super) script: PathBuf,
    /// The statements that make the roles it needs.
    pub(super) roles: String,
    pub(super) scope: Scope,
    pub(super) judge: Judge,
}

/// What of a database is read and compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All but owners and privileges.
    Plain,
    /// Owners and privileges, too.
    All,
}

/// Who compares what `pg_dump` tells.
#[derive(Clone)]
pub(super) enum Judge {
    /// `support::pg_dump`.
    Own,
    /// A program of the corpora's.
    Program(PathBuf),
}

/// Returns the project's own databases that load on this major version.
pub(super) fn own(major: u32) -> Vec<Case> {
    let case = |name: String, script: PathBuf| Case {
        name,
        script,
        roles: String::new(),
        scope: Scope::All,
        judge: Judge::Own,
    };
    let mut cases = Vec::new();
    for schema in files::below("tests/kinds", ".schema") {
        // Roles belong to the whole server, and no source makes them.
        if files::shown(&schema).starts_with("tests/kinds/role/") {
            continue;
        }
        let text = files::read(&schema);
        let since = text.lines().next().and_then(|line| line.strip_prefix("// since: "));
        if since.is_none_or(|since| since.trim().parse::<u32>().unwrap() <= major) {
            cases
                .push(case(files::shown(&schema.with_extension("")), schema.with_extension("sql")));
        }
    }
    for folder in source_folders() {
        let name = files::shown(&folder);
        // It has NULLS NOT DISTINCT.
        if name == "schemas/tour.schema" && major < 15 {
            continue;
        }
        let script = scratch("own-scripts").join(name.replace('/', "-") + ".sql");
        fs::write(&script, compile(&folder)).unwrap();
        cases.push(case(name, script));
    }
    chosen(cases)
}

/// The folders of the examples and sample schemas, and the sources beside them.
fn source_folders() -> Vec<PathBuf> {
    let all = [files::below("examples", ".schema"), files::below("schemas", ".schema")].concat();
    let mut folders: Vec<PathBuf> = all
        .into_iter()
        .map(|file| match file.parent() {
            Some(folder) if folder != files::root().join("schemas") => folder.to_owned(),
            Some(_) | None => file,
        })
        .collect();
    folders.dedup();
    folders
}

/// The script of a source.
fn compile(path: &Path) -> String {
    let shown = files::shown(path);
    let found = if path.is_dir() { files::below(&shown, ".schema") } else { vec![path.to_owned()] };
    let outcome = compiled::compile(found.iter().map(|it| (files::shown(it), files::read(it))));
    let shown = outcome.shown();
    outcome.sql.unwrap_or_else(|| panic!("{shown}"))
}

/// Returns the real schemas that are at hand.
pub(super) fn real() -> Vec<Case> {
    let shared = files::root().join("../shared");
    let mut cases = Vec::new();
    for (folder, scope) in [
        (shared.join("corpora/real"), Scope::Plain),
        (shared.join("corpora/real-privileges"), Scope::All),
    ] {
        if folder.is_dir() {
            cases.extend(in_folder(&folder, scope));
        }
    }
    if let Some(folder) = std::env::var_os("SCHEMAC_CORPORA").filter(|it| !it.is_empty()) {
        let found = in_folder(Path::new(&folder), Scope::Plain);
        assert!(!found.is_empty(), "SCHEMAC_CORPORA: {} has no .sql file", folder.display());
        cases.extend(found);
    }
    chosen(cases)
}

/// The scripts of a folder.
///
/// `NAME.roles.sql` beside a script makes the roles that it needs; so does the column `roles_needed` of `INDEX.tsv`.
/// `NAME.priv.sql` has owners and privileges.
fn in_folder(folder: &Path, scope: Scope) -> Vec<Case> {
    let program = files::root().join("../shared/tools/pgdump_equal.py");
    let judge = if program.exists() { Judge::Program(program) } else { Judge::Own };
    let listed = fs::read_dir(folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    let names = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut stems: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".sql").map(str::to_owned))
        .filter(|stem| !stem.ends_with(".roles"))
        .collect();
    stems.sort();
    let needed = roles_needed(folder);
    let case = |stem: String| {
        let plain = stem.strip_suffix(".priv").unwrap_or(&stem);
        let roles = fs::read_to_string(folder.join(format!("{plain}.roles.sql")));
        Case {
            script: folder.join(format!("{stem}.sql")),
            roles: roles.unwrap_or_else(|_| needed.get(plain).cloned().unwrap_or_default()),
            scope: if plain == stem { scope } else { Scope::All },
            judge: judge.clone(),
            name: stem,
        }
    };
    stems.into_iter().map(case).collect()
}

/// The statements that make the roles that a folder's `INDEX.tsv` names, by script.
fn roles_needed(folder: &Path) -> BTreeMap<String, String> {
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap_or_default();
    let mut lines = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let Some(at) = head.iter().position(|it| *it == "roles_needed") else { return BTreeMap::new() };
    let statement = |role: &str| format!("CREATE ROLE {};\n", quote_ident(role));
    lines
        .filter_map(|line| {
            let roles = line.get(at).filter(|it| !it.is_empty())?;
            Some(((*line.first()?).to_owned(), roles.split(',').map(statement).collect()))
        })
        .collect()
}

/// The names in `SCHEMAC_CORPUS`, split at commas.
fn wanted() -> Vec<String> {
    let names = std::env::var("SCHEMAC_CORPUS").unwrap_or_default();
    names.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Whether `SCHEMAC_CORPUS` names some cases.
pub(super) fn is_filtered() -> bool {
    !wanted().is_empty()
}

/// Those cases that `SCHEMAC_CORPUS` names, by their whole name or what is behind a `/`; all where it names none.
fn chosen(mut cases: Vec<Case>) -> Vec<Case> {
    let wanted = wanted();
    let fits =
        |case: &Case, name: &String| case.name == *name || case.name.ends_with(&format!("/{name}"));
    if is_filtered() {
        cases.retain(|case| wanted.iter().any(|name| fits(case, name)));
    }
    cases
}

/// Returns a folder below the target directory, made where it is not there.
pub(super) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}
