//! Fixes: changes of the files that mend a finding, and what a text is with them. Touches no file.

use pointsman_routing::explain::shown_text;

use crate::source::Span;

/// How sure it is that a fix says what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// What is written can have meant nothing else: `--fix` makes the change unasked.
    Safe,
    /// It was probably meant. A person decides.
    Maybe,
}

impl Safety {
    /// Safe where something is certain.
    pub fn of(is_certain: bool) -> Self {
        if is_certain { Self::Safe } else { Self::Maybe }
    }
}

/// One replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes; empty where something is put in.
    pub span: Span,
    /// What comes in its place, as it is written in the file: quotes and escapes included.
    pub text: String,
}

/// A change of the files that mends a finding; all of its edits are made, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as advice: `write it without quotes`.
    pub message: String,
    /// Whether it may be made unasked.
    pub safety: Safety,
    /// One or more, none of which touches another one's bytes.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix of one edit.
    pub fn new(
        safety: Safety,
        message: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        Self { message: shown_text(&message.into()), safety, edits: Vec::new() }.and(span, text)
    }

    /// A fix that can be made unasked.
    pub fn safe(message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self::new(Safety::Safe, message, span, text)
    }

    /// A fix that a person decides on.
    pub fn maybe(message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self::new(Safety::Maybe, message, span, text)
    }

    /// One more edit of the same fix.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }
}

/// Whether edits of one file touch each other nowhere.
pub(super) fn all_apart(edits: &[&Edit]) -> bool {
    let mut spans: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
    spans.sort_unstable();
    spans.windows(2).all(|pair| are_apart(pair[0], pair[1]))
}

/// Whether two places of one file have no byte in common, and an order.
pub(super) fn are_apart(a: Span, b: Span) -> bool {
    let (first, second) = if (a.start, a.end) <= (b.start, b.end) { (a, b) } else { (b, a) };
    first.end <= second.start && first != second
}

/// A text with edits of it made; `None` where two touch each other, or one does not lie in it.
///
/// Shape: every byte outside of the edits is kept, in its order.
/// Cost: linear in the text, and `n log n` in the edits.
pub fn apply(text: &str, edits: &[&Edit]) -> Option<String> {
    if !all_apart(edits) {
        return None;
    }
    let mut sorted: Vec<&Edit> = edits.to_vec();
    sorted.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let range = edit.span.range();
        out.push_str(text.get(at..range.start)?);
        text.get(range.clone())?;
        out.push_str(&edit.text);
        at = range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::FileId;

    fn at(range: std::ops::Range<usize>) -> Span {
        Span::new(FileId(0), range)
    }

    fn check(text: &str, edits: &[(std::ops::Range<usize>, &str)], expected: Option<&str>) {
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(range, text)| Edit { span: at(range.clone()), text: (*text).to_owned() })
            .collect();
        let edits: Vec<&Edit> = edits.iter().collect();
        assert_eq!(apply(text, &edits).as_deref(), expected, "{text:?} {edits:?}");
    }

    #[test]
    fn apply_makes_edits_that_are_apart() {
        check("abc", &[], Some("abc"));
        check("abc", &[(1..2, "XY")], Some("aXYc"));
        check("abc", &[(3..3, "]"), (0..0, "[")], Some("[abc]"));
        check("abc", &[(0..0, "["), (0..1, "A"), (1..1, "]")], Some("[A]bc"));
        check("abc", &[(0..2, ""), (1..3, "")], None);
        check("abc", &[(1..1, "x"), (1..1, "x")], None);
        check("abc", &[(2..4, "")], None);
        check("é", &[(1..2, "")], None);
    }

    proptest! {
        #[test]
        fn apply_any_edits_never_panics_and_keeps_all_else(
            text in "[a-zé\u{1f600}\r\n\u{feff}]{0,30}",
            places in proptest::collection::vec((0usize..40, 0usize..6, "[X-Z]{0,3}"), 0..6),
        ) {
            let edits: Vec<Edit> = places
                .into_iter()
                .map(|(start, len, text)| Edit { span: at(start..start + len), text })
                .collect();
            let edits: Vec<&Edit> = edits.iter().collect();
            if let Some(changed) = apply(&text, &edits) {
                // What comes in is upper case alone, and what was there never is.
                let kept: String = changed.chars().filter(|c| !c.is_ascii_uppercase()).collect();
                let gone = |at: usize| {
                    edits.iter().any(|edit| edit.span.range().contains(&at))
                };
                let left = text.char_indices().filter(|(at, _)| !gone(*at));
                prop_assert_eq!(kept, left.map(|(_, c)| c).collect::<String>());
                let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
                let removed: usize = edits.iter().map(|edit| edit.span.range().len()).sum();
                prop_assert_eq!(changed.len(), text.len() + added - removed);
            }
        }
    }
}
