//! What `pointsman test --write` says of what it wrote, and of routes that it has no test for.

use serde_json::{Value as Json, json};

use super::console;
use crate::diagnostic::without_secrets;
use crate::propose::Proposal;

/// Ids that are told in a line; of the rest only the count.
const IDS_SHOWN_MAX: usize = 20;

/// What became of `--write`.
pub(super) enum Written {
    /// A file.
    File(Proposal),
    /// Nothing: no route lacks a test, or no request was found for those.
    Nothing {
        /// Routes for which no request was found.
        unshown: Vec<String>,
        /// Routes for which no long search was made.
        unsearched: Vec<String>,
    },
}

impl Written {
    /// For people; `base` is the folder of the configuration as seen from here.
    pub(super) fn as_text(&self, base: &str) -> String {
        match self {
            Self::Nothing { unshown, unsearched }
                if unshown.is_empty() && unsearched.is_empty() =>
            {
                "nothing to write: every route has a test\n".to_owned()
            }
            Self::Nothing { unshown, unsearched } => {
                format!("nothing was written\n{}", without_test(unshown, unsearched))
            }
            Self::File(Proposal { name, text, tests, unshown, unsearched, left }) => {
                let mut out =
                    format!("\nwrote {base}{name}: {}\n", console::counted(*tests, "test"));
                // What they are worth stands in the file alone.
                let text = without_secrets(text);
                let lines =
                    text.lines().map(|line| format!("{}\n", format!("+ {line}").trim_end()));
                out.extend(lines);
                out.push_str(&without_test(unshown, unsearched));
                if *left > 0 {
                    let left = console::counted(*left, "route");
                    out.push_str(&format!("{left} left; call it again\n"));
                }
                out
            }
        }
    }

    /// For machines: `file` as all files are named, and `path` as seen from here.
    pub(super) fn as_json(&self, base: &str) -> Json {
        match self {
            Self::Nothing { unshown, unsearched } => {
                json!({ "file": null, "path": null, "tests": 0, "unshown": unshown, "unsearched": unsearched })
            }
            Self::File(Proposal { name, tests, unshown, unsearched, left, .. }) => json!({
                "file": name, "path": format!("{base}{name}"), "tests": tests, "unshown": unshown, "unsearched": unsearched,
                "left": left,
            }),
        }
    }
}

fn without_test(unshown: &[String], unsearched: &[String]) -> String {
    let mut out = String::new();
    if !unshown.is_empty() {
        out.push_str(&format!("no request without a secret was found for: {}\n", ids(unshown)));
    }
    if !unsearched.is_empty() {
        let count = console::counted(unsearched.len(), "route");
        out.push_str(&format!(
            "{count} without a test: no plain request reaches them, and the search for another \
             ended before their turn; write those by hand: {}\n",
            ids(unsearched)
        ));
    }
    out
}

fn ids(all: &[String]) -> String {
    let mut out = all.iter().take(IDS_SHOWN_MAX).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > IDS_SHOWN_MAX {
        out.push_str(&format!(" and {} more; --json has all of them", all.len() - IDS_SHOWN_MAX));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_without_a_test_are_counted_and_named() {
        let ids = |count: usize| -> Vec<String> { (0..count).map(|at| format!("r{at}")).collect() };
        let text = |unshown, unsearched| Written::Nothing { unshown, unsearched }.as_text("");
        assert_eq!(text(ids(0), ids(0)), "nothing to write: every route has a test\n");
        assert_eq!(
            text(ids(1), ids(0)),
            "nothing was written\nno request without a secret was found for: r0\n"
        );
        let many = text(ids(0), ids(25));
        assert!(many.contains("\n25 routes without a test: "), "{many}");
        assert!(many.ends_with("r19 and 5 more; --json has all of them\n"), "{many}");
    }
}
