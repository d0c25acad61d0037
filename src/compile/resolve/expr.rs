//! Expressions: every name in them is found, and their types follow (manual chapters 4 and 10).

use smol_str::SmolStr;

use super::scope::Scope;
use super::text::Resolver;
use super::value::{UNTYPED, Value, array};
use crate::sql::ast::call::{Form, FormKind};
use crate::sql::ast::{
    Between, Binary, Case, Cast, Expr, ExprKind, Field, In, InSet, Index, IsTest, Like, Matcher,
    Operator, Quantified, Quantity, Sense, SqlValue, Subscript,
};
use crate::sql::lex::TextRange;
use crate::sql::typing::{Resolution, common_type};

const BOOLEAN: Value = Value::of("boolean");

impl Resolver<'_, '_> {
    /// Finds every name in an expression, and its type.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let mark = self.trace.mark();
        let value = self.expr_kind(expr, scope);
        if !self.trace.keys.is_empty() {
            self.cover(expr, mark, scope);
        }
        value
    }

    fn expr_kind(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Column(path) => self.column(path, scope),
            ExprKind::Star(_) | ExprKind::Default => Value::unknown(),
            ExprKind::Param(param) => self.param(param, expr.range),
            ExprKind::String(_) => Value::of(UNTYPED),
            ExprKind::Null => Value::of(UNTYPED).or_null(true),
            ExprKind::Bits(_) => Value::of("bit"),
            ExprKind::Number(digits) => number(digits),
            ExprKind::Bool(_) => BOOLEAN,
            ExprKind::Typed(it) => {
                let value = self.type_ref(&it.ty);
                self.check_literal(&it.value, expr.range, &value);
                value.not_null()
            }
            ExprKind::Cast(cast) => self.cast(cast, scope),
            ExprKind::Call(call) => self.call(call, expr.range, scope),
            ExprKind::Form(form) => self.form(form, expr.range, scope),
            ExprKind::Value(value, _) => self.sql_value(*value, expr.range),
            ExprKind::And(list) => self.all_boolean(list, "what `and` joins", scope),
            ExprKind::Or(list) => self.all_boolean(list, "what `or` joins", scope),
            ExprKind::Not(operand) => {
                self.all_boolean(std::slice::from_ref(operand), "what `not` negates", scope)
            }
            ExprKind::Unary(it) => {
                let operand = self.expr(&it.operand, scope);
                self.operator(&it.operator, None, (&it.operand, &operand))
            }
            ExprKind::Binary(it) => self.binary(it, scope),
            ExprKind::Quantified(it) => self.quantified(it, scope),
            ExprKind::Is(it) => {
                let value = self.expr(&it.operand, scope);
                if matches!(it.test, IsTest::True | IsTest::False | IsTest::Unknown) {
                    self.check_boolean(&it.operand, &value, "what `is` tests");
                }
                BOOLEAN
            }
            ExprKind::Distinct(it) => {
                let (left, right) = (self.expr(&it.left, scope), self.expr(&it.right, scope));
                let range = it.left.range.to(it.right.range);
                self.apply("=", range, Some((&it.left, &left)), (&it.right, &right));
                BOOLEAN
            }
            ExprKind::Between(it) => self.between(it, scope),
            ExprKind::In(it) => self.contained(it, scope),
            ExprKind::Like(it) => self.like(it, scope),
            ExprKind::Case(case) => self.case(case, scope),
            ExprKind::Array(list) => self.array(list, scope),
            ExprKind::Row(list) => {
                list.iter().for_each(|it| drop(self.expr(it, scope)));
                Value::of("record")
            }
            ExprKind::ArrayQuery(_) | ExprKind::Subquery(_) | ExprKind::Exists(_) => {
                self.subquery(expr, scope)
            }
            ExprKind::Subscript(it) => self.subscript(it, scope),
            ExprKind::Field(it) => self.field_of(it, scope),
            ExprKind::FieldStar(operand) => {
                self.expr(operand, scope);
                Value::unknown()
            }
            ExprKind::Collate(it) => {
                self.collation(&it.collation);
                let value = self.expr(&it.operand, scope);
                if value.ty() == Some(UNTYPED) { Value::of("text") } else { value }
            }
        }
    }

    fn binary(&mut self, it: &Binary, scope: &Scope<'_>) -> Value {
        let left = self.expr(&it.left, scope);
        let right = match (&it.left.kind, &it.right.kind) {
            (ExprKind::Row(_), ExprKind::Subquery(query)) => {
                self.check_subquery(it.right.range);
                self.compared(query, &it.left, scope)
            }
            _ => self.expr(&it.right, scope),
        };
        self.operator(&it.operator, Some((&it.left, &left)), (&it.right, &right))
    }

    fn field_of(&mut self, it: &Field, scope: &Scope<'_>) -> Value {
        let mark = self.trace.mark();
        let value = self.expr(&it.operand, scope);
        if matches!(it.operand.kind, ExprKind::Column(_)) {
            // `(t).a` is `t.a`.
            self.trace.narrow(mark, &it.name.name);
        }
        self.field(&value, &it.name)
    }

    fn all_boolean(&mut self, list: &[Expr], what: &str, scope: &Scope<'_>) -> Value {
        let mut all = BOOLEAN;
        for it in list {
            let value = self.expr(it, scope);
            self.check_boolean(it, &value, what);
            all = all.or_null(value.nullable);
        }
        all
    }

    fn subquery(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        self.check_subquery(expr.range);
        match &expr.kind {
            ExprKind::ArrayQuery(query) => {
                let value = self.single(query, scope);
                Value::with(value.ty.map(|ty| array_of(&ty)), false)
            }
            ExprKind::Subquery(query) => self.single(query, scope).or_null(true),
            ExprKind::Exists(query) => {
                self.query(query, scope);
                BOOLEAN
            }
            _ => Value::unknown(),
        }
    }

    fn cast(&mut self, cast: &Cast, scope: &Scope<'_>) -> Value {
        let target = self.type_ref(&cast.ty);
        let range = cast.operand.range.to(cast.ty.range);
        let element = target.ty().and_then(|it| it.strip_suffix("[]")).map(SmolStr::new);
        if let (ExprKind::Array(list), Some(element)) = (&cast.operand.kind, element) {
            // Each element is cast on its own.
            let element = Value::with(Some(element), true);
            for it in list {
                let value = self.expr(it, scope);
                self.check_expr_literal(it, &element);
                self.uses_cast(&value, &element);
            }
            return target.not_null();
        }
        let operand = self.expr(&cast.operand, scope);
        self.check_expr_literal(&cast.operand, &target);
        self.uses_cast(&operand, &target);
        self.check_mutable_cast(&operand, &target, range);
        Value { nullable: operand.nullable, ..target }
    }

    /// Notes the declared cast between two types, if there is one.
    pub(super) fn uses_cast(&mut self, from: &Value, to: &Value) {
        let (Some(from), Some(to)) = (&from.ty, &to.ty) else { return };
        if let Some(at) = self.world.casts.get(&(from.clone(), to.clone())) {
            self.uses(at.clone());
        }
    }

    /// The casts of PostgreSQL's own that depend on the time zone.
    fn check_mutable_cast(&self, operand: &Value, target: &Value, range: TextRange) {
        const ZONED: &str = "timestamp with time zone";
        const LOCAL: [&str; 5] = [
            "timestamp without time zone",
            "date",
            "time without time zone",
            "time with time zone",
            "text",
        ];
        let (Some(from), Some(to)) = (operand.ty(), target.ty()) else { return };
        if (from == ZONED && LOCAL.contains(&to))
            || (to == ZONED && LOCAL.iter().take(2).any(|it| *it == from))
        {
            self.check_mutable(&format!("the cast from `{from}` to `{to}`"), range);
        }
    }

    fn sql_value(&mut self, value: SqlValue, range: TextRange) -> Value {
        self.check_mutable("the time or the user", range);
        match value {
            SqlValue::CurrentDate => Value::of("date"),
            SqlValue::CurrentTime => Value::of("time with time zone"),
            SqlValue::CurrentTimestamp => Value::of("timestamp with time zone"),
            SqlValue::LocalTime => Value::of("time without time zone"),
            SqlValue::LocalTimestamp => Value::of("timestamp without time zone"),
            SqlValue::SystemUser => Value::of("text").or_null(true),
            SqlValue::CurrentSchema => Value::of("name").or_null(true),
            SqlValue::CurrentCatalog
            | SqlValue::CurrentRole
            | SqlValue::CurrentUser
            | SqlValue::SessionUser
            | SqlValue::User => Value::of("name"),
        }
    }

    fn quantified(&mut self, it: &Quantified, scope: &Scope<'_>) -> Value {
        let left = self.expr(&it.left, scope);
        match &it.right {
            Quantity::Query(query) => {
                self.check_subquery(query.range);
                let right = self.compared(query, &it.left, scope);
                if !matches!(it.left.kind, ExprKind::Row(_)) {
                    self.operator(&it.operator, Some((&it.left, &left)), (&it.left, &right));
                }
            }
            Quantity::Array(right) => {
                let value = self.expr(right, scope);
                let base = value.ty().map(|ty| self.world.types.base(ty));
                let element = match base {
                    Some(UNTYPED) => Some(UNTYPED.into()),
                    Some(base) => self.world.types.element(base).map(SmolStr::new),
                    None => None,
                };
                let element = Value::with(element, true);
                if let ExprKind::Array(list) = &right.kind {
                    list.iter().for_each(|it| self.check_expr_literal(it, &left));
                }
                self.operator(&it.operator, Some((&it.left, &left)), (right, &element));
            }
        }
        BOOLEAN.or_null(true)
    }

    fn between(&mut self, it: &Between, scope: &Scope<'_>) -> Value {
        let operand = self.expr(&it.operand, scope);
        let (low, high) = (self.expr(&it.low, scope), self.expr(&it.high, scope));
        let range = it.operand.range.to(it.high.range);
        self.apply(">=", range, Some((&it.operand, &operand)), (&it.low, &low));
        self.apply("<=", range, Some((&it.operand, &operand)), (&it.high, &high));
        BOOLEAN.or_null(operand.nullable || low.nullable || high.nullable)
    }

    fn contained(&mut self, it: &In, scope: &Scope<'_>) -> Value {
        let operand = self.expr(&it.operand, scope);
        let mut nullable = operand.nullable;
        match &it.set {
            InSet::Query(query) => {
                self.check_subquery(query.range);
                let right = self.compared(query, &it.operand, scope);
                if !matches!(it.operand.kind, ExprKind::Row(_)) {
                    self.apply(
                        "=",
                        it.operand.range.to(query.range),
                        Some((&it.operand, &operand)),
                        (&it.operand, &right),
                    );
                }
                nullable = true;
            }
            InSet::List(list) => {
                for member in list {
                    let value = self.expr(member, scope);
                    nullable |= value.nullable;
                    self.apply("=", member.range, Some((&it.operand, &operand)), (member, &value));
                }
            }
        }
        BOOLEAN.or_null(nullable)
    }

    fn like(&mut self, it: &Like, scope: &Scope<'_>) -> Value {
        let (operand, pattern) = (self.expr(&it.operand, scope), self.expr(&it.pattern, scope));
        let escape = it.escape.as_ref().map(|it| self.expr(it, scope));
        let symbol = match (it.matcher, it.sense) {
            (Matcher::Like, Sense::Plain) => "~~",
            (Matcher::Like, Sense::Negated) => "!~~",
            (Matcher::Ilike, Sense::Plain) => "~~*",
            (Matcher::Ilike, Sense::Negated) => "!~~*",
            (Matcher::SimilarTo, _) => "~",
        };
        if escape.is_none() {
            let range = it.operand.range.to(it.pattern.range);
            self.apply(symbol, range, Some((&it.operand, &operand)), (&it.pattern, &pattern));
        }
        BOOLEAN.or_null(operand.nullable || pattern.nullable)
    }

    fn case(&mut self, case: &Case, scope: &Scope<'_>) -> Value {
        let operand = case.operand.as_ref().map(|it| (it, self.expr(it, scope)));
        let mut values = Vec::with_capacity(case.arms.len() + 1);
        let otherwise = case.otherwise.as_ref().map(|it| (it, self.expr(it, scope)));
        values.extend(otherwise);
        for arm in &case.arms {
            let condition = self.expr(&arm.condition, scope);
            match &operand {
                Some((expr, value)) => drop(self.apply(
                    "=",
                    arm.condition.range,
                    Some((expr, value)),
                    (&arm.condition, &condition),
                )),
                None => self.check_boolean(&arm.condition, &condition, "the condition of `when`"),
            }
            values.push((&arm.value, self.expr(&arm.value, scope)));
        }
        let nullable = case.otherwise.is_none() || values.iter().any(|(_, value)| value.nullable);
        self.common(&values, "`case`").or_null(nullable)
    }

    /// Finds the type that several expressions get together; it is nullable as none of them is.
    pub(super) fn common(&mut self, values: &[(&Expr, Value)], what: &str) -> Value {
        let types: Vec<Option<&str>> = values.iter().map(|(_, value)| value.ty()).collect();
        let result = match common_type(&types, &self.world.types) {
            Resolution::Resolved(found) => Value::with(Some(found.result), false),
            Resolution::None => {
                self.no_common(values, what);
                Value::with(None, false)
            }
            Resolution::Ambiguous | Resolution::Undetermined | Resolution::Unsure => {
                Value::with(None, false)
            }
        };
        values.iter().for_each(|(expr, _)| self.check_expr_literal(expr, &result));
        let first = values.first().map(|(_, value)| value.modifier.clone()).unwrap_or_default();
        let alike =
            values.iter().all(|(_, value)| value.ty == result.ty && value.modifier == first);
        Value { modifier: if alike { first } else { SmolStr::default() }, ..result }
    }

    fn array(&mut self, list: &[Expr], scope: &Scope<'_>) -> Value {
        let values: Vec<(&Expr, Value)> =
            list.iter().map(|it| (it, self.expr(it, scope))).collect();
        if values.is_empty() {
            return Value::unknown().not_null();
        }
        let common = self.common(&values, "an array");
        Value::with(common.ty.map(|ty| array_of(&ty)), false)
    }

    fn subscript(&mut self, it: &Subscript, scope: &Scope<'_>) -> Value {
        let operand = self.expr(&it.operand, scope);
        let mut index = |expr: &Expr| drop(self.expr(expr, scope));
        let slice = match &it.index {
            Index::Element(expr) => {
                index(expr);
                false
            }
            Index::Slice(low, high) => {
                low.iter().chain(high).for_each(&mut index);
                true
            }
        };
        let Some(base) = operand.ty().map(|ty| self.world.types.base(ty)) else {
            return Value::unknown();
        };
        let ty = match base {
            "jsonb" => Some("jsonb".into()),
            _ if slice => Some(SmolStr::new(base)),
            _ => self.world.types.element(base).map(SmolStr::new),
        };
        Value::with(ty, true)
    }

    /// The forms that are no functions.
    fn form(&mut self, form: &Form, range: TextRange, scope: &Scope<'_>) -> Value {
        let mark = self.trace.mark();
        let values: Vec<(&Expr, Value)> =
            form.args.iter().map(|it| (&it.value, self.expr(&it.value, scope))).collect();
        form.order_by.iter().for_each(|key| drop(self.expr(&key.value, scope)));
        form.filter.iter().for_each(|it| self.filter(it, scope));
        match &form.over {
            Some(over) => self.over(over, scope),
            None if matches!(form.kind, FormKind::JsonArrayAgg | FormKind::JsonObjectAgg) => {
                self.aggregates(mark, range, scope)
            }
            None if form.kind == FormKind::Grouping => self.trace.forget_all(mark),
            None => {}
        }
        let declared = form.ty.as_ref().map(|ty| self.type_ref(ty));
        match form.kind {
            FormKind::Coalesce | FormKind::Greatest | FormKind::Least => {
                let nullable = values.iter().all(|(_, value)| value.nullable);
                let word = match form.kind {
                    FormKind::Coalesce => "`coalesce`",
                    FormKind::Greatest => "`greatest`",
                    _ => "`least`",
                };
                self.common(&values, word).or_null(nullable)
            }
            FormKind::NullIf => {
                if let [(left_expr, left), (right_expr, right)] = values.as_slice() {
                    self.apply("=", range, Some((left_expr, left)), (right_expr, right));
                    let ty = if left.ty() == Some(UNTYPED) {
                        Some("text".into())
                    } else {
                        left.ty.clone()
                    };
                    return Value::with(ty, true);
                }
                Value::unknown()
            }
            FormKind::Grouping => Value::of("integer"),
            FormKind::Treat => declared.unwrap_or_else(Value::unknown),
            FormKind::XmlConcat
            | FormKind::XmlElement
            | FormKind::XmlForest
            | FormKind::XmlParse
            | FormKind::XmlPi
            | FormKind::XmlRoot => Value::of("xml").or_null(true),
            FormKind::XmlSerialize | FormKind::JsonSerialize | FormKind::JsonValue => {
                declared.unwrap_or_else(|| Value::of("text")).or_null(true)
            }
            FormKind::XmlExists | FormKind::JsonExists => BOOLEAN.or_null(true),
            FormKind::Json
            | FormKind::JsonScalar
            | FormKind::JsonArray
            | FormKind::JsonArrayQuery
            | FormKind::JsonObject => declared.unwrap_or_else(|| Value::of("json")).or_null(true),
            FormKind::JsonArrayAgg | FormKind::JsonObjectAgg => {
                declared.unwrap_or_else(|| Value::of("json")).or_null(true)
            }
            FormKind::JsonQuery => declared.unwrap_or_else(|| Value::of("jsonb")).or_null(true),
            FormKind::MergeAction => Value::of("text"),
        }
    }

    /// Applies an operator as it is written.
    pub(super) fn operator(
        &mut self,
        operator: &Operator,
        left: Option<(&Expr, &Value)>,
        right: (&Expr, &Value),
    ) -> Value {
        if let Some(schema) =
            operator.schema.as_ref().and_then(|it| it.last()).filter(|it| it.name != "pg_catalog")
        {
            self.written_operator(&schema.name.clone(), &operator.name);
            return Value::unknown();
        }
        self.apply(&operator.name, operator.range, left, right)
    }
}

impl Value {
    pub(super) fn not_null(self) -> Self {
        Value { nullable: false, ..self }
    }
}

/// An array of arrays has the type of its elements: PostgreSQL counts no dimensions.
fn array_of(ty: &str) -> SmolStr {
    match ty {
        UNTYPED => "text[]".into(),
        _ if ty.ends_with("[]") => ty.into(),
        _ => array(ty),
    }
}

/// Returns the type of a number as it is written (manual 4.1.2.6).
fn number(digits: &str) -> Value {
    let digits = digits.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let whole = match lower.get(..2) {
        Some("0x") => i128::from_str_radix(lower.get(2..).unwrap_or(""), 16).ok(),
        Some("0o") => i128::from_str_radix(lower.get(2..).unwrap_or(""), 8).ok(),
        Some("0b") => i128::from_str_radix(lower.get(2..).unwrap_or(""), 2).ok(),
        _ => digits.parse::<i128>().ok(),
    };
    match whole {
        Some(n) if i32::try_from(n).is_ok() => Value::of("integer"),
        Some(n) if i64::try_from(n).is_ok() => Value::of("bigint"),
        _ => Value::of("numeric"),
    }
}
