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
    !secrets_in_text(text).is_empty()
}

/// Whether a field holds a secret: whole, beside an expression, or as what stands for a missing
/// value.
pub(super) fn is_in_field(name: &str, text: &str) -> bool {
    let text = text.trim();
    if !text.contains("${") {
        let is_secret = is_named(name) || looks_secret(name, text);
        return !text.is_empty() && (is_secret || is_told(text));
    }
    // Words as short as `Bearer` or `none` are no secrets beside an expression.
    let is_long = |text: &str| text.len() >= 8 && is_named(name);
    is_in_place(text) || literals(text).any(|text| is_long(text) || looks_secret(name, text))
}

/// Whether a condition asks for a secret. A pattern does where it holds more than short words.
pub(super) fn is_in_condition(name: &str, text: &str) -> bool {
    if matches!(text, "Exists()" | "IsDefined()" | "NotDefined()") {
        return false;
    }
    let call = ["Regex(", "Wildcard("].iter().find_map(|call| text.strip_prefix(call));
    let Some(pattern) = call else { return is_in_field(name, text) };
    let runs = || pattern.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c));
    // What may stand there is no text: `[a-zA-Z0-9]`, `\\d`.
    let has_ranges = |run: &str| run.matches('-').count() >= 2 && run.contains("a-z");
    let is_long = |run: &str| run.len() > WORD_CHARACTERS_MAX && !has_ranges(run);
    let by_name = (is_named(name) || name.eq_ignore_ascii_case("cookie")) && runs().any(is_long);
    by_name || is_told(pattern) || runs().any(|run| looks_secret(name, run) && !has_ranges(run))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(is_in_condition(name, text), expected, "{name}: {text}");
        }
    }
}
