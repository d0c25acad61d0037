//! Shows queries and statements that change data.

use super::*;

pub(in crate::sql::tests) fn show_query(query: &Query) -> String {
    let limit = query.limit.as_deref().map(|limit| {
        let ties = if limit.ties == Ties::WithTies { "ties" } else { "" };
        let count = limit.count.as_ref().map(expr).unwrap_or_default();
        list("limit", [count, clause("offset", limit.offset.as_ref(), expr), ties.into()])
    });
    let lock = |lock: &Lock| {
        let of = lock.of.iter().map(path).collect::<Vec<_>>().join(",");
        format!("{}:{of}:{:?}", lock.strength, lock.wait)
    };
    let parts = [
        query.with.as_deref().map(with).unwrap_or_default(),
        clauses("order", &query.order_by, sort_key),
        limit.unwrap_or_default(),
        clauses("lock", &query.locks, lock),
    ];
    let body = body(&query.body);
    if parts.iter().all(String::is_empty) {
        body
    } else {
        list("query", [body].into_iter().chain(parts))
    }
}

fn body(body: &QueryBody) -> String {
    match body {
        QueryBody::Select(select) => show_select(select),
        QueryBody::Values(rows) => list("values", rows.iter().map(|row| list("row", exprs(row)))),
        QueryBody::Table(table) => list("table", [table_name(table)]),
        QueryBody::Nested(query) => list("nested", [show_query(query)]),
        QueryBody::SetOperation(operation) => {
            let all = if operation.duplicates == Duplicates::Kept { "-all" } else { "" };
            let head = format!("{:?}{all}", operation.operator).to_lowercase();
            list(&head, [show_query(&operation.left), show_query(&operation.right)])
        }
    }
}

fn show_select(select: &Select) -> String {
    let distinct = match &select.distinct {
        SelectDistinct::All => String::new(),
        SelectDistinct::Distinct => "distinct".into(),
        SelectDistinct::On(keys) => list("distinct-on", exprs(keys)),
    };
    let mut parts = vec![distinct];
    parts.extend(select.targets.iter().map(target));
    parts.push(clause("into", select.into.as_ref(), path));
    parts.push(clauses("from", &select.from, from_item));
    parts.push(clause("where", select.condition.as_ref(), expr));
    parts.push(clauses("group", &select.group_by, group_item));
    parts.push(clause("having", select.having.as_ref(), expr));
    parts.push(clauses("windows", &select.windows, |(name, window)| {
        format!("{}={}", ident(name), show_window(window))
    }));
    list("select", parts)
}

fn target(target: &Target) -> String {
    let alias = target.alias.as_ref().map(|alias| format!("@{}", ident(alias))).unwrap_or_default();
    format!("{}{alias}", expr(&target.value))
}

fn group_item(item: &GroupItem) -> String {
    match item {
        GroupItem::Expr(value) => expr(value),
        GroupItem::Empty => "()".into(),
        GroupItem::Rollup(values) => list("rollup", exprs(values)),
        GroupItem::Cube(values) => list("cube", exprs(values)),
        GroupItem::Sets(items) => list("sets", items.iter().map(group_item)),
    }
}

fn with(with: &With) -> String {
    let head = if with.recursion == Recursion::Recursive { "with-recursive" } else { "with" };
    list(
        head,
        with.tables.iter().map(|table| {
            let names = |names: &[Ident]| names.iter().map(ident).collect::<Vec<_>>().join(",");
            let columns = if table.columns.is_empty() {
                String::new()
            } else {
                format!("[{}]", names(&table.columns))
            };
            let materialized = match table.materialized {
                Materialized::Default => "",
                Materialized::Always => "!",
                Materialized::Never => "?",
            };
            let search = table.search.as_ref().map(|search| {
                list(&format!("{:?}", search.order), [names(&search.columns), ident(&search.set)])
            });
            let cycle = table.cycle.as_ref().map(|cycle| {
                let mark = |mark: &Option<Expr>| mark.as_ref().map(expr).unwrap_or_default();
                let parts = [
                    names(&cycle.columns),
                    ident(&cycle.set),
                    mark(&cycle.to),
                    mark(&cycle.default),
                    ident(&cycle.using),
                ];
                list("cycle", parts)
            });
            let head = format!("{}{columns}{materialized}", ident(&table.name));
            list(
                &head,
                [
                    statement(&table.statement),
                    search.unwrap_or_default(),
                    cycle.unwrap_or_default(),
                ],
            )
        }),
    )
}

