//! What of a file is not shown: values that a finding calls a secret, whichever finding shows their
//! lines; users and passwords in URLs; passwords in lines that could not be read. Neither the value
//! nor its length is seen.

use std::borrow::Cow;
use std::ops::Range;

use super::finding::Findings;
use crate::source::{FileId, Span};

/// What stands in the place of what is not shown.
pub const MASK: &str = "***";

/// Keys whose values are secrets, for lines that could not be read.
const KEYS: [&str; 2] = ["password", "secret"];
/// How a value begins that only says where a secret is.
const REFERENCES: [&str; 3] = ["env:", "file:", "credential:"];
/// How a key or certificate begins.
const PEM: &str = "-----BEGIN";

/// Places that no finding shows.
pub(super) struct Veil {
    places: Vec<Span>,
}

impl Veil {
    /// Places of all findings whose own place is a secret.
    pub(super) fn of(findings: &Findings) -> Self {
        let secrets = findings.iter().filter(|finding| finding.code.is_about_a_secret());
        Self { places: secrets.map(|finding| finding.primary.span).collect() }
    }

    /// A part of a file as it may be shown; `bytes` is where it stands in the file.
    pub(super) fn over<'t>(&self, file: FileId, bytes: &Range<usize>, text: &'t str) -> Veiled<'t> {
        let within = |span: &&Span| {
            span.file == file && span.range().start < bytes.end && span.range().end > bytes.start
        };
        let places = self.places.iter().filter(within).map(|span| {
            let inside = |at: usize| at.clamp(bytes.start, bytes.end) - bytes.start;
            inside(span.range().start)..inside(span.range().end)
        });
        let mut cuts: Vec<Range<usize>> = places.collect();
        cuts.extend(users_of_urls(text));
        cuts.extend(passwords(text));
        cuts.extend(pem(text));
        cuts.retain(|cut| text.get(cut.clone()).is_some_and(|hidden| !hidden.is_empty()));
        cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(cuts.len());
        for cut in cuts {
            match merged.last_mut() {
                Some(last) if cut.start < last.end => last.end = last.end.max(cut.end),
                _ => merged.push(cut),
            }
        }
        Veiled::new(text, merged)
    }
}

/// A text in which something may be covered.
pub(super) struct Veiled<'t> {
    /// What is shown.
    pub(super) text: Cow<'t, str>,
    /// What was covered, in the original, and by how many bytes. Sorted, apart from each other.
    cuts: Vec<(Range<usize>, usize)>,
}

impl<'t> Veiled<'t> {
    fn new(text: &'t str, cuts: Vec<Range<usize>>) -> Self {
        if cuts.is_empty() {
            return Self { text: Cow::Borrowed(text), cuts: Vec::new() };
        }
        let mut out = String::with_capacity(text.len());
        let (mut at, mut covered) = (0, Vec::with_capacity(cuts.len()));
        for cut in cuts {
            out.push_str(text.get(at..cut.start).unwrap_or_default());
            let hidden = text.get(cut.clone()).unwrap_or_default();
            let before = out.len();
            let is_quoted = hidden.starts_with(['"', '\'']);
            out.push_str(if is_quoted { "\"***\"" } else { MASK });
            // The lines behind it keep their numbers.
            hidden.matches('\n').for_each(|end| out.push_str(end));
            at = cut.end;
            covered.push((cut, out.len() - before));
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Self { text: Cow::Owned(out), cuts: covered }
    }

    /// Where a byte of the original stands in what is shown; behind the cover, where it is covered.
    pub(super) fn at(&self, original: usize) -> usize {
        let (mut hidden, mut shown) = (0, 0);
        for (cut, len) in &self.cuts {
            if original <= cut.start {
                break;
            }
            if original < cut.end {
                return cut.start - hidden + shown + len;
            }
            hidden += cut.len();
            shown += len;
        }
        original - hidden + shown
    }

    /// Whether a part of the original is covered, be it in part.
    pub(super) fn covers(&self, original: &Range<usize>) -> bool {
        self.cuts.iter().any(|(cut, _)| cut.start < original.end && original.start < cut.end)
    }
}

/// Users and passwords in front of the hosts of URLs.
pub fn users_of_urls(text: &str) -> Vec<Range<usize>> {
    let mut users = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + found + "://".len();
        let rest = text.get(start..).unwrap_or_default();
        let is_end = |c: char| c.is_whitespace() || "/?#\"'`".contains(c);
        let end = rest.find(is_end).unwrap_or(rest.len());
        if let Some(user) = rest.get(..end).and_then(|authority| authority.rfind('@')) {
            users.push(start..start + user);
        }
        from = start;
    }
    users
}

/// Whether a part of a line, which need not be TOML, is the value of a key that holds a secret.
pub fn is_password(line: &str, part: &Range<usize>) -> bool {
    passwords(line).iter().any(|one| one.start <= part.start && part.start < one.end)
}

