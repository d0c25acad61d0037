//! The keywords the grammar turns on: those that may not be any name, and those it looks for.
//!
//! A word that is not here is a name like any other. Categories are those of PostgreSQL 18 (manual appendix C);
//! a word reserved there but not in PostgreSQL 14 is `SYSTEM_USER` only, which nobody names a column.

/// What a keyword may be the name of (manual appendix C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Anything.
    Unreserved,
    /// A column or a relation, not a function or a type.
    ColumnName,
    /// A function or a type, not a column or a relation.
    TypeOrFunctionName,
    /// Nothing without quotes.
    Reserved,
}

/// Whether a keyword may name a result column without `AS`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Bare,
    NeedsAs,
}

macro_rules! words {
    ($($name:ident $text:literal $category:ident $label:ident,)*) => {
        /// A keyword, or [`Word::Plain`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the variants are SQL's words")]
        pub enum Word {
            $($name,)*
            /// No keyword the grammar knows.
            Plain,
        }

        const WORDS: &[(&str, Word, Category, Label)] =
            &[$(($text, Word::$name, Category::$category, Label::$label),)*];
    };
}

words! {
    Absent "absent" Unreserved Bare,
    All "all" Reserved Bare,
    Analyse "analyse" Reserved Bare,
    Analyze "analyze" Reserved Bare,
    And "and" Reserved Bare,
    Any "any" Reserved Bare,
    Array "array" Reserved NeedsAs,
    As "as" Reserved NeedsAs,
    Asc "asc" Reserved Bare,
    Asymmetric "asymmetric" Reserved Bare,
    At "at" Unreserved Bare,
    Atomic "atomic" Unreserved Bare,
    Authorization "authorization" TypeOrFunctionName Bare,
    Begin "begin" Unreserved Bare,
    Between "between" ColumnName Bare,
    Bigint "bigint" ColumnName Bare,
    Binary "binary" TypeOrFunctionName Bare,
    Bit "bit" ColumnName Bare,
    Boolean "boolean" ColumnName Bare,
    Both "both" Reserved Bare,
    Breadth "breadth" Unreserved Bare,
    By "by" Unreserved Bare,
    Case "case" Reserved Bare,
    Cast "cast" Reserved Bare,
    Char "char" ColumnName NeedsAs,
    Character "character" ColumnName NeedsAs,
    Check "check" Reserved Bare,
    Coalesce "coalesce" ColumnName Bare,
    Collate "collate" Reserved Bare,
    Collation "collation" TypeOrFunctionName Bare,
    Column "column" Reserved Bare,
    Columns "columns" Unreserved Bare,
    Concurrently "concurrently" TypeOrFunctionName Bare,
    Conditional "conditional" Unreserved Bare,
    Conflict "conflict" Unreserved Bare,
    Constraint "constraint" Reserved Bare,
    Content "content" Unreserved Bare,
    Create "create" Reserved NeedsAs,
    Cross "cross" TypeOrFunctionName Bare,
    Cube "cube" Unreserved Bare,
    Current "current" Unreserved Bare,
    CurrentCatalog "current_catalog" Reserved Bare,
    CurrentDate "current_date" Reserved Bare,
    CurrentRole "current_role" Reserved Bare,
    CurrentSchema "current_schema" TypeOrFunctionName Bare,
    CurrentTime "current_time" Reserved Bare,
    CurrentTimestamp "current_timestamp" Reserved Bare,
    CurrentUser "current_user" Reserved Bare,
    Cycle "cycle" Unreserved Bare,
    Day "day" Unreserved NeedsAs,
    Dec "dec" ColumnName Bare,
    Decimal "decimal" ColumnName Bare,
    Default "default" Reserved Bare,
    Deferrable "deferrable" Reserved Bare,
    Delete "delete" Unreserved Bare,
    Depth "depth" Unreserved Bare,
    Desc "desc" Reserved Bare,
    Distinct "distinct" Reserved Bare,
    Do "do" Reserved Bare,
    Document "document" Unreserved Bare,
    Double "double" Unreserved Bare,
    Else "else" Reserved Bare,
    Empty "empty" Unreserved Bare,
    Encoding "encoding" Unreserved Bare,
    End "end" Reserved Bare,
    Error "error" Unreserved Bare,
    Escape "escape" Unreserved Bare,
    Except "except" Reserved NeedsAs,
    Exclude "exclude" Unreserved Bare,
    Exists "exists" ColumnName Bare,
    Extract "extract" ColumnName Bare,
    False "false" Reserved Bare,
    Fetch "fetch" Reserved NeedsAs,
    Filter "filter" Unreserved NeedsAs,
    First "first" Unreserved Bare,
    Float "float" ColumnName Bare,
    Following "following" Unreserved Bare,
    For "for" Reserved NeedsAs,
    Foreign "foreign" Reserved Bare,
    Format "format" Unreserved Bare,
    Freeze "freeze" TypeOrFunctionName Bare,
    From "from" Reserved NeedsAs,
    Full "full" TypeOrFunctionName Bare,
    Grant "grant" Reserved NeedsAs,
    Greatest "greatest" ColumnName Bare,
    Group "group" Reserved NeedsAs,
    Grouping "grouping" ColumnName Bare,
    Groups "groups" Unreserved Bare,
    Having "having" Reserved NeedsAs,
    Hour "hour" Unreserved NeedsAs,
    Ilike "ilike" TypeOrFunctionName Bare,
    In "in" Reserved Bare,
    Indent "indent" Unreserved Bare,
    Initially "initially" Reserved Bare,
    Inner "inner" TypeOrFunctionName Bare,
    Inout "inout" ColumnName Bare,
    Insert "insert" Unreserved Bare,
    Int "int" ColumnName Bare,
    Integer "integer" ColumnName Bare,
    Intersect "intersect" Reserved NeedsAs,
    Interval "interval" ColumnName Bare,
    Into "into" Reserved NeedsAs,
    Is "is" TypeOrFunctionName Bare,
    Isnull "isnull" TypeOrFunctionName NeedsAs,
    Join "join" TypeOrFunctionName Bare,
    Json "json" ColumnName Bare,
    JsonArray "json_array" ColumnName Bare,
    JsonArrayagg "json_arrayagg" ColumnName Bare,
    JsonExists "json_exists" ColumnName Bare,
    JsonObject "json_object" ColumnName Bare,
    JsonObjectagg "json_objectagg" ColumnName Bare,
    JsonQuery "json_query" ColumnName Bare,
    JsonScalar "json_scalar" ColumnName Bare,
    JsonSerialize "json_serialize" ColumnName Bare,
    JsonTable "json_table" ColumnName Bare,
    JsonValue "json_value" ColumnName Bare,
    Keep "keep" Unreserved Bare,
    Key "key" Unreserved Bare,
    Keys "keys" Unreserved Bare,
    Last "last" Unreserved Bare,
    Lateral "lateral" Reserved Bare,
    Leading "leading" Reserved Bare,
    Least "least" ColumnName Bare,
    Left "left" TypeOrFunctionName Bare,
    Like "like" TypeOrFunctionName Bare,
    Limit "limit" Reserved NeedsAs,
    Local "local" Unreserved Bare,
    Localtime "localtime" Reserved Bare,
    Localtimestamp "localtimestamp" Reserved Bare,
    Locked "locked" Unreserved Bare,
    Matched "matched" Unreserved Bare,
    Materialized "materialized" Unreserved Bare,
    Merge "merge" Unreserved Bare,
    MergeAction "merge_action" ColumnName Bare,
    Minute "minute" Unreserved NeedsAs,
    Month "month" Unreserved NeedsAs,
    Name "name" Unreserved Bare,
    National "national" ColumnName Bare,
    Natural "natural" TypeOrFunctionName Bare,
    Nchar "nchar" ColumnName Bare,
    Nested "nested" Unreserved Bare,
    New "new" Unreserved Bare,
    Next "next" Unreserved Bare,
    Nfc "nfc" Unreserved Bare,
    Nfd "nfd" Unreserved Bare,
    Nfkc "nfkc" Unreserved Bare,
    Nfkd "nfkd" Unreserved Bare,
    No "no" Unreserved Bare,
    None "none" ColumnName Bare,
    Normalize "normalize" ColumnName Bare,
    Normalized "normalized" Unreserved Bare,
    Not "not" Reserved Bare,
    Nothing "nothing" Unreserved Bare,
    Notnull "notnull" TypeOrFunctionName NeedsAs,
    Nowait "nowait" Unreserved Bare,
    Null "null" Reserved Bare,
    Nullif "nullif" ColumnName Bare,
    Nulls "nulls" Unreserved Bare,
    Numeric "numeric" ColumnName Bare,
    Object "object" Unreserved Bare,
    Of "of" Unreserved Bare,
    Offset "offset" Reserved NeedsAs,
    Old "old" Unreserved Bare,
    Omit "omit" Unreserved Bare,
    On "on" Reserved NeedsAs,
    Only "only" Reserved Bare,
    Operator "operator" Unreserved Bare,
    Or "or" Reserved Bare,
    Order "order" Reserved NeedsAs,
    Ordinality "ordinality" Unreserved Bare,
    Others "others" Unreserved Bare,
    Out "out" ColumnName Bare,
    Outer "outer" TypeOrFunctionName Bare,
    Over "over" Unreserved NeedsAs,
    Overlaps "overlaps" TypeOrFunctionName NeedsAs,
    Overlay "overlay" ColumnName Bare,
    Overriding "overriding" Unreserved Bare,
    Partition "partition" Unreserved Bare,
    Passing "passing" Unreserved Bare,
    Path "path" Unreserved Bare,
    Placing "placing" Reserved Bare,
    Position "position" ColumnName Bare,
    Preceding "preceding" Unreserved Bare,
    Precision "precision" ColumnName NeedsAs,
    Preserve "preserve" Unreserved Bare,
    Primary "primary" Reserved Bare,
    Quotes "quotes" Unreserved Bare,
    Range "range" Unreserved Bare,
    Read "read" Unreserved Bare,
    Real "real" ColumnName Bare,
    Recursive "recursive" Unreserved Bare,
    Ref "ref" Unreserved Bare,
    References "references" Reserved Bare,
    Repeatable "repeatable" Unreserved Bare,
    Return "return" Unreserved Bare,
    Returning "returning" Reserved NeedsAs,
    Right "right" TypeOrFunctionName Bare,
    Rollup "rollup" Unreserved Bare,
    Row "row" ColumnName Bare,
    Rows "rows" Unreserved Bare,
    Scalar "scalar" Unreserved Bare,
    Search "search" Unreserved Bare,
    Second "second" Unreserved NeedsAs,
    Select "select" Reserved Bare,
    SessionUser "session_user" Reserved Bare,
    Set "set" Unreserved Bare,
    Setof "setof" ColumnName Bare,
    Sets "sets" Unreserved Bare,
    Share "share" Unreserved Bare,
    Similar "similar" TypeOrFunctionName Bare,
    Skip "skip" Unreserved Bare,
    Smallint "smallint" ColumnName Bare,
    Some "some" Reserved Bare,
    Source "source" Unreserved Bare,
    Standalone "standalone" Unreserved Bare,
    String "string" Unreserved Bare,
    Strip "strip" Unreserved Bare,
    Substring "substring" ColumnName Bare,
    Symmetric "symmetric" Reserved Bare,
    System "system" Unreserved Bare,
    SystemUser "system_user" Reserved Bare,
    Table "table" Reserved Bare,
    Tablesample "tablesample" TypeOrFunctionName Bare,
    Target "target" Unreserved Bare,
    Temp "temp" Unreserved Bare,
    Temporary "temporary" Unreserved Bare,
    Then "then" Reserved Bare,
    Ties "ties" Unreserved Bare,
    Time "time" ColumnName Bare,
    Timestamp "timestamp" ColumnName Bare,
    To "to" Reserved NeedsAs,
    Trailing "trailing" Reserved Bare,
    Treat "treat" ColumnName Bare,
    Trim "trim" ColumnName Bare,
    True "true" Reserved Bare,
    Type "type" Unreserved Bare,
    Unbounded "unbounded" Unreserved Bare,
    Unconditional "unconditional" Unreserved Bare,
    Union "union" Reserved NeedsAs,
    Unique "unique" Reserved Bare,
    Unknown "unknown" Unreserved Bare,
    Unlogged "unlogged" Unreserved Bare,
    Update "update" Unreserved Bare,
    User "user" Reserved Bare,
    Using "using" Reserved Bare,
    Value "value" Unreserved Bare,
    Values "values" ColumnName Bare,
    Varchar "varchar" ColumnName Bare,
    Variadic "variadic" Reserved Bare,
    Varying "varying" Unreserved NeedsAs,
    Verbose "verbose" TypeOrFunctionName Bare,
    Version "version" Unreserved Bare,
    When "when" Reserved Bare,
    Where "where" Reserved NeedsAs,
    Whitespace "whitespace" Unreserved Bare,
    Window "window" Reserved NeedsAs,
    With "with" Reserved NeedsAs,
    Within "within" Unreserved NeedsAs,
    Without "without" Unreserved NeedsAs,
    Wrapper "wrapper" Unreserved Bare,
    Xmlattributes "xmlattributes" ColumnName Bare,
    Xmlconcat "xmlconcat" ColumnName Bare,
    Xmlelement "xmlelement" ColumnName Bare,
    Xmlexists "xmlexists" ColumnName Bare,
    Xmlforest "xmlforest" ColumnName Bare,
    Xmlnamespaces "xmlnamespaces" ColumnName Bare,
    Xmlparse "xmlparse" ColumnName Bare,
    Xmlpi "xmlpi" ColumnName Bare,
    Xmlroot "xmlroot" ColumnName Bare,
    Xmlserialize "xmlserialize" ColumnName Bare,
    Xmltable "xmltable" ColumnName Bare,
    Year "year" Unreserved NeedsAs,
    Yes "yes" Unreserved Bare,
    Zone "zone" Unreserved Bare,
}

