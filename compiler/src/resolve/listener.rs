//! Listeners by name, and no address twice.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::listener::Listener as Written;
use crate::model::{Listener, ListenerProtocol};
use crate::source::Span;

/// Listeners, sorted by name, and their names.
pub(super) fn resolve(
    mut written: Vec<Written>,
    findings: &mut Findings,
) -> (Vec<Listener>, Names) {
    written.sort_by(|a, b| (&a.name.value, a.name.span).cmp(&(&b.name.value, b.name.span)));
    let mut names = Names::new("listener", Code::UnknownListener);
    let mut listeners: Vec<Listener> = Vec::with_capacity(written.len());
    for listener in written {
        if names.add(&listener.name, listeners.len(), findings) {
            listeners.push(Listener {
                name: listener.name,
                addresses: listener.addresses,
                protocols: vec![ListenerProtocol::Http1],
                span: listener.span,
            });
        }
    }
    refuse_same_addresses(&listeners, findings);
    (listeners, names)
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
