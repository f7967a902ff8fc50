//! What one key says: as text, to be shown, and as data, to be judged. Text alone would let what
//! stands in a value pass for what stands beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use pointsman_routing::explain::{MASK, is_secret_argument, shown_content};
use pointsman_schemas::artifact::{Constraint, FieldOperationKind, FilterPlace};

use crate::diagnostic::shown_word;
use crate::document::value::{show_duration, show_size};

/// What is said of one thing, by key.
pub(super) type Facts<'a> = BTreeMap<String, Fact<'a>>;

/// What is said of a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact<'a> {
    /// All of it, to be compared.
    pub(super) raw: String,
    /// The same without secrets.
    pub(super) shown: String,
    /// The same as data.
    pub(super) items: Vec<Item<'a>>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item<'a> {
    Flag(bool),
    /// A count, milliseconds or bytes.
    Whole(u64),
    Text(Cow<'a, str>),
    Network(IpAddr, u8),
    Address(SocketAddr),
    Test(FilterPlace, Test<'a>),
    Operation(Operation<'a>),
    /// First and last status of a range.
    Statuses(u16, u16),
    /// A key of a row, and what it says.
    Row(&'static str, u64),
}

/// What a condition asks of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test<'a> {
    Exact(&'a [u8]),
    Language(Constraint<'a>),
    Exists,
    NotDefined,
}

impl PartialEq for Test<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a == b,
            (Self::Language(a), Self::Language(b)) => {
                a.parts() == b.parts() && a.start() == b.start()
            }
            (Self::Exists, Self::Exists) | (Self::NotDefined, Self::NotDefined) => true,
            _ => false,
        }
    }
}

/// A change of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operation<'a> {
    pub(super) kind: FieldOperationKind,
    pub(super) name: &'a str,
    pub(super) value: String,
    /// What the value takes from the request.
    pub(super) taken: Vec<String>,
}

impl<'a> Fact<'a> {
    /// Of one value.
    pub(super) fn of(item: Item<'a>, text: impl Into<String>) -> Self {
        let raw = text.into();
        Self { shown: shown_content(&raw), raw, items: vec![item] }
    }

    /// Of one text.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        // No text is nothing said.
        let items = if text.is_empty() { Vec::new() } else { vec![Item::Text(text.clone())] };
        Self { items, ..Self::of(Item::Flag(false), text) }
    }

    /// Of several texts.
    pub(super) fn texts(all: Vec<&'a str>) -> Self {
        let raw = all.join(", ");
        let items = all.into_iter().map(|one| Item::Text(one.into())).collect();
        Self { shown: shown_content(&raw), raw, items }
    }

    /// Of what is said of a free name.
    pub(super) fn word(name: &str, value: &str, item: Item<'a>) -> Self {
        Self { raw: value.to_owned(), shown: shown_word(name, value), items: vec![item] }
    }

    /// Of a duration. Unit: milliseconds.
    pub(super) fn duration(ms: u64) -> Self {
        Self::of(Item::Whole(ms), show_duration(ms))
    }

    /// Of a size. Unit: bytes.
    pub(super) fn size(bytes: u64) -> Self {
        Self::of(Item::Whole(bytes), show_size(bytes))
    }

    /// Adds one more value.
    pub(super) fn push(&mut self, more: Self) {
        self.raw.push_str(", ");
        self.raw.push_str(&more.raw);
        // What stands behind an option of a command. Only the last word can be one: a list may be long.
        let option = self.shown.rsplit(", ").next().unwrap_or_default();
        let is_secret = is_secret_argument(option, &more.raw);
        self.shown.push_str(", ");
        self.shown.push_str(if is_secret { MASK } else { &more.shown });
        self.items.extend(more.items);
    }

    /// The value where it is a flag.
    pub(super) fn flag(&self) -> Option<bool> {
        self.items.iter().find_map(|item| match item {
            Item::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// The value where it is a number.
    pub(super) fn whole(&self) -> Option<u64> {
        self.items.iter().find_map(|item| match item {
            Item::Whole(whole) => Some(*whole),
            _ => None,
        })
    }

    /// The texts in it.
    pub(super) fn all_texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(text.as_ref()),
            _ => None,
        })
    }

    /// The changes of fields in it.
    pub(super) fn operations(&self) -> impl Iterator<Item = &Operation<'a>> {
        self.items.iter().filter_map(|item| match item {
            Item::Operation(operation) => Some(operation),
            _ => None,
        })
    }
}

impl From<bool> for Fact<'_> {
    fn from(flag: bool) -> Self {
        Self::of(Item::Flag(flag), flag.to_string())
    }
}

impl From<u64> for Fact<'_> {
    fn from(whole: u64) -> Self {
        Self::of(Item::Whole(whole), whole.to_string())
    }
}

impl From<u32> for Fact<'_> {
    fn from(whole: u32) -> Self {
        Self::from(u64::from(whole))
    }
}
