//! How the files of a configuration look: one `stat` a name, again and again. No library watches
//! for us, since that would be a dozen crates for one system call, and would miss what network and
//! container mounts do not announce; a rename over a file, as editors do it, is another inode here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Between two looks, for few names.
const PAUSE_MS: u64 = 150;

/// Names for which a look takes a millisecond longer, at least: a look stays cheap.
const NAMES_PER_MS: usize = 20;

/// How a name looked. Shape: `None` where nothing is there.
type Look = Option<(SystemTime, u64, u64)>;

/// How all names looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp(Vec<Look>);

/// What is looked at.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    root: PathBuf,
    names: BTreeSet<String>,
}

impl Watch {
    /// Looks at the configuration at a path, of which nothing is known yet.
    pub(super) fn new(path: &Path, first: &str) -> Self {
        let root = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let names = [String::new(), first.to_owned()];
        Self { root: root.to_owned(), names: names.into() }
    }

    /// Looks at these names from now on; whether they are others than before.
    pub(super) fn replace(&mut self, names: BTreeSet<String>) -> bool {
        let is_other = self.names != names;
        self.names = names;
        is_other
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// How they look now.
    pub(super) fn stamp(&self) -> Stamp {
        let look = |name: &String| {
            let about = fs::metadata(self.root.join(name)).ok()?;
            Some((about.modified().ok()?, about.len(), inode(&about)))
        };
        Stamp(self.names.iter().map(look).collect())
    }

    /// How long to wait before the next look.
    pub(super) fn pause(&self) -> Duration {
        Duration::from_millis(PAUSE_MS + (self.len() / NAMES_PER_MS) as u64)
    }
}

#[cfg(unix)]
fn inode(about: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_about: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_changes_with_every_kind_of_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("pointsman.toml"), "a").expect("a file");
        fs::create_dir(at("routes")).expect("a folder");
        let mut watch = Watch::new(folder.path(), "pointsman.toml");
        let names = ["", "pointsman.toml", "routes", "later.toml"].map(str::to_owned);
        assert!(watch.replace(names.clone().into()) && !watch.replace(names.into()));
        let mut before = watch.stamp();
        assert_eq!(before, watch.stamp());
        let mut changed = |what: &str| {
            let now = watch.stamp();
            assert_ne!(before, now, "{what}");
            before = now;
        };
        fs::write(at("pointsman.toml"), "ab").expect("a file");
        changed("a longer file");
        fs::write(at("pointsman.toml~"), "ab").expect("a file");
        fs::rename(at("pointsman.toml~"), at("pointsman.toml")).expect("a rename");
        changed("a file renamed over another");
        fs::write(at("routes/new.toml"), "").expect("a file");
        changed("a new file in a folder");
        fs::write(at("later.toml"), "").expect("a file");
        changed("a file that was missing");
        fs::remove_file(at("pointsman.toml")).expect("a file");
        changed("a file that is gone");
    }
}
