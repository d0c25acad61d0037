//! A walk over a tree: every expression, query, source of rows and statement in it.

use crate::sql::ast::call::{Call, Form, FrameBound, Over, Window};
use crate::sql::ast::dml::{
    Assignment, Condition, InsertSource, Merge, MergeAction, Statement, StatementKind,
};
use crate::sql::ast::query::{
    DocumentColumn, FromItem, FromSource, GroupItem, JoinCondition, Query, QueryBody, Select,
    SelectDistinct, SortKey, Target, With,
};
use crate::sql::ast::{Expr, ExprKind, InSet, Index, Quantity};

/// A part of a tree.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Part<'t> {
    Expr(&'t Expr),
    Query(&'t Query),
    From(&'t FromItem),
    Statement(&'t Statement),
}

/// Shows a part and all in it, each before what it holds. Names of columns that are given a value are no parts. O(n).
pub fn walk<'t>(whole: Part<'t>, mut see: impl FnMut(Part<'t>)) {
    let mut todo = vec![whole];
    while let Some(part) = todo.pop() {
        see(part);
        let n_before = todo.len();
        match part {
            Part::Expr(it) => expr(&it.kind, &mut todo),
            Part::Query(it) => query(it, &mut todo),
            Part::From(it) => from(&it.source, &mut todo),
            Part::Statement(it) => statement(&it.kind, &mut todo),
        }
        if let Some(new) = todo.get_mut(n_before..) {
            new.reverse();
        }
    }
}

type Todo<'t> = Vec<Part<'t>>;

fn all<'t>(list: impl IntoIterator<Item = &'t Expr>, todo: &mut Todo<'t>) {
    todo.extend(list.into_iter().map(Part::Expr));
}

fn expr<'t>(kind: &'t ExprKind, todo: &mut Todo<'t>) {
    match kind {
        ExprKind::Column(_)
        | ExprKind::Star(_)
        | ExprKind::Param(_)
        | ExprKind::String(_)
        | ExprKind::Bits(_)
        | ExprKind::Number(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Default
        | ExprKind::Typed(_)
        | ExprKind::Value(..) => {}
        ExprKind::Cast(it) => todo.push(Part::Expr(&it.operand)),
        ExprKind::Call(it) => call(it, todo),
        ExprKind::Form(it) => form(it, todo),
        ExprKind::And(list) | ExprKind::Or(list) | ExprKind::Array(list) | ExprKind::Row(list) => {
            all(list, todo);
        }
        ExprKind::Not(it) | ExprKind::FieldStar(it) => todo.push(Part::Expr(it)),
        ExprKind::Unary(it) => todo.push(Part::Expr(&it.operand)),
        ExprKind::Binary(it) => all([&it.left, &it.right], todo),
        ExprKind::Quantified(it) => {
            todo.push(Part::Expr(&it.left));
            todo.push(match &it.right {
                Quantity::Array(array) => Part::Expr(array),
                Quantity::Query(query) => Part::Query(query),
            });
        }
        ExprKind::Is(it) => todo.push(Part::Expr(&it.operand)),
        ExprKind::Distinct(it) => all([&it.left, &it.right], todo),
        ExprKind::Between(it) => all([&it.operand, &it.low, &it.high], todo),
        ExprKind::In(it) => {
            todo.push(Part::Expr(&it.operand));
            match &it.set {
                InSet::List(list) => all(list, todo),
                InSet::Query(query) => todo.push(Part::Query(query)),
            }
        }
        ExprKind::Like(it) => {
            all([&it.operand, &it.pattern], todo);
            all(&it.escape, todo);
        }
        ExprKind::Case(it) => {
            all(&it.operand, todo);
            it.arms.iter().for_each(|arm| all([&arm.condition, &arm.value], todo));
            all(&it.otherwise, todo);
        }
        ExprKind::ArrayQuery(it) | ExprKind::Subquery(it) | ExprKind::Exists(it) => {
            todo.push(Part::Query(it));
        }
        ExprKind::Subscript(it) => {
            todo.push(Part::Expr(&it.operand));
            index(&it.index, todo);
        }
        ExprKind::Field(it) => todo.push(Part::Expr(&it.operand)),
        ExprKind::Collate(it) => todo.push(Part::Expr(&it.operand)),
    }
}

fn index<'t>(index: &'t Index, todo: &mut Todo<'t>) {
    match index {
        Index::Element(it) => todo.push(Part::Expr(it)),
        Index::Slice(from, to) => all(from.iter().chain(to), todo),
    }
}

fn call<'t>(call: &'t Call, todo: &mut Todo<'t>) {
    all(call.args.iter().map(|it| &it.value), todo);
    keys(&call.order_by, todo);
    keys(&call.within_group, todo);
    all(&call.filter, todo);
    over(call.over.as_ref(), todo);
}

