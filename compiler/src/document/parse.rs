//! The one place that knows the TOML reader: text in, a tree with places out. It never judges what
//! a key or value means.

use toml::de::{DeTable, DeValue};

use super::damage::{Fault, Faults};
use crate::source::{FileId, Span, Spanned};

/// What was read from one file. Borrows the text; dropped as soon as its documents are made.
pub(super) struct Tree<'t> {
    file: FileId,
    top: toml::Spanned<DeTable<'t>>,
    text: &'t str,
}

impl<'t> Tree<'t> {
    /// Reads a file.
    ///
    /// Errors: it is damaged.
    pub(super) fn read(file: FileId, text: &'t str) -> Result<Self, Faults> {
        let (top, errors) = DeTable::parse_recoverable(text);
        match Faults::of(errors.into_iter().map(fault)) {
            None => Ok(Self { file, top, text }),
            Some(faults) => Err(faults),
        }
    }

    /// The top of the file.
    pub(super) fn top(&self) -> Table<'_> {
        let span = Span::new(self.file, 0..self.text.len().min(1));
        Table { file: self.file, text: self.text, map: self.top.get_ref(), span }
    }
}

fn fault(error: toml::de::Error) -> Fault {
    Fault { at: error.span().unwrap_or(0..0), message: error.message().to_owned() }
}

/// A table: of a header, of dots, or inline.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    file: FileId,
    text: &'t str,
    map: &'t DeTable<'t>,
    span: Span,
}

impl<'t> Table<'t> {
    /// Its header, or its braces.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Its keys and values, in the order of the keys' names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<&'t str>, Item<'t>)> + use<'t> {
        let (file, text) = (self.file, self.text);
        self.map.iter().map(move |(key, node)| {
            let name = Spanned::new(key.get_ref().as_ref(), Span::new(file, key.span()));
            (name, Item { file, text, node })
        })
    }

    /// The value behind a key.
    pub(super) fn get(&self, name: &str) -> Option<Item<'t>> {
        self.map.get(name).map(|node| Item { file: self.file, text: self.text, node })
    }
}

/// A value.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    file: FileId,
    text: &'t str,
    node: &'t toml::Spanned<DeValue<'t>>,
}

/// What a value is.
pub(super) enum View<'t> {
    /// Text, decoded.
    Text(&'t str),
    /// A whole number; `None` when it has more than 64 bits.
    Integer(Option<i64>),
    /// A number with a fraction; `None` where it is none that can be counted with.
    Number(Option<f64>),
    /// `true` or `false`.
    Flag(bool),
    /// A date or a time.
    Date,
    /// A list.
    List(List<'t>),
    /// A table.
    Table(Table<'t>),
}

impl View<'_> {
    /// What it is called in findings.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number with a fraction",
            Self::Flag(_) => "true or false",
            Self::Date => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl<'t> Item<'t> {
    /// Where it is written; a table of a header is where its header is.
    pub(super) fn span(&self) -> Span {
        Span::new(self.file, self.node.span())
    }

    /// What is written there.
    pub(super) fn written(&self) -> &'t str {
        self.text.get(self.node.span()).unwrap_or_default()
    }

    /// What it is.
    pub(super) fn view(&self) -> View<'t> {
        match self.node.get_ref() {
            DeValue::String(text) => View::Text(text.as_ref()),
            DeValue::Integer(number) => {
                View::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok())
            }
            DeValue::Float(number) => {
                let number = number.as_str().parse::<f64>().ok();
                View::Number(number.filter(|number| number.is_finite()))
            }
            DeValue::Boolean(flag) => View::Flag(*flag),
            DeValue::Datetime(_) => View::Date,
            DeValue::Array(items) => View::List(List { file: self.file, text: self.text, items }),
            DeValue::Table(map) => {
                View::Table(Table { file: self.file, text: self.text, map, span: self.span() })
            }
        }
    }
}

/// A list of values.
#[derive(Clone, Copy)]
pub(super) struct List<'t> {
    file: FileId,
    text: &'t str,
    items: &'t toml::de::DeArray<'t>,
}

impl<'t> List<'t> {
    /// Its values, in their order.
    pub(super) fn items(&self) -> impl ExactSizeIterator<Item = Item<'t>> + use<'t> {
        let (file, text) = (self.file, self.text);
        self.items.iter().map(move |node| Item { file, text, node })
    }
}
