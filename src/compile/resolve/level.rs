//! What an expression sees of the queries around it: which query a column or an aggregate belongs to, and the clause
//! that it stands in there (`parse_agg.c`).
//!
//! A query's level is how many scopes deep it stands. An aggregate belongs to the innermost query whose columns its
//! arguments name, so one in a subquery can be an outer query's.

use super::grouping::Keys;
use super::role::{MISPLACED_AGGREGATE, MISPLACED_SET};
use super::scope::{Scope, Var};
use super::text::Resolver;
use crate::sql::builtin::functions::FunctionKind;
use crate::sql::lex::TextRange;

/// A part of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    From,
    JoinOn,
    Where,
    GroupBy,
    Having,
    /// `PARTITION BY` and `ORDER BY` of a window.
    Window,
    Frame,
    Limit,
    Values,
    Set,
    Returning,
    Filter,
    MergeWhen,
}

impl Clause {
    fn words(self) -> &'static str {
        match self {
            Clause::From => "`from`",
            Clause::JoinOn => "the condition of a join",
            Clause::Where => "`where`",
            Clause::GroupBy => "`group by`",
            Clause::Having => "`having`",
            Clause::Window => "a window",
            Clause::Frame => "the frame of a window",
            Clause::Limit => "`limit`",
            Clause::Values => "`values`",
            Clause::Set => "`set`",
            Clause::Returning => "`returning`",
            Clause::Filter => "`filter`",
            Clause::MergeWhen => "the condition of `when`",
        }
    }

    fn takes_aggregates(self) -> bool {
        matches!(self, Clause::Having | Clause::Window)
    }

    fn takes_sets(self) -> bool {
        matches!(
            self,
            Clause::From | Clause::GroupBy | Clause::Window | Clause::Values | Clause::MergeWhen
        )
    }
}

/// A column that an expression names.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) level: usize,
    pub(super) var: Var,
    pub(super) range: TextRange,
}

/// What has been seen of the queries that are being resolved.
#[derive(Debug, Default)]
pub(super) struct Trace {
    references: Vec<Reference>,
    /// The levels of the aggregates that were called.
    aggregates: Vec<usize>,
    /// Those of the window functions.
    windows: Vec<usize>,
    clauses: Vec<(usize, Clause)>,
    /// The group keys of the queries around, outermost first.
    pub(super) keys: Vec<Keys>,
}

/// How far the trace was at some time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    references: usize,
    aggregates: usize,
    windows: usize,
}

impl Trace {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            references: self.references.len(),
            aggregates: self.aggregates.len(),
            windows: self.windows.len(),
        }
    }

    /// Notes a column.
    pub(super) fn refers(&mut self, level: usize, var: Var, range: TextRange) {
        self.references.push(Reference { level, var, range });
    }

    /// Returns the columns of a level named since a mark.
    pub(super) fn since(&self, mark: Mark, level: usize) -> impl Iterator<Item = &Reference> {
        let named = self.references.get(mark.references..).unwrap_or_default();
        named.iter().filter(move |it| it.level == level)
    }

    /// Forgets the columns of a level named since a mark: they are grouped, or not to be.
    pub(super) fn forget(&mut self, mark: Mark, level: usize) {
        self.retain(mark, |it| it.level != level);
    }

    /// Forgets all columns since a mark.
    pub(super) fn forget_all(&mut self, mark: Mark) {
        self.references.truncate(mark.references);
    }

    fn retain(&mut self, mark: Mark, keep: impl Fn(&Reference) -> bool) {
        let mut n = 0;
        self.references.retain(|it| {
            n += 1;
            n <= mark.references || keep(it)
        });
    }

    /// Makes the last row that was named a column of it: `(row).column`.
    pub(super) fn narrow(&mut self, mark: Mark, column: &str) {
        if let Some(last) = self.references.get_mut(mark.references..).and_then(|it| it.last_mut())
            && last.var.column.is_none()
        {
            last.var.column = Some(column.into());
        }
    }

    /// Tells whether an aggregate of a level was called since a mark.
    pub(super) fn has_aggregate(&self, mark: Mark, level: usize) -> bool {
        let called = self.aggregates.get(mark.aggregates..).unwrap_or_default();
        called.contains(&level)
    }

    /// Tells whether a window function of a level was called since a mark.
    pub(super) fn has_window(&self, mark: Mark, level: usize) -> bool {
        let called = self.windows.get(mark.windows..).unwrap_or_default();
        called.contains(&level)
    }

    /// Forgets what a query of a level and those in it did.
    pub(super) fn leave(&mut self, mark: Mark, level: usize) {
        self.retain(mark, |it| it.level < level);
        for (list, start) in
            [(&mut self.aggregates, mark.aggregates), (&mut self.windows, mark.windows)]
        {
            let rest = list.split_off(start.min(list.len()));
            list.extend(rest.into_iter().filter(|it| *it < level));
        }
    }

    fn clause(&self, level: usize) -> Option<Clause> {
        self.clauses.iter().rev().find(|(it, _)| *it == level).map(|(_, clause)| *clause)
    }

    /// The innermost level that is named since a mark, not deeper than the one at hand.
    fn level_since(&self, mark: Mark, at_hand: usize) -> usize {
        let named = self.references.get(mark.references..).unwrap_or_default();
        let called = self.aggregates.get(mark.aggregates..).unwrap_or_default();
        let levels = named.iter().map(|it| it.level).chain(called.iter().copied());
        levels.filter(|level| *level <= at_hand).max().unwrap_or(at_hand)
    }
}

