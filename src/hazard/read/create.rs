//! `CREATE`.

use super::column::{column, constraint};
use super::string;
use crate::hazard::cursor::{Cursor, type_of, words_of};
use crate::hazard::statement::{
    Action, CreateIndex, CreateTable, CreateView, Domain, Statement, TablePart,
};
use crate::object::address::Name;
use crate::sql::lex::{TextRange, TokenKind};

pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let replace = cursor.eat("or replace");
    let temporary = cursor.eat("temporary") || cursor.eat("temp");
    let _ = cursor.eat("unlogged");
    if temporary {
        return Some(Statement::Harmless);
    }
    if cursor.eat("table") {
        return table(cursor, false);
    }
    if cursor.eat("foreign table") {
        return table(cursor, true);
    }
    if cursor.at_any(&["index", "unique"]) {
        return index(cursor);
    }
    let _ = cursor.eat("recursive");
    let materialized = cursor.eat("materialized");
    if cursor.eat("view") {
        cursor.eat("if not exists");
        let name = cursor.path()?;
        return Some(Statement::CreateView(CreateView { name, replace, materialized }));
    }
    if cursor.eat("sequence") {
        cursor.eat("if not exists");
        return cursor.path().map(Statement::CreateSequence);
    }
    if cursor.eat("type") {
        return type_(cursor);
    }
    if cursor.eat("domain") {
        return domain(cursor);
    }
    if cursor.at_any(&["function", "procedure"]) {
        cursor.bump();
        let name = cursor.path()?;
        let volatile = !(cursor.has("immutable") || cursor.has("stable"));
        return Some(Statement::CreateRoutine { name, volatile });
    }
    on_table(cursor)
}

/// Reads what is made on a table, and all the rest.
fn on_table(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let _ = cursor.eat("constraint");
    let parts =
        [("trigger", TablePart::Trigger), ("rule", TablePart::Rule), ("policy", TablePart::Policy)];
    for (word, what) in parts {
        if cursor.eat(word) {
            let name = cursor.name()?;
            let before_table = if what == TablePart::Rule { "to" } else { "on" };
            cursor.find(before_table).then_some(())?;
            let table = cursor.path()?;
            return Some(Statement::OnTable { what, action: Action::Create, table, name });
        }
    }
    if cursor.eat("statistics") {
        cursor.find("from").then_some(())?;
        return Some(Statement::CreateStatistics { tables: vec![cursor.path()?] });
    }
    if cursor.eat("publication") {
        cursor.path()?;
        let tables =
            if cursor.eat("for table") { super::rest::published(cursor) } else { Vec::new() };
        return Some(Statement::Publication { tables });
    }
    if cursor.at("database") {
        return Some(Statement::Alone("CREATE DATABASE"));
    }
    if cursor.at("tablespace") {
        return Some(Statement::Alone("CREATE TABLESPACE"));
    }
    if cursor.at("subscription") {
        return Some(subscription(cursor));
    }
    const HARMLESS: [&str; 19] = [
        "schema",
        "extension",
        "role",
        "user",
        "group",
        "collation",
        "cast",
        "operator",
        "aggregate",
        "language",
        "trusted",
        "procedural",
        "server",
        "foreign data",
        "event",
        "conversion",
        "default conversion",
        "access",
        "transform",
    ];
    (cursor.at_any(&HARMLESS) || cursor.at("text search")).then_some(Statement::Harmless)
}

fn table(cursor: &mut Cursor<'_>, foreign: bool) -> Option<Statement> {
    let if_not_exists = cursor.eat("if not exists");
    let mut made = CreateTable {
        name: cursor.path()?,
        if_not_exists,
        foreign,
        columns: Vec::new(),
        constraints: Vec::new(),
        inherits: Vec::new(),
        partition_of: None,
        is_default: false,
        partitioned: false,
    };
    let typed = cursor.eat("of");
    if typed {
        cursor.path()?;
    }
    if cursor.eat("partition of") {
        made.partition_of = Some(cursor.path()?);
    }
    if cursor.kind() == TokenKind::LeftParen {
        let range = cursor.parens()?;
        // A list of names only is that of CREATE TABLE … AS.
        if !cursor.at("as") {
            members(&mut Cursor::new(cursor.text(range)), typed, &mut made)?;
        }
    }
    if cursor.eat("for values") {
        cursor.until(&["partition", "with", "tablespace"]);
    } else if cursor.eat("default") {
        made.is_default = made.partition_of.is_some();
    }
    if cursor.eat("inherits") {
        let range = cursor.parens()?;
        made.inherits = Cursor::new(cursor.text(range)).paths()?;
    }
    made.partitioned = cursor.at("partition by");
    Some(Statement::CreateTable(Box::new(made)))
}

