//! From the text of one statement to what it says.
//!
//! What can't be read becomes [`Statement::Unknown`]: nothing is guessed.

mod alter;
mod block;
mod column;
mod create;
mod rest;

use super::cursor::Cursor;
use super::statement::{Command, Named, Sort, Statement};
use crate::object::address::Name;

/// Reads a statement.
pub(super) fn read(text: &str) -> Statement {
    let mut cursor = Cursor::new(text);
    let found = dispatch(&mut cursor);
    found.unwrap_or(Statement::Unknown)
}

fn dispatch(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.eat("alter") {
        return alter::alter(cursor);
    }
    if cursor.eat("create") {
        return create::create(cursor);
    }
    if cursor.eat("drop") {
        return rest::drop(cursor);
    }
    if cursor.eat("do") {
        return block::block(cursor);
    }
    rest::other(cursor)
}

/// Reads what sort of relation is meant.
fn sort(cursor: &mut Cursor<'_>) -> Option<Sort> {
    const SORTS: [(&str, Sort); 6] = [
        ("foreign table", Sort::ForeignTable),
        ("materialized view", Sort::MaterializedView),
        ("table", Sort::Table),
        ("index", Sort::Index),
        ("view", Sort::View),
        ("sequence", Sort::Sequence),
    ];
    SORTS.into_iter().find_map(|(words, sort)| cursor.eat(words).then_some(sort))
}

/// Reads a string constant as the label or value that it is.
fn string(cursor: &mut Cursor<'_>) -> Option<String> {
    let text = cursor.text(cursor.range());
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    cursor.bump();
    Some(inner.replace("''", "'"))
}

/// Reads the names of storage parameters in brackets.
fn parameters(cursor: &mut Cursor<'_>) -> Option<Vec<Name>> {
    let range = cursor.parens()?;
    let mut inside = Cursor::new(cursor.text(range));
    let mut found = Vec::new();
    while !inside.at_end() {
        found.push(inside.path()?.name);
        inside.until(&[]);
        inside.bump();
    }
    Some(found)
}

/// Reads a name and makes a command of it.
fn of_name(cursor: &mut Cursor<'_>, make: impl FnOnce(Named) -> Command) -> Option<Command> {
    cursor.named().map(make)
}
