//! What requests carry beside host, path and method: for each name that conditions ask for the
//! values that they tell apart, and all ways to put them together.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pointsman_schemas::artifact::{Constraint, FilterPlace};

use super::explore::{Effort, Found, Sought, is_enough};
use super::segments::words;
use super::universe::{End, Universe};
use crate::grammar::path::encoded;

/// Values that are put together in all ways; of more, each is tried alone and with all others.
const VALUES_MAX: usize = 8;

/// Values that are tried alone.
const SINGLE_MAX: usize = 64;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) place: FilterPlace,
    /// Of a field in lower case.
    pub(crate) name: String,
    pub(crate) wants: Wants,
}

/// What a condition asks of the values of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Text(Vec<u8>),
    /// Number of a constraint.
    Language(u32),
    Any,
    None,
}

/// What a request carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) query: Vec<String>,
    pub(crate) fields: Vec<(String, String)>,
}

/// Ways to put together what some conditions tell apart. None is made before it is asked for: there
/// may be many, and each may be long.
#[derive(Debug)]
pub(crate) struct Ways<'c> {
    values: Vec<(FilterPlace, &'c str, String)>,
    subsets: Vec<u64>,
    /// Whether no way is left out.
    pub(crate) complete: bool,
}

impl Carried {
    /// How much of it a look-up passes, in fields of ordinary length.
    pub(crate) fn weight(&self) -> usize {
        let bytes = self.fields.iter().map(|(name, value)| name.len() + value.len());
        let bytes = bytes.chain(self.query.iter().map(String::len));
        self.fields.len() + self.query.len() + bytes.sum::<usize>() / 64
    }
}

impl Ways<'_> {
    /// Each of them, nothing first.
    pub(crate) fn each(&self) -> impl Iterator<Item = Carried> + '_ {
        self.subsets.iter().map(|subset| self.of(*subset))
    }

    fn of(&self, subset: u64) -> Carried {
        let chosen = self.values.iter().enumerate();
        let chosen = chosen.filter(|(at, _)| subset.checked_shr(*at as u32).unwrap_or(0) & 1 != 0);
        chosen.fold(Carried::default(), |mut carried, (_, (place, name, value))| {
            match place {
                FilterPlace::Header => carried.fields.push(((*name).to_owned(), value.clone())),
                FilterPlace::Query => {
                    carried.query.push(format!("{}={value}", encoded(name.as_bytes())));
                }
                FilterPlace::Cookie => {
                    carried.fields.push(("cookie".to_owned(), format!("{name}={value}")));
                }
            }
            carried
        })
    }
}

/// Values that are none of `texts`, one for each combination of constraints that can hold; `false`
/// where one may be left out, or only values that cannot be shown have it.
pub(super) fn values(
    place: FilterPlace,
    constraints: &[(u32, Constraint<'_>)],
    texts: &BTreeSet<Vec<u8>>,
    effort: &mut Effort,
) -> (Vec<Vec<u8>>, bool) {
    let mut found = Found::default();
    // What fits nothing at all is readable, where there is such a value.
    let free = |word: &String| !texts.contains(word.as_bytes());
    let fits_none = |word: &String| {
        let mut all = constraints.iter();
        all.all(|(_, one)| !pointsman_routing::matching::fits(*one, word.as_bytes()))
    };
    if let Some(word) = words(texts).filter(free).find(fits_none) {
        found.classes.insert(Vec::new(), word.into_bytes());
    }
    if constraints.is_empty() {
        return (found.classes.into_values().collect(), true);
    }
    let (plain, whole) = (Universe::plain(place), Universe::whole(place));
    let sought = |universe| Sought {
        constraints,
        universe,
        texts,
        write: <[u8]>::to_vec,
        read: <[u8]>::to_vec,
        // More than are ever put together.
        max: SINGLE_MAX,
    };
    // What everyone can type comes first, and is most often all that there is.
    let mut complete = sought(plain).find(&mut found, effort);
    if complete && plain != whole && !is_enough(constraints, plain, whole) {
        complete = sought(whole).find(&mut found, effort);
    }
    complete &= found.unshown.iter().all(|fits| found.classes.contains_key(fits));
    (found.classes.into_values().collect(), complete)
}

/// All that requests may carry which some conditions tell apart.
pub(super) fn carried<'c>(
    conditions: impl Iterator<Item = &'c Condition>,
    mut values_of: impl FnMut(FilterPlace, &BTreeSet<u32>, &BTreeSet<Vec<u8>>) -> (Rc<[Vec<u8>]>, bool),
) -> Ways<'c> {
    let mut asked: BTreeMap<(FilterPlace, &str), Vec<&Wants>> = BTreeMap::new();
    for condition in conditions {
        asked.entry((condition.place, &condition.name)).or_default().push(&condition.wants);
    }
    let mut complete = !is_entangled(asked.keys());
    let mut values: Vec<(FilterPlace, &str, String)> = Vec::new();
    for ((place, name), wants) in asked {
        let mut constraints = BTreeSet::new();
        let mut found: BTreeSet<Vec<u8>> = BTreeSet::new();
        for want in wants {
            match want {
                Wants::Text(text) => {
                    found.insert(text.clone());
                }
                Wants::Language(number) => {
                    constraints.insert(*number);
                }
                Wants::Any | Wants::None => {
                    found.insert(b"1".to_vec());
                }
            }
        }
        let (told_apart, all) = values_of(place, &constraints, &found);
        complete &= all;
        found.extend(told_apart.iter().cloned());
        for value in &found {
            match Universe::whole(place).of(value) {
                Some(End::Here) => {
                    values.extend(written(place, value).map(|one| (place, name, one)))
                }
                Some(End::Unshown) => complete = false,
                // No request holds it.
                Some(End::Later) | None => {}
            }
        }
    }
    let count = values.len();
    let mut subsets: Vec<u64> = if count <= VALUES_MAX {
        (0..1_u64 << count).collect()
    } else {
        complete = false;
        let single = (0..count.min(SINGLE_MAX)).map(|at| 1_u64 << at);
        [0, u64::MAX].into_iter().chain(single.clone()).chain(single.map(|one| !one)).collect()
    };
    subsets.sort_by_key(|subset| (subset.count_ones(), *subset));
    Ways { values, subsets, complete }
}

/// Whether names see what others carry: the field that holds the cookies, and the host of the request.
fn is_entangled<'k>(mut names: impl Iterator<Item = &'k (FilterPlace, &'k str)>) -> bool {
    names.any(|(place, name)| *place == FilterPlace::Header && matches!(*name, "cookie" | "host"))
}

/// A value as it is sent.
fn written(place: FilterPlace, value: &[u8]) -> Option<String> {
    match place {
        FilterPlace::Header | FilterPlace::Cookie => String::from_utf8(value.to_vec()).ok(),
        FilterPlace::Query => {
            Some(encoded(value).replace('&', "%26").replace('+', "%2B").replace('=', "%3D"))
        }
    }
}
