//! Roles: `CREATE ROLE`, `pg_authid`, `pg_auth_members`, `pg_db_role_setting`.
//!
//! Roles belong to the whole cluster, so another database may have made them already: a role is created only where it
//! is missing and never altered. Passwords have no place in a schema.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::setting::Setting;
use super::steps::Steps;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `LOGIN`, `NOINHERIT` and the like, upper case, in the order of the alphabet.
    pub flags: Vec<Name>,
    /// Connections it may have at once.
    pub connection_limit: Option<Name>,
    /// A timestamp literal with its quotes.
    pub valid_until: Option<Name>,
    /// Roles it is a member of.
    pub member_of: Vec<Membership>,
    /// Its settings: name and value as written.
    pub settings: Vec<Setting>,
}

/// That a role is a member of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The other role.
    pub group: Name,
    /// `ADMIN OPTION` and the like, upper case.
    pub options: Vec<Name>,
}

impl ObjectKind for Role {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let mut flags: Vec<Name> = node.all(Rule::role_flag).map(|flag| flag.text().to_uppercase().into()).collect();
        flags.sort();
        let text = |rule_of: Rule, inside: Rule| node.child(rule_of).and_then(|it| it.child(inside)).map(|it| Name::from(it.text()));
        let member_of = node.all(Rule::in_role).flat_map(|it| cx.list(it, Rule::name_list));
        let member_of = member_of.map(|group| Membership { group, options: Vec::new() }).collect();
        let settings = node.all(Rule::role_setting).filter_map(|it| Setting::read(it.child(Rule::setting)?)).collect();
        let role = Role {
            flags,
            connection_limit: text(Rule::connection_limit, Rule::number),
            valid_until: text(Rule::valid_until, Rule::string),
            member_of,
            settings,
        };
        Some((Address::global(Kind::Role, name), role))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.extend(self.member_of.iter().map(|it| Address::global(Kind::Role, it.group.clone())));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = quote_ident(&at.name);
        let mut statements = vec![format!("CREATE ROLE {name}{}", self.clauses())];
        let granted = self.member_of.iter().filter(|it| !it.options.is_empty());
        statements.extend(granted.map(|it| {
            format!("GRANT {} TO {name} WITH {}", quote_ident(&it.group), it.options.join(", "))
        }));
        statements.extend(self.settings.iter().map(|setting| format!("ALTER ROLE {name} {}", setting.sql())));
        let body: String = statements.iter().map(|sql| format!("    {sql};\n")).collect();
        let exists = format!("SELECT FROM pg_catalog.pg_roles WHERE rolname = {}", quote_literal(&at.name));
        let block = format!("\nBEGIN\n  IF NOT EXISTS ({exists}) THEN\n{body}  END IF;\nEND\n");
        steps.push(format!("DO {}", dollar_quote(&block)));
    }

    // A role belongs to the cluster: other databases may need it as it is.
    fn drop(&self, _at: &Address, _target: &str, _steps: &mut Steps<'_>) {}

    fn alter(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        Alter::InPlace
    }
}

impl Role {
    fn clauses(&self) -> String {
        let mut sql: String = self.flags.iter().map(|flag| format!(" {flag}")).collect();
        if let Some(limit) = &self.connection_limit {
            sql.push_str(&format!(" CONNECTION LIMIT {limit}"));
        }
        if let Some(until) = &self.valid_until {
            sql.push_str(&format!(" VALID UNTIL {until}"));
        }
        let plain: Vec<&Name> = self.member_of.iter().filter(|it| it.options.is_empty()).map(|it| &it.group).collect();
        if !plain.is_empty() {
            sql.push_str(&format!(" IN ROLE {}", name_list(plain)));
        }
        sql
    }
}
