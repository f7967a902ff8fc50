//! Which fields let somebody in, so that nobody shows their values.

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// How a value begins that only says where an edge finds a secret.
pub const REFERENCES: [&str; 3] = ["env:", "file:", "credential:"];

/// Fields whose values let somebody in.
const FIELDS: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];
/// Parts of names of which the same is true.
const PARTS: &[&str] = &[
    "token",
    "secret",
    "passwd",
    "password",
    "passphrase",
    "passwort",
    "api-key",
    "api_key",
    "apikey",
    "access-key",
    "access_key",
    "accesskey",
    "private-key",
    "private_key",
    "privatekey",
    "authorization",
    "session",
    "credential",
];

/// Last words of names of which the same is true: `x-pass`, not `x-pass-through`.
const LAST_WORDS: &[&str] = &["auth", "hmac", "jwt", "pass", "pwd", "sig", "signature"];
/// Words before `key` with which it opens nothing. A `key` alone says nothing either.
const OPEN_KEYS: &[&str] = &[
    "cache",
    "foreign",
    "group",
    "hash",
    "host",
    "idempotency",
    "lock",
    "object",
    "partition",
    "primary",
    "public",
    "routing",
    "sort",
    "surrogate",
    "trust",
    "verify",
    "websocket",
];

/// Whether what is said of a name lets somebody in.
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FIELDS.contains(&name.as_str())
        || PARTS.iter().any(|part| name.contains(part))
        || ends_in_secret(&name)
}

/// Whether the last word of a name says so.
fn ends_in_secret(name: &str) -> bool {
    let mut words = name.rsplit(|c: char| !c.is_ascii_alphanumeric());
    match (words.next(), words.next()) {
        (Some("key"), Some(before)) => !before.is_empty() && !OPEN_KEYS.contains(&before),
        (Some(last), _) => LAST_WORDS.contains(&last),
        (None, _) => false,
    }
}

/// How tokens begin that well-known services give out.
const PREFIXES: &[&str] = &[
    "AKIA",
    "ASIA",
    "eyJ",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "sk_live_",
    "sk-",
    "rk_live_",
    "xoxb-",
    "xoxp-",
    "npm_",
    "hvs.",
    "dop_v1_",
    "AIza",
];
/// Parts of names whose values are long and random, and no secret.
const DIGESTS: &[&str] = &[
    "digest",
    "etag",
    "hash",
    "integrity",
    "md5",
    "nonce",
    "pins",
    "policy",
    "revision",
    "sha",
    "version",
    "build",
    "commit",
];
/// Words before the credentials of a field. Source: RFC 7235, RFC 6750.
const SCHEMES: &[&str] = &["basic", "bearer", "token", "digest", "apikey", "api-key"];

/// Whether the value of a field, which holds no expression, looks like a secret. A guess.
#[must_use]
pub fn looks_secret(name: &str, value: &str) -> bool {
    let value = value.trim();
    let token = match value.split_once(' ') {
        Some((scheme, rest)) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => {
            let rest = rest.trim();
            // A challenge names a realm, and is none.
            return !rest.is_empty() && !rest.contains([' ', '"', ',']) && rest.len() >= 4;
        }
        _ => value,
    };
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
    };
    if !is_token(token) {
        return false;
    }
    if token.len() >= 20 && PREFIXES.iter().any(|prefix| token.starts_with(prefix)) {
        return true;
    }
    let has = |fits: fn(&u8) -> bool| token.as_bytes().iter().any(fits);
    let has_digit = has(u8::is_ascii_digit);
    let has_letter = has(u8::is_ascii_alphabetic);
    // A cookie has attributes, and its name says what it is for.
    let name = name.to_ascii_lowercase();
    if is_sensitive(&name) && !name.contains("cookie") {
        return token.len() >= 8 && has_digit && has_letter || token.len() >= 20;
    }
    let is_mixed = has_digit && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.".contains(&byte);
    is_mixed
        && (24..=512).contains(&token.len())
        && token.bytes().all(is_word)
        && !DIGESTS.iter().any(|part| name.contains(part))
        && bits_a_byte(token) >= 4.0
}

/// Whether a word is a token of a well-known service, whatever is said of it.
pub(super) fn is_token(word: &str) -> bool {
    let has = |fits: fn(&u8) -> bool| word.as_bytes().iter().any(fits);
    word.len() >= 20
        && PREFIXES.iter().any(|prefix| word.starts_with(prefix))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
}

/// Shannon's entropy of the bytes. Unit: bits a byte.
fn bits_a_byte(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let len = text.len() as f64;
    let one = |count: &u32| {
        let share = f64::from(*count) / len;
        if *count == 0 { 0.0 } else { -share * share.log2() }
    };
    counts.iter().map(one).sum()
}

/// Whether a value lets somebody in, by the name beside it or by its look, so that nobody shows it.
#[must_use]
pub fn must_hide(name: &str, value: &str) -> bool {
    !value.is_empty() && (is_sensitive(name) || looks_secret(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_that_lets_somebody_in_looks_secret() {
        for (name, value) in [
            ("authorization", "Basic dXNlcjpwYXNz"),
            ("Authorization", "bearer abcdefgh"),
            ("x-forward", "Bearer abc123"),
            ("proxy-authorization", "Token 0123"),
            ("x-api-key", "k3y-of-the-house"),
            ("x-internal-token", "abcdefg1"),
            ("x-shared-secret", "correcthorsebatterystaple"),
            ("x-anything", "ghp_abcdefghijklmnopqrst"),
            ("x-anything", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"),
            ("x-anything", "q9ZpT4vLx0Kd7RbWm2YcHs8N"),
        ] {
            assert!(looks_secret(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn last_word_of_a_name_says_whether_it_lets_somebody_in() {
        for name in [
            "X-Functions-Key",
            "Ocp-Apim-Subscription-Key",
            "X-Pass",
            "X-Pwd",
            "X-Auth",
            "X-Jwt",
            "X-Hmac",
            "X-Signature",
            "X-Amz-Signature",
            "sig",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in [
            "x-key-type",
            "key",
            "Surrogate-Key",
            "sec-websocket-key",
            "x-author",
            "bypass",
            "-key",
        ] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn value_that_anybody_may_read_does_not() {
        for (name, value) in [
            ("x-env", "production"),
            ("authorization", ""),
            ("www-authenticate", "Basic realm=\"edge\""),
            ("www-authenticate", "Bearer"),
            ("access-control-allow-credentials", "true"),
            ("x-token-type", "bearer"),
            ("x-served-by", "edge-eu-west-1.internal.example.org"),
            (
                "content-security-policy",
                "default-src 'self'; script-src 'nonce-abcDEF123456789012345'",
            ),
            ("etag", "q9ZpT4vLx0Kd7RbWm2YcHs8N"),
            ("x-commit", "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"),
            ("x-trace", "123e4567-e89b-12d3-a456-426614174000"),
            ("set-cookie", "lang=en; Path=/; Max-Age=31536000"),
            ("strict-transport-security", "max-age=31536000;includeSubDomains"),
            ("location", "https://shop.example.org/a/b/c?d=1"),
            ("x-aaaa", "Aa1Aa1Aa1Aa1Aa1Aa1Aa1Aa1"),
        ] {
            assert!(!looks_secret(name, value), "{name}: {value}");
        }
    }
}
