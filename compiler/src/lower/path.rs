//! Trees of path segments, from patterns that are sorted as the tree stands: what ends at a node
//! first, then static children by text, constrained ones, `:name`, `*`.

use std::cmp::Ordering;

use pointsman_schemas::artifact::node::Entry;
use pointsman_schemas::artifact::write::{Built, NodeDraft, STATIC_FEW_MAX, StaticDraft, Writer};
use pointsman_schemas::limits::CONSTRAINTS_PER_NODE_MAX;

use super::constraint::{Constraints, Standing};
use super::fault::{Cause, LowerFault, ROUTES_PER_PLACE_MAX};
use super::reading::Reading;
use super::steps::{self, Part, Work};
use crate::grammar::pattern::Segment;

/// One pattern on its way into a tree.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) path: &'a [Segment],
    /// Index into the model's routes.
    pub(super) route: usize,
    pub(super) rule: u32,
    pub(super) exact: bool,
    pub(super) names_methods: bool,
    /// How many.
    pub(super) conditions: usize,
    /// Bytes that they look at.
    pub(super) condition_bytes: u64,
    pub(super) priority: i32,
}

/// A subtree, and the most work that a walk through it takes.
pub(super) struct Subtree {
    pub(super) built: Built,
    pub(super) work: Work,
}

/// The order in which a tree is made. Routes at one place come as the matcher prefers them; hosts
/// with equal paths so number their patterns alike and share their trees.
pub(super) fn order(a: &Item<'_>, b: &Item<'_>) -> Ordering {
    let by_path = || {
        let segments = a.path.iter().zip(b.path).map(|(a, b)| segment_order(a, b));
        segments.fold(Ordering::Equal, Ordering::then).then_with(|| a.path.len().cmp(&b.path.len()))
    };
    by_path()
        .then_with(|| b.exact.cmp(&a.exact))
        .then_with(|| b.names_methods.cmp(&a.names_methods))
        .then_with(|| b.conditions.cmp(&a.conditions))
        .then_with(|| b.priority.cmp(&a.priority))
        .then_with(|| a.route.cmp(&b.route))
}

fn segment_order(a: &Segment, b: &Segment) -> Ordering {
    match (a, b) {
        (Segment::Static(a), Segment::Static(b)) => a.cmp(b),
        (Segment::Constrained(a), Segment::Constrained(b)) => {
            if std::sync::Arc::ptr_eq(&a.table, &b.table) {
                Ordering::Equal
            } else {
                a.table.cmp(&b.table)
            }
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Static(_) => 0,
        Segment::Constrained(_) => 1,
        Segment::Param { .. } => 2,
        Segment::Star => 3,
    }
}

/// Makes trees into a writer.
pub(super) struct Trees<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) constraints: &'a mut Constraints,
    pub(super) reading: Reading,
}

