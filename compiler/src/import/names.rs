//! Names that the language allows, each once: safe forms of foreign ones.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::explain::shown_text;
use pointsman_schemas::limits::{NAME_BYTES_MAX, ROUTE_ID_BYTES_MAX};

/// Names that were given out.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number to try next behind a name.
    next: BTreeMap<String, u64>,
}

impl Names {
    /// A name of a backend, listener, certificate or target.
    pub(super) fn name(&mut self, foreign: &str, otherwise: &str) -> String {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        self.unique(&shaped(foreign, otherwise, safe), NAME_BYTES_MAX)
    }

    /// An id of a route.
    pub(super) fn route(&mut self, foreign: &str, otherwise: &str) -> String {
        self.unique(&shaped(foreign, otherwise, |c| c.is_ascii_graphic()), ROUTE_ID_BYTES_MAX)
    }

    /// A name of a file that no system finds odd, told apart without regard to case.
    pub(super) fn file(&mut self, name: &str) -> String {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let name = shaped(name, "unnamed", safe).to_ascii_lowercase();
        let name = name.trim_matches('.');
        self.unique(if name.is_empty() { "unnamed" } else { name }, 100)
    }

    fn unique(&mut self, name: &str, bytes_max: usize) -> String {
        let cut = |room: usize| name.get(..name.len().min(room)).unwrap_or(name);
        let mut candidate = cut(bytes_max).to_owned();
        if self.taken.insert(candidate.clone()) {
            return candidate;
        }
        // Where one name comes many times, not all of its numbers are tried each time.
        let next = self.next.entry(candidate.clone()).or_insert(2);
        loop {
            let end = format!("-{next}");
            candidate = format!("{}{end}", cut(bytes_max - end.len()));
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                break;
            }
        }
        candidate
    }
}

fn shaped(foreign: &str, otherwise: &str, is_safe: impl Fn(char) -> bool) -> String {
    // Only ASCII passes, so that it can be cut anywhere.
    let name: String =
        shown_text(foreign).chars().map(|c| if is_safe(c) { c } else { '-' }).collect();
    let is_useful = name.contains(|c: char| c != '-' && c != '.');
    if is_useful { name } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_and_unique() {
        let mut names = Names::default();
        assert_eq!(names.name("https://a:443", "x"), "https---a-443");
        assert_eq!(names.name("https://a/443", "x"), "https---a-443-2");
        assert_eq!(names.name("", "target-1"), "target-1");
        assert_eq!(names.name("//", "target-1"), "target-1-2");
        assert_eq!(names.name(&"x".repeat(300), "").len(), NAME_BYTES_MAX);
        assert_eq!(names.name(&"x".repeat(300), "").len(), NAME_BYTES_MAX);
        assert_eq!(names.route("shop (old) é", "r"), "shop-(old)--");
    }

    #[test]
    fn file_names_leave_no_folder() {
        let mut names = Names::default();
        assert_eq!(names.file("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(names.file("A"), "a");
        assert_eq!(names.file("a"), "a-2");
        assert_eq!(names.file(".."), "unnamed");
    }

    #[test]
    fn one_name_many_times_is_not_tried_with_each_number_again() {
        // With every number tried each time this would take minutes.
        let mut names = Names::default();
        let last = (0..50_000).map(|_| names.route("same", "r")).last();
        assert_eq!(last.as_deref(), Some("same-50000"));
        assert_eq!(names.route("same-7", "r"), "same-7-2");
    }
}
