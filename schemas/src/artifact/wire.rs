//! Primitives of the format: numbers of one to four bytes, the mark, the hash of keys and the
//! digest. It knows no section.

/// First bytes of every artifact. The line ends in it show a transfer that changed them.
pub const MAGIC: [u8; 8] = *b"PTSMN\r\n\x1a";

/// Zero bytes after the last node of a tree, so that a number may be read four bytes at once.
pub const SLACK_BYTES: usize = 8;

/// The byte at `at`; 0 past the end, which no validated table asks for.
#[inline]
#[must_use]
pub fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// Little-endian number of `width` bytes (1 to 4) at `at`; 0 past the end.
///
/// Shape: at least four bytes follow `at`, see [`SLACK_BYTES`].
#[inline]
#[must_use]
pub fn number(bytes: &[u8], at: usize, width: usize) -> u32 {
    let Some(four) = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>) else { return 0 };
    u32::from_le_bytes(*four) & (u32::MAX >> (32 - 8 * width as u32))
}

/// Little-endian 32-bit number at `at`; 0 past the end.
#[inline]
#[must_use]
pub fn word(bytes: &[u8], at: usize) -> u32 {
    number(bytes, at, 4)
}

/// Bytes that a number needs: 1 to 4.
#[must_use]
pub fn width_of(value: u32) -> usize {
    match value {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

/// Appends a little-endian number of `width` bytes.
pub fn put_number(out: &mut Vec<u8>, value: u32, width: usize) {
    out.extend_from_slice(&value.to_le_bytes()[..width]);
}

/// Whether two texts are equal. Most are short, and a call into the C library costs more than a few
/// overlapping words.
#[inline]
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8.. => {
            let (words_a, words_b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
            words_a.iter().zip(words_b).all(|(a, b)| a == b)
                && a.last_chunk::<8>() == b.last_chunk::<8>()
        }
        4.. => {
            a.first_chunk::<4>() == b.first_chunk::<4>()
                && a.last_chunk::<4>() == b.last_chunk::<4>()
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

/// Hash of a key of a bucket table. Part of the format: writer and reader must agree.
///
/// Shape: eight bytes at a time, folded 128-bit products; the last word holds what is left.
#[inline]
#[must_use]
pub fn hash(key: &[u8], seed: u32) -> u32 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xe703_7ed1_a0b4_28db;
    let mut state = (u64::from(seed) << 32) ^ A ^ key.len() as u64;
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), B);
    }
    if !rest.is_empty() {
        state = fold(state ^ tail(rest), B);
    }
    (fold(state, A) >> 32) as u32
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// One to seven bytes as one word, without a loop: overlapping reads are as good for hashing.
#[inline]
fn tail(rest: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    }
    let first = u64::from(byte(rest, 0));
    let middle = u64::from(byte(rest, rest.len() / 2));
    let last = u64::from(byte(rest, rest.len().saturating_sub(1)));
    first << 16 | middle << 8 | last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_each_width_round_trips() {
        for (value, width) in [(7, 1), (0x1234, 2), (0x12_3456, 3), (0x1234_5678, 4)] {
            let mut out = Vec::new();
            put_number(&mut out, value, width);
            out.extend_from_slice(&[0xff; 4]);
            assert_eq!(number(&out, 0, width), value);
            assert_eq!(width_of(value), width);
        }
    }

    #[test]
    fn number_past_the_end_is_zero() {
        assert_eq!(number(&[1, 2, 3], 0, 1), 0);
        assert_eq!(number(&[1, 2, 3, 4], 9, 1), 0);
    }

    #[test]
    fn same_compares_each_length() {
        let text: Vec<u8> = (0..40).collect();
        for len in 0..text.len() {
            assert!(same(&text[..len], &text.clone()[..len]));
            assert!(!same(&text[..len], &text[..len + 1]));
            for at in 0..len {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!same(&text[..len], &other[..len]), "{len} {at}");
            }
        }
    }

    #[test]
    fn hash_of_known_keys_never_changes() {
        for (key, seed, expected) in [
            ("", 0, 0xbe8cab64),
            ("a", 0, 0xe4710aa2),
            ("api", 0, 0x08b5ff0a),
            ("users", 1, 0xf1d4ed80),
            ("sub.domain.tld", 255, 0x158bdd31),
        ] {
            assert_eq!(hash(key.as_bytes(), seed), expected, "{key}");
        }
    }
}
