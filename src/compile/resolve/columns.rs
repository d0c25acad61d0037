//! Columns, attributes and parameters that a text names: found, or reported where there is none.

use std::rc::Rc;

use smol_str::SmolStr;

use super::role::Role;
use super::scope::{Rel, Scope, Seen, Source};
use super::text::{Resolver, count};
use super::value::Value;
use crate::compile::check::columns::UNKNOWN_COLUMN;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Rule, did_you_mean};
use crate::object::Object;
use crate::object::address::{Name, Qualified};
use crate::object::names::{Found, Sort};
use crate::object::reader::Rows;
use crate::sql::ast::{Ident, Param, Path};
use crate::sql::lex::TextRange;

rule!(UNKNOWN_QUALIFIER, Error, "unknown-qualifier");
rule!(AMBIGUOUS_COLUMN, Error, "ambiguous-column");
rule!(DEFAULT_NAMES_COLUMN, Error, "default-names-column");
rule!(GENERATED_FROM_GENERATED, Error, "generated-from-generated");
rule!(UNKNOWN_PARAMETER, Error, "unknown-parameter");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[
    &UNKNOWN_QUALIFIER,
    &AMBIGUOUS_COLUMN,
    &DEFAULT_NAMES_COLUMN,
    &GENERATED_FROM_GENERATED,
    &UNKNOWN_PARAMETER,
];

