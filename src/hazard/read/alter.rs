//! `ALTER`: of relations, with all their commands, and of types and domains.

use super::column::{column, constraint};
use super::{of_name, parameters, sort, string};
use crate::hazard::cursor::Cursor;
use crate::hazard::statement::{
    Action, Alter, Command, DomainChange, Named, Sort, Statement, TablePart, TypeChange,
};
use crate::sql::lex::TokenKind;

pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Statement> {
    if let Some(sort) = sort(cursor) {
        return relation(cursor, sort);
    }
    if cursor.eat("type") {
        let name = cursor.path()?;
        return Some(Statement::AlterType(name, type_change(cursor)?));
    }
    if cursor.eat("domain") {
        let name = cursor.path()?;
        return Some(Statement::AlterDomain(name, domain_change(cursor)?));
    }
    let parts =
        [("trigger", TablePart::Trigger), ("rule", TablePart::Rule), ("policy", TablePart::Policy)];
    for (word, what) in parts {
        if cursor.eat(word) {
            let name = cursor.name()?;
            cursor.eat("on").then_some(())?;
            let table = cursor.path()?;
            return Some(Statement::OnTable { what, action: Action::Alter, table, name });
        }
    }
    if cursor.eat("publication") {
        return publication(cursor);
    }
    if cursor.eat("subscription") {
        // PostgreSQL refuses to refresh in a transaction.
        let refreshes =
            cursor.has("refresh publication") || cursor.has("publication") && !cursor.has("with");
        let refused = Statement::Alone("ALTER SUBSCRIPTION … REFRESH PUBLICATION");
        return Some(if refreshes { refused } else { Statement::Harmless });
    }
    if cursor.at("system") {
        return Some(Statement::Alone("ALTER SYSTEM"));
    }
    if cursor.at("database") && cursor.has("set tablespace") {
        return Some(Statement::Alone("ALTER DATABASE … SET TABLESPACE"));
    }
    const HARMLESS: [&str; 19] = [
        "function",
        "procedure",
        "routine",
        "aggregate",
        "schema",
        "extension",
        "default",
        "role",
        "user",
        "group",
        "database",
        "collation",
        "operator",
        "text",
        "language",
        "server",
        "foreign",
        "event",
        "conversion",
    ];
    (cursor.at_any(&HARMLESS) || cursor.at("statistics")).then_some(Statement::Harmless)
}

fn publication(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.path()?;
    let tables = if cursor.eat("add table") || cursor.eat("set table") {
        super::rest::published(cursor)
    } else {
        Vec::new()
    };
    Some(Statement::Publication { tables })
}

fn relation(cursor: &mut Cursor<'_>, sort: Sort) -> Option<Statement> {
    if cursor.at("all in tablespace") {
        return None;
    }
    cursor.eat("if exists");
    let only = cursor.eat("only");
    let relation = cursor.path()?;
    cursor.eat_kind(TokenKind::Star);
    let mut commands = Vec::new();
    loop {
        let start = cursor.range();
        let read = match sort {
            Sort::Sequence => sequence(cursor),
            Sort::Index
            | Sort::Table
            | Sort::View
            | Sort::MaterializedView
            | Sort::ForeignTable => command(cursor),
        }?;
        let end = cursor.range();
        commands.push((read, crate::sql::lex::TextRange::new(start.start, end.start)));
        if !cursor.eat_kind(TokenKind::Comma) {
            break;
        }
    }
    cursor.at_end().then_some(Statement::Alter(Alter { sort, relation, only, commands }))
}

fn sequence(cursor: &mut Cursor<'_>) -> Option<Command> {
    if cursor.at_any(&["rename", "set", "owner"]) && !cursor.at("owned") {
        return command(cursor);
    }
    cursor.until(&[]);
    Some(Command::Sequence)
}

