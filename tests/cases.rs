//! What the language means, case by case.
//!
//! A case is a file `cases/<kind>/accept_….schema` or `reject_….schema`, or a folder of that name with several files. An
//! `accept_` gives no error and a `reject_` at least one, whatever its snapshot says. The snapshot beside it shows the
//! source, then the diagnostics, then the SQL. The laws below hold for every case; a new case needs no line here.
//!
//! A case of a lint lies in `cases/lint/` and begins with the line `// lint: NAME`: only that lint runs, an `accept_` gives no
//! diagnostic and a `reject_` at least one.
//!
//! A case whose script can't run on the server at hand begins with the line `// no database: REASON`.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use schemac::source::{Source, Sources};
use schemac::syntax::{self, sections};

use crate::support::compiled::{Lints, Outcome, compile, compile_with};
use crate::support::{files, postgres};

/// What makes a case need no server.
const NO_DATABASE: &str = "// no database: ";

/// A case and its files.
pub(crate) struct Case {
    /// The folder that it and its snapshot lie in.
    folder: PathBuf,
    name: String,
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
}

impl Case {
    fn accepts(&self) -> bool {
        self.name.starts_with("accept_")
    }

    pub(crate) fn shown(&self) -> String {
        files::shown(&self.folder.join(&self.name))
    }

    fn compile(&self) -> Outcome {
        compile_with(self.files.clone(), self.lint().map_or(Lints::None, Lints::One))
    }

    /// Returns the lint that the case is about.
    pub(crate) fn lint(&self) -> Option<&str> {
        let name = self.files[0].1.strip_prefix("// lint: ").and_then(|it| it.lines().next());
        assert_eq!(name.is_some(), self.folder.ends_with("lint"), "{}: `// lint:`", self.shown());
        name
    }
}

pub(crate) fn all() -> Vec<Case> {
    let root = files::root().join("tests/cases");
    let mut cases: Vec<Case> = Vec::new();
    for path in files::below("tests/cases", ".schema") {
        let text = files::read(&path);
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let parts: Vec<String> = path
            .strip_prefix(&root)
            .unwrap()
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let (kind, name) = match &parts[..] {
            [kind, file] => (kind, file.trim_end_matches(".schema").to_owned()),
            [kind, folder, _] => (kind, folder.clone()),
            _ => panic!("{} is no case", files::shown(&path)),
        };
        assert!(
            name.starts_with("accept_") || name.starts_with("reject_"),
            "{} says neither accept_ nor reject_",
            files::shown(&path)
        );
        let folder = root.join(kind);
        match cases.last_mut().filter(|last| last.folder == folder && last.name == name) {
            Some(case) => case.files.push((file, text)),
            None => cases.push(Case { folder, name, files: vec![(file, text)] }),
        }
    }
    assert!(!cases.is_empty(), "there are no cases");
    cases
}

/// Runs a check on every case and fails with all that fail.
fn on_each(cases: &[Case], check: impl Fn(&Case)) {
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| catch_unwind(AssertUnwindSafe(|| check(case))).is_err())
        .map(Case::shown)
        .collect();
    assert!(
        failed.is_empty(),
        "{} cases fail, as said above:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn each_is_as_its_snapshot_shows() {
    on_each(&all(), |case| {
        let outcome = case.compile();
        let errors: Vec<&str> = match case.lint() {
            None => outcome.errors().map(|it| it.rule.name).collect(),
            Some(lint) => {
                let all: Vec<&str> = outcome.diagnostics.iter().map(|it| it.rule.name).collect();
                assert!(all.iter().all(|it| *it == lint), "{} raises {all:?}", case.shown());
                all
            }
        };
        if case.accepts() {
            assert!(errors.is_empty(), "{} has errors:\n{}", case.shown(), outcome.shown());
        } else {
            assert!(!errors.is_empty(), "{} has no error", case.shown());
        }
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&case.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(case.name.as_str(), snapshot(case, &outcome)));
    });
}

