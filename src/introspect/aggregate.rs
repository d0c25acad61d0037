//! Aggregates: `pg_aggregate`, and the `pg_proc` of each.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, operator_name, ownership, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_PROC, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::aggregate::{Aggregate, Argument};
use crate::object::signature;
use crate::object::type_text;
use crate::sql::type_name::TypeName;

pub(super) const SECTIONS: &[Section] = &[Section { name: "aggregates", query, read }];

/// The entries of the definition, in the order of the query.
const DEFINITION: [&str; 22] = [
    "sfunc",
    "stype",
    "sspace",
    "finalfunc",
    "finalfunc_extra",
    "finalfunc_modify",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "initcond",
    "msfunc",
    "minvfunc",
    "mstype",
    "msspace",
    "mfinalfunc",
    "mfinalfunc_extra",
    "mfinalfunc_modify",
    "minitcond",
    "sortop",
    "parallel",
    "hypothetical",
    "basetype",
];

fn query(_: Viewpoint) -> Option<String> {
    let modify = |column: &str| {
        format!(
            "CASE WHEN {column} <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END THEN \
             CASE {column} WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END END"
        )
    };
    let definition = [
        routine_name("a.aggtransfn"),
        "format_type(a.aggtranstype, -1)".to_owned(),
        "nullif(a.aggtransspace, 0)".to_owned(),
        routine_name("a.aggfinalfn"),
        "CASE WHEN a.aggfinalextra THEN chr(1) END".to_owned(),
        modify("a.aggfinalmodify"),
        routine_name("a.aggcombinefn"),
        routine_name("a.aggserialfn"),
        routine_name("a.aggdeserialfn"),
        "quote_literal(a.agginitval)".to_owned(),
        routine_name("a.aggmtransfn"),
        routine_name("a.aggminvtransfn"),
        "CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, -1) END".to_owned(),
        "nullif(a.aggmtransspace, 0)".to_owned(),
        routine_name("a.aggmfinalfn"),
        "CASE WHEN a.aggmfinalextra THEN chr(1) END".to_owned(),
        format!("CASE WHEN a.aggmtransfn <> 0 THEN {} END", modify("a.aggmfinalmodify")),
        "quote_literal(a.aggminitval)".to_owned(),
        operator_name("a.aggsortop"),
        "CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END".to_owned(),
        "CASE WHEN a.aggkind = 'h' THEN chr(1) END".to_owned(),
        "NULL".to_owned(),
    ];
    Some(format!(
        "SELECT p.oid, n.nspname, p.proname, {}, a.aggkind, a.aggnumdirectargs, p.proargnames, p.provariadic <> 0, \
         (SELECT array_agg(format_type(x.ty, -1) ORDER BY x.n) FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) \
         WITH ORDINALITY x (ty, n)), {} FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         JOIN pg_aggregate a ON a.aggfnoid = p.oid WHERE {} AND {}",
        ownership("pg_proc", "p.oid", "p.proowner", "p.proacl", "f"),
        definition.join(", "),
        in_user_schema("p.pronamespace"),
        of_no_extension("pg_proc", "p.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let is_ordered = row.text()? != "n";
    let n_direct: usize = row.number()?;
    let names = row.strings()?;
    let variadic = row.flag();
    let types: Vec<TypeName> = row.strings()?.iter().map(|it| type_text::parse(it)).collect();
    let last = types.len().saturating_sub(1);
    let argument = |(n, ty): (usize, &TypeName)| Argument {
        variadic: variadic && n == last,
        name: names.get(n).filter(|it| !it.is_empty()).map(|it| Name::from(&**it)),
        ty: ty.clone(),
    };
    let mut arguments: Vec<Argument> = types.iter().enumerate().map(argument).collect();
    let ordered = is_ordered.then(|| {
        let rest = arguments.split_off(n_direct.min(arguments.len()));
        // One VARIADIC "any" can stand for direct and ordered arguments alike.
        if rest.is_empty() { arguments.last().cloned().into_iter().collect() } else { rest }
    });
    let aggregate = Aggregate { arguments, ordered, definition: row.definitions(&DEFINITION) };
    let all = aggregate.arguments.iter().chain(aggregate.ordered.iter().flatten());
    let name = signature::name(&at.name, &all.map(|it| it.ty.clone()).collect::<Vec<_>>());
    found.add_owned(
        PG_PROC,
        oid,
        Address::new(Kind::Aggregate, at.schema, name),
        aggregate,
        ownership,
    );
    Ok(())
}
