//! Entry points for fuzzing: each holds any bytes against what must hold for all bytes.

use super::chunked::{ChunkedDecoder, Step};
use super::client::parse_response;
use super::head::{HeadLimits, HeadScan};
use super::server::parse_request;
use crate::fault::{Fault, Reason, Side};
use crate::fields::name::Underscores;

/// A request head: cut, parsed, never a panic.
#[doc(hidden)]
pub fn fuzz_request_head(data: &[u8]) {
    let limits = HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Drop);
    let mut index = Vec::new();
    // Also what no scan has cut: the parser must bear anything.
    let _ = parse_request(data, &mut index, &limits);
    if let Ok(Some(head)) = HeadScan::new().advance(data, &limits) {
        let _ = parse_request(&data[head.start..head.end], &mut index, &limits);
    }
}

/// A response head: cut, parsed, never a panic, and every fault the target's.
#[doc(hidden)]
pub fn fuzz_response_head(data: &[u8]) {
    let limits = HeadLimits::response(Underscores::Drop);
    let mut index = Vec::new();
    let _ = parse_response(data, &mut index, b"GET", &limits);
    let fault = match HeadScan::new().advance(data, &limits) {
        Ok(None) => None,
        Err(fault) => Some(fault),
        Ok(Some(head)) => {
            parse_response(&data[head.start..head.end], &mut index, b"HEAD", &limits).err()
        }
    };
    assert!(fault.is_none_or(|fault| fault.reason() == Reason::TargetGarbage));
}

/// A chunked body, given whole and byte by byte: the same data, the same end.
#[doc(hidden)]
pub fn fuzz_chunked(data: &[u8]) {
    assert_eq!(decode(data, data.len().max(1)), decode(data, 1));
}

/// A head, given whole and in two pieces split anywhere: the same result. The first two bytes say
/// where it is split.
#[doc(hidden)]
pub fn fuzz_split(data: &[u8]) {
    let Some((place, bytes)) = data.split_first_chunk::<2>() else { return };
    let split = usize::from(u16::from_le_bytes(*place)) % (bytes.len() + 1);
    for limits in [
        HeadLimits::request(4096, 20, 256, Underscores::Drop),
        HeadLimits::response(Underscores::Pass),
    ] {
        let whole = HeadScan::new().advance(bytes, &limits);
        let mut scan = HeadScan::new();
        let split = match scan.advance(&bytes[..split], &limits) {
            Ok(None) => scan.advance(bytes, &limits),
            ended => ended,
        };
        assert_eq!(split, whole);
    }
}

/// Decodes a body in pieces: its data, and how many bytes it took or why it was refused.
fn decode(data: &[u8], piece: usize) -> (Vec<u8>, Result<Option<usize>, Fault>) {
    let mut decoder = ChunkedDecoder::new(Side::Client, Underscores::Drop);
    let mut body = Vec::new();
    let mut at = 0;
    for piece in data.chunks(piece) {
        let mut used = 0;
        while used < piece.len() {
            match decoder.next(&piece[used..]) {
                Ok(Step::Data { skip, len }) => {
                    body.extend_from_slice(&piece[used + skip..used + skip + len]);
                    used += skip + len;
                }
                Ok(Step::NeedMore { consumed }) => used += consumed,
                Ok(Step::End { consumed }) => return (body, Ok(Some(at + used + consumed))),
                Err(fault) => return (body, Err(fault)),
            }
        }
        at += piece.len();
    }
    (body, Ok(None))
}
