//! Texts that ask for something: conditions, globs and regular expressions of the other proxy in the
//! forms of the language. There a `*` may stand for nothing, here it stands for at least one
//! character.

use std::borrow::Cow;

use crate::grammar::condition;
use crate::language::fault::Fault;
use crate::language::tables::Tables;

/// Stars of one glob for which forms without them are written out.
const STARS_MAX: usize = 3;

/// What became of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// It means the same as it is, or in this form.
    Kept(String),
    /// It means nearly the same in this form.
    Changed(String, Cow<'static, str>),
    /// It has no form here.
    Lost(Cow<'static, str>),
}

/// A condition on a header, a cookie or a parameter of the query.
pub(super) fn condition(text: &str, tables: &mut Tables) -> Condition {
    if matches!(text, "Exists()" | "IsDefined()") {
        return Condition::Kept("Exists()".to_owned());
    }
    if let Some(rest) = text.strip_prefix("Regex(") {
        let Some(regex) = rest.strip_suffix(')') else {
            return Condition::Lost("`Regex(` is not closed".into());
        };
        if regex.is_empty() {
            return Condition::Kept(String::new());
        }
        return match value_regex_fault(regex, tables) {
            None => Condition::Kept(text.to_owned()),
            Some(why) => Condition::Lost(why),
        };
    }
    if let Some(rest) = text.strip_prefix("Wildcard(") {
        let Some(glob) = rest.strip_suffix(')') else {
            return Condition::Lost("`Wildcard(` is not closed".into());
        };
        return wildcard(glob, tables);
    }
    if text == "NotDefined()" {
        return Condition::Kept(text.to_owned());
    }
    if text.chars().any(char::is_control) || text.trim() != text {
        return Condition::Lost("no request carries such a value".into());
    }
    match condition::parse(text, tables) {
        Ok(condition::Test::Exact(_)) => Condition::Kept(text.to_owned()),
        _ => {
            let note = "text there; written as a regex, since it looks like a call here";
            Condition::Changed(format!("Regex({})", escaped(text)), note.into())
        }
    }
}

fn wildcard(glob: &str, tables: &mut Tables) -> Condition {
    let regex = glob.split('*').map(escaped).collect::<Vec<_>>().join(".*");
    if regex.is_empty() {
        return Condition::Kept(String::new());
    }
    if let Some(why) = value_regex_fault(&regex, tables) {
        return Condition::Lost(why);
    }
    let condition = format!("Regex({regex})");
    let note = match glob.contains(is_live) {
        true => {
            "a `*` there may stand for nothing, so it became a regex; its other characters were \
             live there, and are text here"
        }
        false => "a `*` there may stand for nothing, so it became a regex",
    };
    Condition::Changed(condition, note.into())
}

/// Why a regex of Java on a segment has no form here.
pub(super) fn regex_fault(regex: &str, tables: &mut Tables) -> Option<Cow<'static, str>> {
    if let Some(what) = other_in_java(regex) {
        return Some(
            format!("the regex cannot be kept: {what} means another thing in Java").into(),
        );
    }
    tables.regex(regex).err().map(|fault| java(regex, &fault))
}

/// Why a regex of Java on a value has no form here.
pub(super) fn value_regex_fault(regex: &str, tables: &mut Tables) -> Option<Cow<'static, str>> {
    if let Some(what) = other_in_java(regex) {
        return Some(
            format!("the regex cannot be kept: {what} means another thing in Java").into(),
        );
    }
    tables.value_regex(regex).err().map(|fault| java(regex, &fault))
}

