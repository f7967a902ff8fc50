//! The walk through one host's tree of segments: the most specific way first, every way back open,
//! no recursion, a bound on the steps. Where constraints overlap without inclusion all of them are
//! followed and their winners compared.

use std::cmp::Reverse;

use pointsman_schemas::artifact::node::Node;
use pointsman_schemas::artifact::{
    Artifact, ConstraintId, HostRoot, PatternId, RouteId, SectionKind,
};
use pointsman_schemas::limits::PATTERN_SEGMENTS_MAX;

use super::constraint::fits;
use super::trace::Refused;
use super::winner::Candidate;
use crate::request::Canonical;
use crate::request::path::Segments;

/// Nodes on the way from a root to the deepest leaf.
const FRAMES: usize = PATTERN_SEGMENTS_MAX + 1;

/// What the walk meets.
pub(super) trait Sink {
    /// A pattern fits host and path; whether its route takes the request.
    fn ends(&mut self, candidate: Candidate) -> bool;
    /// A constraint refused a segment.
    fn refused(&mut self, refused: Refused);
}

/// The bound on steps was met, which the compiler proves impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OverBudget;

/// Steps that are left.
#[derive(Debug)]
pub(super) struct Budget(pub(super) u32);

impl Budget {
    #[inline]
    pub(super) fn spend(&mut self) -> Result<(), OverBudget> {
        self.0 = self.0.checked_sub(1).ok_or(OverBudget)?;
        Ok(())
    }
}

/// Which children of a node come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Static,
    Constrained,
    Param,
    Star,
    Entries,
}

/// A node on the way down.
#[derive(Clone, Copy)]
struct Frame {
    node: u32,
    /// Segments before it.
    depth: u8,
    stage: Stage,
    /// The constrained child that comes next.
    constraint: u8,
}

/// Priority, then the route whose id sorts first, then its first pattern.
type Rank = (i32, Reverse<RouteId>, Reverse<PatternId>);

/// What was found behind the overlapping constraints of a node.
#[derive(Clone, Copy)]
struct Fold {
    /// Constrained children behind which a route takes the request.
    fitted: u64,
    best: Option<(Rank, Candidate)>,
}

const NO_FRAME: Frame = Frame { node: 0, depth: 0, stage: Stage::Entries, constraint: 0 };
const NO_FOLD: Fold = Fold { fitted: 0, best: None };

/// What comes after a node's stage.
enum Next {
    Child(u32, usize),
    /// Everything below was tried; what ends here is left.
    Entries,
    /// The best of what lies behind overlapping constraints.
    Folded(Candidate),
}

/// One walk. `FOLDS` is 0 for an artifact without overlapping constraints.
struct Walk<'a, const FOLDS: usize> {
    artifact: &'a Artifact,
    nodes: &'a [u8],
    path: &'a [u8],
    segments: &'a Segments,
    base: u32,
    frames: [Frame; FRAMES],
    top: usize,
    folds: [Fold; FOLDS],
}

/// The route behind `host` that takes the request, as `sink` decides.
pub(super) fn walk<S: Sink>(
    artifact: &Artifact,
    canonical: &Canonical,
    host: HostRoot,
    budget: &mut Budget,
    sink: &mut S,
) -> Result<Option<Candidate>, OverBudget> {
    if artifact.has_contended_constraints() {
        Walk::<FRAMES>::new(artifact, canonical, host).run(budget, sink)
    } else {
        Walk::<0>::new(artifact, canonical, host).run(budget, sink)
    }
}

impl<'a, const FOLDS: usize> Walk<'a, FOLDS> {
    #[inline]
    fn new(artifact: &'a Artifact, canonical: &'a Canonical, host: HostRoot) -> Self {
        let mut frames = [NO_FRAME; FRAMES];
        frames[0] = Frame { node: host.root, depth: 0, stage: Stage::Static, constraint: 0 };
        Self {
            artifact,
            nodes: artifact.section(SectionKind::PATHS),
            path: canonical.path(),
            segments: canonical.segments(),
            base: host.base,
            frames,
            top: 0,
            folds: [NO_FOLD; FOLDS],
        }
    }

