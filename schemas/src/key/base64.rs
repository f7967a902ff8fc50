//! 32 bytes as 44 letters of base64, and back. No table is looked up by a secret.

use zeroize::Zeroizing;

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;
/// Letters of a key, the `=` at the end included.
pub(super) const KEY_LETTERS: usize = 44;

/// The letter of a number below 64.
fn letter(six: u8) -> u8 {
    match six {
        0..=25 => b'A' + six,
        26..=51 => b'a' + (six - 26),
        52..=61 => b'0' + (six - 52),
        62 => b'+',
        _ => b'/',
    }
}

fn number(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Appends a key's letters.
pub(super) fn encode(out: &mut String, key: &[u8; KEY_BYTES]) {
    for three in key.chunks(3) {
        let at = |index: usize| three.get(index).copied().unwrap_or_default();
        let sixes = [at(0) >> 2, at(0) << 4 | at(1) >> 4, at(1) << 2 | at(2) >> 6, at(2)];
        let letters = three.len() + 1;
        for six in &sixes[..letters] {
            out.push(char::from(letter(six & 0x3f)));
        }
    }
    out.push('=');
}

/// The key of exactly those letters that [`encode`] gives; nothing for any other text.
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let (last, letters) = text.split_last()?;
    if text.len() != KEY_LETTERS || *last != b'=' {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    // Bits that are not yet a byte: fewer than eight of them stand in `held`.
    let (mut held, mut bits, mut at) = (0_u32, 0_u32, 0);
    for letter in letters {
        held = held << 6 | u32::from(number(*letter)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *key.get_mut(at)? = (held >> bits) as u8;
            held &= (1 << bits) - 1;
            at += 1;
        }
    }
    // What is left over is no part of the key: any other bits would be a second form of it.
    (held == 0).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(key: &[u8; 32]) -> String {
        let mut text = String::new();
        encode(&mut text, key);
        text
    }

    #[test]
    fn letters_of_known_keys_are_those_of_rfc_4648() {
        let rising: [u8; 32] = std::array::from_fn(|at| at as u8);
        for (key, expected) in [
            ([0; 32], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ([0xff; 32], "//////////////////////////////////////////8="),
            (rising, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ] {
            assert_eq!(encoded(&key), expected);
            assert_eq!(decode(expected.as_bytes()).map(|key| *key), Some(key));
        }
    }

    #[test]
    fn letters_in_any_other_form_are_refused() {
        let good = encoded(&[0xa5; 32]);
        assert!(decode(good.as_bytes()).is_some());
        // Two bits of the last letter are no part of the key.
        let spare = format!("{}B=", &encoded(&[0; 32])[..42]);
        for bad in ["", "=", &good[..43], &format!("{good}="), &good.replace('=', "A"), &spare] {
            assert!(decode(bad.as_bytes()).is_none(), "{bad}");
        }
        for at in 0..43 {
            for strange in [b' ', b'-', b'_', b'=', 0, 0x80] {
                let mut bad = good.clone().into_bytes();
                bad[at] = strange;
                assert!(decode(&bad).is_none(), "{at}");
            }
        }
    }
}
