//! Keeps which routes Otoroshi looks at. It enters one branch of its tree and never another, and lets
//! a text stand for longer ones; here the most specific pattern wins, and a segment is whole. What
//! differs is kept by further patterns, or by routes that answer 404.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::pattern;
use super::tree::{Kind, Node, Place, fits, globs_may_meet, may_meet, trees};
use super::wider::{Shape, Wider};
use super::world::World;
use super::{partial, wild};
use crate::import::report::Outcome;

/// Branches that are compared; with more, all of them count as met, which is safe.
const COMPARED_MAX: usize = 300_000;

/// What is found out about all routes together.
pub(super) struct Choice<'c, 't> {
    pub(super) world: &'c mut World<'t>,
    pub(super) drafts: &'c mut Vec<Draft>,
    pub(super) wider: Wider,
    /// Entries that no request reaches there, and why.
    dead: BTreeMap<Place, String>,
    /// Further patterns of routes.
    extra: BTreeMap<usize, Vec<String>>,
    /// What is to be said of entries besides what they became.
    notes: BTreeMap<Place, Vec<String>>,
    /// Patterns below which 404 is answered where nothing else fits.
    pub(super) blocked: Vec<String>,
    compared: usize,
    /// Patterns that routes were given.
    given: usize,
}

/// Patterns that all routes may be given; where it would be more, 404 is answered.
const GIVEN_MAX: usize = 20_000;

/// Brings the patterns of all routes to what Otoroshi does, says what became of each entry, and gives
/// the patterns below which 404 is to be answered.
pub(super) fn settle(world: &mut World<'_>, drafts: &mut Vec<Draft>) -> Vec<String> {
    let mut hosts = trees(drafts);
    let wider = Wider::new(drafts, &mut world.tables);
    let mut choice = Choice {
        world,
        drafts,
        wider,
        dead: BTreeMap::new(),
        extra: BTreeMap::new(),
        notes: BTreeMap::new(),
        blocked: Vec::new(),
        compared: 0,
        given: 0,
    };
    wild::hosts(&mut choice, &hosts);
    for (host, root) in &mut hosts {
        choice.hidden(root);
        choice.branches(host, root, &mut Vec::new(), None, &[]);
        partial::segments(&mut choice, host, root, &mut Vec::new(), None);
    }
    choice.finish()
}

impl Choice<'_, '_> {
    /// Says that a route takes further patterns.
    pub(super) fn extend(&mut self, place: Place, patterns: &[String], note: Option<String>) {
        self.extra.entry(place.draft).or_default().extend(patterns.iter().cloned());
        if let Some(note) = note {
            self.note(place, note);
        }
    }

    pub(super) fn note(&mut self, place: Place, note: String) {
        self.notes.entry(place).or_default().push(note);
    }

    /// Says that a request may go elsewhere, of the first of some entries.
    pub(super) fn insecure(&mut self, places: &[Place], note: String) {
        let entry = places.first().and_then(|place| self.entry_node(*place));
        if let Some(node) = entry {
            self.world.intake.report.insecure(node, note);
        }
    }

    fn entry_node(&self, place: Place) -> Option<crate::import::input::NodeId> {
        Some(self.drafts.get(place.draft)?.frontend.entries.get(place.entry)?.node)
    }

    /// Takes patterns of hosts away for which another entry stands.
    pub(super) fn drop_host(&mut self, places: &[Place], host: &str) {
        for place in places {
            let Some(draft) = self.drafts.get_mut(place.draft) else { continue };
            let Some(entry) = draft.frontend.entries.get_mut(place.entry) else { continue };
            entry.patterns.retain(|pattern| pattern.split('/').next() != Some(host));
        }
    }

    /// The patterns of a node.
    pub(super) fn patterns(&mut self, host: &str, keys: &[String]) -> Vec<String> {
        let entry = format!("{host}/{}/", keys.join("/"));
        pattern::convert(&entry, &mut self.world.tables)
            .map(|found| found.patterns)
            .unwrap_or_default()
    }

    /// Takes out what no request reaches: a `*` beside a parameter. Says where parameters stand beside
    /// each other.
    fn hidden(&mut self, node: &mut Node) {
        if node.has_parameter() {
            let stars: Vec<String> = node.of(Kind::Star).map(|(key, _)| key.clone()).collect();
            for key in stars {
                let Some(star) = node.children.remove(&key) else { continue };
                for place in star.places() {
                    let why =
                        format!("no request reaches it there: a parameter beside `{key}` hides it");
                    self.dead.insert(place, why);
                }
            }
            self.parameters(node);
        }
        for child in node.children.values_mut() {
            self.hidden(child);
        }
    }

    /// Parameters beside each other, which Otoroshi looks at together.
    fn parameters(&mut self, node: &Node) {
        let all: Vec<(&String, &Node)> = node.of(Kind::Named).chain(node.of(Kind::Regex)).collect();
        for (at, (key, child)) in all.iter().enumerate() {
            for (other, before) in all.iter().take(at) {
                if self.spent(1) {
                    return;
                }
                let both_named = Kind::of(key) == Kind::Named && Kind::of(other) == Kind::Named;
                let shares = child.children.keys().any(|key| before.children.contains_key(key));
                let both_end = !child.routes.is_empty() && !before.routes.is_empty();
                if !(shares || both_end && !both_named) || !may_meet(self.world, key, other) {
                    continue;
                }
                let note = format!(
                    "`{other}` and `{key}` stand beside each other: Otoroshi looks at both together, \
                     tries the routes of `{other}` first, and keeps what stands below one of them \
                     alone; here the narrower comes first, so a request may go to another route"
                );
                self.insecure(&child.places(), note);
            }
        }
    }