fn snapshot(case: &Case, outcome: &Outcome) -> String {
    let mut out = String::new();
    for (name, text) in &case.files {
        if 1 < case.files.len() {
            out.push_str(&format!("── {name} ──\n"));
        }
        out.push_str(text.trim_end());
        out.push_str("\n\n");
    }
    if !outcome.diagnostics.is_empty() {
        out.push_str(&format!("── diagnostics ──\n{}\n", outcome.shown().trim_end()));
    }
    if let Some(sql) = &outcome.sql {
        out.push_str(&format!("── SQL ──\n{sql}"));
    }
    out
}

#[test]
fn no_snapshot_is_left_without_its_case() {
    let known: BTreeSet<PathBuf> =
        all().iter().map(|case| case.folder.join(format!("{}.snap", case.name))).collect();
    for snapshot in files::below("tests/cases", ".snap") {
        assert!(known.contains(&snapshot), "{} has no case", files::shown(&snapshot));
    }
}

/// Law: the order of files, and of declarations in a file, means nothing.
#[test]
fn order_means_nothing() {
    let accepted: Vec<Case> = all().into_iter().filter(Case::accepts).collect();
    on_each(&accepted, |case| {
        let sql = case.compile().sql;
        let reversed: Vec<(String, String)> = case.files.iter().rev().cloned().collect();
        similar_asserts(&sql, &compile(reversed).sql, "files are reversed");
        let inside: Vec<(String, String)> =
            case.files.iter().map(|(name, text)| (name.clone(), items_reversed(text))).collect();
        similar_asserts(&sql, &compile(inside).sql, "declarations are reversed");
    });
}

fn similar_asserts(expected: &Option<String>, found: &Option<String>, when: &str) {
    let text = |it: &Option<String>| it.clone().unwrap_or_else(|| "no script".into());
    let (expected, found) = (text(expected), text(found));
    let diff = similar::TextDiff::from_lines(&expected, &found);
    assert!(expected == found, "the script differs when {when}:\n{}", diff.unified_diff());
}

/// Writes the declarations of a file last first; what speaks of the whole file stays in front.
fn items_reversed(text: &str) -> String {
    let sources = Sources::from_iter([Source::new("reversed.schema", text)]);
    let (asts, _) = syntax::parse(&sources);
    let items = asts.iter().flat_map(|ast| &ast.items);
    let texts = items.map(|item| sources.text(item.span()));
    let (of_file, mut items): (Vec<&str>, Vec<&str>) =
        texts.partition(|text| text.starts_with("//!") || text.starts_with("#!["));
    items.reverse();
    [of_file, items].concat().join("\n\n")
}

/// Law: PostgreSQL accepts the script, all of it in one transaction.
#[test]
fn scripts_load() {
    let loaded: Vec<Case> = all()
        .into_iter()
        .filter(|case| case.accepts() && !case.files[0].1.starts_with(NO_DATABASE))
        .collect();
    // Roles are seen by a whole server.
    let server = postgres::private();
    let database = server.database();
    on_each(&loaded, |case| {
        let sql = case.compile().sql.expect("what has no error has a script");
        if let Err(error) = database.try_sql(&sql) {
            panic!("{}: {error}", case.shown());
        }
    });
}

#[test]
fn a_case_without_a_database_says_why() {
    for case in all() {
        if let Some(reason) = case.files[0].1.strip_prefix(NO_DATABASE) {
            assert!(10 < reason.lines().next().unwrap().trim().len(), "{}", case.shown());
        }
    }
    assert!(fs::exists(files::root().join("tests/cases")).unwrap());
}

/// Law: a lock means what its source means: it compiles to the same catalog, and to the same script.
#[test]
fn locks_mean_the_same() {
    let accepted: Vec<Case> = all().into_iter().filter(Case::accepts).collect();
    on_each(&accepted, |case| {
        let outcome = case.compile();
        let lock = outcome.lock();
        let again = compile_with(
            sections("schema.lock", &lock).into_iter().map(|it| (it.path, it.text)),
            Lints::None,
        );
        assert_eq!(again.errors().count(), 0, "{lock}\n{}", again.shown());
        similar_asserts(&outcome.sql, &again.sql, "it is locked");
        assert_eq!(lock, again.lock(), "the lock of a lock is the lock");
    });
}
