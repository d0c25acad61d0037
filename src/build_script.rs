//! For build scripts: a source becomes Rust in `OUT_DIR` whenever it changes.
//!
//! ```no_run
//! // In the `main` of build.rs:
//! schemac::build("schemas");
//! ```
//!
//! The crate then says `include!(concat!(env!("OUT_DIR"), "/schema.rs"));`.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by the environment")]

use std::env;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Levels, Rendered};
use crate::emit;
use crate::emit::rust::Options;
use crate::emit::sql::{self, Transactions};
use crate::lint;
use crate::project::analysis::{Made, Rust, Sql, analyse};
use crate::project::collect::{Collected, collect};
use crate::project::output::{Output, apply, compare};
use crate::project::{FileError, shown};
use crate::rules::RULES;
use crate::source::Sources;

/// Makes the Rust of a source, a directory or a file, as `schema.rs` in cargo's `OUT_DIR`.
///
/// Where the source has errors, they are shown and the process ends: cargo shows what a build script said then.
pub fn build(schemas: impl AsRef<Path>) {
    if let Err(error) = Build::new(schemas).run() {
        // Nobody may be listening.
        let _ = write!(io::stderr().lock(), "{error}");
        std::process::exit(1);
    }
}

/// What is to be made of a source.
#[derive(Clone, Debug)]
pub struct Build {
    inputs: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    sql: bool,
    rust: Options,
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Everything that is made of the source.
    pub files: Vec<PathBuf>,
    /// Those of the files whose contents changed; the others were left alone.
    pub changed: Vec<PathBuf>,
    /// The source.
    pub sources: Vec<PathBuf>,
}

/// Why nothing was made.
///
/// Its text has a line `path:line:column: message [rule]` for each error, which editors find, then each error in its
/// source.
pub struct BuildError {
    kind: Kind,
}

enum Kind {
    /// The source has errors.
    Source(Sources, Diagnostics),
    /// Files can't be read or written.
    Files(Vec<FileError>),
    /// Neither cargo nor the caller says where to write.
    NoOutDir,
}

impl Build {
    /// Makes the Rust of a source: a directory with all directories in it, or a file.
    pub fn new(schemas: impl AsRef<Path>) -> Self {
        Build {
            inputs: vec![schemas.as_ref().to_owned()],
            out_dir: None,
            sql: false,
            rust: Options::default(),
        }
    }

    /// Adds another directory or file to the source.
    #[must_use]
    pub fn schemas(mut self, more: impl AsRef<Path>) -> Self {
        self.inputs.push(more.as_ref().to_owned());
        self
    }

    /// Writes into this directory, not into cargo's `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.out_dir = Some(directory.as_ref().to_owned());
        self
    }

    /// Makes `schema.sql` too: the script that makes an empty database hold the schema.
    #[must_use]
    pub fn sql(mut self, wanted: bool) -> Self {
        self.sql = wanted;
        self
    }

    /// Makes the Rust for another client, other crates for dates and numbers, or without serde.
    #[must_use]
    pub fn rust(mut self, options: Options) -> Self {
        self.rust = options;
        self
    }

    /// Makes what is wanted. Files whose contents would not change are left alone.
    ///
    /// Run by cargo, it also says which files the build depends on, and shows warnings.
    ///
    /// # Errors
    /// When the source has errors, or files can't be read or written. Nothing is written then.
    pub fn run(&self) -> Result<Report, BuildError> {
        let cargo = Cargo::find();
        let collected = collect(&self.inputs);
        match &collected {
            Ok(found) => cargo.rerun_if_changed(found.directories.iter().chain(&found.files)),
            Err(_) => cargo.rerun_if_changed(&self.inputs),
        }
        let Collected { sources, files, .. } = collected.map_err(Kind::Files)?;
        let out_dir = self.out_dir.clone().or(cargo.out_dir.clone()).ok_or(Kind::NoOutDir)?;
        let analysis = analyse(&sources, Sql::Written, Rust::Single(self.rust), &levels());
        let Some(made) = analysis.made else {
            return Err(Kind::Source(sources, analysis.compiled.diagnostics).into());
        };
        let outputs = self.outputs(made, &out_dir, files.len());
        let made = outputs.iter().map(|output| output.path.clone()).collect();
        let changes = compare(outputs, &[]).map_err(Kind::Files)?;
        apply(&changes).map_err(|error| Kind::Files(vec![error]))?;
        cargo.warn(&analysis.compiled.diagnostics, &sources);
        let changed = changes.into_iter().map(|change| change.path).collect();
        Ok(Report { files: made, changed, sources: files })
    }

    fn outputs(&self, made: Made, out_dir: &Path, n_files: usize) -> Vec<Output> {
        let place = |name: &str| out_dir.join(name);
        let rust = made.rust.into_iter();
        let mut outputs: Vec<Output> =
            rust.map(|file| Output { path: place(&file.path), text: file.text }).collect();
        if self.sql {
            let script = sql::script(&made.plan, Transactions::One);
            let text = format!("-- {}\n\n{script}", emit::heading(n_files));
            outputs.push(Output { path: place("schema.sql"), text });
        }
        outputs
    }
}

