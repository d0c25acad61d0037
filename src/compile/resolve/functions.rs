//! The routines and operators that a name can mean, and the one that PostgreSQL chooses among them.

use std::cell::RefCell;
use std::collections::HashMap;

use smol_str::SmolStr;

use super::value::{Column, Value, key, named};
use super::world::World;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::routine::{Mode, Returns, Routine};
use crate::sql::builtin::functions::{Function, FunctionKind, Volatility};
use crate::sql::builtin::{self, Provided};
use crate::sql::definition;
use crate::sql::type_name::TypeName;
use crate::sql::typing::{self, Call, Resolution, Signature, VariadicWord};

/// PostgreSQL's own come last in the search path that statements are run with.
const OWN_POSITION: usize = 0;

/// A type that nothing is known of.
const NO_TYPE: &str = "?";

/// Where a routine or operator comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// PostgreSQL itself.
    Own,
    Declared(Address),
    /// An extension and its schema.
    Extension(Name, Name),
}

/// A routine that a call may mean.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Names and types of the input arguments.
    pub(super) arguments: Vec<(SmolStr, SmolStr)>,
    n_defaults: usize,
    pub(super) variadic: bool,
    /// The type of the result; empty where it is not known.
    result: SmolStr,
    position: usize,
    pub(super) origin: Origin,
    pub(super) kind: FunctionKind,
    /// The least that any major says.
    pub(super) volatility: Volatility,
    /// Whether PostgreSQL may put its body in its place, so that its own volatility says little.
    pub(super) inlines: bool,
    pub(super) returns_set: bool,
    /// The columns of its rows.
    pub(super) columns: Vec<Column>,
}

/// The routines of a name.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) list: Vec<Candidate>,
    /// Whether a routine that is not known may be called so.
    pub(super) open: bool,
    chosen: RefCell<HashMap<Vec<Option<SmolStr>>, Choice>>,
}

/// What a call or operator means.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// The candidate of this number, and the type of what it gives.
    One(usize, Option<SmolStr>),
    /// A cast to this type.
    Cast(SmolStr),
    /// Certainly nothing.
    None,
    Ambiguous,
    Unsure,
}

impl Candidate {
    fn signature(&self) -> Signature<'_> {
        Signature {
            arguments: self.arguments.iter().map(|(name, ty)| (&**name, &**ty)).collect(),
            n_defaults: self.n_defaults,
            variadic: self.variadic,
            result: &self.result,
            path_position: self.position,
        }
    }

    /// The declared types of all arguments.
    pub(super) fn types(&self) -> impl Iterator<Item = &SmolStr> {
        self.arguments.iter().map(|(_, ty)| ty)
    }

    /// The type of the result, if it is known.
    pub(super) fn result(&self) -> Option<&str> {
        Some(self.result.as_str()).filter(|it| !it.is_empty() && *it != NO_TYPE)
    }

    /// Tells whether the type of the result follows from the arguments, or is that of a row.
    pub(super) fn result_is_generic(&self) -> bool {
        self.result.starts_with("any") || self.result == "record"
    }

    /// How it is written in a message.
    pub(super) fn shown(&self, name: &str) -> String {
        let types: Vec<&str> = self.arguments.iter().map(|(_, ty)| ty.as_str()).collect();
        format!("{name}({})", types.join(", "))
    }

    fn builtin(
        found: &Function,
        position: usize,
        origin: &Origin,
        rename: &dyn Fn(&str) -> SmolStr,
    ) -> Self {
        let each = |it: &builtin::functions::Parameter| {
            (SmolStr::new_static(it.name), rename(it.type_name))
        };
        let column = |it: &builtin::functions::Parameter| Column {
            name: it.name.into(),
            value: Value::with(Some(rename(it.type_name)), true),
        };
        Candidate {
            arguments: found.arguments.iter().map(each).collect(),
            n_defaults: found.n_defaults,
            variadic: found.variadic,
            result: rename(found.result),
            position,
            origin: origin.clone(),
            kind: found.kind,
            volatility: found.volatility,
            inlines: false,
            returns_set: found.returns_set,
            columns: found.columns.iter().map(column).collect(),
        }
    }

    fn declared(at: &Address, routine: &Routine, position: usize) -> Self {
        let inputs = routine.parameters.iter().filter(|it| it.mode != Mode::Out);
        let (result, columns) = result_of(routine);
        let flag = |name: &str| routine.flags.iter().any(|it| it == name);
        Candidate {
            arguments: inputs
                .clone()
                .map(|it| (it.name.clone().unwrap_or_default(), type_key(&it.ty)))
                .collect(),
            n_defaults: inputs.filter(|it| it.default.is_some()).count(),
            variadic: routine.parameters.iter().any(|it| it.mode == Mode::Variadic),
            result,
            position,
            origin: Origin::Declared(at.clone()),
            kind: match routine.sort {
                crate::object::routine::Sort::Procedure => FunctionKind::Procedure,
                crate::object::routine::Sort::Function if flag("WINDOW") => FunctionKind::Window,
                crate::object::routine::Sort::Function => FunctionKind::Function,
            },
            volatility: match () {
                () if flag("IMMUTABLE") => Volatility::Immutable,
                () if flag("STABLE") => Volatility::Stable,
                () => Volatility::Volatile,
            },
            inlines: routine.language == "sql",
            returns_set: matches!(routine.returns, Returns::Set(_) | Returns::Table(_)),
            columns,
        }
    }

    fn plain(
        at: &Address,
        arguments: &[&str],
        result: &str,
        kind: FunctionKind,
        position: usize,
    ) -> Self {
        Candidate {
            arguments: arguments.iter().map(|ty| (SmolStr::default(), SmolStr::new(ty))).collect(),
            n_defaults: 0,
            variadic: false,
            result: result.into(),
            position,
            origin: Origin::Declared(at.clone()),
            kind,
            volatility: Volatility::Immutable,
            inlines: false,
            returns_set: false,
            columns: Vec::new(),
        }
    }
}

