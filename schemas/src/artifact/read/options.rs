//! What the configuration says beyond the matcher, by owner.

use std::net::IpAddr;

use super::super::id::{BackendId, ConstraintId, StrId};
use super::super::layout::{AddressRecord, CustomTimeoutRecord, SectionKind, U32};
use super::super::option::{AUTO, EMPTY, OptionKey, OptionKind, OptionRecord, Owner};
use super::artifact::Artifact;
use super::listener::address;

/// A value of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptionValue<'a> {
    /// A list that is written and empty.
    Empty,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(u64),
    /// Unit: milliseconds.
    Duration(u64),
    /// Unit: bytes.
    Size(u64),
    /// A number with a fraction.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// Name and value.
    Pair(&'a str, &'a str),
    /// One of the words of its key.
    Word(&'static str),
    /// Address and length of the prefix.
    Network(IpAddr, u8),
    /// Name of a certificate; none where one is to be ordered.
    Certificate(Option<&'a str>),
    /// A backend.
    Backend(BackendId),
    /// A constraint.
    Constraint(ConstraintId),
    /// First and last status.
    Statuses(u16, u16),
}

/// A row of `custom_timeouts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomTimeout<'a> {
    /// Its number, by which its options are found.
    pub number: u32,
    /// Whose it is.
    pub owner: (Owner, u32),
    /// Paths it is for; `*` stands for one or more bytes.
    pub path: &'a str,
}

impl Artifact {
    /// All that is said of an owner, sorted by key; items of a list in their order.
    ///
    /// Cost: a binary search.
    pub fn options(
        &self,
        owner: Owner,
        number: u32,
    ) -> impl Iterator<Item = (OptionKey, OptionValue<'_>)> + '_ {
        let all = self.records::<OptionRecord>(SectionKind::OPTIONS);
        let key = (owner as u8, number);
        let of = |record: &OptionRecord| (record.owner_kind, record.owner.get());
        let from = all.partition_point(|record| of(record) < key);
        let own = all.get(from..).unwrap_or_default();
        own.iter().take_while(move |record| of(record) == key).map(|record| {
            let key = OptionKey(record.key.get());
            (key, self.option_value(key, record.value.get()))
        })
    }

    /// Whether an owner has an option of that path.
    #[must_use]
    pub fn has_option(&self, owner: Owner, number: u32, path: &str) -> bool {
        self.options(owner, number).any(|(key, _)| key.path() == path)
    }

    /// Names of the certificates, sorted.
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        let names = self.records::<U32>(SectionKind::CERTIFICATES).iter();
        names.map(|name| self.string(StrId(name.get())))
    }

    /// Names of the services, sorted; `*` is every name without a service of its own.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        let names = self.records::<U32>(SectionKind::SERVICES).iter();
        names.map(|name| self.string(StrId(name.get())))
    }

    /// All rows of `custom_timeouts`, by owner, in their order.
    pub fn custom_timeouts(&self) -> impl Iterator<Item = CustomTimeout<'_>> + '_ {
        let rows = self.records::<CustomTimeoutRecord>(SectionKind::CUSTOM_TIMEOUTS).iter();
        rows.zip(0..).filter_map(|(record, number)| {
            let owner = Owner::from_number(record.owner_kind)?;
            let path = self.string(StrId(record.path.get()));
            Some(CustomTimeout { number, owner: (owner, record.owner.get()), path })
        })
    }

    fn option_value(&self, key: OptionKey, value: u64) -> OptionValue<'_> {
        let low = value as u32;
        let text = |id: u64| self.string(StrId(id as u32));
        match key.kind() {
            _ if value == EMPTY => OptionValue::Empty,
            None => OptionValue::Empty,
            Some(OptionKind::Flag) => OptionValue::Flag(value != 0),
            Some(OptionKind::Integer) => OptionValue::Integer(value),
            Some(OptionKind::Duration) => OptionValue::Duration(value),
            Some(OptionKind::Size) => OptionValue::Size(value),
            Some(OptionKind::Number) => OptionValue::Number(f64::from_bits(value)),
            Some(OptionKind::Text) => OptionValue::Text(text(value)),
            Some(OptionKind::Pair) => OptionValue::Pair(text(value >> 32), text(u64::from(low))),
            Some(OptionKind::Word(words)) => {
                OptionValue::Word(words.get(value as usize).copied().unwrap_or_default())
            }
            Some(OptionKind::Network) => {
                let networks = self.records::<AddressRecord>(SectionKind::NETWORKS);
                networks.get(value as usize).map_or(OptionValue::Empty, |record| {
                    OptionValue::Network(address(record), record.port.get() as u8)
                })
            }
            Some(OptionKind::Certificate) if value == AUTO => OptionValue::Certificate(None),
            Some(OptionKind::Certificate) => {
                let names = self.records::<U32>(SectionKind::CERTIFICATES);
                let name = names.get(value as usize);
                OptionValue::Certificate(name.map(|name| self.string(StrId(name.get()))))
            }
            Some(OptionKind::Backend) => OptionValue::Backend(BackendId(low)),
            Some(OptionKind::Constraint) => OptionValue::Constraint(ConstraintId(low)),
            Some(OptionKind::Statuses) => OptionValue::Statuses((value >> 32) as u16, low as u16),
        }
    }
}
