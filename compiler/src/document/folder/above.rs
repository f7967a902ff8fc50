//! The configuration that a folder probably belongs to, for the words of an error alone: what is
//! compiled never hangs on what lies outside of its folder.

use std::path::{Component, Path, PathBuf};

use crate::document::value::shown;

/// Folders that are looked at.
const LEVELS_MAX: usize = 8;

/// The file of that name in a folder or the nearest one above it, as it is reached from here.
pub(in crate::document) fn first_file(folder: &Path, name: &str) -> Option<String> {
    let mut folder = shortened(folder);
    for _ in 0..LEVELS_MAX {
        let file = folder.join(name);
        if file.is_file() {
            return Some(shown(&file.display().to_string()));
        }
        match folder.components().next_back() {
            Some(Component::Normal(_)) => drop(folder.pop()),
            Some(Component::RootDir | Component::Prefix(_)) => return None,
            _ => folder.push(".."),
        }
    }
    None
}

/// A path without the `a/..` in it.
fn shortened(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match (part, short.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(short.pop()),
            (part, _) => short.push(part),
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_file_is_the_nearest_one_above() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a/b/c");
        std::fs::create_dir_all(&deep).expect("folders");
        let file = folder.path().join("a/first.toml");
        std::fs::write(&file, "version = 1\n").expect("a file");
        let expected = Some(file.display().to_string());
        assert_eq!(first_file(&deep, "first.toml"), expected);
        assert_eq!(first_file(&deep.join(".."), "first.toml"), expected);
        assert_eq!(first_file(&folder.path().join("a"), "first.toml"), expected);
        let far = deep.join("1/2/3/4/5/6/7/8");
        assert_eq!(first_file(&far, "first.toml"), None);
    }

    #[test]
    fn shortened_path_leads_to_the_same_folder() {
        let check = |path: &str, expected: &str| {
            assert_eq!(shortened(Path::new(path)), Path::new(expected), "{path}");
        };
        check("edge/routes/..", "edge");
        check("./..", "..");
        check("..", "..");
        check("../..", "../..");
        check("/a/../..", "/..");
        check("edge/routes", "edge/routes");
    }
}
