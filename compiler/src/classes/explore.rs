//! Walks all automata of a place together. What it costs is taken off what may be spent on it, so
//! that a few short expressions that multiply cannot hold a compile up.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use pointsman_schemas::artifact::{Constraint, FilterPlace};

use super::universe::{At, EMPTY, End, Kind, Universe};
use crate::language::algebra::READABLE_FIRST;
use crate::limits::CLASS_STEPS_MAX;

/// States of all automata together that are looked at for one place of a request.
const STATES_MAX: usize = 20_000;
/// Bytes of one class of all automata that are tried: the first may be a text of its own.
const BYTES_OF_A_CLASS: usize = 3;
/// Ways to one state that are followed where texts stand beside constraints.
const WAYS_FEW: usize = 4;
/// The same where all that was found is texts.
const WAYS_MAX: usize = 64;
/// Steps of automata to find out whether the values of one condition are among those of another.
const VALUE_STEPS_MAX: u64 = 100_000;
/// Steps of an automaton that cost as much as to look a state up.
const STEPS_OF_A_STATE: u64 = 16;

/// Steps of automata that may still be made.
#[derive(Debug)]
pub(crate) struct Effort {
    left: u64,
}

impl Effort {
    /// All that one run of the proofs, or one comparison, may spend.
    pub(crate) fn new() -> Self {
        Self { left: CLASS_STEPS_MAX }
    }

    /// Takes steps off; `false` where too few are left.
    pub(crate) fn spend(&mut self, steps: u64) -> bool {
        let left = self.left.checked_sub(steps);
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    /// So many of them.
    pub(super) fn of(left: u64) -> Self {
        Self { left }
    }
}

/// A value that the walk came to.
struct Visit<'v> {
    /// Constraints that it fits, in order.
    fits: Vec<u32>,
    /// Whether it can be shown.
    shown: bool,
    steps: &'v [Step],
    at: usize,
}

/// How the walk came to a state.
struct Step {
    from: usize,
    byte: u8,
}

impl Visit<'_> {
    /// Its bytes.
    fn value(&self) -> Vec<u8> {
        let (mut bytes, mut at) = (Vec::new(), self.at);
        while let Some(step) = self.steps.get(at).filter(|_| at > 0) {
            bytes.push(step.byte);
            at = step.from;
        }
        bytes.reverse();
        bytes
    }
}

/// What was made of a value.
enum Heard {
    /// Its class is known.
    Known,
    /// It is a text of its own, and does not stand for its class.
    Text,
    /// There are enough of them.
    Enough,
}

/// What classes of values are looked for among.
pub(super) struct Sought<'s> {
    pub(super) constraints: &'s [(u32, Constraint<'s>)],
    pub(super) universe: Universe,
    /// Values that are classes of their own, as they are written.
    pub(super) texts: &'s BTreeSet<Vec<u8>>,
    /// How a value is written, and read.
    pub(super) write: fn(&[u8]) -> Vec<u8>,
    pub(super) read: fn(&[u8]) -> Vec<u8>,
    /// Classes after which no more are looked for.
    pub(super) max: usize,
}

/// Classes of values, each with one as it is written that is none of the texts.
#[derive(Default)]
pub(super) struct Found {
    pub(super) classes: BTreeMap<Vec<u32>, Vec<u8>>,
    /// Those of values that cannot be shown.
    pub(super) unshown: BTreeSet<Vec<u32>>,
}

impl Sought<'_> {
    /// Finds all classes; `false` where some may be left out.
    pub(super) fn find(&self, found: &mut Found, effort: &mut Effort) -> bool {
        let mut ways = if self.texts.is_empty() { 1 } else { WAYS_FEW };
        loop {
            let mut named: BTreeSet<Vec<u32>> = BTreeSet::new();
            let hear = |visit: Visit<'_>| self.hear(visit, found, &mut named);
            if !explore(self.constraints, self.universe, ways, effort, hear) {
                return false;
            }
            // Of as many texts and one more value, one is no text: more ways need not be followed.
            named.retain(|fits| !found.classes.contains_key(fits));
            let needed = named.iter().map(|fits| self.texts_of(fits) + 1).max().unwrap_or_default();
            if needed <= ways || needed > WAYS_MAX {
                return needed <= ways;
            }
            ways = needed;
        }
    }

    fn hear(&self, visit: Visit<'_>, found: &mut Found, named: &mut BTreeSet<Vec<u32>>) -> Heard {
        if !visit.shown {
            found.unshown.insert(visit.fits);
        } else if let Entry::Vacant(vacant) = found.classes.entry(visit.fits.clone()) {
            let value = (self.write)(&visit.value());
            if self.texts.contains(&value) {
                named.insert(visit.fits);
                return Heard::Text;
            }
            vacant.insert(value);
        }
        if found.classes.len() > self.max { Heard::Enough } else { Heard::Known }
    }

    /// How many texts are of a class.
    fn texts_of(&self, fits: &[u32]) -> usize {
        let is_of = |text: &&Vec<u8>| {
            let value = (self.read)(text);
            let fits_one = |(_, one): &&(u32, Constraint<'_>)| {
                one.accepts(value.iter().fold(one.start(), |state, byte| one.step(state, *byte)))
            };
            let all = self.constraints.iter().filter(fits_one).map(|(id, _)| *id);
            all.eq(fits.iter().copied())
        };
        self.texts.iter().filter(is_of).count()
    }
}

