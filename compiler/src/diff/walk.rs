//! Walks both matchers together, host by host, segment by segment: each class of requests once,
//! and only where what may take them is not the same on both sides.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::forest::{Forest, Tree};
use super::hosts::{HostClass, Pairs};
use super::meaning::{Meanings, Side, Takes};
use super::wild;
use super::witness::Witnesses;

/// Items of a class that cost as much to follow as a plain request.
const ITEMS_PER_REQUEST: usize = 64;

/// What may take the requests of a class, in the order of preference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Item {
    /// A host pattern begins.
    Host(u32),
    /// A tree whose node the path has come to.
    Alive(u32),
    /// An entry that takes all that goes on.
    Passed(u32),
    /// Between these priority decides.
    Open,
    Close,
}

type State = [Vec<Item>; 2];

/// Goes through all classes that may differ; `false` where some were left out.
pub(super) fn walk<'a>(
    meanings: &mut Meanings<'a>,
    (old, new): (&mut Side<'a>, &mut Side<'a>),
    pairs: &mut Pairs,
    witnesses: &mut Witnesses<'_>,
) -> bool {
    let (classes, mut complete) = wild::classes(pairs, witnesses.budget);
    let mut forest = Forest::default();
    for class in classes {
        // Hosts with `*` are asked for by many classes, exact ones by their own alone.
        for text in &class.patterns {
            if let Some(pair) = pairs.get_mut(text).filter(|pair| pair.wildcard) {
                pair.trees(&mut forest, meanings, old, new);
            }
        }
        let shared = forest.len();
        let mut start: State = [Vec::new(), Vec::new()];
        for (number, text) in class.patterns.iter().enumerate() {
            let Some(pair) = pairs.get_mut(text) else { continue };
            let trees = pair.trees(&mut forest, meanings, old, new);
            for (side, tree) in start.iter_mut().zip(trees) {
                side.extend(
                    tree.iter().flat_map(|tree| [Item::Host(number as u32), Item::Alive(*tree)]),
                );
            }
        }
        let mut run = Run {
            forest: &forest,
            meanings,
            class: &class,
            witnesses,
            seen: HashSet::new(),
            complete: &mut complete,
        };
        run.go(start);
        if witnesses.budget.is_spent() {
            return false;
        }
        forest.forget(shared);
        for text in &class.patterns {
            if let Some(pair) = pairs.get_mut(text).filter(|pair| !pair.wildcard) {
                pair.trees = None;
            }
        }
    }
    complete
}

struct Run<'r, 'a, 'w> {
    forest: &'r Forest,
    meanings: &'r Meanings<'a>,
    class: &'r HostClass,
    witnesses: &'r mut Witnesses<'w>,
    seen: HashSet<State>,
    complete: &'r mut bool,
}

