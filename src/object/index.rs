//! Indexes: `CREATE INDEX`, `pg_index`. Those of primary keys, unique and exclusion constraints belong to the constraint.

use super::address::{Address, Kind, Name, Qualified};
use super::column_change::parameters;
use super::contract::{Alter, ObjectKind};
use super::index_element::{IndexElement, Key};
use super::options;
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::definition::Parameters;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::{comma, name_list, qualified};
use crate::syntax::{Node, Rule};

rule!(UNIQUE_NEEDS_BTREE, Error, "method-not-unique");
rule!(TOO_MANY_INDEX_COLUMNS, Error, "too-many-index-columns");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNIQUE_NEEDS_BTREE, &TOO_MANY_INDEX_COLUMNS];

/// The most columns that an index can have, included ones counted (`INDEX_MAX_KEYS`).
pub const MAX_COLUMNS: usize = 32;

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Whether two rows can't have the same key.
    pub unique: bool,
    /// Whether two NULLs count as the same (PostgreSQL 15 and later).
    pub nulls_not_distinct: bool,
    /// The access method.
    pub method: Name,
    /// Its key.
    pub elements: Vec<IndexElement>,
    /// Columns that are stored besides.
    pub include: Vec<Name>,
    /// Storage parameters.
    pub with: Parameters,
    /// The tablespace.
    pub tablespace: Option<Name>,
    /// The rows that are indexed.
    pub predicate: Option<Expr>,
    /// Whether partitions get no index of their own with it (`ON ONLY`).
    pub only: bool,
    /// The index of the parent that a partition's belongs to, where that does not take it over by itself.
    pub attached_to: Option<Qualified>,
}

impl Index {
    /// Returns the columns that its key begins with, up to its first expression.
    pub fn leading_columns(&self) -> impl Iterator<Item = &Name> {
        self.elements.iter().map_while(|element| match &element.key {
            Key::Column(name) => Some(name),
            Key::Expr(_) => None,
        })
    }
}

