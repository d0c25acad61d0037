//! What a kind reads its nodes with: names folded and found, types made whole, SQL text gathered, faults reported.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::address::{Kind, Name, Qualified};
use super::inclusion::{Inclusion, in_mixin, substitute};
use super::named_column::NamedColumn;
use super::names::{Found, Names, Sort};
use super::path::split_path;
use super::quotes::inner;
use super::spelling;
use super::type_modifier;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics, Fix};
use crate::source::Span;
use crate::sql::expr::Expr;
use crate::sql::lines::without_indentation;
use crate::sql::type_name::{self, Builtin, TypeName};
use crate::syntax::{Node, Rule};

rule!(TOO_MANY_NAME_PARTS, Error, "too-many-name-parts");
rule!(UNKNOWN_RELATION, Error, "unknown-relation");
rule!(UNKNOWN_TYPE, Error, "unknown-type");
rule!(UNKNOWN_FUNCTION, Error, "unknown-function");
rule!(WRONG_TYPE_MODIFIER, Error, "wrong-type-modifier");
rule!(MISSING_CLAUSE, Error, "missing-clause");
rule!(REPEATED_CLAUSE, Error, "repeated-clause");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &TOO_MANY_NAME_PARTS,
    &UNKNOWN_RELATION,
    &UNKNOWN_TYPE,
    &UNKNOWN_FUNCTION,
    &WRONG_TYPE_MODIFIER,
    &MISSING_CLAUSE,
    &REPEATED_CLAUSE,
];

/// A piece of SQL text in an object, to be resolved once every name is known.
#[derive(Clone, Debug)]
pub(crate) struct SqlText {
    /// The number of the object in the order of reading.
    pub(crate) owner: usize,
    /// The column whose default or generation it is.
    pub(crate) column: Option<Name>,
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
    /// The text is that of the span, byte for byte, so that places inside can be shown.
    pub(crate) exact: bool,
    pub(crate) form: Form,
    pub(crate) scope: Scope,
    /// The schema that bare names are looked up in first.
    pub(crate) schema: Name,
    pub(crate) inclusion: Option<Arc<Inclusion>>,
}

/// What sort of SQL a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One expression.
    Expr,
    /// An expression that is compared or cast to what it stands for, as a default or a bound.
    Value,
    /// Statements with `;` between, the last of which may give a result.
    Statements,
    /// A body in a language that is not read; its words may name relations and types.
    Opaque,
}

/// The names that a piece of SQL text can use besides those of the catalog.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// The relation whose columns are known by their bare names.
    pub(crate) relation: Option<Qualified>,
    /// Whether `old` and `new` name rows of the relation.
    pub(crate) rows: Rows,
    /// The type that `value` has, in the check of a domain.
    pub(crate) value: Option<TypeName>,
    /// Parameters of a routine or query: name and type.
    pub(crate) parameters: Vec<(Name, TypeName)>,
    /// The type that the expression should have.
    pub(crate) expected: Option<TypeName>,
}

/// Which rows an expression can name besides the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rows {
    /// None.
    #[default]
    None,
    /// `old` and `new` only, as in WHEN of a trigger and in rules.
    OldNew,
}

impl Scope {
    /// The columns of one relation.
    pub(crate) fn relation(relation: &Qualified) -> Self {
        Scope { relation: Some(relation.clone()), ..Scope::default() }
    }
}

/// The context of reading: one for all items of a file, with what changes from member to member.
pub struct Reader<'a> {
    pub(crate) names: &'a Names,
    /// The schema of the file.
    pub(crate) schema: Name,
    pub(crate) inclusion: Option<Arc<Inclusion>>,
    /// The relation whose members are read.
    pub(crate) relation: Option<Qualified>,
    /// The number of the object that is read.
    pub(crate) owner: usize,
    pub(crate) texts: Vec<SqlText>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) named_columns: Vec<NamedColumn>,
    /// Types that were found, by their spelling, for texts outside of mixins in files of one schema.
    types: FxHashMap<Name, TypeName>,
    /// The schema that `types` holds for.
    types_of: Name,
}

