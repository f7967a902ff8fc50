//! Which values let somebody in, so that nobody shows them: by their names first, by their look second.
//!
//! A name is read as words in small letters, split where something else than a letter or digit stands
//! and where a capital follows a small letter: `X-Api-Key`, `x_api_key` and `xApiKey` are one.
//!
//! 1. It is of no secret where it begins with [`OPEN_BEGINS`], is one of [`OPEN_NAMES`], or ends in
//!    one of [`OPEN_ENDS`]: `x-key-type` says something about a key, and is none.
//! 2. It is of one where its words, in one, hold one of [`PARTS`]; where one of its words is one of
//!    [`WORDS`]; where its last word is one of [`LAST_WORDS`], but for a `key` of [`OPEN_KEYS`]; or
//!    where it is one of [`FIELDS`]. Only whole words count there: `author` and `monkey` are none.
//! 3. Whatever the name, a value is one that looks so ([`looks_secret`]): credentials behind a scheme,
//!    a token of a well-known service, a hash of a password, or a long random text, unless the name
//!    says that it is a digest ([`DIGESTS`]).
//! 4. Nothing, `true` and `false` are never one.

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// How a value begins that only says where an edge finds a secret.
pub const REFERENCES: [&str; 3] = ["env:", "file:", "credential:"];

