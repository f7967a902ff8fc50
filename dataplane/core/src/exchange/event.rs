//! What the shell tells an exchange and what the exchange asks of the shell.
//!
//! Both sides speak of head, data of n bytes, end and reset with a reason; no protocol is named
//! here, so that every pair of protocols works and none is written twice.

use crate::fault::Fault;

/// How much body a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// None at all: the head is the whole message.
    None,
    /// That many bytes.
    Length(u64),
    /// As many as come until the end is told.
    Streamed,
}

/// The request as far as the exchange needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What follows the head.
    pub body: Body,
    /// Sending it twice does no harm (RFC 9110 §9.2.2).
    pub idempotent: bool,
    /// Its whole body is held, so that it can be sent again.
    pub replayable: bool,
    /// The client's connection can carry another request afterwards.
    pub persistent: bool,
    /// The client waits until it is told that its body may come (RFC 9110 §10.1.1).
    pub waits_for_interim: bool,
}

/// The response's head as far as the exchange needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Response {
    /// Status code, 200..=599.
    pub status: u16,
    /// What follows the head.
    pub body: Body,
    /// The target's connection can carry another request afterwards.
    pub reusable: bool,
    /// The end of the body is the end of the connection.
    pub ends_with_connection: bool,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A request was understood and routed.
    Request(Request),
    /// The shell begins to wait for more of the request's body.
    RequestWanted,
    /// Bytes of the request's body arrived.
    RequestData(u64),
    /// The request's body is whole.
    RequestEnd,
    /// The request's body is malformed, too large or too slow.
    RequestFault(Fault),
    /// The client's connection is gone.
    ClientGone(Fault),
    /// A connection to a target is at hand.
    Connected {
        /// It carried a request before.
        reused: bool,
    },
    /// No connection to a target could be had.
    ConnectFailed(Fault),
    /// The target takes no more of the request's body; its answer may still come.
    TargetStoppedReading,
    /// An interim answer went to the client.
    Interim,
    /// The first byte of an answer arrived.
    ResponseBegun,
    /// The answer's head arrived.
    Response(Response),
    /// Bytes of the answer's body arrived.
    ResponseData(u64),
    /// The answer is whole.
    ResponseEnd {
        /// Nothing stands in the connection behind it.
        clean: bool,
    },
    /// The target's connection failed, ended or carried garbage.
    TargetFailed(Fault),
    /// The process drains: this exchange is the last one of its connection.
    Drain,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Get a connection to a target.
    Connect {
        /// Do not take one that carried a request before.
        fresh: bool,
    },
    /// Send the request's head, then its body as it comes.
    SendRequest,
    /// Send the answer's head, then its body as it comes.
    SendResponse,
    /// Answer the client ourselves.
    Answer(Fault),
    /// The target's connection goes back to the pool.
    KeepTarget,
    /// The target's connection is closed.
    DropTarget,
    /// The answer cannot be completed: the client must see that it is cut.
    CutClient,
    /// The exchange is over.
    Finish(After),
}

/// What becomes of the client's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The next request may come.
    KeepAlive,
    /// All was said: close it.
    Close,
    /// All was said, but the client may still be sending: read on a while, so that our close does
    /// not destroy the answer on its way (RFC 9112 §9.6).
    Linger,
    /// Cut at once.
    Cut,
}
