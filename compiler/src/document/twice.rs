//! What is written twice in a damaged file: where it stands first, and in which form it should have
//! been written. Looks at lines alone, since nothing else can be read.

use std::ops::Range;

use super::keys::{Kind, ROOT};
use super::nearest::nearest;
use super::value::shown;

/// Bytes in front of the second place in which the first one is looked for.
const LOOKED_BYTES_MAX: usize = 1024 * 1024;

/// What is known of a key or table that is written again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Twice {
    /// Where it stands first, if that is a line of its own.
    pub(super) first: Option<Range<usize>>,
    /// What to do.
    pub(super) help: String,
}

/// A line that is a header, or the beginning of a line up to its `=`.
struct Line {
    /// Names from the top of the file, each with its place.
    path: Vec<(String, Range<usize>)>,
    is_header: bool,
    /// Two brackets.
    is_list: bool,
}

/// What is said of the fault at `at`, where the second one stands.
///
/// Cost: linear in the text in front of it.
pub(super) fn twice(text: &str, at: usize) -> Twice {
    const PLAIN: &str = "a key or table stands once in a file; keep one of the two";
    let mut header: Vec<(String, Range<usize>)> = Vec::new();
    let mut earlier: Vec<Line> = Vec::new();
    // A longer file is not kept in lines: then the line itself is all that is looked at.
    let begins = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let mut start = if at > LOOKED_BYTES_MAX { begins } else { 0 };
    for raw in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let line = line(raw, start);
        start += raw.len();
        let Some(mut line) = line else { continue };
        if line.is_header {
            header.clone_from(&line.path);
        } else {
            line.path.splice(0..0, header.iter().cloned());
        }
        let own = line.path.iter().position(|(_, place)| place.contains(&at));
        // Names of a header that the line stands under are not on the line.
        if let Some(own) = own.filter(|_| start > at) {
            let again: Vec<&str> = names(&line).take(own + 1).collect();
            let says = |line: &&Line| {
                line.path.len() >= again.len() && names(line).zip(&again).all(|(a, b)| a == *b)
            };
            let is_same = |line: &&Line| line.path.len() == again.len() && says(line);
            let first = earlier.iter().rev().find(is_same);
            let first = first.or_else(|| earlier.iter().find(says));
            let place = first.and_then(|line| line.path.get(own)).map(|(_, place)| place.clone());
            let help = form(&again, line.is_header.then_some(line.is_list));
            return Twice { first: place, help: help.unwrap_or_else(|| PLAIN.to_owned()) };
        }
        if start > at {
            break;
        }
        let is_new_one = line.is_header && line.is_list;
        if is_new_one {
            // What stands in the table before is another one's.
            let path: Vec<String> = names(&line).map(str::to_owned).collect();
            earlier.retain(|line| {
                line.path.len() <= path.len() || !names(line).zip(&path).all(|(a, b)| a == b)
            });
        }
        earlier.push(line);
    }
    Twice { first: None, help: PLAIN.to_owned() }
}

fn names(line: &Line) -> impl Iterator<Item = &str> {
    line.path.iter().map(|(name, _)| name.as_str())
}

/// What a line says, if it is a header or begins with a key.
fn line(raw: &str, start: usize) -> Option<Line> {
    let text = raw.trim_start();
    let at = start + raw.len() - text.len();
    let brackets = text.len() - text.trim_start_matches('[').len();
    let end = if brackets == 0 { text.find('=') } else { text.find(']') }?;
    let inner = text.get(brackets..end)?;
    let mut path = Vec::new();
    let mut place = at + brackets;
    for part in inner.split('.') {
        let name = part.trim();
        let from = place + part.len() - part.trim_start().len();
        let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        let bare = name.trim_matches(['"', '\'']);
        if bare.is_empty() || !bare.chars().all(is_bare) {
            return None;
        }
        path.push((bare.to_owned(), from..from + name.len()));
        place += part.len() + 1;
    }
    Some(Line { path, is_header: brackets > 0, is_list: brackets > 1 })
}

/// The form in which the header of a table is written; `None` where it has it, or has none.
fn form(path: &[&str], is_list: Option<bool>) -> Option<String> {
    let is_list = is_list?;
    let (name, inner) = path.split_first()?;
    let known = nearest(name, ROOT.keys.iter().map(|key| key.name))?;
    let rows = match (&ROOT.key(known)?.kind, inner) {
        (Kind::Named(rows), []) if is_list || known != *name => {
            return Some(format!(
                "the name stands in the header, in one bracket: `{}`",
                rows.header
            ));
        }
        (Kind::Tables(rows), []) if !is_list => {
            return Some(format!(
                "each has a header of its own, in two brackets: `{}`",
                rows.header
            ));
        }
        (Kind::Named(rows) | Kind::Tables(rows), _) => rows,
        _ => return None,
    };
    // `[backends.NAME.targets]`, again for each target, or beside a list of them.
    let key = rows.key(inner.last()?)?;
    if !matches!(key.kind, Kind::Tables(_)) {
        return None;
    }
    let header = shown(&path.join("."));
    Some(format!(
        "each has a header of its own, in two brackets: `[[{header}]]`; or all of them stand in one \
         `{} = [{{ … }}, …]`",
        key.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The second of the two is where `again` stands last.
    fn check(text: &str, again: &str, line_of_first: Option<usize>, help: &str) {
        let found = twice(text, text.rfind(again).expect("it is written"));
        let line = found.first.map(|place| text[..place.start].matches('\n').count() + 1);
        assert_eq!(line, line_of_first, "{text}");
        assert!(found.help.contains(help), "{text}: {}", found.help);
    }

    #[test]
    fn twice_names_the_first_place_and_the_form() {
        check("a = 1\nb = 2\na = 3\n", "a", Some(1), "keep one of the two");
        check("[limits]\nx = 1\n[logs]\nx = 2\nx = 3\n", "x", Some(4), "keep one");
        check("[[routes]]\nid = 1\n[[routes]]\nid = 2\nid = 3\n", "id", Some(4), "keep one");
        check("[[routes]]\nid = 1\nmatch = []\nid = 2\n", "id", Some(2), "keep one");
        check("[backends.b]\n[backends.b.client]\n[backends.b]\n", "b]", Some(1), "keep one");
        check("[listeners.web]\n[[listeners]]\n", "listeners", Some(1), "`[listeners.NAME]`");
        check("[routes]\n[routes]\n", "routes", Some(1), "`[[routes]]`");
        check("[route]\n[route]\n", "route", Some(1), "`[[routes]]`");
        check(
            "[backends.x]\ntargets = []\n[backends.x.targets]\n",
            "targets",
            Some(2),
            "`[[backends.x.targets]]`",
        );
        check("a = { b = 1, b = 2 }\n", "b", None, "keep one of the two");
        let long = format!("[routes]\n{}[routes]\n", "# a comment\n".repeat(100_000));
        check(&long, "routes", None, "`[[routes]]`");
    }

    proptest! {
        #[test]
        fn twice_any_text_stays_inside(text in "[\\[\\]a-c.=\" é\n]{0,40}", at in 0usize..60) {
            if let Some(first) = twice(&text, at).first {
                prop_assert!(text.get(first.clone()).is_some(), "{:?}", first);
            }
        }
    }
}
