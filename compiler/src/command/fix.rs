//! `pointsman validate --fix`: the safe fixes of a configuration, made in its files. What a fix is,
//! and which are safe, is decided below.

use std::collections::BTreeMap;

use similar::TextDiff;

use super::replace::replace;
use crate::compile::{Outcome, compile};
use crate::diagnostic::{Findings, Plan, Veil, apply, without_secrets};
use crate::document::folder::ReadFault;
use crate::document::{Folder, LoadError, load};
use crate::limits::FIX_ROUNDS_MAX;
use crate::source::SourceMap;

/// Lines around a change in a diff.
const DIFF_LINES: usize = 3;

/// A configuration with its safe fixes made, in memory.
pub(super) struct Mended {
    folder: Folder,
    files: BTreeMap<String, Text>,
    /// What was found before anything was fixed; none where nothing could be.
    first: Option<Outcome>,
    /// What is found when all is fixed.
    pub(super) last: Outcome,
    /// What is still found when the rounds are over; 0 where nothing more can be mended unasked.
    pub(super) left: usize,
}

/// A file that is changed.
struct Text {
    was: String,
    now: String,
    /// What was made, a line each.
    made: Vec<String>,
}

impl Mended {
    /// Makes the safe fixes, again and again until nothing more can be mended unasked. Nothing is
    /// written.
    ///
    /// Errors: the first file cannot be read.
    pub(super) fn new(folder: Folder, first: &str) -> Result<Self, LoadError> {
        Self::within(FIX_ROUNDS_MAX, folder, first)
    }

    fn within(rounds: usize, folder: Folder, first: &str) -> Result<Self, LoadError> {
        let last = compiled(&folder, first)?;
        let mut mended = Self { folder, files: BTreeMap::new(), first: None, last, left: 0 };
        for _ in 0..rounds {
            let plan = Plan::safe(&mended.last.findings);
            if !take(&mut mended.files, &plan, &mended.last.sources) {
                return Ok(mended);
            }
            let now = compiled(&mended.as_mended(), first)?;
            let before = std::mem::replace(&mut mended.last, now);
            mended.first.get_or_insert(before);
        }
        // Only some findings of a run are kept, so what can be mended of all is not known.
        let findings = &mended.last.findings;
        if !Plan::safe(findings).fixes.is_empty() {
            mended.left = findings.errors() + findings.warnings();
        }
        Ok(mended)
    }

    /// What was found before anything was fixed.
    pub(super) fn before(&self) -> &Findings {
        &self.first.as_ref().unwrap_or(&self.last).findings
    }

    /// Count of fixes.
    pub(super) fn count(&self) -> usize {
        self.files.values().map(|text| text.made.len()).sum()
    }

    /// Count of files that change.
    pub(super) fn files(&self) -> usize {
        self.files.len()
    }

    /// The folder as it is with the fixes made so far.
    fn as_mended(&self) -> Folder {
        let texts = self.files.iter();
        self.folder
            .with(texts.map(|(name, text)| (name.clone(), text.now.clone().into_bytes())).collect())
    }

    /// Writes the files that changed. Gives what was made, and what was refused, a line each; `base` is
    /// the folder as seen from here.
    pub(super) fn write(&self, base: &str) -> (Vec<String>, Vec<String>) {
        let (mut made, mut refused) = (Vec::new(), Vec::new());
        for (name, text) in &self.files {
            let path = self.folder.identity(name).map_err(|fault| match fault {
                ReadFault::Outside => "it is a link that leaves the folder".to_owned(),
                ReadFault::System(why) => why,
                ReadFault::Missing
                | ReadFault::NotAFile
                | ReadFault::TooLarge(_)
                | ReadFault::Spent => "it is not there any more".to_owned(),
            });
            let written = path.and_then(|path| {
                let (was, now) = (text.was.as_bytes(), text.now.as_bytes());
                replace(&path, was, now).map_err(|error| error.to_string())
            });
            match written {
                Ok(()) => made.extend(text.made.iter().map(|line| format!("{base}{line}"))),
                Err(why) => refused.push(format!("{base}{name} is left as it is: {why}")),
            }
        }
        (made, refused)
    }

