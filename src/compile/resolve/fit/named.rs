//! Languages, servers, foreign data wrappers and objects of text search that are named exist.
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some name another")]

use super::Fit;
use super::{brought_or_meant, declare_extension};
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::text_search_configuration::TextSearchConfiguration;
use crate::source::Span;
use crate::sql::builtin::objects::ObjectKind;
use crate::sql::builtin::{Provided, extensions, postgresql};
use crate::sql::definition;
use crate::syntax::Rule;

rule!(UNKNOWN_LANGUAGE, Error, "unknown-language");
rule!(UNKNOWN_SERVER, Error, "unknown-server");
rule!(UNKNOWN_WRAPPER, Error, "unknown-foreign-data-wrapper");
rule!(UNKNOWN_TEXT_SEARCH, Error, "unknown-text-search-object");
rule!(TEXT_SEARCH_CONFLICT, Error, "parser-and-copy");

/// The rules of this file.
pub(crate) const RULES: &[&crate::diagnostic::Rule] = &[
    &UNKNOWN_LANGUAGE,
    &UNKNOWN_SERVER,
    &UNKNOWN_WRAPPER,
    &UNKNOWN_TEXT_SEARCH,
    &TEXT_SEARCH_CONFLICT,
];

/// The sorts of token that PostgreSQL's own parser finds (manual 12.5).
const TOKENS: [&str; 23] = [
    "asciihword",
    "asciiword",
    "blank",
    "email",
    "entity",
    "file",
    "float",
    "host",
    "hword",
    "hword_asciipart",
    "hword_numpart",
    "hword_part",
    "int",
    "numhword",
    "numword",
    "protocol",
    "sfloat",
    "tag",
    "uint",
    "url",
    "url_path",
    "version",
    "word",
];

/// Checks what an object names.
pub(super) fn check(cx: &Fit<'_, '_>, read: &Read) {
    match &read.entry.object {
        Object::Routine(routine) => {
            let place = read.clause(Rule::routine_language);
            language(cx, read, &routine.language, place);
        }
        Object::Transform(it) => {
            language(cx, read, &it.language, read.part(Rule::transform_item, &it.language));
        }
        Object::Server(server) => {
            let place = read.part(Rule::server_wrapper, &server.wrapper);
            let what = Global {
                rule: &UNKNOWN_WRAPPER,
                kind: Kind::ForeignDataWrapper,
                provided: ObjectKind::ForeignDataWrapper,
            };
            global(cx, read, &what, &server.wrapper, place);
        }
        Object::ForeignTable(table) if !table.server.is_empty() => {
            server(cx, read, &table.server, read.part(Rule::table_server, &table.server));
        }
        Object::UserMapping(mapping) => {
            server(cx, read, &mapping.server, read.last_part(&mapping.server));
        }
        Object::TextSearchConfiguration(it) => configuration(cx, read, it),
        Object::TextSearchDictionary(it) => {
            if let Some(text) = definition::value(&it.definition, "template") {
                let place = read.part(Rule::definition_value, "template");
                text_search(cx, read, TEMPLATE, text, place);
            }
        }
        _ => {}
    }
}

/// What lives in no schema and is named by another object.
struct Global {
    rule: &'static crate::diagnostic::Rule,
    kind: Kind,
    provided: ObjectKind,
}

fn global(cx: &Fit<'_, '_>, read: &Read, what: &Global, name: &Name, place: Span) {
    let brings = |it: &Provided| it.object(what.provided, name).is_some();
    let found = cx.world.catalog.get(&Address::global(what.kind, name.clone())).is_some()
        || brings(&postgresql())
        || cx.world.extensions.iter().any(|it| brings(&it.provided));
    if found || cx.open {
        return;
    }
    let declared = cx.world.catalog.of(what.kind).map(|(at, _)| at.name.as_str());
    let brought = cx.world.extensions.iter().flat_map(|it| it.provided.objects(what.provided));
    let known = brought.map(|it| it.name).chain(declared);
    let help = brought_or_meant(&extensions::providing(brings), name, known)
        .unwrap_or_else(|| format!("declare it: `{} {name} …;`", what.kind.word()));
    let message = format!("there is no {} `{name}`", what.kind.word());
    cx.report(read, Diagnostic::new(what.rule, message).label(place, "named here").help(help));
}

fn server(cx: &Fit<'_, '_>, read: &Read, name: &Name, place: Span) {
    if cx.world.catalog.get(&Address::global(Kind::Server, name.clone())).is_some() || cx.open {
        return;
    }
    let declared = cx.world.catalog.of(Kind::Server).map(|(at, _)| at.name.as_str());
    let help = did_you_mean(name, declared)
        .unwrap_or_else(|| format!("declare it: `server {name} foreign data wrapper NAME;`"));
    let message = format!("there is no server `{name}`");
    let diagnostic = Diagnostic::new(&UNKNOWN_SERVER, message).label(place, "named here");
    cx.report(read, diagnostic.help(help));
}

