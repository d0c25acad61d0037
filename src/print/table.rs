//! Tables and partitions.

use rustc_hash::FxHashSet;

use super::Print;
use super::constraint::Inline;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::{Column, Generation, Identity, Value};
use crate::object::partition::{Bound, PartitionBy, PartitionOf, Strategy};
use crate::object::replica_identity::ReplicaIdentity;
use crate::object::table::Table;
use crate::sql::definition::Parameters;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Table {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let unlogged = if self.unlogged { "unlogged " } else { "" };
        let name = out.declared(at);
        match (&self.partition_of, out.is_nested(at)) {
            (Some(of), true) => out.push(&format!("partition {name} {}", bound(&of.bound))),
            _ => out.push(&format!("{unlogged}table {name}{}", out.as_rust(at))),
        }
        let head = out.mark();
        out.push(" {\n");
        let body = out.mark();
        self.block(at, entry, out);
        if out.mark() == body && self.partition_of.is_some() {
            out.back_to(head);
            out.push(";\n");
        } else {
            out.push("}\n");
        }
    }
}

impl Table {
    fn block(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let relation = at.relation();
        let of = self.partition_of.as_ref().filter(|_| !out.is_nested(at));
        partition_clauses(self.partition_by.as_ref(), of, (&self.inherits, self.attached), out);
        if let Some(ty) = &self.of_type {
            out.push(&format!("of {};\n", out.path(ty)));
        }
        let inline = Inline::of(&relation, &self.columns, out);
        self.columns.iter().for_each(|it| column(it, &inline, out));
        let words = (&self.method, &self.tablespace, &self.cluster_on);
        storage(words, &self.with, &self.replica_identity, out);
        children(&relation, inline.addresses(), out);
        super::trigger::states(&self.trigger_states, out);
        self.row_security(&relation, out);
        out.block_end(entry);
        out.partitions(&relation);
    }

    fn row_security(&self, relation: &Qualified, out: &mut Printer<'_>) {
        match (self.row_security.enabled, self.row_security.forced) {
            (false, false) => {}
            (true, false) => out.push("row level security;\n"),
            // Forced alone it is not enabled, as in PostgreSQL.
            (false, true) => out.push("force row level security;\n"),
            (true, true) => out.push("row level security force;\n"),
        }
        out.members(Kind::Policy, relation, &FxHashSet::default());
    }
}

/// Writes how a relation is kept: its method, tablespace and the index that CLUSTER follows; parameters; what is logged.
pub(super) fn storage(
    (method, tablespace, cluster_on): (&Option<Name>, &Option<Name>, &Option<Name>),
    with: &Parameters,
    identity: &ReplicaIdentity,
    out: &mut Printer<'_>,
) {
    if let Some(method) = method {
        out.push(&format!("using {};\n", quote_ident(method)));
    }
    if !with.0.is_empty() {
        out.push(&format!("{};\n", out.with(&with.0).trim_start()));
    }
    if let Some(tablespace) = tablespace {
        out.push(&format!("tablespace {};\n", quote_ident(tablespace)));
    }
    replica_identity(identity, out);
    if let Some(index) = cluster_on {
        out.push(&format!("cluster on {};\n", quote_ident(index)));
    }
}

/// Writes what of an old row is logged.
fn replica_identity(identity: &ReplicaIdentity, out: &mut Printer<'_>) {
    match identity {
        ReplicaIdentity::Default => {}
        ReplicaIdentity::Full => out.push("replica identity full;\n"),
        ReplicaIdentity::Nothing => out.push("replica identity nothing;\n"),
        ReplicaIdentity::Index(name) => {
            out.push(&format!("replica identity using index {};\n", quote_ident(name)))
        }
    }
}

