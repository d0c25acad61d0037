//! Relations, types and the like that a text names: found, noted, or reported where there is none.

use std::rc::Rc;

use smol_str::SmolStr;

use super::scope::Rel;
use super::text::Resolver;
use super::value::{Value, array, named};
use crate::diagnostic::did_you_mean;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::names::{Found, Sort};
use crate::object::reader::{UNKNOWN_RELATION, UNKNOWN_TYPE};
use crate::sql::ast::Path;
use crate::sql::ast::type_ref::{TypeRef, TypeSource};
use crate::sql::builtin::{self, extensions};
use crate::sql::type_name::{self, Builtin, TypeName};

impl Resolver<'_, '_> {
    /// Takes a name of one or two parts apart.
    pub(super) fn parts(path: &Path) -> Option<(Option<Name>, Name)> {
        match path.0.as_slice() {
            [name] => Some((None, name.name.clone())),
            // The first of three would be the database.
            [.., schema, name] => Some((Some(schema.name.clone()), name.name.clone())),
            [] => None,
        }
    }

    /// Finds what a name means; a routine's own search path adds to what is searched.
    pub(super) fn find(&self, sort: Sort, schema: Option<&Name>, name: &Name) -> Found {
        let found = self.world.names.find(sort, schema, name, &self.text.schema);
        let Some(path) = self.path.as_ref().filter(|_| schema.is_none()) else { return found };
        let mut named = path
            .iter()
            .map(|schema| self.world.names.find(sort, Some(schema), name, &self.text.schema));
        if let Some(own) = named.find(|it| matches!(it, Found::Declared(_) | Found::Extension(..)))
        {
            return own;
        }
        // What else the path may lead to is not known.
        if found == Found::Missing {
            Found::Unsure(Qualified { schema: Name::default(), name: name.clone() })
        } else {
            found
        }
    }

    /// Finds a relation, notes it, and reports one that does not exist.
    pub(super) fn relation(&mut self, path: &Path) -> Option<Rc<Rel>> {
        let (schema, name) = Self::parts(path)?;
        let found = self.find(Sort::Relation, schema.as_ref(), &name);
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

    /// Finds a type, notes it, and reports one that does not exist.
    pub(super) fn type_ref(&mut self, ty: &TypeRef) -> Value {
        let (Some((schema, name)), TypeSource::Name) = (Self::parts(&ty.path), ty.source) else {
            return Value::unknown();
        };
        let is_array = !ty.dimensions.is_empty();
        let of = |element: SmolStr| if is_array { array(&element) } else { element };
        // In SQL text PostgreSQL's own come first, as in any session that does not say otherwise.
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
        let found = self.find(Sort::Type, schema.as_ref(), &name);
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
                "the extension `{extension}` brings it: declare `extension {};`",
                crate::sql::ident::quote_ident(extension)
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
}
