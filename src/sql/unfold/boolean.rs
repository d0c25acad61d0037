//! Chains of `AND` and `OR` that are nested on the left, which PostgreSQL reads as one.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many forms of an expression, only some are meant"
)]

use super::array::has_columns;
use super::edit::Piece;
use super::{Manner, Spots};
use crate::sql::ast::{Binary, Expr, ExprKind, Quantified, Quantifier, Quantity, Sense};

/// What joins a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

/// What is written instead of a chain.
type Written = Vec<Piece>;

impl Spots<'_> {
    pub(super) fn chain(&mut self, whole: &Expr) {
        let Some((join, operands)) = chain_of(whole) else { return };
        let Some(first) = operands.first() else { return };
        if self.taken.contains(&whole.range) || chain_of(first).is_none_or(|(it, _)| it != join) {
            return;
        }
        if self.chains == Manner::Person {
            // The whole may be one test, or only what it begins with.
            for part in [whole, first] {
                if let Some(mut pieces) = self.list(part).or_else(|| self.test(part)) {
                    // What `AND` and `OR` join needs no parentheses.
                    if part.range == whole.range && whole.range.start < first.range.start {
                        pieces.insert(0, "(".into());
                        pieces.push(")".into());
                    }
                    self.edits.replace(part.range, pieces);
                    self.take(part);
                    return;
                }
            }
        }
        self.edits.insert(first.range.end, "::boolean".to_owned());
    }

    /// Marks a chain, and those that it begins with, as dealt with.
    fn take(&mut self, part: &Expr) {
        let mut rest = part;
        while let Some((_, operands)) = chain_of(rest) {
            self.taken.insert(rest.range);
            let Some(first) = operands.first() else { break };
            rest = first;
        }
    }

    /// Reads what is compared with each of a list: `IN` makes pairs of what it has and the next one.
    fn list(&self, part: &Expr) -> Option<Written> {
        let (join, _) = chain_of(part)?;
        let leaves = pairs(part, join)?;
        self.distinct(join, &leaves).or_else(|| self.in_list(join, &leaves))
    }

    /// `(a, b, c) IS DISTINCT FROM (d, e, f)`.
    fn distinct(&self, join: Join, leaves: &[&Expr]) -> Option<Written> {
        let sides = leaves.iter().map(|it| match &it.kind {
            ExprKind::Distinct(it) if it.sense == Sense::Plain => Some((&it.left, &it.right)),
            _ => None,
        });
        let sides: Vec<(&Expr, &Expr)> = sides.collect::<Option<_>>()?;
        (join == Join::Or).then(|| rows(&sides, "IS DISTINCT FROM"))
    }

    fn in_list(&self, join: Join, leaves: &[&Expr]) -> Option<Written> {
        let (words, operator) = match join {
            Join::Or => (" IN (", "="),
            Join::And => (" NOT IN (", "<>"),
        };
        let mut values: Vec<&Expr> = Vec::new();
        let mut left: Option<&Expr> = None;
        let mut n_apart = 0;
        for leaf in leaves {
            if let Some(row) = self.row(leaf, operator) {
                return self.row_list(row, leaves, words, operator);
            }
            let of_leaf = match &leaf.kind {
                ExprKind::Binary(it) if self.is(it, operator) => {
                    values.push(&it.right);
                    n_apart += usize::from(!has_columns(&it.right));
                    &it.left
                }
                ExprKind::Quantified(it) if values.is_empty() => {
                    values.extend(constants(self.text, it, operator)?);
                    // There is no place for a constant besides those of the array.
                    n_apart = 1;
                    &it.left
                }
                _ => return None,
            };
            if left.is_some_and(|it| self.of(it) != self.of(of_leaf)) {
                return None;
            }
            left.get_or_insert(of_leaf);
        }
        // Two constants and more would stand in an array.
        let left = left.filter(|it| n_apart < 2 && self.is_atom(it))?;
        let mut pieces = vec![Piece::Kept(left.range), words.into()];
        pieces.extend(listed(values.iter().copied()));
        pieces.push(")".into());
        Some(pieces)
    }

    /// `(a, b) IN ((1, 2), (3, 4), (5, 6))`.
    fn row_list(
        &self,
        first: Vec<(&Expr, &Expr)>,
        leaves: &[&Expr],
        words: &str,
        operator: &str,
    ) -> Option<Written> {
        let mut pieces = row(first.iter().map(|(left, _)| *left));
        pieces.push(words.into());
        for (n, leaf) in leaves.iter().enumerate() {
            let sides = self.row(leaf, operator)?;
            let same = sides.len() == first.len()
                && sides.iter().zip(&first).all(|(a, b)| self.of(a.0) == self.of(b.0));
            if !same {
                return None;
            }
            if 0 < n {
                pieces.push(", ".into());
            }
            pieces.extend(row(sides.iter().map(|(_, right)| *right)));
        }
        pieces.push(")".into());
        Some(pieces)
    }

    /// Reads `((a = 1) AND (b = 2))`, or `((a <> 1) OR (b <> 2))`.
    fn row<'e>(&self, leaf: &'e Expr, operator: &str) -> Option<Vec<(&'e Expr, &'e Expr)>> {
        let (join, operands) = chain_of(leaf)?;
        let fits = (join == Join::And) == (operator == "=");
        let side = |it: &'e Expr| match &it.kind {
            ExprKind::Binary(it) if self.is(it, operator) => Some((&it.left, &it.right)),
            _ => None,
        };
        operands.iter().map(side).collect::<Option<_>>().filter(|_| fits)
    }

    /// Reads what is a test of two bounds or of rows.
    fn test(&self, part: &Expr) -> Option<Written> {
        self.between(part)
            .or_else(|| self.symmetric(part))
            .or_else(|| self.row(part, "=").map(|sides| rows(&sides, "=")))
            .or_else(|| self.row(part, "<>").map(|sides| rows(&sides, "<>")))
    }

    fn between(&self, part: &Expr) -> Option<Written> {
        let (operand, low, high, words) = self.bounds(part)?;
        Some(within(operand, words, low, high))
    }

    /// `a BETWEEN SYMMETRIC 1 AND 2` tries both orders.
    fn symmetric(&self, part: &Expr) -> Option<Written> {
        let (join, operands) = chain_of(part)?;
        let [one, other] = operands else { return None };
        let (operand, low, high, words) = self.bounds(one)?;
        let (operand_again, high_again, low_again, words_again) = self.bounds(other)?;
        let same = self.of(operand) == self.of(operand_again)
            && self.of(low) == self.of(low_again)
            && self.of(high) == self.of(high_again)
            && words == words_again
            && (join == Join::Or) == (words == "BETWEEN");
        same.then(|| within(operand, &format!("{words} SYMMETRIC"), low, high))
    }

    /// Reads `((a >= 1) AND (a <= 2))`, or `((a < 1) OR (a > 2))`.
    fn bounds<'e>(&self, part: &'e Expr) -> Option<(&'e Expr, &'e Expr, &'e Expr, &'static str)> {
        let (join, operands) = chain_of(part)?;
        let [low, high] = operands else { return None };
        let (ExprKind::Binary(low), ExprKind::Binary(high)) = (&low.kind, &high.kind) else {
            return None;
        };
        let (first, second, words) = match join {
            Join::And => (">=", "<=", "BETWEEN"),
            Join::Or => ("<", ">", "NOT BETWEEN"),
        };
        let fits = self.is(low, first)
            && self.is(high, second)
            && self.of(&low.left) == self.of(&high.left)
            && [&low.left, &low.right, &high.right].into_iter().all(|it| self.is_atom(it));
        fits.then_some((&low.left, &low.right, &high.right, words))
    }

    /// Tells whether an operator is this one of PostgreSQL's own.
    fn is(&self, it: &Binary, operator: &str) -> bool {
        it.operator.range.of(self.text) == operator
    }
}

