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
    let letters = Letters::of(typed);
    let candidates = names.into_iter().filter_map(|name| {
        if name.len().abs_diff(typed.len()) > allowed || letters.differ(name) > allowed {
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

/// How often each letter stands in a text. Counting letters is much cheaper than comparing texts,
/// and most texts differ by their letters.
struct Letters {
    counts: [i16; 128],
    is_ascii: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut counts = [0; 128];
        for byte in text.bytes().filter(u8::is_ascii) {
            counts[usize::from(letter(byte))] += 1;
        }
        Self { counts, is_ascii: text.is_ascii() }
    }

    /// At most the slips between both texts, cases and signs left out: a slip brings one letter, takes
    /// one away, or both.
    fn differ(&self, other: &str) -> usize {
        // Some capitals beyond ASCII have small letters in it, and the other way round.
        if !self.is_ascii || !other.is_ascii() {
            return 0;
        }
        let mut counts = self.counts;
        let mut more = 0;
        for byte in other.bytes() {
            let count = &mut counts[usize::from(letter(byte))];
            more += usize::from(*count <= 0);
            *count -= 1;
        }
        more
    }
}

fn letter(byte: u8) -> u8 {
    if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_differ_by_no_more_than_the_slips(
            a in "[abAB_\\-\u{130}é1-3]{0,9}",
            b in "[abAB_\\-\u{130}é1-3]{0,9}",
        ) {
            let slips = strsim::damerau_levenshtein(&folded(&a), &folded(&b));
            prop_assert!(Letters::of(&a).differ(&b) <= slips, "{} {}", a, b);
        }
    }

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
