//! One text being resolved: where it stands, what it has named so far, and how a fault in it is shown.

use std::collections::BTreeSet;
use std::rc::Rc;

use smol_str::SmolStr;

use super::functions::Origin;
use super::role::Role;
use super::scope::{Rel, Scope, Seen, Source};
use super::value::{Column, Value, array, key, named};
use super::world::World;
use crate::catalog::{Strength, Use};
use crate::compile::check::columns::UNKNOWN_COLUMN;
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::inclusion::in_mixin;
use crate::object::names::{Found, Sort};
use crate::object::reader::{Rows, SqlText, UNKNOWN_RELATION, UNKNOWN_TYPE};
use crate::object::routine::Mode;
use crate::source::Span;
use crate::sql::ast::type_ref::{TypeRef, TypeSource};
use crate::sql::ast::{Ident, Param, Path};
use crate::sql::builtin::{self, extensions};
use crate::sql::lex::TextRange;
use crate::sql::type_name::{self, Builtin, TypeName};

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

/// What a text, or all texts of an object, name.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) uses: Vec<Use>,
    pub(super) search: Vec<Name>,
}

/// A parameter of the routine or query that a text belongs to.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: Name,
    pub(super) value: Value,
}

/// One text being resolved.
pub(super) struct Resolver<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) text: &'w SqlText,
    pub(super) owner: Option<&'a Read>,
    pub(super) role: Role,
    pub(super) strength: Strength,
    pub(super) output: Output,
    /// How many queries deep the expression at hand stands.
    pub(super) n_queries: u32,
    /// The parameters that a value is given for, in order.
    pub(super) parameters: Vec<Parameter>,
    /// Those that the text names.
    pub(super) used: BTreeSet<Name>,
}

