//! Holds the choice of functions, operators and types to that of the servers at hand, by random expressions.
//!
//! Each expression is prepared on the server, which gives the type of its result or refuses it; `sql::typing` must say
//! the same. The dice are fixed, so that a failure comes again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod server;

use postgres::Client;
use schemac::sql::builtin::casts::CastContext;
use schemac::sql::builtin::functions::{Function, FunctionKind};
use schemac::sql::typing::{
    Call, DefaultOperatorClass, Signature, VariadicWord, can_coerce, common_type,
    default_operator_class, function, operator,
};

use crate::support;
use server::{Dice, Server, null_of};

fn on_each_major(test: impl Fn(u8)) {
    for major in support::postgres::majors() {
        test(major);
    }
}

fn some(arguments: &[String]) -> Vec<Option<&str>> {
    arguments.iter().map(|argument| Some(argument.as_str())).collect()
}

fn is_callable(function: &Function) -> bool {
    let plain = !function.name.contains('.')
        && !function.arguments.iter().any(|a| a.type_name == "internal");
    let callable = matches!(function.kind, FunctionKind::Function | FunctionKind::Aggregate);
    plain && callable && function.result != "internal"
}

#[test]
fn functions() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        let all: Vec<Function> = server.provided.all_functions().filter(is_callable).collect();
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        for _ in 0..2000 {
            let model = &all[dice.below(all.len())];
            let mut arguments: Vec<String> = model
                .arguments
                .iter()
                .map(|argument| server.argument(argument.type_name, &mut dice))
                .collect();
            if model.variadic && dice.below(2) == 0 {
                arguments.extend(arguments.last().cloned());
            }
            if dice.below(4) == 0 {
                arguments.pop();
            }
            compare_call(&mut server, model.name, &arguments, &[]);
        }
        server.finish(&format!("functions of {major}"));
    });
}

fn compare_call(server: &mut Server, name: &str, arguments: &[String], names: &[&str]) {
    let candidates: Vec<Function> = server.provided.functions(name).collect();
    if candidates.iter().any(|candidate| {
        !matches!(candidate.kind, FunctionKind::Function | FunctionKind::Aggregate)
    }) {
        return;
    }
    let signatures: Vec<Signature<'_>> = candidates.iter().map(Signature::from).collect();
    let call = Call { name, arguments: &some(arguments), names, variadic: VariadicWord::Absent };
    let ours = function(&call, &signatures, &server.types);
    let n_positional = arguments.len() - names.len();
    let written = arguments.iter().enumerate().map(|(at, argument)| {
        match names.get(at.wrapping_sub(n_positional)) {
            Some(name) => format!("\"{name}\" => {}", null_of(argument)),
            None => null_of(argument),
        }
    });
    let expression = format!("pg_catalog.\"{name}\"({})", written.collect::<Vec<_>>().join(", "));
    server.compare(&expression, &ours);
}

#[test]
fn named_arguments() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        let named = |function: &Function| {
            is_callable(function)
                && !function.arguments.is_empty()
                && function.arguments.iter().all(|a| !a.name.is_empty())
        };
        let all: Vec<Function> = server.provided.all_functions().filter(named).collect();
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        for _ in 0..500 {
            let model = &all[dice.below(all.len())];
            let from = dice.below(model.arguments.len() + 1);
            let mut order: Vec<usize> = (from..model.arguments.len()).collect();
            if order.len() > 1 {
                let n = order.len();
                order.swap(dice.below(n), dice.below(n));
                order.truncate(n - dice.below(2));
            }
            let places: Vec<usize> = (0..from).chain(order.iter().copied()).collect();
            let arguments: Vec<String> = places
                .iter()
                .map(|at| server.argument(model.arguments[*at].type_name, &mut dice))
                .collect();
            let names: Vec<&str> = order.iter().map(|at| model.arguments[*at].name).collect();
            compare_call(&mut server, model.name, &arguments, &names);
        }
        server.finish(&format!("named arguments of {major}"));
    });
}

#[test]
fn operators() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        let all: Vec<_> = server.provided.all_operators().collect();
        let mut dice = Dice(0xD1B5_4A32_D192_ED03);
        for _ in 0..2000 {
            let model = all[dice.below(all.len())];
            let left = model.left.map(|left| server.argument(left, &mut dice));
            let right = server.argument(model.right, &mut dice);
            let operands: Vec<String> = left.into_iter().chain([right]).collect();
            let signatures: Vec<_> =
                server.provided.operators(model.symbol).map(|o| Signature::from(&o)).collect();
            let ours = operator(&some(&operands), &signatures, &server.types);
            let mut written: Vec<String> =
                operands.iter().map(|operand| null_of(operand)).collect();
            let right = written.pop().unwrap();
            let left = written.pop().unwrap_or_default();
            server.compare(&format!("{left} OPERATOR(pg_catalog.{}) {right}", model.symbol), &ours);
        }
        server.finish(&format!("operators of {major}"));
    });
}

