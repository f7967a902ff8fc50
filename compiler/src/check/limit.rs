//! Counts that the edge bounds: what is above is refused here, with its place, and not there.

use pointsman_schemas::limits::{
    ADDRESSES_PER_LISTENER_MAX, LISTENERS_MAX, METHODS_MAX, PATTERNS_MAX, PATTERNS_PER_ROUTE_MAX,
    ROUTES_MAX, TARGETS_PER_BACKEND_MAX, TRUSTED_PROXIES_MAX,
};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::model::Model;
use crate::source::{FileId, Span};

/// Finds what there is too much of.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let top = Span::new(FileId(0), 0..0);
    let mut refuse = |what: &str, count: usize, most: usize, place: Span| {
        if count > most {
            let message = format!("{count} {what}; there are at most {most}");
            findings.push(Diagnostic::new(Code::TooMany, place, message).help(advice(what)));
        }
    };
    let after = |place: Option<Span>| place.unwrap_or(top);
    let extra = model.listeners.get(LISTENERS_MAX).map(|listener| listener.name.span);
    refuse("listeners", model.listeners.len(), LISTENERS_MAX, after(extra));
    for listener in &model.listeners {
        let count = listener.addresses.len();
        refuse("addresses", count, ADDRESSES_PER_LISTENER_MAX, listener.name.span);
    }
    let extra = model.routes.get(ROUTES_MAX).map(|route| route.span);
    refuse("routes", model.routes.len(), ROUTES_MAX, after(extra));
    let mut patterns = 0;
    for route in &model.routes {
        patterns += route.patterns.len();
        refuse("patterns in a route", route.patterns.len(), PATTERNS_PER_ROUTE_MAX, route.span);
    }
    refuse("patterns", patterns, PATTERNS_MAX, top);
    for backend in &model.backends {
        refuse("targets", backend.targets.len(), TARGETS_PER_BACKEND_MAX, backend.span);
    }
    let proxies = model.settings.trusted_proxies.len();
    refuse("networks in `trusted_proxies`", proxies, TRUSTED_PROXIES_MAX, top);
    let mut methods: Vec<&String> = model.routes.iter().flat_map(|route| &route.methods).collect();
    methods.sort_unstable();
    methods.dedup();
    refuse("different methods", methods.len(), METHODS_MAX, top);
}

fn advice(what: &str) -> &'static str {
    match what {
        "patterns in a route" => "write several routes, or one pattern that takes them together",
        "addresses" => "write the rest into another listener, or one address for all: \"[::]:443\"",
        "targets" => "write the rest into another backend, or one name that stands for several",
        "networks in `trusted_proxies`" => "write networks that hold several of them",
        "different methods" => "leave `methods` out where a route takes all of them",
        _ => "several hosts can have a configuration each",
    }
}
