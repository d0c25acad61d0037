//! What becomes of a source, whatever steps lie between: tests know only this of the library's inside.

use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme};
use schemac::compile::Compiled;
use schemac::diagnostic::{Certainty, Diagnostic, Diagnostics, Level, Levels, Rendered, Switch};
use schemac::emit;
use schemac::project::analysis::{Analysis, Rust, Sql, analyse};
use schemac::project::fix::{self, Mended};
use schemac::rules::RULES;
use schemac::source::{Source, Sources};

/// What became of a source.
pub(crate) struct Outcome {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
    /// The script that makes it, where there is no error.
    pub(crate) sql: Option<String>,
    compiled: Compiled,
}

/// Compiles files, given as path and text, and plans and writes what can be made of them.
pub(crate) fn compile<P: Into<String>, T: Into<String>>(
    files: impl IntoIterator<Item = (P, T)>,
) -> Outcome {
    compile_with(files, Lints::None)
}

/// Which lints run.
#[derive(Clone, Copy)]
pub(crate) enum Lints<'n> {
    /// None.
    None,
    /// Only this one.
    One(&'n str),
    /// Those that are on where nobody says otherwise, and this one.
    UsualAnd(&'n str),
}

impl Lints<'_> {
    fn levels(self) -> Levels {
        let mut levels = Levels::new(&RULES);
        for rule in RULES.iter().filter(|rule| rule.switch != Switch::Fixed) {
            let is_lint = schemac::lint::is_lint(rule);
            match self {
                Lints::One(name) | Lints::UsualAnd(name) if rule.name == name => {
                    levels.set(rule, Some(rule.level));
                }
                Lints::UsualAnd(_) => {}
                Lints::None | Lints::One(_) if is_lint => levels.set(rule, None),
                Lints::None | Lints::One(_) => {}
            }
        }
        levels
    }
}

/// The same with lints.
pub(crate) fn compile_with<P: Into<String>, T: Into<String>>(
    files: impl IntoIterator<Item = (P, T)>,
    lints: Lints<'_>,
) -> Outcome {
    let sources: Sources = files.into_iter().map(|(path, text)| Source::new(path, text)).collect();
    let Analysis { compiled, made } = analyse(&sources, Sql::Written, Rust::None, &lints.levels());
    let sql = made.map(|made| emit::sql::script(&made.plan, emit::sql::Transactions::One));
    let diagnostics = compiled.diagnostics.clone();
    Outcome { sources, diagnostics, sql, compiled }
}

/// Mends a source.
pub(crate) fn mend(sources: Sources, lints: Lints<'_>, least: Certainty) -> Mended {
    let levels = lints.levels();
    let analysed = |sources: &Sources| analyse(sources, Sql::Ordered, Rust::None, &levels);
    let analysis = analysed(&sources);
    fix::mend(sources, analysis, least, analysed)
}

impl Outcome {
    /// Adds what is wrong with it as Rust.
    pub(crate) fn with_rust(mut self) -> Self {
        if let Some(sound) = self.compiled.sound() {
            self.diagnostics.extend(emit::rust::check(sound, &emit::rust::Options::default()));
        }
        self
    }

    /// Returns the text that a lock holds.
    pub(crate) fn lock(&self) -> String {
        schemac::print::whole(&self.compiled.catalog)
    }

    /// Returns the Rust text of all modules in one.
    pub(crate) fn rust(&self, options: &emit::rust::Options) -> String {
        let sound = self.compiled.sound().expect("the source has no error");
        emit::rust::single(sound, options).expect("all has a Rust type")
    }

    /// Returns the files of Rust text.
    pub(crate) fn rust_files(&self, options: &emit::rust::Options) -> Vec<emit::rust::File> {
        let sound = self.compiled.sound().expect("the source has no error");
        emit::rust::files(sound, options).expect("all has a Rust type")
    }

    /// Returns the errors.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|it| it.rule.level == Level::Error)
    }

    /// Returns the diagnostics as they are shown on a terminal of 100 columns without colours.
    pub(crate) fn shown(&self) -> String {
        let handler =
            GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
        let mut out = String::new();
        for diagnostic in self.diagnostics.iter() {
            handler.render_report(&mut out, &Rendered::new(diagnostic, &self.sources)).unwrap();
            out.push('\n');
        }
        out.lines().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{}", line.trim_end());
            text
        })
    }
}
