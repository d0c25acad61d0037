//! How long, wide or precise a type can be (`numerictypmodin`, `anychar_typmodin`, `anybit_typmodin`).

use crate::sql::type_name::TypeName;

/// The most characters of `varchar(n)` and `char(n)` (`MaxAttrSize`).
const MOST_CHARACTERS: i64 = 10_485_760;

/// The most bits of `bit(n)`.
const MOST_BITS: i64 = 83_886_080;

/// Says what a modifier must be, where it is out of range.
pub(crate) fn misfit(ty: &TypeName) -> Option<String> {
    if ty.modifier.is_empty() || !ty.is_builtin() {
        return None;
    }
    let numbers: Option<Vec<i64>> =
        ty.modifier.split(',').map(|it| it.trim().parse().ok()).collect();
    let numbers = numbers?;
    let outside = |n: usize, least: i64, most: i64| {
        numbers.get(n).is_some_and(|it| !(least..=most).contains(it))
    };
    match ty.name.as_str() {
        "numeric" if outside(0, 1, 1000) => Some("write a precision from 1 to 1000".to_owned()),
        "numeric" if outside(1, -1000, 1000) => Some("write a scale from -1000 to 1000".to_owned()),
        "character varying" | "character" if outside(0, 1, MOST_CHARACTERS) => {
            Some(format!("write a length from 1 to {MOST_CHARACTERS}, or use `text`"))
        }
        "bit" | "bit varying" if outside(0, 1, MOST_BITS) => {
            Some(format!("write a length from 1 to {MOST_BITS}"))
        }
        _ => None,
    }
}
