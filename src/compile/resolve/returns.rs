//! What the body of a SQL function gives against what the function says it returns (`check_sql_fn_retval`).

use super::query::Result;
use super::role::Role;
use super::text::{Resolver, count};
use super::value::{Value, key};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::routine::{Body, Mode, Returns, Routine, Sort};
use crate::sql::ast::dml::{Statement, StatementKind};
use crate::sql::builtin::casts::CastContext;
use crate::sql::lex::TextRange;
use crate::sql::type_name::TypeName;
use crate::sql::typing::can_coerce;

rule!(WRONG_RESULT, Error, "wrong-function-result");
rule!(SQL_PSEUDO_TYPE, Error, "sql-function-type");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&WRONG_RESULT, &SQL_PSEUDO_TYPE];

/// The last statement of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    range: TextRange,
    gives: Gives,
}

/// Whether a statement gives rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Rows,
    Nothing,
    Unknown,
}

impl Last {
    pub(super) fn of(statement: &Statement) -> Last {
        let returning = |it: bool| if it { Gives::Rows } else { Gives::Nothing };
        let gives = match &statement.kind {
            StatementKind::Query(_) | StatementKind::Return(_) => Gives::Rows,
            StatementKind::Insert(it) => returning(it.returning.is_some()),
            StatementKind::Update(it) => returning(it.returning.is_some()),
            StatementKind::Delete(it) => returning(it.returning.is_some()),
            StatementKind::Merge(it) => returning(it.returning.is_some()),
            StatementKind::CreateAs(_) | StatementKind::Other => Gives::Unknown,
        };
        Last { range: statement.range, gives }
    }
}

/// What a routine returns, as its body must give it.
enum Wanted {
    Nothing,
    /// Rows of any columns.
    Record,
    One(TypeName),
    /// A row of these.
    Columns(Vec<TypeName>),
}

impl Resolver<'_, '_> {
    /// Tells whether the text is the body of a routine that takes a value of any type: it is read when it is called.
    pub(super) fn is_generic(&self) -> bool {
        self.role == Role::TextBody
            && self.routine().is_some_and(|it| {
                it.parameters.iter().any(|it| it.ty.is_builtin() && it.ty.name.starts_with("any"))
            })
    }

    fn routine(&self) -> Option<&Routine> {
        match &self.owner?.entry.object {
            Object::Routine(routine) => Some(routine),
            _ => None,
        }
    }

    /// Checks the result of a routine's last statement.
    pub(super) fn check_returned(&self, result: &Result) {
        let is_body = matches!(self.role, Role::Body | Role::TextBody);
        let Some(routine) = self.routine().filter(|it| is_body && it.language == "sql") else {
            return;
        };
        let whole = TextRange::new(0, self.text.text.len() as u32);
        let last = match (&routine.body, self.last) {
            (Body::Return(_), _) => Last { range: whole, gives: Gives::Rows },
            (_, Some(last)) => last,
            (_, None) if self.text.text.trim().is_empty() => {
                Last { range: whole, gives: Gives::Nothing }
            }
            (_, None) => return,
        };
        if let Returns::One(ty) | Returns::Set(ty) = &routine.returns
            && ["trigger", "event_trigger"].iter().any(|it| ty.is(it))
        {
            let message = format!("a function in SQL can't return `{}`", ty.name);
            let help = Some("write it in `plpgsql`".to_owned());
            self.report(&SQL_PSEUDO_TYPE, message, last.range, "this is SQL", help);
            return;
        }
        let wanted = wanted(routine);
        if matches!(wanted, Wanted::Nothing) {
            return;
        }
        match last.gives {
            Gives::Unknown => {}
            Gives::Nothing => {
                let message =
                    format!("the body gives nothing, and the {} returns something", word(routine));
                let help = "end it with a `select`, or add `returning`".to_owned();
                self.report(&WRONG_RESULT, message, last.range, "the end of the body", Some(help));
            }
            Gives::Rows if result.complete => {
                self.check_columns(routine, &wanted, result, last.range)
            }
            Gives::Rows => {}
        }
    }