    /// Counts comparisons; whether there were too many.
    fn spent(&mut self, count: usize) -> bool {
        self.compared = self.compared.saturating_add(count);
        self.compared > COMPARED_MAX
    }

    /// Keeps requests in the branch that Otoroshi enters: what finds nothing there goes to the nearest
    /// route above, else nowhere, and never to one of `others`, which fit the same segments.
    fn branches(
        &mut self,
        host: &str,
        node: &Node,
        keys: &mut Vec<String>,
        above: Option<&Node>,
        others: &[&Node],
    ) {
        let mut others = others;
        let above = if node.routes.is_empty() { above } else { Some(node) };
        if !node.routes.is_empty() {
            others = &[];
        } else if !others.is_empty() {
            self.block(host, keys, above);
            others = &[];
        }
        let open: Vec<(&String, &Node)> =
            node.children.iter().filter(|(key, _)| Kind::of(key) != Kind::Text).collect();
        for (key, child) in &node.children {
            let kind = Kind::of(key);
            let beside = open.iter().copied().filter(|(other, _)| match kind {
                Kind::Text => true,
                Kind::Star => Kind::of(other) == Kind::Star && *other != key,
                Kind::Named | Kind::Regex => false,
            });
            let inherited = others.iter().flat_map(|other| &other.children);
            let mut next = Vec::new();
            for (other, branch) in beside.chain(inherited) {
                if self.spent(1) || may_meet(self.world, key, other) {
                    next.push(branch);
                    if self.compared > COMPARED_MAX {
                        break;
                    }
                }
            }
            keys.push(key.clone());
            self.branches(host, child, keys, above, &next);
            keys.pop();
        }
    }

    /// Lets what finds nothing below a node go to the nearest route above, or nowhere.
    pub(super) fn block(&mut self, host: &str, keys: &[String], above: Option<&Node>) {
        let patterns = self.patterns(host, keys);
        self.give(&patterns, above);
    }

    /// Gives patterns to the routes of a node, or to nobody.
    pub(super) fn give(&mut self, patterns: &[String], above: Option<&Node>) {
        let Some(above) = above else {
            self.blocked.extend(patterns.iter().cloned());
            return;
        };
        self.given = self.given.saturating_add(above.routes.len().saturating_mul(patterns.len()));
        if self.given > GIVEN_MAX {
            let note = format!(
                "what finds nothing below {} comes back to this route there, and is answered with 404 \
                 here: there are too many of them",
                patterns.join(", ")
            );
            if let Some(place) = above.routes.first() {
                self.note(*place, note);
            }
            self.blocked.extend(patterns.iter().cloned());
            return;
        }
        for place in &above.routes {
            let note = format!(
                "also {}: what finds nothing below comes back to this route there, and goes to no \
                 other",
                patterns.join(", ")
            );
            self.extend(*place, patterns, Some(note));
        }
    }

    /// Writes the patterns down, and says what became of the entries.
    fn finish(self) -> Vec<String> {
        for (at, draft) in self.drafts.iter_mut().enumerate() {
            let mut patterns = Vec::new();
            for (entry, taken) in draft.frontend.entries.iter().enumerate() {
                let place = Place { draft: at, entry };
                if let Some(why) = self.dead.get(&place) {
                    self.world.intake.say(taken.node, Outcome::Changed, why.clone());
                    continue;
                }
                let further = self.notes.get(&place).map(Vec::as_slice).unwrap_or_default();
                let notes: BTreeSet<&String> = further.iter().collect();
                let notes: Vec<&str> =
                    taken.notes.iter().chain(notes).map(String::as_str).collect();
                let outcome = if notes.is_empty() { Outcome::Kept } else { Outcome::Changed };
                let mut note = format!("match {}", taken.patterns.join(", "));
                notes.iter().for_each(|one| note.push_str(&format!("; {one}")));
                self.world.intake.say(taken.node, outcome, note);
                patterns.extend(taken.patterns.iter().cloned());
            }
            patterns.extend(self.extra.get(&at).cloned().unwrap_or_default());
            draft.frontend.patterns.clear();
            draft.frontend.extend(patterns);
        }
        let mut blocked = self.blocked;
        blocked.sort();
        blocked.dedup();
        blocked
    }

    /// Whether a route could take anything that stands right below one of some patterns.
    pub(super) fn may_be_taken_below(&mut self, heads: &[String]) -> bool {
        let shapes = heads.iter().map(|head| Shape::of(head, &mut self.world.tables));
        let shapes: Vec<Option<Shape>> = shapes.collect();
        shapes.into_iter().any(|shape| shape.is_none_or(|one| self.wider.may_take(&one.below())))
    }

    /// Whether a route could take what fits a pattern and is not taken by it.
    pub(super) fn may_be_taken(&mut self, pattern: &str) -> Option<bool> {
        let shape = Shape::of(pattern, &mut self.world.tables)?;
        Some(self.wider.may_take(&shape))
    }
}

/// How the globs of one place stand to what begins with a text.
pub(super) fn against(globs: &[&String], text: &str) -> Against {
    let longer = format!("{text}*");
    let mut found = Against::Apart;
    for glob in globs {
        if fits(glob, &longer) {
            return Against::Hidden;
        }
        if globs_may_meet(glob, &longer) {
            found = Against::Overlapping;
        }
    }
    found
}

/// How globs stand to longer texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// None fits one of them.
    Apart,
    /// One fits all of them, and is looked at before.
    Hidden,
    /// One fits some of them.
    Overlapping,
}
