//! Anchors in a regex that fits the whole of a text anyway: harmless, and a sign that whoever wrote
//! them thinks that without them a part would do.

use super::fault;
use crate::diagnostic::{Code, Diagnostic, Findings, Fix};
use crate::source::{SourceMap, Span};

/// Warns of a `^` in front and a `$` behind. The regex begins at a byte of what the text at the
/// place says; `what` it belongs to.
pub(super) fn warn(
    (place, start): (Span, usize),
    regex: &str,
    what: &str,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    // With alternatives an anchor belongs to one of them: `^a|b$` would be read again.
    if regex.contains('|') {
        return;
    }
    let is_escaped = |text: &str| text.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1;
    // A repetition behind it would have nothing to repeat.
    let is_repeated = |rest: &str| rest.starts_with(['*', '+', '?', '{']);
    let front = regex.strip_prefix('^').filter(|rest| !is_repeated(rest)).map(|_| 0);
    let behind = regex.strip_suffix('$').filter(|before| !is_escaped(before)).map(str::len);
    for at in front.into_iter().chain(behind) {
        let span = fault::within(place, start + at..start + at + 1, sources);
        let anchor = &regex[at..=at];
        let message = format!("`{anchor}` says nothing: {what} fits the whole anyway");
        findings.push(Diagnostic::new(Code::AnchorSaysNothing, span, message).fix(Fix::safe(
            "leave it out",
            span,
            "",
        )));
    }
}
