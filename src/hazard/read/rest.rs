//! `DROP`, and all that is neither `CREATE` nor `ALTER`.

use crate::hazard::cursor::Cursor;
use crate::hazard::statement::{
    Action, Drop, Dropped, Path, Reindexed, Statement, TablePart, TransactionWord, Verb, Write,
};
use crate::sql::lex::TokenKind;

pub(super) fn drop(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let parts =
        [("trigger", TablePart::Trigger), ("rule", TablePart::Rule), ("policy", TablePart::Policy)];
    for (word, what) in parts {
        if cursor.eat(word) {
            cursor.eat("if exists");
            let name = cursor.name()?;
            cursor.eat("on").then_some(())?;
            let table = cursor.path()?;
            return Some(Statement::OnTable { what, action: Action::Drop, table, name });
        }
    }
    if cursor.at("database") {
        return Some(Statement::DropDatabase);
    }
    if cursor.at("tablespace") {
        return Some(Statement::Alone("DROP TABLESPACE"));
    }
    const WHAT: [(&str, Dropped); 14] = [
        ("foreign table", Dropped::Table),
        ("table", Dropped::Table),
        ("materialized view", Dropped::MaterializedView),
        ("view", Dropped::View),
        ("index", Dropped::Index),
        ("sequence", Dropped::Sequence),
        ("schema", Dropped::Schema),
        ("type", Dropped::Type),
        ("domain", Dropped::Domain),
        ("function", Dropped::Routine),
        ("procedure", Dropped::Routine),
        ("routine", Dropped::Routine),
        ("statistics", Dropped::Statistics),
        ("extension", Dropped::Extension),
    ];
    let found = WHAT.into_iter().find_map(|(words, what)| cursor.eat(words).then_some(what));
    let what = found.unwrap_or(Dropped::Other);
    let concurrently = what == Dropped::Index && cursor.eat("concurrently");
    cursor.eat("if exists");
    let cascade = cursor.has("cascade");
    let names = if what == Dropped::Other { Vec::new() } else { dropped_names(cursor)? };
    Some(Statement::Drop(Drop { what, names, concurrently, cascade }))
}

fn dropped_names(cursor: &mut Cursor<'_>) -> Option<Vec<Path>> {
    let mut names = vec![cursor.path()?];
    cursor.parens();
    while cursor.eat_kind(TokenKind::Comma) {
        names.push(cursor.path()?);
        cursor.parens();
    }
    Some(names)
}

/// Reads the tables of a publication, with their columns and conditions.
pub(super) fn published(cursor: &mut Cursor<'_>) -> Vec<Path> {
    let mut found = Vec::new();
    loop {
        cursor.eat("table");
        cursor.eat("only");
        if cursor.at("tables") {
            return found;
        }
        let Some(path) = cursor.path() else { return found };
        found.push(path);
        cursor.until(&["with"]);
        if !cursor.eat_kind(TokenKind::Comma) {
            return found;
        }
    }
}

pub(super) fn other(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.eat("comment on") {
        return comment(cursor);
    }
    if cursor.eat("truncate") {
        cursor.eat("table");
        cursor.eat("only");
        let tables = cursor.paths()?;
        return Some(Statement::Truncate { tables, cascade: cursor.has("cascade") });
    }
    if cursor.eat("reindex") {
        return reindex(cursor);
    }
    if cursor.eat("cluster") {
        cursor.parens();
        cursor.eat("verbose");
        return Some(Statement::Cluster(cursor.path()));
    }
    if cursor.eat("vacuum") {
        let options = cursor.parens().map(|range| cursor.text(range).to_ascii_lowercase());
        let mut full = options.is_some_and(|it| it.split(',').any(|it| it.trim() == "full"));
        while cursor.at_any(&["full", "freeze", "verbose", "analyze"]) {
            full |= cursor.at("full");
            cursor.bump();
        }
        return Some(Statement::Vacuum { full, tables: listed(cursor) });
    }
    if cursor.eat("analyze") || cursor.eat("analyse") {
        cursor.parens();
        cursor.eat("verbose");
        return Some(Statement::Analyze(listed(cursor)));
    }
    if cursor.eat("refresh materialized view") {
        let concurrently = cursor.eat("concurrently");
        return Some(Statement::Refresh { view: cursor.path()?, concurrently });
    }
    if cursor.eat("lock") {
        cursor.eat("table");
        cursor.eat("only");
        let tables = cursor.paths()?;
        let mode = if cursor.eat("in") { cursor.until(&["mode"]) } else { cursor.range() };
        let mode = cursor.text(mode).to_ascii_lowercase();
        return Some(Statement::LockTable { tables, mode });
    }
    write(cursor).or_else(|| rest(cursor))
}

