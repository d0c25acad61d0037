//! Where objects and their members stand in the source. It lies beside the model, not in it.

use std::sync::Arc;

use super::address::Name;
use super::inclusion::Inclusion;
use crate::source::Span;

/// Where an object is declared.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The object itself.
    pub place: Place,
    /// Its columns, attributes or labels, in order; of a key or another member, the names that stand in it.
    pub members: Vec<(Name, Place)>,
    /// Whether some of its members could not be read: what it lacks is then no mistake.
    pub incomplete: bool,
}

/// Where an object or a member stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name, or all of it where it has none.
    pub name: Span,
    /// All of it: from its first word, without documentation and attributes before it, to its `}`. The `;` of an item is
    /// part of it, that of a member is not.
    pub whole: Span,
    /// The type of a column or attribute, or that a domain narrows.
    pub ty: Option<Span>,
    /// The include that brought it there.
    pub(crate) inclusion: Option<Arc<Inclusion>>,
}

impl Origin {
    /// Returns the place of a member, the first of that name.
    pub fn member(&self, name: &str) -> Option<&Place> {
        self.members.iter().find(|(it, _)| it == name).map(|(_, place)| place)
    }
}
