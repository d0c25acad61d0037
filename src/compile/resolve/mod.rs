//! Resolves the names in SQL text, finds the types, and reports what PostgreSQL would refuse.
//!
//! | file | what |
//! |---|---|
//! | `world.rs` | what all texts share: types, relations, routines, each looked up once |
//! | `text.rs` | one text: where it stands, what it names, how a fault is shown |
//! | `role.rs` | what a text is to its object, and what is refused in it for that |
//! | `scope.rs` | which names an expression can see |
//! | `names.rs`, `columns.rs` | what a name in a text means |
//! | `expr.rs`, `call.rs`, `window.rs`, `literals.rs` | expressions |
//! | `query.rs`, `subquery.rs`, `from.rs`, `dml.rs`, `stored.rs` | statements |
//! | `level.rs`, `grouping.rs`, `ordering.rs`, `canon.rs` | which parts of a query can name what |
//! | `functions.rs` | the routines and operators of a name, and the choice among them |
//! | `opaque.rs` | texts that are not read |
//! | `fit/` | what is named outside of texts exists and serves |
//! | `views.rs`, `returns.rs`, `triggers.rs`, `structure.rs` | what follows for views, routines, triggers, and names outside of texts |
//!
//! What PostgreSQL accepts is never refused: where a type, an extension or a broken item leaves a doubt, nothing is said.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an expression or an object is one of dozens, and a place here looks for a few"
)]

pub(crate) mod call;
mod canon;
pub(crate) mod columns;
mod dml;
mod expr;
pub(crate) mod fit;
pub(crate) mod from;
mod functions;
pub(crate) mod grouping;
mod level;
pub(crate) mod literals;
mod names;
pub(crate) mod opaque;
pub(crate) mod ordering;
pub(crate) mod query;
pub(crate) mod returns;
pub(crate) mod role;
mod scope;
pub(crate) mod stored;
mod structure;
pub(crate) mod subquery;
mod text;
pub(crate) mod triggers;
mod value;
pub(crate) mod views;
pub(crate) mod window;
mod world;

use std::collections::BTreeMap;

use super::Compiled;
use super::query::Query;
use super::read::Reading;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::address::{Address, Kind, Name};
use crate::object::names::Names;
use crate::object::reader::Form;
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::type_name::TypeName;
use crate::sql::{parse_expr, parse_statements};
use query::Result;
use returns::Last;
use role::Role;
use text::{Output, Parameter, Resolver};
use value::Value;
use world::World;

rule!(UNUSED_PARAMETER, Warning, "unused-parameter");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNUSED_PARAMETER];

/// A column of a query's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    /// The name.
    pub name: Name,
    /// The type, if it is known.
    pub ty: Option<TypeName>,
    /// Whether it can be NULL: it can unless it is proven that it can't.
    pub nullable: bool,
}

/// Resolves every text.
pub(super) fn resolve(
    compiled: &mut Compiled,
    reading: &Reading<'_>,
    names: &Names,
    queries: &[(Query, usize)],
    diagnostics: &mut Diagnostics,
) {
    let sound = !diagnostics.has_errors();
    let world = World::new(&compiled.catalog, reading, names, sound);
    for n in 0..reading.texts.len() {
        resolve_text(&world, n);
    }
    let query_columns =
        queries.iter().map(|(query, end)| resolve_query(&world, query, *end)).collect();
    structure::search(&world);
    triggers::run_fitting_functions(&world);
    fit::check(&world);
    let views = view_columns(&world);
    let outputs = world.outputs.take();
    world.diagnostics.take().into_iter().for_each(|it| diagnostics.push(it));
    drop(world);
    compiled.views = views;
    compiled.query_columns = query_columns;
    for (owner, output) in outputs {
        let Some(read) = reading.objects.get(owner) else { continue };
        compiled.catalog.set_uses(&read.at, output.uses);
        if !output.search.is_empty() {
            compiled.catalog.set_search(&read.at, output.search);
        }
    }
}

fn view_columns(world: &World<'_>) -> BTreeMap<Address, Vec<ResultColumn>> {
    let mut found = BTreeMap::new();
    for kind in [Kind::View, Kind::MaterializedView] {
        for (at, _) in world.catalog.of(kind) {
            let (columns, complete) = views::columns(world, &at.relation());
            if complete {
                found.insert(at.clone(), views::result_columns(&columns));
            }
        }
    }
    found
}

