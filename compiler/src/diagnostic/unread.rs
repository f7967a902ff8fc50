//! Secrets in the text of a file, found without reading it as TOML: what cannot be read, or bears a
//! name that nobody knows, is as secret as what can. A guess, which hides rather too much.

use std::ops::Range;

use pointsman_routing::explain::{is_sensitive, looks_secret};

/// Names whose values are secrets, and how many letters may be wrong in them.
const NAMES: [(&str, usize); 6] =
    [("password", 2), ("passphrase", 2), ("passwd", 1), ("secret", 2), ("token", 1), ("pwd", 0)];
/// Parts of names that are held for secrets where nothing was understood.
const PARTS: [&str; 5] = ["pass", "pwd", "secret", "token", "key"];
/// How a value begins that only says where a secret is.
const REFERENCES: [&str; 3] = ["env:", "file:", "credential:"];
/// How a key or certificate begins.
const PEM: &str = "-----BEGIN";
/// Longest name that is judged. Unit: bytes.
const NAME_BYTES_MAX: usize = 256;

/// How much of a file was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Understood<'k> {
    /// It is no TOML: a value may end anywhere.
    Nothing,
    /// That it is TOML, and not what its keys are.
    Form,
    /// All but the keys that begin at these bytes.
    AllBut(&'k [usize]),
}

/// Where secrets stand, or may stand, in a text that is no TOML.
#[derive(Debug)]
pub struct UnreadSecrets(Vec<Range<usize>>);

impl UnreadSecrets {
    /// Looks through a text once, for all who ask of it.
    pub fn of(text: &str) -> Self {
        Self(secrets(text, Understood::Nothing))
    }

    /// Whether a byte is in one.
    pub fn hold(&self, at: usize) -> bool {
        self.0.iter().any(|one| one.contains(&at))
    }
}

/// Where secrets stand in the text of a whole file; in any order.
pub(super) fn secrets(text: &str, understood: Understood<'_>) -> Vec<Range<usize>> {
    let mut found = pem(text);
    let mut from = 0;
    let is_open = understood == Understood::Nothing;
    if is_open {
        found.extend(without_sign(text));
    }
    for (sign, c) in text.char_indices().filter(|(_, c)| matches!(c, '=' | ':')) {
        if sign < from || c == ':' && !is_open {
            continue;
        }
        let Some((start, name)) = name_before(text, sign) else { continue };
        let is_unknown = match understood {
            Understood::Nothing | Understood::Form => true,
            Understood::AllBut(keys) => keys.contains(&start),
        };
        let by_name = is_named(&name) || is_unknown && may_be_named(&name);
        let start = value_start(text, sign + 1);
        let rest = text.get(start..).unwrap_or_default();
        let is_quoted = rest.starts_with(['"', '\'']);
        // Lists in lists would be read again for each.
        if !by_name && !is_quoted {
            continue;
        }
        let value = start..start + len_of_value(rest);
        let Some(said) = text.get(value.clone()).filter(|said| !said.is_empty()) else { continue };
        let inner = said.trim_matches(['"', '\'']);
        if is_quoted && REFERENCES.iter().any(|reference| inner.starts_with(reference)) {
            continue;
        }
        let by_look = is_quoted && !inner.contains("${") && looks_secret(&name, inner);
        if by_name || by_look {
            let end = if is_open { line_end(text, value.end) } else { value.end };
            found.push(value.start..end);
            from = end;
        }
    }
    found
}

/// A name without case and signs.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name says that its value is a secret, be it with a slip.
fn is_named(name: &str) -> bool {
    let name = folded(name);
    let len = name.chars().count();
    // Each letter more or less is a slip, so that most names need not be compared.
    let is_near = |(one, slips): &(&str, usize)| {
        len.abs_diff(one.len()) <= *slips && strsim::damerau_levenshtein(&name, one) <= *slips
    };
    name.starts_with("pass") || NAMES.iter().any(is_near)
}

/// Whether a name that nobody knows may say so.
fn may_be_named(name: &str) -> bool {
    let folded = folded(name);
    is_sensitive(name) || PARTS.iter().any(|part| folded.contains(part))
}

