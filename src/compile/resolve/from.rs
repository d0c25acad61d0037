//! What a query reads from: tables, functions, queries, joins (manual 7.2.1).

use std::rc::Rc;

use super::level::Clause;
use super::query::{Result, rename, source_of};
use super::scope::{Rel, Scope, Source};
use super::text::{Resolver, count, unknown_columns};
use super::value::{Column, UNTYPED, Value};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::address::{Name, Qualified};
use crate::sql::ast::query::{
    Alias, ColumnDefinition, DocumentColumn, DocumentKind, DocumentTable, FromItem, FromSource,
    FunctionSource, Join, JoinCondition, JoinKind, Lateral, Ordinality, TableName,
};
use crate::sql::ast::{ExprKind, Ident};
use crate::sql::figure;
use crate::sql::lex::TextRange;

rule!(REPEATED_SOURCE, Error, "repeated-source-name");
rule!(ALIAS_COLUMNS, Error, "alias-column-count");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&REPEATED_SOURCE, &ALIAS_COLUMNS];

impl Resolver<'_, '_> {
    /// Resolves one entry of FROM; `before` holds the entries before it.
    pub(super) fn row_source(&mut self, item: &FromItem, before: &Scope<'_>) -> Source {
        let mut source = self.unplaced_source(item, before);
        if let [rel] = source.rels.as_mut_slice() {
            rel.range = item.range;
        }
        source
    }

    /// Reports two entries of FROM that have one name, and forgets the columns of the second.
    pub(super) fn check_source_names(&self, scope: &mut Scope<'_>) {
        let mut seen: Vec<(Name, Option<Name>)> = Vec::new();
        for source in &mut scope.sources {
            let before = seen.len();
            for rel in source.rels.iter().filter(|it| !it.name.is_empty()) {
                // Tables without an alias that are of two schemas are told apart.
                let same = |(name, schema): &(Name, Option<Name>)| {
                    *name == rel.name
                        && (schema.is_none() || rel.schema.is_none() || *schema == rel.schema)
                };
                if seen.iter().any(same) {
                    self.repeated_source(&rel.name, rel.range);
                    seen.truncate(before);
                    break;
                }
                seen.push((rel.name.clone(), rel.schema.clone()));
            }
            if seen.len() == before && source.rels.iter().any(|it| !it.name.is_empty()) {
                *source = Source { rels: Vec::new(), columns: Rc::default(), complete: false };
            }
        }
    }

    pub(super) fn repeated_source(&self, name: &Name, range: TextRange) {
        let message = format!("two sources are called `{name}`");
        let help = Some("give one of them another name with `as`".to_owned());
        self.report(&REPEATED_SOURCE, message, range, "again here", help);
    }

    /// An alias can't name more columns than there are.
    pub(super) fn check_alias(&self, names: &[Ident], result_len: usize) {
        let Some(first_extra) = names.get(result_len) else { return };
        let given = count(result_len, "column");
        let message =
            format!("the alias names {}, and there is {given}", count(names.len(), "column"));
        let range = names.last().map_or(first_extra.range, |it| first_extra.range.to(it.range));
        let help = Some("delete the names that are too many".to_owned());
        self.report(&ALIAS_COLUMNS, message, range, "no column is left for this", help);
    }

