//! Operators.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::operator::Operator;
use crate::sql::ident::quote_ident;

impl Print for Operator {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let symbol = at.name.split_once('(').map_or(at.name.as_str(), |(symbol, _)| symbol);
        // Two slashes begin a comment where no schema stands before them.
        let schema = if out.is_home(&at.schema) && !symbol.contains("//") {
            String::new()
        } else {
            format!("{}.", quote_ident(&at.schema))
        };
        let left =
            self.left.as_ref().map(|ty| format!("leftarg = {}, ", out.ty(ty))).unwrap_or_default();
        let (right, owner) = (out.ty(&self.right), out.owner(entry));
        let rest = definitions(&self.definition);
        out.push(&format!(
            "operator {schema}{symbol} ({left}rightarg = {right}, {rest}){owner};\n"
        ));
    }
}