/// Resolves the text of a number. That of a view is resolved when its columns are asked for, once.
fn resolve_text(world: &World<'_>, n: usize) {
    let Some(text) = world.texts.get(n) else { return };
    let Some(owner) = world.reads.get(text.owner) else { return };
    let is_view = matches!(owner.at.kind, Kind::View | Kind::MaterializedView);
    if is_view && text.form == Form::Statements {
        world.relation(&owner.at.relation());
        return;
    }
    let mut resolver = Resolver::new(world, text);
    let n_reported = world.diagnostics.borrow().len();
    let result = run(&mut resolver);
    if resolver.is_generic() {
        // PostgreSQL reads such a body when it is called.
        world.diagnostics.borrow_mut().truncate(n_reported);
    } else if world.texts.get(n + 1).is_none_or(|next| next.owner != text.owner) {
        resolver.check_returned(&result);
    }
    keep(world, resolver);
}

/// Keeps what a text names with what the other texts of its object name.
fn keep(world: &World<'_>, resolver: Resolver<'_, '_>) {
    if !resolver.output.uses.is_empty() || !resolver.output.search.is_empty() {
        merge(world, resolver.text.owner, resolver.output);
    }
}

fn merge(world: &World<'_>, owner: usize, output: Output) {
    let mut outputs = world.outputs.borrow_mut();
    let kept = outputs.entry(owner).or_default();
    kept.uses.extend(output.uses);
    for schema in output.search {
        if !kept.search.contains(&schema) {
            kept.search.push(schema);
        }
    }
}

/// Resolves one text and gives the columns of its last statement.
fn run(resolver: &mut Resolver<'_, '_>) -> Result {
    let text = &resolver.text.text;
    match resolver.text.form {
        Form::Opaque => {
            resolver.opaque();
            Result::open()
        }
        Form::Expr | Form::Value => match parse_expr(text) {
            Ok(expr) => whole_expr(resolver, &expr),
            Err(error) => {
                resolver.unread(&error);
                Result::open()
            }
        },
        Form::Statements => {
            let mut result = Result::none();
            let scope = resolver.outer_scope();
            for statement in parse_statements(text) {
                match statement {
                    Ok(statement) => {
                        result = resolver.statement_kind(&statement.kind, &scope);
                        resolver.last = Some(Last::of(&statement));
                    }
                    Err(error) => {
                        resolver.unread(&error);
                        result = Result::open();
                        resolver.last = None;
                    }
                }
            }
            result.settled()
        }
    }
}

/// Resolves an expression that is a text of its own, and gives its value as a result of one column.
fn whole_expr(resolver: &mut Resolver<'_, '_>, expr: &Expr) -> Result {
    // `minvalue` and `maxvalue` are words of a bound.
    if resolver.role == Role::PartitionBound && matches!(expr.kind, ExprKind::Column(_)) {
        return Result::open();
    }
    let scope = resolver.outer_scope();
    let value = resolver.expr(expr, &scope);
    if matches!(resolver.role, Role::IndexKey | Role::PartitionKey)
        && let Some(ty) = &value.ty
    {
        let key = (resolver.text.owner, resolver.text.text.trim().into());
        resolver.world.key_types.borrow_mut().insert(key, ty.clone());
    }
    if resolver.role.is_condition() {
        let what = resolver.role.words().unwrap_or("the condition of a rule");
        resolver.check_boolean(expr, &value, what);
    }
    if matches!(resolver.role, Role::Default | Role::ParameterDefault | Role::Generated) {
        resolver.check_expected(expr, &value);
    }
    Result::one(value, expr.range).settled()
}

/// Resolves a query and returns the columns of its result, if all are known.
fn resolve_query(world: &World<'_>, query: &Query, end: usize) -> Option<Vec<ResultColumn>> {
    let first = end.checked_sub(query.statements.len())?;
    let mut used = std::collections::BTreeSet::new();
    let mut result = Result::none();
    for text in world.texts.get(first..end)? {
        let mut resolver = Resolver::new(world, text);
        resolver.parameters = query
            .parameters
            .iter()
            .map(|it| Parameter { name: it.name.clone(), value: Value::typed(&it.ty, it.nullable) })
            .collect();
        result = run(&mut resolver);
        used.extend(named_parameters(&text.text));
    }
    // A name that is no parameter is reported, and is most likely the one that seems not to be used.
    let misspelt = used.iter().any(|name| query.parameters.iter().all(|it| it.name != *name));
    for parameter in query.parameters.iter().filter(|it| !misspelt && !used.contains(&it.name)) {
        let message = format!("the parameter `{}` is not used", parameter.name);
        let diagnostic =
            Diagnostic::new(&UNUSED_PARAMETER, message).label(query.span, "in this query");
        world.diagnostics.borrow_mut().push(
            diagnostic.help(format!("write `:{}` where it belongs, or delete it", parameter.name)),
        );
    }
    result.complete.then(|| views::result_columns(&result.columns))
}

/// Returns the words of a text that follow a colon.
fn named_parameters(text: &str) -> impl Iterator<Item = Name> {
    let after = text.split(':').skip(1);
    after.map(|it| {
        it.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("").into()
    })
}
