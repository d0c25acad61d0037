//! A server that judges expressions, and dice that make them.

use std::collections::BTreeMap;

use schemac::sql::builtin::casts::{CastContext, CastMethod};
use schemac::sql::builtin::types::TypeKind;
use schemac::sql::builtin::{Provided, postgresql};
use schemac::sql::typing::{Facts, Kind, Resolution, TypeSystem};

use crate::support;
use crate::support::postgres::database::Session;

const UNKNOWN: &str = "unknown";
/// Of a hundred, how many arguments are untyped.
const UNTYPED: usize = 20;

/// A user's types, beside the built-in ones.
const USER_TYPES: &str = "
    CREATE TYPE public.mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN public.amount AS numeric;
    CREATE DOMAIN public.label AS text;
    CREATE DOMAIN public.numbers AS integer[];
    CREATE TYPE public.pair AS (a integer, b text);
    CREATE TYPE public.moods AS RANGE (subtype = public.mood, multirange_type_name = public.multimoods);
    CREATE CAST (public.pair AS public.mood) WITH INOUT AS IMPLICIT;";

/// Adds what [`USER_TYPES`] makes.
fn add_user_types(types: &mut TypeSystem) {
    let domain = |base: &str| Facts::new(Kind::Domain { base: base.into() });
    types.add_type("public.mood", Facts::new(Kind::Enum));
    types.add_type("public.amount", domain("numeric"));
    types.add_type("public.label", domain("text"));
    types.add_type("public.numbers", domain("integer[]"));
    types.add_type("public.pair", Facts::new(Kind::Composite));
    let (subtype, multirange) = ("public.mood".into(), "public.multimoods".into());
    types.add_type("public.moods", Facts::new(Kind::Range { subtype, multirange }));
    types.add_type(
        "public.multimoods",
        Facts::new(Kind::Multirange { range: "public.moods".into() }),
    );
    types.add_cast("public.pair", "public.mood", CastContext::Implicit, CastMethod::InOut);
}

pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// What the server makes of an expression.
#[derive(Debug, PartialEq)]
enum Verdict {
    Type(String),
    None,
    Ambiguous,
    /// It chose, and then refused for another reason.
    Other(String),
}

pub(crate) struct Server {
    pub(crate) client: Session,
    pub(crate) provided: Provided,
    pub(crate) types: TypeSystem,
    type_names: BTreeMap<u32, String>,
    /// Types to draw arguments from.
    pub(crate) pool: Vec<String>,
    pub(crate) n_agreed: usize,
    pub(crate) n_unsure: usize,
    /// Of those that agree, how many the server refuses for a reason beyond the choice.
    n_refused: usize,
    pub(crate) differences: Vec<String>,
}

impl Server {
    pub(crate) fn new(major: u8) -> Server {
        let mut client = support::postgres::connect(major);
        client.batch_execute("BEGIN").unwrap();
        client.batch_execute(USER_TYPES).unwrap();
        client.batch_execute("SET search_path = ''").unwrap();
        let query = "SELECT t.oid, format_type(t.oid, NULL),
                t.typtype <> 'p' AND t.typname NOT LIKE 'pg\\_%' AND t.typrelid = 0
                AND coalesce(e.typrelid = 0 AND e.typtype <> 'p', true) OR t.typname IN ('pair', '_pair')
            FROM pg_type t LEFT JOIN pg_type e ON e.typarray = t.oid ORDER BY t.oid";
        let rows = client.query(query, &[]).unwrap();
        let type_names = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let pool = rows.iter().filter(|row| row.get(2)).map(|row| row.get(1)).collect();
        let provided = postgresql().in_major(major);
        let mut types = TypeSystem::new(&provided);
        add_user_types(&mut types);
        Server {
            client,
            provided,
            types,
            type_names,
            pool,
            n_agreed: 0,
            n_unsure: 0,
            n_refused: 0,
            differences: Vec::new(),
        }
    }

