//! Pieces of a text: where one ends, and whether one is shown.

use super::secret::{beginning, must_hide};

/// Longest name, and longest user, that is looked for. Unit: bytes.
pub(super) const NAME_BYTES_MAX: usize = 256;

/// Whether a value takes all that it says from the request: its expressions have no default, and
/// nothing stands beside them.
#[must_use]
pub fn is_of_request(value: &str) -> bool {
    let mut rest = value;
    while let Some((inside, behind)) =
        rest.strip_prefix("${").and_then(|inside| inside.split_once('}'))
    {
        let default = inside.split_once(':').map_or("", |(_, default)| default);
        if !default.trim_matches([':', ' ']).is_empty() {
            return false;
        }
        rest = behind;
    }
    rest.is_empty() && !value.is_empty()
}

/// Whether what is said of a free name, as a value or a condition, is shown to nobody.
#[must_use]
pub fn is_hidden(name: &str, value: &str) -> bool {
    let says_nothing = matches!(value, "" | "Exists()" | "NotDefined()");
    // An expression alone takes its value from the request.
    must_hide(name, value) && !says_nothing && !is_of_request(value)
}

/// Whether a character ends whatever a text is made of.
pub(super) fn is_border(c: char) -> bool {
    matches!(c, '"' | '\'' | '`') || c.is_whitespace()
}

/// A part of a text, cut to as many bytes as a name may have.
pub(super) fn near(text: &str, from: usize) -> &str {
    beginning(text.get(from..).unwrap_or_default(), NAME_BYTES_MAX)
}