fn table_name(table: &TableName) -> String {
    let only = if table.inheritance == Inheritance::Only { "only:" } else { "" };
    format!("{only}{}", path(&table.path))
}

fn definition(column: &ColumnDefinition) -> String {
    let collation =
        column.collation.as_ref().map(|name| format!("+{}", path(name))).unwrap_or_default();
    format!("{}:{}{collation}", ident(&column.name), type_ref(&column.ty))
}

fn alias(alias: &Alias) -> String {
    let name = alias.name.as_ref().map(ident).unwrap_or_default();
    let columns: Vec<_> =
        alias.columns.iter().map(ident).chain(alias.definitions.iter().map(definition)).collect();
    if columns.is_empty() { format!("@{name}") } else { format!("@{name}[{}]", columns.join(",")) }
}

fn function(function: &FunctionSource) -> String {
    let ordinality = if function.ordinality == Ordinality::WithOrdinality { "#" } else { "" };
    let definitions = clauses("as", &function.definitions, definition);
    format!("{}{ordinality}{definitions}", expr(&function.call))
}

fn from_item(item: &FromItem) -> String {
    let source = match &item.source {
        FromSource::Table(table, sample) => {
            let sample = sample.as_deref().map(|sample| {
                list(
                    &format!("sample-{}", path(&sample.method)),
                    exprs(&sample.args).into_iter().chain([clause(
                        "repeatable",
                        sample.repeatable.as_ref(),
                        expr,
                    )]),
                )
            });
            table_name(table) + &sample.unwrap_or_default()
        }
        FromSource::Function(call) => function(call),
        FromSource::RowsFrom(calls, ordinality) => {
            list("rows", calls.iter().map(function))
                + if *ordinality == Ordinality::WithOrdinality { "#" } else { "" }
        }
        FromSource::Query(query) => show_query(query),
        FromSource::Join(join) => {
            let condition = match &join.condition {
                JoinCondition::None => String::new(),
                JoinCondition::Natural => "natural".into(),
                JoinCondition::On(condition) => list("on", [expr(condition)]),
                JoinCondition::Using(columns, name) => {
                    let name = name.as_ref().map(|name| format!("@{}", ident(name)));
                    list("using", columns.iter().map(ident).chain(name))
                }
            };
            list(
                &format!("{:?}", join.kind).to_lowercase(),
                [from_item(&join.left), from_item(&join.right), condition],
            )
        }
        FromSource::Document(table) => {
            let parts = exprs(&table.args).into_iter().chain([clauses(
                "columns",
                &table.columns,
                document_column,
            )]);
            list(&format!("{:?}-table", table.kind).to_lowercase(), parts)
        }
    };
    let lateral = if item.lateral == Lateral::Lateral { "lateral:" } else { "" };
    format!("{lateral}{source}{}", item.alias.as_deref().map(alias).unwrap_or_default())
}

fn document_column(column: &DocumentColumn) -> String {
    match column {
        DocumentColumn::Ordinality(name) => format!("{}#", ident(name)),
        DocumentColumn::Value(name, ty, values) => {
            let values = exprs(values).join(",");
            format!(
                "{}:{}{}",
                ident(name),
                type_ref(ty),
                if values.is_empty() { values } else { format!("={values}") }
            )
        }
        DocumentColumn::Nested(columns) => list("nested", columns.iter().map(document_column)),
    }
}

pub(in crate::sql::tests) fn statement(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Query(query) => show_query(query),
        StatementKind::Insert(insert) => show_insert(insert),
        StatementKind::Update(update) => list(
            "update",
            [
                update.with.as_deref().map(with).unwrap_or_default(),
                changed_table(&update.table),
                clauses("set", &update.set, assignment),
                clauses("from", &update.from, from_item),
                condition(&update.condition),
                clause("returning", update.returning.as_ref(), returning),
            ],
        ),
        StatementKind::Delete(delete) => list(
            "delete",
            [
                delete.with.as_deref().map(with).unwrap_or_default(),
                changed_table(&delete.from),
                clauses("using", &delete.using, from_item),
                condition(&delete.condition),
                clause("returning", delete.returning.as_ref(), returning),
            ],
        ),
        StatementKind::Merge(merge) => {
            let mut parts = vec![
                merge.with.as_deref().map(with).unwrap_or_default(),
                changed_table(&merge.into),
                list("using", [from_item(&merge.using)]),
                list("on", [expr(&merge.on)]),
            ];
            parts.extend(merge.whens.iter().map(|when| {
                list(
                    &format!("{:?}", when.case),
                    [clause("and", when.condition.as_ref(), expr), merge_action(&when.action)],
                )
            }));
            parts.push(clause("returning", merge.returning.as_ref(), returning));
            list("merge", parts)
        }
        StatementKind::Return(value) => list("return", [expr(value)]),
        StatementKind::CreateAs(query) => list("create-as", [show_query(query)]),
        StatementKind::Other => "other".into(),
    }
}

