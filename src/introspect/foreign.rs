//! Foreign data: `pg_foreign_data_wrapper`, `pg_foreign_server`, `pg_user_mapping`, `pg_foreign_table`.

use super::column::foreign_options;
use super::found::Found;
use super::query::{in_user_schema, is_users, of_no_extension, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{
    PG_CLASS, PG_FOREIGN_DATA_WRAPPER, PG_FOREIGN_SERVER, PG_USER_MAPPING, Section, Viewpoint,
};
use crate::object::address::{Address, Kind, Name};
use crate::object::foreign_data_wrapper::ForeignDataWrapper;
use crate::object::foreign_table::ForeignTable;
use crate::object::server::Server;
use crate::object::user_mapping::UserMapping;
use crate::sql::ident::quote_literal;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "foreign-data wrappers", query: wrappers, read: read_wrapper },
    Section { name: "servers", query: servers, read: read_server },
    Section { name: "user mappings", query: user_mappings, read: read_user_mapping },
    Section { name: "foreign tables", query: tables, read: read_table },
];

fn wrappers(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT w.oid, w.fdwname, {}, hn.nspname, h.proname, vn.nspname, v.proname, w.fdwoptions FROM pg_foreign_data_wrapper w \
         LEFT JOIN pg_proc h ON h.oid = w.fdwhandler LEFT JOIN pg_namespace hn ON hn.oid = h.pronamespace \
         LEFT JOIN pg_proc v ON v.oid = w.fdwvalidator LEFT JOIN pg_namespace vn ON vn.oid = v.pronamespace WHERE {}",
        ownership("pg_foreign_data_wrapper", "w.oid", "w.fdwowner", "w.fdwacl", "F"),
        is_users("pg_foreign_data_wrapper", "w.oid"),
    ))
}

fn read_wrapper(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let wrapper = ForeignDataWrapper {
        handler: row.optional_qualified(),
        validator: row.optional_qualified(),
        options: foreign_options(&row.strings()?),
    };
    let at = Address::global(Kind::ForeignDataWrapper, name);
    found.add_owned(PG_FOREIGN_DATA_WRAPPER, oid, at, wrapper, ownership);
    Ok(())
}

fn servers(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT s.oid, s.srvname, {}, s.srvtype, s.srvversion, w.fdwname, s.srvoptions FROM pg_foreign_server s \
         JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE {}",
        ownership("pg_foreign_server", "s.oid", "s.srvowner", "s.srvacl", "S"),
        is_users("pg_foreign_server", "s.oid"),
    ))
}

fn read_server(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let mut literal = || row.option().map(|it| Name::from(quote_literal(it)));
    let (server_type, version) = (literal(), literal());
    let server = Server {
        server_type,
        version,
        wrapper: row.name()?,
        options: foreign_options(&row.strings()?),
    };
    found.add_owned(PG_FOREIGN_SERVER, oid, Address::global(Kind::Server, name), server, ownership);
    Ok(())
}

/// The options of a mapping are shown to its role and to the owner of the server only (`pg_user_mappings`).
fn user_mappings(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT m.umid, m.usename, m.srvname, m.umoptions, m.umoptions IS NULL AND NOT \
         coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), false) \
         FROM pg_user_mappings m WHERE {}",
        is_users("pg_user_mapping", "m.umid")
    ))
}

fn read_user_mapping(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, role, server): (Oid, Name, Name) = (row.number()?, row.name()?, row.name()?);
    let options = foreign_options(&row.strings()?);
    let is_hidden = row.flag();
    let at = Address::global(Kind::UserMapping, format!("{role} server {server}"));
    if is_hidden {
        let what = "its options, if it has some, can't be seen by this role";
        found.problem(
            at.to_string(),
            what,
            "pull as the owner of the server, or write them by hand",
        );
    }
    found.add(PG_USER_MAPPING, oid, at, UserMapping { role, server, options });
    Ok(())
}

fn tables(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.relname, {}, s.srvname, t.ftoptions FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_foreign_table t ON t.ftrelid = c.oid \
         JOIN pg_foreign_server s ON s.oid = t.ftserver WHERE {} AND {}",
        ownership("pg_class", "c.oid", "c.relowner", "c.relacl", "r"),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read_table(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let table = ForeignTable {
        server: row.name()?,
        options: foreign_options(&row.strings()?),
        ..ForeignTable::default()
    };
    found.add_owned(
        PG_CLASS,
        oid,
        Address::new(Kind::ForeignTable, at.schema, at.name),
        table,
        ownership,
    );
    Ok(())
}
