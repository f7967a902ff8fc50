//! What a row of the table of keys says. Values are never read here.

use pointsman_schemas::limits::DURATION_MAX_MS;

/// A table of the language.
#[derive(Debug)]
pub struct Table {
    /// How it is called in findings: `[limits]`, `[[routes]]`.
    pub header: &'static str,
    /// How it is called in the JSON Schema.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its keys, in the order in which people read them.
    pub keys: &'static [Key],
}

impl Table {
    /// The row of a key.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What may stand behind it.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// What holds without it, as TOML.
    pub default: Option<&'static str>,
    /// The piece of work that brings it.
    pub since: Since,
    /// What it means.
    pub doc: &'static str,
    /// For a key that must be there: what may stand behind it, as TOML.
    pub example: &'static str,
}

impl Key {
    /// A key of this version that may be left out and has no default.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            need: Need::Optional,
            default: None,
            since: Since::Now,
            doc,
            example: "",
        }
    }

    /// The same, but it must be there: `example` says how it is written.
    pub const fn required(mut self, example: &'static str) -> Self {
        self.need = Need::Required;
        self.example = example;
        self
    }

    /// The same, with what holds without it.
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The same, but refused in this version.
    pub const fn later(mut self) -> Self {
        self.since = Since::Later;
        self
    }
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
}

/// Whether this version knows what to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It does.
    Now,
    /// It knows the word alone, and refuses it.
    Later,
}

/// Whether a duration or size of zero is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// It is, and means that there is no limit.
    Off,
    /// It is not.
    Refused,
}

/// One of several words.
#[derive(Debug)]
pub struct Choice {
    /// As written.
    pub word: &'static str,
    /// Whether this version has it.
    pub since: Since,
}

impl Choice {
    /// A word of this version.
    pub const fn now(word: &'static str) -> Self {
        Self { word, since: Since::Now }
    }

    /// A word that is refused in this version.
    pub const fn later(word: &'static str) -> Self {
        Self { word, since: Since::Later }
    }
}

/// What may stand behind a key.
#[derive(Debug)]
pub enum Kind {
    /// Text; the pattern is a regular expression for editors, empty where any text will do. What
    /// exactly is allowed is decided where the text is read.
    Text {
        /// For editors.
        pattern: &'static str,
    },
    /// `true` or `false`.
    Flag,
    /// A whole number, both ends included.
    Integer {
        /// Smallest.
        min: i64,
        /// Greatest.
        max: i64,
    },
    /// A number with a fraction.
    Number {
        /// Smallest.
        min: f64,
        /// Greatest.
        max: f64,
    },
    /// A duration. Unit: milliseconds; zero apart, both ends included.
    Duration {
        /// Whether zero may stand.
        zero: Zero,
        /// Smallest above zero.
        min_ms: u64,
        /// Greatest.
        max_ms: u64,
    },
    /// A size. Unit: bytes; zero apart, both ends included.
    Size {
        /// Whether zero may stand.
        zero: Zero,
        /// Smallest above zero.
        min_bytes: u64,
        /// Greatest.
        max_bytes: u64,
    },
    /// One of several words.
    Choice(&'static [Choice]),
    /// A list.
    List(&'static Self),
    /// A value, or a list of such.
    OneOrMore(&'static Self),
    /// A table with fixed keys.
    Table(&'static Table),
    /// A list of tables with fixed keys.
    Tables(&'static Table),
    /// A table whose keys are names, and whose values are tables with fixed keys.
    Named(&'static Table),
    /// A table whose keys are free, and whose values are text.
    Words,
    /// One of several kinds.
    Either(&'static [Self]),
}

/// Any text.
pub const fn text() -> Kind {
    Kind::Text { pattern: "" }
}

/// A duration of at least a millisecond, or zero for "off".
pub(super) const fn duration_or_off() -> Kind {
    Kind::Duration { zero: Zero::Off, min_ms: 1, max_ms: DURATION_MAX_MS }
}

/// A duration of at least a millisecond.
pub(super) const fn duration() -> Kind {
    Kind::Duration { zero: Zero::Refused, min_ms: 1, max_ms: DURATION_MAX_MS }
}

/// A size, or zero for "no limit".
pub(super) const fn size_or_off() -> Kind {
    Kind::Size { zero: Zero::Off, min_bytes: 1, max_bytes: i64::MAX as u64 }
}

/// A list of text.
pub(super) const TEXTS: Kind = Kind::List(&text());

/// Names of backends, listeners and targets, for editors.
pub(super) const NAME: Kind = Kind::Text { pattern: "^[A-Za-z0-9._-]{1,128}$" };
