//! The wall clock: the date as it stands in `Date`, formatted once a second, and the access log's time.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pointsman_core::fields::date::{DATE_BYTES, HttpDate};

/// A formatted date.
pub struct Date {
    text: RefCell<HttpDate>,
}

impl Date {
    /// The date now.
    pub fn now() -> Self {
        Self { text: RefCell::new(HttpDate::new(since_epoch().as_secs())) }
    }

    /// Formats it anew when the second has changed.
    pub fn update(&self) {
        self.text.borrow_mut().update(since_epoch().as_secs());
    }

    /// Its 29 bytes.
    pub fn text(&self) -> [u8; DATE_BYTES] {
        let mut text = [0; DATE_BYTES];
        text.copy_from_slice(self.text.borrow().as_bytes());
        text
    }
}

/// The wall clock, microseconds since 1970-01-01 UTC.
pub fn wall_us() -> u64 {
    u64::try_from(since_epoch().as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
