//! The types and casts that take part in a choice, and what can be asked of them.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::sql::builtin::Provided;
use crate::sql::builtin::casts::{CastContext, CastMethod};
use crate::sql::builtin::types::{Type, TypeKind};

/// How many steps from a type to those it is made of are followed.
pub(super) const MAX_DEPTH: usize = 32;

/// The types and casts that are known.
///
/// What one type is made of, a domain's base type or a range's subtype, must be known too, or the type is not.
/// Array types `t[]` follow from their elements.
#[derive(Debug, Clone, Default)]
pub struct TypeSystem {
    types: HashMap<SmolStr, Facts>,
    /// By the name in `pg_type`, for calls that are casts.
    called: HashMap<SmolStr, SmolStr>,
    /// By source: target, context and method.
    casts: HashMap<SmolStr, Vec<(SmolStr, CastContext, CastMethod)>>,
}

/// What is known of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    #[expect(missing_docs, reason = "the field speaks")]
    pub kind: Kind,
    /// `typcategory`; a domain's is its base type's whatever stands here.
    pub category: char,
    #[expect(missing_docs, reason = "the field speaks")]
    pub preferred: bool,
    /// What it has as elements when it is an array under a name of its own, as `int2vector` is.
    pub element: Option<SmolStr>,
}

/// What sort of type it is, with the types it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Kind {
    Base,
    Composite,
    Domain { base: SmolStr },
    Enum,
    Pseudo,
    Range { subtype: SmolStr, multirange: SmolStr },
    Multirange { range: SmolStr },
}

impl Facts {
    /// Gives the facts that `CREATE TYPE` and `CREATE DOMAIN` make when nothing else is said.
    pub fn new(kind: Kind) -> Facts {
        let category = match kind {
            Kind::Base | Kind::Domain { .. } => 'U',
            Kind::Composite => 'C',
            Kind::Enum => 'E',
            Kind::Pseudo => 'P',
            Kind::Range { .. } | Kind::Multirange { .. } => 'R',
        };
        Facts { kind, category, preferred: false, element: None }
    }
}

impl TypeSystem {
    /// Takes the types and casts that PostgreSQL has of itself.
    pub fn new(postgresql: &Provided) -> TypeSystem {
        let mut system = TypeSystem::default();
        system.add(postgresql, |name| name.into());
        system
    }

    /// Adds the types and casts of an extension; the closure gives to a bare name of a type the name it has in its
    /// schema, as `format_type` prints it, and leaves those of `pg_catalog` alone.
    pub fn add(&mut self, provided: &Provided, name_of: impl Fn(&str) -> SmolStr) {
        for found in provided.all_types() {
            // The facts of the newest major come first.
            self.types.entry(name_of(found.name)).or_insert_with(|| facts_of(&found, &name_of));
            self.called.insert(found.typname.into(), name_of(found.name));
        }
        for relation in provided.relation_names() {
            let row_type = relation.strip_prefix("pg_catalog.").unwrap_or(relation);
            self.types.entry(name_of(row_type)).or_insert_with(|| Facts::new(Kind::Composite));
        }
        for cast in provided.all_casts() {
            self.add_cast(name_of(cast.source), name_of(cast.target), cast.context, cast.method);
        }
    }

    /// Adds or replaces a type, by its name as `format_type` prints it.
    pub fn add_type(&mut self, name: impl Into<SmolStr>, facts: Facts) {
        self.types.insert(name.into(), facts);
    }

    /// Adds a cast between two types.
    pub fn add_cast(
        &mut self,
        source: impl Into<SmolStr>,
        target: impl Into<SmolStr>,
        context: CastContext,
        method: CastMethod,
    ) {
        self.casts.entry(source.into()).or_default().push((target.into(), context, method));
    }

