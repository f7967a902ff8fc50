//! Files that hold keys: who may read them, and that none is ever overwritten. A secret is wiped
//! from memory once it was used, and no message repeats any of it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use pointsman_schemas::key::{KeyTextError, PublicKey, SecretKey};
use pointsman_schemas::limits::KEY_TEXT_BYTES_MAX;
use zeroize::Zeroizing;

use super::console;

/// What a file of a key holds.
pub(super) enum Held {
    /// The half that everyone may have.
    Public(PublicKey),
    /// The half that signs.
    Secret(SecretKey),
}

impl Held {
    /// The half that everyone may have.
    pub(super) fn public(&self) -> PublicKey {
        match self {
            Self::Public(key) => key.clone(),
            Self::Secret(key) => key.public(),
        }
    }
}

/// Reads the secret keys that sign. A file that others of its group may read is warned of, one that
/// everyone may read is refused.
///
/// # Errors
/// One line: which file, what is wrong, what to do.
pub(super) fn signing(paths: &[PathBuf]) -> Result<Vec<SecretKey>, String> {
    let read = |path: &PathBuf| {
        let (text, about) = text_of(path)?;
        secret(path, &text, &about)
    };
    paths.iter().map(read).collect()
}

/// Reads a key of either half.
///
/// # Errors
/// One line: which file, what is wrong, what to do.
pub(super) fn either(path: &Path) -> Result<Held, String> {
    let (text, about) = text_of(path)?;
    match PublicKey::parse(&text) {
        Ok(key) => Ok(Held::Public(key)),
        Err(KeyTextError::OtherKind { .. }) => secret(path, &text, &about).map(Held::Secret),
        Err(error) => Err(at(path, &error)),
    }
}

fn secret(path: &Path, text: &[u8], about: &Metadata) -> Result<SecretKey, String> {
    let key = SecretKey::parse(text).map_err(|error| at(path, &error))?;
    match readers(about) {
        Readers::Owner => {}
        Readers::Group(mode) => console::err(&format!(
            "warning: {0}: its group may use this secret key (mode {mode:04o}); `chmod 600 {0}` \
             leaves it to its owner\n",
            path.display()
        )),
        Readers::Everyone(mode) => {
            return Err(format!(
                "{0}: everyone on this host may use this secret key (mode {mode:04o}); run \
                 `chmod 600 {0}`, and make a new key if somebody may have read it",
                path.display()
            ));
        }
    }
    Ok(key)
}

fn at(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

/// A file's bytes, wiped when they are dropped, and whose it is. A link is followed; what counts is
/// the file that was opened.
fn text_of(path: &Path) -> Result<(Zeroizing<Vec<u8>>, Metadata), String> {
    // As large as it will get: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(vec![0; KEY_TEXT_BYTES_MAX + 1]);
    let mut read = || {
        let mut file = File::open(path)?;
        let about = file.metadata()?;
        let mut len = 0;
        while len < text.len() {
            match file.read(&mut text[len..]) {
                Ok(0) => break,
                Ok(more) => len += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok((len, about))
    };
    let (len, about) = read().map_err(|error| at(path, &error))?;
    text.truncate(len);
    Ok((text, about))
}

/// Who but the owner may use a file.
enum Readers {
    Owner,
    Group(u32),
    Everyone(u32),
}

/// By the file's mode: who may write to it may as well put another key there.
#[cfg(unix)]
fn readers(about: &Metadata) -> Readers {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = about.permissions().mode() & 0o777;
    match mode {
        _ if mode & 0o006 != 0 => Readers::Everyone(mode),
        _ if mode & 0o060 != 0 => Readers::Group(mode),
        _ => Readers::Owner,
    }
}

/// Other systems have lists instead of a mode; a new file there inherits its folder's.
#[cfg(not(unix))]
fn readers(_about: &Metadata) -> Readers {
    Readers::Owner
}

/// Writes both halves to files that were not there. Fails with neither of them left.
pub(super) fn write_new(
    (secret_path, public_path): (&Path, &Path),
    key: &SecretKey,
) -> Result<(), String> {
    let public = key.public();
    let comment = format!("# pointsman secret key {}; keep it to yourself\n", public.id());
    let letters = key.text();
    let mut text = Zeroizing::new(String::with_capacity(comment.len() + letters.len() + 1));
    text.push_str(&comment);
    text.push_str(&letters);
    text.push('\n');
    let refused = |path: &Path, error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{} is already there; a key is never overwritten", path.display())
        }
        _ => at(path, &error),
    };
    create(secret_path, text.as_bytes(), 0o600).map_err(|error| refused(secret_path, error))?;
    let text = format!("# pointsman public key {}\n{}\n", public.id(), public.text());
    create(public_path, text.as_bytes(), 0o644).map_err(|error| {
        // It was made a moment ago, for nothing; the first error is the one that is told.
        let _ = fs::remove_file(secret_path);
        refused(public_path, error)
    })
}

/// Makes a file that nobody else had, not even by a link.
fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    with_mode(&mut options, mode);
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(mode);
}

#[cfg(not(unix))]
fn with_mode(_options: &mut OpenOptions, _mode: u32) {}
