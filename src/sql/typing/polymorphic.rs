//! Polymorphic types: what `anyelement` and its kin stand for in a call (manual 38.2.5).

use smol_str::SmolStr;

use super::coercion::can_coerce;
use super::common;
use super::type_system::TypeSystem;
use crate::sql::builtin::casts::CastContext;

/// What the polymorphic types stand for, as far as the arguments tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    bound: Vec<(Family, SmolStr)>,
}

/// The polymorphic types that stand for the same or follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Element,
    Array,
    Range,
    Multirange,
    Compatible,
    CompatibleRange,
    CompatibleMultirange,
}

pub(super) fn is_polymorphic(name: &str) -> bool {
    matches!(
        name,
        "anyelement" | "anynonarray" | "anyenum" | "anyarray" | "anyrange" | "anymultirange"
    ) || is_compatible_family(name)
}

fn is_compatible_family(name: &str) -> bool {
    name.starts_with("anycompatible")
}

impl Bindings {
    /// Gives the type that a declared one stands for: itself unless it is polymorphic.
    ///
    /// Returns `None` if the call does not tell.
    pub fn actual(&self, declared: &str) -> Option<SmolStr> {
        let bound = match declared {
            "anyelement" | "anynonarray" | "anyenum" => self.of(Family::Element),
            "anyarray" => {
                return self
                    .of(Family::Array)
                    .cloned()
                    .or_else(|| array_of(self.of(Family::Element)?));
            }
            "anyrange" => self.of(Family::Range),
            "anymultirange" => self.of(Family::Multirange),
            "anycompatible" | "anycompatiblenonarray" => self.of(Family::Compatible),
            "anycompatiblearray" => return array_of(self.of(Family::Compatible)?),
            "anycompatiblerange" => self.of(Family::CompatibleRange),
            "anycompatiblemultirange" => self.of(Family::CompatibleMultirange),
            _ => return Some(declared.into()),
        };
        bound.cloned()
    }

    fn of(&self, family: Family) -> Option<&SmolStr> {
        self.bound.iter().find(|(bound, _)| *bound == family).map(|(_, name)| name)
    }

    fn bind(&mut self, family: Family, name: Option<&str>) {
        self.bound.extend(name.map(|name| (family, SmolStr::from(name))));
    }

    /// Tells whether each of the declared types stands for something.
    pub(super) fn determine(&self, declared: &[&str]) -> bool {
        declared.iter().all(|declared| self.actual(declared).is_some())
    }
}

/// There is no array type of arrays.
fn array_of(element: &SmolStr) -> Option<SmolStr> {
    (!element.ends_with("[]")).then(|| format!("{element}[]").into())
}

/// Finds what the polymorphic types stand for; `None` if the arguments contradict each other
/// (`check_generic_type_consistency`).
pub(super) fn bind(types: &TypeSystem, actual: &[&str], declared: &[&str]) -> Option<Bindings> {
    let mut bindings = bind_simple(types, actual, declared)?;
    bind_compatible(types, actual, declared, &mut bindings)?;
    Some(bindings)
}

/// Sets a slot, or holds the type to what it has already.
fn agree<'a>(slot: &mut Option<&'a str>, actual: &'a str) -> Option<()> {
    (*slot.get_or_insert(actual) == actual).then_some(())
}

fn bind_simple(types: &TypeSystem, actual: &[&str], declared: &[&str]) -> Option<Bindings> {
    let (mut element, mut array, mut range, mut multirange) = (None, None, None, None);
    for (declared, actual) in
        declared.iter().zip(actual).filter(|(_, actual)| **actual != "unknown")
    {
        match *declared {
            "anyelement" | "anynonarray" | "anyenum" => agree(&mut element, actual)?,
            "anyarray" => agree(&mut array, types.base(actual))?,
            "anyrange" => agree(&mut range, types.base(actual))?,
            "anymultirange" => agree(&mut multirange, types.base(actual))?,
            _ => {}
        }
    }
    if let Some(array) = array {
        agree(&mut element, types.element(array)?)?;
    }
    if let Some(multirange) = multirange {
        agree(&mut range, types.range(multirange)?)?;
    }
    if let Some(range) = range {
        agree(&mut element, types.subtype(range)?)?;
    }
    let is_array = |name: &str| types.element(types.base(name)).is_some();
    if declared.contains(&"anynonarray") && element.is_some_and(is_array) {
        return None;
    }
    if declared.contains(&"anyenum") && !element.is_some_and(|element| types.is_enum(element)) {
        return None;
    }
    let multirange = multirange.or_else(|| types.multirange(range?));
    let mut bindings = Bindings::default();
    bindings.bind(Family::Element, element);
    bindings.bind(Family::Array, array);
    bindings.bind(Family::Range, range);
    bindings.bind(Family::Multirange, multirange);
    Some(bindings)
}

/// The `anycompatible` family takes the common type of its arguments.
fn bind_compatible(
    types: &TypeSystem,
    actual: &[&str],
    declared: &[&str],
    bindings: &mut Bindings,
) -> Option<()> {
    let (mut range, mut multirange, mut parts) = (None, None, Vec::new());
    for (declared, actual) in
        declared.iter().zip(actual).filter(|(_, actual)| **actual != "unknown")
    {
        match *declared {
            "anycompatible" | "anycompatiblenonarray" => parts.push(*actual),
            "anycompatiblearray" => parts.push(types.element(types.base(actual))?),
            "anycompatiblerange" => agree(&mut range, types.base(actual))?,
            "anycompatiblemultirange" => agree(&mut multirange, types.base(actual))?,
            _ => {}
        }
    }
    if let Some(multirange) = multirange {
        agree(&mut range, types.range(multirange)?)?;
    }
    if let Some(range) = range {
        parts.push(types.subtype(range)?);
    }
    if parts.is_empty() {
        // Untyped literals alone are taken for text.
        let takes_part = declared.iter().any(|declared| is_compatible_family(declared));
        bindings.bind(Family::Compatible, takes_part.then_some("text"));
        return Some(());
    }
    let common = common::select(types, &parts)?;
    let fits = |part: &&str| can_coerce(types, &[part], &[common], CastContext::Implicit);
    if !parts.iter().all(fits) {
        return None;
    }
    if range.is_some_and(|range| types.subtype(range) != Some(common)) {
        return None;
    }
    if declared.contains(&"anycompatiblenonarray") && types.element(types.base(common)).is_some() {
        return None;
    }
    bindings.bind(Family::Compatible, Some(common));
    bindings.bind(Family::CompatibleRange, range);
    bindings.bind(Family::CompatibleMultirange, multirange.or_else(|| types.multirange(range?)));
    Some(())
}
