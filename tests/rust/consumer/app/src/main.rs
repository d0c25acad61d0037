//! Writes a row of each table through the generated types, and reads the same row back.

#![deny(warnings)]

mod db;
mod names;

use std::fmt::Debug;
use std::ops::Bound;

use db::app::*;
use db::pg::{Bits, Inet, Interval, MacAddr, MacAddr8, Money, Multirange, Numeric, Range, Xml};
use postgres::types::ToSql;
use postgres::{Client, NoTls, Row};
use serde::de::DeserializeOwned;
use serde::Serialize;

type Values<'v> = &'v [(&'v str, &'v (dyn ToSql + Sync))];

fn main() {
    let url = std::env::args().nth(1).expect("the URL of a database");
    let mut client = Client::connect(&url, NoTls).expect("a connection");
    people(&mut client);
    numbers(&mut client);
    texts(&mut client);
    times(&mut client);
    addresses(&mut client);
    ranges(&mut client);
    declared(&mut client);
    arrays(&mut client);
    others(&mut client);
}

/// Writes a row and returns what is read back.
fn put<T>(client: &mut Client, table: &str, values: Values<'_>) -> T
where
    T: for<'r> TryFrom<&'r Row, Error = postgres::Error>
        + Serialize
        + DeserializeOwned
        + PartialEq
        + Debug,
{
    let columns: Vec<String> = values.iter().map(|(name, _)| format!("{name:?}")).collect();
    let places: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({}) RETURNING *",
        columns.join(", "),
        places.join(", ")
    );
    let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|(_, value)| *value).collect();
    let row =
        client.query_one(&sql, &parameters).unwrap_or_else(|error| panic!("{table}: {error:?}"));
    let read = T::try_from(&row).unwrap_or_else(|error| panic!("{table}: {error:?}"));
    let json = serde_json::to_string(&read).expect("JSON");
    assert_eq!(serde_json::from_str::<T>(&json).expect(&json), read);
    read
}

fn people(client: &mut Client) {
    let first: Person = put(client, "app.people", &[("name", &"Ada")]);
    let id: PersonId = first.id;
    let second: Person = put(client, "app.people", &[("name", &"Eve"), ("brought_by", &Some(id))]);
    assert_eq!(second.brought_by, Some(id));
    let profile: Profiles = put(client, "app.profiles", &[("person_id", &id)]);
    assert_eq!((profile.person_id, profile.alias), (id, None));
    let found = client
        .query_one("SELECT name, id, 1 AS more FROM app.grown_ups WHERE id = $1", &[&id])
        .unwrap();
    let found = GrownUps::try_from(&found).unwrap();
    assert_eq!((found.id, found.name.as_deref()), (id.0, Some("Ada")));
    let missing = client.query_one("SELECT name FROM app.people LIMIT 1", &[]);
    assert!(Person::try_from(&missing.unwrap()).is_err());
}

