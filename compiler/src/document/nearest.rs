//! The name that was probably meant by one that is not known.

/// A name as it is compared with others: in lower case, with `_` for `-`.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
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
    let typed_as = folded(typed);
    let allowed = match typed.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let candidates = names.into_iter().filter_map(|name| {
        if name.len().abs_diff(typed.len()) > allowed {
            return None;
        }
        let other = folded(name);
        let distance = strsim::damerau_levenshtein(&typed_as, &other);
        // Two slips in a short word are another word, unless it begins alike.
        let alike = typed_as.chars().next() == other.chars().next() || typed_as.len() > 5;
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
