//! Finds the bytes that end or spoil a line, eight at a time. It knows no grammar.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Offset of the first byte below 0x20, or DEL: line ends, tabs, and what no head may hold.
///
/// Cost: eight bytes a step, no allocation.
#[must_use]
#[inline]
pub(super) fn find_control(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = controls(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let at = rest.iter().position(|byte| *byte < 0x20 || *byte == 0x7f)?;
    Some(words.len() * 8 + at)
}

/// The high bit of each control byte. A borrow can set bits above the lowest one set, never below:
/// the lowest is exact.
#[inline]
const fn controls(word: u64) -> u64 {
    let below_space = word.wrapping_sub(EACH * 0x20) & !word;
    let not_del = word ^ (EACH * 0x7f);
    let is_del = not_del.wrapping_sub(EACH) & !not_del;
    (below_space | is_del) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| *byte < 0x20 || *byte == 0x7f)
    }

    #[test]
    fn control_of_each_value_at_each_place_is_found() {
        for len in 0..20 {
            for at in 0..len {
                for byte in 0..=255 {
                    let mut bytes = vec![b'a'; len];
                    bytes[at] = byte;
                    assert_eq!(find_control(&bytes), naive(&bytes), "{byte} at {at} of {len}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn control_in_any_bytes_is_found_as_one_by_one(bytes: Vec<u8>) {
            prop_assert_eq!(find_control(&bytes), naive(&bytes));
        }
    }
}
