//! Foreign text as it may be shown: short, and without anything that moves a cursor, ends a line or
//! turns the direction of writing.

use pointsman_routing::explain::{is_unseen, shown_text};

/// Characters of a foreign text that are shown.
const SHOWN_CHARACTERS_MAX: usize = 80;

/// A foreign text for a message, without secrets.
pub(super) fn shown(text: &str) -> String {
    let text = shown_text(text);
    let mut out: String = text.chars().take(SHOWN_CHARACTERS_MAX).map(safe).collect();
    if text.chars().nth(SHOWN_CHARACTERS_MAX).is_some() {
        out.push('…');
    }
    out
}

/// A whole text on one line.
pub(super) fn line(text: &str) -> String {
    shown_text(text).chars().map(safe).collect()
}

fn safe(character: char) -> char {
    if is_unseen(character) { '\u{fffd}' } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_shown_stays_on_its_line() {
        assert_eq!(shown("a\nb\u{1b}[0m\u{202e}c"), "a\u{fffd}b\u{fffd}[0m\u{fffd}c");
        assert_eq!(shown(&"x".repeat(200)).chars().count(), SHOWN_CHARACTERS_MAX + 1);
        assert_eq!(shown("http://u:p@h/?token=x"), "http://***@h/?token=***");
        assert_eq!(line(&"x".repeat(200)).len(), 200);
    }
}
