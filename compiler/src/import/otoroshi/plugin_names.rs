//! What a plugin is for, by its name: whether its loss opens a door, removes a protection, or
//! neither. A plugin that nobody knows may be a guard, and counts as one.

/// What the loss of a plugin means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Whoever it kept out would come in.
    Guard,
    /// Something is less safe, but nobody comes in.
    Protection,
    /// Nothing is less safe.
    Harmless,
    /// Nobody knows.
    Unknown,
}

/// Parts of names in lower case; the first row with one that a name holds decides.
const WORDS: &[(Loss, &[&str])] = &[
    (
        Loss::Guard,
        &[
            "apikey",
            "auth",
            "allow",
            "block",
            "list",
            "jwt",
            "token",
            "clientcert",
            "rbac",
            "oidc",
            "oauth",
            "hmac",
            "private",
            "countr",
            "geo",
            "ban",
            "restrict",
            "access",
            "valid",
            "consumer",
            "login",
            "waf",
            "coraza",
            "biscuit",
            "secret",
            "user",
            "network",
            "ipaddress",
            "group",
            "policy",
            "opa",
            "botdetect",
            "readonly",
            "methods",
            "maintenance",
            "buildmode",
            "redirection",
            "staticresponse",
            "forcehttps",
        ],
    ),
    (
        Loss::Protection,
        &[
            "cors",
            "throttl",
            "limit",
            "quota",
            "csp",
            "security",
            "hsts",
            "frame",
            "xss",
            "csrf",
            "mtls",
            "challenge",
            "infos",
            "tls",
            "sign",
            "removeheaders",
            "additionalheaders",
            "missingheaders",
        ],
    ),
    (
        Loss::Harmless,
        &[
            "compress",
            "gzip",
            "brotli",
            "zip",
            "headersback",
            "xforwarded",
            "robots",
            "snowmonkey",
            "chaos",
            "mirror",
            "imagereplac",
            "tracing",
            "otel",
            "logger",
            "metric",
            "cache",
            "disablehttp10",
            "html",
            "buffering",
            "webhook",
            "overridehost",
        ],
    ),
];

/// The name of a plugin without where its code stands.
pub(super) fn short(plugin: &str) -> &str {
    plugin.rsplit(['.', ':']).next().unwrap_or(plugin)
}

/// What its loss means.
pub(super) fn loss(plugin: &str) -> Loss {
    let name = short(plugin).to_ascii_lowercase();
    let holds = |words: &&[&str]| words.iter().any(|word| name.contains(word));
    // Only what ships with Otoroshi is known; the same name elsewhere may be anything.
    if !plugin.starts_with("cp:otoroshi.") {
        return Loss::Unknown;
    }
    WORDS.iter().find(|(_, words)| holds(words)).map_or(Loss::Unknown, |(loss, _)| *loss)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_that_keep_somebody_out_are_guards() {
        let plugin = |name: &str| loss(&format!("cp:otoroshi.next.plugins.{name}"));
        for name in [
            "ApikeyCalls",
            "AuthModule",
            "IpAddressAllowedList",
            "JwtVerification",
            "NgHasClientCertValidator",
        ] {
            assert_eq!(plugin(name), Loss::Guard, "{name}");
        }
        for name in ["Cors", "NgCustomThrottling", "OtoroshiChallenge"] {
            assert_eq!(plugin(name), Loss::Protection, "{name}");
        }
        assert_eq!(plugin("GzipResponseCompressor"), Loss::Harmless);
        assert_eq!(plugin("Nobody"), Loss::Unknown);
        assert_eq!(loss("wasm:GzipResponseCompressor"), Loss::Unknown);
    }
}
