//! Types: what a PostgreSQL type is in Rust.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::items::{Item, Items, Shape};
use super::shared::Need;
use super::{Decimal, Options, Time};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::sql::type_name::TypeName;

/// A Rust type as the text of a module writes it.
#[derive(Clone, Debug)]
pub(super) struct RustType {
    pub(super) text: String,
    pub(super) traits: Traits,
}

/// What a type implements besides `Clone`, `Debug` and `PartialEq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) copy: bool,
    /// `Eq` and `Hash`.
    pub(super) eq: bool,
    pub(super) ord: bool,
}

impl Traits {
    const ALL: Traits = Traits { copy: true, eq: true, ord: true };
    const OWNED: Traits = Traits { copy: false, eq: true, ord: true };
    const FLOAT: Traits = Traits { copy: true, eq: false, ord: false };
    const NONE: Traits = Traits { copy: false, eq: false, ord: false };

    fn and(self, other: Traits) -> Traits {
        Traits {
            copy: self.copy && other.copy,
            eq: self.eq && other.eq,
            ord: self.ord && other.ord,
        }
    }

    /// Lists the traits to derive.
    pub(super) fn derives<'s>(self) -> impl Iterator<Item = &'s str> + use<'s> {
        let list = [
            (true, "Clone"),
            (self.copy, "Copy"),
            (true, "Debug"),
            (true, "PartialEq"),
            (self.eq, "Eq"),
            (self.eq && self.ord, "PartialOrd"),
            (self.eq && self.ord, "Ord"),
            (self.eq, "Hash"),
        ];
        list.into_iter().filter(|(has, _)| *has).map(|(_, name)| name)
    }
}

/// Why a type has no Rust type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unmapped {
    /// Its values serve searches within the server, and a client has no use for them.
    Internal,
    /// The author must say which.
    Unknown,
}

/// The most types of types that are looked through.
const MAX_DEPTH: u32 = 64;

/// Finds Rust types, and remembers what they need.
pub(super) struct Types<'i> {
    items: &'i Items<'i>,
    pub(super) options: &'i Options,
    needs: RefCell<BTreeSet<Need>>,
    traits: RefCell<BTreeMap<Address, Traits>>,
}

impl<'i> Types<'i> {
    pub(super) fn new(items: &'i Items<'i>, options: &'i Options) -> Self {
        Types { items, options, needs: RefCell::default(), traits: RefCell::default() }
    }

    /// Returns what the types so far need.
    pub(super) fn needs(&self) -> BTreeSet<Need> {
        self.needs.borrow().clone()
    }

    /// Remembers a need.
    pub(super) fn need(&self, need: Need) {
        self.needs.borrow_mut().insert(need);
    }

    /// Returns the Rust type of a type, as the module of a schema writes it.
    pub(super) fn of(&self, ty: &TypeName, schema: &Name) -> Result<RustType, Unmapped> {
        self.find(ty, schema, 0)
    }

    /// Returns the Rust type of ranges over a type.
    pub(super) fn range_of(&self, bound: &RustType) -> RustType {
        self.need(Need::Range);
        let traits = Traits { ord: false, ..bound.traits };
        RustType { text: format!("pg::Range<{}>", bound.text), traits }
    }

    /// Returns the Rust type of a column of a table: that of its key if it is one, the author's if there is one.
    pub(super) fn of_column(
        &self,
        relation: &Qualified,
        column: &Name,
        ty: &TypeName,
        schema: &Name,
    ) -> Result<RustType, Unmapped> {
        let source = self.items.source_of(relation, column);
        let hint = self.items.column_hint(&source.0, &source.1);
        if let Some(text) = hint.and_then(|it| it.ty.as_deref()) {
            return Ok(authors(text));
        }
        if let Some(newtype) = self.items.newtype(&source.0, &source.1) {
            let base = self.of(newtype.ty, schema)?;
            return Ok(RustType {
                text: self.path(&source.0.schema, &newtype.name, schema),
                traits: base.traits,
            });
        }
        self.of(ty, schema)
    }

