//! Keys as text: a prefix that says what it is, then the key. What is wrong is told without
//! repeating any of it, since it may be a secret.

use std::fmt;

use crate::limits::KEY_TEXT_BYTES_MAX;

/// Which half of a key a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The half that everyone may have.
    Public,
    /// The half that signs.
    Secret,
}

/// Every text of a key, of whatever version, has one of these in front.
const NAMES: [(KeyKind, &str); 2] =
    [(KeyKind::Public, "pointsman-public-key-v"), (KeyKind::Secret, "pointsman-secret-key-v")];

impl KeyKind {
    /// What stands in front of such a key.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Public => "pointsman-public-key-v1:",
            Self::Secret => "pointsman-secret-key-v1:",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Secret => "secret",
        }
    }
}

/// Why a text is no key. It holds nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTextError {
    /// More bytes than `KEY_TEXT_BYTES_MAX`.
    TooLong,
    /// No line of it is a key.
    NoKey {
        /// What was looked for.
        wanted: KeyKind,
    },
    /// A line that is neither key, comment nor empty.
    Strange {
        /// The line, from 1.
        line: usize,
        /// What was looked for.
        wanted: KeyKind,
    },
    /// It is the other half.
    OtherKind {
        /// The line, from 1.
        line: usize,
        /// What was looked for.
        wanted: KeyKind,
    },
    /// A key of a version that this one does not know.
    OtherVersion {
        /// The line, from 1.
        line: usize,
    },
    /// A second key.
    Several {
        /// The line, from 1.
        line: usize,
    },
    /// Not the letters of a key, or not as many.
    Damaged {
        /// The line, from 1.
        line: usize,
    },
    /// A public key that none can have: not on the curve, or one that anyone can sign with.
    Weak {
        /// The line, from 1.
        line: usize,
    },
}

impl fmt::Display for KeyTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooLong => {
                write!(f, "not a key: more than {KEY_TEXT_BYTES_MAX} bytes")
            }
            Self::NoKey { wanted } => {
                write!(f, "no key in it; a line with `{}…` is one", wanted.prefix())
            }
            Self::Strange { line, wanted } => write!(
                f,
                "line {line} is no {} key; one begins with `{}`",
                wanted.word(),
                wanted.prefix()
            ),
            Self::OtherKind { line, wanted: KeyKind::Public } => write!(
                f,
                "line {line} is a secret key, and the public one is wanted; keep the secret one \
                 where artifacts are compiled"
            ),
            Self::OtherKind { line, wanted: KeyKind::Secret } => write!(
                f,
                "line {line} is a public key, and only the secret one signs; name the file that \
                 `pointsman keys new` wrote beside it"
            ),
            Self::OtherVersion { line } => {
                write!(f, "line {line} is a key of a newer version; update this program")
            }
            Self::Several { line } => {
                write!(f, "line {line} is a second key; one file holds one key")
            }
            Self::Damaged { line } => {
                write!(f, "the key in line {line} is damaged: 44 letters of base64 are a key")
            }
            Self::Weak { line } => {
                write!(f, "the key in line {line} is damaged: no secret key has it")
            }
        }
    }
}

impl std::error::Error for KeyTextError {}

/// Which kind of key a line of text begins like, whatever follows.
#[must_use]
pub fn kind_of(text: &[u8]) -> Option<KeyKind> {
    NAMES.iter().find(|(_, name)| text.starts_with(name.as_bytes())).map(|(kind, _)| *kind)
}

/// The letters of the one key in a text, and the line that has them.
pub(super) fn letters(text: &[u8], wanted: KeyKind) -> Result<(usize, &[u8]), KeyTextError> {
    if text.len() > KEY_TEXT_BYTES_MAX {
        return Err(KeyTextError::TooLong);
    }
    let mut found = None;
    for (line, text) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let text = text.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        match kind_of(text) {
            None => return Err(KeyTextError::Strange { line, wanted }),
            Some(kind) if kind != wanted => return Err(KeyTextError::OtherKind { line, wanted }),
            Some(_) => {}
        }
        let Some(letters) = text.strip_prefix(wanted.prefix().as_bytes()) else {
            return Err(KeyTextError::OtherVersion { line });
        };
        if found.replace((line, letters)).is_some() {
            return Err(KeyTextError::Several { line });
        }
    }
    found.ok_or(KeyTextError::NoKey { wanted })
}