fn command(cursor: &mut Cursor<'_>) -> Option<Command> {
    if cursor.eat("add") {
        return add(cursor);
    }
    if cursor.eat("drop") {
        return drop(cursor);
    }
    if cursor.eat("alter constraint") {
        let name = cursor.named()?;
        cursor.until(&[]);
        return Some(Command::AlterConstraint(name));
    }
    if cursor.eat("alter") {
        cursor.eat("column");
        return alter_column(cursor);
    }
    if cursor.eat("validate constraint") {
        return of_name(cursor, Command::Validate);
    }
    if cursor.eat("rename") {
        return rename(cursor);
    }
    if cursor.eat("set") {
        return set(cursor);
    }
    if cursor.eat("attach partition") {
        let partition = cursor.path()?;
        if cursor.at_end() {
            return Some(Command::AttachIndex(partition));
        }
        while !cursor.at_end() {
            cursor.bump();
        }
        return Some(Command::Attach(partition));
    }
    if cursor.eat("detach partition") {
        let partition = cursor.path()?;
        let concurrently = cursor.eat("concurrently") || cursor.eat("finalize");
        return Some(Command::Detach { partition, concurrently });
    }
    if cursor.eat("inherit") {
        return cursor.path().map(Command::Inherit);
    }
    if cursor.eat("no inherit") {
        return cursor.path().map(Command::NoInherit);
    }
    state(cursor)
}

/// Reads what switches something of a table or says what it is, and has no parts of its own that matter.
fn state(cursor: &mut Cursor<'_>) -> Option<Command> {
    let enabled = cursor.at("enable row level security");
    let found = if enabled || cursor.at("disable row level security") {
        Command::RowSecurity { enabled }
    } else if cursor.at("force row") || cursor.at("no force row") {
        Command::RowSecurity { enabled: false }
    } else if cursor.at_any(&["enable", "disable"]) {
        let is_rule = cursor.has("rule");
        if is_rule { Command::RuleState } else { Command::TriggerState }
    } else if cursor.at("owner to") {
        Command::Owner
    } else if cursor.eat("reset") {
        Command::Options(parameters(cursor)?)
    } else if cursor.at("replica identity") {
        Command::ReplicaIdentity
    } else if cursor.at("cluster on") {
        Command::ClusterOn
    } else if cursor.at("of") || cursor.at("not of") {
        Command::OfType
    } else if cursor.at_any(&["options", "depends", "no"]) {
        Command::Other
    } else {
        return None;
    };
    cursor.until(&[]);
    Some(found)
}

