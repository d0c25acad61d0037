//! Text search: `pg_ts_parser`, `pg_ts_template`, `pg_ts_dict`, `pg_ts_config`.

use std::sync::Arc;

use super::elements::split;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension, owner, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_TS_CONFIG, PG_TS_DICT, PG_TS_PARSER, PG_TS_TEMPLATE, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::text_search_configuration::{Mapping, TextSearchConfiguration};
use crate::object::text_search_dictionary::TextSearchDictionary;
use crate::object::text_search_parser::TextSearchParser;
use crate::object::text_search_template::TextSearchTemplate;
use crate::sql::definition::Definition;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "text search parsers", query: parsers, read: read_parser },
    Section { name: "text search templates", query: templates, read: read_template },
    Section { name: "text search dictionaries", query: dictionaries, read: read_dictionary },
    Section { name: "text search configurations", query: configurations, read: read_configuration },
    Section { name: "mappings of text search", query: mappings, read: read_mapping },
];

fn parsers(_: Viewpoint) -> Option<String> {
    let functions = ["prsstart", "prstoken", "prsend", "prsheadline", "prslextype"];
    Some(format!(
        "SELECT p.oid, n.nspname, p.prsname, {} FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace \
         WHERE {} AND {}",
        functions.map(|it| routine_name(&format!("p.{it}"))).join(", "),
        in_user_schema("p.prsnamespace"),
        of_no_extension("pg_ts_parser", "p.oid"),
    ))
}

fn read_parser(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let definition = row.definitions(&["start", "gettoken", "end", "headline", "lextypes"]);
    let at = Address::new(Kind::TextSearchParser, at.schema, at.name);
    found.add(PG_TS_PARSER, oid, at, TextSearchParser { definition });
    Ok(())
}

fn templates(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, n.nspname, t.tmplname, {}, {} FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace \
         WHERE {} AND {}",
        routine_name("t.tmplinit"),
        routine_name("t.tmpllexize"),
        in_user_schema("t.tmplnamespace"),
        of_no_extension("pg_ts_template", "t.oid"),
    ))
}

fn read_template(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let definition = row.definitions(&["init", "lexize"]);
    let at = Address::new(Kind::TextSearchTemplate, at.schema, at.name);
    found.add(PG_TS_TEMPLATE, oid, at, TextSearchTemplate { definition });
    Ok(())
}

/// What is in `pg_catalog` is named without it.
const SHOWN: &str =
    "CASE WHEN xn.nspname = 'pg_catalog' THEN '' ELSE quote_ident(xn.nspname) || '.' END";

fn dictionaries(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT d.oid, n.nspname, d.dictname, {}, {SHOWN} || quote_ident(x.tmplname), d.dictinitoption FROM pg_ts_dict d \
         JOIN pg_namespace n ON n.oid = d.dictnamespace JOIN pg_ts_template x ON x.oid = d.dicttemplate \
         JOIN pg_namespace xn ON xn.oid = x.tmplnamespace WHERE {} AND {}",
        owner("d.dictowner"),
        in_user_schema("d.dictnamespace"),
        of_no_extension("pg_ts_dict", "d.oid"),
    ))
}

fn read_dictionary(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let mut definition = row.definitions(&["template"]);
    let options = row.option().map(|it| split(it, ',')).unwrap_or_default();
    definition.extend(options.iter().map(|it| {
        let (name, value) = it.split_once('=').unwrap_or((it, ""));
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(name);
        Definition { name: name.into(), value: Some(value.trim().into()) }
    }));
    let at = Address::new(Kind::TextSearchDictionary, at.schema, at.name);
    found.add_owned(PG_TS_DICT, oid, at, TextSearchDictionary { definition }, ownership);
    Ok(())
}

fn configurations(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.cfgname, {}, {SHOWN} || quote_ident(x.prsname) FROM pg_ts_config c \
         JOIN pg_namespace n ON n.oid = c.cfgnamespace JOIN pg_ts_parser x ON x.oid = c.cfgparser \
         JOIN pg_namespace xn ON xn.oid = x.prsnamespace WHERE {} AND {}",
        owner("c.cfgowner"),
        in_user_schema("c.cfgnamespace"),
        of_no_extension("pg_ts_config", "c.oid"),
    ))
}

fn read_configuration(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let it =
        TextSearchConfiguration { definition: row.definitions(&["parser"]), mappings: Vec::new() };
    let at = Address::new(Kind::TextSearchConfiguration, at.schema, at.name);
    found.add_owned(PG_TS_CONFIG, oid, at, it, ownership);
    Ok(())
}

fn mappings(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT m.mapcfg, t.alias, array_agg({SHOWN} || quote_ident(x.dictname) ORDER BY m.mapseqno) FROM pg_ts_config_map m \
         JOIN pg_ts_config c ON c.oid = m.mapcfg CROSS JOIN LATERAL ts_token_type(c.cfgparser) t \
         JOIN pg_ts_dict x ON x.oid = m.mapdict JOIN pg_namespace xn ON xn.oid = x.dictnamespace \
         WHERE t.tokid = m.maptokentype AND c.oid >= 16384 GROUP BY m.mapcfg, t.alias, t.tokid ORDER BY m.mapcfg, t.tokid"
    ))
}

fn read_mapping(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, token): (Oid, Name) = (row.number()?, row.name()?);
    let dictionaries = row.names()?;
    let Some(Object::TextSearchConfiguration(it)) =
        found.entry_mut(PG_TS_CONFIG, oid).map(|it| &mut it.object)
    else {
        return Ok(());
    };
    let it = Arc::make_mut(it);
    // Tokens that are looked up alike stand together.
    match it.mappings.iter_mut().find(|it| it.dictionaries == dictionaries) {
        Some(mapping) => mapping.tokens.push(token),
        None => it.mappings.push(Mapping { tokens: vec![token], dictionaries }),
    }
    Ok(())
}
