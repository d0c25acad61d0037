//! Resolves the names in SQL text.

use super::Compiled;
use super::read::Reading;
use crate::diagnostic::Diagnostics;
use crate::object::address::Name;
use crate::object::names::Names;
use crate::sql::type_name::TypeName;

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[];

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
    _compiled: &mut Compiled,
    _reading: &Reading<'_>,
    _names: &Names,
    _diagnostics: &mut Diagnostics,
) {
}
