//! What all texts of a source share: types, relations, routines, operators, looked up once and kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use smol_str::SmolStr;

use super::functions::{Functions, Operators};
use super::scope::Rel;
use super::text::Output;
use super::value::{Column, Value, key, named};
use crate::catalog::{Catalog, Entry};
use crate::compile::read::{Read, Reading};
use crate::diagnostic::Diagnostic;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::cast::{Context, Method};
use crate::object::column::Column as TableColumn;
use crate::object::names::Names;
use crate::object::reader::SqlText;
use crate::object::signature;
use crate::sql::builtin::casts::{CastContext, CastMethod};
use crate::sql::builtin::{self, Provided, extensions};
use crate::sql::definition;
use crate::sql::lex::TextRange;
use crate::sql::typing::{Facts, Kind as TypeKind, TypeSystem};

/// How many relations deep parents and views are followed.
const MAX_DEPTH: u32 = 300;

/// An extension whose contents are known.
pub(super) struct Extension {
    pub(super) name: Name,
    pub(super) home: Name,
    pub(super) provided: Provided,
    requires: Vec<&'static str>,
}

/// How far a view's text is.
pub(super) enum Progress {
    Started,
    Done(Rc<Vec<Column>>, Completeness),
}

/// Whether a list of columns has every one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Completeness {
    Complete,
    Open,
}

/// A function as it is looked for: the schema that is written, the schema of the file, the name.
type FunctionKey = (Option<Name>, Name, Name);

/// What a type is called where it is used.
type Rename<'w> = Box<dyn Fn(&str) -> SmolStr + 'w>;

