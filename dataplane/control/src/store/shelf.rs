//! The last artifacts that served, named by what they mean and their digest, and the pointer to
//! the last good one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::durable::{self, UNFINISHED};
use crate::limits::{ARTIFACTS_KEPT_MAX, POINTER_BYTES_MAX};

const FOLDER: &str = "artifacts";
const ENDING: &str = ".artifact";
/// First line: the last good one. The others served before it, newest first.
const POINTER: &str = "last-good";

/// The name under which an artifact is kept, without the ending: `<content id>-<digest8>`.
pub(crate) fn shelf_name(content_id: &str, digest: &[u8]) -> String {
    let mut name = format!("{content_id}-");
    for byte in digest.iter().take(4) {
        name.push_str(&format!("{byte:02x}"));
    }
    name
}

/// Where the artifacts lie.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    state: PathBuf,
}

impl Shelf {
    /// The shelf of a state folder. Nothing is touched yet.
    pub(crate) fn of(state: &Path) -> Self {
        Self { state: state.to_owned() }
    }

    /// Puts an artifact that serves onto the shelf, points to it, and clears what is too old.
    ///
    /// Errors: the pointer still names an artifact that is whole.
    pub(crate) fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder)?;
        // Compared and not just looked for, so that a damaged one is healed.
        if fs::read(self.path(name)).ok().as_deref() != Some(bytes) {
            durable::replace(&folder, &format!("{name}{ENDING}"), bytes)?;
        }
        let names = remembered(name, self.names());
        durable::replace(&self.state, POINTER, (names.join("\n") + "\n").as_bytes())?;
        self.sweep(&names)
    }

    /// Files of the artifacts that served, the last good one first.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.names().iter().map(|name| self.path(name)).collect()
    }

    fn names(&self) -> Vec<String> {
        let path = self.state.join(POINTER);
        let is_sane = fs::metadata(&path).is_ok_and(|meta| meta.len() <= POINTER_BYTES_MAX);
        let text =
            if is_sane { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
        let names = text.lines().filter(|line| is_name(line)).map(str::to_owned);
        names.take(ARTIFACTS_KEPT_MAX).collect()
    }

    fn sweep(&self, keep: &[String]) -> io::Result<()> {
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let file_name = entry.file_name();
            let Some(file_name) = file_name.to_str() else { continue };
            let is_old = file_name
                .strip_suffix(ENDING)
                .is_some_and(|name| is_name(name) && !keep.iter().any(|kept| kept == name));
            // What is not ours stays.
            if is_old || file_name.starts_with(UNFINISHED) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn folder(&self) -> PathBuf {
        self.state.join(FOLDER)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}{ENDING}"))
    }
}

/// The names to keep once `newest` serves.
fn remembered(newest: &str, before: Vec<String>) -> Vec<String> {
    let older = before.into_iter().filter(|name| name != newest);
    std::iter::once(newest.to_owned()).chain(older).take(ARTIFACTS_KEPT_MAX).collect()
}

/// Only names of ours become paths, whatever stands in the pointer.
fn is_name(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_once('-').is_some_and(|(id, digest)| {
        id.len() == 32 && digest.len() == 8 && is_hex(id) && is_hex(digest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(letter: char) -> String {
        shelf_name(&letter.to_string().repeat(32), &[0xab, 0xcd, 1, 2, 99])
    }

    fn on_disk(state: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(state.join(FOLDER))
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn name_has_content_id_and_digest() {
        assert_eq!(name('a'), format!("{}-abcd0102", "a".repeat(32)));
        assert!(is_name(&name('a')));
        for bad in ["", "-", "../../etc/passwd", "a-b", &"a".repeat(41), &format!("{}x", name('a'))]
        {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn shelf_keeps_the_last_three_that_served() {
        let state = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::of(state.path());
        assert!(shelf.files().is_empty());
        for letter in ['a', 'b', 'c', 'd', 'b'] {
            shelf.keep(&name(letter), letter.to_string().as_bytes()).expect("room");
        }
        let expected = ['b', 'd', 'c'].map(|letter| shelf.path(&name(letter)));
        assert_eq!(shelf.files(), expected);
        let mut kept = ['b', 'c', 'd'].map(|letter| format!("{}{ENDING}", name(letter)));
        kept.sort();
        assert_eq!(on_disk(state.path()), kept);
        assert_eq!(fs::read(&shelf.files()[0]).expect("the artifact"), b"b");
    }

    #[test]
    fn damaged_artifact_is_healed_and_leftovers_are_swept() {
        let state = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::of(state.path());
        shelf.keep(&name('a'), b"whole").expect("room");
        fs::write(shelf.path(&name('a')), b"whol").expect("a file");
        fs::write(shelf.folder().join(".unfinished-x"), b"half").expect("a file");
        fs::write(shelf.folder().join("README"), b"not ours").expect("a file");
        shelf.keep(&name('a'), b"whole").expect("room");
        assert_eq!(fs::read(shelf.path(&name('a'))).expect("the artifact"), b"whole");
        assert_eq!(on_disk(state.path()).len(), 2);
    }

    #[test]
    fn pointer_damaged_names_nothing_outside() {
        let state = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::of(state.path());
        fs::write(state.path().join(POINTER), "../../../etc/passwd\n\u{0}\n").expect("a file");
        assert!(shelf.files().is_empty());
        fs::write(state.path().join(POINTER), [0xff, 0xfe]).expect("a file");
        assert!(shelf.files().is_empty());
        shelf.keep(&name('a'), b"x").expect("room");
        assert_eq!(shelf.files().len(), 1);
    }
}
