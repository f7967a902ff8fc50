//! The patterns of an artifact as text, read back from its trees: an artifact holds them in no
//! other form. For people; not for the hot path.

use pointsman_schemas::artifact::node::Node;
use pointsman_schemas::artifact::{
    Artifact, HostRoot, PatternId, RouteId, SectionKind, SegmentKind, Shape,
};
use pointsman_schemas::limits::PATTERN_SEGMENTS_MAX;

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternText {
    /// Its number.
    pub pattern: PatternId,
    /// Its route.
    pub route: RouteId,
    /// Number of its rule.
    pub rule: u32,
    /// The static segments, from the left; empty where a segment is none.
    pub statics: Vec<Vec<u8>>,
    /// Host and path, as in the configuration but for canonical form.
    pub text: String,
}

/// The patterns of every route, by number of the route.
///
/// Cost: linear in the artifact, and as much memory as the texts take.
#[must_use]
pub fn patterns_by_route(artifact: &Artifact) -> Vec<Vec<String>> {
    let mut routes = vec![Vec::new(); artifact.route_count()];
    let mut take = |found: PatternText| {
        if let Some(route) = routes.get_mut(found.route.index()) {
            route.push(found.text);
        }
        true
    };
    for (host, root) in artifact.exact_hosts() {
        host_patterns(artifact, host, root, &mut take);
    }
    for wildcard in artifact.wildcards() {
        host_patterns(artifact, wildcard.text, wildcard.host, &mut take);
    }
    for route in &mut routes {
        route.sort_unstable();
    }
    routes
}

/// The patterns of one host, the preferred first, until `visit` says `false`.
pub fn host_patterns(
    artifact: &Artifact,
    host: &[u8],
    root: HostRoot,
    visit: &mut impl FnMut(PatternText) -> bool,
) {
    let nodes = artifact.section(SectionKind::PATHS);
    // Node, segments before it, and the static text that led to it.
    let mut open: Vec<(u32, usize, Vec<u8>)> = vec![(root.root, 0, Vec::new())];
    let mut trail: Vec<Vec<u8>> = Vec::new();
    // Shared subtrees could make a forged tree endless to list; a true one has no more ways.
    let mut left = (artifact.pattern_count() + 1) * (PATTERN_SEGMENTS_MAX + 1);
    while let Some((at, before, label)) = open.pop() {
        left = match left.checked_sub(1) {
            Some(left) => left,
            None => return,
        };
        trail.truncate(before);
        if at != root.root || before > 0 {
            trail.extend(label.split(|byte| *byte == b'/').map(<[u8]>::to_vec));
        } else {
            trail.clear();
        }
        let node = Node::view(nodes, at);
        let depth = trail.len();
        let entries = node.entries();
        // Behind its children, as the matcher has it: pushed first, popped last.
        for index in 0..entries.map_or(0, |entries| entries.len()) {
            let Some(entry) = entries.map(|entries| entries.entry(index)) else { continue };
            let pattern = PatternId(root.base + entry.pattern);
            let shape = artifact.shape(artifact.rule(entry.rule).shape);
            let found = PatternText {
                pattern,
                route: artifact.pattern_route(pattern),
                rule: entry.rule,
                statics: trail.clone(),
                text: text(artifact, host, shape, &trail),
            };
            if !visit(found) {
                return;
            }
        }
        let mut push = |child: u32, label: &[u8]| open.push((child, depth, label.to_vec()));
        node.star().iter().for_each(|child| push(*child, b""));
        node.param().iter().for_each(|child| push(*child, b""));
        if let Some(all) = node.constrained() {
            (0..all.len()).rev().for_each(|index| push(all.child(index).1, b""));
        }
        node.each_static_child(|label, step| push(step.child, label));
    }
}

/// Host and path of a pattern whose static segments are `statics`.
#[must_use]
pub fn text(artifact: &Artifact, host: &[u8], shape: Shape<'_>, statics: &[Vec<u8>]) -> String {
    let mut text = String::from_utf8_lossy(host).into_owned();
    for (index, segment) in shape.segments().enumerate() {
        text.push('/');
        let fixed = statics.get(index).map(Vec::as_slice).unwrap_or_default();
        text.push_str(&segment_text(artifact, segment, fixed));
    }
    text
}

/// One segment as it is written; `fixed` is the text of a static one.
#[must_use]
pub fn segment_text(
    artifact: &Artifact,
    segment: pointsman_schemas::artifact::Segment,
    fixed: &[u8],
) -> String {
    let name = segment.name.map(|name| artifact.string(name));
    let source = segment.source.map(|source| artifact.string(source)).unwrap_or_default();
    match (segment.kind, name) {
        (SegmentKind::Static, _) => String::from_utf8_lossy(fixed).into_owned(),
        (SegmentKind::Constrained, Some(name)) => format!("${name}<{source}>"),
        (SegmentKind::Constrained, None) => source.to_owned(),
        (SegmentKind::Param, name) => format!(":{}", name.unwrap_or_default()),
        (SegmentKind::Star, _) => "*".to_owned(),
    }
}
