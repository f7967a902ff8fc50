//! What the configuration says beyond what the matcher needs, one record a value: which keys there
//! are, whose they are and what their values look like. Cold: asked when an artifact is loaded.
//!
//! A key that is not written has no record, so a reader takes the default that the language names.
//! A list has a record for each item, in order; a list that is written and empty has one record
//! whose value is [`EMPTY`].

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// One value of one key of one owner. Sorted by owner kind, owner and key; equal ones are a list.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct OptionRecord {
    /// [`Owner`].
    pub owner_kind: u8,
    /// Zero.
    pub reserved: u8,
    /// [`OptionKey`].
    pub key: U16,
    /// Number of the owner among its like; 0 for the host.
    pub owner: U32,
    /// As the key's [`OptionKind`] says.
    pub value: U64,
}

const _: () = assert!(size_of::<OptionRecord>() == 16);

/// The value of a list that is written and empty.
pub const EMPTY: u64 = u64::MAX;
/// The certificate that is ordered by ACME, where a certificate's number stands.
pub const AUTO: u64 = u32::MAX as u64;

/// Whose a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Owner {
    /// The whole host.
    Host = 0,
    /// A listener.
    Listener = 1,
    /// A route.
    Route = 2,
    /// A backend.
    Backend = 3,
    /// A target.
    Target = 4,
    /// A certificate.
    Certificate = 5,
    /// A service.
    Service = 6,
    /// A row of `custom_timeouts`.
    CustomTimeout = 7,
}

impl Owner {
    /// The owner kind of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        const ALL: [Owner; 8] = [
            Owner::Host,
            Owner::Listener,
            Owner::Route,
            Owner::Backend,
            Owner::Target,
            Owner::Certificate,
            Owner::Service,
            Owner::CustomTimeout,
        ];
        ALL.get(usize::from(number)).copied()
    }
}

/// What a value looks like in its 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// 0 or 1.
    Flag,
    /// A whole number.
    Integer,
    /// Milliseconds.
    Duration,
    /// Bytes.
    Size,
    /// The bits of a finite double.
    Number,
    /// A string.
    Text,
    /// Two strings: name above, value below.
    Pair,
    /// The place of a word in this list.
    Word(&'static [&'static str]),
    /// A network of section `networks`.
    Network,
    /// A certificate, or [`AUTO`].
    Certificate,
    /// A backend.
    Backend,
    /// A constraint.
    Constraint,
    /// First and last status, the first one above.
    Statuses,
}

/// A key: its path below its owner, `health_check.interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OptionKey(pub u16);

macro_rules! options {
    ($($number:literal = $path:literal, $kind:ident $(($($word:literal),*))?;)*) => {
        /// Every key: number, path, what its values look like. A number keeps its meaning.
        pub const OPTIONS: &[(OptionKey, &str, OptionKind)] = &[
            $((OptionKey($number), $path, options!(@kind $kind $(($($word),*))?)),)*
        ];
    };
    (@kind Word($($word:literal),*)) => { OptionKind::Word(&[$($word),*]) };
    (@kind $kind:ident) => { OptionKind::$kind };
}

