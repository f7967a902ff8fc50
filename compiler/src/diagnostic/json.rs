//! Findings for machines: one JSON object a line, fields and their order fixed.

use serde::Serialize;

use super::finding::{Findings, Label};
use super::fix::{Edit, Fix, Safety};
use super::veil::Veil;
use crate::source::{SourceMap, Span};

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    span: [u32; 2],
    help: Option<&'a str>,
    witness: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    witness_headers: &'a [String],
    labels: Vec<Place<'a>>,
    fixes: Vec<Change<'a>>,
}

/// A further place that matters.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    span: [u32; 2],
    text: &'a str,
}

/// A change that mends it.
#[derive(Serialize)]
struct Change<'a> {
    message: &'a str,
    safe: bool,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    file: &'a str,
    span: [u32; 2],
    text: &'a str,
}

fn change<'a>(fix: &'a Fix, sources: &'a SourceMap) -> Change<'a> {
    let edits = fix.edits.iter().map(|Edit { span, text }| Replacement {
        file: sources.name(span.file),
        span: [span.start, span.end],
        text,
    });
    Change { message: &fix.message, safe: fix.safety == Safety::Safe, edits: edits.collect() }
}

fn place<'a>(label: &'a Label, sources: &'a SourceMap) -> Place<'a> {
    let Span { file, start, end } = label.span;
    let position = sources.position(label.span);
    Place {
        file: sources.name(file),
        line: position.line,
        column: position.column,
        span: [start, end],
        text: &label.text,
    }
}

/// All findings that are shown, a line each.
///
/// Shape: `column` counts Unicode scalars from 1, `span` bytes; `file` is relative to the folder of
/// the configuration, with `/`. `labels` are the places besides the finding's own; `fixes`
/// are changes any one of which mends it, but for those that would tell a secret, and `safe` says that `validate --fix` makes it.
pub fn render(findings: &Findings, sources: &SourceMap) -> String {
    let mut out = String::new();
    let veil = Veil::of(findings, sources);
    for finding in findings.shown() {
        let span = finding.primary.span;
        let position = sources.position(span);
        let fixes = finding.fixes.iter().filter(|fix| veil.lets_out(fix));
        let line = Line {
            code: finding.code.id(),
            severity: finding.severity().as_str(),
            message: &finding.message,
            file: sources.name(span.file),
            line: position.line,
            column: position.column,
            span: [span.start, span.end],
            help: finding.help.as_deref(),
            witness: finding.witness.as_deref(),
            witness_headers: &finding.witness_headers,
            labels: finding.others.iter().map(|label| place(label, sources)).collect(),
            fixes: fixes.map(|fix| change(fix, sources)).collect(),
        };
        // Strings and numbers alone: there is nothing in it that cannot be written.
        out.push_str(&serde_json::to_string(&line).unwrap_or_default());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{SourceFile, Span};

    #[test]
    fn render_gives_one_object_a_line() {
        let mut sources = SourceMap::new();
        let text = "# é\nbackend = \"é\"\n";
        let file = sources.add(SourceFile::new("routes/a.toml".to_owned(), text.to_owned()));
        let mut findings = Findings::new();
        findings.push(
            Diagnostic::new(Code::UnknownBackend, Span::new(file, 15..19), "unknown backend `é`")
                .other(Span::new(file, 4..11), "near")
                .fix(Fix::maybe("did you mean `e`?", Span::new(file, 16..18), "e")),
        );
        assert_eq!(
            render(&findings, &sources),
            "{\"code\":\"E0201\",\"severity\":\"error\",\"message\":\"unknown backend `é`\",\
             \"file\":\"routes/a.toml\",\"line\":2,\"column\":11,\"span\":[15,19],\
             \"help\":\"did you mean `e`?\",\"witness\":null,\
             \"labels\":[{\"file\":\"routes/a.toml\",\"line\":1,\"column\":4,\"span\":[4,11],\
             \"text\":\"near\"}],\"fixes\":[{\"message\":\"did you mean `e`?\",\"safe\":false,\
             \"edits\":[{\"file\":\"routes/a.toml\",\"span\":[16,18],\"text\":\"e\"}]}]}\n"
        );
    }
}
