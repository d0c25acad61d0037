//! Languages: `pg_language`.

use super::found::Found;
use super::query::{is_users, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{PG_LANGUAGE, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::language::Language;

pub(super) const SECTIONS: &[Section] = &[Section { name: "languages", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    let function = |column: &str, letter: &str| {
        format!(
            "LEFT JOIN pg_proc {letter} ON {letter}.oid = l.{column} \
             LEFT JOIN pg_namespace {letter}n ON {letter}n.oid = {letter}.pronamespace"
        )
    };
    Some(format!(
        "SELECT l.oid, l.lanname, {}, l.lanpltrusted, hn.nspname, h.proname, inn.nspname, i.proname, vn.nspname, v.proname \
         FROM pg_language l {} {} {} WHERE {}",
        ownership("pg_language", "l.oid", "l.lanowner", "l.lanacl", "l"),
        function("lanplcallfoid", "h"),
        function("laninline", "i")
            .replace("in.oid", "inn.oid")
            .replace("pg_namespace in ", "pg_namespace inn "),
        function("lanvalidator", "v"),
        is_users("pg_language", "l.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let trusted = row.flag();
    let handler = row.optional_qualified();
    let (inline, validator) = (row.optional_qualified(), row.optional_qualified());
    let Some(handler) = handler else {
        found.problem(
            format!("language {name}"),
            "it has no handler",
            "drop it, or make it again with one",
        );
        return Ok(());
    };
    let language = Language { trusted, handler, inline, validator };
    found.add_owned(PG_LANGUAGE, oid, Address::global(Kind::Language, name), language, ownership);
    Ok(())
}