/// Values of keys that hold secrets, found without reading the file.
fn passwords(text: &str) -> Vec<Range<usize>> {
    let keys = KEYS.iter().flat_map(|key| text.match_indices(key));
    let value = |(at, key): (usize, &str)| {
        let is_part = text.get(..at).is_some_and(|before| {
            before.ends_with(|c: char| c.is_alphanumeric() || "-_".contains(c))
        });
        let rest = text.get(at + key.len()..)?;
        let value = rest.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix('=')?;
        let value = value.trim_start_matches([' ', '\t']);
        let inner = value.trim_start_matches(['"', '\'']);
        if is_part || REFERENCES.iter().any(|reference| inner.starts_with(reference)) {
            return None;
        }
        let line = value.find(['\n', '\r']).unwrap_or(value.len());
        let len = match value.chars().next().filter(|c| "\"'".contains(*c)) {
            Some(quote) => {
                let close = value.get(1..line).and_then(|inner| inner.find(quote));
                close.map_or(line, |close| close + 2)
            }
            None => {
                let end = value.find([',', '}', '\n', '\r']).unwrap_or(value.len());
                value.get(..end).map_or(end, |value| value.trim_end().len())
            }
        };
        let start = text.len() - value.len();
        Some(start..start + len)
    };
    keys.filter_map(value).collect()
}

/// Keys and certificates as PEM, each up to the end of its line.
fn pem(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(PEM).map(|(at, _)| {
        let len = text.get(at..).and_then(|rest| rest.find(['\n', '\r', '"', '\'']));
        at..len.map_or(text.len(), |len| at + len)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use proptest::prelude::*;

    fn veil(places: &[(usize, usize)]) -> Veil {
        let mut findings = Findings::new();
        for (start, end) in places {
            let span = Span::new(FileId(0), *start..*end);
            findings.push(Diagnostic::new(Code::InlineSecret, span, "m"));
        }
        Veil::of(&findings)
    }

    fn shown(text: &str, places: &[(usize, usize)]) -> String {
        veil(places).over(FileId(0), &(0..text.len()), text).text.into_owned()
    }

    #[test]
    fn secret_is_covered_and_its_length_is_not_seen() {
        assert_eq!(shown("key = \"abc\"\nx = 1", &[(6, 11)]), "key = \"***\"\nx = 1");
        assert_eq!(shown("k = '''a\nb\n'''\nx", &[(4, 14)]), "k = \"***\"\n\n\nx");
        assert_eq!(shown("a = \"http://u:p@h/\"", &[]), "a = \"http://***@h/\"");
        assert_eq!(shown("a = \"http://h/b@c\"", &[]), "a = \"http://h/b@c\"");
        assert_eq!(shown("a = 1", &[]), "a = 1");
    }

    #[test]
    fn password_is_covered_where_nothing_was_read() {
        for (text, expected) in [
            ("password = hunter2", "password = ***"),
            ("password = \"hunter2", "password = \"***\""),
            ("{ password = \"hunter2\", port = 1 ]", "{ password = \"***\", port = 1 ]"),
            ("{ password = 12345, port = 1 }", "{ password = ***, port = 1 }"),
            ("\"password\" = 'a'", "\"password\" = \"***\""),
            ("password = \"env:NAME\"", "password = \"env:NAME\""),
            ("passwords = 1", "passwords = 1"),
            ("no-password = 1", "no-password = 1"),
            ("key = \"\"\"-----BEGIN KEY-----", "key = \"\"\"***"),
        ] {
            assert_eq!(shown(text, &[]), expected);
        }
    }

    #[test]
    fn places_behind_a_cover_move_with_the_text() {
        let text = "a = \"secret!\" b";
        let veiled = veil(&[(4, 13)]).over(FileId(0), &(0..text.len()), text);
        assert_eq!(veiled.text, "a = \"***\" b");
        assert_eq!([0, 4, 13, 14].map(|at| veiled.at(at)), [0, 4, 9, 10]);
        assert!(veiled.covers(&(12..14)) && !veiled.covers(&(13..14)));
    }

    proptest! {
        #[test]
        fn places_stay_inside_whatever_the_text(
            text in "(password|secret|://|@|=|\"|\n|é|a| |env:|-----BEGIN){0,14}",
            places in proptest::collection::vec((0usize..60, 0usize..60), 0..4),
        ) {
            let places: Vec<_> = places.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
            let veiled = veil(&places).over(FileId(0), &(0..text.len()), &text);
            let mut last = 0;
            for at in 0..=text.len() {
                let shown = veiled.at(at);
                prop_assert!(last <= shown && shown <= veiled.text.len());
                if text.is_char_boundary(at) {
                    prop_assert!(veiled.text.is_char_boundary(shown));
                }
                last = shown;
            }
        }
    }
}
