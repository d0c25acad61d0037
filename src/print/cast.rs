//! Casts.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::cast::{Cast, Context, Method};

impl Print for Cast {
    fn print(&self, _at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let method = match &self.method {
            Method::Function(function) => format!("with function {}", out.routine_ref(function)),
            Method::Binary => "without function".to_owned(),
            Method::InOut => "with inout".to_owned(),
        };
        let context = match self.context {
            Context::Explicit => "",
            Context::Assignment => " as assignment",
            Context::Implicit => " as implicit",
        };
        let (source, target) = (out.ty(&self.source), out.ty(&self.target));
        out.push(&format!("cast ({source} as {target}) {method}{context};\n"));
    }
}
