//! Names that are long, that need quotes, or that are in another style.

use super::cx::Cx;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::address::{Address, Kind};
use crate::object::origin::Place;
use crate::sql::ident::MAX_BYTES;
use crate::sql::keywords::{Category, category};

rule!(NAME_NEAR_LIMIT, Warning, "name-near-limit");
rule!(NAME_STYLE, Warning, Off, "name-style");
rule!(QUOTED_NAME, Warning, Off, "quoted-name");
rule!(RESERVED_NAME, Note, Off, "reserved-name");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&NAME_NEAR_LIMIT, &NAME_STYLE, &QUOTED_NAME, &RESERVED_NAME];

/// From how many bytes on a name is near the limit.
const NEAR: usize = 60;

/// The kinds whose names people choose.
const KINDS: [Kind; 17] = [
    Kind::Schema,
    Kind::Role,
    Kind::Table,
    Kind::ForeignTable,
    Kind::View,
    Kind::MaterializedView,
    Kind::Sequence,
    Kind::EnumType,
    Kind::Domain,
    Kind::CompositeType,
    Kind::RangeType,
    Kind::Routine,
    Kind::Index,
    Kind::Constraint,
    Kind::ForeignKey,
    Kind::Trigger,
    Kind::Policy,
];

/// Which of the rules are on.
struct Wanted {
    near: bool,
    style: bool,
    quoted: bool,
    reserved: bool,
}

pub(super) fn check(cx: &Cx<'_>) {
    let wanted = Wanted {
        near: cx.is_on(&NAME_NEAR_LIMIT),
        style: cx.is_on(&NAME_STYLE),
        quoted: cx.is_on(&QUOTED_NAME),
        reserved: cx.is_on(&RESERVED_NAME),
    };
    for (at, _) in cx.catalog().iter().filter(|(at, _)| KINDS.contains(&at.kind)) {
        let Some(place) = cx.place(at) else { continue };
        // A routine's name has its argument types.
        let name = at.name.split_once('(').map_or(at.name.as_str(), |(name, _)| name);
        if name_is_given(place) || !is_named_by_postgresql(at) {
            named(cx, &wanted, name, at.kind, place);
        } else if wanted.near && NEAR <= name.len() {
            default_name(cx, at, place);
        }
    }
    for relation in &cx.relations {
        for column in &relation.table.columns {
            if wanted.says_something(&column.name, Kind::Table)
                && let Some(place) = relation.origin.member(&column.name)
            {
                named(cx, &wanted, &column.name, Kind::Table, place);
            }
        }
    }
}

fn name_is_given(place: &Place) -> bool {
    place.name != place.whole
}

/// Tells whether an object gets a name where its author gave none.
fn is_named_by_postgresql(at: &Address) -> bool {
    matches!(at.kind, Kind::Index | Kind::Constraint | Kind::ForeignKey)
}

impl Wanted {
    fn says_something(&self, name: &str, kind: Kind) -> bool {
        (self.near && NEAR <= name.len())
            || (self.quoted && needs_quotes(name))
            || (self.style && !is_snake_case(name))
            || (self.reserved && is_reserved(name, kind))
    }
}

fn named(cx: &Cx<'_>, wanted: &Wanted, name: &str, kind: Kind, place: &Place) {
    if wanted.near && NEAR <= name.len() {
        let n_bytes = name.len();
        let diagnostic = Diagnostic::new(&NAME_NEAR_LIMIT, format!("this name has {n_bytes} bytes"))
            .label(place.name, format!("at most {MAX_BYTES} are kept, and names are made of names"))
            .help("shorten it");
        cx.report(place, diagnostic);
    }
    if wanted.quoted && needs_quotes(name) {
        let diagnostic =
            Diagnostic::new(&QUOTED_NAME, format!("`{name}` must stand in quotes everywhere"))
                .label(place.name, "without them PostgreSQL reads another name")
                .help("use lower-case letters, digits and `_`");
        cx.report(place, diagnostic);
    }
    if wanted.style && !is_snake_case(name) {
        let diagnostic = Diagnostic::new(&NAME_STYLE, format!("`{name}` is not in snake case"))
            .label(place.name, "here")
            .help(format!("call it `{}`", snake_case(name)));
        cx.report(place, diagnostic);
    }
    if wanted.reserved && is_reserved(name, kind) {
        let diagnostic = Diagnostic::new(&RESERVED_NAME, format!("`{name}` is a word of SQL"))
            .label(place.name, "in SQL it must stand in quotes")
            .help("choose another name");
        cx.report(place, diagnostic);
    }
}

fn default_name(cx: &Cx<'_>, at: &Address, place: &Place) {
    let message = format!("the name that PostgreSQL gives this has {} bytes", at.name.len());
    let diagnostic = Diagnostic::new(&NAME_NEAR_LIMIT, message)
        .label(place.name, format!("called `{}`", at.name))
        .help(if at.kind == Kind::Index {
            "name it: `index NAME (…)`"
        } else {
            "name it: `constraint NAME …`"
        });
    cx.report(place, diagnostic);
}

fn needs_quotes(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_lowercase() || c == '_');
    let plain = |c: char| c == '_' || c == '$' || c.is_ascii_digit() || (c.is_alphabetic() && !c.is_ascii_uppercase());
    !starts_well || !name.chars().all(plain)
}

fn is_snake_case(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(plain)
        && !name.contains("__")
        && !name.ends_with('_')
}

/// Writes a name in snake case: `CreatedAt` becomes `created_at`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            after_lower = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        if c.is_ascii_uppercase() && after_lower {
            out.push('_');
        }
        after_lower = !c.is_ascii_uppercase();
        out.push(c.to_ascii_lowercase());
    }
    let out = out.trim_end_matches('_');
    if out.starts_with(|c: char| c.is_ascii_lowercase()) { out.to_owned() } else { format!("n_{out}") }
}

/// Tells whether a name is a keyword that can't stand for a column, or for a routine or type.
fn is_reserved(name: &str, kind: Kind) -> bool {
    let of_routine = matches!(
        kind,
        Kind::Routine | Kind::EnumType | Kind::Domain | Kind::CompositeType | Kind::RangeType
    );
    match category(name) {
        Some(Category::Reserved) => true,
        Some(Category::TypeFuncName) => !of_routine,
        Some(Category::ColName) => of_routine,
        Some(Category::Unreserved) | None => false,
    }
}
