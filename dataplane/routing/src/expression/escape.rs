//! How a value is written so that it stays one value in its place.

use crate::request::Refusal;
use crate::request::percent::{is_control, is_query_value_byte, is_segment_byte, put_escape};

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into one segment of a path: `/` is encoded.
    Path,
    /// Into a query: what separates pairs is encoded.
    Query,
    /// Into the value of a field: control bytes are encoded, so that no line can end.
    Header,
}

impl Place {
    /// Appends the bytes of a value.
    ///
    /// Errors: a control byte in a path, which we would refuse as well.
    pub(super) fn put(
        self,
        value: impl Iterator<Item = u8>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        for byte in value {
            match self {
                Self::Path if is_segment_byte(byte) => out.push(byte),
                Self::Path if is_control(byte) => return Err(Refusal::SentControl),
                Self::Query if is_query_value_byte(byte) => out.push(byte),
                Self::Header if !is_control(byte) => out.push(byte),
                _ => put_escape(out, byte),
            }
        }
        Ok(())
    }

    /// Appends a canonical path, which is encoded already and keeps its slashes.
    pub(super) fn put_path(self, path: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Path | Self::Header => out.extend_from_slice(path),
            Self::Query => {
                for byte in path {
                    if *byte == b'%' || is_query_value_byte(*byte) {
                        out.push(*byte);
                    } else {
                        put_escape(out, *byte);
                    }
                }
            }
        }
    }
}