fn add(cursor: &mut Cursor<'_>) -> Option<Command> {
    let is_constraint =
        cursor.at_any(&["constraint", "check", "unique", "primary key", "foreign key", "exclude"]);
    if is_constraint || cursor.at("not null") {
        return constraint(cursor, None).map(Command::AddConstraint);
    }
    cursor.eat("column");
    let if_not_exists = cursor.eat("if not exists");
    let column = Box::new(column(cursor)?);
    Some(Command::AddColumn { column, if_not_exists })
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Command> {
    let is_constraint = cursor.eat("constraint");
    if !is_constraint {
        cursor.eat("column");
    }
    cursor.eat("if exists");
    let name = cursor.named()?;
    let _ = cursor.eat("cascade") || cursor.eat("restrict");
    Some(if is_constraint {
        Command::DropConstraint(name)
    } else {
        Command::DropColumn { column: name }
    })
}

fn rename(cursor: &mut Cursor<'_>) -> Option<Command> {
    if cursor.eat("to") {
        return cursor.name().map(Command::RenameTo);
    }
    if cursor.eat("constraint") {
        let from = cursor.name()?;
        cursor.eat("to").then_some(())?;
        return Some(Command::RenameConstraint { from, to: cursor.name()? });
    }
    cursor.eat("column");
    let from = cursor.named()?;
    cursor.eat("to").then_some(())?;
    Some(Command::RenameColumn { from, to: cursor.name()? })
}

fn set(cursor: &mut Cursor<'_>) -> Option<Command> {
    if cursor.eat("schema") {
        return cursor.name().map(Command::SetSchema);
    }
    if cursor.kind() == TokenKind::LeftParen {
        return parameters(cursor).map(Command::Options);
    }
    let found = if cursor.eat("logged") || cursor.eat("unlogged") {
        Command::SetLogged
    } else if cursor.eat("without cluster") {
        Command::ClusterOn
    } else if cursor.eat("without oids") {
        Command::Other
    } else if cursor.at("tablespace") {
        Command::Tablespace
    } else if cursor.at("access method") {
        Command::AccessMethod
    } else {
        return None;
    };
    cursor.until(&[]);
    Some(found)
}

fn alter_column(cursor: &mut Cursor<'_>) -> Option<Command> {
    // An index has columns by number too.
    if cursor.kind() == TokenKind::Number {
        cursor.until(&[]);
        return Some(Command::TuneColumn);
    }
    let column = cursor.named()?;
    if cursor.eat("type") || cursor.eat("set data type") {
        return alter_type(cursor, column);
    }
    let found = if cursor.eat("set not null") {
        Command::SetNotNull(column)
    } else if cursor.eat("drop not null") {
        Command::DropNotNull(column)
    } else if cursor.at("set default") {
        Command::SetDefault(column)
    } else if cursor.at("drop default") {
        Command::DropDefault(column)
    } else if cursor.at("add generated") {
        Command::AddIdentity(column)
    } else if cursor.at("drop identity") {
        Command::DropIdentity(column)
    } else if cursor.at("drop expression") {
        Command::DropExpression(column)
    } else if cursor.at("set expression") {
        Command::SetExpression(column)
    } else if cursor.at("set storage") || cursor.at("set compression") {
        Command::StoreColumn
    } else if cursor.at("set statistics") || cursor.at("reset") {
        Command::TuneColumn
    } else if cursor.at("options") {
        Command::Other
    } else if cursor.eat("set") {
        if cursor.parens().is_some() { Command::TuneColumn } else { Command::SetIdentity(column) }
    } else if cursor.at("restart") {
        Command::SetIdentity(column)
    } else {
        return None;
    };
    cursor.until(&[]);
    Some(found)
}

fn alter_type(cursor: &mut Cursor<'_>, column: Named) -> Option<Command> {
    let ty = cursor.type_name()?;
    let collation = if cursor.eat("collate") { cursor.path().map(|it| it.name) } else { None };
    let using = cursor.eat("using").then(|| {
        let range = cursor.until(&[]);
        cursor.text(range).to_owned()
    });
    let _ = cursor.eat("cascade") || cursor.eat("restrict");
    Some(Command::AlterType { column, ty, collation, using })
}

fn type_change(cursor: &mut Cursor<'_>) -> Option<TypeChange> {
    if cursor.eat("add value") {
        cursor.eat("if not exists");
        return string(cursor).map(TypeChange::AddValue);
    }
    if cursor.eat("rename value") {
        let from = string(cursor)?;
        cursor.eat("to").then_some(())?;
        return Some(TypeChange::RenameValue { from, to: string(cursor)? });
    }
    if cursor.eat("rename to") {
        return cursor.name().map(TypeChange::Rename);
    }
    let attribute = ["add attribute", "drop attribute", "alter attribute", "rename attribute"];
    if attribute.iter().any(|words| cursor.at(words)) {
        return Some(TypeChange::Attributes);
    }
    cursor.at_any(&["owner", "set"]).then_some(TypeChange::Other)
}

fn domain_change(cursor: &mut Cursor<'_>) -> Option<DomainChange> {
    if cursor.eat("add") {
        let valid = !cursor.has("not valid");
        return Some(DomainChange::AddConstraint { valid });
    }
    if cursor.at("validate constraint") {
        return Some(DomainChange::Validate);
    }
    if cursor.at("set not null") {
        return Some(DomainChange::SetNotNull);
    }
    if cursor.eat("rename to") {
        return cursor.name().map(DomainChange::Rename);
    }
    cursor.at_any(&["set", "drop", "owner", "rename"]).then_some(DomainChange::Other)
}