impl Word {
    /// Gives the keyword that `text` is, in any case of letters.
    pub fn of(text: &str) -> Self {
        if text.len() < SHORTEST || text.len() > LONGEST {
            return Self::Plain;
        }
        let mut slot = hash(text.as_bytes());
        while let Some(&index) = TABLE.get(slot % SLOTS) {
            match WORDS.get(usize::from(index)) {
                Some((word, found, ..)) if word.eq_ignore_ascii_case(text) => return *found,
                Some(_) => slot += 1,
                None => break,
            }
        }
        Self::Plain
    }

    /// Gives the word in lower case; nothing for one that is no keyword.
    pub fn text(self) -> &'static str {
        WORDS.get(self as usize).map_or("", |(text, ..)| text)
    }

    /// Says what the word may name.
    pub fn category(self) -> Category {
        WORDS.get(self as usize).map_or(Category::Unreserved, |&(_, _, category, _)| category)
    }

    /// Says whether the word may name a result column without `AS`.
    pub fn is_bare_label(self) -> bool {
        WORDS.get(self as usize).is_none_or(|&(.., label)| label == Label::Bare)
    }
}

const SHORTEST: usize = 2;
const LONGEST: usize = 17;

/// The slots of [`TABLE`]: a few times the words, so that most words that are no keyword meet an empty one.
const SLOTS: usize = 2048;

/// Where each word stands in [`WORDS`], at its hash or in the next free slot; made when this is compiled.
static TABLE: [u16; SLOTS] = table();

const EMPTY: u16 = u16::MAX;

#[expect(
    clippy::indexing_slicing,
    reason = "it runs in the compiler, which would refuse a wrong index"
)]
const fn table() -> [u16; SLOTS] {
    let mut table = [EMPTY; SLOTS];
    let mut index = 0;
    while index < WORDS.len() {
        let mut slot = hash(WORDS[index].0.as_bytes());
        while table[slot % SLOTS] != EMPTY {
            slot += 1;
        }
        table[slot % SLOTS] = index as u16;
        index += 1;
    }
    table
}

/// Makes a number of a word, the same for both cases of its letters.
const fn hash(word: &[u8]) -> usize {
    let mut hash = word.len();
    let mut rest = word;
    while let [byte, tail @ ..] = rest {
        hash = hash.wrapping_mul(31).wrapping_add((*byte | 0x20) as usize);
        rest = tail;
    }
    hash ^ (hash >> 11)
}