impl ObjectKind for Index {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node).unwrap_or_default();
        let relation = cx.relation();
        let method = node.child(Rule::using).and_then(|it| cx.child_name(it)).unwrap_or_else(|| "btree".into());
        let elements: Vec<IndexElement> = node.all(Rule::index_element).filter_map(|it| IndexElement::read(it, cx)).collect();
        let include = node.child(Rule::include_columns).map(|it| cx.list(it, Rule::columns)).unwrap_or_default();
        let predicate = node.child(Rule::where_clause).and_then(|it| it.first());
        let attached_to = node.child(Rule::attached_to).and_then(|it| it.child(Rule::path)).map(|path| cx.path(path));
        let index = Index {
            attached_to: attached_to.map(|path| Qualified { schema: path.schema.unwrap_or_else(|| cx.schema.clone()), name: path.name }),
            unique: node.has(Rule::unique_word),
            nulls_not_distinct: node.child(Rule::nulls_distinct).is_some_and(|it| it.is("nulls not distinct")),
            with: options::with(node, cx),
            tablespace: node.child(Rule::tablespace).and_then(|it| cx.child_name(it)),
            predicate: predicate.map(|it| cx.expr(it, Form::Expr, None, Scope::relation(&relation))),
            only: node.has(Rule::only),
            method,
            elements,
            include,
        };
        index.check(node, cx);
        Some((Address::of(Kind::Index, &relation, name), index))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        super::column::relation_addresses(&at.relation(), out);
        out.push(Address::global(Kind::AccessMethod, self.method.clone()));
        for element in &self.elements {
            element.depends_on(&self.method, &at.schema, out);
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let elements = self.elements.iter_mut().filter_map(|it| it.key.text_mut());
        elements.chain(&mut self.predicate).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let unique = if self.unique { "UNIQUE " } else { "" };
        let only = if self.only { "ONLY " } else { "" };
        let using = if self.method == "btree" { String::new() } else { format!(" USING {}", quote_ident(&self.method)) };
        let elements = comma(self.elements.iter().map(IndexElement::sql));
        let mut sql = format!("CREATE {unique}INDEX {} ON {only}{}{using} ({elements})", quote_ident(&at.name), at.relation());
        if !self.include.is_empty() {
            sql.push_str(&format!(" INCLUDE ({})", name_list(&self.include)));
        }
        if self.nulls_not_distinct {
            sql.push_str(" NULLS NOT DISTINCT");
        }
        sql.push_str(&self.with.sql());
        if let Some(tablespace) = &self.tablespace {
            sql.push_str(&format!(" TABLESPACE {}", quote_ident(tablespace)));
        }
        if let Some(predicate) = &self.predicate {
            sql.push_str(&format!(" WHERE {predicate}"));
        }
        steps.push(sql);
        let targets = self.elements.iter().enumerate().filter_map(|(n, it)| Some((n + 1, it.statistics.as_ref()?)));
        for (column, target) in targets {
            let index = qualified(&at.schema, &at.name);
            steps.push(format!("ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}"));
        }
    }

    /// What must be there before is for the plan to say, which knows whose the parent's index is.
    fn finish(&self, at: &Address, _after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if let Some(parent) = &self.attached_to {
            steps.push(format!("ALTER INDEX {parent} ATTACH PARTITION {}", qualified(&at.schema, &at.name)));
        }
    }

    fn drop(&self, at: &Address, _target: &str, steps: &mut Steps<'_>) {
        steps.push(format!("DROP INDEX {}", qualified(&at.schema, &at.name)));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let without_settings = |it: &Index| {
            let element = |it: &IndexElement| IndexElement { statistics: None, ..it.clone() };
            let elements = it.elements.iter().map(element).collect();
            Index { elements, with: Parameters::default(), tablespace: None, ..it.clone() }
        };
        if without_settings(self) != without_settings(new) {
            return Alter::Replace;
        }
        let index = qualified(&at.schema, &at.name);
        parameters(&self.with, &new.with, &format!("ALTER INDEX {index}"), steps);
        if self.tablespace != new.tablespace {
            let tablespace = new.tablespace.as_deref().unwrap_or("pg_default");
            steps.push(format!("ALTER INDEX {index} SET TABLESPACE {}", quote_ident(tablespace)));
        }
        for (n, (old, new)) in self.elements.iter().zip(&new.elements).enumerate() {
            if old.statistics != new.statistics {
                let target = new.statistics.as_deref().unwrap_or("-1");
                steps.push(format!("ALTER INDEX {index} ALTER COLUMN {} SET STATISTICS {target}", n + 1));
            }
        }
        Alter::InPlace
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        self.elements.iter_mut().for_each(|it| it.rename(&at.relation(), renames));
        renames.column_list(&at.relation(), &mut self.include);
    }
}

impl Index {
    fn check(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        let n_columns = self.elements.len() + self.include.len();
        if MAX_COLUMNS < n_columns {
            let diagnostic = Diagnostic::new(&TOO_MANY_INDEX_COLUMNS, format!("this index has {n_columns} columns"));
            cx.report(diagnostic.label(node.span(), format!("PostgreSQL allows {MAX_COLUMNS}")).help("leave some out"));
        }
        let method = crate::sql::builtin::postgresql().access_method(&self.method);
        if let (Some(word), Some(method)) = (node.child(Rule::unique_word), method)
            && !method.can_unique
        {
            let diagnostic = Diagnostic::new(&UNIQUE_NEEDS_BTREE, format!("an index of method `{}` can't be unique", self.method));
            cx.report(diagnostic.label(word.span(), "here").help("use `btree`, or an exclusion constraint"));
        }
    }

    /// Returns the parts of the default name: a column by its name, an expression as `expr` (`ChooseIndexColumnNames`).
    pub(crate) fn name_parts(&self) -> Vec<Name> {
        let included = self.include.iter().cloned();
        self.elements.iter().map(IndexElement::name_part).chain(included).collect()
    }
}
