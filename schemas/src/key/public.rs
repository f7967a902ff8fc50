//! The half of a key that everyone may have: it says whether a signature is of the other half.

use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};

use super::base64::{self, KEY_BYTES};
use super::text::{KeyKind, KeyTextError, letters};

/// Told apart from digests of anything else.
const ID_DOMAIN: &[u8] = b"pointsman key id v1\0";

/// The name of a key, short enough to be read aloud.
///
/// Shape: the first eight bytes of BLAKE3 over a domain and the public key. It names a key and
/// proves nothing: what is believed is the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl PublicKey {
    /// Reads the text of a public key: one line of it, beside empty lines and comments (`#`).
    ///
    /// # Errors
    /// What is wrong and in which line; never the text itself.
    pub fn parse(text: &[u8]) -> Result<Self, KeyTextError> {
        let (line, letters) = letters(text, KeyKind::Public)?;
        let bytes = base64::decode(letters).ok_or(KeyTextError::Damaged { line })?;
        Self::from_bytes(&bytes).ok_or(KeyTextError::Weak { line })
    }

    /// None for bytes that are no point of the curve, and for the few points with which anyone
    /// can sign anything.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    pub(super) fn of(key: VerifyingKey) -> Self {
        Self(key)
    }

    /// Its line of text, without the end of the line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = KeyKind::Public.prefix().to_owned();
        base64::encode(&mut text, self.0.as_bytes());
        text
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest = blake3::Hasher::new().update(ID_DOMAIN).update(self.0.as_bytes()).finalize();
        let mut id = [0; 8];
        id.copy_from_slice(&digest.as_bytes()[..8]);
        KeyId(id)
    }

    /// Whether the other half of this key signed a message.
    ///
    /// Strict: of one message and key there is one signature that passes, and none by a point of
    /// small order.
    //= RFC 8032 §5.1.7
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}
