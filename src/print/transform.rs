//! Transforms.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::transform::Transform;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Transform {
    fn print(&self, _at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let parts = [("from", &self.from_sql), ("to", &self.to_sql)].into_iter();
        let parts = parts.filter_map(|(word, function)| {
            Some(format!("{word} sql with function {}", out.routine_ref(function.as_ref()?)))
        });
        let (ty, language) = (out.ty(&self.ty), quote_ident(&self.language));
        out.push(&format!("transform for {ty} language {language} ({});\n", comma(parts)));
    }
}