/// Writes what a relation has of its parents and for its partitions.
pub(super) fn partition_clauses(
    by: Option<&PartitionBy>,
    of: Option<&PartitionOf>,
    (inherits, attached): (&[Qualified], bool),
    out: &mut Printer<'_>,
) {
    if let Some(of) = of {
        let attached = if of.attached { "attached " } else { "" };
        out.push(&format!(
            "{attached}partition of {} {};\n",
            out.path(&of.parent),
            bound(&of.bound)
        ));
    }
    if !inherits.is_empty() {
        let attached = if attached { "attached " } else { "" };
        out.push(&format!(
            "{attached}inherits {};\n",
            comma(inherits.iter().map(|it| out.path(it)))
        ));
    }
    if let Some(by) = by {
        let word = match by.strategy {
            Strategy::Range => "range",
            Strategy::List => "list",
            Strategy::Hash => "hash",
        };
        let elements = comma(by.elements.iter().map(|it| super::index::element(it, out)));
        out.push(&format!("partition by {word} ({elements});\n"));
    }
}

fn bound(bound: &Bound) -> String {
    let values = |list: &[Expr]| comma(list.iter().map(|it| value(it.text())));
    match bound {
        Bound::Default => "default".to_owned(),
        Bound::Range(from, to) => format!("from ({}) to ({})", values(from), values(to)),
        Bound::List(list) => format!("in ({})", values(list)),
        Bound::Hash { modulus, remainder } => format!("modulus {modulus} remainder {remainder}"),
    }
}

fn value(text: &str) -> String {
    match text {
        "MINVALUE" | "MAXVALUE" => text.to_lowercase(),
        text => text.to_owned(),
    }
}

/// Writes a column with the constraints that are about it alone.
pub(super) fn column(column: &Column, inline: &Inline<'_>, out: &mut Printer<'_>) {
    out.docs(column.comment.as_deref());
    if let Some(beside) = &column.comments_beside {
        out.comment_beside(beside.not_null.as_deref(), "not_null");
        out.comment_beside(beside.sequence.as_deref(), "sequence");
    }
    if column.inherited {
        out.push("#[inherited]\n");
    }
    let nullable = if column.not_null { "" } else { "?" };
    out.push(&format!("{}: {}{nullable}", quote_ident(&column.name), out.ty(&column.ty)));
    if let Some(collation) = &column.collation {
        out.push(&format!(" collate {collation}"));
    }
    if let Some(name) = &column.not_null_name {
        out.push(&format!(" constraint {} not null", quote_ident(name)));
        if column.not_null_no_inherit {
            out.push(" no inherit");
        }
    }
    match &column.value {
        Value::Null => {}
        Value::Default(expr) => out.push(&format!(" default {}", expr.as_default())),
        Value::Generated(expr, kind) => {
            let kind = match kind {
                Generation::Stored => "stored",
                Generation::Virtual => "virtual",
            };
            out.push(&format!(" generated always as {} {kind}", out.group(expr)));
        }
        Value::Identity(how, options) => {
            let how = match how {
                Identity::Always => "always",
                Identity::ByDefault => "by default",
            };
            let clauses = super::sequence::clauses(options, out);
            let clauses =
                if clauses.is_empty() { clauses } else { format!(" ({})", clauses.trim_start()) };
            out.push(&format!(" generated {how} as identity{clauses}"));
        }
    }
    for clause in inline.clauses(&column.name) {
        out.push(&format!(" {clause}"));
    }
    let values = [&column.storage, &column.compression, &column.statistics];
    out.push(&settings(values, &column.with, out));
    out.push(&out.options(&column.options));
    out.push(";\n");
}

/// Returns how the values of a column are kept: storage, compression and statistics, then options.
pub(super) fn settings(values: [&Option<Name>; 3], with: &Parameters, out: &Printer<'_>) -> String {
    let mut text = String::new();
    for (word, value) in ["storage", "compression", "statistics"].into_iter().zip(values) {
        if let Some(value) = value {
            text.push_str(&format!(" {word} {}", value.to_lowercase()));
        }
    }
    text + &out.with(&with.0)
}

/// Writes the members of a relation that are objects of their own, but for those that stand at its columns.
pub(super) fn children(relation: &Qualified, but: &FxHashSet<Address>, out: &mut Printer<'_>) {
    for kind in [
        Kind::Constraint,
        Kind::ForeignKey,
        Kind::Index,
        Kind::Statistics,
        Kind::Trigger,
        Kind::Rule,
    ] {
        out.members(kind, relation, but);
    }
}
