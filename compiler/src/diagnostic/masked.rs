//! Values that must not be shown. A reference such as `env:NAME` is no secret itself; what some
//! fields hold is one, and what some URLs have in front of their host.

use pointsman_routing::explain::{MASK, is_hidden, is_sensitive, looks_secret, shown_content};

/// The value that is said of a free name, fit to be shown.
pub fn shown_word(name: &str, value: &str) -> String {
    if is_hidden(name, value) { MASK.to_owned() } else { shown_content(value) }
}

/// Words before the credentials of a field, and such as say that there are none.
const OPEN: [&str; 6] = ["basic", "bearer", "token", "digest", "apikey", "none"];

/// Whether a value with expressions, said of a free name, has a secret beside them or as a default.
pub(super) fn is_hidden_beside(name: &str, value: &str) -> bool {
    let is_open = |word: &str| OPEN.contains(&word.to_ascii_lowercase().as_str());
    let is_secret = |word: &str| match is_sensitive(name) {
        true => !is_open(word) && word.contains(char::is_alphanumeric),
        false => looks_secret(name, word),
    };
    literals(value).any(is_secret)
}

/// What a text says beside its expressions, and as their defaults, word by word.
pub(crate) fn literals(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("${").enumerate().flat_map(|(at, part)| {
        let (inside, behind) = match (at, part.split_once('}')) {
            (0, _) => ("", part),
            (_, Some((inside, behind))) => (inside, behind),
            (_, None) => (part, ""),
        };
        let default = inside.split_once(':').map_or("", |(_, default)| default);
        [default.trim_start_matches(':'), behind]
    });
    parts.flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_of_a_sensitive_name_is_masked() {
        for (name, value, expected) in [
            ("Authorization", "Basic abc", MASK),
            ("x-api-key", "k", MASK),
            ("x-my-token", "k", MASK),
            ("cookie", "a=b", MASK),
            ("session", "NotDefined()", "NotDefined()"),
            ("session", "Regex(a.*)", MASK),
            ("authorization", "${req.headers.x-auth}", "${req.headers.x-auth}"),
            ("authorization", "Bearer ${req.headers.x}", MASK),
            ("authorization", "${req.headers.x :: hunter2}", MASK),
            ("authorization", "${a}b}", MASK),
            ("x-thing", "ghp_abcdefghijklmnopqrst", MASK),
            ("x-env", "prod", "prod"),
            ("x-next", "https://h/?token=abc", "https://h/?token=***"),
        ] {
            assert_eq!(shown_word(name, value), expected, "{name}: {value}");
        }
    }

    #[test]
    fn text_has_no_user_and_no_password() {
        for (value, expected) in [
            ("http://u:p@a.b/c", "http://***@a.b/c"),
            ("GET https://u@a/b?x=http://w:z@c/d", "GET https://***@a/b?x=http://***@c/d"),
            ("http://a/b@c", "http://a/b@c"),
            ("mailto:ops@example.org", "mailto:ops@example.org"),
            ("--token=abc", "--token=***"),
            ("--name=abc", "--name=abc"),
        ] {
            assert_eq!(shown_content(value), expected);
        }
    }
}
