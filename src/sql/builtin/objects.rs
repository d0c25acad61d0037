//! Objects of which the name and a few facts matter: access methods, collations, languages, roles, text search.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// An object that has a name and little else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    #[expect(missing_docs, reason = "the field speaks")]
    pub name: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
    flags: &'static str,
}

/// What the object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum ObjectKind {
    AccessMethod,
    /// Those that PostgreSQL defines. `initdb` adds what the machine's C library and ICU offer (`en_US.utf8`,
    /// `und-x-icu`), so that a name not found here may well exist.
    Collation,
    Conversion,
    ForeignDataWrapper,
    Language,
    /// The predefined roles, `pg_monitor` and so on; not the bootstrap superuser, whose name is free.
    Role,
    Schema,
    Tablespace,
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchParser,
    TextSearchTemplate,
}

impl ObjectKind {
    /// The word that the table has for it.
    fn word(self) -> &'static str {
        match self {
            ObjectKind::AccessMethod => "access_method",
            ObjectKind::Collation => "collation",
            ObjectKind::Conversion => "conversion",
            ObjectKind::ForeignDataWrapper => "foreign_data_wrapper",
            ObjectKind::Language => "language",
            ObjectKind::Role => "role",
            ObjectKind::Schema => "schema",
            ObjectKind::Tablespace => "tablespace",
            ObjectKind::TextSearchConfiguration => "text_search_configuration",
            ObjectKind::TextSearchDictionary => "text_search_dictionary",
            ObjectKind::TextSearchParser => "text_search_parser",
            ObjectKind::TextSearchTemplate => "text_search_template",
        }
    }
}

/// What an access method is for and can do (`pg_indexam_has_property`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct AccessMethod {
    pub name: &'static str,
    pub versions: Versions,
    pub indexes: bool,
    /// Takes `ASC`, `DESC` and `NULLS FIRST`.
    pub can_order: bool,
    pub can_unique: bool,
    pub can_multi_column: bool,
    /// Serves `EXCLUDE` constraints.
    pub can_exclude: bool,
    /// Takes `INCLUDE` columns.
    pub can_include: bool,
}

const N_COLUMNS: usize = 3;

impl Provided {
    /// Finds an object by its kind and name.
    pub fn object(&self, kind: ObjectKind, name: &str) -> Option<Object> {
        self.objects.with_key(&format!("{}\t{name}", kind.word()), N_COLUMNS).map(read).next()
    }

    /// Gives the objects of a kind, by name.
    pub fn objects(&self, kind: ObjectKind) -> impl Iterator<Item = Object> + use<> {
        self.objects.with_key(kind.word(), N_COLUMNS).map(read)
    }

    /// Finds an access method, of tables or of indexes.
    pub fn access_method(&self, name: &str) -> Option<AccessMethod> {
        let Object { name, versions, flags } = self.object(ObjectKind::AccessMethod, name)?;
        let can = |letter: char| flags.contains(letter);
        Some(AccessMethod {
            name,
            versions,
            indexes: can('i'),
            can_order: can('O'),
            can_unique: can('U'),
            can_multi_column: can('M'),
            can_exclude: can('E'),
            can_include: can('I'),
        })
    }
}

fn read(mut row: Row) -> Object {
    row.next();
    Object { name: row.next(), flags: row.next(), versions: row.versions }
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;
    use super::*;

    #[test]
    fn objects_are_found() {
        let btree = postgresql().access_method("btree").unwrap();
        assert!(btree.indexes && btree.can_order && btree.can_unique && btree.can_include);
        let gin = postgresql().access_method("gin").unwrap();
        assert!(gin.can_multi_column && !gin.can_order && !gin.can_include && !gin.can_exclude);
        assert!(!postgresql().access_method("heap").unwrap().indexes);
        assert!(postgresql().object(ObjectKind::Collation, "C").is_some());
        assert!(postgresql().object(ObjectKind::TextSearchConfiguration, "english").is_some());
        assert!(postgresql().object(ObjectKind::Role, "pg_monitor").is_some());
        assert!(postgresql().object(ObjectKind::Language, "plpgsql").is_none());
    }
}
