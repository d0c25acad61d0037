//! Materialized views: `pg_class` with `relkind` `m`.

use super::column::parameters;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Row, Unreadable};
use super::view::query_text;
use super::{PG_CLASS, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::materialized_view::MaterializedView;
use crate::sql::definition::Parameters;

pub(super) const SECTIONS: &[Section] = &[Section { name: "materialized views", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.relname, {}, c.reloptions, tc.reloptions, am.amname, ts.spcname, c.relispopulated, c.relreplident, \
         pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid LEFT JOIN pg_am am ON am.oid = c.relam \
         LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace WHERE c.relkind = 'm' AND {} AND {}",
        ownership("pg_class", "c.oid", "c.relowner", "c.relacl", "r"),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let mut with = parameters(&row.strings()?);
    with.extend(super::table::of_toast(parameters(&row.strings()?)));
    let view = MaterializedView {
        with: Parameters(with),
        method: row.optional_name().filter(|it| it != "heap"),
        tablespace: row.optional_name(),
        no_data: !row.flag(),
        replica_identity: super::table::replica_identity(row.text()?),
        query: Some(query_text(row.text()?)),
        ..MaterializedView::default()
    };
    found.add_owned(
        PG_CLASS,
        oid,
        Address::new(Kind::MaterializedView, at.schema, at.name),
        view,
        ownership,
    );
    Ok(())
}
