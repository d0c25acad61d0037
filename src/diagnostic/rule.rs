//! What a diagnostic is called, how grave it is, and where it is explained.

/// A kind of diagnostic. There is one `static` beside each check.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; says the fault; never changes.
    pub name: &'static str,
    /// How grave it is unless the author says otherwise.
    pub level: Level,
    /// The version of schemac that brought it.
    pub since: &'static str,
    /// The page that explains it, in Markdown.
    pub page: &'static str,
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something to know; nothing is wrong.
    Note,
    /// Something that is likely a mistake.
    Warning,
    /// A mistake: nothing is made of the source while it stands.
    Error,
}

impl Level {
    /// Returns the level's word.
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// Declares a rule whose page is `docs/rules/<name>.md`.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident, $level:ident, $kebab:literal) => {
        $(#[$doc])*
        pub(crate) static $name: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            name: $kebab,
            level: $crate::diagnostic::Level::$level,
            since: "0.1",
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $kebab, ".md")),
        };
    };
}
pub(crate) use rule;
