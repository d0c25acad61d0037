//! Operators: `pg_operator`.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, operator_name, owner, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_OPERATOR, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::operator::{self, Operator};

pub(super) const SECTIONS: &[Section] = &[Section { name: "operators", query, read }];

/// The entries of the definition, in the order of the query.
const DEFINITION: [&str; 7] =
    ["function", "commutator", "negator", "restrict", "join", "hashes", "merges"];

/// An operator without a function is only named by another so far.
fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT o.oid, n.nspname, o.oprname, {}, CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, -1) END, \
         format_type(o.oprright, -1), {}, {}, {}, {}, {}, CASE WHEN o.oprcanhash THEN chr(1) END, \
         CASE WHEN o.oprcanmerge THEN chr(1) END FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace \
         WHERE o.oprcode <> 0 AND {} AND {}",
        owner("o.oprowner"),
        routine_name("o.oprcode"),
        operator_name("o.oprcom"),
        operator_name("o.oprnegate"),
        routine_name("o.oprrest"),
        routine_name("o.oprjoin"),
        in_user_schema("o.oprnamespace"),
        of_no_extension("pg_operator", "o.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, schema, symbol): (Oid, Name, Name) = (row.number()?, row.name()?, row.name()?);
    let ownership = row.ownership()?;
    let left = row.option().map(crate::object::type_text::parse);
    let right = row.ty()?;
    let mut definition = row.definitions(&DEFINITION);
    definition.sort();
    let name = operator::name(&symbol, left.as_ref(), &right);
    let operator = Operator { left, right, definition };
    found.add_owned(
        PG_OPERATOR,
        oid,
        Address::new(Kind::Operator, schema, name),
        operator,
        ownership,
    );
    Ok(())
}
