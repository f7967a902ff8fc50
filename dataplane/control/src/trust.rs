//! Whose artifacts may serve, and from which generation on. With no key it takes every artifact, as
//! does an edge that was never told whom to trust.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use pointsman_schemas::artifact::id::ContentId;
use pointsman_schemas::artifact::read::Artifact;
use pointsman_schemas::artifact::seal::{self, SealError};
use pointsman_schemas::key::{KeyId, KeyTextError, PublicKey, kind_of};
use pointsman_schemas::limits::KEY_TEXT_BYTES_MAX;

/// What becomes of an artifact that is older than one that served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Older {
    /// It is refused.
    #[default]
    Refused,
    /// It serves, and that is said aloud.
    Admitted,
}

/// The keys whose artifacts may serve.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: Vec<PublicKey>,
    older: Older,
}

/// Why a key cannot be trusted. One line: which, why, what to do.
#[derive(Debug)]
pub enum TrustError {
    /// What was written is no key.
    Text(KeyTextError),
    /// The file of the key cannot be read.
    Unread {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// What the file holds is no key.
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: KeyTextError,
    },
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => write!(f, "--trust: {error}"),
            Self::Unread { path, error } => write!(
                f,
                "--trust {}: {error}; give a public key or the file that `pointsman keys new` wrote",
                path.display()
            ),
            Self::File { path, error } => write!(f, "--trust {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for TrustError {}

/// Why an artifact that is whole is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Its signatures.
    Seal(SealError),
    /// A newer one served already.
    Older {
        /// Its generation.
        generation: u64,
        /// The highest that served.
        highest: u64,
    },
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal(error) => error.fmt(f),
            Self::Older { generation, highest } => {
                write!(f, "generation {generation} is older than {highest}, which served here")
            }
        }
    }
}

impl Distrust {
    /// What to do about it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Seal(SealError::Unsigned) => {
                "compile it with --sign and a key that --trust names here"
            }
            Self::Seal(SealError::NotTrusted { .. }) => {
                "sign it with a key that --trust names here, or trust that one too"
            }
            Self::Seal(SealError::WrongSignature { .. }) => {
                "somebody changed it; compile and sign it again"
            }
            Self::Older { .. } => {
                "compile it again with a higher --generation, or start with --allow-rollback"
            }
        }
    }
}

/// What is known of an artifact that was let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admission {
    /// Whose signature was believed; none where nobody's was asked for.
    pub(crate) signer: Option<KeyId>,
    /// What served before, where this one is not newer: one of a higher generation, or another one
    /// of the same.
    pub(crate) not_newer_than: Option<Newest>,
}

/// The newest artifact that served under trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    /// Its generation.
    pub(crate) generation: u64,
    /// What it meant; none where a version remembered it that did not note that.
    pub(crate) content: Option<ContentId>,
}

impl Newest {
    /// Of an artifact.
    pub(crate) fn of(artifact: &Artifact) -> Self {
        Self { generation: artifact.generation(), content: Some(artifact.content_id()) }
    }

    /// What is said of an artifact that serves and is not newer.
    pub(crate) fn line(self, artifact: &Artifact) -> String {
        let generation = artifact.generation();
        match self.content.filter(|_| self.generation == generation) {
            None => format!(
                "ROLLED BACK (--allow-rollback): generation {generation} serves, and {} did before",
                self.generation
            ),
            Some(content) => format!(
                "SAME GENERATION: {generation} was content id {content} and is {} now; nobody can \
                 tell which is older, so that either may be brought back: compile each with a \
                 --generation of its own",
                artifact.content_id()
            ),
        }
    }
}

impl Trust {
    /// Takes each key as its text or as the path of a file that holds it.
    pub fn of<S: AsRef<OsStr>>(
        keys: impl IntoIterator<Item = S>,
        older: Older,
    ) -> Result<Self, TrustError> {
        let keys: Result<Vec<PublicKey>, TrustError> =
            keys.into_iter().map(|key| public_key(key.as_ref())).collect();
        Ok(Self { keys: keys?, older })
    }

