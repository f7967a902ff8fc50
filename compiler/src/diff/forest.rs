//! The trees of both artifacts in one form, in which equal subtrees are one node.

use std::collections::HashMap;

use pointsman_schemas::artifact::node::Node;
use pointsman_schemas::artifact::{HostRoot, PatternId, SectionKind};

use super::meaning::{Meanings, Side};

/// A node, whichever artifact it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Tree {
    /// What ends here and takes nothing that goes on; then what takes it too.
    pub(super) exact: Vec<u32>,
    pub(super) prefix: Vec<u32>,
    /// Texts and nodes behind them, sorted.
    pub(super) statics: Vec<(Vec<u8>, u32)>,
    /// Constraints and nodes behind them, in the order in which they are tried.
    pub(super) constrained: Vec<(u32, u32)>,
    /// Whether priority decides between the constraints.
    pub(super) contended: bool,
    pub(super) param: Option<u32>,
    pub(super) star: Option<u32>,
}

/// All nodes that were read.
#[derive(Debug, Default)]
pub(super) struct Forest {
    nodes: Vec<Tree>,
    numbers: HashMap<Tree, u32>,
}

impl Forest {
    pub(super) fn node(&self, number: u32) -> &Tree {
        static NOTHING: Tree = Tree {
            exact: Vec::new(),
            prefix: Vec::new(),
            statics: Vec::new(),
            constrained: Vec::new(),
            contended: false,
            param: None,
            star: None,
        };
        self.nodes.get(number as usize).unwrap_or(&NOTHING)
    }

    fn add(&mut self, tree: Tree) -> u32 {
        let next = self.nodes.len() as u32;
        *self.numbers.entry(tree).or_insert_with_key(|tree| {
            self.nodes.push(tree.clone());
            next
        })
    }

    /// How many nodes it holds.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Forgets the nodes that were read after so many.
    pub(super) fn forget(&mut self, after: usize) {
        for tree in self.nodes.drain(after.min(self.nodes.len())..) {
            self.numbers.remove(&tree);
        }
    }

    /// Reads the tree of one host.
    pub(super) fn read<'a>(
        &mut self,
        meanings: &mut Meanings<'a>,
        side: &mut Side<'a>,
        root: HostRoot,
    ) -> u32 {
        self.subtree(meanings, side, (root.base, root.root), &mut HashMap::new())
    }

    fn subtree<'a>(
        &mut self,
        meanings: &mut Meanings<'a>,
        side: &mut Side<'a>,
        (base, at): (u32, u32),
        known: &mut HashMap<u32, u32>,
    ) -> u32 {
        if let Some(number) = known.get(&at) {
            return *number;
        }
        let artifact = side.artifact;
        let node = Node::view(artifact.section(SectionKind::PATHS), at);
        let mut tree = Tree::default();
        if let Some(entries) = node.entries() {
            for index in 0..entries.len() {
                let entry = entries.entry(index);
                let route = artifact.pattern_route(PatternId(base + entry.pattern));
                let number = meanings.entry(side, route, entry.rule);
                let list =
                    if index < entries.exact_len() { &mut tree.exact } else { &mut tree.prefix };
                list.push(number);
            }
        }
        let mut below = Vec::new();
        node.each_static_child(|label, step| below.push((label, step.child)));
        for (label, child) in below {
            let mut number = self.subtree(meanings, side, (base, child), known);
            let mut parts: Vec<&[u8]> = label.split(|byte| *byte == b'/').collect();
            let first = if parts.is_empty() { label } else { parts.remove(0) };
            for part in parts.iter().rev() {
                let statics = vec![(part.to_vec(), number)];
                number = self.add(Tree { statics, ..Tree::default() });
            }
            tree.statics.push((first.to_vec(), number));
        }
        tree.statics.sort();
        if let Some(all) = node.constrained() {
            tree.contended = all.is_contended();
            for index in 0..all.len() {
                let (id, child) = all.child(index);
                let number = self.subtree(meanings, side, (base, child), known);
                tree.constrained.push((meanings.constraint(side, id), number));
            }
        }
        tree.param = node.param().map(|at| self.subtree(meanings, side, (base, at), known));
        tree.star = node.star().map(|at| self.subtree(meanings, side, (base, at), known));
        let number = self.add(tree);
        known.insert(at, number);
        number
    }
}

/// Whether two hosts hold the same tree, without reading them into a forest.
///
/// Cost: linear in the smaller one; stops at the first difference.
pub(super) fn same<'a>(
    meanings: &mut Meanings<'a>,
    (old, old_root): (&mut Side<'a>, HostRoot),
    (new, new_root): (&mut Side<'a>, HostRoot),
) -> bool {
    let mut todo = vec![(old_root.root, new_root.root)];
    let mut seen = std::collections::HashSet::new();
    while let Some((a, b)) = todo.pop() {
        // Only shared subtrees come twice.
        if !seen.insert((a, b)) {
            continue;
        }
        let node_a = Node::view(old.artifact.section(SectionKind::PATHS), a);
        let node_b = Node::view(new.artifact.section(SectionKind::PATHS), b);
        let (ends_a, ends_b) = (node_a.entries(), node_b.entries());
        if ends_a.map(|ends| (ends.len(), ends.exact_len()))
            != ends_b.map(|ends| (ends.len(), ends.exact_len()))
        {
            return false;
        }
        if let (Some(ends_a), Some(ends_b)) = (ends_a, ends_b) {
            for index in 0..ends_a.len() {
                let (a, b) = (ends_a.entry(index), ends_b.entry(index));
                let route = old.artifact.pattern_route(PatternId(old_root.base + a.pattern));
                let a = meanings.entry(old, route, a.rule);
                let route = new.artifact.pattern_route(PatternId(new_root.base + b.pattern));
                if a != meanings.entry(new, route, b.rule) {
                    return false;
                }
            }
        }
        let statics = |node: &Node<'a>| {
            let mut all = Vec::new();
            node.each_static_child(|label, step| all.push((label, step.child)));
            all
        };
        let (mut below_a, mut below_b) = (statics(&node_a), statics(&node_b));
        below_a.sort_unstable();
        below_b.sort_unstable();
        if below_a.len() != below_b.len() || below_a.iter().zip(&below_b).any(|(a, b)| a.0 != b.0) {
            return false;
        }
        todo.extend(below_a.iter().zip(&below_b).map(|(a, b)| (a.1, b.1)));
        let constrained = |node: &Node<'a>, side: &Side<'a>| {
            let all = node.constrained();
            let each = all.into_iter().flat_map(|all| (0..all.len()).map(move |at| all.child(at)));
            let numbered = each.map(|(id, child)| (meanings.constraint(side, id), child));
            (all.is_some_and(|all| all.is_contended()), numbered.collect::<Vec<_>>())
        };
        let ((fold_a, below_a), (fold_b, below_b)) =
            (constrained(&node_a, old), constrained(&node_b, new));
        let differ = below_a.iter().zip(&below_b).any(|(a, b)| a.0 != b.0);
        if fold_a != fold_b || below_a.len() != below_b.len() || differ {
            return false;
        }
        todo.extend(below_a.iter().zip(&below_b).map(|(a, b)| (a.1, b.1)));
        for (a, b) in [(node_a.param(), node_b.param()), (node_a.star(), node_b.star())] {
            match (a, b) {
                (Some(a), Some(b)) => todo.push((a, b)),
                (None, None) => {}
                _ => return false,
            }
        }
    }
    true
}
