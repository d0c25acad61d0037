//! Where an object lives: PostgreSQL's own identity, by name.

use std::fmt;

use smol_str::SmolStr;

use super::list::for_each_kind;
use crate::sql::ident::quote_ident;

/// A name as PostgreSQL stores it: folded, without quotes.
pub type Name = SmolStr;

macro_rules! kind {
    ($($variant:ident in $module:ident: $word:literal),* $(,)?) => {
        /// The kinds of object, in the order of creation where nothing else decides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each is documented in the file of its kind")]
        pub enum Kind {
            $($variant),*
        }

        impl Kind {
            /// Returns what PostgreSQL calls the kind, in lower case.
            pub fn word(self) -> &'static str {
                match self {
                    $(Kind::$variant => $word),*
                }
            }

            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$variant),*];
        }
    };
}
for_each_kind!(kind);

impl Kind {
    /// Tells whether objects of this kind are rows of `pg_class` with columns, whose names must differ within a schema.
    pub fn is_relation(self) -> bool {
        Kind::RELATIONS.contains(&self)
    }

    /// The kinds that share the names of `pg_class`, indexes aside.
    pub const RELATIONS: [Kind; 6] = [
        Kind::Table,
        Kind::ForeignTable,
        Kind::View,
        Kind::MaterializedView,
        Kind::Sequence,
        Kind::CompositeType,
    ];

    /// Tells whether PostgreSQL can keep a comment on objects of this kind (manual: COMMENT).
    pub fn takes_comment(self) -> bool {
        !matches!(
            self,
            Kind::UserMapping
                | Kind::PrivilegesOn
                | Kind::DefaultPrivileges
                | Kind::SecurityLabel
                | Kind::Raw
        )
    }

    /// The kinds that share the names of `pg_type`, row types of relations aside.
    pub const TYPES: [Kind; 5] =
        [Kind::EnumType, Kind::Domain, Kind::RangeType, Kind::BaseType, Kind::CompositeType];
}

/// Where an object lives. Ordered so that objects of one kind, then of one schema, then of one relation, are neighbours.
///
/// A routine's name has its argument types, `f(integer, text)`, as `pg_identify_object` prints it; so have operators,
/// casts and whatever else PostgreSQL tells apart by types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The kind.
    pub kind: Kind,
    /// The schema; empty for what lives in no schema.
    pub schema: Name,
    /// The relation that the object belongs to.
    pub relation: Option<Name>,
    /// The name.
    pub name: Name,
}

impl Address {
    /// Makes the address of an object that belongs to no relation.
    pub fn new(kind: Kind, schema: impl Into<Name>, name: impl Into<Name>) -> Self {
        Address { kind, schema: schema.into(), relation: None, name: name.into() }
    }

    /// Makes the address of an object that lives in no schema.
    pub fn global(kind: Kind, name: impl Into<Name>) -> Self {
        Address::new(kind, "", name)
    }

    /// Makes the address of an object that belongs to a relation.
    pub fn of(kind: Kind, relation: &Qualified, name: impl Into<Name>) -> Self {
        Address {
            kind,
            schema: relation.schema.clone(),
            relation: Some(relation.name.clone()),
            name: name.into(),
        }
    }

    /// Returns the relation that the object belongs to, or the name of the object itself where it belongs to none.
    pub fn relation(&self) -> Qualified {
        Qualified {
            schema: self.schema.clone(),
            name: self.relation.clone().unwrap_or_else(|| self.name.clone()),
        }
    }

    /// Returns the name with its schema as SQL.
    pub fn sql(&self) -> String {
        crate::sql::writer::qualified(&self.schema, &self.name)
    }
}

/// Writes the address as in a message: `index users_email_idx on auth.users`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = |f: &mut fmt::Formatter<'_>| {
            if self.schema.is_empty() {
                Ok(())
            } else {
                write!(f, "{}.", quote_ident(&self.schema))
            }
        };
        write!(f, "{} ", self.kind.word())?;
        if self.kind == Kind::PrivilegesOn {
            return f.write_str(&self.name);
        }
        match &self.relation {
            None => {
                schema(f)?;
                f.write_str(&shown_name(&self.name))
            }
            Some(relation) => {
                write!(f, "{} on ", shown_name(&self.name))?;
                schema(f)?;
                f.write_str(&quote_ident(relation))
            }
        }
    }
}

/// Names that carry argument types are shown as they are.
fn shown_name(name: &str) -> std::borrow::Cow<'_, str> {
    if name.contains('(') { name.into() } else { quote_ident(name) }
}

/// A name in a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qualified {
    /// The schema; empty where only the server knows it.
    pub schema: Name,
    /// The name.
    pub name: Name,
}

impl Qualified {
    /// Makes a name in a schema.
    pub fn new(schema: impl Into<Name>, name: impl Into<Name>) -> Self {
        Qualified { schema: schema.into(), name: name.into() }
    }

    /// Returns the name with its schema as SQL.
    pub fn sql(&self) -> String {
        crate::sql::writer::qualified(&self.schema, &self.name)
    }
}

impl fmt::Display for Qualified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql())
    }
}