fn form<'t>(form: &'t Form, todo: &mut Todo<'t>) {
    all(form.args.iter().map(|it| &it.value), todo);
    keys(&form.order_by, todo);
    all(&form.filter, todo);
    over(form.over.as_ref(), todo);
}

fn over<'t>(over: Option<&'t Over>, todo: &mut Todo<'t>) {
    match over {
        Some(Over::Window(it)) => window(it, todo),
        Some(Over::Name(_)) | None => {}
    }
}

fn window<'t>(window: &'t Window, todo: &mut Todo<'t>) {
    all(&window.partition_by, todo);
    keys(&window.order_by, todo);
    let frame = window.frame.iter();
    for bound in frame.flat_map(|it| std::iter::once(&it.start).chain(&it.end)) {
        match bound {
            FrameBound::Preceding(it) | FrameBound::Following(it) => todo.push(Part::Expr(it)),
            FrameBound::UnboundedPreceding
            | FrameBound::UnboundedFollowing
            | FrameBound::CurrentRow => {}
        }
    }
}

fn keys<'t>(keys: &'t [SortKey], todo: &mut Todo<'t>) {
    all(keys.iter().map(|it| &it.value), todo);
}

fn with<'t>(with: Option<&'t With>, todo: &mut Todo<'t>) {
    for table in with.iter().flat_map(|it| &it.tables) {
        todo.push(Part::Statement(&table.statement));
        let cycle = table.cycle.iter();
        all(cycle.flat_map(|it| it.to.iter().chain(&it.default)), todo);
    }
}

fn query<'t>(query: &'t Query, todo: &mut Todo<'t>) {
    with(query.with.as_deref(), todo);
    match &query.body {
        QueryBody::Select(it) => select(it, todo),
        QueryBody::Values(rows) => rows.iter().for_each(|row| all(row, todo)),
        QueryBody::Table(_) => {}
        QueryBody::SetOperation(it) => todo.extend([Part::Query(&it.left), Part::Query(&it.right)]),
        QueryBody::Nested(it) => todo.push(Part::Query(it)),
    }
    keys(&query.order_by, todo);
    let limit = query.limit.iter();
    all(limit.flat_map(|it| it.count.iter().chain(&it.offset)), todo);
}

fn select<'t>(select: &'t Select, todo: &mut Todo<'t>) {
    match &select.distinct {
        SelectDistinct::On(list) => all(list, todo),
        SelectDistinct::All | SelectDistinct::Distinct => {}
    }
    targets(&select.targets, todo);
    todo.extend(select.from.iter().map(Part::From));
    all(&select.condition, todo);
    select.group_by.iter().for_each(|it| group(it, todo));
    all(&select.having, todo);
    select.windows.iter().for_each(|(_, it)| window(it, todo));
}

fn targets<'t>(targets: &'t [Target], todo: &mut Todo<'t>) {
    all(targets.iter().map(|it| &it.value), todo);
}

fn group<'t>(item: &'t GroupItem, todo: &mut Todo<'t>) {
    match item {
        GroupItem::Expr(it) => todo.push(Part::Expr(it)),
        GroupItem::Empty => {}
        GroupItem::Rollup(list) | GroupItem::Cube(list) => all(list, todo),
        GroupItem::Sets(items) => items.iter().for_each(|it| group(it, todo)),
    }
}

