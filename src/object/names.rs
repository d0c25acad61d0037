//! The names that a source declares, gathered before anything is read: files and declarations have no order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::address::{Kind, Name, Qualified};
use crate::sql::builtin::{self, extensions};

/// What a name is declared as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared {
    pub(crate) kind: Kind,
}

/// The functions of the one extension that every database is born with.
const PLPGSQL: [&str; 3] = ["plpgsql_call_handler", "plpgsql_inline_handler", "plpgsql_validator"];

/// All declared names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Tables, views, sequences, composite types.
    pub(crate) relations: FxHashMap<Qualified, Declared>,
    /// Enums, domains, ranges, base types.
    pub(crate) types: FxHashMap<Qualified, Declared>,
    /// Functions and procedures, by name; how many are of that name is for overload resolution.
    pub(crate) routines: FxHashMap<Qualified, Declared>,
    /// What lives in no schema, and what is rarely named: by kind.
    pub(crate) others: BTreeMap<(Kind, Qualified), Declared>,
    /// Extensions and the schema that each was told to use.
    pub(crate) extensions: BTreeMap<Name, Option<Name>>,
    /// Whether some item could not be read at all, so that a missing name may be its.
    pub(crate) unreadable: bool,
    /// The names that could be meant, as they were last listed.
    lists: RefCell<Lists>,
}

/// The names of a sort that are seen from a schema.
type Lists = FxHashMap<(Sort, Name), Rc<[String]>>;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Declared in the source.
    Declared(Qualified),
    /// PostgreSQL's own.
    Builtin(Qualified),
    /// Brought by a declared extension whose contents are known.
    Extension(Qualified, Name),
    /// Perhaps brought by a declared extension whose contents are not known, or by text that could not be read.
    Unsure(Qualified),
    /// Nothing is called so.
    Missing,
}

/// What sort of thing a name is looked for as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    Relation,
    Type,
    Routine,
}

impl Names {
    /// Finds what a name means from a file of a schema: that schema, `public`, PostgreSQL's own, extensions.
    pub(crate) fn find(
        &self,
        sort: Sort,
        schema: Option<&Name>,
        name: &Name,
        file_schema: &Name,
    ) -> Found {
        match schema {
            Some(schema) => self.find_in(sort, schema, name),
            None => {
                for schema in [file_schema, &Name::new_static("public")] {
                    let at = Qualified { schema: schema.clone(), name: name.clone() };
                    if self.declares(sort, &at) {
                        return Found::Declared(at);
                    }
                }
                if self.is_builtin(sort, name) {
                    return Found::Builtin(Qualified::new("pg_catalog", name.clone()));
                }
                self.find_in_extensions(sort, None, name)
            }
        }
    }

    fn find_in(&self, sort: Sort, schema: &Name, name: &Name) -> Found {
        let at = Qualified { schema: schema.clone(), name: name.clone() };
        if self.declares(sort, &at) {
            return Found::Declared(at);
        }
        if schema == "pg_catalog" && self.is_builtin(sort, name)
            || schema == "information_schema"
            || schema == "pg_toast"
        {
            return Found::Builtin(at);
        }
        self.find_in_extensions(sort, Some(schema), name)
    }

    fn declares(&self, sort: Sort, at: &Qualified) -> bool {
        match sort {
            Sort::Relation => self.relations.contains_key(at),
            Sort::Type => self.types.contains_key(at) || self.relations.contains_key(at),
            Sort::Routine => self.routines.contains_key(at),
        }
    }

    fn is_builtin(&self, sort: Sort, name: &str) -> bool {
        let own = builtin::postgresql();
        match sort {
            Sort::Relation => {
                own.relation(&format!("pg_catalog.{name}")).is_some()
                    || own.relation(name).is_some()
            }
            Sort::Type => own.type_of_typname(name).is_some(),
            Sort::Routine => PLPGSQL.contains(&name) || own.functions(name).next().is_some(),
        }
    }

    fn find_in_extensions(&self, sort: Sort, schema: Option<&Name>, name: &Name) -> Found {
        let mut unsure = self.unreadable;
        for (extension, told) in &self.extensions {
            let known =
                extensions::find(extension).and_then(|it| Some((it, it.provided.as_ref()?)));
            let Some((info, provided)) = known else {
                unsure = true;
                continue;
            };
            let home = info
                .schema
                .map(Name::from)
                .or_else(|| told.clone())
                .unwrap_or_else(|| "public".into());
            if schema.is_some_and(|schema| *schema != home) {
                continue;
            }
            let found = match sort {
                Sort::Relation => provided.relation(name).is_some(),
                Sort::Type => {
                    provided.type_of_typname(name).is_some() || provided.type_named(name).is_some()
                }
                Sort::Routine => provided.functions(name).next().is_some(),
            };
            if found {
                return Found::Extension(
                    Qualified { schema: home, name: name.clone() },
                    extension.clone(),
                );
            }
        }
        if unsure {
            Found::Unsure(Qualified {
                schema: schema.cloned().unwrap_or_default(),
                name: name.clone(),
            })
        } else {
            Found::Missing
        }
    }

    /// Returns the names that could be meant, as they would be written from a file of a schema.
    pub(crate) fn candidates(&self, sort: Sort, file_schema: &str) -> Rc<[String]> {
        let mut lists = self.lists.borrow_mut();
        let list = lists.entry((sort, file_schema.into()));
        Rc::clone(list.or_insert_with(|| self.list(sort, file_schema).into()))
    }

    fn list(&self, sort: Sort, file_schema: &str) -> Vec<String> {
        let map = match sort {
            Sort::Relation => vec![&self.relations],
            Sort::Type => vec![&self.types],
            Sort::Routine => vec![&self.routines],
        };
        let mut out: Vec<String> = Vec::new();
        for at in map.iter().flat_map(|map| map.keys()) {
            let bare = at.schema == file_schema || at.schema == "public";
            out.push(if bare { at.name.to_string() } else { format!("{}.{}", at.schema, at.name) });
        }
        out.sort_unstable();
        out
    }
}

/// Returns PostgreSQL's type for what other languages and databases call otherwise.
pub(crate) fn foreign_type(name: &str) -> Option<&'static str> {
    let found = match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "clob" | "longtext" | "mediumtext" | "tinytext" | "nvarchar"
        | "varchar2" => "text",
        "datetime" | "datetime2" | "datetimeoffset" => "timestamptz",
        "double" => "double precision",
        "tinyint" | "int1" => "smallint",
        "mediumint" | "int32" => "integer",
        "long" | "int64" => "bigint",
        "number" | "bigdecimal" => "numeric",
        "blob" | "binary" | "varbinary" | "longblob" | "image" | "bytes" => "bytea",
        "uniqueidentifier" | "guid" => "uuid",
        "object" | "document" => "jsonb",
        _ => return None,
    };
    Some(found)
}
