//! Conditions that are plain text and look like a regex or a wildcard: no request would ever fit, and
//! nobody would be told.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::secret::{is_sensitive, looks_secret};
use crate::document::value::shown;
use crate::language::fault::Rewrite;
use crate::model::Condition;
use crate::resolve::fault;
use crate::source::{SourceMap, Spanned};

/// Warns of such a text, which is the whole of a condition.
pub(super) fn warn(
    condition: &Condition,
    text: &Spanned<String>,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    let value = text.value.as_str();
    let Some(meant) = meant(value) else { return };
    let is_secret = is_sensitive(&condition.name) || looks_secret(&condition.name, value);
    let message = if is_secret {
        "a condition that looks like a regex is plain text here".to_owned()
    } else {
        format!("`{}` is plain text here, and fits that text alone", shown(value))
    };
    let finding = Diagnostic::new(Code::PlainCondition, text.span, message);
    if is_secret {
        let help = "write `Regex(…)` or `Wildcard(…)` around what a value must fit";
        findings.push(finding.help(help));
        return;
    }
    let help = format!("did you mean `{}`?", shown(&meant));
    let rewrite = Rewrite { at: 0..value.len(), text: meant, is_certain: false };
    let fix = fault::fix(&rewrite, Some(&help), text.span, sources);
    findings.push(finding.help(help).maybe_fix(fix));
}

/// What a text was probably meant to say; none where it may well be the text itself.
fn meant(text: &str) -> Option<String> {
    // Quoted tags hold anything.
    if text.starts_with('"') || text.starts_with("W/\"") {
        return None;
    }
    // Elsewhere `~` begins a regex that looks for a part; with a number behind it is a version.
    let tilde = text.strip_prefix("~*").or_else(|| text.strip_prefix('~'));
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == ' ');
    if let Some(rest) = tilde.filter(|rest| !rest.is_empty() && !is_number(rest)) {
        let (front, rest) = rest.strip_prefix('^').map_or((".*", rest), |rest| ("", rest));
        let (rest, behind) = rest.strip_suffix('$').map_or((rest, ".*"), |rest| (rest, ""));
        return Some(format!("Regex({front}{rest}{behind})"));
    }
    let begins = text.strip_prefix('^').filter(|rest| !rest.is_empty() && !is_number(rest));
    if begins.is_some() || has_regex(text) {
        // Without an anchor elsewhere a part would do.
        let (front, rest) = begins.map_or((".*", text), |rest| ("", rest));
        let (rest, behind) = rest.strip_suffix('$').map_or((rest, ".*"), |rest| (rest, ""));
        let is_open = begins.is_none() && behind == ".*";
        let whole = if is_open { rest.to_owned() } else { format!("{front}{rest}{behind}") };
        return Some(format!("Regex({})", whole.replace(".*.*", ".*")));
    }
    has_wildcard(text).then(|| format!("Wildcard({text})"))
}

/// Whether signs stand in a text that stand so in a regex alone.
fn has_regex(text: &str) -> bool {
    let repeated = [".*", ".+", "]+", "]*", "]{", ")+", ")*", "(?", "\\.", "\\/"];
    let classes = ["\\d", "\\w", "\\s", "\\S", "\\D", "\\W", "\\b"];
    // `DOMAIN\dave` is a name.
    let is_class = |class: &&str| {
        text.match_indices(*class).any(|(at, _)| {
            let behind = text.get(at + class.len()..).and_then(|rest| rest.chars().next());
            behind.is_none_or(|c| "+*?{$)]\\-.".contains(c))
        })
    };
    let is_choice = || {
        let inner = text.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
        inner.is_some_and(|(inner, _)| inner.contains('|') && !inner.contains(' '))
    };
    repeated.iter().any(|sign| text.contains(sign)) || classes.iter().any(is_class) || is_choice()
}

/// Whether a `*` stands for something: beside the letters of a word, and not as in `text/*`.
fn has_wildcard(text: &str) -> bool {
    // `*/*;q=0.8` and such are what clients send, and so are URLs.
    if text.contains("://") || text.contains(";q=") || text.contains(' ') {
        return text.contains("://*.");
    }
    if let Some(path) = text.strip_prefix('/') {
        return path.contains('*');
    }
    let is_word =
        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    text.match_indices('*').any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + 1..).and_then(|behind| behind.chars().next());
        let is_range = before == Some('/') || behind == Some('/');
        let ends = before.is_none() || behind.is_none();
        !is_range && ends && (is_word(before) || is_word(behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meant_is_what_looks_like_a_regex_or_wildcard() {
        let check = |text: &str, expected: &str| {
            let expected = Some(expected).filter(|text| !text.is_empty());
            assert_eq!(meant(text).as_deref(), expected, "{text}");
        };
        check("^a.*$", "Regex(a.*)");
        check("^a", "Regex(a.*)");
        check("beta$.*", "Regex(beta$.*)");
        check("a.*", "Regex(a.*)");
        check("[0-9]+", "Regex([0-9]+)");
        check("\\d+", "Regex(\\d+)");
        check("(a|b)", "Regex((a|b))");
        check("~json", "Regex(.*json.*)");
        check("~*^json$", "Regex(json)");
        check("a*", "Wildcard(a*)");
        check("*.example.org", "Wildcard(*.example.org)");
        check("https://*.example.org", "Wildcard(https://*.example.org)");
        check("/api/*", "Wildcard(/api/*)");
        for plain in [
            "",
            "*",
            "*/*",
            "text/*",
            "text/html, */*;q=0.8",
            "gzip, *",
            "a+b",
            "c++",
            "application/ld+json",
            "https://a.tld/b?c=d+e*f",
            "\"a.*b*\"",
            "W/\"*\"",
            "~1.2",
            "^1.2.3",
            "a*b",
            "DOMAIN\\dave",
            "Mozilla/5.0 (X11; Linux x86_64)",
            "5$",
            "a.b.c",
        ] {
            check(plain, "");
        }
    }
}
