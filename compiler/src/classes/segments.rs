//! Into which classes the next segment of a path falls: those of one class fit the same
//! constraints. Worked out on the automata, never by trying.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use pointsman_schemas::artifact::Constraint;

use crate::grammar::path::encoded;
use crate::language::algebra::READABLE_FIRST;

/// States of all automata together that are looked at for one place of a path.
const STATES_MAX: usize = 20_000;
/// Bytes of one class of all automata that are tried: the first may be a text of its own.
const BYTES_OF_A_CLASS: usize = 3;
/// Ways to one state that are followed where texts stand beside constraints.
const WAYS_MAX: u8 = 4;

/// A class of segments.
#[derive(Debug)]
pub(crate) struct SegmentClass {
    /// Constraints that its segments fit.
    pub(crate) fits: BTreeSet<u32>,
    /// One of its segments, as it stands in a path.
    pub(crate) segment: String,
}

/// All classes of segments that are none of `texts`; `false` where some may be left out.
pub(crate) fn classes(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    texts: &BTreeSet<Vec<u8>>,
) -> (Vec<SegmentClass>, bool) {
    let mut found: BTreeMap<BTreeSet<u32>, String> = BTreeMap::new();
    let words =
        ["x".to_owned()].into_iter().chain((1..=texts.len() + 1).map(|at| format!("x{at}")));
    let free = |word: &String| !texts.contains(word.as_bytes());
    if let Some(word) = words.into_iter().find(free) {
        let fits = |(_, one): &(&u32, &Constraint<'_>)| {
            pointsman_routing::matching::fits(**one, word.as_bytes())
        };
        let fits = constraints.iter().filter(fits).map(|(id, _)| *id).collect();
        found.insert(fits, word);
    }
    let complete = constraints.is_empty() || search(constraints, texts, &mut found);
    let class = |(fits, segment)| SegmentClass { fits, segment };
    (found.into_iter().map(class).collect(), complete)
}

/// Values that are none of `texts`, one for each combination of constraints that can hold; `end`
/// says what a value can be.
pub(crate) fn values(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    texts: &BTreeSet<Vec<u8>>,
    end: impl Fn(&[u8]) -> Option<End>,
) -> (Vec<Vec<u8>>, bool) {
    let mut found: BTreeMap<BTreeSet<u32>, Vec<u8>> = BTreeMap::new();
    // What fits nothing at all is readable, where there is such a value.
    let words =
        ["x".to_owned()].into_iter().chain((1..=texts.len() + 1).map(|at| format!("x{at}")));
    let free = |word: &String| !texts.contains(word.as_bytes());
    let fits_none = |word: &String| {
        let mut all = constraints.values();
        all.all(|one| !pointsman_routing::matching::fits(*one, word.as_bytes()))
    };
    if let Some(word) = words.into_iter().filter(free).find(fits_none) {
        found.insert(BTreeSet::new(), word.into_bytes());
    }
    let complete = constraints.is_empty()
        || explore(constraints, WAYS_MAX, end, |fits, value| {
            if !texts.contains(value) {
                found.entry(fits).or_insert_with(|| value.to_vec());
            }
        });
    (found.into_values().collect(), complete)
}

fn search(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    texts: &BTreeSet<Vec<u8>>,
    found: &mut BTreeMap<BTreeSet<u32>, String>,
) -> bool {
    let ways_max = if texts.is_empty() { 1 } else { WAYS_MAX };
    explore(constraints, ways_max, segment_end, |fits, value| {
        if let Entry::Vacant(vacant) = found.entry(fits) {
            let segment = encoded(value);
            if !texts.contains(segment.as_bytes()) {
                vacant.insert(segment);
            }
        }
    })
}

/// Whether a value may end where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// It may.
    Here,
    /// It may not, but what it goes on to may. Those of one number go on alike.
    Later(u8),
}

