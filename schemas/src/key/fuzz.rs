//! Any bytes as the text of a key: refused in one line that repeats none of it, or a key whose own
//! text is read as the same key.

use super::public::PublicKey;
use super::secret::SecretKey;
use super::text::KeyTextError;

/// For a fuzz target.
#[doc(hidden)]
pub fn fuzz_key_text(data: &[u8]) {
    match PublicKey::parse(data) {
        Ok(key) => {
            let text = key.text();
            assert_eq!(PublicKey::parse(text.as_bytes()), Ok(key), "{text}");
            assert!(SecretKey::parse(text.as_bytes()).is_err());
            assert!(holds(data, &text), "one form of a key");
        }
        Err(error) => told(error),
    }
    match SecretKey::parse(data) {
        Ok(key) => {
            let text = key.text();
            let again = SecretKey::parse(text.as_bytes());
            assert!(again.is_ok_and(|again| again.public() == key.public()));
            assert!(PublicKey::parse(text.as_bytes()).is_err());
            assert!(holds(data, &text), "one form of a key");
            let signature = key.sign(data);
            assert!(key.public().signed(data, &signature));
        }
        Err(error) => told(error),
    }
}

fn holds(data: &[u8], text: &str) -> bool {
    data.windows(text.len()).any(|window| window == text.as_bytes())
}

fn told(error: KeyTextError) {
    let line = error.to_string();
    assert!(!line.is_empty() && !line.contains('\n'), "{line}");
}
