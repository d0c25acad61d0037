//! Lints of SQL text: each text is read once, and shown to all of them.
//!
//! # Adding one
//! A file here with its rules and a function `check`, and a line in `RULES` and in `look`.

mod condition;
mod limit;
mod null;
mod policy_call;
mod query;
mod view_star;
mod volatile_check;

use super::cx::Cx;
use crate::compile::Text;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::reader::Form;
use crate::source::Span;
use crate::sql::ast::Expr;
use crate::sql::ast::dml::Statement;
use crate::sql::ast::walk::{Part, walk};
use crate::sql::lex::TextRange;
use crate::sql::{parse_expr, parse_statements};

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[
    &condition::LIKE_WITHOUT_WILDCARD,
    &condition::NOT_IN_QUERY,
    &limit::DISTINCT_ON_WITHOUT_ORDER,
    &limit::LIMIT_WITHOUT_ORDER,
    &limit::ORDER_BY_IN_VIEW,
    &null::COMPARES_WITH_NULL,
    &policy_call::POLICY_CALL_PER_ROW,
    &query::COMMA_JOIN,
    &query::NATURAL_JOIN,
    &query::UNION_DROPS_DUPLICATES,
    &view_star::VIEW_OVER_SELECT_STAR,
    &volatile_check::VOLATILE_CHECK,
];

/// A text and its tree.
pub(super) struct Seen<'t> {
    text: &'t Text,
    /// What the text belongs to; nothing for a query.
    object: Option<&'t Object>,
    tree: Tree,
}

enum Tree {
    Expr(Box<Expr>),
    Statements(Vec<Statement>),
}

impl Seen<'_> {
    /// Shows every part of the text.
    fn each(&self, mut see: impl FnMut(Part<'_>)) {
        match &self.tree {
            Tree::Expr(expr) => walk(Part::Expr(expr), see),
            Tree::Statements(list) => list.iter().for_each(|it| walk(Part::Statement(it), &mut see)),
        }
    }

    /// Returns the place of a part of the text.
    fn place(&self, range: TextRange) -> Span {
        self.text.place(range)
    }

    /// Returns a part of the text.
    fn part(&self, range: TextRange) -> &str {
        range.of(&self.text.sql.text)
    }

    /// Tells whether edits of the text can be made where it stands.
    fn is_exact(&self) -> bool {
        self.text.sql.exact
    }

    fn report(&self, cx: &Cx<'_>, diagnostic: Diagnostic) {
        cx.report_in(self.text.sql.inclusion.as_deref(), diagnostic);
    }
}

pub(super) fn check(cx: &Cx<'_>) {
    for text in &cx.compiled.texts {
        let tree = match text.sql.form {
            Form::Expr => parse_expr(&text.sql.text).ok().map(|it| Tree::Expr(Box::new(it))),
            Form::Statements => {
                let read = parse_statements(&text.sql.text);
                Some(Tree::Statements(read.into_iter().flatten().collect()))
            }
            Form::Value | Form::Opaque => None,
        };
        let Some(tree) = tree else { continue };
        let object = text.at.as_ref().and_then(|at| cx.catalog().get(at)).map(|it| &it.object);
        look(cx, &Seen { text, object, tree });
    }
}

fn look(cx: &Cx<'_>, seen: &Seen<'_>) {
    condition::check(cx, seen);
    limit::check(cx, seen);
    null::check(cx, seen);
    policy_call::check(cx, seen);
    query::check(cx, seen);
    view_star::check(cx, seen);
    volatile_check::check(cx, seen);
}
