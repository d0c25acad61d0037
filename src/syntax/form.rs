//! How each item and member is written, for the help of a syntax error.

use super::grammar::Rule;

/// Returns the form of an item.
pub(super) fn of_item(rule: Rule) -> Option<&'static str> {
    let found = ITEMS.iter().find(|(it, _)| *it == rule)?;
    Some(found.1)
}

/// Returns the form of the member that begins with these words.
pub(super) fn of_member(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .take(3)
        .map(str::to_ascii_lowercase)
        .collect();
    let begins = |form: &&(&str, &str)| {
        form.0.split(' ').zip(&words).filter(|(a, b)| a == b).count() == form.0.split(' ').count()
    };
    MEMBERS.iter().find(begins).map(|(_, form)| *form)
}

/// The first words of members, for suggestions.
pub(super) fn member_words() -> impl Iterator<Item = &'static str> + Clone {
    MEMBERS.iter().filter_map(|(words, _)| words.split(' ').next())
}

const ITEMS: &[(Rule, &str)] = &[
    (Rule::table_item, "table NAME [as RustName] { COLUMN: TYPE; … }"),
    (
        Rule::foreign_table_item,
        "foreign table NAME { server SERVER [options (…)]; COLUMN: TYPE; … }",
    ),
    (Rule::enum_item, "enum NAME [as RustName] { 'label'; … }"),
    (
        Rule::routine_item,
        "function NAME(PARAMETER: TYPE, …) returns TYPE language LANGUAGE [PROPERTY …] as $$ … $$;",
    ),
    (Rule::view_item, "view NAME [as RustName] { as select …; }"),
    (Rule::materialized_view_item, "materialized view NAME [as RustName] { as select …; }"),
    (
        Rule::query_item,
        "query NAME(PARAMETER: TYPE, …) returns one|optional|many|exec|count [as RustName] { SQL }",
    ),
    (
        Rule::mixin_item,
        "mixin NAME[(PARAMETER: table|name|type|expression [= DEFAULT], …)] { MEMBER; … }",
    ),
    (
        Rule::domain_item,
        "domain NAME [as RustName]: TYPE [default EXPRESSION] [not null] [check (EXPRESSION)];",
    ),
    (
        Rule::composite_type_item,
        "type NAME { ATTRIBUTE: TYPE; … }, type NAME range (subtype = TYPE), or type NAME (input = FUNCTION, output = FUNCTION, …);",
    ),
    (Rule::in_schema_item, "in schema NAME;"),
    (Rule::schema_item, "schema NAME [owner ROLE];"),
    (Rule::extension_item, "extension NAME [schema SCHEMA] [version 'VERSION'];"),
    (
        Rule::sequence_item,
        "sequence NAME [as TYPE] [start N] [increment N] [minvalue N] [maxvalue N] [cache N] [cycle] [owned by TABLE.COLUMN];",
    ),
    (Rule::role_item, "role NAME [login|nologin] [in role ROLE, …] [set SETTING = VALUE];"),
    (Rule::grant_item, "grant PRIVILEGE, … on KIND NAME to ROLE, …; or grant ROLE to ROLE;"),
    (Rule::revoke_item, "revoke PRIVILEGE, … on KIND NAME from ROLE, …;"),
    (
        Rule::default_privileges_item,
        "default privileges [for role ROLE] [in schema SCHEMA] grant PRIVILEGE on tables to ROLE;",
    ),
    (
        Rule::publication_item,
        "publication NAME [for all tables | for table NAME [(COLUMN, …)] [where (…)], tables in schema NAME] [with (…)];",
    ),
    (
        Rule::subscription_item,
        "subscription NAME connection 'CONNINFO' publication NAME, … [with (…)];",
    ),
    (
        Rule::event_trigger_item,
        "event trigger NAME on EVENT [when tag in ('TAG', …)] execute function NAME();",
    ),
    (Rule::raw_item, "raw NAME [requires KIND NAME, …] up $$ … $$ [down $$ … $$];"),
    (Rule::aggregate_item, "aggregate NAME (TYPE, …) (sfunc = FUNCTION, stype = TYPE, …);"),
    (
        Rule::operator_item,
        "operator SYMBOL (leftarg = TYPE, rightarg = TYPE, function = FUNCTION, …);",
    ),
    (
        Rule::operator_class_item,
        "operator class NAME [default] for type TYPE using METHOD [family NAME] as operator 1 <, function 1 NAME(…);",
    ),
    (
        Rule::operator_family_item,
        "operator family NAME using METHOD [as operator 1 < (TYPE, TYPE), …];",
    ),
    (Rule::cast_item, "cast (TYPE as TYPE) with function NAME(TYPE) [as assignment|as implicit];"),
    (
        Rule::collation_item,
        "collation NAME (provider = icu, locale = '…'); or collation NAME from OTHER;",
    ),
    (
        Rule::conversion_item,
        "[default] conversion NAME for 'ENCODING' to 'ENCODING' from FUNCTION;",
    ),
    (
        Rule::text_search_item,
        "text search configuration NAME (parser = PARSER) { mapping for TOKEN, … with DICTIONARY, …; }",
    ),
    (
        Rule::foreign_data_wrapper_item,
        "foreign data wrapper NAME [handler FUNCTION] [validator FUNCTION] [options (…)];",
    ),
    (
        Rule::server_item,
        "server NAME [type 'TYPE'] [version 'VERSION'] foreign data wrapper NAME [options (name 'value', …)];",
    ),
    (Rule::user_mapping_item, "user mapping for ROLE server SERVER [options (name 'value', …)];"),
    (Rule::security_label_item, "security label for PROVIDER on KIND NAME is 'LABEL';"),
    (
        Rule::transform_item,
        "transform for TYPE language LANGUAGE (from sql with function NAME(…), to sql with function NAME(…));",
    ),
    (Rule::access_method_item, "access method NAME type table|index handler FUNCTION;"),
    (
        Rule::language_item,
        "[trusted] language NAME handler FUNCTION [inline FUNCTION] [validator FUNCTION];",
    ),
];