    /// All changes as a unified diff, which `git apply` takes in the folder of the configuration
    /// where no secret stands in it or beside it: those are not shown.
    pub(super) fn diff(&self) -> String {
        let mut out = String::new();
        let first = self.first.as_ref().unwrap_or(&self.last);
        let veil = Veil::of(&first.findings, &first.sources);
        for (name, text) in &self.files {
            let id = first.sources.find(name);
            let was = id.and_then(|id| veil.over_file(&first.sources, id));
            let was = was.unwrap_or_else(|| without_secrets(&text.was));
            let now = without_secrets(&text.now);
            let name: String = name.chars().flat_map(shown_in_header).collect();
            out.push_str(&changes(text, &name, [&was, &now]));
        }
        out
    }
}

/// What is found in a folder; what would be served is not kept.
fn compiled(folder: &Folder, first: &str) -> Result<Outcome, LoadError> {
    let outcome = compile(load(folder, first)?, 0);
    Ok(Outcome { artifact: None, model: None, ..outcome })
}

/// Makes what is planned; `false` where that is nothing.
fn take(files: &mut BTreeMap<String, Text>, plan: &Plan<'_>, sources: &SourceMap) -> bool {
    let mut is_changed = false;
    for (id, edits) in &plan.edits {
        let Some(source) = sources.file(*id) else { continue };
        let Some(now) = apply(&source.text, edits) else { continue };
        is_changed = true;
        let text = files.entry(source.name.clone()).or_insert_with(|| Text {
            was: source.text.clone(),
            now: String::new(),
            made: Vec::new(),
        });
        text.now = now;
        let made = plan.fixes.iter().filter_map(|(finding, fix)| {
            let place = fix.edits.first().map(|edit| edit.span)?;
            let position = source.position(place.start);
            let line = || format!("{}:{position}: {}", source.name, fix.message);
            (place.file == *id).then(|| format!("{} ({})", line(), finding.code))
        });
        text.made.extend(made);
    }
    is_changed
}

/// What changes in a file; `shown` are both texts as they may be shown.
fn changes(text: &Text, name: &str, shown: [&str; 2]) -> String {
    let [was, now] = shown.map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
    let diff = TextDiff::from_lines(&text.was, &text.now);
    let mut out = format!("--- a/{name}\n+++ b/{name}\n");
    for hunk in diff.unified_diff().context_radius(DIFF_LINES).iter_hunks() {
        out.push_str(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            // A line that stays has both places.
            let line = match (change.old_index(), change.new_index()) {
                (Some(at), _) => was.get(at),
                (None, Some(at)) => now.get(at),
                (None, None) => None,
            };
            let line = line.copied().unwrap_or_default();
            out.push_str(&format!("{}{line}", change.tag()));
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A line end in a name would begin a line of its own.
fn shown_in_header(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control().then(|| c.escape_default());
    let plain = (!c.is_control()).then_some(c);
    escaped.into_iter().flatten().chain(plain)
}

#[cfg(test)]
mod tests {
    use super::Mended;
    use crate::document::Folder;

    #[test]
    fn what_is_left_when_the_rounds_are_over_is_counted() {
        let text = "version = 1\n[listeners.web]\naddress = [\"127.0.0.1:80\"]\n\
            [[routes]]\nid = \"a\"\nmatch = \"a.tld/:id<[0-9]+>\"\nbackend = \"b\"\n\
            [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
        let left = |rounds| {
            let folder = Folder::memory([("pointsman.toml", text)]);
            let mended = Mended::within(rounds, folder, "pointsman.toml").expect("it is read");
            (mended.count(), mended.left)
        };
        // The first fix makes a pattern of the text, the second mends the pattern.
        assert_eq!(left(0), (0, 1));
        assert_eq!(left(1), (1, 1));
        assert_eq!(left(2), (2, 0));
        assert_eq!(left(16), (2, 0));
    }
}