impl Resolver<'_, '_> {
    /// Resolves a part of a query.
    pub(super) fn within<T>(
        &mut self,
        clause: Clause,
        scope: &Scope<'_>,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.trace.clauses.push((scope.level(), clause));
        let result = run(self);
        self.trace.clauses.pop();
        result
    }

    /// Notes an aggregate whose arguments were named since a mark, and reports one that can't stand where it does.
    pub(super) fn aggregates(&mut self, mark: Mark, range: TextRange, scope: &Scope<'_>) {
        if self.n_queries == 0 {
            return;
        }
        let level = self.trace.level_since(mark, scope.level());
        let clause = self.trace.clause(level).filter(|it| !it.takes_aggregates());
        if let Some(clause) = clause {
            let help = match clause {
                Clause::Where => "write the condition after `having`",
                _ => "compute it in a query of its own",
            };
            let message = format!("{} can't call an aggregate", clause.words());
            self.report(&MISPLACED_AGGREGATE, message, range, "here", Some(help.to_owned()));
            self.trace.forget(mark, level);
            return;
        }
        if self.trace.has_aggregate(mark, level) {
            self.nested("an aggregate can't take an aggregate", range);
        } else if self.trace.has_window(mark, level) {
            self.nested("an aggregate can't take a window function", range);
        }
        self.trace.forget(mark, level);
        self.trace.aggregates.push(level);
    }

    /// Notes a window function, and reports one that can't stand where it does.
    pub(super) fn windows(&mut self, mark: Mark, range: TextRange, scope: &Scope<'_>) {
        if self.n_queries == 0 {
            return;
        }
        let level = scope.level();
        if let Some(clause) = self.trace.clause(level) {
            let message = format!("{} can't call a window function", clause.words());
            let help = "compute it in a query of its own, and use its result".to_owned();
            self.report(&MISPLACED_AGGREGATE, message, range, "here", Some(help));
            return;
        }
        if self.trace.has_window(mark, level) {
            self.nested("a window function can't take a window function", range);
        }
        self.trace.windows.push(level);
    }

    fn nested(&self, message: &str, range: TextRange) {
        let help = "compute the inner one in a query of its own".to_owned();
        self.report(&MISPLACED_AGGREGATE, message.to_owned(), range, "here", Some(help));
    }

    /// Reports a function that returns a set where a query takes none.
    pub(super) fn check_set(&self, kind: FunctionKind, range: TextRange, scope: &Scope<'_>) {
        if self.n_queries == 0 || kind != FunctionKind::Function {
            return;
        }
        let Some(clause) = self.trace.clause(scope.level()).filter(|it| !it.takes_sets()) else {
            return;
        };
        let message = format!("{} can't call a function that returns a set", clause.words());
        let help = "call it in `from`".to_owned();
        self.report(&MISPLACED_SET, message, range, "this returns a set", Some(help));
    }
}
