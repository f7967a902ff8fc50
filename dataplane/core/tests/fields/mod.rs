//! Fields: what generated input must not break.

mod forwarded;