/// A name of one or two parts.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) schema: Option<Name>,
    pub(crate) name: Name,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(names: &'a Names, schema: Name) -> Self {
        Reader {
            names,
            schema,
            inclusion: None,
            relation: None,
            owner: 0,
            texts: Vec::new(),
            diagnostics: Diagnostics::default(),
            named_columns: Vec::new(),
            types: FxHashMap::default(),
            types_of: Name::default(),
        }
    }

    /// Reports a fault. Inside a mixin it also points at the include that brought it here.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(in_mixin(diagnostic, self.inclusion.as_deref()));
    }

    /// Reports that a declaration lacks a clause that PostgreSQL needs; `form` is how it is written.
    pub(crate) fn missing_clause(&mut self, node: Node<'_>, what: &str, form: &str) {
        let name = [Rule::path, Rule::name].into_iter().find_map(|rule_of| node.child(rule_of));
        let subject = name.map_or("this declaration".to_owned(), |it| format!("`{}`", it.text()));
        let diagnostic = Diagnostic::new(&MISSING_CLAUSE, format!("{subject} has no {what}"));
        let place = name.unwrap_or(node).span();
        self.report(diagnostic.label(place, "here").help(format!("add `{form}`")));
    }

    /// Reports clauses of these sorts that stand at a node more than once.
    pub(crate) fn once(&mut self, node: Node<'_>, clauses: &[Rule]) {
        for clause in clauses {
            let mut found = node.all(*clause);
            if let (Some(first), Some(second)) = (found.next(), found.next()) {
                let words = second.words();
                let word = words.split([' ', '(']).next().unwrap_or("");
                let message = format!("`{word}` stands here twice");
                let diagnostic =
                    Diagnostic::new(&REPEATED_CLAUSE, message).label(second.span(), "again here");
                let fix = (first.text() == second.text()).then(|| {
                    Fix::certain(format!("delete `{words}`")).delete(second.span_with_blanks())
                });
                let diagnostic = diagnostic.label(first.span(), "first here");
                self.report(diagnostic.help("keep one of them").fix_if(fix));
            }
        }
    }

    /// Returns the schema that bare names of the text being read are looked up in first.
    pub(crate) fn home(&self) -> Name {
        self.inclusion.as_ref().map_or_else(|| self.schema.clone(), |it| it.schema.clone())
    }

    /// Returns the relation whose members are read; a member is only ever read inside one.
    pub(crate) fn relation(&self) -> Qualified {
        self.relation.clone().unwrap_or_else(|| Qualified::new("", ""))
    }

    /// Returns a node's text with the parameters of the mixin replaced.
    pub(crate) fn text<'n>(&self, node: Node<'n>) -> Cow<'n, str> {
        self.replaced(node.text())
    }

    /// Returns a text with the parameters of the mixin replaced.
    pub(crate) fn replaced<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.inclusion {
            Some(inclusion) if !inclusion.bindings.is_empty() => {
                substitute(text, &inclusion.bindings)
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Tells whether what is read is the text of the file: no parameter of a mixin is replaced in it.
    pub(crate) fn is_as_written(&self) -> bool {
        self.inclusion.as_ref().is_none_or(|it| it.bindings.is_empty())
    }

    /// Reads one name.
    pub(crate) fn name(&mut self, node: Node<'_>) -> Name {
        let text = self.text(node);
        let part = self.parts(&text, node.span()).pop();
        part.unwrap_or_default()
    }

    /// Reads the name among a node's children.
    pub(crate) fn child_name(&mut self, node: Node<'_>) -> Option<Name> {
        node.child(Rule::name).map(|name| self.name(name))
    }

    /// Reads every name among a node's children.
    pub(crate) fn names(&mut self, node: Node<'_>) -> Vec<Name> {
        node.all(Rule::name).map(|name| self.name(name)).collect()
    }

    /// Reads the names of a list that is a child of the node.
    pub(crate) fn list(&mut self, node: Node<'_>, list: Rule) -> Vec<Name> {
        node.child(list).map(|list| self.names(list)).unwrap_or_default()
    }

    /// Reads a name of one or two parts.
    pub(crate) fn path(&mut self, node: Node<'_>) -> Path {
        let text = self.text(node);
        let mut parts = self.parts(&text, node.span());
        if 2 < parts.len() {
            let diagnostic = Diagnostic::new(
                &TOO_MANY_NAME_PARTS,
                format!("`{text}` has {} parts", parts.len()),
            );
            self.report(
                diagnostic.label(node.span(), "here").help("write `name` or `schema.name`"),
            );
        }
        let name = parts.pop().unwrap_or_default();
        Path { schema: parts.pop(), name }
    }

    /// Reads the name of what an item declares: without a schema it is that of the file.
    pub(crate) fn declared(&mut self, node: Node<'_>) -> Option<Qualified> {
        let path = self.path(node.child(Rule::path)?);
        Some(Qualified {
            schema: path.schema.unwrap_or_else(|| self.schema.clone()),
            name: path.name,
        })
    }

    fn parts(&mut self, text: &str, span: Span) -> Vec<Name> {
        let parts = split_path(text);
        spelling::check(text, &parts, span, self);
        parts.into_iter().map(|part| part.name).collect()
    }

    /// Reads the name of a relation that must exist.
    pub(crate) fn relation_ref(&mut self, node: Node<'_>) -> Option<Qualified> {
        self.find(Sort::Relation, node)
    }

    /// Reads the name of a function that must exist, without its arguments.
    pub(crate) fn function_ref(&mut self, node: Node<'_>) -> Option<Qualified> {
        self.find(Sort::Routine, node)
    }

    fn find(&mut self, sort: Sort, node: Node<'_>) -> Option<Qualified> {
        let path = self.path(node);
        let text = self.text(node).into_owned();
        self.find_path(sort, &path, &text, node.span())
    }

    pub(super) fn find_path(
        &mut self,
        sort: Sort,
        path: &Path,
        text: &str,
        span: Span,
    ) -> Option<Qualified> {
        let home = self.home();
        match self.names.find(sort, path.schema.as_ref(), &path.name, &home) {
            Found::Declared(at)
            | Found::Builtin(at)
            | Found::Extension(at, _)
            | Found::Unsure(at) => Some(at),
            Found::Missing => {
                self.missing(sort, text, path, span);
                None
            }
        }
    }

    /// Reads the type among a node's children.
    pub(crate) fn child_type(&mut self, node: Node<'_>) -> Option<TypeName> {
        node.child(Rule::type_ref).and_then(|ty| self.type_name(ty))
    }

    /// Reads a type that must exist.
    pub(crate) fn type_name(&mut self, node: Node<'_>) -> Option<TypeName> {
        let text = self.text(node);
        self.type_text(&text, node.span())
    }

    /// Reads the spelling of a type.
    pub(crate) fn type_text(&mut self, text: &str, span: Span) -> Option<TypeName> {
        if self.inclusion.is_some() {
            return self.find_type(text, span);
        }
        if self.types_of != self.schema {
            self.types.clear();
            self.types_of = self.schema.clone();
        }
        if let Some(known) = self.types.get(text) {
            return Some(known.clone());
        }
        let n_faults = self.diagnostics.len();
        let found = self.find_type(text, span)?;
        if self.diagnostics.len() == n_faults {
            self.types.insert(text.into(), found.clone());
        }
        Some(found)
    }

    fn find_type(&mut self, text: &str, span: Span) -> Option<TypeName> {
        let spelled = type_name::take_apart(text);
        let parts = split_path(&spelled.name);
        let name_of = |n: usize| parts.get(n).map(|part| part.name.clone());
        let path = match parts.len() {
            1 => Path { schema: None, name: name_of(0).unwrap_or_default() },
            _ => Path {
                schema: name_of(parts.len().saturating_sub(2)),
                name: name_of(parts.len() - 1).unwrap_or_default(),
            },
        };
        // A declared type hides PostgreSQL's own of the same name, as its schema stands before `pg_catalog`; the words
        // of the grammar (`integer`, `timestamp with time zone`) can't be hidden.
        let home = self.home();
        let found = self.names.find(Sort::Type, path.schema.as_ref(), &path.name, &home);
        let keyword = path.schema.is_none()
            && crate::sql::keywords::category(&spelled.name).is_some()
            || spelled.name.contains(' ');
        if keyword || !matches!(found, Found::Declared(_)) {
            match type_name::builtin(&spelled) {
                Builtin::Type(ty) => {
                    if let Some(help) = type_modifier::misfit(&ty) {
                        let message = format!("a type can't be `{text}`");
                        let diagnostic =
                            Diagnostic::new(&WRONG_TYPE_MODIFIER, message).label(span, "here");
                        self.report(diagnostic.help(help));
                    }
                    return Some(ty);
                }
                Builtin::WrongModifier(name) => {
                    let message = format!("`{name}` does not take `({})`", spelled.modifier);
                    let diagnostic =
                        Diagnostic::new(&WRONG_TYPE_MODIFIER, message).label(span, "here");
                    let help = match spelled.modifier.split_once('.') {
                        Some((precision, scale)) => format!("write `({precision}, {scale})`"),
                        None => format!("delete `({})`", spelled.modifier),
                    };
                    self.report(diagnostic.help(help));
                    return Some(TypeName::builtin(name));
                }
                Builtin::None => {}
            }
        }
        spelling::check(text, &parts, span, self);
        let at = match found {
            Found::Declared(at)
            | Found::Builtin(at)
            | Found::Extension(at, _)
            | Found::Unsure(at) => at,
            Found::Missing => {
                self.missing(Sort::Type, &spelled.name, &path, span);
                return None;
            }
        };
        let dimensions = u8::from(spelled.is_array);
        Some(TypeName { schema: at.schema, name: at.name, modifier: spelled.modifier, dimensions })
    }

    /// Reads an expression, without the parentheses or dollar quotes that its clause asks for, and keeps it to be
    /// resolved.
    pub(crate) fn expr(
        &mut self,
        node: Node<'_>,
        form: Form,
        column: Option<&Name>,
        scope: Scope,
    ) -> Expr {
        let text = node.text();
        let (start, end) = match node.rule() {
            Rule::expr | Rule::group | Rule::dollar => inner(text),
            // Text that is not surrounded as a whole: its parentheses are its own, as in `(a) or (b)`.
            _ => (0, text.len()),
        };
        let inside = text.get(start..end).unwrap_or("");
        let lead = inside.len() - inside.trim_start().len();
        let trimmed = inside.trim();
        let from = (start + lead) as u32;
        let span = node.span().part(from, from + trimmed.len() as u32);
        let replaced = self.replaced(trimmed);
        let exact = matches!(replaced, Cow::Borrowed(_));
        self.keep(&replaced, span, exact, form, column.cloned(), scope);
        match replaced {
            Cow::Borrowed(text) => Expr::new(text),
            // What a mixin is given may have lines of its own.
            Cow::Owned(_) => Expr::of_replaced(&self.replaced(&without_indentation(trimmed))),
        }
    }

    pub(crate) fn keep(
        &mut self,
        text: &str,
        span: Span,
        exact: bool,
        form: Form,
        column: Option<Name>,
        scope: Scope,
    ) {
        self.texts.push(SqlText {
            owner: self.owner,
            column,
            exact,
            text: text.into(),
            span,
            form,
            scope,
            schema: self.home(),
            inclusion: self.inclusion.clone(),
        });
    }

    /// Finds the kind that a relation was declared as.
    pub(crate) fn kind_of(&self, relation: &Qualified) -> Option<Kind> {
        self.names.relations.get(relation).map(|declared| declared.kind)
    }
}
