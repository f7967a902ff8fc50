//! Findings as the commands by which a workflow of GitHub puts them beside the lines of a change.

use std::fmt::Write as _;

use super::finding::{Diagnostic, Findings};
use super::place;
use crate::source::SourceMap;

/// All findings that are shown, a line each.
///
/// Shape: `base` is the folder of the configuration as seen from where the command was called, with
/// `/` at its end, or empty. Nothing that a finding quotes can end its line or begin another
/// command.
pub fn render(findings: &Findings, sources: &SourceMap, base: &str) -> String {
    let mut out = String::new();
    for finding in findings.shown() {
        let (start, end) = place::ends(finding.primary.span, sources);
        let file = format!("{base}{}", sources.name(finding.primary.span.file));
        let title = format!("{}: {}", finding.code.id(), finding.code.title());
        // Writing to a text cannot fail.
        let _ = write!(
            out,
            "::{} file={},line={},endLine={},col={}",
            finding.severity().as_str(),
            property(&file),
            start.line,
            end.line,
            start.column,
        );
        // Columns of a place over several lines are not taken.
        if end.line == start.line && end.column > start.column {
            let _ = write!(out, ",endColumn={}", end.column);
        }
        let text = data(&sentences(finding, sources, base));
        let _ = writeln!(out, ",title={}::{text}", property(&title));
    }
    out
}

/// All that a finding says, its further places included.
fn sentences(finding: &Diagnostic, sources: &SourceMap, base: &str) -> String {
    let mut out = place::sentences(finding);
    for label in &finding.others {
        let name = sources.name(label.span.file);
        let _ = write!(out, "\n{base}{name}:{}: {}", sources.position(label.span), label.text);
    }
    out
}

/// What stands behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{SourceFile, Span};

    fn finding(name: &str, message: &str) -> (Findings, SourceMap) {
        let mut sources = SourceMap::new();
        let text = "# é\nbackend = \"é\"\n";
        let file = sources.add(SourceFile::new(name.to_owned(), text.to_owned()));
        let other = sources.add(SourceFile::new("b.toml".to_owned(), "x".to_owned()));
        let mut findings = Findings::new();
        findings.push(
            Diagnostic::new(Code::UnknownBackend, Span::new(file, 15..19), message)
                .other(Span::new(other, 0..1), "near")
                .help("did you mean `e`?"),
        );
        (findings, sources)
    }

    #[test]
    fn render_escapes_what_would_end_a_property_or_a_line() {
        let (findings, sources) = finding("a,b:c%.toml", "50% of\r\nit: x, y");
        assert_eq!(
            render(&findings, &sources, "edge/"),
            "::error file=edge/a%2Cb%3Ac%25.toml,line=2,endLine=2,col=11,endColumn=14,\
             title=E0201%3A a backend is not known::50%25 of%0D%0Ait: x, y%0A\
             help: did you mean `e`?%0Aedge/b.toml:1:1: near\n"
        );
    }

    proptest! {
        #[test]
        fn render_any_text_stays_one_command_a_line(
            name in "[a:,%\r\n=é/]{1,8}",
            message in "[a:,%\r\n=é]{0,12}",
        ) {
            let (findings, sources) = finding(&name, &message);
            let out = render(&findings, &sources, "");
            let line = out.strip_suffix('\n').unwrap_or_default();
            prop_assert!(!line.contains(['\n', '\r']));
            let (properties, text) = line[2..].split_once("::").unwrap_or_default();
            let unescaped = |text: &str| {
                text.replace("%3A", ":").replace("%2C", ",").replace("%0A", "\n")
                    .replace("%0D", "\r").replace("%25", "%")
            };
            let file = properties.strip_prefix("error file=").and_then(|rest| rest.split(',').next());
            prop_assert_eq!(file.map(unescaped), Some(name));
            prop_assert!(unescaped(text).starts_with(&message));
        }
    }
}