fn chain_of(expr: &Expr) -> Option<(Join, &[Expr])> {
    match &expr.kind {
        ExprKind::And(operands) => Some((Join::And, operands)),
        ExprKind::Or(operands) => Some((Join::Or, operands)),
        _ => None,
    }
}

/// Returns the leaves of pairs that are nested on the left: `((a OR b) OR c)`.
fn pairs(part: &Expr, join: Join) -> Option<Vec<&Expr>> {
    let mut leaves = Vec::new();
    let mut rest = part;
    while let Some((_, operands)) = chain_of(rest).filter(|(it, _)| *it == join) {
        let [first, second] = operands else { return None };
        leaves.push(second);
        rest = first;
    }
    leaves.push(rest);
    leaves.reverse();
    Some(leaves)
}

/// Returns the elements of `a = ANY (ARRAY[1, 2])`, where none depends on a row.
fn constants<'e>(text: &str, it: &'e Quantified, operator: &str) -> Option<&'e [Expr]> {
    let quantifier = if operator == "=" { Quantifier::Any } else { Quantifier::All };
    let Quantity::Array(Expr { kind: ExprKind::Array(elements), .. }) = &it.right else {
        return None;
    };
    let fits = it.operator.range.of(text) == operator
        && it.quantifier == quantifier
        && 1 < elements.len()
        && !elements.iter().any(has_columns);
    fits.then_some(elements)
}

/// `a BETWEEN b AND c`.
fn within(operand: &Expr, words: &str, low: &Expr, high: &Expr) -> Written {
    let words = Piece::New(format!(" {words} "));
    let (operand, low) = (Piece::Kept(operand.range), Piece::Kept(low.range));
    vec![operand, words, low, " AND ".into(), Piece::Kept(high.range)]
}

/// `(a, b) = (c, d)`.
fn rows(sides: &[(&Expr, &Expr)], operator: &str) -> Written {
    let mut pieces = row(sides.iter().map(|(left, _)| *left));
    pieces.push(Piece::New(format!(" {operator} ")));
    pieces.extend(row(sides.iter().map(|(_, right)| *right)));
    pieces
}

fn row<'e>(values: impl Iterator<Item = &'e Expr>) -> Vec<Piece> {
    let mut pieces = vec!["(".into()];
    pieces.extend(listed(values));
    pieces.push(")".into());
    pieces
}

fn listed<'e>(values: impl Iterator<Item = &'e Expr>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for value in values {
        if !pieces.is_empty() {
            pieces.push(", ".into());
        }
        pieces.push(Piece::Kept(value.range));
    }
    pieces
}
