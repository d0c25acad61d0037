//! Subscriptions: `pg_subscription`.

use super::found::Found;
use super::query::owner;
use super::row::{Oid, Row, Unreadable};
use super::{PG_SUBSCRIPTION, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::subscription::Subscription;
use crate::sql::definition::{Definition, Parameters};
use crate::sql::ident::{quote_ident, quote_literal};

pub(super) const SECTIONS: &[Section] = &[Section { name: "subscriptions", query, read }];

/// The options, in the order of the query, with what each is by default.
const OPTIONS: [(&str, &str); 12] = [
    ("slot_name", ""),
    ("binary", "false"),
    ("streaming", "false"),
    ("two_phase", "false"),
    ("disable_on_error", "false"),
    ("password_required", "true"),
    ("run_as_owner", "false"),
    ("origin", "any"),
    ("synchronous_commit", "off"),
    ("failover", "false"),
    ("create_slot", ""),
    ("enabled", ""),
];

/// Whom a subscription connects to is for superusers: everybody else is told that there is one.
fn query(version: Viewpoint) -> Option<String> {
    let since = |major: u32, column: &str| {
        if version.is_at_least(major) { column.to_owned() } else { "NULL".to_owned() }
    };
    let streaming = "CASE s.substream::text WHEN 'true' THEN 'true' WHEN 't' THEN 'true' WHEN 'p' THEN 'parallel' ELSE 'false' END";
    let columns = [
        "s.subslotname::text".to_owned(),
        "s.subbinary::text".to_owned(),
        streaming.to_owned(),
        since(15, "CASE s.subtwophasestate WHEN 'd' THEN 'false' ELSE 'true' END"),
        since(15, "s.subdisableonerr::text"),
        since(16, "s.subpasswordrequired::text"),
        since(16, "s.subrunasowner::text"),
        since(16, "s.suborigin"),
        "s.subsynccommit".to_owned(),
        since(17, "s.subfailover::text"),
        "NULL".to_owned(),
        "NULL".to_owned(),
    ];
    // Merely to name the column is refused to all others.
    let connection = if version.is_superuser { "s.subconninfo" } else { "NULL" };
    Some(format!(
        "SELECT s.oid, s.subname, {}, \
         {connection}, s.subpublications, {} \
         FROM pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        owner("s.subowner"),
        columns.join(", "),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let connection = row.option().map(quote_literal);
    let publications = row.names()?;
    let at = Address::global(Kind::Subscription, name.clone());
    let mut with = Vec::new();
    for (option, default) in OPTIONS {
        let value = row.option();
        let value = match option {
            "slot_name" if value == Some(&*name) => continue,
            "slot_name" => Some(value.map_or("none".to_owned(), quote_literal)),
            _ => value.filter(|it| *it != default).map(|it| quote_ident(it).into_owned()),
        };
        with.extend(
            value.map(|value| Definition { name: option.into(), value: Some(value.into()) }),
        );
    }
    let Some(connection) = connection else {
        found.problem(
            at.to_string(),
            "whom it connects to can't be seen by this role",
            "pull as a superuser",
        );
        return Ok(());
    };
    let it = Subscription { connection: connection.into(), publications, with: Parameters(with) };
    found.add_owned(PG_SUBSCRIPTION, oid, at, it, ownership);
    Ok(())
}
