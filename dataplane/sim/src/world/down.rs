//! The client's side of a connection: what came from it, and what is owed to it. It reads and sends
//! nothing itself.

use std::collections::VecDeque;

use pointsman_core::fault::Fault;

use super::table::Place;
use crate::network::{AnswerHead, ConnectionId, Piece};
use crate::plan::Shape;
use crate::transcript::{Author, ExchangeId};

/// Length of the body of our own answers, bytes.
const OWN_ANSWER_BYTES: u64 = 20;

/// The client's side of a connection.
pub(super) struct Down {
    pub(super) connection: ConnectionId,
    pub(super) place: Place,
    /// What came and was not consumed.
    pub(super) inbound: VecDeque<Piece>,
    /// To be sent before more is read.
    pub(super) outgoing: VecDeque<Piece>,
}

/// An answer of our own.
pub(super) fn own_answer(down: &mut Down, exchange: ExchangeId, fault: Fault, is_last: bool) {
    let head = AnswerHead {
        exchange,
        author: Author::Own(fault),
        status: fault.status(),
        shape: Shape::Length,
        bytes: OWN_ANSWER_BYTES,
        is_last,
    };
    down.outgoing.push_back(Piece::Answer(head));
    down.outgoing.push_back(Piece::Data(exchange, 0, OWN_ANSWER_BYTES));
}
