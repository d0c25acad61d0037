//! Privileges of an object: `GRANT`, `REVOKE`, the `acl` columns of the catalogs.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::address::{Address, Kind, Name};
use super::reader::Reader;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, did_you_mean, nearest_alone};
use crate::sql::ident::{dollar_quote, quote_ident};
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
    /// Who gives it, where that is not the owner.
    pub grantor: Option<Name>,
}

impl Privilege {
    /// Returns the roles that it names.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.grantee).chain(&self.grantor)
    }
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
    let grantor = node.child(Rule::granted_by).and_then(|it| cx.child_name(it));
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
                did_you_mean(&name, known.iter().copied())
                    .unwrap_or_else(|| format!("it has {}", known.join(", ")))
            };
            let meant = nearest_alone(&name, known.iter().copied());
            let fix = meant.map(|it| Fix::instead(word.span(), it));
            let diagnostic =
                Diagnostic::new(&UNKNOWN_PRIVILEGE, message).label(word.span(), "here");
            cx.report(diagnostic.help(help).fix_if(fix));
            continue;
        }
        let columns = match privilege.child(Rule::columns) {
            Some(list) if !takes_columns(&name, kind) => {
                let message = format!("`{name}` is a privilege on a whole {}", kind.word());
                let diagnostic = Diagnostic::new(&UNKNOWN_PRIVILEGE, message)
                    .label(list.span(), "not on columns");
                let help = "delete the columns: select, insert, update and references take them";
                cx.report(diagnostic.help(help));
                continue;
            }
            Some(list) => {
                let relation = cx.relation();
                list.all(Rule::name).map(|it| cx.names_column(&relation, it)).collect()
            }
            None => Vec::new(),
        };
        for grantee in &roles {
            let one = |column| Privilege {
                grantee: grantee.clone(),
                privilege: name.clone(),
                column,
                granted,
                grantor: grantor.clone(),
            };
            if columns.is_empty() {
                out.push(one(None));
            }
            out.extend(columns.iter().map(|column| one(Some(column.clone()))));
        }
    }
    out
}

/// Tells whether a privilege can be one on columns (manual: GRANT).
fn takes_columns(privilege: &str, kind: Kind) -> bool {
    kind.is_relation()
        && kind != Kind::Sequence
        && matches!(privilege, "select" | "insert" | "update" | "references" | "all")
}

