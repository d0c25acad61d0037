//! The canonical layout of a source: [`format()`] a text, or the part of it that a person is writing ([`Formatted::edits_in`]).
//!
//! A file is cut into items as the parser does it. The tree of each says what its tokens are (`flatten.rs`); a statement
//! is written on one line, or broken where the tree allows it (`statement.rs`); statements, comments and blank lines make
//! blocks (`block.rs`). Comments never reach the tree: they are found in the source between its tokens.
//!
//! # Laws
//! - What the formatter writes compiles to the same catalog. SQL text keeps its tokens and its blanks; only how far it is
//!   indented changes, which the catalog does not see (`sql_text.rs`).
//! - Formatting what was formatted changes nothing.
//! - Every comment stays between the tokens that it stood between.
//! - What can't be read stays byte for byte.

mod block;
mod flatten;
mod output;
mod rules;
mod spelling;
mod sql_text;
mod statement;
mod token;

use std::ops::Range;
use std::thread;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Source, Sources};
use crate::sql::builtin::spelling::canonical;
use crate::syntax::{self, Region, Rule, STACK_BYTES};
use block::Last;
use flatten::Flattener;
use output::Output;

pub use output::Edit;

/// A file in its canonical layout.
#[derive(Debug)]
pub struct Formatted {
    /// The text; lines end in `\n`.
    pub text: String,
    /// What differs from the source, in order.
    pub edits: Vec<Edit>,
    /// Where members and items begin and end in the source, in order.
    bounds: Vec<usize>,
    /// What can't be read, and stays as it is.
    pub diagnostics: Diagnostics,
}

impl Formatted {
    /// Returns the edits of what stands in a range of bytes: of every member, or head of an item, that it touches.
    pub fn edits_in(&self, source: &str, range: Range<usize>) -> Vec<Edit> {
        let is_blank = |it: u8| it.is_ascii_whitespace();
        let bytes = source.as_bytes();
        let start = range.start.min(bytes.len());
        let end = range.end.clamp(start, bytes.len());
        let inside = bytes.get(start..end).unwrap_or(&[]);
        let n_blanks = inside.iter().take_while(|it| is_blank(**it)).count();
        let start = start + n_blanks;
        let end = start + bytes.get(start..end).unwrap_or(&[]).trim_ascii_end().len();
        if start == end && (0 < n_blanks || end == bytes.len()) {
            return Vec::new();
        }
        let after_start = self.bounds.partition_point(|it| *it <= start);
        let from = after_start.checked_sub(1).and_then(|at| self.bounds.get(at)).copied();
        let (from, end) = (from.unwrap_or(0), end.max(start + 1));
        let to = self.bounds.get(self.bounds.partition_point(|it| *it < end)).copied();
        let touches = |edit: &&Edit| {
            let replaced = bytes.get(edit.range.clone()).unwrap_or(&[]);
            // Blanks belong to what follows them.
            let is_gap = replaced.iter().all(|it| is_blank(*it) || *it == b';');
            let at = if is_gap { edit.range.end } else { edit.range.start };
            from <= at && to.is_none_or(|to| at < to)
        };
        self.edits.iter().filter(touches).cloned().collect()
    }
}

/// Formats a file. What can't be read stays as it is, and is reported; all around it is formatted. O(n).
///
/// Runs on a thread of its own, whose stack is large enough for the deepest nesting that is read.
pub fn format(sources: &Sources, file: FileId) -> Formatted {
    let work = || formatted(sources, file);
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        worker.expect("the system can start a thread").join().expect("the formatter does not panic")
    })
}

fn formatted(sources: &Sources, file: FileId) -> Formatted {
    let source = sources.get(file);
    let mut diagnostics = Diagnostics::default();
    let regions = syntax::regions(file, source, &mut diagnostics);
    let declared = declared_types(&regions);
    let mut out = Output::new(&source.text);
    let mut flattener = Flattener::new(&source.text, &declared);
    let mut bounds = Vec::new();
    let mut last = Last::Opening;
    for region in &regions {
        flattener.between(region.start);
        match region.item.as_ref().filter(|it| it.state != syntax::State::Broken) {
            Some(item) => flattener.item(item),
            None => flattener.unread(region.start, region.end),
        }
        let tokens = flattener.take();
        bounds.extend(block::starts(&tokens));
        last = block::write(&tokens, &mut out, last);
    }
    flattener.between(source.text.len() as u32);
    let tokens = flattener.take();
    bounds.extend(block::starts(&tokens));
    block::write(&tokens, &mut out, last);
    out.finish();
    let edits = out.edits();
    Formatted { text: out.into_text(), edits, bounds, diagnostics }
}

/// Returns the names of the file's own types, and of parameters of mixins, that PostgreSQL has a type of, too.
fn declared_types(regions: &[Region<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |text: &str| {
        let name = text.rsplit('.').next().unwrap_or(text).trim_matches('"').to_ascii_lowercase();
        if canonical(&name).is_some() {
            found.push(name);
        }
    };
    for node in regions.iter().filter_map(|it| it.item.as_ref()).filter_map(|it| it.node()) {
        if let Some(path) = node.child(Rule::path) {
            add(path.text());
        }
        let parameters = node.child(Rule::mixin_params).into_iter();
        for parameter in parameters.flat_map(|it| it.all(Rule::mixin_param)) {
            if let Some(name) = parameter.child(Rule::name) {
                add(name.text());
            }
        }
    }
    found
}

/// Makes edits of a text; they are in order and do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in edits {
        out.push_str(text.get(copied..edit.range.start).unwrap_or(""));
        out.push_str(&edit.text);
        copied = edit.range.end;
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    out
}

/// Formats the text of a file, byte order mark and line ends included.
pub fn text(text: &str) -> String {
    let sources = Sources::from_iter([Source::new("", text)]);
    let formatted =
        sources.iter().map(|(file, source)| source.on_disk(&format(&sources, file).text));
    formatted.collect()
}
