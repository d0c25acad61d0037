//! Shows a tree as an s-expression, for tests.

mod queries;

pub(super) use queries::{show_query, statement};

use crate::sql::ast::call::{
    Arg, Call, CallQuantity, CallSyntax, Form, FormArg, FormRole, Frame, FrameBound, Over, Spread,
    Window,
};
use crate::sql::ast::dml::*;
use crate::sql::ast::query::*;
use crate::sql::ast::type_ref::{Arity, TypeRef, TypeSource};
use crate::sql::ast::*;

/// Puts parts in parentheses; an empty part is left out.
fn list<I: IntoIterator<Item = String>>(head: &str, parts: I) -> String {
    let mut shown = format!("({head}");
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        shown.push(' ');
        shown.push_str(&part);
    }
    shown + ")"
}

fn exprs(list: &[Expr]) -> Vec<String> {
    list.iter().map(expr).collect()
}

/// Shows a clause that may be missing.
fn clause<T>(head: &str, value: Option<&T>, show: impl FnOnce(&T) -> String) -> String {
    value.map(|value| list(head, [show(value)])).unwrap_or_default()
}

fn clauses<T>(head: &str, values: &[T], show: impl Fn(&T) -> String) -> String {
    if values.is_empty() { String::new() } else { list(head, values.iter().map(show)) }
}

fn ident(ident: &Ident) -> String {
    if ident.quoted { format!("{:?}", ident.name.as_str()) } else { ident.name.to_string() }
}

fn path(path: &Path) -> String {
    let names = path.0.iter().filter(|name| !(name.range.is_empty() && name.name == "pg_catalog"));
    names.map(ident).collect::<Vec<_>>().join(".")
}

pub(super) fn type_ref(ty: &TypeRef) -> String {
    let mut shown = path(&ty.path);
    if !ty.modifiers.is_empty() {
        shown += &format!("[{}]", exprs(&ty.modifiers).join(","));
    }
    shown += ty
        .interval_fields
        .as_ref()
        .map(|fields| format!("<{fields}>"))
        .unwrap_or_default()
        .as_str();
    for size in &ty.dimensions {
        shown += &format!("[{}]", size.as_deref().unwrap_or(""));
    }
    if ty.source == TypeSource::Column {
        shown += "%type";
    }
    if ty.arity == Arity::SetOf { format!("setof-{shown}") } else { shown }
}

fn operator(operator: &Operator) -> String {
    match &operator.schema {
        Some(schema) => format!("{}.{}", path(schema), operator.name),
        None => operator.name.to_string(),
    }
}

fn sense(sense: Sense) -> &'static str {
    if sense == Sense::Negated { "not-" } else { "" }
}

pub(super) fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Column(column) => path(column),
        ExprKind::Star(None) => "*".into(),
        ExprKind::Star(Some(table)) => format!("{}.*", path(table)),
        ExprKind::Param(Param::Number(number)) => format!("${number}"),
        ExprKind::Param(Param::Name(name)) => format!(":{}", ident(name)),
        ExprKind::String(text) => format!("'{text}'"),
        ExprKind::Bits(bits) => bits.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Null => "null".into(),
        ExprKind::Default => "default".into(),
        ExprKind::Typed(typed) => {
            list("typed", [type_ref(&typed.ty), format!("'{}'", typed.value)])
        }
        ExprKind::Cast(cast) => list("::", [expr(&cast.operand), type_ref(&cast.ty)]),
        ExprKind::Call(call) => show_call(call),
        ExprKind::Form(form) => show_form(form),
        ExprKind::Value(value, precision) => {
            format!("{value:?}{}", precision.as_ref().map(|n| format!("[{n}]")).unwrap_or_default())
        }
        ExprKind::And(all) => list("and", exprs(all)),
        ExprKind::Or(all) => list("or", exprs(all)),
        ExprKind::Not(operand) => list("not", [expr(operand)]),
        ExprKind::Unary(unary) => list(&operator(&unary.operator), [expr(&unary.operand)]),
        ExprKind::Binary(binary) => {
            list(&operator(&binary.operator), [expr(&binary.left), expr(&binary.right)])
        }
        ExprKind::Quantified(test) => {
            let right = match &test.right {
                Quantity::Array(array) => expr(array),
                Quantity::Query(query) => show_query(query),
            };
            let head = format!("{}-{:?}", operator(&test.operator), test.quantifier);
            list(&head, [expr(&test.left), right])
        }
        ExprKind::Is(is) => {
            list(&format!("is-{}{:?}", sense(is.sense), is.test), [expr(&is.operand)])
        }
        ExprKind::Distinct(test) => list(
            &format!("is-{}distinct", sense(test.sense)),
            [expr(&test.left), expr(&test.right)],
        ),
        ExprKind::Between(test) => list(
            &format!(
                "{}between{}",
                sense(test.sense),
                if test.order == BetweenOrder::Symmetric { "-symmetric" } else { "" }
            ),
            [expr(&test.operand), expr(&test.low), expr(&test.high)],
        ),
        ExprKind::In(test) => {
            let set = match &test.set {
                InSet::List(values) => list("list", exprs(values)),
                InSet::Query(query) => show_query(query),
            };
            list(&format!("{}in", sense(test.sense)), [expr(&test.operand), set])
        }
        ExprKind::Like(like) => list(
            &format!("{}{:?}", sense(like.sense), like.matcher),
            [
                expr(&like.operand),
                expr(&like.pattern),
                clause("escape", like.escape.as_ref(), expr),
            ],
        ),
        ExprKind::Case(case) => {
            let mut parts: Vec<_> = case.operand.iter().map(expr).collect();
            parts.extend(
                case.arms.iter().map(|arm| list("when", [expr(&arm.condition), expr(&arm.value)])),
            );
            parts.push(clause("else", case.otherwise.as_ref(), expr));
            list("case", parts)
        }
        ExprKind::Array(elements) => list("array", exprs(elements)),
        ExprKind::ArrayQuery(query) => list("array", [show_query(query)]),
        ExprKind::Row(values) => list("row", exprs(values)),
        ExprKind::Subquery(query) => list("subquery", [show_query(query)]),
        ExprKind::Exists(query) => list("exists", [show_query(query)]),
        ExprKind::Subscript(subscript) => {
            format!("{}{}", expr(&subscript.operand), index(&subscript.index))
        }
        ExprKind::Field(field) => list("field", [expr(&field.operand), ident(&field.name)]),
        ExprKind::FieldStar(operand) => list("field", [expr(operand), "*".into()]),
        ExprKind::Collate(collate) => {
            list("collate", [expr(&collate.operand), path(&collate.collation)])
        }
    }
}

