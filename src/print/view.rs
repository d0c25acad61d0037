//! Views.

use rustc_hash::FxHashSet;

use super::Print;
use super::printer::Printer;
use super::table::{children, settings};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::view::{CheckOption, View};
use crate::object::view_columns::ViewColumn;
use crate::sql::expr::Expr;
use crate::sql::ident::{dollar_quote, quote_ident};
use crate::sql::lex::{TokenKind, tokens};

impl Print for View {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("view {} {{\n", out.declared(at)));
        columns(&self.columns, out);
        if !self.with.0.is_empty() {
            out.push(&format!("{};\n", out.with(&self.with.0).trim_start()));
        }
        match self.check_option {
            CheckOption::None => {}
            CheckOption::Local => out.push("with local check option;\n"),
            CheckOption::Cascaded => out.push("with cascaded check option;\n"),
        }
        children(&at.relation(), &FxHashSet::default(), out);
        out.block_end(entry);
        query(self.query.as_ref(), out);
        out.push("}\n");
    }
}

/// Writes the columns that a view declares.
pub(super) fn columns(columns: &[ViewColumn], out: &mut Printer<'_>) {
    for column in columns {
        out.docs(column.comment.as_deref());
        let nullable = if column.nullable { "?" } else { "" };
        let default = column.default.as_ref().map(|it| format!(" default {}", it.as_default()));
        let default = default.unwrap_or_default();
        let (name, ty) = (quote_ident(&column.name), out.ty(&column.ty));
        let it = &column.settings;
        let settings = settings([&it.storage, &it.compression, &it.statistics], &it.with, out);
        out.push(&format!("{name}: {ty}{nullable}{default}{settings};\n"));
    }
}

/// Writes the query of a view.
pub(super) fn query(query: Option<&Expr>, out: &mut Printer<'_>) {
    if let Some(query) = query {
        out.push(&format!("as\n{};\n", statement(query.text())));
    }
}

/// Returns SQL text as it stands up to a `;`, between dollar quotes where the grammar of files would end it early.
pub(super) fn statement(text: &str) -> String {
    let plain = tokens(text).iter().all(|it| {
        let word = it.range.of(text);
        it.kind != TokenKind::DollarString && !matches!(word, ";" | "{" | "}")
    });
    if plain { text.to_owned() } else { dollar_quote(text) }
}
