//! Privileges as `aclitem`s say them (manual 5.8) turned into what is granted and revoked, as `pg_dump` does it
//! (`buildACLCommands` in `dumputils.c`): relative to what an object is born with.

use std::collections::BTreeMap;

use super::default_privileges::FoundDefaults;
use super::found::{Acl, Found};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::default_privileges::DefaultPrivileges;
use crate::object::privilege::{self, Granted, Privilege};

/// The letters of `aclitem` (manual, table 5.1).
const LETTERS: [(char, &str); 15] = [
    ('r', "select"),
    ('w', "update"),
    ('a', "insert"),
    ('d', "delete"),
    ('D', "truncate"),
    ('x', "references"),
    ('t', "trigger"),
    ('X', "execute"),
    ('U', "usage"),
    ('C', "create"),
    ('T', "temporary"),
    ('c', "connect"),
    ('s', "set"),
    ('A', "alter system"),
    ('m', "maintain"),
];

/// Whether a source is to name owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owners {
    Named,
    LeftOut,
}

/// Who gives, where that is not the owner, and who was given.
type Hands = (Option<Name>, Name);

/// Who has which privileges of whom, and whether they can be passed on.
type Rights = BTreeMap<Hands, BTreeMap<&'static str, bool>>;

/// Reads `role=arwd*/grantor`; PUBLIC has no name.
fn rights(items: &[Box<str>], owner: &Name) -> Rights {
    let mut out = Rights::new();
    for item in items {
        let Some((role, rest)) = split_role(item) else { continue };
        let (letters, grantor) = rest.split_once('/').unwrap_or((rest, ""));
        let grantor = unquoted(grantor);
        let rights = out.entry(((grantor != *owner).then_some(grantor), role)).or_default();
        let mut chars = letters.chars().peekable();
        while let Some(letter) = chars.next() {
            let passes_on = chars.next_if_eq(&'*').is_some();
            if let Some((_, word)) = LETTERS.iter().find(|(it, _)| *it == letter) {
                *rights.entry(word).or_default() |= passes_on;
            }
        }
    }
    out
}

fn unquoted(role: &str) -> Name {
    let inside = role.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inside.map_or_else(|| role.into(), |it| it.replace("\"\"", "\"").into())
}

/// Takes the role off an item; names other than plain words stand in double quotes.
fn split_role(item: &str) -> Option<(Name, &str)> {
    let Some(quoted) = item.strip_prefix('"') else {
        let (role, rest) = item.split_once('=')?;
        return Some((if role.is_empty() { "public".into() } else { role.into() }, rest));
    };
    let mut end = 0;
    while let Some(n) = quoted.get(end..)?.find('"') {
        end += n;
        if !quoted.get(end + 1..)?.starts_with('"') {
            break;
        }
        end += 2;
    }
    let name = quoted.get(..end)?.replace("\"\"", "\"");
    Some((name.into(), quoted.get(end + 1..)?.strip_prefix('=')?))
}

/// Returns what must be granted and revoked so that an object has these privileges.
fn privileges(acl: &Acl, all: &[&'static str]) -> Vec<Privilege> {
    let now = rights(&acl.items, &acl.owner);
    // What an object is born with its owner gives, whoever that was then.
    let base: Rights = rights(&acl.base, &acl.owner)
        .into_iter()
        .map(|((_, role), rights)| ((None, role), rights))
        .collect();
    let mut out = Vec::new();
    let mut add = |(grantor, grantee): &Hands, privilege: &str, granted| {
        out.push(Privilege {
            grantee: grantee.clone(),
            privilege: privilege.into(),
            column: acl.column.clone(),
            granted,
            grantor: grantor.clone(),
        });
    };
    let none = BTreeMap::new();
    for (hands, had) in &base {
        let has = now.get(hands).unwrap_or(&none);
        // Who may pass on what could only be used has lost nothing.
        let keeps =
            |word: &str, passes_on: bool| has.get(word).is_some_and(|now| *now || !passes_on);
        let lost = had.iter().filter(|(word, passes_on)| !keeps(word, **passes_on));
        let lost: Vec<&str> = lost.map(|(word, _)| *word).collect();
        // All of them in one word, where nothing is left.
        if !lost.is_empty() && has.is_empty() {
            add(hands, "all", Granted::Revoked);
        } else {
            lost.iter().for_each(|word| add(hands, word, Granted::Revoked));
        }
    }
    for (hands, has) in &now {
        let had = base.get(hands).unwrap_or(&none);
        let gained: Vec<(&str, bool)> = has
            .iter()
            .filter(|(word, passes_on)| had.get(*word) != Some(passes_on))
            .map(|(word, it)| (*word, *it))
            .collect();
        for passes_on in [false, true] {
            let granted = if passes_on { Granted::WithGrantOption } else { Granted::Plain };
            let words: Vec<&str> =
                gained.iter().filter(|(_, it)| *it == passes_on).map(|(word, _)| *word).collect();
            if !words.is_empty() && all.iter().all(|it| words.contains(it)) {
                add(hands, "all", granted);
            } else {
                words.iter().for_each(|word| add(hands, word, granted));
            }
        }
    }
    privilege::sort(&mut out);
    out
}

/// Gives all entries their privileges. Where owners are left out, what is said of them is said of the role that makes the
/// object.
pub(super) fn settle(found: &mut Found, owners: Owners) {
    for (place, acl) in std::mem::take(&mut found.acls) {
        let version = found.version;
        let Some((at, entry)) = found.entries.get_mut(place) else { continue };
        let kind = if let Object::PrivilegesOn(it) = &entry.object { it.like } else { at.kind };
        let all: Vec<&'static str> = match acl.column {
            Some(_) => vec!["select", "insert", "update", "references"],
            None => privilege::allowed(kind)
                .iter()
                .copied()
                .filter(|it| *it != "maintain" || version.is_at_least(17))
                .collect(),
        };
        let mut found = privileges(&acl, &all);
        // `public` is there: who makes the rest does not own it.
        if owners == Owners::LeftOut && !(at.kind == Kind::Schema && at.name == "public") {
            let own = found.iter_mut().filter(|it| it.grantee == acl.owner);
            own.for_each(|it| it.grantee = "current_user".into());
        }
        entry.privileges.extend(found);
        privilege::sort(&mut entry.privileges);
    }
    for defaults in std::mem::take(&mut found.defaults) {
        add_defaults(found, defaults);
    }
}

