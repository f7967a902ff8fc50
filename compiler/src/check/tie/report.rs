//! What is said of a tie: both places, a request that shows it, and what to do.

use super::conditions;
use super::patterns::{Entry, Key, Patterns};
use super::witness::{self, Filler};
use crate::diagnostic::{Code, Diagnostic, FINDINGS_SHOWN_MAX, Findings};
use crate::model::{Model, Serve};
use crate::source::{FileId, Span};

/// Ties that are reported with a request; more than are ever shown.
const TIES_MAX: usize = 2 * FINDINGS_SHOWN_MAX;

/// Why two patterns tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// They are the same.
    Routes,
    /// Their hosts overlap, the rest is the same.
    Hosts,
    /// Their constraints at this depth overlap.
    Constraints(usize),
}

/// Takes ties in.
pub(super) struct Reporter<'m, 'f> {
    model: &'m Model,
    patterns: &'m Patterns<'m>,
    findings: &'f mut Findings,
    host: Option<String>,
    reported: usize,
}

impl<'m, 'f> Reporter<'m, 'f> {
    pub(super) fn new(
        model: &'m Model,
        patterns: &'m Patterns<'m>,
        findings: &'f mut Findings,
    ) -> Self {
        Self { model, patterns, findings, host: None, reported: 0 }
    }

    /// How many listeners there are.
    pub(super) fn listener_count(&self) -> usize {
        self.model.listeners.len()
    }

    /// From now on both patterns fit this host.
    pub(super) fn under(&mut self, host: String) {
        self.host = Some(host);
    }

    /// From now on the patterns of a tie have the same host.
    pub(super) fn under_its_own(&mut self) {
        self.host = None;
    }

    /// Takes a tie in. `rest` are segments from the place of overlapping constraints on.
    pub(super) fn tie(
        &mut self,
        kind: Kind,
        a: &Entry<'_>,
        b: &Entry<'_>,
        rest: Option<Vec<Filler>>,
    ) {
        self.reported += 1;
        // The later place is the one that is read last, and so the one to be changed.
        let (first, second) = if span(a) <= span(b) { (a, b) } else { (b, a) };
        let one_route = std::ptr::eq(a.route, b.route);
        let (first_id, second_id) = (&first.route.id.value, &second.route.id.value);
        let code = match kind {
            _ if one_route => Code::PatternsTie,
            Kind::Routes => Code::RoutesTie,
            Kind::Hosts => Code::HostsTie,
            Kind::Constraints(_) => Code::ConstraintsTie,
        };
        // There may be millions, of which nobody reads a word.
        if self.findings.is_full() {
            self.findings.count(code.severity());
            return;
        }
        let message = match kind {
            _ if one_route => format!(
                "two patterns of route `{first_id}` fit one request and capture different names"
            ),
            Kind::Routes => {
                format!("routes `{first_id}` and `{second_id}` take the same requests")
            }
            Kind::Hosts => format!(
                "routes `{first_id}` and `{second_id}` tie: their hosts overlap, \
                 and neither is more specific"
            ),
            Kind::Constraints(_) => format!(
                "routes `{first_id}` and `{second_id}` tie: their constraints overlap, \
                 and neither is smaller"
            ),
        };
        let help = match kind {
            _ if one_route => "capture the same names in both, or make two routes of them",
            Kind::Constraints(_) => {
                "give one route a higher `priority`, or make the constraints exclude each other"
            }
            Kind::Hosts => {
                "give one a higher `priority`, or make it more specific; order never decides"
            }
            // More conditions win over fewer, and these ask for as many.
            Kind::Routes if first.route.conditions != second.route.conditions => {
                "give one a higher `priority`, or add the conditions of the other to one of them: \
                 more conditions win over fewer; order never decides"
            }
            Kind::Routes => {
                "give one a higher `priority`, or narrow it: `$id<[0-9]+>` wins over `:id`, and \
                 a smaller constraint over a larger; order never decides"
            }
        };
        let mut finding = Diagnostic::new(code, span(second), message)
            .label("this pattern")
            .other(span(first), "ties with this one")
            .help(help);
        if self.reported <= TIES_MAX {
            let (a, b) = (&first.route.conditions, &second.route.conditions);
            let carried = conditions::both(a, b).unwrap_or_default();
            let (headers, query) = conditions::written(&carried);
            let request = self.witness(kind, first, second, rest);
            finding = finding.witness(format!("{request}{query}")).witness_headers(headers);
        }
        self.findings.push(finding);
    }

    fn witness(
        &self,
        kind: Kind,
        a: &Entry<'_>,
        b: &Entry<'_>,
        rest: Option<Vec<Filler>>,
    ) -> String {
        let mut segments: Vec<Filler> = Vec::new();
        let shared = match kind {
            Kind::Constraints(depth) => depth,
            _ => a.keys.len(),
        };
        let keys = a.keys.iter().take(shared);
        segments.extend(keys.map(|key| witness::filler(*key, self.patterns)));
        segments.extend(rest.unwrap_or_default());
        let path = witness::path(&segments, |depth, word| {
            let mut neighbours = self.patterns.of_host(a.host).entries();
            neighbours.any(|entry| entry.key(depth) == Some(Key::Static(word)))
        });
        let host = match (&self.host, self.patterns.hosts.get(a.host)) {
            (Some(host), _) => host.clone(),
            (None, Some(pattern)) => witness::host(pattern, &self.patterns.hosts),
            (None, None) => String::new(),
        };
        // A route that names the method would win over both.
        let method = witness::method(&a.route.methods, &b.route.methods, |method| {
            let mut neighbours = self.patterns.of_host(a.host).entries();
            neighbours.any(|entry| {
                entry.keys == a.keys && entry.route.methods.iter().any(|named| named == method)
            })
        });
        let scheme = if self.is_secured(a, b) { "https" } else { "http" };
        format!("{method} {scheme}://{host}{path}")
    }

    /// Whether no plain request comes to both: they meet on listeners with TLS alone.
    fn is_secured(&self, a: &Entry<'_>, b: &Entry<'_>) -> bool {
        let leads = |entry: &Entry<'_>, number: usize| {
            let own = &entry.route.listeners;
            own.is_empty() || own.contains(&number)
        };
        let all = self.model.listeners.iter().enumerate();
        let mut shared = all
            .filter(|(number, one)| {
                one.serve == Serve::Routes && leads(a, *number) && leads(b, *number)
            })
            .filter(|(_, one)| !one.redirects_all())
            .map(|(_, one)| one.tls().is_some())
            .peekable();
        shared.peek().is_some() && shared.all(|is_secured| is_secured)
    }

    /// There was too much to compare.
    pub(super) fn not_proved(&mut self) {
        let first = self.model.routes.first().map(|route| route.span);
        let place = first.unwrap_or_else(|| Span::new(FileId(0), 0..0));
        let message = "too many constraints or wildcard hosts overlap to prove that no routes tie";
        let finding = Diagnostic::new(Code::TiesNotProved, place, message)
            .help("make constraints and wildcard hosts exclude each other");
        self.findings.push(finding);
    }
}

fn span(entry: &Entry<'_>) -> Span {
    let pattern = entry.route.patterns.get(entry.pattern);
    pattern.map_or(entry.route.span, |pattern| pattern.span)
}
