//! Aggregates: `CREATE AGGREGATE`, `pg_aggregate`.

use super::address::{Address, Kind, Name};
use super::column;
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use super::type_text;
use crate::sql::definition::{self, Definition};
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// An aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Its direct arguments, or all of them where none are ordered.
    pub arguments: Vec<Argument>,
    /// The ordered arguments of an ordered-set aggregate.
    pub ordered: Option<Vec<Argument>>,
    /// `sfunc`, `stype` and so on, as written; types in the one spelling that they are compared by.
    pub definition: Vec<Definition>,
}

/// An argument of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Whether it takes the rest of the arguments.
    pub variadic: bool,
    /// The name, if it has one.
    pub name: Option<Name>,
    /// The type.
    pub ty: TypeName,
}

/// The entries that name functions.
const FUNCTIONS: [&str; 8] =
    ["sfunc", "finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc"];

/// The entries that are types: of the running state.
pub(crate) const STATES: [&str; 2] = ["stype", "mstype"];

impl ObjectKind for Aggregate {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let list = node.child(Rule::aggregate_arguments)?;
        let arguments = list.child(Rule::aggregate_list).map(|it| read_arguments(it, cx)).unwrap_or_default();
        let ordered = list.child(Rule::order_by).and_then(|it| it.child(Rule::aggregate_list)).map(|it| read_arguments(it, cx));
        let mut definition = options::required(node, &["sfunc", "stype"], cx);
        options::spell_types(&mut definition, &STATES, node, cx);
        let mut types: Vec<TypeName> = arguments.iter().map(|it| it.ty.clone()).collect();
        types.extend(ordered.iter().flatten().map(|it| it.ty.clone()));
        let name = signature::name(&at.name, &types);
        Some((Address::new(Kind::Aggregate, at.schema, name), Aggregate { arguments, ordered, definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        let arguments = self.arguments.iter().chain(self.ordered.iter().flatten());
        arguments.for_each(|it| column::type_addresses(&it.ty, out));
        for name in FUNCTIONS {
            if let Some(function) = definition::value(&self.definition, name) {
                out.push(signature::called(function, &at.schema));
                out.push(signature::called(function, &"public".into()));
            }
        }
        let states = STATES.into_iter().filter_map(|name| definition::value(&self.definition, name));
        states.for_each(|ty| column::type_addresses(&type_text::parse(ty), out));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(self.create_aggregate(at, "CREATE"));
    }

    /// CREATE OR REPLACE changes neither what it returns nor its arguments, of which some may be direct (`ProcedureCreate`).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self == new {
            return Alter::InPlace;
        }
        let fixed = ["stype", "finalfunc", "finalfunc_extra", "hypothetical"];
        let value = |it: &Self, name: &str| it.definition.iter().find(|it| it.name == name).cloned();
        let is_fixed = fixed.iter().all(|name| value(self, name) == value(new, name));
        if (&self.arguments, &self.ordered) != (&new.arguments, &new.ordered) || !is_fixed {
            return Alter::Replace;
        }
        steps.push(new.create_aggregate(at, "CREATE OR REPLACE"));
        Alter::InPlace
    }
}

impl Aggregate {
    fn create_aggregate(&self, at: &Address, verb: &str) -> String {
        let name = signature::split(&at.name).0;
        let arguments = self.arguments_sql();
        let name = format!("{}.{}", quote_ident(&at.schema), quote_ident(name));
        format!("{verb} AGGREGATE {name}({arguments}) ({})", definition::write(&self.definition))
    }

    /// Writes the arguments as CREATE AGGREGATE and ALTER AGGREGATE take them, without parentheses.
    pub(crate) fn arguments_sql(&self) -> String {
        let list = |arguments: &[Argument]| comma(arguments.iter().map(Argument::sql));
        match (self.arguments.as_slice(), &self.ordered) {
            ([], None) => "*".to_owned(),
            (arguments, None) => list(arguments),
            ([], Some(ordered)) => format!("ORDER BY {}", list(ordered)),
            (arguments, Some(ordered)) => format!("{} ORDER BY {}", list(arguments), list(ordered)),
        }
    }
}

impl Argument {
    fn sql(&self) -> String {
        let variadic = if self.variadic { "VARIADIC " } else { "" };
        let name = self.name.as_ref().map(|name| format!("{} ", quote_ident(name))).unwrap_or_default();
        format!("{variadic}{name}{}", self.ty)
    }
}

fn read_arguments(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<Argument> {
    let read = |node: Node<'_>| {
        let variadic = node.child(Rule::parameter_mode).is_some_and(|it| it.is("variadic"));
        Some(Argument { variadic, name: cx.child_name(node), ty: cx.child_type(node)? })
    };
    list.all(Rule::aggregate_argument).filter_map(read).collect()
}
