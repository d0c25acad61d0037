//! What people write who come from SQL, Prisma or Drizzle, and what is written here instead.

/// Where a text does not parse.
pub(super) struct Spot<'t> {
    text: &'t str,
    at: usize,
    /// The token there.
    found: &'t str,
    /// The words in front of it, the nearest last.
    before: Vec<&'t str>,
    item: bool,
}

impl<'t> Spot<'t> {
    /// Takes a text, the offset and the token where it does not parse, and its part from the first word on.
    pub(super) fn new(text: &'t str, at: usize, found: &'t str, head: &'t str, item: bool) -> Self {
        let start = text.len() - head.len();
        let before = text.get(start..at).unwrap_or("");
        let split = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '"'));
        let before: Vec<&str> = before.split(split).filter(|word| !word.is_empty()).collect();
        Spot { text, at, found, before, item }
    }

    /// Tells whether it is the first word of a member.
    pub(super) fn is_first(&self) -> bool {
        !self.item && self.before.is_empty()
    }

    /// Returns the first word of a member where that, or the one token after it, is what does not parse.
    pub(super) fn first_word(&self, found: &'t str) -> Option<&'t str> {
        match self.before[..] {
            _ if self.item => None,
            [] => Some(found),
            [first] if !self.text.get(..self.at)?.contains(':') => Some(first),
            _ => None,
        }
    }

    fn found_is(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.found.eq_ignore_ascii_case(word))
    }

    /// Tells whether these words stand right in front of it.
    fn after(&self, words: &[&str]) -> bool {
        let tail = self.before.len().checked_sub(words.len()).and_then(|n| self.before.get(n..));
        tail.is_some_and(|tail| tail.iter().zip(words).all(|(a, b)| a.eq_ignore_ascii_case(b)))
    }

    fn has(&self, words: &str) -> bool {
        let lower = self.text.to_ascii_lowercase();
        lower.split_ascii_whitespace().collect::<Vec<_>>().join(" ").contains(words)
    }
}

/// Says what to write instead, where the mistake is a common one.
pub(super) fn help(spot: &Spot<'_>) -> Option<String> {
    let head = spot.text.get(..spot.at).unwrap_or("").trim();
    if head.starts_with("#[") && !head.contains(']') {
        return Some("close the attribute with `]`".to_owned());
    }
    if spot.item {
        return item_form(spot).map(str::to_owned);
    }
    member_start(spot).or_else(|| column(spot)).or_else(|| clause(spot).map(str::to_owned))
}

/// Tells whether what does not parse can go, and all is as its author wants it.
pub(super) fn is_superfluous(spot: &Spot<'_>) -> bool {
    spot.is_first() && spot.found == ";"
}

/// Names of types, to see which word of `bigint id` is which.
const TYPES: [&str; 24] = [
    "bigint",
    "bool",
    "boolean",
    "bytea",
    "char",
    "character",
    "date",
    "double",
    "float",
    "int",
    "integer",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "real",
    "serial",
    "bigserial",
    "smallint",
    "string",
    "text",
    "timestamp",
    "timestamptz",
    "uuid",
];

/// Words that begin the clauses of a column.
const CLAUSES: [&str; 7] =
    ["primary", "references", "unique", "default", "check", "generated", "not"];

fn is_type(word: &str) -> bool {
    TYPES.iter().any(|it| it.eq_ignore_ascii_case(word)) || word.eq_ignore_ascii_case("varchar")
}