/// Leaves lints to `schemac check`: cargo would show what they find at each build.
fn levels() -> Levels {
    let mut levels = Levels::new(&RULES);
    RULES.iter().filter(|rule| lint::is_lint(rule)).for_each(|rule| levels.set(rule, None));
    levels
}

/// Cargo, if it runs this process as a build script.
struct Cargo {
    out_dir: Option<PathBuf>,
}

impl Cargo {
    fn find() -> Self {
        let is_cargo = env::var_os("CARGO").is_some();
        Cargo { out_dir: env::var_os("OUT_DIR").filter(|_| is_cargo).map(PathBuf::from) }
    }

    /// Has the script run again when one of these files, or anything in one of these directories, changes.
    fn rerun_if_changed<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) {
        for path in paths {
            self.say(&format!("cargo::rerun-if-changed={}", shown(path)));
        }
    }

    /// Shows warnings, which cargo does for packages that are being worked on.
    fn warn(&self, diagnostics: &Diagnostics, sources: &Sources) {
        for it in diagnostics.iter().filter(|it| it.level == Level::Warning) {
            self.say(&format!("cargo::warning={}", line(it, sources)));
        }
    }

    fn say(&self, line: &str) {
        if self.out_dir.is_some() {
            // Cargo reads to the end; where it does not, nobody is to be told.
            let _ = writeln!(io::stdout().lock(), "{line}");
        }
    }
}

/// Returns a diagnostic as `path:line:column: message [rule]`.
fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = Rendered::new(diagnostic, sources).place();
    let place = place.map_or_else(String::new, |place| format!("{place}: "));
    format!("{place}{} [{}]", diagnostic.message, diagnostic.rule.name)
}

impl From<Kind> for BuildError {
    fn from(kind: Kind) -> Self {
        BuildError { kind }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Source(sources, diagnostics) => show(sources, diagnostics, f),
            Kind::Files(errors) => {
                errors.iter().try_for_each(|it| writeln!(f, "{it}\n  help: {}", it.help()))
            }
            Kind::NoOutDir => f.write_str(
                "there is no place to write to: OUT_DIR is not set, as cargo does for a build script\n  \
                 help: name a directory with `out_dir`\n",
            ),
        }
    }
}

/// How many errors are shown in their source.
const SHOWN: usize = 20;

/// Writes a line for each error, then the errors in their source.
fn show(sources: &Sources, diagnostics: &Diagnostics, out: &mut impl fmt::Write) -> fmt::Result {
    let errors = || diagnostics.iter().filter(|it| it.level == Level::Error);
    errors().try_for_each(|it| writeln!(out, "{}", line(it, sources)))?;
    // Cargo shows what a failed script said without colors, and indents it by two.
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_links(false)
        .with_width(98);
    for it in errors().take(SHOWN) {
        let mut text = String::new();
        handler.render_report(&mut text, &Rendered::new(it, sources))?;
        writeln!(out)?;
        text.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))?;
    }
    match errors().count() {
        n if SHOWN < n => writeln!(out, "\n… and {} more", n - SHOWN),
        _ => Ok(()),
    }
}

/// The same text, on a line of its own: a `main` that returns the error shows it so.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for BuildError {}
