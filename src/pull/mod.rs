//! A live database as source: read, written, and compiled again before anybody is given it.
//!
//! # Steps
//! 1. [`crate::introspect`] reads the catalogs.
//! 2. [`unfold`](unfold::unfold) rewrites the texts that PostgreSQL shows and then reads otherwise.
//! 3. [`crate::print`] writes them as files.
//! 4. The files are compiled. What does not come back as it was read is a [`Problem`], so that nothing is lost in silence.

pub mod unfold;

use crate::catalog::Catalog;
use crate::compile::{Compiled, compile};
use crate::database::Connection;
use crate::introspect::{IntrospectError, Options, Problem, Progress, introspect};
use crate::object::address::Address;
use crate::print::{File, Printed, Split, print};
use crate::source::{Source, Sources};
use unfold::Rewritten;

/// A database as source.
#[derive(Debug)]
pub struct Pulled {
    /// The files, by path.
    pub files: Vec<File>,
    /// What was read, with the texts as they are written.
    pub catalog: Catalog,
    /// The texts that are written otherwise than the database shows them.
    pub rewritten: Vec<Rewritten>,
    /// What the source can't hold, or says otherwise than the database.
    pub problems: Vec<Problem>,
}

/// Reads a database and writes it as source.
///
/// # Errors
/// When the database can't be read.
pub fn pull(
    connection: &mut Connection,
    options: Options,
    split: Split,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, IntrospectError> {
    let mut found = introspect(connection, options, progress)?;
    let rewritten = unfold::unfold(&mut found.catalog);
    let printed = print(&found.catalog, split);
    let mut problems = found.problems;
    problems.extend(printed.unprinted.iter().map(|at| Problem {
        object: at.to_string(),
        what: "the language has no words for it".to_owned(),
        help: "declare it with `raw`".to_owned(),
    }));
    let (sources, compiled) = compile_files(&printed);
    problems.extend(faults(&sources, &compiled));
    if !compiled.diagnostics.has_errors() {
        problems.extend(differences(&found.catalog, &compiled.catalog, &printed.unprinted));
    }
    Ok(Pulled { files: printed.files, catalog: found.catalog, rewritten, problems })
}

fn compile_files(printed: &Printed) -> (Sources, Compiled) {
    let mut sources = Sources::default();
    for file in &printed.files {
        sources.add(Source::new(file.path.as_str(), file.text.as_str()));
    }
    let compiled = compile(&sources);
    (sources, compiled)
}

/// Errors of the compiler: what PostgreSQL holds is right, so the fault is ours.
fn faults(sources: &Sources, compiled: &Compiled) -> Vec<Problem> {
    let errors = compiled.diagnostics.iter().filter(|it| it.level == crate::diagnostic::Level::Error);
    let fault = |it: &crate::diagnostic::Diagnostic| {
        let place = it.span().map(|span| {
            let source = sources.get(span.file);
            format!("{}:{}", source.path, source.position(span.start).line)
        });
        Problem {
            object: place.unwrap_or_default(),
            what: format!("what was written does not compile: {} ({})", it.message, it.rule.name),
            help: "mend it by hand, and report it: the database holds it".to_owned(),
        }
    };
    errors.map(fault).collect()
}

/// Objects that came back otherwise than they were read.
fn differences(read: &Catalog, compiled: &Catalog, unprinted: &[Address]) -> Vec<Problem> {
    let lost = read.iter().filter(|(at, entry)| compiled.get(at) != Some(entry) && !unprinted.contains(at));
    let problem = |at: &Address, what: &str| Problem {
        object: at.to_string(),
        what: what.to_owned(),
        help: "compare what was written with the database, and report it".to_owned(),
    };
    let mut out: Vec<Problem> = lost
        .map(|(at, _)| match compiled.get(at) {
            None => problem(at, "what was written lacks it"),
            Some(_) => problem(at, "what was written says it otherwise"),
        })
        .collect();
    let added = compiled.iter().filter(|(at, _)| read.get(at).is_none());
    out.extend(added.map(|(at, _)| problem(at, "what was written has it besides")));
    out
}
