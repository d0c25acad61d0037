//! Functions and procedures: `CREATE FUNCTION`, `CREATE PROCEDURE`, `pg_proc`.

use super::address::{Address, Kind, Name};
use super::column;
use super::contract::{Alter, ObjectKind};
use super::reader::{Form, Reader, Scope};
use super::setting::Setting;
use super::signature;
use super::steps::{Outline, Steps};
use crate::diagnostic::{Diagnostic, Fix};
use crate::diagnostic::rule::rule;
use crate::sql::definition::unquote;
use crate::sql::expr::Expr;
use crate::sql::ident::{dollar_quote, quote_ident};
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(NULLABLE_PARAMETER, Error, "nullable-parameter");
rule!(PARAMETER_DEFAULT_ORDER, Error, "parameter-default-order");
rule!(MISSING_RETURN_TYPE, Error, "missing-return-type");
rule!(PROCEDURE_CLAUSE, Error, "procedure-clause");
rule!(DUPLICATE_PARAMETER, Error, "duplicate-parameter");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&NULLABLE_PARAMETER, &PARAMETER_DEFAULT_ORDER, &MISSING_RETURN_TYPE, &PROCEDURE_CLAUSE, &DUPLICATE_PARAMETER];

/// A function or a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// Which of the two.
    pub sort: Sort,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What it returns; a procedure, and a function whose parameters go out, need not say.
    pub returns: Returns,
    /// The language; `sql` where none is said.
    pub language: Name,
    /// `IMMUTABLE`, `STRICT`, `SECURITY DEFINER` and the like, upper case, without those that are the default.
    pub flags: Vec<Name>,
    /// `COST`.
    pub cost: Option<Name>,
    /// `ROWS`.
    pub rows: Option<Name>,
    /// The planner support function, as written.
    pub support: Option<Name>,
    /// `PARALLEL`: `SAFE` or `RESTRICTED`; `None` for the default.
    pub parallel: Option<Name>,
    /// Types whose values are transformed.
    pub transforms: Vec<TypeName>,
    /// Settings while it runs.
    pub settings: Vec<Setting>,
    /// What it does.
    pub body: Body,
    /// Whether its text is taken as it is.
    pub unchecked: Unchecked,
}

/// Whether the text of a routine is taken as it is, unread, when it is made: `#[unchecked]`.
///
/// It says how a routine is made, not what it is: all are equal.
#[derive(Clone, Copy, Debug, Default, Eq)]
pub struct Unchecked(pub bool);

impl PartialEq for Unchecked {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// The sorts of routines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Sort {
    Function,
    Procedure,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Which way it goes.
    pub mode: Mode,
    /// The name, if it has one.
    pub name: Option<Name>,
    /// The type.
    pub ty: TypeName,
    /// What it is where a call gives nothing.
    pub default: Option<Expr>,
}

/// Which way a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Mode {
    In,
    Out,
    InOut,
    Variadic,
}

/// What a routine returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returns {
    /// Nothing, or what its parameters say.
    Unsaid,
    /// One value.
    One(TypeName),
    /// Rows or values.
    Set(TypeName),
    /// Rows of these columns.
    Table(Vec<(Name, TypeName)>),
}

/// What a routine does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Text that its language reads.
    Text(Box<str>),
    /// An object file and the symbol in it, for C; both as text.
    Object(Box<str>, Box<str>),
    /// `RETURN expression`: SQL that PostgreSQL reads when it is created.
    Return(Expr),
    /// `BEGIN ATOMIC … END`: SQL that PostgreSQL reads when it is created.
    Atomic(Vec<Expr>),
}

