//! The operator class that an index takes for a column when none is written (`GetDefaultOpClass`).

use super::coercion::is_binary_coercible;
use super::type_system::TypeSystem;

/// What PostgreSQL takes for a column without an operator class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultOperatorClass {
    /// The class of this place in the list.
    Class(usize),
    /// "data type … has no default operator class for access method …"
    None,
    /// The type is not known.
    Unsure,
}

/// Finds the default operator class of an access method for a column's type.
///
/// Given are the input types of those of the method's classes that are a default.
pub fn default_operator_class(
    inputs: &[&str],
    type_name: &str,
    types: &TypeSystem,
) -> DefaultOperatorClass {
    let base = types.base(type_name);
    if let Some(exact) = inputs.iter().position(|input| *input == base) {
        return DefaultOperatorClass::Class(exact);
    }
    if !types.is_known(type_name) {
        return DefaultOperatorClass::Unsure;
    }
    let preferred = (types.category(base).0, true);
    let coercible = |is_preferred: bool| {
        let inputs = inputs.iter().enumerate().filter(move |(_, input)| {
            is_binary_coercible(types, base, input)
                && (types.category(input) == preferred) == is_preferred
        });
        let mut places = inputs.map(|(place, _)| place);
        places.next().filter(|_| places.next().is_none())
    };
    coercible(true)
        .or_else(|| coercible(false))
        .map_or(DefaultOperatorClass::None, DefaultOperatorClass::Class)
}