/// Returns the privileges that a kind of object has (manual 5.8, table 5.2).
pub(crate) fn allowed(kind: Kind) -> &'static [&'static str] {
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
        | Kind::PrivilegesOn
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

/// Puts privileges in the order in which they are given and taken, whatever order they were declared in.
///
/// `all` comes before single privileges, which add to it or take from it, and what is taken before what is given. Who
/// gives on what he was given comes after that.
pub(crate) fn sort(privileges: &mut Vec<Privilege>) {
    let depths = depths(privileges);
    let depth = |it: &Privilege| it.grantor.as_ref().map(|it| depths.get(it).copied());
    privileges.sort_by(|a, b| {
        let key = |it: &Privilege| (depth(it), it.privilege != "all", it.granted);
        key(a).cmp(&key(b)).then_with(|| a.cmp(b))
    });
    privileges.dedup();
}

/// Returns through how many hands what each grantor gives on came to him. Who was given nothing has no number.
fn depths(privileges: &[Privilege]) -> BTreeMap<Name, usize> {
    let mut depths: BTreeMap<Name, usize> = BTreeMap::new();
    let grantors: BTreeSet<&Name> =
        privileges.iter().filter_map(|it| it.grantor.as_ref()).collect();
    for depth in 0..grantors.len() {
        let is_known =
            |it: &Privilege| it.grantor.as_ref().is_none_or(|it| depths.contains_key(it));
        let can_give = |grantor: &Name| {
            let given =
                |it: &&Privilege| it.granted == Granted::WithGrantOption && it.grantee == *grantor;
            privileges.iter().filter(given).any(is_known)
        };
        let fresh = grantors.iter().filter(|it| !depths.contains_key(**it) && can_give(it));
        let fresh: Vec<Name> = fresh.map(|it| (*it).clone()).collect();
        depths.extend(fresh.into_iter().map(|it| (it, depth)));
    }
    depths
}

/// What one GRANT or REVOKE says of some roles.
struct Statement {
    granted: Granted,
    grantor: Option<Name>,
    /// `ALL` stands alone.
    all: bool,
    roles: Vec<Name>,
    /// `SELECT`, `UPDATE (a, b)`.
    list: Vec<String>,
}

/// Writes what gives and takes an object's privileges as a source says it: one for each set of roles and options.
pub(crate) fn statements(privileges: &[Privilege], target: &str) -> Vec<String> {
    let written = |it: &Statement| match &it.grantor {
        Some(grantor) => format!("{} GRANTED BY {}", it.sql(target), quote_ident(grantor)),
        None => it.sql(target),
    };
    grouped(privileges).iter().map(written).collect()
}

/// Writes the statements that give and take an object's privileges.
pub(crate) fn commands(privileges: &[Privilege], target: &str) -> Vec<String> {
    grouped(privileges).iter().map(|it| it.command(target)).collect()
}

fn grouped(privileges: &[Privilege]) -> Vec<Statement> {
    // Privileges of one role and option are written together, and roles with the same privileges too.
    let mut by_role: Vec<Statement> = Vec::new();
    for it in privileges {
        let text = with_columns(it, privileges);
        let all = it.privilege == "all";
        let same = |other: &&mut Statement| {
            (other.granted, &other.grantor, other.all, other.roles.as_slice())
                == (it.granted, &it.grantor, all, std::slice::from_ref(&it.grantee))
        };
        match by_role.iter_mut().find(same) {
            Some(statement) if statement.list.contains(&text) => {}
            Some(statement) if !all => statement.list.push(text),
            _ => {
                let (roles, grantor) = (vec![it.grantee.clone()], it.grantor.clone());
                let granted = it.granted;
                by_role.push(Statement { granted, grantor, all, roles, list: vec![text] });
            }
        }
    }
    let mut statements: Vec<Statement> = Vec::new();
    for one in by_role {
        let same = |it: &&mut Statement| {
            (it.granted, &it.grantor, &it.list) == (one.granted, &one.grantor, &one.list)
        };
        match statements.iter_mut().find(same) {
            Some(statement) => statement.roles.extend(one.roles),
            None => statements.push(one),
        }
    }
    statements
}

/// Writes a privilege, with all columns on which the role has it in the same way.
fn with_columns(it: &Privilege, all: &[Privilege]) -> String {
    let word = it.privilege.to_uppercase();
    if it.column.is_none() {
        return word;
    }
    let is_like = |other: &&Privilege| {
        (other.granted, &other.grantor, &other.grantee, &other.privilege)
            == (it.granted, &it.grantor, &it.grantee, &it.privilege)
    };
    let columns = all.iter().filter(is_like).filter_map(|other| other.column.as_ref());
    format!("{word} ({})", name_list(columns))
}

impl Statement {
    fn sql(&self, target: &str) -> String {
        let (list, roles) =
            (self.list.join(", "), comma(self.roles.iter().map(|role| role_sql(role))));
        match self.granted {
            Granted::Revoked => format!("REVOKE {list} ON {target} FROM {roles}"),
            Granted::Plain => format!("GRANT {list} ON {target} TO {roles}"),
            Granted::WithGrantOption => {
                format!("GRANT {list} ON {target} TO {roles} WITH GRANT OPTION")
            }
        }
    }

    /// Writes the statement as it must be run: PostgreSQL takes the role that runs it for who gives, whatever GRANTED BY
    /// says, unless they are the same.
    fn command(&self, target: &str) -> String {
        let sql = self.sql(target);
        let Some(grantor) = &self.grantor else { return sql };
        let (role, back) =
            (quote_ident(grantor), "PERFORM pg_catalog.set_config('role', before, true)");
        let block = format!(
            "\nDECLARE\n  before text := pg_catalog.current_setting('role');\nBEGIN\n  SET LOCAL ROLE {role};\n  {sql};\n  {back};\nEND\n"
        );
        format!("DO {}", dollar_quote(&block))
    }
}
