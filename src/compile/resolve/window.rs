//! Calls of aggregates and window functions: where they can stand, and the windows they are computed over (manual 4.2.7
//! and 4.2.8).

use super::functions::{Candidate, Choice, Functions};
use super::level::{Clause, Mark};
use super::scope::Scope;
use super::text::Resolver;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Rule, did_you_mean};
use crate::object::address::Name;
use crate::sql::ast::call::{Call, CallQuantity, Frame, FrameBound, Over, Window};
use crate::sql::ast::{Expr, Ident};
use crate::sql::builtin::functions::FunctionKind;
use crate::sql::lex::TextRange;

rule!(UNKNOWN_WINDOW, Error, "unknown-window");
rule!(NOT_AN_AGGREGATE, Error, "not-an-aggregate");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&UNKNOWN_WINDOW, &NOT_AN_AGGREGATE];

impl Resolver<'_, '_> {
    /// Notes whether a call is that of an aggregate or window function, and reports one that can't stand where it does.
    pub(super) fn note_kind(
        &mut self,
        call: &Call,
        functions: &Functions,
        choice: &Choice,
        mark: Mark,
        range: TextRange,
        scope: &Scope<'_>,
    ) {
        let chosen = match choice {
            Choice::One(n, _) => functions.list.get(*n),
            Choice::Cast(_) => return,
            Choice::None | Choice::Ambiguous | Choice::Unsure => None,
        };
        let is_aggregate = |it: &Candidate| {
            matches!(
                it.kind,
                FunctionKind::Aggregate
                    | FunctionKind::OrderedSet { .. }
                    | FunctionKind::HypotheticalSet { .. }
            )
        };
        let place = call.function.range();
        let place = if place.is_empty() { range } else { place };
        let each = || chosen.map_or(functions.list.as_slice(), std::slice::from_ref).iter();
        if call.over.is_some() {
            self.windows(mark, place, scope);
        } else if each().all(is_aggregate) && !functions.open {
            self.aggregates(mark, place, scope);
        } else if each().any(is_aggregate) || functions.open && chosen.is_none() {
            // It may be an aggregate: nothing is said of its arguments.
            self.trace.forget_all(mark);
        }
        if let Some(it) = chosen {
            self.check_forms(call, it.kind, place);
        }
        if let Some(it) = chosen.filter(|it| it.returns_set && call.over.is_none()) {
            self.check_set(it.kind, place, scope);
        }
    }

    /// What only aggregates and window functions take, and what those can't do without (`ParseFuncOrColumn`).
    fn check_forms(&self, call: &Call, kind: FunctionKind, range: TextRange) {
        let given = [
            (call.over.is_some(), "`over`"),
            (call.filter.is_some(), "`filter`"),
            (!call.within_group.is_empty(), "`within group`"),
            (!call.order_by.is_empty(), "`order by`"),
            (call.quantity == CallQuantity::Distinct, "`distinct`"),
            (call.quantity == CallQuantity::Star, "`*`"),
        ];
        let first = given.iter().find(|(given, _)| *given).map(|(_, word)| *word);
        let (message, help) = match (kind, first) {
            (FunctionKind::Function, Some(word)) => (
                format!("{word} belongs to an aggregate, and this is a plain function"),
                format!("delete {word}"),
            ),
            (FunctionKind::Window, _) if call.over.is_none() => (
                "a window function needs a window".to_owned(),
                "add `over (…)` after it".to_owned(),
            ),
            (FunctionKind::Procedure, _) => (
                "a procedure can't be called in an expression".to_owned(),
                "declare it as a function".to_owned(),
            ),
            _ => return,
        };
        self.report(&NOT_AN_AGGREGATE, message, range, "called here", Some(help));
    }

    /// Resolves the condition of `filter`.
    pub(super) fn filter(&mut self, condition: &Expr, scope: &Scope<'_>) {
        self.clause(Clause::Filter, condition, "the condition of `filter`", scope);
    }

    /// Resolves the expressions of a window.
    pub(super) fn over(&mut self, over: &Over, scope: &Scope<'_>) {
        match over {
            Over::Window(window) => self.window(window, scope),
            Over::Name(name) => self.check_window(name, scope),
        }
    }

    /// A window that is named is one of the query's own.
    fn check_window(&self, name: &Ident, scope: &Scope<'_>) {
        let Some(keys) = self.trace.keys.last().filter(|it| it.level == scope.level()) else {
            return;
        };
        if !keys.windows.contains(&name.name) {
            let message = format!("the query has no window `{}`", name.name);
            let help = did_you_mean(&name.name, keys.windows.iter().map(Name::as_str))
                .unwrap_or_else(|| format!("add `window {} as (…)` after `from`", name.name));
            self.report(&UNKNOWN_WINDOW, message, name.range, "named here", Some(help));
        }
    }

    pub(super) fn window(&mut self, window: &Window, scope: &Scope<'_>) {
        window.base.iter().for_each(|it| self.check_window(it, scope));
        self.within(Clause::Window, scope, |this| {
            window.partition_by.iter().for_each(|it| drop(this.expr(it, scope)));
            window.order_by.iter().for_each(|key| this.sort_key(key, scope));
        });
        let Some(Frame { start, end, .. }) = &window.frame else { return };
        for bound in std::iter::once(start).chain(end) {
            match bound {
                FrameBound::Preceding(expr) | FrameBound::Following(expr) => {
                    drop(self.within(Clause::Frame, scope, |this| this.expr(expr, scope)))
                }
                FrameBound::UnboundedPreceding
                | FrameBound::UnboundedFollowing
                | FrameBound::CurrentRow => {}
            }
        }
    }
}
