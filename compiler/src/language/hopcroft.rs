//! Makes an automaton minimal. Knows neither the regex it came from nor the table it becomes.

/// The state from which nothing is accepted, in an automaton and in a table.
pub(super) const DEAD: usize = 0;

/// A complete deterministic automaton.
///
/// Shape: `next.len() == accept.len() * class_count`; state 0 is dead.
pub(super) struct Automaton {
    /// The class of each byte.
    pub(super) classes: [u8; 256],
    /// Number of classes, 1..=256.
    pub(super) class_count: usize,
    /// The state after a byte of a class, at `state * class_count + class`.
    pub(super) next: Vec<u32>,
    /// Whether a value may end in a state.
    pub(super) accept: Vec<bool>,
    /// Where a value begins.
    pub(super) start: usize,
}

impl Automaton {
    /// The state after a byte of a class.
    pub(super) fn after(&self, state: usize, class: usize) -> usize {
        self.next[state * self.class_count + class] as usize
    }
}

/// The smallest automaton of the same language, with unreachable states gone where the given one
/// has none.
///
/// Cost: O(classes * states * log states).
/// Source: Hopcroft, *An n log n algorithm for minimizing states in a finite automaton*, 1971.
pub(super) fn minimize(automaton: &Automaton) -> Automaton {
    let mut partition = Partition::new(automaton);
    partition.refine(automaton);
    partition.quotient(automaton)
}

/// States divided into blocks; the states of a block stand side by side in `order`.
struct Partition {
    order: Vec<usize>,
    /// Where a state stands in `order`.
    place: Vec<usize>,
    block_of: Vec<usize>,
    /// First and one past the last place of a block; and how many of its first are marked.
    blocks: Vec<Block>,
}

#[derive(Clone, Copy)]
struct Block {
    start: usize,
    end: usize,
    marked: usize,
}

impl Partition {
    /// The states that accept, and those that do not.
    fn new(automaton: &Automaton) -> Self {
        let count = automaton.accept.len();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|state| automaton.accept[*state]);
        let refusing = automaton.accept.iter().filter(|accept| !**accept).count();
        let mut blocks = Vec::new();
        for (start, end) in [(0, refusing), (refusing, count)] {
            if start < end {
                blocks.push(Block { start, end, marked: 0 });
            }
        }
        let mut place = vec![0; count];
        let mut block_of = vec![0; count];
        for (at, state) in order.iter().enumerate() {
            place[*state] = at;
            block_of[*state] = usize::from(at >= refusing && refusing > 0);
        }
        Self { order, place, block_of, blocks }
    }

    /// Splits blocks until all states of each behave alike.
    fn refine(&mut self, automaton: &Automaton) {
        let sources = Sources::new(automaton);
        let classes = automaton.class_count;
        // Both first blocks, since with a complete automaton either one would do.
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        let mut is_waiting = vec![true; self.blocks.len() * classes];
        for block in 0..self.blocks.len() {
            waiting.extend((0..classes).map(|class| (block, class)));
        }
        let mut touched: Vec<usize> = Vec::new();
        let mut splitter: Vec<usize> = Vec::new();
        while let Some((block, class)) = waiting.pop() {
            is_waiting[block * classes + class] = false;
            splitter.clear();
            let Block { start, end, .. } = self.blocks[block];
            splitter.extend_from_slice(&self.order[start..end]);
            for state in &splitter {
                for source in sources.of(*state, class) {
                    self.mark(*source as usize, &mut touched);
                }
            }
            for old in touched.drain(..) {
                let Some(new) = self.split(old) else { continue };
                is_waiting.resize(self.blocks.len() * classes, false);
                for class in 0..classes {
                    let chosen = if is_waiting[old * classes + class] {
                        new
                    } else {
                        self.smaller(old, new)
                    };
                    is_waiting[chosen * classes + class] = true;
                    waiting.push((chosen, class));
                }
            }
        }
    }

    /// Moves a state among the marked ones of its block.
    fn mark(&mut self, state: usize, touched: &mut Vec<usize>) {
        let block = self.block_of[state];
        let Block { start, marked, .. } = self.blocks[block];
        let (from, to) = (self.place[state], start + marked);
        if from < to {
            return;
        }
        if marked == 0 {
            touched.push(block);
        }
        let other = self.order[to];
        self.order.swap(from, to);
        (self.place[state], self.place[other]) = (to, from);
        self.blocks[block].marked += 1;
    }

    /// Makes the marked states of a block a block of their own, if some are left in it.
    fn split(&mut self, old: usize) -> Option<usize> {
        let Block { start, end, marked } = self.blocks[old];
        self.blocks[old].marked = 0;
        if start + marked == end {
            return None;
        }
        let new = self.blocks.len();
        self.blocks[old].start = start + marked;
        self.blocks.push(Block { start, end: start + marked, marked: 0 });
        for state in &self.order[start..start + marked] {
            self.block_of[*state] = new;
        }
        Some(new)
    }

    fn smaller(&self, one: usize, other: usize) -> usize {
        let len = |block: usize| self.blocks[block].end - self.blocks[block].start;
        if len(one) <= len(other) { one } else { other }
    }

    /// One state for each block; the dead state's block is the dead state.
    fn quotient(&self, automaton: &Automaton) -> Automaton {
        let dead = self.block_of[DEAD];
        // Only a swap of two numbers, so that the dead block comes to be number 0.
        let renamed = |block: usize| match block {
            block if block == dead => DEAD,
            DEAD => dead,
            block => block,
        };
        let mut next = Vec::with_capacity(self.blocks.len() * automaton.class_count);
        let mut accept = Vec::with_capacity(self.blocks.len());
        for block in 0..self.blocks.len() {
            let state = self.order[self.blocks[renamed(block)].start];
            accept.push(automaton.accept[state]);
            for class in 0..automaton.class_count {
                let target = renamed(self.block_of[automaton.after(state, class)]);
                next.push(u32::try_from(target).unwrap_or(u32::MAX));
            }
        }
        Automaton {
            classes: automaton.classes,
            class_count: automaton.class_count,
            next,
            accept,
            start: renamed(self.block_of[automaton.start]),
        }
    }
}

/// For each state and class, the states that lead there.
struct Sources {
    /// Where the sources of `class * states + state` begin in `states`.
    starts: Vec<usize>,
    states: Vec<u32>,
    count: usize,
}

impl Sources {
    fn new(automaton: &Automaton) -> Self {
        let count = automaton.accept.len();
        let slots = count * automaton.class_count;
        let mut starts = vec![0; slots + 1];
        let slot = |at: usize, target: u32| at % automaton.class_count * count + target as usize;
        for (at, target) in automaton.next.iter().enumerate() {
            starts[slot(at, *target) + 1] += 1;
        }
        for at in 0..slots {
            starts[at + 1] += starts[at];
        }
        let mut filled = starts.clone();
        let mut states = vec![0; automaton.next.len()];
        for (at, target) in automaton.next.iter().enumerate() {
            let to = &mut filled[slot(at, *target)];
            states[*to] = u32::try_from(at / automaton.class_count).unwrap_or(u32::MAX);
            *to += 1;
        }
        Self { starts, states, count }
    }

    fn of(&self, state: usize, class: usize) -> &[u32] {
        let slot = class * self.count + state;
        &self.states[self.starts[slot]..self.starts[slot + 1]]
    }
}
