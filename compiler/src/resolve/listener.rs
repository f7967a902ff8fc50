//! Listeners by name, and no address twice.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::listening;
use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::listener::Listener as Written;
use crate::document::record::Record;
use crate::model::{Listener, ListenerProtocol, Serve};
use crate::source::Span;

/// Listeners, sorted by name, and their names.
pub(super) fn resolve(
    mut written: Vec<Written>,
    defaults: &Record,
    findings: &mut Findings,
) -> (Vec<Listener>, Names) {
    written.sort_by(|a, b| (&a.name.value, a.name.span).cmp(&(&b.name.value, b.name.span)));
    let are_sound = written.iter().all(|listener| !listener.damaged);
    let mut names = Names::new("listener", Code::UnknownListener);
    let mut listeners: Vec<Listener> = Vec::with_capacity(written.len());
    for listener in written {
        if names.add(&listener.name, listeners.len(), findings) {
            listeners.push(one(listener, defaults, findings));
        }
    }
    refuse_same_addresses(&listeners, findings);
    if are_sound && !defaults.damaged {
        listening::check_defaults(defaults, &listeners, findings);
    }
    (listeners, names)
}

/// Whether a listener of routes speaks TLS; none for one of services.
pub(super) fn speaks_tls(listener: &Listener) -> Option<bool> {
    (listener.serve == Serve::Routes).then(|| listener.tls().is_some())
}

fn one(written: Written, defaults: &Record, findings: &mut Findings) -> Listener {
    let protocol = |word: &&'static str| match *word {
        "h2" => ListenerProtocol::Http2,
        "h3" => ListenerProtocol::Http3,
        _ => ListenerProtocol::Http1,
    };
    // A listener is plain unless it says otherwise: defaults fill its table in and bring none.
    let is_plain = written.options.field("tls").is_none();
    let mut options = written.options.clone().or(defaults);
    options.fields.retain(|field| !(is_plain && field.key.name == "tls"));
    // What was refused is written, be it in `[defaults]`.
    if !written.damaged && !options.damaged {
        listening::check(&written, &options, findings);
    }
    let words = written.protocols.map_or_else(|| vec!["http/1.1"], |words| words.value);
    let mut protocols: Vec<ListenerProtocol> = words.iter().map(protocol).collect();
    protocols.sort_unstable();
    protocols.dedup();
    Listener {
        name: written.name,
        addresses: written.addresses,
        handed_over: written.handed_over,
        protocols,
        serve: match written.serve.map(|word| word.value) {
            Some("services") => Serve::Services,
            _ => Serve::Routes,
        },
        options,
        span: written.span,
    }
}

/// Port 0 takes a free port each time, so it can stand twice. `[::]` and an IPv4 address on one
/// port are two addresses: `[::]` is then IPv6 alone.
fn refuse_same_addresses(listeners: &[Listener], findings: &mut Findings) {
    let mut first: HashMap<SocketAddr, (Span, &str)> = HashMap::new();
    for listener in listeners {
        for address in listener.addresses.iter().filter(|address| address.value.port() != 0) {
            let name = listener.name.value.as_str();
            let Some((earlier, earlier_name)) = first.insert(address.value, (address.span, name))
            else {
                continue;
            };
            first.insert(address.value, (earlier, earlier_name));
            let message = if earlier_name == name {
                format!("listener `{name}` has the address {} twice", address.value)
            } else {
                format!(
                    "listeners `{earlier_name}` and `{name}` share the address {}",
                    address.value
                )
            };
            findings.push(
                Diagnostic::new(Code::AddressTwice, address.span, message)
                    .label("used again")
                    .other(earlier, "used here first")
                    .help("give one of them another port or address"),
            );
        }
    }
}
