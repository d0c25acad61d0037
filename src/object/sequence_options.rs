//! What a sequence counts: shared by sequences and identity columns.

use super::address::{Name, Qualified};
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::ident::quote_literal;
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
    /// Whether an identity column's sequence is in the write-ahead log, where its table is not, or the other way round
    /// (PostgreSQL 15 and later).
    pub logged: Option<bool>,
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
        bounds_fit(node, ty.as_ref(), cx);
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
            logged: node.child(Rule::sequence_logged).map(|it| it.is("logged")),
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

    /// Writes what leads from these options to others, as `ALTER SEQUENCE` takes it; empty where they count the same.
    ///
    /// Where nothing is said PostgreSQL keeps what was, so a default is written out. `START` alone does not change what
    /// comes next.
    pub(crate) fn changes(&self, new: &SequenceOptions) -> String {
        let mut parts = Vec::new();
        if self.ty != new.ty {
            let ty = new.ty.clone().unwrap_or_else(|| TypeName::builtin("bigint"));
            parts.push(format!("AS {ty}"));
        }
        let has_new_range = self.ty != new.ty || self.increment != new.increment;
        let numbers: [(&str, &str, &Option<Name>, &Option<Name>); 4] = [
            ("INCREMENT BY", "INCREMENT BY 1", &self.increment, &new.increment),
            ("MINVALUE", "NO MINVALUE", &self.min, &new.min),
            ("MAXVALUE", "NO MAXVALUE", &self.max, &new.max),
            ("CACHE", "CACHE 1", &self.cache, &new.cache),
        ];
        for (word, default, old, new) in numbers {
            let follows = has_new_range && word.ends_with("VALUE");
            if old != new || follows {
                let value = |it: &Name| format!("{word} {it}");
                parts.push(new.as_ref().map_or(default.to_owned(), value));
            }
        }
        if self.first() != new.first() {
            parts.push(format!("START WITH {}", new.first()));
        }
        if self.cycle != new.cycle {
            parts.push(if new.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
        }
        parts.join(" ")
    }

    /// Writes the statements that lead from these options to others.
    ///
    /// PostgreSQL refuses bounds that the sequence has left (`init_params`), so what comes next is brought within them
    /// first: nothing is handed out twice.
    pub(crate) fn alter(&self, new: &SequenceOptions, sequence: &str, steps: &mut Steps<'_>) {
        let clauses = self.changes(new);
        if clauses.is_empty() {
            return;
        }
        let alter = format!("ALTER SEQUENCE {sequence} {clauses}");
        let ((least, most), (min, max)) = (self.range(), new.range());
        if most < min || max < least {
            steps.push(format!("{alter} RESTART WITH {}", new.first()));
            return;
        }
        if least < min || max < most {
            let mut value = "last_value".to_owned();
            if max < most {
                value = format!("least({value}, {max})");
            }
            if least < min {
                value = format!("greatest({value}, {min})");
            }
            // What was handed out lies before what is handed out next, so the bound itself is still to come.
            let is_called = match new.falls() {
                true if max < most => format!("is_called AND last_value <= {max}"),
                false if least < min => format!("is_called AND {min} <= last_value"),
                _ => "is_called".to_owned(),
            };
            let name = quote_literal(sequence);
            steps.push(format!(
                "SELECT pg_catalog.setval({name}, {value}, {is_called}) FROM {sequence}"
            ));
        }
        steps.push(alter);
    }

    fn falls(&self) -> bool {
        self.increment.as_ref().is_some_and(|it| it.starts_with('-'))
    }

    /// Returns the least and the greatest number (manual: CREATE SEQUENCE).
    fn range(&self) -> (i64, i64) {
        let (least, most) = match &self.ty {
            Some(ty) if ty.is("smallint") => (i16::MIN.into(), i16::MAX.into()),
            Some(ty) if ty.is("integer") => (i32::MIN.into(), i32::MAX.into()),
            _ => (i64::MIN, i64::MAX),
        };
        let (min, max) = if self.falls() { (least, -1) } else { (1, most) };
        let given = |it: &Option<Name>| it.as_ref().and_then(|it| it.parse().ok());
        (given(&self.min).unwrap_or(min), given(&self.max).unwrap_or(max))
    }

    /// Returns the number that it starts with.
    fn first(&self) -> Name {
        let falls = self.falls();
        let bound = if falls { &self.max } else { &self.min };
        let default = || if falls { "-1" } else { "1" }.into();
        self.start.clone().or_else(|| bound.clone()).unwrap_or_else(default)
    }
}

/// What CREATE SEQUENCE refuses of numbers that contradict each other (manual: CREATE SEQUENCE).
fn bounds_fit(node: Node<'_>, ty: Option<&TypeName>, cx: &mut Reader<'_>) {
    let place = |rule_of: Rule| node.child(rule_of);
    let number = |rule_of: Rule| {
        let text = place(rule_of)?.child(Rule::number)?.text().trim_start_matches('+');
        text.parse::<i128>().ok()
    };
    let top: i128 = match ty {
        Some(ty) if ty.is("smallint") => i16::MAX.into(),
        Some(ty) if ty.is("integer") => i32::MAX.into(),
        _ => i64::MAX.into(),
    };
    let falls = number(Rule::sequence_increment).is_some_and(|step| step < 0);
    let min = number(Rule::sequence_min).unwrap_or(if falls { -top - 1 } else { 1 });
    let max = number(Rule::sequence_max).unwrap_or(if falls { -1 } else { top });
    let start = number(Rule::sequence_start).unwrap_or(if falls { max } else { min });
    let (rule_of, message, help) = if max <= min {
        let rule_of = if place(Rule::sequence_max).is_some() {
            Rule::sequence_max
        } else {
            Rule::sequence_min
        };
        (
            rule_of,
            format!("no number lies between {min} and {max}"),
            "let `minvalue` be less than `maxvalue`",
        )
    } else if top < max {
        (
            Rule::sequence_max,
            format!("{max} is above what the sequence's type holds"),
            "lower it, or count a larger type: `as bigint`",
        )
    } else if min < -top - 1 {
        (
            Rule::sequence_min,
            format!("{min} is below what the sequence's type holds"),
            "raise it, or count a larger type: `as bigint`",
        )
    } else if start < min || max < start {
        (
            Rule::sequence_start,
            format!("the start {start} does not lie between {min} and {max}"),
            "start between `minvalue` and `maxvalue`",
        )
    } else if number(Rule::sequence_cache).is_some_and(|n| n < 1) {
        (
            Rule::sequence_cache,
            "a sequence hands out at least one number at a time".to_owned(),
            "use `cache 1` or more",
        )
    } else {
        return;
    };
    let span = place(rule_of).unwrap_or(node).span();
    cx.report(Diagnostic::new(&WRONG_SEQUENCE_OPTION, message).label(span, "here").help(help));
}
