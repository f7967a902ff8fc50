//! Values that must not be shown. A reference such as `env:NAME` is no secret itself; what some
//! fields hold is one, and what some URLs have in front of their host.

use crate::diagnostic::{MASK, users_of_urls};
use crate::document::secret::is_sensitive;
use pointsman_routing::explain::must_hide;

/// The value that is said of a free name, fit to be shown.
pub fn word(name: &str, value: &str) -> String {
    let says_nothing = matches!(value, "" | "Exists()" | "NotDefined()");
    // An expression alone takes its value from the request.
    let is_expression = value.starts_with("${") && value.find('}') == Some(value.len() - 1);
    if must_hide(name, value) && !says_nothing && !is_expression {
        return MASK.to_owned();
    }
    text(value)
}

/// A text without the user and password of URLs in it, and without what an option such as
/// `--token=…` says.
pub(super) fn text(value: &str) -> String {
    if let Some((option, _)) = value.split_once('=')
        && option.starts_with('-')
        && is_sensitive(option)
    {
        return format!("{option}={MASK}");
    }
    let mut out = value.to_owned();
    for user in users_of_urls(value).into_iter().rev() {
        out.replace_range(user, MASK);
    }
    out
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
            ("authorization", "${a}b}", MASK),
            ("x-thing", "ghp_abcdefghijklmnopqrst", MASK),
            ("x-env", "prod", "prod"),
        ] {
            assert_eq!(word(name, value), expected, "{name}: {value}");
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
            assert_eq!(text(value), expected);
        }
    }
}
