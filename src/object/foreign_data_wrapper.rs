//! Foreign-data wrappers: `CREATE FOREIGN DATA WRAPPER`, `pg_foreign_data_wrapper`.

use super::address::{Address, Kind, Qualified};
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{ForeignOption, write_options};
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A foreign-data wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignDataWrapper {
    /// The handler function; without one no foreign table can be read.
    pub handler: Option<Qualified>,
    /// The function that checks options.
    pub validator: Option<Qualified>,
    /// Its options.
    pub options: Vec<ForeignOption>,
}

impl ObjectKind for ForeignDataWrapper {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let mut function = |rule_of| node.child(rule_of).and_then(|it| it.child(Rule::path)).and_then(|path| cx.function_ref(path));
        let (handler, validator) = (function(Rule::handler), function(Rule::validator));
        let options = options::foreign(node, cx);
        Some((Address::global(Kind::ForeignDataWrapper, name), ForeignDataWrapper { handler, validator, options }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.extend([&self.handler, &self.validator].into_iter().flatten().map(super::signature::by_name));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!("CREATE FOREIGN DATA WRAPPER {}", quote_ident(&at.name));
        if let Some(handler) = &self.handler {
            sql.push_str(&format!(" HANDLER {handler}"));
        }
        if let Some(validator) = &self.validator {
            sql.push_str(&format!(" VALIDATOR {validator}"));
        }
        sql.push_str(&write_options(&self.options));
        steps.push(sql);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let mut clauses = Vec::new();
        let functions = [("HANDLER", &self.handler, &new.handler), ("VALIDATOR", &self.validator, &new.validator)];
        for (word, _, new) in functions.into_iter().filter(|(_, old, new)| old != new) {
            clauses.push(new.as_ref().map_or_else(|| format!("NO {word}"), |it| format!("{word} {it}")));
        }
        clauses.extend(options::change(&self.options, &new.options));
        if !clauses.is_empty() {
            steps.push(format!("ALTER FOREIGN DATA WRAPPER {} {}", quote_ident(&at.name), clauses.join(" ")));
        }
        Alter::InPlace
    }
}
