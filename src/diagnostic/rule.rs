//! What a diagnostic is called, how grave it is, and where it is explained.

/// A kind of diagnostic. There is one `static` beside each check.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; says the fault; never changes.
    pub name: &'static str,
    /// How grave it is unless the author says otherwise.
    pub level: Level,
    /// Whether the author can have it otherwise.
    pub switch: Switch,
    /// The version of schemac that brought it.
    pub since: &'static str,
    /// The page that explains it, in Markdown.
    pub page: &'static str,
}

/// Whether a rule is reported where the author says nothing of it, and whether the author can say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A check: always reported, as PostgreSQL or schemac would refuse the source.
    Fixed,
    /// A lint that is reported unless the author allows it.
    On,
    /// A lint that is reported where the author asks for it.
    Off,
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

impl Switch {
    /// Returns the switch of a rule that has this level and says nothing else.
    pub const fn of(level: Level) -> Switch {
        match level {
            Level::Error => Switch::Fixed,
            Level::Warning | Level::Note => Switch::On,
        }
    }
}

/// Declares a rule whose page is `docs/rules/<name>.md`. A lint that is off by default says `Off` after its level.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident, $level:ident, $kebab:literal) => {
        rule!($(#[$doc])* $name, $level, $kebab, $crate::diagnostic::Switch::of($crate::diagnostic::Level::$level));
    };
    ($(#[$doc:meta])* $name:ident, $level:ident, Off, $kebab:literal) => {
        rule!($(#[$doc])* $name, $level, $kebab, $crate::diagnostic::Switch::Off);
    };
    ($(#[$doc:meta])* $name:ident, $level:ident, $kebab:literal, $switch:expr) => {
        $(#[$doc])*
        pub(crate) static $name: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            name: $kebab,
            level: $crate::diagnostic::Level::$level,
            switch: $switch,
            since: "0.1",
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $kebab, ".md")),
        };
    };
}
pub(crate) use rule;
