//! Conversions between encodings.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::conversion::Conversion;

impl Print for Conversion {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let default = if self.default { "default " } else { "" };
        let (name, owner) = (out.declared(at), out.owner(entry));
        let Conversion { from, to, function, .. } = self;
        out.push(&format!(
            "{default}conversion {name} for {from} to {to} from {function}{owner};\n"
        ));
    }
}
