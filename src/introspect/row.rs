//! A row of a catalog query, read value by value in the order of its select list.

use std::str::FromStr;

use crate::object::address::{Name, Qualified};

/// PostgreSQL's number of an object, within one of its catalogs.
pub(crate) type Oid = u32;

/// One row. Each call takes the next value, so that a query and what reads it must stand side by side.
#[derive(Debug)]
pub(crate) struct Row<'r> {
    values: &'r [Option<&'r str>],
    next: usize,
}

/// A value that is not what the query promises, as when an object is dropped while it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The number of the value in its row, counted from zero.
    pub column: usize,
    /// What stands there.
    pub value: Option<String>,
}

impl<'r> Row<'r> {
    pub(crate) fn new(values: &'r [Option<&'r str>]) -> Self {
        Row { values, next: 0 }
    }

    /// Takes a value that can be NULL.
    pub(crate) fn option(&mut self) -> Option<&'r str> {
        let value = self.values.get(self.next).copied().flatten();
        self.next += 1;
        value
    }

    /// Looks at the value that is taken next.
    pub(crate) fn peek(&self) -> Option<&'r str> {
        self.values.get(self.next).copied().flatten()
    }

    /// Takes a value that is there.
    pub(crate) fn text(&mut self) -> Result<&'r str, Unreadable> {
        self.option().ok_or_else(|| self.unreadable())
    }

    /// Takes a name.
    pub(crate) fn name(&mut self) -> Result<Name, Unreadable> {
        self.text().map(Name::from)
    }

    /// Takes a name that can be NULL.
    pub(crate) fn optional_name(&mut self) -> Option<Name> {
        self.option().map(Name::from)
    }

    /// Takes a schema and a name in it.
    pub(crate) fn qualified(&mut self) -> Result<Qualified, Unreadable> {
        Ok(Qualified { schema: self.name()?, name: self.name()? })
    }

    /// Takes a schema and a name in it, both of which can be NULL.
    pub(crate) fn optional_qualified(&mut self) -> Option<Qualified> {
        let (schema, name) = (self.optional_name(), self.optional_name());
        Some(Qualified { schema: schema?, name: name? })
    }

    /// Takes a number.
    pub(crate) fn number<N: FromStr>(&mut self) -> Result<N, Unreadable> {
        self.text()?.parse().map_err(|_| self.unreadable())
    }

    /// Takes a number that can be NULL.
    pub(crate) fn optional_number<N: FromStr>(&mut self) -> Result<Option<N>, Unreadable> {
        self.option().map(|text| text.parse().map_err(|_| self.unreadable())).transpose()
    }

    /// Takes a boolean; NULL is false.
    pub(crate) fn flag(&mut self) -> bool {
        self.option() == Some("t")
    }

    /// Takes an array of one dimension; NULL is an empty one.
    pub(crate) fn list(&mut self) -> Result<Vec<Option<Box<str>>>, Unreadable> {
        let Some(text) = self.option() else { return Ok(Vec::new()) };
        array(text).ok_or_else(|| self.unreadable())
    }

    /// Takes an array of one dimension without NULL in it; NULL is an empty one.
    pub(crate) fn strings(&mut self) -> Result<Vec<Box<str>>, Unreadable> {
        let list = self.list()?;
        list.into_iter().map(|it| it.ok_or_else(|| self.unreadable())).collect()
    }

    /// Takes an array of names; NULL is an empty one.
    pub(crate) fn names(&mut self) -> Result<Vec<Name>, Unreadable> {
        Ok(self.strings()?.iter().map(|it| Name::from(&**it)).collect())
    }

    /// Takes an array of numbers, or a vector of them (`int2vector`); NULL is an empty one.
    pub(crate) fn numbers<N: FromStr>(&mut self) -> Result<Vec<N>, Unreadable> {
        let Some(text) = self.option() else { return Ok(Vec::new()) };
        let numbers = text.trim_matches(['{', '}']).split([',', ' ']).filter(|it| !it.is_empty());
        numbers.map(|it| it.parse().map_err(|_| self.unreadable())).collect()
    }

    /// Says that the value taken last is not what it should be.
    pub(crate) fn unreadable(&self) -> Unreadable {
        let column = self.next.saturating_sub(1);
        let value = self.values.get(column).copied().flatten().map(str::to_owned);
        Unreadable { column, value }
    }
}

/// Reads an array of one dimension in its text form (PostgreSQL manual 8.15.6).
fn array(text: &str) -> Option<Vec<Option<Box<str>>>> {
    // Bounds other than the usual stand in front: `[0:1]={a,b}`.
    let text = text.find('{').filter(|_| text.starts_with('[')).map_or(text, |at| &text[at..]);
    let mut chars = text.strip_prefix('{')?.strip_suffix('}')?.chars();
    let mut out = Vec::new();
    let (mut item, mut quoted, mut inside, mut any) = (String::new(), false, false, false);
    let mut end = |item: &mut String, quoted: &mut bool| {
        let text = std::mem::take(item);
        let is_null = !std::mem::take(quoted) && text == "NULL";
        out.push((!is_null).then(|| text.into()));
    };
    while let Some(c) = chars.next() {
        any = true;
        match c {
            '"' => (inside, quoted) = (!inside, true),
            '\\' => item.push(chars.next()?),
            ',' if !inside => end(&mut item, &mut quoted),
            c => item.push(c),
        }
    }
    if any {
        end(&mut item, &mut quoted);
    }
    (!inside).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_read_as_postgresql_writes_them() {
        let read = |text| {
            array(text).unwrap().into_iter().map(|it| it.map(String::from)).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("{}"), Vec::<Option<String>>::new());
        assert_eq!(read("{a,b}"), [some("a"), some("b")]);
        assert_eq!(
            read(r#"{"a,b","c\"d\\",NULL,"NULL",""}"#),
            [some("a,b"), some("c\"d\\"), None, some("NULL"), some("")]
        );
        assert_eq!(read("[0:1]={a,b}"), [some("a"), some("b")]);
        assert_eq!(array("a"), None);
        assert_eq!(array("{\"a}"), None);
    }

    #[test]
    fn values_are_taken_in_order() {
        let values = [Some("t"), None, Some("1 2"), Some("x")];
        let mut row = Row::new(&values);
        assert!(row.flag());
        assert_eq!(row.option(), None);
        assert_eq!(row.numbers::<i16>(), Ok(vec![1, 2]));
        assert_eq!(row.number::<u32>(), Err(Unreadable { column: 3, value: Some("x".into()) }));
    }
}
