//! A header in which something stands that no bare name has, so that the reader misses its bracket.

use super::{Fault, floor, line};
use crate::document::value::shown;

/// What is said of a header in which something stands that no bare name has.
pub(super) fn odd_header(text: &str, fault: &Fault) -> Option<(String, Option<String>)> {
    if !["unclosed table", "unclosed array table", "invalid unquoted key"]
        .iter()
        .any(|one| fault.message.starts_with(one))
    {
        return None;
    }
    let line = text.get(line(text, floor(text, fault.at.start)))?.trim();
    let line = line.split('#').next().unwrap_or(line).trim_end();
    let brackets = line.len() - line.trim_start_matches('[').len();
    let inner = line.get(brackets..)?.trim_end_matches(']');
    if inner.len() + 2 * brackets != line.len() || inner.contains(['"', '\'', '[', ']']) {
        return None;
    }
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let odd = inner.trim().chars().find(|c| !is_bare(*c))?;
    if odd == ' ' {
        let meant = inner.trim().replace(' ', "-");
        let header = line.replace(inner, &meant);
        let help = format!("write `{}`; a key with a space stands in quotes", shown(&header));
        return Some(("a name in a header has no space".to_owned(), Some(help)));
    }
    let parts: Vec<String> = inner
        .split('.')
        .map(|part| if part.chars().all(is_bare) { part.to_owned() } else { format!("\"{part}\"") })
        .collect();
    let help = format!("quote the name: `{}`", shown(&line.replace(inner, &parts.join("."))));
    Some((format!("`{}` stands in a header without quotes", shown(&odd.to_string())), Some(help)))
}
