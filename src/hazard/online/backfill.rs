//! Columns whose default differs from row to row: added empty, then filled in batches.
//!
//! The batches are one statement that commits after each, and takes only rows that have no value yet: whatever ends it,
//! it is run again and goes on. The directive `repeatable` says that to the runner. It goes through the table by
//! blocks, so no pass reads a row twice; rows that others move meanwhile are found by the next pass.

use super::{Altered, Online, Part};
use crate::hazard::effect::{Steadiness, steadiness};
use crate::hazard::read::read;
use crate::hazard::statement::{ColumnDef, Command, Statement};
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};

/// How many blocks of 8 kB a batch takes: some tens of thousands of narrow rows.
const BLOCKS: u32 = 256;

/// How often the table is gone through at most, should rows stay without a value.
const PASSES: u32 = 10;

pub(super) fn add_column(altered: &Altered<'_>, column: &ColumnDef) -> Option<Online> {
    let Altered { sql, table, state, .. } = *altered;
    let default = column.default.as_deref()?;
    let relation = state.relations.get(&altered.name)?;
    let alone = !relation.partitioned && state.children(&altered.name).next().is_none();
    // A trigger would see rows change that did not, and a partition's column comes with its parent's.
    if !alone || relation.partition || relation.n_triggers != 0 || !column.constraints.is_empty() {
        return None;
    }
    if steadiness(default, state) == Steadiness::Steady {
        return None;
    }
    let quoted = quote_ident(&column.name.name);
    let mut now = vec![
        Part::inside(without_value(sql, default, column)?),
        Part::inside(format!("ALTER TABLE {table} ALTER COLUMN {quoted} SET DEFAULT {default}")),
        Part::alone(format!(
            "-- schemac: repeatable\nDO {}",
            dollar_quote(&batches(table, &quoted))
        )),
    ];
    if column.not_null {
        now.extend(altered.prove_and_set(&column.name.name));
    }
    Some(Online { now, last: Vec::new() })
}

/// Takes the default and NOT NULL out of a statement that adds a column.
fn without_value(sql: &str, default: &str, column: &ColumnDef) -> Option<String> {
    let (before, after) = sql.split_once(&format!(" DEFAULT {default}"))?;
    let after = after.strip_prefix(" NOT NULL").unwrap_or(after);
    let bare = format!("{before}{after}");
    let Statement::Alter(it) = read(&bare) else { return None };
    let [(Command::AddColumn { column: left, .. }, _)] = it.commands.as_slice() else {
        return None;
    };
    let is_bare = left.default.is_none() && !left.not_null && left.ty == column.ty;
    is_bare.then_some(bare)
}

fn batches(table: &str, column: &str) -> String {
    let name = quote_literal(table);
    format!(
        "
DECLARE
  n_blocks bigint;
  first_block bigint;
  n_rows bigint;
  n_found bigint;
BEGIN
  FOR pass IN 1..{PASSES} LOOP
    n_found := 0;
    first_block := 0;
    n_blocks := pg_relation_size({name}) / current_setting('block_size')::bigint;
    WHILE first_block < n_blocks LOOP
      UPDATE {table} SET {column} = DEFAULT
        WHERE ctid >= format('(%s,0)', first_block)::tid
          AND ctid < format('(%s,0)', first_block + {BLOCKS})::tid
          AND {column} IS NULL;
      GET DIAGNOSTICS n_rows = ROW_COUNT;
      COMMIT;
      n_found := n_found + n_rows;
      first_block := first_block + {BLOCKS};
    END LOOP;
    EXIT WHEN n_found = 0;
  END LOOP;
END
"
    )
}
