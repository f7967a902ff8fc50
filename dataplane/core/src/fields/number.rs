//! Numbers as text, written without the formatting machinery: it stands on the hot path.

/// Appends a number in decimal digits.
pub fn write_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Lower-case hex digits of the four low bits.
#[must_use]
pub const fn hex_digit(low: u8) -> u8 {
    HEX[(low & 0x0f) as usize]
}

const HEX: [u8; 16] = *b"0123456789abcdef";

/// Reads decimal digits: at least one, nothing else, and not more than fit.
#[must_use]
pub fn parse_decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let mut number = 0_u64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_written_is_read_back() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, 1 << 40, u64::MAX] {
            let mut out = Vec::new();
            write_decimal(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
            assert_eq!(parse_decimal(&out), Some(number));
        }
    }

    #[test]
    fn decimal_anything_but_digits_is_refused() {
        for text in ["", "+1", "-1", "1 ", " 1", "0x1", "1_0", "1,1", "18446744073709551616"] {
            assert_eq!(parse_decimal(text.as_bytes()), None, "{text:?}");
        }
    }
}
