//! Moments as people write them, RFC 3339 in UTC. It reads no clock.

use crate::date::{DAY_SECONDS, civil};

/// Years that four digits write, from the first one that is counted.
const YEARS: std::ops::RangeInclusive<u64> = 1970..=9999;

/// What is said of a text that is none.
pub const FORM: &str = "write it in UTC: `2026-11-26T21:34:04Z`";

/// Milliseconds from 1970-01-01 UTC to `2026-11-26T21:34:04Z`; a fraction has one to three digits.
/// `None` where it is no such text.
///
/// Source: RFC 3339 §5.6.
#[must_use]
pub fn unix_ms(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix(['Z', 'z'])?.split_once(['T', 't'])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (time, fraction) = time.split_once('.').map_or((time, None), |(a, b)| (a, Some(b)));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let ms = match fraction {
        None => 0,
        Some(digits)
            if (1..=3).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            digits.parse::<u64>().ok()? * [100, 10, 1][digits.len() - 1]
        }
        Some(_) => return None,
    };
    if !YEARS.contains(&year) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days(year, month, day)?;
    Some((days * DAY_SECONDS + hour * 3600 + minute * 60 + second) * 1000 + ms)
}

/// Numbers with a mark between them, each as wide as it must be.
fn numbers(text: &str, mark: char, widths: [usize; 3]) -> Option<[u64; 3]> {
    let mut out = [0; 3];
    let mut parts = text.split(mark);
    for (slot, width) in out.iter_mut().zip(widths) {
        let part = parts.next()?;
        let fits = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        *slot = part.parse().ok().filter(|_| fits)?;
    }
    parts.next().is_none().then_some(out)
}

/// Days from 1970-01-01 to a day that there is.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    // At most one year before and two after the guess, which a search within them makes exact.
    let guess = (year - YEARS.start()) * 365;
    let leap_days = (year - YEARS.start()) / 4 + 1;
    let (mut low, mut high) = (guess, guess + leap_days + 366);
    while low < high {
        let middle = low.midpoint(high);
        if civil(middle) < (year, month, day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (civil(low) == (year, month, day)).then_some(low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moment_is_read_to_the_millisecond() {
        let check = |text: &str, expected: u64| {
            assert_eq!(unix_ms(text), Some(expected), "{text}");
        };
        check("1970-01-01T00:00:00Z", 0);
        check("2000-02-29T23:59:59.5Z", 951_868_799_500);
        check("2026-11-26t21:34:04.123z", 1_795_728_844_123);
        check("9999-12-31T23:59:59.999Z", 253_402_300_799_999);
    }

    #[test]
    fn text_that_is_no_moment_is_refused() {
        for text in [
            "",
            "Z",
            "now",
            "2026-11-26",
            "2026-11-26T21:34:04",
            "2026-11-26T21:34:04+00:00",
            "2026-11-26T21:34Z",
            "2026-11-26T21:34:60Z",
            "2026-11-26T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "1969-12-31T00:00:00Z",
            "2026-11-26T21:34:04.Z",
            "2026-11-26T21:34:04.-1Z",
            "2026-11-26T21:34:04.1234Z",
            "+026-11-26T21:34:04Z",
        ] {
            assert!(unix_ms(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn moment_of_any_day_is_found(day in 0_u64..2_932_896) {
            let (year, month, of_month) = civil(day);
            prop_assert_eq!(days(year, month, of_month), Some(day));
        }

        #[test]
        fn moment_of_any_text_never_panics(text in "\\PC{0,30}") {
            let _ = unix_ms(&text);
        }
    }
}
