//! `[defaults]`: what makes no sense in them makes none anywhere, and is found here, once.

use super::timeouts::{self, Deadlines};
use super::{health, listening};
use crate::diagnostic::Findings;
use crate::document::record::Record;
use crate::source::SourceMap;

/// Finds what the defaults say and cannot mean, whoever takes them.
pub(super) fn check(defaults: &Record, sources: &SourceMap, findings: &mut Findings) {
    if let Some(written) = defaults.table("health_check") {
        health::check(written, None, sources, findings);
    }
    if let Some(proxies) = defaults.table("proxy_protocol") {
        listening::check_proxies(proxies, findings);
    }
    if let Some(auth) = defaults.table("tls").and_then(|tls| tls.table("client_auth")) {
        listening::check_hosts(auth, findings);
    }
    if let Some(client) = defaults.table("client") {
        let own = Deadlines::of_record(client);
        timeouts::warn(own, own, findings);
        timeouts::warn_of_rows(client.tables("custom_timeouts"), own, findings);
    }
}
