//! Index methods and what they can do, operator classes, operators of exclusion constraints (`indexcmds.c`).
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some have an index")]

use smol_str::SmolStr;

use super::Fit;
use super::{brought_or_meant, declare_extension};
use crate::compile::read::Read;
use crate::compile::resolve::call::UNKNOWN_OPERATOR;
use crate::compile::resolve::functions::{Choice, Origin};
use crate::compile::resolve::value::{UNTYPED, Value, key};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::constraint::{Demand, Exclusion};
use crate::object::index_element::{IndexElement, Key, OperatorClassUse};
use crate::source::Span;
use crate::sql::builtin::objects::AccessMethod;
use crate::sql::builtin::{Provided, extensions, postgresql};
use crate::sql::definition;
use crate::sql::typing::{DefaultOperatorClass, default_operator_class, is_binary_coercible};
use crate::syntax::Rule;

rule!(UNKNOWN_ACCESS_METHOD, Error, "unknown-access-method");
rule!(UNSUPPORTED_BY_METHOD, Error, "unsupported-by-method");
rule!(UNKNOWN_OPERATOR_CLASS, Error, "unknown-operator-class");
rule!(OPERATOR_CLASS_TYPE, Error, "operator-class-type-mismatch");
rule!(NO_OPERATOR_CLASS, Error, "no-default-operator-class");
rule!(EXCLUSION_OPERATOR, Error, "wrong-exclusion-operator");

/// The rules of this file.
pub(crate) const RULES: &[&crate::diagnostic::Rule] = &[
    &UNKNOWN_ACCESS_METHOD,
    &UNSUPPORTED_BY_METHOD,
    &UNKNOWN_OPERATOR_CLASS,
    &OPERATOR_CLASS_TYPE,
    &NO_OPERATOR_CLASS,
    &EXCLUSION_OPERATOR,
];

/// The methods that are offered where another has no class for a type.
const OFFERED: [&str; 5] = ["btree", "hash", "gist", "gin", "spgist"];

/// Operators of PostgreSQL's own whose result differs when their operands change places.
const ONE_WAY: [&str; 14] =
    ["<", "<=", ">", ">=", "<<", ">>", "@>", "<@", "&<", "&>", "<<|", "|>>", "&<|", "|&>"];

/// Checks the index that an object is or makes.
pub(super) fn check(cx: &Fit<'_, '_>, read: &Read) {
    match &read.entry.object {
        Object::Index(index) => {
            let place = read.part(Rule::using, &index.method);
            let Some(method) = method(cx, read, &index.method, place) else { return };
            let elements: Vec<&IndexElement> = index.elements.iter().collect();
            abilities(cx, read, &method, &elements, !index.include.is_empty());
            classes(cx, read, &index.method, elements);
        }
        Object::Constraint(constraint) => match &constraint.demand {
            Demand::Exclusion(it) => exclusion(cx, read, it),
            Demand::PrimaryKey(it) | Demand::Unique(it) if !it.without_overlaps => {
                for column in &it.columns {
                    let Some(ty) = cx.column_type(read, column) else { continue };
                    default_class(cx, read, "btree", &ty, read.place(column));
                }
            }
            _ => {}
        },
        Object::Table(table) => {
            if let Some(method) = &table.method {
                table_method(cx, read, method);
            }
            if let Some(by) = &table.partition_by {
                classes(cx, read, by.method(), by.elements.iter().collect());
            }
        }
        Object::MaterializedView(view) => {
            view.method.iter().for_each(|method| table_method(cx, read, method));
        }
        Object::OperatorClass(class) => {
            method(cx, read, &class.method, read.part(Rule::using, &class.method));
        }
        Object::OperatorFamily(family) => {
            method(cx, read, &family.method, read.part(Rule::using, &family.method));
        }
        Object::RangeType(range) => {
            let Some(subtype) = key(&range.subtype) else { return };
            let place = read.part(Rule::definition_value, "subtype");
            match definition::value(&range.definition, "subtype_opclass") {
                None => default_class(cx, read, "btree", &subtype, place),
                Some(text) => {
                    let name = crate::object::signature::named(text, &Name::default());
                    let class = OperatorClassUse { name, parameters: Vec::new() };
                    let place = read.part(Rule::definition_value, "subtype_opclass");
                    named_class(cx, read, "btree", &class, Some(&subtype), place);
                }
            }
        }
        _ => {}
    }
}

/// What a method can do; nothing is known of one that is declared.
enum Method {
    Known(AccessMethod),
    Declared,
}

