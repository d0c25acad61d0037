//! Calls and operators: which routine or operator is meant, and what comes of it.

use super::functions::{Candidate, Choice, Functions, Origin};
use super::scope::Scope;
use super::text::Resolver;
use super::value::Value;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Rule, did_you_mean};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::names::Sort;
use crate::object::reader::UNKNOWN_FUNCTION;
use crate::object::signature;
use crate::sql::ast::call::{Call, CallQuantity, CallSyntax, Spread};
use crate::sql::ast::query::Direction;
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::builtin::functions::{FunctionKind, Volatility};
use crate::sql::builtin::{self, extensions};
use crate::sql::lex::TextRange;
use crate::sql::typing::VariadicWord;

rule!(UNKNOWN_OPERATOR, Error, "unknown-operator");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&UNKNOWN_OPERATOR];

/// How many candidates a message lists.
const MAX_SHOWN: usize = 5;

/// Functions of PostgreSQL's own that give NULL only for NULL.
const TOTAL: [&str; 46] = [
    "abs",
    "array_to_string",
    "btrim",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "clock_timestamp",
    "concat",
    "concat_ws",
    "count",
    "date_part",
    "date_trunc",
    "decode",
    "dense_rank",
    "encode",
    "extract",
    "floor",
    "format",
    "gen_random_uuid",
    "initcap",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "mod",
    "now",
    "octet_length",
    "power",
    "quote_ident",
    "quote_literal",
    "rank",
    "repeat",
    "replace",
    "reverse",
    "round",
    "row_number",
    "rpad",
    "rtrim",
    "statement_timestamp",
    "to_char",
    "to_json",
    "to_jsonb",
    "trunc",
    "upper",
];

/// Operators of PostgreSQL's own that give NULL only for NULL.
const TOTAL_OPERATORS: [&str; 20] = [
    "=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||", "~", "~*", "!~", "!~*", "~~",
    "~~*", "!~~", "@>",
];

impl Resolver<'_, '_> {
    /// Resolves a call: its arguments, then the routine it means.
    pub(super) fn call(&mut self, call: &Call, range: TextRange, scope: &Scope<'_>) -> Value {
        let found = self.call_of(call, range, scope);
        found.map_or_else(Value::unknown, |(value, _)| value)
    }

    /// Resolves a call, and gives the columns of its rows where its signature names them.
    pub(super) fn call_of(
        &mut self,
        call: &Call,
        range: TextRange,
        scope: &Scope<'_>,
    ) -> Option<(Value, Option<Candidate>)> {
        let mark = self.trace.mark();
        let mut arguments: Vec<(&Expr, Value)> =
            call.args.iter().map(|it| (&it.value, self.expr(&it.value, scope))).collect();
        call.order_by.iter().for_each(|key| self.sort_key(key, scope));
        for key in &call.within_group {
            arguments.push((&key.value, self.expr(&key.value, scope)));
        }
        call.filter.iter().for_each(|it| self.filter(it, scope));
        call.over.iter().for_each(|over| self.over(over, scope));
        let (schema, name) = Self::parts(&call.function)?;
        let implied = call.syntax == CallSyntax::Sql;
        let mut functions = self.world.functions(schema.as_ref(), &name, &self.text.schema);
        if let (None, Some(path)) = (&schema, &self.path) {
            // The first schema of the routine's own search path that has such a routine.
            let mut in_path = path.iter().map(|it| self.world.functions(Some(it), &name, it));
            functions = in_path.find(|it| !it.list.is_empty()).unwrap_or(functions);
        }
        if functions.list.is_empty() {
            self.trace.forget_all(mark);
            self.unknown_call(call, schema.as_ref(), &name, &arguments);
            return None;
        }
        if call.quantity == CallQuantity::Star {
            arguments.clear();
        }
        let names: Vec<&str> =
            call.args.iter().filter_map(|it| Some(it.name.as_ref()?.name.as_str())).collect();
        let variadic = variadic_of(call);
        let values: Vec<Value> = arguments.iter().map(|(_, value)| value.clone()).collect();
        let choice = functions.choose(self.world, &name, &values, &names, variadic);
        self.note_kind(call, &functions, &choice, mark, range, scope);
        match choice {
            Choice::One(n, result) => {
                let candidate = functions.list.get(n)?;
                let value = self.chosen(
                    call,
                    candidate,
                    result,
                    &arguments,
                    (&name, schema.is_none()),
                    range,
                );
                Some((value, Some(candidate.clone())))
            }
            Choice::Cast(ty) => {
                Some((Value::with(Some(ty), values.iter().any(|it| it.nullable)), None))
            }
            Choice::None if !implied => {
                self.no_candidate(call, &functions, &name, &values);
                self.uses_name(&functions, schema.as_ref(), &name);
                None
            }
            Choice::None | Choice::Ambiguous | Choice::Unsure => {
                let only = functions.only(arguments.len()).cloned();
                match &only {
                    Some(candidate) => self.uses_origin(&candidate.origin, schema.is_none()),
                    None => self.uses_name(&functions, schema.as_ref(), &name),
                }
                Some((Value::unknown(), only))
            }
        }
    }