impl Resolver<'_, '_> {
    /// The scope that the whole text stands in.
    pub(super) fn outer_scope(&self) -> Scope<'static> {
        let mut scope = Scope::default();
        let Some(rel) = self.text.scope.relation.as_ref().and_then(|at| self.world.relation(at))
        else {
            return scope;
        };
        scope.sources.push(match self.text.scope.rows {
            Rows::None => Source::of((*rel).clone()),
            Rows::OldNew => {
                let row = |name: &'static str| Rel {
                    name: Name::new_static(name),
                    schema: None,
                    ..(*rel).clone()
                };
                Source {
                    rels: vec![row("old"), row("new")],
                    columns: Rc::default(),
                    complete: true,
                }
            }
        });
        scope
    }

    /// Finds what a name in an expression means.
    pub(super) fn column(&mut self, path: &Path, scope: &Scope<'_>) -> Value {
        if self.role == Role::Generated {
            path.last().into_iter().for_each(|name| self.check_generated(name));
        }
        if 0 < self.n_queries
            && let Some((level, var)) = scope.var(path)
        {
            self.trace.refers(level, var, path.range());
        }
        match path.0.as_slice() {
            [name] => match scope.bare(&name.name) {
                Seen::Value(value) => value,
                Seen::Unsure => Value::unknown(),
                Seen::Ambiguous => self.ambiguous(name),
                Seen::Missing | Seen::NoSource => self.named_value(name, scope),
            },
            [table, name] => match scope.qualified(None, &table.name, &name.name) {
                Seen::NoSource => self.part_of_parameter(table, name, scope),
                seen => self.qualified(seen, None, table, name, scope),
            },
            [schema, table, name] => {
                let seen = scope.qualified(Some(&schema.name), &table.name, &name.name);
                self.qualified(seen, Some(schema), table, name, scope)
            }
            _ => Value::unknown(),
        }
    }

    /// A generated column is computed from columns that are not.
    fn check_generated(&self, name: &Ident) {
        let Some(Object::Table(table)) = self.owner.map(|it| &it.entry.object) else { return };
        let column = table.column(&name.name);
        if column.is_some_and(|it| matches!(it.value, crate::object::column::Value::Generated(..)))
        {
            let message =
                format!("a generated column can't be computed from another, as `{}` is", name.name);
            let help = Some("write its expression out".to_owned());
            self.report(&GENERATED_FROM_GENERATED, message, name.range, "generated too", help);
        }
    }

    fn ambiguous(&self, name: &Ident) -> Value {
        let message = format!("more than one source has a column `{}`", name.name);
        let help = Some(format!("say which: `source.{}`", name.name));
        self.report(
            &AMBIGUOUS_COLUMN,
            message,
            name.range,
            "which one is meant is not clear",
            help,
        );
        Value::unknown()
    }

    /// Finds a bare name that is no column: a parameter, the value of a domain.
    fn named_value(&mut self, name: &Ident, scope: &Scope<'_>) -> Value {
        if name.name == "value"
            && let Some(ty) = &self.text.scope.value
        {
            return Value::typed(ty, true);
        }
        if !matches!(self.role, Role::Query)
            && let Some(value) = self.parameter(&name.name)
        {
            return value;
        }
        let own = self.owner.map(|it| it.at.relation()).filter(|_| self.role == Role::Default);
        let columns = own.and_then(|at| self.world.relation(&at));
        if columns.is_some_and(|rel| rel.columns.iter().any(|it| it.name == name.name)) {
            let message = format!("a default can't name a column, as `{}` is", name.name);
            let help = Some(
                "compute it in a trigger, or declare the column `generated always as (…) stored`"
                    .to_owned(),
            );
            self.report(&DEFAULT_NAMES_COLUMN, message, name.range, "here", help);
            return Value::unknown();
        }
        let known = scope.column_names();
        let parameters = self
            .text
            .scope
            .parameters
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|_| self.role != Role::Query);
        let is_function = !name.quoted
            && crate::sql::builtin::postgresql().functions(&name.name).next().is_some();
        let help = if is_function {
            Some(format!("a function is called with parentheses: `{}()`", name.name))
        } else {
            did_you_mean(&name.name, known.into_iter().chain(parameters)).or_else(|| {
                name.quoted.then(|| format!("a string stands in single quotes: `'{}'`", name.name))
            })
        };
        self.report(
            &UNKNOWN_COLUMN,
            format!("there is no column `{}`", name.name),
            name.range,
            "named here",
            help,
        );
        Value::unknown()
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let named = self.text.scope.parameters.iter().find(|(it, _)| it == name);
        named.map(|(_, ty)| Value::typed(ty, true))
    }

    /// `p.attribute` of a parameter, or `function.p`.
    fn part_of_parameter(&mut self, table: &Ident, name: &Ident, scope: &Scope<'_>) -> Value {
        if self.role != Role::Query {
            let routine = self.owner.map(|it| it.at.name.split('(').next().unwrap_or_default());
            if routine == Some(table.name.as_str())
                && let Some(value) = self.parameter(&name.name)
            {
                return value;
            }
            if let Some(value) = self.parameter(&table.name) {
                return self.field(&value, name);
            }
        }
        self.qualified(Seen::NoSource, None, table, name, scope)
    }

    fn qualified(
        &mut self,
        seen: Seen,
        schema: Option<&Ident>,
        table: &Ident,
        name: &Ident,
        scope: &Scope<'_>,
    ) -> Value {
        match seen {
            Seen::Value(value) => return value,
            Seen::Unsure | Seen::Ambiguous => {}
            Seen::Missing => {
                let rel = scope.rel(schema.map(|it| &it.name), &table.name);
                // `t.f` can be the call of a function `f(t)`.
                if self.is_function(&name.name) {
                    return Value::unknown();
                }
                let known =
                    rel.into_iter().flat_map(|rel| rel.columns.iter().map(|it| it.name.as_str()));
                let help = did_you_mean(&name.name, known);
                let message = format!("`{}` has no column `{}`", table.name, name.name);
                self.report(&UNKNOWN_COLUMN, message, name.range, "named here", help);
            }
            Seen::NoSource => self.no_source(schema, table, scope),
        }
        Value::unknown()
    }

    /// Tells whether a function of this name may exist, so that `row.name` may call it.
    fn is_function(&self, name: &Name) -> bool {
        let found = self.world.names.find(Sort::Routine, None, name, &self.text.schema);
        matches!(found, Found::Declared(_) | Found::Extension(..) | Found::Unsure(_))
    }

    pub(super) fn no_source(&self, schema: Option<&Ident>, table: &Ident, scope: &Scope<'_>) {
        let range = schema.map_or(table.range, |it| it.range.to(table.range));
        let shown = schema
            .map_or_else(|| table.name.to_string(), |it| format!("{}.{}", it.name, table.name));
        let names = scope.rel_names();
        let help = match names.as_slice() {
            _ if self.role == Role::Default => Some("a default can't name a column".to_owned()),
            [only] => Some(format!("write `{only}`")),
            _ => did_you_mean(&table.name, names),
        };
        self.report(
            &UNKNOWN_QUALIFIER,
            format!("no table or alias is called `{shown}` here"),
            range,
            "used here",
            help,
        );
    }

    /// Finds an attribute of a composite value.
    pub(super) fn field(&mut self, value: &Value, name: &Ident) -> Value {
        let Some(rel) = self.row_of(value) else { return Value::unknown() };
        match rel.columns.iter().find(|it| it.name == name.name) {
            Some(column) => column.value.clone().or_null(true),
            None => {
                if rel.complete && !self.is_function(&name.name) {
                    let help =
                        did_you_mean(&name.name, rel.columns.iter().map(|it| it.name.as_str()));
                    let message = format!("`{}` has no column `{}`", rel.name, name.name);
                    self.report(&UNKNOWN_COLUMN, message, name.range, "named here", help);
                }
                Value::unknown()
            }
        }
    }

    /// Returns the relation or composite type that a value is a row of.
    pub(super) fn row_of(&self, value: &Value) -> Option<Rc<Rel>> {
        let base = self.world.types.base(value.ty()?);
        let ty = super::value::type_name(base, &SmolStr::default());
        if ty.is_builtin() || ty.dimensions != 0 {
            return None;
        }
        self.world.relation(&Qualified { schema: ty.schema, name: ty.name })
    }

    /// Finds a parameter.
    pub(super) fn param(&mut self, param: &Param, range: TextRange) -> Value {
        match (param, self.role) {
            (Param::Number(digits), Role::TextBody | Role::Body) => {
                let n = digits.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                if let Some(parameter) = n.and_then(|n| self.parameters.get(n)) {
                    return parameter.value.clone();
                }
                let message = format!("there is no parameter `${digits}`");
                let help = format!("the routine has {}", count(self.parameters.len(), "parameter"));
                self.report(&UNKNOWN_PARAMETER, message, range, "used here", Some(help));
            }
            (Param::Name(name), Role::Query) => {
                if let Some(parameter) = self.parameters.iter().find(|it| it.name == name.name) {
                    return parameter.value.clone();
                }
                let known = self.parameters.iter().map(|it| it.name.as_str());
                let help = did_you_mean(&name.name, known)
                    .or_else(|| Some(format!("declare it: `query …({}: type)`", name.name)));
                self.report(
                    &UNKNOWN_PARAMETER,
                    format!("there is no parameter `:{}`", name.name),
                    range,
                    "used here",
                    help,
                );
            }
            (Param::Number(digits), Role::Query) => {
                let help = Some("name a parameter, and write `:name`".to_owned());
                self.report(
                    &UNKNOWN_PARAMETER,
                    format!("a query has no parameter `${digits}`"),
                    range,
                    "used here",
                    help,
                );
            }
            (Param::Number(_) | Param::Name(_), _) => {}
        }
        Value::unknown()
    }
}
