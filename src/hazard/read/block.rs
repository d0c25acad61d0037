//! `DO`: the statements of a block of PL/pgSQL, where each can be told.
//!
//! A condition or a loop around a statement makes no difference to what it locks. What runs text that is made meanwhile
//! (`EXECUTE`), calls a function or catches errors can't be told, and makes the whole block unknown.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a body is a string of two sorts, and a statement is understood or not"
)]

use crate::hazard::cursor::Cursor;
use crate::hazard::statement::{Statement, TransactionWord};
use crate::sql::lex::TokenKind;

pub(super) fn block(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.eat("language") && !cursor.eat("plpgsql") {
        return None;
    }
    let text = cursor.text(cursor.range());
    let body = match cursor.kind() {
        TokenKind::DollarString => {
            let tag = text.get(..=text.get(1..)?.find('$')? + 1)?;
            text.strip_prefix(tag)?.strip_suffix(tag)?.to_owned()
        }
        TokenKind::String => super::string(cursor)?,
        _ => return None,
    };
    cursor.bump();
    if cursor.eat("language") && !cursor.eat("plpgsql") {
        return None;
    }
    let mut inside = Cursor::new(&body);
    let mut statements = Vec::new();
    while inside.kind() != TokenKind::Eof {
        if !control(&mut inside) {
            statements.push(statement(&mut inside)?);
        }
    }
    Some(Statement::Block(statements))
}

/// Steps over a part of a block that is no statement of SQL, if one stands here.
fn control(cursor: &mut Cursor<'_>) -> bool {
    if cursor.kind() == TokenKind::Semicolon || cursor.at_any(&["begin", "else", "loop"]) {
        cursor.bump();
        return true;
    }
    if cursor.eat("declare") {
        while cursor.kind() != TokenKind::Eof && !cursor.at("begin") {
            cursor.bump();
        }
        return true;
    }
    for (head, end) in [("if", "then"), ("elsif", "then"), ("for", "loop"), ("while", "loop")] {
        if cursor.at(head) {
            return cursor.find(end);
        }
    }
    const PLAIN: [&str; 7] = ["end", "exit", "continue", "return", "raise", "get", "null"];
    let sets_role = "perform pg_catalog";
    let assigns = cursor.is_second(TokenKind::ColonEqual);
    if cursor.at_any(&PLAIN) || assigns || is_setting(cursor, sets_role) {
        while !cursor.at_end() {
            cursor.bump();
        }
        return true;
    }
    false
}

/// Tells whether a setting is set by its function, which is the only one whose call is let pass.
fn is_setting(cursor: &Cursor<'_>, words: &str) -> bool {
    cursor.at(words) && cursor.has_within("set_config", 4)
}

fn statement(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let start = cursor.range().start;
    let ends = cursor.at_any(&["commit", "rollback"]);
    let mut end = start;
    while !cursor.at_end() {
        end = cursor.range().end;
        cursor.bump();
    }
    if ends {
        return Some(Statement::Transaction(TransactionWord::End));
    }
    match super::read(cursor.text(crate::sql::lex::TextRange::new(start, end))) {
        Statement::Unknown => None,
        other => Some(other),
    }
}
