//! Host patterns with `*`, all in one tree of letters: what many of them begin with is one place, so
//! that a place among all of them is few numbers, however many they are.

use std::collections::BTreeSet;

/// A place in the tree.
#[derive(Debug, Default)]
struct Place {
    /// Places behind the letters, by letter.
    next: Vec<(u8, u32)>,
    /// Patterns that end here.
    ends: Vec<u32>,
    /// Whether it lies behind a `*`, and can be had again.
    again: bool,
}

/// Patterns, by number.
#[derive(Debug)]
pub(super) struct Globs {
    places: Vec<Place>,
}

impl Globs {
    /// Of these texts.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Self {
        let mut places = vec![Place::default()];
        for (number, text) in (0..).zip(texts) {
            let mut at = 0;
            for letter in text {
                at = match behind(&places, at, *letter) {
                    Some(next) => next,
                    None => {
                        let next = places.len() as u32;
                        places.push(Place { again: *letter == b'*', ..Place::default() });
                        if let Some(place) = places.get_mut(at as usize) {
                            let sorted = place.next.partition_point(|(known, _)| known < letter);
                            place.next.insert(sorted, (*letter, next));
                        }
                        next
                    }
                };
            }
            if let Some(place) = places.get_mut(at as usize) {
                place.ends.push(number);
            }
        }
        Self { places }
    }

    /// Before the first letter of a host.
    pub(super) fn start(&self) -> Vec<u32> {
        vec![0]
    }

    /// The places after one more letter, in order.
    pub(super) fn step(&self, places: &[u32], letter: u8) -> Vec<u32> {
        let mut next = BTreeSet::new();
        for place in places {
            // A `*` stands for at least one letter.
            next.extend(behind(&self.places, *place, b'*'));
            if letter != b'*' {
                next.extend(behind(&self.places, *place, letter));
            }
            if self.places.get(*place as usize).is_some_and(|place| place.again) {
                next.insert(*place);
            }
        }
        next.into_iter().collect()
    }

    /// Patterns that a host fits which ends here, in order.
    pub(super) fn ends(&self, places: &[u32]) -> Vec<u32> {
        let places = places.iter().filter_map(|place| self.places.get(*place as usize));
        let mut ends: Vec<u32> = places.flat_map(|place| place.ends.iter().copied()).collect();
        ends.sort_unstable();
        ends
    }

    /// Which patterns texts fit together, one list for each class of texts that fit some; none
    /// where that costs more places than are left.
    pub(super) fn classes(&self, left: &mut usize) -> Option<BTreeSet<Vec<u32>>> {
        let named: BTreeSet<u8> =
            self.places.iter().flat_map(|place| &place.next).map(|(letter, _)| *letter).collect();
        // A letter that no pattern names stands for all others.
        let other = (1..=255).find(|letter| *letter != b'*' && !named.contains(letter));
        let letters = || named.iter().copied().filter(|letter| *letter != b'*').chain(other);
        let (mut seen, mut todo) = (BTreeSet::new(), vec![self.start()]);
        let mut classes = BTreeSet::new();
        while let Some(places) = todo.pop() {
            classes.insert(self.ends(&places));
            for letter in letters() {
                let next = self.step(&places, letter);
                *left = left.checked_sub(1 + next.len())?;
                if !next.is_empty() && seen.insert(next.clone()) {
                    todo.push(next);
                }
            }
        }
        classes.remove(&Vec::new());
        Some(classes)
    }

    /// Patterns that a host fits, in order, and how many places were passed.
    pub(super) fn fitting(&self, host: &[u8]) -> (Vec<u32>, usize) {
        let (mut places, mut work) = (self.start(), 1);
        for letter in host {
            places = self.step(&places, *letter);
            work += places.len();
            if places.is_empty() {
                break;
            }
        }
        (self.ends(&places), work)
    }
}

fn behind(places: &[Place], at: u32, letter: u8) -> Option<u32> {
    let next = &places.get(at as usize)?.next;
    let found = next.binary_search_by_key(&letter, |(known, _)| *known).ok()?;
    next.get(found).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_routing::matching::glob;
    use proptest::prelude::*;

    #[test]
    fn patterns_that_begin_alike_are_one_place() {
        let texts: Vec<String> = (0..1000).map(|number| format!("*.t{number}.tld")).collect();
        let globs = Globs::new(texts.iter().map(String::as_bytes));
        let (fits, work) = globs.fitting(b"a.t7.tld");
        assert_eq!(fits, [7]);
        assert!(work < 40, "{work}");
    }

    proptest! {
        #[test]
        fn host_fits_what_the_matcher_says_it_fits(
            texts in prop::collection::btree_set("[ab*.]{1,6}", 1..6),
            host in "[ab.]{0,8}",
        ) {
            // Two stars beside each other are no pattern of a host.
            let texts: Vec<String> =
                texts.into_iter().filter(|text| !text.contains("**")).collect();
            let globs = Globs::new(texts.iter().map(String::as_bytes));
            let expected: Vec<u32> = (0..)
                .zip(&texts)
                .filter(|(_, text)| glob(text.as_bytes(), host.as_bytes()))
                .map(|(number, _)| number)
                .collect();
            let classes = globs.classes(&mut 100_000).expect("few patterns");
            prop_assert!(expected.is_empty() || classes.contains(&expected));
            prop_assert_eq!(globs.fitting(host.as_bytes()).0, expected);
        }
    }
}
