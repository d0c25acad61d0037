//! The columns of views: they follow from the query, named and typed as their author declares them.

use std::rc::Rc;

use super::query::Result;
use super::text::Resolver;
use super::value::{Column, Value, type_name};
use super::world::{Completeness, Progress, World};
use super::{ResultColumn, run};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::Qualified;
use crate::object::view_columns::ViewColumn;

rule!(REPEATED_VIEW_COLUMN, Error, "repeated-view-column");
rule!(VIEW_COLUMN_COUNT, Error, "view-column-count");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&REPEATED_VIEW_COLUMN, &VIEW_COLUMN_COUNT];

/// Returns the columns of a view, resolving its text if that was not done yet. In a circle they are not known.
pub(super) fn columns(world: &World<'_>, at: &Qualified) -> (Rc<Vec<Column>>, bool) {
    match world.views.borrow().get(at) {
        Some(Progress::Done(columns, completeness)) => {
            return (columns.clone(), *completeness == Completeness::Complete);
        }
        Some(Progress::Started) => return (Rc::default(), false),
        None => {}
    }
    world.views.borrow_mut().insert(at.clone(), Progress::Started);
    let result =
        world.view_texts.get(at).and_then(|n| Some((*n, world.texts.get(*n)?))).map(|(_, text)| {
            let mut resolver = Resolver::new(world, text);
            let result = run(&mut resolver);
            let found = resolver.view_columns(result);
            super::keep(world, resolver);
            found
        });
    let (columns, complete) = result.unwrap_or_default();
    let columns = Rc::new(columns);
    let completeness = if complete { Completeness::Complete } else { Completeness::Open };
    world.views.borrow_mut().insert(at.clone(), Progress::Done(columns.clone(), completeness));
    (columns, complete)
}

/// Returns columns as others take them.
pub(super) fn result_columns(columns: &[Column]) -> Vec<ResultColumn> {
    let one = |it: &Column| ResultColumn {
        name: it.name.clone(),
        ty: it.value.ty().filter(|ty| !is_pseudo(ty)).map(|ty| type_name(ty, &it.value.modifier)),
        nullable: it.value.nullable,
    };
    columns.iter().map(one).collect()
}

/// Tells whether no column can have the type.
fn is_pseudo(ty: &str) -> bool {
    matches!(ty, "record" | "unknown" | "void" | "?") || ty.starts_with("any")
}

impl Resolver<'_, '_> {
    /// Gives a view's columns the names and types that its author declares, and checks them.
    fn view_columns(&self, result: Result) -> (Vec<Column>, bool) {
        let declared: &[ViewColumn] = match self.owner.map(|it| &it.entry.object) {
            Some(Object::View(view)) => &view.columns,
            Some(Object::MaterializedView(view)) => &view.columns,
            _ => &[],
        };
        let n_given = result.columns.len();
        let mut columns = result.columns;
        for (n, it) in declared.iter().enumerate() {
            let column = Column { name: it.name.clone(), value: Value::typed(&it.ty, it.nullable) };
            match columns.get_mut(n) {
                Some(slot) => *slot = column,
                None => columns.push(column),
            }
        }
        if !result.complete {
            return (columns, false);
        }
        if n_given < declared.len() {
            let count = super::text::count(n_given, "column");
            let message = format!(
                "{} declared, and the query gives {count}",
                super::text::count(declared.len(), "column")
            );
            let all = crate::sql::lex::TextRange::new(0, self.text.text.len() as u32);
            self.report(
                &VIEW_COLUMN_COUNT,
                message,
                all,
                "the query",
                Some("declare the columns of the query, or none".to_owned()),
            );
        }
        for (n, column) in columns.iter().enumerate() {
            if columns.iter().take(n).any(|it| it.name == column.name) {
                let place = result.places.get(n).copied().unwrap_or_default();
                let message = format!("the view has two columns `{}`", column.name);
                self.report(
                    &REPEATED_VIEW_COLUMN,
                    message,
                    place,
                    "again here",
                    Some("give it another name with `as`".to_owned()),
                );
                break;
            }
        }
        (columns, true)
    }
}