    #[inline]
    fn run<S: Sink>(
        mut self,
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<Option<Candidate>, OverBudget> {
        budget.spend()?;
        loop {
            let node = Node::view(self.nodes, self.frames[self.top].node);
            let found = match self.next(&node, budget, sink)? {
                Next::Child(child, depth) => {
                    budget.spend()?;
                    self.push(child, depth)?;
                    continue;
                }
                Next::Folded(candidate) => Some(candidate),
                Next::Entries => self.entries(&node, sink),
            };
            match found {
                Some(candidate) => {
                    if !self.fold(candidate) {
                        return Ok(Some(candidate));
                    }
                }
                None if self.top == 0 => return Ok(None),
                None => self.top -= 1,
            }
        }
    }

    #[inline]
    fn push(&mut self, node: u32, depth: usize) -> Result<(), OverBudget> {
        self.top += 1;
        let frame = self.frames.get_mut(self.top).ok_or(OverBudget)?;
        *frame = Frame { node, depth: depth as u8, stage: Stage::Static, constraint: 0 };
        if let Some(fold) = self.folds.get_mut(self.top) {
            *fold = NO_FOLD;
        }
        Ok(())
    }

    /// The next child of the node on top.
    #[inline]
    fn next<S: Sink>(
        &mut self,
        node: &Node<'_>,
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<Next, OverBudget> {
        let frame = self.frames[self.top];
        let depth = usize::from(frame.depth);
        // An empty segment fits no child; past the last segment there is none.
        let Some((at, len)) = self.segments.get(depth).filter(|(_, len)| *len > 0) else {
            return Ok(Next::Entries);
        };
        if frame.stage == Stage::Static {
            self.frames[self.top].stage = Stage::Constrained;
            if let Some(step) = node.static_child(self.path, at, len) {
                return Ok(Next::Child(step.child, depth + step.segments));
            }
        }
        if matches!(frame.stage, Stage::Static | Stage::Constrained) {
            let segment = self.path.get(at..at + len).unwrap_or_default();
            if let Some(next) = self.constrained(node, segment, depth, budget, sink)? {
                return Ok(next);
            }
            self.frames[self.top].stage = Stage::Param;
        }
        if matches!(self.frames[self.top].stage, Stage::Param) {
            self.frames[self.top].stage = Stage::Star;
            if let Some(child) = node.param() {
                return Ok(Next::Child(child, depth + 1));
            }
        }
        if self.frames[self.top].stage == Stage::Star {
            self.frames[self.top].stage = Stage::Entries;
            if let Some(child) = node.star() {
                return Ok(Next::Child(child, depth + 1));
            }
        }
        Ok(Next::Entries)
    }

    /// The next constrained child that the segment fits.
    #[inline]
    fn constrained<S: Sink>(
        &mut self,
        node: &Node<'_>,
        segment: &[u8],
        depth: usize,
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<Option<Next>, OverBudget> {
        let Some(all) = node.constrained() else { return Ok(None) };
        let first = usize::from(self.frames[self.top].constraint);
        for index in first..all.len() {
            self.frames[self.top].constraint = index as u8 + 1;
            let (id, child) = all.child(index);
            let id = ConstraintId(id);
            if all.is_contended() && self.is_beaten(&all, id) {
                continue;
            }
            budget.spend()?;
            if fits(self.artifact.constraint(id), segment) {
                return Ok(Some(Next::Child(child, depth + 1)));
            }
            sink.refused(Refused { base: self.base, child, segment: depth, constraint: id });
        }
        let fold = self.folds.get(self.top);
        Ok(fold.and_then(|fold| fold.best).map(|(_, candidate)| Next::Folded(candidate)))
    }

    /// Whether a route was found behind a smaller language at the same place.
    fn is_beaten(
        &self,
        all: &pointsman_schemas::artifact::node::Constrained<'_>,
        larger: ConstraintId,
    ) -> bool {
        let fitted = self.folds.get(self.top).map_or(0, |fold| fold.fitted);
        (0..all.len().min(64))
            .filter(|index| fitted & 1 << index != 0)
            .any(|index| self.artifact.is_inside(ConstraintId(all.child(index).0), larger))
    }

    /// Keeps a winner for the nearest node above whose overlapping constraints are not all tried;
    /// `false` where there is none, so that it is the winner of all.
    #[inline]
    fn fold(&mut self, candidate: Candidate) -> bool {
        if FOLDS == 0 {
            return false;
        }
        while self.top > 0 {
            self.top -= 1;
            let frame = self.frames[self.top];
            let node = Node::view(self.nodes, frame.node);
            let contended = node.constrained().is_some_and(|all| all.is_contended());
            let (true, Stage::Constrained) = (contended, frame.stage) else { continue };
            let Some(index) = frame.constraint.checked_sub(1) else { continue };
            let rule = self.artifact.rule(candidate.rule);
            let priority = self.artifact.policy(rule.policy).priority();
            // Equal priorities are a finding of the compiler; here the id decides, as elsewhere.
            let route = Reverse(candidate.route(self.artifact));
            let rank = (priority, route, Reverse(candidate.pattern));
            if let Some(fold) = self.folds.get_mut(self.top) {
                fold.fitted |= 1 << (index % 64);
                if fold.best.is_none_or(|(best, _)| rank > best) {
                    fold.best = Some((rank, candidate));
                }
            }
            return true;
        }
        false
    }

    /// The first pattern that ends here and whose route takes the request.
    #[inline]
    fn entries<S: Sink>(&mut self, node: &Node<'_>, sink: &mut S) -> Option<Candidate> {
        let entries = node.entries()?;
        let depth = usize::from(self.frames[self.top].depth);
        let first = if depth == self.segments.total() { 0 } else { entries.exact_len() };
        (first..entries.len()).find_map(|index| {
            let entry = entries.entry(index);
            let pattern = PatternId(self.base + entry.pattern);
            let candidate = Candidate { pattern, rule: entry.rule, depth };
            sink.ends(candidate).then_some(candidate)
        })
    }
}
