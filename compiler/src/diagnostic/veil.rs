//! What of a file is not shown: values that a finding calls a secret, whichever finding shows their
//! lines; users, passwords and sensitive parameters in URLs; what the text alone shows to be one. Neither the value
//! nor its length is seen.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use pointsman_routing::explain::{MASK, merged, secrets_in_text};

use super::code::Code;
use super::finding::Findings;
use super::fix::Fix;
use super::unread::{Understood, secrets as secrets_in};
use crate::source::{FileId, SourceMap};

/// How much text is looked through for secrets, of all files together. Of a file beyond it nothing
/// is shown, so that a look for secrets is over in about a second. Unit: bytes.
const LOOKED_THROUGH_MAX: usize = 32 * 1024 * 1024;
/// How many bytes of a file that is no TOML cost as much: each may begin a value.
const BROKEN_COSTS: usize = 8;

/// Places that no finding shows.
#[derive(Debug)]
pub struct Veil {
    /// Of each file, sorted and apart from each other.
    places: BTreeMap<FileId, Vec<Range<usize>>>,
}

impl Veil {
    /// Places of secrets in the files that findings are about: what a finding calls one, and what
    /// the text shows, whatever was found before.
    pub fn of(findings: &Findings, sources: &SourceMap) -> Self {
        let secrets = findings.iter().filter(|finding| finding.code.is_about_a_secret());
        let mut places: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        for place in secrets.map(|finding| finding.primary.span) {
            places.entry(place.file).or_default().push(place.range());
        }
        let mut files: BTreeMap<FileId, (bool, Vec<usize>)> = BTreeMap::new();
        for finding in findings.iter() {
            for label in std::iter::once(&finding.primary).chain(&finding.others) {
                files.entry(label.span.file).or_default();
            }
            for edit in finding.fixes.iter().flat_map(|fix| &fix.edits) {
                files.entry(edit.span.file).or_default();
            }
            let (is_broken, unknown) = files.entry(finding.primary.span.file).or_default();
            *is_broken |= finding.code == Code::Syntax;
            if finding.code == Code::UnknownKey {
                unknown.push(finding.primary.span.range().start);
            }
        }
        let mut left = LOOKED_THROUGH_MAX;
        for (id, (is_broken, mut unknown)) in files {
            unknown.sort_unstable();
            let Some(file) = sources.file(id) else { continue };
            let cost = file.text.len() * if is_broken { BROKEN_COSTS } else { 1 };
            let Some(less) = left.checked_sub(cost) else {
                places.entry(id).or_default().push(0..file.text.len());
                continue;
            };
            left = less;
            let understood =
                if is_broken { Understood::Nothing } else { Understood::AllBut(&unknown) };
            places.entry(id).or_default().extend(secrets_in(&file.text, understood));
        }
        Self { places: places.into_iter().map(|(id, all)| (id, merged(all))).collect() }
    }

    /// Places in a part of a file.
    fn within(&self, file: FileId, bytes: &Range<usize>) -> &[Range<usize>] {
        let all = self.places.get(&file).map_or(&[][..], Vec::as_slice);
        let from = all.partition_point(|place| place.end <= bytes.start);
        let to = all.partition_point(|place| place.start < bytes.end);
        all.get(from..to).unwrap_or_default()
    }

    /// Whether a fix may be told to other programs: none of its edits has to do with a secret.
    pub(super) fn lets_out(&self, fix: &Fix) -> bool {
        fix.edits.iter().all(|edit| {
            let places = self.within(edit.span.file, &edit.span.range());
            places.is_empty() && secrets_in_text(&edit.text).is_empty()
        })
    }

    /// The text of a whole file as it may be shown. It has as many lines as before.
    pub fn over_file(&self, sources: &SourceMap, id: FileId) -> Option<String> {
        let text = &sources.file(id)?.text;
        Some(self.over(id, &(0..text.len()), text).text.into_owned())
    }

