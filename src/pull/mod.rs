//! A live database as source: read, written, and compiled again before anybody is given it.
//!
//! # Steps
//! 1. [`crate::introspect`] reads the catalogs.
//! 2. [`unfold`](unfold::unfold) rewrites the texts that PostgreSQL shows and then reads otherwise.
//! 3. [`crate::print`] writes them as files.
//! 4. The files are compiled. What does not come back as it was read is a [`Problem`], so that nothing is lost in silence.

pub mod filter;
mod layout;
mod members;
pub mod merge;
mod rewrite;
pub mod unfold;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::{Catalog, Entry};
use crate::compile::{Compiled, compile};
use crate::database::Connection;
use crate::diagnostic::{Diagnostic, Level};
use crate::introspect::{IntrospectError, Introspected, Options, Problem, Progress, introspect};
use crate::object::Object;
use crate::object::address::{Address, Kind};
use crate::print::{File, Split, print};
use crate::source::{Source, Sources, Span};
use filter::Filter;
use unfold::Rewritten;

/// A database as source.
#[derive(Debug)]
pub struct Pulled {
    /// The files, by path.
    pub files: Vec<File>,
    /// The files as sources.
    pub sources: Sources,
    /// What they mean.
    pub compiled: Compiled,
    /// What was read, with the texts as they are written.
    pub catalog: Catalog,
    /// The texts that are written otherwise than the database shows them.
    pub rewritten: Vec<Rewritten>,
    /// What the source can't hold, or says otherwise than the database.
    pub problems: Vec<Problem>,
    /// What the database holds and was not asked for.
    pub left_out: BTreeSet<Address>,
    /// What is left out because it serves nothing.
    pub notes: Vec<Problem>,
}

/// Reads a database and writes it as source.
///
/// # Errors
/// When the database can't be read.
pub fn pull(
    connection: &mut Connection,
    options: Options,
    filter: &Filter,
    split: Split,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, IntrospectError> {
    let Introspected { mut catalog, mut problems, notes, .. } =
        introspect(connection, options, progress)?;
    let rewritten = unfold::unfold(&mut catalog);
    let mut printed = print(&catalog, split);
    let (mut sources, mut compiled) = compile_files(&printed);
    let mut left_out = BTreeSet::new();
    if !filter.is_open() {
        let chosen = filter.chosen(&compiled);
        let others = catalog.iter().map(|(at, _)| at).filter(|at| !chosen.contains(at));
        left_out.extend(others.cloned());
        catalog.retain(|at| chosen.contains(at));
        printed = print(&catalog, split);
        (sources, compiled) = compile_files(&printed);
    }
    let refused = refused_routines(&compiled);
    if !refused.is_empty() {
        // PostgreSQL holds them, so they can be made: without being read.
        refused.iter().for_each(|at| leave_unchecked(&mut catalog, at));
        printed = print(&catalog, split);
        (sources, compiled) = compile_files(&printed);
    }
    problems.extend(faults(&sources, &compiled));
    if !compiled.diagnostics.has_errors() {
        problems.extend(differences(&catalog, &compiled.catalog));
    }
    Ok(Pulled { files: printed, sources, compiled, catalog, rewritten, problems, left_out, notes })
}

/// Returns the routines whose text the compiler finds errors in.
fn refused_routines(compiled: &Compiled) -> Vec<Address> {
    let errors = compiled.diagnostics.iter().filter(|it| it.level == Level::Error);
    let spans: Vec<Span> = errors.filter_map(Diagnostic::span).collect();
    let holds = |whole: Span| {
        spans
            .iter()
            .any(|it| it.file == whole.file && whole.start <= it.start && it.end <= whole.end)
    };
    let routines = compiled.origins.iter().filter(|(at, _)| at.kind == Kind::Routine);
    routines.filter(|(_, origin)| holds(origin.place.whole)).map(|(at, _)| at.clone()).collect()
}

fn leave_unchecked(catalog: &mut Catalog, at: &Address) {
    if let Some(Object::Routine(routine)) = catalog.get_mut(at).map(|it| &mut it.object) {
        Arc::make_mut(routine).unchecked.0 = true;
    }
}

fn compile_files(files: &[File]) -> (Sources, Compiled) {
    let mut sources = Sources::default();
    for file in files {
        sources.add(Source::new(file.path.as_str(), file.text.as_str()));
    }
    let compiled = compile(&sources);
    (sources, compiled)
}

/// Errors of the compiler: what PostgreSQL holds is right, so the fault is ours.
fn faults(sources: &Sources, compiled: &Compiled) -> Vec<Problem> {
    let errors = compiled.diagnostics.iter().filter(|it| it.level == Level::Error);
    let fault = |it: &Diagnostic| {
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
fn differences(read: &Catalog, compiled: &Catalog) -> Vec<Problem> {
    let lost = read.iter().filter(|(at, entry)| compiled.get(at) != Some(entry));
    let problem = |at: &Address, what: &str| Problem {
        object: at.to_string(),
        what: what.to_owned(),
        help: "compare what was written with the database, and report it".to_owned(),
    };
    let mut out: Vec<Problem> = lost
        .map(|(at, entry)| match compiled.get(at) {
            None => problem(at, "what was written lacks it"),
            Some(other) => problem(at, &first_difference(entry, other)),
        })
        .collect();
    let added = compiled.iter().filter(|(at, _)| read.get(at).is_none());
    out.extend(added.map(|(at, _)| problem(at, "what was written has it besides")));
    out
}

/// Says where what was written differs first from what was read.
fn first_difference(read: &Entry, compiled: &Entry) -> String {
    let (read, compiled) = (format!("{read:#?}"), format!("{compiled:#?}"));
    let mut lines = read.lines().zip(compiled.lines());
    let (a, b) = lines.find(|(a, b)| a != b).unwrap_or_default();
    format!("what was written says `{}` and not `{}`", b.trim(), a.trim())
}
