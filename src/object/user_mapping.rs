//! User mappings: `CREATE USER MAPPING`, `pg_user_mapping`.

use super::address::{Address, Kind, Name};
use super::contract::ObjectKind;
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
        let (role, server) = (role_sql(&self.role), quote_ident(&self.server));
        steps.push(format!("CREATE USER MAPPING FOR {role} SERVER {server}{}", write_options(&self.options)));
    }
}