/// Finds an index method, and reports one that does not exist.
fn method(cx: &Fit<'_, '_>, read: &Read, name: &Name, place: Span) -> Option<Method> {
    if cx.world.catalog.get(&Address::global(Kind::AccessMethod, name.clone())).is_some() {
        return Some(Method::Declared);
    }
    let brought = cx.world.extensions.iter().find_map(|it| it.provided.access_method(name));
    match postgresql().access_method(name).or(brought) {
        Some(method) if method.indexes => Some(Method::Known(method)),
        Some(_) => {
            let message = format!("`{name}` is an access method of tables");
            let diagnostic = Diagnostic::new(&UNKNOWN_ACCESS_METHOD, message)
                .label(place, "an index can't use it");
            cx.report(read, diagnostic.help("use one of btree, hash, gist, spgist, gin, brin"));
            None
        }
        None => {
            unknown_method(cx, read, name, place, "btree, hash, gist, spgist, gin, brin");
            None
        }
    }
}

fn unknown_method(cx: &Fit<'_, '_>, read: &Read, name: &Name, place: Span, known: &str) {
    if cx.open {
        return;
    }
    let message = format!("there is no access method `{name}`");
    let diagnostic = Diagnostic::new(&UNKNOWN_ACCESS_METHOD, message).label(place, "used here");
    let bringing = extensions::providing(|it| it.access_method(name).is_some());
    let help = brought_or_meant(&bringing, name, known.split(", "))
        .unwrap_or_else(|| format!("use one of {known}"));
    cx.report(read, diagnostic.help(help));
}

fn table_method(cx: &Fit<'_, '_>, read: &Read, name: &Name) {
    let declared = cx.world.catalog.get(&Address::global(Kind::AccessMethod, name.clone()));
    let place = read.part(Rule::using, name);
    match postgresql().access_method(name) {
        _ if declared.is_some() => {}
        Some(method) if !method.indexes => {}
        Some(_) => {
            let message = format!("`{name}` is an access method of indexes");
            let diagnostic = Diagnostic::new(&UNKNOWN_ACCESS_METHOD, message)
                .label(place, "a table can't use it");
            cx.report(read, diagnostic.help("use `heap`, or leave it out"));
        }
        None => unknown_method(cx, read, name, place, "heap"),
    }
}

/// Reports what an index asks of a method that can't do it (`DefineIndex`, `ComputeIndexAttrs`).
fn abilities(
    cx: &Fit<'_, '_>,
    read: &Read,
    method: &Method,
    elements: &[&IndexElement],
    includes: bool,
) {
    let Method::Known(method) = method else { return };
    let say = |what: &str, place: Span, label: &str, help: &str| {
        let message = format!("an index of method `{}` {what}", method.name);
        let diagnostic = Diagnostic::new(&UNSUPPORTED_BY_METHOD, message).label(place, label);
        cx.report(read, diagnostic.help(help));
    };
    if includes && !method.can_include {
        let place = read.clause(Rule::include_columns);
        let help = "delete it, or use `btree`, `gist` or `spgist`";
        say("can't include columns", place, "these", help);
    }
    if 1 < elements.len() && !method.can_multi_column {
        let place = read.in_element(1, Rule::index_element);
        say("has one column", place, "a second one", "make an index of each, or use `btree`");
    }
    if method.can_order {
        return;
    }
    for (n, element) in elements.iter().enumerate() {
        if element.descending {
            let place = read.in_element(n, Rule::direction);
            say("has no order", place, "here", "delete it, or use `btree`");
        } else if element.nulls_first.is_some() {
            let place = read.in_element(n, Rule::nulls_order);
            say("has no order", place, "here", "delete it, or use `btree`");
        }
    }
}

/// Checks the operator class of each element, written or not.
fn classes(cx: &Fit<'_, '_>, read: &Read, method: &str, elements: Vec<&IndexElement>) {
    for (n, element) in elements.into_iter().enumerate() {
        let ty = element_type(cx, read, element);
        match &element.class {
            Some(class) => {
                let place = read.in_element(n, Rule::operator_class);
                named_class(cx, read, method, class, ty.as_deref(), place);
            }
            None => {
                let Some(ty) = ty else { continue };
                default_class(cx, read, method, &ty, read.in_element(n, Rule::index_element));
            }
        }
    }
}

/// Returns the type of a column or expression, if it is known.
fn element_type(cx: &Fit<'_, '_>, read: &Read, element: &IndexElement) -> Option<SmolStr> {
    let found = match &element.key {
        Key::Column(name) => cx.column_type(read, name),
        Key::Expr(expr) => {
            let key = (cx.current.get(), SmolStr::new(expr.text()));
            cx.world.key_types.borrow().get(&key).cloned()
        }
    };
    found.filter(|ty| ty != UNTYPED)
}

