//! Redirects that lead back to the route they come from, again and again. Only what is certain is
//! found: where another route could take the second request, nothing is said.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::expression::{Part, Source, Template};
use crate::grammar::origin::{Absolute, absolute};
use crate::grammar::path;
use crate::grammar::pattern::{HostPattern, Segment};
use crate::model::{Action, Listener, Model, Pattern, Redirect, Route, Serve};
use crate::source::Span;

/// Redirects to a place below themselves that are held against every other route.
const LOOKS_MAX: usize = 1000;

/// Finds redirects that lead to themselves.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let mut looks = LOOKS_MAX;
    for route in &model.routes {
        let Action::Redirect(redirect) = &route.action else { continue };
        // A client need not send the same fields and method again.
        let may_repeat = route.conditions.is_empty()
            && (route.methods.is_empty() || route.methods.iter().any(|method| method == "GET"));
        let Some(place) = Place::of(&redirect.to).filter(|_| may_repeat) else { continue };
        let Some(listener) = place.listener(model, route) else { continue };
        let mut is_same = |pattern: &&Pattern| {
            place.is_in(pattern, route.exact)
                || place.is_below(pattern, route.exact)
                    && looks.checked_sub(1).is_some_and(|left| {
                        looks = left;
                        place.is_left_by_others(pattern, route, model)
                    })
        };
        if let Some(pattern) = route.patterns.iter().find(&mut is_same) {
            findings.push(finding(redirect, pattern, &place, listener));
        }
    }
}

/// Where a redirect leads.
struct Place {
    /// Scheme, host and port of an absolute one.
    origin: Option<(bool, String, u16)>,
    path: To,
}

enum To {
    /// The same path.
    Same,
    /// This one.
    Path(String),
}

impl Place {
    /// `None` where it cannot be told without a request.
    fn of(to: &Template) -> Option<Self> {
        let Some(Part::Literal(first)) = to.parts.first() else { return None };
        let first = String::from_utf8_lossy(first);
        let (origin, rest) = match absolute(&first) {
            Some(Absolute { is_tls, authority, rest }) => {
                let default = if is_tls { 443 } else { 80 };
                let (host, port) = match authority.rsplit_once(':') {
                    Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
                    _ => (authority, default),
                };
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                (Some((is_tls, host, port)), rest.to_owned())
            }
            None => (None, first.clone().into_owned()),
        };
        let path = match &to.parts[1..] {
            [] => To::Path(rest.split(['?', '#']).next().unwrap_or_default().to_owned()),
            [Part::Value(value)] if rest.is_empty() && value.default.is_none() => {
                match value.alternatives.as_slice() {
                    [Source::Uri | Source::Path] => To::Same,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self { origin, path })
    }

    /// A listener of the route by which the second request comes in.
    fn listener<'m>(&self, model: &'m Model, route: &Route) -> Option<&'m Listener> {
        let is_entry = |at: usize, listener: &Listener| match &*route.listeners {
            [] => listener.serve == Serve::Routes,
            named => named.contains(&at),
        };
        let fits = |listener: &Listener| match &self.origin {
            None => !listener.redirects_all(),
            Some((is_tls, _, port)) => {
                let ports = listener.addresses.iter().map(|address| address.value.port());
                listener.tls().is_some() == *is_tls
                    && !listener.redirects_all()
                    && ports.into_iter().any(|own| own == *port)
            }
        };
        let listeners = model.listeners.iter().enumerate();
        let mut listeners = listeners.filter(|(at, one)| is_entry(*at, one) && fits(one));
        listeners.next().map(|(_, listener)| listener)
    }

    /// Whether the second request fits a pattern, and nothing can fit it better.
    fn is_in(&self, pattern: &Pattern, exact: bool) -> bool {
        let same_host = match (&self.origin, &pattern.host) {
            (None, _) => true,
            (Some((_, host, _)), HostPattern::Exact(own)) => **own == **host,
            (Some(_), _) => false,
        };
        let same_path = match &self.path {
            // The first request came here, and the second asks for the same.
            To::Same => self.origin.is_some(),
            To::Path(to) => exact && is_path_of(to, pattern),
        };
        same_host && same_path
    }

    /// Whether the second request fits a pattern of text that is a prefix.
    fn is_below(&self, pattern: &Pattern, exact: bool) -> bool {
        let HostPattern::Exact(own) = &pattern.host else { return false };
        let same_host = self.origin.as_ref().is_none_or(|(_, host, _)| **own == **host);
        let is_text = || pattern.path.iter().all(|one| matches!(one, Segment::Static(_)));
        !exact && same_host && self.text().is_some_and(|to| is_text() && may_take(pattern, &to))
    }

    /// Whether no other route could take the second request better than such a pattern: a host of
    /// text beats a wildcard, text beats what stands for it, and a longer pattern a shorter one.
    fn is_left_by_others(&self, pattern: &Pattern, route: &Route, model: &Model) -> bool {
        let Some(to) = self.text() else { return false };
        let is_rival = |other: &Pattern| {
            let head = other.path.get(..pattern.path.len());
            other.host == pattern.host
                && head.is_some_and(|head| head.iter().all(|one| matches!(one, Segment::Static(_))))
                && may_take(other, &to)
        };
        let mut others = model.routes.iter().filter(|other| !std::ptr::eq(*other, route));
        !others.any(|other| other.patterns.iter().any(is_rival))
    }

    /// The path in its canonical form, without the slash that ends it.
    fn text(&self) -> Option<String> {
        let To::Path(to) = &self.path else { return None };
        let to = path::canonical(to).ok()?;
        Some(to.strip_suffix('/').unwrap_or(&to).to_owned())
    }
}

/// Whether a pattern may take a path, if only as a prefix.
fn may_take(pattern: &Pattern, to: &str) -> bool {
    let mut to = to.split('/').skip(1).map(str::as_bytes);
    pattern.path.iter().all(|segment| match (segment, to.next()) {
        (_, None) => false,
        (Segment::Static(text), Some(to)) => **text == *to,
        (_, Some(_)) => true,
    })
}

/// Whether a pattern is this path, and nothing else.
fn is_path_of(to: &str, pattern: &Pattern) -> bool {
    let Ok(to) = path::canonical(to) else { return false };
    let to = to.strip_suffix('/').unwrap_or(&to);
    let written: Option<Vec<&[u8]>> = pattern
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Static(text) => Some(&**text),
            _ => None,
        })
        .collect();
    written.is_some_and(|written| {
        let mut to = to.split('/').skip(1).map(str::as_bytes);
        written.iter().all(|segment| to.next() == Some(*segment)) && to.next().is_none()
    })
}

fn finding(
    redirect: &Redirect,
    pattern: &Pattern,
    place: &Place,
    listener: &Listener,
) -> Diagnostic {
    let span: Span = pattern.span;
    let help = match &place.origin {
        Some((true, ..)) => {
            "name the plain listener in `listeners`, or write `redirect_to_https = true` in it"
        }
        _ => "lead it to another host or path",
    };
    Diagnostic::new(
        Code::RedirectToItself,
        redirect.span,
        format!("this redirect leads back to its own route, by listener `{}`", listener.name.value),
    )
    .label("comes back here")
    .other(span, "takes it again")
    .other(listener.name.span, "takes it in")
    .help(help)
}
