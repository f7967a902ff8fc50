//! The half of a key that signs. It is wiped from memory with its owner, and no form of it but
//! [`SecretKey::text`] gives it away.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::base64::{self, KEY_BYTES, KEY_LETTERS};
use super::public::PublicKey;
use super::text::{KeyKind, KeyTextError, letters};

/// A secret key.
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public().id())
    }
}

impl SecretKey {
    /// The key of 32 random bytes, which must come from the system.
    #[must_use]
    pub fn from_seed(seed: &[u8; KEY_BYTES]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads the text of a secret key: one line of it, beside empty lines and comments (`#`).
    ///
    /// # Errors
    /// What is wrong and in which line; never the text itself.
    pub fn parse(text: &[u8]) -> Result<Self, KeyTextError> {
        let (line, letters) = letters(text, KeyKind::Secret)?;
        let seed = base64::decode(letters).ok_or(KeyTextError::Damaged { line })?;
        Ok(Self::from_seed(&seed))
    }

    /// Its line of text, without the end of the line; wiped when it is dropped.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let prefix = KeyKind::Secret.prefix();
        // As long as it will be: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(prefix.len() + KEY_LETTERS));
        text.push_str(prefix);
        base64::encode(&mut text, self.0.as_bytes());
        text
    }

    /// The half that everyone may have.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.0.verifying_key())
    }

    /// Signs a message; the same message gives the same signature.
    //= RFC 8032 §5.1.6
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}
