//! Range types: a name for the range over their bounds.

use super::columns::unmapped;
use super::items::{Item, Items};
use super::types::Types;
use super::writer::Writer;
use crate::diagnostic::Diagnostics;
use crate::object::range_type::RangeType;

/// Writes a range type.
pub(super) fn write(
    item: &Item<'_>,
    range: &RangeType,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    let Ok(bound) = types.of(&range.subtype, &item.at.schema) else {
        return diagnostics.push(unmapped(
            item,
            "subtype",
            &range.subtype.name,
            &range.subtype,
            items,
        ));
    };
    out.docs(items.docs(item), Some(&format!("The range type `{}`.", item.at.sql())));
    item.lints(out);
    out.line(&format!("pub type {} = {};", item.name, types.range_of(&bound).text));
}