    fn find(&self, ty: &TypeName, schema: &Name, depth: u32) -> Result<RustType, Unmapped> {
        if MAX_DEPTH < depth {
            return Err(Unmapped::Unknown);
        }
        if ty.dimensions != 0 {
            let element = self.find(&ty.element(), schema, depth + 1)?;
            let traits = Traits { copy: false, ..element.traits };
            return Ok(RustType { text: format!("Vec<{}>", element.text), traits });
        }
        if ty.is_builtin() {
            return self.builtin(&ty.name, schema, depth);
        }
        for kind in Kind::TYPES {
            let at = Address::new(kind, ty.schema.clone(), ty.name.clone());
            let hint = self.items.compiled.hints.object(&at);
            if let Some(text) = hint.and_then(|it| it.ty.as_deref()) {
                return Ok(authors(text));
            }
            if let Some(item) = self.items.get(&at) {
                let text = self.path(&ty.schema, &item.name, schema);
                return Ok(RustType { text, traits: self.traits(item, depth) });
            }
            if self.items.compiled.catalog.get(&at).is_some() {
                return Err(Unmapped::Unknown);
            }
        }
        self.extension(&ty.name)
    }

    /// Returns what an item implements, which follows from what it holds.
    fn traits(&self, item: &Item<'_>, depth: u32) -> Traits {
        if let Some(known) = self.traits.borrow().get(item.at) {
            return *known;
        }
        let of = |ty: &TypeName| {
            self.find(ty, &item.at.schema, depth + 1).map_or(Traits::NONE, |it| it.traits)
        };
        let traits = match item.shape {
            Shape::Enum(_) => Traits::ALL,
            Shape::Domain(it) => of(&it.base),
            Shape::Range(it) => Traits { ord: false, ..of(&it.subtype) },
            Shape::Composite(it) => {
                let held = it.attributes.iter().fold(Traits::ALL, |all, it| all.and(of(&it.ty)));
                Traits { copy: false, ord: false, ..held }
            }
            Shape::Table(_) | Shape::ForeignTable(_) => Traits::NONE,
            Shape::View(_) | Shape::MaterializedView(_) => Traits::NONE,
        };
        self.traits.borrow_mut().insert(item.at.clone(), traits);
        traits
    }

    fn path(&self, of: &Name, name: &str, from: &Name) -> String {
        if of == from {
            name.to_owned()
        } else {
            format!("super::{}::{name}", self.items.module(of))
        }
    }

    fn builtin(&self, name: &str, schema: &Name, depth: u32) -> Result<RustType, Unmapped> {
        if let Some((text, traits)) = plain(name) {
            return Ok(RustType { text: text.to_owned(), traits });
        }
        if let Some(subtype) = range_subtype(name) {
            let bound = self.find(&TypeName::builtin(subtype), schema, depth + 1)?;
            let range = self.range_of(&bound);
            if !name.ends_with("multirange") {
                return Ok(range);
            }
            self.need(Need::Multirange);
            let traits = Traits { copy: false, ..range.traits };
            return Ok(RustType { text: format!("pg::Multirange<{}>", bound.text), traits });
        }
        if matches!(name, "tsvector" | "tsquery" | "gtsvector") {
            return Err(Unmapped::Internal);
        }
        let (need, text, traits) =
            shared(name).or_else(|| self.of_crate(name)).ok_or(Unmapped::Unknown)?;
        self.need(need);
        Ok(RustType { text: text.to_owned(), traits })
    }

