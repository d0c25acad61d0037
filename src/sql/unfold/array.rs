//! Casts of `ARRAY[…]`, which PostgreSQL reads as casts of the elements.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many forms of an expression, only some are meant"
)]

use super::edit::Piece;
use super::{Manner, Spots};
use crate::sql::ast::call::Call;
use crate::sql::ast::walk::{Part, walk};
use crate::sql::ast::{Binary, Cast, Expr, ExprKind, Quantified, Quantifier, Quantity};
use crate::sql::lex::TextRange;

/// An array that is cast to another type of array.
struct Array<'t> {
    elements: &'t [Expr],
    /// From `ARRAY` to the last bracket.
    range: TextRange,
    /// What they are cast to.
    to: &'t str,
    /// The type of all elements, where it has a length or the like: the array has it, too, and is then not taken for any.
    modified: Option<&'t str>,
}

impl Spots<'_> {
    /// Sees `a = ANY (…)`: the operator does the cast again by itself.
    pub(super) fn quantified(&mut self, whole: &Expr, it: &Quantified) {
        let Quantity::Array(right) = &it.right else { return };
        let ExprKind::Cast(cast) = &right.kind else { return };
        let Some(array) = array(self.text, cast) else { return };
        if self.arrays == Manner::Exact {
            return;
        }
        self.taken.insert(right.range);
        let list = in_list(self.text, it, &array).filter(|_| self.arrays == Manner::Person);
        if let Some((left, words)) = list {
            self.write_in(whole, left, words, &array);
        } else {
            let pieces = vec!["(".into(), Piece::Kept(array.range), ")".into()];
            self.edits.replace(right.range, pieces);
        }
    }

    fn write_in(&mut self, whole: &Expr, left: TextRange, words: &str, array: &Array<'_>) {
        let in_parentheses = whole.range.start < left_of(whole).start;
        let (open, close) = if in_parentheses { ("(", "))") } else { ("", ")") };
        let mut pieces = vec![open.into(), Piece::Kept(left), words.into()];
        for (n, element) in array.elements.iter().enumerate() {
            if 0 < n {
                pieces.push(", ".into());
            }
            pieces.push(Piece::Kept(literal(self.text, element).unwrap_or(element.range)));
        }
        pieces.push(close.into());
        self.edits.replace(whole.range, pieces);
    }

    /// Sees a call: what it is given is cast to what it takes.
    pub(super) fn call(&mut self, it: &Call) {
        self.cast_anyway.extend(it.args.iter().map(|it| it.value.range));
    }

    /// Sees an operator: those of `jsonb` take paths as `text[]`, while those of arrays want both sides of one type.
    pub(super) fn operator(&mut self, it: &Binary) {
        if it.operator.name.starts_with(['?', '#', '-']) {
            self.cast_anyway.insert(it.right.range);
        }
    }

    /// Sees a cast anywhere else.
    pub(super) fn cast(&mut self, whole: &Expr, it: &Cast) {
        let Some(array) = array(self.text, it) else { return };
        if self.taken.contains(&whole.range) {
            return;
        }
        if self.arrays == Manner::Person && self.cast_anyway.contains(&whole.range) {
            self.edits.replace(whole.range, vec![Piece::Kept(array.range)]);
        } else {
            let ty = array.modified.map_or("anyarray".to_owned(), |it| format!("{it}[]"));
            self.edits.insert(array.range.end, format!("::{ty}"));
        }
    }
}

/// Looks at what is cast: PostgreSQL writes `(ARRAY[…])::text[]`, and `ARRAY[]::text[]` for an empty one, which it reads
/// as it is.
fn array<'t>(text: &'t str, cast: &'t Cast) -> Option<Array<'t>> {
    let ExprKind::Array(elements) = &cast.operand.kind else { return None };
    let last = elements.last()?;
    let to = cast.ty.range.of(text);
    let to = to.get(..to.find('[')?)?;
    let range = cast.operand.range;
    let start = range.start + u32::try_from(range.of(text).find(|c| c != '(')?).ok()?;
    let bracket = text.get(last.range.end as usize..)?.find(']')?;
    let end = last.range.end + u32::try_from(bracket + 1).ok()?;
    let range = TextRange::new(start, end);
    (start != cast.operand.range.start).then(|| Array {
        elements,
        range,
        to,
        modified: modified(text, elements),
    })
}

/// Returns where a comparison with its parentheses begins without them.
fn left_of(whole: &Expr) -> TextRange {
    match &whole.kind {
        ExprKind::Quantified(it) => it.left.range,
        _ => whole.range,
    }
}

fn modified<'t>(text: &'t str, elements: &'t [Expr]) -> Option<&'t str> {
    let ty = |it: &'t Expr| match &it.kind {
        ExprKind::Cast(it) if !it.ty.modifiers.is_empty() => Some(it.ty.range.of(text)),
        _ => None,
    };
    let first = ty(elements.first()?)?;
    elements.iter().all(|it| ty(it) == Some(first)).then_some(first)
}

/// Returns the operand and the words of `a IN (…)`, where that is what gives such a text: `varchar` has no operators of
/// its own, so both sides become `text`.
fn in_list(text: &str, it: &Quantified, array: &Array<'_>) -> Option<(TextRange, &'static str)> {
    let words = match (it.operator.range.of(text), it.quantifier) {
        ("=", Quantifier::Any) => " IN (",
        ("<>", Quantifier::All) => " NOT IN (",
        _ => return None,
    };
    let ExprKind::Cast(left) = &it.left.kind else { return None };
    let is_text = left.ty.range.of(text) == "text" && array.to == "text";
    let is_varchar = array.elements.iter().any(|it| literal(text, it).is_some());
    let is_constant = array.elements.iter().all(|it| !has_columns(it));
    // Without its cast a constant would be of no type.
    let is_typed = !matches!(left.operand.kind, ExprKind::String(_) | ExprKind::Null);
    let fits = is_text && is_typed && is_varchar && is_constant && 1 < array.elements.len();
    fits.then(|| (without_parentheses(&left.operand), words))
}

/// Tells whether a value depends on a row: `IN` then compares it on its own.
pub(super) fn has_columns(expr: &Expr) -> bool {
    let mut found = false;
    walk(Part::Expr(expr), |part| {
        let is_column = |it: &Expr| matches!(it.kind, ExprKind::Column(_));
        found |= match part {
            Part::Expr(it) => is_column(it),
            Part::Query(_) | Part::From(_) | Part::Statement(_) => true,
        };
    });
    found
}

/// Returns the range of a column without the parentheses that a cast wants, and of all else as it is.
fn without_parentheses(expr: &Expr) -> TextRange {
    match &expr.kind {
        ExprKind::Column(path) => path.range(),
        _ => expr.range,
    }
}

/// Returns the range of a constant that needs no cast in a list of `varchar`.
fn literal(text: &str, element: &Expr) -> Option<TextRange> {
    let ExprKind::Cast(cast) = &element.kind else { return None };
    let plain = cast.ty.range.of(text) == "character varying";
    let is_literal = matches!(cast.operand.kind, ExprKind::String(_) | ExprKind::Null);
    (plain && is_literal).then_some(cast.operand.range)
}