impl Trees<'_> {
    /// The tree of `items`, which are sorted, agree in their first `depth` segments, and of which
    /// the first has number `first` in its host.
    ///
    /// Calls itself once a segment, so at most `PATTERN_SEGMENTS_MAX` deep.
    pub(super) fn build(
        &mut self,
        items: &[Item<'_>],
        depth: usize,
        first: u32,
    ) -> Result<Subtree, LowerFault> {
        let ends = items.partition_point(|item| item.path.len() == depth);
        let mut draft = NodeDraft::default();
        for (index, item) in items[..ends].iter().enumerate() {
            let entry = Entry { pattern: first + index as u32, rule: item.rule };
            if item.exact { draft.exact.push(entry) } else { draft.prefix.push(entry) }
        }
        if ends > ROUTES_PER_PLACE_MAX {
            return Err(fault(Cause::RoutesAtOnePlace { count: ends }, items));
        }
        let mut children = steps::Children::default();
        // Each may be asked of one request, and costs about what a step costs.
        for item in &items[..ends] {
            let steps = item.conditions as u64;
            children.others += Work { steps, bytes: item.condition_bytes };
        }
        let mut constrained = Vec::new();
        let mut at = ends;
        let same = |a: &Item<'_>, b: &Item<'_>| {
            segment_order(&a.path[depth], &b.path[depth]) == Ordering::Equal
        };
        for group in items[ends..].chunk_by(same) {
            let Subtree { built, work } = self.build(group, depth + 1, first + at as u32)?;
            at += group.len();
            match &group[0].path[depth] {
                Segment::Static(label) => {
                    children.longest_static = children.longest_static.max(work);
                    children.static_bytes += label.len() as u64;
                    draft.statics.push(StaticDraft { label: label.to_vec(), child: built });
                }
                Segment::Constrained(own) => {
                    constrained.push((self.constraints.number(&own.table), built, work));
                }
                Segment::Param { .. } => {
                    children.others += work;
                    draft.param = Some(built);
                }
                Segment::Star => {
                    children.others += work;
                    draft.star = Some(built);
                }
            }
        }
        if constrained.len() > CONSTRAINTS_PER_NODE_MAX {
            let count = constrained.len();
            return Err(fault(Cause::ConstraintsAtOnePlace { count }, items));
        }
        self.constrain(&mut draft, &mut children, constrained);
        if draft.statics.len() > STATIC_FEW_MAX {
            // They are found by a hash of the segment, and compared with those of its bucket.
            children.static_bytes =
                children.static_bytes.min(self.reading.target) + self.reading.target;
        }
        Ok(Subtree { built: self.writer.paths.add(draft), work: children.work() })
    }

    /// Puts constrained children in order, smaller languages first, and marks a node where some
    /// of them overlap.
    fn constrain(
        &mut self,
        draft: &mut NodeDraft,
        children: &mut steps::Children,
        constrained: Vec<(u32, Built, Work)>,
    ) {
        let ids: Vec<u32> = constrained.iter().map(|(id, _, _)| *id).collect();
        let mut inside = vec![0_usize; ids.len()];
        let mut meets = Vec::new();
        let mut inclusions = Vec::new();
        for a in 0..ids.len() {
            for b in a + 1..ids.len() {
                match self.constraints.standing(ids[a], ids[b]) {
                    Standing::Disjoint => continue,
                    Standing::Inside => {
                        inside[b] += 1;
                        inclusions.push((ids[a], ids[b]));
                    }
                    Standing::Around => {
                        inside[a] += 1;
                        inclusions.push((ids[b], ids[a]));
                    }
                    Standing::Overlap => draft.contended = true,
                }
                meets.push((a, b));
            }
        }
        let costs = |part: Part| -> Vec<u64> {
            constrained.iter().map(|(_, _, work)| work.of(part)).collect()
        };
        let runs = ids.iter().map(|id| self.reading.run(self.constraints.longest_run(*id)));
        children.constraint_tries = Work { steps: ids.len() as u64, bytes: runs.sum() };
        children.constrained = Work {
            steps: steps::meeting(&costs(Part::Steps), &meets),
            bytes: steps::meeting(&costs(Part::Bytes), &meets),
        };
        self.writer.inclusions.extend(inclusions);
        // What lies inside another has strictly fewer inside itself.
        let mut order: Vec<(usize, (u32, Built, Work))> =
            inside.into_iter().zip(constrained).collect();
        order.sort_by_key(|(count, (id, _, _))| (*count, *id));
        draft.constrained = order.into_iter().map(|(_, (id, built, _))| (id, built)).collect();
    }
}

/// Routes that a message names at most.
const NAMED_MAX: usize = 8;

/// A fault of these patterns' routes.
pub(super) fn fault(cause: Cause, items: &[Item<'_>]) -> LowerFault {
    let mut routes: Vec<usize> = items.iter().map(|item| item.route).collect();
    routes.sort_unstable();
    routes.dedup();
    routes.truncate(NAMED_MAX);
    LowerFault { cause, routes }
}
