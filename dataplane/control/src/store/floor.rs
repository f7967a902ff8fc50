//! The highest generation that served under trust, and what it meant: what is older is kept out,
//! after a restart too.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use pointsman_schemas::artifact::id::ContentId;

use super::durable;
use super::folder::StoreError;
use crate::limits::FLOOR_BYTES_MAX;
use crate::trust::Newest;

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

    /// The newest that served; none where nothing served yet.
    ///
    /// Errors: a file that says no number is not taken for none, which would let everything in.
    pub(crate) fn read(&self) -> Result<Option<Newest>, StoreError> {
        let path = self.state.join(FILE);
        match newest(&path) {
            Ok(newest) => Ok(newest),
            Err(error) => Err(StoreError::Floor { path, error }),
        }
    }

    /// Remembers what served, unless a higher generation is remembered; on disk when it returns.
    pub(crate) fn raise(&self, served: Newest) -> io::Result<()> {
        // One that is damaged was told of at the start, and is written anew.
        let known = newest(&self.state.join(FILE)).unwrap_or_default();
        if known.is_some_and(|known| known == served || known.generation > served.generation) {
            return Ok(());
        }
        let mut line = served.generation.to_string();
        if let Some(content) = served.content {
            line.push_str(&format!(" {content}"));
        }
        durable::replace(&self.state, FILE, format!("{line}\n").as_bytes())
    }
}

fn newest(path: &Path) -> io::Result<Option<Newest>> {
    let mut text = String::new();
    match File::open(path) {
        Ok(file) => file.take(FLOOR_BYTES_MAX).read_to_string(&mut text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let line = text.strip_suffix('\n').unwrap_or(&text);
    // A number alone is what earlier versions wrote.
    let (digits, content) = match line.split_once(' ') {
        Some((digits, id)) => (digits, ContentId::parse(id).map(Some)),
        None => (line, Some(None)),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let generation = digits.parse().ok().filter(|_| is_number);
    let newest =
        generation.zip(content).map(|(generation, content)| Newest { generation, content });
    newest.map(Some).ok_or_else(|| io::Error::other("it holds no number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn newest(generation: u64, content: u8) -> Newest {
        Newest { generation, content: Some(ContentId([content; 16])) }
    }

    #[test]
    fn floor_only_rises() {
        let state = tempfile::tempdir().expect("a folder");
        let floor = Floor::of(state.path());
        assert_eq!(floor.read().expect("nothing yet"), None);
        for (raised, expected) in [(0, 0), (7, 7), (3, 7), (7, 7), (u64::MAX, u64::MAX)] {
            floor.raise(newest(raised, 1)).expect("room");
            assert_eq!(floor.read().expect("a number"), Some(newest(expected, 1)));
        }
        assert_eq!(fs::read_dir(state.path()).expect("the folder").count(), 1);
    }

    #[test]
    fn floor_says_what_the_highest_meant() {
        let state = tempfile::tempdir().expect("a folder");
        let floor = Floor::of(state.path());
        fs::write(state.path().join(FILE), "7\n").expect("a file of an earlier version");
        let earlier = Newest { generation: 7, content: None };
        assert_eq!(floor.read().expect("a number"), Some(earlier));
        for (raised, expected) in [((7, 1), (7, 1)), ((7, 2), (7, 2)), ((6, 3), (7, 2))] {
            floor.raise(newest(raised.0, raised.1)).expect("room");
            let expected = newest(expected.0, expected.1);
            assert_eq!(floor.read().expect("a number"), Some(expected));
        }
    }

    #[test]
    fn floor_that_is_no_number_is_an_error_that_names_the_file() {
        let state = tempfile::tempdir().expect("a folder");
        let floor = Floor::of(state.path());
        for damage in [
            "",
            "\n",
            "7x",
            "-1",
            "+7",
            "7\n\n",
            " 7",
            "99999999999999999999",
            "\u{0}7",
            "7 ",
            "7 ab",
            " ab",
            "7  00000000000000000000000000000000",
            "7 0000000000000000000000000000000\u{e9}",
        ] {
            fs::write(state.path().join(FILE), damage).expect("a file");
            let line = floor.read().expect_err(damage).to_string();
            assert!(line.contains(FILE) && line.contains("--allow-rollback"), "{line}");
            assert!(!line.contains('\n'), "{line}");
        }
        fs::write(state.path().join(FILE), [0xff; 100]).expect("a file");
        assert!(floor.read().is_err());
        floor.raise(newest(3, 1)).expect("room");
        assert_eq!(floor.read().expect("a number"), Some(newest(3, 1)));
        fs::remove_file(state.path().join(FILE)).expect("the file");
        fs::create_dir(state.path().join(FILE)).expect("a folder");
        assert!(floor.read().is_err() && floor.raise(newest(4, 1)).is_err());
    }
}
