//! Certificates that are to be ordered: whether anything says how, and whether the authority would
//! sign for the hosts of the routes.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::tie::hosts_meet;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::Record;
use crate::grammar::pattern::HostPattern;
use crate::model::{Listener, Model, Pattern, Route, Serve};
use crate::source::Span;

/// Pairs of hosts that are compared; where there are more, nothing is said.
const PAIRS_MAX: usize = 200_000;

/// Names that no public authority signs for. Source: RFC 6761, RFC 6762, RFC 7686, RFC 8375,
/// RFC 9476, and `internal`, which ICANN reserved.
const NOT_PUBLIC: [&str; 9] =
    ["alt", "example", "home.arpa", "internal", "invalid", "local", "localhost", "onion", "test"];

/// Judges `auto` and `[acme]`. Needs every file, and nothing found wrong in a table of them.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let acme = model.host.as_ref().and_then(|host| host.field("acme"));
    let table = model.host.as_ref().and_then(|host| host.table("acme"));
    let autos: Vec<(&Listener, Span)> =
        model.listeners.iter().filter_map(|one| Some((one, auto(one)?))).collect();
    let Some(table) = table else {
        for (listener, place) in autos {
            refuse_no_acme(listener, place, findings);
        }
        return;
    };
    if let (true, Some(field)) = (autos.is_empty(), acme) {
        let message = "`[acme]` is not used: no listener has the certificate `auto`";
        findings.push(
            Diagnostic::new(Code::UnusedCertificate, field.place, message)
                .help("write `tls = { certificates = [\"auto\"] }` in a listener, or remove it"),
        );
    }
    refuse_no_hook(table, findings);
    check_hosts(model, table, findings);
}

/// Where a listener says `auto`.
fn auto(listener: &Listener) -> Option<Span> {
    let mut names = listener.tls()?.texts("certificates");
    names.find(|name| name.value == "auto").map(|name| name.span)
}

fn refuse_no_acme(listener: &Listener, place: Span, findings: &mut Findings) {
    let message = format!(
        "listener `{}` orders its certificates, and there is no `[acme]`",
        listener.name.value
    );
    findings.push(
        Diagnostic::new(Code::NoWayToOrder, place, message)
            .label("orders them")
            .other(listener.name.span, "this listener")
            .help("write [acme] with contact = [\"mailto:…\"], or name a certificate"),
    );
}

fn refuse_no_hook(acme: &Record, findings: &mut Findings) {
    let challenge = acme.text("preferred_challenge").filter(|one| one.value == "dns-01");
    let Some(challenge) = challenge.filter(|_| acme.field("dns_hook").is_none()) else { return };
    let message = "`dns-01` is preferred, and nothing sets the record: there is no `dns_hook`";
    findings.push(
        Diagnostic::new(Code::NoWayToOrder, challenge.span, message)
            .help("write `dns_hook = { command = [\"/path/to/hook\"] }` beside it"),
    );
}

/// Whether a listener shows nothing but what is ordered.
fn orders_all(listener: &Listener) -> bool {
    let Some(tls) = listener.tls() else { return false };
    tls.field("default_certificate").is_none()
        && tls.texts("certificates").all(|name| name.value == "auto")
}

fn check_hosts(model: &Model, acme: &Record, findings: &mut Findings) {
    if !model.listeners.iter().any(orders_all) {
        return;
    }
    let exact: BTreeSet<String> = model
        .routes
        .iter()
        .flat_map(|route| &route.patterns)
        .filter_map(|pattern| match &pattern.host {
            HostPattern::Exact(host) => Some(reversed(host)),
            _ => None,
        })
        .collect();
    let mut hosts = Hosts { exact, acme, pairs_left: PAIRS_MAX };
    for route in &model.routes {
        let Some(listener) = needs_order(model, route) else { continue };
        for pattern in &route.patterns {
            if let Some((why, help)) = hosts.why_not(&pattern.host) {
                findings.push(finding(pattern, why, help, listener));
            }
        }
    }
}