    fn unplaced_source(&mut self, item: &FromItem, before: &Scope<'_>) -> Source {
        let alias = item.alias.as_deref();
        let name = || alias.and_then(|it| it.name.as_ref()).map(|it| it.name.clone());
        let source = match &item.source {
            FromSource::Table(table, sample) => {
                if let Some(sample) = sample {
                    sample
                        .args
                        .iter()
                        .chain(&sample.repeatable)
                        .for_each(|it| drop(self.expr(it, before)));
                }
                return self.table_source(table, alias, before);
            }
            FromSource::Function(function) => {
                let result = self.function_source(function, alias, before);
                source_of(result, name().or_else(|| figure::of(&function.call)).unwrap_or_default())
            }
            FromSource::RowsFrom(functions, ordinality) => {
                let mut all = Result::none();
                for function in functions {
                    let result = self.function_source(function, None, before);
                    all.complete &= result.complete;
                    all.columns.extend(result.columns);
                }
                add_ordinality(&mut all, *ordinality);
                source_of(all, name().unwrap_or_default())
            }
            FromSource::Query(query) => {
                let result = match (item.lateral, before.parent) {
                    (Lateral::No, Some(outer)) => self.query(query, outer),
                    (Lateral::No, None) | (Lateral::Lateral, _) => self.query(query, before),
                };
                source_of(result.settled(), name().unwrap_or_default())
            }
            FromSource::Join(join) => {
                let source = self.join(join, before);
                match (alias, name()) {
                    (Some(_), Some(name)) => {
                        let result = Result {
                            columns: source.columns.to_vec(),
                            complete: source.complete,
                            ..Result::default()
                        };
                        let mut source = source_of(result, name);
                        // The keys of the tables below may still stand for their columns.
                        source.rels.iter_mut().for_each(|rel| rel.keyless = false);
                        source
                    }
                    _ => return source,
                }
            }
            FromSource::Document(document) => {
                let own = match document.kind {
                    DocumentKind::Xml => "xmltable",
                    DocumentKind::Json => "json_table",
                };
                let result = self.document(document, before);
                source_of(result, name().unwrap_or_else(|| own.into()))
            }
        };
        if source.complete {
            self.check_alias(alias.map_or(&[], |it| it.columns.as_slice()), source.columns.len());
        }
        renamed(source, alias)
    }

    /// Resolves a table by name: one of a WITH, or a relation.
    pub(super) fn table_source(
        &mut self,
        table: &TableName,
        alias: Option<&Alias>,
        scope: &Scope<'_>,
    ) -> Source {
        let alias_name = alias.and_then(|it| it.name.as_ref()).map(|it| it.name.clone());
        if let [name] = table.path.0.as_slice()
            && let Some(common) = scope.common(&name.name)
        {
            let result = Result {
                columns: common.columns.to_vec(),
                complete: common.complete,
                ..Result::default()
            };
            let known = common.name.clone();
            if result.complete {
                self.check_alias(
                    alias.map_or(&[], |it| it.columns.as_slice()),
                    result.columns.len(),
                );
            }
            return renamed(source_of(result, alias_name.unwrap_or(known)), alias);
        }
        let found = self.relation(&table.path);
        let name = table.path.last().map(|it| it.name.clone()).unwrap_or_default();
        let mut rel = match found {
            Some(rel) => (*rel).clone(),
            None => Rel {
                name: name.clone(),
                schema: None,
                columns: Rc::default(),
                complete: false,
                row: None,
                nullable: false,
                stored: true,
                keyless: false,
                range: table.path.range(),
            },
        };
        rel.name = name;
        rel.range = table.path.range();
        if let Some(alias) = alias_name {
            rel.name = alias;
            rel.schema = None;
        }
        if rel.complete {
            self.check_alias(alias.map_or(&[], |it| it.columns.as_slice()), rel.columns.len());
        }
        renamed(Source::of(rel), alias)
    }

    fn function_source(
        &mut self,
        function: &FunctionSource,
        alias: Option<&Alias>,
        scope: &Scope<'_>,
    ) -> Result {
        let mut result = self.function_columns(function, alias, scope);
        add_ordinality(&mut result, function.ordinality);
        result
    }

