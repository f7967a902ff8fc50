//! Limits that only many routes show.
