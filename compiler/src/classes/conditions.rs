//! What requests carry beside host, path and method: for each name that conditions ask for the
//! values that they tell apart, and all ways to put them together.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_schemas::artifact::{Constraint, FilterPlace};

use super::segments::{self, End};
use crate::grammar::path::encoded;

/// Values that are put together in all ways; of more, each is tried alone and with all others.
const VALUES_MAX: usize = 8;

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

/// All that requests may carry which some conditions tell apart.
pub(crate) fn carried<'c>(
    conditions: impl Iterator<Item = &'c Condition>,
    automata: &[Constraint<'_>],
) -> Ways<'c> {
    let mut asked: BTreeMap<(FilterPlace, &str), Vec<&Wants>> = BTreeMap::new();
    for condition in conditions {
        asked.entry((condition.place, &condition.name)).or_default().push(&condition.wants);
    }
    let mut complete = true;
    let mut values: Vec<(FilterPlace, &str, String)> = Vec::new();
    for ((place, name), wants) in asked {
        let mut constraints = BTreeMap::new();
        let mut found: BTreeSet<Vec<u8>> = BTreeSet::new();
        for want in wants {
            match want {
                Wants::Text(text) => {
                    found.insert(text.clone());
                }
                Wants::Language(number) => {
                    let automaton = automata.get(*number as usize);
                    constraints.extend(automaton.map(|automaton| (*number, *automaton)));
                }
                Wants::Any | Wants::None => {
                    found.insert(b"1".to_vec());
                }
            }
        }
        let (told_apart, all) =
            segments::values(&constraints, &found, |value| value_end(place, value));
        complete &= all;
        found.extend(told_apart);
        let fit = found.iter().filter_map(|value| written(place, value));
        values.extend(fit.map(|value| (place, name, value)));
    }
    let count = values.len();
    let mut subsets: Vec<u64> = if count <= VALUES_MAX {
        (0..1_u64 << count).collect()
    } else {
        complete = false;
        let single = (0..count.min(64)).map(|at| 1_u64 << at);
        [0, u64::MAX].into_iter().chain(single.clone()).chain(single.map(|one| !one)).collect()
    };
    subsets.sort_by_key(|subset| (subset.count_ones(), *subset));
    Ways { values, subsets, complete }
}

/// Whether all values there that fit `a` fit `b` too; `false` too where that is too much to find
/// out.
pub(crate) fn is_value_inside(place: FilterPlace, a: Constraint<'_>, b: Constraint<'_>) -> bool {
    segments::is_inside_where(a, b, |value| value_end(place, value))
}

/// What a value can be that is sent.
fn value_end(place: FilterPlace, value: &[u8]) -> Option<End> {
    let last = value.last();
    let is_sent = match place {
        FilterPlace::Header => {
            last.is_none_or(|byte| (b' '..=b'~').contains(byte)) && value.first() != Some(&b' ')
        }
        FilterPlace::Cookie => last.is_none_or(|byte| {
            (b'!'..=b'~').contains(byte) && !matches!(byte, b';' | b',' | b'"' | b'\\')
        }),
        FilterPlace::Query => true,
    };
    match last {
        _ if !is_sent => None,
        Some(b' ') if place == FilterPlace::Header => Some(End::Later(0)),
        _ => Some(End::Here),
    }
}

/// A value as it is sent; none where it cannot be.
fn written(place: FilterPlace, value: &[u8]) -> Option<String> {
    let text = String::from_utf8(value.to_vec()).ok();
    let is_plain = |text: &String| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match place {
        FilterPlace::Header => text.filter(is_plain).filter(|text| text.trim() == text),
        FilterPlace::Cookie => {
            text.filter(is_plain).filter(|text| !text.contains([' ', ';', ',', '"', '\\']))
        }
        FilterPlace::Query => {
            Some(encoded(value).replace('&', "%26").replace('+', "%2B").replace('=', "%3D"))
        }
    }
}