/// Overloads with defaults, variadic arguments and two schemas, made by dice.
#[test]
fn users_functions() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        server
            .client
            .batch_execute("CREATE SCHEMA other; SET search_path = public, other")
            .unwrap();
        let mut dice = Dice(0x1234_5678_9ABC_DEF1);
        for round in 0..60 {
            let overloads = create_overloads(&mut server, round, &mut dice);
            let signatures: Vec<Signature<'_>> =
                overloads.iter().map(Overload::signature).collect();
            for _ in 0..12 {
                let model = &overloads[dice.below(overloads.len())];
                let mut arguments: Vec<String> = model
                    .arguments
                    .iter()
                    .map(|declared| server.argument(declared, &mut dice))
                    .collect();
                match dice.below(3) {
                    0 => arguments.extend(arguments.last().cloned()),
                    1 => arguments.truncate(arguments.len() - 1),
                    _ => {}
                }
                let name = format!("f{round}");
                let word =
                    if dice.below(6) == 0 { VariadicWord::Written } else { VariadicWord::Absent };
                let known = some(&arguments);
                let call = Call { name: &name, arguments: &known, names: &[], variadic: word };
                let ours = function(&call, &signatures, &server.types);
                let mut written: Vec<String> =
                    arguments.iter().map(|argument| null_of(argument)).collect();
                if let (Some(last), VariadicWord::Written) = (written.last_mut(), word) {
                    last.insert_str(0, "VARIADIC ");
                }
                server.compare(&format!("{name}({})", written.join(", ")), &ours);
            }
        }
        server.finish(&format!("user's functions of {major}"));
    });
}

struct Overload {
    path_position: usize,
    arguments: Vec<String>,
    n_defaults: usize,
    variadic: bool,
    result: &'static str,
}

impl Overload {
    fn signature(&self) -> Signature<'_> {
        Signature {
            arguments: self.arguments.iter().map(|argument| ("", argument.as_str())).collect(),
            n_defaults: self.n_defaults,
            variadic: self.variadic,
            result: self.result,
            path_position: self.path_position,
        }
    }
}

fn create_overloads(server: &mut Server, round: usize, dice: &mut Dice) -> Vec<Overload> {
    const DECLARED: [&str; 16] = [
        "integer",
        "bigint",
        "numeric",
        "text",
        "character varying",
        "boolean",
        "date",
        "public.mood",
        "public.label",
        "anyelement",
        "anyarray",
        "anycompatible",
        "anycompatiblearray",
        "anyrange",
        "integer[]",
        "public.pair",
    ];
    const RESULTS: [&str; 4] = ["integer", "text", "public.mood", "boolean"];
    let mut overloads = Vec::new();
    while overloads.len() < 5 {
        let arguments: Vec<String> =
            (0..=dice.below(3)).map(|_| dice.pick(&DECLARED).to_owned()).collect();
        let variadic = dice.below(3) == 0 && arguments.last().unwrap().ends_with("[]");
        let n_defaults = if variadic { 0 } else { dice.below(2) };
        let path_position = dice.below(2);
        let result = dice.pick(&RESULTS);
        let declared = arguments.iter().enumerate().map(|(at, argument)| {
            let last = at + 1 == arguments.len();
            let variadic = if last && variadic { "VARIADIC " } else { "" };
            let default = if last && n_defaults > 0 { " DEFAULT NULL" } else { "" };
            format!("{variadic}{argument}{default}")
        });
        let schema = ["public", "other"][path_position];
        let create = format!(
            "CREATE FUNCTION {schema}.f{round}({}) RETURNS {result} LANGUAGE sql AS 'SELECT NULL::{result}'",
            declared.collect::<Vec<_>>().join(", ")
        );
        server.client.batch_execute("SAVEPOINT made").unwrap();
        match server.client.batch_execute(&create) {
            Ok(()) => {
                overloads.push(Overload { path_position, arguments, n_defaults, variadic, result })
            }
            Err(_) => server.client.batch_execute("ROLLBACK TO made").unwrap(),
        }
        server.client.batch_execute("RELEASE made").unwrap();
    }
    overloads
}

