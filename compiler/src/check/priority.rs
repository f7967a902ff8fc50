//! A `priority` that decides nothing, since no other route comes near. Only what is certain is found:
//! routes that could meet are taken to meet, and wildcard hosts are left alone.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::pattern::{HostPattern, Segment};
use crate::model::{Model, Pattern};

/// Warns of priorities without a rival.
///
/// Cost: linear in the patterns, and nothing where no route has a priority.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    if model.routes.iter().all(|route| route.priority == 0) {
        return;
    }
    // Routes by what they could meet others at; `None` where they are several.
    let mut at: HashMap<u64, Option<usize>> = HashMap::new();
    for (number, route) in model.routes.iter().enumerate() {
        for place in route.patterns.iter().filter_map(place) {
            let known = at.entry(place).or_insert(Some(number));
            if *known != Some(number) {
                *known = None;
            }
        }
    }
    for (number, route) in model.routes.iter().enumerate().filter(|(_, one)| one.priority != 0) {
        let is_alone = |pattern: &Pattern| {
            place(pattern).is_some_and(|place| at.get(&place) == Some(&Some(number)))
        };
        if !route.patterns.iter().all(is_alone) {
            continue;
        }
        let message = format!(
            "`priority = {}` of route `{}` decides nothing: no other route is as specific for a \
             request",
            route.priority, route.id.value
        );
        let help = "leave it out; the more specific pattern wins whatever the priority, which \
                    breaks ties alone";
        findings
            .push(Diagnostic::new(Code::PriorityDecidesNothing, route.id.span, message).help(help));
    }
}

/// Where a pattern could tie with another, as a number; none for a host that is no fixed text.
///
/// Two patterns whose numbers differ are told apart by specificity, or fit no common request: a
/// fixed segment beats a constraint, a constraint a parameter, that a `*`, and the longer pattern
/// the shorter one. Two constraints may overlap, and then all that lies behind them counts.
fn place(pattern: &Pattern) -> Option<u64> {
    let HostPattern::Exact(host) = &pattern.host else { return None };
    // Two of one number by chance only make a warning less.
    let mut hasher = DefaultHasher::new();
    host.hash(&mut hasher);
    for segment in &pattern.path {
        match segment {
            Segment::Static(text) => (0u8, text).hash(&mut hasher),
            Segment::Constrained { .. } => {
                1u8.hash(&mut hasher);
                return Some(hasher.finish());
            }
            Segment::Param { .. } => 2u8.hash(&mut hasher),
            Segment::Star => 3u8.hash(&mut hasher),
        }
    }
    4u8.hash(&mut hasher);
    Some(hasher.finish())
}
