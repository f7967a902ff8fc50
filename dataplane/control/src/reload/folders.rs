//! Which names in which folders decide what file a path leads to, symlinks followed by hand.

use crate::limits::SYMLINKS_MAX;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// A name whose change may lead the path to another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Folder in which the name stands; no symlink is in it.
    pub(crate) folder: PathBuf,
    /// The name: a symlink, or the file itself.
    pub(crate) name: OsString,
}

/// All steps of a path, from its start to its file. What does not exist ends the list.
///
/// A path without symlinks has one step: the file in its folder. With `current -> releases/7` in
/// it there is one more: the name `current`, so that turning the symlink is seen.
pub(crate) fn steps(path: &Path) -> Vec<Step> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut todo: Vec<OsString> = names(&absolute).rev().collect();
    let mut folder = PathBuf::from("/");
    let mut steps = Vec::new();
    let mut followed = 0;
    while let Some(name) = todo.pop() {
        if name == ".." {
            folder.pop();
            continue;
        }
        let whole = folder.join(&name);
        let target = std::fs::read_link(&whole).ok();
        if target.is_some() || todo.is_empty() {
            steps.push(Step { folder: folder.clone(), name });
        }
        match target {
            None => folder = whole,
            Some(_) if followed == SYMLINKS_MAX => break,
            Some(target) => {
                followed += 1;
                if target.is_absolute() {
                    folder = PathBuf::from("/");
                }
                todo.extend(names(&target).rev());
            }
        }
    }
    steps
}

fn names(path: &Path) -> impl DoubleEndedIterator<Item = OsString> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn check(root: &Path, path: &str, expected: &[&str]) {
        let got: Vec<String> = steps(&root.join(path))
            .iter()
            .map(|step| {
                let folder = step.folder.strip_prefix(root).expect("below the root");
                folder.join(&step.name).to_string_lossy().into_owned()
            })
            .collect();
        assert_eq!(got, expected, "{path}");
    }

    #[test]
    fn steps_name_every_symlink_and_the_file() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(outer.path()).expect("the folder");
        for folder in ["plain", "releases/7", "mount/..2026"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        fs::write(root.join("plain/edge"), "").expect("a file");
        fs::write(root.join("releases/7/edge"), "").expect("a file");
        fs::write(root.join("mount/..2026/edge"), "").expect("a file");
        symlink("releases/7", root.join("current")).expect("a symlink");
        symlink("..2026", root.join("mount/..data")).expect("a symlink");
        symlink("..data/edge", root.join("mount/edge")).expect("a symlink");
        symlink(root.join("plain/edge"), root.join("absolute")).expect("a symlink");
        symlink("round", root.join("round")).expect("a symlink");

        check(&root, "plain/edge", &["plain/edge"]);
        check(&root, "plain/missing", &["plain/missing"]);
        check(&root, "plain/../plain/./edge", &["plain/edge"]);
        check(&root, "current/edge", &["current", "releases/7/edge"]);
        check(&root, "mount/edge", &["mount/edge", "mount/..data", "mount/..2026/edge"]);
        check(&root, "absolute", &["absolute", "plain/edge"]);
        assert_eq!(steps(&root.join("round")).len(), SYMLINKS_MAX + 1);
    }
}
