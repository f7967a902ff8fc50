//! Gets the connection for one attempt: an idle one that still stands, else a fresh one.

use pointsman_core::fault::Fault;

use super::connect::connect;
use crate::deadline::Slot;
use crate::idle::Connection;
use crate::serving::{Pick, Serving};
use crate::shard::Shard;

/// A connection for one attempt.
pub struct Got {
    /// The connection.
    pub connection: Connection,
    /// It carried a request before.
    pub reused: bool,
}

/// Gets a connection to the target that was picked.
///
/// # Errors
/// Why there is none.
pub async fn connection(
    shard: &Shard,
    serving: &Serving,
    pick: &Pick,
    slot: &Slot,
    fresh: bool,
) -> Result<Got, Fault> {
    let addresses = serving.addresses(pick.id);
    if !fresh
        && let Some(connection) = shard.idle.take(&pick.target, addresses, shard.clock.coarse())
    {
        shard.stats().upstream_reused.add(1);
        return Ok(Got { connection, reused: true });
    }
    // A name's addresses are tried in turn, within the one limit for connecting.
    let mut fault = Fault::NotResolved;
    for &address in addresses {
        match connect(address, shard.driver, slot).await {
            Ok(socket) => {
                shard.stats().upstream_opened.add(1);
                let connection = Connection::new(socket, address, &pick.target);
                return Ok(Got { connection, reused: false });
            }
            // What a target did is worth more than what we lacked for its next address.
            Err(Fault::Internal) if fault != Fault::NotResolved => {}
            Err(failed) => fault = failed,
        }
        if slot.is_ended() {
            break;
        }
    }
    Err(fault)
}
