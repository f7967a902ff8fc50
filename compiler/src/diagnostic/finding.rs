//! One finding, and the collection of all findings of a run: bounded, and sorted by place. Order of
//! collection never shows.

use std::cmp::Ordering;

use pointsman_routing::explain::{shown_header, shown_text};

use super::code::{Code, Severity};
use super::fix::{Fix, Safety};
use crate::source::Span;

/// Most findings that are shown of one run.
pub const FINDINGS_SHOWN_MAX: usize = 100;

/// Most findings that are kept while collecting; what is above is only counted. Above the number
/// shown, since the ones with the first places may come last.
const FINDINGS_KEPT_MAX: usize = 2_000;

/// A place, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Empty where the message says it all.
    pub text: String,
}

/// One finding. What it says in words holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Further places that matter.
    pub others: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// A request that shows it.
    pub witness: Option<String>,
    /// Field lines that the request has: `x-env: prod`.
    pub witness_headers: Vec<String>,
    /// Changes that mend it: any one of them is enough, the likeliest stands first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: shown_text(&message.into()),
            primary: Label { span, text: String::new() },
            others: Vec::new(),
            help: None,
            witness: None,
            witness_headers: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// What stands beside the mark under the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = shown_text(&text.into());
        self
    }

    /// One more place.
    #[must_use]
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: shown_text(&text.into()) });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(shown_text(&text.into()));
        self
    }

    /// What to do, where that is known.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help = text.as_deref().map(shown_text);
        self
    }

    /// A request that shows it.
    #[must_use]
    pub fn witness(mut self, request: impl Into<String>) -> Self {
        self.witness = Some(shown_text(&request.into()));
        self
    }

    /// The same with field lines of the request.
    #[must_use]
    pub fn witness_headers(mut self, lines: Vec<String>) -> Self {
        let shown = |line: String| match line.split_once(": ") {
            Some((name, value)) => format!("{name}: {}", shown_header(name, value)),
            None => line,
        };
        self.witness_headers = lines.into_iter().map(shown).collect();
        self
    }

    /// A change that mends it. Its message is the help of a finding that has none yet.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.help.get_or_insert_with(|| fix.message.clone());
        self.fixes.push(fix);
        self
    }

    /// A change that mends it, where one is known.
    #[must_use]
    pub fn maybe_fix(self, fix: Option<Fix>) -> Self {
        match fix {
            Some(fix) => self.fix(fix),
            None => self,
        }
    }

    /// Whether `--fix` mends it.
    pub fn is_fixable(&self) -> bool {
        self.fixes.iter().any(|fix| fix.safety == Safety::Safe)
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// All findings of a run, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// Whether all that are kept are shown.
    shows_all: bool,
}

impl Findings {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one in.
    pub fn push(&mut self, finding: Diagnostic) {
        self.count(finding.severity());
        if self.kept.len() < FINDINGS_KEPT_MAX {
            self.kept.push(finding);
        }
    }

    /// Counts one that is not kept.
    pub fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
    }

    /// Whether more are counted and no longer kept.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= FINDINGS_KEPT_MAX
    }

    /// Says otherwise what to do about some findings, where `help` knows it.
    pub(crate) fn advise(
        &mut self,
        which: impl Fn(&Diagnostic) -> bool,
        help: impl Fn() -> Option<String>,
    ) {
        for finding in self.kept.iter_mut().filter(|finding| which(finding)) {
            if let Some(help) = help() {
                finding.help = Some(shown_text(&help));
            }
        }
    }

    /// Takes in all of another part.
    pub fn append(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        let room = FINDINGS_KEPT_MAX.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
    }

    /// Count of errors, those not kept included.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Count of warnings, those not kept included.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Whether an artifact may be made.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The findings that are shown, sorted by file, place and code. Where there are too many,
    /// errors are kept and warnings left out first.
    pub fn shown(&self) -> Vec<&Diagnostic> {
        let mut all = self.sorted();
        if all.len() > self.shown_max() {
            all.sort_by_key(|finding| finding.severity());
            all.truncate(self.shown_max());
            all.sort_by(|a, b| in_order(a, b));
        }
        all
    }

    /// Every finding that was kept, sorted by file, place and code.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by(|a, b| in_order(a, b));
        all
    }

    /// Count of findings that `--fix` mends.
    pub fn fixable(&self) -> usize {
        self.kept.iter().filter(|finding| finding.is_fixable()).count()
    }

    /// How many findings [`shown`](Self::shown) leaves out.
    pub fn hidden(&self) -> usize {
        (self.errors + self.warnings).saturating_sub(self.shown_max())
    }

    /// Lets [`shown`](Self::shown) give all that were kept, and not the first ones alone.
    pub fn show_all(&mut self) {
        self.shows_all = true;
    }

    /// Whether some are kept that are not shown.
    pub fn can_show_more(&self) -> bool {
        self.kept.len() > self.shown_max()
    }

    fn shown_max(&self) -> usize {
        if self.shows_all { FINDINGS_KEPT_MAX } else { FINDINGS_SHOWN_MAX }
    }

    /// Every finding that was kept, in the order of collection.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }
}

/// The order in which findings are shown.
fn in_order(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    let place = |finding: &Diagnostic| {
        let span = finding.primary.span;
        (span.file, span.start, span.end, finding.code)
    };
    place(a).cmp(&place(b)).then_with(|| a.message.cmp(&b.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn at(code: Code, file: u32, start: usize) -> Diagnostic {
        Diagnostic::new(code, Span::new(FileId(file), start..start), format!("at {start}"))
    }

    #[test]
    fn shown_is_sorted_by_file_and_place() {
        let mut findings = Findings::new();
        for (file, start) in [(1, 0), (0, 9), (0, 3)] {
            findings.push(at(Code::UnknownKey, file, start));
        }
        let shown = findings.shown();
        let places = shown.iter().map(|f| (f.primary.span.file.0, f.primary.span.start));
        assert_eq!(places.collect::<Vec<_>>(), [(0, 3), (0, 9), (1, 0)]);
    }

    #[test]
    fn shown_above_the_limit_keeps_errors() {
        let mut findings = Findings::new();
        for start in 0..150 {
            findings.push(at(Code::UnusedBackend, 0, start));
        }
        for start in 150..200 {
            findings.push(at(Code::UnknownKey, 0, start));
        }
        let shown = findings.shown();
        assert_eq!(shown.len(), FINDINGS_SHOWN_MAX);
        assert_eq!(shown.iter().filter(|f| f.severity() == Severity::Error).count(), 50);
        assert_eq!(findings.hidden(), 100);
        assert!(findings.can_show_more());
        findings.show_all();
        assert_eq!((findings.shown().len(), findings.hidden()), (200, 0));
        assert!(!findings.can_show_more());
    }

    #[test]
    fn push_above_the_bound_counts_on() {
        let mut findings = Findings::new();
        for start in 0..FINDINGS_KEPT_MAX + 5 {
            findings.push(at(Code::UnknownKey, 0, start));
        }
        assert_eq!(findings.errors(), FINDINGS_KEPT_MAX + 5);
        assert_eq!(findings.iter().count(), FINDINGS_KEPT_MAX);
        assert!(findings.is_full() && !Findings::new().is_full());
    }
}