fn index(index: &Index) -> String {
    let bound = |bound: &Option<Expr>| bound.as_ref().map(expr).unwrap_or_default();
    match index {
        Index::Element(element) => format!("[{}]", expr(element)),
        Index::Slice(low, high) => format!("[{}:{}]", bound(low), bound(high)),
    }
}

fn arg(arg: &Arg) -> String {
    let name = arg.name.as_ref().map(|name| format!("{}=>", ident(name))).unwrap_or_default();
    let spread = if arg.spread == Spread::Variadic { "..." } else { "" };
    format!("{spread}{name}{}", expr(&arg.value))
}

fn show_call(call: &Call) -> String {
    let mark = if call.syntax == CallSyntax::Sql { "sql:" } else { "" };
    let quantity = match call.quantity {
        CallQuantity::Default => "",
        CallQuantity::All => "all",
        CallQuantity::Distinct => "distinct",
        CallQuantity::Star => "*",
    };
    let mut parts = vec![quantity.to_string()];
    parts.extend(call.args.iter().map(arg));
    parts.push(clauses("order", &call.order_by, sort_key));
    parts.push(clauses("within-group", &call.within_group, sort_key));
    parts.push(clause("filter", call.filter.as_ref(), expr));
    parts.push(clause("over", call.over.as_ref(), over));
    list(&format!("{mark}{}", path(&call.function)), parts)
}

fn show_form(form: &Form) -> String {
    let mut parts: Vec<_> = form.args.iter().map(form_arg).collect();
    parts.push(clause("type", form.ty.as_ref(), type_ref));
    parts.push(clauses("order", &form.order_by, sort_key));
    parts.push(clause("filter", form.filter.as_ref(), expr));
    parts.push(clause("over", form.over.as_ref(), over));
    list(&format!("{:?}", form.kind), parts)
}

fn form_arg(arg: &FormArg) -> String {
    let role = match arg.role {
        FormRole::Value => String::new(),
        FormRole::Key | FormRole::Attribute | FormRole::Passing | FormRole::Default => {
            format!("{:?}=", arg.role)
        }
    };
    let label = arg.label.as_ref().map(|label| format!("@{}", ident(label))).unwrap_or_default();
    format!("{role}{}{label}", expr(&arg.value))
}

fn over(over: &Over) -> String {
    match over {
        Over::Name(name) => ident(name),
        Over::Window(window) => show_window(window),
    }
}

fn show_window(window: &Window) -> String {
    let base = window.base.as_ref().map(ident).unwrap_or_default();
    list(
        "window",
        [
            base,
            clauses("partition", &window.partition_by, expr),
            clauses("order", &window.order_by, sort_key),
            window.frame.as_ref().map(frame).unwrap_or_default(),
        ],
    )
}

fn frame(frame: &Frame) -> String {
    let bound = |bound: &FrameBound| match bound {
        FrameBound::UnboundedPreceding => "-inf".to_string(),
        FrameBound::UnboundedFollowing => "+inf".to_string(),
        FrameBound::CurrentRow => "0".to_string(),
        FrameBound::Preceding(distance) => format!("-{}", expr(distance)),
        FrameBound::Following(distance) => format!("+{}", expr(distance)),
    };
    let exclude = frame.exclude.map(|exclude| format!("{exclude:?}")).unwrap_or_default();
    let end = frame.end.as_ref().map(bound).unwrap_or_default();
    list(&format!("{:?}", frame.unit), [bound(&frame.start), end, exclude])
}

fn sort_key(key: &SortKey) -> String {
    let direction = match &key.direction {
        Direction::Default => String::new(),
        Direction::Ascending => "+asc".into(),
        Direction::Descending => "+desc".into(),
        Direction::Using(with) => format!("+{}", operator(with)),
    };
    let nulls =
        if key.nulls == Nulls::Default { String::new() } else { format!("+{:?}", key.nulls) };
    format!("{}{direction}{nulls}", expr(&key.value))
}
