//! From some privileges to others: what is taken, what is given.
//!
//! Both lists say what differs from what an object is born with (manual 5.8), so what the new one does not say is taken
//! back to that.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::address::{Kind, Name};
use crate::object::privilege::{Granted, Privilege, commands, role_sql};
use crate::sql::ident::quote_ident;

/// Whose privileges change, and what the object is born with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder<'h> {
    /// What GRANT calls it.
    pub(super) target: &'h str,
    /// What PUBLIC has of it when it is made.
    pub(super) of_public: &'static [&'static str],
    /// Its owner, where that is known.
    pub(super) owner: Option<&'h Name>,
}

/// Returns what PUBLIC has of an object of a kind that is made (manual 5.8, table 5.2).
pub(super) fn of_public(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Routine | Kind::Aggregate => &["execute"],
        Kind::Language
        | Kind::EnumType
        | Kind::CompositeType
        | Kind::RangeType
        | Kind::BaseType
        | Kind::Domain => &["usage"],
        _ => &[],
    }
}

/// A privilege, and the column that it is on.
type Key = (Name, Option<Name>);

impl Holder<'_> {
    /// Writes what leads from some privileges to others.
    pub(super) fn change(&self, old: &[Privilege], new: &[Privilege]) -> Vec<String> {
        if old == new {
            return Vec::new();
        }
        if old.iter().chain(new).any(|it| it.grantor.is_some()) {
            return self.all_anew(old, new);
        }
        let grantees: BTreeSet<&Name> = old.iter().chain(new).map(|it| &it.grantee).collect();
        let of = |list: &[Privilege], grantee: &Name| -> Vec<Privilege> {
            list.iter().filter(|it| it.grantee == *grantee).cloned().collect()
        };
        let (mut taken, mut passing_on, mut given) = (Vec::new(), Vec::new(), Vec::new());
        let mut anew = Vec::new();
        for grantee in grantees {
            let (old, new) = (of(old, grantee), of(new, grantee));
            if old == new {
                continue;
            }
            if is_settled_anew(&old, &new) {
                anew.extend(self.anew(grantee, &old, &new));
                continue;
            }
            let difference = self.difference(grantee, &old, &new);
            taken.extend(difference.taken);
            passing_on.extend(difference.passing_on);
            given.extend(difference.given);
        }
        let mut out = commands(&taken, self.target);
        out.extend(passing_on.iter().map(|it| self.no_longer_passes_on(it)));
        out.extend(anew);
        out.extend(commands(&given, self.target));
        out
    }

    /// Takes everything from everybody and gives what shall be: of privileges that were passed on, one can't be taken
    /// without the others.
    fn all_anew(&self, old: &[Privilege], new: &[Privilege]) -> Vec<String> {
        let grantees: BTreeSet<&Name> =
            old.iter().filter(|it| it.grantor.is_none()).map(|it| &it.grantee).collect();
        let take =
            |it: &&Name| format!("REVOKE ALL ON {} FROM {} CASCADE", self.target, role_sql(it));
        let mut out: Vec<String> = grantees.iter().map(take).collect();
        out.extend(grantees.iter().filter_map(|it| self.born(it)));
        out.extend(commands(new, self.target));
        out
    }

    /// Takes everything from one role and gives it what it shall have.
    fn anew(&self, grantee: &Name, old: &[Privilege], new: &[Privilege]) -> Vec<String> {
        let mut out = Vec::new();
        let all = new.iter().find(|it| it.privilege == "all" && it.column.is_none());
        if !only_adds(old, all) {
            out.push(format!("REVOKE ALL ON {} FROM {}", self.target, role_sql(grantee)));
            out.extend(self.born(grantee).filter(|_| all.is_none()));
        }
        out.extend(commands(new, self.target));
        out.dedup();
        out
    }

    /// Gives a role what it has of an object that is made.
    fn born(&self, grantee: &Name) -> Option<String> {
        let words = if self.is_owner(grantee) {
            "ALL".to_owned()
        } else if grantee == "public" && !self.of_public.is_empty() {
            self.of_public.join(", ").to_uppercase()
        } else {
            return None;
        };
        Some(format!("GRANT {words} ON {} TO {}", self.target, role_sql(grantee)))
    }

    fn is_owner(&self, role: &Name) -> bool {
        self.owner == Some(role) || matches!(role.as_str(), "current_user" | "current_role")
    }

    fn no_longer_passes_on(&self, it: &Privilege) -> String {
        let column = it.column.as_ref().map(|it| format!(" ({})", quote_ident(it)));
        let word = it.privilege.to_uppercase() + &column.unwrap_or_default();
        format!("REVOKE GRANT OPTION FOR {word} ON {} FROM {}", self.target, role_sql(&it.grantee))
    }

    /// Tells what of one role's privileges is taken and given, one by one.
    fn difference(&self, grantee: &Name, old: &[Privilege], new: &[Privilege]) -> Difference {
        let by_key = |list: &[Privilege]| -> BTreeMap<Key, Privilege> {
            list.iter().map(|it| ((it.privilege.clone(), it.column.clone()), it.clone())).collect()
        };
        let (old, new) = (by_key(old), by_key(new));
        let with = |it: &Privilege, granted| Privilege { granted, ..it.clone() };
        let has_by_birth = |it: &Privilege| {
            it.column.is_none()
                && (self.is_owner(grantee)
                    || (grantee == "public" && self.of_public.contains(&it.privilege.as_str())))
        };
        let mut out = Difference::default();
        for (key, before) in &old {
            match (before.granted, new.get(key)) {
                (Granted::Revoked, None) => out.given.push(with(before, Granted::Plain)),
                (Granted::WithGrantOption, None) if has_by_birth(before) => {
                    out.passing_on.push(before.clone());
                }
                (Granted::Plain, None) if has_by_birth(before) => {}
                (_, None) => out.taken.push(with(before, Granted::Revoked)),
                (before, Some(after)) if before == after.granted => {}
                (Granted::WithGrantOption, Some(after)) if after.granted == Granted::Plain => {
                    out.passing_on.push(before.clone());
                }
                (_, Some(after)) if after.granted == Granted::Revoked => {
                    out.taken.push(after.clone());
                }
                (_, Some(after)) => out.given.push(after.clone()),
            }
        }
        for (_, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
            let list = match after.granted {
                Granted::Revoked => &mut out.taken,
                Granted::Plain | Granted::WithGrantOption => &mut out.given,
            };
            list.push(after.clone());
        }
        // What is taken of the whole is taken of its columns too.
        let whole = out.taken.iter().filter(|it| it.column.is_none());
        let whole: BTreeSet<Name> = whole.map(|it| it.privilege.clone()).collect();
        let of_columns = new.values().filter(|it| {
            it.column.is_some() && it.granted != Granted::Revoked && whole.contains(&it.privilege)
        });
        let lost: Vec<Privilege> =
            of_columns.filter(|it| !out.given.contains(it)).cloned().collect();
        out.given.extend(lost);
        out
    }
}

