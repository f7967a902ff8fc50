//! Conditions of policies: on fields, parameters of the query, and cookies.

use super::super::id::{ConstraintId, StrId};
use super::super::layout::{FilterRecord, FilterSetRecord, SectionKind};
use super::artifact::Artifact;

/// A condition; all of a policy's must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Where it looks.
    pub place: FilterPlace,
    /// The name; of a field in lower case.
    pub name: &'a str,
    /// What must be there.
    pub test: FilterTest<'a>,
}

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterPlace {
    /// The fields of the head; their names ignore case.
    Header,
    /// The parameters of the query, decoded.
    Query,
    /// The cookies.
    Cookie,
}

/// What a condition asks of the values of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterTest<'a> {
    /// One of them is this text.
    Exact(&'a [u8]),
    /// One of them fits the constraint.
    Language {
        /// The constraint.
        constraint: ConstraintId,
        /// As written.
        source: &'a str,
    },
    /// There is one.
    Exists,
    /// There is none.
    NotDefined,
}

impl Artifact {
    /// The conditions of a set, which a policy names; none for another number.
    #[inline]
    pub fn filters(&self, set: u32) -> impl ExactSizeIterator<Item = Filter<'_>> + '_ {
        let sets = self.records::<FilterSetRecord>(SectionKind::FILTER_SETS);
        let range = sets.get(set as usize).map_or(0..0, |set| {
            let first = set.first.get() as usize;
            first..first + set.count.get() as usize
        });
        let all = self.records::<FilterRecord>(SectionKind::FILTERS);
        let own = all.get(range).unwrap_or_default();
        own.iter().map(|record| self.filter(record))
    }

    /// How many sets of conditions there are.
    #[must_use]
    pub fn filter_set_count(&self) -> usize {
        self.records::<FilterSetRecord>(SectionKind::FILTER_SETS).len()
    }

    #[inline]
    fn filter(&self, record: &FilterRecord) -> Filter<'_> {
        let value = record.value.get();
        Filter {
            place: match record.place {
                0 => FilterPlace::Header,
                1 => FilterPlace::Query,
                _ => FilterPlace::Cookie,
            },
            name: self.string(StrId(record.name.get())),
            test: match record.test {
                0 => FilterTest::Exact(self.string_bytes(StrId(value))),
                1 => FilterTest::Language {
                    constraint: ConstraintId(value),
                    source: self.optional_string(record.source.get()).unwrap_or_default(),
                },
                2 => FilterTest::Exists,
                _ => FilterTest::NotDefined,
            },
        }
    }
}
