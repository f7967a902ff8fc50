//! How a report looks: a table for people, Markdown beside what was written, an object a line for
//! machines.

use serde::Serialize;

use super::input::Tree;
use super::report::{Line, Outcome, Report};
use super::text;

/// Groups of a report, the worst first.
const GROUPS: [(&str, Outcome, bool); 5] = [
    ("LOST, and it protected something", Outcome::Lost, true),
    ("LOST", Outcome::Lost, false),
    ("CHANGED", Outcome::Changed, false),
    ("KEPT", Outcome::Kept, false),
    ("IRRELEVANT", Outcome::Irrelevant, false),
];

/// What differs for every route, whatever its fields say.
const ALWAYS: &str = "\
Whatever the fields say:

- A path's segments are whole. Otoroshi also serves what begins with the text of a last segment; where
  another route would take that, it is written too (`admin*`), and a path that ends with `/` with it.
- The most specific route wins, and a branch that fails is left for its sibling; Otoroshi tries nothing
  further once a host or segment was chosen. Where a route could so take what is another's or nobody's,
  a route answers as Otoroshi does (`-otherwise`, `-other-methods`, `nowhere`), or one is written once
  more (`-first`), with state of its own. What could not be kept so is named below.
- A route that would let in whom it kept out is switched off; the one beside it (`-closed`) answers 503.
- A method that no route takes is answered with 405 instead of 404, but for those routes.
- Fields with `_` in their names are removed, but where a route asks for one (`[paths] underscores`).
- `X-Forwarded-*` of a client is believed from `trusted_proxies` alone.
";

/// Lines of a group.
fn of<'r>(report: &'r Report, (_, outcome, security): (&str, Outcome, bool)) -> Vec<&'r Line> {
    let fits = |line: &&Line| line.outcome == outcome && line.security == security;
    report.lines().iter().filter(fits).collect()
}

fn place_in_file(tree: &Tree, line: &Line) -> String {
    let at = tree.line(line.node);
    match tree.origin(line.node).1 {
        1 => at.to_string(),
        document => format!("{at} (document {document})"),
    }
}

/// For people: what is lost or changed, fields of which the same is said together. A file is named once
/// in front of all that stands in it. What is kept is on the page.
pub fn human(tree: &Tree, report: &Report) -> String {
    let (mut out, mut file) = (String::new(), None);
    for group in GROUPS.iter().filter(|group| group.1 < Outcome::Kept) {
        let lines = of(report, *group);
        if lines.is_empty() {
            continue;
        }
        let is_same = |a: &&Line, b: &&Line| {
            a.note == b.note && tree.origin(a.node).0 == tree.origin(b.node).0
        };
        let entries: Vec<&[&Line]> = lines.chunk_by(is_same).collect();
        let count = match (lines.len(), entries.len()) {
            (fields, entries) if fields == entries => fields.to_string(),
            (fields, 1) => format!("{fields} fields in 1 entry"),
            (fields, entries) => format!("{fields} fields in {entries} entries"),
        };
        let mut heading = Some(format!("{} ({count})\n", group.0));
        for same in entries {
            let Some(first) = same.first() else { continue };
            let own = tree.origin(first.node).0;
            if file != Some(own) {
                file = Some(own);
                out.push_str(&format!("{own}\n"));
            }
            out.push_str(&heading.take().unwrap_or_default());
            let fields: Vec<String> = same.iter().map(|line| tree.path(line.node)).collect();
            let at = place_in_file(tree, first);
            out.push_str(&format!("  line {at}  {}\n", together(&fields)));
            out.push_str(&format!("      {}\n", text::line(&first.note)));
        }
        out.push('\n');
    }
    out
}

/// Fields that are told by name beside each other.
const FIELDS_SHOWN_MAX: usize = 6;

/// Several paths in one line: what they have in common, then what each has of its own.
fn together(paths: &[String]) -> String {
    let (Some(first), true) = (paths.first(), paths.len() > 1) else { return paths.concat() };
    let alike = |path: &String| {
        let same = first.char_indices().zip(path.chars()).take_while(|((_, a), b)| a == b);
        same.last().map_or(0, |((at, c), _)| at + c.len_utf8())
    };
    let common = paths.iter().map(alike).min().unwrap_or_default();
    let common = first.get(..common).and_then(|common| common.rfind('.')).unwrap_or_default();
    let start = if common == 0 { 0 } else { common + 1 };
    let own: Vec<&str> = paths.iter().map(|path| path.get(start..).unwrap_or(path)).collect();
    let mut out = if common == 0 { String::new() } else { format!("{}: ", &first[..common]) };
    out.push_str(&own[..own.len().min(FIELDS_SHOWN_MAX)].join(", "));
    if own.len() > FIELDS_SHOWN_MAX {
        out.push_str(&format!(" and {} more", own.len() - FIELDS_SHOWN_MAX));
    }
    out
}

