//! The name that PostgreSQL gives a column of a result or of an index when its author gives none
//! (`FigureColname` in `parse_target.c`).

use smol_str::SmolStr;

use super::ast::call::FormKind;
use super::ast::{Expr, ExprKind, SqlValue};
use super::read::parse_expr;

/// Returns the name for an expression's text; `None` where PostgreSQL has no better one than `?column?` or `expr`.
pub fn column_name(text: &str) -> Option<SmolStr> {
    parse_expr(text).ok().and_then(|expr| of(&expr))
}

/// Returns the name for an expression.
pub fn of(expr: &Expr) -> Option<SmolStr> {
    figure(expr).map(|(name, _)| name)
}

/// How good a name is: a cast prefers a good name of its operand to that of its type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Weak,
    Good,
}

fn figure(expr: &Expr) -> Option<(SmolStr, Strength)> {
    let good = |name: &str| Some((SmolStr::new(name), Strength::Good));
    match &expr.kind {
        ExprKind::Column(path) => good(&path.last()?.name),
        ExprKind::Field(field) => good(&field.name.name),
        ExprKind::Subscript(it) => figure(&it.operand),
        ExprKind::Collate(it) => figure(&it.operand),
        ExprKind::Call(call) => good(&call.function.last()?.name),
        ExprKind::Cast(cast) => {
            let inner = figure(&cast.operand);
            match inner {
                Some((_, Strength::Good)) => inner,
                _ => Some((cast.ty.path.last()?.name.clone(), Strength::Weak)),
            }
        }
        ExprKind::Typed(literal) => Some((literal.ty.path.last()?.name.clone(), Strength::Weak)),
        ExprKind::Case(case) => match case.otherwise.as_ref().and_then(figure) {
            Some((name, Strength::Good)) => Some((name, Strength::Good)),
            _ => Some(("case".into(), Strength::Weak)),
        },
        ExprKind::Array(_) | ExprKind::ArrayQuery(_) => good("array"),
        ExprKind::Row(_) => good("row"),
        ExprKind::Exists(_) => good("exists"),
        ExprKind::Subquery(query) => subquery(query),
        ExprKind::Value(value, _) => good(value_name(*value)),
        ExprKind::Form(form) => good(form_name(form.kind)),
        ExprKind::Bool(_) => Some(("bool".into(), Strength::Weak)),
        ExprKind::Star(_)
        | ExprKind::Param(_)
        | ExprKind::String(_)
        | ExprKind::Bits(_)
        | ExprKind::Number(_)
        | ExprKind::Null
        | ExprKind::Default
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Unary(_)
        | ExprKind::Binary(_)
        | ExprKind::Quantified(_)
        | ExprKind::Is(_)
        | ExprKind::Distinct(_)
        | ExprKind::Between(_)
        | ExprKind::In(_)
        | ExprKind::Like(_)
        | ExprKind::FieldStar(_) => None,
    }
}

fn subquery(query: &super::ast::query::Query) -> Option<(SmolStr, Strength)> {
    use super::ast::query::QueryBody;
    match &query.body {
        QueryBody::Select(select) => {
            let target = select.targets.first()?;
            match &target.alias {
                Some(alias) => Some((alias.name.clone(), Strength::Good)),
                None => figure(&target.value),
            }
        }
        QueryBody::Nested(inner) => subquery(inner),
        QueryBody::Values(_) | QueryBody::Table(_) | QueryBody::SetOperation(_) => None,
    }
}

fn value_name(value: SqlValue) -> &'static str {
    match value {
        SqlValue::CurrentCatalog => "current_catalog",
        SqlValue::CurrentDate => "current_date",
        SqlValue::CurrentRole => "current_role",
        SqlValue::CurrentSchema => "current_schema",
        SqlValue::CurrentTime => "current_time",
        SqlValue::CurrentTimestamp => "current_timestamp",
        SqlValue::CurrentUser => "current_user",
        SqlValue::LocalTime => "localtime",
        SqlValue::LocalTimestamp => "localtimestamp",
        SqlValue::SessionUser => "session_user",
        SqlValue::SystemUser => "system_user",
        SqlValue::User => "user",
    }
}

fn form_name(kind: FormKind) -> &'static str {
    match kind {
        FormKind::Coalesce => "coalesce",
        FormKind::Greatest => "greatest",
        FormKind::Least => "least",
        FormKind::NullIf => "nullif",
        FormKind::Grouping => "grouping",
        FormKind::Treat => "treat",
        FormKind::XmlConcat => "xmlconcat",
        FormKind::XmlElement => "xmlelement",
        FormKind::XmlExists => "xmlexists",
        FormKind::XmlForest => "xmlforest",
        FormKind::XmlParse => "xmlparse",
        FormKind::XmlPi => "xmlpi",
        FormKind::XmlRoot => "xmlroot",
        FormKind::XmlSerialize => "xmlserialize",
        FormKind::Json => "json",
        FormKind::JsonArray | FormKind::JsonArrayQuery => "json_array",
        FormKind::JsonArrayAgg => "json_arrayagg",
        FormKind::JsonExists => "json_exists",
        FormKind::JsonObject => "json_object",
        FormKind::JsonObjectAgg => "json_objectagg",
        FormKind::JsonQuery => "json_query",
        FormKind::JsonScalar => "json_scalar",
        FormKind::JsonSerialize => "json_serialize",
        FormKind::JsonValue => "json_value",
        FormKind::MergeAction => "merge_action",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_postgresql() {
        for (text, name) in [
            ("lower(title)", Some("lower")),
            ("title", Some("title")),
            ("t.title::text", Some("title")),
            ("'x'::text", Some("text")),
            ("a + b", None),
            ("coalesce(a, b)", Some("coalesce")),
            ("(settings ->> 'plan')", None),
            ("case when a then b else c end", Some("c")),
            ("case when a then b end", Some("case")),
            ("current_date", Some("current_date")),
            ("array[1]", Some("array")),
        ] {
            assert_eq!(column_name(text).as_deref(), name, "{text}");
        }
    }
}