/// Whole names, words in one, whose values let somebody in.
const FIELDS: &[&str] = &["authorization", "proxyauthorization", "cookie", "setcookie", "code"];
/// Parts of names, words in one, of which the same is true.
const PARTS: &[&str] = &[
    "token",
    "secret",
    "passwd",
    "password",
    "passphrase",
    "passwort",
    "passcode",
    "passkey",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "session",
    "sessid",
    "credential",
    "originverify",
];
/// Words of names.
const WORDS: &[&str] = &["bearer", "hmac", "jwt", "pw", "pwd", "signature"];
/// Last words of names.
const LAST_WORDS: &[&str] = &[
    "auth", "cred", "creds", "key", "keys", "otp", "pass", "pin", "psk", "sas", "sid", "sig",
    "totp",
];
/// Names that say little where they stand in a text, such as `code: 404`: the value decides there.
const EVERYDAY: &[&str] = &["auth", "code", "key", "keys", "pin", "sid", "sig"];
/// Words before `key` that make it one of no door.
const OPEN_KEYS: &[&str] = &[
    "cache",
    "foreign",
    "group",
    "hash",
    "host",
    "idempotency",
    "index",
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
/// How names begin that say what is allowed.
const OPEN_BEGINS: &[&str] = &["access-control-"];
/// Whole names that are ours, and of no secret.
const OPEN_NAMES: &[&str] = &["client-auth"];
/// Last words of names that say something about a secret.
const OPEN_ENDS: &[&str] = &[
    "alg",
    "algorithm",
    "count",
    "expires",
    "expiry",
    "format",
    "length",
    "lifetime",
    "limit",
    "mode",
    "policy",
    "size",
    "ttl",
    "type",
    "types",
    "version",
];

/// A name as words in small letters, with `-` between them.
#[must_use]
pub fn words_of_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for c in name.chars() {
        let is_border = !c.is_alphanumeric() || was_small && c.is_uppercase();
        if is_border && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Whether what is said of a name lets somebody in, whatever it is; rules 1 and 2 above.
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    let name = words_of_name(name);
    let whole = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let (before, last) = whole.rsplit_once('-').unwrap_or(("", whole));
    let is_open = OPEN_BEGINS.iter().any(|begin| name.starts_with(begin))
        || OPEN_NAMES.contains(&name.as_str())
        || OPEN_ENDS.contains(&last);
    if is_open {
        return false;
    }
    let in_one = name.replace('-', "");
    let is_key = matches!(last, "key" | "keys");
    let kind = before.rsplit('-').next().unwrap_or_default();
    FIELDS.contains(&in_one.as_str())
        || PARTS.iter().any(|part| in_one.contains(part))
        || name.split('-').any(|word| WORDS.contains(&word))
        || LAST_WORDS.contains(&last) && !(is_key && OPEN_KEYS.contains(&kind))
}

/// Whether a name says little in a text.
pub(super) fn is_everyday(name: &str) -> bool {
    EVERYDAY.contains(&words_of_name(name).as_str())
}

/// Whether the word behind an option of a command is a secret: `--token X`, `-p X`, `-u name:X`.
#[must_use]
pub fn is_secret_argument(option: &str, argument: &str) -> bool {
    let is_port = || argument.len() <= 5 && argument.bytes().all(|byte| byte.is_ascii_digit());
    match option {
        "-p" => !argument.is_empty() && !is_port(),
        "-u" => argument.contains(':'),
        _ => option.starts_with('-') && !option.contains('=') && is_sensitive(option),
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
/// How hashes of passwords begin.
const HASHES: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2", "$scrypt$", "{SHA}", "{SSHA}",
];
/// Parts of names whose values are long and random, and no secret.
const DIGESTS: &[&str] = &[
    "build",
    "checksum",
    "commit",
    "correlation",
    "digest",
    "etag",
    "fingerprint",
    "hash",
    "integrity",
    "nonce",
    "pins",
    "policy",
    "requestid",
    "revision",
    "trace",
    "version",
];
/// Words of such names, without the digits behind them.
const DIGEST_WORDS: &[&str] = &["b", "md", "rev", "sha", "span"];
/// How much of a value is looked at: what is longer is a text and no key. Unit: bytes.
pub(super) const LOOK_BYTES_MAX: usize = RANDOM_BYTES_MAX + 1;
/// The longest random text that is held for a key. Unit: bytes.
const RANDOM_BYTES_MAX: usize = 512;
/// Words before the credentials of a field. Source: RFC 7235, RFC 6750.
const SCHEMES: &[&str] = &["basic", "bearer", "token", "digest", "apikey", "api-key"];

/// Whether the value of a field, which holds no expression, looks like a secret. A guess; rule 3.
#[must_use]
pub fn looks_secret(name: &str, value: &str) -> bool {
    let value = beginning(value, LOOK_BYTES_MAX).trim();
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
    let hash = token.rsplit_once(':').map_or(token, |(_, hash)| hash);
    if hash.len() >= 12 && HASHES.iter().any(|begin| hash.starts_with(begin)) {
        return true;
    }
    // A cookie has attributes, and its name says what it is for.
    if is_sensitive(name) && !name.to_ascii_lowercase().contains("cookie") {
        return token.len() >= 8 && has_both(token) || token.len() >= 20;
    }
    (24..=RANDOM_BYTES_MAX).contains(&token.len()) && is_random(token) && !is_digest(name)
}

/// The first bytes of a text, up to a whole character.
#[must_use]
pub fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// Whether a text has a letter and a digit.
pub(super) fn has_both(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a text is no word and no place, but drawn by chance: of capitals, small letters and digits;
/// or of small letters and many digits without a sign, as hexadecimal keys are.
fn is_random(token: &str) -> bool {
    let count = |fits: fn(&u8) -> bool| token.bytes().filter(fits).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let (capitals, small) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.".contains(&byte);
    if digits > 0 && capitals > 0 && small > 0 && token.bytes().all(is_word) {
        return bits_a_byte(token) >= 4.0;
    }
    let is_plain = digits + letters == token.len();
    let is_mixed = digits >= token.len() / 8 && letters >= token.len() / 8;
    let is_hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let least = if is_hex { 3.0 } else { 3.5 };
    is_plain && is_mixed && (!is_hex || token.len() >= 32) && bits_a_byte(token) >= least
}

/// Whether a name says that its value is long and random, and no secret.
fn is_digest(name: &str) -> bool {
    let name = words_of_name(name);
    let in_one = name.replace('-', "");
    let plain =
        |word: &str| DIGEST_WORDS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()));
    DIGESTS.iter().any(|part| in_one.contains(part)) || name.split('-').any(plain)
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
    let says_nothing = matches!(value, "" | "true" | "false");
    !says_nothing && (is_sensitive(name) || looks_secret(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_that_says_that_it_lets_somebody_in_is_sensitive() {
        for name in [
            "authorization",
            "Proxy-Authorization",
            "set-cookie",
            "x-api-key",
            "xApiKey",
            "API_KEY",
            "x-auth-key",
            "ocp-apim-subscription-key",
            "x-functions-key",
            "dd-application-key",
            "x-shared-key",
            "x-master-key",
            "x-admin-key",
            "x-internal-auth",
            "x-auth",
            "x-pass",
            "x-user-pass",
            "x-pwd",
            "x-hmac",
            "x-signature",
            "x-hub-signature-256",
            "x-jwt",
            "x-origin-verify",
            "X-Forward-Auth",
            "key",
            "auth",
            "pw",
            "sig",
            "code",
            "sid",
            "--cf-key",
            "sshKey",
            "PASS",
            "DB_PASSWORD",
            "key2",
            "licence-key",
            "x-pin",
            "PHPSESSID",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn name_of_something_else_is_not() {
        for name in [
            "x-api-version",
            "x-key-type",
            "authority",
            ":authority",
            "author",
            "x-author",
            "passenger",
            "compass",
            "bypass",
            "monkey",
            "keyboard",
            "x-revision",
            "x-token-type",
            "key_type",
            "client_auth",
            "access-control-allow-credentials",
            "Access-Control-Request-Headers",
            "surrogate-key",
            "x-cache-key",
            "sec-websocket-key",
            "idempotency-key",
            "x-pass-through",
            "www-authenticate",
            "x-status-code",
            "zip-code",
            "design",
            "public-key-pins",
            "",
            "-",
        ] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn argument_of_a_command_is_a_secret_by_its_option() {
        for (option, argument, expected) in [
            ("--token", "a", true),
            ("--cf-key", "a", true),
            ("--token=a", "b", false),
            ("-p", "hunter2", true),
            ("-p", "8080", false),
            ("-u", "admin:hunter2", true),
            ("-u", "www-data", false),
            ("token", "a", false),
            ("--key-type", "rsa", false),
        ] {
            assert_eq!(is_secret_argument(option, argument), expected, "{option} {argument}");
        }
    }

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
            ("x-anything", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            ("x-shared", "9F86D081884C7D659A2FEAA0C55AD015"),
            ("x-anything", "k3j9x7q2m5v8b1n4z6c0w3r7"),
            ("x-anything", "$2b$12$hunter2Zq9xV7"),
            ("x-anything", "admin:$apr1$hunter2Zq9xV7"),
        ] {
            assert!(looks_secret(name, value), "{name}: {value}");
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
            ("x-revision", "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"),
            ("x-git-sha", "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"),
            ("x-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("content-md5", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-number", "00000000000000000000000000000001"),
            ("x-word", "internationalizationoftheinternet1"),
            ("x-aaaa", "Aa1Aa1Aa1Aa1Aa1Aa1Aa1Aa1"),
        ] {
            assert!(!looks_secret(name, value), "{name}: {value}");
        }
    }
}
