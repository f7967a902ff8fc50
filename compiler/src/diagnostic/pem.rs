//! Keys and certificates as PEM, found in any text.

use std::ops::Range;

/// How a key or certificate begins.
const PEM: &str = "-----BEGIN";

/// Keys and certificates as PEM, each up to the line of its end, or as far as it may go.
pub(super) fn pem(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut ends = ["-----END", "\"\"\"", "'''"].map(|end| Next { of: end, at: Some(0) });
    for (at, _) in text.match_indices(PEM) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let long = ends.iter_mut().filter_map(|end| end.behind(text, at)).min();
        let from = long.map_or(0, |end| end - at);
        let end = |rest: &str| rest.find(['\n', '\r', '"', '\'']).unwrap_or(rest.len());
        let end = from + end(rest.get(from..).unwrap_or_default());
        let end = if long.is_some() { end } else { end + base64(rest.get(end..)) };
        found.push(at..at + end);
    }
    found
}

/// Where something stands next; asked from the left to the right, so that no part of a text is
/// looked through twice.
struct Next {
    of: &'static str,
    /// Where it was found last; nothing where there is no more.
    at: Option<usize>,
}

impl Next {
    fn behind(&mut self, text: &str, from: usize) -> Option<usize> {
        // The first look finds what stands at the beginning.
        if self.at.is_some_and(|at| at <= from) {
            self.at = text.get(from..)?.find(self.of).map(|at| from + at);
        }
        self.at
    }
}

/// Length of the lines of Base64 at the beginning of a text.
fn base64(text: Option<&str>) -> usize {
    let text = text.unwrap_or_default();
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !"+/=\r\n".contains(c);
    text.find(is_other).map_or(text.len(), |at| {
        text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |end| at + end)
    })
}
