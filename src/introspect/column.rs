//! Columns of every sort of relation: `pg_attribute`, `pg_attrdef`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many sorts of token, only brackets and words matter here"
)]

use std::borrow::Cow;

use super::found::{Acl, Beside, Found, FoundColumn};
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_CONSTRAINT, Section, Viewpoint};
use crate::object::address::Name;
use crate::object::column::{Column, Generation, Identity, Value};
use crate::object::sequence_options::SequenceOptions;
use crate::sql::definition::{Definition, ForeignOption, Parameters};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_literal;
use crate::sql::lex::{TokenKind, tokens};

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "types of columns", query: types, read: read_type },
    Section { name: "columns", query: columns, read: read_column },
    Section { name: "system columns", query: system_columns, read: read_system_column },
    Section { name: "defaults", query: defaults, read: read_default },
    Section { name: "identity columns", query: identities, read: read_identity },
    Section { name: "names of not-null constraints", query: not_nulls, read: read_not_null },
];

/// The relations whose columns are read.
fn relations() -> String {
    format!(
        "c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND {} AND {}",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid")
    )
}

/// Each type with each modifier is written once by the server: this is most of what a column costs it.
fn types(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.atttypid, t.atttypmod, format_type(t.atttypid, t.atttypmod) FROM (\
         SELECT DISTINCT a.atttypid, a.atttypmod FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND {}) t",
        relations()
    ))
}

fn read_type(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let key = (row.number()?, row.number()?);
    let ty = row.ty()?;
    found.types.insert(key, ty);
    Ok(())
}

fn columns(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attnotnull, a.attislocal, \
         cn.nspname, co.collname, CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, nullif(a.attcompression, ''), \
         nullif(a.attstattarget, -1), a.attoptions, \
         a.attfdwoptions, a.attacl \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid \
         LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation \
         LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND {} ORDER BY a.attrelid, a.attnum",
        relations()
    ))
}

fn read_column(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let relation: Oid = row.number()?;
    let (number, name) = (row.number()?, row.name()?);
    let type_number: Oid = row.number()?;
    let type_modifier = row.number()?;
    let collation_number = row.number()?;
    let ty =
        found.types.get(&(type_number, type_modifier)).cloned().ok_or_else(|| row.unreadable())?;
    let (not_null, local) = (row.flag(), row.flag());
    let collation = row.optional_qualified().map(super::index::bare_where_builtin);
    let storage = row.option().and_then(storage).map(Name::from);
    let compression = match row.option() {
        Some("l") => Some("lz4".into()),
        Some("p") => Some("pglz".into()),
        _ => None,
    };
    let column = Column {
        name: name.clone(),
        ty,
        not_null,
        not_null_name: None,
        not_null_no_inherit: false,
        value: Value::Null,
        collation,
        storage,
        compression,
        statistics: row.optional_name(),
        with: Parameters(parameters(&row.strings()?)),
        options: foreign_options(&row.strings()?),
        comment: None,
        comments_beside: None,
        inherited: false,
    };
    read_privileges(row, relation, name, found)?;
    found.columns.entry(relation).or_default().push(FoundColumn {
        number,
        column,
        not_null_name: None,
        has_default_not_null_name: true,
        not_null_inherited: false,
        type_number,
        collation_number,
        local,
    });
    Ok(())
}

fn read_privileges(
    row: &mut Row<'_>,
    relation: Oid,
    column: Name,
    found: &mut Found,
) -> Result<(), Unreadable> {
    if row.peek().is_some() {
        let items = row.strings()?;
        let index = found.index(PG_CLASS.0, relation);
        let owner =
            index.and_then(|index| found.entries.get(index)).and_then(|(_, it)| it.owner.clone());
        let acl = owner.map(|owner| Acl { items, base: Vec::new(), column: Some(column), owner });
        found.acls.extend(index.zip(acl));
    }
    Ok(())
}

/// System columns, such as `ctid`, can have privileges and nothing else.
fn system_columns(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT a.attrelid, a.attname, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         WHERE a.attnum < 0 AND a.attacl IS NOT NULL AND {} ORDER BY a.attrelid, a.attnum",
        relations()
    ))
}

fn read_system_column(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (relation, name) = (row.number()?, row.name()?);
    read_privileges(row, relation, name, found)
}

/// Returns the word of `SET STORAGE` (manual: ALTER TABLE).
fn storage(letter: &str) -> Option<&'static str> {
    match letter {
        "p" => Some("PLAIN"),
        "e" => Some("EXTERNAL"),
        "m" => Some("MAIN"),
        "x" => Some("EXTENDED"),
        _ => None,
    }
}

/// Reads `name=value` as the catalogs keep storage parameters and attribute options; values are written as literals
/// where they are no plain words or numbers.
pub(super) fn parameters(options: &[Box<str>]) -> Vec<Definition> {
    let read = |it: &str| {
        let (name, value) = it.split_once('=').unwrap_or((it, ""));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let value = match value {
            "" => "''".to_owned(),
            plain if plain.chars().all(is_plain) => plain.to_owned(),
            other => quote_literal(other),
        };
        Definition { name: name.into(), value: Some(value.into()) }
    };
    options.iter().filter(|it| !it.starts_with(ATTRIBUTE_VERSION)).map(|it| read(it)).collect()
}

/// What newer minor releases keep among the options of a column for themselves, as `pg_dump` leaves it out.
pub(super) const ATTRIBUTE_VERSION: &str = "pg_attver=";

/// Reads `name=value` as the catalogs keep the options of foreign objects.
pub(super) fn foreign_options(options: &[Box<str>]) -> Vec<ForeignOption> {
    let read = |it: &str| {
        let (name, value) = it.split_once('=').unwrap_or((it, ""));
        ForeignOption { name: name.into(), value: quote_literal(value).into() }
    };
    options.iter().map(|it| read(it)).collect()
}