fn type_key(ty: &TypeName) -> SmolStr {
    key(ty).unwrap_or(SmolStr::new_static(NO_TYPE))
}

/// Returns the type that a routine gives, and the columns of its rows where its signature names them.
fn result_of(routine: &Routine) -> (SmolStr, Vec<Column>) {
    let column =
        |name: &Name, ty: &TypeName| Column { name: name.clone(), value: Value::typed(ty, true) };
    let outs: Vec<Column> = match &routine.returns {
        Returns::Table(columns) => columns.iter().map(|(name, ty)| column(name, ty)).collect(),
        Returns::Unsaid | Returns::One(_) | Returns::Set(_) => {
            let outs =
                routine.parameters.iter().filter(|it| matches!(it.mode, Mode::Out | Mode::InOut));
            let name = |n: usize, name: &Option<Name>| {
                name.clone().unwrap_or_else(|| format!("column{}", n + 1).into())
            };
            outs.enumerate().map(|(n, it)| column(&name(n, &it.name), &it.ty)).collect()
        }
    };
    let result = match (&routine.returns, outs.as_slice()) {
        (Returns::One(ty) | Returns::Set(ty), _) => type_key(ty),
        (_, []) => "void".into(),
        (_, [one]) => one.value.ty.clone().unwrap_or_default(),
        (_, _) => "record".into(),
    };
    (result, outs)
}

impl Functions {
    /// Gathers the routines that a name means from a schema.
    pub(super) fn gather(
        world: &World<'_>,
        schema: Option<&Name>,
        name: &Name,
        home: &Name,
    ) -> Self {
        let mut found = Functions {
            open: world.unknown_extension || world.names.unreadable,
            ..Functions::default()
        };
        let public = Name::new_static("public");
        let schemas: Vec<&Name> = match schema {
            Some(schema) => vec![schema],
            None if home == "public" => vec![home],
            None => vec![home, &public],
        };
        if schema.is_none_or(|it| it == "pg_catalog") {
            found.add_provided(&builtin::postgresql(), name, OWN_POSITION, &Origin::Own, &|ty| {
                SmolStr::new(ty)
            });
        }
        for (n, schema) in schemas.iter().enumerate() {
            found.add_declared(world, schema, name, n + 1);
        }
        for extension in
            world.extensions.iter().filter(|it| schema.is_none_or(|schema| *schema == it.home))
        {
            let origin = Origin::Extension(extension.name.clone(), extension.home.clone());
            found.add_provided(&extension.provided, name, 3, &origin, &|ty| {
                world.extension_type(extension, ty)
            });
        }
        found
    }

