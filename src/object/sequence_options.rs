//! What a sequence counts: shared by sequences and identity columns.

use super::address::{Name, Qualified};
use super::reader::Reader;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

rule!(WRONG_SEQUENCE_OPTION, Error, "wrong-sequence-option");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&WRONG_SEQUENCE_OPTION];

/// What a sequence counts, as written: what is not said is PostgreSQL's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub ty: Option<TypeName>,
    /// `START`.
    pub start: Option<Name>,
    /// `INCREMENT`.
    pub increment: Option<Name>,
    /// `MINVALUE`.
    pub min: Option<Name>,
    /// `MAXVALUE`.
    pub max: Option<Name>,
    /// `CACHE`.
    pub cache: Option<Name>,
    /// `CYCLE`.
    pub cycle: bool,
    /// The name of an identity column's sequence, where it is not PostgreSQL's default.
    pub name: Option<Qualified>,
}

impl SequenceOptions {
    /// Reads the options among a node's children.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> SequenceOptions {
        let number = |rule_of: Rule| {
            node.child(rule_of)
                .and_then(|it| it.child(Rule::number))
                .map(|it| Name::from(it.text().trim_start_matches('+')))
        };
        let ty = node.child(Rule::sequence_type).and_then(|it| cx.child_type(it));
        if let (Some(ty), Some(place)) = (&ty, node.child(Rule::sequence_type))
            && !["smallint", "integer", "bigint"].iter().any(|name| ty.is(name))
        {
            let diagnostic =
                Diagnostic::new(&WRONG_SEQUENCE_OPTION, format!("a sequence can't count `{ty}`"));
            cx.report(
                diagnostic
                    .label(place.span(), "here")
                    .help("use `smallint`, `integer` or `bigint`"),
            );
        }
        if let Some(zero) = node
            .child(Rule::sequence_increment)
            .filter(|it| it.child(Rule::number).is_some_and(|n| n.text().parse() == Ok(0)))
        {
            let diagnostic =
                Diagnostic::new(&WRONG_SEQUENCE_OPTION, "a sequence can't count in steps of 0");
            cx.report(diagnostic.label(zero.span(), "here").help("use a step other than 0"));
        }
        let name = node
            .child(Rule::sequence_name)
            .and_then(|it| it.child(Rule::path))
            .map(|path| cx.path(path));
        SequenceOptions {
            ty,
            start: number(Rule::sequence_start),
            increment: number(Rule::sequence_increment),
            min: number(Rule::sequence_min),
            max: number(Rule::sequence_max),
            cache: number(Rule::sequence_cache),
            cycle: node.has(Rule::sequence_cycle),
            name: name.map(|path| Qualified {
                schema: path.schema.unwrap_or_else(|| cx.schema.clone()),
                name: path.name,
            }),
        }
    }

    /// Writes the options as clauses with blanks between.
    pub(crate) fn clauses(&self) -> String {
        let mut parts = Vec::new();
        let named = self.name.as_ref().map(|name| format!("SEQUENCE NAME {name}"));
        parts.extend(named);
        parts.extend(self.ty.as_ref().map(|ty| format!("AS {ty}")));
        let numbers = [
            ("START WITH", &self.start),
            ("INCREMENT BY", &self.increment),
            ("MINVALUE", &self.min),
            ("MAXVALUE", &self.max),
            ("CACHE", &self.cache),
        ];
        parts.extend(
            numbers
                .into_iter()
                .filter_map(|(word, value)| Some(format!("{word} {}", value.as_ref()?))),
        );
        if self.cycle {
            parts.push("CYCLE".to_owned());
        }
        parts.join(" ")
    }
}
