//! Functions and procedures: `pg_proc`.

use std::sync::Arc;

use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{PG_PROC, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::routine::{Body, Mode, Parameter, Returns, Routine, Sort, Unchecked};
use crate::object::setting::Setting;
use crate::object::signature;
use crate::object::type_text;
use crate::sql::expr::Expr;
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::type_name::TypeName;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "routines", query, read },
    Section { name: "texts of routines", query: validation, read: read_nothing },
    Section { name: "routines that could not be made again", query: refused, read: read_refused },
];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT p.oid, n.nspname, p.proname, {}, p.prokind, l.lanname, p.proargnames, p.proargmodes, \
         (SELECT array_agg(format_type(x.ty, -1) ORDER BY x.n) FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) \
         WITH ORDINALITY x (ty, n)), \
         CASE WHEN p.pronargdefaults > 0 THEN (SELECT array_agg(pg_get_function_arg_default(p.oid, x.n::integer) ORDER BY x.n) \
         FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY x (ty, n)) END, \
         format_type(p.prorettype, -1), p.proretset, p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel, \
         p.procost, p.prorows, CASE WHEN p.prosupport <> 0 THEN p.prosupport::regproc::text END, p.proconfig, \
         (SELECT array_agg(format_type(x.ty, -1) ORDER BY x.n) FROM unnest(p.protrftypes) WITH ORDINALITY x (ty, n)), \
         p.probin, p.prosrc, CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) END \
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang \
         WHERE p.prokind <> 'a' AND {} AND {} \
         AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')",
        ownership("pg_proc", "p.oid", "p.proowner", "p.proacl", "f"),
        in_user_schema("p.pronamespace"),
        of_no_extension("pg_proc", "p.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let kind = row.text()?;
    let language = row.name()?;
    let (parameters, columns) = parameters(row)?;
    let returns = returns(row, kind, &parameters, columns)?;
    let mut flags = flags(row)?;
    if kind == "w" {
        flags.push("WINDOW".into());
    }
    flags.sort();
    let parallel = match row.text()? {
        "s" => Some("SAFE".into()),
        "r" => Some("RESTRICTED".into()),
        _ => None,
    };
    let is_compiled = matches!(language.as_str(), "c" | "internal");
    let cost = Some(row.name()?).filter(|it| *it != if is_compiled { "1" } else { "100" });
    let is_set = matches!(returns, Returns::Set(_) | Returns::Table(_));
    let rows = Some(row.name()?).filter(|it| *it != if is_set { "1000" } else { "0" });
    let support = row.optional_name();
    let settings = row.strings()?.iter().map(|it| setting(it)).collect();
    let transforms = row.strings()?.iter().map(|it| type_text::parse(it)).collect();
    let (file, source, sql) = (row.option(), row.text()?, row.option());
    let body = match (sql, file) {
        (Some(sql), _) => elements::sql_body(sql),
        (None, Some(file)) => Body::Object(file.into(), source.into()),
        (None, None) => Body::Text(source.into()),
    };
    let routine = Routine {
        sort: if kind == "p" { Sort::Procedure } else { Sort::Function },
        parameters,
        returns,
        language,
        flags,
        cost,
        rows,
        support,
        parallel,
        transforms,
        settings,
        body,
        unchecked: Unchecked::default(),
    };
    let name = signature::name(&at.name, &routine.arguments());
    found.add_owned(PG_PROC, oid, Address::new(Kind::Routine, at.schema, name), routine, ownership);
    Ok(())
}

/// The columns of `RETURNS TABLE`.
type Columns = Vec<(Name, TypeName)>;

/// Takes names, modes, types and defaults of the parameters.
fn parameters(row: &mut Row<'_>) -> Result<(Vec<Parameter>, Columns), Unreadable> {
    let (names, modes) = (row.strings()?, row.strings()?);
    let (types, defaults) = (row.strings()?, row.list()?);
    let (mut parameters, mut columns) = (Vec::new(), Vec::new());
    for (n, ty) in types.iter().enumerate() {
        let name = names.get(n).filter(|it| !it.is_empty()).map(|it| Name::from(&**it));
        let ty = type_text::parse(ty);
        let mode = match modes.get(n).map(|it| &**it) {
            Some("o") => Mode::Out,
            Some("b") => Mode::InOut,
            Some("v") => Mode::Variadic,
            Some("t") => {
                columns.push((name.unwrap_or_default(), ty));
                continue;
            }
            _ => Mode::In,
        };
        let default = defaults.get(n).and_then(|it| it.as_deref());
        let default = default.map(|it| Expr::new(&super::column::bare(it)));
        parameters.push(Parameter { mode, name, ty, default });
    }
    Ok((parameters, columns))
}

/// Takes what the routine returns; it need not say what its parameters say.
fn returns(
    row: &mut Row<'_>,
    kind: &str,
    parameters: &[Parameter],
    columns: Columns,
) -> Result<Returns, Unreadable> {
    let ty = row.ty()?;
    let is_set = row.flag();
    let goes_out = parameters.iter().any(|it| matches!(it.mode, Mode::Out | Mode::InOut));
    Ok(match (kind, is_set) {
        ("p", _) => Returns::Unsaid,
        _ if !columns.is_empty() => Returns::Table(columns),
        (_, true) => Returns::Set(ty),
        (_, false) if goes_out => Returns::Unsaid,
        (_, false) => Returns::One(ty),
    })
}

fn flags(row: &mut Row<'_>) -> Result<Vec<Name>, Unreadable> {
    let mut flags: Vec<Name> = Vec::new();
    match row.text()? {
        "i" => flags.push("IMMUTABLE".into()),
        "s" => flags.push("STABLE".into()),
        _ => {}
    }
    for word in ["STRICT", "SECURITY DEFINER", "LEAKPROOF"] {
        if row.flag() {
            flags.push(word.into());
        }
    }
    Ok(flags)
}