/// The input types of the classes that a method takes for columns without one.
fn default_inputs(cx: &Fit<'_, '_>, method: &str) -> Vec<SmolStr> {
    let world = cx.world;
    let own = postgresql().operator_classes(method).filter(|it| it.default);
    let mut inputs: Vec<SmolStr> = own.map(|it| SmolStr::new_static(it.input)).collect();
    for extension in &world.extensions {
        let classes = extension.provided.operator_classes(method).filter(|it| it.default);
        inputs.extend(classes.map(|it| world.extension_type(extension, it.input)));
    }
    for (_, entry) in world.catalog.of(Kind::OperatorClass) {
        if let Object::OperatorClass(class) = &entry.object
            && class.default
            && class.method == method
        {
            inputs.extend(key(&class.ty));
        }
    }
    inputs
}

fn has_default(cx: &Fit<'_, '_>, method: &str, ty: &str) -> DefaultOperatorClass {
    let key = (SmolStr::new(method), SmolStr::new(ty));
    if let Some(known) = cx.default_classes.borrow().get(&key) {
        return *known;
    }
    let inputs = default_inputs(cx, method);
    let inputs: Vec<&str> = inputs.iter().map(SmolStr::as_str).collect();
    let found = default_operator_class(&inputs, ty, &cx.world.types);
    cx.default_classes.borrow_mut().insert(key, found);
    found
}

/// A column without a class needs a type that the method has one for (`GetDefaultOpClass`).
fn default_class(cx: &Fit<'_, '_>, read: &Read, method: &str, ty: &str, place: Span) {
    if cx.open || ty == UNTYPED || has_default(cx, method, ty) != DefaultOperatorClass::None {
        return;
    }
    let base = cx.world.types.base(ty);
    let brings =
        |it: &Provided| it.operator_classes(method).any(|it| it.default && it.input == base);
    let bringing = extensions::providing(brings);
    let named: Vec<&str> = classes_of(cx, method, base);
    let offered: Vec<String> = OFFERED
        .iter()
        .filter(|it| matches!(has_default(cx, it, ty), DefaultOperatorClass::Class(_)))
        .map(|it| format!("`{it}`"))
        .collect();
    let help = match (bringing.first(), named.as_slice()) {
        (_, [class, ..]) => format!("name one: `{class}`"),
        (Some(_), []) if method == "gin" && cx.world.types.category(base).0 == 'S' => {
            "for words index `to_tsvector('english', …)`; for `like` name the class `gin_trgm_ops` and declare \
             `extension pg_trgm;`"
                .to_owned()
        }
        (Some(extension), []) => declare_extension(extension),
        (None, []) if base == "json" => "declare the column as `jsonb`".to_owned(),
        (None, []) if !offered.is_empty() => format!("use the method {}", offered.join(" or ")),
        (None, []) => "take it out, or index an expression of another type".to_owned(),
    };
    let message = format!("method `{method}` has no default operator class for `{ty}`");
    let diagnostic =
        Diagnostic::new(&NO_OPERATOR_CLASS, message).label(place, format!("this is `{ty}`"));
    cx.report(read, diagnostic.help(help));
}

/// The classes of a method for a type that are no default, those of declared extensions first.
fn classes_of(cx: &Fit<'_, '_>, method: &str, ty: &str) -> Vec<&'static str> {
    let brought = cx.world.extensions.iter().flat_map(|it| it.provided.operator_classes(method));
    let found = brought.chain(postgresql().operator_classes(method));
    found.filter(|it| it.input == ty).map(|it| it.name).collect()
}

/// A class that is named exists for the method and takes the type (`ResolveOpClass`).
fn named_class(
    cx: &Fit<'_, '_>,
    read: &Read,
    method: &str,
    class: &OperatorClassUse,
    ty: Option<&str>,
    place: Span,
) {
    let name = &class.name;
    let world = cx.world;
    let mut inputs: Vec<SmolStr> = Vec::new();
    let full = format!("{} using {method}", name.name);
    for (at, entry) in world.catalog.of(Kind::OperatorClass) {
        if at.name == full
            && (name.schema.is_empty() || name.schema == at.schema)
            && let Object::OperatorClass(found) = &entry.object
        {
            inputs.push(key(&found.ty).unwrap_or_default());
        }
    }
    inputs.extend(
        postgresql().operator_class(method, &name.name).map(|it| SmolStr::new_static(it.input)),
    );
    for extension in &world.extensions {
        let found = extension.provided.operator_class(method, &name.name);
        inputs.extend(found.map(|it| world.extension_type(extension, it.input)));
    }
    if inputs.is_empty() {
        unknown_class(cx, read, method, &name.name, place);
        return;
    }
    let Some(ty) = ty.filter(|ty| world.types.is_known(ty)) else { return };
    let takes = |input: &SmolStr| {
        !world.types.is_known(input) || is_binary_coercible(&world.types, ty, input)
    };
    if inputs.iter().any(takes) {
        return;
    }
    let input = inputs.first().map_or("", SmolStr::as_str);
    let message = format!("the operator class `{}` takes `{input}`, not `{ty}`", name.name);
    let help = match has_default(cx, method, ty) {
        DefaultOperatorClass::Class(_) => "delete it: the type has a class of its own".to_owned(),
        DefaultOperatorClass::None | DefaultOperatorClass::Unsure => {
            format!("cast what is indexed to `{input}`, or name a class for `{ty}`")
        }
    };
    let diagnostic = Diagnostic::new(&OPERATOR_CLASS_TYPE, message).label(place, "used here");
    cx.report(read, diagnostic.help(help));
}

