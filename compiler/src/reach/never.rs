//! Patterns that can never win: one walk over each different tree leaves few in doubt, and those are
//! proved one by one.

use std::collections::HashMap;
use std::rc::Rc;

use pointsman_routing::patterns::text;
use pointsman_schemas::artifact::{Constraint, ConstraintId, PatternId, RouteId};

use super::ask::{Asker, Request};
use super::hosts::Host;
use super::quick::{Doubt, Quick};
use super::walk::{Proved, Subject, prove};

/// A pattern that never wins.
#[derive(Debug)]
pub(super) struct Never {
    pub(super) route: RouteId,
    /// Host and path in canonical form.
    pub(super) text: String,
    /// Who takes what fits it.
    pub(super) by: Vec<RouteId>,
    pub(super) request: Box<Request>,
}

/// All patterns that never win, and how many may and were not found out.
pub(super) fn never(asker: &mut Asker<'_>, hosts: &[Host]) -> (Vec<Never>, usize) {
    let artifact = asker.artifact;
    let quick = Quick::new(artifact);
    let ids = (0..artifact.constraint_count() as u32).map(ConstraintId);
    let automata: Vec<Constraint<'_>> = ids.map(|id| artifact.constraint(id)).collect();
    let mut known: HashMap<u32, Rc<[Doubt]>> = HashMap::new();
    let (mut found, mut open) = (Vec::new(), 0);
    for host in hosts {
        let Some(root) = host.roots.first() else { continue };
        let doubts: Rc<[Doubt]> = if host.roots.len() > 1 {
            quick.doubts(asker, root.root, true).into()
        } else {
            let doubts = known.entry(root.root);
            Rc::clone(doubts.or_insert_with(|| quick.doubts(asker, root.root, false).into()))
        };
        for doubt in doubts.iter() {
            let pattern = PatternId(root.base + doubt.pattern);
            let route = artifact.pattern_route(pattern);
            let Some(example) = &host.example else {
                open += 1;
                continue;
            };
            let subject = Subject { host: example, roots: &host.roots, doubt, pattern, route };
            match prove(asker, &automata, &subject) {
                Proved::Wins => {}
                Proved::Open => open += 1,
                Proved::Never { by, request } => {
                    let shape = artifact.shape(artifact.rule(doubt.rule).shape);
                    let text = text(artifact, host.text.as_bytes(), shape, &doubt.statics);
                    found.push(Never { route, text, by, request });
                }
            }
        }
    }
    (found, open)
}