/// Reads the tables of a list, with their columns.
fn listed(cursor: &mut Cursor<'_>) -> Vec<Path> {
    let mut found = Vec::new();
    while let Some(path) = cursor.path() {
        found.push(path);
        cursor.parens();
        if !cursor.eat_kind(TokenKind::Comma) {
            break;
        }
    }
    found
}

fn comment(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let relations = if let Some(_sort) = super::sort(cursor) {
        vec![cursor.path()?]
    } else if cursor.eat("column") {
        let at = cursor.range();
        let mut names = vec![cursor.name()?];
        while cursor.eat_kind(TokenKind::Dot) {
            names.push(cursor.name()?);
        }
        names.pop();
        let name = names.pop()?;
        vec![Path { schema: names.pop(), name, at }]
    } else {
        Vec::new()
    };
    Some(Statement::Note { relations })
}

fn reindex(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let options = cursor.parens().map(|range| cursor.text(range).to_ascii_lowercase());
    let what = if cursor.eat("index") {
        Reindexed::Index
    } else if cursor.eat("table") {
        Reindexed::Table
    } else {
        cursor.bump();
        Reindexed::Many
    };
    let concurrently =
        cursor.eat("concurrently") || options.is_some_and(|it| it.contains("concurrently"));
    Some(Statement::Reindex { what, name: cursor.path(), concurrently })
}

fn write(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.at("with") {
        // What comes before may write too; its own tables are not told apart here.
        return None;
    }
    let verb = if cursor.eat("insert into") {
        Verb::Insert
    } else if cursor.eat("update") {
        Verb::Update
    } else if cursor.eat("delete from") {
        Verb::Delete
    } else {
        return None;
    };
    cursor.eat("only");
    let table = cursor.path()?;
    Some(Statement::Write(Write { table, verb, narrowed: cursor.has("where") }))
}

fn rest(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if cursor.eat("set") {
        let _ = cursor.eat("local") || cursor.eat("session");
        return Some(setting(cursor));
    }
    if cursor.at_any(&["begin", "start transaction"]) {
        return Some(Statement::Transaction(TransactionWord::Begin));
    }
    if cursor.at_any(&["commit", "end", "rollback", "abort"]) && !cursor.at("rollback to") {
        return Some(Statement::Transaction(TransactionWord::End));
    }
    if cursor.at("revoke") {
        return Some(Statement::Revoke);
    }
    const HARMLESS: [&str; 14] = [
        "grant",
        "reset",
        "discard",
        "show",
        "select",
        "values",
        "table",
        "notify",
        "listen",
        "security label",
        "savepoint",
        "release",
        "rollback to",
        "checkpoint",
    ];
    HARMLESS.iter().any(|words| cursor.at(words)).then_some(Statement::Harmless)
}

fn setting(cursor: &mut Cursor<'_>) -> Statement {
    if cursor.eat("lock_timeout") {
        return Statement::SetTimeout;
    }
    if !cursor.eat("search_path") {
        return Statement::Harmless;
    }
    let _ = cursor.eat("to") || cursor.eat_kind(TokenKind::Equal);
    let mut schemas = Vec::new();
    while !cursor.at_end() {
        let quoted = super::string(cursor).map(Into::into);
        schemas.extend(quoted.or_else(|| cursor.name()));
        if !cursor.eat_kind(TokenKind::Comma) {
            break;
        }
    }
    Statement::SetSearch(schemas)
}
