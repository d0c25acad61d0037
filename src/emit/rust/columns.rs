//! Columns of relations: what fields a row has.

use super::items::{Item, Items, Shape};
use super::names;
use super::types::{RustType, Types, Unmapped};
use crate::compile::ResultColumn;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::composite_type::Attribute;
use crate::object::view_columns::ViewColumn;
use crate::sql::type_name::TypeName;

rule!(UNMAPPED_TYPE, Error, "unmapped-type");
rule!(UNKNOWN_VIEW_COLUMNS, Error, "unknown-view-columns");

/// The most tables that a table inherits from, one through the other.
const MAX_DEPTH: u32 = 100;

/// A column as a row of its relation has it.
pub(super) struct Source<'c> {
    pub(super) name: &'c Name,
    /// `None` where it could not be found out.
    pub(super) ty: Option<&'c TypeName>,
    pub(super) nullable: bool,
    /// The relation that declares it: the relation itself, or one that it inherits from.
    pub(super) declared: Qualified,
}

/// A field of a struct.
pub(super) struct Field<'c> {
    pub(super) name: String,
    pub(super) sql: &'c Name,
    pub(super) ty: RustType,
    pub(super) docs: Option<&'c str>,
}

/// The fields of a row, and the columns that are left out.
pub(super) struct Fields<'c> {
    pub(super) list: Vec<Field<'c>>,
    pub(super) left_out: Vec<(&'c Name, &'c TypeName)>,
}

/// Finds the fields of a relation's rows and reports columns that have no type.
pub(super) fn fields<'c>(
    item: &Item<'c>,
    items: &Items<'c>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
) -> Fields<'c> {
    let mut fields = Fields { list: Vec::new(), left_out: Vec::new() };
    let is_view = item.shape.view_columns().is_some();
    let sources = if is_view { view(item, items) } else { table(&item.at.relation(), items, 0) };
    if is_view && sources.is_empty() {
        diagnostics.push(unknown_columns(item, items, None));
    }
    for source in sources {
        let hint = items.column_hint(&source.declared, source.name);
        if hint.is_some_and(|it| it.skip) {
            continue;
        }
        let authors = hint.is_some_and(|it| it.ty.is_some());
        let Some(ty) = source.ty.or(authors.then_some(&ANY)) else {
            diagnostics.push(unknown_columns(item, items, Some(source.name)));
            continue;
        };
        match types.of_column(&source.declared, source.name, ty, &item.at.schema) {
            Ok(mut found) => {
                if source.nullable {
                    found.text = format!("Option<{}>", found.text);
                }
                let wanted = hint.and_then(|it| it.name.as_deref());
                let name = member_name(item, source.name, wanted, items, diagnostics);
                let docs = hint.and_then(|it| it.docs.as_deref());
                fields.list.push(Field { name, sql: source.name, ty: found, docs });
            }
            Err(Unmapped::Internal) => fields.left_out.push((source.name, ty)),
            Err(Unmapped::Unknown) => {
                diagnostics.push(unmapped(item, "column", source.name, ty, items))
            }
        }
    }
    let members = fields.list.iter().map(|it| (it.name.as_str(), it.sql.as_str()));
    super::items::members_differ(item, "column", members, items.compiled, diagnostics);
    fields
}

/// Stands for the type of a column whose Rust type the author gives.
static ANY: TypeName = TypeName {
    schema: Name::new_static(""),
    name: Name::new_static(""),
    modifier: Name::new_static(""),
    dimensions: 0,
};

/// Returns the name of a field: the author's, else the one that follows from the column's.
pub(super) fn member_name(
    item: &Item<'_>,
    sql: &Name,
    wanted: Option<&str>,
    items: &Items<'_>,
    diagnostics: &mut Diagnostics,
) -> String {
    let Some(wanted) = wanted else { return names::field_name(sql) };
    if !names::is_ident(wanted) {
        diagnostics.push(super::items::wrong_name(
            items.compiled,
            item.at,
            wanted,
            "name of a field",
        ));
    }
    names::raw(wanted)
}

/// Makes the diagnostic of a column, attribute or the like whose type Rust has none for.
pub(super) fn unmapped(
    item: &Item<'_>,
    what: &str,
    name: &str,
    ty: &TypeName,
    items: &Items<'_>,
) -> Diagnostic {
    let message = format!(
        "the {what} `{name}` of {} has the type `{ty}`, for which there is no Rust type",
        item.at
    );
    let way = match what {
        "column" => {
            format!("write `#[rust(type = path::Type)]` or `#[rust(skip)]` before `{name}`")
        }
        "attribute" => format!("write `#[rust(type = path::Type)]` before `{name}`"),
        _ => "write `#[rust(type = path::Type)]` or `#[rust(skip)]` before it".to_owned(),
    };
    let span = items.compiled.origins.get(item.at).map(|it| it.place.name);
    Diagnostic::new(&UNMAPPED_TYPE, message).label_if(span, "declared here").help(way)
}

