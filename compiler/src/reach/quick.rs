//! Which patterns of a tree surely win some request, found in one walk over the tree: the request
//! that has nothing but what the pattern asks for. The rest is in doubt, and proved one by one.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::matching::fits;
use pointsman_schemas::artifact::{Artifact, Constraint, ConstraintId, SectionKind};

use super::ask::Asker;
use super::place::{Place, Ways};
use super::taken::Taken;
use crate::classes::SegmentClass;

/// A pattern that may never win.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    /// Relative to the host's first pattern.
    pub(super) pattern: u32,
    pub(super) rule: u32,
    /// The static segments; empty where a segment is none.
    pub(super) statics: Vec<Vec<u8>>,
}

/// Words tried before all classes of segments are looked for.
const WORDS: [&[u8]; 6] = [b"x", b"x1", b"zz", b"7", b"Q", b"z-z"];

/// Steps of an automaton that cost as much as to find out what a class leaves to whom.
const STEPS_OF_A_CLASS: u64 = 32;

/// Walks one tree.
pub(super) struct Quick<'a> {
    artifact: &'a Artifact,
    nodes: &'a [u8],
    /// Whether a path can have an empty segment, which fits no child.
    empty_segments: bool,
}

impl<'a> Quick<'a> {
    pub(super) fn new(artifact: &'a Artifact) -> Self {
        let empty_segments = !artifact.settings().merge_slashes;
        Self { artifact, nodes: artifact.section(SectionKind::PATHS), empty_segments }
    }

    /// The patterns of a tree that are in doubt; all of them where `all` says so.
    pub(super) fn doubts(&self, asker: &mut Asker<'_>, root: u32, all: bool) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        let mut trail: Vec<&[u8]> = Vec::new();
        let mut open = vec![(Place::root(0, root), 0, &b""[..], all)];
        while let Some((place, depth, text, in_doubt)) = open.pop() {
            trail.truncate(depth);
            if depth > 0 {
                trail.truncate(depth - 1);
                trail.push(text);
            }
            let ways = place.ways(self.nodes);
            for (pattern, rule) in self.ends_in_doubt(place, &ways, in_doubt) {
                let statics = trail.iter().map(|text| text.to_vec()).collect();
                doubts.push(Doubt { pattern, rule, statics });
            }
            let next = depth + 1;
            let mut node = Words { quick: self, asker, ways: &ways, left: None };
            for (index, (_, below)) in ways.constrained.iter().enumerate() {
                let doubt = in_doubt || !node.has_one_of_its_own(index);
                open.push((*below, next, b"", doubt));
            }
            if let Some(below) = ways.param {
                open.push((below, next, b"", in_doubt || !node.has_fresh_one()));
            }
            if let Some(below) = ways.star {
                let doubt = in_doubt || ways.param.is_some() || !node.has_fresh_one();
                open.push((below, next, b"", doubt));
            }
            open.extend(
                ways.statics.into_iter().map(|(text, below)| (below, next, text, in_doubt)),
            );
        }
        doubts
    }

    /// What ends at a place and is in doubt.
    fn ends_in_doubt(&self, place: Place<'_>, ways: &Ways<'_>, all: bool) -> Vec<(u32, u32)> {
        let ends = place.ends(self.nodes);
        let each = ends.exact.iter().chain(&ends.prefix).copied();
        if all {
            return each.collect();
        }
        if ends.exact.len() + ends.prefix.len() < 2 {
            return Vec::new();
        }
        // A path that goes on by what no child fits leaves the exact ones behind.
        let goes_on = self.empty_segments
            || (ways.param.is_none() && ways.star.is_none() && ways.constrained.is_empty());
        let mut doubts = Vec::new();
        let mut before = Taken::nothing(self.artifact);
        for (index, (pattern, rule)) in each.enumerate() {
            if index == ends.exact.len() && goes_on {
                before = Taken::nothing(self.artifact);
            }
            let policy = self.artifact.policy(self.artifact.rule(rule).policy);
            if !before.leaves_some(policy) {
                doubts.push((pattern, rule));
            }
            before.add(policy);
        }
        doubts
    }