/// Settings whose value is a list of names (`variable_is_guc_list_quote` in `dumputils.c`).
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// Reads `name=value` of `proconfig` and its like.
pub(super) fn setting(text: &str) -> Setting {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let values = if LISTS.contains(&name.to_ascii_lowercase().as_str()) {
        let one = |part: &str| {
            let name = part.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            let name = name.map_or_else(|| part.to_owned(), |it| it.replace("\"\"", "\""));
            let is_plain = !name.is_empty() && quote_ident(&name) == name;
            Name::from(if is_plain { name } else { quote_literal(&name) })
        };
        let list: Vec<Name> = elements::split(value, ',').into_iter().map(one).collect();
        if list.is_empty() { vec!["''".into()] } else { list }
    } else {
        vec![quote_literal(value).into()]
    };
    Setting { name: Setting::folded(name), values }
}

/// Has PostgreSQL read the text of each routine as it would when it is made: what was made with `check_function_bodies`
/// off, or names what is there no more, is refused; so is a setting of the routine's own that no longer can be set
/// (`ProcedureCreate`). The validators run nothing (manual 59.2).
///
/// One that fails must not end the transaction, so that a block of PL/pgSQL catches it, and leaves the numbers in a
/// setting of this transaction. Such a block costs more than what it does, so that it has many at once, and each alone
/// only where one of them fails; an error of our own (`SCHEM`) takes back the settings of those that have any. A role
/// without USAGE on some schema finds nothing there, which says nothing against the text; errors of syntax do.
fn validation(viewpoint: Viewpoint) -> Option<String> {
    let set = "FOREACH setting IN ARRAY chunk.settings LOOP PERFORM pg_catalog.set_config(\
               pg_catalog.split_part(setting, '=', 1), \
               pg_catalog.substr(setting, pg_catalog.strpos(setting, '=') + 1), true); END LOOP";
    let read = "IF chunk.is_sql THEN PERFORM pg_catalog.fmgr_sql_validator(it); \
                ELSIF chunk.is_plpgsql THEN PERFORM pg_catalog.plpgsql_validator(it); END IF";
    let undo = "IF chunk.settings <> '{}' THEN RAISE SQLSTATE 'SCHEM'; END IF";
    viewpoint.can_validate.then(|| {
        format!(
            "DO $schemac$ DECLARE chunk record; it oid; setting text; refused text := ''; \
             sees_all boolean := NOT EXISTS (SELECT FROM pg_namespace n WHERE {} AND NOT has_schema_privilege(n.oid, 'USAGE')); \
             BEGIN PERFORM pg_catalog.set_config('check_function_bodies', 'on', true); \
             FOR chunk IN {} LOOP \
             PERFORM pg_catalog.set_config('search_path', chunk.path, true); \
             BEGIN {set}; FOREACH it IN ARRAY chunk.routines LOOP {read}; END LOOP; {undo}; \
             EXCEPTION WHEN SQLSTATE 'SCHEM' THEN NULL; WHEN OTHERS THEN \
             FOREACH it IN ARRAY chunk.routines LOOP BEGIN {set}; {read}; {undo}; \
             EXCEPTION WHEN insufficient_privilege OR SQLSTATE 'SCHEM' THEN NULL; \
             WHEN OTHERS THEN IF sees_all OR SQLSTATE = '42601' THEN refused := refused || ' ' || it; END IF; \
             END; END LOOP; END; END LOOP; \
             PERFORM pg_catalog.set_config('search_path', '', true); \
             PERFORM pg_catalog.set_config('schemac.refused', refused, true); END $schemac$",
            in_user_schema("n.oid"),
            chunks(),
        )
    })
}

/// Routines that are read alike, a hundred at a time: with which path and settings, and by which validator.
fn chunks() -> String {
    let validator = |name: &str| {
        format!("l.lanvalidator = 'pg_catalog.{name}'::regproc AND p.prosqlbody IS NULL")
    };
    let (sql, plpgsql) = (validator("fmgr_sql_validator"), validator("plpgsql_validator"));
    format!(
        "SELECT path, is_sql, is_plpgsql, settings, array_agg(oid) AS routines FROM (\
         SELECT p.oid, quote_ident(n.nspname) || ', public' AS path, coalesce(p.proconfig, '{{}}') AS settings, \
         {sql} AS is_sql, {plpgsql} AS is_plpgsql, \
         row_number() OVER (PARTITION BY p.prolang, p.proconfig, n.oid ORDER BY p.oid) / 100 AS part \
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang \
         WHERE ({sql} OR {plpgsql} OR l.lanvalidator <> 0 AND p.proconfig IS NOT NULL) AND {} AND {}) r \
         GROUP BY path, is_sql, is_plpgsql, settings, part ORDER BY path",
        in_user_schema("p.pronamespace"),
        of_no_extension("pg_proc", "p.oid"),
    )
}

fn read_nothing(_: &mut Row<'_>, _: &mut Found) -> Result<(), Unreadable> {
    Ok(())
}

fn refused(viewpoint: Viewpoint) -> Option<String> {
    let query =
        "SELECT unnest(string_to_array(trim(current_setting('schemac.refused')), ' ')::oid[])";
    viewpoint.can_validate.then(|| query.to_owned())
}

fn read_refused(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let oid = row.number()?;
    if let Some(Object::Routine(routine)) = found.entry_mut(PG_PROC, oid).map(|it| &mut it.object) {
        Arc::make_mut(routine).unchecked.0 = true;
    }
    Ok(())
}
