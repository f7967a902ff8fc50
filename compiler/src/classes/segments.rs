//! Into which classes the next segment of a path falls: those of one class fit the same
//! constraints. Worked out on the automata, never by trying.

use std::collections::BTreeSet;

use pointsman_schemas::artifact::Constraint;

use super::explore::{Effort, Found, Sought};
use super::universe::Universe;
use crate::grammar::path::encoded;
use crate::language::table::segment_value;

/// A class of segments.
#[derive(Debug)]
pub(crate) struct SegmentClass {
    /// Constraints that its segments fit.
    pub(crate) fits: BTreeSet<u32>,
    /// One of its segments, as it stands in a path.
    pub(crate) segment: String,
}

/// All classes of segments that are none of `texts`; `false` where some may be left out.
pub(super) fn classes(
    constraints: &[(u32, Constraint<'_>)],
    texts: &BTreeSet<Vec<u8>>,
    effort: &mut Effort,
) -> (Vec<SegmentClass>, bool) {
    let mut found = Found::default();
    if let Some(word) = words(texts).find(|word| !texts.contains(word.as_bytes())) {
        let fits = |(_, one): &&(u32, Constraint<'_>)| {
            pointsman_routing::matching::fits(*one, word.as_bytes())
        };
        let fits = constraints.iter().filter(fits).map(|(id, _)| *id).collect();
        found.classes.insert(fits, word.into_bytes());
    }
    let sought = Sought {
        constraints,
        universe: Universe::Segment,
        texts,
        write: |value| encoded(value).into_bytes(),
        read: segment_value,
        max: usize::MAX,
    };
    let complete = constraints.is_empty() || sought.find(&mut found, effort);
    let class = |(fits, segment): (Vec<u32>, Vec<u8>)| SegmentClass {
        fits: fits.into_iter().collect(),
        segment: String::from_utf8_lossy(&segment).into_owned(),
    };
    (found.classes.into_iter().map(class).collect(), complete)
}

/// Readable words, of which one is none of `texts`.
pub(super) fn words(texts: &BTreeSet<Vec<u8>>) -> impl Iterator<Item = String> + use<> {
    ["x".to_owned()].into_iter().chain((1..=texts.len() + 1).map(|at| format!("x{at}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
        let all: Vec<_> = ids.map(|id| (id, artifact.constraint(ConstraintId(id)))).collect();
        let (classes, complete) = classes(&all, &BTreeSet::new(), &mut Effort::new());
        assert!(complete);
        let (few, complete) = classes_within(&all, 10);
        assert!(!complete && few.len() <= classes.len());
        let fits =
            |class: &SegmentClass| all.iter().map(|(id, _)| class.fits.contains(id)).collect();
        classes.into_iter().map(|class| (fits(&class), class.segment)).collect()
    }

    fn classes_within(all: &[(u32, Constraint<'_>)], steps: u64) -> (Vec<SegmentClass>, bool) {
        classes(all, &BTreeSet::new(), &mut Effort::of(steps))
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
