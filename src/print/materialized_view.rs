//! Materialized views.

use rustc_hash::FxHashSet;

use super::Print;
use super::printer::Printer;
use super::table::{children, storage};
use super::view::{columns, query};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::materialized_view::MaterializedView;

impl Print for MaterializedView {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("materialized view {} {{\n", out.declared(at)));
        columns(&self.columns, out);
        let words = (&self.method, &self.tablespace, &self.cluster_on);
        storage(words, &self.with, &self.replica_identity, out);
        children(&at.relation(), &FxHashSet::default(), out);
        out.block_end(entry);
        query(self.query.as_ref(), out);
        if self.no_data {
            out.push("with no data;\n");
        }
        out.push("}\n");
    }
}
