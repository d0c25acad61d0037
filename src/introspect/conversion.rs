//! Conversions between encodings: `pg_conversion`.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, owner, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CONVERSION, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::conversion::Conversion;
use crate::sql::ident::quote_literal;

pub(super) const SECTIONS: &[Section] = &[Section { name: "conversions", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.conname, {}, c.condefault, pg_encoding_to_char(c.conforencoding), \
         pg_encoding_to_char(c.contoencoding), {} FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace \
         WHERE {} AND {}",
        owner("c.conowner"),
        routine_name("c.conproc"),
        in_user_schema("c.connamespace"),
        of_no_extension("pg_conversion", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let default = row.flag();
    let (from, to): (Name, Name) =
        (quote_literal(row.text()?).into(), quote_literal(row.text()?).into());
    let conversion = Conversion { default, from, to, function: row.name()? };
    found.add_owned(
        PG_CONVERSION,
        oid,
        Address::new(Kind::Conversion, at.schema, at.name),
        conversion,
        ownership,
    );
    Ok(())
}
