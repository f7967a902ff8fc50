//! The tree in which Otoroshi looks for a path: a node for each segment as it is written. It enters
//! one child, text before parameters before `*`, and never leaves it for a sibling.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::world::World;
use crate::language::algebra::{Relation, relate};
use crate::language::tables::Tables;

/// An entry of a route: indices of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) draft: usize,
    pub(super) entry: usize,
}

/// A segment with what stands behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Routes whose path ends here.
    pub(super) routes: Vec<Place>,
    pub(super) children: BTreeMap<String, Self>,
}

impl Node {
    /// Every entry here and below.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        let mut todo = vec![self];
        while let Some(node) = todo.pop() {
            places.extend(&node.routes);
            todo.extend(node.children.values());
        }
        places.sort_unstable();
        places
    }

    /// Children of a kind.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = (&String, &Self)> {
        self.children.iter().filter(move |(key, _)| Kind::of(key) == kind)
    }

    /// Whether a parameter hides every `*` beside it.
    pub(super) fn has_parameter(&self) -> bool {
        self.children.keys().any(|key| matches!(Kind::of(key), Kind::Named | Kind::Regex))
    }
}

/// What a segment is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Named,
    Regex,
    Star,
}

impl Kind {
    pub(super) fn of(key: &str) -> Self {
        if key.starts_with(':') {
            Self::Named
        } else if key.starts_with('$') && key.ends_with('>') {
            Self::Regex
        } else if key.contains('*') {
            Self::Star
        } else {
            Self::Text
        }
    }
}

/// The trees of all hosts, in the order of their names, of the routes that are on.
pub(super) fn trees(drafts: &[Draft]) -> BTreeMap<String, Node> {
    let mut hosts: BTreeMap<String, Node> = BTreeMap::new();
    for (draft, route) in drafts.iter().enumerate().filter(|(_, route)| route.is_enabled) {
        for (entry, taken) in route.frontend.entries.iter().enumerate() {
            let mut node = hosts.entry(taken.host.clone()).or_default();
            for key in &taken.keys {
                node = node.children.entry(key.clone()).or_default();
            }
            node.routes.push(Place { draft, entry });
        }
    }
    hosts
}

/// Whether one segment may fit two keys.
pub(super) fn may_meet(world: &mut World<'_>, a: &str, b: &str) -> bool {
    use Kind::{Named, Regex, Star, Text};
    match (Kind::of(a), Kind::of(b)) {
        (Text, Text) => a == b,
        (Named, _) | (_, Named) | (Regex, Star) | (Star, Regex) => true,
        (Text, Regex) => accepts(&mut world.tables, b, a),
        (Regex, Text) => accepts(&mut world.tables, a, b),
        (Text, Star) => fits(b, a),
        (Star, Text) => fits(a, b),
        (Star, Star) => globs_may_meet(a, b),
        (Regex, Regex) => {
            let mut table = |key| world.tables.regex(regex(key)).ok();
            match (table(a), table(b)) {
                (Some(a), Some(b)) => relate(&a, &b) != Relation::Disjoint,
                _ => true,
            }
        }
    }
}

/// The regex of `$name<regex>`.
fn regex(key: &str) -> &str {
    let named = key.split_once('<').map_or(key, |(_, regex)| regex);
    named.strip_suffix('>').unwrap_or(named)
}

fn accepts(tables: &mut Tables, key: &str, text: &str) -> bool {
    tables.regex(regex(key)).map_or(true, |table| table.accepts(text.as_bytes()))
}

/// Whether all that a text or glob fits fits a glob too, in which a `*` may stand for nothing.
pub(super) fn fits(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while from < text.len() {
        if glob.get(at) == Some(&b'*') {
            back = Some((at, from));
            at += 1;
        } else if text[from] != b'*' && glob.get(at) == Some(&text[from]) {
            at += 1;
            from += 1;
        } else if let Some((star, start)) = back {
            back = Some((star, start + 1));
            at = star + 1;
            from = start + 1;
        } else {
            return false;
        }
    }
    glob[at..].iter().all(|byte| *byte == b'*')
}

/// Whether a text may fit both: what stands before the first and behind the last `*` does not
/// contradict.
pub(super) fn globs_may_meet(a: &str, b: &str) -> bool {
    if !a.contains('*') {
        return fits(b, a);
    }
    if !b.contains('*') {
        return fits(a, b);
    }
    let head = |glob: &str| glob.split('*').next().unwrap_or_default().to_owned();
    let tail = |glob: &str| glob.rsplit('*').next().unwrap_or_default().to_owned();
    let (heads, tails) = ((head(a), head(b)), (tail(a), tail(b)));
    (heads.0.starts_with(&heads.1) || heads.1.starts_with(&heads.0))
        && (tails.0.ends_with(&tails.1) || tails.1.ends_with(&tails.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_texts_and_narrower_globs() {
        for (glob, text, expected) in [
            ("*", "*.tld", true),
            ("*.tld", "*.shop.tld", true),
            ("*.shop.tld", "*.tld", false),
            ("*.tld", "a.tld", true),
            ("*.tld", "tld", false),
            ("a*b*c", "axbyc", true),
            ("a*b*c", "axbyd", false),
            ("ad*", "admin*", true),
            ("a*c", "a*", false),
            ("*a", "a", true),
        ] {
            assert_eq!(fits(glob, text), expected, "{glob} {text}");
        }
        assert!(globs_may_meet("a*", "*b") && !globs_may_meet("a*", "b*"));
        assert!(globs_may_meet("a*", "ab") && !globs_may_meet("ba", "a*"));
    }
}
