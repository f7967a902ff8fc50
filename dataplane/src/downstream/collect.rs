//! A chunked body for a target of HTTP/1.0, which knows no chunks: it is read whole, within bounds,
//! and sent with its length.

use pointsman_core::exchange::Waits;
use pointsman_core::fault::{Fault, Side};
use pointsman_core::http1::answer::CONTINUE;
use pointsman_core::http1::chunked::{ChunkedDecoder, Step};
use pointsman_core::limits::BODY_RATE_GRACE_US;

use super::http1::Http1;
use crate::deadline::Found;
use crate::exchange::plan::Plan;
use crate::limits::COLLECTED_BYTES_MAX;
use crate::shard::Shard;
use crate::stream::refill::refill;
use crate::stream::relay::send_all;

/// Reads the whole body.
///
/// # Errors
/// [`Fault::LengthRequired`] when it is too long to be held (RFC 9110 §15.5.12), else what is wrong
/// with it.
pub async fn collect(shard: &Shard, down: &mut Http1, plan: &Plan) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let mut decoder = ChunkedDecoder::new(Side::Client, plan.serving.underscores);
    if plan.expect_continue {
        down.arm_write(shard);
        let mut interim = CONTINUE.to_vec();
        send_all(&down.socket, &mut interim, 0).await.map_err(|_| Fault::ClientReset)?;
    }
    // All of it must come within the grace that a slow body has.
    let deadline = shard.clock.coarse().plus_us(BODY_RATE_GRACE_US);
    down.slot.arm((deadline, Waits::ClientReading));
    loop {
        let bytes = &down.inbound[down.at..];
        match decoder.next(bytes)? {
            Step::Data { skip, len } => {
                let most = plan.serving.body_bytes;
                if most > 0 && (body.len() + len) as u64 > most {
                    return Err(Fault::BodyTooLarge);
                }
                if body.len() + len > COLLECTED_BYTES_MAX {
                    return Err(Fault::LengthRequired);
                }
                body.extend_from_slice(&bytes[skip..skip + len]);
                down.at += skip + len;
            }
            Step::End { consumed } => {
                down.at += consumed;
                return Ok(body);
            }
            Step::NeedMore { consumed } => {
                down.at += consumed;
                let Http1 { socket, inbound, at, .. } = &mut *down;
                match refill(socket, inbound, at, &shard.buffers).await {
                    Ok(0) | Err(_) if shard.clock.coarse() >= deadline => {
                        return Err(Fault::BodyTooSlow);
                    }
                    Ok(0) | Err(_) if down.slot.found() == Some(Found::Drained) => {
                        return Err(Fault::Drained);
                    }
                    Ok(0) | Err(_) => return Err(Fault::BodyIncomplete),
                    Ok(_) => {}
                }
            }
        }
    }
}