fn from<'t>(source: &'t FromSource, todo: &mut Todo<'t>) {
    match source {
        FromSource::Table(_, sample) => {
            let sample = sample.iter();
            all(sample.flat_map(|it| it.args.iter().chain(&it.repeatable)), todo);
        }
        FromSource::Function(it) => todo.push(Part::Expr(&it.call)),
        FromSource::RowsFrom(list, _) => all(list.iter().map(|it| &it.call), todo),
        FromSource::Query(it) => todo.push(Part::Query(it)),
        FromSource::Join(it) => {
            todo.extend([Part::From(&it.left), Part::From(&it.right)]);
            match &it.condition {
                JoinCondition::On(on) => todo.push(Part::Expr(on)),
                JoinCondition::None | JoinCondition::Natural | JoinCondition::Using(..) => {}
            }
        }
        FromSource::Document(it) => {
            all(&it.args, todo);
            document_columns(&it.columns, todo);
        }
    }
}

fn document_columns<'t>(columns: &'t [DocumentColumn], todo: &mut Todo<'t>) {
    for column in columns {
        match column {
            DocumentColumn::Ordinality(_) => {}
            DocumentColumn::Value(_, _, list) => all(list, todo),
            DocumentColumn::Nested(nested) => document_columns(nested, todo),
        }
    }
}

fn statement<'t>(kind: &'t StatementKind, todo: &mut Todo<'t>) {
    match kind {
        StatementKind::Query(it) | StatementKind::CreateAs(it) => todo.push(Part::Query(it)),
        StatementKind::Insert(it) => {
            with(it.with.as_deref(), todo);
            match &it.source {
                InsertSource::Query(query) => todo.push(Part::Query(query)),
                InsertSource::DefaultValues => {}
            }
            let update = it.on_conflict.iter().filter_map(|it| it.update.as_ref());
            for update in update {
                assignments(&update.set, todo);
                all(&update.condition, todo);
            }
            it.returning.iter().for_each(|it| targets(&it.targets, todo));
        }
        StatementKind::Update(it) => {
            with(it.with.as_deref(), todo);
            assignments(&it.set, todo);
            todo.extend(it.from.iter().map(Part::From));
            condition(&it.condition, todo);
            it.returning.iter().for_each(|it| targets(&it.targets, todo));
        }
        StatementKind::Delete(it) => {
            with(it.with.as_deref(), todo);
            todo.extend(it.using.iter().map(Part::From));
            condition(&it.condition, todo);
            it.returning.iter().for_each(|it| targets(&it.targets, todo));
        }
        StatementKind::Merge(it) => merge(it, todo),
        StatementKind::Return(it) => todo.push(Part::Expr(it)),
        StatementKind::Other => {}
    }
}

fn merge<'t>(merge: &'t Merge, todo: &mut Todo<'t>) {
    with(merge.with.as_deref(), todo);
    todo.extend([Part::From(&merge.using), Part::Expr(&merge.on)]);
    for when in &merge.whens {
        all(&when.condition, todo);
        match &when.action {
            MergeAction::Update(set) => assignments(set, todo),
            MergeAction::Insert { values, .. } => all(values.iter().flatten(), todo),
            MergeAction::DoNothing | MergeAction::Delete => {}
        }
    }
    merge.returning.iter().for_each(|it| targets(&it.targets, todo));
}

fn assignments<'t>(set: &'t [Assignment], todo: &mut Todo<'t>) {
    all(
        set.iter().map(|it| match it {
            Assignment::Column(_, value) | Assignment::Columns(_, value) => value,
        }),
        todo,
    );
}

fn condition<'t>(condition: &'t Condition, todo: &mut Todo<'t>) {
    match condition {
        Condition::Where(it) => todo.push(Part::Expr(it)),
        Condition::None | Condition::CurrentOf(_) => {}
    }
}
