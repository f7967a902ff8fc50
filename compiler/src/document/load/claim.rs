//! Which files on disk are a configuration's own: what it reads, and what it would read if it were
//! there. A command that writes a file asks before.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Loaded;
use crate::document::{Folder, include};
use crate::source::{SourceMap, Spanned};

/// What a configuration reads on disk.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// None where it stands in memory.
    root: Option<PathBuf>,
    /// The names that it hangs on, those of folders that were looked through among them.
    looked: BTreeSet<String>,
    include: Vec<Spanned<String>>,
}

/// How a configuration has to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It reads it.
    Read,
    /// It would read it next time: an include fits its name.
    Named,
}

impl Claim {
    /// Takes out of what was loaded what compiling does not need.
    pub fn take(folder: &Folder, loaded: &mut Loaded) -> Self {
        let root = match folder {
            Folder::Disk(root) | Folder::Changed(root, _) => Some(root.clone()),
            Folder::Memory(_) => None,
        };
        let first = loaded.documents.first();
        let include = first.map(|document| document.include.clone()).unwrap_or_default();
        Self { root, looked: std::mem::take(&mut loaded.looked), include }
    }

    /// Whether a file, there or not, is the configuration's own, whatever it is called: by links,
    /// by another way to its folder, by a second name of the same file.
    ///
    /// Cost: some calls of the system, and a few for each file that is read or folder that was looked
    /// through.
    pub fn of(&self, path: &Path, sources: &SourceMap) -> Option<Claimed> {
        let root = self.root.as_deref()?;
        let about = fs::metadata(path).ok();
        // A link to a file is written through; one to nothing is replaced.
        let real = fs::canonicalize(path).ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = fs::canonicalize(folder.unwrap_or_else(|| Path::new("."))).ok()?;
            Some(folder.join(path.file_name()?))
        })?;
        let names: HashSet<&str> = sources.files().map(|(_, file)| file.name.as_str()).collect();
        let is_read = |about: &fs::Metadata| {
            let mut own = names.iter().map(|name| root.join(name));
            own.any(|own| is_same((&own, fs::metadata(&own).ok()), (&real, about)))
        };
        if about.as_ref().is_some_and(is_read) {
            return Some(Claimed::Read);
        }
        let (folder, name) = (real.parent()?, real.file_name()?.to_str()?);
        let mut folders = self.looked.iter().filter(|name| !names.contains(name.as_str()));
        let is_named = folders.any(|looked| {
            let own = if looked.is_empty() { name.to_owned() } else { format!("{looked}/{name}") };
            fs::canonicalize(root.join(looked)).is_ok_and(|looked| looked == folder)
                && self.include.iter().any(|include| include::fits(include, &own))
        });
        is_named.then_some(Claimed::Named)
    }
}

/// Whether two names are of one file, the second of which is without links.
#[cfg(unix)]
fn is_same((_, own): (&Path, Option<fs::Metadata>), (_, about): (&Path, &fs::Metadata)) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    own.is_some_and(|own| (own.dev(), own.ino()) == (about.dev(), about.ino()))
}

/// Other systems do not say what a second name is of; there the path alone tells.
#[cfg(not(unix))]
fn is_same((own, _): (&Path, Option<fs::Metadata>), (real, _): (&Path, &fs::Metadata)) -> bool {
    fs::canonicalize(own).is_ok_and(|own| own == real)
}
