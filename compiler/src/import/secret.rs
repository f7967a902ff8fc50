//! Secrets in what is imported: they are never copied.

use pointsman_routing::explain::{secrets_in_text, shown_content};

use crate::diagnostic::literals;
use crate::document::secret::{is_sensitive, looks_secret};

/// Fields whose names say what their values do not hold.
const OPEN: &[&str] = &["cookie", "access-control-", "-type", "www-auth"];
/// Letters and digits in a row that are no secret in a pattern: a word such as `Bearer`.
const WORD_CHARACTERS_MAX: usize = 6;

/// Whether every text that is said of a name is a secret.
fn is_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_sensitive(&name) && !OPEN.iter().any(|part| name.contains(part))
}

/// Whether a text says a secret: a password in a URL, a token, a value of a sensitive name.
pub(super) fn is_told(text: &str) -> bool {
    shown_content(text) != text
}

/// Whether a place, such as a URL or a path, says a secret.
pub(super) fn is_in_place(text: &str) -> bool {
    !secrets_in_text(text).is_empty() || is_in_query(text)
}

/// Names that say nothing alone, but let somebody in as a parameter of a query.
const PARAMETERS: &[&str] = &["key", "code", "state", "sig", "pass", "pwd", "signature"];
/// Those whose values may be words or numbers.
const EVERYDAY: &[&str] = &["key", "code", "state"];
/// Characters of a value of such a name that is no word.
const VALUE_CHARACTERS_MIN: usize = 8;

/// Whether the query of a place does.
fn is_in_query(text: &str) -> bool {
    let Some((_, query)) = text.split_once('?') else { return false };
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        !value.contains("${") && (is_parameter(name, value) || is_random(value))
    })
}

/// Whether a parameter of a query is a secret by a name that elsewhere says nothing.
fn is_parameter(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PARAMETERS.contains(&name.as_str()) && value.len() >= VALUE_CHARACTERS_MIN
}

/// Whether a value says too little beside a name of every day: `code` with 200.
fn is_short(name: &str, value: &str) -> bool {
    EVERYDAY.contains(&name.to_ascii_lowercase().as_str()) && value.len() < VALUE_CHARACTERS_MIN
}

/// Whether a value is only there to be guessed by nobody: many hexadecimal digits, or a UUID.
fn is_random(text: &str) -> bool {
    let text = text.trim();
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let is_uuid = lengths == [8, 4, 4, 4, 12] && text.split('-').all(is_hex);
    is_uuid || text.len() >= 32 && is_hex(text)
}

/// Whether a field that is sent holds a secret, by its name or by its look.
pub(super) fn is_in_sent(name: &str, text: &str) -> bool {
    is_in_field(name, text) || is_random(text)
}

/// Whether a field holds a secret: whole, beside an expression, or as what stands for a missing
/// value.
pub(super) fn is_in_field(name: &str, text: &str) -> bool {
    let text = text.trim();
    if !text.contains("${") {
        let is_secret = is_named(name) && !is_short(name, text) || looks_secret(name, text);
        return !text.is_empty() && (is_secret || is_told(text));
    }
    // Words as short as `Bearer` or `none` are no secrets beside an expression.
    let is_long = |text: &str| text.len() >= 8 && is_named(name);
    is_in_place(text) || literals(text).any(|text| is_long(text) || looks_secret(name, text))
}

/// Whether a condition of a table asks for a secret. A pattern does where it holds more than short
/// words.
pub(super) fn is_in_condition(table: &str, name: &str, text: &str) -> bool {
    if matches!(text, "Exists()" | "IsDefined()" | "NotDefined()") {
        return false;
    }
    let call = ["Regex(", "Wildcard("].iter().find_map(|call| text.strip_prefix(call));
    let is_query = table == "query";
    let Some(pattern) = call else {
        return is_in_sent(name, text) || is_query && is_parameter(name, text);
    };
    let runs = || pattern.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c));
    // What may stand there is no text: `[a-zA-Z0-9]`, `\\d`.
    let has_ranges = |run: &str| run.matches('-').count() >= 2 && run.contains("a-z");
    let is_long = |run: &str| run.len() > WORD_CHARACTERS_MAX && !has_ranges(run);
    let by_name = (is_named(name)
        || is_query && is_parameter(name, pattern)
        || name.eq_ignore_ascii_case("cookie"))
        && runs().any(is_long);
    by_name || is_told(pattern) || runs().any(|run| looks_secret(name, run) && !has_ranges(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_of_a_query_is_known() {
        assert!(is_in_condition("query", "code", "hunter2hunter2"));
        assert!(!is_in_condition("query", "page", "200"));
        for text in
            ["/v1?key=hunter2hunter2", "/?a=1&X-Amz-Signature=hunter2hunter2", "/?pwd=x9y8z7w6"]
        {
            assert!(is_in_place(text), "{text}");
        }
        for text in ["/v1?page=name", "/code=hunter2hunter2", "/?code=${req.query.code}"] {
            assert!(!is_in_place(text), "{text}");
        }
    }

    #[test]
    fn condition_that_asks_for_a_secret_is_known() {
        for (name, text, expected) in [
            ("Authorization", "Bearer hunter2", true),
            ("x-api-key", "k", true),
            ("x-api-key", "Exists()", false),
            ("x-api-key", "Regex(.*)", false),
            ("x-api-key", "Regex([a-zA-Z0-9-_]{32})", false),
            ("x-api-key", "Wildcard(hunter2*)", true),
            ("authorization", "Regex(Bearer .+)", false),
            ("authorization", "Regex(^Bearer (hunter2|swordfish)$)", true),
            ("cookie", "session=abc", true),
            ("cookie", "lang=en", false),
            ("session", "abc", true),
            ("x-env", "prod", false),
            ("x-env", "Regex(production|staging)", false),
            ("x-env", "Regex(ghp_0bcdefghijklmnopqrsT)", true),
            ("x-origin-verify", "123e4567-e89b-12d3-a456-426614174000", true),
            ("x-any", "9f86d081884c7d659a2feaa0c55ad015", true),
            ("code", "hunter2hunter2", true),
        ] {
            assert_eq!(is_in_condition("headers", name, text), expected, "{name}: {text}");
        }
    }
}
