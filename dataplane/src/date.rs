//! The wall clock: the date as it stands in `Date`, formatted once a second, and the access log's time.

use std::cell::{Cell, RefCell};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pointsman_routing::date::{DATE_BYTES, HttpDate};

/// The time of the last tick: as `Date` writes it, and as a number.
pub struct Date {
    text: RefCell<HttpDate>,
    unix_ms: Cell<u64>,
}

impl Date {
    /// The date now.
    pub fn now() -> Self {
        let now = since_epoch();
        Self {
            text: RefCell::new(HttpDate::new(now.as_secs())),
            unix_ms: Cell::new(milliseconds(now)),
        }
    }

    /// Reads the clock; the text is formatted anew when the second has changed.
    pub fn update(&self) {
        let now = since_epoch();
        self.text.borrow_mut().update(now.as_secs());
        self.unix_ms.set(milliseconds(now));
    }

    /// Milliseconds since 1970-01-01 UTC, as of the last tick: what expressions call `now`.
    pub fn unix_ms(&self) -> u64 {
        self.unix_ms.get()
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

fn milliseconds(since_epoch: Duration) -> u64 {
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
