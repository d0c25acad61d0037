//! Enumerated types: `CREATE TYPE … AS ENUM`, `pg_enum`.

use super::address::{Address, Kind};
use super::contract::{Alter, Member, ObjectKind};
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::ident::{MAX_BYTES, quote_literal};
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(LABEL_TOO_LONG, Error, "label-too-long");
rule!(DUPLICATE_LABEL, Error, "duplicate-label");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&LABEL_TOO_LONG, &DUPLICATE_LABEL];

/// An enumerated type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumType {
    /// Its labels, least first.
    pub labels: Vec<Box<str>>,
}

impl ObjectKind for EnumType {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        Some((Address::new(Kind::EnumType, at.schema, at.name), EnumType::default()))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        if node.rule() != Rule::label {
            return Member::Misplaced;
        }
        let Some(string) = node.child(Rule::string) else { return Member::Taken };
        let label = crate::sql::definition::unquote(string.text());
        if MAX_BYTES < label.len() {
            let diagnostic = Diagnostic::new(&LABEL_TOO_LONG, format!("this label has {} bytes", label.len()));
            cx.report(diagnostic.label(string.span(), format!("PostgreSQL allows {MAX_BYTES}")).help("choose a shorter label"));
        }
        if self.labels.contains(&label) {
            let diagnostic = Diagnostic::new(&DUPLICATE_LABEL, format!("the label '{label}' stands twice"));
            cx.report(diagnostic.label(string.span(), "again here").help("delete one of them"));
            return Member::Taken;
        }
        self.labels.push(label);
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let labels = comma(self.labels.iter().map(|label| quote_literal(label)));
        steps.push(format!("CREATE TYPE {} AS ENUM ({labels})", at.sql()));
    }

    /// Labels can be added anywhere, but neither removed nor reordered (manual: ALTER TYPE).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let kept: Vec<&Box<str>> = new.labels.iter().filter(|it| self.labels.contains(it)).collect();
        if !kept.iter().copied().eq(&self.labels) {
            return Alter::Replace;
        }
        let mut following = self.labels.iter().peekable();
        for label in &new.labels {
            if following.next_if_eq(&label).is_some() {
                continue;
            }
            let place = following.peek().map(|it| format!(" BEFORE {}", quote_literal(it)));
            let (name, label) = (at.sql(), quote_literal(label));
            steps.push(format!("ALTER TYPE {name} ADD VALUE {label}{}", place.unwrap_or_default()));
        }
        Alter::InPlace
    }
}