impl ObjectKind for Routine {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let sort = if node.child(Rule::routine_kind)?.is("procedure") { Sort::Procedure } else { Sort::Function };
        let parameters = read_parameters(node.child(Rule::parameters)?, cx);
        let returns = node.child(Rule::returns).map_or(Some(Returns::Unsaid), |it| read_returns(it, cx))?;
        let language = node.child(Rule::routine_language);
        let literal = language.and_then(|it| it.child(Rule::string)).map(|it| Name::from(unquote(it.text())));
        let language = literal.or_else(|| language.and_then(|it| cx.child_name(it))).unwrap_or_else(|| "sql".into());
        let text = |rule_of: Rule| node.child(rule_of).and_then(|it| it.first()).map(|it| Name::from(it.text()));
        let parallel = text(Rule::parallel).map(|it| Name::from(it.to_uppercase())).filter(|it| it != "UNSAFE");
        let transforms: Vec<TypeName> = node
            .child(Rule::routine_transform)
            .into_iter()
            .flat_map(|it| it.all(Rule::transform_type))
            .filter_map(|it| cx.child_type(it))
            .collect();
        let body = read_body(node, &language, &parameters, &returns, cx)?;
        let routine = Routine {
            flags: flags(node),
            cost: text(Rule::cost),
            rows: text(Rule::rows),
            support: text(Rule::support),
            settings: node.all(Rule::routine_set).filter_map(|it| Setting::read(it.child(Rule::setting)?)).collect(),
            sort,
            parameters,
            returns,
            language,
            parallel,
            transforms,
            body,
            unchecked: Unchecked::default(),
        };
        routine.check(node, cx);
        Some((Address::new(Kind::Routine, at.schema, signature::name(&at.name, &routine.arguments())), routine))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.push(Address::global(Kind::Language, self.language.clone()));
        out.push(Address::global(Kind::Extension, self.language.clone()));
        self.parameters.iter().for_each(|it| column::type_addresses(&it.ty, out));
        match &self.returns {
            Returns::Unsaid => {}
            Returns::One(ty) | Returns::Set(ty) => column::type_addresses(ty, out),
            Returns::Table(columns) => columns.iter().for_each(|(_, ty)| column::type_addresses(ty, out)),
        }
        out.extend(self.support.iter().map(|it| signature::called(it, &at.schema)));
        for ty in &self.transforms {
            out.push(Address::global(Kind::Transform, format!("{ty} language {}", self.language)));
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let defaults = self.parameters.iter_mut().filter_map(|it| it.default.as_mut());
        let body: Vec<&mut Expr> = match &mut self.body {
            Body::Text(_) | Body::Object(..) => Vec::new(),
            Body::Return(it) => vec![it],
            Body::Atomic(list) => list.iter_mut().collect(),
        };
        defaults.chain(body).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        self.write(at, "CREATE", steps);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self == new {
            return Alter::InPlace;
        }
        if !self.can_become(new) {
            return Alter::Replace;
        }
        new.write(at, "CREATE OR REPLACE", steps);
        Alter::InPlace
    }
}

impl Routine {
    fn write(&self, at: &Address, verb: &str, steps: &mut Steps<'_>) {
        let unread = steps.outline == Outline::Only || self.unchecked.0;
        if unread {
            // In a circle, or at the author's word: its text is read when it runs, not now.
            steps.push("SET LOCAL check_function_bodies = off");
        }
        steps.push(self.create_routine(at, verb));
        if unread {
            steps.push("RESET check_function_bodies");
        }
    }

    /// Tells whether CREATE OR REPLACE makes another routine of it: neither what it returns nor the names of its
    /// parameters can change, and no default can be taken away (`ProcedureCreate`).
    fn can_become(&self, new: &Routine) -> bool {
        let is_window = |it: &Routine| it.flags.iter().any(|flag| flag == "WINDOW");
        let n_defaults = |it: &Routine| it.parameters.iter().filter(|it| it.default.is_some()).count();
        let keeps = |(old, new): (&Parameter, &Parameter)| {
            let is_out = old.mode != Mode::In && old.mode != Mode::Variadic;
            let keeps_name = old.name == new.name || (old.name.is_none() && !is_out);
            old.mode == new.mode && old.ty.without_modifier() == new.ty.without_modifier() && keeps_name
        };
        self.sort == new.sort
            && is_window(self) == is_window(new)
            && self.result() == new.result()
            && self.parameters.len() == new.parameters.len()
            && self.parameters.iter().zip(&new.parameters).all(keeps)
            && n_defaults(self) <= n_defaults(new)
    }

