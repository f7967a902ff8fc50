//! What an artifact needs from whoever serves it, beside the rules of routing: one bit each in the
//! header. The compiler sets a bit when a key that needs it is written, whatever its value; an edge
//! that lacks the feature refuses the artifact by the feature's name.

use std::fmt;

/// One feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(u8);

/// A set of features, as the header bears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features(pub u64);

macro_rules! features {
    ($($constant:ident = $bit:literal, $name:literal;)*) => {
        impl Feature {
            $(#[doc = $name] pub const $constant: Self = Self($bit);)*

            /// Every feature that has a name: itself, and how people call it.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$constant, $name),)*];
        }
    };
}

features! {
    FIELD_CHANGES = 0, "changes of header fields (`request_headers`, `response_headers`)";
    ANSWERS = 1, "answers of a route's own (`redirect`, `respond`)";
    TARGET_TLS = 2, "TLS to targets (`tls`, `tls_settings`)";
    TARGET_HTTP2 = 3, "HTTP/2.0 to targets (`protocol`)";
    TARGET_HTTP3 = 4, "HTTP/3.0 to targets (`protocol`)";
    BALANCING = 5, "load balancing beside round robin (`load_balancing`)";
    TARGET_LIMITS = 6, "limits of one target (`max_connections`, `max_requests`)";
    BACKUP_TARGETS = 7, "backup targets (`backup`)";
    PREDICATES = 8, "predicates of targets (`predicate`)";
    HEALTH_CHECKS = 9, "health checks (`health_check`)";
    OUTLIERS = 10, "outlier detection (`outlier`)";
    RETRIES = 11, "retries (`client.retries` and the keys beside it)";
    BREAKERS = 12, "circuit breakers (`client.max_errors`, `open_for`, `breaker_on_5xx`)";
    CONNECTION_QUEUE = 13, "queues for a connection (`client.cache_connection_queue_size`)";
    CUSTOM_TIMEOUTS = 14, "timeouts by path (`client.custom_timeouts`)";
    OUTBOUND_PROXY = 15, "a proxy in front of targets (`proxy`)";
    NODE = 16, "where the host stands (`node`)";
    CERTIFICATES = 17, "certificates (`certificates`)";
    LISTENER_TLS = 18, "TLS of listeners (`tls`)";
    ACME = 19, "certificates that are ordered (`acme`)";
    HTTPS_REDIRECT = 20, "redirects of a listener (`redirect_to_https`)";
    PROXY_PROTOCOL = 21, "the PROXY protocol (`proxy_protocol`)";
    CONNECTION_LIMITS = 22, "limits of a listener (`max_connections`, `per_client`)";
    LISTENER_HTTP2 = 23, "HTTP/2 from clients (`protocols`)";
    LISTENER_HTTP3 = 24, "HTTP/3 from clients (`protocols`)";
    SOCKET_ACTIVATION = 25, "sockets that are handed over (`address = \"fd:NAME\"`)";
    UPGRADE = 26, "a route's own list of upgrades (`upgrade`)";
    HSTS = 27, "Strict-Transport-Security (`hsts`)";
    SERVICES = 28, "services (`services`, `serve = \"services\"`)";
    REGISTRY = 29, "the registry (`registry`)";
    CLIENT_CERTIFICATES = 30, "certificates of clients in expressions (`req.client_cert`)";
}

impl Feature {
    /// How people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| *name)
    }

    /// Its bit.
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self.0
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Features {
    /// None.
    pub const NONE: Self = Self(0);

    /// A set of the given ones.
    #[must_use]
    pub const fn of(features: &[Feature]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < features.len() {
            bits |= features[index].bit();
            index += 1;
        }
        Self(bits)
    }

    /// Adds one.
    pub fn add(&mut self, feature: Feature) {
        self.0 |= feature.bit();
    }

    /// Those that are in `self` alone.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The name of each; of a feature that this version does not know, its bit.
    pub fn names(self) -> impl Iterator<Item = String> {
        (0..64).filter(move |bit| self.0 & 1 << bit != 0).map(|bit| {
            let known = Feature::ALL.iter().find(|(feature, _)| feature.0 == bit);
            known.map_or_else(|| format!("feature {bit}"), |(_, name)| (*name).to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_have_one_bit_and_one_name_each() {
        for (at, (feature, name)) in Feature::ALL.iter().enumerate() {
            assert!(feature.0 < 64 && !name.is_empty());
            assert!(Feature::ALL[..at].iter().all(|(other, _)| other != feature));
            assert_eq!(feature.name(), *name);
        }
    }

    #[test]
    fn features_that_are_missing_are_named() {
        let needed = Features::of(&[Feature::ACME, Feature::HSTS]);
        let missing: Vec<String> = needed.without(Features::of(&[Feature::ACME])).names().collect();
        assert_eq!(missing, [Feature::HSTS.name()]);
        assert_eq!(Features(1 << 63).names().collect::<Vec<_>>(), ["feature 63"]);
        assert!(needed.without(needed).is_empty());
    }
}
