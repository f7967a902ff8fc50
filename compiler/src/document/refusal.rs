//! What is said of a key or value that cannot stand where it stands. Decides nothing.

use super::keys::{self, Kind};
use super::parse::{Item, View};
use super::value::shown;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// The finding for a list that must not be empty.
pub(super) fn empty(name: &str, span: Span) -> Diagnostic {
    let help = match name {
        "match" => "a route without a pattern takes no request; write one or more",
        "targets" => "a backend without targets answers nothing; write one or more",
        "address" => "write one or more addresses",
        _ => "leave the key out for all of them",
    };
    Diagnostic::new(Code::EmptyList, span, format!("`{name}` is empty")).help(help)
}

/// The finding for a value of another type.
pub(super) fn wrong_type(
    name: &str,
    expected: &str,
    found: &View<'_>,
    item: Item<'_>,
    help: Option<String>,
) -> Diagnostic {
    let message = format!("`{name}` must be {expected}, not {}", found.name());
    Diagnostic::new(Code::WrongType, item.span(), message).maybe_help(help)
}

/// The finding for a key that no table of this kind has.
pub(super) fn unknown_key(
    name: &Spanned<&str>,
    item: Item<'_>,
    (header, rows): (&str, &keys::Table),
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("unknown key `{}` in {}", shown(name.value), header);
    let place = if name.span.end > name.span.start { name.span } else { item.span() };
    let help = match (misplaced(name.value), near) {
        (Some(help), _) => help,
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => {
            let known: Vec<String> =
                rows.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            format!("known here: {}", known.join(", "))
        }
    };
    Diagnostic::new(Code::UnknownKey, place, message).help(help)
}

/// What to do with a key that no table has, and the whole configuration does: TOML put it into the
/// table whose header stands above it.
pub(super) fn misplaced(name: &str) -> Option<String> {
    let key = keys::ROOT.key(name)?;
    let is_table = matches!(key.kind, Kind::Table(_) | Kind::Tables(_) | Kind::Named(_));
    let help = || format!("`{name}` belongs at the top of the file, before the first `[table]`");
    (!is_table).then(help)
}

/// What was meant by a text where a list belongs.
pub(super) fn bracketed(item: Item<'_>) -> Option<String> {
    match item.view() {
        View::Text(text) => Some(format!("write [\"{}\"]", shown(text))),
        _ => None,
    }
}

/// The name that was probably meant: close by letters, or the same but for case, `-` and `_`. Of
/// names that are equally close always the same, whatever their order.
pub(crate) fn nearest<'n>(
    typed: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    // Comparing is quadratic in the length; nobody means a short name by a long one.
    if typed.len() > 256 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let folded = plain(typed);
    let allowed = match typed.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let candidates = names.into_iter().filter_map(|name| {
        if name.len().abs_diff(typed.len()) > allowed {
            return None;
        }
        let other = plain(name);
        let distance = strsim::damerau_levenshtein(&folded, &other);
        // Two slips in a short word are another word, unless it begins alike.
        let alike = folded.chars().next() == other.chars().next() || folded.len() > 5;
        let close = distance <= 1 || (alike && distance < other.chars().count());
        let close = close && distance <= allowed;
        close.then_some((distance, name))
    });
    candidates.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_what_was_meant() {
        let names = ["match", "methods", "metadata", "backend", "id", "strip_path"];
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(nearest(typed, names), expected, "{typed}");
        };
        check("mathc", Some("match"));
        check("bakend", Some("backend"));
        check("strip-path", Some("strip_path"));
        check("Methods", Some("methods"));
        check("method", Some("methods"));
        check("host", None);
        check("x", None);
        check("", None);
        check(&"m".repeat(10_000), None);
    }
}
