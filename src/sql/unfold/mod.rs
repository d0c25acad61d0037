//! Texts of PostgreSQL's that it reads as something else, written so that it does not.
//!
//! PostgreSQL shows an expression by its tree, and reads what it shows as the same tree nearly always. There are
//! three exceptions, so that a table made from the text of another shows another text:
//!
//! - **Chains of `AND` and `OR` that are nested on the left.** `a BETWEEN 1 AND 2 AND b` is shown as
//!   `(((a >= 1) AND (a <= 2)) AND b)`, and read as one chain of three (`makeAndExpr` in `gram.y`). `NOT BETWEEN`,
//!   rows that are compared, and `IN` with columns in its list give such chains, too.
//! - **Casts of `ARRAY[…]` to another type of array.** `a IN ('x', 'y')` on a `varchar` is shown as
//!   `((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))`, and the cast is then read
//!   as one of each element (`transformTypeCast` in `parse_expr.c`).
//!
//! - **Columns without a name.** In a query that is an operand, PostgreSQL leaves out the name `?column?`, and shows
//!   `SELECT 'x'` as `SELECT 'x'::text`, whose column is named `text` when it is read.
//!
//! What it shows of `CYCLE … SET … TO 'y' DEFAULT 'n'` it does not read at all, as it stands there with casts.
//!
//! [`candidates`] gives texts that are read as the tree which is shown so. The first is what a person is likely to have
//! written; where that depends on types that the text does not tell, only a server can say whether it is right. The last
//! one is right for sure, but for an array of nothing but columns of one length, in a way that a person would not write:
//! `(… AND …)::boolean` and `ARRAY[…]::anyarray` change nothing (a cast to a polymorphic type takes any value of its sort
//! as it is), but PostgreSQL does not look through them.
//!
//! Known of PostgreSQL 14 to 18; `tests/unfold.rs` tries 1,272 texts on real servers.

mod array;
mod boolean;
mod cycle;
mod edit;
mod name;

use rustc_hash::FxHashSet;

use crate::sql::ast::walk::{Part, walk};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TextRange;
use crate::sql::{parse_expr, parse_statement};
use edit::Edits;

/// How what is no fixpoint is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// As a person would.
    Person,
    /// With the casts that are there, but for those that PostgreSQL makes by itself again.
    Implicit,
    /// So that it can be read in one way only.
    Exact,
}

/// What is looked for in a tree.
struct Spots<'t> {
    text: &'t str,
    arrays: Manner,
    chains: Manner,
    edits: Edits,
    /// Parts that were dealt with together with what is around them.
    taken: FxHashSet<TextRange>,
    /// Values that become of the type which their surroundings want, without a cast that is written.
    cast_anyway: FxHashSet<TextRange>,
}

/// The manners that are tried, of arrays and of chains: the best one first.
const TRIALS: [(Manner, Manner); 6] = [
    (Manner::Person, Manner::Person),
    (Manner::Implicit, Manner::Person),
    (Manner::Exact, Manner::Person),
    (Manner::Person, Manner::Exact),
    (Manner::Implicit, Manner::Exact),
    (Manner::Exact, Manner::Exact),
];

/// Returns texts that PostgreSQL would show as this one, which it shows, the best first; none where it reads the text
/// itself as the tree that it shows.
///
/// The text is an expression or a statement as the deparsing functions write it, such as `pg_get_expr` and
/// `pg_get_viewdef`. What can't be read has no candidates. O(n).
pub fn candidates(text: &str) -> Vec<String> {
    if !may_differ(text) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    if let Ok(tree) = parse_expr(text) {
        gather(text, Part::Expr(&tree), |it| parse_expr(it).is_ok(), &mut found);
    } else if let Ok(tree) = parse_statement(text) {
        gather(text, Part::Statement(&tree), |it| parse_statement(it).is_ok(), &mut found);
    }
    found
}

/// Tells whether it is worth while to read a text: most have neither a chain in parentheses nor a cast of
/// an array nor a query.
fn may_differ(text: &str) -> bool {
    ["])::", ") AND ", ") OR ", "SELECT", "RETURNING"].iter().any(|it| text.contains(it))
}

fn gather(text: &str, tree: Part<'_>, is_sql: impl Fn(&str) -> bool, found: &mut Vec<String>) {
    for (arrays, chains) in TRIALS {
        let mut spots = Spots {
            text,
            arrays,
            chains,
            edits: Edits::default(),
            taken: FxHashSet::default(),
            cast_anyway: FxHashSet::default(),
        };
        walk(tree, |part| match part {
            Part::Expr(it) => spots.see(it),
            Part::Query(it) => spots.query(it),
            Part::Statement(it) => spots.statement(it),
            Part::From(_) => {}
        });
        let new = spots.edits.apply(text);
        if new != text && !found.contains(&new) && is_sql(&new) {
            found.push(new);
        }
    }
}

impl Spots<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "of the many sorts of expression, these matter"
    )]
    fn see(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) => self.chain(expr),
            ExprKind::Quantified(it) => self.quantified(expr, it),
            ExprKind::Cast(it) => self.cast(expr, it),
            ExprKind::Call(it) => self.call(it),
            ExprKind::Binary(it) => self.operator(it),
            _ => {}
        }
    }

    fn of(&self, expr: &Expr) -> &str {
        expr.range.of(self.text)
    }

    /// Tells whether something can stand beside any operator without parentheses.
    fn is_atom(&self, expr: &Expr) -> bool {
        use ExprKind::*;
        let joined = matches!(
            &expr.kind,
            And(_)
                | Or(_)
                | Not(_)
                | Unary(_)
                | Binary(_)
                | Quantified(_)
                | Is(_)
                | Distinct(_)
                | Between(_)
                | In(_)
                | Like(_)
                | Collate(_)
        );
        !joined || self.of(expr).starts_with('(')
    }
}

#[cfg(test)]
mod tests;