/// What all texts of a source share.
pub(super) struct World<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) names: &'a Names,
    pub(super) reads: &'a [Read],
    pub(super) texts: &'a [SqlText],
    pub(super) types: TypeSystem,
    pub(super) extensions: Vec<Extension>,
    /// Whether an extension is declared whose contents are not known.
    pub(super) unknown_extension: bool,
    /// The schemas of those, where they were told one.
    pub(super) unknown_homes: Vec<Name>,
    /// Whether the source had no error before its texts were looked at.
    pub(super) sound: bool,
    /// The operators that are declared, by symbol.
    pub(super) declared_operators: HashMap<Name, Vec<(&'a Address, &'a Entry)>>,
    /// The multirange types that come with declared range types.
    pub(super) multiranges: HashSet<Qualified>,
    /// The number of a view's text.
    pub(super) view_texts: HashMap<Qualified, usize>,
    pub(super) views: RefCell<HashMap<Qualified, Progress>>,
    pub(super) outputs: RefCell<BTreeMap<usize, Output>>,
    pub(super) diagnostics: RefCell<Vec<Diagnostic>>,
    pub(super) depth: RefCell<u32>,
    /// The casts that are declared, by the two types.
    pub(super) casts: HashMap<(SmolStr, SmolStr), Address>,
    /// The types of the expressions in indexes and partition keys, by the object's number and the text.
    pub(super) key_types: RefCell<HashMap<(usize, SmolStr), SmolStr>>,
    incomplete: HashSet<Qualified>,
    relations: RefCell<HashMap<Qualified, Option<Rc<Rel>>>>,
    functions: RefCell<HashMap<FunctionKey, Rc<Functions>>>,
    found_operators: RefCell<HashMap<Name, Rc<Operators>>>,
    own_types: RefCell<HashMap<SmolStr, Option<SmolStr>>>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        reading: &'a Reading<'_>,
        names: &'a Names,
        sound: bool,
    ) -> Self {
        let mut operators: HashMap<Name, Vec<(&Address, &Entry)>> = HashMap::new();
        for (at, entry) in catalog.of(Kind::Operator) {
            let symbol = at.name.split_once('(').map_or(at.name.as_str(), |(symbol, _)| symbol);
            operators.entry(symbol.into()).or_default().push((at, entry));
        }
        let reads = reading.objects.iter().filter(|read| read.origin.incomplete);
        let mut world = World {
            catalog,
            names,
            reads: &reading.objects,
            texts: &reading.texts,
            types: TypeSystem::new(&builtin::postgresql()),
            extensions: Vec::new(),
            unknown_extension: false,
            unknown_homes: Vec::new(),
            sound,
            declared_operators: operators,
            multiranges: HashSet::new(),
            view_texts: view_texts(reading),
            views: RefCell::default(),
            outputs: RefCell::default(),
            diagnostics: RefCell::default(),
            depth: RefCell::new(0),
            casts: HashMap::new(),
            key_types: RefCell::default(),
            incomplete: reads.map(|read| read.at.relation()).collect(),
            relations: RefCell::default(),
            functions: RefCell::default(),
            found_operators: RefCell::default(),
            own_types: RefCell::default(),
        };
        world.add_extensions();
        world.add_types();
        world
    }

    fn add_extensions(&mut self) {
        for (name, told) in &self.names.extensions {
            let info = extensions::find(name);
            let Some((info, provided)) = info.and_then(|it| Some((it, it.provided?))) else {
                self.unknown_extension = true;
                self.unknown_homes.extend(told.clone());
                continue;
            };
            let home = info
                .schema
                .map(Name::from)
                .or_else(|| told.clone())
                .unwrap_or_else(|| "public".into());
            self.extensions.push(Extension {
                name: name.clone(),
                home,
                provided,
                requires: info.requires.clone(),
            });
        }
        let mut types = std::mem::take(&mut self.types);
        for extension in &self.extensions {
            types.add(&extension.provided, |name| self.extension_type(extension, name));
        }
        self.types = types;
    }

    /// Returns the name that a type has whose bare name an extension's tables have.
    pub(super) fn extension_type(&self, extension: &Extension, name: &str) -> SmolStr {
        let (element, suffix) =
            name.strip_suffix("[]").map_or((name, ""), |element| (element, "[]"));
        let brings = |it: &Extension| {
            it.provided.type_named(element).is_some() || it.provided.relation(element).is_some()
        };
        let required = || {
            self.extensions
                .iter()
                .find(|it| extension.requires.contains(&it.name.as_str()) && brings(it))
        };
        let home =
            if brings(extension) { Some(&extension.home) } else { required().map(|it| &it.home) };
        match home {
            Some(home) => smol_str::format_smolstr!("{}{suffix}", named(home, element)),
            None => SmolStr::new(name),
        }
    }

    /// Adds the types that are declared.
    fn add_types(&mut self) {
        for (at, entry) in self.catalog.iter() {
            let kind = match &entry.object {
                Object::EnumType(_) => TypeKind::Enum,
                Object::CompositeType(_)
                | Object::Table(_)
                | Object::ForeignTable(_)
                | Object::View(_)
                | Object::MaterializedView(_) => TypeKind::Composite,
                Object::Domain(domain) => match key(&domain.base) {
                    Some(base) => TypeKind::Domain { base },
                    None => continue,
                },
                Object::RangeType(range) => {
                    let Some(subtype) = key(&range.subtype) else { continue };
                    let multi = range.multirange(at);
                    let name = named(&multi.schema, &multi.name);
                    let range = named(&at.schema, &at.name);
                    self.types.add_type(name.clone(), Facts::new(TypeKind::Multirange { range }));
                    self.multiranges.insert(multi);
                    TypeKind::Range { subtype, multirange: name }
                }
                Object::BaseType(_) => TypeKind::Base,
                Object::Cast(cast) => {
                    self.add_cast(at, cast);
                    continue;
                }
                _ => continue,
            };
            let mut facts = Facts::new(kind);
            if let Object::BaseType(base) = &entry.object {
                let category = definition::value(&base.definition, "category").unwrap_or("");
                facts.category = category.trim_matches('\'').chars().next().unwrap_or('U');
                facts.preferred = definition::value(&base.definition, "preferred")
                    .is_some_and(|it| it.eq_ignore_ascii_case("true"));
            }
            self.types.add_type(named(&at.schema, &at.name), facts);
        }
    }

    fn add_cast(&mut self, at: &Address, cast: &crate::object::cast::Cast) {
        let (Some(source), Some(target)) = (key(&cast.source), key(&cast.target)) else { return };
        let context = match cast.context {
            Context::Explicit => CastContext::Explicit,
            Context::Assignment => CastContext::Assignment,
            Context::Implicit => CastContext::Implicit,
        };
        let method = match cast.method {
            Method::Function(_) => CastMethod::Function,
            Method::Binary => CastMethod::Binary,
            Method::InOut => CastMethod::InOut,
        };
        self.casts.insert((source.clone(), target.clone()), at.clone());
        self.types.add_cast(source, target, context, method);
    }

    /// Returns the routines that a name can mean from a schema.
    pub(super) fn functions(
        &self,
        schema: Option<&Name>,
        name: &Name,
        home: &Name,
    ) -> Rc<Functions> {
        let key = (schema.cloned(), name.clone(), home.clone());
        if let Some(found) = self.functions.borrow().get(&key) {
            return found.clone();
        }
        let found = Rc::new(Functions::gather(self, schema, name, home));
        self.functions.borrow_mut().insert(key, found.clone());
        found
    }

    /// Returns the operators of a symbol.
    pub(super) fn operators(&self, symbol: &Name) -> Rc<Operators> {
        if let Some(found) = self.found_operators.borrow().get(symbol) {
            return found.clone();
        }
        let found = Rc::new(Operators::gather(self, symbol));
        self.found_operators.borrow_mut().insert(symbol.clone(), found.clone());
        found
    }

    /// Returns what a function that a definition names gives for operands of these types.
    pub(super) fn result_of(
        &self,
        function: &str,
        schema: &Name,
        operands: &[SmolStr],
    ) -> Option<SmolStr> {
        let function = signature::named(function, schema);
        let arguments: Vec<Value> =
            operands.iter().map(|ty| Value::with(Some(ty.clone()), true)).collect();
        let found = self.functions(None, &function.name, &function.schema);
        match found.choose(self, &function.name, &arguments, &[], Default::default()) {
            super::functions::Choice::One(_, result) => result,
            _ => None,
        }
    }

    /// Returns one of PostgreSQL's own types by its name in `pg_type`.
    pub(super) fn own_type(&self, name: &SmolStr) -> Option<SmolStr> {
        if let Some(found) = self.own_types.borrow().get(name) {
            return found.clone();
        }
        let found = builtin::spelling::canonical(&crate::sql::ident::quote_ident(name))
            .map(|it| if it.is_array { super::value::array(it.name) } else { it.name.into() });
        self.own_types.borrow_mut().insert(name.clone(), found.clone());
        found
    }

    /// Returns a relation with its columns.
    pub(super) fn relation(&self, at: &Qualified) -> Option<Rc<Rel>> {
        if let Some(found) = self.relations.borrow().get(at) {
            return found.clone();
        }
        if MAX_DEPTH < *self.depth.borrow() {
            return Some(Rc::new(open(at)));
        }
        *self.depth.borrow_mut() += 1;
        let found = self.make_relation(at).map(Rc::new);
        *self.depth.borrow_mut() -= 1;
        let started = matches!(self.views.borrow().get(at), Some(Progress::Started));
        if !started {
            self.relations.borrow_mut().insert(at.clone(), found.clone());
        }
        found
    }

    fn make_relation(&self, at: &Qualified) -> Option<Rel> {
        if self.names.relations.contains_key(at) {
            return Some(self.declared(at).unwrap_or_else(|| open(at)));
        }
        let provided = match at.schema.as_str() {
            "pg_catalog" | "information_schema" => {
                builtin::postgresql().relation(&format!("{}.{}", at.schema, at.name))
            }
            _ => None,
        };
        let (found, rename): (_, Rename<'_>) = match provided {
            Some(found) => (found, Box::new(|ty: &str| SmolStr::new(ty))),
            None => {
                let brings = |it: &&Extension| {
                    it.home == at.schema && it.provided.relation(&at.name).is_some()
                };
                let extension = self.extensions.iter().find(brings)?;
                (
                    extension.provided.relation(&at.name)?,
                    Box::new(|ty: &str| self.extension_type(extension, ty)),
                )
            }
        };
        let mut columns: Vec<Column> = Vec::new();
        for column in &found.columns {
            if columns.iter().all(|it| it.name != column.name) {
                columns.push(Column {
                    name: column.name.into(),
                    value: Value::with(Some(rename(column.type_name)), !column.not_null),
                });
            }
        }
        Some(Rel { columns: Rc::new(columns), complete: true, row: None, ..open(at) })
    }

    /// Tells whether some members of an object could not be read.
    pub(super) fn is_incomplete(&self, at: &Address) -> bool {
        self.incomplete.contains(&at.relation())
    }

    fn declared(&self, at: &Qualified) -> Option<Rel> {
        let (_, entry) = self.catalog.relation(at)?;
        let whole = !self.incomplete.contains(at);
        let (columns, complete) = match &entry.object {
            Object::Table(table) => {
                let of = table.partition_of.as_ref().filter(|it| !it.attached);
                let inherits = table.inherits.iter().filter(|_| !table.attached);
                let parents = inherits.chain(of.map(|it| &it.parent)).chain(&table.of_type);
                self.table_columns(parents, &table.columns)
            }
            Object::ForeignTable(table) => {
                let of = table.partition_of.as_ref().filter(|it| !it.attached);
                let inherits = table.inherits.iter().filter(|_| !table.attached);
                self.table_columns(inherits.chain(of.map(|it| &it.parent)), &table.columns)
            }
            Object::CompositeType(it) => {
                let column = |it: &crate::object::composite_type::Attribute| Column {
                    name: it.name.clone(),
                    value: Value::typed(&it.ty, true),
                };
                (Rc::new(it.attributes.iter().map(column).collect()), true)
            }
            Object::Sequence(_) => {
                let column = |(name, ty): (&'static str, &'static str)| Column {
                    name: Name::new_static(name),
                    value: Value::of(ty),
                };
                (
                    Rc::new(
                        [("last_value", "bigint"), ("log_cnt", "bigint"), ("is_called", "boolean")]
                            .map(column)
                            .to_vec(),
                    ),
                    true,
                )
            }
            Object::View(_) | Object::MaterializedView(_) => super::views::columns(self, at),
            _ => return None,
        };
        let stored = !matches!(&entry.object, Object::View(_) | Object::CompositeType(_));
        Some(Rel {
            columns,
            complete: complete && whole,
            row: Some(named(&at.schema, &at.name)),
            stored,
            ..open(at)
        })
    }

    fn table_columns<'t>(
        &self,
        parents: impl Iterator<Item = &'t Qualified>,
        own: &[TableColumn],
    ) -> (Rc<Vec<Column>>, bool) {
        let (mut columns, mut complete): (Vec<Column>, bool) =
            (Vec::with_capacity(own.len()), true);
        let mut inherits = false;
        for parent in parents {
            inherits = true;
            let Some(above) = self.relation(parent) else {
                complete = false;
                continue;
            };
            complete &= above.complete;
            for column in above.columns.iter() {
                if columns.iter().all(|it| it.name != column.name) {
                    columns.push(column.clone());
                }
            }
        }
        for column in own {
            let value = Value::typed(&column.ty, !column.not_null);
            match columns.iter_mut().find(|it| inherits && it.name == column.name) {
                Some(slot) => slot.value = value,
                None => columns.push(Column { name: column.name.clone(), value }),
            }
        }
        (Rc::new(columns), complete)
    }
}

/// A relation of which nothing is known but its name.
fn open(at: &Qualified) -> Rel {
    Rel {
        name: at.name.clone(),
        schema: Some(at.schema.clone()),
        columns: Rc::default(),
        complete: false,
        row: None,
        nullable: false,
        stored: true,
        keyless: false,
        range: TextRange::default(),
    }
}

fn view_texts(reading: &Reading<'_>) -> HashMap<Qualified, usize> {
    let mut found = HashMap::new();
    for (n, text) in reading.texts.iter().enumerate() {
        let Some(read) = reading.objects.get(text.owner) else { continue };
        let is_view = matches!(read.at.kind, Kind::View | Kind::MaterializedView);
        if is_view && text.form == crate::object::reader::Form::Statements {
            found.entry(read.at.relation()).or_insert(n);
        }
    }
    found
}