    /// Whether anything is asked of an artifact but to be whole.
    pub(crate) fn is_asked(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether an older generation is let in.
    pub(crate) fn admits_older(&self) -> bool {
        self.older == Older::Admitted
    }

    /// Lines for the operator at start; none where every artifact is taken.
    pub(crate) fn lines(&self) -> Vec<String> {
        if !self.is_asked() {
            return Vec::new();
        }
        let ids: Vec<String> = self.keys.iter().map(|key| key.id().to_string()).collect();
        let mut lines = vec![format!("trusting artifacts signed by {}", ids.join(" or "))];
        if self.admits_older() {
            lines.push(
                "ROLLBACK ALLOWED (--allow-rollback): any older generation that these keys signed \
                 may serve; start without it once the rollback is over"
                    .to_owned(),
            );
        }
        lines
    }
}

fn public_key(key: &OsStr) -> Result<PublicKey, TrustError> {
    let text = key.as_encoded_bytes();
    if kind_of(text.trim_ascii()).is_some() {
        return PublicKey::parse(text).map_err(TrustError::Text);
    }
    let path = Path::new(key);
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(KEY_TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| TrustError::Unread { path: path.to_owned(), error })?;
    PublicKey::parse(&bytes).map_err(|error| TrustError::File { path: path.to_owned(), error })
}

/// Trust, and what served so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    trust: Trust,
    /// None where nothing served yet under this trust.
    newest: Option<Newest>,
}

impl Gate {
    pub(crate) fn new(trust: Trust, newest: Option<Newest>) -> Self {
        Self { trust, newest }
    }

    /// Whether an artifact may serve. An equal generation may: it says which of two is older, and
    /// nothing else. That another one had it is noted.
    ///
    /// Cost: with keys, one more digest of the file.
    pub(crate) fn admit(&self, artifact: &Artifact) -> Result<Admission, Distrust> {
        if !self.trust.is_asked() {
            return Ok(Admission::default());
        }
        let signer = seal::verify(artifact, &self.trust.keys).map_err(Distrust::Seal)?;
        let generation = artifact.generation();
        let newer = self.newest.filter(|newest| generation < newest.generation);
        if let (Some(Newest { generation: highest, .. }), Older::Refused) =
            (newer, self.trust.older)
        {
            return Err(Distrust::Older { generation, highest });
        }
        let is_another = |newest: &Newest| {
            newest.generation == generation
                && newest.content.is_some_and(|content| content != artifact.content_id())
        };
        let not_newer_than = newer.or_else(|| self.newest.filter(is_another));
        Ok(Admission { signer: Some(signer), not_newer_than })
    }

    /// Takes note of what serves now. Returns the newest that ever did, to be remembered; none
    /// where nobody asks for it.
    pub(crate) fn served(&mut self, artifact: &Artifact) -> Option<Newest> {
        // What was not verified must not keep out what will be.
        let is_older = |newest: Newest| artifact.generation() < newest.generation;
        if self.trust.is_asked() && !self.newest.is_some_and(is_older) {
            self.newest = Some(Newest::of(artifact));
        }
        self.newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_schemas::key::SecretKey;

    fn key() -> PublicKey {
        SecretKey::from_seed(&[3; 32]).public()
    }

    #[test]
    fn key_is_a_text_or_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("team.pub");
        std::fs::write(&file, format!("# team\n{}\n", key().text())).expect("a file");
        for given in [key().text().as_ref(), file.as_os_str()] {
            let trust = Trust::of([given], Older::Refused).expect("a key");
            assert_eq!(trust.keys, [key()]);
            let lines = [format!("trusting artifacts signed by {}", key().id())];
            assert_eq!(trust.lines(), lines);
        }
        assert!(Trust::default().lines().is_empty());
        let loud = Trust::of([key().text()], Older::Admitted).expect("a key").lines();
        assert!(loud.iter().any(|line| line.starts_with("ROLLBACK ALLOWED")), "{loud:?}");
    }

    #[test]
    fn what_is_no_public_key_is_refused_in_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("team.key");
        let secret = SecretKey::from_seed(&[3; 32]);
        std::fs::write(&file, secret.text().as_bytes()).expect("a file");
        let check = |given: &OsStr, word: &str| {
            let line = Trust::of([given], Older::Refused).expect_err("no key").to_string();
            assert!(line.starts_with("--trust") && line.contains(word), "{line}");
            assert!(!line.contains('\n') && !line.contains(&secret.text()[30..]), "{line}");
        };
        check(file.as_os_str(), "is a secret key");
        check(secret.text().as_str().as_ref(), "is a secret key");
        check(folder.path().join("nobody.pub").as_os_str(), "nobody.pub");
        check(folder.path().as_os_str(), "keys new");
        check("".as_ref(), "keys new");
        check("pointsman-public-key-v1:abc".as_ref(), "damaged");
        check("pointsman-public-key-v9:abc".as_ref(), "newer version");
        std::fs::write(&file, [0; 5000]).expect("a file");
        check(file.as_os_str(), "more than 4096 bytes");
    }
}
