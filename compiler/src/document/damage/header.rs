//! A header in which something stands that no bare name has, so that the reader misses its bracket.

use crate::document::value::shown;

/// Complaints of the reader about a header that may be meant.
const COMPLAINTS: [&str; 3] = ["unclosed table", "unclosed array table", "invalid unquoted key"];

/// What is said of a line with such a header, of which the reader complains.
pub(super) fn odd_header(line: &str, complaint: &str) -> Option<(String, Option<String>)> {
    if !COMPLAINTS.iter().any(|start| complaint.starts_with(start)) {
        return None;
    }
    let line = line.trim();
    let line = line.split('#').next().unwrap_or(line).trim_end();
    let brackets = line.len() - line.trim_start_matches('[').len();
    let inner = line.get(brackets..)?.trim_end_matches(']');
    if brackets == 0
        || inner.len() + 2 * brackets != line.len()
        || inner.contains(['"', '\'', '[', ']'])
    {
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
