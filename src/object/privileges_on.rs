//! Privileges on what no item makes: `GRANT`, `REVOKE`, `pg_init_privs`.
//!
//! PostgreSQL's own objects, those of extensions, and the sequences behind identity columns are there without an item.
//! What is said of them is who may use them: an entry of this kind has privileges and nothing else, relative to those
//! that the object is born with. `pg_dump` writes the same.

use super::address::{Address, Kind, Name, Qualified};
use super::column::relation_addresses;
use super::contract::{Alter, ObjectKind};
use super::names::{Found, Sort};
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::sql::builtin::objects::ObjectKind as Global;
use crate::sql::builtin::{self, extensions};
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// Something that has privileges and no item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivilegesOn {
    /// What GRANT calls it: `FUNCTION pg_catalog.pg_stat_reset()`.
    pub target: Box<str>,
    /// A kind that has the same privileges.
    pub like: Kind,
    /// The table whose column a sequence belongs to.
    pub relation: Option<Qualified>,
}

impl ObjectKind for PrivilegesOn {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let target = node.child(Rule::grant_target)?;
        let word = target.child(Rule::target_kind)?.words();
        Self::of(&word, target.child(Rule::target)?, cx)
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        self.relation.iter().for_each(|it| relation_addresses(it, out));
    }

    // It is there: its entry's privileges are all there is to say.
    fn create(&self, _at: &Address, _steps: &mut Steps<'_>) {}

    // It is PostgreSQL's or an extension's, and stays.
    fn drop(&self, _at: &Address, _target: &str, _steps: &mut Steps<'_>) {}

    fn alter(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        Alter::InPlace
    }
}

impl PrivilegesOn {
    /// Makes an entry's object of what is called so, and its address.
    pub(crate) fn new(word: &str, name: &str, relation: Option<Qualified>) -> Option<(Address, Self)> {
        let like = like(word)?;
        let target = format!("{} {name}", word.to_uppercase());
        let at = match &relation {
            Some(table) => Address::of(Kind::PrivilegesOn, table, &*target),
            None => Address::global(Kind::PrivilegesOn, &*target),
        };
        Some((at, PrivilegesOn { target: target.into(), like, relation }))
    }

    /// Reads what a grant names and no item makes; `None` where PostgreSQL and the extensions that are declared have no
    /// such thing.
    pub(crate) fn of(word: &str, node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let path = cx.path(node.child(Rule::path)?);
        let sort = match like(word)? {
            Kind::Table | Kind::Sequence => Sort::Relation,
            Kind::Routine => Sort::Routine,
            Kind::EnumType => Sort::Type,
            _ => return is_there(word, &path.name, cx).then(|| Self::new(word, &quote_ident(&path.name), None))?,
        };
        let home = cx.home();
        let name = match cx.names.find(sort, path.schema.as_ref(), &path.name, &home) {
            Found::Builtin(at) | Found::Extension(at, _) | Found::Unsure(at) => at,
            Found::Declared(_) | Found::Missing => return None,
        };
        let types = match (sort, node.child(Rule::signature)) {
            (Sort::Routine, Some(list)) => {
                let types = signature::types(list, cx);
                signature::name("", &types)
            }
            _ => Name::default(),
        };
        Self::new(word, &format!("{}{types}", name.sql()), None)
    }
}

/// Returns a kind with the privileges of what a grant calls so.
pub(crate) fn like(word: &str) -> Option<Kind> {
    Some(match word {
        "table" => Kind::Table,
        "sequence" => Kind::Sequence,
        "function" | "procedure" | "routine" => Kind::Routine,
        "type" | "domain" => Kind::EnumType,
        "schema" => Kind::Schema,
        "language" => Kind::Language,
        "foreign data wrapper" => Kind::ForeignDataWrapper,
        "foreign server" => Kind::Server,
        _ => return None,
    })
}

/// Returns an extension that would bring what a grant names.
pub(crate) fn brought_by(word: &str, name: &str) -> Option<&'static str> {
    let brings = |it: &builtin::Provided| match like(word) {
        Some(Kind::Table | Kind::Sequence) => it.relation(name).is_some(),
        Some(Kind::Routine) => it.functions(name).next().is_some(),
        Some(Kind::EnumType) => it.type_named(name).is_some(),
        _ => global(word).is_some_and(|sort| it.object(sort, name).is_some()),
    };
    // Languages have the names of their extensions.
    let language = || extensions::find(name).filter(|_| word == "language").map(|it| it.name);
    extensions::providing(brings).first().copied().or_else(language)
}

fn global(word: &str) -> Option<Global> {
    match word {
        "schema" => Some(Global::Schema),
        "language" => Some(Global::Language),
        "foreign data wrapper" => Some(Global::ForeignDataWrapper),
        // Which servers an extension makes is not known of any.
        _ => None,
    }
}

/// Tells whether PostgreSQL or an extension that is declared has, or may have, something that is in no schema.
fn is_there(word: &str, name: &str, cx: &Reader<'_>) -> bool {
    let Some(sort) = global(word) else { return opaque(cx) };
    let brings = |it: &builtin::Provided| it.object(sort, name).is_some();
    let known = cx.names.extensions.keys().filter_map(|it| extensions::find(it)?.provided.as_ref());
    // `plpgsql` is an extension that every database is born with.
    word == "language" && name == "plpgsql"
        || brings(&builtin::postgresql())
        || known.into_iter().any(brings)
        || opaque(cx)
}

/// Tells whether some declared extension may bring anything.
fn opaque(cx: &Reader<'_>) -> bool {
    let known = |name: &Name| extensions::find(name).is_some_and(|it| it.provided.is_some());
    cx.names.unreadable || !cx.names.extensions.keys().all(known)
}
