//! From flags to an analysed source: what every command begins with.

use std::path::PathBuf;
use std::time::Instant;

use super::Global;
use super::failure::Failure;
use super::report::{Report, counted};
use super::screen::Screen;
use crate::diagnostic::{Level, Levels, Rendered};
use crate::project::FileError;
use crate::project::analysis::{Analysis, Rust, Sql, analyse};
use crate::project::collect::{Collected, collect};
use crate::project::config::{Lint, OpenError, Project};
use crate::rules::{self, RULES};
use crate::source::Sources;

/// A source and all that was found out of it.
pub(super) struct Loaded {
    pub(super) project: Project,
    pub(super) sources: Sources,
    /// Where each of them lies, in the same order.
    pub(super) files: Vec<PathBuf>,
    pub(super) wanted: Wanted,
    pub(super) analysis: Analysis,
}

/// What is wanted of a source.
pub(super) struct Wanted {
    sql: Sql,
    rust: Rust,
    levels: Levels,
}

impl Wanted {
    pub(super) fn analyse(&self, sources: &Sources) -> Analysis {
        analyse(sources, self.sql, self.rust, &self.levels)
    }
}

impl Loaded {
    /// Returns what there is to say of the source.
    pub(super) fn into_report(self) -> Report {
        let (sources, diagnostics) = (self.sources, self.analysis.compiled.diagnostics);
        Report { sources, diagnostics, ..Report::default() }
    }
}

/// Reads and analyses files and directories, or those of the project where none are named.
///
/// A source with errors is loaded too; a report comes back when there is no source. What Rust is wanted may depend on
/// the project.
pub(super) fn load(
    paths: &[PathBuf],
    global: &Global,
    screen: &Screen,
    sql: Sql,
    wanted: impl FnOnce(&Project) -> Result<Rust, Failure>,
) -> Result<Loaded, Report> {
    let project = project(global, screen)?;
    let wanted = Wanted { sql, rust: wanted(&project)?, levels: levels(&project) };
    let inputs =
        if paths.is_empty() { project.inputs().map_err(of_files)? } else { paths.to_vec() };
    let began = Instant::now();
    let collected = collect(&inputs).map_err(of_files)?;
    let Collected { sources, files, .. } = collected;
    screen.detail(|| {
        let n_bytes: usize = sources.iter().map(|(_, source)| source.text.len()).sum();
        let read = counted(sources.len(), "file");
        format!("read {read}, {} KiB, in {:.1?}", n_bytes.div_ceil(1024), began.elapsed())
    });
    let began = Instant::now();
    let analysis = wanted.analyse(&sources);
    screen.detail(|| {
        let objects = counted(analysis.compiled.catalog.len(), "object");
        let made = analysis.made.as_ref().filter(|_| sql == Sql::Written);
        let statements = made.map(|made| counted(made.plan.steps.len(), "statement"));
        let statements = statements.map(|it| format!(", {it}")).unwrap_or_default();
        format!("analysed {objects}{statements}, in {:.1?}", began.elapsed())
    });
    Ok(Loaded { project, sources, files, wanted, analysis })
}

/// Opens the project, and shows what is likely a mistake in its schemac.toml.
pub(super) fn project(global: &Global, screen: &Screen) -> Result<Project, Report> {
    let project = Project::open(global.config.as_deref(), &RULES).map_err(of_config)?;
    let (sources, warnings) = &project.warnings;
    for warning in warnings.iter() {
        screen.report(&Rendered::new(warning, sources).width(screen.width));
    }
    Ok(project)
}

/// Returns the levels that `[lint]` gives to rules.
pub(super) fn levels(project: &Project) -> Levels {
    let mut levels = Levels::new(&RULES);
    for (name, lint) in &project.config.lint {
        let level = match lint {
            Lint::Allow => None,
            Lint::Warn => Some(Level::Warning),
            Lint::Deny => Some(Level::Error),
        };
        if let Some(rule) = rules::find(name) {
            levels.set(rule, level);
        }
    }
    levels
}

fn of_config(error: OpenError) -> Report {
    match error {
        OpenError::File(error) => of_files(vec![error]),
        OpenError::Wrong(wrong) => {
            let (sources, diagnostics) = *wrong;
            Report { sources, diagnostics, ..Report::default() }
        }
    }
}

/// Returns the report of files that could not be read or written.
pub(super) fn of_files(errors: Vec<FileError>) -> Report {
    Report { failures: errors.into_iter().map(Into::into).collect(), ..Report::default() }
}
