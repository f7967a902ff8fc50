//! Findings for people, as rustc shows its own: the line, marks under it, what to do.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet,
};

use super::code::Severity;
use super::finding::{Diagnostic, Findings, Label};
use super::fix::{Edit, Fix, all_apart};
use super::veil::Veil;
use crate::source::{BOM, FileId, SourceFile, SourceMap};

/// Lines between two marks above which they are shown in windows of their own.
const WINDOW_LINES_MAX: u32 = 100;

/// Size of a window above which only its place is named: somebody's whole file on one line.
const WINDOW_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a line above which a fix shows what is near to the change alone, and how near that is.
const LINE_BYTES_MAX: usize = 120;
const CUT_BYTES: usize = 50;

/// Whether to write escape sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Yes.
    On,
    /// No.
    Off,
}

/// All findings that are shown, with an empty line after each.
pub fn render(findings: &Findings, sources: &SourceMap, colour: Colour) -> String {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    let veil = Veil::of(findings, sources);
    let mut out = String::new();
    for finding in findings.shown() {
        let fixes: Vec<Group<'_>> =
            finding.fixes.iter().filter_map(|fix| suggestion(fix, sources, &veil)).collect();
        let mut groups = vec![report(finding, !fixes.is_empty(), sources, &veil)];
        groups.extend(fixes);
        out.push_str(&renderer.render(&groups));
        out.push_str("\n\n");
    }
    out
}

/// One line that says how many there were; `None` where there were none.
pub fn summary(findings: &Findings) -> Option<String> {
    let count = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts = [count(findings.errors(), "error"), count(findings.warnings(), "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let hidden = match findings.hidden() {
        0 => String::new(),
        n => format!(" ({n} not shown)"),
    };
    Some(format!("{}{hidden}", parts.join(", ")))
}

/// The finding itself. What a fix says stands beside the fix, where that is shown.
fn report<'a>(
    finding: &'a Diagnostic,
    shows_fixes: bool,
    sources: &'a SourceMap,
    veil: &Veil,
) -> Group<'a> {
    let is_said = |help: &str| shows_fixes && finding.fixes.iter().any(|fix| fix.message == help);
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.id());
    let mut group = Group::with_title(title);
    for window in windows(finding, sources) {
        group = window.add_to(group, veil);
    }
    if let Some(help) = finding.help.as_ref().filter(|help| !is_said(help)) {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(witness) = &finding.witness {
        let headers = finding.witness_headers.iter().map(|line| format!(" -H '{line}'"));
        let headers: String = headers.collect();
        let message = format!("a request that shows it: {witness}{headers}");
        group = group.element(Level::NOTE.message(message));
    }
    group
}

/// A fix as the lines that it changes; `None` where they are too many bytes to be shown, or what
/// it changes must not be.
fn suggestion<'a>(fix: &'a Fix, sources: &'a SourceMap, veil: &Veil) -> Option<Group<'a>> {
    if !veil.lets_out(fix) {
        return None;
    }
    let mut group = Group::with_title(Level::HELP.secondary_title(fix.message.as_str()));
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort_unstable();
    files.dedup();
    for id in files {
        let file = sources.file(id)?;
        let mut edits: Vec<&Edit> = fix.edits.iter().filter(|edit| edit.span.file == id).collect();
        // What is put in front of something stands before what takes its place.
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let first = edits.iter().map(|edit| edit.span.start).min()?;
        let last = edits.iter().map(|edit| edit.span.end).max()?;
        let lines = file.position(first).line..file.position(last).line;
        let bytes = bytes_of_lines(file, &lines);
        let text = file.text.get(bytes.clone())?;
        if text.len() > WINDOW_BYTES_MAX || !all_apart(&edits) {
            return None;
        }
        let veiled = veil.over(id, &bytes, text);
        let place = |edit: &Edit| {
            within(text, &bytes, edit.span.start)..within(text, &bytes, edit.span.end)
        };
        if edits.iter().any(|edit| veiled.covers(&place(edit))) {
            return None;
        }
        // The columns of what follows a change over several lines cannot be drawn.
        let is_long = |edit: &&Edit| text.get(place(edit)).is_none_or(|text| text.contains('\n'));
        if edits.len() > 1 && edits.iter().any(is_long) {
            return None;
        }
        let places = edits.iter().map(|edit| {
            let span = place(edit);
            veiled.at(span.start)..veiled.at(span.end)
        });
        let mut places: Vec<Range<usize>> = places.collect();
        let text = cut(veiled.text, &mut places);
        let patches = places.into_iter().zip(&edits);
        let patches = patches.map(|(place, edit)| Patch::new(place, edit.text.as_str()));
        let patches: Vec<_> = patches.collect();
        let snippet = Snippet::source(text).path(file.name.as_str());
        group = group.element(snippet.line_start(lines.start as usize).patches(patches));
    }
    Some(group)
}