impl Run<'_, '_, '_> {
    fn go(&mut self, start: State) {
        let mut todo = vec![(start, String::new())];
        while let Some((state, path)) = todo.pop() {
            if state[0] == state[1] || !self.seen.insert(state.clone()) {
                continue;
            }
            let items = state[0].len() + state[1].len();
            if !self.witnesses.budget.spend(1 + items / ITEMS_PER_REQUEST) {
                return;
            }
            let ends = [self.ends(&state[0]), self.ends(&state[1])];
            self.show(&ends, if path.is_empty() { "/" } else { &path });
            self.onward(&state, &path, &mut todo);
        }
    }

    /// What takes the requests whose path ends here.
    fn ends(&self, items: &[Item]) -> Vec<Item> {
        let mut out = Vec::new();
        for item in items {
            match item {
                Item::Alive(number) => {
                    let tree = self.forest.node(*number);
                    out.extend(
                        tree.exact.iter().chain(&tree.prefix).map(|entry| Item::Passed(*entry)),
                    );
                }
                other => out.push(other.clone()),
            }
        }
        tidied(out)
    }

    fn show(&mut self, ends: &State, path: &str) {
        if ends[0] == ends[1] {
            return;
        }
        let entries: Vec<&Takes> = ends
            .iter()
            .flatten()
            .filter_map(|item| match item {
                Item::Passed(entry) => {
                    self.meanings.takes.get(*entry as usize).map(std::rc::Rc::as_ref)
                }
                _ => None,
            })
            .collect();
        *self.complete &=
            self.witnesses.try_class((&self.class.host, path), &entries, &self.meanings.automata);
    }

    /// Adds what comes after one more segment.
    fn onward(&mut self, state: &State, path: &str, todo: &mut Vec<(State, String)>) {
        let mut texts: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut constraints = BTreeMap::new();
        let mut is_alive = false;
        for item in state.iter().flatten() {
            let Item::Alive(number) = item else { continue };
            is_alive = true;
            let tree = self.forest.node(*number);
            texts.extend(tree.statics.iter().map(|(text, _)| text.clone()));
            for (id, _) in &tree.constrained {
                if let Some(automaton) = self.meanings.automata.get(*id as usize) {
                    constraints.insert(*id, *automaton);
                }
            }
        }
        if !is_alive {
            return;
        }
        let (classes, effort) = (&mut self.witnesses.classes, &mut self.witnesses.budget.effort);
        let (classes, complete) = classes.segments(&constraints, &texts, effort);
        *self.complete &= complete;
        let items = state[0].len() + state[1].len();
        let work = (texts.len() + classes.len()) / 4 * (1 + items / ITEMS_PER_REQUEST);
        if !self.witnesses.budget.spend(work) {
            return;
        }
        let mut add = |next: State, segment: &str| {
            if next[0] != next[1] {
                todo.push((next, format!("{path}/{segment}")));
            }
        };
        for text in &texts {
            let fits = |(_, one): &(&u32, &pointsman_schemas::artifact::Constraint<'_>)| {
                pointsman_routing::matching::fits(**one, text)
            };
            let fits = constraints.iter().filter(fits).map(|(id, _)| *id).collect();
            let next = [&state[0], &state[1]].map(|items| self.next(items, Some(text), &fits));
            add(next, &String::from_utf8_lossy(text));
        }
        for class in classes.iter() {
            let next = [&state[0], &state[1]].map(|items| self.next(items, None, &class.fits));
            add(next, &class.segment);
        }
        // An empty segment fits nothing: what takes all that goes on is left.
        let next = [&state[0], &state[1]].map(|items| {
            let rest = items.iter().flat_map(|item| match item {
                Item::Alive(number) => passed(self.forest.node(*number)),
                other => vec![other.clone()],
            });
            tidied(rest.collect())
        });
        add(next, "/x");
    }

    fn next(&self, items: &[Item], text: Option<&Vec<u8>>, fits: &BTreeSet<u32>) -> Vec<Item> {
        let mut out = Vec::new();
        for item in items {
            let Item::Alive(number) = item else {
                out.push(item.clone());
                continue;
            };
            let tree = self.forest.node(*number);
            let at = text
                .and_then(|text| tree.statics.binary_search_by(|(known, _)| known.cmp(text)).ok());
            out.extend(
                at.and_then(|at| tree.statics.get(at)).map(|(_, below)| Item::Alive(*below)),
            );
            let constrained = tree.constrained.iter().filter(|(id, _)| fits.contains(id));
            let below: Vec<u32> = constrained.map(|(_, below)| *below).collect();
            if tree.contended && below.len() > 1 {
                out.push(Item::Open);
                // Which of them are smaller is part of what decides.
                let numbers = tree.constrained.iter().filter(|(id, _)| fits.contains(id));
                out.extend(numbers.map(|(id, _)| Item::Host(u32::MAX - id)));
                out.extend(below.into_iter().map(Item::Alive));
                out.push(Item::Close);
            } else {
                out.extend(below.into_iter().map(Item::Alive));
            }
            out.extend(tree.param.map(Item::Alive));
            out.extend(tree.star.map(Item::Alive));
            out.extend(passed(tree));
        }
        tidied(out)
    }
}

fn passed(tree: &Tree) -> Vec<Item> {
    tree.prefix.iter().map(|entry| Item::Passed(*entry)).collect()
}

/// Without hosts of which nothing is left.
fn tidied(items: Vec<Item>) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        if matches!(item, Item::Host(number) if number < u32::MAX / 2) {
            while matches!(out.last(), Some(Item::Host(number)) if *number < u32::MAX / 2) {
                out.pop();
            }
        }
        out.push(item);
    }
    while matches!(out.last(), Some(Item::Host(_))) {
        out.pop();
    }
    out
}