    fn check_columns(&self, routine: &Routine, wanted: &Wanted, result: &Result, range: TextRange) {
        let columns: Vec<Option<Value>> = match wanted {
            Wanted::Nothing | Wanted::Record => return,
            Wanted::One(ty) => {
                let whole = Value::typed(ty, true);
                match self.row_of(&whole) {
                    // A single value may be the whole row.
                    Some(rel) if !self.may_be_row(result, &whole) => {
                        if !rel.complete {
                            return;
                        }
                        rel.columns.iter().map(|it| Some(it.value.clone())).collect()
                    }
                    Some(_) => return,
                    None if whole.ty() == Some("record") => return,
                    None => vec![Some(whole)],
                }
            }
            Wanted::Columns(types) => {
                if matches!(result.columns.as_slice(), [only] if self.is_row(&only.value)) {
                    return;
                }
                types.iter().map(|ty| key(ty).map(|_| Value::typed(ty, true))).collect()
            }
        };
        let n_given = result.columns.len();
        if n_given != columns.len() {
            let message = format!(
                "the body gives {}, and the {} returns {}",
                count(n_given, "column"),
                word(routine),
                count(columns.len(), "column")
            );
            let place = result.places.get(columns.len()).copied().unwrap_or(range);
            let help = Some("give as many as are returned".to_owned());
            self.report(&WRONG_RESULT, message, place, "here", help);
            return;
        }
        for (n, (given, wanted)) in result.columns.iter().zip(&columns).enumerate() {
            let wanted = wanted.as_ref().and_then(Value::ty);
            let (Some(from), Some(to)) = (given.value.ty(), wanted) else { continue };
            if can_coerce(from, to, CastContext::Assignment, &self.world.types) == Some(false) {
                let message =
                    format!("the body gives `{from}` where the {} returns `{to}`", word(routine));
                let place = result.places.get(n).copied().unwrap_or(range);
                let help = Some(format!("cast it to `{to}`"));
                self.report(&WRONG_RESULT, message, place, "given here", help);
                return;
            }
        }
    }

    /// Tells whether a result of one column may be a whole row of a type.
    fn may_be_row(&self, result: &Result, row: &Value) -> bool {
        let [only] = result.columns.as_slice() else { return false };
        let (Some(from), Some(to)) = (only.value.ty(), row.ty()) else { return true };
        can_coerce(from, to, CastContext::Assignment, &self.world.types) != Some(false)
    }

    fn is_row(&self, value: &Value) -> bool {
        value.ty().is_none_or(|ty| self.world.types.is_row(ty))
    }
}

fn word(routine: &Routine) -> &'static str {
    match routine.sort {
        Sort::Function => "function",
        Sort::Procedure => "procedure",
    }
}

/// Says what the body of a routine must give.
fn wanted(routine: &Routine) -> Wanted {
    let outs: Vec<TypeName> = routine
        .parameters
        .iter()
        .filter(|it| matches!(it.mode, Mode::Out | Mode::InOut))
        .map(|it| it.ty.clone())
        .collect();
    match (&routine.returns, outs.as_slice()) {
        (Returns::One(ty) | Returns::Set(ty), _) if ty.is("void") => Wanted::Nothing,
        (Returns::One(ty) | Returns::Set(ty), []) if ty.is("record") => Wanted::Record,
        (Returns::One(ty) | Returns::Set(ty), outs) if outs.len() < 2 => Wanted::One(ty.clone()),
        (Returns::Table(columns), _) => match columns.as_slice() {
            [(_, only)] => Wanted::One(only.clone()),
            _ => Wanted::Columns(columns.iter().map(|(_, ty)| ty.clone()).collect()),
        },
        (Returns::Unsaid, []) => Wanted::Nothing,
        (Returns::Unsaid, [only]) if routine.sort == Sort::Function => Wanted::One(only.clone()),
        (_, _) => Wanted::Columns(outs),
    }
}