    fn verdict(&mut self, expression: &str) -> Verdict {
        self.client.batch_execute("SAVEPOINT s").unwrap();
        let verdict = match self.client.prepare(&format!("SELECT {expression}")) {
            Ok(statement) => {
                Verdict::Type(self.type_names[&statement.columns()[0].type_().oid()].clone())
            }
            Err(error) => {
                let error = error.as_db_error().unwrap();
                match (error.code().code(), error.message()) {
                    ("42883", _) => Verdict::None,
                    ("42725", _) => Verdict::Ambiguous,
                    (_, message) => Verdict::Other(message.to_owned()),
                }
            }
        };
        self.client.batch_execute("ROLLBACK TO s; RELEASE s").unwrap();
        verdict
    }

    /// Compares what we say of an expression with what the server says.
    pub(crate) fn compare(&mut self, expression: &str, ours: &Resolution) {
        let theirs = self.verdict(expression);
        let agree = match (ours, &theirs) {
            (Resolution::Unsure, _) => {
                self.n_unsure += 1;
                return;
            }
            (Resolution::Resolved(resolved), Verdict::Type(name)) => {
                self.described(&resolved.result) == name
            }
            (Resolution::Resolved(_), Verdict::Other(message)) => {
                self.n_refused += 1;
                !message.contains("could not determine")
            }
            (Resolution::None, Verdict::None) | (Resolution::Ambiguous, Verdict::Ambiguous) => true,
            (Resolution::Undetermined, Verdict::Other(message)) => {
                message.contains("could not determine")
                    || message.contains("could not find array type")
            }
            (Resolution::None, Verdict::Other(message)) => {
                message.contains("cannot be matched") || message.contains("could not convert type")
            }
            _ => false,
        };
        if agree {
            self.n_agreed += 1;
        } else {
            self.differences.push(format!("{expression}: ours {ours:?}, the server's {theirs:?}"));
        }
    }

    /// The protocol describes a column of a domain by its base type.
    fn described<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "public.amount" => "numeric",
            "public.label" => "text",
            "public.numbers" => "integer[]",
            _ => match self.provided.type_named(name).map(|found| found.kind) {
                Some(TypeKind::Domain { base }) => base,
                _ => name,
            },
        }
    }

    #[expect(clippy::print_stdout, reason = "figures for `--nocapture`")]
    pub(crate) fn finish(self, what: &str) {
        let n = self.n_agreed + self.n_unsure + self.differences.len();
        let (agreed, unsure, refused) = (self.n_agreed, self.n_unsure, self.n_refused);
        let summary =
            format!("{what}: {n} tried, {agreed} agree ({refused} refused later), {unsure} unsure");
        println!("{summary}");
        assert!(
            self.differences.is_empty(),
            "{summary}; these differ:\n{}",
            self.differences.join("\n")
        );
    }

    pub(crate) fn any_type(&self, dice: &mut Dice) -> String {
        self.pool[dice.below(self.pool.len())].clone()
    }

    /// A type for an argument declared so: mostly the declared one, a common one, an untyped literal or just any.
    pub(crate) fn argument(&self, declared: &str, dice: &mut Dice) -> String {
        const COMMON: [&str; 12] = [
            "integer",
            "bigint",
            "smallint",
            "text",
            "character varying",
            "numeric",
            "double precision",
            "boolean",
            "date",
            "timestamp with time zone",
            "jsonb",
            "integer[]",
        ];
        match dice.below(100) {
            0..UNTYPED => UNKNOWN.to_owned(),
            UNTYPED..40 => dice.pick(&COMMON).to_owned(),
            40..50 => self.any_type(dice),
            _ if self.pool.iter().any(|name| name == declared) => declared.to_owned(),
            _ => match declared {
                "anyarray" | "anycompatiblearray" => {
                    dice.pick(&["integer[]", "text[]", "int2vector", "public.mood[]"])
                }
                "anyrange" | "anycompatiblerange" => {
                    dice.pick(&["int4range", "numrange", "public.moods"])
                }
                "anymultirange" | "anycompatiblemultirange" => {
                    dice.pick(&["int4multirange", "public.multimoods"])
                }
                "anyenum" => "public.mood",
                _ => dice.pick(&COMMON),
            }
            .to_owned(),
        }
    }
}

/// Writes an argument of a type.
pub(crate) fn null_of(name: &str) -> String {
    if name == UNKNOWN { "NULL".to_owned() } else { format!("NULL::{name}") }
}
