//! Answers of our own: short, with a length, and the reason in the log.

use pointsman_core::exchange::After;
use pointsman_core::fault::Fault;
use pointsman_core::http1::answer::{OwnAnswer, write_own_answer};
use pointsman_core::http1::encode::Persistence;
use pointsman_core::http1::framing::Version;

use super::plan::Plan;
use crate::shard::Shard;
use crate::stream::outgoing::Outgoing;

/// How an answer of our own is written.
pub struct Answer {
    /// It has no body, whatever it says.
    pub is_head: bool,
    /// The client's version.
    pub version: Version,
    /// What becomes of the connection.
    pub after: After,
}

impl Answer {
    /// Appends an answer to what is owed to the client.
    pub fn write(
        &self,
        shard: &Shard,
        status: u16,
        text: &str,
        fields: &[(&[u8], &[u8])],
        outgoing: &mut Outgoing,
    ) {
        if outgoing.is_empty() {
            shard.buffers.give(std::mem::take(&mut outgoing.buffer));
            *outgoing = Outgoing { buffer: shard.buffers.small(), from: 0 };
        }
        write_own_answer(
            &mut outgoing.buffer,
            &OwnAnswer {
                status,
                text,
                fields,
                head_only: self.is_head,
                client_version: self.version,
                persistence: if self.after == After::KeepAlive {
                    Persistence::Keep
                } else {
                    Persistence::Close
                },
                date: &shard.date.text(),
            },
        );
    }
}

/// Answers in place of a target that gave none.
pub fn answer_fault(
    shard: &Shard,
    plan: &Plan,
    fault: Fault,
    after: After,
    outgoing: &mut Outgoing,
) {
    let answer = Answer { is_head: plan.is_head, version: plan.version, after };
    answer.write(shard, fault.status(), fault.text(), &[], outgoing);
}
