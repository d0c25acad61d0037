//! `graph`: diagrams of a source, whole and in part.

use std::process::Stdio;

use super::{BAD, Place};

/// One of each: keys of every sort, a reference to itself, an enum, partitions, another schema, odd names.
const SHOP: &str = r#"
schema billing;
enum status { 'open'; 'in work'; }
/// People <who> "buy".
table customers {
  id: bigint primary key generated always as identity;
  email: text unique;
  parent_id: bigint? references customers;
}
table orders {
  partition by range (placed_at);
  id: bigint;
  placed_at: timestamptz;
  customer_id: bigint references customers;
  status: status default 'open';
  "odd <name>": numeric(12,2)?;
  primary key (id, placed_at);
  partition orders_old from (minvalue) to ('2026-01-01');
  partition orders_new from ('2026-01-01') to (maxvalue);
}
table billing.accounts {
  customer_id: bigint primary key references customers;
  iban: text?;
}
view open_orders { as select id from orders where status = 'open'; }
"#;

fn shop() -> Place {
    Place::with(&[("schemas/shop.schema", SHOP)])
}

#[test]
fn a_diagram_in_each_format() {
    let place = shop();
    for format in ["mermaid", "dot", "json"] {
        let done = place.run(&format!("graph --format {format}")).exits(0);
        assert_eq!(done.err, "");
        done.is_as(&format!("graph_{format}"));
    }
    assert_eq!(place.run("graph").out, place.run("graph --format mermaid").out);
    place.run("graph --dependencies").exits(0).is_as("graph_dependencies");
}

#[test]
fn a_picture_is_well_formed_and_says_what_it_shows() {
    let place = shop();
    for args in ["graph --format svg", "graph --format svg --dependencies"] {
        let svg = place.run(args).exits(0).out;
        assert_eq!(svg, place.run(args).out, "the same source makes the same bytes");
        balanced(&svg);
        assert!(svg.contains("role=\"img\"") && svg.contains("prefers-color-scheme: dark"));
        assert!(svg.contains("People &lt;who&gt; &quot;buy&quot;."), "{svg}");
        assert!(!svg.contains("http") || svg.matches("http").count() == 1, "nothing is loaded");
    }
    let svg = place.run("graph --format svg").exits(0).out;
    assert!(svg.contains(">odd &lt;name&gt;</text>") && svg.contains(">2 partitions</text>"));
    assert!(svg.contains("orders (customer_id) → customers (id)\norders_customer_id_fkey"));
}

/// Asserts that elements are closed in order, and that no text has a sign of its own.
fn balanced(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = svg.split_once("-->").expect("it begins with a comment").1;
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        assert!(!text.contains('>') || open.last() == Some(&"style"), "{text}");
        let name = tag.split([' ', '/']).find(|it| !it.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_part_is_shown() {
    let place = shop();
    let shown = |args: &str| {
        let out = place.run(&format!("graph --format json {args}")).exits(0).out;
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        let nodes = json["nodes"].as_array().unwrap();
        nodes.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown("--focus orders"), ["status", "customers", "orders"]);
    assert_eq!(shown("--focus public.orders --depth 0"), ["orders"]);
    assert_eq!(
        shown("--focus orders_new --depth 0"),
        ["orders"],
        "a partition is part of its table"
    );
    assert_eq!(shown("--focus accounts --depth 1"), ["accounts", "customers"]);
    assert_eq!(shown("--focus accounts --depth 2"), ["accounts", "customers", "orders"]);
    assert_eq!(shown("--schema billing"), ["accounts"]);
    assert_eq!(shown("--schema billing --schema public").len(), 4);
    assert_eq!(
        shown("schemas --dependencies --focus open_orders"),
        ["status", "orders", "open_orders"]
    );
}

#[test]
fn what_is_not_there_is_wrong_usage() {
    let place = shop();
    place.run("graph --focus order").exits(2).says(&["no `order`", "did you mean `orders`?"]);
    place.run("graph --focus account").exits(2).says(&["did you mean `accounts`?"]);
    place.run("graph --focus nowhere").exits(2).says(&["name a table"]);
    place.run("graph --schema biling").exits(2).says(&["did you mean `billing`?"]);
    place.run("graph --schema x").exits(2).says(&["name one of billing, public"]);
    place.run("graph --depth 2").exits(2).says(&["--focus <NAME>"]);
    place.run("graph --format png").exits(2).says(&["mermaid, dot, svg, json"]);
    place.write(
        "schemas/more.schema",
        "schema other;\ntable other.orders { id: bigint primary key; }\n",
    );
    place.run("graph --focus orders").exits(2).says(&["other.orders", "public.orders"]);
    place.run("graph --focus other.orders").exits(0);
}

#[test]
fn a_source_with_errors_has_no_diagram() {
    let place = Place::with(&[("schemas/a.schema", BAD)]);
    let done = place.run("graph --out a.svg --format svg").exits(1);
    assert_eq!(done.out, "");
    done.says(&["there is no type `txt`", "2 errors in 1 file"]);
    assert_eq!(place.list("."), ["schemas"]);
}

#[test]
fn a_diagram_goes_into_a_file() {
    let place = shop();
    for format in ["mermaid", "dot", "svg", "json"] {
        let args = format!("graph --format {format} --out made/{format}");
        place.run(&args).exits(0).says(&[&format!("wrote made/{format}")]);
        place.run(&args).exits(0).says(&["as before"]);
        assert_eq!(
            place.read(&format!("made/{format}")),
            place.run(&format!("graph --format {format}")).out
        );
    }
    place.write("mine.svg", "<svg/>");
    place.run("graph --format svg --out mine.svg").exits(1).says(&["was not written by schemac"]);
    assert_eq!(place.read("mine.svg"), "<svg/>");
}

#[test]
fn nothing_and_much_are_drawn_too() {
    let place = Place::with(&[("schemas/a.schema", "")]);
    for format in ["mermaid", "dot", "svg", "json"] {
        place.run(&format!("graph --format {format}")).exits(0);
    }
    balanced(&place.run("graph --format svg").exits(0).out);
    let tables = (0..300).map(|n| {
        let (a, b) = (n * 7 % 300, n * n % 11);
        format!("table t{n} {{ id: bigint primary key; a: bigint? references t{a}; b: bigint references t{b}; }}\n")
    });
    place.write("schemas/many.schema", tables.collect::<String>());
    let svg = place.run("graph --format svg").exits(0).out;
    balanced(&svg);
    assert_eq!(svg.matches("class=\"line\"").count(), 600);
    let mut child = place.command("graph --format svg").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0), "nobody need read all of it");
}
