//! The shape of tables: how many columns, in which order, with which comments.

use super::cx::Cx;
use super::relation::Relation;
use super::written_type::base;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::address::{Address, Kind};
use crate::object::column::Column;
use crate::sql::builtin::postgresql;

rule!(MANY_COLUMNS, Warning, "many-columns");
rule!(WASTED_PADDING, Note, Off, "wasted-padding");
rule!(MISSING_COMMENT, Note, Off, "missing-comment");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[&MANY_COLUMNS, &WASTED_PADDING, &MISSING_COMMENT];

/// From how many columns on a table is called wide.
const MANY: usize = 100;

/// From how many bytes a row on their waste is reported.
const MUCH: usize = 8;

/// The kinds whose meaning a comment says.
const COMMENTED: [Kind; 8] = [
    Kind::Table,
    Kind::View,
    Kind::MaterializedView,
    Kind::EnumType,
    Kind::Domain,
    Kind::CompositeType,
    Kind::Routine,
    Kind::ForeignTable,
];

pub(super) fn check(cx: &Cx<'_>) {
    let padding = cx.is_on(&WASTED_PADDING);
    for relation in &cx.relations {
        let n_columns = relation.table.columns.len();
        if MANY < n_columns {
            let message = format!("`{}` has {n_columns} columns", relation.at.name);
            let diagnostic = Diagnostic::new(&MANY_COLUMNS, message)
                .label(relation.origin.place.name, "each change of a row writes all of them anew")
                .help("move what is seldom read or changed to a table of its own");
            cx.report(&relation.origin.place, diagnostic);
        }
        if padding {
            wasted_padding(cx, relation);
        }
    }
    if cx.is_on(&MISSING_COMMENT) {
        for at in COMMENTED.into_iter().flat_map(|kind| cx.catalog().of(kind)).map(|(at, _)| at) {
            missing_comment(cx, at);
        }
    }
}

/// Bytes that lie idle between columns of fixed length, up to the first whose length varies or that can be NULL.
fn wasted_padding(cx: &Cx<'_>, relation: &Relation<'_>) {
    let columns = relation.table.columns.iter();
    let sizes: Vec<(usize, usize)> = columns
        .take_while(|it| relation.refuses_null(&it.name))
        .map_while(|it| size_and_alignment(cx, it))
        .collect();
    let end = |sizes: &[(usize, usize)]| {
        sizes.iter().fold(0, |end: usize, (size, alignment)| end.next_multiple_of(*alignment) + size)
    };
    let mut sorted = sizes.clone();
    sorted.sort_by_key(|(_, alignment)| std::cmp::Reverse(*alignment));
    let wasted = end(&sizes).saturating_sub(end(&sorted));
    if wasted < MUCH {
        return;
    }
    let message = format!("{wasted} bytes of each row of `{}` are padding", relation.at.name);
    let diagnostic = Diagnostic::new(&WASTED_PADDING, message)
        .label(relation.origin.place.name, "small columns stand between large ones")
        .help("declare columns of eight bytes first, then those of four, two and one");
    cx.report(&relation.origin.place, diagnostic);
}

/// Returns the bytes of a column's values and what their place is a multiple of (`pg_type.typlen`, `typalign`).
fn size_and_alignment(cx: &Cx<'_>, column: &Column) -> Option<(usize, usize)> {
    let ty = base(cx.catalog(), &column.ty);
    if !ty.is_builtin() || ty.dimensions != 0 {
        return None;
    }
    let size = usize::try_from(postgresql().type_named(&ty.name)?.length).ok()?;
    let alignment = match (ty.name.as_str(), size) {
        ("uuid" | "name", _) => 1,
        (_, 1 | 2 | 4 | 8) => size,
        (_, 6) => if ty.name == "tid" { 2 } else { 4 },
        _ => 8,
    };
    Some((size, alignment))
}

fn missing_comment(cx: &Cx<'_>, at: &Address) {
    let is_partition = cx.relation(&at.relation()).is_some_and(|it| it.table.partition_of.is_some());
    let comment = cx.comment(at);
    let Some(place) = cx.place(at).filter(|_| comment.is_none() && !is_partition) else { return };
    let word = at.kind.word();
    let diagnostic = Diagnostic::new(&MISSING_COMMENT, format!("nothing says what this {word} is"))
        .label(place.name, "no comment")
        .help("write a line `/// …` before it");
    cx.report(place, diagnostic);
}