/// Goes through the states of all automata together, the shortest and most readable values first;
/// `false` where there are too many. `end` says of a value whether it can be; none where nothing
/// that begins with it can.
fn explore(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    ways_max: u8,
    end: impl Fn(&[u8]) -> Option<End>,
    mut visit: impl FnMut(BTreeSet<u32>, &[u8]),
) -> bool {
    let bytes = joint_bytes(constraints);
    let start: Vec<u16> = constraints.values().map(Constraint::start).collect();
    let mut seen: HashMap<(Vec<u16>, End), u8> = HashMap::new();
    let mut queue = VecDeque::new();
    if let Some(first) = end(b"") {
        seen.insert((start.clone(), first), 1);
        queue.push_back((start, first, Vec::new()));
    }
    while let Some((states, at, value)) = queue.pop_front() {
        let ends = |((id, one), state): ((&u32, &Constraint<'_>), &u16)| {
            one.accepts(*state).then_some(*id)
        };
        if at == End::Here {
            visit(constraints.iter().zip(&states).filter_map(ends).collect(), &value);
            // Where nothing can fit any more, all that follows is one class, which was just seen.
            if constraints.values().zip(&states).all(|(one, state)| one.is_dead(*state)) {
                continue;
            }
        }
        for byte in &bytes {
            let next: Vec<u16> = constraints
                .values()
                .zip(&states)
                .map(|(one, state)| one.step(*state, *byte))
                .collect();
            let mut value = value.clone();
            value.push(*byte);
            let Some(at) = end(&value) else { continue };
            if seen.len() >= STATES_MAX {
                return false;
            }
            let ways = seen.entry((next.clone(), at)).or_default();
            if *ways < ways_max {
                *ways += 1;
                queue.push_back((next, at, value));
            }
        }
    }
    true
}

/// What a segment of a request can be that is not refused before it is matched.
fn segment_end(value: &[u8]) -> Option<End> {
    let refused = value.last().is_some_and(u8::is_ascii_control)
        || value.starts_with(b".;")
        || value.starts_with(b"..;");
    match value {
        _ if refused => None,
        b"" => Some(End::Later(0)),
        b"." => Some(End::Later(1)),
        b".." => Some(End::Later(2)),
        _ => Some(End::Here),
    }
}

/// Some bytes of each class that all automata together tell apart, the most readable first.
fn joint_bytes(constraints: &BTreeMap<u32, Constraint<'_>>) -> Vec<u8> {
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut bytes = READABLE_FIRST.to_vec();
    bytes.retain(|byte| {
        let class = |one: &Constraint<'_>| {
            let [classes, _, _] = one.parts();
            classes.get(usize::from(*byte)).copied().unwrap_or_default()
        };
        let count = known.entry(constraints.values().map(class).collect()).or_default();
        *count += 1;
        *count <= BYTES_OF_A_CLASS
    });
    bytes
}

/// Whether all segments that fit `a` fit `b` too; `false` too where that is too much to find out.
pub(crate) fn is_inside(a: Constraint<'_>, b: Constraint<'_>) -> bool {
    is_inside_where(a, b, segment_end)
}

/// The same of values; `end` says what a value can be.
pub(super) fn is_inside_where(
    a: Constraint<'_>,
    b: Constraint<'_>,
    end: impl Fn(&[u8]) -> Option<End>,
) -> bool {
    let both = BTreeMap::from([(0, a), (1, b)]);
    let mut inside = true;
    let complete =
        explore(&both, 1, end, |fits, _| inside &= !fits.contains(&0) || fits.contains(&1));
    complete && inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::document::{Folder, load};
    use pointsman_schemas::artifact::{Artifact, ConstraintId};

    /// The combinations of two constraints that can hold, and what shows them.
    fn found(a: &str, b: &str) -> BTreeMap<Vec<bool>, String> {
        let text = format!(
            "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n[[routes]]\nid = \"a\"\n\
             match = ['h.tld/$x<{a}>']\nrespond = {{ status = 404 }}\n[[routes]]\nid = \"b\"\n\
             match = ['h.tld/b/$x<{b}>']\nrespond = {{ status = 404 }}\n"
        );
        let folder = Folder::memory([("pointsman.toml", text.as_str())]);
        let outcome = compile(load(&folder, "pointsman.toml").expect("a file"), 0);
        let artifact = Artifact::from_bytes(outcome.artifact.expect("an artifact"));
        let artifact = artifact.expect("an artifact");
        let ids = 0..artifact.constraint_count() as u32;
        let all = ids.map(|id| (id, artifact.constraint(ConstraintId(id)))).collect();
        let (classes, complete) = classes(&all, &BTreeSet::new());
        assert!(complete);
        let fits = |class: &SegmentClass| all.keys().map(|id| class.fits.contains(id)).collect();
        classes.into_iter().map(|class| (fits(&class), class.segment)).collect()
    }

    #[test]
    fn classes_that_a_control_byte_or_a_dot_would_hide_are_found() {
        // Neither fits: one letter alone never says so, but for bytes that no segment has.
        assert_eq!(
            found("[ab]+", "[^ab].*").get(&vec![false, false]).map(String::as_str),
            Some("a0")
        );
        assert_eq!(found("[ab]+", "[^ab].*").len(), 3);
        // What begins with a dot is left, and a dot alone is no segment.
        assert_eq!(
            found("[^.].*", "[^.]+").get(&vec![false, false]).map(String::as_str),
            Some(".0")
        );
    }
}
