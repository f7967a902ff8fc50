//! Hosts: Otoroshi takes the host as it is written before any with a `*`, of those the first that
//! fits, and tries no other when its paths do not fit. Here the more specific host comes first, and
//! another is tried.

use std::collections::{BTreeMap, BTreeSet};

use super::choice::Choice;
use super::pattern;
use super::tree::{Node, fits, globs_may_meet};

/// Hosts with a `*` that are compared with each other.
const COMPARED_MAX: usize = 3_000;

/// Comparisons of hosts to find out which need a last route; with more, each has one.
const MEETINGS_MAX: usize = 5_000_000;

/// A host with a `*`, as it stands here.
struct Wild<'h> {
    /// As it stands there.
    written: &'h str,
    forms: Vec<String>,
}

/// Keeps which host Otoroshi takes, or says where another is taken.
pub(super) fn hosts(choice: &mut Choice<'_, '_>, hosts: &BTreeMap<String, Node>) {
    let mut order: Vec<(&str, &Node)> =
        hosts.iter().map(|(host, node)| (host.as_str(), node)).collect();
    order.sort_by_cached_key(|(_, node)| node.places().first().copied());
    let mut wild: Vec<Wild<'_>> = Vec::new();
    let mut told = BTreeSet::new();
    for (host, root) in order.iter().filter(|(host, _)| host.contains('*')) {
        let mut forms = pattern::hosts(host, &mut Vec::new());
        let places = root.places();
        for form in forms.iter().filter(|form| hosts.contains_key(*form) && *form != host) {
            choice.drop_host(&places, form);
        }
        forms.retain(|form| !hosts.contains_key(form) || form == host);
        if wild.len() >= COMPARED_MAX {
            let note =
                "more hosts with `*` than are compared: another of them may take its requests";
            choice.insecure(&places, note.to_owned());
            break;
        }
        let before = wild.iter().find(|before| is_torn(before, &forms));
        if let Some(before) = before.filter(|_| told.insert(*host)) {
            let note = format!(
                "Otoroshi takes the first host that fits, `{}`, for requests that fit this one too; \
                 here the one with more labels of text is taken",
                before.written
            );
            choice.insecure(&places, note);
        }
        wild.push(Wild { written: host, forms });
    }
    let mut left = MEETINGS_MAX;
    for (host, root) in order {
        let own = wild.iter().find(|one| host.contains('*') && one.written == host);
        let forms = own.map_or_else(|| vec![host.to_owned()], |own| own.forms.clone());
        // What a route at its root leaves is kept beside that route.
        if !root.routes.is_empty() {
            continue;
        }
        let others = || wild.iter().filter(|one| one.written != host).flat_map(|one| &one.forms);
        let meets = |form: &String| {
            others().any(|other| {
                left = usize::saturating_sub(left, 1);
                left == 0 || globs_may_meet(other, form)
            })
        };
        let blocked: Vec<String> = forms.into_iter().filter(meets).collect();
        choice.blocked.extend(blocked);
    }
}

/// Whether a host that stands before others is not taken before them here, for a request that fits
/// both.
fn is_torn(before: &Wild<'_>, forms: &[String]) -> bool {
    let torn = |a: &String, b: &String| globs_may_meet(a, b) && rank(a) <= rank(b);
    before.forms.iter().any(|a| forms.iter().any(|b| torn(a, b)))
}

/// How specific a host is here: one without `*`, then by its labels of text.
fn rank(host: &str) -> (bool, usize) {
    let labels = host.split('.').filter(|label| !label.contains('*')).count();
    (!host.contains('*') && fits(host, host), if host == "*" { 0 } else { labels })
}
