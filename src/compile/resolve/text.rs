//! One text being resolved: where it stands, what it has named so far, and how a fault in it is shown.

use smol_str::SmolStr;

use super::functions::Origin;
use super::level::Trace;
use super::returns::Last;
use super::role::Role;
use super::value::{Column, Value, key};
use super::world::World;
use crate::catalog::{Strength, Use};
use crate::compile::read::Read;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::inclusion::in_mixin;
use crate::object::names::Found;
use crate::object::reader::SqlText;
use crate::object::routine::Mode;
use crate::source::Span;
use crate::sql::ast::Ident;
use crate::sql::lex::TextRange;

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
    /// What was seen of the queries around the expression at hand.
    pub(super) trace: Trace,
    /// The last statement of the text, if it could be read.
    pub(super) last: Option<Last>,
    /// The parameters that a value is given for, in order.
    pub(super) parameters: Vec<Parameter>,
    /// The schemas that the routine's own `search_path` names, if it sets one.
    pub(super) path: Option<Vec<Name>>,
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
        let has_path = matches!(role, Role::TextBody | Role::Opaque);
        let path = if has_path { own_path(owner) } else { None };
        let output = Output::default();
        let (trace, last) = (Trace::default(), None);
        Resolver {
            path,
            world,
            text,
            owner,
            role,
            strength,
            output,
            n_queries: 0,
            trace,
            last,
            parameters,
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
        let written = range.of(&self.text.text);
        let diagnostic = match self.text.exact {
            true => diagnostic.as_meant(self.span(range), written),
            false => diagnostic,
        };
        self.push(in_mixin(diagnostic, self.text.inclusion.as_deref()));
    }

    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.world.diagnostics.borrow_mut().push(diagnostic);
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

    /// A bare name may be that of any extension whose contents are not known.
    pub(super) fn searches_unknown(&mut self) {
        self.needs_search(None);
        for home in &self.world.unknown_homes {
            self.needs_search(Some(home));
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
    pub(super) fn uses_found(&mut self, found: &Found, bare: bool) {
        match found {
            Found::Builtin(_) => {}
            Found::Extension(at, extension) => {
                self.uses(Address::global(Kind::Extension, extension.clone()));
                if bare {
                    self.needs_search(Some(&at.schema));
                }
            }
            Found::Declared(_) | Found::Missing if bare => self.needs_search(None),
            Found::Unsure(_) if bare => self.searches_unknown(),
            Found::Declared(_) | Found::Unsure(_) | Found::Missing => {}
        }
    }

    /// The type that the text should have.
    pub(super) fn expected(&self) -> Option<SmolStr> {
        self.text.scope.expected.as_ref().and_then(key)
    }
}

/// Returns the schemas of the `search_path` that a routine sets for itself.
fn own_path(owner: Option<&Read>) -> Option<Vec<Name>> {
    let Object::Routine(routine) = &owner?.entry.object else { return None };
    let setting = routine.settings.iter().find(|it| it.name == "search_path")?;
    let values = setting.values.iter().flat_map(|value| value.split(','));
    Some(values.map(|it| Name::from(it.trim().trim_matches(['\'', '"']))).collect())
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
