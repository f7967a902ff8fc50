//! What a row of the table of keys says. Values are never read here.

use pointsman_schemas::artifact::{Feature, Features};
use pointsman_schemas::limits::DURATION_MAX_MS;

use super::form::Form;

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

impl Table {
    /// What an edge must have to serve a word behind a key.
    pub fn word_features(&self, key: &str, word: &str) -> Features {
        let choices = match self.key(key).map(|key| &key.kind) {
            Some(Kind::Choice(choices) | Kind::List(Kind::Choice(choices))) => *choices,
            _ => &[],
        };
        let choice = choices.iter().find(|choice| choice.word == word);
        let feature = choice.and_then(|choice| choice.feature);
        feature.map_or(Features::NONE, |feature| Features::of(&[feature]))
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
    /// What an edge must have to serve what it says; none where every edge does.
    pub feature: Option<Feature>,
    /// The version of the program that brought it.
    pub since: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What may stand behind it, as TOML.
    pub example: &'static str,
    /// What must stand beside it for the example to make sense, as TOML.
    pub beside: &'static str,
}

impl Key {
    /// A key that may be left out and has no default.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            need: Need::Optional,
            default: None,
            feature: None,
            since: "0.1",
            doc,
            example: "",
            beside: "",
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

    /// The same, with what may stand behind it.
    pub const fn such_as(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// The same, where the example needs other keys of its table.
    pub const fn beside(mut self, others: &'static str) -> Self {
        self.beside = others;
        self
    }

    /// The same, but only an edge with that feature serves it.
    pub const fn needs(mut self, feature: Feature) -> Self {
        self.feature = Some(feature);
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
    /// What an edge must have to serve it.
    pub feature: Option<Feature>,
}

impl Choice {
    /// A word that every edge serves.
    pub const fn of(word: &'static str) -> Self {
        Self { word, feature: None }
    }

    /// A word that only an edge with that feature serves.
    pub const fn needing(word: &'static str, feature: Feature) -> Self {
        Self { word, feature: Some(feature) }
    }
}

/// What may stand behind a key.
#[derive(Debug)]
pub enum Kind {
    /// Text of a form.
    Text(Form),
    /// `true` or `false`.
    Flag,
    /// A whole number, both ends included.
    Integer {
        /// Smallest.
        min: i64,
        /// Greatest.
        max: i64,
    },
    /// A number, with a fraction or without, both ends included.
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
    Words {
        /// Of the keys.
        keys: Form,
        /// Of the values.
        values: Form,
    },
    /// One of several kinds.
    Either(&'static [Self]),
}

/// Any text.
pub const fn text() -> Kind {
    Kind::Text(Form::Any)
}

/// A duration of at least a millisecond, or zero for "off".
pub(super) const fn duration_or_off() -> Kind {
    Kind::Duration { zero: Zero::Off, min_ms: 1, max_ms: DURATION_MAX_MS }
}

/// A duration of at least a millisecond.
pub(super) const fn duration() -> Kind {
    duration_from(1)
}

/// A duration of at least that.
pub(super) const fn duration_from(min_ms: u64) -> Kind {
    Kind::Duration { zero: Zero::Refused, min_ms, max_ms: DURATION_MAX_MS }
}

/// A size, or zero for "no limit".
pub(super) const fn size_or_off() -> Kind {
    Kind::Size { zero: Zero::Off, min_bytes: 1, max_bytes: i64::MAX as u64 }
}

/// A count, zero for "no limit".
pub(super) const fn count() -> Kind {
    Kind::Integer { min: 0, max: u32::MAX as i64 }
}

/// A share: 0 to 1.
pub(super) const fn share() -> Kind {
    Kind::Number { min: 0.0, max: 1.0 }
}

/// A list of text of a form.
macro_rules! texts {
    ($form:ident) => {
        $crate::document::keys::row::Kind::List(&$crate::document::keys::row::Kind::Text(
            $crate::document::keys::form::Form::$form,
        ))
    };
}
pub(super) use texts;

/// Fields by name, with values that may hold expressions.
pub(super) const FIELDS: Kind = Kind::Words { keys: Form::FieldName, values: Form::Template };
