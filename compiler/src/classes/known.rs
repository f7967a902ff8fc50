//! Classes that were worked out before: many places of a configuration ask for the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use pointsman_schemas::artifact::{Constraint, FilterPlace};

use super::conditions::{self, Condition, Ways};
use super::explore::{self, Effort};
use super::segments::{self, SegmentClass};
use crate::limits::CLASS_BYTES_MAX;

type Key = (Vec<u32>, BTreeSet<Vec<u8>>);
type Segments = (Rc<[SegmentClass]>, bool);
type Values = (Rc<[Vec<u8>]>, bool);

/// Classes by what tells them apart. A constraint's number is always that of the same automaton.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    segments: HashMap<Key, Segments>,
    values: BTreeMap<(FilterPlace, Key), Values>,
    inside: HashMap<(u32, u32), bool>,
    /// Bytes that are kept, about.
    bytes: usize,
}

impl Classes {
    /// All classes of segments that are none of `texts`; `false` where some may be left out.
    pub(crate) fn segments(
        &mut self,
        constraints: &BTreeMap<u32, Constraint<'_>>,
        texts: &BTreeSet<Vec<u8>>,
        effort: &mut Effort,
    ) -> Segments {
        let key = (constraints.keys().copied().collect(), texts.clone());
        if let Some((classes, complete)) = self.segments.get(&key) {
            return (Rc::clone(classes), *complete);
        }
        let all: Vec<(u32, Constraint<'_>)> =
            constraints.iter().map(|(id, one)| (*id, *one)).collect();
        let (classes, complete) = segments::classes(&all, texts, effort);
        let classes: Rc<[SegmentClass]> = classes.into();
        let size = |class: &SegmentClass| 64 + class.segment.len() + class.fits.len() * 8;
        if self.has_room(&key, classes.iter().map(size).sum()) {
            self.segments.insert(key, (Rc::clone(&classes), complete));
        }
        (classes, complete)
    }

    /// All that requests may carry which some conditions tell apart.
    pub(crate) fn carried<'c>(
        &mut self,
        conditions: impl Iterator<Item = &'c Condition>,
        automata: &[Constraint<'_>],
        effort: &mut Effort,
    ) -> Ways<'c> {
        conditions::carried(conditions, |place, constraints, texts| {
            let key = (place, (constraints.iter().copied().collect(), texts.clone()));
            if let Some((values, complete)) = self.values.get(&key) {
                return (Rc::clone(values), *complete);
            }
            let all = constraints.iter().filter_map(|id| Some((*id, *automata.get(*id as usize)?)));
            let all: Vec<(u32, Constraint<'_>)> = all.collect();
            let (values, complete) = conditions::values(place, &all, texts, effort);
            let values: Rc<[Vec<u8>]> = values.into();
            if self.has_room(&key.1, values.iter().map(|value| 32 + value.len()).sum()) {
                self.values.insert(key, (Rc::clone(&values), complete));
            }
            (values, complete)
        })
    }

    /// Whether all segments that fit `a` fit `b` too; `false` too where that is too much to find out.
    pub(crate) fn is_inside(
        &mut self,
        a: (u32, Constraint<'_>),
        b: (u32, Constraint<'_>),
        effort: &mut Effort,
    ) -> bool {
        let known = self.inside.entry((a.0, b.0));
        *known.or_insert_with(|| explore::is_inside(a.1, b.1, effort))
    }

    /// Whether what was found may be kept.
    fn has_room(&mut self, (ids, texts): &Key, bytes: usize) -> bool {
        let key: usize = texts.iter().map(|text| 48 + text.len()).sum();
        let all = self.bytes + key + ids.len() * 4 + bytes;
        let is_room = all <= CLASS_BYTES_MAX;
        if is_room {
            self.bytes = all;
        }
        is_room
    }
}
