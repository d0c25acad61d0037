//! Names outside of texts that PostgreSQL looks up in the search path: operator classes, collations, operators.

use super::text::Output;
use super::world::World;
use crate::catalog::{Strength, Use};
use crate::compile::read::Read;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::index_element::IndexElement;
use crate::object::routine::Returns;
use crate::sql::builtin;
use crate::sql::builtin::objects::ObjectKind;
use crate::sql::type_name::TypeName;

/// Notes what the elements of indexes and the collations of columns name.
pub(super) fn search(world: &World<'_>) {
    for (owner, read) in world.reads.iter().enumerate() {
        let mut output = Output::default();
        types(world, read, &mut output);
        match &read.entry.object {
            Object::Index(index) => {
                elements(world, read, &index.method, index.elements.iter(), &mut output)
            }
            Object::Constraint(constraint) => {
                if let Demand::Exclusion(it) = &constraint.demand {
                    elements(
                        world,
                        read,
                        &it.method,
                        it.elements.iter().map(|(element, _)| element),
                        &mut output,
                    );
                    it.elements
                        .iter()
                        .for_each(|(_, symbol)| operator(world, read, symbol, &mut output));
                }
            }
            Object::Table(table) => {
                table
                    .columns
                    .iter()
                    .for_each(|it| collation(world, read, it.collation.as_ref(), &mut output));
                if let Some(by) = &table.partition_by {
                    elements(world, read, "btree", by.elements.iter(), &mut output);
                }
            }
            Object::ForeignTable(table) => table
                .columns
                .iter()
                .for_each(|it| collation(world, read, it.collation.as_ref(), &mut output)),
            Object::Domain(domain) => {
                collation(world, read, domain.collation.as_ref(), &mut output)
            }
            Object::CompositeType(it) => it
                .attributes
                .iter()
                .for_each(|it| collation(world, read, it.collation.as_ref(), &mut output)),
            _ => {}
        }
        if !output.search.is_empty() || !output.uses.is_empty() {
            super::merge(world, owner, output);
        }
    }
}

/// The types that only the server knows are written without their schema.
fn types(world: &World<'_>, read: &Read, output: &mut Output) {
    let unknown = |ty: &TypeName| ty.schema.is_empty();
    let is_needed = match &read.entry.object {
        Object::Table(it) => it.columns.iter().any(|it| unknown(&it.ty)),
        Object::ForeignTable(it) => it.columns.iter().any(|it| unknown(&it.ty)),
        Object::CompositeType(it) => it.attributes.iter().any(|it| unknown(&it.ty)),
        Object::Domain(it) => unknown(&it.base),
        Object::Routine(it) => {
            let returned = match &it.returns {
                Returns::One(ty) | Returns::Set(ty) => unknown(ty),
                Returns::Table(columns) => columns.iter().any(|(_, ty)| unknown(ty)),
                Returns::Unsaid => false,
            };
            returned || it.parameters.iter().any(|it| unknown(&it.ty))
        }
        _ => false,
    };
    if is_needed {
        needs(read, output, None);
        world.unknown_homes.iter().for_each(|home| needs(read, output, Some(home)));
    }
}

/// The schemas that bare names of an object are looked up in.
fn homes(read: &Read) -> [Name; 2] {
    let home = read.inclusion().map_or(&read.at.schema, |it| &it.schema);
    [home.clone(), "public".into()]
}

fn needs(read: &Read, output: &mut Output, schema: Option<&Name>) {
    for schema in homes(read).iter().chain(schema) {
        if !output.search.contains(schema) {
            output.search.push(schema.clone());
        }
    }
}

fn uses(output: &mut Output, target: Address) {
    output.uses.push(Use { target, column: None, strength: Strength::Hard });
}

fn elements<'e>(
    world: &World<'_>,
    read: &Read,
    method: &str,
    elements: impl Iterator<Item = &'e IndexElement>,
    output: &mut Output,
) {
    for element in elements {
        collation(world, read, element.collation.as_ref(), output);
        let Some(class) = &element.class else {
            default_classes(world, method, output);
            continue;
        };
        if class.name.schema.is_empty()
            && builtin::postgresql().operator_class(method, &class.name.name).is_some()
        {
            continue;
        }
        let brings = world
            .extensions
            .iter()
            .find(|it| it.provided.operator_class(method, &class.name.name).is_some());
        if let Some(extension) = brings {
            uses(output, Address::global(Kind::Extension, extension.name.clone()));
        }
        if class.name.schema.is_empty() {
            needs(read, output, brings.map(|it| &it.home));
        }
    }
}

/// Where no class is written, an extension may bring the one that is taken.
fn default_classes(world: &World<'_>, method: &str, output: &mut Output) {
    if matches!(method, "btree" | "hash" | "brin") {
        return;
    }
    for extension in &world.extensions {
        if extension.provided.operator_classes(method).any(|it| it.default) {
            uses(output, Address::global(Kind::Extension, extension.name.clone()));
        }
    }
}

fn collation(world: &World<'_>, read: &Read, name: Option<&Qualified>, output: &mut Output) {
    let Some(name) = name.filter(|it| it.schema.is_empty()) else { return };
    if builtin::postgresql().object(ObjectKind::Collation, &name.name).is_some() {
        return;
    }
    for home in homes(read) {
        let at = Address::new(Kind::Collation, home, name.name.clone());
        if world.catalog.get(&at).is_some() {
            needs(read, output, None);
            uses(output, at);
            return;
        }
    }
}

/// The operator of an exclusion constraint, as it is written.
fn operator(world: &World<'_>, read: &Read, symbol: &str, output: &mut Output) {
    if symbol.contains('.') {
        return;
    }
    for (at, _) in world.declared_operators.get(symbol).into_iter().flatten() {
        needs(read, output, None);
        uses(output, (*at).clone());
    }
    for extension in
        world.extensions.iter().filter(|it| it.provided.operators(symbol).next().is_some())
    {
        needs(read, output, Some(&extension.home));
        uses(output, Address::global(Kind::Extension, extension.name.clone()));
    }
}
