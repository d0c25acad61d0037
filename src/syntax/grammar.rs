//! The grammar, and what its rules are called in messages.
#![expect(missing_docs, reason = "the parser generator documents none of what it makes")]

/// The parser made from `grammar/*.pest`.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/base.pest"]
#[grammar = "../grammar/file.pest"]
#[grammar = "../grammar/mixin.pest"]
#[grammar = "../grammar/schema.pest"]
#[grammar = "../grammar/role.pest"]
#[grammar = "../grammar/type.pest"]
#[grammar = "../grammar/sequence.pest"]
#[grammar = "../grammar/table.pest"]
#[grammar = "../grammar/constraint.pest"]
#[grammar = "../grammar/index.pest"]
#[grammar = "../grammar/trigger.pest"]
#[grammar = "../grammar/view.pest"]
#[grammar = "../grammar/routine.pest"]
#[grammar = "../grammar/operator.pest"]
#[grammar = "../grammar/text_search.pest"]
#[grammar = "../grammar/foreign.pest"]
#[grammar = "../grammar/publication.pest"]
#[grammar = "../grammar/query.pest"]
pub(super) struct Grammar;

impl Rule {
    /// Returns what a person calls the rule; a new rule does not compile until it has a name.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Rule::doc => "a doc-comment",
            Rule::file_doc => "a file doc-comment",
            Rule::attribute => "an attribute",
            Rule::file_attribute => "a file attribute",
            Rule::attr_name => "an attribute name",
            Rule::attr_args | Rule::include_args | Rule::aggregate_arguments => {
                "arguments in parentheses"
            }
            Rule::attr_arg | Rule::include_arg | Rule::aggregate_argument => "an argument",
            Rule::attr_key => "a key",
            Rule::attr_value
            | Rule::definition_value
            | Rule::mixin_value
            | Rule::setting_value
            | Rule::bound_value => "a value",
            Rule::double_quoted | Rule::string => "a string",
            Rule::rust_type => "a Rust type",
            Rule::rust_name => "a Rust name",
            Rule::as_rust => "`as` and a Rust name",
            Rule::name | Rule::path | Rule::definition_key | Rule::target => "a name",
            Rule::name_list => "names",
            Rule::columns | Rule::key_columns => "columns in parentheses",
            Rule::number => "a number",
            Rule::dollar => "text in `$$`",
            Rule::body => "a body in `$$`",
            Rule::type_ref => "a type",
            Rule::nullable => "`?`",
            Rule::sql => "SQL",
            Rule::group | Rule::generation => "an expression in parentheses",
            Rule::bare_expr => "an expression",
            Rule::definitions => "`name = value` in parentheses",
            Rule::definition => "`name = value`",
            Rule::options => "`options (…)`",
            Rule::option => "a name and a string",
            Rule::with => "`with`",
            Rule::owner => "`owner`",
            Rule::tablespace => "`tablespace`",
            Rule::using => "`using`",
            Rule::collate => "`collate`",
            Rule::arguments | Rule::signature => "argument types",
            Rule::routine_ref | Rule::conversion_function => "a function",
            Rule::item_entry => "`item entry`",
            Rule::member_entry => "`member entry`",
            Rule::in_schema_item | Rule::in_schemas => "`in schema`",
            Rule::members => "a block in `{ }`",
            Rule::mixin_item => "`mixin`",
            Rule::mixin_params | Rule::parameters | Rule::query_parameters => {
                "parameters in parentheses"
            }
            Rule::mixin_param | Rule::parameter | Rule::query_parameter => "a parameter",
            Rule::mixin_param_kind => "`table`, `name`, `type` or `expression`",
            Rule::include => "`include`",
            Rule::schema_item | Rule::in_schema => "`schema`",
            Rule::extension_item => "`extension`",
            Rule::version => "`version`",
            Rule::cascade => "`cascade`",
            Rule::language_item | Rule::routine_language => "`language`",
            Rule::trusted => "`trusted`",
            Rule::handler => "`handler`",
            Rule::inline_handler => "`inline`",
            Rule::validator => "`validator`",
            Rule::access_method_item => "`access method`",
            Rule::access_method_type => "`table` or `index`",
            Rule::transform_item | Rule::routine_transform => "`transform`",
            Rule::transform_part | Rule::transform_direction => "`from sql` or `to sql`",
            Rule::role_item => "`role`",
            Rule::role_flag => "a property of the role",
            Rule::connection_limit => "`connection limit`",
            Rule::valid_until => "`valid until`",
            Rule::in_role => "`in role`",
            Rule::role_setting | Rule::routine_set => "`set`",
            Rule::setting => "a setting",
            Rule::setting_name => "the name of a setting",
            Rule::setting_current => "`from current`",
            Rule::grant_item | Rule::grant | Rule::default_grant => "`grant`",
            Rule::revoke_item | Rule::revoke | Rule::default_revoke => "`revoke`",
            Rule::privileges => "privileges",
            Rule::privilege | Rule::privilege_word => "a privilege",
            Rule::granted_roles => "roles",
            Rule::to_roles => "`to`",
            Rule::from_roles | Rule::trigger_from => "`from`",
            Rule::with_option => "`with grant option`",
            Rule::not_valid => "`not valid`",
            Rule::granted_by => "`granted by`",
            Rule::grant_target | Rule::label_target => "an object",
            Rule::all_in_schema => "`all … in schema`",
            Rule::target_plural => "`tables`, `sequences` or `functions`",
            Rule::target_kind | Rule::label_kind | Rule::requirement_kind => "a kind of object",
            Rule::default_privileges_item => "`default privileges`",
            Rule::for_role => "`for role`",
            Rule::default_target => "`tables`, `sequences`, `functions`, `types` or `schemas`",
            Rule::security_label_item | Rule::security_label => "`security label`",
            Rule::enum_item => "`enum`",
            Rule::label => "a label in quotes",
            Rule::composite_type_item => "`composite type`",
            Rule::range_type_item => "`range type`",
            Rule::base_type_item => "`base type`",
            Rule::domain_item => "`domain`",
            Rule::collation_item => "`collation`",
            Rule::collation_from => "a collation",
            Rule::conversion_item => "`conversion`",
            Rule::default_word | Rule::default | Rule::bound_default | Rule::parameter_default => {
                "`default`"
            }
            Rule::cast_item => "`cast`",
            Rule::cast_method => "`with function`, `without function` or `with inout`",
            Rule::cast_with_function => "`with function`",
            Rule::cast_without => "`without function`",
            Rule::cast_inout => "`with inout`",
            Rule::cast_context => "`as assignment` or `as implicit`",
            Rule::sequence_item => "`sequence`",
            Rule::sequence_type => "`as`",
            Rule::sequence_start => "`start`",
            Rule::sequence_increment => "`increment`",
            Rule::sequence_no => "`no minvalue`, `no maxvalue` or `no cycle`",
            Rule::sequence_min => "`minvalue`",
            Rule::sequence_max => "`maxvalue`",
            Rule::sequence_cache => "`cache`",
            Rule::sequence_cycle => "`cycle`",
            Rule::sequence_owned => "`owned by`",
            Rule::sequence_name => "`sequence name`",
            Rule::sequence_logged => "`logged` or `unlogged`",
            Rule::unlogged => "`unlogged`",
            Rule::table_item | Rule::publication_table => "`table`",
            Rule::foreign_table_item => "`foreign table`",
            Rule::table_server | Rule::server_item => "`server`",
            Rule::column | Rule::key_column => "a column",
            Rule::generated => "`generated`",
            Rule::always => "`always`",
            Rule::by_default => "`by default`",
            Rule::identity => "`identity`",
            Rule::generation_kind => "`stored` or `virtual`",
            Rule::storage | Rule::class_storage => "`storage`",
            Rule::compression => "`compression`",
            Rule::column_statistics | Rule::statistics => "`statistics`",
            Rule::not_null | Rule::table_not_null => "`not null`",
            Rule::null => "`null`",
            Rule::inherits => "`inherits`",
            Rule::of_type => "`of`",
            Rule::replica_identity => "`replica identity`",
            Rule::replica_kind => "`full`, `nothing` or `default`",
            Rule::cluster_on => "`cluster on`",
            Rule::row_level_security => "`row level security`",
            Rule::force => "`force`",
            Rule::attached => "`attached`",
            Rule::attached_to => "`attached to`",
            Rule::partition_by => "`partition by`",
            Rule::partition_strategy => "`range`, `list` or `hash`",
            Rule::partition | Rule::partition_block => "`partition`",
            Rule::partition_of => "`partition of`",
            Rule::foreign_word => "`foreign`",
            Rule::bound => "`from`, `in`, `modulus` or `default`",
            Rule::bound_range => "`from … to …`",
            Rule::bound_list => "`in (…)`",
            Rule::bound_hash => "`modulus … remainder …`",
            Rule::bound_values => "values in parentheses",
            Rule::constraint_name => "`constraint` and a name",
            Rule::constraint => "a constraint",
            Rule::constraint_flag => "`deferrable`, `initially deferred` or `not valid`",
            Rule::primary_key | Rule::table_primary_key => "`primary key`",
            Rule::unique | Rule::table_unique | Rule::unique_word => "`unique`",
            Rule::check => "`check`",
            Rule::no_inherit => "`no inherit`",
            Rule::references => "`references`",
            Rule::on_delete => "`on delete`",
            Rule::on_update => "`on update`",
            Rule::referential_action | Rule::action_word => {
                "`cascade`, `restrict`, `no action`, `set null` or `set default`"
            }
            Rule::match_type => "`match`",
            Rule::match_word => "`full` or `simple`",
            Rule::foreign_key => "`foreign key`",
            Rule::exclusion => "`exclude`",
            Rule::exclusion_element => "a column and `with` an operator",
            Rule::period => "`period`",
            Rule::without_overlaps => "`without overlaps`",
            Rule::include_columns => "`include (…)`",
            Rule::using_index_tablespace => "`using index tablespace`",
            Rule::nulls_distinct => "`nulls not distinct`",
            Rule::operator_ref | Rule::operator_name => "an operator",
            Rule::index => "`index`",
            Rule::only => "`on only`",
            Rule::where_clause | Rule::rule_where => "`where`",
            Rule::index_element | Rule::statistics_element => {
                "a column or an expression in parentheses"
            }
            Rule::element_call => "a function call",
            Rule::operator_class => "an operator class",
            Rule::direction => "`asc` or `desc`",
            Rule::nulls_order => "`nulls first` or `nulls last`",
            Rule::statistics_kinds => "kinds in parentheses",
            Rule::statistics_target => "`target`",
            Rule::trigger | Rule::trigger_state => "`trigger`",
            Rule::enabled_word => "`enabled`",
            Rule::constraint_word => "`constraint`",
            Rule::trigger_timing => "`before`, `after` or `instead of`",
            Rule::trigger_event | Rule::trigger_verb => {
                "`insert`, `update`, `delete` or `truncate`"
            }
            Rule::transition => "`referencing`",
            Rule::transition_which => "`old` or `new`",
            Rule::for_each => "`for each row`",
            Rule::trigger_when => "`when (…)`",
            Rule::execute => "`execute function`",
            Rule::argument => "a string, a number or a name",
            Rule::enabled => "`enable always` or `disabled`",
            Rule::policy => "`policy`",
            Rule::policy_as => "`as permissive` or `as restrictive`",
            Rule::policy_for => "`for`",
            Rule::policy_command => "`all`, `select`, `insert`, `update` or `delete`",
            Rule::policy_using => "`using (…)`",
            Rule::policy_check => "`with check (…)`",
            Rule::rule_member => "`rule`",
            Rule::rule_event => "`select`, `insert`, `update` or `delete`",
            Rule::rule_condition => "a condition",
            Rule::rule_mode => "`instead` or `also`",
            Rule::rule_nothing => "`nothing`",
            Rule::rule_command => "a command",
            Rule::event_trigger_item => "`event trigger`",
            Rule::event_tags => "`when tag in (…)`",
            Rule::view_item => "`view`",
            Rule::materialized_view_item => "`materialized view`",
            Rule::view_query => "`as` and a query",
            Rule::check_option => "`with check option`",
            Rule::with_no_data => "`with no data`",
            Rule::routine_item | Rule::routine_kind => "`function` or `procedure`",
            Rule::parameter_mode => "a mode",
            Rule::returns => "`returns`",
            Rule::returns_table => "`table (…)`",
            Rule::setof => "`setof`",
            Rule::routine_flag => "a property of the function",
            Rule::cost => "`cost`",
            Rule::rows => "`rows`",
            Rule::support => "`support`",
            Rule::transform_type => "`for type`",
            Rule::parallel => "`parallel`",
            Rule::as_body => "`as` and a body",
            Rule::return_body => "`return`",
            Rule::sql_block => "SQL in `{ }`",
            Rule::block_statement => "an SQL statement",
            Rule::aggregate_item => "`aggregate`",
            Rule::aggregate_star => "`*`",
            Rule::aggregate_list => "arguments",
            Rule::order_by => "`order by`",
            Rule::operator_item | Rule::class_operator => "`operator`",
            Rule::operator_family_item => "`operator family`",
            Rule::operator_class_item => "`operator class`",
            Rule::family => "`family`",
            Rule::class_items => "operators and functions",
            Rule::class_purpose => "`for search` or `for order by`",
            Rule::for_search => "`search`",
            Rule::class_function => "`function`",
            Rule::text_search_item => "`text search`",
            Rule::text_search_kind => "`configuration`, `dictionary`, `parser` or `template`",
            Rule::mapping => "`mapping`",
            Rule::dictionaries => "dictionaries",
            Rule::foreign_data_wrapper_item | Rule::server_wrapper => "`foreign data wrapper`",
            Rule::server_type => "`type`",
            Rule::user_mapping_item => "`user mapping`",
            Rule::publication_item => "`publication`",
            Rule::publication_all => "`all tables`",
            Rule::publication_object => "`table` or `tables in schema`",
            Rule::publication_schema => "`tables in schema`",
            Rule::publication_only => "`only`",
            Rule::subscription_item => "`subscription`",
            Rule::query_item => "`query`",
            Rule::cardinality => "`one`, `optional`, `many`, `exec` or `count`",
            Rule::raw_item => "`raw`",
            Rule::requires => "`requires`",
            Rule::requirement => "a kind of object and its name",
            Rule::raw_up => "`up $$…$$`",
            Rule::raw_down => "`down $$…$$`",
            Rule::EOI => "the end",
            // Rules that make no nodes are never reported.
            Rule::S
            | Rule::S1
            | Rule::idc
            | Rule::ids
            | Rule::WB
            | Rule::meta
            | Rule::word
            | Rule::quoted
            | Rule::part
            | Rule::plain_string
            | Rule::escape_string
            | Rule::dollar_
            | Rule::type_words
            | Rule::type_tail
            | Rule::zone
            | Rule::interval_fields
            | Rule::interval_field
            | Rule::type_args
            | Rule::sql_part
            | Rule::sql_run
            | Rule::group_
            | Rule::group_run
            | Rule::expr
            | Rule::bare_part
            | Rule::bare_op
            | Rule::bracket_
            | Rule::bracket_run
            | Rule::is_null_
            | Rule::clause_word
            | Rule::value_part
            | Rule::item
            | Rule::item_kind
            | Rule::member
            | Rule::member_kind
            | Rule::extension_clause
            | Rule::language_clause
            | Rule::role_clause
            | Rule::domain_clause
            | Rule::sequence_clause
            | Rule::column_clause
            | Rule::partition_head
            | Rule::constraint_kind
            | Rule::references_clause
            | Rule::index_parameter
            | Rule::operator_symbol
            | Rule::index_clause
            | Rule::element_key
            | Rule::routine_clause
            | Rule::class_item
            | Rule::wrapper_clause
            | Rule::server_clause => "",
        }
    }
}