fn unknown_class(cx: &Fit<'_, '_>, read: &Read, method: &str, name: &str, place: Span) {
    if cx.open {
        return;
    }
    let message = format!("method `{method}` has no operator class `{name}`");
    let other = postgresql().all_operator_classes().find(|it| it.name == name);
    let bringing = extensions::providing_operator_class(method, name);
    let declared: Vec<&str> = cx
        .world
        .catalog
        .of(Kind::OperatorClass)
        .filter_map(|(at, _)| at.name.rsplit_once(" using ").filter(|it| it.1 == method))
        .map(|it| it.0)
        .collect();
    let brought = cx.world.extensions.iter().flat_map(|it| it.provided.operator_classes(method));
    let known = postgresql().operator_classes(method).chain(brought).map(|it| it.name);
    let help = match other {
        Some(other) => Some(format!("it is a class of method `{}`", other.access_method)),
        None => brought_or_meant(&bringing, name, known.chain(declared)),
    };
    let diagnostic = Diagnostic::new(&UNKNOWN_OPERATOR_CLASS, message).label(place, "named here");
    cx.report(read, diagnostic.help_if(help));
}

fn exclusion(cx: &Fit<'_, '_>, read: &Read, it: &Exclusion) {
    let place = read.part(Rule::using, &it.method);
    let Some(method) = method(cx, read, &it.method, place) else { return };
    if let Method::Known(known) = &method
        && !known.can_exclude
    {
        let message = format!("an index of method `{}` can't exclude rows", known.name);
        let diagnostic = Diagnostic::new(&UNSUPPORTED_BY_METHOD, message).label(place, "here");
        cx.report(read, diagnostic.help("use `gist`, `btree`, `hash` or `spgist`"));
        return;
    }
    let elements: Vec<&IndexElement> = it.elements.iter().map(|(element, _)| element).collect();
    abilities(cx, read, &method, &elements, !it.include.is_empty());
    let n_before = cx.world.diagnostics.borrow().len();
    classes(cx, read, &it.method, elements);
    if cx.world.diagnostics.borrow().len() != n_before {
        return;
    }
    for (element, symbol) in &it.elements {
        if let Some(ty) = element_type(cx, read, element)
            && !symbol.contains(['.', '('])
        {
            operator(cx, read, &it.method, symbol, &ty);
        }
    }
}

/// The operator of an exclusion constraint compares two values of the type, either way round, and is one of those that
/// the method serves.
fn operator(cx: &Fit<'_, '_>, read: &Read, method: &str, symbol: &Name, ty: &SmolStr) {
    let place = read.part(Rule::operator_ref, symbol);
    let operators = cx.world.operators(symbol);
    let value = Value::with(Some(ty.clone()), true);
    let (n, result) = match operators.choose(cx.world, Some(&value), &value) {
        Choice::None if !cx.open => {
            let message = format!("there is no operator `{ty} {symbol} {ty}`");
            let diagnostic = Diagnostic::new(&UNKNOWN_OPERATOR, message).label(place, "used here");
            let bringing = extensions::providing_operator(symbol);
            let help = match bringing.first() {
                Some(extension) if operators.list.is_empty() => declare_extension(extension),
                _ => "use an operator that compares two values of this type, as `=`".to_owned(),
            };
            cx.report(read, diagnostic.help(help));
            return;
        }
        Choice::One(n, result) => (n, result),
        _ => return,
    };
    let declared = operators.list.get(n).is_none_or(|it| matches!(it.origin, Origin::Declared(_)));
    let reason = if result.as_deref().is_some_and(|it| it != "boolean") {
        format!("`{symbol}` does not give `boolean`")
    } else if declared {
        return;
    } else if ONE_WAY.contains(&symbol.as_str()) {
        format!("`{symbol}` gives another result when its operands change places")
    } else if matches!(method, "btree" | "hash") && symbol != "=" {
        format!("an index of method `{method}` does not serve `{symbol}`")
    } else {
        return;
    };
    let diagnostic = Diagnostic::new(&EXCLUSION_OPERATOR, reason).label(place, "used here");
    let help = match method {
        "btree" | "hash" => "use `=`, or another method",
        _ => "use an operator that holds both ways, as `=` or `&&`",
    };
    cx.report(read, diagnostic.help(help));
}
