//! Text to trees: [`parse`] never fails; what it can't read it reports, and goes on with the next.
//!
//! A file is cut into items by a scanner that knows only brackets, strings and `;` (`split.rs`), and pest parses each
//! item. An item that does not parse is tried again without the members that are at fault, each of which is reported.

mod ast;
mod explain;
mod form;
mod grammar;
mod keyword;
mod mistake;
mod plain;
mod scan;
mod sections;
mod split;

use std::borrow::Cow;
use std::thread;

use pest::Parser;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Source, Sources, Span};
use explain::Place;
use grammar::Grammar;
use split::Piece;

pub(crate) use explain::RULES;
pub(crate) use scan::without_comments;

pub use ast::{Ast, Item, Node, State};
pub use grammar::Rule;
pub use sections::sections;

/// The deepest nesting of brackets that is read. PostgreSQL's own parser gives up at about ten thousand.
pub const MAX_DEPTH: u32 = 1_000;

/// Enough for [`MAX_DEPTH`] levels of the parser's recursion, in a build without optimisation too.
pub(crate) const STACK_BYTES: usize = 64 << 20;

/// Parses every file. Items that are broken are reported and hide no other.
///
/// Runs on threads of its own, whose stack is large enough for the deepest nesting that is read.
pub fn parse(sources: &Sources) -> (Vec<Ast<'_>>, Diagnostics) {
    let files: Vec<(FileId, &Source)> = sources.iter().collect();
    let total: usize = files.iter().map(|(_, source)| source.text.len()).sum();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = if total < 256 << 10 { 1 } else { cores.min(files.len()).max(1) };
    let mut asts: Vec<(usize, Ast<'_>, Diagnostics)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|n| {
                let mine = files.iter().enumerate().skip(n).step_by(threads);
                let work = move || {
                    mine.map(|(at, (id, file))| parse_file(at, *id, file)).collect::<Vec<_>>()
                };
                let builder = thread::Builder::new().stack_size(STACK_BYTES);
                builder.spawn_scoped(scope, work).expect("the system can start a thread")
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a parser does not panic"))
            .collect()
    });
    asts.sort_by_key(|(at, _, _)| *at);
    let mut diagnostics = Diagnostics::default();
    let asts = asts.into_iter().map(|(_, ast, found)| {
        diagnostics.extend(found);
        ast
    });
    (asts.collect(), diagnostics)
}

/// Parses one small file, on the caller's own stack.
#[cfg(feature = "postgres")]
pub(crate) fn parse_one(sources: &Sources, file: FileId) -> Ast<'_> {
    parse_file(0, file, sources.get(file)).1
}

fn parse_file(at: usize, file: FileId, source: &Source) -> (usize, Ast<'_>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let regions = regions(file, source, &mut diagnostics);
    let items = regions.into_iter().filter_map(|region| region.item).collect();
    (at, Ast { file, items }, diagnostics)
}

/// A part of a file that holds one item, or what can't be read as one. Only blanks, comments and lone `;` stand
/// between two.
#[derive(Debug)]
pub struct Region<'s> {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
    /// What it holds; `None` where not even its first words say what it should be.
    pub item: Option<Item<'s>>,
}

/// Cuts a file into regions, in order. The stack must have [`STACK_BYTES`].
pub(crate) fn regions<'s>(
    file: FileId,
    source: &'s Source,
    found: &mut Diagnostics,
) -> Vec<Region<'s>> {
    let mut regions = Vec::new();
    for piece in split::split(&source.text) {
        let item = parse_item(file, &source.text, &piece, found);
        regions.push(Region { start: piece.start, end: piece.end, item });
    }
    regions
}

/// Parses one item as the splitter cut it.
fn parse_item<'s>(
    file: FileId,
    text: &'s str,
    piece: &Piece,
    found: &mut Diagnostics,
) -> Option<Item<'s>> {
    let raw = text.get(piece.start as usize..piece.end as usize)?;
    let blanked = if piece.comments { split::blank_comments(raw) } else { Cow::Borrowed(raw) };
    let place = Place { file, offset: piece.start };
    let broken = |text| piece.rule.map(|rule| Item::broken(file, piece.start, text, rule));
    if let Some(diagnostic) = explain::piece(piece, file, text) {
        found.push(diagnostic);
        return broken(blanked);
    }
    let masked = if piece.dollars {
        Cow::Owned(split::mask_dollars(&blanked))
    } else {
        Cow::Borrowed(&*blanked)
    };
    match parse_text(&masked) {
        Ok(pairs) => Some(Item::new(file, piece.start, blanked.clone(), pairs, Vec::new())),
        Err(_) => {
            let (mended, unread) = without_bad_members(&masked, place, found);
            match parse_text(&mended) {
                Ok(pairs) => Some(Item::new(file, piece.start, blanked.clone(), pairs, unread)),
                Err(error) => {
                    // Where members are broken and the rest still can't be read, the members are the cause.
                    if unread.is_empty() {
                        found.push(explain::syntax_error(
                            &masked,
                            place,
                            Rule::item_entry,
                            (piece.keyword - piece.start) as usize,
                            &error,
                        ));
                    }
                    broken(blanked)
                }
            }
        }
    }
}

type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;
type Error = Box<pest::error::Error<Rule>>;

fn parse_text(text: &str) -> Result<Pairs<'_>, Error> {
    Grammar::parse(Rule::item_entry, text).map_err(Box::new)
}

/// Reports each member of the item's block that can't be read, and returns the text with those blanked, and their
/// places.
fn without_bad_members(
    text: &str,
    place: Place,
    found: &mut Diagnostics,
) -> (String, Vec<(u32, u32)>) {
    let mut mended = text.as_bytes().to_vec();
    let mut unread = Vec::new();
    let open = explain::block_of_members(text);
    for (start, end) in open.map(|open| split::members(text, open)).unwrap_or_default() {
        let member = text.get(start..end).unwrap_or("");
        if Grammar::parse(Rule::member_entry, member).is_ok() {
            continue;
        }
        unread.push((place.offset + start as u32, place.offset + end as u32));
        let place = Place { offset: place.offset + start as u32, ..place };
        explain::member(member, place, found);
        for byte in mended.iter_mut().take(end).skip(start).filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    (String::from_utf8(mended).unwrap_or_default(), unread)
}

/// Returns the place of part of an item's text.
fn span_at(place: Place, start: usize, end: usize) -> Span {
    Span { file: place.file, start: place.offset + start as u32, end: place.offset + end as u32 }
}

/// Returns the name that follows the first words of an item that could not be read.
pub(crate) fn name_after_keyword(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    while rest.starts_with("///") || rest.starts_with("#[") {
        rest = rest.split_once('\n')?.1.trim_start();
    }
    let words = keyword::words_of(rest.as_bytes())?;
    for word in words.split(' ') {
        rest = rest.get(word.len()..)?.trim_start();
    }
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '"')))
        .unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}
