//! What everybody in the simulation stands on: time, network, plan, transcript. It plays no part
//! itself.

use crate::engine::Engine;
use crate::network::{Broken, ConnectionId, Network, Piece, Read, Side};
use crate::plan::{AttemptPlan, ClientPlan, Plan, Reads, RequestPlan};
use crate::transcript::{ExchangeId, Fact, Mishap, Transcript};
use std::collections::VecDeque;

/// The stage.
pub struct Stage {
    /// Virtual time.
    pub engine: Engine,
    /// Connections.
    pub network: Network,
    /// What is to happen.
    pub plan: Plan,
    /// What happened.
    pub transcript: Transcript,
}

impl Stage {
    /// An empty one.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            engine: Engine::new(plan.seed),
            network: Network::new(plan.network, plan.seed ^ 1),
            plan,
            transcript: Transcript::default(),
        }
    }

    /// Writes down what happened in an exchange.
    pub fn note(&self, exchange: ExchangeId, fact: Fact) {
        self.transcript.push(self.engine.now_us(), Some(exchange), fact);
    }

    /// Writes down what belongs to no exchange.
    pub fn note_apart(&self, fact: Fact) {
        self.transcript.push(self.engine.now_us(), None, fact);
    }

    /// Writes down what went wrong on purpose.
    pub fn mishap(&self, exchange: ExchangeId, mishap: Mishap) {
        self.note(exchange, Fact::Mishap(mishap));
    }

    /// A client's plan.
    #[must_use]
    pub fn client(&self, client: usize) -> &ClientPlan {
        &self.plan.clients[client]
    }

    /// A request's plan.
    #[must_use]
    pub fn request(&self, exchange: ExchangeId) -> &RequestPlan {
        &self.client(exchange.client).requests[exchange.request]
    }

    /// The plan of a try; the last one also stands for those that should not be.
    #[must_use]
    pub fn attempt(&self, exchange: ExchangeId, attempt: u8) -> &AttemptPlan {
        &self.request(exchange).attempts[usize::from(attempt).min(1)]
    }

    /// Reads at one end.
    pub async fn read(&self, connection: ConnectionId, side: Side, most: u64) -> Read {
        self.network.read(&self.engine, connection, side, most).await
    }

    /// Writes all at one end.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn send(
        &self,
        connection: ConnectionId,
        side: Side,
        pieces: impl IntoIterator<Item = Piece>,
    ) -> Result<(), Broken> {
        let mut pieces: VecDeque<Piece> = pieces.into_iter().collect();
        self.network.send_all(&self.engine, connection, side, &mut pieces).await
    }

    /// Waits before a peer reads once more. Returns how much it reads then; none for never again.
    pub async fn before_reading(&self, reads: Reads, read_bytes: u64) -> Option<u64> {
        match reads {
            Reads::Eagerly => Some(u64::MAX),
            Reads::Slowly(bytes, pause_us) => {
                if read_bytes > 0 {
                    self.engine.sleep(pause_us).await;
                }
                Some(bytes)
            }
            Reads::Until(bytes) => (read_bytes < bytes).then(|| bytes - read_bytes),
        }
    }
}