    fn add_provided(
        &mut self,
        provided: &Provided,
        name: &str,
        position: usize,
        origin: &Origin,
        rename: &dyn Fn(&str) -> SmolStr,
    ) {
        for function in provided.functions(name) {
            let new = Candidate::builtin(&function, position, origin, rename);
            let same = self.list.iter_mut().find(|old| {
                old.origin == new.origin
                    && old.arguments.iter().map(|it| &it.1).eq(new.arguments.iter().map(|it| &it.1))
            });
            match same {
                // The facts of an older major.
                Some(old) if new.volatility == Volatility::Immutable => {
                    old.volatility = Volatility::Immutable
                }
                Some(_) => {}
                None => self.list.push(new),
            }
        }
    }

    fn add_declared(&mut self, world: &World<'_>, schema: &Name, name: &Name, position: usize) {
        let at = Qualified { schema: schema.clone(), name: name.clone() };
        for (at, entry) in world.catalog.routines(&at) {
            match &entry.object {
                Object::Routine(routine) => {
                    self.list.push(Candidate::declared(at, routine, position))
                }
                Object::Aggregate(aggregate) => {
                    let types: Vec<SmolStr> = aggregate
                        .arguments
                        .iter()
                        .chain(aggregate.ordered.iter().flatten())
                        .map(|it| type_key(&it.ty))
                        .collect();
                    let types: Vec<&str> = types.iter().map(SmolStr::as_str).collect();
                    let kind = match &aggregate.ordered {
                        None => FunctionKind::Aggregate,
                        Some(_) => FunctionKind::OrderedSet { n_direct: aggregate.arguments.len() },
                    };
                    let mut new = Candidate::plain(at, &types, "", kind, position);
                    new.variadic = aggregate.arguments.iter().any(|it| it.variadic);
                    self.list.push(new);
                }
                _ => {}
            }
        }
        if world.names.routines.contains_key(&at)
            && self.list.iter().all(|it| it.position != position)
        {
            // It is declared and could not be read.
            self.open = true;
        }
        self.add_range(world, &at, position);
    }

    /// A range type has functions of its name that make its values.
    fn add_range(&mut self, world: &World<'_>, at: &Qualified, position: usize) {
        let of_type = Address::new(Kind::RangeType, at.schema.clone(), at.name.clone());
        if let Some(Object::RangeType(range)) =
            world.catalog.get(&of_type).map(|entry| &entry.object)
        {
            let (own, subtype) = (named(&at.schema, &at.name), type_key(&range.subtype));
            for arguments in [&[&*subtype, &subtype][..], &[&subtype, &subtype, "text"]] {
                self.list.push(Candidate::plain(
                    &of_type,
                    arguments,
                    &own,
                    FunctionKind::Function,
                    position,
                ));
            }
        } else if world.multiranges.contains(at) {
            self.open = true;
        }
    }

    /// Chooses the routine that a call means.
    pub(super) fn choose(
        &self,
        world: &World<'_>,
        name: &str,
        arguments: &[Value],
        names: &[&str],
        variadic: VariadicWord,
    ) -> Choice {
        let key: Vec<Option<SmolStr>> = arguments.iter().map(|it| it.ty.clone()).collect();
        let plain = names.is_empty() && variadic == VariadicWord::Absent;
        if let Some(known) = self.chosen.borrow().get(&key).filter(|_| plain) {
            return known.clone();
        }
        let signatures: Vec<Signature<'_>> = self.list.iter().map(Candidate::signature).collect();
        let types: Vec<Option<&str>> = arguments.iter().map(Value::ty).collect();
        let call = Call { name, arguments: &types, names, variadic };
        let choice = conclude(typing::function(&call, &signatures, &world.types), self.open);
        if plain {
            self.chosen.borrow_mut().insert(key, choice.clone());
        }
        choice
    }

