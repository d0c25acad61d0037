//! Foreign servers: `CREATE SERVER`, `pg_foreign_server`.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{ForeignOption, write_options};
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A foreign server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// A string literal that the wrapper may read.
    pub server_type: Option<Name>,
    /// A string literal that the wrapper may read.
    pub version: Option<Name>,
    /// The foreign-data wrapper.
    pub wrapper: Name,
    /// Its options.
    pub options: Vec<ForeignOption>,
}

impl ObjectKind for Server {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let literal = |rule_of| node.child(rule_of).and_then(|it| it.first()).map(|it| Name::from(it.text()));
        let (server_type, version) = (literal(Rule::server_type), literal(Rule::version));
        let Some(wrapper) = node.child(Rule::server_wrapper) else {
            cx.missing_clause(node, "foreign-data wrapper", "foreign data wrapper NAME");
            return None;
        };
        let wrapper = cx.child_name(wrapper)?;
        let options = options::foreign(node, cx);
        Some((Address::global(Kind::Server, name), Server { server_type, version, wrapper, options }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::ForeignDataWrapper, self.wrapper.clone()));
        // Wrappers mostly come with the extension of their name.
        out.push(Address::global(Kind::Extension, self.wrapper.clone()));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!("CREATE SERVER {}", quote_ident(&at.name));
        if let Some(server_type) = &self.server_type {
            sql.push_str(&format!(" TYPE {server_type}"));
        }
        if let Some(version) = &self.version {
            sql.push_str(&format!(" VERSION {version}"));
        }
        sql.push_str(&format!(" FOREIGN DATA WRAPPER {}{}", quote_ident(&self.wrapper), write_options(&self.options)));
        steps.push(sql);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if (&self.server_type, &self.wrapper) != (&new.server_type, &new.wrapper) {
            return Alter::Replace;
        }
        let mut clauses = Vec::new();
        if self.version != new.version {
            clauses.push(format!("VERSION {}", new.version.as_deref().unwrap_or("NULL")));
        }
        clauses.extend(options::change(&self.options, &new.options));
        if !clauses.is_empty() {
            steps.push(format!("ALTER SERVER {} {}", quote_ident(&at.name), clauses.join(" ")));
        }
        Alter::InPlace
    }
}