    fn automaton(&self, id: u32) -> Constraint<'a> {
        self.artifact.constraint(ConstraintId(id))
    }
}

/// The segments that lead on from a place.
struct Words<'w, 'a, 'r> {
    quick: &'w Quick<'a>,
    asker: &'w mut Asker<'r>,
    ways: &'w Ways<'a>,
    /// What its classes leave to each, once they were looked for.
    left: Option<Left>,
}

/// What the classes of segments leave to what comes last.
#[derive(Default)]
struct Left {
    /// Whether one fits no constraint.
    fresh: bool,
    /// Constraints of which one has a segment that only larger ones fit too.
    own: BTreeSet<u32>,
}

impl Words<'_, '_, '_> {
    /// Whether some segment fits neither a text nor a constraint.
    fn has_fresh_one(&mut self) -> bool {
        let (quick, ways) = (self.quick, self.ways);
        if ways.constrained.is_empty() {
            return true;
        }
        let is_fresh = |word: &&[u8]| {
            ways.statics.iter().all(|(text, _)| text != word)
                && ways.constrained.iter().all(|(id, _)| !fits(quick.automaton(*id), word))
        };
        WORDS.iter().any(is_fresh) || self.left().fresh
    }

    /// Whether some segment fits a constraint, no text, and no other constraint that could win.
    fn has_one_of_its_own(&mut self, index: usize) -> bool {
        let (quick, ways) = (self.quick, self.ways);
        let Some((own, _)) = ways.constrained.get(index) else { return false };
        let automaton = quick.automaton(*own);
        // Every constraint has a word; here it is none of the texts.
        if ways.constrained.len() == 1
            && ways.statics.iter().all(|(text, _)| !fits(automaton, text))
        {
            return true;
        }
        let is_own = |word: &&[u8]| {
            fits(automaton, word)
                && ways.statics.iter().all(|(text, _)| text != word)
                && ways.constrained.iter().all(|(id, _)| {
                    id == own || quick.is_inside(*own, *id) || !fits(quick.automaton(*id), word)
                })
        };
        WORDS.iter().any(is_own) || self.left().own.contains(own)
    }

    fn left(&mut self) -> &Left {
        let (quick, ways, asker) = (self.quick, self.ways, &mut *self.asker);
        self.left.get_or_insert_with(|| {
            let ids = ways.constrained.iter().map(|(id, _)| (*id, quick.automaton(*id)));
            let constraints: BTreeMap<u32, Constraint<'_>> = ids.collect();
            let texts = ways.statics.iter().map(|(text, _)| text.to_vec()).collect();
            let (classes, _) = asker.classes.segments(&constraints, &texts, &mut asker.effort);
            let mut left = Left::default();
            for SegmentClass { fits, .. } in classes.iter() {
                if !asker.effort.spend(STEPS_OF_A_CLASS + fits.len() as u64) {
                    break;
                }
                left.fresh |= fits.is_empty();
                left.own.extend(quick.smallest(fits));
            }
            left
        })
    }
}

impl Quick<'_> {
    fn is_inside(&self, smaller: u32, larger: u32) -> bool {
        self.artifact.is_inside(ConstraintId(smaller), ConstraintId(larger))
    }

    /// The constraint that lies inside all others.
    fn smallest(&self, all: &BTreeSet<u32>) -> Option<u32> {
        let mut each = all.iter().copied();
        let mut smallest = each.next()?;
        for other in each {
            if !self.is_inside(smallest, other) {
                smallest = other;
            }
        }
        let is_inside = |other: &u32| *other == smallest || self.is_inside(smallest, *other);
        all.iter().all(is_inside).then_some(smallest)
    }
}