/// A listener of the route, where each of them shows nothing but what is ordered. One that
/// redirects every request serves nobody.
fn needs_order<'m>(model: &'m Model, route: &Route) -> Option<&'m Listener> {
    let is_entry = |at: usize, listener: &Listener| match &*route.listeners {
        [] => listener.serve == Serve::Routes,
        named => named.contains(&at),
    };
    let own = model.listeners.iter().enumerate();
    let mut own = own.filter(|(at, one)| is_entry(*at, one) && !one.redirects_all());
    let (_, first) = own.next().filter(|(_, first)| orders_all(first))?;
    own.all(|(_, one)| orders_all(one)).then_some(first)
}

/// Hosts that certificates are ordered for, and how.
struct Hosts<'m> {
    /// From their ends, so that those of one domain stand together.
    exact: BTreeSet<String>,
    acme: &'m Record,
    pairs_left: usize,
}

impl Hosts<'_> {
    /// Why no certificate can be ordered for a host, and what to do; `None` where one can, or where
    /// the requests may come for another host that has one.
    fn why_not(&mut self, host: &HostPattern) -> Option<(&'static str, &'static str)> {
        const NAMED: &str = "name a certificate for it beside \"auto\", or write the hosts out";
        match host {
            HostPattern::Exact(name) => (self.is_public() && !is_public_name(name)).then_some((
                "no public authority signs for it",
                "name a certificate for it beside \"auto\", or another `directory` in [acme]",
            )),
            HostPattern::Any => {
                self.exact.is_empty().then_some(("no route names an exact host", NAMED))
            }
            HostPattern::Wildcard(glob) => {
                if self.can_prove(glob) || self.meets(glob) {
                    return None;
                }
                Some(("it is no exact host, and only `dns-01` proves a whole domain", NAMED))
            }
        }
    }

    fn is_public(&self) -> bool {
        let directory = self.acme.text("directory");
        directory.is_none_or(|one| matches!(one.value, "letsencrypt" | "letsencrypt-staging"))
    }

    /// Whether a record of DNS proves the hosts: one `*` as the first label, over a name.
    fn can_prove(&self, glob: &str) -> bool {
        let is_domain = glob.strip_prefix("*.").is_some_and(|rest| !rest.contains('*'));
        let by_dns = self.acme.text("preferred_challenge").is_some_and(|one| one.value == "dns-01");
        is_domain && by_dns && self.acme.field("dns_hook").is_some()
    }

    /// Whether an exact host of some route fits: such requests come in.
    fn meets(&mut self, glob: &str) -> bool {
        let end = reversed(glob.rsplit('*').next().unwrap_or_default());
        let near = self.exact.range(end.clone()..).take_while(|host| host.starts_with(&end));
        for host in near {
            if self.pairs_left == 0 || hosts_meet(glob, &reversed(host)).is_some() {
                return true;
            }
            self.pairs_left -= 1;
        }
        false
    }
}

fn reversed(host: &str) -> String {
    host.chars().rev().collect()
}

fn is_public_name(host: &str) -> bool {
    let is_address = host.starts_with('[')
        || host.parse::<Ipv4Addr>().is_ok()
        || host.parse::<Ipv6Addr>().is_ok();
    let is_reserved = NOT_PUBLIC.iter().any(|name| {
        host.strip_suffix(name).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    });
    host.contains('.') && !is_address && !is_reserved
}

fn finding(pattern: &Pattern, why: &str, help: &str, listener: &Listener) -> Diagnostic {
    let message = format!("no certificate can be ordered for `{}`: {why}", pattern.host);
    let finding = Diagnostic::new(Code::HostNotProvable, pattern.span, message)
        .label("nobody gets in over TLS")
        .help(help);
    match auto(listener) {
        Some(place) => finding.other(place, "shows nothing but what is ordered"),
        None => finding,
    }
}