/// The first word of a member, or what follows it where `:` should.
fn member_start(spot: &Spot<'_>) -> Option<String> {
    let Spot { found, .. } = *spot;
    if spot.is_first() {
        let help = match found {
            ";" => "delete it",
            ")" | "]" | "}" => "delete it, or open what it closes",
            "@" => "an attribute is written `#[NAME(…)]`",
            "#" => "a comment begins with `//` or `--`",
            _ => return None,
        };
        return Some(help.to_owned());
    }
    let [name] = spot.before[..] else { return None };
    let static_help = match name.to_ascii_lowercase().as_str() {
        "select" => Some("a view's query begins with `as`: `as select …;`"),
        "enable" | "rls" => Some("write `row level security;`"),
        "key" => Some("write `index (…);`, or `primary key (…);`"),
        "foreign" => Some("write `foreign key (COLUMN, …) references TABLE;`"),
        "include" => Some("name the mixin: `include NAME;`"),
        "index" if found == ";" => Some("name its columns: `index (COLUMN, …);`"),
        "enum" | "table" | "view" | "function" | "type" if found != ";" => {
            Some("a declaration stands outside of the blocks of others")
        }
        _ => None,
    };
    if let Some(help) = static_help {
        return Some(help.to_owned());
    }
    let bare = !spot.text.get(..spot.at)?.contains(':');
    match found {
        _ if !bare => None,
        "?" => Some(format!("write `?` after the type: `{name}: TYPE?;`")),
        "=" | "::" => Some(format!("a column is written `{name}: TYPE;`")),
        ";" | "," => {
            let label = name.trim_matches('"');
            Some(format!(
                "a label stands in quotes, `'{label}';`, and a column has a type, `{name}: TYPE;`"
            ))
        }
        "(" => None,
        _ if ["add", "column"].iter().any(|it| it.eq_ignore_ascii_case(name)) => {
            Some(format!("leave `{name}` out: a column is written `NAME: TYPE;`"))
        }
        _ if is_type(name) && !is_type(found) => {
            Some(format!("the name comes first: `{found}: {name}`"))
        }
        _ if CLAUSES.iter().any(|it| it.eq_ignore_ascii_case(found)) => {
            Some(format!("a column is written `{name}: TYPE {found} …;`"))
        }
        _ if is_type(found) => Some(format!("write `:` after the name: `{name}: {found}`")),
        _ => None,
    }
}

/// What follows the name of a column.
fn column(spot: &Spot<'_>) -> Option<String> {
    let before = spot.text.get(..spot.at)?;
    let (_, rest) = before.split_once(':')?;
    let ty = rest.trim();
    match spot.found {
        ":" if ty.is_empty() => Some("write one `:`".to_owned()),
        "[" if ty.is_empty() => Some("an array is written `TYPE[]`".to_owned()),
        "<" if ty.eq_ignore_ascii_case("array") => Some("an array is written `TYPE[]`".to_owned()),
        "?" => Some(format!("write `?` right after the type: `{ty}?`")),
        "!" => Some("delete it: a column is NOT NULL unless its type ends in `?`".to_owned()),
        "=" => Some("write `default VALUE`".to_owned()),
        "@" => Some(
            "clauses are written as in SQL: `primary key`, `unique`, `default VALUE`, `references TABLE`".to_owned(),
        ),
        "key" if ty.eq_ignore_ascii_case("primary") => {
            Some("the type is missing: `NAME: TYPE primary key;`".to_owned())
        }
        ";" if ty.contains('(') && !ty.contains(')') => Some("close the parenthesis with `)`".to_owned()),
        ")" if ty.ends_with('(') => {
            Some("write a number, as in `varchar(20)`, or delete the parentheses".to_owned())
        }
        found if ["optional", "nullable", "maybe"].iter().any(|it| ty.eq_ignore_ascii_case(it)) => {
            Some(format!("write `?` after the type: `{found}?`"))
        }
        _ => None,
    }
}