#[test]
fn common_types() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        let mut dice = Dice(0x0BAD_CAFE_F00D_BEEF);
        for _ in 0..2000 {
            let first = server.any_type(&mut dice);
            let n = 2 + dice.below(2);
            let arguments: Vec<String> =
                (0..n).map(|_| server.argument(&first, &mut dice)).collect();
            let ours = common_type(&some(&arguments), &server.types);
            let written: Vec<String> = arguments.iter().map(|argument| null_of(argument)).collect();
            server.compare(&format!("COALESCE({})", written.join(", ")), &ours);
        }
        server.finish(&format!("common types of {major}"));
    });
}

#[test]
fn casts() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        let columns: Vec<String> =
            server.pool.iter().enumerate().map(|(at, name)| format!("c{at} {name}")).collect();
        server
            .client
            .batch_execute(&format!("CREATE TEMPORARY TABLE sink ({})", columns.join(", ")))
            .unwrap();
        let mut dice = Dice(0x6A09_E667_F3BC_C908);
        for _ in 0..1000 {
            let (at, source) = (dice.below(server.pool.len()), server.any_type(&mut dice));
            let target = server.pool[at].clone();
            let explicit = format!("SELECT NULL::{source}::{target}");
            let assignment = format!("INSERT INTO pg_temp.sink (c{at}) VALUES (NULL::{source})");
            for (statement, context) in
                [(explicit, CastContext::Explicit), (assignment, CastContext::Assignment)]
            {
                server.client.batch_execute("SAVEPOINT s").unwrap();
                let theirs = server.client.prepare(&statement).is_ok();
                server.client.batch_execute("ROLLBACK TO s; RELEASE s").unwrap();
                match can_coerce(&source, &target, context, &server.types) {
                    None => server.n_unsure += 1,
                    Some(ours) if ours == theirs => server.n_agreed += 1,
                    Some(ours) => server
                        .differences
                        .push(format!("{statement}: ours {ours}, the server's {theirs}")),
                }
            }
        }
        server.finish(&format!("casts of {major}"));
    });
}

#[test]
fn default_operator_classes() {
    on_each_major(|major| {
        let mut server = Server::new(major);
        for method in ["btree", "hash", "gin", "gist", "spgist", "brin"] {
            let classes: Vec<_> =
                server.provided.operator_classes(method).filter(|class| class.default).collect();
            let inputs: Vec<&str> = classes.iter().map(|class| class.input).collect();
            for name in server.pool.clone() {
                let ours = match default_operator_class(&inputs, &name, &server.types) {
                    DefaultOperatorClass::Class(at) => Some(classes[at].name.to_owned()),
                    DefaultOperatorClass::None => None,
                    DefaultOperatorClass::Unsure => {
                        server.n_unsure += 1;
                        continue;
                    }
                };
                match server_class(&mut server.client, method, &name) {
                    Ok(theirs) if ours == theirs => server.n_agreed += 1,
                    Ok(theirs) => server.differences.push(format!(
                        "{method} of {name}: ours {ours:?}, the server's {theirs:?}"
                    )),
                    // The class was found, but something else is amiss.
                    Err(_) if ours.is_some() => server.n_agreed += 1,
                    Err(message) => server
                        .differences
                        .push(format!("{method} of {name}: ours {ours:?}, the server's {message}")),
                }
            }
        }
        server.finish(&format!("default operator classes of {major}"));
    });
}

/// The class that the server takes, `None` if it has no default, or why else it refuses.
fn server_class(
    client: &mut Client,
    method: &str,
    type_name: &str,
) -> Result<Option<String>, String> {
    let table = format!("SAVEPOINT s; CREATE TEMPORARY TABLE indexed (c {type_name})");
    client.batch_execute(&table).unwrap();
    let class = match client
        .batch_execute(&format!("CREATE INDEX made ON pg_temp.indexed USING {method} (c)"))
    {
        Ok(()) => {
            let query =
                "SELECT o.opcname::text FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0]
                WHERE i.indexrelid = 'pg_temp.made'::regclass";
            Ok(client.query_one(query, &[]).unwrap().get(0))
        }
        Err(error) => match error.as_db_error().unwrap().message() {
            message if message.contains("has no default operator class") => Ok(None),
            message => Err(message.to_owned()),
        },
    };
    client.batch_execute("ROLLBACK TO s; RELEASE s").unwrap();
    class
}