    /// Returns the only candidate that a call with so many arguments can mean.
    pub(super) fn only(&self, n_arguments: usize) -> Option<&Candidate> {
        let fits = |it: &&Candidate| {
            let n = it.arguments.len();
            it.variadic || (n_arguments <= n && n <= n_arguments + it.n_defaults)
        };
        let mut fitting = self.list.iter().filter(fits);
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

fn conclude(resolution: Resolution, open: bool) -> Choice {
    match resolution {
        Resolution::Resolved(found) => match found.signature {
            Some(n) => {
                let known = !found.result.is_empty() && found.result != NO_TYPE;
                Choice::One(n, known.then_some(found.result))
            }
            None => Choice::Cast(found.result),
        },
        Resolution::None if !open => Choice::None,
        Resolution::Ambiguous if !open => Choice::Ambiguous,
        Resolution::None
        | Resolution::Ambiguous
        | Resolution::Undetermined
        | Resolution::Unsure => Choice::Unsure,
    }
}

/// An operator that a symbol may mean.
#[derive(Debug)]
pub(super) struct OperatorCandidate {
    operands: Vec<SmolStr>,
    result: SmolStr,
    position: usize,
    pub(super) origin: Origin,
    /// The function of one of PostgreSQL's own.
    pub(super) function: &'static str,
}

/// The types on the left and right of an operator.
type Operands = (Option<SmolStr>, Option<SmolStr>);

/// The operators of a symbol.
#[derive(Debug, Default)]
pub(super) struct Operators {
    pub(super) list: Vec<OperatorCandidate>,
    open: bool,
    chosen: RefCell<HashMap<Operands, Choice>>,
}

impl Operators {
    /// Gathers the operators of a symbol.
    pub(super) fn gather(world: &World<'_>, symbol: &str) -> Self {
        let mut found = Operators {
            open: world.unknown_extension || world.names.unreadable,
            ..Operators::default()
        };
        found.add_provided(&builtin::postgresql(), symbol, OWN_POSITION, &Origin::Own, &|ty| {
            SmolStr::new(ty)
        });
        for (at, entry) in world.declared_operators.get(symbol).into_iter().flatten() {
            let Object::Operator(operator) = &entry.object else { continue };
            let operands: Vec<SmolStr> =
                operator.left.iter().chain([&operator.right]).map(type_key).collect();
            let function = definition::value(&operator.definition, "function")
                .or_else(|| definition::value(&operator.definition, "procedure"));
            let result =
                function.and_then(|function| world.result_of(function, &at.schema, &operands));
            found.list.push(OperatorCandidate {
                operands,
                result: result.unwrap_or_default(),
                position: 1,
                origin: Origin::Declared((*at).clone()),
                function: "",
            });
        }
        for extension in &world.extensions {
            let origin = Origin::Extension(extension.name.clone(), extension.home.clone());
            found.add_provided(&extension.provided, symbol, 3, &origin, &|ty| {
                world.extension_type(extension, ty)
            });
        }
        found
    }

    fn add_provided(
        &mut self,
        provided: &Provided,
        symbol: &str,
        position: usize,
        origin: &Origin,
        rename: &dyn Fn(&str) -> SmolStr,
    ) {
        for operator in provided.operators(symbol) {
            let operands: Vec<SmolStr> =
                operator.left.into_iter().chain([operator.right]).map(rename).collect();
            if self.list.iter().any(|old| old.origin == *origin && old.operands == operands) {
                continue;
            }
            let result = rename(operator.result);
            self.list.push(OperatorCandidate {
                operands,
                result,
                position,
                origin: origin.clone(),
                function: operator.function,
            });
        }
    }

    /// Chooses the operator; a prefix operator has no left operand.
    pub(super) fn choose(&self, world: &World<'_>, left: Option<&Value>, right: &Value) -> Choice {
        // The symbol's arity is part of the key by a type that no value has.
        let key = (left.map_or(Some("prefix".into()), |it| it.ty.clone()), right.ty.clone());
        if let Some(known) = self.chosen.borrow().get(&key) {
            return known.clone();
        }
        let signatures: Vec<Signature<'_>> = self
            .list
            .iter()
            .map(|it| Signature {
                arguments: it.operands.iter().map(|ty| ("", &**ty)).collect(),
                n_defaults: 0,
                variadic: false,
                result: &it.result,
                path_position: it.position,
            })
            .collect();
        let operands: Vec<Option<&str>> = left.into_iter().chain([right]).map(Value::ty).collect();
        let choice = conclude(typing::operator(&operands, &signatures, &world.types), self.open);
        self.chosen.borrow_mut().insert(key, choice.clone());
        choice
    }
}
