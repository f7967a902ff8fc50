//! The highest generation that served under trust: what is older is kept out, after a restart too.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::durable;
use super::folder::StoreError;
use crate::limits::FLOOR_BYTES_MAX;

const FILE: &str = "highest-generation";

/// Where that number is kept.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    state: PathBuf,
}

impl Floor {
    /// The floor of a state folder. Nothing is touched yet.
    pub(crate) fn of(state: &Path) -> Self {
        Self { state: state.to_owned() }
    }

    /// The number; none where nothing served yet.
    ///
    /// Errors: a file that is no number is not taken for none, which would let everything in.
    pub(crate) fn read(&self) -> Result<Option<u64>, StoreError> {
        let path = self.state.join(FILE);
        match number(&path) {
            Ok(number) => Ok(number),
            Err(error) => Err(StoreError::Floor { path, error }),
        }
    }

    /// Remembers a number, if it is higher than what is remembered; on disk when it returns.
    pub(crate) fn raise(&self, highest: u64) -> io::Result<()> {
        // One that is damaged was told of at the start, and is written anew.
        let known = number(&self.state.join(FILE)).unwrap_or_default();
        if known.is_some_and(|known| known >= highest) {
            return Ok(());
        }
        durable::replace(&self.state, FILE, format!("{highest}\n").as_bytes())
    }
}

fn number(path: &Path) -> io::Result<Option<u64>> {
    let mut text = String::new();
    match File::open(path) {
        Ok(file) => file.take(FLOOR_BYTES_MAX).read_to_string(&mut text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let digits = text.strip_suffix('\n').unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number);
    number.map(Some).ok_or_else(|| io::Error::other("it holds no number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn floor_only_rises() {
        let state = tempfile::tempdir().expect("a folder");
        let floor = Floor::of(state.path());
        assert_eq!(floor.read().expect("nothing yet"), None);
        for (raised, expected) in [(0, 0), (7, 7), (3, 7), (7, 7), (u64::MAX, u64::MAX)] {
            floor.raise(raised).expect("room");
            assert_eq!(floor.read().expect("a number"), Some(expected));
        }
        assert_eq!(fs::read_dir(state.path()).expect("the folder").count(), 1);
    }

    #[test]
    fn floor_that_is_no_number_is_an_error_that_names_the_file() {
        let state = tempfile::tempdir().expect("a folder");
        let floor = Floor::of(state.path());
        for damage in ["", "\n", "7x", "-1", "+7", "7\n\n", " 7", "99999999999999999999", "\u{0}7"]
        {
            fs::write(state.path().join(FILE), damage).expect("a file");
            let line = floor.read().expect_err(damage).to_string();
            assert!(line.contains(FILE) && line.contains("--allow-rollback"), "{line}");
            assert!(!line.contains('\n'), "{line}");
        }
        fs::write(state.path().join(FILE), [0xff; 100]).expect("a file");
        assert!(floor.read().is_err());
        floor.raise(3).expect("room");
        assert_eq!(floor.read().expect("a number"), Some(3));
        fs::remove_file(state.path().join(FILE)).expect("the file");
        fs::create_dir(state.path().join(FILE)).expect("a folder");
        assert!(floor.read().is_err() && floor.raise(4).is_err());
    }
}