/// Returns an expression as a default holds it: in parentheses where the words of it would begin the next clause.
pub(super) fn bare(text: &str) -> Cow<'_, str> {
    let mut depth = 0_u32;
    for token in tokens(text) {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && token.range.of(text).eq_ignore_ascii_case("case") => {
                return Cow::Owned(format!("({text})"));
            }
            _ => {}
        }
    }
    Cow::Borrowed(text)
}

/// Equal defaults are written by the server once; those without variables need no relation, which spares it the opening
/// of each table. A generated column has variables, and stands alone.
fn defaults(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT s.generated, CASE WHEN s.alone IS NULL THEN pg_get_expr(d.adbin, 0) ELSE pg_get_expr(d.adbin, d.adrelid) END, \
         s.relations, s.numbers FROM (\
         SELECT a.attgenerated AS generated, x.alone, min(d.oid::bigint)::oid AS one, \
         array_agg(d.adrelid) AS relations, array_agg(d.adnum) AS numbers \
         FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid \
         JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum \
         CROSS JOIN LATERAL (SELECT CASE WHEN a.attgenerated <> '' THEN d.oid END AS alone) x \
         WHERE {} GROUP BY d.adbin::text, a.attgenerated, x.alone) s JOIN pg_attrdef d ON d.oid = s.one",
        relations()
    ))
}

fn read_default(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let generation = match row.text()? {
        "s" => Some(Generation::Stored),
        "v" => Some(Generation::Virtual),
        _ => None,
    };
    let text = row.text()?;
    let value = match generation {
        Some(kind) => Value::Generated(Expr::new(super::elements::without_parentheses(text)), kind),
        None => Value::Default(Expr::new(&bare(text))),
    };
    let (relations, numbers) = (row.numbers::<Oid>()?, row.numbers::<i16>()?);
    for (relation, number) in relations.into_iter().zip(numbers) {
        set_value(found, relation, number, value.clone());
    }
    Ok(())
}

fn set_value(found: &mut Found, relation: Oid, number: i16, value: Value) {
    if let Some(it) = found.column_mut(relation, number) {
        it.column.value = value;
    }
}

/// The sequence behind an identity column is part of it (`deptype` `i`).
fn identities(version: Viewpoint) -> Option<String> {
    // Before PostgreSQL 15 every sequence is logged.
    let logged = if version.is_at_least(15) {
        "CASE WHEN sc.relpersistence <> c.relpersistence THEN sc.relpersistence END"
    } else {
        "NULL"
    };
    Some(format!(
        "SELECT a.attrelid, a.attnum, a.attidentity, sc.oid, sn.nspname, sc.relname, {logged}, {} \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid \
         AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i' \
         JOIN pg_class sc ON sc.oid = d.objid AND sc.relkind = 'S' JOIN pg_namespace sn ON sn.oid = sc.relnamespace \
         JOIN pg_sequence s ON s.seqrelid = sc.oid WHERE a.attidentity <> '' AND {}",
        super::sequence::NUMBERS,
        relations()
    ))
}

fn read_identity(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (relation, number) = (row.number()?, row.number()?);
    let how = if row.text()? == "a" { Identity::Always } else { Identity::ByDefault };
    let oid: Oid = row.number()?;
    let sequence = row.qualified()?;
    let logged = row.option().map(|it| it == "p");
    found.beside.insert((PG_CLASS.0, oid), Beside::Sequence(relation, number));
    let mut options = super::sequence::numbers(row)?;
    // An identity column's sequence counts the column's type.
    options.ty = None;
    options.logged = logged;
    if let (Some(table), Some(column)) = (found.relation(relation), found.column(relation, number))
    {
        let default = crate::sql::default_name::sequence(&table.name, column);
        options.name =
            (sequence.schema != table.schema || sequence.name != default).then_some(sequence);
    }
    set_value(found, relation, number, Value::Identity(how, Box::<SequenceOptions>::new(options)));
    Ok(())
}

/// From PostgreSQL 18 on, NOT NULL is a constraint with a name.
fn not_nulls(version: Viewpoint) -> Option<String> {
    version.is_at_least(18).then(|| {
        format!(
            "SELECT k.oid, k.conrelid, k.conkey[1], k.conname, k.connoinherit, k.convalidated, k.conislocal FROM pg_constraint k \
             JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'n' AND {}",
            relations()
        )
    })
}

fn read_not_null(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let oid: Oid = row.number()?;
    let (relation, number, name): (Oid, i16, Name) = (row.number()?, row.number()?, row.name()?);
    found.beside.insert((PG_CONSTRAINT.0, oid), Beside::NotNull(relation, number));
    let no_inherit = row.flag();
    let (validated, local) = (row.flag(), row.flag());
    let Some(table) = found.relation(relation) else { return Ok(()) };
    if !validated {
        let what = "it is NOT VALID, and a source says NOT NULL of all rows only";
        found.problem(
            format!("constraint {name} on {table}"),
            what,
            "validate it: ALTER TABLE … VALIDATE CONSTRAINT",
        );
    }
    let Some(column) = found.column_mut(relation, number) else { return Ok(()) };
    let default = crate::sql::default_name::not_null(&table.name, &column.column.name);
    column.column.not_null_no_inherit = no_inherit;
    // An inherited one has its parent's name.
    let is_default = name == default && !no_inherit || !local;
    column.column.not_null_name = (!is_default).then(|| name.clone());
    column.has_default_not_null_name = name == default;
    column.not_null_inherited = !local;
    column.not_null_name = Some(name);
    Ok(())
}