    fn function_columns(
        &mut self,
        function: &FunctionSource,
        alias: Option<&Alias>,
        scope: &Scope<'_>,
    ) -> Result {
        let depth = self.n_queries;
        self.n_queries = depth.max(1);
        let (value, candidate) = match &function.call.kind {
            ExprKind::Call(call) => match self.call_of(call, function.call.range, scope) {
                Some(found) => found,
                None => (Value::unknown(), None),
            },
            _ => (self.expr(&function.call, scope), None),
        };
        self.n_queries = depth;
        let definitions =
            [function.definitions.as_slice(), alias.map_or(&[], |it| it.definitions.as_slice())]
                .concat();
        if !definitions.is_empty() {
            return Result {
                columns: self.defined(&definitions),
                complete: true,
                ..Result::default()
            };
        }
        if let Some(candidate) = candidate.as_ref().filter(|it| !it.columns.is_empty()) {
            let mut columns = candidate.columns.clone();
            let generic = |it: &&mut Column| it.value.ty().is_some_and(|ty| ty.starts_with("any"));
            columns.iter_mut().filter(generic).for_each(|it| it.value = Value::unknown());
            if let ([only], Some(_)) = (columns.as_mut_slice(), &value.ty) {
                only.value = value.or_null(true);
            }
            return Result { columns, complete: true, ..Result::default() };
        }
        if let Some(rel) = self.row_of(&value) {
            if let Some(schema) = &rel.schema {
                self.uses_type(&Qualified { schema: schema.clone(), name: rel.name.clone() });
            }
            let columns = rel
                .columns
                .iter()
                .map(|it| Column { value: it.value.clone().or_null(true), ..it.clone() });
            return Result {
                columns: columns.collect(),
                complete: rel.complete,
                ..Result::default()
            };
        }
        match value.ty() {
            None | Some("record" | "void") => Result::open(),
            Some(_) => {
                let name = alias.and_then(|it| it.name.as_ref()).map(|it| it.name.clone());
                let name = name.or_else(|| figure::of(&function.call)).unwrap_or_default();
                Result {
                    columns: vec![Column { name, value: value.or_null(true) }],
                    complete: true,
                    ..Result::default()
                }
            }
        }
    }

    fn defined(&mut self, definitions: &[ColumnDefinition]) -> Vec<Column> {
        let mut columns = Vec::with_capacity(definitions.len());
        for definition in definitions {
            let value = self.type_ref(&definition.ty);
            definition.collation.iter().for_each(|it| self.collation(it));
            columns.push(Column { name: definition.name.name.clone(), value });
        }
        columns
    }

    fn document(&mut self, document: &DocumentTable, scope: &Scope<'_>) -> Result {
        document.args.iter().for_each(|it| drop(self.expr(it, scope)));
        let mut result = Result::none();
        self.document_columns(&document.columns, scope, &mut result.columns);
        result
    }

    fn document_columns(
        &mut self,
        columns: &[DocumentColumn],
        scope: &Scope<'_>,
        out: &mut Vec<Column>,
    ) {
        for column in columns {
            match column {
                DocumentColumn::Ordinality(name) => {
                    out.push(Column { name: name.name.clone(), value: Value::of("integer") })
                }
                DocumentColumn::Value(name, ty, exprs) => {
                    let value = self.type_ref(ty);
                    exprs.iter().for_each(|it| drop(self.expr(it, scope)));
                    out.push(Column { name: name.name.clone(), value });
                }
                DocumentColumn::Nested(inner) => self.document_columns(inner, scope, out),
            }
        }
    }

    fn join(&mut self, join: &Join, before: &Scope<'_>) -> Source {
        let left = self.row_source(&join.left, before);
        // What stands on the right may see the left where it is lateral.
        let mut seen = before.clone();
        seen.sources.push(left.clone());
        let right = self.row_source(&join.right, &seen);
        let mut both =
            Scope { parent: before.parent, sources: Vec::new(), commons: before.commons.clone() };
        both.sources.extend([left.clone(), right.clone()]);
        if let JoinCondition::On(condition) = &join.condition {
            self.clause(Clause::JoinOn, condition, "the condition of a join", &both);
        }
        let (left, right) = match join.kind {
            JoinKind::Cross | JoinKind::Inner => (left, right),
            JoinKind::Left => (left, right.made_nullable()),
            JoinKind::Right => (left.made_nullable(), right),
            JoinKind::Full => (left.made_nullable(), right.made_nullable()),
        };
        self.joined(join, left, right)
    }

