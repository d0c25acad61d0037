//! Extended statistics: `pg_statistic_ext`.

use super::elements::without_parentheses;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_STATISTIC_EXT, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::index_element::Key;
use crate::object::statistics::Statistics;
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[Section { name: "statistics", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(
        format!(
            "SELECT s.oid, s.stxrelid, n.nspname, s.stxname, s.stxkind, s.stxkeys, pg_get_statisticsobjdef_expressions(s.oid), \
         nullif(s.stxstattarget, -1), pg_get_userbyid(s.stxowner) FROM pg_statistic_ext s \
         JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class c ON c.oid = s.stxrelid WHERE {} AND {}",
            in_user_schema("s.stxnamespace"),
            of_no_extension("pg_class", "c.oid"),
        ) + " ORDER BY s.stxnamespace <> c.relnamespace, s.oid",
    )
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation): (Oid, Oid) = (row.number()?, row.number()?);
    let (schema, name): (Name, Name) = (row.name()?, row.name()?);
    let kinds = row.strings()?;
    let columns: Vec<i16> = row.numbers()?;
    let expressions = row.strings()?;
    let target = row.optional_name();
    let owner = row.optional_name();
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let at = Address::of(Kind::Statistics, &table, name);
    let schema = Some(schema).filter(|it| *it != table.schema);
    if schema.is_some() && found.entries.iter().any(|(other, _)| *other == at) {
        let what = "others of the same table, in another schema, have the same name";
        found.problem(at.to_string(), what, "rename them: ALTER STATISTICS … RENAME TO");
        return Ok(());
    }
    let columns = found.column_names(relation, &columns).ok_or_else(|| row.unreadable())?;
    let expressions = expressions.iter().map(|it| Key::Expr(Expr::new(without_parentheses(it))));
    let keys: Vec<Key> = columns.into_iter().map(Key::Column).chain(expressions).collect();
    let words = [("d", "ndistinct"), ("f", "dependencies"), ("m", "mcv")];
    let has = |letter: &str| kinds.iter().any(|it| &**it == letter);
    let mut named: Vec<Name> =
        words.iter().filter(|(letter, _)| has(letter)).map(|(_, word)| Name::from(*word)).collect();
    // All of them are what no list means; one expression has none.
    if named.len() == words.len() || keys.len() == 1 {
        named.clear();
    }
    let statistics = Statistics { schema, kinds: named, keys, target };
    found.add(PG_STATISTIC_EXT, oid, at, statistics).owner = owner;
    Ok(())
}