    /// Notes the routine that a call means, and checks the call against it.
    fn chosen(
        &mut self,
        call: &Call,
        candidate: &Candidate,
        result: Option<smol_str::SmolStr>,
        arguments: &[(&Expr, Value)],
        (name, bare): (&Name, bool),
        range: TextRange,
    ) -> Value {
        self.uses_origin(&candidate.origin, bare);
        let place = call.function.range();
        let place = if place.is_empty() { range } else { place };
        self.check_kind(
            if call.over.is_some() { FunctionKind::Window } else { candidate.kind },
            candidate.returns_set,
            place,
        );
        if candidate.volatility != Volatility::Immutable && !candidate.inlines {
            self.check_mutable(&format!("`{}`", candidate.shown(name)), place);
        }
        let positional = call.args.iter().all(|it| it.name.is_none());
        for (n, (expr, _)) in arguments.iter().enumerate().filter(|_| positional) {
            let Some(declared) = argument(candidate, n, variadic_of(call)) else { break };
            if let ExprKind::String(_) = &expr.kind {
                self.check_expr_literal(expr, &Value::with(Some(declared.into()), true));
            }
        }
        let total = candidate.origin == Origin::Own
            && (TOTAL.contains(&name.as_str())
                || name.ends_with("_build_object")
                || name.ends_with("_build_array"));
        let never = matches!(
            name.as_str(),
            "count" | "concat" | "concat_ws" | "row_number" | "rank" | "dense_rank"
        ) || name.contains("_build_");
        let nullable = !total || (!never && arguments.iter().any(|(_, value)| value.nullable));
        Value::with(result, nullable)
    }

    /// Notes every routine of a name: which is meant is not known.
    fn uses_name(&mut self, functions: &Functions, schema: Option<&Name>, name: &Name) {
        let mut homes: Vec<Name> = Vec::new();
        for candidate in &functions.list {
            match &candidate.origin {
                Origin::Own => {}
                Origin::Declared(at) if at.kind != Kind::Routine && at.kind != Kind::Aggregate => {
                    self.uses(at.clone())
                }
                Origin::Declared(at) if homes.contains(&at.schema) => {}
                Origin::Declared(at) => homes.push(at.schema.clone()),
                Origin::Extension(..) => self.uses_origin(&candidate.origin, schema.is_none()),
            }
        }
        if !homes.is_empty() && schema.is_none() {
            self.needs_search(None);
        }
        for home in homes {
            self.uses(signature::by_name(&Qualified { schema: home, name: name.clone() }));
        }
    }

