//! Default privileges: `ALTER DEFAULT PRIVILEGES`, `pg_default_acl`.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::privilege::{self, Granted, Privilege};
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// What roles may do with objects that are made later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPrivileges {
    /// Whose objects; empty means those of the role that runs the statement.
    pub roles: Vec<Name>,
    /// In which schemas; empty means all.
    pub schemas: Vec<Name>,
    /// `TABLES`, `FUNCTIONS` and so on.
    pub objects: Name,
    /// What is given or taken.
    pub privileges: Vec<Privilege>,
}

impl ObjectKind for DefaultPrivileges {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let roles = node.child(Rule::for_role).map(|it| cx.list(it, Rule::name_list)).unwrap_or_default();
        let schemas = node.child(Rule::in_schemas).map(|it| cx.list(it, Rule::name_list)).unwrap_or_default();
        let body = node.child(Rule::default_grant).or_else(|| node.child(Rule::default_revoke))?;
        let objects = node_objects(body)?;
        let kind = match objects.as_str() {
            "TABLES" => Kind::Table,
            "SEQUENCES" => Kind::Sequence,
            "FUNCTIONS" | "ROUTINES" => Kind::Routine,
            "SCHEMAS" => Kind::Schema,
            _ => Kind::EnumType,
        };
        let privileges = privilege::read(body, kind, cx);
        let it = DefaultPrivileges { roles, schemas, objects, privileges };
        let name = it.name();
        Some((Address::global(Kind::DefaultPrivileges, name), it))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.extend(self.schemas.iter().map(|it| Address::global(Kind::Schema, it.clone())));
        let grantees = self.privileges.iter().map(|it| &it.grantee);
        out.extend(self.roles.iter().chain(grantees).map(|it| Address::global(Kind::Role, it.clone())));
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        self.write(&self.privileges, steps);
    }

    fn drop(&self, _at: &Address, _target: &str, steps: &mut Steps<'_>) {
        let undone = |it: &Privilege| Privilege {
            granted: if it.granted == Granted::Revoked { Granted::Plain } else { Granted::Revoked },
            ..it.clone()
        };
        let undone: Vec<Privilege> = self.privileges.iter().rev().map(undone).collect();
        self.write(&undone, steps);
    }

    // Its name says all that it does.
    fn alter(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        Alter::InPlace
    }
}

impl DefaultPrivileges {
    fn write(&self, privileges: &[Privilege], steps: &mut Steps<'_>) {
        let list = |word: &str, names: &[Name]| match names {
            [] => String::new(),
            names => format!(" {word} {}", names.iter().map(|it| quote_ident(it)).collect::<Vec<_>>().join(", ")),
        };
        let head = format!("ALTER DEFAULT PRIVILEGES{}{}", list("FOR ROLE", &self.roles), list("IN SCHEMA", &self.schemas));
        for statement in privilege::statements(privileges, &self.objects) {
            steps.push(format!("{head} {statement}"));
        }
    }

    /// Returns a name that tells the statement from others: PostgreSQL has none for it.
    pub(crate) fn name(&self) -> String {
        let join = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let statements = privilege::statements(&self.privileges, &self.objects).join("; ");
        format!("for {} in {}: {statements}", join(&self.roles), join(&self.schemas))
    }
}

fn node_objects(body: Node<'_>) -> Option<Name> {
    Some(body.child(Rule::default_target)?.words().to_uppercase().into())
}
