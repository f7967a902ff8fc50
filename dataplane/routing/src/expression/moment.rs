//! The time as expressions write it, UTC. It reads no clock: whoever asks says what time it is.

use pointsman_schemas::artifact::TimeFormat;

use crate::date::{DAY_SECONDS, HttpDate, civil};

/// Longest text: the date of HTTP has 29 bytes, the last year of the last millisecond 9 digits.
const MOMENT_BYTES_MAX: usize = 32;
const SECOND_MS: u64 = 1000;

/// A time as text.
pub(super) struct Moment {
    text: [u8; MOMENT_BYTES_MAX],
    len: usize,
}

impl Moment {
    /// That many milliseconds after 1970-01-01 00:00:00 UTC.
    pub(super) fn new(format: TimeFormat, unix_ms: u64) -> Self {
        let mut out = Self { text: [0; MOMENT_BYTES_MAX], len: 0 };
        let seconds = unix_ms / SECOND_MS;
        match format {
            TimeFormat::Epoch => out.number(seconds, 1),
            TimeFormat::EpochMs => out.number(unix_ms, 1),
            TimeFormat::Http => out.bytes(HttpDate::new(seconds).as_bytes()),
            TimeFormat::Date => out.date(seconds),
            TimeFormat::Rfc3339 => {
                out.date(seconds);
                let second = seconds % DAY_SECONDS;
                let all = [(b'T', second / 3600), (b':', second / 60 % 60), (b':', second % 60)];
                for (mark, value) in all {
                    out.bytes(&[mark]);
                    out.number(value, 2);
                }
                out.bytes(b"Z");
            }
        }
        out
    }

    /// Its bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }

    //= RFC 3339 §5.6: `full-date`. A year beyond 9999 is written whole.
    fn date(&mut self, seconds: u64) {
        let (year, month, day) = civil(seconds / DAY_SECONDS);
        self.number(year, 4);
        for value in [month, day] {
            self.bytes(b"-");
            self.number(value, 2);
        }
    }

    /// At least `width` digits.
    fn number(&mut self, number: u64, width: u32) {
        let mut place = 10_u64.pow(width.saturating_sub(1));
        while number / place >= 10 {
            place *= 10;
        }
        while place > 0 {
            self.bytes(&[b'0' + (number / place % 10) as u8]);
            place /= 10;
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(slot) = self.text.get_mut(self.len) {
                *slot = *byte;
                self.len += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [TimeFormat; 5] = [
        TimeFormat::Rfc3339,
        TimeFormat::Epoch,
        TimeFormat::EpochMs,
        TimeFormat::Http,
        TimeFormat::Date,
    ];

    #[test]
    fn moment_is_spelled_in_each_format() {
        fn check(unix_ms: u64, expected: [&str; 5]) {
            for (format, expected) in ALL.into_iter().zip(expected) {
                let moment = Moment::new(format, unix_ms);
                assert_eq!(std::str::from_utf8(moment.as_bytes()), Ok(expected), "{format:?}");
            }
        }
        let http = "Thu, 01 Jan 1970 00:00:00 GMT";
        check(0, ["1970-01-01T00:00:00Z", "0", "0", http, "1970-01-01"]);
        let http = "Thu, 29 Feb 2024 23:59:59 GMT";
        check(
            1_709_251_199_999,
            ["2024-02-29T23:59:59Z", "1709251199", "1709251199999", http, "2024-02-29"],
        );
        let far = Moment::new(TimeFormat::Rfc3339, u64::MAX);
        assert_eq!(far.as_bytes(), b"584556019-04-03T14:25:51Z");
    }

    proptest! {
        #[test]
        fn moment_of_any_time_is_written_whole(unix_ms in any::<u64>()) {
            for format in ALL {
                let moment = Moment::new(format, unix_ms);
                prop_assert!(moment.len < MOMENT_BYTES_MAX && moment.len > 0);
                prop_assert!(moment.as_bytes().iter().all(|byte| (b' '..0x7f).contains(byte)));
            }
        }
    }
}
