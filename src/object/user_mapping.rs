//! User mappings: `CREATE USER MAPPING`, `pg_user_mapping`.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::options;
use super::privilege::role_sql;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{ForeignOption, write_options};
use crate::sql::ident::quote_ident;
use crate::syntax::Node;

/// How a role appears at a foreign server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserMapping {
    /// The role; `public` for everyone.
    pub role: Name,
    /// The server.
    pub server: Name,
    /// Its options.
    pub options: Vec<ForeignOption>,
}

impl ObjectKind for UserMapping {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let mut names = cx.names(node).into_iter();
        let (role, server) = (names.next()?, names.next()?);
        let options = options::foreign(node, cx);
        let at = Address::global(Kind::UserMapping, format!("{role} server {server}"));
        Some((at, UserMapping { role, server, options }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Server, self.server.clone()));
        out.push(Address::global(Kind::Role, self.role.clone()));
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE USER MAPPING {}{}", self.name_sql(), write_options(&self.options)));
    }

    fn drop(&self, _at: &Address, _target: &str, steps: &mut Steps<'_>) {
        steps.push(format!("DROP USER MAPPING {}", self.name_sql()));
    }

    fn alter(&self, new: &Self, _at: &Address, steps: &mut Steps<'_>) -> Alter {
        if let Some(options) = options::change(&self.options, &new.options) {
            steps.push(format!("ALTER USER MAPPING {} {options}", self.name_sql()));
        }
        Alter::InPlace
    }
}

impl UserMapping {
    fn name_sql(&self) -> String {
        format!("FOR {} SERVER {}", role_sql(&self.role), quote_ident(&self.server))
    }
}
