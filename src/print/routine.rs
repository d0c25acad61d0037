//! Functions and procedures.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::routine::{Body, Mode, Parameter, Returns, Routine, Sort};
use crate::object::setting::Setting;
use crate::object::signature;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};
use crate::sql::writer::comma;

impl Print for Routine {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        if self.unchecked.0 {
            out.push("#[unchecked]\n");
        }
        let word = match self.sort {
            Sort::Function => "function",
            Sort::Procedure => "procedure",
        };
        let parameters = comma(self.parameters.iter().map(|it| parameter(it, out)));
        out.push(&format!("{word} {}({parameters})", out.routine(at)));
        match &self.returns {
            Returns::Unsaid => {}
            Returns::One(ty) => out.push(&format!(" returns {}", out.ty(ty))),
            Returns::Set(ty) => out.push(&format!(" returns setof {}", out.ty(ty))),
            Returns::Table(columns) => {
                let columns = comma(
                    columns
                        .iter()
                        .map(|(name, ty)| format!("{}: {}", quote_ident(name), out.ty(ty))),
                );
                out.push(&format!(" returns table ({columns})"));
            }
        }
        out.push(&format!(" language {}", quote_ident(&self.language)));
        self.clauses(out);
        out.push(&out.owner(entry));
        self.body(out);
    }
}

impl Routine {
    fn clauses(&self, out: &mut Printer<'_>) {
        for flag in &self.flags {
            out.push(&format!(" {}", flag.to_lowercase()));
        }
        if !self.transforms.is_empty() {
            let list = comma(self.transforms.iter().map(|ty| format!("for type {}", out.ty(ty))));
            out.push(&format!(" transform {list}"));
        }
        if let Some(parallel) = &self.parallel {
            out.push(&format!(" parallel {}", parallel.to_lowercase()));
        }
        for (word, value) in
            [("cost", &self.cost), ("rows", &self.rows), ("support", &self.support)]
        {
            if let Some(value) = value {
                out.push(&format!(" {word} {value}"));
            }
        }
        for it in &self.settings {
            out.push(&format!(" set {}", setting(it)));
        }
    }

    fn body(&self, out: &mut Printer<'_>) {
        match &self.body {
            Body::Text(text) => out.push(&format!(" as {};\n", dollar_quote(text))),
            Body::Object(file, symbol) => {
                out.push(&format!(" as {}, {};\n", quote_literal(file), quote_literal(symbol)));
            }
            Body::Return(expr) => out.push(&format!(" return {expr};\n")),
            Body::Atomic(statements) => {
                let list: String = statements.iter().map(|it| format!("{it};\n")).collect();
                out.push(&format!(" {{\n{list}}}\n"));
            }
        }
    }
}

/// Returns `name = value, …`.
pub(super) fn setting(setting: &Setting) -> String {
    if setting.values.is_empty() {
        return format!("{} from current", setting.name_sql());
    }
    format!("{} = {}", setting.name_sql(), comma(&setting.values))
}

fn parameter(parameter: &Parameter, out: &Printer<'_>) -> String {
    let mode = match parameter.mode {
        Mode::In => "",
        Mode::Out => "out ",
        Mode::InOut => "inout ",
        Mode::Variadic => "variadic ",
    };
    let name =
        parameter.name.as_ref().map(|name| format!("{}: ", quote_ident(name))).unwrap_or_default();
    let default = parameter
        .default
        .as_ref()
        .map(|it| format!(" default {}", it.as_default()))
        .unwrap_or_default();
    format!("{mode}{name}{}{default}", out.ty(&parameter.ty))
}

impl Printer<'_> {
    /// Returns the name of a routine or aggregate that is declared here, without its arguments.
    pub(super) fn routine(&self, at: &Address) -> String {
        let name = signature::split(&at.name).0;
        self.path(&crate::object::address::Qualified::new(at.schema.clone(), name))
    }
}
