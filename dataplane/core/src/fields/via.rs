//! `Via`: that a request passed through us, and whether it did so before. It knows only our own
//! identifier; other proxies are none of its business.

use pointsman_routing::request::fields::Fields;

use super::list::{quoted_parts, trim};
use super::number::hex_digit;

const PREFIX: &[u8; 10] = b"pointsman-";
const DIGITS: usize = 8;

/// The name under which this host stands in `Via`: `pointsman-` and eight hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViaId {
    text: [u8; PREFIX.len() + DIGITS],
}

impl ViaId {
    /// The name with this number, which the state folder keeps.
    #[must_use]
    pub fn new(number: u32) -> Self {
        let mut text = [0; PREFIX.len() + DIGITS];
        text[..PREFIX.len()].copy_from_slice(PREFIX);
        for (at, byte) in text[PREFIX.len()..].iter_mut().enumerate() {
            *byte = hex_digit((number >> (28 - 4 * at)) as u8);
        }
        Self { text }
    }

    /// `pointsman-XXXXXXXX`
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Whether a request has passed through us before.
    #[must_use]
    pub fn is_in(&self, fields: Fields<'_>) -> bool {
        //= RFC 9110 §7.6.3
        // Each member is `protocol received-by [comment]`; commas in comments only make parts whose
        // second word is not ours, unless a comment spells it, which is a loop of the sender's own.
        fields.all(b"via").any(|value| {
            quoted_parts(value, b',').any(|member| {
                let mut words =
                    member.split(|byte| matches!(byte, b' ' | b'\t')).filter(|w| !w.is_empty());
                words.nth(1).map(trim).is_some_and(|by| by.eq_ignore_ascii_case(&self.text))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::test_fields::TestFields;

    #[test]
    fn via_own_name_is_found_and_only_it() {
        fn check(values: &[&str], found: bool) {
            let mut fields = TestFields::default();
            for value in values {
                fields.add("Via", value);
            }
            assert_eq!(ViaId::new(0xdead_beef).is_in(fields.fields()), found, "{values:?}");
        }
        assert_eq!(ViaId::new(0x0123_abcd).as_bytes(), b"pointsman-0123abcd");
        check(&[], false);
        check(&["1.1 pointsman-deadbeef"], true);
        check(&["1.0 fred, 1.1   POINTSMAN-DEADBEEF (x)"], true);
        check(&["1.1 other", "1.1 pointsman-deadbeef"], true);
        check(&["1.1 pointsman-deadbee0"], false);
        check(&["1.1 xpointsman-deadbeef"], false);
        check(&["pointsman-deadbeef"], false);
        check(&["1.1 fred (pointsman-deadbeef)"], false);
    }
}
