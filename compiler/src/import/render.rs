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

- A path's segments are whole: the text of a last segment is no prefix of a longer one.
- The most specific route wins, and a branch that fails is left for its sibling; Otoroshi tries
  nothing further once a host or segment was chosen.
- A method that no route takes is answered with 405 instead of 404.
- `X-Forwarded-*` of a client is believed from `trusted_proxies` alone.
";

/// Lines of a group.
fn of<'r>(report: &'r Report, (_, outcome, security): (&str, Outcome, bool)) -> Vec<&'r Line> {
    let fits = |line: &&Line| line.outcome == outcome && line.security == security;
    report.lines().iter().filter(fits).collect()
}

fn place(tree: &Tree, line: &Line) -> String {
    let (file, document) = tree.origin(line.node);
    let at = tree.line(line.node);
    match document {
        1 => format!("{file}:{at}"),
        _ => format!("{file}:{at} (document {document})"),
    }
}

/// A table for people, grouped by what became of the fields.
pub fn human(tree: &Tree, report: &Report) -> String {
    let mut out = String::new();
    for group in GROUPS {
        let lines = of(report, group);
        if lines.is_empty() {
            continue;
        }
        let rows: Vec<(String, String, &str)> = lines
            .iter()
            .map(|line| (place(tree, line), tree.path(line.node), &*line.note))
            .collect();
        let width = |of: fn(&(String, String, &str)) -> usize| {
            rows.iter().map(of).max().unwrap_or_default().min(60)
        };
        let first = width(|row| row.0.chars().count());
        let second = width(|row| row.1.chars().count());
        out.push_str(&format!("{} ({})\n", group.0, lines.len()));
        for (place, path, note) in rows {
            out.push_str(&format!("  {place:<first$}  {path:<second$}  {}\n", text::line(note)));
        }
        out.push('\n');
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
            let cells = [place(tree, line), tree.path(line.node), line.note.clone().into_owned()];
            out.push_str(&format!("| {} |\n", cells.map(|cell| cell_text(&cell)).join(" | ")));
        }
    }
    out
}

/// A text that stays in its cell.
fn cell_text(text: &str) -> String {
    text::line(text).replace('|', "\\|").replace('<', "&lt;")
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