/// Reads a subscription: a transaction can hold it only where no slot is made at the other end.
fn subscription(cursor: &mut Cursor<'_>) -> Statement {
    let mut makes_slot = true;
    if cursor.find("with") {
        let options = cursor.parens().map_or("", |range| cursor.text(range)).to_ascii_lowercase();
        let options = options.replace([' ', '\''], "");
        let off = |name: &str| {
            ["false", "off", "0"].iter().any(|it| options.contains(&format!("{name}={it}")))
        };
        makes_slot = !off("connect") && !off("create_slot");
    }
    if makes_slot { Statement::Alone("CREATE SUBSCRIPTION") } else { Statement::Harmless }
}

fn members(cursor: &mut Cursor<'_>, typed: bool, made: &mut CreateTable) -> Option<()> {
    let of_table = ["constraint", "check", "unique", "primary key", "foreign key", "exclude"];
    let without_type = typed || made.partition_of.is_some();
    while !cursor.at_end() {
        if cursor.eat("like") {
            cursor.until(&[]);
        } else if of_table.iter().any(|words| cursor.at(words)) || cursor.at("not null") {
            made.constraints.push(constraint(cursor, None)?);
        } else if without_type {
            // What a partition says of a column of its parent's, and a typed table of one of its type's.
            cursor.until(&[]);
        } else {
            made.columns.push(column(cursor)?);
        }
        if !cursor.eat_kind(TokenKind::Comma) && !cursor.at_end() {
            return None;
        }
    }
    Some(())
}

fn index(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let unique = cursor.eat("unique");
    cursor.eat("index").then_some(())?;
    let concurrently = cursor.eat("concurrently");
    let if_not_exists = cursor.eat("if not exists");
    let name = if cursor.at("on") { None } else { Some(cursor.path()?.name) };
    cursor.eat("on").then_some(())?;
    let only = cursor.eat("only");
    let table = cursor.path()?;
    if cursor.eat("using") {
        cursor.name()?;
    }
    let range = cursor.parens()?;
    let mut inside = Cursor::new(cursor.text(range));
    let mut keys: Vec<Option<Name>> = Vec::new();
    let mut words = Vec::new();
    while !inside.at_end() {
        let start = inside.range().start;
        let name = inside.name();
        let is_call = matches!(inside.kind(), TokenKind::LeftParen);
        let name = name.filter(|_| !is_call);
        let end = inside.until(&[]).end;
        if name.is_none() {
            words.extend(words_of(inside.text(TextRange::new(start, end))));
        }
        keys.push(name);
        inside.bump();
    }
    let includes = cursor.at("include");
    if cursor.find("where") {
        let range = cursor.until(&[]);
        words.extend(words_of(cursor.text(range)));
    }
    Some(Statement::CreateIndex(CreateIndex {
        name,
        table,
        only,
        unique,
        concurrently,
        if_not_exists,
        keys,
        words,
        includes,
    }))
}

fn type_(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let name = cursor.path()?;
    if !cursor.eat("as enum") {
        return Some(Statement::Harmless);
    }
    let range = cursor.parens()?;
    let mut inside = Cursor::new(cursor.text(range));
    let mut labels = Vec::new();
    while !inside.at_end() {
        labels.push(string(&mut inside)?);
        inside.eat_kind(TokenKind::Comma);
    }
    Some(Statement::CreateEnum(name, labels))
}

fn domain(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let name = cursor.path()?;
    cursor.eat("as");
    let range = cursor.until(&["collate", "default", "constraint", "not", "null", "check"]);
    let base = type_of(cursor.text(range));
    let constrained = cursor.has("check") || cursor.has("not null");
    Some(Statement::CreateDomain(name, Domain { base, constrained }))
}