    /// Returns what the routine returns, where it only says so by its parameters too.
    fn result(&self) -> Returns {
        let out: Vec<&Parameter> = self.parameters.iter().filter(|it| matches!(it.mode, Mode::Out | Mode::InOut)).collect();
        match (&self.returns, out.as_slice()) {
            (Returns::Unsaid, _) if self.sort == Sort::Procedure => Returns::Unsaid,
            (Returns::Unsaid, [one]) => Returns::One(one.ty.without_modifier()),
            (Returns::Unsaid, [_, ..]) => Returns::One(TypeName::builtin("record")),
            (Returns::One(ty), _) => Returns::One(ty.without_modifier()),
            (Returns::Set(ty), _) => Returns::Set(ty.without_modifier()),
            (Returns::Table(columns), _) => {
                Returns::Table(columns.iter().map(|(name, ty)| (name.clone(), ty.without_modifier())).collect())
            }
            (Returns::Unsaid, []) => Returns::Unsaid,
        }
    }

    /// Returns the types that a call gives, which tell routines of one name apart.
    pub fn arguments(&self) -> Vec<TypeName> {
        let inputs = self.parameters.iter().filter(|it| it.mode != Mode::Out);
        inputs.map(|it| it.ty.without_modifier()).collect()
    }

    /// Returns what statements call the routine.
    ///
    /// Types alone may mean two procedures, with and without OUT parameters (manual: ALTER PROCEDURE).
    pub(crate) fn sql_name(&self, at: &Address) -> String {
        if self.sort == Sort::Function {
            return signature::sql(at);
        }
        let parameters = comma(self.parameters.iter().map(|it| {
            let mode = it.mode.sql();
            format!("{}{}", if mode.is_empty() { "IN " } else { mode }, it.ty.without_modifier())
        }));
        format!("{}.{}({parameters})", quote_ident(&at.schema), quote_ident(signature::split(&at.name).0))
    }

    fn create_routine(&self, at: &Address, verb: &str) -> String {
        let word = match self.sort {
            Sort::Function => "FUNCTION",
            Sort::Procedure => "PROCEDURE",
        };
        let name = signature::split(&at.name).0;
        let parameters = comma(self.parameters.iter().map(Parameter::sql));
        let mut sql = format!("{verb} {word} {}.{}({parameters})", quote_ident(&at.schema), quote_ident(name));
        match &self.returns {
            Returns::Unsaid => {}
            Returns::One(ty) => sql.push_str(&format!(" RETURNS {ty}")),
            Returns::Set(ty) => sql.push_str(&format!(" RETURNS SETOF {ty}")),
            Returns::Table(columns) => {
                let columns = comma(columns.iter().map(|(name, ty)| format!("{} {ty}", quote_ident(name))));
                sql.push_str(&format!(" RETURNS TABLE ({columns})"));
            }
        }
        sql.push_str(&format!("\nLANGUAGE {}", quote_ident(&self.language)));
        if !self.transforms.is_empty() {
            sql.push_str(&format!(" TRANSFORM {}", comma(self.transforms.iter().map(|ty| format!("FOR TYPE {ty}")))));
        }
        self.flags.iter().for_each(|flag| sql.push_str(&format!(" {flag}")));
        let numbers = [("PARALLEL", &self.parallel), ("COST", &self.cost), ("ROWS", &self.rows), ("SUPPORT", &self.support)];
        for (word, value) in numbers {
            sql.push_str(&value.as_ref().map(|value| format!(" {word} {value}")).unwrap_or_default());
        }
        self.settings.iter().for_each(|setting| sql.push_str(&format!("\n{}", setting.sql())));
        match &self.body {
            Body::Text(text) => sql.push_str(&format!("\nAS {}", dollar_quote(text))),
            Body::Object(file, symbol) => {
                let literal = crate::sql::ident::quote_literal;
                sql.push_str(&format!("\nAS {}, {}", literal(file), literal(symbol)));
            }
            Body::Return(expr) => sql.push_str(&format!("\nRETURN {expr}")),
            Body::Atomic(statements) => {
                let lines: String = statements.iter().map(|it| format!("  {it};\n")).collect();
                sql.push_str(&format!("\nBEGIN ATOMIC\n{lines}END"));
            }
        }
        sql
    }

