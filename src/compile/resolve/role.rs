//! What a text is to its object, and what PostgreSQL refuses in it for that (`check_agglevels_and_constraints`,
//! `transformSubLink`, `check_srf_call_placement`).

use super::text::Resolver;
use crate::compile::read::Read;
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::constraint::Demand;
use crate::object::reader::{Form, SqlText};
use crate::object::routine::Body;
use crate::sql::builtin::functions::FunctionKind;
use crate::sql::expr::Expr;
use crate::sql::lex::TextRange;

rule!(MISPLACED_SUBQUERY, Error, "misplaced-subquery");
rule!(MISPLACED_AGGREGATE, Error, "misplaced-aggregate");
rule!(MISPLACED_SET, Error, "misplaced-set-function");
rule!(NOT_IMMUTABLE, Error, "not-immutable");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] =
    &[&MISPLACED_SUBQUERY, &MISPLACED_AGGREGATE, &MISPLACED_SET, &NOT_IMMUTABLE];

/// What a text is to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Default,
    ParameterDefault,
    Generated,
    Check,
    DomainCheck,
    IndexKey,
    IndexPredicate,
    PartitionKey,
    PartitionBound,
    Statistics,
    Policy,
    TriggerWhen,
    PublicationWhere,
    RuleWhere,
    RuleCommand,
    View,
    /// The body of a routine that PostgreSQL reads when it is made.
    Body,
    /// The body of a routine as text.
    TextBody,
    Query,
    Opaque,
}

impl Role {
    /// Tells what a text is to its object.
    pub(super) fn of(owner: Option<&Read>, text: &SqlText) -> Role {
        if text.form == Form::Opaque {
            return Role::Opaque;
        }
        let Some(owner) = owner else { return Role::Query };
        let is = |expr: &Option<Expr>| expr.as_ref().is_some_and(|it| *it == Expr::new(&text.text));
        match &owner.entry.object {
            Object::Table(_) | Object::ForeignTable(_) => {
                match (text.column.is_some(), text.form) {
                    (true, Form::Value) => Role::Default,
                    (true, _) => Role::Generated,
                    (false, Form::Value) => Role::PartitionBound,
                    (false, _) => Role::PartitionKey,
                }
            }
            Object::View(_) | Object::MaterializedView(_) if text.form == Form::Value => {
                Role::Default
            }
            Object::View(_) | Object::MaterializedView(_) => Role::View,
            Object::Domain(_) if text.form == Form::Value => Role::Default,
            Object::Domain(_) => Role::DomainCheck,
            Object::Constraint(it) => match &it.demand {
                Demand::Exclusion(exclusion) if is(&exclusion.predicate) => Role::IndexPredicate,
                Demand::Exclusion(_) => Role::IndexKey,
                Demand::Check { .. } | Demand::PrimaryKey(_) | Demand::Unique(_) => Role::Check,
            },
            Object::Index(index) if is(&index.predicate) => Role::IndexPredicate,
            Object::Index(_) => Role::IndexKey,
            Object::Statistics(_) => Role::Statistics,
            Object::Policy(_) => Role::Policy,
            Object::Trigger(_) => Role::TriggerWhen,
            Object::Publication(_) => Role::PublicationWhere,
            Object::Rule(_) if text.form == Form::Statements => Role::RuleCommand,
            Object::Rule(_) => Role::RuleWhere,
            Object::Routine(routine) => match (&routine.body, text.form) {
                (_, Form::Value) => Role::ParameterDefault,
                (Body::Text(_), _) => Role::TextBody,
                _ => Role::Body,
            },
            _ => Role::Opaque,
        }
    }

    /// What it is called in a message; `None` for texts that may hold anything.
    pub(super) fn words(self) -> Option<&'static str> {
        Some(match self {
            Role::Default => "a default",
            Role::ParameterDefault => "the default of a parameter",
            Role::Generated => "the expression of a generated column",
            Role::Check => "a check",
            Role::DomainCheck => "the check of a domain",
            Role::IndexKey => "an index expression",
            Role::IndexPredicate => "the condition of an index",
            Role::PartitionKey => "a partition key",
            Role::PartitionBound => "a partition bound",
            Role::Statistics => "the expression of statistics",
            Role::Policy => "a policy",
            Role::TriggerWhen => "the condition of a trigger",
            Role::PublicationWhere => "the condition of a publication",
            Role::RuleWhere
            | Role::RuleCommand
            | Role::View
            | Role::Body
            | Role::TextBody
            | Role::Query
            | Role::Opaque => return None,
        })
    }

    /// Tells whether the text is a condition.
    pub(super) fn is_condition(self) -> bool {
        matches!(
            self,
            Role::Check
                | Role::DomainCheck
                | Role::IndexPredicate
                | Role::Policy
                | Role::TriggerWhen
                | Role::PublicationWhere
                | Role::RuleWhere
        )
    }

    fn must_be_immutable(self) -> bool {
        matches!(self, Role::Generated | Role::IndexKey | Role::IndexPredicate | Role::PartitionKey)
    }
}

impl Resolver<'_, '_> {
    /// Reports a query where PostgreSQL takes none.
    pub(super) fn check_subquery(&self, range: TextRange) {
        let Some(words) =
            self.role.words().filter(|_| self.n_queries == 0 && self.role != Role::Policy)
        else {
            return;
        };
        let message = format!("{words} can't hold a query");
        self.report(
            &MISPLACED_SUBQUERY,
            message,
            range,
            "here",
            Some("put the query into a function, or use a trigger".to_owned()),
        );
    }

    /// Reports an aggregate or window function where PostgreSQL takes none.
    pub(super) fn check_kind(&self, kind: FunctionKind, returns_set: bool, range: TextRange) {
        let Some(words) = self.role.words().filter(|_| self.n_queries == 0) else { return };
        let what = match kind {
            FunctionKind::Function | FunctionKind::Procedure => {
                if returns_set && self.role != Role::PublicationWhere {
                    let message = format!("{words} can't call a function that returns a set");
                    self.report(
                        &MISPLACED_SET,
                        message,
                        range,
                        "this returns a set",
                        Some("use a function that returns one value".to_owned()),
                    );
                }
                return;
            }
            FunctionKind::Window => "a window function",
            FunctionKind::Aggregate
            | FunctionKind::OrderedSet { .. }
            | FunctionKind::HypotheticalSet { .. } => "an aggregate",
        };
        let message = format!("{words} can't call {what}");
        self.report(
            &MISPLACED_AGGREGATE,
            message,
            range,
            "here",
            Some("it sees one row; compute it in a view or a trigger".to_owned()),
        );
    }

    /// Reports what may give another value each time where PostgreSQL demands that it can't.
    pub(super) fn check_mutable(&self, what: &str, range: TextRange) {
        let Some(words) = self.role.words().filter(|_| self.role.must_be_immutable()) else {
            return;
        };
        let message =
            format!("{words} must always give the same value, and {what} is not immutable");
        self.report(
            &NOT_IMMUTABLE,
            message,
            range,
            "its result depends on more than its arguments",
            Some("use only what is immutable".to_owned()),
        );
    }
}
