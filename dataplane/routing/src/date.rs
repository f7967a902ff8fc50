//! Dates, from a count of seconds; the one that HTTP writes is made once a second and not once an
//! answer. It reads no clock and knows UTC only.

/// Bytes of an IMF-fixdate.
pub const DATE_BYTES: usize = 29;

/// `Sun, 06 Nov 1994 08:49:37 GMT`, kept until the second changes.
///
/// Source: RFC 9110 §5.6.7, `IMF-fixdate`.
#[derive(Clone, Debug)]
pub struct HttpDate {
    unix_seconds: u64,
    text: [u8; DATE_BYTES],
}

impl HttpDate {
    /// The date that many seconds after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn new(unix_seconds: u64) -> Self {
        Self { unix_seconds, text: spell(unix_seconds) }
    }

    /// Brings it up to date; does nothing within the same second.
    #[inline]
    pub fn update(&mut self, unix_seconds: u64) {
        if unix_seconds != self.unix_seconds {
            *self = Self::new(unix_seconds);
        }
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

const WEEKDAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
/// Seconds of a day.
pub const DAY_SECONDS: u64 = 86_400;

fn spell(unix_seconds: u64) -> [u8; DATE_BYTES] {
    let mut text = *b"Thu, 01 Jan 1970 00:00:00 GMT";
    let days = unix_seconds / DAY_SECONDS;
    let second = unix_seconds % DAY_SECONDS;
    let (year, month, day) = civil(days);
    text[..3].copy_from_slice(WEEKDAYS[(days % 7) as usize]);
    two_digits(&mut text[5..7], day);
    text[8..11].copy_from_slice(MONTHS[(month - 1) as usize]);
    two_digits(&mut text[12..14], year / 100 % 100);
    two_digits(&mut text[14..16], year % 100);
    two_digits(&mut text[17..19], second / 3600);
    two_digits(&mut text[20..22], second / 60 % 60);
    two_digits(&mut text[23..25], second % 60);
    text
}

fn two_digits(at: &mut [u8], number: u64) {
    at[0] = b'0' + (number / 10) as u8;
    at[1] = b'0' + (number % 10) as u8;
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so
/// that the leap day is the last one.
#[must_use]
pub const fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as u64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_of_seconds_is_spelled_as_the_rfc_does() {
        //= RFC 9110 §5.6.7
        fn check(unix_seconds: u64, expected: &str) {
            let date = HttpDate::new(unix_seconds);
            assert_eq!(std::str::from_utf8(date.as_bytes()), Ok(expected));
        }
        check(0, "Thu, 01 Jan 1970 00:00:00 GMT");
        check(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT");
        check(951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT");
        check(1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT");
        check(1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT");
        check(4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT");
        check(4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT");
    }

    #[test]
    fn date_updated_follows_the_second() {
        let mut date = HttpDate::new(10);
        date.update(10);
        assert_eq!(date.as_bytes(), HttpDate::new(10).as_bytes());
        date.update(75);
        assert_eq!(date.as_bytes(), b"Thu, 01 Jan 1970 00:01:15 GMT");
    }
}
