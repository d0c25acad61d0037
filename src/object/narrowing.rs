//! Which changes of a column's type PostgreSQL makes without a word though they lose something.
//!
//! What does not fit a new type is refused as a rule (a text too long, a number too great); what is only rounded or cut
//! off is not.

use crate::sql::type_name::TypeName;

/// Says what values lose when they get a new type; `None` where they lose nothing or are refused.
pub(crate) fn loss(old: &TypeName, new: &TypeName) -> Option<&'static str> {
    if !old.is_builtin() || !new.is_builtin() {
        return None;
    }
    let (from, to) = (old.name.as_str(), new.name.as_str());
    let is_whole = |it: &str| ["smallint", "integer", "bigint"].contains(&it);
    let is_broken = |it: &str| ["numeric", "real", "double precision"].contains(&it);
    match (from, to) {
        _ if is_broken(from) && is_whole(to) => Some("the digits behind the point"),
        ("double precision", "real") | ("numeric", "real" | "double precision") => {
            Some("digits beyond the precision of the new type")
        }
        ("bigint" | "integer", "real") | ("bigint", "double precision") => {
            Some("digits beyond the precision of the new type")
        }
        ("numeric", "numeric") if scale(new) < scale(old) => Some("digits behind the point"),
        ("timestamp without time zone" | "timestamp with time zone", "date") => {
            Some("the time of day")
        }
        ("timestamp without time zone" | "timestamp with time zone", "time without time zone")
        | ("timestamp with time zone", "time with time zone") => Some("the date"),
        ("timestamp with time zone", "timestamp without time zone")
        | ("time with time zone", "time without time zone") => Some("the time zone"),
        _ if from == to && is_time(from) && digits(new) < digits(old) => {
            Some("fractions of seconds")
        }
        ("interval", "time without time zone") => Some("the days"),
        ("json", "jsonb") => Some("the order of keys, keys that stand twice, and blanks"),
        ("inet", "cidr") => Some("the bits right of the netmask"),
        _ => None,
    }
}

fn is_time(name: &str) -> bool {
    name.starts_with("time") || name == "interval"
}

/// Returns how many digits stand behind the point of a number at most.
fn scale(ty: &TypeName) -> i32 {
    let scale = ty.modifier.split(',').nth(1).and_then(|it| it.trim().parse().ok());
    scale.unwrap_or(i32::MAX)
}

/// Returns how many digits of a second are kept.
fn digits(ty: &TypeName) -> u32 {
    let inside = ty.modifier.rsplit('(').next().unwrap_or_default();
    inside.trim_end_matches(')').trim().parse().unwrap_or(6)
}

/// Tells whether a whole number becomes one of fewer bytes.
pub(crate) fn is_narrower_integer(old: &TypeName, new: &TypeName) -> bool {
    let size =
        |it: &TypeName| ["smallint", "integer", "bigint"].iter().position(|name| it.is(name));
    size(new).is_some_and(|new| size(old).is_some_and(|old| new < old))
}