fn add_defaults(found: &mut Found, defaults: FoundDefaults) {
    let FoundDefaults { role, schema, objects, acl } = defaults;
    let kind = match objects {
        "TABLES" => Kind::Table,
        "SEQUENCES" => Kind::Sequence,
        "FUNCTIONS" => Kind::Routine,
        "SCHEMAS" => Kind::Schema,
        _ => Kind::EnumType,
    };
    if objects == "LARGE OBJECTS" {
        let what = "the language has no words for default privileges of large objects";
        found.problem(format!("default privileges of {role}"), what, "declare them with `raw`");
        return;
    }
    let version = found.version;
    let all: Vec<&'static str> = privilege::allowed(kind)
        .iter()
        .copied()
        .filter(|it| *it != "maintain" || version.is_at_least(17))
        .collect();
    // An item says one statement: those that give and those that take stand apart, as do grant options.
    let mut statements: BTreeMap<(Granted, Vec<Name>), Vec<Privilege>> = BTreeMap::new();
    for it in privileges(&acl, &all) {
        statements.entry((it.granted, vec![it.grantee.clone()])).or_default().push(it);
    }
    for ((_, _), privileges) in statements {
        let it = DefaultPrivileges {
            roles: vec![role.clone()],
            schemas: schema.clone().into_iter().collect(),
            objects: objects.into(),
            privileges,
        };
        found.entries.push((
            Address::global(Kind::DefaultPrivileges, it.name()),
            crate::catalog::Entry::new(it.into()),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(items: &[&str], base: &[&str]) -> Vec<String> {
        let boxed = |list: &[&str]| list.iter().map(|it| Box::from(*it)).collect();
        let acl = Acl { items: boxed(items), base: boxed(base), column: None, owner: "o".into() };
        privilege::statements(&privileges(&acl, &["select", "insert"]), "TABLE t")
    }

    #[test]
    fn privileges_are_said_relative_to_what_an_object_is_born_with() {
        let base = ["o=ra/o"];
        assert_eq!(shown(&base, &base), Vec::<String>::new());
        assert_eq!(shown(&["o=ra/o", "=r/o"], &base), ["GRANT SELECT ON TABLE t TO PUBLIC"]);
        assert_eq!(shown(&["o=ra/o", "\"a=b\"=ra/o"], &base), ["GRANT ALL ON TABLE t TO \"a=b\""]);
        assert_eq!(shown(&["o=r/o"], &base), ["REVOKE INSERT ON TABLE t FROM o"]);
        assert_eq!(shown(&["o=r*a*/o"], &base), ["GRANT ALL ON TABLE t TO o WITH GRANT OPTION"]);
        assert_eq!(shown(&[], &base), ["REVOKE ALL ON TABLE t FROM o"]);
        assert_eq!(
            shown(&["o=ra/o", "x=r*a/o"], &base),
            ["GRANT INSERT ON TABLE t TO x", "GRANT SELECT ON TABLE t TO x WITH GRANT OPTION"]
        );
        assert_eq!(
            shown(&["o=ra/o", "c=r/b", "b=r*/\"a \"\"\"", "\"a \"\"\"=r*/o"], &base),
            [
                "GRANT SELECT ON TABLE t TO \"a \"\"\" WITH GRANT OPTION",
                "GRANT SELECT ON TABLE t TO b WITH GRANT OPTION GRANTED BY \"a \"\"\"",
                "GRANT SELECT ON TABLE t TO c GRANTED BY b",
            ]
        );
    }
}
