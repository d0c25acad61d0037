//! Unique constraints and primary keys, by an index that is built beforehand.

use super::{Altered, Online, Part};
use crate::hazard::cursor::Cursor;
use crate::hazard::statement::ConstraintDef;
use crate::object::address::Name;
use crate::sql::ident::quote_ident;

pub(super) fn add(
    altered: &Altered<'_>,
    constraint: &ConstraintDef,
    name: &Name,
    columns: &[Name],
) -> Option<Online> {
    let Altered { table, state, .. } = *altered;
    if state.is_partitioned(&altered.name) {
        return None;
    }
    let text = constraint.at.of(altered.sql);
    let key = Key::read(text)?;
    let mut now = Vec::new();
    if key.primary {
        for column in columns {
            now.extend(altered.set_not_null(column).into_iter().flatten());
        }
    }
    let (word, quoted) = (if key.primary { "PRIMARY KEY" } else { "UNIQUE" }, quote_ident(name));
    let (elements, rest, attributes) = (key.elements, key.index_clauses, key.attributes);
    now.push(Part::alone(format!(
        "CREATE UNIQUE INDEX CONCURRENTLY {quoted} ON {table} ({elements}){rest}"
    )));
    now.push(Part::inside(format!(
        "ALTER TABLE {table} ADD CONSTRAINT {quoted} {word} USING INDEX {quoted}{attributes}"
    )));
    Some(Online { now, last: Vec::new() })
}

/// A key as it is written.
struct Key<'t> {
    primary: bool,
    elements: &'t str,
    /// What the index has besides, as `CREATE INDEX` writes it.
    index_clauses: String,
    /// When it is checked.
    attributes: String,
}

impl<'t> Key<'t> {
    fn read(text: &'t str) -> Option<Key<'t>> {
        let mut cursor = Cursor::new(text);
        cursor.eat("constraint").then_some(())?;
        cursor.name()?;
        let primary = cursor.eat("primary key");
        if !primary {
            cursor.eat("unique").then_some(())?;
        }
        let nulls = cursor.eat("nulls not distinct");
        let elements = cursor.parens()?.of(text);
        if elements.to_ascii_lowercase().contains("without overlaps") {
            return None;
        }
        let mut clauses = String::new();
        if cursor.eat("include") {
            clauses.push_str(&format!(" INCLUDE ({})", cursor.parens()?.of(text)));
        }
        if nulls {
            clauses.push_str(" NULLS NOT DISTINCT");
        }
        if cursor.eat("with") {
            clauses.push_str(&format!(" WITH ({})", cursor.parens()?.of(text)));
        }
        if cursor.eat("using index tablespace") {
            clauses.push_str(&format!(" TABLESPACE {}", quote_ident(&cursor.name()?)));
        }
        let rest = cursor.until(&[]).of(text);
        let attributes = if rest.is_empty() { String::new() } else { format!(" {rest}") };
        Some(Key { primary, elements, index_clauses: clauses, attributes })
    }
}