/// What of one role's privileges is taken and given.
#[derive(Default)]
struct Difference {
    taken: Vec<Privilege>,
    /// What it may have, but no longer pass on.
    passing_on: Vec<Privilege>,
    given: Vec<Privilege>,
}

/// Tells whether `ALL` stands in a list: which privileges that are is for the server to say.
fn is_settled_anew(old: &[Privilege], new: &[Privilege]) -> bool {
    old.iter().chain(new).any(|it| it.privilege == "all")
}

/// Tells whether `ALL` that is given, or taken, leaves nothing of what was.
fn only_adds(old: &[Privilege], all: Option<&Privilege>) -> bool {
    match all.map(|it| it.granted) {
        Some(Granted::Revoked) => true,
        Some(Granted::WithGrantOption) => old.iter().all(|it| it.column.is_none()),
        Some(Granted::Plain) => {
            old.iter().all(|it| it.column.is_none() && it.granted != Granted::WithGrantOption)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `a: select, +insert, -update, select(c)`; `;` between roles.
    fn list(text: &str) -> Vec<Privilege> {
        let mut out = Vec::new();
        for part in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
            let (role, words) = part.split_once(": ").expect("a role");
            for word in words.split(", ") {
                let granted = match word.chars().next() {
                    Some('+') => Granted::WithGrantOption,
                    Some('-') => Granted::Revoked,
                    _ => Granted::Plain,
                };
                let word = word.trim_start_matches(['+', '-']).trim_end_matches(')');
                let (word, column) = word
                    .split_once('(')
                    .map_or((word, None), |(word, column)| (word, Some(Name::from(column))));
                let (role, grantor) = role
                    .split_once('/')
                    .map_or((role, None), |(role, by)| (role, Some(Name::from(by))));
                let privilege = word.into();
                out.push(Privilege { grantee: role.into(), privilege, column, granted, grantor });
            }
        }
        crate::object::privilege::sort(&mut out);
        out
    }

    fn table(old: &str, new: &str) -> Vec<String> {
        let owner = Name::from("o");
        let holder = Holder { target: "t", of_public: &[], owner: Some(&owner) };
        holder.change(&list(old), &list(new))
    }

    fn function(old: &str, new: &str) -> Vec<String> {
        Holder { target: "f", of_public: &["execute"], owner: None }.change(&list(old), &list(new))
    }

    #[test]
    fn what_differs_is_taken_and_given() {
        assert_eq!(
            table("a: select, insert; b: select", "a: select, update"),
            ["REVOKE INSERT ON t FROM a", "REVOKE SELECT ON t FROM b", "GRANT UPDATE ON t TO a"]
        );
        assert_eq!(table("a: select", "a: +select"), ["GRANT SELECT ON t TO a WITH GRANT OPTION"]);
        assert_eq!(
            table("a: +select", "a: select"),
            ["REVOKE GRANT OPTION FOR SELECT ON t FROM a"]
        );
        assert!(table("a: select; b: all", "b: all; a: select").is_empty());
    }

    #[test]
    fn what_is_born_comes_back() {
        assert_eq!(function("public: -execute", ""), ["GRANT EXECUTE ON f TO PUBLIC"]);
        assert_eq!(
            function("public: -all", ""),
            ["REVOKE ALL ON f FROM PUBLIC", "GRANT EXECUTE ON f TO PUBLIC"]
        );
        assert_eq!(function("", "public: -all"), ["REVOKE ALL ON f FROM PUBLIC"]);
        assert!(function("public: execute", "").is_empty());
        assert_eq!(table("o: -insert", ""), ["GRANT INSERT ON t TO o"]);
        assert_eq!(table("o: -all", ""), ["REVOKE ALL ON t FROM o", "GRANT ALL ON t TO o"]);
    }

    #[test]
    fn all_is_for_the_server_to_say() {
        assert_eq!(
            table("a: all", "a: select"),
            ["REVOKE ALL ON t FROM a", "GRANT SELECT ON t TO a"]
        );
        assert_eq!(table("a: select", "a: all"), ["GRANT ALL ON t TO a"]);
        assert_eq!(
            table("a: +select", "a: all"),
            ["REVOKE ALL ON t FROM a", "GRANT ALL ON t TO a"]
        );
        assert_eq!(table("a: all", ""), ["REVOKE ALL ON t FROM a"]);
    }

    #[test]
    fn columns_keep_what_the_whole_loses() {
        assert_eq!(
            table("a: select, select(x)", "a: select(x), select(y)"),
            ["REVOKE SELECT ON t FROM a", "GRANT SELECT (y, x) ON t TO a"]
        );
        assert_eq!(table("a: update(x)", ""), ["REVOKE UPDATE (x) ON t FROM a"]);
    }

    #[test]
    fn what_was_passed_on_is_given_anew() {
        assert_eq!(
            table("a: +select; b/a: select", "a: +select"),
            ["REVOKE ALL ON t FROM a CASCADE", "GRANT SELECT ON t TO a WITH GRANT OPTION"]
        );
    }
}