fn language(cx: &Fit<'_, '_>, read: &Read, name: &Name, place: Span) {
    // The extension `plpgsql` is there from the start.
    if name == "plpgsql" {
        return;
    }
    let brings = |it: &Provided| it.object(ObjectKind::Language, name).is_some();
    let found = cx.world.catalog.get(&Address::global(Kind::Language, name.clone())).is_some()
        || brings(&postgresql())
        || cx.world.extensions.iter().any(|it| brings(&it.provided));
    if found || cx.open {
        return;
    }
    let declared = cx.world.catalog.of(Kind::Language).map(|(at, _)| at.name.as_str());
    let known: Vec<&str> =
        ["plpgsql", "sql", "c", "internal"].into_iter().chain(declared).collect();
    let without_pl = known.iter().find(|it| it.strip_prefix("pl") == Some(name.as_str()));
    let bringing = extensions::providing(brings);
    let is_extension = extensions::find(name).is_some() || name == "plv8";
    let help = match bringing.first() {
        Some(extension) => Some(declare_extension(extension)),
        None if is_extension => Some(declare_extension(name)),
        None => match without_pl {
            Some(full) => Some(format!("did you mean `{full}`?")),
            None => did_you_mean(name, known),
        },
    };
    let message = format!("there is no language `{name}`");
    let diagnostic = Diagnostic::new(&UNKNOWN_LANGUAGE, message).label(place, "named here");
    cx.report(read, diagnostic.help(help.unwrap_or_else(|| "use `sql` or `plpgsql`".to_owned())));
}

/// A sort of object of text search.
type TextSearch = (Kind, ObjectKind);

const PARSER: TextSearch = (Kind::TextSearchParser, ObjectKind::TextSearchParser);
const TEMPLATE: TextSearch = (Kind::TextSearchTemplate, ObjectKind::TextSearchTemplate);
const DICTIONARY: TextSearch = (Kind::TextSearchDictionary, ObjectKind::TextSearchDictionary);
const CONFIGURATION: TextSearch =
    (Kind::TextSearchConfiguration, ObjectKind::TextSearchConfiguration);

fn configuration(cx: &Fit<'_, '_>, read: &Read, it: &TextSearchConfiguration) {
    let parser = definition::value(&it.definition, "parser");
    let copy = definition::value(&it.definition, "copy");
    if parser.is_some() && copy.is_some() {
        let message = "a configuration has a parser or is a copy, not both";
        let diagnostic = Diagnostic::new(&TEXT_SEARCH_CONFLICT, message).label(
            read.part(Rule::definition_key, "copy"),
            "this one has the parser of what it copies",
        );
        cx.report(read, diagnostic.help("delete one of them"));
        return;
    }
    if let Some(text) = parser {
        text_search(cx, read, PARSER, text, read.part(Rule::definition_value, "parser"));
    }
    if let Some(text) = copy {
        text_search(cx, read, CONFIGURATION, text, read.part(Rule::definition_value, "copy"));
    }
    for text in it.mappings.iter().flat_map(|it| &it.dictionaries) {
        let name = crate::object::signature::named(text, &Name::default()).name;
        text_search(cx, read, DICTIONARY, text, read.part(Rule::dictionaries, &name));
    }
    let own = parser.map(|it| crate::object::signature::named(it, &Name::default()));
    let is_own = own.is_some_and(|it| {
        it.name == "default" && cx.declared(Kind::TextSearchParser, read, &it).is_none()
    });
    for token in it.mappings.iter().flat_map(|it| &it.tokens).filter(|_| is_own) {
        if !TOKENS.contains(&token.as_str()) {
            let message = format!("the parser `default` finds no token `{token}`");
            let place = read.part(Rule::name_list, token);
            let diagnostic =
                Diagnostic::new(&UNKNOWN_TEXT_SEARCH, message).label(place, "named here");
            let help = did_you_mean(token, TOKENS)
                .unwrap_or_else(|| format!("it finds {}", TOKENS.join(", ")));
            cx.report(read, diagnostic.help(help));
        }
    }
}

fn text_search(cx: &Fit<'_, '_>, read: &Read, sort: TextSearch, text: &str, place: Span) {
    let (kind, own) = sort;
    let name = crate::object::signature::named(text, &Name::default());
    let brings = |it: &Provided| it.object(own, &name.name).is_some();
    let found = cx.declared(kind, read, &name).is_some()
        || matches!(name.schema.as_str(), "" | "pg_catalog") && brings(&postgresql())
        || cx.world.extensions.iter().any(|it| brings(&it.provided));
    if found || cx.open {
        return;
    }
    let declared = cx.world.catalog.of(kind).map(|(at, _)| at.name.as_str());
    let known = postgresql().objects(own).map(|it| it.name).chain(declared);
    let help = brought_or_meant(&extensions::providing(brings), &name.name, known);
    let message = format!("there is no {} `{text}`", kind.word());
    let diagnostic = Diagnostic::new(&UNKNOWN_TEXT_SEARCH, message).label(place, "named here");
    cx.report(read, diagnostic.help_if(help));
}