const MEMBERS: &[(&str, &str)] = &[
    (
        "unique index",
        "unique index [NAME] [using METHOD] (COLUMN, …) [include (COLUMN, …)] [where CONDITION];",
    ),
    (
        "index",
        "index [NAME] [using METHOD] (COLUMN [OPERATOR CLASS] [asc|desc], …) [include (COLUMN, …)] [where CONDITION];",
    ),
    (
        "constraint trigger",
        "constraint trigger NAME after EVENT [deferrable] for each row execute function NAME();",
    ),
    ("constraint", "constraint NAME primary key|unique|check|foreign key|exclude …;"),
    ("primary key", "primary key (COLUMN, …);"),
    ("unique", "unique [nulls not distinct] (COLUMN, …);"),
    ("check", "check (CONDITION);"),
    ("foreign key", "foreign key (COLUMN, …) references TABLE [(COLUMN, …)] [on delete ACTION];"),
    ("exclude", "exclude using METHOD (COLUMN with OPERATOR, …) [where (CONDITION)];"),
    (
        "trigger",
        "trigger NAME before|after|instead of EVENT [or EVENT …] [for each row] [when (CONDITION)] execute function NAME();",
    ),
    (
        "policy",
        "policy NAME [as restrictive] [for COMMAND] [to ROLE, …] [using (CONDITION)] [with check (CONDITION)];",
    ),
    ("rule", "rule NAME on EVENT [where CONDITION] do [instead] nothing|COMMAND|{ COMMANDS };"),
    ("statistics", "statistics [NAME] [(KIND, …)] on COLUMN, …;"),
    ("grant", "grant PRIVILEGE, … to ROLE, …;"),
    ("revoke", "revoke PRIVILEGE, … from ROLE, …;"),
    ("include", "include MIXIN[(ARGUMENT, …)];"),
    ("partition by", "partition by range|list|hash (COLUMN, …);"),
    (
        "partition of",
        "partition of TABLE from (…) to (…) | in (…) | modulus N remainder N | default;",
    ),
    ("partition", "partition NAME from (…) to (…) | in (…) | modulus N remainder N | default;"),
    ("row level", "row level security [force];"),
    ("force row", "force row level security;"),
    ("as", "as select …;"),
    ("with", "with (NAME = VALUE, …);"),
    ("owner", "owner ROLE;"),
    ("tablespace", "tablespace NAME;"),
    ("inherits", "inherits TABLE, …;"),
    ("attached inherits", "attached inherits TABLE, …;"),
    ("of", "of TYPE;"),
    ("replica identity", "replica identity full|nothing|default|using index NAME;"),
    ("cluster", "cluster on INDEX;"),
    ("server", "server NAME [options (name 'value', …)];"),
    ("security label", "security label for PROVIDER is 'LABEL';"),
    ("mapping", "mapping for TOKEN, … with DICTIONARY, …;"),
];
