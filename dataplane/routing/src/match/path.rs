//! The walk through one host's tree of segments: the most specific way first, every way back open,
//! no recursion, a bound on the steps. Where constraints overlap without inclusion all of them are
//! followed and their winners compared.

use std::cmp::Reverse;

use pointsman_schemas::artifact::node::{Constrained, Node};
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

/// Which ways on from a node are left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Stage {
    Static,
    Constrained,
    Param,
    Star,
    Entries,
}

/// A node, and which ways on from it are left.
#[derive(Clone, Copy)]
struct Frame {
    node: u32,
    /// Segments before it.
    depth: u8,
    stage: Stage,
    /// The constrained child that comes next.
    constraint: u8,
    /// Its overlapping constraints are being followed.
    contended: bool,
}

/// A frame as one word: an array of words is cleared by a few stores, one of records was not
/// (measured: 294 instructions a look-up).
#[derive(Clone, Copy)]
struct Packed(u64);

/// Priority, then the route whose id sorts first, then its first pattern.
type Rank = (i32, Reverse<RouteId>, Reverse<PatternId>);

/// What was found behind the overlapping constraints of a node.
#[derive(Clone, Copy)]
struct Fold {
    /// Constrained children behind which a route takes the request.
    fitted: u64,
    best: Option<(Rank, Candidate)>,
}

const NO_FOLD: Fold = Fold { fitted: 0, best: None };

impl Frame {
    #[inline]
    fn at(node: u32, depth: usize) -> Self {
        let depth = depth as u8;
        Self { node, depth, stage: Stage::Static, constraint: 0, contended: false }
    }

    #[inline]
    fn left(self, stage: Stage) -> Self {
        Self { stage, contended: false, ..self }
    }

    #[inline]
    fn pack(self) -> Packed {
        let Self { node, depth, stage, constraint, contended } = self;
        let [a, b, c, d] = node.to_le_bytes();
        let bytes = [a, b, c, d, depth, stage as u8, constraint, u8::from(contended)];
        Packed(u64::from_le_bytes(bytes))
    }
}

impl Packed {
    #[inline]
    fn is_contended(self) -> bool {
        self.0 >> 56 != 0
    }

    #[inline]
    fn frame(self) -> Frame {
        let [a, b, c, d, depth, stage, constraint, contended] = self.0.to_le_bytes();
        let stage = match stage {
            0 => Stage::Static,
            1 => Stage::Constrained,
            2 => Stage::Param,
            3 => Stage::Star,
            _ => Stage::Entries,
        };
        let node = u32::from_le_bytes([a, b, c, d]);
        Frame { node, depth, stage, constraint, contended: contended != 0 }
    }
}

/// What comes after a node's constrained children.
enum Behind {
    Child(u32),
    /// The best of what lies behind overlapping constraints.
    Folded(Candidate),
    Nothing,
}

/// One walk. `FOLDS` is 0 for an artifact without overlapping constraints.
struct Walk<'a, const FOLDS: usize> {
    artifact: &'a Artifact,
    nodes: &'a [u8],
    path: &'a [u8],
    segments: &'a Segments,
    base: u32,
    /// Nodes to come back to.
    frames: [Packed; FRAMES],
    len: usize,
    folds: [Fold; FOLDS],
}

/// The route behind `host` that takes the request, as `sink` decides.
#[inline]
pub(super) fn walk<S: Sink>(
    artifact: &Artifact,
    canonical: &Canonical,
    host: HostRoot,
    budget: &mut Budget,
    sink: &mut S,
) -> Result<Option<Candidate>, OverBudget> {
    if artifact.has_contended_constraints() {
        Walk::<FRAMES>::new(artifact, canonical, host).run(host.root, budget, sink)
    } else {
        Walk::<0>::new(artifact, canonical, host).run(host.root, budget, sink)
    }
}

impl<'a, const FOLDS: usize> Walk<'a, FOLDS> {
    #[inline]
    fn new(artifact: &'a Artifact, canonical: &'a Canonical, host: HostRoot) -> Self {
        Self {
            artifact,
            nodes: artifact.section(SectionKind::PATHS),
            path: canonical.path(),
            segments: canonical.segments(),
            base: host.base,
            frames: [Packed(0); FRAMES],
            len: 0,
            folds: [NO_FOLD; FOLDS],
        }
    }