/// A long line without what stands far from the places, which are moved along; it would be shown
/// twice.
fn cut<'a>(text: Cow<'a, str>, places: &mut [Range<usize>]) -> Cow<'a, str> {
    const GAP: &str = "...";
    let first = places.iter().map(|place| place.start).min().unwrap_or_default();
    let last = places.iter().map(|place| place.end).max().unwrap_or_default();
    if text.contains('\n') || text.len() <= LINE_BYTES_MAX || last > text.len() {
        return text;
    }
    let border = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = border(first.saturating_sub(CUT_BYTES));
    let end = border((last + CUT_BYTES).min(text.len()));
    let (before, behind) =
        (if start > 0 { GAP } else { "" }, if end < text.len() { GAP } else { "" });
    let Some(kept) = text.get(start..end) else { return text };
    for place in places {
        *place = place.start - start + before.len()..place.end - start + before.len();
    }
    Cow::Owned(format!("{before}{kept}{behind}"))
}

/// An offset in a file as one in a window of it, on the border of a character.
fn within(text: &str, bytes: &Range<usize>, at: u32) -> usize {
    let at = (at as usize).clamp(bytes.start, bytes.end) - bytes.start;
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Some lines of a file, and the marks in them.
struct Window<'a> {
    file: &'a SourceFile,
    lines: Range<u32>,
    bytes: Range<usize>,
    marks: Vec<(AnnotationKind, &'a Label)>,
}

impl<'a> Window<'a> {
    fn add_to(self, group: Group<'a>, veil: &Veil) -> Group<'a> {
        let text = self.file.text.get(self.bytes.clone()).unwrap_or_default();
        if text.len() > WINDOW_BYTES_MAX {
            let at = self.marks.first().map_or(0, |(_, label)| label.span.start);
            let position = self.file.position(at);
            let origin = Origin::path(self.file.name.as_str())
                .line(position.line as usize)
                .char_column(position.column as usize);
            return group.element(origin);
        }
        let id = self.marks.first().map_or_else(FileId::default, |(_, label)| label.span.file);
        let veiled = veil.over(id, &self.bytes, text);
        let marks = self.marks.iter().map(|(kind, label)| {
            let within = |at: u32| veiled.at(within(text, &self.bytes, at));
            let span = within(label.span.start)..within(label.span.end);
            let mark: Annotation<'a> = kind.span(span);
            if label.text.is_empty() { mark } else { mark.label(label.text.as_str()) }
        });
        let marks: Vec<Annotation<'a>> = marks.collect();
        let snippet = Snippet::source(veiled.text)
            .path(self.file.name.as_str())
            .line_start(self.lines.start as usize)
            .annotations(marks);
        group.element(snippet)
    }
}

/// The windows of a finding, the one with its own place first.
fn windows<'a>(finding: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Window<'a>> {
    let others = finding.others.iter().map(|label| (AnnotationKind::Context, label));
    let labels = std::iter::once((AnnotationKind::Primary, &finding.primary)).chain(others);
    let mut windows: Vec<Window<'a>> = Vec::new();
    for (kind, label) in labels {
        let Some(file) = sources.file(label.span.file) else { continue };
        let first = file.position(label.span.start).line;
        // A mark over many lines (a whole table) shows its first.
        let end = label.span.end.max(label.span.start);
        let last = file.position(end).line.min(first + 3);
        let near = windows.iter_mut().find(|window| {
            std::ptr::eq(window.file, file)
                && first <= window.lines.end + WINDOW_LINES_MAX
                && window.lines.start <= last + WINDOW_LINES_MAX
        });
        match near {
            Some(window) => {
                window.lines = window.lines.start.min(first)..window.lines.end.max(last);
                window.marks.push((kind, label));
            }
            None => windows.push(Window {
                file,
                lines: first..last,
                bytes: 0..0,
                marks: vec![(kind, label)],
            }),
        }
    }
    for window in &mut windows {
        window.bytes = bytes_of_lines(window.file, &window.lines);
    }
    windows
}

/// The bytes of lines, both ends included, without a byte order mark and the last line's end.
fn bytes_of_lines(file: &SourceFile, lines: &Range<u32>) -> Range<usize> {
    let mut bytes = file.line_bytes(lines.start).start..file.line_bytes(lines.end).end;
    if bytes.start == 0 && file.text.starts_with(BOM) {
        bytes.start = BOM.len_utf8();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{FileId, Span};
    use proptest::prelude::*;

    #[test]
    fn render_shows_line_marks_and_help() {
        let mut sources = SourceMap::new();
        let text = "[backends.fooo]\n\n[[routes]]\nbackend = \"foo\"\n";
        let file = sources.add(SourceFile::new("routes.toml".to_owned(), text.to_owned()));
        let mut findings = Findings::new();
        findings.push(
            Diagnostic::new(Code::UnknownBackend, Span::new(file, 38..43), "unknown backend `foo`")
                .label("no such backend")
                .other(Span::new(file, 10..14), "a similar name")
                .fix(Fix::maybe("did you mean `fooo`?", Span::new(file, 39..42), "fooo")),
        );
        let expected = "\
error[E0201]: unknown backend `foo`
 --> routes.toml:4:11
  |
1 | [backends.fooo]
  |           ---- a similar name
...
4 | backend = \"foo\"
  |           ^^^^^ no such backend
  |
help: did you mean `fooo`?
  |
4 | backend = \"fooo\"
  |               +

";
        assert_eq!(render(&findings, &sources, Colour::Off), expected);
        assert_eq!(summary(&findings).as_deref(), Some("1 error"));
    }

    #[test]
    fn render_takes_a_change_and_another_in_front_of_it_in_any_order() {
        let mut sources = SourceMap::new();
        let text = "a = 1\nb = \"a long text to be replaced\"\n";
        sources.add(SourceFile::new("a.toml".to_owned(), text.to_owned()));
        for (first, second) in [(10..38, 10..10), (10..10, 10..38), (4..38, 4..4), (0..5, 2..38)] {
            let mut findings = Findings::new();
            let fix = Fix::maybe("f", Span::new(FileId(0), first), "x");
            let fix = fix.and(Span::new(FileId(0), second), "y");
            findings.push(Diagnostic::new(Code::Syntax, Span::new(FileId(0), 0..1), "m").fix(fix));
            assert!(render(&findings, &sources, Colour::Off).contains("a.toml"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn render_any_text_and_span_never_panics(
            text in "[a-zé\u{feff}\n\r\t =\u{1f600}]{0,60}",
            spans in proptest::collection::vec((0usize..80, 0usize..80), 1..4),
            change in "[a\n\"é]{0,3}",
        ) {
            let mut sources = SourceMap::new();
            sources.add(SourceFile::new("a.toml".to_owned(), text));
            let mut findings = Findings::new();
            let place = |(a, b): (usize, usize)| Span::new(FileId(0), a.min(b)..a.max(b));
            let mut finding = Diagnostic::new(Code::Syntax, place(spans[0]), "m");
            for span in &spans[1..] {
                finding = finding.other(place(*span), "other");
                let fix = Fix::maybe("f", place(*span), change.as_str());
                finding = finding.fix(fix.and(place(spans[0]), change.as_str()));
            }
            findings.push(finding);
            let _ = render(&findings, &sources, Colour::Off);
        }
    }
}