    /// Tells whether the type is known and all that it is made of.
    pub fn is_known(&self, name: &str) -> bool {
        let mut name = name;
        for _ in 0..MAX_DEPTH {
            if let Some(element) = name.strip_suffix("[]") {
                name = element;
                continue;
            }
            let Some(facts) = self.types.get(name) else { return false };
            name = match (&facts.kind, &facts.element) {
                (Kind::Domain { base }, _) => base,
                (Kind::Range { subtype, .. }, _) => subtype,
                (Kind::Multirange { range }, _) => range,
                (Kind::Base | Kind::Composite | Kind::Enum | Kind::Pseudo, Some(element)) => {
                    element
                }
                (Kind::Base | Kind::Composite | Kind::Enum | Kind::Pseudo, None) => return true,
            };
        }
        false
    }

    /// The type that a call of this name would cast to.
    pub(super) fn type_called(&self, name: &str) -> Option<&str> {
        self.called.get(name).map(SmolStr::as_str)
    }

    pub(super) fn cast(&self, source: &str, target: &str) -> Option<(CastContext, CastMethod)> {
        let mut casts = self.casts.get(source)?.iter();
        casts.find(|(to, _, _)| to == target).map(|(_, context, method)| (*context, *method))
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        self.types.get(name).map(|facts| &facts.kind)
    }

    /// The category's letter and whether the type is preferred in it.
    pub fn category(&self, name: &str) -> (char, bool) {
        let base = self.base(name);
        let (category, preferred) = match base.strip_suffix("[]") {
            Some("record") => ('P', false),
            Some(_) => ('A', false),
            None => {
                self.types.get(base).map_or(('X', false), |facts| (facts.category, facts.preferred))
            }
        };
        (category, preferred && base == name)
    }

    /// The type under a domain; any other type itself.
    pub fn base<'n>(&'n self, name: &'n str) -> &'n str {
        let mut name = name;
        for _ in 0..MAX_DEPTH {
            let Some(Kind::Domain { base }) = self.kind(name) else { break };
            name = base;
        }
        name
    }

    /// The element type of an array.
    pub fn element<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        name.strip_suffix("[]").or_else(|| self.types.get(name)?.element.as_deref())
    }

    /// The type of the bounds of a range.
    pub fn subtype(&self, range: &str) -> Option<&str> {
        let Kind::Range { subtype, .. } = self.kind(range)? else { return None };
        Some(subtype)
    }

    pub(super) fn multirange(&self, range: &str) -> Option<&str> {
        let Kind::Range { multirange, .. } = self.kind(range)? else { return None };
        Some(multirange)
    }

    pub(super) fn range(&self, multirange: &str) -> Option<&str> {
        let Kind::Multirange { range } = self.kind(multirange)? else { return None };
        Some(range)
    }

    /// Tells whether it is an enum.
    pub fn is_enum(&self, name: &str) -> bool {
        self.kind(name) == Some(&Kind::Enum)
    }

    /// Tells whether it is a composite type.
    pub fn is_composite(&self, name: &str) -> bool {
        self.kind(name) == Some(&Kind::Composite)
    }

    /// Tells whether values of the type are rows: of a composite type, or `record`.
    pub fn is_row(&self, name: &str) -> bool {
        name == "record" || self.is_composite(self.base(name))
    }
}

fn facts_of(found: &Type, name_of: impl Fn(&str) -> SmolStr) -> Facts {
    let kind = match found.kind {
        TypeKind::Base => Kind::Base,
        TypeKind::Composite => Kind::Composite,
        TypeKind::Domain { base } => Kind::Domain { base: name_of(base) },
        TypeKind::Enum => Kind::Enum,
        TypeKind::Pseudo => Kind::Pseudo,
        TypeKind::Range { subtype, multirange } => {
            Kind::Range { subtype: name_of(subtype), multirange: name_of(multirange) }
        }
        TypeKind::Multirange { range } => Kind::Multirange { range: name_of(range) },
    };
    Facts {
        kind,
        category: found.category,
        preferred: found.preferred,
        element: found.element.map(name_of),
    }
}
