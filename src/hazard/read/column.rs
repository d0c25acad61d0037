//! Columns and constraints, as `CREATE TABLE` and `ALTER TABLE … ADD` have them.

use crate::hazard::cursor::Cursor;
use crate::hazard::statement::{ColumnDef, ConstraintDef, Demand, Generated};
use crate::object::address::Name;
use crate::sql::lex::{TextRange, TokenKind};

/// The words that end the expression of a default.
const AFTER_DEFAULT: [&str; 11] = [
    "constraint",
    "not",
    "null",
    "unique",
    "primary",
    "check",
    "references",
    "generated",
    "collate",
    "deferrable",
    "initially",
];

pub(super) fn column(cursor: &mut Cursor<'_>) -> Option<ColumnDef> {
    let name = cursor.named()?;
    let ty = cursor.type_name()?;
    let mut column = ColumnDef {
        name,
        ty,
        not_null: false,
        default: None,
        generated: None,
        identity: false,
        constraints: Vec::new(),
    };
    while !cursor.at_end() && !matches!(cursor.kind(), TokenKind::Comma | TokenKind::RightParen) {
        clause(cursor, &mut column)?;
    }
    Some(column)
}

fn clause(cursor: &mut Cursor<'_>, column: &mut ColumnDef) -> Option<()> {
    let start = cursor.range().start;
    let name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
    if cursor.eat("collate") {
        cursor.path()?;
    } else if cursor.eat("not null") {
        column.not_null = true;
        let _ = cursor.eat("no inherit");
    } else if cursor.eat("null") {
    } else if cursor.eat("default") {
        let range = cursor.until(&AFTER_DEFAULT);
        column.default = Some(cursor.text(range).to_owned());
    } else if cursor.eat("generated") {
        generated(cursor, column)?;
    } else if cursor.eat("storage") || cursor.eat("compression") {
        cursor.name()?;
    } else if cursor.eat("options") || cursor.eat("with") {
        cursor.parens()?;
    } else {
        let demand = demand(cursor, Some(&column.name.name))?;
        attributes(cursor);
        let at = TextRange::new(start, cursor.range().start);
        column.not_null |= matches!(demand, Demand::PrimaryKey(_));
        column.constraints.push(ConstraintDef { name, demand, not_valid: false, at });
    }
    Some(())
}

fn generated(cursor: &mut Cursor<'_>, column: &mut ColumnDef) -> Option<()> {
    let _ = cursor.eat("always") || cursor.eat("by default");
    cursor.eat("as").then_some(())?;
    if cursor.eat("identity") {
        cursor.parens();
        column.identity = true;
        column.not_null = true;
        return Some(());
    }
    cursor.parens()?;
    let stored = cursor.eat("stored");
    if !stored {
        cursor.eat("virtual");
    }
    column.generated = Some(if stored { Generated::Stored } else { Generated::Virtual });
    Some(())
}

/// Reads a constraint of a table, or of a column where one is given.
pub(super) fn constraint(cursor: &mut Cursor<'_>, column: Option<&Name>) -> Option<ConstraintDef> {
    let start = cursor.range().start;
    let name = if cursor.eat("constraint") { Some(cursor.name()?) } else { None };
    let demand = demand(cursor, column)?;
    let not_valid = attributes(cursor);
    Some(ConstraintDef { name, demand, not_valid, at: TextRange::new(start, cursor.range().start) })
}

/// Steps over what follows what a constraint demands, and tells whether old rows are left as they are.
fn attributes(cursor: &mut Cursor<'_>) -> bool {
    let mut not_valid = false;
    loop {
        if cursor.eat("not valid") || cursor.eat("not enforced") {
            not_valid = true;
        } else if cursor.eat("not deferrable")
            || cursor.eat("deferrable")
            || cursor.eat("initially deferred")
            || cursor.eat("initially immediate")
            || cursor.eat("no inherit")
            || cursor.eat("enforced")
        {
        } else {
            return not_valid;
        }
    }
}

fn demand(cursor: &mut Cursor<'_>, column: Option<&Name>) -> Option<Demand> {
    if cursor.eat("check") {
        let range = cursor.parens()?;
        return Some(Demand::Check(cursor.text(range).to_owned()));
    }
    if cursor.eat("not null") {
        return Some(Demand::NotNull(cursor.name()?));
    }
    let primary = cursor.at("primary key");
    if cursor.eat("primary key") || cursor.eat("unique") {
        return key(cursor, column, primary);
    }
    if cursor.eat("exclude") {
        if cursor.eat("using") {
            cursor.name()?;
        }
        cursor.parens()?;
        index_parts(cursor);
        if cursor.eat("where") {
            cursor.parens()?;
        }
        return Some(Demand::Exclude);
    }
    let columns = match column {
        Some(column) => vec![column.clone()],
        None => {
            cursor.eat("foreign key").then_some(())?;
            cursor.names_in_parens()?
        }
    };
    cursor.eat("references").then_some(())?;
    let table = cursor.path()?;
    if cursor.kind() == TokenKind::LeftParen {
        cursor.parens()?;
    }
    actions(cursor)?;
    Some(Demand::ForeignKey { columns, table })
}

fn key(cursor: &mut Cursor<'_>, column: Option<&Name>, primary: bool) -> Option<Demand> {
    let _ = cursor.eat("nulls not distinct") || cursor.eat("nulls distinct");
    if cursor.eat("using index") && !cursor.at("tablespace") {
        return Some(Demand::UsingIndex { index: cursor.name()?, primary });
    }
    let columns = match column {
        Some(column) => vec![column.clone()],
        None => cursor.names_in_parens()?,
    };
    index_parts(cursor);
    Some(if primary { Demand::PrimaryKey(columns) } else { Demand::Unique(columns) })
}

fn index_parts(cursor: &mut Cursor<'_>) {
    if cursor.eat("include") || cursor.eat("with") {
        cursor.parens();
    }
    if cursor.eat("with") {
        cursor.parens();
    }
    if cursor.eat("using index tablespace") {
        cursor.name();
    }
}

/// Steps over `MATCH`, `ON DELETE` and `ON UPDATE`.
fn actions(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        if cursor.eat("match") {
            cursor.name()?;
        } else if cursor.eat("on delete") || cursor.eat("on update") {
            let two = ["no action", "set null", "set default"];
            if !two.iter().any(|words| cursor.eat(words)) {
                cursor.name()?;
            }
            cursor.parens();
        } else {
            return Some(());
        }
    }
}