    /// Puts the columns of both sides together; those that both are joined by stand once, and first.
    fn joined(&mut self, join: &Join, left: Source, right: Source) -> Source {
        let natural: Vec<Ident>;
        let (names, alias): (&[Ident], Option<&Ident>) = match &join.condition {
            JoinCondition::Using(names, alias) => (names, alias.as_ref()),
            JoinCondition::Natural => {
                let shared = left
                    .columns
                    .iter()
                    .filter(|it| right.columns.iter().any(|other| other.name == it.name));
                natural = shared
                    .map(|it| Ident {
                        name: it.name.clone(),
                        range: Default::default(),
                        quoted: true,
                    })
                    .collect();
                (&natural, None)
            }
            JoinCondition::None | JoinCondition::On(_) => (&[], None),
        };
        let find = |source: &Source, name: &Name| {
            source.columns.iter().find(|it| it.name == *name).cloned()
        };
        let mut columns = Vec::with_capacity(left.columns.len() + right.columns.len());
        for name in names {
            let (a, b) = (find(&left, &name.name), find(&right, &name.name));
            for (side, found) in [(&left, &a), (&right, &b)] {
                let n_found = side.columns.iter().filter(|it| it.name == name.name).count();
                if side.complete && found.is_none() || 1 < n_found {
                    let scope = Scope { sources: vec![side.clone()], ..Scope::default() };
                    self.unknown_join_column(name, &scope);
                }
            }
            let value = match (join.kind, a, b) {
                (JoinKind::Right, _, Some(column))
                | (
                    JoinKind::Cross | JoinKind::Inner | JoinKind::Left | JoinKind::Right,
                    Some(column),
                    _,
                ) => column.value,
                (JoinKind::Full, Some(column), _) => {
                    Value { nullable: column.value.nullable, ..column.value }
                }
                _ => Value::unknown(),
            };
            columns.push(Column { name: name.name.clone(), value });
        }
        let shared = columns.clone();
        let rest = |source: &Source| {
            source
                .columns
                .iter()
                .filter(|it| shared.iter().all(|other| other.name != it.name))
                .cloned()
                .collect::<Vec<_>>()
        };
        columns.extend(rest(&left));
        columns.extend(rest(&right));
        let complete = left.complete && right.complete;
        let mut rels = left.rels;
        rels.extend(right.rels);
        if let Some(alias) = alias {
            let result = Result { columns: shared, complete: true, ..Result::default() };
            rels.extend(source_of(result, alias.name.clone()).rels);
        }
        Source { rels, columns: Rc::new(columns), complete }
    }

    fn unknown_join_column(&mut self, name: &Ident, scope: &Scope<'_>) {
        let path = crate::sql::ast::Path(vec![name.clone()]);
        self.column(&path, scope);
    }
}

fn add_ordinality(result: &mut Result, ordinality: Ordinality) {
    if ordinality == Ordinality::WithOrdinality {
        result.columns.push(Column { name: "ordinality".into(), value: Value::of("bigint") });
    }
}

/// Gives a source's columns the names that its alias lists.
fn renamed(mut source: Source, alias: Option<&Alias>) -> Source {
    let untyped = source.columns.iter().any(|it| it.value.ty() == Some(UNTYPED));
    let Some(names) = alias.map(|it| it.columns.as_slice()).filter(|it| !it.is_empty() || untyped)
    else {
        return source;
    };
    let mut columns = source.columns.to_vec();
    if columns.is_empty() && !source.complete {
        columns = unknown_columns(names);
    } else {
        rename(&mut columns, names);
    }
    let columns = Rc::new(columns);
    source.columns = columns.clone();
    if let [rel] = source.rels.as_mut_slice() {
        rel.columns = columns;
    }
    source
}
