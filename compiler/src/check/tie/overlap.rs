//! Two constraints at one place that overlap, and neither is smaller: `priority` must decide
//! between routes behind the one and behind the other that one request fits.

use super::patterns::{Entry, Key, Patterns, Run as Place};
use super::report::{Kind, Reporter};
use super::witness::{self, Filler};
use crate::language::algebra::{self, Relation, Relations};
use crate::language::table::segment_value;

/// Pairs of places that are compared in one configuration. Only overlapping constraints and hosts
/// cost any; above it nothing is proved, which is an error of its own.
const STEPS_MAX: usize = 4_000_000;

/// Pairs of states that cost as much as a pair of places.
const PAIRS_PER_STEP: usize = 64;

/// What is kept over one configuration.
pub(super) struct Run<'p> {
    patterns: &'p Patterns<'p>,
    relations: Relations,
    left: usize,
}

impl<'p> Run<'p> {
    pub(super) fn new(patterns: &'p Patterns<'p>) -> Self {
        Self { patterns, relations: Relations::new(), left: STEPS_MAX }
    }

    /// Takes steps off what is left; `false` when nothing is.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        self.left = self.left.saturating_sub(steps);
        self.left > 0
    }

    /// Whether some pair was left out.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Compares what lies behind two different constraints of one place.
    pub(super) fn compare(
        &mut self,
        (a, below_a): (u32, Place<'p>),
        (b, below_b): (u32, Place<'p>),
        reporter: &mut Reporter<'_, '_>,
    ) {
        let tables = &self.patterns.tables;
        let (Some(a), Some(b)) = (tables.get(a as usize), tables.get(b as usize)) else { return };
        // Both are walked together: what is compared are pairs of their states.
        let pairs = usize::from(a.state_count) * usize::from(b.state_count);
        if !self.spend(1 + pairs / PAIRS_PER_STEP) {
            return;
        }
        let Relation::Overlap { witness } = self.relations.relate(a, b) else { return };
        if let Some((first, second, rest)) = self.meet(below_a, below_b, witness) {
            let depth = below_a.depth() - 1;
            reporter.tie(Kind::Constraints(depth), &first, &second, Some(rest));
        }
    }

    /// Two patterns that one request fits, that meet in a method and a listener, and between which
    /// no priority decides; and the segments from the place on that fit both.
    fn meet(
        &mut self,
        a: Place<'p>,
        b: Place<'p>,
        witness: Vec<u8>,
    ) -> Option<(Entry<'p>, Entry<'p>, Vec<Filler>)> {
        let mut todo = vec![(a, b, vec![Filler::Value(witness)])];
        while let Some((a, b, path)) = todo.pop() {
            if !self.spend(1) {
                return None;
            }
            if let Some((first, second, longer)) = self.ends_meet(a, b) {
                let mut path = path;
                let rest = longer.keys.iter().skip(a.depth());
                path.extend(rest.map(|key| witness::filler(*key, self.patterns)));
                return Some((first, second, path));
            }
            let children_b = b.children();
            for (key_a, below_a) in a.children() {
                // Of the texts only the same one fits a text, and children are sorted.
                let texts = children_b.partition_point(|(key, _)| matches!(key, Key::Static(_)));
                let (texts, rest) = children_b.split_at(texts);
                let same = match key_a {
                    Key::Static(_) => {
                        let at = texts.binary_search_by_key(&key_a, |(key, _)| *key);
                        at.map_or(&[][..], |at| &texts[at..=at])
                    }
                    _ => texts,
                };
                for (key_b, below_b) in same.iter().chain(rest) {
                    if !self.spend(1) {
                        return None;
                    }
                    if let Some(both) = self.both(key_a, *key_b) {
                        let mut path = path.clone();
                        path.push(both);
                        todo.push((below_a, *below_b, path));
                    }
                }
            }
        }
        None
    }

    /// Patterns of which one ends here, so that the other's path fits both; the longer one is
    /// third.
    fn ends_meet(
        &mut self,
        a: Place<'p>,
        b: Place<'p>,
    ) -> Option<(Entry<'p>, Entry<'p>, Entry<'p>)> {
        let ties = |a: &Entry<'p>, b: &Entry<'p>| {
            a.route.priority == b.route.priority && a.meets(b) && !a.is_twin(b)
        };
        for first in a.ends().entries() {
            let reach = if first.is_exact() { b.ends() } else { b };
            for second in reach.entries() {
                if !self.spend(1) {
                    return None;
                }
                if ties(&first, &second) {
                    return Some((first, second, second));
                }
            }
        }
        for second in b.ends().entries().filter(|second| !second.is_exact()) {
            for first in a.entries() {
                if !self.spend(1) {
                    return None;
                }
                if ties(&first, &second) {
                    return Some((first, second, first));
                }
            }
        }
        None
    }

    /// A segment that fits both.
    fn both(&self, a: Key<'p>, b: Key<'p>) -> Option<Filler> {
        let table = |index: u32| self.patterns.tables.get(index as usize).copied();
        match (a, b) {
            (Key::Static(a), Key::Static(b)) => (a == b).then(|| Filler::Text(a.to_vec())),
            (Key::Static(text), Key::Constrained(index))
            | (Key::Constrained(index), Key::Static(text)) => {
                let fits = table(index)?.accepts(&segment_value(text));
                fits.then(|| Filler::Text(text.to_vec()))
            }
            (Key::Static(text), _) | (_, Key::Static(text)) => Some(Filler::Text(text.to_vec())),
            (Key::Constrained(a), Key::Constrained(b)) => {
                algebra::witness_both(table(a)?, table(b)?).map(Filler::Value)
            }
            (Key::Constrained(index), _) | (_, Key::Constrained(index)) => {
                algebra::witness(table(index)?).map(Filler::Value)
            }
            (Key::Param | Key::Star, Key::Param | Key::Star) => Some(Filler::Any),
        }
    }
}
