//! Privileges of an object: `GRANT`, `REVOKE`, the `acl` columns of the catalogs.

use super::address::{Address, Kind, Name};
use super::reader::Reader;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::ident::quote_ident;
use crate::sql::writer::{comma, name_list};
use crate::syntax::{Node, Rule};

rule!(UNKNOWN_PRIVILEGE, Error, "unknown-privilege");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_PRIVILEGE];

/// One privilege granted to one role, or taken from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Privilege {
    /// The role; `public` for everyone.
    pub grantee: Name,
    /// In lower case, as `select`; `all` for all that the kind of object has.
    pub privilege: Name,
    /// The column, where it is a privilege on one column.
    pub column: Option<Name>,
    /// Whether it is given or taken.
    pub granted: Granted,
}

/// Whether a privilege is given or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Granted {
    /// Taken from those who have it by default (manual 5.8).
    Revoked,
    /// Given.
    Plain,
    /// Given, with the right to give it on.
    WithGrantOption,
}

/// Reads the privileges and roles of `grant … to …` or `revoke … from …`.
pub(crate) fn read(node: Node<'_>, kind: Kind, cx: &mut Reader<'_>) -> Vec<Privilege> {
    let (roles, granted) = match node.child(Rule::to_roles) {
        Some(to) if node.has(Rule::with_option) => (cx.names(to), Granted::WithGrantOption),
        Some(to) => (cx.names(to), Granted::Plain),
        None => (
            node.child(Rule::from_roles).map(|from| cx.names(from)).unwrap_or_default(),
            Granted::Revoked,
        ),
    };
    let mut out = Vec::new();
    let Some(list) = node.child(Rule::privileges) else { return out };
    for privilege in list.all(Rule::privilege) {
        let Some(word) = privilege.child(Rule::privilege_word) else { continue };
        let name = match word.words().as_str() {
            "all privileges" => "all".into(),
            "temp" => "temporary".into(),
            word => Name::from(word),
        };
        let known = allowed(kind);
        if name != "all" && !known.contains(&name.as_str()) {
            let message = format!("a {} has no privilege `{name}`", kind.word());
            let help = if known.is_empty() {
                "it has no privileges".to_owned()
            } else {
                format!("it has {}", known.join(", "))
            };
            cx.report(
                Diagnostic::new(&UNKNOWN_PRIVILEGE, message).label(word.span(), "here").help(help),
            );
            continue;
        }
        let columns =
            privilege.child(Rule::columns).map(|columns| cx.names(columns)).unwrap_or_default();
        for grantee in &roles {
            let one = |column| Privilege {
                grantee: grantee.clone(),
                privilege: name.clone(),
                column,
                granted,
            };
            if columns.is_empty() {
                out.push(one(None));
            }
            out.extend(columns.iter().map(|column| one(Some(column.clone()))));
        }
    }
    out
}

/// Returns the privileges that a kind of object has (manual 5.8, table 5.2).
fn allowed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => &[
            "select",
            "insert",
            "update",
            "delete",
            "truncate",
            "references",
            "trigger",
            "maintain",
        ],
        Kind::Sequence => &["usage", "select", "update"],
        Kind::Schema => &["usage", "create"],
        Kind::Routine | Kind::Aggregate => &["execute"],
        Kind::Language | Kind::ForeignDataWrapper | Kind::Server => &["usage"],
        Kind::EnumType | Kind::CompositeType | Kind::RangeType | Kind::BaseType | Kind::Domain => {
            &["usage"]
        }
        Kind::Role
        | Kind::Extension
        | Kind::AccessMethod
        | Kind::UserMapping
        | Kind::Collation
        | Kind::Operator
        | Kind::OperatorFamily
        | Kind::OperatorClass
        | Kind::Cast
        | Kind::Conversion
        | Kind::Transform
        | Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration
        | Kind::Constraint
        | Kind::Index
        | Kind::Statistics
        | Kind::ForeignKey
        | Kind::Rule
        | Kind::Trigger
        | Kind::Policy
        | Kind::EventTrigger
        | Kind::Publication
        | Kind::Subscription
        | Kind::DefaultPrivileges
        | Kind::SecurityLabel
        | Kind::Raw => &[],
    }
}

/// Writes a role's name; `PUBLIC` and its like are words, not names.
pub(crate) fn role_sql(role: &str) -> String {
    match role {
        "public" | "current_user" | "current_role" | "session_user" => role.to_uppercase(),
        _ => quote_ident(role).into_owned(),
    }
}

/// Returns what a statement calls the object at an address: `FUNCTION auth.f(integer)`.
pub(crate) fn target(at: &Address, word: &str) -> String {
    let word = word.to_uppercase();
    let name = if at.schema.is_empty() { quote_ident(&at.name).into_owned() } else { at.sql() };
    // The name of a routine carries its argument types and is written by its kind.
    let name = match at.kind {
        Kind::Routine | Kind::Aggregate => super::signature::sql(at),
        _ => name,
    };
    format!("{word} {name}")
}

/// Writes the statements that give and take an object's privileges: one for each set of roles and options.
pub(crate) fn statements(privileges: &[Privilege], target: &str) -> Vec<String> {
    let mut groups: Vec<(Granted, Vec<Name>, Vec<String>)> = Vec::new();
    // Privileges of one role and option are written together, and roles with the same privileges too.
    let mut by_role: Vec<(Granted, Name, Vec<String>)> = Vec::new();
    for it in privileges {
        let word = it.privilege.to_uppercase();
        let columns: Vec<&Name> = privileges
            .iter()
            .filter(|other| {
                (other.granted, &other.grantee, &other.privilege)
                    == (it.granted, &it.grantee, &it.privilege)
            })
            .filter_map(|other| other.column.as_ref())
            .collect();
        let text =
            if it.column.is_some() { format!("{word} ({})", name_list(columns)) } else { word };
        match by_role
            .iter_mut()
            .find(|(granted, role, _)| (*granted, &*role) == (it.granted, &it.grantee))
        {
            Some((_, _, list)) if list.contains(&text) => {}
            Some((_, _, list)) => list.push(text),
            None => by_role.push((it.granted, it.grantee.clone(), vec![text])),
        }
    }
    for (granted, role, list) in by_role {
        match groups
            .iter_mut()
            .find(|(other, _, other_list)| *other == granted && *other_list == list)
        {
            Some((_, roles, _)) => roles.push(role),
            None => groups.push((granted, vec![role], list)),
        }
    }
    let write = |(granted, roles, list): &(Granted, Vec<Name>, Vec<String>)| {
        let (list, roles) = (list.join(", "), comma(roles.iter().map(|role| role_sql(role))));
        match granted {
            Granted::Revoked => format!("REVOKE {list} ON {target} FROM {roles}"),
            Granted::Plain => format!("GRANT {list} ON {target} TO {roles}"),
            Granted::WithGrantOption => {
                format!("GRANT {list} ON {target} TO {roles} WITH GRANT OPTION")
            }
        }
    };
    groups.iter().map(write).collect()
}