    /// A call of a name that no routine is known of.
    fn unknown_call(
        &mut self,
        call: &Call,
        schema: Option<&Name>,
        name: &Name,
        arguments: &[(&Expr, Value)],
    ) {
        use crate::object::names::Found;
        if schema.is_none() {
            self.needs_search(None);
        }
        let find = |sort| self.find(sort, schema, name);
        match find(Sort::Routine) {
            Found::Declared(at) => {
                self.uses(signature::by_name(&at));
                return;
            }
            Found::Unsure(_) => {
                if schema.is_none() {
                    self.searches_unknown();
                }
                return;
            }
            Found::Builtin(_) | Found::Extension(..) | Found::Missing => {}
        }
        if self.world.unknown_extension || !matches!(find(Sort::Type), Found::Missing) {
            return;
        }
        // `f(row)` may ask for an attribute of the row.
        let may_be_attribute =
            |value: &Value| value.ty().is_none_or(|ty| self.world.types.is_row(ty));
        if let [(_, only)] = arguments
            && may_be_attribute(only)
        {
            return;
        }
        let text = call.function.range().of(&self.text.text).to_owned();
        let candidates = self.world.names.candidates(Sort::Routine, &self.text.schema);
        let elsewhere = candidates.iter().find(|it| {
            schema.is_none() && it.rsplit_once('.').is_some_and(|(_, last)| last == name)
        });
        let bringing = extensions::providing_function(name);
        let help = match (elsewhere, bringing.first()) {
            (Some(full), _) => Some(format!("it is declared in another schema: write `{full}`")),
            (None, Some(extension)) => Some(format!(
                "the extension `{extension}` brings it: declare `extension {};`",
                crate::sql::ident::quote_ident(extension)
            )),
            (None, None) => {
                let own: Vec<&str> =
                    builtin::postgresql().all_functions().map(|it| it.name).collect();
                did_you_mean(&text, candidates.iter().map(String::as_str).chain(own))
            }
        };
        self.report(
            &UNKNOWN_FUNCTION,
            format!("there is no function `{text}`"),
            call.function.range(),
            "called here",
            help,
        );
    }

    /// A call that none of the routines of its name takes.
    fn no_candidate(&mut self, call: &Call, functions: &Functions, name: &Name, values: &[Value]) {
        let declared = functions.list.iter().any(|it| it.origin != Origin::Own);
        let sure = !self.world.unknown_extension && (self.world.sound || !declared);
        let typed = values.iter().all(|it| it.ty.is_some() || declared);
        if !sure || !typed || !call.within_group.is_empty() {
            return;
        }
        let types: Vec<&str> = values.iter().map(Value::shown).collect();
        let shown: Vec<String> = functions
            .list
            .iter()
            .take(MAX_SHOWN)
            .map(|it| format!("`{}`", it.shown(name)))
            .collect();
        let more = if MAX_SHOWN < functions.list.len() { ", …" } else { "" };
        let help = format!("there is {}{more}: cast the arguments", shown.join(", "));
        let message = format!("no function `{name}` takes ({})", types.join(", "));
        self.report(&UNKNOWN_FUNCTION, message, call.function.range(), "called here", Some(help));
    }

    /// Applies an operator.
    pub(super) fn apply(
        &mut self,
        symbol: &str,
        range: TextRange,
        left: Option<(&Expr, &Value)>,
        right: (&Expr, &Value),
    ) -> Value {
        let is_row = |it: &(&Expr, &Value)| {
            matches!(it.0.kind, ExprKind::Row(_)) || it.1.ty() == Some("record")
        };
        if left.as_ref().is_some_and(is_row) || is_row(&right) {
            return Value::of("boolean").or_null(true);
        }
        let symbol = if symbol == "!=" { "<>" } else { symbol };
        let operators = self.world.operators(&Name::new(symbol));
        let left_value = left.map(|(_, value)| value);
        match operators.choose(self.world, left_value, right.1) {
            Choice::One(n, result) => {
                let Some(candidate) = operators.list.get(n) else { return Value::unknown() };
                self.uses_origin(&candidate.origin, true);
                if candidate.origin == Origin::Own {
                    self.check_operator_mutable(
                        symbol,
                        candidate.function,
                        left_value,
                        right.1,
                        range,
                    );
                }
                let compares = matches!(symbol, "=" | "<>" | "<" | ">" | "<=" | ">=");
                if let Some((expr, value)) = left.filter(|_| compares) {
                    self.check_expr_literal(expr, right.1);
                    self.check_expr_literal(right.0, value);
                }
                let total = candidate.origin == Origin::Own && TOTAL_OPERATORS.contains(&symbol);
                let nullable =
                    !total || right.1.nullable || left_value.is_some_and(|it| it.nullable);
                Value::with(result, nullable)
            }
            Choice::None => {
                self.no_operator(symbol, range, left_value, right.1);
                Value::unknown()
            }
            Choice::Cast(_) | Choice::Ambiguous | Choice::Unsure => {
                for candidate in &operators.list {
                    if let Origin::Declared(at) = &candidate.origin {
                        self.needs_search(None);
                        self.uses(at.clone());
                    }
                }
                if operators.list.iter().any(|it| it.origin != Origin::Own)
                    || operators.list.is_empty()
                {
                    self.needs_search(None);
                    self.search_extensions();
                }
                let comparison = matches!(symbol, "=" | "<>" | "<" | ">" | "<=" | ">=");
                if comparison { Value::of("boolean").or_null(true) } else { Value::unknown() }
            }
        }
    }