options! {
    1 = "address", Text;
    2 = "redirect_to_https", Flag;
    3 = "redirect_to_https.status", Integer;
    4 = "redirect_to_https.except", Text;
    5 = "proxy_protocol.from", Network;
    6 = "max_connections", Integer;
    7 = "per_client", Integer;
    8 = "tls.certificates", Certificate;
    9 = "tls.default_certificate", Certificate;
    10 = "tls.min_version", Word("1.2", "1.3");
    11 = "tls.client_auth.mode", Word("none", "request", "require");
    12 = "tls.client_auth.ca", Certificate;
    13 = "tls.client_auth.crl", Text;
    14 = "tls.client_auth.hosts", Text;
    15 = "upgrade", Text;
    16 = "hsts.max_age", Duration;
    17 = "hsts.include_subdomains", Flag;
    18 = "hsts.preload", Flag;
    19 = "load_balancing.type", Word(
        "round_robin", "random", "sticky", "ip_address_hash", "header_hash", "cookie_hash",
        "query_hash", "best_response_time", "weighted_best_response_time", "least_connections",
        "power_of_two_random_choices", "failover"
    );
    20 = "load_balancing.slow_start", Duration;
    21 = "load_balancing.header_name", Text;
    22 = "load_balancing.cookie_name", Text;
    23 = "load_balancing.query_name", Text;
    24 = "load_balancing.ratio", Number;
    25 = "load_balancing.cookie_lifetime", Duration;
    26 = "load_balancing.secret", Text;
    27 = "health_check.enabled", Flag;
    28 = "health_check.type", Word("http", "tcp", "grpc");
    29 = "health_check.url", Text;
    30 = "health_check.method", Text;
    31 = "health_check.headers", Pair;
    32 = "health_check.interval", Duration;
    33 = "health_check.timeout", Duration;
    34 = "health_check.healthy_statuses", Statuses;
    35 = "health_check.unhealthy_statuses", Statuses;
    36 = "health_check.body_regex", Constraint;
    37 = "health_check.rise", Integer;
    38 = "health_check.fall", Integer;
    39 = "outlier.consecutive_failures", Integer;
    40 = "outlier.base_ejection", Duration;
    41 = "outlier.max_ejected", Number;
    42 = "proxy.host", Text;
    43 = "proxy.port", Integer;
    44 = "proxy.protocol", Word("http", "https");
    45 = "proxy.principal", Text;
    46 = "proxy.password", Text;
    47 = "proxy.no_proxy", Text;
    48 = "proxy.tls_settings.enabled", Flag;
    49 = "proxy.tls_settings.verify", Word("full", "no_hostname", "none");
    50 = "proxy.tls_settings.client_certificates", Certificate;
    51 = "proxy.tls_settings.trusted_certificates", Certificate;
    52 = "client.global_timeout", Duration;
    53 = "client.connection_timeout", Duration;
    54 = "client.idle_timeout", Duration;
    55 = "client.call_timeout", Duration;
    56 = "client.call_and_stream_timeout", Duration;
    57 = "client.cache_connection", Flag;
    58 = "client.cache_connection_queue_size", Integer;
    59 = "client.retries", Integer;
    60 = "client.retry_on", Text;
    61 = "client.retry_body_bytes", Size;
    62 = "client.retry_budget", Number;
    63 = "client.backoff_factor", Number;
    64 = "client.initial_delay", Duration;
    65 = "client.sample_interval", Duration;
    66 = "client.max_errors", Integer;
    67 = "client.open_for", Duration;
    68 = "client.breaker_on_5xx", Flag;
    69 = "path", Text;
    70 = "connection_timeout", Duration;
    71 = "idle_timeout", Duration;
    72 = "call_and_stream_timeout", Duration;
    73 = "call_timeout", Duration;
    74 = "global_timeout", Duration;
    75 = "max_requests", Integer;
    76 = "predicate.type", Word("AlwaysMatch", "NetworkLocationMatch", "GeolocationMatch");
    77 = "predicate.provider", Text;
    78 = "predicate.region", Text;
    79 = "predicate.zone", Text;
    80 = "predicate.dc", Text;
    81 = "predicate.rack", Text;
    82 = "predicate.positions", Number;
    83 = "tls_settings.enabled", Flag;
    84 = "tls_settings.verify", Word("full", "no_hostname", "none");
    85 = "tls_settings.client_certificates", Certificate;
    86 = "tls_settings.trusted_certificates", Certificate;
    87 = "certificate", Text;
    88 = "key", Text;
    89 = "builtin", Word("health", "status", "metrics");
    90 = "backend", Backend;
    91 = "registry", Flag;
    92 = "strip_slug", Flag;
    93 = "node.provider", Text;
    94 = "node.region", Text;
    95 = "node.zone", Text;
    96 = "node.dc", Text;
    97 = "node.rack", Text;
    98 = "node.geoip", Text;
    99 = "acme.directory", Text;
    100 = "acme.directory_ca", Text;
    101 = "acme.contact", Text;
    102 = "acme.external_account.id", Text;
    103 = "acme.external_account.key", Text;
    104 = "acme.key_type", Word("ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-4096");
    105 = "acme.profile", Text;
    106 = "acme.preferred_challenge", Word("http-01", "tls-alpn-01", "dns-01");
    107 = "acme.dns_hook.command", Text;
    108 = "acme.dns_hook.timeout", Duration;
    109 = "acme.export_dir", Text;
    110 = "registry.address", Text;
    111 = "registry.certificate", Certificate;
    112 = "registry.allow", Network;
    113 = "acme", Flag;
    114 = "health_check", Flag;
    115 = "outlier", Flag;
    116 = "hsts", Flag;
    117 = "registry.listens", Flag;
}

impl OptionKey {
    /// The key of a path.
    #[must_use]
    pub fn find(path: &str) -> Option<(Self, OptionKind)> {
        let found = OPTIONS.iter().find(|(_, known, _)| *known == path);
        found.map(|(key, _, kind)| (*key, *kind))
    }

    /// What its values look like.
    #[must_use]
    pub fn kind(self) -> Option<OptionKind> {
        // Numbers begin with 1 and leave none out, which a test asserts.
        let row = OPTIONS.get(usize::from(self.0).checked_sub(1)?)?;
        Some(row.2)
    }

    /// Its path below its owner.
    #[must_use]
    pub fn path(self) -> &'static str {
        let index = usize::from(self.0).checked_sub(1);
        index.and_then(|index| OPTIONS.get(index)).map_or("", |row| row.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_numbers_follow_one_another_and_paths_are_unique() {
        for (at, (key, path, kind)) in OPTIONS.iter().enumerate() {
            assert_eq!(usize::from(key.0), at + 1, "{path}");
            assert!(OPTIONS[..at].iter().all(|(_, other, _)| other != path), "{path}");
            assert_eq!(OptionKey::find(path), Some((*key, *kind)));
            assert_eq!((key.kind(), key.path()), (Some(*kind), *path));
        }
        assert_eq!(OptionKey(0).kind(), None);
        assert_eq!(OptionKey(60_000).path(), "");
    }

    #[test]
    fn owners_have_their_numbers() {
        for number in 0..8 {
            assert_eq!(Owner::from_number(number).map(|owner| owner as u8), Some(number));
        }
        assert_eq!(Owner::from_number(8), None);
    }
}
