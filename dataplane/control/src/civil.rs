//! From a count of seconds to a date on the wall; it never reads a clock and knows UTC only.

use std::time::{SystemTime, UNIX_EPOCH};

use pointsman_routing::date;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MICROS_PER_SECOND: u64 = 1_000_000;

/// A moment, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Civil {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
    micros: u64,
}

/// Microseconds since 1970-01-01 UTC; 0 for a clock that stands before it.
pub(crate) fn unix_micros(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

//= RFC 3339 §5.6: full date, `T`, time with a fraction of a second, `Z` for UTC.
/// `2026-11-26T21:34:04.123456Z`
pub(crate) fn rfc3339(out: &mut Vec<u8>, unix_micros: u64) {
    let at = civil(unix_micros);
    padded(out, at.year, 4);
    for (mark, value) in
        [(b'-', at.month), (b'-', at.day), (b'T', at.hour), (b':', at.minute), (b':', at.second)]
    {
        out.push(mark);
        padded(out, value, 2);
    }
    out.push(b'.');
    padded(out, at.micros, 6);
    out.push(b'Z');
}

/// `26/Nov/2026:21:34:04 +0000`, as the NCSA formats have it.
pub(crate) fn ncsa(out: &mut Vec<u8>, unix_micros: u64) {
    let at = civil(unix_micros);
    padded(out, at.day, 2);
    out.push(b'/');
    let month = usize::try_from(at.month).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    out.extend_from_slice(month.copied().unwrap_or("Jan").as_bytes());
    out.push(b'/');
    padded(out, at.year, 4);
    for value in [at.hour, at.minute, at.second] {
        out.push(b':');
        padded(out, value, 2);
    }
    out.extend_from_slice(b" +0000");
}

fn civil(unix_micros: u64) -> Civil {
    let seconds = unix_micros / MICROS_PER_SECOND;
    let second_of_day = seconds % date::DAY_SECONDS;
    let (year, month, day) = date::civil(seconds / date::DAY_SECONDS);
    Civil {
        year,
        month,
        day,
        hour: second_of_day / 3_600,
        minute: second_of_day / 60 % 60,
        second: second_of_day % 60,
        micros: unix_micros % MICROS_PER_SECOND,
    }
}

fn padded(out: &mut Vec<u8>, value: u64, width: usize) {
    let mut place = 10u64.pow(u32::try_from(width).unwrap_or(1).saturating_sub(1));
    // A year beyond 9999 is written whole.
    while value / place >= 10 {
        place *= 10;
    }
    while place > 0 {
        out.push(b'0' + u8::try_from(value / place % 10).unwrap_or(0));
        place /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: fn(&mut Vec<u8>, u64), seconds: u64, micros: u64) -> String {
        let mut out = Vec::new();
        write(&mut out, seconds * MICROS_PER_SECOND + micros);
        String::from_utf8(out).expect("digits")
    }

    //= RFC 3339 §5.6
    #[test]
    fn rfc3339_of_known_moments() {
        let check = |seconds, micros, expected: &str| {
            assert_eq!(written(rfc3339, seconds, micros), expected);
        };
        check(0, 0, "1970-01-01T00:00:00.000000Z");
        check(951_782_399, 999_999, "2000-02-28T23:59:59.999999Z");
        check(951_782_400, 0, "2000-02-29T00:00:00.000000Z");
        check(951_868_800, 1, "2000-03-01T00:00:00.000001Z");
        check(1_709_164_800, 0, "2024-02-29T00:00:00.000000Z");
        check(1_735_689_599, 5, "2024-12-31T23:59:59.000005Z");
        check(4_107_542_400, 0, "2100-03-01T00:00:00.000000Z");
        check(253_402_300_800, 0, "10000-01-01T00:00:00.000000Z");
    }

    #[test]
    fn ncsa_of_known_moments() {
        assert_eq!(written(ncsa, 971_211_336, 0), "10/Oct/2000:20:55:36 +0000");
        assert_eq!(written(ncsa, 0, 7), "01/Jan/1970:00:00:00 +0000");
    }

    proptest! {
        #[test]
        fn later_moment_sorts_later(a in 0u64..250_000_000_000, b in 0u64..250_000_000_000) {
            prop_assert_eq!(a.cmp(&b), written(rfc3339, a, 0).cmp(&written(rfc3339, b, 0)));
        }

        #[test]
        fn any_moment_is_written(micros in any::<u64>()) {
            let mut out = Vec::new();
            rfc3339(&mut out, micros);
            ncsa(&mut out, micros);
            prop_assert!(out.is_ascii());
        }
    }
}