/// One line that says how many fields there are of each kind.
pub fn summary(report: &Report) -> String {
    let count = |outcome| report.count(outcome);
    let mut out = format!(
        "{} kept, {} changed, {} lost, {} irrelevant",
        count(Outcome::Kept),
        count(Outcome::Changed),
        count(Outcome::Lost),
        count(Outcome::Irrelevant)
    );
    if report.security_losses() > 0 {
        out.push_str(&format!(
            "; {} of what is lost protected something",
            report.security_losses()
        ));
    }
    out
}

/// The same as a page.
pub fn markdown(tree: &Tree, report: &Report) -> String {
    let mut out = format!("# Import\n\nFields: {}.\n\n{ALWAYS}", summary(report));
    for group in GROUPS {
        let lines = of(report, group);
        if lines.is_empty() {
            continue;
        }
        out.push_str(&format!("\n## {} ({})\n\n", group.0, lines.len()));
        out.push_str("| place | field | what and why |\n|---|---|---|\n");
        for line in lines {
            let cells =
                [tree.place(line.node), tree.path(line.node), line.note.clone().into_owned()];
            out.push_str(&format!("| {} |\n", cells.map(|cell| cell_text(&cell)).join(" | ")));
        }
    }
    out
}

/// A text that stays in its cell, and is no link there, whatever it holds.
fn cell_text(text: &str) -> String {
    let text = text::line(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('`') {
        let (before, from) = rest.split_at(start);
        prose(before, &mut out);
        let run = from.bytes().take_while(|byte| *byte == b'`').count();
        let (ticks, behind) = from.split_at(run);
        match closing(behind, run) {
            Some(end) => {
                out.push_str(ticks);
                // A table is cut into cells before code is looked for.
                out.push_str(&behind[..end].replace('|', "\\|"));
                out.push_str(ticks);
                rest = &behind[end + run..];
            }
            None => {
                out.extend(ticks.chars().flat_map(|tick| ['\\', tick]));
                rest = behind;
            }
        }
    }
    prose(rest, &mut out);
    out
}

/// Where the next run of exactly so many backticks begins.
fn closing(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        if length == run {
            return Some(start);
        }
        at = start + length;
    }
    None
}

/// What stands outside of code.
fn prose(text: &str, out: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '|' | '\\' => out.extend(['\\', c]),
            // What follows would be the place of a link.
            ']' if characters.peek() == Some(&'(') => out.push_str("\\]"),
            _ => out.push(c),
        }
    }
}

/// A line as machines read it.
#[derive(Serialize)]
struct Record<'a> {
    file: &'a str,
    document: u32,
    line: u32,
    path: String,
    outcome: &'static str,
    security: bool,
    note: &'a str,
}

/// An object a line.
pub fn json(tree: &Tree, report: &Report) -> String {
    let mut out = String::new();
    for line in report.lines() {
        let (file, document) = tree.origin(line.node);
        let record = Record {
            file,
            document,
            line: tree.line(line.node),
            path: tree.path(line.node),
            outcome: line.outcome.word(),
            security: line.security,
            note: &line.note,
        };
        // Texts and numbers always have a form.
        if let Ok(text) = serde_json::to_string(&record) {
            out.push_str(&text);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{cell_text, together};

    #[test]
    fn foreign_text_is_no_link_on_the_page() {
        for (text, expected) in [
            ("a[0].b", "a[0].b"),
            ("[x](javascript:1)", "[x\\](javascript:1)"),
            ("[x\\](javascript:1)", "[x\\\\\\](javascript:1)"),
            ("`[x](y)` [x](y)", "`[x](y)` [x\\](y)"),
            ("`a`[x](y)`b`", "`a`[x\\](y)`b`"),
            ("``a` [x](y)", "\\`\\`a\\` [x\\](y)"),
            ("`a|b` <c>|", "`a\\|b` &lt;c>\\|"),
        ] {
            assert_eq!(cell_text(text), expected, "{text}");
        }
    }

    #[test]
    fn together_says_once_what_paths_have_in_common() {
        let check = |paths: &[&str], expected: &str| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(together(&paths), expected);
        };
        check(&["[2].plugins[0].enabled"], "[2].plugins[0].enabled");
        check(
            &["[2].a.enabled", "[2].a.config.é", "[2].a.config.e"],
            "[2].a: enabled, config.é, config.e",
        );
        check(&["a", "b"], "a, b");
        check(&["r.a", "r.b", "r.c", "r.d", "r.e", "r.f", "r.g"], "r: a, b, c, d, e, f and 1 more");
    }
}