fn unknown_columns(item: &Item<'_>, items: &Items<'_>, column: Option<&Name>) -> Diagnostic {
    let span = items.compiled.origins.get(item.at).map(|it| it.place.name);
    let (message, help) = match column {
        Some(column) => (
            format!("the type of the column `{column}` of {} is not known", item.at),
            format!("write `{column}: TYPE;` in the view"),
        ),
        None => (
            format!("the columns of {} are not known", item.at),
            "write each column in the view, as `name: type;`, or `#[rust(skip)]` before the view"
                .to_owned(),
        ),
    };
    Diagnostic::new(&UNKNOWN_VIEW_COLUMNS, message).label_if(span, "declared here").help(help)
}

/// Returns the columns of a view: as its author declared them, else as they follow from its query.
fn view<'c>(item: &Item<'c>, items: &Items<'c>) -> Vec<Source<'c>> {
    let relation = item.at.relation();
    let columns = item.shape.view_columns().unwrap_or_default();
    let declared = |it: &'c ViewColumn| Source {
        name: &it.name,
        ty: Some(&it.ty),
        nullable: it.nullable,
        declared: relation.clone(),
    };
    let Some(found) = items.compiled.views.get(item.at) else {
        return columns.iter().map(declared).collect();
    };
    let source = |it: &'c ResultColumn| {
        let told = columns.iter().find(|column| column.name == it.name).map(declared);
        let (ty, nullable) = (it.ty.as_ref(), it.nullable);
        told.unwrap_or_else(|| Source { name: &it.name, ty, nullable, declared: relation.clone() })
    };
    found.iter().map(source).collect()
}

/// Returns the columns of a table as PostgreSQL orders them: those of its parents, then its own.
fn table<'c>(relation: &Qualified, items: &Items<'c>, depth: u32) -> Vec<Source<'c>> {
    let catalog = &items.compiled.catalog;
    let mut found: Vec<Source<'c>> = Vec::new();
    let Some((_, entry)) = catalog.relation(relation).filter(|_| depth < MAX_DEPTH) else {
        return found;
    };
    let (own, inherits, of, typed) = match Shape::of(&entry.object) {
        Some(Shape::Table(it)) => {
            (&it.columns, &it.inherits, &it.partition_of, it.of_type.as_ref())
        }
        Some(Shape::ForeignTable(it)) => (&it.columns, &it.inherits, &it.partition_of, None),
        Some(Shape::Enum(_) | Shape::Domain(_) | Shape::Composite(_) | Shape::Range(_)) => {
            return found;
        }
        Some(Shape::View(_) | Shape::MaterializedView(_)) | None => return found,
    };
    for parent in inherits.iter().chain(of.as_ref().map(|it| &it.parent)) {
        for source in table(parent, items, depth + 1) {
            if !found.iter().any(|it| it.name == source.name) {
                found.push(source);
            }
        }
    }
    for attribute in typed.into_iter().flat_map(|ty| attributes(ty, items)) {
        found.push(Source { declared: relation.clone(), ..attribute });
    }
    for column in own {
        let nullable = is_nullable(column, relation, items);
        match found.iter_mut().find(|it| *it.name == column.name) {
            Some(known) => known.nullable &= nullable,
            None => found.push(Source {
                name: &column.name,
                ty: Some(&column.ty),
                nullable,
                declared: relation.clone(),
            }),
        }
    }
    for source in &mut found {
        source.nullable &= !items.is_primary(relation, source.name);
    }
    found
}

fn is_nullable(column: &Column, relation: &Qualified, items: &Items<'_>) -> bool {
    !column.not_null && !items.is_primary(relation, &column.name)
}

fn attributes<'c>(ty: &Qualified, items: &Items<'c>) -> Vec<Source<'c>> {
    let at = Address::new(Kind::CompositeType, ty.schema.clone(), ty.name.clone());
    let object = items.compiled.catalog.get(&at).map(|it| &it.object);
    let Some(Object::CompositeType(composite)) = object else { return Vec::new() };
    let source = |it: &'c Attribute| Source {
        name: &it.name,
        ty: Some(&it.ty),
        nullable: true,
        declared: ty.clone(),
    };
    composite.attributes.iter().map(source).collect()
}
