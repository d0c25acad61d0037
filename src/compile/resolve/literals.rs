//! Strings that stand for values of a type: labels of enums, names of relations in `'…'::regclass`, numbers.

use smol_str::SmolStr;

use super::fit::named::UNKNOWN_TEXT_SEARCH;
use super::role::Role;
use super::text::Resolver;
use super::value::{UNTYPED, Value, type_name};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Rule, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::names::{Found, Sort};
use crate::object::path::split_path;
use crate::object::reader::UNKNOWN_RELATION;
use crate::object::signature;
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::builtin;
use crate::sql::builtin::casts::CastContext;
use crate::sql::builtin::objects::ObjectKind;
use crate::sql::lex::TextRange;
use crate::sql::literal::is_malformed;
use crate::sql::typing::{Resolution, can_coerce, common_type};

rule!(UNKNOWN_LABEL, Error, "unknown-label");
rule!(MALFORMED_LITERAL, Error, "malformed-literal");
rule!(DEFAULT_TYPE, Error, "default-type-mismatch");
rule!(NOT_BOOLEAN, Error, "condition-not-boolean");
rule!(UNMATCHED_TYPES, Error, "unmatched-types");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] =
    &[&UNKNOWN_LABEL, &MALFORMED_LITERAL, &DEFAULT_TYPE, &NOT_BOOLEAN, &UNMATCHED_TYPES];

impl Resolver<'_, '_> {
    /// Checks an expression, if it is a string without a type, as a value of the type of another.
    pub(super) fn check_expr_literal(&mut self, expr: &Expr, like: &Value) {
        if let ExprKind::String(text) = &expr.kind {
            self.check_literal(text, expr.range, like);
        }
    }

    /// Checks a string as a value of a type.
    pub(super) fn check_literal(&mut self, text: &str, range: TextRange, like: &Value) {
        let Some(ty) = like.ty() else { return };
        if ty == "text" || ty == UNTYPED {
            return;
        }
        let base = SmolStr::new(self.world.types.base(ty));
        if self.world.types.is_enum(&base) {
            self.check_label(text, range, &base);
        } else if base.starts_with("reg") {
            self.check_reg(text, range, &base);
        } else if is_malformed(text, &base, &self.world.types) {
            let message = format!("'{text}' is no `{base}`");
            self.report(
                &MALFORMED_LITERAL,
                message,
                range,
                "here",
                Some(format!("write a value of type `{base}`")),
            );
        }
    }

    fn check_label(&mut self, text: &str, range: TextRange, ty: &str) {
        let name = type_name(ty, &SmolStr::default());
        let at = Address::new(Kind::EnumType, name.schema, name.name);
        let Some(Object::EnumType(found)) = self.world.catalog.get(&at).map(|entry| &entry.object)
        else {
            return;
        };
        if !found.labels.iter().any(|it| **it == *text) && !self.world.is_incomplete(&at) {
            let labels = found.labels.iter().map(AsRef::as_ref);
            let help = did_you_mean(text, labels.clone()).or_else(|| {
                let shown: Vec<String> = labels.take(8).map(|it| format!("'{it}'")).collect();
                Some(format!("its labels are {}", shown.join(", ")))
            });
            self.report(
                &UNKNOWN_LABEL,
                format!("the enum `{}` has no label '{text}'", at.name),
                range,
                "here",
                help,
            );
        }
        self.uses(at);
    }

    /// Notes what the name in a `reg…` literal stands for. A name that is not found may be an index's or PostgreSQL's own.
    fn check_reg(&mut self, text: &str, range: TextRange, ty: &str) {
        let mut parts: Vec<Name> = split_path(text.split('(').next().unwrap_or(text).trim())
            .into_iter()
            .map(|it| it.name)
            .collect();
        let Some(name) = parts.pop() else { return };
        let schema = parts.pop();
        let find = |sort: Sort| match self.world.names.find(
            sort,
            schema.as_ref(),
            &name,
            &self.text.schema,
        ) {
            Found::Declared(at) => Some(at),
            Found::Builtin(_) | Found::Extension(..) | Found::Unsure(_) | Found::Missing => None,
        };
        let found = match ty {
            "regclass" => match find(Sort::Relation) {
                Some(at) => {
                    self.uses_relation(&at);
                    true
                }
                None => {
                    let at = self.index_or_sequence(schema.as_ref(), &name);
                    let found = at.is_some();
                    at.into_iter().for_each(|at| self.uses(at));
                    if !found {
                        self.no_relation(text, range, schema.as_ref(), &name);
                    }
                    found
                }
            },
            "regtype" => find(Sort::Type).is_some_and(|at| {
                self.uses_type(&at);
                true
            }),
            "regproc" | "regprocedure" => find(Sort::Routine).is_some_and(|at| {
                self.uses(signature::by_name(&at));
                true
            }),
            "regnamespace" => {
                self.uses(Address::global(Kind::Schema, name.clone()));
                return;
            }
            "regconfig" => {
                let kind = Kind::TextSearchConfiguration;
                let found = self.uses_declared(kind, schema.as_ref(), &name);
                if !found {
                    self.no_configuration(text, range, schema.as_ref(), &name);
                }
                found
            }
            "regdictionary" => {
                self.uses_declared(Kind::TextSearchDictionary, schema.as_ref(), &name)
            }
            "regcollation" => self.uses_declared(Kind::Collation, schema.as_ref(), &name),
            _ => return,
        };
        let own = name.starts_with("pg_");
        if schema.is_none() && (found || (ty == "regclass" && !own)) {
            self.needs_search(None);
        }
    }

