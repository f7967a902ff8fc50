//! Text that is not the value it should be, and how the value would be written: from what a text
//! says to the bytes of the file. Knows no key and no rule.

use super::spelling::is_bare_key;
use crate::diagnostic::{Code, Diagnostic, Fix, Safety};
use crate::source::Span;

/// Why a text is not the value it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What was meant, where that is known.
    pub instead: Option<Instead>,
}

/// What a text was meant to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// What it says.
    pub was: String,
    /// What it should say.
    pub text: String,
    /// How sure that is.
    pub safety: Safety,
}

impl Problem {
    /// A problem without advice.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, instead: None }
    }

    /// The same with what to do; nothing where that is empty.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into()).filter(|help| !help.is_empty());
        self
    }

    /// The same with what was meant by `was`, the whole text.
    #[must_use]
    pub fn instead(self, safety: Safety, was: &str, text: impl Into<String>) -> Self {
        let instead = Instead { was: was.to_owned(), text: text.into(), safety };
        Self { instead: Some(instead), ..self }
    }

    /// The finding at the place where the text is written.
    pub(crate) fn finding(self, code: Code, span: Span) -> Diagnostic {
        let fix = self.instead.and_then(|Instead { was, text, safety }| {
            let message = self.help.clone().unwrap_or_else(|| format!("write \"{text}\""));
            said_otherwise(safety, message, (span, &was), &text)
        });
        Diagnostic::new(code, span, self.message).maybe_help(self.help).maybe_fix(fix)
    }
}

/// The fix that makes a text say something else and leaves its quotes alone. `None` where it has
/// escapes, runs over lines, or would need them: then nobody can be sure of every byte.
pub(crate) fn said_otherwise(
    safety: Safety,
    message: impl Into<String>,
    (span, was): (Span, &str),
    text: &str,
) -> Option<Fix> {
    let is_plain = |c: char| !c.is_control() && !"\"'\\".contains(c);
    let place = between_quotes(span, was)?;
    let is_bare = place == span;
    let fits = if is_bare { is_bare_key(text) } else { text.chars().all(is_plain) };
    fits.then(|| Fix::new(safety, message, place, text))
}

/// Where the text itself stands, without its quotes; the whole of a bare key. `None` where it is
/// not written as it reads.
fn between_quotes(span: Span, says: &str) -> Option<Span> {
    // Every escape is longer than what it says, and so are three quotes: the length tells.
    let extra = span.range().len().checked_sub(says.len())?;
    match extra {
        0 if is_bare_key(says) => Some(span),
        2 => Some(Span { start: span.start + 1, end: span.end - 1, ..span }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    /// Where `raw` is written and says `was`.
    fn check(raw: &str, was: &str, text: &str, expected: Option<&str>) {
        let span = Span::new(FileId(0), 0..raw.len());
        let fix = said_otherwise(Safety::Safe, "m", (span, was), text);
        let changed = fix.map(|fix| {
            let edits: Vec<_> = fix.edits.iter().collect();
            crate::diagnostic::apply(raw, &edits).expect("edits of this text")
        });
        assert_eq!(changed.as_deref(), expected, "{raw} {text}");
    }

    #[test]
    fn said_otherwise_leaves_quotes_alone() {
        check("'users'", "users", "user", Some("'user'"));
        check("\"users\"", "users", "user", Some("\"user\""));
        check("users", "users", "user", Some("user"));
        check("users", "users", "a b", None);
        check("users", "users", "", None);
        check("\"\"", "", "x", Some("\"x\""));
        check("'''users'''", "users", "user", None);
        check("\"\\u0061b\"", "ab", "a", None);
        check("\"a\\tb\"", "a\tb", "a", None);
        check("'a'", "a", "it's", None);
        check("'a'", "a", "\u{1}", None);
    }
}
