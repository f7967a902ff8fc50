//! What two constraints have in common, by walking both tables at once. Knows no route.

use std::collections::HashMap;
use std::sync::Arc;

use crate::language::table::Table;

/// How the languages of two constraints stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// No segment fits both.
    Disjoint,
    /// The same segments fit both.
    Equal,
    /// All that fits the first fits the second, and not the other way round.
    Subset,
    /// All that fits the second fits the first, and not the other way round.
    Superset,
    /// Some segments fit both, and each has some of its own.
    Overlap {
        /// The shortest and most readable segment that fits both, decoded.
        witness: Vec<u8>,
    },
}

impl Relation {
    /// The same pair the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Subset => Self::Superset,
            Self::Superset => Self::Subset,
            same => same,
        }
    }
}

/// How `a` stands to `b`. `Equal` exactly when the tables are equal.
///
/// Cost: three walks over at most `TABLE_STATES_MAX` squared pairs of states; some
/// microseconds for constraints as people write them.
pub fn relate(a: &Table, b: &Table) -> Relation {
    if a == b {
        return Relation::Equal;
    }
    let Some(witness) = witness_both(a, b) else { return Relation::Disjoint };
    match (witness_difference(a, b), witness_difference(b, a)) {
        (Some(_), Some(_)) => Relation::Overlap { witness },
        (Some(_), None) => Relation::Superset,
        (None, Some(_)) => Relation::Subset,
        (None, None) => Relation::Equal,
    }
}

/// The shortest and most readable segment that fits; `None` where nothing fits.
pub fn witness(a: &Table) -> Option<Vec<u8>> {
    search(a, a, Wanted::Both)
}

/// The shortest and most readable segment that fits both.
pub fn witness_both(a: &Table, b: &Table) -> Option<Vec<u8>> {
    search(a, b, Wanted::Both)
}

/// The shortest and most readable segment that fits `a` and not `b`.
pub fn witness_difference(a: &Table, b: &Table) -> Option<Vec<u8>> {
    search(a, b, Wanted::FirstAlone)
}

/// Relations that were asked for, by pair.
///
/// Equal tables count as one, whoever holds them.
#[derive(Debug, Default)]
pub struct Relations {
    numbers: HashMap<Arc<Table>, usize>,
    known: HashMap<(usize, usize), Relation>,
}

impl Relations {
    /// None asked for yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`relate`], worked out once for each pair.
    pub fn relate(&mut self, a: &Arc<Table>, b: &Arc<Table>) -> Relation {
        let (first, second) = (self.number(a), self.number(b));
        if first == second {
            return Relation::Equal;
        }
        if first > second {
            return self.relate(b, a).reversed();
        }
        self.known.entry((first, second)).or_insert_with(|| relate(a, b)).clone()
    }

    fn number(&mut self, table: &Arc<Table>) -> usize {
        let next = self.numbers.len();
        match self.numbers.get(table) {
            Some(number) => *number,
            None => *self.numbers.entry(Arc::clone(table)).or_insert(next),
        }
    }
}

/// What a walk over pairs of states looks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A segment that fits both.
    Both,
    /// A segment that fits the first and not the second.
    FirstAlone,
}

/// A pair of states, and how the walk came to it.
struct Step {
    states: (u16, u16),
    from: usize,
    byte: u8,
}

/// Walks both tables breadth first, readable bytes first, to the nearest pair that is wanted.
fn search(a: &Table, b: &Table, wanted: Wanted) -> Option<Vec<u8>> {
    let bytes = joint_bytes(a, b);
    let width = usize::from(b.state_count);
    let mut seen = vec![false; usize::from(a.state_count) * width];
    let mut steps = vec![Step { states: (a.start, b.start), from: 0, byte: 0 }];
    let mut reached = 0;
    while let Some(Step { states: (of_a, of_b), .. }) = steps.get(reached) {
        let (of_a, of_b) = (*of_a, *of_b);
        if a.accepts_at(of_a) && b.accepts_at(of_b) == (wanted == Wanted::Both) {
            return Some(path(&steps, reached));
        }
        for byte in &bytes {
            let states = (a.step(of_a, *byte), b.step(of_b, *byte));
            let hopeless = states.0 == a.dead || (wanted == Wanted::Both && states.1 == b.dead);
            let seen = &mut seen[usize::from(states.0) * width + usize::from(states.1)];
            if !hopeless && !*seen {
                *seen = true;
                steps.push(Step { states, from: reached, byte: *byte });
            }
        }
        reached += 1;
    }
    None
}

/// The bytes that led to a step.
fn path(steps: &[Step], mut at: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while at > 0 {
        bytes.push(steps[at].byte);
        at = steps[at].from;
    }
    bytes.reverse();
    bytes
}

/// The most readable byte of each class that both tables together tell apart, most readable first.
fn joint_bytes(a: &Table, b: &Table) -> Vec<u8> {
    let mut known = vec![false; usize::from(a.class_count) * usize::from(b.class_count)];
    let mut bytes = READABLE_FIRST.to_vec();
    bytes.retain(|byte| {
        let at = usize::from(*byte);
        let joint =
            usize::from(a.classes[at]) * usize::from(b.class_count) + usize::from(b.classes[at]);
        !std::mem::replace(&mut known[joint], true)
    });
    bytes
}

/// All bytes, the most readable first.
pub const READABLE_FIRST: [u8; 256] = {
    let mut bytes = [0; 256];
    let (mut filled, mut rank) = (0, 0);
    while filled < bytes.len() {
        let mut byte = 0;
        while byte <= u8::MAX as usize {
            if unreadable(byte as u8) == rank {
                bytes[filled] = byte as u8;
                filled += 1;
            }
            byte += 1;
        }
        rank += 1;
    }
    bytes
};

/// How little a byte tells in a witness: those that need no percent-encoding come first, and a `/`,
/// which a segment holds as `%2F` only, last of all that a request can carry.
const fn unreadable(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'-' | b'_' => 3,
        b'.' | b'~' => 4,
        b'!' | b'$' | b'&'..=b',' | b';' | b'=' | b':' | b'@' => 5,
        b'/' | b'\\' => 8,
        b' '..=b'~' => 6,
        0x80.. => 7,
        _ => 9,
    }
}

#[cfg(test)]
mod tests;