    #[inline]
    fn run<S: Sink>(
        mut self,
        root: u32,
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<Option<Candidate>, OverBudget> {
        let mut frame = Frame::at(root, 0);
        loop {
            if frame.stage == Stage::Static {
                budget.spend()?;
            }
            let node = Node::view(self.nodes, frame.node);
            let mut found = None;
            // An empty segment fits no child; past the last segment there is none.
            let depth = usize::from(frame.depth);
            if let Some((at, len)) = self.segments.get(depth).filter(|(_, len)| *len > 0) {
                if frame.stage == Stage::Static
                    && let Some(step) = node.static_child(self.path, at, len)
                {
                    if node.has_other_ways() {
                        self.push(frame.left(Stage::Constrained))?;
                    }
                    frame = Frame::at(step.child, depth + step.segments as usize);
                    continue;
                }
                if frame.stage <= Stage::Constrained
                    && let Some(all) = node.constrained()
                {
                    let segment = self.path.get(at..at + len).unwrap_or_default();
                    match self.constrained(&all, frame, segment, budget, sink)? {
                        Behind::Child(child) => {
                            frame = Frame::at(child, depth + 1);
                            continue;
                        }
                        Behind::Folded(candidate) => found = Some(candidate),
                        Behind::Nothing => {}
                    }
                }
                if found.is_none()
                    && let Some((child, left)) = dynamic_child(&node, frame.stage)
                {
                    if let Some(stage) = left {
                        self.push(frame.left(stage))?;
                    }
                    frame = Frame::at(child, depth + 1);
                    continue;
                }
            }
            if found.is_none() {
                found = self.entries(&node, depth, sink);
            }
            if let Some(candidate) = found
                && !self.fold(candidate)
            {
                return Ok(Some(candidate));
            }
            let Some(back) = self.pop() else { return Ok(None) };
            frame = back;
        }
    }

    #[inline]
    fn push(&mut self, frame: Frame) -> Result<(), OverBudget> {
        *self.frames.get_mut(self.len).ok_or(OverBudget)? = frame.pack();
        self.len += 1;
        Ok(())
    }

    #[inline]
    fn pop(&mut self) -> Option<Frame> {
        self.len = self.len.checked_sub(1)?;
        self.frames.get(self.len).map(|packed| packed.frame())
    }

    /// The next constrained child that the segment fits; its node is kept to come back to.
    fn constrained<S: Sink>(
        &mut self,
        all: &Constrained<'_>,
        frame: Frame,
        segment: &[u8],
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<Behind, OverBudget> {
        let contended = all.is_contended();
        if contended
            && frame.constraint == 0
            && let Some(fold) = self.folds.get_mut(self.len)
        {
            *fold = NO_FOLD;
        }
        for index in usize::from(frame.constraint)..all.len() {
            let (id, child) = all.child(index);
            let id = ConstraintId(id);
            if contended && self.is_beaten(all, id) {
                continue;
            }
            budget.spend()?;
            if fits(self.artifact.constraint(id), segment) {
                let constraint = index as u8 + 1;
                let stage = Stage::Constrained;
                self.push(Frame { stage, constraint, contended, ..frame })?;
                return Ok(Behind::Child(child));
            }
            let depth = usize::from(frame.depth);
            sink.refused(Refused { base: self.base, child, segment: depth, constraint: id });
        }
        let best = self.folds.get(self.len).filter(|_| contended).and_then(|fold| fold.best);
        Ok(best.map_or(Behind::Nothing, |(_, candidate)| Behind::Folded(candidate)))
    }

    /// Whether a route was found behind a smaller language at the same place.
    fn is_beaten(&self, all: &Constrained<'_>, larger: ConstraintId) -> bool {
        let fitted = self.folds.get(self.len).map_or(0, |fold| fold.fitted);
        (0..all.len().min(64))
            .filter(|index| fitted & 1 << index != 0)
            .any(|index| self.artifact.is_inside(ConstraintId(all.child(index).0), larger))
    }

    /// Keeps a winner for the nearest node above whose overlapping constraints are being followed,
    /// which is then the one to go back to; `false` where there is none, so that it wins at all.
    #[inline]
    fn fold(&mut self, candidate: Candidate) -> bool {
        if FOLDS == 0 {
            return false;
        }
        let open = self.frames.get(..self.len).unwrap_or_default();
        let Some(at) = open.iter().rposition(|packed| packed.is_contended()) else { return false };
        let index = usize::from(open[at].frame().constraint).saturating_sub(1);
        let rule = self.artifact.rule(candidate.rule);
        let priority = self.artifact.policy(rule.policy).priority();
        // Equal priorities are a finding of the compiler; here the id decides, as elsewhere.
        let route = Reverse(candidate.route(self.artifact));
        let rank = (priority, route, Reverse(candidate.pattern));
        if let Some(fold) = self.folds.get_mut(at) {
            fold.fitted |= 1 << (index % 64);
            if fold.best.is_none_or(|(best, _)| rank > best) {
                fold.best = Some((rank, candidate));
            }
        }
        self.len = at + 1;
        true
    }

    /// The first pattern that ends here and whose route takes the request.
    #[inline]
    fn entries<S: Sink>(
        &mut self,
        node: &Node<'_>,
        depth: usize,
        sink: &mut S,
    ) -> Option<Candidate> {
        let entries = node.entries()?;
        let first = if depth == self.segments.total() { 0 } else { entries.exact_len() };
        (first..entries.len()).find_map(|index| {
            let entry = entries.entry(index);
            let pattern = PatternId(self.base + entry.pattern);
            let candidate = Candidate { pattern, rule: entry.rule, depth };
            sink.ends(candidate).then_some(candidate)
        })
    }
}

/// The `:name` or `*` child that is left, and what is left behind it.
#[inline]
fn dynamic_child(node: &Node<'_>, stage: Stage) -> Option<(u32, Option<Stage>)> {
    if stage <= Stage::Param
        && let Some(child) = node.param()
    {
        return Some((child, node.has_star_or_entries().then_some(Stage::Star)));
    }
    let child = node.star().filter(|_| stage <= Stage::Star)?;
    Some((child, node.has_entries().then_some(Stage::Entries)))
}
