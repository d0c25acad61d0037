//! Operators: `CREATE OPERATOR`, `pg_operator`.

use super::address::{Address, Kind, Name};
use super::column;
use super::contract::{Alter, ObjectKind};
use super::options;
use super::path::split_path;
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::definition::{self, Definition};
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

rule!(OPERATOR_WITHOUT_FUNCTION, Error, "operator-without-function");
rule!(WRONG_OPERATOR_NAME, Error, "wrong-operator-name");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&OPERATOR_WITHOUT_FUNCTION, &WRONG_OPERATOR_NAME];

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The type on its left; none for a prefix operator.
    pub left: Option<TypeName>,
    /// The type on its right.
    pub right: TypeName,
    /// Everything but the types, as written: `function`, `commutator`, `negator`, ….
    pub definition: Vec<Definition>,
}

/// The functions that estimate how many rows are found.
const ESTIMATORS: [&str; 2] = ["restrict", "join"];

impl ObjectKind for Operator {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let (schema, symbol) = symbol(node.child(Rule::operator_name)?.text());
        let schema = schema.unwrap_or_else(|| cx.schema.clone());
        name_is_one(&symbol, node, cx);
        let mut definition = options::child_definitions(node, cx);
        let list: Vec<Node<'_>> = node.child(Rule::definitions)?.all(Rule::definition).collect();
        let mut ty = |name: &str, cx: &mut Reader<'_>| {
            let n = definition.iter().position(|it| it.name == name)?;
            let place = list.iter().find(|it| it.child(Rule::definition_key).is_some_and(|key| key.is(name)))?;
            let text = definition.remove(n).value.unwrap_or_default();
            cx.type_text(&text, place.span())
        };
        let (left, right) = (ty("leftarg", cx), ty("rightarg", cx));
        if definition::value(&definition, "function").or_else(|| definition::value(&definition, "procedure")).is_none() {
            let diagnostic = Diagnostic::new(&OPERATOR_WITHOUT_FUNCTION, format!("the operator `{symbol}` has no function"));
            cx.report(diagnostic.label(node.span(), "here").help("add `function = NAME`"));
        }
        let Some(right) = right else {
            let is_right = |it: &&Node<'_>| it.child(Rule::definition_key).is_some_and(|key| key.is("rightarg"));
            if list.iter().find(is_right).is_none() {
                cx.missing_clause(node, "operand on its right", "rightarg = TYPE");
            }
            return None;
        };
        definition.sort();
        let name = name(&symbol, left.as_ref(), &right);
        Some((Address::new(Kind::Operator, schema, name), Operator { left, right, definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        self.left.iter().chain([&self.right]).for_each(|ty| column::type_addresses(ty, out));
        for name in ["function", "procedure", "restrict", "join"] {
            if let Some(function) = definition::value(&self.definition, name) {
                out.push(signature::called(function, &at.schema));
                out.push(signature::called(function, &"public".into()));
            }
        }
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let symbol = at.name.split_once('(').map_or(at.name.as_str(), |(symbol, _)| symbol);
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.left.as_ref().map(|ty| format!("LEFTARG = {ty}")));
        parts.push(format!("RIGHTARG = {}", self.right));
        parts.push(definition::write(&self.definition));
        steps.push(format!("CREATE OPERATOR {}.{symbol} ({})", quote_ident(&at.schema), parts.join(", ")));
    }

    /// Only the functions that estimate can be changed (manual: ALTER OPERATOR).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let rest = |it: &Self| {
            let mut rest = it.definition.clone();
            rest.retain(|it| !ESTIMATORS.contains(&it.name.as_str()));
            rest
        };
        if rest(self) != rest(new) {
            return Alter::Replace;
        }
        let value = |it: &'_ Self, name: &str| definition::value(&it.definition, name).map(str::to_owned);
        let changed = ESTIMATORS.into_iter().filter(|name| value(self, name) != value(new, name));
        let set = changed.map(|name| {
            format!("{} = {}", name.to_uppercase(), value(new, name).as_deref().unwrap_or("NONE"))
        });
        let set: Vec<String> = set.collect();
        if !set.is_empty() {
            let (symbol, types) = at.name.split_once('(').unwrap_or((&at.name, ")"));
            let name = format!("{}.{symbol} ({types}", quote_ident(&at.schema));
            steps.push(format!("ALTER OPERATOR {name} SET ({})", set.join(", ")));
        }
        Alter::InPlace
    }
}

/// Reports a name that PostgreSQL reads otherwise (manual: CREATE OPERATOR).
fn name_is_one(symbol: &str, node: Node<'_>, cx: &mut Reader<'_>) {
    let ends_early = 1 < symbol.len() && symbol.ends_with(['+', '-']) && !symbol.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']);
    let message = match symbol {
        "=>" => "`=>` names the arguments of a call and can't be an operator".to_owned(),
        _ if ends_early => {
            format!("`{symbol}` would be read as two operators")
        }
        _ => return,
    };
    let place = node.child(Rule::operator_name).unwrap_or(node).span();
    let help = "choose another name; one that ends in `+` or `-` has one of ~ ! @ # % ^ & | ` ? in it";
    cx.report(Diagnostic::new(&WRONG_OPERATOR_NAME, message).label(place, "here").help(help));
}

/// Returns an operator's name with its types: `+(integer, integer)`; `none` for a side without.
pub(crate) fn name(symbol: &str, left: Option<&TypeName>, right: &TypeName) -> String {
    let left = left.map_or_else(|| "none".to_owned(), ToString::to_string);
    format!("{symbol}({left}, {right})")
}

/// Takes `schema.+` apart.
fn symbol(text: &str) -> (Option<Name>, Name) {
    match text.rsplit_once('.') {
        Some((schema, symbol)) => (split_path(schema).pop().map(|part| part.name), symbol.into()),
        None => (None, text.into()),
    }
}