    /// Returns the types that come from crates.
    fn of_crate(&self, name: &str) -> Option<(Need, &'static str, Traits)> {
        let time = |chrono, time, jiff| match self.options.time {
            Time::Chrono => (Need::Chrono, chrono, Traits::ALL),
            Time::Time => (Need::Time, time, Traits::ALL),
            Time::Jiff => (Need::Jiff, jiff, Traits::ALL),
        };
        Some(match name {
            "numeric" => match self.options.decimal {
                Decimal::Text => {
                    (Need::Numeric, "pg::Numeric", Traits { ord: false, ..Traits::OWNED })
                }
                Decimal::RustDecimal => (Need::RustDecimal, "rust_decimal::Decimal", Traits::ALL),
            },
            "uuid" => (Need::Uuid, "uuid::Uuid", Traits::ALL),
            "json" | "jsonb" => (Need::SerdeJson, "serde_json::Value", Traits::NONE),
            "timestamp with time zone" => {
                time("chrono::DateTime<chrono::Utc>", "time::OffsetDateTime", "jiff::Timestamp")
            }
            "timestamp without time zone" => {
                time("chrono::NaiveDateTime", "time::PrimitiveDateTime", "jiff::civil::DateTime")
            }
            "date" => time("chrono::NaiveDate", "time::Date", "jiff::civil::Date"),
            "time without time zone" => {
                time("chrono::NaiveTime", "time::Time", "jiff::civil::Time")
            }
            _ => return None,
        })
    }

    /// Returns the types that extensions bring, by their names.
    fn extension(&self, name: &str) -> Result<RustType, Unmapped> {
        let (text, traits) = match name {
            "citext" | "ltree" | "lquery" | "ltxtquery" => ("String", Traits::OWNED),
            "hstore" => ("std::collections::HashMap<String, Option<String>>", Traits::NONE),
            "vector" => ("pgvector::Vector", Traits::NONE),
            "halfvec" => ("pgvector::HalfVector", Traits::NONE),
            "sparsevec" => ("pgvector::SparseVector", Traits::NONE),
            _ => return Err(Unmapped::Unknown),
        };
        if text.starts_with("pgvector") {
            self.need(Need::Pgvector);
        }
        Ok(RustType { text: text.to_owned(), traits })
    }
}

/// Returns the types that Rust has and the clients read and write.
fn plain(name: &str) -> Option<(&'static str, Traits)> {
    Some(match name {
        "boolean" => ("bool", Traits::ALL),
        "smallint" => ("i16", Traits::ALL),
        "integer" => ("i32", Traits::ALL),
        "bigint" => ("i64", Traits::ALL),
        "oid" => ("u32", Traits::ALL),
        "\"char\"" => ("i8", Traits::ALL),
        "real" => ("f32", Traits::FLOAT),
        "double precision" => ("f64", Traits::FLOAT),
        "text" | "character varying" | "character" | "name" => ("String", Traits::OWNED),
        "bytea" => ("Vec<u8>", Traits::OWNED),
        _ => return None,
    })
}

/// Returns the types that the module `pg` has.
fn shared(name: &str) -> Option<(Need, &'static str, Traits)> {
    let unordered = Traits { ord: false, ..Traits::ALL };
    Some(match name {
        "interval" => (Need::Interval, "pg::Interval", unordered),
        "inet" | "cidr" => (Need::Inet, "pg::Inet", Traits::ALL),
        "macaddr" => (Need::MacAddr, "pg::MacAddr", Traits::ALL),
        "macaddr8" => (Need::MacAddr8, "pg::MacAddr8", Traits::ALL),
        "bit" | "bit varying" => (Need::Bits, "pg::Bits", Traits::OWNED),
        "money" => (Need::Money, "pg::Money", Traits::ALL),
        "xml" => (Need::Xml, "pg::Xml", Traits { ord: false, ..Traits::OWNED }),
        _ => return None,
    })
}

/// Returns the type of the bounds of PostgreSQL's own ranges and multiranges (manual 8.17.1).
fn range_subtype(name: &str) -> Option<&'static str> {
    Some(match name {
        "int4range" | "int4multirange" => "integer",
        "int8range" | "int8multirange" => "bigint",
        "numrange" | "nummultirange" => "numeric",
        "tsrange" | "tsmultirange" => "timestamp without time zone",
        "tstzrange" | "tstzmultirange" => "timestamp with time zone",
        "daterange" | "datemultirange" => "date",
        _ => return None,
    })
}

/// Takes an author's type as it is, spaced as rustfmt does.
fn authors(text: &str) -> RustType {
    let mut spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in [
        (" ,", ","),
        (",", ", "),
        (",  ", ", "),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ::", "::"),
        (":: ", "::"),
    ] {
        spaced = spaced.replace(from, to);
    }
    RustType { text: spaced, traits: Traits::NONE }
}