/// Goes through the states of all automata together, the shortest and most readable values first, at
/// most `ways_max` values to a state; `false` where there are too many, or `visit` has enough.
fn explore(
    constraints: &[(u32, Constraint<'_>)],
    universe: Universe,
    ways_max: usize,
    effort: &mut Effort,
    mut visit: impl FnMut(Visit<'_>) -> Heard,
) -> bool {
    let bytes = joint_bytes(constraints, universe, ways_max.max(BYTES_OF_A_CLASS));
    let width = constraints.len() + 1;
    let cost = bytes.len() as u64 * (width as u64 + STEPS_OF_A_STATE);
    // The states of all automata, then where the value stands.
    let mut next: Vec<u16> = constraints.iter().map(|(_, one)| one.start()).collect();
    next.push(u16::from(EMPTY));
    let mut reached = next.clone();
    let mut seen: HashMap<Vec<u16>, usize> = HashMap::from([(next.clone(), 1)]);
    let mut steps = vec![Step { from: 0, byte: 0 }];
    for at in 0.. {
        let Some(states) = reached.get(at * width..(at + 1) * width).map(<[u16]>::to_vec) else {
            break;
        };
        let place = states.last().copied().unwrap_or_default() as At;
        let each = || constraints.iter().zip(&states);
        let end = universe.end(place);
        if end != End::Later {
            let fits = each().filter(|((_, one), state)| one.accepts(**state));
            let fits = fits.map(|((id, _), _)| *id).collect();
            let found = Visit { fits, shown: end == End::Here, steps: &steps, at };
            let heard = visit(found);
            if matches!(heard, Heard::Enough) {
                return false;
            }
            // Where nothing can fit any more, all that follows is one class, which was just seen.
            let is_known = matches!(heard, Heard::Known);
            if is_known
                && universe.is_settled(place)
                && each().all(|((_, one), state)| one.is_dead(*state))
            {
                continue;
            }
        }
        if !effort.spend(cost) {
            return false;
        }
        for byte in &bytes {
            let Some(place) = universe.step(place, *byte) else { continue };
            next.clear();
            next.extend(each().map(|((_, one), state)| one.step(*state, *byte)));
            next.push(u16::from(place));
            if seen.len() >= STATES_MAX {
                return false;
            }
            let known = match seen.get_mut(next.as_slice()) {
                Some(ways) => ways,
                None => seen.entry(next.clone()).or_default(),
            };
            if *known < ways_max {
                *known += 1;
                reached.extend_from_slice(&next);
                steps.push(Step { from: at, byte: *byte });
            }
        }
    }
    true
}

/// Some bytes of each class that all automata and the universe together tell apart, the most
/// readable first.
fn joint_bytes(constraints: &[(u32, Constraint<'_>)], universe: Universe, count: usize) -> Vec<u8> {
    let free = universe.kind(b'0');
    let mut known: HashMap<Vec<u8>, Vec<Kind>> = HashMap::new();
    let mut bytes = READABLE_FIRST.to_vec();
    bytes.retain(|byte| {
        let Some(kind) = universe.kind(*byte) else { return false };
        let others = known.entry(classes_of(constraints, *byte)).or_default();
        let like = others.iter().filter(|other| **other == kind).count();
        // What may stand everywhere stands for an ASCII byte that may not: a value is no less one
        // with it. A letter of several bytes is one with all of them alone.
        let is_new =
            like < count && (*byte >= 0x80 || !others.iter().any(|other| Some(*other) == free));
        let is_kept = others.len() < count || is_new;
        if is_kept {
            others.push(kind);
        }
        is_kept
    });
    bytes
}

/// The class of a byte in each automaton.
fn classes_of(constraints: &[(u32, Constraint<'_>)], byte: u8) -> Vec<u8> {
    let class = |(_, one): &(u32, Constraint<'_>)| {
        let [classes, _, _] = one.parts();
        classes.get(usize::from(byte)).copied().unwrap_or_default()
    };
    constraints.iter().map(class).collect()
}

/// Whether every value of `whole` has one of `plain` that is the same to all automata: each byte that
/// `plain` does not know is to them as one that may stand everywhere.
pub(super) fn is_enough(
    constraints: &[(u32, Constraint<'_>)],
    plain: Universe,
    whole: Universe,
) -> bool {
    let everywhere = (0..=255).filter(|byte| plain.of(&[*byte]) == Some(End::Here));
    let known: BTreeSet<Vec<u8>> = everywhere.map(|byte| classes_of(constraints, byte)).collect();
    let mut others =
        (0..=255).filter(|byte| whole.kind(*byte).is_some() && plain.kind(*byte).is_none());
    others.all(|byte| known.contains(&classes_of(constraints, byte)))
}

/// Whether all segments that fit `a` fit `b` too; `false` too where that is too much to find out.
pub(super) fn is_inside(a: Constraint<'_>, b: Constraint<'_>, effort: &mut Effort) -> bool {
    is_inside_of(Universe::Segment, a, b, effort)
}

/// The same of what a condition looks at; each such question may cost little.
pub(crate) fn is_value_inside(place: FilterPlace, a: Constraint<'_>, b: Constraint<'_>) -> bool {
    is_inside_of(Universe::whole(place), a, b, &mut Effort::of(VALUE_STEPS_MAX))
}

fn is_inside_of(
    universe: Universe,
    a: Constraint<'_>,
    b: Constraint<'_>,
    effort: &mut Effort,
) -> bool {
    explore(&[(0, a), (1, b)], universe, 1, effort, |visit| match visit.fits.as_slice() {
        [0] => Heard::Enough,
        _ => Heard::Known,
    })
}
