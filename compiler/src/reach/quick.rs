//! Which patterns of a tree surely win some request, found in one walk over the tree: the request
//! that has nothing but what the pattern asks for. The rest is in doubt, and proved one by one.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::matching::fits;
use pointsman_schemas::artifact::{Artifact, Constraint, ConstraintId, SectionKind};

use super::place::{Place, Ways};
use super::taken::Taken;
use crate::classes;

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
    pub(super) fn doubts(&self, root: u32, all: bool) -> Vec<Doubt> {
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
            for (index, (_, below)) in ways.constrained.iter().enumerate() {
                let doubt = in_doubt || !self.has_word_of_its_own(&ways, index);
                open.push((*below, next, b"", doubt));
            }
            if let Some(below) = ways.param {
                open.push((below, next, b"", in_doubt || !self.has_fresh_word(&ways)));
            }
            if let Some(below) = ways.star {
                let doubt = in_doubt || ways.param.is_some() || !self.has_fresh_word(&ways);
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

    /// Whether some segment fits neither a text nor a constraint.
    fn has_fresh_word(&self, ways: &Ways<'_>) -> bool {
        if ways.constrained.is_empty() {
            return true;
        }
        let is_fresh = |word: &&[u8]| {
            ways.statics.iter().all(|(text, _)| text != word)
                && ways.constrained.iter().all(|(id, _)| !fits(self.automaton(*id), word))
        };
        WORDS.iter().any(is_fresh) || self.classes(ways).iter().any(|class| class.fits.is_empty())
    }

    /// Whether some segment fits a constraint, no text, and no other constraint that could win.
    fn has_word_of_its_own(&self, ways: &Ways<'_>, index: usize) -> bool {
        let Some((own, _)) = ways.constrained.get(index) else { return false };
        let automaton = self.automaton(*own);
        // Every constraint has a word; here it is none of the texts.
        if ways.constrained.len() == 1
            && ways.statics.iter().all(|(text, _)| !fits(automaton, text))
        {
            return true;
        }
        let is_larger =
            |other: &u32| self.artifact.is_inside(ConstraintId(*own), ConstraintId(*other));
        let is_own = |word: &&[u8]| {
            fits(self.automaton(*own), word)
                && ways.statics.iter().all(|(text, _)| text != word)
                && ways
                    .constrained
                    .iter()
                    .all(|(id, _)| id == own || is_larger(id) || !fits(self.automaton(*id), word))
        };
        WORDS.iter().any(is_own)
            || self.classes(ways).iter().any(|class| {
                class.fits.contains(own) && class.fits.iter().all(|id| id == own || is_larger(id))
            })
    }

    fn classes(&self, ways: &Ways<'_>) -> Vec<classes::SegmentClass> {
        let ids = ways.constrained.iter().map(|(id, _)| (*id, self.automaton(*id)));
        let constraints: BTreeMap<u32, Constraint<'_>> = ids.collect();
        let texts: BTreeSet<Vec<u8>> = ways.statics.iter().map(|(text, _)| text.to_vec()).collect();
        classes::classes(&constraints, &texts).0
    }
}
