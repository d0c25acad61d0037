//! What PostgreSQL 14 to 18 and their contrib extensions bring along: types, functions, operators and the rest.
//!
//! Known without a server, from tables that `tests/builtin.rs` reads out of real servers and holds to them. The tables
//! are text, in `data/`: one object a line, fields separated by tabs, trailing empty fields left out, sorted by the first
//! fields. Nothing is parsed before it is asked for: a lookup is a binary search in the text.
//!
//! | file | fields |
//! |---|---|
//! | `types.txt` | name; `typname` if different; flags; `typlen`; related type. Or `typname`; `>` and the name |
//! | `functions.txt` | name; flags; arguments; result; output columns |
//! | `operators.txt` | symbol; left; right; result; function |
//! | `casts.txt` | source; target; context and method |
//! | `operator_classes.txt` | access method; name; input type; `D` if default; family |
//! | `objects.txt` | kind; name; flags |
//! | `relations.txt` | name with schema; kind; columns, each `name:type`, `!` if not null, `@` and its majors |
//!
//! The field after these holds the majors that have the object with just these facts: nothing for all, `15-`, `-16` or
//! `15-16`. A fact that changed makes two lines, the newer one first. `extensions.txt` has a section an extension: `= `,
//! name, flags, schema, required extensions, majors; then a block a table, headed by its name.
//!
//! Types are named as `format_type` prints them: `integer`, `timestamp with time zone`, `integer[]`; those outside
//! `pg_catalog` with their schema, except that an extension's own types, and those of extensions it requires, are bare.

mod rows;

pub mod casts;
pub mod extensions;
pub mod functions;
pub mod objects;
pub mod operator_classes;
pub mod operators;
pub mod relations;
pub mod spelling;
pub mod types;
pub mod versions;

use rows::Rows;

/// The objects that `initdb` or one extension makes.
///
/// Lookups by name are methods, each in the module of its kind. Of an object whose facts changed between the majors,
/// they give the newest first, unless [`Provided::in_major`] has chosen one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Provided {
    types: Rows,
    functions: Rows,
    operators: Rows,
    casts: Rows,
    operator_classes: Rows,
    objects: Rows,
    relations: Rows,
}

/// Gives the objects that every new database has, in `pg_catalog` and `information_schema`.
///
/// The language `plpgsql` is not among them: it is the extension of that name, which `initdb` creates.
pub fn postgresql() -> Provided {
    Provided {
        types: Rows::of_file(include_str!("data/types.txt")),
        functions: Rows::of_file(include_str!("data/functions.txt")),
        operators: Rows::of_file(include_str!("data/operators.txt")),
        casts: Rows::of_file(include_str!("data/casts.txt")),
        operator_classes: Rows::of_file(include_str!("data/operator_classes.txt")),
        objects: Rows::of_file(include_str!("data/objects.txt")),
        relations: Rows::of_file(include_str!("data/relations.txt")),
    }
}

impl Provided {
    /// Restricts the objects to those of one major version, with the facts they have there.
    pub fn in_major(self, major: u8) -> Provided {
        Provided {
            types: self.types.in_major(major),
            functions: self.functions.in_major(major),
            operators: self.operators.in_major(major),
            casts: self.casts.in_major(major),
            operator_classes: self.operator_classes.in_major(major),
            objects: self.objects.in_major(major),
            relations: self.relations.in_major(major),
        }
    }
}
