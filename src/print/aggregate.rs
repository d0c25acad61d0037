//! Aggregates.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::aggregate::{Aggregate, Argument, STATES};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Aggregate {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let list = |arguments: &[Argument]| comma(arguments.iter().map(|it| argument(it, out)));
        let arguments = match (self.arguments.as_slice(), &self.ordered) {
            ([], None) => "*".to_owned(),
            (direct, None) => list(direct),
            ([], Some(ordered)) => format!("order by {}", list(ordered)),
            (direct, Some(ordered)) => format!("{} order by {}", list(direct), list(ordered)),
        };
        let (name, owner) = (out.routine(at), out.owner(entry));
        out.push(&format!(
            "aggregate {name}({arguments}) ({}){owner};\n",
            definitions(&out.with_types(&self.definition, &STATES))
        ));
    }
}

fn argument(argument: &Argument, out: &Printer<'_>) -> String {
    let variadic = if argument.variadic { "variadic " } else { "" };
    let name =
        argument.name.as_ref().map(|name| format!("{}: ", quote_ident(name))).unwrap_or_default();
    format!("{variadic}{name}{}", out.ty(&argument.ty))
}
