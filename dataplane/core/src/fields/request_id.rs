//! `X-Request-Id`: kept from those we trust, else made. It says nothing about whom we trust.

use pointsman_routing::request::fields::Fields;

use super::list::is_token_byte;
use super::number::hex_digit;
use crate::limits::REQUEST_ID_BYTES_MAX;
use crate::rng::Rng;

/// An identifier of our own: 128 random bits as 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId([u8; 32]);

impl RequestId {
    /// A new one.
    pub fn make(rng: &mut Rng) -> Self {
        let mut text = [0; 32];
        for half in text.chunks_exact_mut(16) {
            let mut bits = rng.next_u64();
            for digit in half {
                *digit = hex_digit(bits as u8);
                bits >>= 4;
            }
        }
        Self(text)
    }

    /// The hex digits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The identifier that a trusted peer sent, if it sent one and it is sane: a single line of 1 to
/// 128 bytes, all of them token bytes or one of `/ : = @`.
#[must_use]
pub fn received(fields: Fields<'_>) -> Option<&[u8]> {
    let mut lines = fields.all(b"x-request-id");
    let id = lines.next()?;
    let is_sane = lines.next().is_none()
        && (1..=REQUEST_ID_BYTES_MAX).contains(&id.len())
        && id.iter().all(|byte| is_token_byte(*byte) || matches!(byte, b'/' | b':' | b'=' | b'@'));
    is_sane.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::test_fields::TestFields;

    #[test]
    fn request_id_received_is_kept_only_when_sane() {
        fn check(values: &[&str], kept: Option<&str>) {
            let mut fields = TestFields::default();
            for value in values {
                fields.add("x-request-ID", value);
            }
            assert_eq!(received(fields.fields()), kept.map(str::as_bytes), "{values:?}");
        }
        check(&[], None);
        check(&[""], None);
        check(&["a1-B2.c"], Some("a1-B2.c"));
        check(
            &["Root=1-67891233-abcdef012345678912345678"],
            Some("Root=1-67891233-abcdef012345678912345678"),
        );
        check(&["a", "a"], None);
        check(&["a b"], None);
        check(&["a\"b"], None);
        check(&["\u{e9}"], None);
        check(&[&"x".repeat(128)], Some(&"x".repeat(128)));
        check(&[&"x".repeat(129)], None);
    }

    #[test]
    fn request_ids_made_differ_and_are_hex() {
        let mut rng = Rng::from_seed(3);
        let first = RequestId::make(&mut rng);
        let second = RequestId::make(&mut rng);
        assert_ne!(first, second);
        assert!(first.as_bytes().iter().all(u8::is_ascii_hexdigit));
    }
}
