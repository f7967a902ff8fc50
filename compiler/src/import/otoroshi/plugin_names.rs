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

/// Parts of names in lower case that say that a plugin keeps somebody out.
const GUARDS: &[&str] = &[
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
    "hmac",
    "private",
    "countr",
    "geo",
    "ban",
    "restrict",
    "access",
    "valid",
    "verify",
    "consumer",
    "login",
    "waf",
    "biscuit",
    "secret",
    "user",
    "network",
    "ipaddress",
    "group",
    "policy",
    "opa",
    "readonly",
    "methods",
    "maintenance",
    "buildmode",
    "redirection",
    "staticresponse",
    "forcehttps",
];

/// Where the plugins are that are known by their whole names.
const KNOWN: &str = "cp:otoroshi.next.plugins.";

/// Whole names of plugins without which something is less safe, but nobody comes in.
const PROTECTIONS: &[&str] = &[
    "AdditionalHeadersIn",
    "AdditionalHeadersOut",
    "Cors",
    "DisableHttp10",
    "DistributedRedisThrottling",
    "GlobalPerIpAddressThrottling",
    "GlobalThrottling",
    "HttpSignatureSignResponse",
    "InstanceQuotas",
    "LimitHeaderInTooLong",
    "LimitHeaderOutTooLong",
    "LuaDistributedRedisThrottling",
    "MissingHeadersIn",
    "MissingHeadersOut",
    "NgCustomQuotas",
    "NgCustomThrottling",
    "NgSecurityTxt",
    "NgServiceQuotas",
    "OtoroshiChallenge",
    "OtoroshiInfos",
    "RemoveHeadersIn",
    "RemoveHeadersOut",
    "RequestBodyLengthLimiter",
    "ResponseBodyLengthLimiter",
    "SecurityHeadersPlugin",
];

/// Whole names of plugins that protect nothing, and that leave it to the target to answer.
const HARMLESS: &[&str] = &[
    "BrotliResponseCompressor",
    "GzipResponseCompressor",
    "ImageReplacer",
    "NgHtmlPatcher",
    "NgHttpClientCache",
    "NgResponseCache",
    "NgTrafficMirroring",
    "OverrideHost",
    "Robots",
    "SendOtoroshiHeadersBack",
    "SnowMonkeyChaos",
    "W3CTracing",
    "XForwardedHeaders",
];

/// The name of a plugin without where its code stands.
pub(super) fn short(plugin: &str) -> &str {
    plugin.rsplit(['.', ':']).next().unwrap_or(plugin)
}

/// What its loss means. A part of a name makes nothing harmless: another plugin may have it too.
pub(super) fn loss(plugin: &str) -> Loss {
    let Some(name) = plugin.strip_prefix(KNOWN) else { return Loss::Unknown };
    if PROTECTIONS.contains(&name) {
        return Loss::Protection;
    }
    if HARMLESS.contains(&name) {
        return Loss::Harmless;
    }
    let name = name.to_ascii_lowercase();
    match GUARDS.iter().any(|word| name.contains(word)) {
        true => Loss::Guard,
        false => Loss::Unknown,
    }
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
        for name in ["Nobody", "ZipFileBackend", "OtoroshiMetricsEndpoint", "Gzip", "NgGeoCache"] {
            assert!(matches!(plugin(name), Loss::Unknown | Loss::Guard), "{name}");
        }
        assert_eq!(plugin("HttpSignatureVerifyRequest"), Loss::Guard);
        assert_eq!(loss("wasm:GzipResponseCompressor"), Loss::Unknown);
    }
}