impl<'w, 'a> Resolver<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>, text: &'w SqlText) -> Self {
        let owner = world.reads.get(text.owner);
        let role = Role::of(owner, text);
        let strength = if role == Role::TextBody { Strength::Soft } else { Strength::Hard };
        let mut parameters: Vec<Parameter> = Vec::new();
        if let Some(Object::Routine(routine)) = owner.map(|it| &it.entry.object) {
            let inputs = routine.parameters.iter().filter(|it| it.mode != Mode::Out);
            parameters.extend(inputs.map(|it| Parameter {
                name: it.name.clone().unwrap_or_default(),
                value: Value::typed(&it.ty, true),
            }));
        }
        let output = Output::default();
        Resolver {
            world,
            text,
            owner,
            role,
            strength,
            output,
            n_queries: 0,
            parameters,
            used: BTreeSet::new(),
        }
    }

    // ---- what is said ----

    /// Returns the place of a part of the text.
    pub(super) fn span(&self, range: TextRange) -> Span {
        if self.text.exact { self.text.span.part(range.start, range.end) } else { self.text.span }
    }

    /// Reports a fault at a part of the text. A text that a mixin brings to several places is at fault once.
    pub(super) fn report(
        &self,
        rule: &'static Rule,
        message: String,
        range: TextRange,
        label: &str,
        help: Option<String>,
    ) {
        let diagnostic =
            Diagnostic::new(rule, message).label(self.span(range), label).help_if(help);
        self.push(in_mixin(diagnostic, self.text.inclusion.as_deref()));
    }

    fn push(&self, diagnostic: Diagnostic) {
        let mut list = self.world.diagnostics.borrow_mut();
        let same = list
            .iter_mut()
            .find(|it| it.span() == diagnostic.span() && it.rule.name == diagnostic.rule.name);
        match same {
            Some(first) => {
                for label in diagnostic.labels {
                    if first.labels.iter().all(|it| it.span != label.span) {
                        first.labels.push(label);
                    }
                }
            }
            None => list.push(diagnostic),
        }
    }

    // ---- what is named ----

    /// Notes that the text names an object.
    pub(super) fn uses(&mut self, target: Address) {
        if self.owner.is_some_and(|it| it.at == target) {
            return;
        }
        let column = self.text.column.clone();
        let new = Use { target, column, strength: self.strength };
        if !self.output.uses.contains(&new) {
            self.output.uses.push(new);
        }
    }

    /// Notes that a bare name of the text is found through the search path.
    pub(super) fn needs_search(&mut self, schema: Option<&Name>) {
        let home = &self.text.schema;
        for schema in [home, &Name::new_static("public")].into_iter().chain(schema) {
            if !schema.is_empty() && !self.output.search.contains(schema) {
                self.output.search.push(schema.clone());
            }
        }
    }

    /// Notes what a routine or operator comes from.
    pub(super) fn uses_origin(&mut self, origin: &Origin, bare: bool) {
        match origin {
            Origin::Own => {}
            Origin::Declared(at) => {
                if bare {
                    self.needs_search(Some(&at.schema).filter(|schema| self.is_home(schema)));
                }
                self.uses(at.clone());
            }
            Origin::Extension(name, home) => {
                if bare {
                    self.needs_search(Some(home));
                }
                self.uses(Address::global(Kind::Extension, name.clone()));
            }
        }
    }

    fn is_home(&self, schema: &Name) -> bool {
        *schema == self.text.schema || schema == "public"
    }

    /// Notes a found name: the schemas it needs, the extension it comes from.
    fn uses_found(&mut self, found: &Found, bare: bool) {
        match found {
            Found::Builtin(_) => {}
            Found::Extension(at, extension) => {
                self.uses(Address::global(Kind::Extension, extension.clone()));
                if bare {
                    self.needs_search(Some(&at.schema));
                }
            }
            Found::Declared(_) | Found::Unsure(_) | Found::Missing if bare => {
                self.needs_search(None)
            }
            Found::Declared(_) | Found::Unsure(_) | Found::Missing => {}
        }
    }

    /// Takes a name of one or two parts apart.
    pub(super) fn parts(path: &Path) -> Option<(Option<Name>, Name)> {
        match path.0.as_slice() {
            [name] => Some((None, name.name.clone())),
            // The first of three would be the database.
            [.., schema, name] => Some((Some(schema.name.clone()), name.name.clone())),
            [] => None,
        }
    }

    /// Finds a relation, notes it, and reports one that does not exist.
    pub(super) fn relation(&mut self, path: &Path) -> Option<Rc<Rel>> {
        let (schema, name) = Self::parts(path)?;
        let found =
            self.world.names.find(Sort::Relation, schema.as_ref(), &name, &self.text.schema);
        self.uses_found(&found, schema.is_none());
        match found {
            Found::Declared(at) => {
                self.uses_relation(&at);
                self.world.relation(&at)
            }
            Found::Builtin(at) | Found::Extension(at, _) => self.world.relation(&at),
            Found::Unsure(_) => None,
            Found::Missing => {
                if let Some(at) = self.index_or_sequence(schema.as_ref(), &name) {
                    self.uses(at);
                    return None;
                }
                let text = path.range().of(&self.text.text).to_owned();
                let candidates = self.world.names.candidates(Sort::Relation, &self.text.schema);
                let elsewhere = candidates.iter().find(|it| {
                    schema.is_none() && it.rsplit_once('.').is_some_and(|(_, last)| last == name)
                });
                let help = match elsewhere {
                    Some(full) => Some(format!("it is declared in another schema: write `{full}`")),
                    None => did_you_mean(&text, candidates.iter().map(String::as_str)),
                };
                self.report(
                    &UNKNOWN_RELATION,
                    format!("there is no relation `{text}`"),
                    path.range(),
                    "used here",
                    help,
                );
                None
            }
        }
    }

    /// Notes a relation; its kind is what it was declared as.
    pub(super) fn uses_relation(&mut self, at: &Qualified) {
        match self.world.catalog.relation(at) {
            Some((address, _)) => self.uses(address),
            None => {
                if let Some(declared) = self.world.names.relations.get(at) {
                    self.uses(Address::new(declared.kind, at.schema.clone(), at.name.clone()));
                }
            }
        }
    }

    /// Finds the table behind the sequence of an identity column, or an index: they are relations that no item declares.
    pub(super) fn index_or_sequence(&self, schema: Option<&Name>, name: &Name) -> Option<Address> {
        let public = Name::new_static("public");
        let schemas = match schema {
            Some(schema) => vec![schema],
            None => vec![&self.text.schema, &public],
        };
        let stem =
            name.strip_suffix("_seq").and_then(|it| it.rsplit_once('_')).map(|(table, _)| table);
        for schema in schemas {
            for end in stem
                .into_iter()
                .flat_map(|stem| stem.match_indices('_').map(|(end, _)| end).chain([stem.len()]))
            {
                let table = stem.and_then(|stem| stem.get(..end)).unwrap_or_default();
                let at = Address::new(Kind::Table, schema.clone(), table);
                if self.world.catalog.get(&at).is_some() {
                    return Some(at);
                }
            }
        }
        None
    }

    // ---- types ----

    /// Finds a type, notes it, and reports one that does not exist.
    pub(super) fn type_ref(&mut self, ty: &TypeRef) -> Value {
        let (Some((schema, name)), TypeSource::Name) = (Self::parts(&ty.path), ty.source) else {
            return Value::unknown();
        };
        let is_array = !ty.dimensions.is_empty();
        let of = |element: SmolStr| if is_array { array(&element) } else { element };
        if schema.as_ref().is_none_or(|it| it == "pg_catalog")
            && let Some(own) = self.world.own_type(&name)
        {
            let spelled = type_name::take_apart(ty.range.of(&self.text.text));
            let modifier = match type_name::builtin(&spelled) {
                Builtin::Type(TypeName { modifier, .. }) => modifier,
                Builtin::WrongModifier(_) | Builtin::None => SmolStr::default(),
            };
            return Value { ty: Some(of(own)), modifier, nullable: true };
        }
        let found = self.world.names.find(Sort::Type, schema.as_ref(), &name, &self.text.schema);
        self.uses_found(&found, schema.is_none());
        match found {
            Found::Declared(at) => {
                self.uses_type(&at);
                Value::with(Some(of(named(&at.schema, &at.name))), true)
            }
            Found::Extension(at, _) => Value::with(Some(of(named(&at.schema, &at.name))), true),
            Found::Builtin(_) | Found::Unsure(_) => Value::unknown(),
            Found::Missing => {
                self.unknown_type(&ty.path, schema.as_ref(), &name);
                Value::unknown()
            }
        }
    }

    fn unknown_type(&self, path: &Path, schema: Option<&Name>, name: &Name) {
        // Some types have no declaration of their own: arrays by their own name, multiranges, rows of indexes.
        let public = Name::new_static("public");
        let at = |schema: &Name| Qualified { schema: schema.clone(), name: name.clone() };
        let homes = [schema.unwrap_or(&self.text.schema), schema.unwrap_or(&public)];
        if name.starts_with('_')
            || homes.iter().any(|home| self.world.multiranges.contains(&at(home)))
        {
            return;
        }
        let text = path.range().of(&self.text.text).to_owned();
        let candidates = self.world.names.candidates(Sort::Type, &self.text.schema);
        let own = builtin::postgresql().all_types().map(|it| it.typname);
        let bringing = extensions::providing_type(name);
        let help = match bringing.first() {
            Some(extension) => Some(format!(
                "the extension `{extension}` brings it: declare `extension {extension};`"
            )),
            None => did_you_mean(&text, candidates.iter().map(String::as_str).chain(own)),
        };
        self.report(
            &UNKNOWN_TYPE,
            format!("there is no type `{text}`"),
            path.range(),
            "used here",
            help,
        );
    }

    /// Notes a declared type, which may be the row type of a relation.
    pub(super) fn uses_type(&mut self, at: &Qualified) {
        match self.world.names.types.get(at) {
            Some(declared) => {
                self.uses(Address::new(declared.kind, at.schema.clone(), at.name.clone()))
            }
            None => self.uses_relation(at),
        }
    }

    /// Notes the collation of a name, where it is declared.
    pub(super) fn collation(&mut self, path: &Path) {
        let Some((schema, name)) = Self::parts(path) else { return };
        if let Some(at) = self.declared_as(Kind::Collation, schema.as_ref(), &name) {
            self.uses(at);
            if schema.is_none() {
                self.needs_search(None);
            }
        }
    }

    /// Finds an object of a kind that is declared, by a bare name or one with its schema.
    pub(super) fn declared_as(
        &self,
        kind: Kind,
        schema: Option<&Name>,
        name: &str,
    ) -> Option<Address> {
        let public = Name::new_static("public");
        let schemas = match schema {
            Some(schema) => vec![schema],
            None => vec![&self.text.schema, &public],
        };
        let at = |schema: &Name| Address::new(kind, schema.clone(), name);
        schemas.into_iter().map(at).find(|at| self.world.catalog.get(at).is_some())
    }

    // ---- columns and parameters ----

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
        let help = did_you_mean(&name.name, known.into_iter().chain(parameters)).or_else(|| {
            name.quoted.then(|| format!("a string stands in single quotes: `'{}'`", name.name))
        });
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
                self.used.insert(name.name.clone());
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

    /// The type that the text should have.
    pub(super) fn expected(&self) -> Option<SmolStr> {
        self.text.scope.expected.as_ref().and_then(key)
    }
}

/// Writes `one thing`, `2 things`.
pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}"),
        1 => format!("one {what}"),
        _ => format!("{n} {what}s"),
    }
}

/// Makes columns of names whose values are not known.
pub(super) fn unknown_columns<'n>(names: impl IntoIterator<Item = &'n Ident>) -> Vec<Column> {
    names.into_iter().map(|it| Column { name: it.name.clone(), value: Value::unknown() }).collect()
}