fn numbers(client: &mut Client) {
    let id = NumbersId(uuid::Uuid::from_u128(7));
    let numeric: Numeric = "12345678901234567890.000100".parse().unwrap();
    let row: Numbers = put(
        client,
        "app.numbers",
        &[
            ("id", &id),
            ("a_boolean", &true),
            ("a_smallint", &i16::MIN),
            ("an_integer", &i32::MAX),
            ("a_bigint", &i64::MIN),
            ("an_oid", &u32::MAX),
            ("a_real", &1.5_f32),
            ("a_double", &-0.25_f64),
            ("a_numeric", &numeric),
            ("a_scaled", &Some(Numeric::from(-42))),
            ("a_money", &Money(1234)),
        ],
    );
    assert_eq!((row.id, row.a_smallint, row.an_oid), (id, i16::MIN, u32::MAX));
    assert_eq!((row.a_real, row.a_double, row.a_money), (1.5, -0.25, Money(1234)));
    assert_eq!(row.a_numeric, numeric);
    assert_eq!(row.a_scaled.unwrap().as_str(), "-42.00");
    for text in [
        "0",
        "0.00",
        "-1",
        "1",
        "9999",
        "10000",
        "100000000",
        "0.1",
        "0.0001",
        "0.00001",
        "-0.000000001",
        "12345.6789",
        "10000.0001",
        "99999999.99999",
        "NaN",
        "1234567890123456789012345678901234567890.5",
        "100000.0000000000000000",
    ] {
        let numeric: Numeric = text.parse().unwrap();
        let sent = client.query_one("SELECT $1::numeric, $1::numeric::text", &[&numeric]).unwrap();
        assert_eq!(sent.get::<_, Numeric>(0).as_str(), text);
        assert_eq!(sent.get::<_, &str>(1), text);
    }
    for text in ["", "-", ".", "1.", ".5", "1e3", "+1", "--1", "1.2.3", "nan"] {
        assert!(text.parse::<Numeric>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<Numeric>("\"x\"").is_err());
}

fn texts(client: &mut Client) {
    let pairs = [("a".to_owned(), Some("1".to_owned())), ("b".to_owned(), None)];
    let pairs = std::collections::HashMap::from(pairs);
    let document = serde_json::json!({"a": [1, null]});
    let row: Texts = put(
        client,
        "app.texts",
        &[
            ("code", &TextsId("x".to_owned())),
            ("a_varchar", &"größer"),
            ("a_char", &"abc"),
            ("a_byte", &b'x'.cast_signed()),
            ("a_name", &"name"),
            ("bytes", &vec![0_u8, 255]),
            ("a_citext", &"CI"),
            ("a_path", &"a.b"),
            ("pairs", &pairs),
            ("document", &document),
            ("binary_document", &document),
            ("an_xml", &Xml("<a/>".to_owned())),
        ],
    );
    assert_eq!((row.a_varchar.as_str(), row.a_byte), ("größer", b'x'.cast_signed()));
    assert_eq!((row.bytes, row.a_citext.as_str()), (vec![0, 255], "CI"));
    assert_eq!((row.pairs, row.document, row.an_xml.0.as_str()), (pairs, document, "<a/>"));
}

fn times(client: &mut Client) {
    let local = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap().and_hms_opt(1, 2, 3).unwrap();
    let lasts = Interval { months: -1, days: 40, microseconds: -5 };
    let row: Times = put(
        client,
        "app.times",
        &[
            ("at", &local.and_utc()),
            ("local", &local),
            ("day", &local.date()),
            ("hour", &local.time()),
            ("lasts", &lasts),
        ],
    );
    assert_eq!((row.at, row.local, row.day), (local.and_utc(), local, local.date()));
    assert_eq!((row.hour, row.lasts), (local.time(), lasts));
}

fn addresses(client: &mut Client) {
    let inet = Inet { address: "10.1.2.3".parse().unwrap(), prefix: 8 };
    let cidr = Inet { address: "2001:db8::".parse().unwrap(), prefix: 32 };
    let bits = Bits(vec![true, false, true, true, false, false, true, false, true]);
    let row: Addresses = put(
        client,
        "app.addresses",
        &[
            ("an_inet", &inet),
            ("a_cidr", &cidr),
            ("a_mac", &MacAddr([1, 2, 3, 4, 5, 6])),
            ("a_mac8", &MacAddr8([1, 2, 3, 4, 5, 6, 7, 8])),
            ("a_bit", &Bits(vec![true, false, true])),
            ("some_bits", &bits),
        ],
    );
    assert_eq!((row.an_inet, row.a_cidr, row.some_bits), (inet, cidr, bits));
    assert_eq!((row.a_mac.0[5], row.a_mac8.0[7], row.a_bit.0.len()), (6, 8, 3));
    let text = client.query_one("SELECT host($1::inet), text($1::inet)", &[&inet]).unwrap();
    assert_eq!((text.get::<_, &str>(0), text.get::<_, &str>(1)), ("10.1.2.3", "10.1.2.3/8"));
}

fn ranges(client: &mut Client) {
    let day = |day| chrono::NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
    let at = |n| day(n).and_hms_opt(0, 0, 0).unwrap();
    let price: PriceRange = Range::Bounds(Bound::Excluded(Numeric::from(1)), Bound::Unbounded);
    let many = Multirange(vec![Range::from(1..3), Range::from(5..7)]);
    let row: Ranges = put(
        client,
        "app.ranges",
        &[
            ("ints", &Range::from(1..5)),
            ("bigs", &Range::<i64>::Empty),
            ("nums", &Range::Bounds(Bound::Unbounded, Bound::Included(Numeric::from(9)))),
            ("days", &Range::from(day(1)..day(2))),
            ("moments", &Range::from(at(1).and_utc()..at(2).and_utc())),
            ("locals", &Range::from(at(1)..at(2))),
            ("many", &many),
            ("prices", &price),
            ("some", &vec![Range::from(1..2), Range::Empty]),
        ],
    );
    assert_eq!((row.ints, row.bigs), (Range::from(1..5), Range::Empty));
    assert_eq!(row.nums, Range::Bounds(Bound::Unbounded, Bound::Included(Numeric::from(9))));
    assert_eq!(
        (row.days, row.moments),
        (Range::from(day(1)..day(2)), Range::from(at(1).and_utc()..at(2).and_utc()))
    );
    assert_eq!((row.many, row.prices, row.some[1]), (many, price, Range::Empty));
}

fn declared(client: &mut Client) {
    let email = Email("a@b".to_owned());
    let address = Address {
        street: Some("Street \"1\", (x)".to_owned()),
        zip: None,
        feeling: Some(Mood::Happy),
        mail: Some(WorkEmail(email.clone())),
        numbers: Some(vec![1, 2]),
    };
    let since = Interval { months: 1, ..Interval::default() };
    let contact = Contact {
        home: Some(address.clone()),
        others: Some(vec![address.clone()]),
        since: Some(since),
    };
    let row: Declared = put(
        client,
        "app.declared",
        &[
            ("a_mood", &Mood::Fair),
            ("some_moods", &Mood::ALL.to_vec()),
            ("a_domain", &email),
            ("a_nested", &Some(WorkEmail(email.clone()))),
            ("an_array_domain", &Moods(vec![Mood::Sad])),
            ("an_enum_domain", &Favourite(Mood::Happy)),
            ("some_domains", &vec![email.clone()]),
            ("a_composite", &address),
            ("a_nest", &Some(contact.clone())),
            ("some_composites", &vec![address.clone()]),
        ],
    );
    assert_eq!((row.a_mood, row.some_moods), (Mood::Fair, Mood::ALL.to_vec()));
    assert_eq!((&row.a_domain, row.a_nested), (&email, Some(WorkEmail(email.clone()))));
    assert_eq!(
        (row.an_array_domain, row.an_enum_domain),
        (Moods(vec![Mood::Sad]), Favourite(Mood::Happy))
    );
    assert_eq!((row.some_domains, row.a_composite), (vec![email], address.clone()));
    assert_eq!((row.a_nest, row.some_composites), (Some(contact), vec![address]));
    let text = client.query_one("SELECT $1::text", &[&Mood::Fair]).unwrap();
    assert_eq!((text.get::<_, &str>(0), text.get::<_, Mood>(0)), ("so-so", Mood::Fair));
    assert_eq!(serde_json::to_string(&Mood::Fair).unwrap(), "\"so-so\"");
    assert_eq!((Mood::from_label("no"), Mood::Fair.to_string().as_str()), (None, "so-so"));
}

fn arrays(client: &mut Client) {
    let moment = chrono::DateTime::from_timestamp(1, 0).unwrap();
    let row: Arrays = put(
        client,
        "app.arrays",
        &[
            ("bools", &vec![true, false]),
            ("ints", &None::<Vec<i32>>),
            ("texts", &vec!["a"]),
            ("ids", &vec![uuid::Uuid::nil()]),
            ("times", &vec![moment]),
            ("nums", &vec![Numeric::from(1)]),
            ("blobs", &vec![vec![1_u8]]),
            ("docs", &vec![serde_json::json!(1)]),
            ("holes", &vec![Some(1), None]),
        ],
    );
    assert_eq!((row.bools, row.ints, row.texts), (vec![true, false], None, vec!["a".to_owned()]));
    assert_eq!((row.ids, row.times), (vec![uuid::Uuid::nil()], vec![moment]));
    assert_eq!((row.nums, row.blobs), (vec![Numeric::from(1)], vec![vec![1]]));
    assert_eq!((row.docs, row.holes), (vec![serde_json::json!(1)], vec![Some(1), None]));
}

fn others(client: &mut Client) {
    let at = chrono::DateTime::from_timestamp(1_740_000_000, 0).unwrap();
    let id = client.query_one("SELECT min(id) FROM app.people", &[]).unwrap().get(0);
    let values: Values<'_> = &[("at", &at), ("person_id", &PersonId(id)), ("message", &"hi")];
    let log: Logs = put(client, "app.logs", values);
    let old = client.query_one("SELECT * FROM app.logs_2025", &[]).unwrap();
    let old = OldLog::try_from(&old).unwrap();
    assert_eq!((old.at, old.person_id, old.message), (log.at, log.person_id, log.message));
    let dog: Dogs =
        put(client, "app.dogs", &[("id", &AnimalsId(1)), ("name", &"Rex"), ("barks", &true)]);
    assert_eq!((dog.id, dog.name.as_str(), dog.barks), (AnimalsId(1), "Rex", true));
    client.batch_execute("INSERT INTO app.empty DEFAULT VALUES").unwrap();
    let empty = client.query_one("SELECT * FROM app.empty", &[]).unwrap();
    assert_eq!(Empty::try_from(&empty).unwrap(), Empty {});
    client.batch_execute("INSERT INTO app.hidden VALUES (1)").unwrap();
    let token = Token(uuid::Uuid::from_u128(1));
    let host: std::net::IpAddr = "::1".parse().unwrap();
    let values: Values<'_> = &[("hidden_id", &1), ("host", &host), ("token", &token)];
    let shown: Shown = put(client, "app.shown", values);
    let used: UsesToken = put(client, "app.uses_token", &[("token", &shown.token)]);
    assert_eq!((used.token, shown.hidden_id, shown.host), (token, 1, host));
}