fn show_insert(insert: &Insert) -> String {
    let source = match &insert.source {
        InsertSource::DefaultValues => "default-values".into(),
        InsertSource::Query(query) => show_query(query),
    };
    let on_conflict = insert.on_conflict.as_ref().map(|conflict| {
        let target = conflict.target.as_ref().map(|target| match target {
            ConflictTarget::Constraint(name) => list("constraint", [ident(name)]),
            ConflictTarget::Index(keys, condition) => {
                let key = |key: &IndexKey| {
                    format!(
                        "{}{}",
                        expr(&key.value),
                        key.operator_class
                            .as_ref()
                            .map(|class| format!("+{}", path(class)))
                            .unwrap_or_default()
                    )
                };
                list(
                    "index",
                    keys.iter().map(key).chain([clause("where", condition.as_ref(), expr)]),
                )
            }
        });
        let update = conflict.update.as_ref().map(|update| {
            list(
                "set",
                update.set.iter().map(assignment).chain([clause(
                    "where",
                    update.condition.as_ref(),
                    expr,
                )]),
            )
        });
        list("conflict", [target.unwrap_or_default(), update.unwrap_or("nothing".into())])
    });
    list(
        "insert",
        [
            insert.with.as_deref().map(with).unwrap_or_default(),
            changed_table(&insert.into),
            clauses("columns", &insert.columns, column_target),
            insert.overriding.map(|overriding| format!("{overriding:?}")).unwrap_or_default(),
            source,
            on_conflict.unwrap_or_default(),
            clause("returning", insert.returning.as_ref(), returning),
        ],
    )
}

fn merge_action(action: &MergeAction) -> String {
    match action {
        MergeAction::DoNothing => "nothing".into(),
        MergeAction::Delete => "delete".into(),
        MergeAction::Update(set) => list("set", set.iter().map(assignment)),
        MergeAction::Insert { columns, overriding, values } => list(
            "insert",
            [
                clauses("columns", columns, column_target),
                overriding.map(|overriding| format!("{overriding:?}")).unwrap_or_default(),
                values
                    .as_ref()
                    .map_or("default-values".into(), |values| list("row", exprs(values))),
            ],
        ),
    }
}

fn changed_table(changed: &ChangedTable) -> String {
    let alias = changed.alias.as_ref().map(|alias| format!("@{}", ident(alias)));
    table_name(&changed.table) + &alias.unwrap_or_default()
}

fn column_target(target: &ColumnTarget) -> String {
    let step = |step: &Step| match step {
        Step::Field(name) => format!(".{}", ident(name)),
        Step::Index(at) => index(at),
    };
    ident(&target.column) + &target.steps.iter().map(step).collect::<String>()
}

fn assignment(assignment: &Assignment) -> String {
    match assignment {
        Assignment::Column(column, value) => list("=", [column_target(column), expr(value)]),
        Assignment::Columns(columns, value) => {
            list("=", [list("columns", columns.iter().map(column_target)), expr(value)])
        }
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::None => String::new(),
        Condition::Where(value) => list("where", [expr(value)]),
        Condition::CurrentOf(cursor) => list("current", [ident(cursor)]),
    }
}

fn returning(returning: &Returning) -> String {
    let row = |mark: &str, name: &Option<Ident>| {
        name.as_ref().map(|name| format!("{mark}={}", ident(name))).unwrap_or_default()
    };
    let rows = [row("old", &returning.old), row("new", &returning.new)];
    let parts: Vec<_> = rows
        .into_iter()
        .filter(|row| !row.is_empty())
        .chain(returning.targets.iter().map(target))
        .collect();
    parts.join(" ")
}