/// What a regex holds that both languages take, each in its own way. Source: the pages of Java 17 on
/// `Pattern`, and of this language's engine on its syntax.
fn other_in_java(regex: &str) -> Option<&'static str> {
    let mut depth = 0_u32;
    let mut rest = regex.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match (c, next) {
            ('\\', Some('<' | '>')) => return Some("`\\<` or `\\>`"),
            ('\\', _) => {
                rest.next();
            }
            ('[', Some(':')) if depth > 0 => return Some("`[:` in a class"),
            ('[', _) => depth += 1,
            (']', _) => depth = depth.saturating_sub(1),
            ('-', Some('-')) if depth > 0 => return Some("`--` in a class"),
            ('~', Some('~')) if depth > 0 => return Some("`~~` in a class"),
            _ => {}
        }
    }
    None
}

fn java(regex: &str, fault: &Fault) -> Cow<'static, str> {
    let java = if regex.contains("(?=") || regex.contains("(?!") || regex.contains("(?<") {
        "it looks around, which no engine of bounded time does"
    } else if regex.contains("++") || regex.contains("*+") || regex.contains("?+") {
        "it is possessive, which changes what fits"
    } else if regex.contains('\\') && regex.contains(|c: char| c.is_ascii_digit()) {
        "an escape in it is Java's own, or refers back to a group"
    } else {
        "it is not in the dialect of this language"
    };
    let fault = super::text::shown(&fault.to_string());
    format!("the regex cannot be kept: {java} ({fault})").into()
}

/// The globs that together fit what one glob there fits: with each `*`, and without.
///
/// Nothing where they would be too many.
pub(super) fn variants(glob: &str) -> Option<Vec<String>> {
    let mut parts: Vec<&str> = Vec::new();
    let glob = collapsed(glob);
    parts.extend(glob.split('*'));
    let stars = parts.len() - 1;
    if stars > STARS_MAX {
        return None;
    }
    let mut variants = Vec::new();
    for left_out in 0..1_usize << stars {
        let mut text = String::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 && left_out & (1 << (at - 1)) == 0 {
                text.push('*');
            }
            text.push_str(part);
        }
        if !variants.contains(&text) && !text.contains("**") {
            variants.push(text);
        }
    }
    Some(variants)
}

/// The same glob without two `*` side by side.
pub(super) fn collapsed(glob: &str) -> String {
    let mut text = String::with_capacity(glob.len());
    for c in glob.chars() {
        if c != '*' || !text.ends_with('*') {
            text.push(c);
        }
    }
    text
}

/// Whether a character of a glob is part of a regex there. The dot is not.
pub(super) fn is_live(c: char) -> bool {
    matches!(c, '\\' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$')
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_live(c) || matches!(c, '.' | '*') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match condition(text, &mut Tables::new()) {
            Condition::Kept(text) | Condition::Changed(text, _) => text,
            Condition::Lost(_) => "lost".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn conditions_keep_what_they_fit() {
        check("prod", "prod");
        check("Exists()", "Exists()");
        check("IsDefined()", "Exists()");
        check("NotDefined()", "NotDefined()");
        check("Regex(pre.*)", "Regex(pre.*)");
        check("Wildcard(a.b*)", "Regex(a\\.b.*)");
        check("Wildcard(*)", "Regex(.*)");
        check("Wildcard(a+*)", "Regex(a\\+.*)");
        check("Regex(a--b[a-c]~~)", "Regex(a--b[a-c]~~)");
        for other in ["[[:alpha:]]", "[+--]", "[a-c--b]", "[a~~b]", "\\<a\\>"] {
            check(&format!("Regex({other})"), "lost");
        }
        for lost in ["Regex(a", "Wildcard(a", "Regex((?=a)b)", "Regex((a)\\1)", "Regex(\\Qa\\E)"] {
            check(lost, "lost");
        }
    }

    #[test]
    fn globs_are_written_with_and_without_their_stars() {
        let texts = |glob| variants(glob).expect("few stars");
        assert_eq!(texts("/slow/*"), ["/slow/*", "/slow/"]);
        assert_eq!(texts("a"), ["a"]);
        assert_eq!(texts("/**"), ["/*", "/"]);
        assert_eq!(texts("*a*"), ["*a*", "a*", "*a", "a"]);
        assert_eq!(variants("*a*b*c*"), None);
    }
}
