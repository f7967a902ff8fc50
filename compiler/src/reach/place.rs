//! Where a path has come to in a host's tree, and which places come next.

use pointsman_schemas::artifact::node::{Node, STATIC_CHAIN};

/// A node, or a place on the way to it where a label holds several segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place<'a> {
    /// First pattern of the host.
    pub(super) base: u32,
    pub(super) node: u32,
    /// Text that still leads to the node; empty at the node itself.
    label: &'a [u8],
}

/// The ways on from a place.
#[derive(Debug, Default)]
pub(super) struct Ways<'a> {
    /// In the order of the tree.
    pub(super) statics: Vec<(&'a [u8], Place<'a>)>,
    /// Constraints in the order in which they are tried.
    pub(super) constrained: Vec<(u32, Place<'a>)>,
    pub(super) param: Option<Place<'a>>,
    pub(super) star: Option<Place<'a>>,
}

/// What ends at a place: relative pattern, and rule. What takes nothing that goes on stands first.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub(super) exact: Vec<(u32, u32)>,
    pub(super) prefix: Vec<(u32, u32)>,
}

impl<'a> Place<'a> {
    pub(super) fn root(base: u32, node: u32) -> Self {
        Self { base, node, label: b"" }
    }

    fn at(self, node: u32) -> Self {
        Self { node, label: b"", ..self }
    }

    /// What ends here.
    pub(super) fn ends(self, nodes: &[u8]) -> Ends {
        let mut ends = Ends::default();
        if !self.label.is_empty() {
            return ends;
        }
        let Some(entries) = Node::view(nodes, self.node).entries() else { return ends };
        for index in 0..entries.len() {
            let entry = entries.entry(index);
            let list = if index < entries.exact_len() { &mut ends.exact } else { &mut ends.prefix };
            list.push((entry.pattern, entry.rule));
        }
        ends
    }

    /// All ways on.
    pub(super) fn ways(self, nodes: &'a [u8]) -> Ways<'a> {
        if !self.label.is_empty() {
            return Ways { statics: vec![self.along(self.label, self.node)], ..Ways::default() };
        }
        let mut ways = self.dynamic_ways(nodes);
        let node = Node::view(nodes, self.node);
        node.each_static_child(|label, step| ways.statics.push(self.along(label, step.child)));
        ways
    }

    /// All ways on but by texts.
    pub(super) fn dynamic_ways(self, nodes: &'a [u8]) -> Ways<'a> {
        if !self.label.is_empty() {
            return Ways::default();
        }
        let node = Node::view(nodes, self.node);
        let constrained = node.constrained();
        let each =
            constrained.into_iter().flat_map(|all| (0..all.len()).map(move |at| all.child(at)));
        Ways {
            statics: Vec::new(),
            constrained: each.map(|(id, child)| (id, self.at(child))).collect(),
            param: node.param().map(|child| self.at(child)),
            star: node.star().map(|child| self.at(child)),
        }
    }

    /// Whether there is any way on.
    pub(super) fn has_ways(self, nodes: &'a [u8]) -> bool {
        let ways = self.ways(nodes);
        let dynamic = ways.param.is_some() || ways.star.is_some() || !ways.constrained.is_empty();
        dynamic || !ways.statics.is_empty()
    }

    /// The place behind one text.
    pub(super) fn behind(self, nodes: &'a [u8], text: &[u8]) -> Option<Self> {
        let node = Node::view(nodes, self.node);
        if self.label.is_empty() && node.static_form() != STATIC_CHAIN {
            let step = node.static_child(text, 0, text.len())?;
            return Some(self.at(step.child));
        }
        let ways = self.ways(nodes).statics;
        ways.into_iter().find(|(known, _)| *known == text).map(|(_, place)| place)
    }

    /// The first segment of a label, and the place behind it.
    fn along(self, label: &'a [u8], node: u32) -> (&'a [u8], Self) {
        let border = label.iter().position(|byte| *byte == b'/');
        let end = border.unwrap_or(label.len());
        let rest = label.get(end + 1..).unwrap_or_default();
        (label.get(..end).unwrap_or_default(), Self { node, label: rest, ..self })
    }
}
