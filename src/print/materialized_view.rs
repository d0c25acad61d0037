//! Materialized views.

use rustc_hash::FxHashSet;

use super::Print;
use super::printer::Printer;
use super::table::{children, replica_identity};
use super::view::{columns, query};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::materialized_view::MaterializedView;
use crate::sql::ident::quote_ident;

impl Print for MaterializedView {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("materialized view {} {{\n", out.declared(at)));
        columns(&self.columns, out);
        if let Some(method) = &self.method {
            out.push(&format!("using {};\n", quote_ident(method)));
        }
        if !self.with.0.is_empty() {
            out.push(&format!("{};\n", out.with(&self.with.0).trim_start()));
        }
        if let Some(tablespace) = &self.tablespace {
            out.push(&format!("tablespace {};\n", quote_ident(tablespace)));
        }
        replica_identity(&self.replica_identity, out);
        if let Some(index) = &self.cluster_on {
            out.push(&format!("cluster on {};\n", quote_ident(index)));
        }
        children(&at.relation(), &FxHashSet::default(), out);
        out.block_end(entry);
        query(self.query.as_ref(), out);
        if self.no_data {
            out.push("with no data;\n");
        }
        out.push("}\n");
    }
}