/// A word of a clause that another language has, or that stands in the wrong place.
fn clause(spot: &Spot<'_>) -> Option<&'static str> {
    let identity = ["auto_increment", "autoincrement", "identity", "generated"];
    if spot.found_is(&identity) || spot.after(&["generated"]) && spot.found_is(&["as", "identity"])
    {
        return Some("write `generated always as identity`, or `generated by default as identity`");
    }
    if spot.after(&["primary"]) || spot.found_is(&["primary", "primarykey", "primary_key", "pk"]) {
        return Some("write `primary key`");
    }
    if spot.after(&["references"]) && spot.found == ";" {
        return Some("name the table: `references TABLE`");
    }
    if spot.after(&["constraint"])
        || spot.after(&["constraint", "check"])
        || spot.after(&["constraint", "unique"])
    {
        return Some("name it, `constraint NAME …`, or leave `constraint` out");
    }
    if spot.after(&["check"]) || spot.after(&["using"]) && !spot.found_is(&[";"]) {
        return Some("put the condition into parentheses");
    }
    if spot.after(&["default"]) && spot.found == ";" {
        return Some("write an expression after `default`, or delete it");
    }
    if spot.found_is(&["ondelete", "onupdate"]) {
        return Some("write `on delete`, or `on update`, as two words");
    }
    if (spot.after(&["on", "delete"]) || spot.after(&["on", "update"])) && spot.found_is(&["null"])
    {
        return Some("write `set null`");
    }
    if spot.after(&["with"]) && spot.found_is(&["timezone", "tz"]) {
        return Some("write `with time zone`, or `timestamptz`");
    }
    if spot.found_is(&["for"]) && spot.has("for values") {
        return Some("leave `for values` out: `partition NAME from (…) to (…);`");
    }
    if let Some(help) = on_table(spot) {
        return Some(help);
    }
    let habits = [
        (
            &["unsigned", "zerofill"][..],
            "PostgreSQL has no such types; a check can refuse negative numbers",
        ),
        (&["comment"], "write `/// …` on the line above"),
        (
            &["required", "notnull", "nonnull"],
            "delete it: a column is NOT NULL unless its type ends in `?`",
        ),
        (&["nullable", "optional"], "write `?` after the type"),
        (
            &["as"],
            "a column that is computed is written `NAME: TYPE generated always as (EXPRESSION) stored;`",
        ),
    ];
    habits.iter().find(|(words, _)| spot.found_is(words)).map(|(_, help)| *help)
}

/// `on TABLE`, as SQL writes it, in a member of the table.
fn on_table(spot: &Spot<'_>) -> Option<&'static str> {
    if !spot.found_is(&["on", "only"]) && !spot.after(&["on"]) {
        return None;
    }
    let first = spot.before.first().map(|word| word.to_ascii_lowercase());
    match first.as_deref() {
        Some("index" | "unique") => Some(
            "leave `on` out: an index belongs to the table that it stands in, `index NAME (COLUMN, …);`",
        ),
        Some("trigger" | "constraint") => {
            Some("leave `on TABLE` out: a trigger belongs to the table that it stands in")
        }
        Some("policy") => {
            Some("leave `on TABLE` out: a policy belongs to the table that it stands in")
        }
        Some("grant" | "revoke") => {
            Some("leave `on TABLE` out: what is granted here is the table that it stands in")
        }
        _ => None,
    }
}

/// What is common in the heads of items.
fn item_form(spot: &Spot<'_>) -> Option<&'static str> {
    let first = spot.before.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    if spot.has("if not exists") {
        return Some("leave `if not exists` out: what is declared exists");
    }
    match (first.as_str(), spot.found) {
        ("schema", "{") => Some(
            "a schema has no block: write `in schema NAME;` at the top of a file, or `table SCHEMA.NAME { … }`",
        ),
        ("type", _) if spot.has(" as enum") => {
            Some("an enum is written `enum NAME { 'label'; … }`")
        }
        ("type", "(") => Some("a composite type is written `type NAME { ATTRIBUTE: TYPE; … }`"),
        ("extension", "with") => Some("leave `with` out: `extension NAME schema SCHEMA;`"),
        ("grant" | "revoke", _) if spot.after(&["on"]) => {
            Some("say what it is: `on table NAME`, `on schema NAME`, …")
        }
        ("function" | "procedure", found) if is_type(found) => {
            Some("a parameter is written `NAME: TYPE`")
        }
        _ => None,
    }
}

/// Says how something is declared here whose first words declare nothing.
pub(super) fn item_help(word: &str, rest: &str) -> Option<String> {
    let help = match word.to_ascii_lowercase().as_str() {
        "create" => {
            "leave `create` out: a declaration begins with the kind of object, as in `table users { … }`"
        }
        "alter" | "drop" => "declare how the object is to be; schemac works out the change",
        "insert" | "update" | "delete" | "select" | "with" | "merge" | "copy" | "truncate" => {
            "only declarations stand here; a query is written `query NAME() returns many { … }`"
        }
        "index" | "unique" => {
            "an index stands in the block of its table: `index NAME (COLUMN, …);`"
        }
        "trigger" => "a trigger stands in the block of its table: `trigger NAME before update … ;`",
        "policy" => "a policy stands in the block of its table: `policy NAME … ;`",
        "rule" => "a rule stands in the block of its table or view: `rule NAME on EVENT … ;`",
        "constraint" | "primary" | "foreign" | "check" => {
            "a constraint stands in the block of its table"
        }
        "partition" => {
            "a partition stands in the block of its table: `partition NAME from (…) to (…);`"
        }
        "comment" => "write `/// …` above what it describes",
        "model" | "class" | "struct" | "interface" | "entity" | "export" | "const" | "let" => {
            "a table is written `table NAME { COLUMN: TYPE; … }`"
        }
        "use" | "set" if rest.to_ascii_lowercase().contains("sc") => "write `in schema NAME;`",
        "datasource" | "generator" => "settings stand in schemac.toml",
        "begin" | "commit" | "start" => {
            "only declarations stand here; schemac puts them into transactions"
        }
        "temp" | "temporary" | "local" | "global" => {
            "a temporary table belongs to a session and can't be declared"
        }
        "#" => "a comment begins with `//` or `--`",
        "@" => "an attribute is written `#[NAME(…)]`",
        _ => return None,
    };
    Some(help.to_owned())
}
