//! Into which classes the next segment of a path falls: those of one class fit the same
//! constraints. Worked out on the automata, never by trying.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use pointsman_schemas::artifact::Constraint;

use crate::grammar::path::encoded;
use crate::language::algebra::READABLE_FIRST;
use crate::language::table::is_segment_value;

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

/// Values that are none of `texts`, one for each combination of constraints that can hold.
pub(crate) fn values(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    texts: &BTreeSet<Vec<u8>>,
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
        || explore(constraints, WAYS_MAX, |fits, value| {
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
    explore(constraints, ways_max, |fits, value| {
        if !found.contains_key(&fits) && is_segment_value(value) && !is_odd(value) {
            let segment = encoded(value);
            if !texts.contains(segment.as_bytes()) {
                found.insert(fits, segment);
            }
        }
    })
}

/// Goes through the states of all automata together, the shortest and most readable values first;
/// `false` where there are too many.
fn explore(
    constraints: &BTreeMap<u32, Constraint<'_>>,
    ways_max: u8,
    mut visit: impl FnMut(BTreeSet<u32>, &[u8]),
) -> bool {
    let bytes = joint_bytes(constraints);
    let start: Vec<u16> = constraints.values().map(Constraint::start).collect();
    let mut seen: HashMap<Vec<u16>, u8> = HashMap::from([(start.clone(), 1)]);
    let mut queue = VecDeque::from([(start, Vec::new())]);
    while let Some((states, value)) = queue.pop_front() {
        let ends = |((id, one), state): ((&u32, &Constraint<'_>), &u16)| {
            one.accepts(*state).then_some(*id)
        };
        visit(constraints.iter().zip(&states).filter_map(ends).collect(), &value);
        // Where nothing can fit any more, all that follows is one class, which was just seen.
        if constraints.values().zip(&states).all(|(one, state)| one.is_dead(*state)) {
            continue;
        }
        for byte in &bytes {
            let next: Vec<u16> = constraints
                .values()
                .zip(&states)
                .map(|(one, state)| one.step(*state, *byte))
                .collect();
            if seen.len() >= STATES_MAX {
                return false;
            }
            let ways = seen.entry(next.clone()).or_default();
            if *ways < ways_max {
                *ways += 1;
                let mut value = value.clone();
                value.push(*byte);
                queue.push_back((next, value));
            }
        }
    }
    true
}

/// Whether a request with this segment is refused before it is matched.
fn is_odd(value: &[u8]) -> bool {
    value.iter().any(|byte| byte.is_ascii_control())
        || value.starts_with(b".;")
        || value.starts_with(b"..;")
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
    let both = BTreeMap::from([(0, a), (1, b)]);
    let mut inside = true;
    let complete = explore(&both, 1, |fits, _| inside &= !fits.contains(&0) || fits.contains(&1));
    complete && inside
}
