//! Types: `pg_type` and `pg_range`. How types are spelled in SQL is in [`super::spelling`].

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// A type that is no array; of every type `t` with [`Type::has_array`] there is the array type `t[]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    /// As `format_type` prints it.
    pub name: &'static str,
    /// As `pg_type` has it: `int4` for `integer`.
    pub typname: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub kind: TypeKind,
    /// The letter of its category (manual 53.64, `typcategory`).
    pub category: char,
    /// It is a preferred type of its category.
    pub preferred: bool,
    /// It takes `COLLATE`.
    pub collatable: bool,
    /// It takes modifiers, as `numeric(10, 2)` does.
    pub takes_modifiers: bool,
    #[expect(missing_docs, reason = "the field speaks")]
    pub has_array: bool,
    /// Bytes it is stored in; -1 if that varies, -2 for a C string.
    pub length: i16,
    /// What it has as elements when it is an array under a name of its own, as `int2vector` is.
    pub element: Option<&'static str>,
    /// What a subscript gives of a type that is no array, as of `point`.
    pub fixed_element: Option<&'static str>,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
}

/// What sort of type it is (`pg_type.typtype`), with the types it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum TypeKind {
    Base,
    Composite,
    Domain { base: &'static str },
    Enum,
    Pseudo,
    Range { subtype: &'static str, multirange: &'static str },
    Multirange { range: &'static str },
}

const N_COLUMNS: usize = 5;

impl Provided {
    /// Finds a type by its name, as `format_type` prints it.
    ///
    /// Arrays are not found: take their `[]` away first.
    pub fn type_named(&self, name: &str) -> Option<Type> {
        self.types.with_key(name, N_COLUMNS).find_map(read)
    }

    /// Finds a type by its name in `pg_type`: `int4`, not `integer`.
    pub fn type_of_typname(&self, typname: &str) -> Option<Type> {
        let named = self.types.with_key(typname, N_COLUMNS).find_map(read);
        named.filter(|found| found.typname == typname).or_else(|| {
            let mut row =
                self.types.with_key(typname, N_COLUMNS).find(|row| read(row.clone()).is_none())?;
            row.next();
            self.type_named(row.next().strip_prefix('>')?)
        })
    }

    /// Gives all types that are no arrays, by name.
    pub fn all_types(&self) -> impl Iterator<Item = Type> + use<> {
        self.types.all(N_COLUMNS).filter_map(read)
    }
}

/// Reads a type; `None` for a line that only leads from the name in `pg_type` to the type.
fn read(mut row: Row) -> Option<Type> {
    let (name, typname, flags) = (row.next(), row.next(), row.next());
    if typname.starts_with('>') {
        return None;
    }
    let (length, related) = (row.next(), row.next());
    let mut letters = flags.chars();
    let (kind, category) = (letters.next(), letters.next().unwrap_or('X'));
    let marks = letters.as_str();
    let bare = name.rsplit_once('.').map_or(name, |(_, bare)| bare);
    Some(Type {
        name,
        typname: if typname.is_empty() { bare } else { typname },
        kind: match (kind, related.split_once(',')) {
            (Some('r'), Some((subtype, multirange))) => TypeKind::Range { subtype, multirange },
            (Some('m'), _) => TypeKind::Multirange { range: related },
            (Some('d'), _) => TypeKind::Domain { base: related },
            (Some('c'), _) => TypeKind::Composite,
            (Some('e'), _) => TypeKind::Enum,
            (Some('p'), _) => TypeKind::Pseudo,
            _ => TypeKind::Base,
        },
        category,
        preferred: marks.contains('P'),
        collatable: marks.contains('C'),
        takes_modifiers: marks.contains('M'),
        has_array: marks.contains('A'),
        length: length.parse().unwrap_or(-1),
        element: related.strip_prefix("array "),
        fixed_element: related.strip_prefix("fixed "),
        versions: row.versions,
    })
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;
    use super::*;

    #[test]
    fn types_are_found() {
        let integer = postgresql().type_named("integer").unwrap();
        assert_eq!((integer.typname, integer.category, integer.length), ("int4", 'N', 4));
        let range = postgresql().type_named("int4range").unwrap();
        assert_eq!(
            range.kind,
            TypeKind::Range { subtype: "integer", multirange: "int4multirange" }
        );
        assert_eq!(postgresql().type_named("int2vector").unwrap().element, Some("smallint"));
        assert_eq!(
            postgresql().type_named("point").unwrap().fixed_element,
            Some("double precision")
        );
        assert_eq!(postgresql().type_named("int4"), None);
        let domain = postgresql().type_named("information_schema.sql_identifier").unwrap();
        assert_eq!(
            (domain.typname, domain.kind),
            ("sql_identifier", TypeKind::Domain { base: "name" })
        );
    }

    #[test]
    fn names_in_pg_type() {
        let name = |typname| postgresql().type_of_typname(typname).map(|found| found.name);
        assert_eq!(name("int4"), Some("integer"));
        assert_eq!(name("char"), Some("\"char\""));
        assert_eq!(name("bpchar"), Some("character"));
        assert_eq!(name("text"), Some("text"));
        assert_eq!(name("integer"), None);
        assert_eq!(name("float"), None);
    }

    #[test]
    fn categories_by_major() {
        let category =
            |major| postgresql().in_major(major).type_named("\"char\"").unwrap().category;
        assert_eq!((category(14), category(15)), ('S', 'Z'));
    }
}
