//! Views: `pg_class` with `relkind` `v`.

use super::column::parameters;
use super::found::{Found, FoundColumn};
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Row, Unreadable};
use super::{PG_CLASS, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::column::Value;
use crate::object::view::{CheckOption, View};
use crate::object::view_columns::{Settings, ViewColumn};
use crate::sql::definition::{self, Parameters};
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[Section { name: "views", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.relname, {}, c.reloptions, pg_get_viewdef(c.oid) \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND {} AND {}",
        ownership("pg_class", "c.oid", "c.relowner", "c.relacl", "r"),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let mut with = parameters(&row.strings()?);
    let check_option = match definition::value(&with, "check_option") {
        Some("local") => CheckOption::Local,
        Some(_) => CheckOption::Cascaded,
        None => CheckOption::None,
    };
    with.retain(|it| it.name != "check_option");
    let query = Some(query_text(row.text()?));
    let view = View { query, columns: Vec::new(), with: Parameters(with), check_option };
    found.add_owned(PG_CLASS, oid, Address::new(Kind::View, at.schema, at.name), view, ownership);
    Ok(())
}

/// Returns a query as `pg_get_viewdef` writes it, without its end.
pub(super) fn query_text(text: &str) -> Expr {
    Expr::new(text.trim().trim_end_matches(';').trim_end())
}

/// Returns the columns that a view must declare: all, where one has a comment or a default.
pub(super) fn declared(columns: &[FoundColumn]) -> Vec<ViewColumn> {
    let says = |it: &FoundColumn| {
        it.column.comment.is_some()
            || it.column.value != Value::Null
            || settings(it) != Settings::default()
    };
    if !columns.iter().any(says) {
        return Vec::new();
    }
    let column = |it: &FoundColumn| ViewColumn {
        name: it.column.name.clone(),
        ty: it.column.ty.clone(),
        nullable: true,
        default: match &it.column.value {
            Value::Default(expr) => Some(expr.clone()),
            Value::Null | Value::Generated(..) | Value::Identity(..) => None,
        },
        comment: it.column.comment.clone(),
        settings: settings(it),
    };
    columns.iter().map(column).collect()
}

fn settings(it: &FoundColumn) -> Settings {
    Settings {
        storage: it.column.storage.clone(),
        compression: it.column.compression.clone(),
        statistics: it.column.statistics.clone(),
        with: it.column.with.clone(),
    }
}