    /// A part of a file as it may be shown; `bytes` is where it stands in the file.
    pub(super) fn over<'t>(&self, file: FileId, bytes: &Range<usize>, text: &'t str) -> Veiled<'t> {
        let places = self.within(file, bytes).iter().map(|place| {
            let inside = |at: usize| at.clamp(bytes.start, bytes.end) - bytes.start;
            inside(place.start)..inside(place.end)
        });
        let mut cuts: Vec<Range<usize>> = places.collect();
        cuts.extend(secrets_in_text(text));
        cover(text, cuts)
    }
}

/// A text of TOML as it may be shown, by what it says alone. It has as many lines as before.
pub fn without_secrets(text: &str) -> String {
    let mut cuts = secrets_in(text, Understood::Form);
    cuts.extend(secrets_in_text(text));
    cover(text, cuts).text.into_owned()
}

/// Covers parts of a text, which may lie over each other.
fn cover(text: &str, mut cuts: Vec<Range<usize>>) -> Veiled<'_> {
    cuts.retain(|cut| text.get(cut.clone()).is_some());
    Veiled::new(text, merged(cuts))
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

/// Looks for secrets in arbitrary bytes and asserts what holds for every text: places are in it, and
/// what is shown has its lines.
#[doc(hidden)]
pub fn fuzz_unread(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let unknown = [0, 1, 7];
    for understood in [Understood::Nothing, Understood::Form, Understood::AllBut(&unknown)] {
        for place in secrets_in(text, understood) {
            assert!(text.get(place.clone()).is_some(), "{text:?}: {place:?}");
        }
    }
    let shown = without_secrets(text);
    let lines = |text: &str| text.matches('\n').count();
    assert_eq!(lines(&shown), lines(text), "{text:?}: {shown:?}");
    for place in secrets_in_text(text) {
        assert!(text.get(place.clone()).is_some(), "{text:?}: {place:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::source::{SourceFile, Span};
    use proptest::prelude::*;

    fn veil(text: &str, places: &[(usize, usize)]) -> Veil {
        let mut sources = SourceMap::new();
        sources.add(SourceFile::new("a.toml".to_owned(), text.to_owned()));
        let mut findings = Findings::new();
        findings.push(Diagnostic::new(Code::Syntax, Span::new(FileId(0), 0..0), "m"));
        for (start, end) in places {
            let span = Span::new(FileId(0), *start..*end);
            findings.push(Diagnostic::new(Code::InlineSecret, span, "m"));
        }
        Veil::of(&findings, &sources)
    }

    #[test]
    fn file_that_is_too_large_to_look_through_is_not_shown() {
        let line = "# nothing\n";
        let fits = line.repeat(LOOKED_THROUGH_MAX / BROKEN_COSTS / line.len());
        let shown =
            |text: &str| veil(text, &[]).over(FileId(0), &(0..line.len()), line).text.into_owned();
        assert_eq!(shown(&fits), line);
        assert_eq!(shown(&(fits + line)), "***\n");
    }

    #[test]
    fn long_list_of_a_secret_is_covered_to_its_end() {
        let list = format!("[{}\"last\"]", "\"abc\", ".repeat(2_000));
        for is_closed in [true, false] {
            let list = if is_closed { list.as_str() } else { list.trim_end_matches(']') };
            let text = format!("passwords = {list}\n");
            assert_eq!(without_secrets(&text), "passwords = ***\n");
            assert_eq!(shown(&text, &[]), "passwords = ***\n", "{is_closed}");
        }
    }

    fn shown(text: &str, places: &[(usize, usize)]) -> String {
        veil(text, places).over(FileId(0), &(0..text.len()), text).text.into_owned()
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
    fn text_of_toml_is_shown_without_secrets() {
        let text = "headers = { x-api-key = \"k\", a = \"b\" }\n\"GET a.b/?token=abc\"\n\
            cookie = \"beta=1; session=abc\"\n";
        let shown = "headers = { x-api-key = \"***\", a = \"b\" }\n\"GET a.b/?token=***\"\n\
            cookie = \"beta=1; session=***\"\n";
        assert_eq!(without_secrets(text), shown);
    }

    #[test]
    fn password_is_covered_where_nothing_was_read() {
        for (text, expected) in [
            ("password = hunter2", "password = ***"),
            ("password = \"hunter2", "password = \"***\""),
            ("{ password = \"hunter2\", port = 1 ]", "{ password = \"***\""),
            ("{ password = 12345, port = 1 }", "{ password = ***"),
            ("\"password\" = 'a'", "\"password\" = \"***\""),
            ("password = \"env:NAME\"", "password = \"env:NAME\""),
            ("PASSWORD = hunter2", "PASSWORD = ***"),
            ("passwort = 'hunter2'", "passwort = \"***\""),
            ("pasword = 'hunter2'", "pasword = \"***\""),
            ("x.passwd = 'hunter2'", "x.passwd = \"***\""),
            ("pass = 'hunter2'", "pass = \"***\""),
            ("password = \"\"\"hunter2\"\"\" x", "password = \"***\""),
            ("password = \"\"\"\nhunter2\"\"\" x\ny", "password = \"***\"\n\ny"),
            ("password = \"a\\\"hunter2\" x", "password = \"***\""),
            ("password: \"hunter2\"", "password: \"***\""),
            ("password \"hunter2\"", "password \"***\""),
            ("[users]\nada \"hunter2\"", "[users]\nada \"***\""),
            ("password = [\n\"hunter2\"\n]\ny", "password = ***\n\n\ny"),
            ("password =\n  hunter2\ny = 1", "password =\n  ***\ny = 1"),
            ("\"pass\\u0077ord\" = \"hunter2\" x", "\"pass\\u0077ord\" = \"***\""),
            ("key = \"hunter2", "key = \"***\""),
            ("authorization = \"Bearer hunter2abc9\" }", "authorization = \"***\""),
            ("x = \"ghp_abcdefghijklmnopqrst\"", "x = \"***\""),
            ("a = \"\"\"-----BEGIN KEY-----", "a = \"\"\"***"),
            (
                "a = \"\"\"-----BEGIN A-----\nab\n\\q\ncd\n-----END A-----\n\"\"\"",
                "a = \"\"\"***\n\n\n\n\n\"\"\"",
            ),
            ("a = \"\"\"-----BEGIN A-----\nab\n\\q\ncd", "a = \"\"\"***\n\n\n"),
            ("monkey.match = 1", "monkey.match = 1"),
        ] {
            assert_eq!(shown(text, &[]), expected);
        }
    }

    #[test]
    fn places_behind_a_cover_move_with_the_text() {
        let text = "a = \"secret!\" b";
        let veiled = veil(text, &[(4, 13)]).over(FileId(0), &(0..text.len()), text);
        assert_eq!(veiled.text, "a = \"***\" b");
        assert_eq!([0, 4, 13, 14].map(|at| veiled.at(at)), [0, 4, 9, 10]);
        assert!(veiled.covers(&(12..14)) && !veiled.covers(&(13..14)));
    }

    proptest! {
        #[test]
        fn secrets_of_any_text_are_in_it(
            text in "([\\[\\]{}.,=:\"'#\n é]|\"\"\"|password|token|key|cookie|-p|--|://|@|\\?|%23|&|\\$\\{|-----BEGIN|-----END|a){0,30}",
        ) {
            fuzz_unread(text.as_bytes());
        }

        #[test]
        fn places_stay_inside_whatever_the_text(
            text in "(password|secret|://|@|=|\"|\n|é|a| |env:|-----BEGIN){0,14}",
            places in proptest::collection::vec((0usize..60, 0usize..60), 0..4),
        ) {
            let places: Vec<_> = places.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
            let veiled = veil(&text, &places).over(FileId(0), &(0..text.len()), &text);
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