    /// Tells whether PostgreSQL reads the names in the text when it is declared, and every name there is is known.
    fn reads_names(&self) -> bool {
        let reads = !matches!(self.role, Role::TextBody | Role::Query | Role::Opaque);
        let has_raw = || self.world.catalog.of(Kind::Raw).next().is_some();
        reads && self.world.sound && !self.world.unknown_extension && !has_raw()
    }

    fn no_relation(&self, text: &str, range: TextRange, schema: Option<&Name>, name: &Name) {
        let find = self.world.names.find(Sort::Relation, schema, name, &self.text.schema)
            == Found::Missing;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) || text == "-";
        let is_index = || {
            let kinds = [Kind::Index, Kind::Constraint];
            kinds
                .into_iter()
                .any(|kind| self.world.catalog.of(kind).any(|(at, _)| at.name == *name))
        };
        if !find || is_number || !self.reads_names() || is_index() {
            return;
        }
        let candidates = self.world.names.candidates(Sort::Relation, &self.text.schema);
        let help = did_you_mean(text, candidates.iter().map(String::as_str));
        let message = format!("there is no relation `{text}`");
        self.report(&UNKNOWN_RELATION, message, range, "named here", help);
    }

    fn no_configuration(&self, text: &str, range: TextRange, schema: Option<&Name>, name: &Name) {
        let sort = ObjectKind::TextSearchConfiguration;
        let own = schema.is_none_or(|it| it == "pg_catalog")
            && builtin::postgresql().object(sort, name).is_some();
        let brought =
            || self.world.extensions.iter().any(|it| it.provided.object(sort, name).is_some());
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) || text == "-";
        if own || is_number || !self.reads_names() || brought() {
            return;
        }
        let postgresql = builtin::postgresql();
        let known = postgresql.objects(sort).map(|it| it.name);
        let declared = self.world.catalog.of(Kind::TextSearchConfiguration);
        let help = did_you_mean(text, known.chain(declared.map(|(at, _)| at.name.as_str())));
        let message = format!("there is no text search configuration `{text}`");
        self.report(&UNKNOWN_TEXT_SEARCH, message, range, "named here", help);
    }

    fn uses_declared(&mut self, kind: Kind, schema: Option<&Name>, name: &str) -> bool {
        let at = self.declared_as(kind, schema, name);
        let found = at.is_some();
        at.into_iter().for_each(|at| self.uses(at));
        found
    }

    /// A value that is stored where a type is wanted must have that type or go over into it.
    pub(super) fn check_expected(&mut self, expr: &Expr, value: &Value) {
        let Some(wanted) = self.expected() else { return };
        let Some(ty) = value.ty() else { return };
        if ty == UNTYPED {
            self.check_expr_literal(expr, &Value::with(Some(wanted), true));
            return;
        }
        self.uses_cast(value, &Value::with(Some(wanted.clone()), true));
        if can_coerce(ty, &wanted, CastContext::Assignment, &self.world.types) == Some(false) {
            let what = self.role.words().unwrap_or("the value");
            let message = format!("{what} of type `{ty}` can't be stored as `{wanted}`");
            self.report(
                &DEFAULT_TYPE,
                message,
                expr.range,
                "here",
                Some(format!("write a value of type `{wanted}`, or cast it")),
            );
        }
    }

    /// Reports the first of several values that has no common type with those before it.
    pub(super) fn no_common(&self, values: &[(&Expr, Value)], what: &str) {
        let types: Vec<Option<&str>> = values.iter().map(|(_, value)| value.ty()).collect();
        let misfit = (1..values.len()).find(|n| {
            let first = types.get(..=*n).unwrap_or_default();
            common_type(first, &self.world.types) == Resolution::None
        });
        let Some((expr, value)) = misfit.and_then(|n| values.get(n)) else { return };
        let other = values.iter().find(|(_, it)| {
            let pair = [it.ty(), value.ty()];
            common_type(&pair, &self.world.types) == Resolution::None
        });
        let other = other.or(values.first());
        other.into_iter().for_each(|(_, it)| self.unmatched(what, it, value, expr.range));
    }

    /// Reports two types that nothing brings together.
    pub(super) fn unmatched(&self, what: &str, one: &Value, other: &Value, range: TextRange) {
        // A row type may inherit from another.
        let is_row = |it: &Value| it.ty().is_none_or(|ty| self.world.types.is_row(ty));
        if is_row(one) || is_row(other) {
            return;
        }
        let message = format!(
            "{what} has values of `{}` and of `{}`, which have no common type",
            one.shown(),
            other.shown()
        );
        let target = if other.ty() == Some("text") { other } else { one };
        let help = Some(format!("cast one of them, as in `…::{}`", target.shown()));
        let label = format!("this is `{}`", other.shown());
        self.report(&UNMATCHED_TYPES, message, range, &label, help);
    }

    /// A condition is true or false.
    pub(super) fn check_boolean(&mut self, expr: &Expr, value: &Value, what: &str) {
        if value.ty() == Some(UNTYPED) {
            self.check_expr_literal(expr, &Value::of("boolean"));
        }
        let Some(ty) = value.ty().filter(|ty| *ty != UNTYPED && *ty != "boolean") else { return };
        if can_coerce(ty, "boolean", CastContext::Assignment, &self.world.types) == Some(false) {
            let message = format!("{what} must be `boolean`, and this is `{ty}`");
            self.report(
                &NOT_BOOLEAN,
                message,
                expr.range,
                "here",
                Some("compare it with something".to_owned()),
            );
        }
    }
}
