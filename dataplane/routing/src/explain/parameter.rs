//! Secrets that parameters of a query say, or what stands behind a `#`.

use std::ops::Range;

use super::piece::{is_border, is_hidden, near};
use super::secret::{MASK, is_sensitive, looks_secret};

/// In front of a parameter; those with `%` stand in a place that was built.
const PARAMETER_SIGNS: [char; 5] = ['?', '&', '#', ';', '%'];
/// What a `%` must be followed by there.
const ENCODED_SIGNS: [&str; 4] = ["%23", "%26", "%3f", "%3F"];
/// What parameters of a query, or behind a `#`, say of names that are sensitive.
pub(super) fn parameters(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut ends = ParameterEnds::default();
    // Up to here all is judged.
    let mut passed = 0;
    for (at, sign) in text.match_indices(PARAMETER_SIGNS) {
        let encoded = || text.get(at..at + 3).is_some_and(|sign| ENCODED_SIGNS.contains(&sign));
        let from = match sign {
            "%" if encoded() => at + 3,
            "%" => continue,
            _ => at + 1,
        };
        let name = near(text, from);
        let Some(len) =
            name.find(|c: char| matches!(c, '=' | '?' | '&' | '#' | ';' | '/') || is_border(c))
        else {
            continue;
        };
        if at < passed || !name.get(len..).is_some_and(|rest| rest.starts_with('=')) {
            continue;
        }
        let name = decoded(name.get(..len).unwrap_or_default());
        let start = from + len + 1;
        let place = start..ends.of(text, start);
        let value = text.get(place.clone()).unwrap_or_default();
        if is_sensitive(&name) {
            passed = place.end;
            found.extend(Some(place).filter(|_| value != MASK && is_hidden(&name, value)));
        } else if looks_secret(&name, value) {
            passed = place.end;
            found.push(place);
        }
    }
    found
}

/// Where values of parameters end; expressions are parts of them. Asked from the left to the right.
#[derive(Default)]
struct ParameterEnds {
    /// The end that was found last: values that begin before it end with it.
    last: usize,
    /// Whether no expression is closed any more.
    has_no_close: bool,
}

impl ParameterEnds {
    fn of(&mut self, text: &str, start: usize) -> usize {
        if start < self.last {
            return self.last;
        }
        let mut at = start;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let expression = rest.strip_prefix("${").filter(|_| !self.has_no_close);
            if let Some(inside) = expression {
                let close = inside.find('}');
                self.has_no_close = close.is_none();
                at += "${".len() + close.map_or(0, |close| close + 1);
                continue;
            }
            match rest.chars().next() {
                Some(c) if !is_border(c) && c != '&' && c != '#' => at += c.len_utf8(),
                _ => break,
            }
        }
        self.last = at;
        at
    }
}

/// A name without its percent-encoding, as far as it is ASCII.
fn decoded(name: &str) -> String {
    let mut parts = name.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(part.get(2..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    out
}
