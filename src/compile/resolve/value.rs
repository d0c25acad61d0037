//! What is known of a value: its type as `format_type` prints it, and whether it can be NULL.

use smol_str::SmolStr;

use crate::object::address::Name;
use crate::object::path::split_path;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::{PG_CATALOG, TypeName};

/// The type of a string or NULL that nothing has given a type yet.
pub(super) const UNTYPED: &str = "unknown";

/// What is known of a value.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// The type; `None` where it is not known.
    pub(super) ty: Option<SmolStr>,
    /// What stands in parentheses after the type.
    pub(super) modifier: SmolStr,
    pub(super) nullable: bool,
}

/// A column of a relation or result.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: Name,
    pub(super) value: Value,
}

impl Value {
    /// A value of which nothing is known.
    pub(super) fn unknown() -> Self {
        Value { ty: None, modifier: SmolStr::default(), nullable: true }
    }

    /// A value of one of PostgreSQL's own types that is not NULL.
    pub(super) const fn of(ty: &'static str) -> Self {
        Value {
            ty: Some(SmolStr::new_static(ty)),
            modifier: SmolStr::new_static(""),
            nullable: false,
        }
    }

    pub(super) fn with(ty: Option<SmolStr>, nullable: bool) -> Self {
        Value { ty, modifier: SmolStr::default(), nullable }
    }

    /// A value of a declared type.
    pub(super) fn typed(ty: &TypeName, nullable: bool) -> Self {
        Value { ty: key(ty), modifier: ty.modifier.clone(), nullable }
    }

    pub(super) fn or_null(self, nullable: bool) -> Self {
        Value { nullable: self.nullable || nullable, ..self }
    }

    pub(super) fn ty(&self) -> Option<&str> {
        self.ty.as_deref()
    }

    /// The type for a message.
    pub(super) fn shown(&self) -> &str {
        self.ty.as_deref().unwrap_or("?")
    }
}

/// Returns a type as `format_type` prints it, with the schema of all but PostgreSQL's own and without modifier.
pub(super) fn key(ty: &TypeName) -> Option<SmolStr> {
    if ty.schema.is_empty() {
        return None;
    }
    let name = if ty.is_builtin() { ty.name.clone() } else { named(&ty.schema, &ty.name) };
    Some(if ty.dimensions == 0 { name } else { array(&name) })
}

/// Returns the name of a type in a schema as `format_type` prints it.
pub(super) fn named(schema: &str, name: &str) -> SmolStr {
    smol_str::format_smolstr!("{}.{}", quote_ident(schema), quote_ident(name))
}

/// Returns the type of arrays of a type.
pub(super) fn array(element: &str) -> SmolStr {
    smol_str::format_smolstr!("{element}[]")
}

/// Returns the name of a type from what `format_type` prints.
pub(super) fn type_name(key: &str, modifier: &SmolStr) -> TypeName {
    let (element, dimensions) = key.strip_suffix("[]").map_or((key, 0), |element| (element, 1));
    let (schema, name) = match split_path(element).as_slice() {
        [schema, name] => (schema.name.clone(), name.name.clone()),
        _ => (PG_CATALOG.into(), element.into()),
    };
    TypeName { schema, name, modifier: modifier.clone(), dimensions }
}
