//! Into which classes hosts fall: those of one class fit the same patterns of both artifacts. For
//! hosts that no route names exactly all wildcards are walked at once, letter by letter.

use std::collections::{BTreeSet, HashMap, VecDeque};

use pointsman_schemas::limits::{HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX};

use super::budget::Budget;
use super::globs::Globs;
use super::hosts::{HostClass, Pairs};

/// Letters tried while classes of wildcard hosts are looked for.
const HOST_STEPS_MAX: usize = 40_000;
/// Places among wildcard hosts that cost as much to step from as a plain request.
const PLACES_PER_REQUEST: usize = 16;

/// What is the same of two hosts so far when whatever follows fits the same for both: places among
/// the wildcards, and whether a dot came last.
type Place = (Vec<u32>, bool);

/// A host that is being written, and where it has come to.
struct Way {
    place: Place,
    host: String,
    /// Bytes of its last label.
    label: usize,
}

/// The classes of hosts for which something may differ; `false` where some were left out.
pub(super) fn classes(pairs: &Pairs, budget: &mut Budget) -> (Vec<HostClass>, bool) {
    let wild = Wild::of(pairs);
    let (mut all, mut complete) = (Vec::new(), true);
    for (text, pair) in pairs.iter().filter(|(_, pair)| !pair.wildcard) {
        let (fits, work) = wild.globs.fitting(text);
        if !budget.spend(work / PLACES_PER_REQUEST) {
            return (all, false);
        }
        let of = |number: &u32| wild.texts.get(*number as usize);
        if pair.differs || fits.iter().filter_map(of).any(|(_, differs)| *differs) {
            let mut patterns = vec![text.clone()];
            patterns.extend(fits.iter().filter_map(of).map(|(text, _)| (*text).clone()));
            all.push(HostClass { host: String::from_utf8_lossy(text).into_owned(), patterns });
        }
    }
    if wild.texts.iter().any(|(_, differs)| *differs) {
        complete &= wild.classes(budget, &mut all);
    }
    for class in &mut all {
        let order = |text: &Vec<u8>| {
            let pair = pairs.get(text);
            let (wildcard, rank) = pair.map_or((true, 0), |pair| (pair.wildcard, pair.rank));
            (wildcard, std::cmp::Reverse(rank), text.clone())
        };
        class.patterns.sort_by_cached_key(order);
    }
    (all, complete)
}

/// All wildcards of both artifacts: their texts, and whether what stands below them differs.
struct Wild<'p> {
    texts: Vec<(&'p Vec<u8>, bool)>,
    globs: Globs,
    /// Hosts that some route names exactly, sorted: none of them is of these classes.
    exact: Vec<&'p [u8]>,
}

impl<'p> Wild<'p> {
    fn of(pairs: &'p Pairs) -> Self {
        let texts: Vec<(&Vec<u8>, bool)> = pairs
            .iter()
            .filter(|(_, pair)| pair.wildcard)
            .map(|(text, pair)| (text, pair.differs))
            .collect();
        let globs = Globs::new(texts.iter().map(|(text, _)| text.as_slice()));
        let exact = pairs.iter().filter(|(_, pair)| !pair.wildcard);
        Self { texts, globs, exact: exact.map(|(text, _)| text.as_slice()).collect() }
    }

    /// Whether some exact host begins so, and whether one is just that.
    fn begins(&self, host: &[u8]) -> (bool, bool) {
        let at = self.exact.partition_point(|text| *text < host);
        let next = self.exact.get(at);
        (next.is_some_and(|text| text.starts_with(host)), next.is_some_and(|text| *text == host))
    }

    /// The letters that tell hosts apart, plain ones first; `false` where no letter is left that
    /// stands for all others.
    fn letters(&self) -> (Vec<u8>, bool) {
        let named: BTreeSet<u8> =
            self.texts.iter().flat_map(|(text, _)| text.iter().copied()).collect();
        let plain = (b'a'..=b'z').rev().chain(b'0'..=b'9').chain(*b"-_~");
        let other = plain.clone().find(|letter| !named.contains(letter));
        // What is between brackets is an address: nothing else has its signs.
        let mut letters: Vec<u8> = other.into_iter().collect();
        letters.extend(plain.rev().filter(|letter| named.contains(letter)));
        letters.sort_by_key(|letter| (Some(*letter) != other, !letter.is_ascii_alphanumeric()));
        // Between any two letters there may be a dot.
        letters.push(b'.');
        (letters, other.is_some())
    }

    /// Adds the classes for which something may differ; `false` where some were left out.
    ///
    /// A way that has left all exact hosts never comes to one again, and so stands for every other
    /// way to the same place. Such ways go first; one along an exact host goes on only where none
    /// of them has come.
    fn classes(&self, budget: &mut Budget, out: &mut Vec<HostClass>) -> bool {
        let (letters, mut complete) = self.letters();
        let mut seen: HashMap<Place, usize> = HashMap::new();
        let mut found: BTreeSet<Vec<u32>> = BTreeSet::new();
        let (mut free, mut along) = (VecDeque::new(), VecDeque::new());
        let start = Way { place: (self.globs.start(), true), host: String::new(), label: 0 };
        along.push_back(start);
        let mut left = HOST_STEPS_MAX;
        while let Some(way) = free.pop_front().or_else(|| along.pop_front()) {
            let (is_along, is_exact) = self.begins(way.host.as_bytes());
            if is_along && seen.get(&way.place).is_some_and(|label| *label <= way.label) {
                continue;
            }
            if !way.place.1 && !is_exact {
                self.class(&way, &mut found, out);
            }
            for letter in &letters {
                left = match left.checked_sub(1) {
                    Some(left) => left,
                    None => return false,
                };
                if *letter == b'.' && way.place.1
                    || *letter != b'.' && way.label == HOST_LABEL_BYTES_MAX
                {
                    continue;
                }
                let places = self.globs.step(&way.place.0, *letter);
                if !budget.spend((way.place.0.len() + places.len()) / PLACES_PER_REQUEST) {
                    return false;
                }
                if places.is_empty() {
                    continue;
                }
                if way.host.len() == HOST_BYTES_MAX {
                    complete = false;
                    break;
                }
                let is_dot = *letter == b'.';
                let host = format!("{}{}", way.host, char::from(*letter));
                let label = if is_dot { 0 } else { way.label + 1 };
                let next = Way { place: (places, is_dot), host, label };
                if is_along && self.begins(next.host.as_bytes()).0 {
                    along.push_back(next);
                    continue;
                }
                // A shorter label lets more follow.
                let known = seen.entry(next.place.clone()).or_insert(usize::MAX);
                if *known > label {
                    *known = label;
                    free.push_back(next);
                }
            }
        }
        complete
    }

    fn class(&self, way: &Way, found: &mut BTreeSet<Vec<u32>>, out: &mut Vec<HostClass>) {
        let fits = self.globs.ends(&way.place.0);
        let texts = || fits.iter().filter_map(|number| self.texts.get(*number as usize));
        if texts().any(|(_, differs)| *differs) && found.insert(fits.clone()) {
            let patterns = texts().map(|(text, _)| (*text).clone()).collect();
            out.push(HostClass { host: way.host.clone(), patterns });
        }
    }
}