    /// What CREATE FUNCTION and CREATE PROCEDURE refuse (manual: CREATE FUNCTION).
    fn check(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        let place = node.child(Rule::path).unwrap_or(node);
        let list = node.child(Rule::parameters);
        let at = |n: usize| list.and_then(|it| it.all(Rule::parameter).nth(n)).unwrap_or(place).span();
        let goes_out = self.parameters.iter().any(|it| matches!(it.mode, Mode::Out | Mode::InOut));
        if self.sort == Sort::Function && self.returns == Returns::Unsaid && !goes_out {
            let diagnostic = Diagnostic::new(&MISSING_RETURN_TYPE, "this function does not say what it returns");
            cx.report(diagnostic.label(place.span(), "here").help("add `returns TYPE`, or `returns void`"));
        }
        if let (Sort::Procedure, Some(returns)) = (self.sort, node.child(Rule::returns)) {
            let diagnostic = Diagnostic::new(&PROCEDURE_CLAUSE, "a procedure returns nothing").label(returns.span(), "here");
            cx.report(diagnostic.help("delete it, or declare a `function`; a procedure gives values by `out` parameters"));
        }
        let mut after_default = self.parameters.iter().enumerate().filter(|(_, it)| it.mode != Mode::Out).skip_while(|(_, it)| it.default.is_none());
        if let Some((n, plain)) = after_default.find(|(_, it)| it.default.is_none() && it.mode != Mode::Variadic) {
            let name = plain.name.as_ref().map_or_else(|| "the parameter".to_owned(), |name| format!("`{name}`"));
            let diagnostic = Diagnostic::new(&PARAMETER_DEFAULT_ORDER, format!("{name} needs a default, as one before it has one"));
            cx.report(diagnostic.label(at(n), "here").help("give it a default, or move it to the front"));
        }
        for (n, parameter) in self.parameters.iter().enumerate() {
            let before = self.parameters.iter().take(n);
            let clashes = |it: &&Parameter| {
                let both_in = !matches!((it.mode, parameter.mode), (Mode::In | Mode::Variadic, Mode::Out) | (Mode::Out, Mode::In | Mode::Variadic));
                both_in && it.name.is_some() && it.name == parameter.name
            };
            if before.clone().any(|it| clashes(&it)) {
                let name = parameter.name.clone().unwrap_or_default();
                let diagnostic = Diagnostic::new(&DUPLICATE_PARAMETER, format!("there are two parameters `{name}`"));
                cx.report(diagnostic.label(at(n), "again here").help("rename one of them"));
            }
        }
    }
}

impl Mode {
    fn sql(self) -> &'static str {
        match self {
            Mode::In => "",
            Mode::Out => "OUT ",
            Mode::InOut => "INOUT ",
            Mode::Variadic => "VARIADIC ",
        }
    }
}

impl Parameter {
    fn sql(&self) -> String {
        let mode = self.mode.sql();
        let name = self.name.as_ref().map(|name| format!("{} ", quote_ident(name))).unwrap_or_default();
        let default = self.default.as_ref().map(|it| format!(" DEFAULT {it}")).unwrap_or_default();
        format!("{mode}{name}{}{default}", self.ty)
    }
}

