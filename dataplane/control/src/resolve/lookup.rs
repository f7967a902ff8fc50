//! Asks the system's name servers and `/etc/hosts`; it keeps no answer.

use std::path::Path;
use std::time::Instant;

use hickory_resolver::config::{LookupIpStrategy, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{Resolver, TokioResolver};

use super::table::Answer;
use crate::identity::FileIdentity;
use crate::limits::LOOKUP_TIMEOUT;

/// The files that say how names are resolved.
const SETTINGS: [&str; 2] = ["/etc/resolv.conf", "/etc/hosts"];

/// Who answers questions.
#[derive(Clone)]
pub(crate) struct Lookup {
    /// None when the system's settings are unusable: every question fails then.
    resolver: Option<TokioResolver>,
    settings: [Option<FileIdentity>; SETTINGS.len()],
}

impl Lookup {
    /// Reads the system's settings. A missing or unusable `resolv.conf` leaves `/etc/hosts`.
    pub(crate) fn from_system() -> Self {
        Self { settings: stamps(), resolver: build() }
    }

    /// True when the system's settings are no longer those that were read.
    pub(crate) fn is_outdated(&self) -> bool {
        self.settings != stamps()
    }

    /// Asks for both kinds of addresses, by the system's rules for search domains.
    pub(crate) async fn ask(&self, name: &str) -> Answer {
        let Some(resolver) = &self.resolver else { return Answer::Failed };
        match tokio::time::timeout(LOOKUP_TIMEOUT, resolver.lookup_ip(name)).await {
            Err(_) => Answer::Failed,
            Ok(Ok(found)) => Answer::Found {
                addresses: found.iter().collect(),
                ttl: found.valid_until().saturating_duration_since(Instant::now()),
            },
            Ok(Err(error)) if error.is_no_records_found() => Answer::Gone,
            Ok(Err(_)) => Answer::Failed,
        }
    }
}

fn stamps() -> [Option<FileIdentity>; SETTINGS.len()] {
    SETTINGS.map(|path| FileIdentity::of(Path::new(path)))
}

fn build() -> Option<TokioResolver> {
    let mut builder = TokioResolver::builder_tokio().unwrap_or_else(|_| {
        let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
        Resolver::builder_with_config(nobody, TokioRuntimeProvider::default())
    });
    let options = builder.options_mut();
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    // The table beside this file is the cache, and it knows the last good answer.
    options.cache_size = 0;
    builder.build().ok()
}
