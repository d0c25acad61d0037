//! Joins and unions that say less than they mean.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::lint::cx::Cx;
use crate::sql::ast::query::{
    Duplicates, FromItem, FromSource, JoinCondition, Lateral, QueryBody, Select, SetOperation,
    SetOperator,
};
use crate::sql::ast::walk::Part;
use crate::sql::lex::TextRange;

rule!(COMMA_JOIN, Warning, Off, "comma-join");
rule!(NATURAL_JOIN, Warning, Off, "natural-join");
rule!(UNION_DROPS_DUPLICATES, Warning, Off, "union-drops-duplicates");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    seen.each(|part| match part {
        Part::From(item) => natural(cx, seen, item),
        Part::Query(query) => match &query.body {
            QueryBody::Select(select) => commas(cx, seen, select),
            QueryBody::SetOperation(it) => union(cx, seen, it),
            QueryBody::Values(_) | QueryBody::Table(_) | QueryBody::Nested(_) => {}
        },
        Part::Expr(_) | Part::Statement(_) => {}
    });
}

fn natural(cx: &Cx<'_>, seen: &Seen<'_>, item: &FromItem) {
    let FromSource::Join(join) = &item.source else { return };
    if join.condition != JoinCondition::Natural {
        return;
    }
    let diagnostic = Diagnostic::new(
        &NATURAL_JOIN,
        "a natural join compares every column of the same name",
    )
    .label(seen.place(join.right.range), "one more column of the same name changes what it joins")
    .help("write `join … using (…)`");
    seen.report(cx, diagnostic);
}

fn commas(cx: &Cx<'_>, seen: &Seen<'_>, select: &Select) {
    let is_table = |item: &&FromItem| {
        item.lateral == Lateral::No
            && matches!(item.source, FromSource::Table(..) | FromSource::Query(_))
    };
    let Some(second) = select.from.iter().skip(1).find(is_table) else { return };
    let diagnostic = Diagnostic::new(&COMMA_JOIN, "a comma joins every row with every row")
        .label(seen.place(second.range), "what they have in common is left to `where`")
        .help("write `join … on …`, or `cross join` where all pairs are wanted");
    seen.report(cx, diagnostic);
}

fn union(cx: &Cx<'_>, seen: &Seen<'_>, it: &SetOperation) {
    if it.operator != SetOperator::Union || it.duplicates != Duplicates::Removed {
        return;
    }
    let between = TextRange::new(it.left.range.end, it.right.range.start);
    let text = seen.part(between).to_ascii_lowercase();
    let at = text.find("union").map_or(between, |at| {
        let start = between.start + at as u32;
        TextRange::new(start, start + 5)
    });
    let diagnostic =
        Diagnostic::new(&UNION_DROPS_DUPLICATES, "`union` compares all rows to drop what is double")
            .label(seen.place(at), "sorted or hashed, also where no row can be double")
            .help("write `union all`, or say `union distinct` where rows can be double");
    seen.report(cx, diagnostic);
}