fn read_parameters(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<Parameter> {
    list.all(Rule::parameter).filter_map(|it| read_parameter(it, cx)).collect()
}

fn read_parameter(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Parameter> {
    if let Some(mark) = node.child(Rule::nullable) {
        let diagnostic = Diagnostic::new(&NULLABLE_PARAMETER, "a parameter of a routine has no `?`").label(mark.span(), "here");
        let fix = Fix::certain("delete `?`").delete(mark.span());
        cx.report(diagnostic.help("delete it: any parameter can be NULL").fix(fix));
    }
    let mode = match node.child(Rule::parameter_mode).map(|it| it.words()).as_deref() {
        Some("out") => Mode::Out,
        Some("inout") => Mode::InOut,
        Some("variadic") => Mode::Variadic,
        _ => Mode::In,
    };
    let name = cx.child_name(node);
    let ty = cx.child_type(node)?;
    let default = node.child(Rule::parameter_default).and_then(|it| it.first());
    let scope = Scope { expected: Some(ty.clone()), ..Scope::default() };
    let default = default.map(|it| cx.expr(it, Form::Value, None, scope));
    Some(Parameter { mode, name, ty, default })
}

fn read_returns(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Returns> {
    if let Some(table) = node.child(Rule::returns_table) {
        let columns = read_parameters(table.child(Rule::parameters)?, cx);
        return Some(Returns::Table(columns.into_iter().map(|it| (it.name.unwrap_or_default(), it.ty)).collect()));
    }
    let ty = cx.child_type(node)?;
    Some(if node.has(Rule::setof) { Returns::Set(ty) } else { Returns::One(ty) })
}

/// Reads the properties, leaving out what PostgreSQL takes for granted.
fn flags(node: Node<'_>) -> Vec<Name> {
    let mut flags: Vec<Name> = Vec::new();
    for flag in node.all(Rule::routine_flag) {
        let flag = match flag.words().to_uppercase().as_str() {
            "VOLATILE" | "NOT LEAKPROOF" | "CALLED ON NULL INPUT" | "SECURITY INVOKER" | "EXTERNAL SECURITY INVOKER" => continue,
            "RETURNS NULL ON NULL INPUT" => "STRICT".into(),
            "EXTERNAL SECURITY DEFINER" => "SECURITY DEFINER".into(),
            flag => Name::from(flag),
        };
        flags.push(flag);
    }
    // The order of the alphabet happens to read well: IMMUTABLE, LEAKPROOF, SECURITY DEFINER, STABLE, STRICT, WINDOW.
    flags.sort();
    flags.dedup();
    flags
}

fn read_body(node: Node<'_>, language: &str, parameters: &[Parameter], returns: &Returns, cx: &mut Reader<'_>) -> Option<Body> {
    let mut names: Vec<(Name, TypeName)> = Vec::new();
    names.extend(parameters.iter().filter_map(|it| Some((it.name.clone()?, it.ty.clone()))));
    if let Returns::Table(columns) = returns {
        names.extend(columns.iter().cloned());
    }
    let scope = Scope { parameters: names, ..Scope::default() };
    if let Some(expr) = node.child(Rule::return_body).and_then(|it| it.first()) {
        return Some(Body::Return(cx.expr(expr, Form::Expr, None, scope)));
    }
    if let Some(block) = node.child(Rule::sql_block) {
        let statements = block.all(Rule::block_statement).map(|it| cx.expr(it, Form::Statements, None, scope.clone()));
        return Some(Body::Atomic(statements.collect()));
    }
    let mut bodies = node.child(Rule::as_body)?.all(Rule::body).filter_map(|it| it.first());
    let first = bodies.next()?;
    if let Some(second) = bodies.next() {
        return Some(Body::Object(body_text(first), body_text(second)));
    }
    let form = if language == "sql" { Form::Statements } else { Form::Opaque };
    if matches!(language, "sql" | "plpgsql") {
        match first.rule() {
            Rule::dollar => drop(cx.expr(first, form, None, scope)),
            _ => cx.quoted(first, &body_text(first), form, scope),
        }
    }
    Some(Body::Text(body_text(first)))
}

fn body_text(node: Node<'_>) -> Box<str> {
    let text = node.text();
    if node.rule() == Rule::string {
        return unquote(text);
    }
    let tag = text.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
    text.get(tag..text.len() - tag).unwrap_or("").into()
}