    /// An operator may be any extension's: all their schemas are searched.
    fn search_extensions(&mut self) {
        let homes: Vec<Name> = self
            .world
            .extensions
            .iter()
            .filter(|it| it.home != "pg_catalog")
            .map(|it| it.home.clone())
            .collect();
        homes.iter().for_each(|home| self.needs_search(Some(home)));
    }

    /// `operator(schema.+)`: every declared operator of the symbol in the schema.
    pub(super) fn written_operator(&mut self, schema: &Name, symbol: &Name) {
        let declared = self.world.declared_operators.get(symbol).into_iter().flatten();
        let targets: Vec<Address> =
            declared.filter(|(at, _)| at.schema == *schema).map(|(at, _)| (*at).clone()).collect();
        targets.into_iter().for_each(|at| self.uses(at));
    }

    fn no_operator(&self, symbol: &str, range: TextRange, left: Option<&Value>, right: &Value) {
        if self.world.unknown_extension
            || (!self.world.sound && !self.world.declared_operators.is_empty())
        {
            return;
        }
        let known = left.is_none_or(|it| it.ty.is_some()) && right.ty.is_some();
        if !known {
            return;
        }
        let shown = left.map_or_else(
            || format!("{symbol} {}", right.shown()),
            |left| format!("{} {symbol} {}", left.shown(), right.shown()),
        );
        let bringing = extensions::providing_operator(symbol);
        let undeclared =
            bringing.iter().find(|name| !self.world.names.extensions.contains_key(**name));
        let no_own = builtin::postgresql().operators(symbol).next().is_none();
        let help = match undeclared.filter(|_| no_own) {
            Some(extension) => format!(
                "the extension `{extension}` brings `{symbol}`: declare `extension {};`",
                crate::sql::ident::quote_ident(extension)
            ),
            None => "cast one of them".to_owned(),
        };
        self.report(
            &UNKNOWN_OPERATOR,
            format!("there is no operator `{shown}`"),
            range,
            "used here",
            Some(help),
        );
    }

    /// An operator is as mutable as its function.
    fn check_operator_mutable(
        &self,
        symbol: &str,
        function: &str,
        left: Option<&Value>,
        right: &Value,
        range: TextRange,
    ) {
        if self.role.words().is_none() {
            return;
        }
        let n_operands = 1 + usize::from(left.is_some());
        let mut found = builtin::postgresql()
            .functions(function)
            .filter(|it| it.arguments.len() == n_operands)
            .peekable();
        let is_known = found.peek().is_some();
        if is_known && found.all(|it| it.volatility != Volatility::Immutable) {
            let left = left.map(|it| format!("{} ", it.shown())).unwrap_or_default();
            self.check_mutable(&format!("`{left}{symbol} {}`", right.shown()), range);
        }
    }

    pub(super) fn sort_key(&mut self, key: &crate::sql::ast::query::SortKey, scope: &Scope<'_>) {
        let value = self.expr(&key.value, scope);
        if let Direction::Using(operator) = &key.direction {
            self.operator(operator, Some((&key.value, &value)), (&key.value, &value));
        }
    }
}

/// Tells whether a call says `VARIADIC`.
fn variadic_of(call: &Call) -> VariadicWord {
    match call.args.last() {
        Some(last) if last.spread == Spread::Variadic => VariadicWord::Written,
        _ => VariadicWord::Absent,
    }
}

/// The declared type of the argument at a place.
fn argument(candidate: &Candidate, n: usize, variadic: VariadicWord) -> Option<&str> {
    let (last, others) = candidate.arguments.split_last()?;
    if candidate.variadic && variadic == VariadicWord::Absent && others.len() <= n {
        return last.1.strip_suffix("[]");
    }
    candidate.arguments.get(n).map(|it| it.1.as_str())
}