/// The name in front of a sign, on its line, and where it begins.
fn name_before(text: &str, sign: usize) -> Option<(usize, String)> {
    let before = text.get(..sign)?.trim_end_matches([' ', '\t']);
    if let Some(quote) = before.chars().next_back().filter(|c| "\"'".contains(*c)) {
        let inner = before.get(..before.len() - 1)?;
        let near = inner.char_indices().rev().take(NAME_BYTES_MAX);
        let start = near.take_while(|(_, c)| *c != '\n').find(|(_, c)| *c == quote)?.0;
        return Some((start, unescaped(inner.get(start + 1..)?)));
    }
    let near = before.char_indices().rev().take(NAME_BYTES_MAX);
    let name = near.take_while(|(_, c)| c.is_alphanumeric() || "-_".contains(*c));
    let start = name.last()?.0;
    Some((start, before.get(start..)?.to_owned()))
}

/// A name with the characters that `\u0061` and the like stand for.
fn unescaped(name: &str) -> String {
    let mut parts = name.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let len = if part.starts_with('U') { 9 } else { 5 };
        let code = part.strip_prefix(['u', 'U']).and_then(|_| part.get(1..len));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match c {
            Some(c) => {
                out.push(c);
                out.push_str(part.get(len..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    out
}

/// Where the value begins whose sign ends at a byte.
fn value_start(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let value = rest.trim_start_matches([' ', '\t', '\r']);
    let Some(next) = value.strip_prefix('\n') else { return text.len() - value.len() };
    // Nobody may write so; somebody does.
    let line = next.lines().next().unwrap_or_default();
    let is_statement = line.contains('=') || line.trim_start().starts_with('[');
    let value = if is_statement { value } else { next.trim_start_matches([' ', '\t']) };
    text.len() - value.len()
}

/// Length of the value at the beginning of a text; up to its end where it is never closed.
fn len_of_value(text: &str) -> usize {
    if text.starts_with(['[', '{']) {
        return len_of_brackets(text);
    }
    if text.starts_with(['"', '\'']) {
        return len_of_quoted(text);
    }
    let end = text.find([',', '}', ']', '\n', '\r', '#', '"', '\'', '&']).unwrap_or(text.len());
    text.get(..end).map_or(end, |value| value.trim_end().len())
}

/// Length of a text in quotes of any kind, quotes included.
fn len_of_quoted(text: &str) -> usize {
    let (quotes, is_long) = match text.get(..3) {
        Some(three @ ("\"\"\"" | "'''")) => (three, true),
        _ => (text.get(..1).unwrap_or_default(), false),
    };
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(quotes.len()) {
        if c == '\n' && !is_long {
            return at;
        } else if is_escaped {
            is_escaped = false;
        } else if c == '\\' && quotes.starts_with('"') {
            is_escaped = true;
        } else if text.get(at..).is_some_and(|rest| rest.starts_with(quotes)) {
            return at + quotes.len();
        }
    }
    text.len()
}

/// Length of a list or table, brackets included.
fn len_of_brackets(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            '"' | '\'' => {
                at += len_of_quoted(text.get(at..).unwrap_or_default());
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |end| at + end)
}

/// What stands behind a name at the beginning of a line that has no sign.
fn without_sign(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = start + line.len() - line.trim_start().len();
        let rest = line.trim();
        let len = rest.find(|c: char| !c.is_alphanumeric() && !"-_".contains(c));
        if let Some((name, behind)) = len.and_then(|len| rest.split_at_checked(len)) {
            let value = behind.trim_start();
            let has_sign = value.starts_with(['=', ':', '.', ']']) || value.is_empty();
            if !has_sign && (is_named(name) || may_be_named(name)) {
                let end = begins + rest.len();
                found.push(end - value.len()..end);
            }
        }
        start += line.len();
    }
    found
}

/// Keys and certificates as PEM, each up to the line of its end, or as far as it may go.
fn pem(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut has_end = true;
    for (at, _) in text.match_indices(PEM) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        // Where one has no end, no later one has.
        let ends = ["-----END", "\"\"\"", "'''"].iter().filter(|_| has_end);
        let long = ends.filter_map(|end| rest.find(end)).min();
        has_end = long.is_some();
        let from = long.unwrap_or(0);
        let end = |rest: &str| rest.find(['\n', '\r', '"', '\'']).unwrap_or(rest.len());
        let end = from + end(rest.get(from..).unwrap_or_default());
        let end = if long.is_some() { end } else { end + base64(rest.get(end..)) };
        found.push(at..at + end);
    }
    found
}

/// Length of the lines of Base64 at the beginning of a text.
fn base64(text: Option<&str>) -> usize {
    let text = text.unwrap_or_default();
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !"+/=\r\n".contains(c);
    text.find(is_other).map_or(text.len(), |at| line_end(text, at))
}
